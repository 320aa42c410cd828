"""CISE 1.5.3: what was released as a Push of the European information sharing environment, and payloads as objects.

An alert is an Anomaly, an incident an Incident or CrisisIncident, a plan a Movement, ships, tracks and sightings are a
Vessel, cyber indicators a CrisisIncident with a document. What CISE has no element for stands in words in the comments
of the entity and is reported lost. TLP:AMBER+STRICT has no colour there: such an object is not written at all, unless
it goes back to whoever it came from, and then as Red.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.facts import facts_of
from hanbada.model.ids import content_id, uuid_of
from hanbada.model.sharing import TLPS
from hanbada.model.times import iso, parse_iso
from hanbada.reference.schemes import mapped
from hanbada.reference.schemes_2026_11 import TABLE
from hanbada.share.formats import cise_1_5_3 as lists
from hanbada.share.formats import cise_entities as entities
from hanbada.share.formats.cise_messages import (
    Message,
    Part,
    Payload,
    Service,
    message_of,
    node,
    raw,
    written,
)
from hanbada.share.formats.contract import (
    Format,
    Loss,
    Note,
    Read,
    Written,
    item,
    lost,
    number,
    read_all,
    uncarried,
    unread,
    values,
)
from hanbada.share.formats.markup import child, children, document, local, parsed, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from xml.etree import ElementTree as ET

    from hanbada.model.sharing import Item, Released, Tlp

NAMESPACE = "5d2f1c6e-6a9b-5d0e-9c53-0a7f7c6f1b43"
"""Of the UUIDs of our objects: the same object has the same in every message."""
URN = "urn:x-hanbada"
IN_WORDS = "no element for it: it stands in words in the comments of the entity"
NO_COLOUR = "TLP:AMBER+STRICT may only go to the organisation it came from, and CISE has no colour for it"
EXERCISE = "EXERCISE EXERCISE EXERCISE"
_EVENT_FACTS = frozenset({"simulated", "from", "until", "place", "vessels", "title", "text"})
_WHOLE = {
    "alert": _EVENT_FACTS | {"kind"},
    "incident": _EVENT_FACTS | {"act", "dead", "severity", "opened"},
    "cyber_indicator": _EVENT_FACTS | {"kind", "patterns", "labels", "external"},
    "plan": _EVENT_FACTS | {"kind", "waypoints"},
    "vessel": frozenset({"vessels", "length_m", "beam_m", "at", "place", "text"}),
    "track": frozenset({"vessels", "fixes", "from", "until"}),
    "sighting": frozenset({"vessels", "length_m", "at", "place", "sensor"}),
}
CARRIES = {data_class: names & facts_of(data_class).keys() for data_class, names in _WHOLE.items()}
_SCHEME = next(one for one in TABLE if one.name == "cise")
_ACTS = {
    rule.category: rule.when["act"][0]
    for rule in _SCHEME.rules
    if rule.sure and set(rule.when) == {"act"} and len(rule.when["act"]) == 1
}
"""What a category is read as: only where it says that and nothing else."""
_ATTACHED = ("kind", "patterns", "labels", "external")
"""Facts of a cyber indicator that travel as a document of their own, in JSON."""


def write(released: Sequence[Released], note: Note) -> Written:
    """One Push with everything that may go; the payload has the strictest colour of what is in it."""
    losses: list[Loss] = []
    found: list[ET.Element] = []
    going = [one for one in released if one.data_class in CARRIES and not blocked(one)]
    for one in released:
        if one not in going:
            losses += [lost(one, one.data_class, NO_COLOUR)] if blocked(one) else uncarried(CARRIES, one)
            continue
        element, own = entity(one)
        found.append(element)
        losses += own
    return Written(written(_push(going, found, note)), tuple(losses))


def blocked(one: Released, organisations: Mapping[str, str] | None = None) -> bool:
    """Whether an object must not be sent by CISE to where it is bound.

    `organisations` says whose a node is; of a node it does not name nothing is known but that it is itself.
    """
    known = organisations or {}
    to, owner = known.get(one.to, one.to), known.get(one.handling.originator, one.handling.originator)
    return one.tlp == "AMBER+STRICT" and to != owner


def payload(released: Sequence[Released], found: Sequence[ET.Element]) -> Payload:
    """Entities with the handling that all of what they say asks for."""
    handlings = [one.handling for one in released]
    tlp = max((one.tlp for one in released), key=TLPS.index, default="RED")
    ends = [one.until_at for one in handlings if one.until_at is not None]
    purposes = {lists.PURPOSE_OF.get(name, "NonSpecified") for one in handlings for name in one.purposes}
    return Payload(
        entities=tuple(found),
        sensitivity=lists.SENSITIVITIES[tlp],
        personal=any(one.personal for one in handlings),
        purpose=purposes.pop() if len(purposes) == 1 else "NonSpecified",
        until_at=min(ends, default=None),
    )


def _push(released: Sequence[Released], found: Sequence[ET.Element], note: Note) -> Message:
    carried = payload(released, found)
    kinds = {lists.SERVICES[local(one)] for one in found}
    sender = Service(
        service_id=f"{note.author or 'hanbada'}.push.provider",
        role="Provider",
        service_type=kinds.pop() if len(kinds) == 1 else None,
    )
    name = content_id("push", [note.written_at, note.author, *(document(one) for one in found)])
    return Message(
        kind="Push", message_id=uuid_of(NAMESPACE, name), created_at=note.written_at, sender=sender, payload=carried
    )


def entity(one: Released) -> tuple[ET.Element, list[Loss]]:
    """The entity of an object, and what of it does not come back from it."""
    bare = _built(one, ())
    back, _ = _item(parsed(document(bare), one.item_id), _colour(one), "")
    gone = unread(one, back, {name.name: IN_WORDS for name in one.facts})
    if back.marking.tlp != one.tlp:
        gone.append(lost(one, "marking", "AMBER+STRICT is sent as Red"))
    return _built(one, [loss.what for loss in gone if loss.what != "marking"]), gone


def _colour(one: Released) -> str:
    return lists.SENSITIVITIES[one.tlp]


def _built(one: Released, in_words: Sequence[str]) -> ET.Element:
    said = values(one)
    build = {"vessel": _vessel, "sighting": _vessel, "track": _vessel, "plan": _movement}.get(one.data_class, _event)
    return build(one, said, _head(one, said, in_words))


def _head(one: Released, said: Mapping[str, Any], in_words: Sequence[str]) -> dict[str, Part]:
    """Who an entity is, and what is said of it that every entity has a place for."""
    own = node("GeneratedBy", {"LegalName": one.handling.originator}, "FormalOrganization")
    identifier = node("Identifier", {"GeneratedBy": own, "UUID": uuid_of(NAMESPACE, one.item_id)})
    span = entities.period("ValidityPeriod", said.get("from"), said.get("until")) if one.data_class == "track" else None
    opened = said.get("opened")
    metadata = entities.given({
        "Abstract": said.get("title"),
        "Comments": _comments(one, said, in_words),
        "CreationDate": None if opened is None else iso(opened),
        "Description": said.get("text"),
        "Designation": f"{URN}:{one.data_class}:{one.item_id}",
        "ValidityPeriod": span,
    })  # fmt: skip
    return {"Identifier": identifier, "Metadata": node("Metadata", metadata)}


def _comments(one: Released, said: Mapping[str, Any], in_words: Sequence[str]) -> str:
    """What a person reads first: whether it is real, how it must be handled, and what CISE has no element for."""
    handling = one.handling
    lines = [EXERCISE] if one.exercise else []
    lines += ["SIMULATED"] if said.get("simulated") else []
    lines.append(f"TLP:{one.tlp}; onward: {handling.onward}; purposes: {', '.join(handling.purposes) or 'none'}")
    lines += [f"{name}: {_words(said[name])}" for name in in_words]
    return "\n".join(lines)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _occurrence(said: Mapping[str, Any]) -> dict[str, Part]:
    simulated = said.get("simulated")
    return {
        "NatureType": None if simulated is None else lists.NATURES[simulated],
        "OccurrencePeriod": entities.period("OccurrencePeriod", said.get("from"), said.get("until")),
        "InvolvedObjectRel": entities.involved(said.get("vessels") or ()),
    }


def _event(one: Released, said: Mapping[str, Any], head: dict[str, Part]) -> ET.Element:
    parts = {**head, **_occurrence(said), "LocationRel": entities.whereabouts(said.get("place"))}
    if one.data_class == "alert":
        return node("Anomaly", entities.given({**parts, "AnomalyType": anomaly(said)}))
    tag, _, type_ = category(one.data_class, said).partition("/")
    if type_:
        parts[f"{tag}Type"] = type_
    if tag == "Anomaly":
        return node(tag, entities.given(parts))
    dead = said.get("dead")
    parts["DeathsOnBoard"] = None if dead is None else str(dead)
    parts["Severity"] = lists.SEVERITIES.get(str(said.get("severity")))
    parts["DocumentRel"] = _attachment(one, said)
    return node(tag, entities.given(parts))


def category(data_class: str, said: Mapping[str, Any]) -> str:
    """The entity and type of an incident, as the table of schemes has it; a plain Incident where it has none."""
    if data_class == "cyber_indicator":
        return "CrisisIncident/Other"
    return mapped(said, _SCHEME).category or "Incident"


def anomaly(said: Mapping[str, Any]) -> str | None:
    """The AnomalyType of an alert; one that claims somebody's intent only where the alert is likely to be right."""
    kind = said.get("kind")
    if kind is None:
        return None
    name = lists.ANOMALY_OF.get(kind, "Other")
    likely = (said.get("probability") or 0.0) >= lists.LIKELY
    return name if likely or name not in lists.CLAIMED else "Other"


def _attachment(one: Released, said: Mapping[str, Any]) -> ET.Element | None:
    """A document with what to look for, of a cyber indicator."""
    held = {name: said[name] for name in _ATTACHED if name in said}
    if one.data_class != "cyber_indicator" or not held:
        return None
    content = base64.b64encode(msgspec.json.encode(held)).decode()
    parts: dict[str, Part] = {"Content": content, "Title": "Indicators, JSON", "DocumentType": "Other"}
    return node("DocumentRel", {"Document": node("Document", parts, "EventDocument")})


def _movement(_: Released, said: Mapping[str, Any], head: dict[str, Part]) -> ET.Element:
    kind = said.get("kind")
    parts = {**head, **_occurrence(said), "LocationRel": [_stop(one) for one in said.get("waypoints") or ()]}
    return node("Movement", entities.given({**parts, "MovementType": lists.MOVEMENTS.get(str(kind))}))


def _stop(point: Mapping[str, Any]) -> ET.Element:
    shape = {"kind": "point", "coordinates": [[point["lon_deg"], point["lat_deg"]]]}
    where = entities.location({"geometry": shape, "area": point.get("name")})
    when = entities.period("DateTime", point.get("eta"), point.get("etd"))
    return node("LocationRel", entities.given({"Location": where, "DateTime": when}))


def _vessel(_: Released, said: Mapping[str, Any], head: dict[str, Part]) -> ET.Element:
    ships = list(said.get("vessels") or ())
    beam = said.get("beam_m")
    where = entities.whereabouts(
        said.get("place"), said.get("at"), SensorType=lists.SENSORS.get(str(said.get("sensor")))
    )
    return entities.vessel(
        ships[0] if len(ships) == 1 else {},
        {
            **head,
            "LocationRel": [_fix(fix) for fix in said.get("fixes") or ()] or where,
            "Length": None if said.get("length_m") is None else repr(said["length_m"]),
            "Beam": str(int(beam)) if beam is not None and beam == int(beam) else None,
        },
    )


def _fix(fix: Mapping[str, Any]) -> ET.Element:
    shape = {"kind": "point", "coordinates": [[fix["lon_deg"], fix["lat_deg"]]]}
    speed, course = fix.get("sog_kn"), fix.get("cog_deg")
    return node(
        "LocationRel",
        entities.given({
            "Location": entities.location({"geometry": shape}),
            "COG": None if course is None else repr(course),
            "DateTime": entities.period("DateTime", fix["at"], None),
            "Speed": None if speed is None else repr(speed),
        }),
    )  # fmt: skip


def read(content: bytes) -> Read:
    """The objects of a Push or PullResponse; raises InputError for anything else and for what is classified."""
    message = message_of(content)
    if message.kind not in {"Push", "PullResponse"}:
        return Read((), (Loss(item_id="", what=message.kind, why="a message without objects"),))
    if message.payload is None:
        return Read((), ())
    carried = message.payload
    sender = message.sender.service_id if message.sender is not None else ""
    known = [one for one in carried.entities if local(one) in _READS]
    unknown = [one for one in carried.entities if local(one) not in _READS]
    found = read_all(_item(one, carried.sensitivity, sender, personal=carried.personal) for one in known)
    return Read(found.items, (*found.losses, *(_unknown(one) for one in unknown)))


def _unknown(element: ET.Element) -> Loss:
    return Loss(item_id=text(element, "Identifier", "UUID") or "", what=local(element), why="no such object here")


def _item(element: ET.Element, colour: str, sender: str, *, personal: bool = False) -> tuple[Item, list[Loss]]:
    data_class, item_id = _named(element)
    said = {name: value for name, value in _READS[local(element)](element).items() if name in CARRIES[data_class]}
    tlp: Tlp | None = lists.COLOURS.get(colour)  # type: ignore[assignment]
    comments = raw(child(element, "Metadata"), "Comments") or ""
    found, losses = item(
        item_id, data_class, said, tlp=tlp, exercise=comments.startswith(EXERCISE),
        originator=text(element, "Identifier", "GeneratedBy", "LegalName") or sender,
    )  # fmt: skip
    marking = msgspec.structs.replace(found.marking, personal=personal)
    return msgspec.structs.replace(found, marking=marking), losses


def _named(element: ET.Element) -> tuple[str, str]:
    """The class and id of an object: those it left us with, else made from what it is."""
    own = (raw(child(element, "Metadata"), "Designation") or "").split(":", 3)
    if ":".join(own[:2]) == URN and len(own) == 4 and local(element) in _CLASSES.get(own[2], ()):
        return own[2], own[3]
    uuid = text(element, "Identifier", "UUID") or content_id("entity", [document(element)])
    tag = local(element)
    many = tag == "Vessel" and sum(1 for _ in children(element, "LocationRel")) > 1
    return "track" if many else _DEFAULT[tag], f"cise:{uuid}"


def _event_said(element: ET.Element) -> dict[str, Any]:
    start_at, end_at = entities.period_of(child(element, "OccurrencePeriod"))
    metadata = child(element, "Metadata")
    created = text(metadata, "CreationDate") if metadata is not None else None
    nature = text(element, "NatureType")
    return {
        "simulated": None if nature not in lists.NATURES.values() else nature == lists.NATURES[True],
        "from": start_at,
        "until": end_at,
        "place": entities.place_of(child(element, "LocationRel", "Location")),
        "vessels": entities.involved_of(element),
        "title": raw(metadata, "Abstract"),
        "text": raw(metadata, "Description"),
        "opened": None if created is None else parse_iso(created),
        "severity": lists.URGENT.get(text(element, "Severity") or ""),
        "dead": entities.integer(text(element, "DeathsOnBoard")),
        "act": _ACTS.get(_category_of(element)),
        "kind": lists.KINDS.get(text(element, "AnomalyType") or ""),
        **_attached(element),
    }


def _category_of(element: ET.Element) -> str:
    tag = local(element)
    type_ = text(element, f"{tag}Type")
    return tag if type_ is None else f"{tag}/{type_}"


def _attached(element: ET.Element) -> dict[str, Any]:
    content = text(element, "DocumentRel", "Document", "Content") or ""
    try:
        held = msgspec.json.decode(base64.b64decode(content, validate=True))
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        return {}
    return {name: held[name] for name in _ATTACHED if name in held} if isinstance(held, dict) else {}


def _movement_said(element: ET.Element) -> dict[str, Any]:
    kinds = {name: kind for kind, name in lists.MOVEMENTS.items()}
    stops = [one for number, rel in enumerate(children(element, "LocationRel")) if (one := _stop_of(rel, number))]
    kind = kinds.get(text(element, "MovementType") or "")
    return {**_event_said(element), "place": None, "kind": kind, "waypoints": stops or None}


def _stop_of(rel: ET.Element, number: int) -> dict[str, Any] | None:
    place = entities.place_of(child(rel, "Location"))
    shape = None if place is None else place.get("geometry")
    if place is None or shape is None or shape["kind"] != "point":
        return None
    (lon, lat), *_ = shape["coordinates"]
    eta, etd = entities.period_of(child(rel, "DateTime"))
    point = {"id": number, "lon_deg": lon, "lat_deg": lat, "name": place["area"], "eta": eta, "etd": etd}
    return {name: value for name, value in point.items() if value is not None}


def _vessel_said(element: ET.Element) -> dict[str, Any]:
    rel = child(element, "LocationRel")
    at, _ = entities.period_of(child(rel, "DateTime"))
    start_at, end_at = entities.period_of(child(element, "Metadata", "ValidityPeriod"))
    ship = entities.ship_of(element)
    sensors = {name: sensor for sensor, name in lists.SENSORS.items()}
    return {
        "vessels": None if ship is None else [ship],
        "length_m": number(text(element, "Length")),
        "beam_m": number(text(element, "Beam")),
        "at": at,
        "place": entities.place_of(child(rel, "Location")),
        "text": raw(child(element, "Metadata"), "Description"),
        "sensor": sensors.get(text(rel, "SensorType") or "") if rel is not None else None,
        "fixes": [one for each in children(element, "LocationRel") if (one := _fix_of(each)) is not None] or None,
        "from": start_at,
        "until": end_at,
    }


def _fix_of(rel: ET.Element) -> dict[str, Any] | None:
    stop, speed, course = _stop_of(rel, 0), text(rel, "Speed"), text(rel, "COG")
    if stop is None or "eta" not in stop:
        return None
    fix = {
        "at": stop["eta"], "lon_deg": stop["lon_deg"], "lat_deg": stop["lat_deg"],
        "sog_kn": number(speed), "cog_deg": number(course),
    }  # fmt: skip
    return {name: value for name, value in fix.items() if value is not None}


_INCIDENTS = (
    "Incident",
    "MaritimeSafetyIncident",
    "LawInfringementIncident",
    "IrregularMigrationIncident",
    "PollutionIncident",
)
_READS = {
    "Anomaly": _event_said, "CrisisIncident": _event_said, "Movement": _movement_said, "Vessel": _vessel_said,
    **dict.fromkeys(_INCIDENTS, _event_said),
}  # fmt: skip
_DEFAULT = {
    "Anomaly": "alert", "CrisisIncident": "incident", "Movement": "plan", "Vessel": "vessel",
    **dict.fromkeys(_INCIDENTS, "incident"),
}  # fmt: skip
_CLASSES = {
    "alert": ("Anomaly",), "incident": (*_INCIDENTS, "CrisisIncident", "Anomaly"),
    "cyber_indicator": ("CrisisIncident",),
    "plan": ("Movement",), "vessel": ("Vessel",), "track": ("Vessel",), "sighting": ("Vessel",),
}  # fmt: skip
"""Which entities an object of a class can be."""

FORMAT = Format(
    name="cise",
    title="CISE 1.5.3",
    media_type="application/xml",
    suffix="xml",
    carries=CARRIES,
    write=write,
    read=read,
    sniff=lambda head: lists.MESSAGE_NS.encode() in head,
)
