"""TLP as STIX marks it, out and in; whatever else is marked with narrows what it marks.

Written are the marking definitions that OASIS published for TLP 2.0 (cti-stix-common-objects, extension of October
2022), under their ids; read are those, the ones STIX 2.1 has for TLP 1.0 (section 7.2.1.4), and definitions that come
along in the same way. A definition of another kind cannot be kept to here, so what it marks is RED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hanbada.model.sharing import TLPS, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""TLP 2.0 by OASIS."""
IDS: dict[Tlp, str] = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
KNOWN: dict[str, Tlp] = {one: tlp for tlp, one in IDS.items()} | {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
}
_COLOURS: dict[str, Tlp] = {tlp.lower(): tlp for tlp in TLPS} | {"white": "CLEAR"}


class Marked(NamedTuple):
    """How something is marked: the colour (None: no TLP at all), statements that only people can keep to, the rest."""

    tlp: Tlp | None
    statements: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def definition(tlp: Tlp) -> dict[str, Any]:
    """The marking definition of a colour."""
    return {
        "type": "marking-definition", "spec_version": "2.1", "id": IDS[tlp], "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{tlp}",
        "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.lower()}},
    }  # fmt: skip


def marked(refs: Any, objects: Mapping[str, dict[str, Any]]) -> Marked:
    """What markings say together: the most restrictive of their colours."""
    colours: list[Tlp] = []
    statements, unknown = [], []
    for ref in refs if isinstance(refs, list) else ():
        colour, statement = _one(ref, objects)
        if colour is not None:
            colours.append(colour)
        elif statement is not None:
            statements.append(statement)
        else:
            unknown.append(str(ref))
    tlp = "RED" if unknown else strictest(colours)
    return Marked(tlp, tuple(statements), tuple(unknown))


def strictest(colours: Iterable[Tlp]) -> Tlp | None:
    """The most restrictive of some colours, None of none."""
    return max(colours, key=TLPS.index, default=None)


def _one(ref: Any, objects: Mapping[str, dict[str, Any]]) -> tuple[Tlp | None, str | None]:
    if not isinstance(ref, str):
        return None, None
    if ref in KNOWN:
        return KNOWN[ref], None
    its = objects.get(ref, {})
    stated = its.get("definition")
    said = stated if isinstance(stated, dict) else {}
    extensions = its.get("extensions")
    ours = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    colour = _COLOURS.get(str((ours if isinstance(ours, dict) else {}).get("tlp_2_0", said.get("tlp"))).lower())
    statement = said.get("statement")
    return colour, statement if isinstance(statement, str) and its.get("type") == "marking-definition" else None
