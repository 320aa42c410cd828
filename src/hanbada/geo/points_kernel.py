"""The nearest of many points, through a grid of one-degree cells that hold the points around them."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import RADIANS
from hanbada.geo.sphere_kernel import distance_m
from hanbada.model.kernel import inlined, kernel

ROWS, COLUMNS = 180, 360


@inlined
def cell_of(lat: float, lon: float) -> int:
    """Number of the one-degree cell of a place."""
    row = min(max(int(lat + 90.0), 0), ROWS - 1)
    return row * COLUMNS + int(lon + 180.0) % COLUMNS


@inlined
def spot(lat: float, lon: float) -> tuple[float, float, float]:
    """A place on the unit sphere."""
    flat = math.cos(lat * RADIANS)
    return flat * math.cos(lon * RADIANS), flat * math.sin(lon * RADIANS), math.sin(lat * RADIANS)


@kernel
def nearest(lat: float, lon: float, lats: Any, lons: Any, spots: Any, begins: Any, members: Any) -> tuple[int, float]:
    """Index of the nearest point among those listed for the cell, and metres to it; (-1, infinity) if none is.

    Points are compared by chords between their `spots` on the unit sphere, which takes no trigonometry.
    """
    best, least = -1, np.inf
    cell = cell_of(lat, lon)
    x, y, z = spot(lat, lon)
    for i in range(begins[cell], begins[cell + 1]):
        point = members[i]
        east, north, up = spots[point, 0] - x, spots[point, 1] - y, spots[point, 2] - z
        chord = east * east + north * north + up * up
        if chord < least:
            best, least = point, chord
    return best, distance_m(lat, lon, lats[best], lons[best]) if best >= 0 else np.inf


@kernel
def all_nearest(
    lat: Any, lon: Any, lats: Any, lons: Any, spots: Any, begins: Any, members: Any, which: Any, away: Any
) -> None:
    """The same for many places; a place that is not a number has no nearest point."""
    for i in range(len(lat)):
        if lat[i] == lat[i] and lon[i] == lon[i]:
            which[i], away[i] = nearest(lat[i], lon[i], lats, lons, spots, begins, members)
        else:
            which[i], away[i] = -1, np.inf
