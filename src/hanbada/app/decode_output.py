"""Where decoded messages go: JSON lines, CSV, Parquet, or nowhere (to count only).

Every form has the same names. JSON lines carry what each message has; the two tables carry every name there is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, Protocol

import msgspec

from hanbada.ais.comm_state import PARTS
from hanbada.ais.objects import HEAD, POSITION_DECIMALS, as_object
from hanbada.model.ids import LINE_MASK

if TYPE_CHECKING:
    import polars as pl

    from hanbada.ais.columns import Block
    from hanbada.ais.tabular import Tables

ROW_GROUP = 131_072
_ENCODER = msgspec.json.Encoder()


class Sink(Protocol):
    """Takes messages as objects, as blocks of columns, or as rows of a provider's table."""

    wants_rows: bool

    def objects(self, objects: list[dict[str, Any]]) -> None:
        """Take messages as objects, in the order of their lines."""

    def block(self, block: Block, stations: dict[int, str]) -> None:
        """Take the messages of a block; `stations` names the numbers in its `source` columns."""

    def rows(self, tables: Tables) -> None:
        """Take positions and static data that somebody else decoded."""

    def close(self) -> None:
        """Finish."""


class Count:
    """Writes nothing."""

    wants_rows = False

    def objects(self, objects: list[dict[str, Any]]) -> None:
        """Nothing to do."""

    def block(self, block: Block, stations: dict[int, str]) -> None:
        """Nothing to do."""

    def rows(self, tables: Tables) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


class JsonLines:
    """One object per line."""

    wants_rows = True

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def objects(self, objects: list[dict[str, Any]]) -> None:
        """Write objects as they are."""
        self._out.write(_ENCODER.encode_lines(objects))

    def block(self, block: Block, stations: dict[int, str]) -> None:
        """Write a block: layout by layout, then put the lines into the order they came in."""
        import numpy as np

        lines: list[bytes] = []
        order = []
        for frame in _frames(block):
            if "dac" in frame.columns or "data" in frame.columns:
                lines += [_ENCODER.encode(one) for one in _objects(frame, stations)]
            else:
                lines += _shown(frame, stations).write_ndjson().encode().split(b"\n")[:-1]
            order.append(frame["line_id"].to_numpy())
        for i in np.argsort(np.concatenate(order), kind="stable").tolist():
            self._out.write(lines[i])
            self._out.write(b"\n")

    def rows(self, tables: Tables) -> None:
        """Write one object per position, with the static data reported on the same row."""
        self._out.write(_joined(tables).write_ndjson().encode())

    def close(self) -> None:
        """Flush."""
        self._out.flush()


class Wide:
    """A table with every name: CSV, or Parquet in row groups of ROW_GROUP."""

    wants_rows = True

    def __init__(self, out: IO[bytes], form: str) -> None:
        self._out, self._form, self._rows = out, form, 0
        self._held: list[pl.DataFrame] = []
        self._writer: Any = None
        self._started = False

    def objects(self, objects: list[dict[str, Any]]) -> None:
        """Take objects: nested application data become JSON text."""
        import polars as pl

        flat = [
            {key: _ENCODER.encode(v).decode() if isinstance(v, dict | list) else v for key, v in one.items()}
            for one in objects
        ]
        self._take(pl.DataFrame(flat, schema=_wide_schema(), orient="row") if flat else None)

    def block(self, block: Block, stations: dict[int, str]) -> None:
        """Take a block: one frame of all its layouts in the order of lines."""
        import polars as pl

        frames = []
        for frame in _frames(block):
            if "dac" in frame.columns or "data" in frame.columns:
                flat = [
                    {k: _ENCODER.encode(v).decode() if isinstance(v, dict | list) else v for k, v in one.items()}
                    for one in _objects(frame, stations)
                ]
                frames.append(pl.DataFrame(flat, schema=_wide_schema(), orient="row"))
            else:
                frames.append(_shown(frame, stations))
        schema = _wide_schema()
        whole = [
            f.with_columns(pl.lit(None).cast(t).alias(n) for n, t in schema.items() if n not in f.columns)
            .select(*schema)
            .cast(schema)
            for f in frames
        ]
        self._take(pl.concat(whole).sort("line", maintain_order=True))

    def rows(self, tables: Tables) -> None:
        """Take positions of a provider's table."""
        import polars as pl

        frame, schema = _joined(tables), _wide_schema()
        frame = frame.with_columns(pl.lit(None).cast(t).alias(n) for n, t in schema.items() if n not in frame.columns)
        self._take(frame.select(*schema).cast(schema))

    def close(self) -> None:
        """Write what is held back, and at least a header."""
        import polars as pl

        if self._held or not self._started:
            self._write(pl.concat(self._held) if self._held else pl.DataFrame(schema=_wide_schema()))
        if self._writer is not None:
            self._writer.close()
        self._out.flush()

    def _take(self, frame: pl.DataFrame | None) -> None:
        if frame is None:
            return
        import polars as pl

        self._held.append(frame)
        self._rows += len(frame)
        if self._rows >= ROW_GROUP:
            self._write(pl.concat(self._held))
            self._held, self._rows = [], 0

    def _write(self, frame: pl.DataFrame) -> None:
        if self._form == "csv":
            self._out.write(frame.write_csv(include_header=not self._started).encode())
        else:
            import pyarrow.parquet as pq

            table = frame.to_arrow()
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._out, table.schema, compression="zstd")
            self._writer.write_table(table.cast(self._writer.schema), row_group_size=ROW_GROUP)
        self._started = True


def open_sink(form: str, out: IO[bytes]) -> Sink:
    """The sink of a form: jsonl, csv, parquet or none."""
    if form == "jsonl":
        return JsonLines(out)
    return Count() if form == "none" else Wide(out, form)


def _frames(block: Block) -> list[pl.DataFrame]:
    import polars as pl

    from hanbada.ais.columns import table

    return [pl.DataFrame(table(block, name)) for name in block.rows]


def _objects(frame: pl.DataFrame, stations: dict[int, str]) -> list[dict[str, Any]]:
    """Rows through the readable way: for the few types whose payload has a content of its own."""
    skip = ("msg_type", "at", "source", "line_id")
    return [
        as_object(
            row["msg_type"],
            {key: value for key, value in row.items() if key not in skip},
            None if row["at"] is None else round(row["at"].timestamp() * 1e6),
            stations[row["source"]],
            row["line_id"] & LINE_MASK,
        )
        for row in frame.iter_rows(named=True)
    ]


def _shown(frame: pl.DataFrame, stations: dict[int, str]) -> pl.DataFrame:
    """The frame as `as_object` would show each row: same names, same order, same text."""
    import polars as pl

    names = {number: name or None for number, name in stations.items()}
    source = pl.col("source").cast(pl.Int64).replace_strict(names, return_dtype=pl.String)
    frame = frame.with_columns(
        _time("at"),
        source.alias("source"),
        (pl.col("line_id") & LINE_MASK).cast(pl.Int64).alias("line"),
        *(pl.col(n).round(POSITION_DECIMALS) for n in frame.columns if n.endswith(("lat_deg", "lon_deg"))),
    )
    rest = [n for n in frame.columns if n not in {*HEAD, "line_id"}]
    return frame.select(*HEAD, *rest).with_columns(_states(frame) if "radio" in frame.columns else [])


def _time(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")


def _states(frame: pl.DataFrame) -> list[pl.Expr]:
    """The communication state of `ais.comm_state`, column by column; null where a part does not apply."""
    import polars as pl

    radio, kind = pl.col("radio").cast(pl.Int64), pl.col("msg_type")
    flagged = pl.col("radio_itdma") if "radio_itdma" in frame.columns else pl.lit(value=False)
    stepped = (flagged.fill_null(value=False)) | (kind == 3)
    none = radio.is_null() | (flagged.fill_null(value=False) & (radio == 393_222))
    timeout, rest = radio // 16384 % 8, radio % 16384
    turn, step = ~none & ~stepped, ~none & stepped
    parts = {
        "sync_state": (~none, radio // 131_072 % 4),
        "slot_timeout": (turn, timeout),
        "received_stations": (turn & timeout.is_in([3, 5, 7]), rest),
        "slot_number": (turn & timeout.is_in([2, 4, 6]), rest),
        "utc_hour": (turn & (timeout == 1), rest // 512 % 32),
        "utc_minute": (turn & (timeout == 1), rest // 4 % 128),
        "slot_offset": (turn & (timeout == 0), rest),
        "slot_increment": (step, radio // 16 % 8192),
        "slots_to_allocate": (step, radio // 2 % 8),
        "keep_flag": (step, radio % 2 == 1),
    }
    return [pl.when(where).then(what).alias(name) for name, (where, what) in parts.items() if name not in frame.columns]


def _joined(tables: Tables) -> pl.DataFrame:
    import polars as pl

    positions = pl.DataFrame(tables.positions).drop("source", "position_mode")
    statics = pl.DataFrame(tables.statics).drop("at", "mmsi", "msg_type", "source", "eta")
    frame = positions.join(statics, on="line_id", how="left", maintain_order="left")
    line = (pl.col("line_id") & LINE_MASK).cast(pl.Int64).alias("line")
    frame = frame.with_columns(
        _time("at"), line, pl.lit(None, pl.Int64).alias("repeat"), pl.lit(None, pl.String).alias("source")
    )
    frame = frame.with_columns(pl.col("lat_deg", "lon_deg").round(POSITION_DECIMALS))
    return frame.select(*HEAD, *(n for n in frame.columns if n not in {*HEAD, "line_id"}))


@lru_cache(maxsize=1)
def _wide_schema() -> dict[Any, Any]:
    """Every name any message has, with its Polars type, in the order of the layouts."""
    import polars as pl

    from hanbada.ais.m1371_6 import LAYOUTS

    kinds = {
        "text": pl.String,
        "data": pl.String,
        "bool": pl.Boolean,
        "f32": pl.Float32,
        "f64": pl.Float64,
        "rot": pl.Float32,
    }
    head = (pl.Int64, pl.Int64, pl.Int64, pl.String, pl.String, pl.Int64)
    schema: dict[Any, Any] = dict(zip(HEAD, head, strict=True))
    for layout in LAYOUTS:
        for field in layout.fields:
            schema.setdefault(field.name, kinds.get(field.type, pl.Int64))
    schema |= dict.fromkeys(PARTS, pl.Int64) | {"keep_flag": pl.Boolean, "application": pl.String}
    return schema
