"""Values of the register as text in a cell, and back.

Lists part their items by `;`, follow-ups their fields by `|`; a backslash before `;`, `|` or itself takes the meaning
away. A number or year in brackets is an estimate and comes back in brackets. A cell that a spreadsheet would run as a
formula gets an apostrophe before it, which is taken away again when it is read (`model.cells`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    DateType,
    FloatType,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    UnionType,
    VarTupleType,
    type_info,
)

from hanbada.model.cells import guarded, unguarded
from hanbada.model.errors import InputError
from hanbada.model.register import KINDS, Figure, FollowUp
from hanbada.model.times import iso, parse_iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.register import Row

TEXT_LIMIT = 8_000
"""Characters of a cell; spreadsheets take 32,767."""
LIST_LIMIT = 1_000
YEARS = (1900, 2100)
_FIGURE = re.compile(r"(\()?\s*(\d{1,9})\s*(?:[-–]\s*(\d{4})\s*)?(\))?", re.ASCII)
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Form(Struct, frozen=True, kw_only=True):
    """How values of one column are read and written; `read` raises InputError that says what to write instead."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    empty: Any = msgspec.UNSET
    """What an empty cell means; UNSET where it must not be empty."""


class Column(Struct, frozen=True, kw_only=True):
    """One column of a kind."""

    name: str
    form: Form


def fault(text: str, hint: str) -> InputError:
    """What is wrong with a cell, and what to write there."""
    return InputError(f"{text[:40]!r} cannot be used: {hint}")


# Words


def plain(text: str) -> str:
    """Text as it may stand in the register: without outer blanks and control characters; lines end as here."""
    text = text.replace("\r\n", "\n")
    bad = next((c for c in text if (c < " " and c not in "\n\t") or c == "\x7f"), None)
    if bad is not None:
        raise fault(text, f"it holds the control character U+{ord(bad):04X}; take it out")
    if len(text) > TEXT_LIMIT:
        raise fault(text, f"it has {len(text)} characters; at most {TEXT_LIMIT} fit")
    return text.strip()


def parts_of(text: str, mark: str) -> list[str]:
    r"""The parts of a text between marks, escapes taken away, outer blanks too.

    >>> parts_of(r"a; b\;c", ";")
    ['a', 'b;c']
    """
    found = re.findall(rf"((?:\\.|[^\\{re.escape(mark)}])*)(?:{re.escape(mark)}|\\?$)", text, re.DOTALL)
    # The last match is the empty one at the end of the text.
    return [re.sub(r"\\(.)", r"\1", one.strip(), flags=re.DOTALL) for one in found[:-1]]


def joined(parts: Iterable[str], mark: str) -> str:
    """Parts in one cell, marks inside them escaped."""
    return f"{mark} ".join(re.sub(rf"([\\{re.escape(mark)}])", r"\\\1", part) for part in parts)


def _items(text: str, read: Callable[[str], Any]) -> tuple[Any, ...]:
    parts = [part for part in parts_of(text, ";") if part]
    if len(parts) > LIST_LIMIT:
        raise fault(text, f"it lists {len(parts)}; at most {LIST_LIMIT} fit")
    return tuple(read(part) for part in parts)


# Values


def day(text: str) -> date:
    """A day written as 2024-11-04."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise fault(text, "write the day as 2024-11-04")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise fault(text, "there is no such day; write it as 2024-11-04") from error


def moment(text: str) -> int:
    """A moment written as 2024-11-04T08:00Z."""
    at = parse_iso(text)
    if at is None:
        raise fault(text, "write the time as 2024-11-04T08:00Z")
    return at


def number(text: str) -> float:
    """A decimal number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise fault(text, "write a decimal number such as 129.04")
    return value


def whether(text: str) -> bool:
    """Yes or no."""
    if text.lower() not in _YES:
        raise fault(text, "write yes or no")
    return _YES[text.lower()]


def figure(text: str) -> Figure:
    """A whole number, in brackets if it is an estimate.

    >>> figure("(24)"), bracketed(figure("(24)"))
    (Figure(value=24, estimate=True), '(24)')
    """
    match = _FIGURE.fullmatch(text.strip())
    if match is None or match[3] or bool(match[1]) != bool(match[4]):
        raise fault(text, "write a whole number, in brackets if it is an estimate: 24 or (24)")
    return Figure(value=int(match[2]), estimate=bool(match[1]))


def bracketed(one: Figure) -> str:
    """A figure as it is written."""
    return f"({one.value})" if one.estimate else f"{one.value}"


def years(text: str) -> tuple[Figure, ...]:
    """Years, also as a span, in brackets if they are estimates.

    >>> "; ".join(bracketed(one) for one in years("2019-2021; (2024)"))
    '2019; 2020; 2021; (2024)'
    """
    found: list[Figure] = []
    for part in re.split(r"[;,]", text):
        match = _FIGURE.fullmatch(part.strip())
        ends = (int(match[2]), int(match[3] or match[2])) if match else (0, 0)
        if match is None or bool(match[1]) != bool(match[4]) or not YEARS[0] <= ends[0] <= ends[1] <= YEARS[1]:
            raise fault(text, "write years such as 2019; 2020, or 2019-2021, in brackets if they are estimates")
        found += [Figure(value=year, estimate=bool(match[1])) for year in range(ends[0], ends[1] + 1)]
    return tuple(found)


def follow_up(text: str) -> FollowUp:
    """One follow-up: what | owner | due day | done."""
    fields = [*parts_of(text, "|"), "", "", ""][:4]
    if not fields[0]:
        raise fault(text, "write what | owner | due day | yes if it is done")
    return FollowUp(
        what=fields[0], owner=fields[1], due_on=day(fields[2]) if fields[2] else None,
        done=whether(fields[3]) if fields[3] else False,
    )  # fmt: skip


def followed(one: FollowUp) -> str:
    """A follow-up as it is written."""
    due = one.due_on.isoformat() if one.due_on else ""
    return joined((one.what, one.owner, due, "yes" if one.done else "no"), "|")


def _choice(values: Iterable[Any]) -> Callable[[str], str]:
    known = {str(value): str(value) for value in values}

    def read(text: str) -> str:
        word = text.lower().replace(" ", "_").replace("-", "_")
        if word not in known:
            raise fault(text, f"write one of {', '.join(known)}")
        return known[word]

    return read


def _list(read: Callable[[str], Any], write: Callable[[Any], str]) -> Form:
    return Form(read=lambda text: _items(text, read), write=lambda many: joined(map(write, many), ";"), empty=())


# Columns


def form_of(kind: Any, name: str) -> Form:
    """How values of a type stand in a cell."""
    if isinstance(kind, UnionType):
        inner = next(one for one in kind.types if not isinstance(one, NoneType))
        return msgspec.structs.replace(form_of(inner, name), empty=None)
    if isinstance(kind, VarTupleType):
        if name.endswith("_years"):
            return Form(read=years, write=lambda many: "; ".join(map(bracketed, many)), empty=())
        inner_form = form_of(kind.item_type, name)
        return _list(inner_form.read, inner_form.write)
    if isinstance(kind, LiteralType):
        return Form(read=_choice(kind.values), write=str)
    if isinstance(kind, StructType):
        structs = {Figure: Form(read=figure, write=bracketed), FollowUp: Form(read=follow_up, write=followed)}
        return structs[kind.cls]
    return _SIMPLE[type(kind)]


_SIMPLE: dict[type, Form] = {
    StrType: Form(read=plain, write=str, empty=""),
    DateType: Form(read=day, write=date.isoformat),
    IntType: Form(read=moment, write=iso),
    FloatType: Form(read=number, write=lambda value: f"{value:.10g}"),
    BoolType: Form(read=whether, write=lambda value: "yes" if value else "no"),
}
"""The only whole numbers of rows are moments: everything that is counted is a Figure."""


def columns(kind: str) -> tuple[Column, ...]:
    """The columns of a kind of row, in their order, which is also that of the header."""
    fields: Any = type_info(KINDS[kind])
    found = []
    for field in fields.fields:
        form = form_of(field.type, field.name)
        if field.default is not msgspec.NODEFAULT:
            form = msgspec.structs.replace(form, empty=field.default)
        if field.name in REQUIRED:
            form = msgspec.structs.replace(form, empty=msgspec.UNSET)
        found.append(Column(name=field.name, form=form))
    return tuple(found)


REQUIRED = {
    "row_id", "source", "sourced_on", "code", "name", "title", "parties", "members", "unit", "operator", "supplier",
    "recipient", "designation", "participants", "from_party",
}  # fmt: skip
"""What no row may lack: its id, its source with date, and who and what it is about."""


def written(row: Row, one: Column) -> str:
    """What stands in a cell."""
    value = getattr(row, one.name)
    return "" if value is None else guarded(one.form.write(value))


def read(text: str, one: Column) -> Any:
    """The value of a cell; raises InputError that says what to write."""
    held = unguarded(plain(text))
    if held:
        return one.form.read(held)
    if one.form.empty is msgspec.UNSET:
        message = "it is empty, and no row may lack it"
        raise InputError(message)
    return one.form.empty
