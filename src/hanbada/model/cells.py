"""Cells of tables that other programs open: a text that a spreadsheet would run as a formula is kept from it.

An apostrophe before it does that (OWASP, CSV injection). A text that begins with apostrophes before such a start gets
one more, so that what was written can be read back.
"""

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_GUARDED = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Text for a cell, with a leading apostrophe where it could be a formula; a number stays a number.

    >>> guarded("=1+1"), guarded("-3.5"), guarded("-x"), guarded("O'Brien")
    ("'=1+1", '-3.5', "'-x", "O'Brien")
    """
    return f"'{text}" if _GUARDED.match(text) and not _number(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def _number(text: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?(e[+-]\d+)?", text, re.ASCII) is not None
