"""What the object types of STIX 2.1 say of themselves, both ways: facts as their properties, their properties as facts.

The writer asks the reader: a fact that comes back equal from the properties stands there alone, every other one in our
extension. So the two cannot drift apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.model.facts import facts_of
from hanbada.share.formats.stix import patterns
from hanbada.share.formats.stix.identifiers import exactly, time_of

if TYPE_CHECKING:
    from collections.abc import Mapping

CYBER = {
    "indicator": "indicator", "malware": "malware", "threat_actor": "threat-actor", "vulnerability": "vulnerability",
    "attack_pattern": "attack-pattern", "campaign": "campaign", "tool": "tool", "infrastructure": "infrastructure",
    "observed": "observed-data", "course_of_action": "course-of-action",
}  # fmt: skip
TYPES = {
    "alert": "incident", "incident": "incident", "warning": "report", "track": "grouping", "vessel": "identity",
    "sighting": "sighting", "plan": "grouping", "comment": "note",
}  # fmt: skip
CLASSES = {
    **dict.fromkeys((*CYBER.values(), "intrusion-set"), "cyber_indicator"), "incident": "incident",
    "sighting": "sighting", "note": "comment", "opinion": "comment", "report": "comment",
}  # fmt: skip
"""What objects of others become; an identity is a vessel only where our extension says so."""
KINDS = {its: kind for kind, its in CYBER.items()} | {"intrusion-set": "threat_actor"}
SEEN = ("malware", "threat-actor", "intrusion-set", "campaign", "infrastructure")
"""Types that say when they were first and last seen."""
MARKS = ("exercise", "simulated")
"""Labels that say of an object that it is not real."""
ADMIRALTY = {1: 90, 2: 70, 3: 50, 4: 30, 5: 10}
"""Confidence for the credibility of information on the Admiralty scale (STIX 2.1, appendix A); 6 cannot be judged."""
_REPORTS = ("report", "grouping")


def type_of(data_class: str, said: Mapping[str, Any]) -> str:
    """The type an object is written as."""
    if data_class != "cyber_indicator":
        return TYPES[data_class]
    its = CYBER.get(said.get("kind", ""), "grouping")
    return "grouping" if its == "observed-data" and not patterns.observed(said.get("patterns", [])) else its


def name_of(data_class: str, said: Mapping[str, Any]) -> str:
    """What an object is called where it has no name of its own."""
    if said.get("title"):
        return str(said["title"])
    ships = said.get("vessels") or [{}]
    ship = str(ships[0].get("name") or ships[0].get("mmsi") or ships[0].get("imo") or "")
    what = str(said.get("kind") or data_class).replace("_", " ")
    return f"{what} {ship}".strip() if data_class != "vessel" else ship or "vessel"


def properties(its: str, data_class: str, said: Mapping[str, Any], item_id: str, created: str) -> dict[str, Any]:
    """The properties of an object of a type, but for those that refer to others."""
    name, text = name_of(data_class, said), said.get("text")
    described = {"name": name} | ({"description": text} if text else {})
    begin, end = exactly(said.get("from")), exactly(said.get("until"))
    if its == "note":
        return {"content": text or name} | ({"authors": [said["author"]]} if said.get("author") else {})
    if its == "sighting":
        return _sighting(said)
    if its == "observed-data":
        begin = begin or end or created
        later = end if end and said["until"] >= said.get("from", said["until"]) else begin
        return {"first_observed": begin, "last_observed": later, "number_observed": 1}
    if its == "indicator":
        pattern = patterns.written(said.get("patterns", []), item_id)
        shown = {"description": text or name, "pattern": pattern, "pattern_type": "stix", "pattern_version": "2.1"}
        return described | shown | {"valid_from": begin or created} | _until(begin, end, said, "valid_until")
    by_type: dict[str, dict[str, Any]] = {
        "identity": {"identity_class": "system"}, "grouping": {"context": "unspecified"},
        "malware": {"is_family": False}, "report": {"published": exactly(said.get("issued")) or begin or created},
    }  # fmt: skip
    own = by_type.get(its, {})
    if its in SEEN:
        own = own | ({"first_seen": begin} if begin else {}) | _until(begin, end, said, "last_seen")
    return described | own


def _until(begin: str | None, end: str | None, said: Mapping[str, Any], name: str) -> dict[str, str]:
    """An end, where there is one after the begin."""
    return {name: end} if begin and end and said["until"] > said["from"] else {}


def _sighting(said: Mapping[str, Any]) -> dict[str, Any]:
    begin, end, count = exactly(said.get("at")), exactly(said.get("until")), said.get("count")
    after = end if begin and end and said["until"] >= said["at"] else begin
    seen = {"first_seen": begin, "last_seen": after} if begin else {}
    return seen | ({"count": count} if isinstance(count, int) and 0 <= count <= 999_999_999 else {})


def shared(said: Mapping[str, Any]) -> dict[str, Any]:
    """Properties that every type may have: confidence, labels, names elsewhere."""
    made: dict[str, Any] = {}
    confidence = said.get("confidence")
    sure = ADMIRALTY.get(said.get("credibility", 0)) if confidence is None else round(confidence * 100)
    if sure is not None:
        made["confidence"] = sure
    labels = [one for one in said.get("labels", []) if one and one not in MARKS]
    if labels:
        made["labels"] = labels
    elsewhere = [_external(*one) for one in said.get("external", []) if _sound(*one)]
    if elsewhere:
        made["external_references"] = elsewhere
    return made


def _external(scheme: str, name: str) -> dict[str, str]:
    return {"source_name": scheme, "external_id": name}


def _sound(scheme: str, name: str) -> bool:
    """Whether STIX takes a name elsewhere: those of CVE and CAPEC must look like it, and no other may."""
    alike = name.startswith(("CVE-", "CAPEC-"))
    own = scheme in {"cve", "capec"}
    digits = name.replace("CVE-", "").replace("CAPEC-", "").replace("-", "")
    fits = name.startswith(f"{scheme.upper()}-") and digits.isascii() and digits.isdigit() and len(digits) >= 8
    return bool(scheme and name) and (fits if own else not alike)


def facts_in(data_class: str, its: Mapping[str, Any], objects: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The facts that the properties of an object tell, by name."""
    told = {"title": its.get("name"), "text": its.get("description"), **_common(its)}
    kind = its.get("type")
    if data_class == "comment":
        told |= _comment(its)
    elif data_class == "sighting":
        told |= _seen(its, objects)
    elif data_class == "warning":
        told |= {"issued": time_of(its.get("published"))}
    elif data_class == "cyber_indicator":
        told |= {"kind": KINDS.get(str(kind))} | _when(its) | _patterns(its, objects)
    known = facts_of(data_class)
    return {name: value for name, value in told.items() if name in known and value not in (None, [], "")}


def _common(its: Mapping[str, Any]) -> dict[str, Any]:
    sure, labels, names = its.get("confidence"), its.get("labels"), its.get("external_references")
    return {
        "confidence": sure / 100 if isinstance(sure, int) and 0 <= sure <= 100 else None,
        "labels": [one for one in labels if one not in MARKS] if isinstance(labels, list) else None,
        "external": [
            [one["source_name"], one["external_id"]]
            for one in (names if isinstance(names, list) else ())
            if isinstance(one, dict) and "source_name" in one and "external_id" in one
        ],
    }


def _comment(its: Mapping[str, Any]) -> dict[str, Any]:
    authors = its.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else None
    said = [its.get(name) for name in ("name", "abstract", "content", "explanation", "opinion", "description")]
    text = "\n".join(one for one in said if isinstance(one, str) and one)
    return {"at": time_of(its.get("published") or its.get("created")), "author": author, "text": text}


def _seen(its: Mapping[str, Any], objects: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    first, last = time_of(its.get("first_seen")), time_of(its.get("last_seen"))
    where = its.get("where_sighted_refs")
    places = [place_of(objects.get(ref)) for ref in where if isinstance(ref, str)] if isinstance(where, list) else []
    place = next((one for one in places if one is not None), None)
    return {"at": first if first is not None else last, "until": last, "count": its.get("count"), "place": place}


def place_of(location: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The place of a location that has one."""
    if location is None or location.get("type") != "location":
        return None
    lon, lat, name = location.get("longitude"), location.get("latitude"), location.get("name")
    named = {"area": name if isinstance(name, str) else None}
    if isinstance(lon, (int, float)) and isinstance(lat, (int, float)):
        return {"geometry": {"kind": "point", "coordinates": [[float(lon), float(lat)]]}} | named
    area = name or location.get("region") or location.get("country")
    return {"area": area} if isinstance(area, str) else None


def _when(its: Mapping[str, Any]) -> dict[str, Any]:
    begins = its.get("valid_from") or its.get("first_seen") or its.get("first_observed")
    ends = its.get("valid_until") or its.get("last_seen") or its.get("last_observed")
    return {"from": time_of(begins), "until": time_of(ends)}


def _patterns(its: Mapping[str, Any], objects: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    pattern, refs = its.get("pattern"), its.get("object_refs")
    if isinstance(pattern, str):
        simple = patterns.read(pattern) if its.get("pattern_type") == "stix" else None
        if simple is not None:
            return {"patterns": simple}
        return {"patterns": [{"kind": "other", "value": pattern}] if len(pattern) <= patterns.LONGEST else None}
    if its.get("type") != "observed-data" or not isinstance(refs, list):
        return {}
    values = [value for ref in refs if isinstance(ref, str) for value in patterns.values_of(objects.get(ref, {}))]
    return {"patterns": values}
