"""Rows of the register as tables of text, and back: one table a kind, its header the names of its columns.

A cell that cannot be used costs its row, never the file: every fault says file, line, column and what to write, and the
other rows are taken. Columns stand in any order; one that is not known is said and passed over.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from msgspec import Struct

from hanbada.accord.cells import REQUIRED, columns, read, written
from hanbada.model.errors import InputError
from hanbada.model.register import KIND_OF, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hanbada.model.register import Row

Grid: TypeAlias = "list[tuple[int, list[str]]]"
"""The lines of a table, each with its number in the file."""
ROW_LIMIT = 20_000
BOM = b"\xef\xbb\xbf"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)


class Fault(Struct, frozen=True, kw_only=True):
    """What could not be used, where it stands and what to do."""

    file: str
    line: int
    column: str
    hint: str

    def __str__(self) -> str:
        """One line for people."""
        where = f", column {self.column}" if self.column else ""
        return f"{self.file}, line {self.line}{where}: {self.hint}"


class Reading(NamedTuple):
    """The rows of a file that can be used, and what could not."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


# Out


def grid(kind: str, rows: Iterable[Row]) -> list[list[str]]:
    """Header and rows of one kind, by id: the same rows give the same table."""
    own = sorted((row for row in rows if KIND_OF[type(row)] == kind), key=lambda row: row.row_id)
    held = columns(kind)
    return [[one.name for one in held], *([written(row, one) for one in held] for row in own)]


def csv_bytes(kind: str, rows: Iterable[Row]) -> bytes:
    """The rows of one kind as CSV with a byte-order mark, so that spreadsheets see UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows(grid(kind, rows))
    return BOM + out.getvalue().encode()


# In


def read_csv_bytes(data: bytes, file: str, kind: str | None = None) -> Reading:
    """The rows of a CSV file; its kind is told by its header where it is not given."""
    try:
        lines = list(_records(data))
    except UnicodeDecodeError:
        return _nothing(file, 1, "it is not UTF-8; save it as CSV UTF-8")
    except csv.Error as error:
        return _nothing(file, 1, f"it is no CSV table ({error}); save it as CSV UTF-8")
    return read_grid(lines, file, kind)


def _records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = data.decode("utf-8-sig")
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",")
    begin = 1
    for record in lines:
        yield begin, record
        begin = lines.line_num + 1


def read_grid(lines: Grid, file: str, kind: str | None = None) -> Reading:
    """The rows of a table with a header."""
    filled = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        return Reading((), ())
    if len(filled) > ROW_LIMIT + 1:
        return _nothing(file, 1, f"it has {len(filled)} lines; cut it into files of at most {ROW_LIMIT}")
    (at, header), body = filled[0], filled[1:]
    names = [cell.strip().lower() for cell in header]
    known = kind or kind_of_header(names)
    if known is None:
        return _nothing(
            file, at, f"the header is of no kind of row; kinds are {', '.join(KINDS)}: export one to see it"
        )
    faults = list(_of_header(names, known, file, at))
    if any(fault.column in REQUIRED for fault in faults):
        return Reading((), tuple(faults))
    return _rows(known, names, body, file, faults)


def _rows(kind: str, names: list[str], body: Grid, file: str, faults: list[Fault]) -> Reading:
    found: dict[str, Row] = {}
    for line, cells in body:
        row = _row(kind, names, cells, file, line)
        if isinstance(row, list):
            faults += row
        elif row.row_id in found:
            hint = f"{row.row_id} stood here before; give every row an id of its own"
            faults.append(Fault(file=file, line=line, column="row_id", hint=hint))
        else:
            found[row.row_id] = row
    return Reading(tuple(found.values()), tuple(faults))


def _row(kind: str, names: list[str], cells: Sequence[str], file: str, line: int) -> Row | list[Fault]:
    if any(cell.strip() for cell in cells[len(names) :]):
        hint = f"it has {len(cells)} cells, the header {len(names)}; put quotes around cells with commas"
        return [Fault(file=file, line=line, column="", hint=hint)]
    held = dict(zip(names, cells, strict=False))
    values: dict[str, Any] = {}
    faults = []
    for one in columns(kind):
        try:
            values[one.name] = read(held.get(one.name, ""), one)
        except InputError as error:
            faults.append(Fault(file=file, line=line, column=one.name, hint=str(error)))
    if faults:
        return faults
    row = KINDS[kind](**values)
    return [Fault(file=file, line=line, column=name, hint=hint) for name, hint in wrong(row)] or row


def kind_of_header(names: Sequence[str]) -> str | None:
    """The kind whose columns a header comes nearest to; None if it has not half of any."""

    def share(kind: str) -> float:
        own = {one.name for one in columns(kind)}
        return len(own & set(names)) / len(own | set(names))

    best = max(KINDS, key=share)
    return best if share(best) >= 0.5 else None


def _of_header(names: list[str], kind: str, file: str, line: int) -> Iterator[Fault]:
    own = {one.name for one in columns(kind)}
    for name in dict.fromkeys(names):
        if name and name not in own:
            hint = f"a row of kind {kind} has no such column; it is passed over"
            yield Fault(file=file, line=line, column=name, hint=hint)
        if names.count(name) > 1:
            yield Fault(file=file, line=line, column=name, hint="it stands twice; keep one")
    for name in sorted(own & REQUIRED - set(names)):
        yield Fault(file=file, line=line, column=name, hint=f"a row of kind {kind} needs it; add the column")


def _nothing(file: str, line: int, hint: str) -> Reading:
    return Reading((), (Fault(file=file, line=line, column="", hint=hint),))


# What a row as a whole must keep to


def wrong(row: Row) -> list[tuple[str, str]]:
    """Column and hint of what does not fit in a row; nothing if all does."""
    found = []
    if not _ID.fullmatch(row.row_id):
        found.append(("row_id", "write lower-case letters, digits, dots and hyphens, such as kr-eu-sdp-2024"))
    found += [pair for pair in (_span(row, *ends) for ends in _SPANS) if pair]
    found += [pair for pair in (_degrees(row, name, most) for name, most in _DEGREES) if pair]
    if (getattr(row, "lat_deg", None) is None) != (getattr(row, "lon_deg", None) is None):
        found.append(("lat_deg", "a place has both latitude and longitude; write both or neither"))
    return found


_SPANS = (
    ("begins_on", "ends_on"), ("begins_at", "ends_at"), ("signed_on", "until_on"), ("in_force_on", "until_on"),
    ("suspended_from_on", "suspended_until_on"),
)  # fmt: skip
_DEGREES = (("lat_deg", 90.0), ("lon_deg", 180.0))


def _span(row: Row, first: str, last: str) -> tuple[str, str] | None:
    begin, end = getattr(row, first, None), getattr(row, last, None)
    return (last, f"it lies before {first}; exchange them") if begin and end and end < begin else None


def _degrees(row: Row, name: str, most: float) -> tuple[str, str] | None:
    value = getattr(row, name, None)
    return (name, f"write degrees between -{most:g} and {most:g}") if value is not None and abs(value) > most else None
