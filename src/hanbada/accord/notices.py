"""Notices that build confidence as items the release desk can cut: every fact with its aspect.

The row says what happened; how it is marked is given by whoever enters it. Nothing here adds an audience.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.model.sharing import Assertion, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.model.register import ConfidenceNotice
    from hanbada.model.sharing import Aspect, Marking

DATA_CLASS = "notice"


def item_of(notice: ConfidenceNotice, marking: Marking) -> Item:
    """The notice as an item of data class `notice`; facts that are unknown are not asserted."""
    place = _point(notice)
    return Item(
        item_id=f"notice/{notice.row_id}",
        data_class=DATA_CLASS,
        marking=marking,
        assertions=tuple(Assertion(name=name, aspect=aspect, value=value) for name, aspect, value in _facts(notice)),
        place=(place,) if place else (),
    )


def _point(notice: ConfidenceNotice) -> tuple[float, float] | None:
    if notice.lon_deg is None or notice.lat_deg is None:
        return None
    return notice.lon_deg, notice.lat_deg


def _facts(notice: ConfidenceNotice) -> Iterator[tuple[str, Aspect, Any]]:
    """Title and text may name ships and people, and an area without a place cannot be coarsened: narrative."""
    yield "kind", "plain", notice.kind
    yield "from_party", "plain", notice.from_party
    told: tuple[tuple[str, Aspect, Any], ...] = (
        ("parties", "identity", notice.parties), ("title", "narrative", notice.title),
        ("begins_at", "time", notice.begins_at), ("ends_at", "time", notice.ends_at),
        ("place", "place", _place(notice)),
        ("units", "identity", notice.units), ("text", "narrative", notice.text), ("contact", "person", notice.contact),
        ("source", "source", notice.source), ("note", "narrative", notice.note),
        ("area", "narrative", "" if _point(notice) else notice.area),
    )  # fmt: skip
    yield from (one for one in told if one[2] not in (None, "", ()))


def _place(notice: ConfidenceNotice) -> dict[str, Any] | None:
    point = _point(notice)
    if point is None:
        return None
    return {"geometry": {"kind": "point", "coordinates": [point]}, "area": notice.area or None}
