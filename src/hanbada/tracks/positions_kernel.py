"""Where every track is at one moment: between two of its reports, or ahead of its last one."""

import math
from typing import Any

from hanbada.geo.sphere import KNOT_MS
from hanbada.geo.sphere_kernel import bearing_deg, between, destination, turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import (
    F_COG,
    F_LAT,
    F_LON,
    F_SOG,
    LONG_S,
    SECOND,
    SETTLED_KN,
    T_AT,
    T_COUNT,
    T_ID,
    T_LINE,
    T_TYPE,
)

BETWEEN_US = 8 * 3600 * SECOND
"""Reports farther apart say nothing of the way between them."""
AHEAD_US = 3600 * SECOND
"""For an hour after a report the ship is taken to go on."""
REPORTED, BETWEEN, AHEAD = range(3)
CLASS_A_M, CLASS_B_M, LONG_RANGE_M = 15.0, 50.0, 185.0
"""Standard error of a reported position."""
WAY_SHARE = 0.05
"""Error of the way sailed, as a share of it."""
WANDER = 0.07
"""Error from turning and changing speed, in metres per second^1.5: fitted, docs/decisions/0052."""
# Integers and floats of a place.
P_TRACK, P_LINE, P_HOW = range(3)
P_INTS = 3
P_LAT, P_LON, P_SOG, P_COG, P_AGE, P_SIGMA = range(6)
P_FLOATS = 6


@kernel
def around(at: Any, prev_at: Any, place: Any, moment: int, last: Any, following: Any) -> None:
    """Per open track, its last row up to a moment and the row after it, -1 where there is none; -1 to begin with."""
    for i in range(len(at)):
        if place[i] >= 0:
            if at[i] <= moment:
                last[place[i]] = i
            elif 0 <= prev_at[i] <= moment:
                following[place[i]] = i


@inlined
def _sigma_m(msg_type: int, sog: float, since_s: float) -> float:
    """Standard error of a position so long after a report; of a ship at rest it does not grow."""
    report_m = LONG_RANGE_M if msg_type == 27 else CLASS_B_M if msg_type == 18 or msg_type == 19 else CLASS_A_M
    if not sog > SETTLED_KN:
        return report_m
    way = sog * KNOT_MS * since_s
    wander = min(WANDER * since_s * math.sqrt(since_s), way)
    return math.sqrt(report_m * report_m + WAY_SHARE * WAY_SHARE * way * way + wander * wander)


@inlined
def _ahead(
    n: int, moment: int, at: int, lat: float, lon: float, sog: float, cog: float, msg_type: int, out: Any
) -> None:
    """The place where a ship is if it went on as it last reported."""
    since_s = (moment - at) / SECOND
    out[P_LAT, n], out[P_LON, n] = lat, lon
    if since_s > 0.0 and sog > SETTLED_KN and cog == cog:
        out[P_LAT, n], out[P_LON, n] = destination(lat, lon, cog, sog * KNOT_MS * since_s)
    out[P_SOG, n], out[P_COG, n] = sog, cog
    out[P_AGE, n], out[P_SIGMA, n] = since_s, _sigma_m(msg_type, sog, since_s)


@inlined
def _between(
    n: int, moment: int, at_1: int, lat_1: float, lon_1: float, sog_1: float, cog_1: float, at_2: int, lat_2: float,
    lon_2: float, sog_2: float, cog_2: float, leg: float, msg_type: int, out: Any,
) -> float:  # fmt: skip
    """The place between two reports; returns the share of the way. Where a report has no speed, the leg's counts."""
    share = (moment - at_1) / (at_2 - at_1)
    lat, lon = between(lat_1, lon_1, lat_2, lon_2, share)
    made_kn = leg / ((at_2 - at_1) / SECOND) / KNOT_MS
    sog = sog_1 + share * (sog_2 - sog_1)
    cog = (cog_1 + share * turn(cog_1, cog_2)) % 360.0
    out[P_LAT, n], out[P_LON, n] = lat, lon
    out[P_SOG, n] = sog if sog == sog else made_kn
    if cog == cog:
        out[P_COG, n] = cog
    else:
        out[P_COG, n] = bearing_deg(lat_1, lon_1, lat_2, lon_2) if leg > 0.0 else math.nan
    since_s, left_s = (moment - at_1) / SECOND, (at_2 - moment) / SECOND
    out[P_AGE, n] = min(since_s, left_s)
    out[P_SIGMA, n] = _sigma_m(msg_type, max(out[P_SOG, n], made_kn), since_s * left_s / (since_s + left_s))
    return share


@kernel
def picture(
    moment: int, last: Any, following: Any, at: Any, lat: Any, lon: Any, sog: Any, cog: Any, msg_type: Any, line: Any,
    track: Any, leg: Any, silence: Any, prev_at: Any, prev_lat: Any, prev_lon: Any, prev_sog: Any, prev_cog: Any,
    prev_line: Any, out: Any, out_floats: Any,
) -> int:  # fmt: skip
    """The places of all tracks at a moment; how many have one."""
    n = 0
    for place in range(len(last)):
        i, j = last[place], following[place]
        if i >= 0 and at[i] == moment:
            j = -1
        if j >= 0 and at[j] - prev_at[j] <= BETWEEN_US and prev_at[j] < moment:
            share = _between(
                n, moment, prev_at[j], prev_lat[j], prev_lon[j], prev_sog[j], prev_cog[j], at[j], lat[j], lon[j],
                sog[j], cog[j], leg[j], msg_type[j], out_floats,
            )  # fmt: skip
            out[P_TRACK, n], out[P_HOW, n] = track[j], BETWEEN
            out[P_LINE, n] = line[j] if share > 0.5 else prev_line[j]
        elif j >= 0 and moment - prev_at[j] <= AHEAD_US:
            _ahead(
                n, moment, prev_at[j], prev_lat[j], prev_lon[j], prev_sog[j], prev_cog[j], msg_type[j], out_floats
            )  # fmt: skip
            out[P_TRACK, n], out[P_LINE, n] = track[j], prev_line[j]
            out[P_HOW, n] = AHEAD if prev_at[j] < moment else REPORTED
        elif j < 0 and i >= 0 and moment - at[i] <= AHEAD_US:
            speed, course = sog[i], cog[i]
            if speed != speed and 0.0 < silence[i] < LONG_S:
                speed = leg[i] / silence[i] / KNOT_MS
                if course != course and speed > SETTLED_KN:
                    course = bearing_deg(prev_lat[i], prev_lon[i], lat[i], lon[i])
            _ahead(n, moment, at[i], lat[i], lon[i], speed, course, msg_type[i], out_floats)
            out[P_TRACK, n], out[P_LINE, n] = track[i], line[i]
            out[P_HOW, n] = AHEAD if at[i] < moment else REPORTED
        else:
            continue
        n += 1
    return n


@kernel
def ahead(ints: Any, floats: Any, moment: int, out: Any, out_floats: Any) -> int:
    """The places of the open tracks of the segments' state at a moment after their last reports; how many have one."""
    n = 0
    for place in range(len(ints)):
        at = ints[place, T_AT]
        if ints[place, T_COUNT] > 0 and 0 <= moment - at <= AHEAD_US:
            _ahead(
                n, moment, at, floats[place, F_LAT], floats[place, F_LON], floats[place, F_SOG], floats[place, F_COG],
                ints[place, T_TYPE], out_floats,
            )  # fmt: skip
            out[P_TRACK, n], out[P_LINE, n] = ints[place, T_ID], ints[place, T_LINE]
            out[P_HOW, n] = AHEAD if at < moment else REPORTED
            n += 1
    return n
