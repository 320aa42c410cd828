"""How many other ships had sailed where a ship sails: legs in cells of space. The compiled part of `tracks.wakes`."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import turn
from hanbada.model.kernel import inlined, kernel

CELL_M = 26_000.0
"""Half the longest leg and what is beside it: what lies near a place is indexed in its cell or in one next to it."""
SIDE = 1024
HALF = SIDE // 2
MANY = 8
"""More other ships are not counted."""


@inlined
def cell(lat: float, lon: float) -> int:
    """Number of the cube of space that holds a place: cubes know no poles and no 180 degrees."""
    flat = math.cos(lat * RADIANS) * (EARTH_M / CELL_M)
    x = math.floor(flat * math.cos(lon * RADIANS)) + HALF
    y = math.floor(flat * math.sin(lon * RADIANS)) + HALF
    z = math.floor(math.sin(lat * RADIANS) * (EARTH_M / CELL_M)) + HALF
    return (int(x) * SIDE + int(y)) * SIDE + int(z)


@kernel
def cells(lat: Any, lon: Any, from_lat: Any, from_lon: Any, out: Any) -> None:
    """The cell of the middle of each leg."""
    for i in range(len(lat)):
        out[i] = cell(0.5 * (lat[i] + from_lat[i]), from_lon[i] + 0.5 * turn(from_lon[i], lon[i]))


@inlined
def beside_m(lat: float, lon: float, from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Metres from a place to a leg, in the plane of the place."""
    wide = math.cos(lat * RADIANS)
    x, y = turn(lon, from_lon) * wide, from_lat - lat
    dx, dy = turn(from_lon, to_lon) * wide, to_lat - from_lat
    long = dx * dx + dy * dy
    share = min(1.0, max(0.0, -(x * dx + y * dy) / long)) if long > 0.0 else 0.0
    return math.hypot(x + share * dx, y + share * dy) * RADIANS * EARTH_M


@kernel
def crowds(
    wanted: Any, at: Any, mmsi: Any, lat: Any, lon: Any, from_lat: Any, from_lon: Any, course: Any, keys: Any,
    order: Any, back_us: int, reach_m: float, most_deg: float, out: Any,
) -> None:  # fmt: skip
    """How many other ships, at most MANY, had a leg like each wanted one beside its end within `back_us` before it.

    `order` has the legs by cell and `keys` their cells in that order.
    """
    seen = np.empty(MANY, np.int64)
    for i in wanted:
        count, here = 0, cell(lat[i], lon[i])
        for step in range(9):
            middle = here + (step // 3 - 1) * SIDE * SIDE + (step % 3 - 1) * SIDE
            first, last = np.searchsorted(keys, middle - 1), np.searchsorted(keys, middle + 1, side="right")
            for place in range(first, last):
                j = order[place]
                if mmsi[j] == mmsi[i] or not at[i] - back_us <= at[j] < at[i]:
                    continue
                if abs(turn(course[i], course[j])) > most_deg:
                    continue
                if beside_m(lat[i], lon[i], from_lat[j], from_lon[j], lat[j], lon[j]) > reach_m:
                    continue
                known = False
                for k in range(count):
                    known |= seen[k] == mmsi[j]
                if not known:
                    seen[count] = mmsi[j]
                    count += 1
                    if count == MANY:
                        break
            if count == MANY:
                break
        out[i] = count
