"""Circles in a way: stretches of the places kept of one track that go round and round one centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.circles import circle
from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.tracks import rounds_kernel as k
from hanbada.tracks.ways import take

if TYPE_CHECKING:
    from hanbada.tracks.ways import Floats, Places

SECOND = 1_000_000
SEEN = 0.8
"""Share of the cover that a window must have: those that overlap cover more together."""


class Round(NamedTuple):
    """A stretch on a circle: first and last place (of those given), centre, radius, how far off it as a share of it.

    Then how much of it is covered, how often around, the speed over ground; and how far the course and speed that were
    sent are from those of the way (medians, NaN where none were sent).
    """

    first: int
    last: int
    lat_deg: float
    lon_deg: float
    radius_m: float
    off: float
    cover_deg: float
    laps: float
    speed_kn: float
    course_off_deg: float
    speed_off_kn: float


class Wanted(NamedTuple):
    """Which circles: off by at most this share of the radius, covered so far, of this size, for so long."""

    most_off: float
    least_cover_deg: float
    least_radius_m: float
    most_radius_m: float
    least_s: float


def rounds(places: Places, wanted: Wanted) -> list[Round]:
    """The stretches on circles in places in the order of tracks and time; those of a track that overlap are one."""
    way = (places.track_id, places.lat_deg, places.lon_deg)
    turn, hits = np.empty(len(places.at)), np.empty(len(places.at), np.int64)
    sought = (wanted.most_off, SEEN * wanted.least_cover_deg, wanted.least_radius_m, wanted.most_radius_m)
    spans: list[tuple[int, int]] = []
    for stride in k.STRIDES:
        k.turned(*way, stride, turn)
        count = k.seek(*way, turn, stride, *sought, hits)
        spans += [(begin, begin + stride * (k.WIDE - 1) + 1) for begin in hits[:count].tolist()]
    found = [_fitted(places, *span) for span in _together(places, sorted(spans))]
    return [one for one in found if _is_wanted(places, one, wanted)]


def _is_wanted(places: Places, one: Round, wanted: Wanted) -> bool:
    lasted_s = (places.at[one.last] - places.at[one.first]) / SECOND
    fits = one.off <= wanted.most_off and one.cover_deg >= wanted.least_cover_deg
    return bool(fits and lasted_s >= wanted.least_s and one.radius_m <= wanted.most_radius_m)


def _together(places: Places, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of one track that overlap as one."""
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        if found and begin < found[-1][1] and places.track_id[begin] == places.track_id[found[-1][0]]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _steps(places: Places) -> tuple[Floats, Floats]:
    """Metres east and north of the step from each place to the next."""
    wide = np.cos(0.5 * (places.lat_deg[1:] + places.lat_deg[:-1]) * RADIANS)
    east = ((np.diff(places.lon_deg) + 540.0) % 360.0 - 180.0) * wide * RADIANS * EARTH_M
    return east, np.diff(places.lat_deg) * RADIANS * EARTH_M


def _fitted(places: Places, begin: int, end: int) -> Round:
    own = take(places, slice(begin, end))
    lon = own.lon_deg[0] + ((own.lon_deg - own.lon_deg[0] + 540.0) % 360.0 - 180.0)
    metres = np.array([np.cos(np.mean(own.lat_deg) * RADIANS), 1.0]) * RADIANS * EARTH_M
    x, y = (lon - lon[0]) * metres[0], (own.lat_deg - own.lat_deg[0]) * metres[1]
    fitted = circle(x, y)
    angle = np.sort(np.arctan2(y - fitted.y, x - fitted.x))
    hole = np.max(np.diff(np.append(angle, angle[0] + 2 * np.pi)))
    around = np.unwrap(np.arctan2(y - fitted.y, x - fitted.x))
    east, north = _steps(own)
    gap_s = np.maximum(np.diff(own.at) / SECOND, 1e-3)
    speed = np.hypot(east, north) / gap_s / KNOT_MS
    off = np.abs((np.degrees(np.arctan2(east, north)) - own.cog_deg[1:] + 540.0) % 360.0 - 180.0)
    return Round(
        first=begin,
        last=end - 1,
        lat_deg=float(own.lat_deg[0] + fitted.y / metres[1]),
        lon_deg=float(lon[0] + fitted.x / metres[0]),
        radius_m=fitted.radius,
        off=fitted.off / fitted.radius if np.isfinite(fitted.radius) else np.inf,
        cover_deg=360.0 - float(np.degrees(hole)),
        laps=float(abs(around[-1] - around[0]) / (2 * np.pi)),
        speed_kn=float(np.median(speed)),
        course_off_deg=_median(off),
        speed_off_kn=_median(np.abs(speed - own.sog_kn[1:])),
    )


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")
