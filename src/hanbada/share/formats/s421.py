"""Route plans as S-421, a draft: IEC 63173-1 is sold; this follows the public version 0.5 of its schema and samples.

One route a dataset, its waypoints as points; legs, schedules and action points of others are left out and reported.
Everything released stands in a comment before the dataset. Source: https://github.com/ChristianDenker/s421.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

from hanbada.geo.sphere import NMI_M, wrapped
from hanbada.model.facts import facts_of
from hanbada.model.ids import content_id
from hanbada.model.times import parse_iso
from hanbada.share.formats import entries, markup
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, item, lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.model.sharing import Item, Released
    from hanbada.share.formats.entries import About

CARRIES = {"plan": frozenset(facts_of("plan"))}
NAMESPACES = {
    "xmlns:S421": "http://www.iho.int/S421/gml/1.0", "xmlns:S100": "http://www.iho.int/s100gml/1.0",
    "xmlns:gml": "http://www.opengis.net/gml/3.2", "xmlns:xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
PLANNED, RECOMMENDED = "2", "3"
"""Status of a route."""
_UNREAD = {"routeWaypointLeg", "routeSchedule", "routeActionPoint", "routeExtensions"}


def write(released: Sequence[Released], note: Note) -> Written:
    """The first plan that has two waypoints; the others are losses."""
    plans = [one for one in released if one.data_class == "plan"]
    routes = [one for one in plans if len(entries.about_of(one).facts.get("waypoints", ())) > 1][:1]
    abouts = [entries.about_of(one) for one in routes]
    root = dataset(abouts[0], note) if abouts else Element("S421:DataSet", NAMESPACES)
    head, _, body = markup.document(root).partition(b"\n")
    content = head + b"\n" + entries.commented(abouts) + body
    why = "a route has at least two waypoints, and a dataset one route"
    rest = [lost(one, one.data_class, why) for one in released if one not in routes]
    return Written(content, (*compared(CARRIES, routes, read(content)), *rest))


def dataset(about: About, note: Note) -> Element:
    """A plan as a dataset."""
    root = Element("S421:DataSet", {**NAMESPACES, "gml:id": "HANBADA.1"})
    facts = entries.good(about)
    route = _member(root, "member", "route", "RTE")
    _said(route, routeFormatVersion="1.0", routeID=about.id, routeEditionNo="1")
    _link(route, "routeInfo", "RTE.INFO")
    _link(route, "routeWaypoints", "RTE.WPTS")
    ship = (facts.get("vessels") or [{}])[0]
    info = _member(root, "imember", "routeInfo", "RTE.INFO")
    _said(
        info, routeInfoName=facts.get("title") or about.id, routeInfoAuthor=note.author or None,
        routeInfoEditionTime=_when(note.written_at),
        routeInfoDescription="; ".join(entries.note_lines(note, [entries.entry(about)])),
        routeInfoStatus=RECOMMENDED if facts.get("kind") == "recommended" else PLANNED,
        routeInfoValidityStart=_when(facts.get("from")), routeInfoValidityEnd=_when(facts.get("until")),
        routeInfoVesselName=ship.get("name"), routeInfoVesselMMSI=ship.get("mmsi"), routeInfoVesselIMO=ship.get("imo"),
    )  # fmt: skip
    listed = _member(root, "member", "routeWaypoints", "RTE.WPTS")
    for n in range(1, len(facts["waypoints"]) + 1):
        _link(listed, "routeWaypoint", f"RTE.WPT.{n}")
    for n, row in enumerate(facts["waypoints"], 1):
        _waypoint(root, n, row)
    return root


def _member(root: Element, kind: str, name: str, own: str) -> Element:
    return SubElement(SubElement(root, kind), f"S421:{name}", {"gml:id": own})


def _said(parent: Element, **values: object) -> None:
    for name, value in values.items():
        if value is not None:
            SubElement(parent, name).text = markup.carried(value)


def _link(parent: Element, role: str, target: str) -> None:
    arcrole = f"http://www.iho.int/S-421/gml/1.0/roles/{role}"
    SubElement(parent, role, {"xlink:href": f"#{target}", "xlink:arcrole": arcrole})


def _when(at_us: int | None) -> str | None:
    return entries.when(at_us) if at_us is not None and entries.dated(at_us) else None


def _waypoint(root: Element, number: int, row: dict[str, Any]) -> None:
    own = f"RTE.WPT.{number}"
    point = _member(root, "member", "routeWaypoint", own)
    place = SubElement(SubElement(point, "geometry"), "S100:pointProperty")
    spot = SubElement(place, "S100:Point", {"gml:id": f"{own}.PT", "srsName": "EPSG:4326"})
    SubElement(spot, "gml:pos").text = f"{row['lat_deg']:.8f} {round(wrapped(row['lon_deg']), 8):.8f}"
    radius = row.get("radius_m")
    _said(
        point, routeWaypointID=number, routeWaypointName=row.get("name"),
        routeWaypointTurnRadius=f"{radius / NMI_M:.6f}" if radius is not None and 0 <= radius < 1e6 else None,
    )  # fmt: skip
    _link(point, "routeWaypointCollection", "RTE.WPTS")


# And back


def read(content: bytes) -> Read:
    """The route of a dataset; raises InputError if it is no XML that can be read."""
    root = markup.parsed(content, "S-421")
    now = _facts(root)
    kinds = [markup.local(one) for one in root.iter()]
    rest = [(name, f"{kinds.count(name)} are left out") for name in sorted(_UNREAD.intersection(kinds))]
    if "waypoints" not in now:
        return Read((), (Loss(item_id="", what="waypoints", why="a dataset without any"),))
    found, losses = _item(entries.uncommented(content), now)
    return Read((found,), (*losses, *(Loss(item_id=found.item_id, what=what, why=why) for what, why in rest)))


def _item(abouts: Sequence[About], now: dict[str, Any]) -> tuple[Item, list[Loss]]:
    if len(abouts) != 1 or len(entries.good(abouts[0]).get("waypoints", ())) < 2:
        own = content_id("route", [now.get("title"), now["waypoints"]])
        return item(own, "plan", now, tlp=None, originator="")
    again = markup.document(dataset(abouts[0], Note(title="", written_at=0)))
    return entries.kept(abouts[0], now, _facts(markup.parsed(again, "S-421")))


def _facts(root: Element) -> dict[str, Any]:
    """What the dataset itself says."""
    info = next((one for one in root.iter() if markup.local(one) == "routeInfo" and len(one)), None)
    rows = [row for one in root.iter() if markup.local(one) == "routeWaypoint" for row in _row(one)]
    said = {markup.local(one): (one.text or "").strip() for one in info} if info is not None else {}
    numbers = {"mmsi": said.get("routeInfoVesselMMSI", ""), "imo": said.get("routeInfoVesselIMO", "")}
    ship: dict[str, Any] = {key: int(value) for key, value in numbers.items() if value.isdecimal() and len(value) < 10}
    ship |= {"name": said["routeInfoVesselName"][:512]} if said.get("routeInfoVesselName") else {}
    facts = {
        "kind": "recommended" if said.get("routeInfoStatus") == RECOMMENDED else "voyage",
        "title": said.get("routeInfoName", "")[:512], "vessels": [ship] if ship else None,
        "from": parse_iso(said.get("routeInfoValidityStart", "")),
        "until": parse_iso(said.get("routeInfoValidityEnd", "")),
        "waypoints": [row | {"id": n} for n, row in enumerate(rows, 1)],
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _row(one: Element) -> Iterator[dict[str, Any]]:
    text = next((pos.text or "" for pos in one.iter() if markup.local(pos) == "pos"), "")
    try:
        lat, lon = map(float, text.split()[:2])
        radius = float(markup.text(one, "routeWaypointTurnRadius") or "nan")
    except ValueError:
        return
    if -90 <= lat <= 90 and -180 <= lon <= 180:
        row = {"lon_deg": lon, "lat_deg": lat, "name": (markup.text(one, "routeWaypointName") or "")[:512] or None}
        row |= {"radius_m": radius * NMI_M} if 0 <= radius < 1000 else {}
        yield {name: value for name, value in row.items() if value is not None}


def sniff(head: bytes) -> bool:
    """Whether it begins like a dataset of S-421."""
    return b"iho.int/S421" in head or (b"<!--hanbada {" in head and b'"plan"' in head)


FORMAT = Format(
    name="s421", title="S-421 route (draft)", media_type="application/gml+xml", suffix="s421",
    carries=CARRIES, write=write, read=read, sniff=sniff,
)  # fmt: skip
