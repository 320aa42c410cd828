"""A report as the release desk sees it: a vessel that was at a place at a time, and what else its form says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.incidents.reports.forms import form_named
from hanbada.model.sharing import Assertion, Item
from hanbada.model.times import dtg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.incidents.reports.report import ShipReport
    from hanbada.model.sharing import Aspect, Marking

OF_PEOPLE = frozenset({"cso", "phone", "email", "crew_nationality", "crew", "security_team"})
"""Fields about people on board or ashore: no part of what is told, whoever consents to the rest."""
SHOWN = frozenset({"ship_name", "imo", "mmsi", "call_sign", "at", "position"})


def of_report(report: ShipReport, item_id: str, marking: Marking) -> Item:
    """A report as an object to be told. What it says of people stays here."""
    place = report.values.get("position")
    facts = (Assertion(name=name, aspect=aspect, value=value) for name, aspect, value in _facts(report) if value)
    return Item(
        item_id=item_id, data_class="vessel", marking=marking, assertions=tuple(facts),
        place=((float(place[1]), float(place[0])),) if place else (),
    )  # fmt: skip


def _facts(report: ShipReport) -> Iterator[tuple[str, Aspect, Any]]:
    ship, place = report.ship, report.values.get("position")
    known = {"mmsi": ship.mmsi, "imo": ship.imo, "name": ship.name, "call_sign": ship.call_sign}
    yield "vessels", "identity", [{name: value for name, value in known.items() if value is not None}]
    yield "at", "time", report.at
    if place:
        here = {"kind": "point", "coordinates": [[float(place[1]), float(place[0])]]}
        yield "place", "place", {"geometry": here, "area": None}
    yield "text", "narrative", _rest(report)


def _rest(report: ShipReport) -> str:
    """What else the form says, line by line."""
    form = form_named(report.form)
    told = [one for one in form.fields if one.name in report.values and one.name not in OF_PEOPLE | SHOWN]
    lines = (f"{one.label}: {said(report.values[one.name], one.kind)}" for one in told)
    return "\n".join([form.title, *lines])


def said(value: Any, kind: str) -> str:
    """A value as people read it.

    >>> said([12.575, 45.111667], "position"), said(14.5, "speed"), said(True, "yes")
    ('12-34.50N 045-06.70E', '14.5 kn', 'yes')
    """
    if kind == "position":
        return f"{_angle(value[0], 'NS', 2)} {_angle(value[1], 'EW', 3)}"
    if kind in {"at", "ahead"}:
        return dtg(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit = {"speed": " kn", "length": " m", "course": "\u00b0"}.get(kind, "")
    return f"{value:g}{unit}" if isinstance(value, float) else f"{value}{unit}"


def _angle(value_deg: float, sides: str, digits: int) -> str:
    minutes = round(abs(value_deg) * 60, 2)
    return f"{int(minutes // 60):0{digits}d}-{minutes % 60:05.2f}{sides[value_deg < 0]}"
