"""Hulls: the smallest rounded ring around some places, a margin away from them, for areas of some hundred miles.

The places are laid out on a plane that touches the globe in their midst (azimuthal equidistant), where a ring around
them is the convex hull of circles of sixteen sides; so nothing depends on the meridian, 180 degrees included.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hanbada.geo.sphere import RADIANS, bearing_deg, destination, distance_m, turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Ring: TypeAlias = "tuple[tuple[float, float], ...]"
SIDES = 16
"""Of a circle: its ring lies at most two hundredths of the margin inside."""


def midst(lat_deg: Floats, lon_deg: Floats) -> tuple[float, float]:
    """The mean place, by unit vectors: (lat, lon).

    >>> midst(np.array([10.0, 10.0]), np.array([179.0, -179.0]))[1]
    -180.0
    """
    flat = np.cos(lat_deg * RADIANS)
    east = lon_deg - lon_deg[0]
    x, y, z = (
        np.mean(flat * np.cos(east * RADIANS)),
        np.mean(flat * np.sin(east * RADIANS)),
        np.mean(np.sin(lat_deg * RADIANS)),
    )
    lon = lon_deg[0] + np.degrees(np.arctan2(y, x))
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(lon - 360.0 * np.floor((lon + 180.0) / 360.0))


def laid_out(centre: tuple[float, float], lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Places on the plane that touches the globe in `centre` (lat, lon): metres east and north, a row each."""
    found = np.empty((len(lat_deg), 2))
    for i, (lat, lon) in enumerate(zip(lat_deg.tolist(), lon_deg.tolist(), strict=True)):
        way, course = distance_m(*centre, lat, lon), bearing_deg(*centre, lat, lon) * RADIANS
        found[i] = way * np.sin(course), way * np.cos(course)
    return found


def hull(lat_deg: Floats, lon_deg: Floats, margin_m: float) -> Ring:
    """The closed ring (lon, lat) around some places, counter-clockwise, without a jump at 180 degrees."""
    centre = midst(lat_deg, lon_deg)
    corners = np.radians(np.arange(SIDES) * 360.0 / SIDES)
    circle = margin_m * np.column_stack([np.cos(corners), np.sin(corners)])
    flat = laid_out(centre, lat_deg, lon_deg)
    ring = _convex((_convex(flat)[:, None, :] + circle[None]).reshape(-1, 2))
    places = [destination(*centre, float(np.degrees(np.arctan2(x, y))) % 360.0, float(np.hypot(x, y))) for x, y in ring]
    found = [(centre[1] + turn(centre[1], lon), lat) for lat, lon in places]
    return (*found, found[0])


def _convex(points: Floats) -> Floats:
    """Corners of the convex hull, counter-clockwise (Andrew's monotone chain)."""
    order = sorted(set(map(tuple, points.tolist())))
    if len(order) < 3:
        return np.array(order)
    return np.array([*_chain(order), *_chain(order[::-1])])


def _chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for x, y in points:
        while len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            kept.pop()
        kept.append((x, y))
    return kept[:-1]


def holds(ring: Ring, lat_deg: float, lon_deg: float) -> bool:
    """Whether a place lies inside a ring, on whatever turn its longitudes are.

    >>> holds(hull(np.array([0.0]), np.array([180.0]), 10_000.0), 0.05, -179.95)
    True
    """
    lon = ring[0][0] + turn(ring[0][0], lon_deg)
    odd = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > lat_deg) != (by > lat_deg) and lon < ax + (bx - ax) * (lat_deg - ay) / (by - ay):
            odd = not odd
    return odd
