"""The register as an XLSX workbook, a sheet a kind, and back.

A workbook is a ZIP archive of XML that a stranger packed: before it is opened its members are counted and weighed by
what they say they unpack to (`zipfile` gives no byte more than that), and one that is encrypted, packed in an unknown
way, not UTF-8, or that declares a document type or an entity is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from hanbada.accord.cells import columns
from hanbada.accord.tables import ROW_LIMIT, Reading, grid, read_grid
from hanbada.model.errors import InputError
from hanbada.model.register import KINDS
from hanbada.model.times import iso, to_us

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.register import Row

FILE_LIMIT, UNPACKED_LIMIT = 16 << 20, 64 << 20
MEMBER_LIMIT = 500
COLUMN_LIMIT = 60
WIDTH = 22
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_FAULTS = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError,
    OverflowError, NotImplementedError, OSError,
)  # fmt: skip
"""What a damaged workbook makes openpyxl and zipfile raise."""


def workbook(rows: Iterable[Row]) -> bytes:
    """Every row in a workbook, a sheet a kind; texts only, guarded like the cells of a CSV file."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    listed = list(rows)
    book = Workbook(write_only=True)
    for kind in KINDS:
        sheet = book.create_sheet(kind)
        sheet.freeze_panes = "B2"
        for number in range(1, len(columns(kind)) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = WIDTH
        for cells in grid(kind, listed):
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_workbook(data: bytes, file: str) -> Reading:
    """The rows of a workbook whose sheets are named by kind, and what could not be used.

    Raises InputError if it cannot be opened at all or may harm.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _refuse_harm(data, file)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [(sheet.title, _lines(sheet)) for sheet in book.worksheets]
    except (*_FAULTS, InvalidFileException) as error:
        message = f"{file}: it is no XLSX workbook, or damaged ({error}); save it anew, or as CSV UTF-8"
        raise InputError(message) from error
    readings = [read_grid(lines, f"{file}, sheet {title}", _kind(title)) for title, lines in sheets]
    return Reading(
        tuple(row for reading in readings for row in reading.rows),
        tuple(fault for reading in readings for fault in reading.faults),
    )


def _kind(title: str) -> str | None:
    return title.strip().lower() if title.strip().lower() in KINDS else None


def _lines(sheet: Any) -> list[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what the file says of its size may be far more than it holds
    rows = sheet.iter_rows(max_row=ROW_LIMIT + 2, max_col=COLUMN_LIMIT, values_only=True)
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
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > MEMBER_LIMIT or unpacked > UNPACKED_LIMIT:
            message = f"{file}: it unpacks to {len(members)} parts and {unpacked >> 20} MiB; save only the register"
            raise InputError(message)
        for member in members:
            _refuse_member(archive, member, file)


def _refuse_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> None:
    if member.flag_bits & 1 or member.compress_type not in _PACKED:
        message = f"{file}: {member.filename[:80]!r} is encrypted or packed in an unknown way; save it without"
        raise InputError(message)
    if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    text = archive.read(member)
    if _declares(text) or not _utf8(text):
        message = (
            f"{file}: {member.filename[:80]!r} declares a document type or is not UTF-8; no spreadsheet needs that"
        )
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
