"""Wakes: legs that ships sailed under way of late, how many others had sailed there before, and where they went.

A leg leads from the first report of a track in a step of time to that in the next: which reports these are does not
depend on how the reports came. What is said of a leg rests on legs that ended before it, so later ones change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.model.times import HOUR_US, SECOND_US
from hanbada.tracks import wakes_kernel as k
from hanbada.tracks.spells import sampled, speeds_kn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

EVERY_S = 600.0
"""A report in ten minutes shows a way to half a mile."""
LONGEST_S = 1800.0
"""Over a longer silence nobody knows the way."""
MOVING_KN, UNDER_WAY_KN, BELIEVED_KN = 3.0, 5.0, 45.0
"""Slower reports are not kept; legs made good slower than a ship on passage, or faster than any, are none."""
BACK_US = 72 * HOUR_US
"""Three days of traffic are compared with."""
BESIDE_M = 3704.0
"""Two miles: who passes so near sails the same way."""
COURSE_DEG = 45.0
"""And on such a course."""
FOREVER = 1 << 62
"""Later than any time."""


class Points(NamedTuple):
    """Reports that were kept, one array per column.

    `others` is how many other ships had sailed the leg to it before, at most `wakes_kernel.MANY`; -1 if not counted.
    """

    track_id: Ints
    at: Ints
    line_id: Ints
    lat_deg: Floats
    lon_deg: Floats
    others: Ints


NO_POINTS = Points(*(np.zeros(0, np.int64),) * 3, np.zeros(0), np.zeros(0), np.zeros(0, np.int64))


class Legs(NamedTuple):
    """Legs by track and time: where each ended (`points`) and began, its course, and whether it is one at all."""

    points: Points
    mmsi: Ints
    from_lat_deg: Floats
    from_lon_deg: Floats
    course_deg: Floats
    sailed: NDArray[np.bool_]


@dataclass(slots=True)
class Wakes:
    """State of the fold. `since_us` is from when on legs are to be counted anew. Owned by one fold, changed in place.

    `again` has the vessels whose rows come next a second time, and until when they say nothing new.
    """

    parts: list[Points] = field(default_factory=list)
    legs: Legs | None = None
    since_us: int = FOREVER
    again: dict[int, int] = field(default_factory=dict)


def keep(state: Wakes, rows: Rows, trail: Trail) -> None:
    """Keep the first report of each step of time of tracks that are under way."""
    index = sampled(rows, trail, EVERY_S)
    index = index[~(speeds_kn(rows, trail, index) < MOVING_KN)]
    if state.again:
        index = index[rows.at[index] >= _times(state.again, rows.mmsi[index], 0)]
        state.again = {}
    if len(index):
        columns: Any = (trail.track_id, rows.at, rows.line_id, rows.lat_deg, rows.lon_deg, np.full(len(rows.at), -1))
        state.parts.append(taken(Points(*columns), index))
        state.since_us = min(state.since_us, int(rows.at[index].min()))


def _times(times: Mapping[int, int], mmsi: Ints, others: int) -> Ints:
    """The time given for each vessel, or that for others."""
    whose, place = np.unique(mmsi, return_inverse=True)
    return np.array([times.get(one, others) for one in whose.tolist()], np.int64)[place]


def look(state: Wakes) -> int:
    """Bring the legs up to date; from when on they may differ from what they were (FOREVER: nothing is new)."""
    since, state.since_us = state.since_us, FOREVER
    if since == FOREVER:
        return FOREVER
    columns: Any = (np.concatenate(column) for column in zip(NO_POINTS, *state.parts, strict=True))
    whole = Points(*columns)
    points = taken(whole, np.lexsort((whole.at, whole.track_id)))
    state.parts, state.legs = [points], _legs(points)
    _count_others(state.legs, np.flatnonzero(state.legs.sailed & (points.at >= since)))
    return since


def taken(points: Points, which: NDArray[np.generic]) -> Points:
    """Some points."""
    columns: list[Any] = [column[which] for column in points]
    return Points(*columns)


def _legs(points: Points) -> Legs:
    """The leg to each point from the one before it."""
    track, at, _, lat, lon, _ = points
    back = np.maximum(np.arange(len(at)) - 1, 0)
    seconds = (at - at[back]) / SECOND_US
    joined = (track == track[back]) & (seconds > 0) & (seconds <= LONGEST_S)
    east, north = _steps_m(lat[back], lon[back], lat, lon)
    speed = np.hypot(east, north) / np.maximum(seconds, 1.0) / KNOT_MS
    sailed = joined & (speed >= UNDER_WAY_KN) & (speed <= BELIEVED_KN)
    return Legs(points, track >> 32, lat[back], lon[back], np.degrees(np.arctan2(east, north)) % 360.0, sailed)


def _steps_m(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> tuple[Floats, Floats]:
    """Metres east and north from places to others near by."""
    turn = (to_lon - lon + 540.0) % 360.0 - 180.0
    metres = RADIANS * EARTH_M
    return turn * np.cos((lat + to_lat) * (RADIANS / 2)) * metres, (to_lat - lat) * metres


def _count_others(legs: Legs, wanted: Ints) -> None:
    """Count who had sailed where the wanted legs end."""
    if not len(wanted):
        return
    _, at, _, lat, lon, others = legs.points
    sailed = np.flatnonzero(legs.sailed & (at >= at[wanted].min() - BACK_US))
    cells = np.empty(len(sailed), np.int64)
    k.cells(lat[sailed], lon[sailed], legs.from_lat_deg[sailed], legs.from_lon_deg[sailed], cells)
    order = np.argsort(cells, kind="stable")
    k.crowds(
        wanted, at, legs.mmsi, lat, lon, legs.from_lat_deg, legs.from_lon_deg, legs.course_deg, cells[order],
        sailed[order], BACK_US, BESIDE_M, COURSE_DEG, others,
    )  # fmt: skip


def forget(state: Wakes, since: Mapping[int, int], changed_us: int) -> None:
    """Drop what some vessels did from `changed_us` on. All their rows come again next, those before that unchanged."""
    state.again = {mmsi: max(from_us, changed_us) for mmsi, from_us in since.items()}
    for place, part in enumerate(state.parts):
        state.parts[place] = taken(part, part.at < _times(state.again, part.track_id >> 32, FOREVER))
    state.since_us = min(state.since_us, changed_us)


def drop_before(state: Wakes, at_us: int) -> None:
    """Drop points older than a time; what was counted of others stands."""
    state.parts = [taken(part, part.at >= at_us) for part in state.parts]


def past(legs: Legs, row: int) -> Ints:
    """Rows of the latest leg, of each other ship, like a leg beside its end within BACK_US before it; by time."""
    at = legs.points.at
    near = legs.sailed & (at < at[row]) & (at >= at[row] - BACK_US)
    return _latest(legs, row, near)


def after(legs: Legs, row: int, within_us: int) -> Ints:
    """The same of the hours from the leg on."""
    at = legs.points.at
    return _latest(legs, row, legs.sailed & (at >= at[row]) & (at <= at[row] + within_us))


def _latest(legs: Legs, row: int, near: NDArray[np.bool_]) -> Ints:
    at = legs.points.at
    near &= (np.abs(legs.points.lat_deg - legs.points.lat_deg[row]) <= 1.0) & (legs.mmsi != legs.mmsi[row])
    found = [i for i in np.flatnonzero(near).tolist() if alike(legs, row, i)]
    latest = {int(legs.mmsi[i]): i for i in sorted(found, key=lambda i: (int(at[i]), i))}
    return np.array(sorted(latest.values(), key=lambda i: (int(at[i]), i)), np.int64)


def alike(legs: Legs, row: int, other: int) -> bool:
    """Whether another leg passes beside the end of one, on such a course."""
    turned = (legs.course_deg[other] - legs.course_deg[row] + 540.0) % 360.0 - 180.0
    lat, lon = legs.points.lat_deg, legs.points.lon_deg
    leg = legs.from_lat_deg[other], legs.from_lon_deg[other], lat[other], lon[other]
    return bool(abs(turned) <= COURSE_DEG and k.beside_m(lat[row], lon[row], *leg) <= BESIDE_M)


def ahead(legs: Legs, row: int, until_us: int) -> slice:
    """The legs of a track without a break from one on, up to a time."""
    track, at = legs.points.track_id, legs.points.at
    end = row + 1
    while end < len(at) and track[end] == track[row] and legs.sailed[end] and at[end] <= until_us:
        end += 1
    return slice(row, end)


def around_m(lat_deg: float, lon_deg: float, lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
    """Places as metres east and north of another in a map that keeps distances and courses from it."""
    lat, lats_, lon = lat_deg * RADIANS, lats * RADIANS, (lons - lon_deg) * RADIANS
    half = np.sin((lats_ - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats_) * np.sin(lon / 2) ** 2
    away = 2 * EARTH_M * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    course = np.arctan2(
        np.sin(lon) * np.cos(lats_), np.cos(lat) * np.sin(lats_) - np.sin(lat) * np.cos(lats_) * np.cos(lon)
    )
    return away * np.sin(course), away * np.cos(course)


def reached(x: Floats, y: Floats, away_m: Floats) -> Floats:
    """Where a way in such a map is first so far from its middle, for each distance, [distance, x-y]; NaN if never."""
    out = np.full((len(away_m), 2), np.nan)
    far = np.maximum.accumulate(np.hypot(x, y))
    there = np.searchsorted(far, away_m)
    for i in np.flatnonzero((there > 0) & (there < len(far))).tolist():
        j = int(there[i])
        share = (away_m[i] - far[j - 1]) / (far[j] - far[j - 1])
        out[i] = x[j - 1] + share * (x[j] - x[j - 1]), y[j - 1] + share * (y[j] - y[j - 1])
    return out
