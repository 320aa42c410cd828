"""Alerts and incidents as the release desk sees them: facts one by one, each with the aspect a profile lets through.

What a reason is about (`subject`) may name a vessel or a place, so it stands with the identities, by the number of its
reason. Numbers of lines in the archive mean nothing elsewhere: only how many there are is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hanbada.incidents.standing import GATHERED, standing
from hanbada.model.facts import facts_of
from hanbada.model.sharing import Aspect, Assertion, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hanbada.model.records import Assessment, CounterEvidence, Detection, Incident, Reason, Said, Vessel
    from hanbada.model.sharing import Marking

PLACED = 5
"""Decimal places of degrees: about a metre."""


def of_detection(
    found: Detection, item_id: str, marking: Marking, *, incident: str | None = None, area: str | None = None
) -> Item:
    """A finding as an object to be told; `area` names the sea it is in."""
    return Item(
        item_id=item_id,
        data_class="alert",
        marking=marking,
        assertions=tuple(_facts(_of_detection(found, area))),
        incident=incident,
        place=found.geometry.coordinates,
    )


def of_incident(
    about: Incident, item_id: str, marking: Marking, refs: Sequence[str] = (), findings: Sequence[Detection] = ()
) -> Item:
    """An incident as an object to be told; `refs` are the objects of its alerts, `findings` say where it is.

    What sources said of one fact stands side by side, each with its own marking, the most credible last: who keeps one
    value by name keeps that.
    """
    found = (point for one in findings for point in one.geometry.coordinates)
    return Item(
        item_id=item_id,
        data_class="incident",
        marking=marking,
        assertions=(*_facts(_of_incident(about)), *_said(about, marking)),
        incident=about.incident_id,
        place=tuple(dict.fromkeys((*found, *_placed(about.said)))),
        refs=tuple(refs),
    )


def _said(about: Incident, marking: Marking) -> Iterator[Assertion]:
    facts = facts_of("incident")
    for one in standing(about.said):
        spoken = (*reversed(one.others), one.best)
        if one.fact in GATHERED:
            spoken = tuple(said for said in spoken if said.marking is not None)
        for said in spoken:
            yield _assertion(said, facts[one.fact].aspect, marking)
    for fact in sorted(GATHERED):
        gathered = [
            each for said in about.said if said.fact == fact and said.marking is None for each in said.value or ()
        ]
        gathered = [*_vessels(about.vessels), *gathered] if fact == "vessels" else gathered
        if gathered:
            yield Assertion(name=fact, aspect=facts[fact].aspect, value=gathered, marking=_own(fact, None, marking))


def _assertion(said: Said, aspect: Aspect, marking: Marking) -> Assertion:
    own = _own(said.fact, said.marking, marking)
    return Assertion(name=said.fact, aspect=aspect, value=said.value, source=said.source, marking=own)


def _own(fact: str, own: Marking | None, marking: Marking) -> Marking | None:
    """Names of persons are personal data, whatever they are marked as."""
    return replace(own or marking, personal=True) if fact == "person" else own


def _placed(said: Iterable[Said]) -> Iterator[tuple[float, float]]:
    """Where anybody says it was: an agreement about a sea covers it only if all of that lies there."""
    for one in said:
        shape = one.value.get("geometry") if one.fact == "place" and one.value is not None else None
        yield from (tuple(point) for point in shape["coordinates"]) if shape else ()


def _facts(said: Iterable[tuple[str, Aspect, Any]]) -> Iterator[Assertion]:
    """What is unknown or empty is not said at all."""
    return (Assertion(name=name, aspect=aspect, value=value) for name, aspect, value in said if value not in (None, []))


def _of_detection(found: Detection, area: str | None) -> Iterator[tuple[str, Aspect, Any]]:
    yield "kind", "plain", found.kind
    yield "state", "plain", found.state
    yield "severity", "plain", found.severity
    yield "probability", "plain", round(found.probability, 2)
    yield "simulated", "plain", found.simulated or None
    yield "from", "time", found.t_start
    yield "until", "time", found.t_end
    yield "place", "place", _place(found, area)
    yield "vessels", "identity", _vessels(found.vessels)
    yield "reasons", "evidence", [_reason(one) for one in found.reasons]
    yield "against", "evidence", [[one.explanation, *_measured(one), one.holds] for one in found.counter_evidence]
    yield "about", "identity", [[at, one.subject] for at, one in enumerate(found.reasons) if one.subject]
    yield "lines", "evidence", len(found.evidence) or None
    yield "sources", "source", list(found.coverage.sources)
    yield "peers", "source", found.coverage.peers


def _of_incident(about: Incident) -> Iterator[tuple[str, Aspect, Any]]:
    yield "state", "plain", about.state
    yield "severity", "plain", about.severity
    yield "simulated", "plain", about.simulated or None
    yield "opened", "time", about.opened_at
    yield "changed", "time", about.changed_at
    yield "title", "identity", about.title
    yield "owner", "person", about.owner
    yield "log", "narrative", [[one.at, one.text] for one in about.log if one.text]
    yield "assessments", "narrative", [_assessment(one) for one in about.assessments]


def _assessment(one: Assessment) -> dict[str, Any]:
    """Without who made it."""
    told: dict[str, Any] = {"at": one.at, "about": one.about, "percent": one.percent, "confidence": one.confidence}
    return told | ({"dissents": True} if one.dissents else {}) | ({"text": one.text} if one.text else {})


def _place(found: Detection, area: str | None) -> dict[str, Any]:
    where = [[round(lon, PLACED), round(lat, PLACED)] for lon, lat in found.geometry.coordinates]
    return {"geometry": {"kind": found.geometry.kind, "coordinates": where}, "area": area}


def _vessels(vessels: Iterable[Vessel]) -> list[dict[str, Any]]:
    return [
        {name: value for name in ("mmsi", "name", "imo", "ship_type") if (value := getattr(one, name)) is not None}
        for one in vessels
    ]


def _reason(one: Reason) -> list[Any]:
    return [one.quantity, *_measured(one)]


def _measured(one: Reason | CounterEvidence) -> list[Any]:
    return [float(f"{one.measured:.4g}"), one.unit, float(f"{one.limit:.4g}"), one.relation]
