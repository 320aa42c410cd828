"""MISP: what was released as events, and events as objects.

An object is an event. What MISP has an object for (ships, places, vulnerabilities) or an attribute (indicators) stands
there for users of MISP; every fact stands once more, as JSON, in an object of our own template, so that nothing is lost
between two nodes. Distribution follows what the handling lets the receiver do; reading lowers it as a pull does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.errors import InputError
from hanbada.model.facts import FACTS, facts_of
from hanbada.model.ids import uuid_of
from hanbada.model.times import SECOND_US, iso
from hanbada.share.formats import misp_2_5 as lists
from hanbada.share.formats import misp_distribution as distribution
from hanbada.share.formats.contract import Format, Note, Read, Written, item, uncarried, unread, values
from hanbada.share.formats.json_text import mapping, mappings, parsed, text
from hanbada.share.formats.misp_foreign import foreign, likelihood, marked, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hanbada.model.sharing import Handling, Item, Released

NAMESPACE = "9f7f5a52-93d8-5a3c-8b25-6fd0c8c0c2a7"
"""Of the UUIDs of our events, objects and attributes."""
CARRIES = {data_class: frozenset(facts_of(data_class)) for data_class in FACTS}


def write(released: Sequence[Released], note: Note) -> Written:
    """An event for each object; one alone as `{"Event": ...}`, others as a response of a search."""
    losses = [loss for one in released for loss in uncarried(CARRIES, one)]
    events = []
    for one in released:
        if one.data_class in CARRIES:
            events.append(event(one, note))
            losses += unread(one, own(mapping(msgspec.json.decode(msgspec.json.encode(events[-1])))["Event"]), {})
    body = events[0] if len(events) == 1 else {"response": events}
    return Written(msgspec.json.encode(body) + b"\n", tuple(losses))


def event(one: Released, note: Note) -> dict[str, Any]:
    """The event of an object."""
    said = values(one)
    seconds = str(note.written_at // SECOND_US)
    written = {
        "uuid": uuid_of(NAMESPACE, one.item_id),
        "info": _info(one, said),
        "date": iso(note.written_at)[:10],
        "timestamp": seconds,
        "publish_timestamp": seconds,
        "published": True,
        "analysis": "2",
        "threat_level_id": lists.THREAT_LEVELS.get(str(said.get("severity")), lists.UNDEFINED_THREAT),
        "distribution": str(code(one.handling)),
        "sharing_group_id": "0",
        "Orgc": {"name": one.handling.originator, "uuid": uuid_of(NAMESPACE, f"org/{one.handling.originator}")},
        "Tag": [{"name": name} for name in _tags(one, said)],
    }
    maker = _Maker(one.item_id, seconds)
    written["Attribute"] = [maker.attribute(*found) for found in _indicators(said)]
    written["Object"] = [maker.object(name, fields) for name, fields in _objects(one, said)]
    return {"Event": written}


def code(handling: Handling) -> int:
    """How far a receiver may distribute something: not at all, in its community, or anywhere."""
    if handling.onward == "public" and handling.tlp == "CLEAR":
        return distribution.ALL
    open_enough = handling.onward != "none" and handling.tlp in {"CLEAR", "GREEN"}
    return distribution.COMMUNITY if open_enough else distribution.ORGANISATION


def _info(one: Released, said: Mapping[str, Any]) -> str:
    marks = "EXERCISE: " * one.exercise + "SIMULATED: " * bool(said.get("simulated"))
    kind = said.get("kind")
    return marks + str(said.get("title") or (f"{one.data_class}: {kind}" if kind else one.data_class))


def _tags(one: Released, said: Mapping[str, Any]) -> Iterable[str]:
    yield lists.TLP_TAGS[one.tlp]
    if one.exercise:
        yield lists.EXERCISE_TAG
    if said.get("simulated"):
        yield lists.SIMULATED_TAG
    if "reliability" in said:
        yield lists.RELIABILITY.format(said["reliability"].lower())
    if "credibility" in said:
        yield lists.CREDIBILITY.format(said["credibility"])
    sure = said.get("confidence", said.get("probability"))
    if sure is not None:
        yield lists.LIKELIHOOD.format(likelihood(sure))
    yield from (label for label in said.get("labels") or () if not label.lower().startswith(lists.RESERVED))


def _indicators(said: Mapping[str, Any]) -> Iterable[tuple[str, str, str, str, bool]]:
    """Attributes of the event: relation, type, category, value, whether to look for it."""
    for one in said.get("patterns") or ():
        type_, category = lists.PATTERNS[one["kind"]]
        yield one["kind"], type_, category, one["value"], said.get("kind") == "indicator" and type_ != "text"
    if said.get("text"):
        yield "text", "comment", "Other", said["text"], False


def _objects(one: Released, said: Mapping[str, Any]) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Objects of the event with their fields; ours last."""
    place, seen = _point(said), _seen(said)
    for ship in said.get("vessels") or ():
        fields = [*_ship(ship), *place, *seen]
        if one.data_class == "alert" and {"mmsi", "imo"} & ship.keys():
            yield "ais-observation", fields + _observed(said)
        elif "mmsi" in ship:
            yield "ais", fields
    if area := (said.get("place") or {}).get("area"):
        yield "geolocation", [*place, ("region", area)]
    elif place:
        yield "geolocation", place
    for scheme, name in said.get("external") or ():
        if scheme.lower() == "cve":
            yield "vulnerability", [("id", name)]
    own_fields = [("item-id", one.item_id), ("data-class", one.data_class)]
    yield "hanbada", own_fields + [(fact.name, _json(fact.value)) for fact in one.facts]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _ship(ship: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    names = {"mmsi": "MMSI", "imo": "IMO-number", "name": "name", "call_sign": "call-sign"}
    for name, relation in names.items():
        if ship.get(name):
            yield relation, f"{ship[name]:09d}" if name == "mmsi" else str(ship[name])


def _point(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    shape = (said.get("place") or {}).get("geometry") or {}
    if shape.get("kind") != "point" or len(shape["coordinates"]) != 1:
        return []
    (lon, lat), *_ = shape["coordinates"]
    return [("latitude", repr(lat)), ("longitude", repr(lon))]


def _seen(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    first, last = said.get("from", said.get("at")), said.get("until", said.get("at"))
    return [(name, iso(at)) for name, at in (("first-seen", first), ("last-seen", last)) if at is not None]


def _observed(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    kind, probability = said.get("kind"), said.get("probability")
    fields = [("observation-type", "security-alert")]
    if kind is not None:
        attack = lists.ATTACKS.get(kind, "none")
        likely = attack == "none" or (probability or 0.0) >= lists.LIKELY
        fields += [("attack-type", attack if likely else "other"), ("detection-method", kind)]
    if probability is not None:
        fields.append(("suspicion-score", repr(probability * 100.0)))
    fields += [("discrepancy-detail", " ".join(map(str, reason))) for reason in said.get("reasons") or ()]
    return fields


class _Maker:
    """Makes objects and attributes of one event, each with a UUID that depends on what it is and on nothing else."""

    def __init__(self, item_id: str, seconds: str) -> None:
        self.item_id, self.seconds, self.made = item_id, seconds, 0

    def attribute(self, relation: str, type_: str, category: str, value: str, to_ids: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a column
        return {
            "uuid": self._uuid(relation), "type": type_, "category": category, "value": value, "to_ids": to_ids,
            "timestamp": self.seconds, "distribution": str(distribution.INHERIT), "disable_correlation": not to_ids,
        }  # fmt: skip

    def object(self, name: str, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
        template, version, category = lists.TEMPLATES[name]
        made = {
            "uuid": self._uuid(name), "name": name, "meta-category": category, "template_uuid": template,
            "template_version": version, "timestamp": self.seconds, "distribution": str(distribution.INHERIT),
            "description": "",
        }  # fmt: skip
        return {**made, "Attribute": [self._field(relation, value) for relation, value in fields]}

    def _field(self, relation: str, value: str) -> dict[str, Any]:
        type_ = lists.FIELD_TYPES.get(relation, "text")
        found = self.attribute(relation, type_, lists.CATEGORIES.get(type_, "Other"), value)
        return {**found, "object_relation": relation}

    def _uuid(self, what: str) -> str:
        self.made += 1
        return uuid_of(NAMESPACE, f"{self.item_id}/{self.made}/{what}")


def read(content: bytes) -> Read:
    """The objects of an event or of several; raises InputError if there is none in the bytes."""
    found = [one_of(event) for event in events_of(parsed(content, "MISP"))]
    return Read(
        tuple(one for read_ in found for one in read_.items), tuple(loss for read_ in found for loss in read_.losses)
    )


def events_of(said: Any) -> list[dict[str, Any]]:
    """The events in what MISP answers or exports; raises InputError if it is neither."""
    body = said.get("response", said) if isinstance(said, dict) else said
    if isinstance(body, dict) and "Event" in body:
        body = [body]
    if not isinstance(body, list):
        message = 'MISP: neither {"Event": ...} nor a list of events'
        raise InputError(message)
    return [found for one in body if (found := mapping(mapping(one).get("Event")))]


def one_of(event: Mapping[str, Any]) -> Read:
    """The objects of one event, lowered as a pull lowers them."""
    mine = own(event)
    found = Read((mine,), ()) if mine is not None else foreign(event)
    ends = distribution.onward_ends(arrived(event))
    hidden = event.get("published") in (False, "0", "false")
    items = (_kept_here(one) if ends or hidden else one for one in found.items)
    return Read(tuple(_red(one) if hidden else one for one in items), found.losses)


def arrived(event: Mapping[str, Any]) -> int:
    """The code with which an event and everything in it has arrived once it was pulled."""
    whole = distribution.code_of(event.get("distribution"), distribution.ORGANISATION)
    codes = [whole] + [
        distribution.stricter(whole, distribution.code_of(one.get("distribution"), distribution.INHERIT))
        for kind in ("Attribute", "Object")
        for one in mappings(event.get(kind))
    ]
    reader = distribution.Peer(organisation="reader")
    lowered = (distribution.passed(one, "pull", reader, "reader") for one in codes)
    return min(distribution.ORGANISATION if one is None else one for one in lowered)


def _kept_here(one: Item) -> Item:
    caveats = msgspec.structs.replace(one.marking.caveats, no_onward=True)
    return msgspec.structs.replace(one, marking=msgspec.structs.replace(one.marking, caveats=caveats))


def _red(one: Item) -> Item:
    """What was not published yet was meant for nobody else."""
    return msgspec.structs.replace(one, marking=msgspec.structs.replace(one.marking, tlp="RED"))


def own(event: Mapping[str, Any]) -> Item | None:
    """The object of an event that a node of ours wrote; None if it is none, or not as we write it."""
    template = lists.TEMPLATES["hanbada"][0]
    boxes = [
        one for one in mappings(event.get("Object")) if one.get("template_uuid") == template and not one.get("deleted")
    ]
    if len(boxes) != 1:
        return None
    fields = {str(one.get("object_relation")): text(one.get("value")) for one in mappings(boxes[0].get("Attribute"))}
    item_id, data_class = fields.pop("item-id", None), fields.pop("data-class", None)
    if item_id is None or data_class not in CARRIES:
        return None
    said = {name: _value(value) for name, value in fields.items() if name in CARRIES[data_class]}
    names = tags_of(event)
    found, _ = item(
        item_id, data_class, said, tlp=marked(event), exercise=lists.EXERCISE_TAG in names,
        originator=text(mapping(event.get("Orgc")).get("name")) or "",
    )  # fmt: skip
    return found


def _value(said: str | None) -> Any:
    try:
        return msgspec.json.decode(said or "null")
    except (msgspec.DecodeError, RecursionError):
        return None


FORMAT = Format(
    name="misp",
    title="MISP events",
    media_type="application/json",
    suffix="misp.json",
    carries=CARRIES,
    write=write,
    read=read,
    sniff=lambda head: head.lstrip().startswith((b'{"Event"', b'{"response"', b'[{"Event"')),
)
