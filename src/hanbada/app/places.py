"""What the chain knows beforehand, from the reference packs of this node: ports, zones, cables, anchorages."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import polars as pl

from hanbada.detect.contract import Charts, Listed, Storms, Zones, cables, zones
from hanbada.geo.areas import AreaIndex, index_areas
from hanbada.geo.points import Points, index_points
from hanbada.model.errors import InputError
from hanbada.model.times import iso
from hanbada.reference import areas
from hanbada.reference import cables as cable_maps
from hanbada.reference.destinations import Destinations, destinations
from hanbada.reference.imo import imo_valid
from hanbada.reference.registers import LISTS
from hanbada.store import packs
from hanbada.tracks.harbours import Harbours, harbours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from hanbada.model.records import Detection
    from hanbada.reference.shapes import Area, Line
    from hanbada.tracks.reception import Heard
    from hanbada.tracks.trust import Distrust

NAMING = ("ofac_sdn", "user")
"""Watch lists that name ships; one of numbers that several ships use says nothing of any of them."""
WATCHED_KINDS = ("areas", "tss")
"""Kinds of packs whose areas may carry a rule."""


def known_ports(data: Path | None) -> Points:
    """The ports of the packs added, else the built-in list."""
    reading = packs.load(data, "ports") or packs.built_in("ports")
    frame = pl.DataFrame(reading.rows)
    return index_points(frame["name"].to_list(), frame["lat_deg"].to_numpy(), frame["lon_deg"].to_numpy())


def from_port(ports: Points) -> Callable[[Detection], float]:
    """How far from a port a finding began, in metres; infinity where none is near."""

    def port_m(found: Detection) -> float:
        lon_deg, lat_deg = found.geometry.coordinates[0]
        return ports.nearest(lat_deg, (lon_deg + 180.0) % 360.0 - 180.0)[1]

    return port_m


def known_harbours(data: Path | None) -> Harbours:
    """Ports and anchorages of the packs added, else the built-in ports: what a port call is measured against."""
    ports, anchorages = packs.load(data, "ports") or packs.built_in("ports"), packs.load(data, "anchorages")
    return harbours(ports.rows, anchorages.rows if anchorages else None)


def known_zones(data: Path | None, drawn: bytes | None = None, name: str = "zones") -> Zones | None:
    """The zones of the packs added, and those of a GeoJSON file; raises PackError naming what cannot be used of it."""
    found: list[Area] = []
    for kind in WATCHED_KINDS:
        reading = packs.load(data, kind)
        found += reading.rows if reading else ()
    if drawn is not None:
        found += areas.read_geojson(drawn, name=name)
    return zones(found)


def known_charts(data: Path | None, laid: bytes | None = None, name: str = "cables") -> Charts:
    """Cables of the packs added and of a GeoJSON file, and anchorages; raises PackError if the file is no cable map."""
    packed, drawn = packs.load(data, "cables"), None if laid is None else cable_maps.read({name: laid})
    lines = [line for reading in (packed, drawn) if reading for line in reading.rows]
    return Charts(
        cables=cables(lines),
        anchorages=_anchorages(data),
        destinations=known_destinations(data),
        listed=known_lists(data),
        land=cache(partial(_land, data)),
        storms=_storms(data),
    )


def known_lists(data: Path | None) -> Listed | None:
    """Ships on the watch lists of the packs added, by the numbers they are listed under."""
    reading = packs.load(data, "registers")
    if reading is None:
        return None
    rows = pl.DataFrame(reading.rows).filter(pl.col("watch") & pl.col("list").is_in(list(NAMING)))
    by_imo, by_mmsi = (
        {number: LISTS[which] for number, which in rows.filter(pl.col(by).is_not_null()).select(by, "list").iter_rows()}
        for by in ("imo", "mmsi")
    )
    return Listed({imo: title for imo, title in by_imo.items() if imo_valid(imo)}, by_mmsi)


def known_destinations(data: Path | None) -> Destinations:
    """The ports of the packs added, else the built-in list, by code and name."""
    reading = packs.load(data, "ports") or packs.built_in("ports")
    return destinations(pl.DataFrame(reading.rows).select("name", "unlocode", "lat_deg", "lon_deg").iter_rows())


def _land(data: Path | None) -> AreaIndex:
    """The land of the packs added, else the built-in one."""
    reading = packs.load(data, "land") or packs.built_in("land")
    return index_areas([area.rings for area in reading.rows if area.kind == "land"])


def _storms(data: Path | None) -> Storms | None:
    """The fixes of tropical cyclones in the packs added."""
    reading = packs.load(data, "storms")
    if reading is None:
        return None
    fixes = pl.DataFrame(reading.rows).sort("at").with_columns(pl.col("at").cast(pl.Int64))
    named = fixes["name"].fill_null(fixes["storm_id"]).to_list()
    at, lat, lon = (fixes[name].to_numpy() for name in ("at", "lat_deg", "lon_deg"))
    return Storms(at, lat, lon, tuple(named))


def _anchorages(data: Path | None) -> Points | None:
    reading = packs.load(data, "anchorages")
    if reading is None:
        return None
    frame = pl.DataFrame(reading.rows)
    return index_points(frame["label"].to_list(), frame["lat_deg"].to_numpy(), frame["lon_deg"].to_numpy())


def drawn_zones(watched: Zones | None, charts: Charts) -> dict[str, Any]:
    """Watched areas and cables as GeoJSON for the map."""
    laid = [_cable(line) for line in (charts.cables.lines if charts.cables else ())]
    areas_ = [_feature(area) for area in (watched.areas if watched else ())]
    return {"type": "FeatureCollection", "features": areas_ + laid}


def _cable(line: Line) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": line.name, "kind": "cable", "rule": "none", "claimants": []},
        "geometry": {"type": "MultiLineString", "coordinates": [part.round(6).tolist() for part in line.parts]},
    }


def _feature(area: Area) -> dict[str, Any]:
    rings = [ring.round(6).tolist() for ring in area.rings]
    one = {"type": "Polygon", "coordinates": rings} if len(rings) == 1 else None
    return {
        "type": "Feature",
        "properties": {"name": area.name, "kind": area.kind, "rule": area.rule, "claimants": list(area.claimants)},
        "geometry": one or {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
    }


def read_drawn(path: Path | None) -> bytes | None:
    """The bytes of a file of zones or cables; raises InputError if it cannot be read."""
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise InputError(message) from error


def drawn_distrust(regions: Iterable[Distrust]) -> dict[str, Any]:
    """Where positions are not to be trusted, as GeoJSON for the map: a feature for each disturbance."""
    return {"type": "FeatureCollection", "features": [_doubt(region) for region in regions]}


def _doubt(region: Distrust) -> dict[str, Any]:
    rings = [[[[round(lon, 6), round(lat, 6)] for lon, lat in ring]] for ring in region.rings]
    until = None if math.isinf(region.end_at) else iso(round(region.end_at))
    told = {"episode_id": region.episode_id, "from": iso(region.begin_at), "to": until, "ships": region.ships}
    return {
        "type": "Feature",
        "properties": {"kind": "distrust", **told},
        "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }


def drawn_reception(heard: Heard | None) -> dict[str, Any]:
    """How well places were heard, as GeoJSON for the map: a feature for each cell, with the share of what was due."""
    edges = [] if heard is None else zip(*(column.tolist() for column in heard), strict=True)
    return {"type": "FeatureCollection", "features": [_cell(*one) for one in edges]}


def _cell(west: float, south: float, east: float, north: float, share: float, reports: int) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"kind": "reception", "share": round(share, 3), "reports": reports},
        "geometry": {"type": "Polygon", "coordinates": [[[round(lon, 4), lat] for lon, lat in ring]]},
    }
