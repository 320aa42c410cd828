"""Rows in the order of each vessel's time -> the track of each row. The compiled part of `tracks.segments`."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.geo.sphere_kernel import destination, distance_m
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.legs_kernel import SHORT_DEG, cosine, course_deg, leg_m

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
LATITUDE_M = EARTH_M * RADIANS * 0.999999
"""Metres in a degree of latitude, a little less: no two places so many degrees apart are nearer."""
STEADY_S = 1800.0
"""Courses are worth extrapolating for half an hour."""
CONFIRMED = 3
"""Reports after which a second track of an MMSI is more than noise."""
SETTLED_KN = 0.35
"""Below this speed a course says nothing (Global Fishing Watch, gpsdio-segment)."""
# An open track is one row of words, integers and floats side by side; what every report touches comes first.
T_AT, T_COUNT, T_LINE, T_ID, T_NAV, T_TYPE, F_LAT, F_LON = range(8)
F_SOG, F_COG, F_TOP, F_WAY, F_HEARD, F_DUE, F_COS, F_FAST = range(8, 16)
T_FIRST_AT, T_FIRST_LINE, F_FIRST_LAT, F_FIRST_LON, T_FAST_AT, F_FAST_COG = range(16, 22)
WORDS = 24
# Integers and floats handed out per row.
O_TRACK, O_PLACE, O_PREV_AT, O_PREV_LINE, O_PREV_NAV, O_QUALITY = range(6)
O_INTS = 6
O_SILENCE, O_LEG, O_PREV_LAT, O_PREV_LON, O_PREV_SOG, O_PREV_COG, O_HEARD, O_FAST, O_FAST_COG = range(9)
O_FLOATS = 9
GOOD, NO_POSITION, REPEAT = 0, 2, 3
"""What a row can be told at once; the other classes of `tracks.quality` need the whole track."""
# Per vessel: places in use, its latest report and its line, the place of the track that took the last one (plus one),
# tracks opened.
V_USED, V_LAST_AT, V_PLACE, V_OPENED, V_LAST_LINE = range(5)
VESSEL = 5
# A switch: a report of another track of the MMSI than the one before it; or a birth: the first report of an MMSI.
S_ROW, S_FROM, S_FROM_AT, S_FROM_LINE, S_FROM_ID = range(5)
SWITCH = 5
L_LAT, L_LON, L_TOP = range(3)
LEFT = 3
BIRTH = -1
"""What stands at S_FROM for a birth."""
FORGET = 0.98
"""Share of its own reception a track keeps per report: a memory of about fifty reports."""
LONG_S = 1800.0
"""Of a longer silence only this much says how well a ship is heard: the rest may have another cause."""
FAST_US = 3600 * SECOND
"""The fastest report of a track is remembered for an hour, or until a faster one: so long large ships slow down."""


@inlined
def due_s(msg_type: int, nav_status: int, sog_kn: float) -> float:
    """Seconds between reports a station makes in this state (ITU-R M.1371-5, Table 1 and 2)."""
    moving = sog_kn if sog_kn == sog_kn else 5.0
    if msg_type == 18 or msg_type == 19:
        return 180.0 if moving <= 2.0 else 30.0
    if msg_type == 27:
        return 180.0
    if (nav_status == 1 or nav_status == 5) and moving <= 3.0:
        return 180.0
    return 10.0 if moving <= 14.0 else 6.0 if moving <= 23.0 else 2.0


@inlined
def _top_kn(mmsi: int, msg_type: int, seen_kn: float, sog_kn: float) -> float:
    if msg_type == 9 or mmsi // 1_000_000 == 111:
        return AIRCRAFT_TOP_KN
    top = max(seen_kn, sog_kn if sog_kn == sog_kn else -1.0)
    if top < 0.0:
        return UNKNOWN_TOP_KN
    return min(MOST_TOP_KN, max(LEAST_TOP_KN, 1.3 * top))


@inlined
def _score(count: int, miss_m: float, gap_s: float) -> float:
    """How badly a report fits that far from where it should be. A track that proved itself wins over possible noise."""
    weight = 1.0 if count >= CONFIRMED else 4.0
    return weight * (miss_m + 50.0) / (100.0 + 0.5 * gap_s)


@inlined
def _steers(floats: Any, place: int, gap_s: float) -> bool:
    """Whether the course of a track still tells where it would be."""
    return floats[place, F_SOG] > SETTLED_KN and not math.isnan(floats[place, F_COG]) and gap_s <= STEADY_S


@inlined
def _bounds(ints: Any, floats: Any, place: int, at: int, apart_m: float) -> tuple[float, float]:
    """Between what the misfit lies, without working out where the track would be."""
    gap_s = (at - ints[place, T_AT]) / SECOND
    high = _score(ints[place, T_COUNT], apart_m, gap_s)
    return _score(ints[place, T_COUNT], 0.0, gap_s) if _steers(floats, place, gap_s) else high, high


@kernel
def _misfit(ints: Any, floats: Any, place: int, at: int, lat: float, lon: float, apart_m: float) -> float:
    """How badly a report fits a track: how far it lies from where the track would be, on its course or where it was."""
    gap_s, miss_m = (at - ints[place, T_AT]) / SECOND, apart_m
    if _steers(floats, place, gap_s):
        way_m = floats[place, F_SOG] * KNOT_MS * gap_s
        ahead_lat, ahead_lon = destination(floats[place, F_LAT], floats[place, F_LON], floats[place, F_COG], way_m)
        miss_m = min(miss_m, distance_m(ahead_lat, ahead_lon, lat, lon))
    return _score(ints[place, T_COUNT], miss_m, gap_s)


@inlined
def _reached(
    ints: Any, floats: Any, place: int, at: int, mmsi: int, msg_type: int, lat: float, lon: float, cos: float,
    sog: float,
) -> float:  # fmt: skip
    """Metres from the last report of an open track, or -1 if the ship cannot have sailed that far."""
    gap_us, north = at - ints[place, T_AT], abs(lat - floats[place, F_LAT])
    if gap_us > MAX_SILENCE:
        return -1.0
    slack = COARSE_SLACK_M if msg_type == 27 or ints[place, T_TYPE] == 27 else SLACK_M
    if north <= SHORT_DEG:
        apart = leg_m(floats[place, F_LAT], floats[place, F_LON], floats[place, F_COS], lat, lon, cos)
        if apart <= slack:
            return apart
    else:
        apart = north * LATITUDE_M
    sailed = _top_kn(mmsi, msg_type, floats[place, F_TOP], sog) * KNOT_MS * gap_us / SECOND
    if apart > sailed + slack:
        return -1.0
    if north > SHORT_DEG:
        apart = leg_m(floats[place, F_LAT], floats[place, F_LON], floats[place, F_COS], lat, lon, cos)
    return apart if apart <= sailed + slack else -1.0


@kernel
def _choose(
    ints: Any, floats: Any, base: int, used: int, at: int, mmsi: int, msg_type: int, lat: float, lon: float, cos: float,
    sog: float,
) -> tuple[int, float]:  # fmt: skip
    """The open track the report fits best and its distance from it; (-1, -1) if none can have got there."""
    best, best_apart, best_low, best_high = -1, -1.0, 0.0, 0.0
    for place in range(base, base + used):
        apart = _reached(ints, floats, place, at, mmsi, msg_type, lat, lon, cos, sog)
        if apart < 0.0:
            continue
        low, high = _bounds(ints, floats, place, at, apart)
        if best >= 0 and best_high > low and high >= best_low:
            best_low = best_high = _misfit(ints, floats, best, at, lat, lon, best_apart)
            low = high = _misfit(ints, floats, place, at, lat, lon, apart)
        if best < 0 or high < best_low:
            best, best_apart, best_low, best_high = place, apart, low, high
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
def _begin(ints: Any, floats: Any, vessels: Any, vessel: int, place: int, mmsi: int, at: int, line: int) -> None:
    """Open a track at a place; its first report is still to be added."""
    ints[place, T_ID] = _track_id(ints, vessel * OPEN, mmsi, at)
    ints[place, T_FIRST_AT] = at
    ints[place, T_COUNT] = 0
    ints[place, T_FIRST_LINE] = line
    floats[place, F_WAY] = 0.0
    floats[place, F_TOP] = -1.0
    floats[place, F_HEARD] = 0.0
    floats[place, F_DUE] = 0.0
    floats[place, F_FAST] = np.nan
    vessels[vessel, V_OPENED] += 1
    vessels[vessel, V_USED] = max(vessels[vessel, V_USED], place - vessel * OPEN + 1)


@kernel
def assign(
    at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, cog: Any, nav: Any, msg_type: Any, line: Any, vessel: Any,
    ints: Any, floats: Any, vessels: Any, ended: Any, switches: Any, left: Any, out: Any, out_floats: Any,
) -> tuple[int, int]:  # fmt: skip
    """Give every row its track.

    Tracks that give way to new ones go to `ended`, changes between tracks of an MMSI and first reports to `switches`,
    with the place left and the speed believed of the ship in `left`; how many of each.
    """
    gone, switched = 0, 0
    for i in range(len(at)):
        one = vessel[i]
        if not _before(at[i], line[i], vessels, one):
            vessels[one, V_LAST_AT], vessels[one, V_LAST_LINE] = at[i], line[i]
        if math.isnan(lat[i]) or math.isnan(lon[i]):
            _nothing_before(i, out, out_floats)
            out[O_PLACE, i], out[O_TRACK, i], out[O_QUALITY, i] = -1, 0, NO_POSITION
            continue
        cos, base, used = cosine(lat[i]), one * OPEN, vessels[one, V_USED]
        place, leg = base, -1.0
        if used == 1:
            leg = _reached(ints, floats, base, at[i], mmsi[i], msg_type[i], lat[i], lon[i], cos, sog[i])
        elif used > 1:
            place, leg = _choose(ints, floats, base, used, at[i], mmsi[i], msg_type[i], lat[i], lon[i], cos, sog[i])
        before, fresh = vessels[one, V_PLACE] - 1, leg < 0.0
        switch = fresh or before != place
        if switch:
            _note_switch(i, before, ints, floats, switches[switched], left[switched])
            switched += 1
        if fresh:
            place = _room(ints, base, at[i])
            if ints[place, T_COUNT] > 0:
                ended[gone] = ints[place]
                gone += 1
            _begin(ints, floats, vessels, one, place, mmsi[i], at[i], line[i])
            _nothing_before(i, out, out_floats)
            floats[place, F_FIRST_LAT], floats[place, F_FIRST_LON] = lat[i], lon[i]
            out[O_QUALITY, i] = GOOD
        else:
            _hand_out(ints, floats, place, i, at[i], leg, out, out_floats)
        _move_on(ints, floats, place, at[i], nav[i], msg_type[i], lat[i], lon[i], cos, sog[i], cog[i], leg)
        ints[place, T_LINE] = line[i]
        out[O_TRACK, i], out[O_PLACE, i] = ints[place, T_ID], place
        vessels[one, V_PLACE] = place + 1
        if switch:
            left[switched - 1, L_TOP] = _top_kn(mmsi[i], msg_type[i], floats[place, F_TOP], sog[i])
    return gone, switched


@kernel
def _note_switch(i: int, before: int, ints: Any, floats: Any, switch: Any, left: Any) -> None:
    """Write down the report before on another track; or that there was none."""
    switch[S_ROW] = i
    switch[S_FROM] = before if before >= 0 else BIRTH
    switch[S_FROM_AT] = ints[before, T_AT] if before >= 0 else -1
    switch[S_FROM_LINE] = ints[before, T_LINE] if before >= 0 else -1
    switch[S_FROM_ID] = ints[before, T_ID] if before >= 0 else 0
    left[L_LAT] = floats[before, F_LAT] if before >= 0 else np.nan
    left[L_LON] = floats[before, F_LON] if before >= 0 else np.nan


@inlined
def _nothing_before(i: int, out: Any, out_floats: Any) -> None:
    """Tell the row that nothing came before it."""
    out[O_PREV_AT, i] = -1
    out[O_PREV_LINE, i] = -1
    out[O_PREV_NAV, i] = -1
    for column in range(O_FLOATS):
        out_floats[column, i] = np.nan


@inlined
def _hand_out(ints: Any, floats: Any, place: int, i: int, at: int, leg: float, out: Any, out_floats: Any) -> None:
    """Tell the row what came before it on its track."""
    out[O_PREV_AT, i] = ints[place, T_AT]
    out[O_PREV_LINE, i] = ints[place, T_LINE]
    out[O_PREV_NAV, i] = ints[place, T_NAV]
    out[O_QUALITY, i] = REPEAT if ints[place, T_AT] == at and leg == 0.0 else GOOD
    out_floats[O_SILENCE, i] = (at - ints[place, T_AT]) / SECOND
    out_floats[O_LEG, i] = leg
    out_floats[O_PREV_LAT, i] = floats[place, F_LAT]
    out_floats[O_PREV_LON, i] = floats[place, F_LON]
    out_floats[O_PREV_SOG, i] = floats[place, F_SOG]
    out_floats[O_PREV_COG, i] = floats[place, F_COG]
    due = floats[place, F_DUE]
    out_floats[O_HEARD, i] = floats[place, F_HEARD] / due if due > 0.0 else np.nan
    known = at - ints[place, T_FAST_AT] <= FAST_US
    out_floats[O_FAST, i] = floats[place, F_FAST] if known else np.nan
    out_floats[O_FAST_COG, i] = floats[place, F_FAST_COG] if known else np.nan


@inlined
def _move_on(
    ints: Any, floats: Any, place: int, at: int, nav: int, msg_type: int, lat: float, lon: float, cos: float,
    sog: float, cog: float, leg: float,
) -> None:  # fmt: skip
    """Add the report to its track. Speed and course a provider leaves out are those made good since the last one."""
    gap_s = (at - ints[place, T_AT]) / SECOND
    if ints[place, T_COUNT] > 0:
        floats[place, F_WAY] += leg
        if 0.0 < gap_s < LONG_S and math.isnan(sog):
            sog = leg / gap_s / KNOT_MS
            if math.isnan(cog) and sog > SETTLED_KN:
                cog = course_deg(floats[place, F_LAT], floats[place, F_LON], floats[place, F_COS], lat, lon, cos)
        if gap_s > 0.0:
            due = max(1.0, min(gap_s, LONG_S) / due_s(ints[place, T_TYPE], ints[place, T_NAV], floats[place, F_SOG]))
            floats[place, F_HEARD] = FORGET * floats[place, F_HEARD] + 1.0
            floats[place, F_DUE] = FORGET * floats[place, F_DUE] + due
    ints[place, T_AT] = at
    ints[place, T_COUNT] += 1
    ints[place, T_NAV] = nav
    ints[place, T_TYPE] = msg_type
    floats[place, F_LAT] = lat
    floats[place, F_LON] = lon
    floats[place, F_COS] = cos
    floats[place, F_SOG] = sog
    floats[place, F_COG] = cog
    floats[place, F_TOP] = max(floats[place, F_TOP], sog)
    if sog == sog and (not sog < floats[place, F_FAST] or at - ints[place, T_FAST_AT] > FAST_US):
        floats[place, F_FAST], floats[place, F_FAST_COG] = sog, cog
        ints[place, T_FAST_AT] = at


@inlined
def _before(at: int, line: int, vessels: Any, vessel: int) -> Any:
    """Whether a report comes before the latest of its vessel: by time, at one time by line."""
    last = vessels[vessel, V_LAST_AT]
    return at < last or (at == last and line < vessels[vessel, V_LAST_LINE])


@kernel
def late(at: Any, line: Any, vessel: Any, vessels: Any, out: Any) -> int:
    """Mark rows that come before a row of their vessel that was taken already (time, then line); how many."""
    count = 0
    for i in range(len(at)):
        out[i] = _before(at[i], line[i], vessels, vessel[i])
        count += out[i]
    return count
