"""The register as an XLSX workbook, a sheet a kind, and back; `share.formats.sheets` opens and closes the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.accord.cells import columns
from hanbada.accord.tables import ROW_LIMIT, Reading, grid, read_grid
from hanbada.model.register import KINDS
from hanbada.share.formats import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.register import Row

COLUMN_LIMIT = 60


def workbook(rows: Iterable[Row]) -> bytes:
    """Every row in a workbook, a sheet a kind; texts only, guarded like the cells of a CSV file."""
    listed = list(rows)
    return sheets.written((kind, grid(kind, listed), len(columns(kind))) for kind in KINDS)


def read_workbook(data: bytes, file: str) -> Reading:
    """The rows of a workbook whose sheets are named by kind, and what could not be used.

    Raises InputError if it cannot be opened at all or may harm.
    """
    found = sheets.opened(data, file, ROW_LIMIT + 2, COLUMN_LIMIT)
    readings = [read_grid(lines, f"{file}, sheet {title}", _kind(title)) for title, lines in found]
    return Reading(
        tuple(row for reading in readings for row in reading.rows),
        tuple(fault for reading in readings for fault in reading.faults),
    )


def _kind(title: str) -> str | None:
    return title.strip().lower() if title.strip().lower() in KINDS else None
