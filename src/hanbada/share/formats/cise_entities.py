"""Entities of the CISE data model from facts, and facts from entities: vessels, events, places, periods.

Times are a date and a time of day, places a latitude and longitude or well-known text. What is not one of these is left
out here; the format says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hanbada.model.times import iso, parse_iso
from hanbada.share.formats.cise_messages import Part, kind_of, node, raw
from hanbada.share.formats.contract import number
from hanbada.share.formats.markup import child, children, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree import ElementTree as ET

_CUT = re.compile(r"Cut to cells of (\S{1,32}) degrees\Z")
_SHAPES = {"point": "MULTIPOINT", "line": "LINESTRING", "polygon": "POLYGON"}
_WKT = re.compile(r"\s*(MULTIPOINT|POINT|LINESTRING|POLYGON)\s*\(\s*(\(?)([^()]*)(\)?)\s*\)\s*\Z")
MOST_POINTS = 10_000


def given(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The parts that are there."""
    return {name: part for name, part in parts.items() if part is not None}


def period(tag: str, start_at: int | None, end_at: int | None) -> ET.Element | None:
    """A period, None if neither end of it is known."""
    if start_at is None and end_at is None:
        return None
    parts: dict[str, Part] = {}
    for side, at in (("End", end_at), ("Start", start_at)):
        if at is not None:
            day, _, hour = iso(at).partition("T")
            parts |= {f"{side}Date": f"{day}Z", f"{side}Time": hour}
    return node(tag, parts)


def period_of(element: ET.Element | None) -> tuple[int | None, int | None]:
    """Begin and end of a period; a day without a time of day begins at midnight UTC."""
    return _moment(element, "Start"), _moment(element, "End")


def _moment(element: ET.Element | None, side: str) -> int | None:
    day = text(element, f"{side}Date") if element is not None else None
    if element is None or day is None:
        return None
    hour = text(element, f"{side}Time") or "00:00:00Z"
    zone = re.sub(r"\A\d{4}-\d\d-\d\d", "", day)
    return parse_iso(f"{day[:10]}T{hour}" if re.search(r"(Z|[+-]\d\d:\d\d)\Z", hour) else f"{day[:10]}T{hour}{zone}")


def location(place: Mapping[str, Any]) -> ET.Element | None:
    """The location of a place: where it is, what the sea there is called, how coarsely that is told."""
    shape, area, cell_deg = place.get("geometry"), place.get("area"), place.get("cell_deg")
    if shape is None and area is None:
        return None
    cut = node("Metadata", {"Comments": f"Cut to cells of {cell_deg!r} degrees"}) if cell_deg else None
    parts = given({
        "Metadata": cut,
        "Geometry": shape and geometry(shape),
        "LocationQualitativeAccuracy": "Low" if cell_deg else None,
        "GeographicName": area,
    })  # fmt: skip
    return node("Location", parts, "NamedLocation" if area is not None else None)


def geometry(shape: Mapping[str, Any]) -> ET.Element:
    """A point as latitude and longitude, anything else as well-known text."""
    points = shape["coordinates"]
    if shape["kind"] == "point" and len(points) == 1:
        return node("Geometry", {"Latitude": repr(points[0][1]), "Longitude": repr(points[0][0])})
    closed = [*points, points[0]] if shape["kind"] == "polygon" else points
    inner = "(" + ", ".join(f"{lon!r} {lat!r}" for lon, lat in closed) + ")"
    return node(
        "Geometry", {"WKT": f"{_SHAPES[shape['kind']]} {f'({inner})' if shape['kind'] == 'polygon' else inner}"}
    )


def place_of(element: ET.Element | None) -> dict[str, Any] | None:
    """The place of a location; None if it says none."""
    if element is None:
        return None
    shape, area = geometry_of(child(element, "Geometry")), raw(element, "GeographicName")
    if shape is None and area is None:
        return None
    place: dict[str, Any] = {"area": area} if shape is None else {"geometry": shape, "area": area}
    if cut := _CUT.match(raw(child(element, "Metadata"), "Comments") or ""):
        place["cell_deg"] = number(cut[1])
    return place


def geometry_of(element: ET.Element | None) -> dict[str, Any] | None:
    """The shape of a geometry; None if it is none that can be used."""
    if element is None:
        return None
    lat, lon = number(text(element, "Latitude")), number(text(element, "Longitude"))
    if lat is not None and lon is not None:
        return {"kind": "point", "coordinates": [[lon, lat]]}
    found = _WKT.match(text(element, "WKT") or "")
    if found is None or found[3].count(",") > MOST_POINTS:
        return None
    points = [[number(part) for part in pair.split()[:2]] for pair in found[3].split(",")]
    if any(len(pair) != 2 or None in pair for pair in points):
        return None
    ring = points[:-1] if found[1] == "POLYGON" and len(points) > 1 and points[0] == points[-1] else points
    kind = {"LINESTRING": "line", "POLYGON": "polygon"}.get(found[1], "point")
    return {"kind": kind, "coordinates": ring}


def vessel(ship: Mapping[str, Any], more: Mapping[str, Part], tag: str = "Vessel") -> ET.Element:
    """A vessel as somebody names it, with whatever else is said of it."""
    parts = given({
        **more,
        "Name": ship.get("name"),
        "Nationality": ship.get("flag"),
        "CallSign": ship.get("call_sign"),
        "IMONumber": _whole(ship.get("imo")),
        "MMSI": _whole(ship.get("mmsi")),
    })  # fmt: skip
    return node(tag, parts, None if tag == "Vessel" else "Vessel")


def _whole(value: int | None) -> str | None:
    return None if value is None else str(value)


def ship_of(element: ET.Element) -> dict[str, Any] | None:
    """Who a vessel is; None if nothing is said of it."""
    ship = {
        "mmsi": integer(text(element, "MMSI")),
        "imo": integer(text(element, "IMONumber")),
        "name": raw(element, "Name"),
        "call_sign": raw(element, "CallSign"),
        "flag": text(element, "Nationality"),
    }
    return {name: value for name, value in ship.items() if value is not None} or None


def integer(said: str | None) -> int | None:
    """A whole number of at most twelve digits, None for anything else."""
    return int(said) if said is not None and re.fullmatch(r"[0-9]{1,12}", said) else None


def involved(ships: Iterable[Mapping[str, Any]]) -> list[ET.Element]:
    """The vessels of an event."""
    return [node("InvolvedObjectRel", {"Object": vessel(ship, {}, "Object")}) for ship in ships]


def involved_of(element: ET.Element) -> list[dict[str, Any]] | None:
    """The vessels of an event, None if it names none."""
    objects = (child(one, "Object") for one in children(element, "InvolvedObjectRel"))
    vessels = (one for one in objects if one is not None and kind_of(one) == "Vessel")
    return [ship for one in vessels if (ship := ship_of(one)) is not None] or None


def whereabouts(place: Mapping[str, Any] | None, at: int | None = None, **more: Part) -> ET.Element | None:
    """Where something is or was, and when; None without a place."""
    where = location(place) if place is not None else None
    if where is None:
        return None
    return node("LocationRel", given({"Location": where, "DateTime": period("DateTime", at, None), **more}))
