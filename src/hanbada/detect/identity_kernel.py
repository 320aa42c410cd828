"""Numbers that start beside numbers that fell silent: which are near enough, and how strong a case of one hull."""

from typing import Any

from hanbada.geo.sphere_kernel import distance_m
from hanbada.model.kernel import kernel
from hanbada.tracks.handoffs_kernel import motion, pace_kn, reach_m, strength
from hanbada.tracks.segments_kernel import F_COG, F_LAT, F_LON, F_SOG, F_TOP, OPEN, SECOND, T_AT, T_ID

LATITUDE_M = 111_000.0
"""Metres in a degree of latitude, a little less."""


@kernel
def met(
    lat: Any, lon: Any, end_lat: Any, end_lon: Any, first: Any, last: Any, within_m: float, birth: Any, end: Any
) -> int:  # fmt: skip
    """Pairs of a first report and one of its ends (from `first` on, before `last`) near it; how many, room or not."""
    count = 0
    for i in range(len(lat)):
        for k in range(first[i], last[i]):
            if abs(end_lat[k] - lat[i]) * LATITUDE_M > within_m:
                continue
            if distance_m(lat[i], lon[i], end_lat[k], end_lon[k]) <= within_m:
                if count < len(birth):
                    birth[count], end[count] = i, k
                count += 1
    return count


@kernel
def could_be(
    vessel: Any, track_id: Any, at: Any, lat: Any, lon: Any, sog: Any, cog: Any, ints: Any, floats: Any,
    handoff_s: float, handoff_m: float, share: float, least: float, rate: float, out: Any,
) -> None:  # fmt: skip
    """Whether a first report is one hull with an open track, if first reports were as rare as `rate`; true if ended."""
    for i in range(len(vessel)):
        out[i] = True
        for place in range(vessel[i] * OPEN, (vessel[i] + 1) * OPEN):
            if ints[place, T_ID] != track_id[i]:
                continue
            wait_s = (at[i] - ints[place, T_AT]) / SECOND
            out[i] = 0.0 <= wait_s <= handoff_s
            if out[i]:
                way = distance_m(floats[place, F_LAT], floats[place, F_LON], lat[i], lon[i])
                pace = pace_kn(floats[place, F_TOP], floats[place, F_SOG], sog[i])
                moved = motion(floats[place, F_SOG], floats[place, F_COG], sog[i], cog[i], wait_s)
                near = way <= reach_m(pace, wait_s, handoff_m, share)
                out[i] = near and strength(way, wait_s, pace, rate) + moved >= least
