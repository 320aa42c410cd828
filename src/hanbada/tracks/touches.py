"""The fold that finds where ships touch lines: cross them, lie on them, or hand their track to another MMSI near them.

What ships near lines did lately is kept beside (`tracks.recent`), for `tracks.passing` to measure. Lines are known by
their number in the index.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.lines import AROUND, BESIDE, NEAR, NOWHERE, LineIndex, lines_near
from hanbada.geo.sphere import KNOT_MS, between, distance_m
from hanbada.model.times import DAY_US, MINUTE_US, SECOND_US
from hanbada.tracks import handoffs_kernel, recent
from hanbada.tracks.passing import CROSSED, HANDED, STILL_KN, STOPPED, Touch
from hanbada.tracks.recent import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Birth, Trail

SHIPS = (200_000_000, 800_000_000)
STEP_US = 10 * MINUTE_US
"""A ship that lies on a line touches it again after this long."""
HANDOFF_S = 1800
"""Restarting a unit takes a minute; half an hour leaves room for gaps in reception."""
HANDOFF_M, HANDOFF_MS = 500.0, 8.0
"""As far as a ship may be from where another fell silent: two antennas, and sixteen knots since."""
LISTENING_US = 7200 * SECOND_US
"""Before somebody has listened this long, everybody is new."""
SILENCE_S = HANDOFF_S / 2
"""Shorter silences are no end of anything."""
HANDOFF_DEG = 0.5
"""Latitude within which a handoff is sought: half an hour at 60 knots."""
KEPT_US = 31 * 3600 * SECOND_US
"""A day of cruise before an episode, and the episode."""


FEWEST = 0.5
"""First reports that are always supposed to lie around another."""
_strength: Callable[..., float] = handoffs_kernel.strength.py_func  # type: ignore[attr-defined]
_pace_kn: Callable[..., float] = handoffs_kernel.pace_kn.py_func  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Lines:
    """An index, and how near each line a ship lies on it; not a number: nobody can tell for that line."""

    index: LineIndex
    beside_m: NDArray[np.float64]


class End(NamedTuple):
    """Where a track fell silent: its last report before, and when the next one came (FOREVER: none yet)."""

    track_id: int
    at: int
    lat_deg: float
    lon_deg: float
    line_id: int
    next_at: int


@dataclass(slots=True)
class Touches:
    """State of the fold: touches by (MMSI, line), the pairs that gained some, first reports near lines.

    `first_us` is the time of the first report of all.
    """

    recent: recent.Recent = field(default_factory=recent.Recent)
    found: dict[tuple[int, int], dict[tuple[int, str], Touch]] = field(default_factory=dict)
    touched: set[tuple[int, int]] = field(default_factory=set)
    births: dict[int, Birth] = field(default_factory=dict)
    silences: dict[tuple[int, int], End] = field(default_factory=dict)
    last: dict[int, End] = field(default_factory=dict)
    unsought: set[int] = field(default_factory=set)
    first_us: int = FOREVER


def feed(state: Touches, rows: Rows, trail: Trail, births: Iterable[Birth], lines: Lines) -> None:
    """Take rows: keep what ships near lines do, and take their touches."""
    mark = lines.index.marks(rows.lat_deg, rows.lon_deg)
    mark[(rows.mmsi < SHIPS[0]) | (rows.mmsi >= SHIPS[1])] = NOWHERE
    if not mark.any():
        return
    near = mark >= NEAR
    recent.keep(state.recent, rows, trail, near, mark == AROUND)
    _ends(state, rows, trail, near)
    with np.errstate(invalid="ignore", divide="ignore"):
        made_kn = trail.leg_m / trail.silence_s / KNOT_MS
    _crossings(state, rows, trail, lines, near & (made_kn > STILL_KN))
    slow = np.where(np.isnan(rows.sog_kn), made_kn, rows.sog_kn) < STILL_KN
    again = rows.at // STEP_US != trail.prev_at // STEP_US
    _stops(state, rows, trail, lines, (mark == BESIDE) & (trail.place >= 0) & slow & again)
    for birth in births:
        if SHIPS[0] <= birth.mmsi < SHIPS[1] and lines.index.marks(*_one(birth))[0] == BESIDE:
            state.births[birth.mmsi] = birth
            state.unsought.add(birth.mmsi)


def _one(birth: Birth) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([birth.lat_deg]), np.array([birth.lon_deg])


def _add(state: Touches, mmsi: int, line: int, touch: Touch) -> None:
    state.found.setdefault((mmsi, line), {})[touch.at, touch.what] = touch
    state.touched.add((mmsi, line))


def _crossings(state: Touches, rows: Rows, trail: Trail, lines: Lines, legs: NDArray[np.bool_]) -> None:
    """Legs of ships under way that cross a line."""
    found = lines.index.crossed(trail.prev_lat_deg, trail.prev_lon_deg, rows.lat_deg, rows.lon_deg, legs)
    for i, segment, share in zip(*(column.tolist() for column in found), strict=True):
        place = between(trail.prev_lat_deg[i], trail.prev_lon_deg[i], rows.lat_deg[i], rows.lon_deg[i], share)
        at = int(trail.prev_at[i] + round(share * float(rows.at[i] - trail.prev_at[i])))
        between_lines = (int(trail.prev_line[i]), int(rows.line_id[i]))
        touch = Touch(at, CROSSED, float(place[0]), float(place[1]), int(trail.track_id[i]), between_lines)
        _add(state, int(rows.mmsi[i]), int(lines.index.line[segment]), touch)


def _stops(state: Touches, rows: Rows, trail: Trail, lines: Lines, still: NDArray[np.bool_]) -> None:
    """Reports of ships that lie on a line."""
    if not still.any():
        return
    segments, away = lines.index.nearest(rows.lat_deg, rows.lon_deg, still)
    number = lines.index.line[segments]
    for i in np.flatnonzero(still & (segments >= 0) & (away <= lines.beside_m[number])).tolist():
        place, track = (float(rows.lat_deg[i]), float(rows.lon_deg[i])), int(trail.track_id[i])
        touch = Touch(int(rows.at[i]), STOPPED, *place, track, (int(rows.line_id[i]),))
        _add(state, int(rows.mmsi[i]), int(number[i]), touch)


def _ends(state: Touches, rows: Rows, trail: Trail, near: NDArray[np.bool_]) -> None:
    """Note silences that ended, and the last report of each track."""
    for i in np.flatnonzero(near & (trail.silence_s >= SILENCE_S)).tolist():
        place = (float(trail.prev_lat_deg[i]), float(trail.prev_lon_deg[i]))
        end = End(int(trail.track_id[i]), int(trail.prev_at[i]), *place, int(trail.prev_line[i]), int(rows.at[i]))
        state.silences[end.track_id, end.at] = end
    row = np.flatnonzero(near & (trail.place >= 0))
    tracks, back = np.unique(trail.track_id[row[::-1]], return_index=True)
    for track, i in zip(tracks.tolist(), row[::-1][back].tolist(), strict=True):
        place = (float(rows.lat_deg[i]), float(rows.lon_deg[i]))
        state.last[track] = End(track, int(rows.at[i]), *place, int(rows.line_id[i]), FOREVER)


def seek_handoffs(state: Touches, lines: Lines, now_us: int) -> None:
    """Find tracks that fell silent near a first report, shortly before it, and stayed so for as long."""
    span = HANDOFF_S * SECOND_US
    ripe = (state.births[mmsi] for mmsi in sorted(state.unsought) if state.births[mmsi].at + span <= now_us)
    due = [birth for birth in ripe if birth.at >= state.first_us + LISTENING_US]
    if not due:
        return
    state.unsought -= {birth.mmsi for birth in due}
    ends = [*state.silences.values(), *state.last.values()]
    at, next_at, lat = (np.array([end[column] for end in ends]) for column in (1, 5, 2))
    for birth in due:
        fits = (at <= birth.at) & (at >= birth.at - span) & (next_at > birth.at + span)
        for i in np.flatnonzero(fits & (np.abs(lat - birth.lat_deg) < HANDOFF_DEG)).tolist():
            _hand_over(state, lines, birth, ends[i])


def _hand_over(state: Touches, lines: Lines, birth: Birth, end: End) -> None:
    """Note that one MMSI may have taken over from another, at every line near by."""
    apart_m = distance_m(end.lat_deg, end.lon_deg, birth.lat_deg, birth.lon_deg)
    wait_s = (birth.at - end.at) / SECOND_US
    if end.track_id >> 32 == birth.mmsi or apart_m > HANDOFF_M + HANDOFF_MS * wait_s:
        return
    both, place = (end.line_id, birth.line), (birth.lat_deg, birth.lon_deg)
    touch = Touch(birth.at, HANDED, *place, end.track_id, both, birth.mmsi, wait_s, apart_m)
    for number in lines_near(lines.index, birth.lat_deg, birth.lon_deg):
        _add(state, end.track_id >> 32, number, touch)


def one_hull(touch: Touch, top_kn: float, appeared: float, within_m: float) -> float:
    """Log-likelihood ratio of one hull in a handoff, where so many numbers began within a distance and an hour."""
    rate = max(appeared, FEWEST) / (math.pi * (within_m / 1000) ** 2 * 2.0)
    return _strength(touch.apart_m, touch.wait_s, _pace_kn(top_kn, math.nan, math.nan), rate)


def episodes(state: Touches, pair: tuple[int, int], hole_us: int) -> list[list[Touch]]:
    """A ship's touches of a line, split where longer than a hole lies between them, and after a day."""
    found: list[list[Touch]] = []
    for touch in sorted(state.found.get(pair, {}).values()):
        if not found or touch.at - found[-1][-1].at > hole_us or touch.at - found[-1][0].at > DAY_US:
            found.append([])
        found[-1].append(touch)
    return found


def forget(state: Touches, since: Mapping[int, int]) -> set[tuple[int, int]]:
    """Drop what some vessels did from a time on, and all handoffs, which are sought again; the pairs concerned."""
    recent.forget(state.recent, since)
    concerned = set()
    for pair, touches in state.found.items():
        until = since.get(pair[0], FOREVER)
        kept = {key: one for key, one in touches.items() if one.at < until and one.what != HANDED}
        if len(kept) != len(touches) or until != FOREVER:
            state.found[pair] = kept
            concerned.add(pair)
    state.touched |= concerned
    state.births = {mmsi: one for mmsi, one in state.births.items() if one.at < since.get(mmsi, FOREVER)}
    state.last = {track: one for track, one in state.last.items() if track >> 32 not in since}
    state.silences = {key: one for key, one in state.silences.items() if one.next_at < since.get(key[0] >> 32, FOREVER)}
    state.unsought = set(state.births)
    return concerned


def drop_before(state: Touches, at_us: int, long_us: int) -> None:
    """Forget reports before a time, and touches and first reports of before a longer one."""
    recent.drop_before(state.recent, at_us)
    for pair, touches in list(state.found.items()):
        state.found[pair] = {key: one for key, one in touches.items() if one.at >= long_us}
        if not state.found[pair]:
            del state.found[pair]
    state.births = {mmsi: one for mmsi, one in state.births.items() if one.at >= long_us}
    state.silences = {key: one for key, one in state.silences.items() if one.next_at >= long_us}
    state.last = {track: one for track, one in state.last.items() if one.at >= long_us}
    state.unsought &= state.births.keys()
