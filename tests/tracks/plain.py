"""The rules of `tracks.segments` once more, for one vessel, as plainly as they can be written: what the kernel must do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hanbada.geo.sphere import KNOT_MS, bearing_deg, destination, distance_m

SECOND = 1_000_000


@dataclass
class Open:
    """A track that goes on."""

    track_id: int
    at: int
    lat: float
    lon: float
    msg_type: int
    sog: float = math.nan
    cog: float = math.nan
    top_kn: float = -1.0
    count: int = 0
    way_m: float = 0.0


@dataclass
class Placed:
    """What became of a report: its track (0: no position) and the metres from the report before (NaN: none)."""

    track_id: int
    leg_m: float = math.nan


def followed(reports):
    """The track of each report of one vessel: (at, mmsi, lat, lon, sog, cog, msg_type) in the order of time."""
    places: list[Open | None] = [None] * 4
    return [_place(places, *report) for report in reports]


def _place(places, at, mmsi, lat, lon, sog, cog, msg_type):
    if math.isnan(lat) or math.isnan(lon):
        return Placed(0)
    fitting = [one for one in places if one and _can_reach(one, at, mmsi, lat, lon, sog, msg_type)]
    if fitting:
        best = min(fitting, key=lambda one: _misfit(one, at, lat, lon) if len(fitting) > 1 else 0)
        leg = distance_m(best.lat, best.lon, lat, lon)
    else:
        best, leg = _opened(places, at, mmsi, lat, lon, msg_type), math.nan
    _extend(best, at, lat, lon, sog, cog, msg_type, leg)
    return Placed(best.track_id, leg)


def _believed_kn(mmsi, msg_type, top_kn, sog):
    if msg_type == 9 or mmsi // 1_000_000 == 111:
        return 500.0
    fastest = max(top_kn, -1.0 if math.isnan(sog) else sog)
    return 50.0 if fastest < 0 else min(80.0, max(25.0, 1.3 * fastest))


def _can_reach(one, at, mmsi, lat, lon, sog, msg_type):
    if at - one.at > 48 * 3600 * SECOND:
        return False
    slack = 2000.0 if 27 in {msg_type, one.msg_type} else 500.0
    sailed = _believed_kn(mmsi, msg_type, one.top_kn, sog) * KNOT_MS * (at - one.at) / SECOND
    return distance_m(one.lat, one.lon, lat, lon) <= sailed + slack


def _misfit(one, at, lat, lon):
    gap_s = (at - one.at) / SECOND
    away = distance_m(one.lat, one.lon, lat, lon)
    if one.sog > 0.35 and not math.isnan(one.cog) and gap_s <= 1800:
        ahead = destination(one.lat, one.lon, one.cog, one.sog * KNOT_MS * gap_s)
        away = min(away, distance_m(*ahead, lat, lon))
    return (1 if one.count >= 3 else 4) * (away + 50.0) / (100.0 + 0.5 * gap_s)


def _opened(places, at, mmsi, lat, lon, msg_type):
    free = [i for i, one in enumerate(places) if one is None or at - one.at > 48 * 3600 * SECOND]
    weakest = min(range(4), key=lambda i: (min(places[i].count, 3), places[i].at)) if not free else free[0]
    track_id = (mmsi << 32) + at // SECOND
    while any(one is not None and one.track_id == track_id for one in places):
        track_id += 1
    places[weakest] = Open(track_id, at, lat, lon, msg_type)
    return places[weakest]


def _extend(one, at, lat, lon, sog, cog, msg_type, leg):
    gap_s = (at - one.at) / SECOND
    if one.count:
        one.way_m += leg
    if math.isnan(sog) and one.count and 0 < gap_s < 1800:
        sog = leg / gap_s / KNOT_MS
        cog = bearing_deg(one.lat, one.lon, lat, lon) if math.isnan(cog) and sog > 0.35 else cog
    one.at, one.lat, one.lon, one.sog, one.cog, one.msg_type = at, lat, lon, sog, cog, msg_type
    one.count += 1
    one.top_kn = one.top_kn if math.isnan(sog) else max(one.top_kn, sog)
