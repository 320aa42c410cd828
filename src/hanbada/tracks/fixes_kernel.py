"""Rows in the order of each vessel's time -> what its radio knew of its place. The compiled part of `tracks.fixes`."""

import math
from typing import Any

from hanbada.geo.sphere import KNOT_MS
from hanbada.geo.sphere_kernel import distance_m
from hanbada.model.kernel import inlined, kernel

SECOND = 1_000_000
SLOT_US = 600 * SECOND
"""Ten minutes: what a ship shows is noted once in each. Slow reporters, every three minutes, are heard three times."""
HEARD, BLANK, MODE, FROZEN, AWAY, MUTE = range(6)
"""Heard at its place; without a place; place not from satellites; place that stands still at speed; elsewhere than it
can be; silent but for static reports (which `detect.interference` adds)."""
LEAST = 2
"""Rows elsewhere in a slot from which they count, and rows with a place not from satellites: one may be damaged."""
SOLID = 10
"""Rows at one track from which we believe that the ship is there."""
LOST_US = 24 * 3600 * SECOND
"""After a day a place is no longer known."""
MODES = 61
"""From here on the second of the fix says how the place was found: 61 by hand, 62 dead reckoning, 63 not at all."""
FROZEN_KN, FROZEN_M, FROZEN_US, FROZEN_ROWS = 2.0, 1.0, 180 * SECOND, 3
"""Three reports and three minutes on one spot at more than two knots: providers' rounding hides less than that."""
BACK_KN, BACK_M = 30.0, 2000.0
"""A ship is back where it can have sailed to since it was seen last, with this slack."""
# Per vessel: the slot at hand, which kinds were noted in it, rows of each kind in it; the track it is believed to be
# on, when it was heard there last, and how often; when its place last came from satellites; since when it stands still
# and for how many rows.
V_SLOT, V_NOTED, V_HOME, V_HOME_AT, V_ROWS, V_FIX_AT, V_STILL_AT, V_STILL = range(8)
V_COUNT = 8
VESSEL = 16
H_LAT, H_LON = range(2)
PLACE = 2
# A sign: what was noted, where the ship is believed to be and where it said it is.
S_SLOT, S_MMSI, S_WHAT, S_AT, S_SOURCE, S_LINE, S_TRACK = range(7)
SIGN = 7
F_LAT, F_LON, F_TO_LAT, F_TO_LON = range(4)
SIGN_PLACE = 4
MOST_SIGNS = 4
"""Of one row."""


@inlined
def _note(
    i: int, what: int, one: int, ints: Any, floats: Any, at: Any, mmsi: Any, lat: Any, lon: Any, source: Any, line: Any,
    signs: Any, places: Any, count: int,
) -> int:  # fmt: skip
    """Write a sign down, the first of its kind in the slot."""
    if ints[one, V_NOTED] >> what & 1:
        return count
    ints[one, V_NOTED] |= 1 << what
    sign, place = signs[count], places[count]
    sign[S_SLOT], sign[S_MMSI], sign[S_WHAT], sign[S_AT] = ints[one, V_SLOT], mmsi[i], what, at[i]
    sign[S_SOURCE], sign[S_LINE], sign[S_TRACK] = source[i], line[i], ints[one, V_HOME]
    place[F_LAT], place[F_LON] = floats[one, H_LAT], floats[one, H_LON]
    place[F_TO_LAT], place[F_TO_LON] = lat[i], lon[i]
    return count + 1


@inlined
def _known(ints: Any, one: int, at: int) -> Any:
    """Whether we believe to know where the ship is."""
    return ints[one, V_ROWS] >= SOLID and at - ints[one, V_HOME_AT] <= LOST_US


@inlined
def _is_home(ints: Any, floats: Any, one: int, track: int, prev_at: int, at: int, lat: float, lon: float) -> Any:
    """Whether a row is where the ship is believed to be, or nothing is believed of it yet."""
    if ints[one, V_HOME] == track or not _known(ints, one, at):
        return True
    if prev_at >= 0:
        return False
    sailed = BACK_KN * KNOT_MS * (at - ints[one, V_HOME_AT]) / SECOND + BACK_M
    return distance_m(floats[one, H_LAT], floats[one, H_LON], lat, lon) <= sailed


@inlined
def _arrive(ints: Any, floats: Any, one: int, track: int, at: int, lat: float, lon: float) -> None:
    """Believe the ship to be there."""
    if ints[one, V_HOME] != track:
        if not _known(ints, one, at):
            ints[one, V_ROWS] = 0
        ints[one, V_HOME] = track
    ints[one, V_HOME_AT] = at
    ints[one, V_ROWS] += 1
    floats[one, H_LAT], floats[one, H_LON] = lat, lon


@inlined
def _stands_still(ints: Any, one: int, leg: float, sog: float, prev_at: int, at: int) -> Any:
    """Whether the place has stood still for long at a speed at which it cannot."""
    if not (leg < FROZEN_M and sog > FROZEN_KN and at > prev_at):
        ints[one, V_STILL] = 0
        return False
    if ints[one, V_STILL] == 0:
        ints[one, V_STILL_AT] = prev_at
    ints[one, V_STILL] += 1
    return ints[one, V_STILL] >= FROZEN_ROWS and at - ints[one, V_STILL_AT] >= FROZEN_US


@kernel
def read(
    at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, second: Any, source: Any, line: Any, vessel: Any, place: Any,
    track: Any, prev_at: Any, leg: Any, ints: Any, floats: Any, signs: Any, places: Any, start: int,
) -> tuple[int, int]:  # fmt: skip
    """Note the signs of rows from `start` on; the row it came to (there is no room for more signs), and how many."""
    count, room = 0, len(signs) - MOST_SIGNS
    for i in range(start, len(at)):
        if count > room:
            return i, count
        one, slot = vessel[i], at[i] // SLOT_US
        if slot != ints[one, V_SLOT]:
            ints[one, V_SLOT], ints[one, V_NOTED] = slot, 0
            for what in range(MUTE):
                ints[one, V_COUNT + what] = 0
        kind = HEARD
        if place[i] < 0:
            kind = BLANK
        elif not _is_home(ints, floats, one, track[i], prev_at[i], at[i], lat[i], lon[i]):
            kind = AWAY
        if kind != HEARD:
            ints[one, V_COUNT + kind] += 1
            enough = kind == BLANK or ints[one, V_COUNT + kind] >= LEAST
            if enough and _known(ints, one, at[i]):
                count = _note(i, kind, one, ints, floats, at, mmsi, lat, lon, source, line, signs, places, count)
            continue
        _arrive(ints, floats, one, track[i], at[i], lat[i], lon[i])
        count = _note(i, HEARD, one, ints, floats, at, mmsi, lat, lon, source, line, signs, places, count)
        if second[i] >= MODES:
            ints[one, V_COUNT + MODE] += 1
            if ints[one, V_COUNT + MODE] >= LEAST and at[i] - ints[one, V_FIX_AT] <= LOST_US:
                count = _note(i, MODE, one, ints, floats, at, mmsi, lat, lon, source, line, signs, places, count)
        elif second[i] >= 0:
            ints[one, V_FIX_AT] = at[i]
        if _stands_still(ints, one, leg[i], sog[i], prev_at[i], at[i]) and ints[one, V_ROWS] >= SOLID:
            count = _note(i, FROZEN, one, ints, floats, at, mmsi, lat, lon, source, line, signs, places, count)
    return len(at), count


@kernel
def near_any(lat: Any, lon: Any, lats: Any, lons: Any, reach_m: float, out: Any) -> None:
    """Mark the places within reach of any of some others."""
    north = reach_m / 111_000.0
    for i in range(len(lat)):
        out[i] = False
        for j in range(len(lats)):
            if abs(lat[i] - lats[j]) <= north and distance_m(lat[i], lon[i], lats[j], lons[j]) <= reach_m:
                out[i] = True
                break
        if math.isnan(lat[i]):
            out[i] = False
