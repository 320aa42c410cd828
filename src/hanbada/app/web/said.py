"""Facts of any object as lines a person can read: whatever has a page of its own is not needed for that.

Every text is somebody else's: it is plain text in the page, cut where a mistake of theirs would fill it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from hanbada.model.facts import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.sharing import Assertion, Told

MOST = 50
"""Lines of one fact that are shown."""
TIMES = ("from", "until", "at", "opened", "changed", "issued", "cancelled")


class Said(Struct, frozen=True, kw_only=True):
    """One fact: `lines` of text, or a moment `at` (UTC us), or a `place`; `more` lines are not shown.

    `others` are the ids of objects it leads to, beside the lines that name them.
    """

    name: str
    lines: tuple[str, ...] = ()
    at: int | None = None
    point: tuple[float, float] | None = None
    others: tuple[str, ...] = ()
    more: int = 0


def said(data_class: str, facts: Iterable[Assertion | Told]) -> list[Said]:
    """The facts of an object that are what they should be, in their order."""
    return [_said(one.name, one.value) for one in facts if checked(data_class, one.name, one.value) is not None]


def _said(name: str, value: Any) -> Said:
    if name in TIMES and isinstance(value, int):
        return Said(name=name, at=value)
    if name == "place":
        geometry = value.get("geometry") or {}
        points = geometry.get("coordinates") or [None]
        area = value.get("area")
        lon_lat = None if points[0] is None else (points[0][0], points[0][1])
        return Said(name=name, point=lon_lat, lines=(area,) if area else (), more=max(0, len(points) - 1))
    if name == "links":
        shown = value[:MOST]
        return Said(
            name=name, lines=tuple(one["how"] for one in shown), others=tuple(one["other"] for one in shown),
            more=len(value) - len(shown),
        )  # fmt: skip
    lines = [_line(one) for one in value] if isinstance(value, list) else [_line(value)]
    return Said(name=name, lines=tuple(lines[:MOST]), more=max(0, len(lines) - MOST))


def _line(value: Any) -> str:
    """One value on one line, the names of its parts only where they are needed to tell them apart."""
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, (str, int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list):
        return " · ".join(_line(one) for one in value)
    if isinstance(value, dict):
        known = {name: one for name, one in value.items() if one is not None}
        if set(known) == {"kind", "value"}:
            return f"{known['kind']}: {known['value']}"
        return ", ".join(f"{name} {_line(one)}" for name, one in known.items())
    return msgspec.json.encode(value).decode()
