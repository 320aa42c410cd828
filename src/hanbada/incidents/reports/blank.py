"""Empty forms for paper, mail and spreadsheets, and filled ones back as text: all ways in lead to one parser."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from hanbada.incidents.reports.forms import FORMS, form_named
from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hanbada.incidents.reports.form import Form

NUMBER = "form_number"
_NUMBER = re.compile(r"\bform[ \t]+(?:number|no\.?|nr\.?)[ \t]*[:=#][ \t]*([A-Z0-9][A-Z0-9-]{2,30})", re.IGNORECASE)
MOST_ROWS = 1000
HINTS = {
    "position": "DD-MM.mN DDD-MM.mE", "at": "DDHHMMZ MON YY", "ahead": "DDHHMMZ MON YY", "course": "degrees",
    "speed": "knots", "length": "metres", "yes": "yes or no",
}  # fmt: skip
"""How values are best written; never like a value, so that an empty form says nothing."""


def text_of(form: Form, values: Mapping[str, str] | None = None, number: str = "") -> str:
    """A form as text, filled with words by field name; empty, a star says what is obligatory, brackets how to write."""
    filled = values or {}
    lines = [form.title.upper(), f"Form number: {number}", ""]
    for one in form.fields:
        star = "*" if one.obligatory and not filled else ""
        hint = f" [{HINTS[one.kind]}]" if one.kind in HINTS and not filled else ""
        said = " ".join(filled.get(one.name, "").split())
        if said or not filled:
            lines.append(f"{one.number:02d} {one.label}{star}{hint}: {said}".rstrip())
    return "\n".join(lines) + "\n"


def csv_of(form: Form, rows: Iterable[Mapping[str, str]] = ()) -> str:
    """A form as CSV: names of its fields, a row for each report."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["form", NUMBER, *(one.name for one in form.fields)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({"form": form.name, **row} for row in rows)
    return out.getvalue()


def rows_in(text: str) -> list[tuple[str, str]] | None:
    """The reports of a CSV file as (form, text); None if the text is no such file.

    Raises InputError for a row that names no form, or more than `MOST_ROWS`.
    """
    head = text.lstrip("\ufeff \n").split("\n", 1)[0]
    mark = ";" if head.startswith("form;") else ","
    if not head.startswith(f"form{mark}"):
        return None
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff \n")), delimiter=mark))
    if len(rows) > MOST_ROWS:
        message = f"{len(rows)} reports in one file; {MOST_ROWS} are the most: split it"
        raise InputError(message)
    return [_row(number, row) for number, row in enumerate(rows, 2)]


def _row(number: int, row: dict[str, str | None]) -> tuple[str, str]:
    name = (row.get("form") or "").strip()
    if name not in FORMS:
        message = f"row {number}: there is no form {name!r}: there are {', '.join(FORMS)}"
        raise InputError(message)
    values = {key: value for key, value in row.items() if key and isinstance(value, str) and value.strip()}
    return name, text_of(form_named(name), values, values.get(NUMBER, "").strip())


def number_span(text: str) -> tuple[int, int] | None:
    """Where the number of a printed form stands, with its label."""
    match = _NUMBER.search(text)
    return match.span() if match else None


def number_in(text: str) -> str | None:
    """The number of a printed form, None if the text carries none.

    >>> number_in("Form number: HB-0042")
    'HB-0042'
    """
    match = _NUMBER.search(text)
    return match[1].upper() if match else None
