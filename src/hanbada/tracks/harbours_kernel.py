"""How far a place is from being in a harbour, or from being out of all: among the harbours listed for its cell."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.model.kernel import kernel

CELL_DEG = 0.25
ROWS, COLUMNS = int(180 / CELL_DEG), int(360 / CELL_DEG)
REACH_M = 20_000.0
"""Harbours farther away are not looked for: a ship at sea is asked again after a dozen kilometres."""


@kernel
def ways(
    lat: float, lon: float, place: Any, in_m: Any, out_m: Any, begins: Any, members: Any
) -> tuple[int, float, float]:
    """The nearest harbour (-1: none), metres to go to be in one, and metres to go to be out of all.

    The second is negative inside; the third is negative outside, and minus infinity where there is no harbour.
    """
    flat = math.cos(lat * RADIANS)
    x, y, z = flat * math.cos(lon * RADIANS), flat * math.sin(lon * RADIANS), math.sin(lat * RADIANS)
    row = min(max(int((lat + 90.0) / CELL_DEG), 0), ROWS - 1)
    cell = row * COLUMNS + int((lon + 180.0) / CELL_DEG) % COLUMNS
    nearest, nearest_m, to_in, to_out = -1, np.inf, np.inf, -np.inf
    for i in range(begins[cell], begins[cell + 1]):
        one = members[i]
        a, b, c = x - place[one, 0], y - place[one, 1], z - place[one, 2]
        away = math.sqrt(a * a + b * b + c * c) * EARTH_M
        if away < nearest_m:
            nearest, nearest_m = one, away
        to_in = min(to_in, away - in_m[one])
        to_out = max(to_out, out_m[one] - away)
    return nearest, to_in, to_out
