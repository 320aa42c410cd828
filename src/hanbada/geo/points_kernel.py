"""The nearest of many points, through a grid of one-degree cells that hold the points around them."""

from typing import Any

import numpy as np

from hanbada.geo.sphere_kernel import distance_m
from hanbada.model.kernel import inlined, kernel

ROWS, COLUMNS = 180, 360


@inlined
def cell_of(lat: float, lon: float) -> int:
    """Number of the one-degree cell of a place."""
    row = min(max(int(lat + 90.0), 0), ROWS - 1)
    return row * COLUMNS + int(lon + 180.0) % COLUMNS


@kernel
def nearest(lat: float, lon: float, lats: Any, lons: Any, begins: Any, members: Any) -> tuple[int, float]:
    """Index of the nearest point among those listed for the cell, and metres to it; (-1, infinity) if none is."""
    best, best_m = -1, np.inf
    cell = cell_of(lat, lon)
    for i in range(begins[cell], begins[cell + 1]):
        point = members[i]
        if abs(lats[point] - lat) * 111_000.0 > best_m:
            continue
        away = distance_m(lat, lon, lats[point], lons[point])
        if away < best_m:
            best, best_m = point, away
    return best, best_m


@kernel
def all_nearest(lat: Any, lon: Any, lats: Any, lons: Any, begins: Any, members: Any, which: Any, away: Any) -> None:
    """The same for many places; a place that is not a number has no nearest point."""
    for i in range(len(lat)):
        if lat[i] == lat[i] and lon[i] == lon[i]:
            which[i], away[i] = nearest(lat[i], lon[i], lats, lons, begins, members)
        else:
            which[i], away[i] = -1, np.inf
