"""Tracks -> stretches of time in which a ship stayed inside a small box. The compiled part of `tracks.stops`."""

import math
from typing import Any

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import SECOND

LONGEST_SILENCE_S = 8 * 3600.0
"""Across a longer silence nobody knows whether the ship stayed (science.md 1.5)."""
# What an open track has stayed in since: integers and floats side by side. Longitudes count from the first one.
S_TRACK, S_BEGAN_AT, S_LAST_AT, S_COUNT, S_LINE, S_LAST_LINE = range(6)
S_LON, S_SOUTH, S_NORTH, S_WEST, S_EAST = range(6, 11)
STAY = 12


@inlined
def box_m(south: float, north: float, west: float, east: float) -> float:
    """The diagonal of a small box."""
    wide = (east - west) * math.cos((south + north) * (0.5 * RADIANS))
    return math.hypot(north - south, wide) * RADIANS * EARTH_M


@inlined
def _begin(ints: Any, floats: Any, place: int, track: int, at: int, line: int, lat: float, lon: float) -> None:
    """Start a stretch with one report."""
    ints[place, S_TRACK], ints[place, S_BEGAN_AT], ints[place, S_LAST_AT] = track, at, at
    ints[place, S_COUNT], ints[place, S_LINE], ints[place, S_LAST_LINE] = 1, line, line
    floats[place, S_LON], floats[place, S_SOUTH], floats[place, S_NORTH] = lon, lat, lat
    floats[place, S_WEST], floats[place, S_EAST] = 0.0, 0.0


@kernel
def feed(
    at: Any, lat: Any, lon: Any, line: Any, place: Any, track: Any, silence: Any, across_m: float, least: int,
    ints: Any, floats: Any, ended: Any,
) -> int:  # fmt: skip
    """Add rows to the stretches; those long enough that ended go to `ended`; how many."""
    count = 0
    for i in range(len(at)):
        p = place[i]
        if p < 0:
            continue
        east = turn(floats[p, S_LON], lon[i])
        south, north = min(floats[p, S_SOUTH], lat[i]), max(floats[p, S_NORTH], lat[i])
        west, east = min(floats[p, S_WEST], east), max(floats[p, S_EAST], east)
        same = ints[p, S_TRACK] == track[i] and not silence[i] > LONGEST_SILENCE_S
        if same and box_m(south, north, west, east) <= across_m:
            ints[p, S_LAST_AT], ints[p, S_LAST_LINE] = at[i], line[i]
            ints[p, S_COUNT] += 1
            floats[p, S_SOUTH], floats[p, S_NORTH] = south, north
            floats[p, S_WEST], floats[p, S_EAST] = west, east
            continue
        if ints[p, S_LAST_AT] - ints[p, S_BEGAN_AT] >= least * SECOND:
            ended[count] = ints[p]
            count += 1
        _begin(ints, floats, p, track[i], at[i], line[i], lat[i], lon[i])
    return count
