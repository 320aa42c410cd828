"""Positions as the plain arrays that compiled loops read: NaN and -1 stand for null, times are int64 microseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from hanbada.model.tables import POSITIONS
from hanbada.tracks.vessels_kernel import EMPTY, by_vessel, in_order, places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


FIRST_VESSELS = 1024
LEAST_MODE = 61
"""The first of the seconds that say how a place was found (ITU-R M.1371-5, table 48, time stamp)."""


class Rows(NamedTuple):
    """Positions, one array per column, all of one length. Read-only by agreement.

    `utc_second` is as on the air: 0-59, or 61-63 where the place was found by hand, by dead reckoning, or not at all.
    """

    at: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    cog_deg: NDArray[np.float64]
    heading_deg: NDArray[np.int64]
    nav_status: NDArray[np.int64]
    utc_second: NDArray[np.int64]
    msg_type: NDArray[np.int64]
    source: NDArray[np.int64]
    line_id: NDArray[np.int64]


_KINDS = {"at": np.int64, "lat_deg": np.float64, "lon_deg": np.float64, "sog_kn": np.float64, "cog_deg": np.float64}


def rows(table: pa.Table | pa.RecordBatch) -> Rows:
    """The arrays of a POSITIONS table."""
    found = Rows(*(_values(table.column(name), _KINDS.get(name, np.int64)) for name in Rows._fields))
    mode = table.column("position_mode")
    if mode.null_count == len(mode):
        return found
    modes = _values(mode, np.int64)
    return found._replace(utc_second=np.where(modes >= 0, modes, found.utc_second))


def table(rows_: Rows) -> pa.Table:
    """The POSITIONS table of some arrays."""
    moded = rows_.utc_second >= LEAST_MODE
    arrays = rows_._asdict() | {
        "utc_second": np.where(moded, -1, rows_.utc_second),
        "position_mode": np.where(moded, rows_.utc_second, -1),
    }
    columns = {
        name: pa.array(values, mask=np.isnan(values) if values.dtype == np.float64 else values == -1)
        for name, values in arrays.items()
    }
    types = POSITIONS.schema
    return POSITIONS.check(pa.Table.from_arrays([columns[f.name].cast(f.type) for f in types], schema=types))


def _values(column: pa.Array | pa.ChunkedArray, kind: type) -> Any:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    if whole.null_count == len(whole):
        return np.full(len(whole), np.nan if kind is np.float64 else -1, kind)
    numbers = whole.view(pa.int64()) if pa.types.is_timestamp(whole.type) else whole
    values: NDArray[Any] = _plain(numbers).astype(kind)
    if whole.null_count:
        values[~_valid(whole)] = np.nan if kind is np.float64 else -1
    return values


def _plain(column: pa.Array) -> NDArray[np.generic]:
    """The values of a fixed-width column, whatever stands under its nulls."""
    width = column.type.bit_width // 8
    data = np.frombuffer(column.buffers()[1], column.type.to_pandas_dtype(), offset=column.offset * width)
    return data[: len(column)]


def _valid(column: pa.Array) -> NDArray[np.bool_]:
    bits = np.unpackbits(np.frombuffer(column.buffers()[0], np.uint8), bitorder="little")
    return bits[column.offset : column.offset + len(column)].astype(np.bool_)


def take(rows_: Rows, index: NDArray[np.generic] | slice) -> Rows:
    """The rows at some places, where a mask is true, or in a slice, which are not copied."""
    columns: Iterable[Any] = (column[index] for column in rows_)
    return Rows(*columns)


def joined(parts: list[Rows]) -> Rows:
    """Rows behind one another."""
    if not parts:
        return empty()
    return Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def empty() -> Rows:
    """No rows."""
    return allocated(0)


def allocated(count: int) -> Rows:
    """Room for so many rows, to be written."""
    return Rows(*(np.empty(count, _KINDS.get(name, np.int64)) for name in Rows._fields))


def ordered(rows_: Rows) -> Rows:
    """Rows by vessel, within a vessel by time, within one time by line."""
    if in_order(rows_.mmsi, rows_.at, rows_.line_id):
        return rows_
    numbers, rank = _numbered(rows_.mmsi)
    begins = np.append(0, np.bincount(rank, minlength=numbers))
    order = np.empty(len(rank), np.int64)
    by_vessel(rank, rows_.at, rows_.line_id, begins, order)
    return take(rows_, order)


def _numbered(mmsi: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """How many MMSI there are, and the place of each row's among them in ascending order."""
    place, room, done, count = np.empty(len(mmsi), np.int64), FIRST_VESSELS, 0, 0
    known, table_ = np.empty(room, np.int64), np.full((2 * room, 2), EMPTY, np.int64)
    while True:
        done, count = places(mmsi, table_, known, count, done, place)
        if done == len(mmsi):
            break
        room *= 4
        known, table_ = np.append(known, np.empty(room - len(known), np.int64)), np.full((2 * room, 2), EMPTY, np.int64)
        places(known[:count], table_, known.copy(), 0, 0, np.empty(count, np.int64))
    rank = np.empty(count, np.int64)
    rank[np.argsort(known[:count])] = np.arange(count)
    return count, rank[place]
