"""The register of cooperation as a node has it: its own rows laid over the seed of the package, files in and out."""

from __future__ import annotations

import csv
import io
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from hanbada.accord.tables import Fault, Reading, csv_bytes, read_csv_bytes
from hanbada.app.workbooks import read_workbook, workbook
from hanbada.model.errors import InputError, NotFoundError, UsageError
from hanbada.model.register import KIND_OF, KINDS, Kept
from hanbada.share.formats import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hanbada.model.register import Row
    from hanbada.store.desk import DeskStore

VALUE_COLUMNS = ("designation", "unit_value")


@cache
def seed() -> tuple[Row, ...]:
    """The rows that ship; a row that could not be read is a bug of ours, and a test looks for it."""
    folder = resources.files("hanbada.app") / "register_seed"
    readings = [read_csv_bytes((folder / f"{kind}.csv").read_bytes(), f"{kind}.csv", kind) for kind in KINDS]
    return tuple(row for reading in readings for row in reading.rows)


def laid_over(own: Iterable[Kept], withdrawn: set[tuple[str, str]]) -> list[Kept]:
    """The register: rows of the node in place of those of the seed with their id, none that was withdrawn."""
    shipped = [Kept(kind=KIND_OF[type(row)], row=row) for row in seed()]
    held = {(one.kind, one.row.row_id): one for one in (*shipped, *own)}
    order = list(KINDS)
    standing = (one for name, one in held.items() if name not in withdrawn)
    return sorted(standing, key=lambda one: (order.index(one.kind), one.row.row_id))


def register_of(desk: DeskStore | None) -> list[Kept]:
    """The register of a node; without one the seed."""
    return laid_over([], set()) if desk is None else laid_over(desk.register_rows(), desk.withdrawn_rows())


def named(kept: Iterable[Kept], row_id: str, kind: str | None = None) -> Kept:
    """The row with an id; raises NotFoundError if there is none."""
    found = next((one for one in kept if one.row.row_id == row_id and kind in {None, one.kind}), None)
    if found is None:
        message = f"{row_id[:80]}: no row of the register has this id; `hanbada accord list` shows all"
        raise NotFoundError(message)
    return found


# Files


def read_files(paths: Iterable[Path], kind: str | None) -> Reading:
    """The rows of CSV files and workbooks, and what could not be used; a file that cannot be opened is a fault."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            found = _read_file(path, kind)
        except InputError as error:
            faults.append(Fault(file=path.name, line=1, column="", hint=str(error)))
        else:
            rows += found.rows
            faults += found.faults
    return Reading(tuple(rows), tuple(faults))


def _read_file(path: Path, kind: str | None) -> Reading:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= sheets.FILE_LIMIT else b""
    except OSError as error:
        message = f"it cannot be opened: {error.strerror}"
        raise InputError(message) from error
    if size > sheets.FILE_LIMIT:
        message = f"it has {size >> 20} MiB; at most {sheets.FILE_LIMIT >> 20} are read: cut it into several"
        raise InputError(message)
    if path.suffix.lower() == ".xlsx":
        return read_workbook(data, path.name)
    return read_csv_bytes(data, path.name, kind)


def write_files(rows: Iterable[Row], where: Path) -> list[Path]:
    """The register as a workbook (a name that ends in .xlsx), or a folder of CSV files; raises UsageError if not."""
    listed = list(rows)
    if where.suffix.lower() == ".xlsx":
        files = {where: workbook(listed)}
    else:
        files = {where / f"{kind}.csv": csv_bytes(kind, listed) for kind in KINDS}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        message = f"{where}: cannot be written: {error.strerror}"
        raise UsageError(message) from error
    return list(files)


class Values(NamedTuple):
    """Unit values by designation, and what could not be used."""

    values: dict[str, float]
    faults: tuple[Fault, ...]


def read_unit_values(text: str, file: str) -> Values:
    """Unit values of new units from CSV with the columns designation and unit_value."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not set(VALUE_COLUMNS) <= set(lines.fieldnames or ()):
        message = f"{file}: the header must be {','.join(VALUE_COLUMNS)}"
        raise InputError(message)
    values: dict[str, float] = {}
    faults = []
    for record in lines:
        value = _positive(record["unit_value"])
        if value is None:
            hint = f"{str(record['unit_value'])[:20]!r} is no value above 0"
            faults.append(Fault(file=file, line=lines.line_num, column="unit_value", hint=hint))
        else:
            values[record["designation"].strip()] = value
    return Values(values, tuple(faults))


def _positive(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None
