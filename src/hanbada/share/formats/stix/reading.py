"""A STIX bundle of anybody as objects: what our extension says, and what core STIX says where it does not.

Bundles come from strangers: what is not as the specification has it is a loss, named by the id and the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from hanbada.model.errors import InputError
from hanbada.model.facts import facts_of
from hanbada.model.sharing import TLPS, Caveats, Marking
from hanbada.share.formats.contract import Loss, Read, item
from hanbada.share.formats.stix.extension import CARRIES, ID
from hanbada.share.formats.stix.identifiers import named
from hanbada.share.formats.stix.markings import EXTENSION, Marked, marked, strictest
from hanbada.share.formats.stix.properties import CLASSES, MARKS, facts_in, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hanbada.model.sharing import Item, Tlp

LARGEST = 64 << 20
MOST = 200_000
"""Bytes and objects of a bundle."""
_FRAME = ("marking-definition", "extension-definition", "language-content")
_OBSERVABLES = (
    "artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr",
    "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url", "user-account",
    "windows-registry-key", "x509-certificate",
)  # fmt: skip
_TAKEN = frozenset((
    "type", "spec_version", "id", "created", "modified", "created_by_ref", "name", "description", "object_marking_refs",
    "granular_markings", "extensions", "confidence", "labels", "external_references", "revoked", "object_refs",
    "pattern", "pattern_type", "pattern_version", "valid_from", "valid_until", "first_seen", "last_seen", "count",
    "first_observed", "last_observed", "number_observed", "sighting_of_ref", "where_sighted_refs", "content", "authors",
    "abstract", "explanation", "opinion", "published", "is_family", "identity_class", "context",
))  # fmt: skip
"""Properties that are read; every other one is a loss."""
_PROPERTY = {"name": "title", "content": "text", "description": "text", "external_references": "external"}


class _Bundle(NamedTuple):
    """The objects of a bundle by id, and its relationships by source."""

    objects: dict[str, dict[str, Any]]
    tied: dict[str, list[dict[str, Any]]]

    def item_id(self, ref: str) -> str:
        """What an object is called: as its own extension says, else by its id."""
        said = _ours(self.objects.get(ref, {})).get("item_id")
        return said if isinstance(said, str) and said else ref


def read(content: bytes) -> Read:
    """The objects of a bundle, or of a TAXII envelope; raises InputError for what is neither."""
    bundle = _bundle(content)
    items: list[Item] = []
    losses: list[Loss] = []
    for its in bundle.objects.values():
        found, lost = _object(its, bundle)
        items += [] if found is None else [found]
        losses += lost
    return Read(tuple(items), tuple(losses))


def _bundle(content: bytes) -> _Bundle:
    if len(content) > LARGEST:
        message = f"a STIX bundle of {len(content):,} bytes: {LARGEST:,} are the most"
        raise InputError(message)
    try:
        whole = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = f"not a STIX bundle: {error}"
        raise InputError(message) from None
    listed = whole.get("objects", []) if isinstance(whole, dict) else None
    if not isinstance(listed, list) or not (whole.get("type") == "bundle" or "objects" in whole):
        message = "not a STIX bundle: an object with a list of `objects` is one"
        raise InputError(message)
    if len(listed) > MOST:
        message = f"a STIX bundle of {len(listed):,} objects: {MOST:,} are the most"
        raise InputError(message)
    return _by_id(listed)


def _by_id(listed: list[Any]) -> _Bundle:
    """Of several versions of an object the latest; objects without id or type are left to `_object` under no id."""
    objects: dict[str, dict[str, Any]] = {}
    tied: dict[str, list[dict[str, Any]]] = {}
    for at, one in enumerate(listed):
        its = one if isinstance(one, dict) else {"type": None}
        name = its.get("id") if isinstance(its.get("id"), str) else f"object {at}"
        before = objects.get(name)  # type: ignore[arg-type]
        if before is None or str(before.get("modified", "")) <= str(its.get("modified", "")):
            objects[name] = its | {"id": name}  # type: ignore[index]
    for its in objects.values():
        if its.get("type") == "relationship" and isinstance(its.get("source_ref"), str):
            tied.setdefault(its["source_ref"], []).append(its)
    return _Bundle(objects, tied)


def _object(its: dict[str, Any], bundle: _Bundle) -> tuple[Item | None, list[Loss]]:
    """What an object becomes: one of ours, or nothing because it stands beside one, or a loss."""
    extension = _ours(its)
    kind, data_class = its.get("type"), extension.get("data_class")
    if data_class is None and isinstance(extension.get("ship"), dict):
        return None, []
    if not isinstance(data_class, str) or data_class not in CARRIES:
        data_class = CLASSES.get(kind) if isinstance(kind, str) else None
    if data_class is None:
        return None, _left(its, bundle)
    if its.get("revoked") is True:
        return None, [_lost(its, "revoked", "its source took it back")]
    return _item(its, data_class, extension, bundle)


def _left(its: dict[str, Any], bundle: _Bundle) -> list[Loss]:
    """What is said of an object that becomes none of ours; nothing of what only stands beside others."""
    kind = its.get("type")
    if kind in _FRAME or kind == "location" or kind in _OBSERVABLES:
        used = kind in _FRAME or any(its["id"] in _named_by(one) for one in bundle.objects.values())
        return [] if used else [_lost(its, str(kind), "nothing refers to it")]
    if kind == "relationship":
        source = bundle.objects.get(str(its.get("source_ref")), {})
        known = str(_ours(source).get("data_class")) in CARRIES or str(source.get("type")) in CLASSES
        return [] if known else [_lost(its, "relationship", "it begins at no object of ours")]
    if kind == "identity" and any(one.get("created_by_ref") == its["id"] for one in bundle.objects.values()):
        return []
    return [_lost(its, str(kind)[:80], "no object of ours")]


def _named_by(one: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("object_refs", "where_sighted_refs"):
        refs = one.get(name)
        yield from refs if isinstance(refs, list) else ()
    yield from (one.get("target_ref"), one.get("sighting_of_ref"))


def _lost(its: Mapping[str, Any], what: str, why: str) -> Loss:
    return Loss(item_id=str(its["id"]), what=what, why=why)


def _ours(its: Mapping[str, Any]) -> dict[str, Any]:
    extensions = its.get("extensions")
    found = extensions.get(ID) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}


def _item(its: dict[str, Any], data_class: str, extension: dict[str, Any], bundle: _Bundle) -> tuple[Item, list[Loss]]:
    said = facts_in(data_class, its, bundle.objects)
    own = extension.get("facts")
    if extension.get("data_class") == data_class:
        core = extension.get("core")
        plain = {name: value for name, value in said.items() if isinstance(core, list) and name in core}
        said = plain | (own if isinstance(own, dict) else {})
        losses: list[Loss] = []
    else:
        said |= _around(its, data_class, bundle)
        losses = _unread(its)
    losses += _strange(its, data_class, said)
    known = {name: value for name, value in said.items() if name in facts_of(data_class)}
    whole = marked(its.get("object_marking_refs"), bundle.objects)
    losses += [_lost(its, "object_marking_refs", f"a statement for people: {one[:200]}") for one in whole.statements]
    losses += [_lost(its, "object_marking_refs", f"not known here, so RED: {one[:80]}") for one in whole.unknown]
    found, bad = item(
        bundle.item_id(its["id"]), data_class, known, tlp=whole.tlp, originator=_originator(its, extension, bundle),
        exercise=extension.get("exercise") is True or "exercise" in _labels(its),
    )  # fmt: skip
    return _handled(found, its, extension, whole, bundle), [*losses, *bad]


def _labels(its: Mapping[str, Any]) -> list[str]:
    labels = its.get("labels")
    return [one.lower() for one in labels if isinstance(one, str)] if isinstance(labels, list) else []


def _originator(its: Mapping[str, Any], extension: Mapping[str, Any], bundle: _Bundle) -> str:
    said, maker = extension.get("originator"), its.get("created_by_ref")
    if isinstance(said, str):
        return said
    name = bundle.objects.get(maker, {}).get("name") if isinstance(maker, str) else None
    return name if isinstance(name, str) else str(maker or "")


def _unread(its: Mapping[str, Any]) -> list[Loss]:
    lost = [_lost(its, str(name)[:80], "no fact of ours") for name in its if name not in _TAKEN]
    others = its.get("extensions")
    named_there = others if isinstance(others, dict) else {}
    return lost + [
        _lost(its, f"extensions.{str(name)[:80]}", "an extension this program does not know")
        for name in named_there if name not in {ID, EXTENSION}
    ]  # fmt: skip


def _strange(its: Mapping[str, Any], data_class: str, said: Mapping[str, Any]) -> list[Loss]:
    """Facts that no object of this class has, and patterns that stay text."""
    lost = [
        _lost(its, f"facts.{str(name)[:80]}", "no fact of ours") for name in said if name not in facts_of(data_class)
    ]
    pattern = its.get("pattern")
    if not _ours(its) and isinstance(pattern, str) and not said.get("patterns"):
        lost.append(_lost(its, "pattern", "a pattern too long to keep as text"))
    elif not _ours(its) and isinstance(pattern, str) and said["patterns"][0]["kind"] == "other":
        lost.append(_lost(its, "pattern", "kept as text: not a comparison of one value"))
    return lost


def _around(its: Mapping[str, Any], data_class: str, bundle: _Bundle) -> dict[str, Any]:
    """What relationships and references say of an object of others: its place, its vessels, its links."""
    known = facts_of(data_class)
    found: dict[str, Any] = {}
    tied = [one for one in bundle.tied.get(str(its["id"]), []) if not _drawn(one)]
    links = [
        {"how": str(one.get("relationship_type")).replace("-", "_")[:512], "other": bundle.item_id(one["target_ref"])}
        for one in tied if isinstance(one.get("target_ref"), str)
    ]  # fmt: skip
    refs = its.get("object_refs")
    if its.get("type") != "observed-data" and isinstance(refs, list):
        links += [{"how": "about", "other": bundle.item_id(ref)} for ref in refs if isinstance(ref, str)]
    about = its.get("sighting_of_ref")
    if isinstance(about, str):
        ship = _ours(bundle.objects.get(about, {})).get("ship")
        found |= {"vessels": [ship]} if isinstance(ship, dict) else {}
        links.append({"how": "sighting_of", "other": bundle.item_id(about)})
    places = (place_of(bundle.objects.get(one["target_ref"])) for one in tied if isinstance(one.get("target_ref"), str))
    place = next((one for one in places if one is not None), None)
    found |= ({"links": links} if links else {}) | ({"place": place} if place else {})
    if set(MARKS) & set(_labels(its)):
        found["simulated"] = True
    return {name: value for name, value in found.items() if name in known}


def _drawn(tie: Mapping[str, Any]) -> bool:
    """Whether a relationship is one our writer draws beside what the object says itself."""
    parts = (tie.get("source_ref"), tie.get("relationship_type"), tie.get("target_ref"))
    return bool(tie.get("id") == named("relationship", *map(str, parts)))


def _handled(found: Item, its: Mapping[str, Any], extension: Mapping[str, Any], whole: Marked, bundle: _Bundle) -> Item:
    """The object with the caveats it came under, and facts with the markings of their own."""
    until, purposes = extension.get("until_at"), extension.get("purposes")
    caveats = Caveats(
        no_onward=extension.get("onward") == "none",
        until_at=until if isinstance(until, int) and abs(until) < 2**62 else None,
        purposes=tuple(map(str, purposes)) if isinstance(purposes, list) and purposes else None,
    )
    marking = msgspec.structs.replace(found.marking, caveats=caveats, personal=extension.get("personal") is True)
    own = _granular(its, found.marking.tlp, bundle)
    if whole.tlp is not None and "" in own:
        marking = msgspec.structs.replace(marking, tlp=own[""])
    facts = tuple(
        msgspec.structs.replace(one, marking=Marking(tlp=own[one.name], originator=marking.originator, grants=()))
        if one.name in own and own[one.name] != marking.tlp else one
        for one in found.assertions
    )  # fmt: skip
    refs = extension.get("refs")
    named_there = tuple(one for one in refs if isinstance(one, str)) if isinstance(refs, list) else ()
    return msgspec.structs.replace(found, marking=marking, assertions=facts, refs=named_there)


def _granular(its: Mapping[str, Any], tlp: Tlp, bundle: _Bundle) -> dict[str, Tlp]:
    """The colours of facts that are marked by themselves; under "" of what we cannot tell the fact of."""
    own: dict[str, Tlp] = {}
    listed = its.get("granular_markings")
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or "marking_ref" not in one:
            continue
        colour = strictest([marked([one["marking_ref"]], bundle.objects).tlp or "CLEAR", tlp])
        selectors = one.get("selectors")
        for selector in selectors if isinstance(selectors, list) else ():
            name = _fact_of(str(selector))
            own[name] = max(own.get(name, "CLEAR"), colour or "RED", key=TLPS.index)
    return own


def _fact_of(selector: str) -> str:
    prefix = f"extensions.{ID}.facts."
    if selector.startswith(prefix):
        return selector.removeprefix(prefix).partition(".")[0]
    first = selector.partition(".")[0]
    return _PROPERTY.get(first, first if first in {"confidence", "labels", "count"} else "")
