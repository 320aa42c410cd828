"""What a reader may have as features: what was told to their node, or what this node released, where it is on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hanbada.app.ogc.asking import meets
from hanbada.app.sharing import publishing
from hanbada.release.view import unchanged
from hanbada.share.formats.entries import entries_of
from hanbada.share.formats.geojson import feature
from hanbada.store import exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from hanbada.app.ogc.asking import Asked
    from hanbada.app.sharing.ours import Ours
    from hanbada.model.sharing import Released

_BEGINS, _ENDS = ("from", "at", "issued", "opened"), ("until", "cancelled", "at")


class Shelf(NamedTuple):
    """A collection: what a reader may have of one kind of object by one community."""

    community: str
    data_class: str

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return f"{self.community}.{self.data_class}"


def offered(connection: Connection, ours: Ours, node: str, now_us: int) -> Iterator[Released]:
    """Everything a reader for a node may have now, by id; each by the community it was told by."""
    if node == ours.node:
        for kept in exchange.items(connection):
            yield from () if kept.recalled else _own(unchanged(kept.item), kept.item.marking.grants)
        return
    known = publishing.terms_of(connection, ours)
    for one in sorted(exchange.tellings(connection, node=node), key=lambda one: one.item_id):
        its = None if one.recalled else exchange.kept(connection, one.item_id)
        released = None if its is None else publishing.saying(connection, its, node, known, now_us).heard.released
        if released is not None:
            yield released


def _own(released: Released, grants: Iterable[Any]) -> Iterator[Released]:
    from msgspec.structs import replace

    for community in sorted({grant.community for grant in grants}):
        yield replace(released, community=community)


def shelves(some: Iterable[Released]) -> dict[Shelf, list[Released]]:
    """What is offered by collection, in the order of ids; only what stands somewhere on a map."""
    found: dict[Shelf, list[Released]] = {}
    for one in some:
        if points_of(one):
            found.setdefault(Shelf(one.community, one.data_class), []).append(one)
    return found


def points_of(one: Released) -> list[tuple[float, float]]:
    """Every point of where an object is, as it was told; nothing if it was not told."""
    said = {fact.name: fact.value for fact in one.facts}
    place = said.get("place") or {}
    shape = place.get("geometry") or {}
    points = [(lon, lat) for lon, lat in shape.get("coordinates", ())]
    for name in ("fixes", "waypoints"):
        points += [(each["lon_deg"], each["lat_deg"]) for each in said.get(name, ())]
    return points


def fits(one: Released, wanted: Asked) -> bool:
    """Whether an object lies in the box and the time that are asked for; one without a time lies in all."""
    if wanted.box is not None and not meets(wanted.box, points_of(one)):
        return False
    if wanted.span is None:
        return True
    said = {fact.name: fact.value for fact in one.facts if fact.aspect == "time" and isinstance(fact.value, int)}
    begin = next((said[name] for name in _BEGINS if name in said), None)
    end = next((said[name] for name in _ENDS if name in said), begin)
    return begin is None or (begin <= wanted.span[1] and (end is None or end >= wanted.span[0]))


def feature_of(one: Released) -> dict[str, Any]:
    """An object as a GeoJSON feature with its marking."""
    (entry,) = entries_of([one])
    made: dict[str, Any] = feature(entry)
    made["properties"] |= {"tlp": one.tlp, "originator": one.handling.originator, "exercise": one.exercise}
    return made
