"""Our extension of STIX 2.1 for the sea: what a vessel, an alert, a warning, a track or a plan says beyond core STIX.

The JSON schema beside this file is what `schema` makes; a test compares them. The id never changes; `VERSION` does.
"""

from __future__ import annotations

from typing import Any

import msgspec

from hanbada.model.facts import FACTS, Ship, facts_of

ID = "extension-definition--1f2d7ba2-15e0-4499-a11b-2b321feff9f2"
VERSION = "1.0.0"
CARRIES = {data_class: frozenset(facts_of(data_class)) for data_class in FACTS}

MAKER: dict[str, Any] = {
    "type": "identity", "spec_version": "2.1", "id": "identity--f30b25a8-05a4-4471-96b9-3607880544fc",
    "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "Hanbada",
    "identity_class": "organization",
}  # fmt: skip
DEFINITION: dict[str, Any] = {
    "type": "extension-definition", "spec_version": "2.1", "id": ID, "created_by_ref": MAKER["id"],
    "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "Maritime awareness",
    "description": (
        "Vessels, incidents at sea, alerts, navigational warnings, tracks, sightings and plans as properties of core "
        "STIX objects. `ship` names a vessel; `data_class` and `facts` say what an object is and what core STIX has no "
        "property for; `core` lists the facts that stand in core properties."
    ),
    "schema": "extension.schema.json, published with Hanbada", "version": VERSION,
    "extension_types": ["property-extension"],
}  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of the extension, from the facts as they are declared."""
    known = sorted({(fact.name, repr(fact.type)): fact for facts in FACTS.values() for fact in facts}.items())
    types = [Ship, *(fact.type for _, fact in known)]
    (ship, *made), parts = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    told: dict[str, list[dict[str, Any]]] = {}
    for ((name, _), fact), one in zip(known, made, strict=True):
        told.setdefault(name, []).append({"description": fact.about} | one)
    facts = {name: some[0] if len(some) == 1 else {"anyOf": some} for name, some in told.items()}
    words = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": DEFINITION["name"],
        "description": f"{DEFINITION['description']} Times are UTC microseconds since 1970, positions degrees.",
        "$comment": f"{ID}, version {VERSION}",
        "type": "object",
        "required": ["extension_type"],
        "additionalProperties": False,
        "properties": {
            "extension_type": {"const": "property-extension"},
            "ship": ship,
            "data_class": {"enum": sorted(CARRIES)},
            "item_id": {"type": "string"},
            "originator": {"type": "string"},
            "onward": {"enum": ["none", "community", "public"]},
            "purposes": words,
            "until_at": {"type": "integer"},
            "personal": {"type": "boolean"},
            "exercise": {"type": "boolean"},
            "refs": words,
            "core": words,
            "facts": {"type": "object", "additionalProperties": False, "properties": facts},
        },
        "$defs": parts,
    }
