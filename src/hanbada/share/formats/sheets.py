"""XLSX workbooks as lists of rows, written and read: a ZIP archive of XML that a stranger may have packed.

Before one is opened its parts are counted and weighed, and one that is encrypted, packed in an unknown way, not UTF-8,
or that declares a document type or an entity is refused. What is written has no clock in it.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from hanbada.model.errors import InputError
from hanbada.model.times import iso, to_us
from hanbada.share.formats import archives

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE_LIMIT, UNPACKED_LIMIT, MEMBER_LIMIT = 16 << 20, 64 << 20, 500
WIDTH = 22
_CORE = "docProps/core.xml"
_WHEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")


def written(sheets: Iterable[tuple[str, Iterable[Sequence[str]], int]]) -> bytes:
    """A workbook of named sheets, each rows of text and how many columns are as wide as a word."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, rows, wide in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for number in range(1, wide + 1):
            sheet.column_dimensions[get_column_letter(number)].width = WIDTH
        for cells in rows:
            sheet.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    parts = archives.members(out.getvalue(), "workbook", most=MEMBER_LIMIT, largest=1 << 32)
    parts[_CORE] = _WHEN.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", parts[_CORE])
    return archives.packed(parts)


def opened(data: bytes, file: str, most_rows: int, most_columns: int) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """The sheets of a workbook: title, and rows with their numbers; raises InputError if it is none, or may harm."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_harm(data, file)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return [(sheet.title, _lines(sheet, most_rows, most_columns)) for sheet in book.worksheets]
    except (*archives.FAULTS, ParseError, InvalidFileException) as error:
        message = f"{file}: it is no XLSX workbook, or damaged ({error}); save it anew, or as CSV UTF-8"
        raise InputError(message) from error


def _lines(sheet: Any, most_rows: int, most_columns: int) -> list[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what the file says of its size may be far more than it holds
    rows = sheet.iter_rows(max_row=most_rows, max_col=most_columns, values_only=True)
    return [(number, _trimmed([_text(value) for value in cells])) for number, cells in enumerate(rows, 1)]


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """A cell as text: spreadsheets make days and numbers of what looks like them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        whole = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if whole else iso(to_us(value.replace(tzinfo=UTC)))
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _refuse_harm(data: bytes, file: str) -> None:
    if len(data) > FILE_LIMIT:
        message = f"{file}: it has {len(data) >> 20} MiB; at most {FILE_LIMIT >> 20} are read: cut it into several"
        raise InputError(message)
    parts = archives.members(data, file, most=MEMBER_LIMIT, largest=UNPACKED_LIMIT, kind="XLSX workbook")
    for name, text in parts.items():
        if name.lower().endswith((".xml", ".rels", ".vml")) and (_declares(text) or not _utf8(text)):
            message = f"{file}: {name[:80]!r} declares a document type or is not UTF-8; no spreadsheet needs that"
            raise InputError(message)


def _declares(text: bytes) -> bool:
    return re.search(rb"<!\s*(doctype|entity)", text, re.IGNORECASE) is not None


def _utf8(text: bytes) -> bool:
    """Whether a part is UTF-8 by what it says: in another encoding the search above would not see a declaration."""
    head = text.removeprefix(b"\xef\xbb\xbf")[:200]
    said = re.match(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", head)
    return (
        b"\x00" not in head and head.startswith(b"<") and (said is None or said[1].lower() in {b"utf-8", b"us-ascii"})
    )
