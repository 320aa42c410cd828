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
"""A ship stops at or below the one and goes at or above the other (science.md 1.6)."""
SILENT_S = 4 * 3600.0
"""Silence in port from which coming and going is unseen (science.md 1.6)."""
AT_ANCHOR, MOORED = 1, 5
"""Navigational status, ITU-R M.1371 table 45."""
FIRST_SHIP, LAST_SHIP = 200_000_000, 799_999_999
CLOSE_M = 1.0
"""A look is made this far before a boundary: sums of legs are not exact."""
# Where an open track is: integers and floats side by side. A stop's sums count from its first report.
C_TRACK, C_IN, C_STOPPED, C_LAST_AT, C_LAST_LINE, C_TURNS, C_MOORED, C_ANCHORED = range(8)
C_WAY, C_UNTIL, C_LAT, C_LON, C_COUNT, C_NORTH, C_EAST, C_SQUARE, C_COS, C_SIN = range(8, 18)
CALL = 18
# An event: integers, and floats.
IN, OUT, STOP, GO, SILENCE, END = range(6)
E_KIND, E_ROW, E_TRACK, E_HARBOUR, E_LAST_AT, E_LAST_LINE = range(6)
E_INTS = 6
E_WAY, E_RADIUS, E_SPREAD, E_STATUS = range(4)
E_FLOATS = 4
EVENTS_A_ROW = 4


@inlined
def swing(floats: Any, ints: Any, p: int) -> tuple[float, float, float]:
    """Root mean square distance in metres of a stop's reports from their middle, how its headings spread, its status.

    The spread is one minus the length of the mean heading (0 to 1); the status is above zero if most reports that say
    so say moored, below if they say at anchor. Not a number where no report tells.
    """
    count = floats[p, C_COUNT]
    north, east = floats[p, C_NORTH] / count, floats[p, C_EAST] / count
    radius = math.sqrt(max(0.0, floats[p, C_SQUARE] / count - north * north - east * east))
    turns, said = ints[p, C_TURNS], ints[p, C_MOORED] + ints[p, C_ANCHORED]
    spread = 1.0 - math.hypot(floats[p, C_COS], floats[p, C_SIN]) / turns if turns > 0 else math.nan
    return radius, spread, (ints[p, C_MOORED] - ints[p, C_ANCHORED]) / said if said > 0 else math.nan


@inlined
def _tell(
    n: int, kind: int, row: int, harbour: int, p: int, ints: Any, floats: Any, events: Any, numbers: Any
) -> int:  # fmt: skip
    """Write an event down; how many there are then."""
    events[n, E_KIND], events[n, E_ROW], events[n, E_TRACK] = kind, row, ints[p, C_TRACK]
    events[n, E_HARBOUR], events[n, E_LAST_AT], events[n, E_LAST_LINE] = (
        harbour,
        ints[p, C_LAST_AT],
        ints[p, C_LAST_LINE],
    )
    numbers[n] = np.nan
    numbers[n, E_WAY] = floats[p, C_WAY]
    if ints[p, C_STOPPED]:
        numbers[n, E_RADIUS], numbers[n, E_SPREAD], numbers[n, E_STATUS] = swing(floats, ints, p)
    return n + 1


@inlined
def _stay(ints: Any, floats: Any, p: int, lat: float, lon: float, heading: int, nav: int) -> None:
    """Add a report to a stop."""
    if not ints[p, C_STOPPED]:
        ints[p, C_STOPPED], ints[p, C_TURNS], ints[p, C_MOORED], ints[p, C_ANCHORED] = 1, 0, 0, 0
        floats[p, C_LAT], floats[p, C_LON] = lat, lon
        for word in range(C_COUNT, CALL):
            floats[p, word] = 0.0
    north = (lat - floats[p, C_LAT]) * RADIANS * EARTH_M
    east = turn(floats[p, C_LON], lon) * RADIANS * EARTH_M * math.cos(floats[p, C_LAT] * RADIANS)
    floats[p, C_COUNT] += 1.0
    floats[p, C_NORTH] += north
    floats[p, C_EAST] += east
    floats[p, C_SQUARE] += north * north + east * east
    ints[p, C_MOORED] += nav == MOORED
    ints[p, C_ANCHORED] += nav == AT_ANCHOR
    if heading >= 0:
        ints[p, C_TURNS] += 1
        floats[p, C_COS] += math.cos(heading * RADIANS)
        floats[p, C_SIN] += math.sin(heading * RADIANS)


@kernel
def _look(
    n: int, i: int, p: int, lat: float, lon: float, ints: Any, floats: Any, places: Any, in_m: Any, out_m: Any,
    begins: Any, members: Any, margin_m: float, events: Any, numbers: Any,
) -> int:  # fmt: skip
    """Look at the harbours around: is the ship in or out now, and how far may it sail before the next look."""
    nearest, to_in, to_out = ways(lat, lon, places, in_m, out_m, begins, members)
    if ints[p, C_IN] and to_out <= 0.0:
        n = _tell(n, OUT, i, nearest, p, ints, floats, events, numbers)
        ints[p, C_IN], ints[p, C_STOPPED] = 0, 0
    elif not ints[p, C_IN] and to_in <= 0.0:
        n = _tell(n, IN, i, nearest, p, ints, floats, events, numbers)
        ints[p, C_IN] = 1
    room = to_out if ints[p, C_IN] else min(to_in, margin_m)
    floats[p, C_UNTIL] = floats[p, C_WAY] + max(0.0, room - CLOSE_M)
    return n


@kernel
def feed(
    start: int, at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, heading: Any, nav: Any, line: Any, place: Any,
    track: Any, silence: Any, leg: Any, ints: Any, floats: Any, places: Any, in_m: Any, out_m: Any, begins: Any,
    members: Any, margin_m: float, events: Any, numbers: Any,
) -> tuple[int, int]:  # fmt: skip
    """Write down what happens at harbours from row `start` on.

    Returns the row it came to, which is not the end when the room for events is used up, and the number of events.
    """
    n = 0
    for i in range(start, len(at)):
        if n + EVENTS_A_ROW > len(events):
            return i, n
        p = place[i]
        if p < 0 or mmsi[i] < FIRST_SHIP or mmsi[i] > LAST_SHIP:
            continue
        if ints[p, C_TRACK] != track[i]:
            if ints[p, C_TRACK] != 0:
                n = _tell(n, END, i, -1, p, ints, floats, events, numbers)
            ints[p] = 0
            ints[p, C_TRACK] = track[i]
        else:
            floats[p, C_WAY] += leg[i]
        if floats[p, C_WAY] >= floats[p, C_UNTIL]:
            n = _look(
                n, i, p, lat[i], lon[i], ints, floats, places, in_m, out_m, begins, members, margin_m, events, numbers
            )  # fmt: skip
        if ints[p, C_IN]:
            n = _inside(
                n, i, p, lat[i], lon[i], sog[i], heading[i], nav[i], silence[i], leg[i], ints, floats, places, in_m,
                out_m, begins, members, events, numbers,
            )  # fmt: skip
        ints[p, C_LAST_AT], ints[p, C_LAST_LINE] = at[i], line[i]
    return len(at), n


@inlined
def _inside(
    n: int, i: int, p: int, lat: float, lon: float, sog: float, heading: int, nav: int, silence: float, leg: float,
    ints: Any, floats: Any, places: Any, in_m: Any, out_m: Any, begins: Any, members: Any, events: Any, numbers: Any,
) -> int:  # fmt: skip
    """What a report in a harbour tells: silence before it, a stop that begins, goes on or ends."""
    if silence >= SILENT_S:
        n = _tell(n, SILENCE, i, -1, p, ints, floats, events, numbers)
    speed = sog
    if speed != speed and 0.0 < silence < LONG_S:
        speed = leg / silence / KNOT_MS
    if ints[p, C_STOPPED] and speed >= GOING_KN:
        n = _tell(n, GO, i, -1, p, ints, floats, events, numbers)
        ints[p, C_STOPPED] = 0
    elif not ints[p, C_STOPPED] and speed <= STOPPED_KN:
        nearest, _, _ = ways(lat, lon, places, in_m, out_m, begins, members)
        n = _tell(n, STOP, i, nearest, p, ints, floats, events, numbers)
        _stay(ints, floats, p, lat, lon, heading, nav)
    elif ints[p, C_STOPPED]:
        _stay(ints, floats, p, lat, lon, heading, nav)
    return n
