"""Tracks -> stretches of time in which a ship stayed inside a small box. The compiled part of `tracks.stops`."""

import math
from typing import Any

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import SECOND

LONGEST_SILENCE_S = 8 * 3600.0
"""Across a longer silence nobody knows whether the ship stayed."""
SURE = 0.999999
"""Smaller or larger by this factor is so for certain, whatever rounding did."""
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


@inlined
def _stays(floats: Any, p: int, lat: float, lon: float, across_m: float) -> bool:
    """Whether the box with another report is small enough yet; then it is in the box."""
    east = turn(floats[p, S_LON], lon)
    south, north = floats[p, S_SOUTH], floats[p, S_NORTH]
    west, right = floats[p, S_WEST], floats[p, S_EAST]
    if south <= lat <= north and west <= east <= right:
        return True
    south, north, west, right = min(south, lat), max(north, lat), min(west, east), max(right, east)
    high, wide, most = north - south, right - west, across_m / (RADIANS * EARTH_M)
    # Most boxes are too high, or small enough even at the equator: these need no cosine.
    small = high * high + wide * wide <= most * most * SURE
    if high * SURE > most or (not small and box_m(south, north, west, right) > across_m):
        return False
    floats[p, S_SOUTH], floats[p, S_NORTH], floats[p, S_WEST], floats[p, S_EAST] = south, north, west, right
    return True


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
        same = ints[p, S_TRACK] == track[i] and not silence[i] > LONGEST_SILENCE_S
        if same and _stays(floats, p, lat[i], lon[i], across_m):
            ints[p, S_LAST_AT], ints[p, S_LAST_LINE] = at[i], line[i]
            ints[p, S_COUNT] += 1
            continue
        if ints[p, S_LAST_AT] - ints[p, S_BEGAN_AT] >= least * SECOND:
            ended[count] = ints[p]
            count += 1
        _begin(ints, floats, p, track[i], at[i], line[i], lat[i], lon[i])
    return count
