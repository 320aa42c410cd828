"""Events of others: ships from `ais` objects, indicators from attributes, places, tags; what is left is counted.

An event with indicators is a cyber indicator; one that reports an attack on AIS is an incident, for whoever says so
makes a claim and is no detector of ours; one that only shows ships is a vessel.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hanbada.model.sharing import TLPS
from hanbada.model.times import SECOND_US, parse_iso
from hanbada.share.formats import misp_2_5 as lists
from hanbada.share.formats.contract import Loss, Read, item, number, read_all
from hanbada.share.formats.json_text import mapping, mappings, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hanbada.model.sharing import Tlp

_ADMIRALTY = re.compile(r'admiralty-scale:(source-reliability|information-credibility)="([a-f1-6])"\Z')
_LIKELY = re.compile(r'estimative-language:likelihood-probability="([a-z-]{1,30})"\Z')
_SHIPS = ("ais", "ais-observation")
_CVE = re.compile(r"CVE-\d{4}-\d{4,}\Z", re.IGNORECASE)


def tags_of(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the tags of an event."""
    tags = [*mappings(event.get("Tag")), *(mapping(one.get("Tag")) for one in mappings(event.get("EventTag")))]
    return tuple(name for one in tags if (name := text(one.get("name"))) is not None)


def tlp_of(names: Iterable[str]) -> Tlp | None:
    """The strictest TLP among some tags, None if there is none; a tag of the taxonomy that is unknown is RED."""
    tags = (name.lower().strip() for name in names)
    found = [lists.TLPS_OF.get(tag, "RED") for tag in tags if tag.startswith("tlp:")]
    return max(found, key=TLPS.index, default=None)


def marked(event: Mapping[str, Any]) -> Tlp | None:
    """The strictest TLP of an event, its objects and attributes."""
    inside = [*mappings(event.get("Object")), *attributes_of(event)]
    return tlp_of([*tags_of(event), *(name for one in inside for name in tags_of(one))])


def likelihood(share: float) -> str:
    """The word of estimative language for a probability.

    >>> likelihood(0.6), likelihood(0.02)
    ('likely', 'almost-no-chance')
    """
    return next(word for floor, word in lists.LIKELIHOODS if share >= floor)


def foreign(event: Mapping[str, Any]) -> Read:
    """The objects of an event that is not ours."""
    live = [one for one in attributes_of(event) if not one.get("deleted")]
    objects = [one for one in mappings(event.get("Object")) if not one.get("deleted")]
    names = tags_of(event)
    loose = [one for one in live if not one.get("object_relation") or one.get("_in") not in {*_SHIPS, "geolocation"}]
    patterns = [found for one in loose for found in _patterns(one)]
    ships = [_fields(one) for one in objects if one.get("name") in _SHIPS]
    said = {**_head(event, names), "place": _place(objects)}
    uuid = text(event.get("uuid")) or ""
    made: list[tuple[str, str, dict[str, Any]]] = []
    if ships:
        made.append(_ship_item(uuid, ships, said))
    if patterns or not ships:
        made.append((f"misp:{uuid}", "cyber_indicator", _cyber(said, patterns, loose, names)))
    originator = text(mapping(event.get("Orgc")).get("name")) or ""
    tlp = marked(event)
    exercise = any("exercise" in name.lower() for name in names)
    read = read_all(
        item(item_id, data_class, facts, tlp=tlp, originator=originator, exercise=exercise)
        for item_id, data_class, facts in made
    )
    return Read(read.items, (*read.losses, *_left(uuid, objects, loose)))


def attributes_of(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every attribute, those in objects too; `_in` is the name of the object."""
    inside = [
        {**one, "_in": text(box.get("name"))}
        for box in mappings(event.get("Object"))
        for one in mappings(box.get("Attribute"))
    ]
    return [*mappings(event.get("Attribute")), *inside]


def _fields(box: Mapping[str, Any]) -> dict[str, str]:
    fields = ((text(one.get("object_relation")), text(one.get("value"))) for one in mappings(box.get("Attribute")))
    return {name: value for name, value in fields if name is not None and value is not None}


def _head(event: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    admiralty = {found[1]: found[2] for name in names if (found := _ADMIRALTY.match(name))}
    credibility = admiralty.get("information-credibility", "")
    reliability = admiralty.get("source-reliability", "").upper()
    return {
        "title": text(event.get("info")),
        "reliability": reliability if reliability.isalpha() else None,
        "credibility": int(credibility) if credibility.isdigit() else None,
        "from": _seconds(event.get("first_seen")),
    }


def _seconds(said: Any) -> int | None:
    found = text(said)
    if found is None:
        return None
    return int(found) * SECOND_US if re.fullmatch(r"\d{1,10}", found) else parse_iso(found)


def _place(objects: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Where an event is: its first place with coordinates or a name."""
    for box in objects:
        fields = _fields(box)
        area = fields.get("region") if box.get("name") == "geolocation" else None
        lon, lat = number(fields.get("longitude")), number(fields.get("latitude"))
        if lon is not None and lat is not None:
            shape = {"kind": "point", "coordinates": [[lon, lat]]}
            return {"geometry": shape, "area": area}
        if area is not None:
            return {"area": area}
    return None


def _ship_item(uuid: str, ships: list[dict[str, str]], said: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """A vessel, or an incident where somebody says that AIS was attacked."""
    attacked = any(one.get("attack-type", "none") != "none" for one in ships)
    seen = [at for one in ships for name in ("first-seen", "last-seen") if (at := _seconds(one.get(name))) is not None]
    vessels = [ship for one in ships if (ship := _ship(one))]
    said_of = ("attack-type", "detection-method", "discrepancy-detail")
    details = [f"{name}: {one[name]}" for one in ships for name in said_of if name in one]
    facts: dict[str, Any] = {"vessels": vessels or None, "place": said["place"]}
    facts |= {
        "reliability": said["reliability"],
        "credibility": said["credibility"],
        "text": "\n".join(details) or None,
    }
    if not attacked:
        return f"misp:{uuid}/vessels", "vessel", {**facts, "at": max(seen, default=None)}
    span = {"from": min(seen, default=None), "until": max(seen, default=None)}
    return f"misp:{uuid}/vessels", "incident", {**facts, **span, "title": said["title"]}


def _ship(fields: Mapping[str, str]) -> dict[str, Any]:
    mmsi, imo = _digits(fields.get("MMSI"), 9), _digits(fields.get("IMO-number"), 7)
    ship = {"mmsi": mmsi, "imo": imo, "name": fields.get("name"), "call_sign": fields.get("call-sign")}
    return {name: value for name, value in ship.items() if value is not None}


def _digits(said: str | None, most: int) -> int | None:
    found = re.fullmatch(r"(?:IMO\s*)?([0-9]{1,9})", said or "", re.IGNORECASE)
    return int(found[1]) if found and len(found[1]) <= most and (most != 7 or len(found[1]) == 7) else None


def _cyber(
    said: Mapping[str, Any], patterns: list[dict[str, str]], loose: Iterable[Mapping[str, Any]], names: Iterable[str]
) -> dict[str, Any]:
    cves = [value for one in loose if one.get("type") == "vulnerability" and (value := text(one.get("value")))]
    texts = [value for one in loose if one.get("type") == "comment" and (value := text(one.get("value")))]
    likely = next((found[1] for name in names if (found := _LIKELY.match(name))), None)
    kind = "indicator" if patterns else "vulnerability" if cves else "observed"
    labels = [name for name in names if not name.lower().startswith(lists.RESERVED)]
    return {
        **said, "kind": kind, "patterns": patterns or None, "labels": labels or None, "text": "\n".join(texts) or None,
        "external": [("cve" if _CVE.match(one) else "vulnerability", one) for one in cves] or None,
        "confidence": {word: floor for floor, word in lists.LIKELIHOODS}.get(likely or ""),
    }  # fmt: skip


def _patterns(attribute: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    type_, value = str(attribute.get("type")), text(attribute.get("value"))
    if value is None:
        return
    if type_ in lists.COMPOSITES:
        halves = value.split("|", 1)
        for kind, half in zip(lists.COMPOSITES[type_], halves, strict=False):
            if kind is not None:
                yield _pattern(kind, half)
    elif type_ in lists.READ_PATTERNS:
        yield _pattern(lists.READ_PATTERNS[type_], value)


def _pattern(kind: str, value: str) -> dict[str, str]:
    if kind == "ip":
        kind = "ipv6" if ":" in value else "ipv4"
    return {"kind": kind, "value": value}


def _left(uuid: str, objects: Iterable[Mapping[str, Any]], loose: Iterable[Mapping[str, Any]]) -> Iterable[Loss]:
    """Objects and attributes of which nothing was taken."""
    taken = {*lists.READ_PATTERNS, *lists.COMPOSITES, "vulnerability", "comment"}
    for one in loose:
        if str(one.get("type")) not in taken:
            yield Loss(item_id=f"misp:{uuid}", what=str(one.get("type")), why="no such attribute here")
    for box in objects:
        name = str(box.get("name"))
        if name == "ais-info":
            yield Loss(item_id=f"misp:{uuid}", what=name, why="Automated Indicator Sharing, not the AIS of ships")
