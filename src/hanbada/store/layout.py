"""How the tables of the archive stand in Parquet: signed integers in declared units, sorted by vessel and time.

A coordinate is a whole number of 1/3,000,000 degree: the largest unit in which both the step of AIS (1/600,000) and
the six decimals of other providers are whole, so that what is read is bit for bit what was written and gives the same
detections (docs/decisions/0043). Speeds, courses and draughts are tenths, as AIS sends them. Unsigned numbers stand in
the next wider signed type, for Spark and Iceberg have none; a line id keeps its 64 bits and may look negative. Time is
`t` in seconds with `t_ms` and `t_us` beside it, which cost nothing where they are 0.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hanbada.model.errors import SeamError
from hanbada.model.tables import POSITIONS, SAFETY, STATICS, Table, arrow_type
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.model.tables import Column

UNITS_PER_DEG = 3_000_000
TENTHS = 10
ROW_GROUP = 131_072
"""Rows of a group where there are that many: smaller ones cost more in headers than they save in reading."""
_LEVEL = 3
_WIDER = {"u8": "i16", "u16": "i32", "u32": "i64", "f32": "i32", "f64": "i32"}
_SCALES = {"f32": TENTHS, "f64": UNITS_PER_DEG}
_RISING = {"mmsi", "t", "lat", "lon", "sog", "cog", "heading", "line_id"}
"""Columns kept as differences from row to row (DELTA_BINARY_PACKED); the others have few values: a dictionary."""
_SIGNED = {"i16": pa.int16(), "i32": pa.int32(), "i64": pa.int64(), "text": pa.string()}
_TIME = (("t", pa.int64()), ("t_ms", pa.int16()), ("t_us", pa.int16()))


class Layout(NamedTuple):
    """A table at a seam and the folder it is kept in."""

    folder: str
    table: Table


POS = Layout("pos", POSITIONS)
STATIC = Layout("static", STATICS)
SAFE = Layout("safety", SAFETY)
LAYOUTS = {layout.folder: layout for layout in (POS, STATIC, SAFE)}


def stored_name(column: Column) -> str:
    """The name of a column without its unit: what stands there is in another."""
    return column.name.removesuffix(f"_{column.unit}") if column.type in _SCALES else column.name


def _stored_type(column: Column) -> pa.DataType:
    return pa.int64() if column.type == "u64" else _SIGNED[_WIDER.get(column.type, column.type)]


def stored_schema(layout: Layout) -> pa.Schema:
    """The schema of the files; MMSI first, for they are sorted by it."""
    columns = [column for column in layout.table.columns if column.name not in {"mmsi", "at"}]
    rest = [pa.field(stored_name(column), _stored_type(column), column.nullable) for column in columns]
    first = [pa.field("mmsi", pa.int64(), nullable=False)]
    return pa.schema(first + [pa.field(name, kind, nullable=False) for name, kind in _TIME] + rest)


def in_order(table: pa.Table) -> pa.Table:
    """Rows of a seam by MMSI, time and line."""
    keys = ("line_id", "at", "mmsi")
    order = np.lexsort([_numbers(table, key) for key in keys])
    return table.take(pa.array(order))


def _numbers(table: pa.Table, name: str) -> NDArray[Any]:
    """A column without nulls as an array; a time as microseconds."""
    column = table.column(name)
    return np.asarray((column.cast(pa.int64()) if name == "at" else column).to_numpy())


def times_us(table: pa.Table) -> NDArray[np.int64]:
    """When each row of a seam was sent, UTC microseconds."""
    return _numbers(table, "at")


def to_stored(layout: Layout, table: pa.Table) -> pa.Table:
    """Rows of a seam as they stand in a file; raises SeamError for a number that does not fit."""
    at = times_us(table)
    second, rest = np.divmod(at, SECOND_US)
    arrays = {"t": second, "t_ms": rest // 1000, "t_us": rest % 1000}
    columns = {name: pa.array(values).cast(dict(_TIME)[name]) for name, values in arrays.items()}
    for column in layout.table.columns:
        if column.name != "at":
            columns[stored_name(column)] = _stored(column, table.column(column.name))
    schema = stored_schema(layout)
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _stored(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type == "u64":
        return pa.chunked_array([chunk.view(pa.int64()) for chunk in values.chunks], pa.int64())
    try:
        if column.type in _SCALES:
            values = pc.round(pc.multiply(values.cast(pa.float64()), float(_SCALES[column.type])))
        return values.cast(_stored_type(column))
    except pa.ArrowInvalid as error:
        message = f"{column.name}: a value cannot be kept: {error}"
        raise SeamError(message) from error


def from_stored(layout: Layout, table: pa.Table) -> pa.Table:
    """Rows of files as they are at the seam, in the order they stand."""
    second, ms, us = (table.column(name).to_numpy().astype(np.int64) for name, _ in _TIME)
    columns = {"at": pa.array(second * SECOND_US + ms * 1000 + us).cast(arrow_type("time"))}
    for column in layout.table.columns:
        if column.name != "at":
            columns[column.name] = _at_seam(column, table.column(stored_name(column)))
    return layout.table.check(
        pa.Table.from_arrays([columns[name] for name in layout.table.names], schema=layout.table.schema)
    )


def _at_seam(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type == "u64":
        return pa.chunked_array([chunk.view(pa.uint64()) for chunk in values.chunks], pa.uint64())
    if column.type in _SCALES:
        # Divided in 64 bits as the decoder does it, then rounded to the column's own type: the same bits come back.
        values = pc.divide(values.cast(pa.float64()), float(_SCALES[column.type]))
    return values.cast(arrow_type(column.type))


def sorted_stored(table: pa.Table) -> pa.Table:
    """Rows of files in the order of a file."""
    line = table.column("line_id").to_numpy().view(np.uint64)
    keys = [table.column(name).to_numpy() for name in ("t_us", "t_ms", "t", "mmsi")]
    return table.take(pa.array(np.lexsort([line, *keys])))


def to_parquet(table: pa.Table) -> bytes:
    """A file of sorted rows: the same rows give the same bytes."""
    groups = max(1, table.num_rows // ROW_GROUP)
    rising = [name for name in table.column_names if name in _RISING]
    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        row_group_size=max(1, -(-table.num_rows // groups)),
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=[name for name in table.column_names if name not in rising],
        column_encoding=dict.fromkeys(rising, "DELTA_BINARY_PACKED"),
        write_page_index=True,
        sorting_columns=[pq.SortingColumn(table.column_names.index(name)) for name in ("mmsi", "t")],
        store_schema=False,
    )
    return out.getvalue()


def bucket_of(mmsi: NDArray[np.integer[Any]], bits: int) -> NDArray[np.uint32]:
    """The bucket of each MMSI: the top bits of `mixed`, so that one more bit splits each bucket in two."""
    return mixed(mmsi) >> np.uint32(32 - bits)


def mixed(mmsi: NDArray[np.integer[Any]]) -> NDArray[np.uint32]:
    """MMSI spread over 32 bits, each to its own value: the finaliser of MurmurHash3 (A. Appleby, public domain).

    Country digits and last digits are far from evenly used; these are.
    """
    value = np.asarray(mmsi).astype(np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        value = (value ^ (value >> np.uint32(shift))) * np.uint32(factor)
    return value ^ (value >> np.uint32(16))
