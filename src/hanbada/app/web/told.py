"""What facts of an object say to a person: those a partner told us, and those a partner would be told by us.

They are taken apart with care: a partner may send any JSON under any name, so whatever does not have the shape it
should is counted and left out, and no word of theirs is ever used as a phrase.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from hanbada.model.facts import checked
from hanbada.model.records import SEVERITIES, CounterEvidence, Reason, Relation, Severity
from hanbada.model.sharing import Assertion, Told
from hanbada.model.wording import KINDS, PHRASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Fact: TypeAlias = Told | Assertion
_Measured: TypeAlias = tuple[str, float, str, float, Relation]
_Against: TypeAlias = tuple[str, float, str, float, Relation, bool]
MOST = 200
"""Of one fact, so much is shown: a partner's mistake must not fill a page."""
UNTOLD = "…"
"""What stands for a subject that was not told along with its reason."""
EARLIEST_US, LATEST_US = 0, 4_102_444_800_000_000
"""From 1970 to 2100: what is outside is no time."""


class Ship(Struct, frozen=True, kw_only=True):
    """A vessel as it was told."""

    mmsi: int | None = None
    name: str | None = None
    imo: int | None = None
    ship_type: int | None = None


class Where(Struct, frozen=True, kw_only=True):
    """A place as it was told: points, the height of the cell they are the middles of (None: exact), a named area."""

    kind: str
    points: tuple[tuple[float, float], ...]
    cell_deg: float | None
    area: str | None


class Shown(Struct, frozen=True, kw_only=True):
    """What the facts say. Null is not told; `unread` counts what did not have the shape it should."""

    kind: str | None = None
    state: str | None = None
    severity: Severity | None = None
    probability: float | None = None
    simulated: bool = False
    title: str | None = None
    owner: str | None = None
    begins_at: int | None = None
    ends_at: int | None = None
    opened_at: int | None = None
    changed_at: int | None = None
    where: Where | None = None
    ships: tuple[Ship, ...] = ()
    reasons: tuple[Reason, ...] = ()
    against: tuple[CounterEvidence, ...] = ()
    lines: int | None = None
    sources: tuple[str, ...] = ()
    peers: int | None = None
    log: tuple[tuple[int, str], ...] = ()
    said: tuple[tuple[str, Any], ...] = ()
    """Further facts of an incident that have the shape they should, as they came."""
    unread: int = 0
    told: tuple[str, ...] = ()


def shown(facts: Iterable[Fact]) -> Shown:
    """What facts say, as far as they can be read."""
    said: dict[str, Any] = {"told": []}
    further: list[tuple[str, Any]] = []
    unread = 0
    about: dict[int, str] = {}
    for fact in facts:
        said["told"].append(fact.name)
        try:
            if fact.name == "about":
                about = dict(msgspec.convert(fact.value, list[tuple[int, str]]))
            elif fact.name in _READ:
                said |= _READ[fact.name](fact.value)
            else:
                further.append((fact.name, _further(fact)))
        except (msgspec.ValidationError, ValueError):
            unread += 1
    reasons, ends = said.get("reasons", ()), said.get("against", ())
    said["reasons"] = tuple(
        msgspec.structs.replace(one, subject=about.get(at, one.subject))
        for at, one in enumerate(reasons)
        if one is not None
    )
    said["against"] = tuple(one for one in ends if one is not None)
    unread += sum(one is None for one in (*reasons, *ends))
    return Shown(**said | {"unread": unread, "told": tuple(said["told"]), "said": tuple(further)})


def _further(fact: Fact) -> Any:
    """A fact of an incident that is shown as it came, if it has the shape it should."""
    value = checked("incident", fact.name, fact.value)
    if value is None:
        message = "a fact this program does not know"
        raise ValueError(message)
    return value


def _known(value: Any, among: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in among:
        message = "a word this program does not know"
        raise ValueError(message)
    return value


def _time(value: Any) -> int:
    at_us: int = msgspec.convert(value, int)
    if not EARLIEST_US <= at_us < LATEST_US:
        message = "no time"
        raise ValueError(message)
    return at_us


def _share(value: Any) -> float:
    share: float = msgspec.convert(value, float)
    if not 0 <= share <= 1:
        message = "no probability"
        raise ValueError(message)
    return share


def _reason(value: Any) -> Reason | None:
    """A reason whose phrase this program has; None for any other."""
    try:
        quantity, measured, unit, limit, relation = msgspec.convert(value, _Measured)
    except msgspec.ValidationError:
        return None
    if quantity not in PHRASES or not (math.isfinite(measured) and math.isfinite(limit)):
        return None
    subject = UNTOLD if "{subject}" in PHRASES[quantity] else ""
    return Reason(quantity=quantity, measured=measured, unit=unit[:20], limit=limit, relation=relation, subject=subject)


def _counter(value: Any) -> CounterEvidence | None:
    try:
        *measured, holds = msgspec.convert(value, _Against)
    except msgspec.ValidationError:
        return None
    one = _reason(measured)
    if one is None:
        return None
    found = CounterEvidence(
        explanation=one.quantity,
        measured=one.measured,
        unit=one.unit,
        limit=one.limit,
        relation=one.relation,
        weight=0.0,
        subject=one.subject,
    )
    return found if found.holds == holds else None


class _Geometry(Struct, frozen=True):
    kind: Literal["point", "line", "polygon"]
    coordinates: tuple[tuple[float, float], ...]


class _Place(Struct, frozen=True):
    geometry: _Geometry | None = None
    area: str | None = None
    cell_deg: float | None = None


def _place(value: Any) -> Where:
    said = msgspec.convert(value, _Place)
    if said.geometry is None:
        return Where(kind="area", points=(), cell_deg=None, area=said.area)
    points = said.geometry.coordinates
    if not points or not all(abs(lon) <= 540 and abs(lat) <= 90 for lon, lat in points):
        message = "no place"
        raise ValueError(message)
    return Where(kind=said.geometry.kind, points=points[:MOST], cell_deg=said.cell_deg, area=said.area)


_READ: dict[str, Callable[[Any], dict[str, Any]]] = {
    "kind": lambda value: {"kind": _known(value, KINDS)},
    "state": lambda value: {"state": msgspec.convert(value, str)},
    "severity": lambda value: {"severity": _known(value, SEVERITIES)},
    "probability": lambda value: {"probability": _share(value)},
    "simulated": lambda value: {"simulated": bool(value)},
    "title": lambda value: {"title": msgspec.convert(value, str)},
    "owner": lambda value: {"owner": msgspec.convert(value, str)},
    "from": lambda value: {"begins_at": _time(value)},
    "until": lambda value: {"ends_at": _time(value)},
    "opened": lambda value: {"opened_at": _time(value)},
    "changed": lambda value: {"changed_at": _time(value)},
    "place": lambda value: {"where": _place(value)},
    "vessels": lambda value: {"ships": msgspec.convert(value, tuple[Ship, ...])[:MOST]},
    "reasons": lambda value: {"reasons": [_reason(one) for one in msgspec.convert(value, list[Any])[:MOST]]},
    "against": lambda value: {"against": [_counter(one) for one in msgspec.convert(value, list[Any])[:MOST]]},
    "lines": lambda value: {"lines": msgspec.convert(value, int)},
    "sources": lambda value: {"sources": msgspec.convert(value, tuple[str, ...])[:MOST]},
    "peers": lambda value: {"peers": msgspec.convert(value, int)},
    "log": lambda value: {"log": _log(value)},
}
"""How each fact that alerts and incidents tell is read (`incidents.telling`)."""


def _log(value: Any) -> tuple[tuple[int, str], ...]:
    return tuple((_time(at), text) for at, text in msgspec.convert(value, list[tuple[int, str]])[:MOST])
