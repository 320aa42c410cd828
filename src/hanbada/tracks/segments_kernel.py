"""Rows in the order of each vessel's time -> the track of each row. The compiled part of `tracks.segments`."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import KNOT_MS
from hanbada.geo.sphere_kernel import bearing_deg, destination, distance_m
from hanbada.model.kernel import inlined, kernel

OPEN = 4
"""Tracks of one MMSI that may go on at the same time."""
SECOND = 1_000_000
MAX_SILENCE = 48 * 3600 * SECOND
"""A track ends after two days of silence: what comes then is a new one."""
SLACK_M = 500.0
"""How far apart two reports may lie whatever the time between them: receivers' clocks and antennas."""
COARSE_SLACK_M = 2000.0
"""The same where a report is of the long-range type 27, whose steps are 185 m and whose times are late."""
LEAST_TOP_KN, MOST_TOP_KN = 25.0, 80.0
"""Bounds of the speed we believe of a ship; between them 1.3 times the fastest it has reported."""
UNKNOWN_TOP_KN = 50.0
"""Speed we believe of a track that reports none."""
AIRCRAFT_TOP_KN = 500.0
STEADY_S = 1800.0
"""Courses are worth extrapolating for half an hour."""
CONFIRMED = 3
"""Reports after which a second track of an MMSI is more than noise."""
SETTLED_KN = 0.35
"""Below this speed a course says nothing (science.md 1.1)."""
# Integers of an open track.
T_AT, T_FIRST_AT, T_COUNT, T_LINE, T_FIRST_LINE, T_NUMBER, T_NAV, T_ID, T_TYPE, T_SECOND = range(10)
INTS = 12
# Floats of an open track: last report, first report, way sailed, top speed, receptions heard and due.
F_LAT, F_LON, F_SOG, F_COG, F_FIRST_LAT, F_FIRST_LON, F_WAY, F_TOP, F_HEARD, F_DUE = range(10)
FLOATS = 10
# Integers and floats handed out per row.
O_TRACK, O_PLACE, O_PREV_AT, O_PREV_LINE, O_PREV_NAV, O_QUALITY = range(6)
O_INTS = 6
O_SILENCE, O_LEG, O_PREV_LAT, O_PREV_LON, O_PREV_SOG, O_PREV_COG, O_HEARD, O_TOP = range(8)
O_FLOATS = 8
GOOD, NO_POSITION, REPEAT = range(3)
# Per vessel: tracks opened so far, its latest report, and the place of the track that took the last one (plus one).
V_OPENED, V_LAST_AT, V_PLACE = range(3)
VESSEL = 3
# A switch: a report of another track of the MMSI than the one before it; or a birth: the first report of an MMSI.
S_ROW, S_FROM, S_FROM_AT, S_FROM_LINE, S_FROM_ID = range(5)
SWITCH = 5
BIRTH = -1
"""What stands at S_FROM for a birth."""


@inlined
def due_s(msg_type: int, nav_status: int, sog_kn: float) -> float:
    """Seconds between reports a station makes in this state (ITU-R M.1371-5, Table 1 and 2; science.md 1.1)."""
    moving = sog_kn if sog_kn == sog_kn else 5.0  # noqa: PLR0124 - not a number is not itself
    if msg_type == 18 or msg_type == 19:  # noqa: PLR1714
        return 180.0 if moving <= 2.0 else 30.0
    if msg_type == 27:
        return 180.0
    if (nav_status == 1 or nav_status == 5) and moving <= 3.0:  # noqa: PLR1714
        return 180.0
    return 10.0 if moving <= 14.0 else 6.0 if moving <= 23.0 else 2.0


@inlined
def _top_kn(mmsi: int, msg_type: int, seen_kn: float, sog_kn: float) -> float:
    if msg_type == 9 or mmsi // 1_000_000 == 111:
        return AIRCRAFT_TOP_KN
    top = max(seen_kn, sog_kn if sog_kn == sog_kn else -1.0)  # noqa: PLR0124
    if top < 0.0:
        return UNKNOWN_TOP_KN
    return min(MOST_TOP_KN, max(LEAST_TOP_KN, 1.3 * top))


@kernel
def _miss_m(floats: Any, place: int, gap_s: float, lat: float, lon: float, apart_m: float) -> float:
    """How far the report lies from where the track would be: on its course, or where it was."""
    sog, cog = floats[place, F_SOG], floats[place, F_COG]
    if not (sog > SETTLED_KN) or math.isnan(cog) or gap_s > STEADY_S:
        return apart_m
    ahead_lat, ahead_lon = destination(floats[place, F_LAT], floats[place, F_LON], cog, sog * KNOT_MS * gap_s)
    return min(apart_m, distance_m(ahead_lat, ahead_lon, lat, lon))


@inlined
def _reached(
    ints: Any, floats: Any, place: int, at: int, mmsi: int, msg_type: int, lat: float, lon: float, sog: float
) -> float:
    """Metres from the last report of an open track, or -1 if the ship cannot have sailed that far."""
    if ints[place, T_COUNT] == 0 or at - ints[place, T_AT] > MAX_SILENCE:
        return -1.0
    apart = distance_m(floats[place, F_LAT], floats[place, F_LON], lat, lon)
    slack = COARSE_SLACK_M if msg_type == 27 or ints[place, T_TYPE] == 27 else SLACK_M
    if apart <= slack:
        return apart
    top = _top_kn(mmsi, msg_type, floats[place, F_TOP], sog)
    return apart if apart <= top * KNOT_MS * (at - ints[place, T_AT]) / SECOND + slack else -1.0


@kernel
def _choose(
    ints: Any, floats: Any, base: int, at: int, mmsi: int, msg_type: int, lat: float, lon: float, sog: float
) -> tuple[int, float]:
    """The open track the report fits best and its distance from it; (-1, 0) if none can have got there."""
    only, only_apart, fitting = -1, 0.0, 0
    for place in range(base, base + OPEN):
        apart = _reached(ints, floats, place, at, mmsi, msg_type, lat, lon, sog)
        if apart >= 0.0:
            only, only_apart = place, apart
            fitting += 1
    if fitting <= 1:
        return only, only_apart
    best, best_miss, best_apart = -1, 0.0, 0.0
    for place in range(base, base + OPEN):
        apart = _reached(ints, floats, place, at, mmsi, msg_type, lat, lon, sog)
        if apart < 0.0:
            continue
        # A track that has proved itself wins over one that may be noise.
        weight = 1.0 if ints[place, T_COUNT] >= CONFIRMED else 4.0
        gap_s = (at - ints[place, T_AT]) / SECOND
        miss = weight * (_miss_m(floats, place, gap_s, lat, lon, apart) + 50.0) / (100.0 + 0.5 * gap_s)
        if best < 0 or miss < best_miss:
            best, best_miss, best_apart = place, miss, apart
    return best, best_apart


@kernel
def _room(ints: Any, base: int, at: int) -> int:
    """The place for a new track: a free one, else that of the track with the fewest reports or the longest silence."""
    worst = base
    for place in range(base, base + OPEN):
        if ints[place, T_COUNT] == 0 or at - ints[place, T_AT] > MAX_SILENCE:
            return place
        weaker = min(ints[place, T_COUNT], CONFIRMED) < min(ints[worst, T_COUNT], CONFIRMED)
        equal = min(ints[place, T_COUNT], CONFIRMED) == min(ints[worst, T_COUNT], CONFIRMED)
        if weaker or (equal and ints[place, T_AT] < ints[worst, T_AT]):
            worst = place
    return worst


@kernel
def _track_id(ints: Any, base: int, mmsi: int, at: int) -> int:
    """MMSI x 2^32 + second of the first report, moved on while another open track has it."""
    wanted, place = (mmsi << 32) + (at // SECOND & 0xFFFFFFFF), base
    while place < base + OPEN:
        if ints[place, T_COUNT] > 0 and ints[place, T_ID] == wanted:
            wanted += 1
            place = base
        else:
            place += 1
    return wanted


@kernel
def _begin(ints: Any, floats: Any, vessels: Any, vessel: int, place: int, mmsi: int, at: int, line: int, lat: float, lon: float) -> None:
    ints[place, T_ID] = _track_id(ints, vessel * OPEN, mmsi, at)
    ints[place, T_FIRST_AT] = at
    ints[place, T_COUNT] = 0
    ints[place, T_FIRST_LINE] = line
    ints[place, T_SECOND] = 0
    ints[place, T_NUMBER] = vessels[vessel, V_OPENED]
    vessels[vessel, V_OPENED] += 1
    floats[place, F_FIRST_LAT] = lat
    floats[place, F_FIRST_LON] = lon
    floats[place, F_WAY] = 0.0
    floats[place, F_TOP] = -1.0
    floats[place, F_HEARD] = 0.0
    floats[place, F_DUE] = 0.0


@kernel
def assign(
    at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, cog: Any, nav: Any, msg_type: Any, line: Any, vessel: Any,
    ints: Any, floats: Any, vessels: Any, ended: Any, ended_floats: Any, switches: Any, left: Any, out: Any, out_floats: Any,
) -> tuple[int, int]:  # fmt: skip
    """Give every row its track. Tracks that give way to new ones go to `ended`, changes between tracks of an MMSI and
    first reports to `switches`, with the place (lat, lon) left in `left`; how many of each."""
    gone, switched = 0, 0
    for i in range(len(at)):
        for column in range(O_FLOATS):
            out_floats[i, column] = np.nan
        out[i, O_PREV_AT] = -1
        out[i, O_PREV_LINE] = -1
        out[i, O_PREV_NAV] = -1
        out[i, O_PLACE] = -1
        out[i, O_TRACK] = 0
        out[i, O_QUALITY] = NO_POSITION
        base = vessel[i] * OPEN
        vessels[vessel[i], V_LAST_AT] = max(vessels[vessel[i], V_LAST_AT], at[i])
        if math.isnan(lat[i]) or math.isnan(lon[i]):
            continue
        place, leg = _choose(ints, floats, base, at[i], mmsi[i], msg_type[i], lat[i], lon[i], sog[i])
        before = vessels[vessel[i], V_PLACE] - 1
        if before != place or before < 0:
            switches[switched, S_ROW] = i
            switches[switched, S_FROM] = before if before >= 0 else BIRTH
            switches[switched, S_FROM_AT] = ints[before, T_AT] if before >= 0 else -1
            switches[switched, S_FROM_LINE] = ints[before, T_LINE] if before >= 0 else -1
            switches[switched, S_FROM_ID] = ints[before, T_ID] if before >= 0 else 0
            left[switched, 0] = floats[before, F_LAT] if before >= 0 else np.nan
            left[switched, 1] = floats[before, F_LON] if before >= 0 else np.nan
            switched += 1
        if place < 0:
            place = _room(ints, base, at[i])
            if ints[place, T_COUNT] > 0:
                ended[gone] = ints[place]
                ended_floats[gone] = floats[place]
                gone += 1
            _begin(ints, floats, vessels, vessel[i], place, mmsi[i], at[i], line[i], lat[i], lon[i])
        else:
            _hand_out(ints, floats, place, i, at[i], leg, out, out_floats)
        _move_on(ints, floats, place, at[i], line[i], nav[i], msg_type[i], lat[i], lon[i], sog[i], cog[i], leg)
        repeat = out[i, O_PREV_AT] == at[i] and leg == 0.0
        out[i, O_QUALITY] = REPEAT if repeat else GOOD
        out[i, O_TRACK] = ints[place, T_ID]
        out[i, O_PLACE] = place
        vessels[vessel[i], V_PLACE] = place + 1
        out_floats[i, O_TOP] = _top_kn(mmsi[i], msg_type[i], floats[place, F_TOP], sog[i])
    return gone, switched


@kernel
def _hand_out(ints: Any, floats: Any, place: int, i: int, at: int, leg: float, out: Any, out_floats: Any) -> None:
    """Tell the row what came before it on its track."""
    out[i, O_PREV_AT] = ints[place, T_AT]
    out[i, O_PREV_LINE] = ints[place, T_LINE]
    out[i, O_PREV_NAV] = ints[place, T_NAV]
    out_floats[i, O_SILENCE] = (at - ints[place, T_AT]) / SECOND
    out_floats[i, O_LEG] = leg
    out_floats[i, O_PREV_LAT] = floats[place, F_LAT]
    out_floats[i, O_PREV_LON] = floats[place, F_LON]
    out_floats[i, O_PREV_SOG] = floats[place, F_SOG]
    out_floats[i, O_PREV_COG] = floats[place, F_COG]
    due = floats[place, F_DUE]
    out_floats[i, O_HEARD] = floats[place, F_HEARD] / due if due > 0.0 else np.nan


FORGET = 0.98
"""Share of its own reception a track keeps per report: a memory of about fifty reports."""
LONG_S = 1800.0
"""A silence as long as this is no longer part of how well a ship is heard."""


@kernel
def _move_on(
    ints: Any, floats: Any, place: int, at: int, line: int, nav: int, msg_type: int, lat: float, lon: float, sog: float,
    cog: float, leg: float,
) -> None:  # fmt: skip
    """Add the report to its track. Speed and course a provider leaves out are those made good since the last one."""
    gap_s = (at - ints[place, T_AT]) / SECOND
    if math.isnan(sog) and ints[place, T_COUNT] > 0 and 0.0 < gap_s < LONG_S:
        sog = leg / gap_s / KNOT_MS
        cog = bearing_deg(floats[place, F_LAT], floats[place, F_LON], lat, lon) if math.isnan(cog) else cog
    if ints[place, T_COUNT] > 0:
        floats[place, F_WAY] += leg
        if 0.0 < gap_s < LONG_S:
            due = max(1.0, gap_s / due_s(ints[place, T_TYPE], ints[place, T_NAV], floats[place, F_SOG]))
            floats[place, F_HEARD] = FORGET * floats[place, F_HEARD] + 1.0
            floats[place, F_DUE] = FORGET * floats[place, F_DUE] + due
    ints[place, T_AT] = at
    ints[place, T_COUNT] += 1
    ints[place, T_LINE] = line
    ints[place, T_NAV] = nav
    ints[place, T_TYPE] = msg_type
    floats[place, F_LAT] = lat
    floats[place, F_LON] = lon
    floats[place, F_SOG] = sog
    floats[place, F_COG] = cog
    if sog == sog:  # noqa: PLR0124
        floats[place, F_TOP] = max(floats[place, F_TOP], sog)


@kernel
def late(at: Any, line: Any, vessel: Any, vessels: Any, out: Any) -> int:
    """Mark rows that are older than a row of their vessel that was taken before; how many."""
    count = 0
    for i in range(len(at)):
        out[i] = at[i] < vessels[vessel[i], V_LAST_AT]
        count += out[i]
    return count
