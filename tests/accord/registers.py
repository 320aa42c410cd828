"""Rows of the register to test with: hand-made ones, and any that a row may be."""

from __future__ import annotations

from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from hanbada.model.register import KINDS, Dialogue, Figure, FollowUp, Instrument, JointExercise, Transfer
from hanbada.model.times import MINUTE_US, to_us

TODAY = date(2026, 11, 22)
NOON = to_us(datetime.fromisoformat("2026-11-22T12:00:00+00:00"))
SOURCED: dict[str, Any] = {"source": "https://example.org/a", "sourced_on": TODAY}


def instrument(row_id: str = "a-b", **changes: Any) -> Instrument:
    given: dict[str, Any] = {
        "title": "A paper", "kind": "information", "parties": ("A", "B"), "domains": ("maritime",),
        "signed_on": date(2020, 1, 1), "in_force_on": None, "until_on": None, "suspended_from_on": None,
        "suspended_until_on": None, "agreement": "", "contact": "", "next_action": "",
    }  # fmt: skip
    return Instrument(row_id=row_id, **given | SOURCED | changes)


def exercise(row_id: str = "ex", **changes: Any) -> JointExercise:
    given: dict[str, Any] = {
        "name": "An exercise", "series": "", "kind": "", "begins_on": date(2025, 5, 5), "ends_on": None, "host": "",
        "participants": ("A", "B"), "place": "", "purpose": "", "domains": (),
    }  # fmt: skip
    return JointExercise(row_id=row_id, **given | SOURCED | changes)


def dialogue(row_id: str = "di", **changes: Any) -> Dialogue:
    given: dict[str, Any] = {
        "title": "A meeting", "level": "minister", "held_on": date(2026, 5, 5), "place": "", "parties": ("A", "B"),
        "topics": (), "domains": (), "decisions": (), "follow_ups": (),
    }  # fmt: skip
    return Dialogue(row_id=row_id, **given | SOURCED | changes)


def transfer(row_id: str = "tr", **changes: Any) -> Transfer:
    given: dict[str, Any] = {
        "supplier": "A", "recipient": "B", "designation": "X1", "description": "", "kind": "delivery",
        "condition": "new", "ordered": Figure(value=10), "order_year": Figure(value=2017),
        "delivered": Figure(value=10), "delivery_years": (Figure(value=2020),),
    }  # fmt: skip
    return Transfer(row_id=row_id, **given | SOURCED | changes)


# Any row

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=9)
_TEXTS = _TEXT | st.sampled_from(
    ["=1+1", "'=x", "-x", "@sum", "+82", "a;b", "a|b", "a\\", "\\;", "a\nb", "a,b", '"', "(7)"]
)
_FIGURES = st.builds(Figure, value=st.integers(0, 10**9 - 1), estimate=st.booleans())
_YEARS = st.builds(Figure, value=st.integers(1900, 2100), estimate=st.booleans())
_OF: dict[Any, Any] = {
    str: _TEXTS,
    date: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    int: st.integers(0, 2_000_000).map(lambda n: n * MINUTE_US),
    float: st.floats(-90, 90).map(lambda value: round(value, 6)),
    Figure: _FIGURES,
    FollowUp: st.builds(FollowUp, what=_TEXTS, owner=_TEXTS | st.just(""), due_on=st.none() | st.dates(date(2000, 1, 1)), done=st.booleans()),
}  # fmt: skip


def _values(hint: Any, name: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in {Union, UnionType}:
        return st.none() | _values(next(one for one in inner if one is not type(None)), name)
    if origin is tuple:
        own = _YEARS if name == "delivery_years" else _values(inner[0], name)
        return st.lists(own, min_size=1, max_size=3).map(tuple)
    return _OF[hint]


def rows(kind: str) -> Any:
    """Any row of a kind; that begins lie before ends is another test's business."""
    fields = {name: _values(hint, name) for name, hint in get_type_hints(KINDS[kind]).items()}
    fields["row_id"] = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
    return st.builds(KINDS[kind], **fields)
