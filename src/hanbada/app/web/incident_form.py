"""The form of an incident: fields as facts, and what was typed given back where it does not fit.

Answers are posted by their codes, the same in every language. What is left empty is not known, and is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from hanbada.app.i18n import N_
from hanbada.app.web.node import clean
from hanbada.model.answers import ANSWERS
from hanbada.model.errors import UsageError
from hanbada.model.facts import VesselRole
from hanbada.model.records import Report
from hanbada.model.times import parse_time
from hanbada.reference.incidents import angles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hanbada.model.answers import Answer, Answers

SHIP_FIELDS = ("name", "imo", "mmsi", "call_sign", "flag")
WORDS_FIELDS = ("text", "method", "language", "damage", "crew_action", "reported_to", "coastal_action", "suspects",
                "assistance")  # fmt: skip
TEXT_LIMIT, WORD_LIMIT = 8000, 200
YES_NO = {"yes": True, "no": False}


def answers_of(form: Mapping[str, str]) -> Answers:
    """The answers of a form; raises UsageError for a number that is none."""
    found = {name: _answer(form, one) for name, one in ANSWERS.items()}
    return {name: value for name, value in found.items() if value is not None}


def _answer(form: Mapping[str, str], one: Answer) -> Any:
    given = form.get(one.name, "").strip()
    if one.many:
        return [word for word in one.words if f"{one.name}.{word}" in form] or None
    if one.words:
        return given if given in one.words else None
    return _count(given) if one.number else YES_NO.get(given)


def _count(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        message = f"{text[:20]}: a whole number is wanted"
        raise UsageError(message)
    return int(text) if text else None


def facts_of(form: Mapping[str, str]) -> dict[str, Any]:
    """Everything a form says, fact by fact; raises UsageError for what cannot be read."""
    words = {name: clean(form.get(name, ""))[:TEXT_LIMIT] for name in WORDS_FIELDS}
    found: dict[str, Any] = {
        **answers_of(form), "from": time_of(form.get("from", "")), "place": place_of(form), **_ships(form), **words,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def time_of(text: str) -> int | None:
    """A time as people write it; None if none is."""
    if not text.strip():
        return None
    at = parse_time(text.strip())
    if at is None:
        message = f"{text[:40]}: a time is written as 2026-11-30T12:00Z or 301200ZNOV26"
        raise UsageError(message)
    return at


def place_of(form: Mapping[str, str]) -> dict[str, Any] | None:
    """A place: a position, the name of the sea, or both."""
    text, area = form.get("position", "").strip(), clean(form.get("area", ""))[:WORD_LIMIT]
    if not text:
        return {"area": area} if area else None
    lat, lon = _position(text)
    return {"geometry": {"kind": "point", "coordinates": [[lon, lat]]}} | ({"area": area} if area else {})


def _position(text: str) -> tuple[float, float]:
    """Latitude and longitude of decimal degrees, or of degrees and minutes with their sides.

    >>> _position("35.1, 129.04"), _position("35°06.0′N 129°02.4′E")
    ((35.1, 129.04), (35.1, 129.04))
    """
    try:
        lat, lon = (float(part) for part in text.replace(",", " ").split())
    except ValueError:
        found = angles(text)
        if None in found:
            message = f"{text[:60]}: a position is written as 35.1, 129.04 or 35°06.0′N 129°02.4′E"
            raise UsageError(message) from None
        lat, lon = (round(float(one or 0.0), 6) for one in found)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        message = f"{text[:60]}: there is no such position"
        raise UsageError(message)
    return lat, lon


def _ships(form: Mapping[str, str]) -> dict[str, Any]:
    ship = {name: clean(form.get(f"ship.{name}", ""))[:WORD_LIMIT] for name in SHIP_FIELDS}
    known: dict[str, Any] = {name: value for name, value in ship.items() if value}
    known |= {name: _count(known[name]) for name in ("imo", "mmsi") if name in known}
    if not known:
        return {}
    role = form.get("ship.role", "")
    parts = {"parts": [{"ship": known, "role": role}]} if role in get_args(VesselRole) else {}
    return {"vessels": [known]} | parts


def report_of(form: Mapping[str, str], by: str) -> Report:
    """The report a form makes; raises UsageError if it has no name or something cannot be read."""
    title, source = (clean(form.get(name, ""))[:WORD_LIMIT] for name in ("title", "source"))
    if not title:
        raise UsageError(N_("An incident needs a title."))
    graded = graded_of(form)
    return Report(
        title=title, facts=facts_of(form), source=source or by, severity=form.get("severity", "warning"),  # type: ignore[arg-type]
        at=time_of(form.get("reported", "")), simulated="simulated" in form, **graded,
    )  # fmt: skip


def graded_of(form: Mapping[str, str]) -> dict[str, Any]:
    """How far the source is relied on, and how credible what it says is."""
    return {"reliability": form.get("reliability") or None, "credibility": _count(form.get("credibility", ""))}
