"""Released objects as a STIX bundle: one object for each, and beside it the vessels, places and markings it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from hanbada.geo.sphere import distance_m
from hanbada.model.sharing import TLPS
from hanbada.model.times import in_era
from hanbada.share.formats.contract import Written, uncarried, values
from hanbada.share.formats.stix import patterns
from hanbada.share.formats.stix.extension import CARRIES, DEFINITION, ID, MAKER
from hanbada.share.formats.stix.identifiers import named, stamp
from hanbada.share.formats.stix.markings import IDS, definition
from hanbada.share.formats.stix.properties import facts_in, properties, shared, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanbada.model.sharing import Released, Tlp, Told
    from hanbada.share.formats.contract import Note

BEGAN = "2026-01-01T00:00:00.000Z"
"""When objects were made that never change because their id is made of their content."""
_BEGINS = ("opened", "issued", "at", "from")
"""Facts that say when an object was made, the most telling first."""
_CELL_M = 60 * 1852 * 0.7071
"""From the middle of a cell of one degree to its corner, in metres."""
_POINTS = ("report", "grouping", "note", "observed-data")
"""Types that name what they are about in `object_refs`."""


class Drawn(NamedTuple):
    """What an object is drawn with: its markings by fact, who made it, the vessels and the location it names."""

    one: Released
    said: dict[str, Any]
    maker: dict[str, Any]
    ships: tuple[dict[str, Any], ...]
    spot: dict[str, Any] | None


def write(released: Sequence[Released], note: Note) -> Written:
    """A bundle; what is in no fact of ours is not in it."""
    losses = [loss for one in released for loss in uncarried(CARRIES, one)]
    chosen = [one for one in released if one.data_class in CARRIES]
    made = {its["id"]: its for its in everything(chosen, note)}
    bundle: dict[str, Any] = {"type": "bundle", "id": named("bundle", *sorted(made), note.title, note.written_at)}
    if made:
        bundle["objects"] = list(made.values())
    return Written(msgspec.json.encode(bundle) + b"\n", tuple(losses))


def everything(chosen: Sequence[Released], note: Note) -> list[dict[str, Any]]:
    """All objects that some of ours become, definitions first; one may stand there twice."""
    return [*_frame(chosen), *(its for one in chosen for its in objects_of(one, note))]


def _frame(chosen: Sequence[Released]) -> list[dict[str, Any]]:
    """Definitions of the markings and of the extension that are used."""
    colours = {one.handling.tlp for one in chosen} | {_colour(one, fact) for one in chosen for fact in one.facts}
    return [definition(tlp) for tlp in TLPS if tlp in colours] + ([MAKER, DEFINITION] if chosen else [])


def objects_of(one: Released, note: Note) -> list[dict[str, Any]]:
    """The object, and what it names: who made it, vessels, its place, observables, relationships between them."""
    said = values(one)
    name = one.handling.originator
    maker = {
        "type": "identity", "spec_version": "2.1", "id": named("identity", name), "created": BEGAN, "modified": BEGAN,
        "name": name or "unknown", "identity_class": "organization",
    }  # fmt: skip
    drawn = Drawn(one, said, maker, tuple(_ships(one, said)), _spot(one, said))
    seen = patterns.observed(said.get("patterns", [])) if said.get("kind") == "observed" else []
    its = _principal(drawn, note, [thing["id"] for thing in seen])
    beside = [*drawn.ships, *([drawn.spot] if drawn.spot else []), *seen]
    if its["type"] == "sighting" and not drawn.ships:
        beside.append(_unidentified(one))
    return [maker, *beside, its, *_relationships(drawn, its)]


def _colour(one: Released, fact: Told | None) -> Tlp:
    own = one.handling.tlp if fact is None or fact.handling is None else fact.handling.tlp
    return max(one.handling.tlp, own, key=TLPS.index)


def _colour_of(one: Released, name: str) -> Tlp:
    return _colour(one, next((fact for fact in one.facts if fact.name == name), None))


def _beside(kind: str, tlp: Tlp, content: dict[str, Any]) -> dict[str, Any]:
    """An object that is what its content says and never changes."""
    head = {"type": kind, "spec_version": "2.1", "id": named(kind, tlp, content), "created": BEGAN, "modified": BEGAN}
    return head | content | {"object_marking_refs": [IDS[tlp]]}


def _ships(one: Released, said: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if one.data_class == "vessel":
        return
    tlp = _colour_of(one, "vessels")
    for ship in said.get("vessels", []):
        name = ship.get("name") or f"MMSI {ship['mmsi']}" if "mmsi" in ship else ship.get("name") or "vessel"
        known = {"extensions": {ID: {"extension_type": "property-extension", "ship": ship}}} if ship else {}
        yield _beside("identity", tlp, {"name": name, "identity_class": "system"} | known)


def _unidentified(one: Released) -> dict[str, Any]:
    return _beside("identity", one.handling.tlp, {"name": "unidentified vessel", "identity_class": "system"})


def _spot(one: Released, said: dict[str, Any]) -> dict[str, Any] | None:
    """The location of an object: its point, or the middle of its shape and how far that reaches."""
    place = said.get("place") or {}
    shape = place.get("geometry")
    if not shape:
        return None
    points = shape["coordinates"]
    lons, lats = [float(lon) for lon, _ in points], [float(lat) for _, lat in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    reach = max(distance_m(lat, lon, float(a), float(o)) for o, a in points) + (place.get("cell_deg") or 0.0) * _CELL_M
    reach = max(reach, float(said.get("error_m") or 0.0))
    content = {"latitude": lat, "longitude": (lon + 180.0) % 360.0 - 180.0} | (
        {"precision": round(reach, 1)} if reach > 0 else {}
    )
    if place.get("area"):
        content |= {"name": place["area"]}
    return _beside("location", _colour_of(one, "place"), content)


def _principal(drawn: Drawn, note: Note, seen: list[str]) -> dict[str, Any]:
    one = drawn.one
    # What is marked more strictly than its object stands in the extension only, where its own marking can name it.
    said = {fact.name: fact.value for fact in one.facts if _colour(one, fact) == one.handling.tlp}
    kind, modified = type_of(one.data_class, said), stamp(note.written_at)
    times = (at for name in _BEGINS if (at := in_era(said.get(name))) is not None)
    begun = next((at for at in times if at <= note.written_at), None)
    created = modified if begun is None else stamp(begun)
    head = {
        "type": kind, "spec_version": "2.1", "id": named(kind, one.item_id), "created_by_ref": drawn.maker["id"],
        "created": created, "modified": modified,
    }  # fmt: skip
    its = head | properties(kind, one.data_class, said, one.item_id, created) | shared(said) | _refs(kind, drawn, seen)
    _warned(its, one.exercise, bool(said.get("simulated")))
    its["object_marking_refs"] = [IDS[one.handling.tlp]]
    around = {each["id"]: each for each in (*drawn.ships, *([drawn.spot] if drawn.spot else []))}
    observed = {each["id"]: each for each in patterns.observed(said.get("patterns", []))}
    told = facts_in(one.data_class, its, around | observed)
    plain = sorted(name for name, value in said.items() if told.get(name) == value)
    its["extensions"] = {ID: _extension(one, plain)}
    own = [_granular(fact) for fact in one.facts if fact.name not in said and fact.name in CARRIES[one.data_class]]
    return its | ({"granular_markings": own} if own else {})


def _refs(kind: str, drawn: Drawn, seen: list[str]) -> dict[str, Any]:
    named_here = [each["id"] for each in drawn.ships]
    spot = [] if drawn.spot is None else [drawn.spot["id"]]
    if kind == "sighting":
        about = named_here[0] if named_here else _unidentified(drawn.one)["id"]
        return {"sighting_of_ref": about} | ({"where_sighted_refs": spot} if spot else {})
    if kind == "observed-data":
        return {"object_refs": seen}
    if kind in _POINTS:
        return {"object_refs": list(dict.fromkeys([*named_here, *spot])) or [drawn.maker["id"]]}
    return {}


def _warned(its: dict[str, Any], exercise: bool, simulated: bool) -> None:  # noqa: FBT001 - what it is
    """Say where everybody looks that something is not real."""
    marks = [word for word, holds in (("exercise", exercise), ("simulated", simulated)) if holds]
    if not marks:
        return
    its["labels"] = [*its.get("labels", []), *marks]
    loud = " ".join(word.upper() for word in marks)
    for name in ("name", "content"):
        if name in its:
            its[name] = f"{loud}: {its[name]}"


def _extension(one: Released, plain: list[str]) -> dict[str, Any]:
    """What core STIX has no place for; `core` names the facts that stand in the properties of the object."""
    facts = {fact.name: fact.value for fact in one.facts if fact.name in CARRIES[one.data_class]}
    kept = {name: value for name, value in facts.items() if name not in plain}
    core = [name for name in plain if name in facts]
    handling = one.handling
    its: dict[str, Any] = {
        "extension_type": "property-extension", "data_class": one.data_class, "item_id": one.item_id,
        "originator": handling.originator, "onward": handling.onward,
    }  # fmt: skip
    more = {
        "facts": kept, "core": core, "purposes": list(handling.purposes), "until_at": handling.until_at,
        "personal": handling.personal, "exercise": one.exercise, "refs": list(one.refs),
    }  # fmt: skip
    return its | {name: value for name, value in more.items() if value not in (None, False, [], {})}


def _granular(fact: Told) -> dict[str, Any]:
    """The marking of a fact that is marked more strictly than its object."""
    tlp = "RED" if fact.handling is None else fact.handling.tlp
    return {"selectors": [f"extensions.{ID}.facts.{fact.name}"], "marking_ref": IDS[tlp]}


def _relationships(drawn: Drawn, its: dict[str, Any]) -> list[dict[str, Any]]:
    """How the object stands to the vessels and the place it names, where it does not name them itself."""
    if its["type"] in {*_POINTS, "sighting"} and its["type"] != "observed-data":
        return []
    tied = [(each, "related-to", "vessels") for each in drawn.ships]
    if drawn.spot is not None:
        where = "located-at" if its["type"] in {"identity", "threat-actor", "infrastructure"} else "related-to"
        tied.append((drawn.spot, where, "place"))
    return [_relationship(drawn, its, each, how, _colour_of(drawn.one, fact)) for each, how, fact in tied]


def _relationship(drawn: Drawn, its: dict[str, Any], other: dict[str, Any], how: str, tlp: Tlp) -> dict[str, Any]:
    return {
        "type": "relationship", "spec_version": "2.1", "id": named("relationship", its["id"], how, other["id"]),
        "created_by_ref": drawn.maker["id"], "created": its["created"], "modified": its["modified"],
        "relationship_type": how, "source_ref": its["id"], "target_ref": other["id"],
        "object_marking_refs": [IDS[tlp]],
    }  # fmt: skip
