"""CSV (RFC 4180) in UTF-8 with a byte-order mark, so that spreadsheets see the letters: see `grid` for the columns."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from hanbada.model.errors import InputError
from hanbada.share.formats import entries, grid
from hanbada.share.formats.contract import Format, Note, Read, Written, compared
from hanbada.share.formats.entries import EVERYTHING, OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.sharing import Released
    from hanbada.share.formats.entries import Entry

_MARK = b"\xef\xbb\xbf"
LARGEST = 64 << 20


def table(found: Sequence[Entry], note: Note) -> bytes:
    """Entries as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(grid.rows(found, note))
    return _MARK + out.getvalue().encode("utf-8", "replace")


def write(released: Sequence[Released], note: Note) -> Written:
    """What was released as CSV."""
    content = table(entries.entries_of(released), note)
    return Written(content, compared(EVERYTHING, released, read(content)))


def read(content: bytes) -> Read:
    """Rows as objects; raises InputError if they are no CSV in UTF-8."""
    if len(content) > LARGEST:
        message = f"CSV: {len(content):,} bytes are more than {LARGEST:,}"
        raise InputError(message)
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeError, csv.Error) as error:
        message = f"CSV: not a table in UTF-8: {error}"
        raise InputError(message) from None
    return grid.read(lines, "CSV")


def sniff(head: bytes) -> bool:
    """Whether it begins like one of our tables, or one with positions."""
    first = head.removeprefix(_MARK).split(b"\n", 1)[0].lower()
    return b"," in first and (OURS.encode() in first or (b"lat" in first and b"lon" in first)) and b"<" not in first


FORMAT = Format(
    name="csv", title="CSV", media_type="text/csv; charset=utf-8", suffix="csv",
    carries=EVERYTHING, write=write, read=read, sniff=sniff,
)  # fmt: skip
