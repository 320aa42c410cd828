"""What the chain knows beforehand, from the reference packs of this node: ports and zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from hanbada.detect.contract import Zones, zones
from hanbada.geo.points import Points, index_points
from hanbada.model.errors import InputError
from hanbada.reference import areas
from hanbada.store import packs
from hanbada.tracks.harbours import Harbours, harbours

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.reference.shapes import Area

WATCHED_KINDS = ("areas", "tss")
"""Kinds of packs whose areas may carry a rule."""


def known_ports(data: Path | None) -> Points:
    """The ports of the packs added, else the built-in list."""
    reading = packs.load(data, "ports") or packs.built_in("ports")
    frame = pl.DataFrame(reading.rows)
    return index_points(frame["name"].to_list(), frame["lat_deg"].to_numpy(), frame["lon_deg"].to_numpy())


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


def drawn_zones(watched: Zones | None) -> dict[str, Any]:
    """Watched areas as GeoJSON for the map."""
    return {"type": "FeatureCollection", "features": [_feature(area) for area in (watched.areas if watched else ())]}


def _feature(area: Area) -> dict[str, Any]:
    rings = [ring.round(6).tolist() for ring in area.rings]
    one = {"type": "Polygon", "coordinates": rings} if len(rings) == 1 else None
    return {
        "type": "Feature",
        "properties": {"name": area.name, "kind": area.kind, "rule": area.rule, "claimants": list(area.claimants)},
        "geometry": one or {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
    }


def read_zones(path: Path | None) -> bytes | None:
    """The bytes of a zones file; raises InputError if it cannot be read."""
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise InputError(message) from error
