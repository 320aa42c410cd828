"""An XLSX workbook of one sheet, with the columns of CSV: see `grid`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.share.formats import entries, grid, markup, sheets
from hanbada.share.formats.contract import Format, Note, Read, Written, compared
from hanbada.share.formats.entries import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.sharing import Released

SHEET = "hanbada"


def write(released: Sequence[Released], note: Note) -> Written:
    """What was released as a workbook."""
    rows = [[markup.carried(cell) for cell in row] for row in grid.rows(entries.entries_of(released), note)]
    content = sheets.written([(SHEET, rows, len(rows[0]))])
    return Written(content, compared(EVERYTHING, released, read(content)))


def read(content: bytes) -> Read:
    """The rows of every sheet as objects; raises InputError if it is no workbook, or may harm."""
    found = [
        grid.read([line for _, line in lines], f"sheet {title}")
        for title, lines in sheets.opened(content, "XLSX", grid.MOST_ROWS + 2, grid.MOST_COLUMNS)
    ]
    return Read(
        tuple(item for one in found for item in one.items), tuple(loss for one in found for loss in one.losses)
    )  # fmt: skip


def sniff(head: bytes) -> bool:
    """Whether it begins like a workbook."""
    return (head.startswith(b"PK") and b"[Content_Types].xml" in head[:4096]) or (
        head.startswith(b"PK") and b"xl/" in head
    )


FORMAT = Format(
    name="xlsx", title="XLSX workbook", suffix="xlsx", carries=EVERYTHING, write=write, read=read, sniff=sniff,
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip
