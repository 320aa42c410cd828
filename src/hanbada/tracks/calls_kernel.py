"""Tracks -> what a ship does at harbours: in, stopped, under way again, silent, out. The compiled part of `calls`.

Most rows cost one comparison: after a look at the harbours around, the ship may sail as far as the nearest boundary
before the next look is due.
"""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.geo.sphere_kernel import turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.harbours_kernel import ways
from hanbada.tracks.segments_kernel import LONG_S

STOPPED_KN, GOING_KN = 0.2, 0.5
"""A ship stops at or below the one and goes at or above the other (Global Fishing Watch, anchorages)."""
SILENT_S = 4 * 3600.0
"""Silence in port from which coming and going is unseen (Global Fishing Watch, anchorages)."""
AT_ANCHOR, MOORED = 1, 5
"""Navigational status, ITU-R M.1371 table 45."""
FIRST_SHIP, LAST_SHIP = 200_000_000, 799_999_999
CLOSE_M = 1.0
"""A look is made this far before a boundary: sums of legs are not exact."""
# Where an open track is: integers and floats side by side. What a visit comes to, then the stop that goes on (its sums
# count from its first report), then the longest stop.
C_TRACK, C_IN, C_LAST_AT, C_LAST_LINE, C_FIRST_AT, C_SILENT, C_STOPPED_US = range(7)
C_STOPPED, C_SINCE, C_HARBOUR, C_TURNS, C_MOORED, C_ANCHORED = range(7, 13)
L_HARBOUR, L_BEGAN_AT, L_ENDED_AT = range(13, 16)
F_WAY, F_UNTIL, F_LAT, F_LON, F_WIDE, F_COUNT, F_NORTH, F_EAST, F_SQUARE, F_COS, F_SIN = range(16, 27)
F_RADIUS, F_SPREAD, F_STATUS = range(27, 30)
CALL = 30
COSINES = np.cos(np.radians(np.arange(360)))
SINES = np.sin(np.radians(np.arange(360)))
DEGREE_M = RADIANS * EARTH_M
IN, OUT, END = range(3)
"""What happens: a track comes in, goes out, or gives way to another."""
E_KIND, E_ROW, E_HARBOUR = range(3)
EVENT = 3
EVENTS_A_ROW = 2


@inlined
def swing(ints: Any, floats: Any, p: int) -> tuple[float, float, float]:
    """Root mean square distance in metres of a stop's reports from their middle, how its headings spread, its status.

    The spread is one minus the length of the mean heading (0 to 1); the status is above zero if most reports that say
    so say moored, below if they say at anchor. Not a number where no report tells.
    """
    count = floats[p, F_COUNT]
    north, east = floats[p, F_NORTH] / count, floats[p, F_EAST] / count
    radius = math.sqrt(max(0.0, floats[p, F_SQUARE] / count - north * north - east * east))
    turns, said = ints[p, C_TURNS], ints[p, C_MOORED] + ints[p, C_ANCHORED]
    spread = 1.0 - math.hypot(floats[p, F_COS], floats[p, F_SIN]) / turns if turns > 0 else math.nan
    return radius, spread, (ints[p, C_MOORED] - ints[p, C_ANCHORED]) / said if said > 0 else math.nan


@inlined
def _stay(ints: Any, floats: Any, p: int, at: int, lat: float, lon: float, heading: int, nav: int) -> None:
    """Add a report to a stop, or begin one."""
    if not ints[p, C_STOPPED]:
        ints[p, C_STOPPED], ints[p, C_SINCE] = 1, at
        ints[p, C_TURNS], ints[p, C_MOORED], ints[p, C_ANCHORED] = 0, 0, 0
        floats[p, F_LAT], floats[p, F_LON], floats[p, F_WIDE] = lat, lon, math.cos(lat * RADIANS) * DEGREE_M
        for word in range(F_COUNT, F_SIN + 1):
            floats[p, word] = 0.0
    north = (lat - floats[p, F_LAT]) * DEGREE_M
    east = turn(floats[p, F_LON], lon) * floats[p, F_WIDE]
    floats[p, F_COUNT] += 1.0
    floats[p, F_NORTH] += north
    floats[p, F_EAST] += east
    floats[p, F_SQUARE] += north * north + east * east
    ints[p, C_MOORED] += nav == MOORED
    ints[p, C_ANCHORED] += nav == AT_ANCHOR
    if 0 <= heading < 360:
        ints[p, C_TURNS] += 1
        floats[p, F_COS] += COSINES[heading]
        floats[p, F_SIN] += SINES[heading]


@kernel
def went(ints: Any, floats: Any, p: int, at: int) -> None:
    """End the stop that goes on, if any: add it up, and keep it if it is the longest."""
    if not ints[p, C_STOPPED]:
        return
    ints[p, C_STOPPED] = 0
    ints[p, C_STOPPED_US] += at - ints[p, C_SINCE]
    if at - ints[p, C_SINCE] > ints[p, L_ENDED_AT] - ints[p, L_BEGAN_AT]:
        ints[p, L_HARBOUR], ints[p, L_BEGAN_AT], ints[p, L_ENDED_AT] = ints[p, C_HARBOUR], ints[p, C_SINCE], at
        floats[p, F_RADIUS], floats[p, F_SPREAD], floats[p, F_STATUS] = swing(ints, floats, p)


@kernel
def _look(
    n: int, i: int, p: int, at: int, lat: float, lon: float, silence: float, ints: Any, floats: Any, places: Any,
    in_m: Any, out_m: Any, begins: Any, members: Any, margin_m: float, events: Any, was: Any,
) -> int:  # fmt: skip
    """Look at the harbours around: is the ship in or out now, and how far may it sail before the next look."""
    nearest, to_in, to_out = ways(lat, lon, places, in_m, out_m, begins, members)
    if ints[p, C_IN] and to_out <= 0.0:
        went(ints, floats, p, ints[p, C_LAST_AT])
        ints[p, C_SILENT] |= silence >= SILENT_S
        n = _tell(n, OUT, i, nearest, ints[p], events, was)
        ints[p, C_IN] = 0
    elif not ints[p, C_IN] and to_in <= 0.0:
        n = _tell(n, IN, i, nearest, ints[p], events, was)
        ints[p, C_IN], ints[p, C_FIRST_AT] = 1, at
        ints[p, C_SILENT], ints[p, C_STOPPED_US], ints[p, L_BEGAN_AT], ints[p, L_ENDED_AT] = 0, 0, 0, 0
    room = to_out if ints[p, C_IN] else min(to_in, margin_m)
    floats[p, F_UNTIL] = floats[p, F_WAY] + max(0.0, room - CLOSE_M)
    return n


@inlined
def _tell(n: int, kind: int, row: int, harbour: int, words: Any, events: Any, was: Any) -> int:
    """Write an event and the words of its track down; how many events there are then."""
    events[n, E_KIND], events[n, E_ROW], events[n, E_HARBOUR] = kind, row, harbour
    was[n] = words
    return n + 1


@kernel
def feed(
    start: int, at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, heading: Any, nav: Any, line: Any, place: Any,
    track: Any, silence: Any, leg: Any, ints: Any, floats: Any, places: Any, in_m: Any, out_m: Any, begins: Any,
    members: Any, margin_m: float, events: Any, was: Any,
) -> tuple[int, int]:  # fmt: skip
    """Follow tracks in and out of harbours from row `start` on.

    Returns the row it came to, which is not the end when the room for events is used up, and the number of events.
    """
    n = 0
    for i in range(start, len(at)):
        p = place[i]
        if p < 0 or mmsi[i] < FIRST_SHIP or mmsi[i] > LAST_SHIP:
            continue
        if n + EVENTS_A_ROW > len(events):
            return i, n
        if ints[p, C_TRACK] != track[i]:
            if ints[p, C_TRACK] != 0:
                went(ints, floats, p, ints[p, C_LAST_AT])
                n = _tell(n, END, i, -1, ints[p], events, was)
            ints[p] = 0
            ints[p, C_TRACK] = track[i]
        else:
            floats[p, F_WAY] += leg[i]
        if floats[p, F_WAY] >= floats[p, F_UNTIL]:
            n = _look(
                n, i, p, at[i], lat[i], lon[i], silence[i], ints, floats, places, in_m, out_m, begins, members,
                margin_m, events, was,
            )  # fmt: skip
        if ints[p, C_IN]:
            if silence[i] >= SILENT_S and at[i] > ints[p, C_FIRST_AT]:
                ints[p, C_SILENT] = 1
            speed = sog[i]
            if speed != speed and 0.0 < silence[i] < LONG_S:  # not a number is not itself
                speed = leg[i] / silence[i] / KNOT_MS
            if ints[p, C_STOPPED] and speed >= GOING_KN:
                went(ints, floats, p, at[i])
            elif ints[p, C_STOPPED] or speed <= STOPPED_KN:
                if not ints[p, C_STOPPED]:
                    ints[p, C_HARBOUR] = ways(lat[i], lon[i], places, in_m, out_m, begins, members)[0]
                _stay(ints, floats, p, at[i], lat[i], lon[i], heading[i], nav[i])
        ints[p, C_LAST_AT], ints[p, C_LAST_LINE] = at[i], line[i]
    return len(at), n
