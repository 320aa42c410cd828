"""What is released is rendered as STIX once, for whoever reads for that node over TAXII.

The release desk has decided by then: this turns what it let through into rows, and takes away what it takes back. A
recall leaves the object revoked and with nothing in it, so that readers learn of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.release.view import unchanged
from hanbada.share.formats.contract import Note
from hanbada.share.formats.stix.extension import CARRIES, MAKER
from hanbada.share.formats.stix.identifiers import named, stamp, time_of
from hanbada.share.formats.stix.properties import CYBER, TYPES, properties
from hanbada.share.formats.stix.writing import everything
from hanbada.store import taxii
from hanbada.store.taxii import Thing, View, Wanted

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.model.sharing import Released
    from hanbada.store.exchange import Kept

_ABOUT_NOTHING = {"object_refs": [MAKER["id"]]}
_REQUIRED: dict[str, dict[str, Any]] = {
    "sighting": {"sighting_of_ref": MAKER["id"]}, "report": _ABOUT_NOTHING, "grouping": _ABOUT_NOTHING,
    "note": _ABOUT_NOTHING, "observed-data": _ABOUT_NOTHING,
}  # fmt: skip
"""What STIX wants of these types that does not stand in their own properties."""
_STAY = ("type", "spec_version", "id", "created", "created_by_ref", "object_marking_refs")
"""What a reader had of an object anyway, and what stays of it when it is recalled."""
_ALWAYS = 1 << 62


def told(connection: Connection, view: View, kept: Kept, released: Released | None, at_us: int) -> None:
    """Let readers of a node have what was released to it by a community, or no more of what they had by any."""
    if not taxii.has_readers(connection, view.node):
        return
    item_id = kept.item.item_id
    for other in taxii.communities_of(connection, view.node, item_id) | {view.community}:
        its = View(other, view.node)
        here = released if other == view.community else None
        things = _revoked(connection, its, kept, at_us) if here is None else things_of(here, at_us)
        until = None if here is None else here.handling.until_at
        taxii.shelve(connection, its, item_id, things, at_us, until)


def own(connection: Connection, node: str, kept: Kept, at_us: int) -> None:
    """Let readers of this node itself have what it released, whole, under each community it was granted to."""
    if not taxii.has_readers(connection, node):
        return
    granted = set() if kept.recalled else {grant.community for grant in kept.item.marking.grants}
    before = taxii.communities_of(connection, node, kept.item.item_id)
    for community in sorted(granted | before):
        view = View(community, node)
        stays = community in granted
        things = things_of(unchanged(kept.item), at_us) if stays else _revoked(connection, view, kept, at_us)
        taxii.shelve(connection, view, kept.item.item_id, things, at_us)


def things_of(released: Released, at_us: int) -> list[Thing]:
    """The objects of STIX that a released object becomes, each once."""
    if released.data_class not in CARRIES:
        return []
    made = {its["id"]: its for its in everything([released], Note(title="", written_at=at_us))}
    return [_thing(its) for its in made.values()]


def _thing(its: dict[str, Any]) -> Thing:
    version = time_of(its.get("modified", its.get("created")))
    return Thing(its["id"], its["type"], version or 0, msgspec.json.encode(its).decode())


def _revoked(connection: Connection, view: View, kept: Kept, at_us: int) -> list[Thing]:
    """What is left of an object that is recalled: that it was one, and is none; nothing if readers never had it."""
    kinds = {TYPES.get(kept.item.data_class, "grouping"), *CYBER.values(), "grouping"}
    ids = tuple(sorted(named(kind, kept.item.item_id) for kind in kinds))
    found = taxii.page(connection, view, Wanted(ids=ids), -_ALWAYS)
    return [_thing(_emptied(msgspec.json.decode(row.body), kept, at_us)) for row in found]


def _emptied(its: dict[str, Any], kept: Kept, at_us: int) -> dict[str, Any]:
    left = {name: its[name] for name in _STAY if name in its}
    kind = its["type"]
    least = properties(kind, kept.item.data_class, {}, kept.item.item_id, left["created"]) | _REQUIRED.get(kind, {})
    return left | {"modified": max(stamp(at_us), its["modified"])} | least | {"revoked": True}
