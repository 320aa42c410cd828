"""CSV, JSON and Parquet files -> tables at the seams, piece by piece, every row used or rejected."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl
import pyarrow as pa

from hanbada.ais.json_feeds import flat_rows
from hanbada.ais.lines import escaped
from hanbada.ais.tabular import Tables, is_positions, to_seams
from hanbada.model.errors import InputError
from hanbada.model.ids import LINE_BITS
from hanbada.model.tables import POSITIONS, REJECTS, STATICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hanbada.feeds.files import Input

LINES = 200_000
"""Rows turned into tables at a time."""
MAX_JSON = 256 << 20
"""Bytes of a JSON document, on one line or several."""
MAX_ROW = 1 << 17
"""Bytes of a line of a table; no field may be longer in the csv module."""
SHOWN = 120
_BROKEN = object()
"""What is not JSON; null is JSON."""


class Part(NamedTuple):
    """Some rows of an input: how many there were, how many of them were blank lines, and what the others brought."""

    rows: int
    blank: int
    tables: Tables


def read_rows(opened: Input, source: int) -> Iterator[Part]:
    """The rows of a CSV, JSON or Parquet input; raises InputError where it cannot go on."""
    reader = {"csv": _read_csv, "json": _read_json, "parquet": _read_parquet}[opened.form]
    yield from reader(opened, source)


def _read_csv(opened: Input, source: int) -> Iterator[Part]:
    lines = _lines(opened.pieces, MAX_ROW)
    header = next(lines, b"").decode("utf-8-sig", "replace")
    mark = max(",;\t", key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=mark), [])]
    if not is_positions(names):
        raise _no_positions(opened.name, names)
    number = 2
    for batch in _batches(lines):
        blank = sum(not line.strip() for line in batch)
        yield Part(len(batch), blank, _csv_batch(batch, names, mark, number, source))
        number += len(batch)


def _csv_batch(batch: list[bytes], names: list[str], mark: str, first: int, source: int) -> Tables:
    """Rows of a batch; lines with quotes go through the csv module, the others are split at once."""
    texts = pl.Series("line", _decoded(batch), dtype=pl.String).str.strip_chars_end("\r\n")
    frame = pl.DataFrame({"line": texts}).with_row_index("row")
    quoted = frame["line"].str.contains('"', literal=True)
    fitting = (frame["line"].str.count_matches(mark, literal=True) == len(names) - 1) & ~quoted
    plain = frame.filter(fitting)
    fields = plain.select("row", pl.col("line").str.split_exact(mark, len(names) - 1).alias("f")).unnest("f")
    fields.columns = ["_row", *(f"{i}" for i in range(len(names)))]
    slow = [(row, next(csv.reader([line], delimiter=mark), [])) for row, line in frame.filter(quoted).iter_rows()]
    good = [[row, *cells] for row, cells in slow if len(cells) == len(names)]
    if good:
        more = pl.DataFrame(good, schema=fields.columns, orient="row").cast({"_row": pl.UInt32})
        fields = pl.concat([fields, more]).sort("_row")
    used = set(fields["_row"].to_list())
    missing = [] if len(used) == len(batch) else [row for row in range(len(batch)) if row not in used]
    bad = [row for row in missing if batch[row].strip()]
    rows = fields["_row"].cast(pl.UInt64) + first
    tables = _placed(to_seams(fields.drop("_row").rename(_unique(names)), 0, source), rows)
    return _with_bad_lines(tables, batch, bad, first, source)


def _unique(names: list[str]) -> dict[str, str]:
    """A name of its own for every column: what comes first keeps its name."""
    taken: set[str] = set()
    renamed = {}
    for i, name in enumerate(names):
        own = name
        while own in taken:
            own += "."
        taken.add(own)
        renamed[str(i)] = own
    return renamed


def _decoded(batch: list[bytes]) -> list[str]:
    """Text of UTF-8, or of Latin-1 where a line is not: old loggers wrote that."""
    try:
        return [line.decode() for line in batch]
    except UnicodeDecodeError:
        return [_text(line) for line in batch]


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _placed(tables: Tables, lines: pl.Series) -> Tables:
    """The same tables with row numbers replaced by the lines the rows stood on."""
    return Tables(*(_renumbered(table, lines) for table in (tables.positions, tables.statics, tables.rejects)))


def _renumbered(table: pa.Table, lines: pl.Series) -> pa.Table:
    ids = pl.Series(table.column("line_id"))
    index = ids & ((1 << LINE_BITS) - 1)
    placed = lines.gather(index) | (ids - index) if len(ids) else ids
    at = table.column_names.index("line_id")
    return table.set_column(at, table.schema.field("line_id"), pa.array(placed.to_numpy(), pa.uint64()))


def _with_bad_lines(tables: Tables, batch: list[bytes], bad: list[int], first: int, source: int) -> Tables:
    if not bad:
        return tables
    rejects = REJECTS.build(
        {
            "line_id": [first + row | source << LINE_BITS for row in bad],
            "code": ["bad_record"] * len(bad),
            "detail": [escaped(batch[row]) for row in bad],
        }
    )
    return Tables(tables.positions, tables.statics, pa.concat_tables([tables.rejects, rejects]))


def _read_json(opened: Input, source: int) -> Iterator[Part]:
    """One object per line where the first line is a whole value; otherwise one document."""
    lines = _lines(opened.pieces, MAX_JSON)
    first = next(lines, b"")
    if _value(first) is _BROKEN:
        yield from _document(first + b"\n" + b"\n".join(_limited(lines, opened.name)), opened.name, source)
        return
    number = 1
    for batch in _batches(chain((first,), lines)):
        said = [(number + i, line) for i, line in enumerate(batch) if line.strip()]
        found = [(at, row, line) for at, line in said for row in _rows_of(line)]
        blank = len(batch) - len(said)
        yield Part(blank + len(found), blank, _json_batch(found, source))
        number += len(batch)


def _document(text: bytes, name: str, source: int) -> Iterator[Part]:
    """Rows are numbered where a document has no lines to count."""
    value = _value(text)
    if value is _BROKEN:
        message = f"{name}: line 1: neither a JSON object per line nor a JSON document of at most {MAX_JSON >> 20} MiB"
        raise InputError(message)
    rows = flat_rows(value)
    for start in range(0, len(rows), LINES):
        part = rows[start : start + LINES]
        found = [(start + i + 1, row, b"an object that is no report") for i, row in enumerate(part)]
        yield Part(len(part), 0, _json_batch(found, source))


def _rows_of(line: bytes) -> list[dict[str, Any] | None]:
    value = _value(line)
    return (None if value is _BROKEN else flat_rows(value)) or [None]


def _json_batch(found: list[tuple[int, dict[str, Any] | None, bytes]], source: int) -> Tables:
    good = [(line, row) for line, row, _ in found if row is not None]
    bad = [(line, raw) for line, row, raw in found if row is None]
    tables = Tables(POSITIONS.empty(), STATICS.empty(), REJECTS.empty())
    if good:
        columns = {key: None for _, row in good for key in row}
        texts = [{key: _cell(row.get(key)) for key in columns} for _, row in good]
        frame = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String))
        frame = frame.with_columns(pl.lit(None, pl.String).alias(n) for n in _missing(columns))
        tables = _placed(to_seams(frame, 0, source), pl.Series([line for line, _ in good], dtype=pl.UInt64))
    if bad:
        details = {
            "line_id": [line | source << LINE_BITS for line, _ in bad],
            "code": ["bad_record"] * len(bad),
            "detail": [escaped(raw) for _, raw in bad],
        }
        rejects = pa.concat_tables([tables.rejects, REJECTS.build(details)])
        tables = Tables(tables.positions, tables.statics, rejects)
    return tables


def _missing(columns: Iterable[str]) -> list[str]:
    from hanbada.ais.tabular import REQUIRED, meanings

    known = meanings(columns)
    return [name for name in REQUIRED if name not in known]


def _cell(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _value(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _BROKEN


def _read_parquet(opened: Input, source: int) -> Iterator[Part]:
    import pyarrow.parquet as pq

    number = 1
    try:
        file = pq.ParquetFile(opened.name)
        names = file.schema_arrow.names
        if not is_positions(names):
            raise _no_positions(opened.name, names)
        for batch in file.iter_batches(batch_size=LINES):
            yield Part(batch.num_rows, 0, to_seams(pl.DataFrame(batch), number, source))
            number += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        message = f"{opened.name}: damaged behind row {number - 1:,}, or no Parquet file ({error})"
        raise InputError(message) from error


def _no_positions(name: str, columns: list[str]) -> InputError:
    shown = ", ".join(columns[:SHOWN])[:SHOWN]
    return InputError(f"{name}: line 1: a table without columns for MMSI, time, latitude and longitude: {shown}")


def _lines(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Lines without their newline; one of more than `most` bytes is cut to what cannot be mistaken for a row."""
    begun: list[bytes] = []
    held = 0
    for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield _line(begun, held, line, most)
            begun, held = [], 0
        if held <= most:
            begun.append(rest)
        held += len(rest)
    if held:
        yield _line(begun, held, b"", most)


def _line(begun: list[bytes], held: int, end: bytes, most: int) -> bytes:
    if held + len(end) <= most:
        return b"".join([*begun, end])
    return b"".join([*begun, end])[:SHOWN].translate(None, b',;\t"')


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) >= LINES:
            yield batch
            batch = []
    if batch:
        yield batch


def _limited(lines: Iterable[bytes], name: str) -> Iterator[bytes]:
    size = 0
    for line in lines:
        size += len(line)
        if size > MAX_JSON:
            message = f"{name}: a JSON document of more than {MAX_JSON >> 20} MiB: give one object per line"
            raise InputError(message)
        yield line
