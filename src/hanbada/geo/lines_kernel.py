"""Legs across lines, and places beside them: the compiled part of `geo.lines`."""

import math
from typing import Any

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import turn
from hanbada.model.kernel import inlined, kernel

CELL_DEG = 0.25
ROWS, COLUMNS = 720, 1440
STEP_DEG = 0.05
"""A long leg is looked at in steps of three miles of latitude or less."""


@inlined
def cell_of(lat: float, lon: float) -> int:
    """Number of the cell of a place."""
    row = min(max(int((lat + 90.0) / CELL_DEG), 0), ROWS - 1)
    return row * COLUMNS + int((lon + 180.0) / CELL_DEG) % COLUMNS


@kernel
def marks(lat: Any, lon: Any, mark: Any, out: Any) -> None:
    """The mark of each place's cell; 0 where the place is not a number."""
    for i in range(len(lat)):
        here = lat[i] == lat[i] and lon[i] == lon[i]
        out[i] = mark[cell_of(lat[i], lon[i])] if here else 0


@inlined
def _side(lat: float, lon: float, segments: Any, k: int, wide: float) -> float:
    """Left (positive) or right of a segment, as a cross product in degrees of latitude."""
    x, y = turn(segments[k, 0], lon) * wide, lat - segments[k, 1]
    along_x, along_y = turn(segments[k, 0], segments[k, 2]) * wide, segments[k, 3] - segments[k, 1]
    return float(along_x * y - along_y * x)


@inlined
def _share(lat_1: float, lon_1: float, lat_2: float, lon_2: float, segments: Any, k: int) -> float:
    """Where a leg crosses a segment, as a share of the leg; -1 if it does not."""
    wide = math.cos(segments[k, 1] * RADIANS)
    first, second = _side(lat_1, lon_1, segments, k, wide), _side(lat_2, lon_2, segments, k, wide)
    if (first < 0.0) == (second < 0.0):
        return -1.0
    share = first / (first - second)
    lat, lon = lat_1 + share * (lat_2 - lat_1), lon_1 + share * turn(lon_1, lon_2)
    along_x, along_y = turn(segments[k, 0], segments[k, 2]) * wide, segments[k, 3] - segments[k, 1]
    x, y = turn(segments[k, 0], lon) * wide, lat - segments[k, 1]
    along = (x * along_x + y * along_y) / (along_x * along_x + along_y * along_y)
    return float(share) if 0.0 <= along < 1.0 else -1.0


@kernel
def crossed(
    lat_1: Any, lon_1: Any, lat_2: Any, lon_2: Any, wanted: Any, segments: Any, begins: Any, members: Any, row: Any,
    segment: Any, shares: Any,
) -> int:  # fmt: skip
    """Every (leg, segment) that cross and the share of the leg before it; how many, even past the room given."""
    found, room = 0, len(row)
    for i in range(len(lat_1)):
        if not wanted[i] or not (lat_1[i] == lat_1[i] and lat_2[i] == lat_2[i]):
            continue
        north, east = lat_2[i] - lat_1[i], turn(lon_1[i], lon_2[i])
        steps = 1 + int(max(abs(north), abs(east)) / STEP_DEG)
        for step in range(steps):
            a, b = step / steps, (step + 1) / steps
            lat, lon = lat_1[i] + a * north, lon_1[i] + a * east
            there_lat, there_lon = lat_1[i] + b * north, lon_1[i] + b * east
            cell = cell_of(lat, lon - 360.0 * math.floor((lon + 180.0) / 360.0))
            for j in range(begins[cell], begins[cell + 1]):
                share = _share(lat, lon, there_lat, there_lon, segments, members[j])
                if share >= 0.0:
                    if found < room:
                        row[found], segment[found] = i, members[j]
                        shares[found] = a + share / steps
                    found += 1
    return found


@inlined
def away_m(lat: float, lon: float, segments: Any, k: int) -> float:
    """Metres from a place to a segment, in the plane around the place."""
    wide = math.cos(lat * RADIANS)
    x1, y1 = turn(lon, segments[k, 0]) * wide, segments[k, 1] - lat
    x2, y2 = turn(lon, segments[k, 2]) * wide, segments[k, 3] - lat
    way_x, way_y = x2 - x1, y2 - y1
    long = way_x * way_x + way_y * way_y
    along = min(1.0, max(0.0, -(x1 * way_x + y1 * way_y) / long)) if long > 0.0 else 0.0
    return math.hypot(x1 + along * way_x, y1 + along * way_y) * RADIANS * EARTH_M


@kernel
def nearest(
    lat: Any, lon: Any, wanted: Any, only: int, segments: Any, line: Any, begins: Any, members: Any, segment: Any,
    away: Any,
) -> None:  # fmt: skip
    """The nearest segment listed for each wanted place and metres to it; (-1, infinity) if none is.

    Of line `only`, or of any if that is negative.
    """
    for i in range(len(lat)):
        segment[i], away[i] = -1, math.inf
        if not wanted[i] or not (lat[i] == lat[i] and lon[i] == lon[i]):
            continue
        cell = cell_of(lat[i], lon[i])
        for j in range(begins[cell], begins[cell + 1]):
            if only >= 0 and line[members[j]] != only:
                continue
            metres = away_m(lat[i], lon[i], segments, members[j])
            if metres < away[i]:
                segment[i], away[i] = members[j], metres
