"""What the sea is called where something happened, from this node's area packs: all that a coarse profile tells."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hanbada.geo.rings import holds
from hanbada.store import packs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hanbada.model.records import Detection
    from hanbada.reference.shapes import Area

SEAS = ("marine", "chokepoint")
"""Kinds of areas that are a piece of sea with a name; who claims what is none of that."""


def sea_of(home: Path) -> Callable[[Detection], str | None]:
    """The name of the smallest sea a finding began in, None where no pack names one; packs are read at first use."""
    known = cache(lambda: _seas(home))

    def name(found: Detection) -> str | None:
        lon_deg, lat_deg = found.geometry.coordinates[0]
        lon_deg = (lon_deg + 180.0) % 360.0 - 180.0
        return next((area.name for area in known() if _holds(area, lon_deg, lat_deg)), None)

    return name


def _seas(home: Path) -> list[Area]:
    reading = packs.load(home, "areas")
    found = [area for area in (reading.rows if reading else ()) if area.kind in SEAS]
    return sorted(found, key=lambda area: (sum(len(ring) for ring in area.rings) and _extent(area), area.name))


def _extent(area: Area) -> float:
    """Square degrees of the box around it: enough to tell a strait from the sea it is in."""
    lon, lat = zip(*(point for ring in area.rings for point in ring), strict=True)
    return float((max(lon) - min(lon)) * (max(lat) - min(lat)))


def _holds(area: Area, lon_deg: float, lat_deg: float) -> bool:
    """Outer rings and holes together: inside where an odd number of them holds it."""
    return sum(holds([(lon, lat) for lon, lat in ring], lon_deg, lat_deg) for ring in area.rings) % 2 == 1
