"""Spells: stretches of time in which the reports of a track meet a condition, say being slow in open water.

A spell outlives short breaks and silences. It is made of samples, the first report of its track in each step of time:
which reports these are does not depend on how the reports came, and a spell can be cut back to any moment and go on
from there. A stay in one place, whatever the speed, is a stop (`tracks.stops`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS, distance_m, turn, wrapped
from hanbada.tracks import spells_kernel as k
from hanbada.tracks.calls_kernel import FIRST_SHIP, LAST_SHIP
from hanbada.tracks.open_words import no_words, with_room
from hanbada.tracks.segments_kernel import LONG_S, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

Key: TypeAlias = tuple[int, int]
"""Track and beginning of a spell: they name it."""
LEAST_S = 30.0
"""Reports closer in time do not tell a speed: positions are worth ten metres."""


class Sample(NamedTuple):
    """A report of a spell: its speed said, or made good where it says none; `holds` if it meets the condition."""

    at: int
    lat_deg: float
    lon_deg: float
    speed_kn: float
    cog_deg: float
    heading_deg: int
    nav_status: int
    line_id: int
    holds: bool


@dataclass(slots=True)
class Spell:
    """The samples of a spell in order, those that broke it and the first after it among them.

    `fast_kn` and `fast_cog_deg` are the fastest report of the hour before (NaN: none).
    """

    track_id: int
    place: int
    fast_kn: float
    fast_cog_deg: float
    samples: list[Sample] = field(default_factory=list)
    held_at: int = 0

    @property
    def mmsi(self) -> int:
        """Who."""
        return self.track_id >> 32

    @property
    def began_at(self) -> int:
        """Its first sample."""
        return self.samples[0].at

    @property
    def lasted_s(self) -> float:
        """From the first to the last sample that meets the condition."""
        return (self.held_at - self.began_at) / SECOND

    @property
    def within(self) -> list[Sample]:
        """From the first to the last sample that meets the condition."""
        return [sample for sample in self.samples if sample.at <= self.held_at]

    @property
    def after(self) -> list[Sample]:
        """What followed, as far as it was kept."""
        return [sample for sample in self.samples if sample.at > self.held_at]


@dataclass(slots=True)
class Spells:
    """State of the fold: spells by key, and where each open track is. Owned by one fold, changed in place.

    Silent for longer than `hole_s`, or broken for longer than `break_s` (at most `hole_s`), a spell is over; what
    follows is kept for `tail_s`. Those that last `least_s` are told; `going` are those told last as going on, `unseen`
    those of them told since time was looked at last, `seen` the spells that went on then, by the place of their track.
    What was over `keep_s` before the latest spell of its vessel began may be let go: `begun` are vessels of which there
    may be such, and `floor` is what began before it is not told again, by MMSI.
    """

    hole_s: float
    break_s: float = 0.0
    tail_s: float = 0.0
    least_s: float = 0.0
    keep_s: float = math.inf
    words: NDArray[np.int64] = field(default_factory=lambda: no_words(k.SPELL))
    found: dict[Key, Spell] = field(default_factory=dict)
    of_vessel: dict[int, list[Key]] = field(default_factory=dict)
    told: set[Key] = field(default_factory=set)
    going: set[Key] = field(default_factory=set)
    unseen: set[Key] = field(default_factory=set)
    seen: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    begun: set[int] = field(default_factory=set)
    floor: dict[int, int] = field(default_factory=dict)
    now_us: int = 0


def sampled(rows: Rows, trail: Trail, every_s: float) -> NDArray[np.int64]:
    """Numbers of the rows of ships that are the first of their track in each step of time (all, for no steps)."""
    wanted = (trail.place >= 0) & (rows.mmsi >= FIRST_SHIP) & (rows.mmsi <= LAST_SHIP)
    if every_s > 0:
        step = round(every_s * SECOND)
        wanted &= rows.at // step != trail.prev_at // step
    return np.flatnonzero(wanted)


def speeds_kn(rows: Rows, trail: Trail, index: NDArray[np.int64]) -> NDArray[np.float64]:
    """The speed of some rows: said, or made good since the report before; NaN where neither tells.

    Across a silence the higher of both: the ship was not slow if it got far.
    """
    silence, said = trail.silence_s[index], rows.sog_kn[index]
    with np.errstate(invalid="ignore", divide="ignore"):
        made = np.where(silence >= LEAST_S, trail.leg_m[index] / silence / KNOT_MS, np.nan)
    return np.where(np.isnan(said) | (silence >= LONG_S), np.fmax(said, made), said)


def held(holds: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> NDArray[np.int8]:
    """What reports say of a condition, for `feed`: they meet it, do not, or do not tell."""
    return np.where(holds, k.HOLDS, np.where(unknown, k.UNKNOWN, k.BROKEN)).astype(np.int8)


def feed(
    state: Spells, rows: Rows, trail: Trail, index: NDArray[np.int64], holds: NDArray[np.int8],
    speed_kn: NDArray[np.float64],
) -> set[Key]:  # fmt: skip
    """Take some rows, by number in order, with what each says of the condition; the lasting spells that changed."""
    state.words = with_room(state.words, trail)
    belongs, began = np.empty(len(index), np.int64), np.empty(len(index), np.int64)
    break_us, tail_us = round(state.break_s * SECOND), round(state.tail_s * SECOND)
    count = k.feed(
        index, holds, rows.at, trail.place, trail.track_id, trail.silence_s, state.hole_s, break_us, tail_us,
        state.words, belongs, began,
    )  # fmt: skip
    row, told = belongs[:count], np.searchsorted(index, belongs[:count])
    columns = (
        rows.at[row], rows.lat_deg[row], rows.lon_deg[row], speed_kn[told], rows.cog_deg[row], rows.heading_deg[row],
        rows.nav_status[row], rows.line_id[row], holds[told] == k.HOLDS,
    )  # fmt: skip
    samples = map(Sample, *(column.tolist() for column in columns))
    keys = list(zip(trail.track_id[row].tolist(), began[:count].tolist(), strict=True))
    for key, i, sample in zip(keys, row.tolist(), samples, strict=True):
        spell = state.found.get(key)
        if spell is None:
            spell = _begun(state, key, trail, i)
        spell.samples.append(sample)
        if sample.holds:
            spell.held_at = sample.at
    if len(index):
        state.now_us = max(state.now_us, int(rows.at[index].max()))
    return _told(state, set(keys))


def _told(state: Spells, changed: set[Key]) -> set[Key]:
    """Of some spells those that last long enough, or did when they were told last."""
    kept = {key for key in changed if key in state.found and key[1] >= state.floor.get(key[0] >> 32, 0)}
    lasting = {key for key in kept if state.found[key].lasted_s >= state.least_s}
    told = lasting | (changed & state.told)
    state.unseen |= lasting - state.going
    for keys in (state.told, state.going):
        keys.difference_update(told - lasting)
        keys.update(lasting)
    return told


def settle(state: Spells, now_us: int) -> set[Key]:
    """Time has gone on to `now_us`: the lasting spells that are over since they were told last."""
    state.now_us = max(state.now_us, now_us)
    over = {key for key in _perhaps_over(state) if key in state.going and not goes_on(state, key)}
    state.going -= over
    return over


def _perhaps_over(state: Spells) -> set[Key]:
    """Spells to look at: those told since time was looked at last, and those that went on then and seem not to now."""
    if len(state.seen) < len(state.words):
        state.seen = np.append(state.seen, np.zeros((len(state.words) - len(state.seen), 2), np.int64), axis=0)
    gone = np.empty_like(state.seen)
    count = k.over(state.words, state.seen, state.now_us, state.hole_s * SECOND, gone)
    perhaps, state.unseen = state.unseen | set(map(tuple, gone[:count].tolist())), set()
    return perhaps


def _begun(state: Spells, key: Key, trail: Trail, row: int) -> Spell:
    spell = Spell(key[0], int(trail.place[row]), float(trail.fast_kn[row]), float(trail.fast_cog_deg[row]))
    state.found[key] = spell
    state.of_vessel.setdefault(key[0] >> 32, []).append(key)
    state.begun.add(key[0] >> 32)
    return spell


def goes_on(state: Spells, key: Key) -> bool:
    """Whether a spell is not over yet."""
    spell = state.found[key]
    words = state.words[spell.place].tolist()
    here = words[k.S_OPEN] and (words[k.S_TRACK], words[k.S_BEGAN_AT]) == key
    return bool(here) and state.now_us - spell.held_at <= state.hole_s * SECOND


def forget(state: Spells, since: Mapping[int, int]) -> set[Key]:
    """Cut the spells of some vessels back to what came before a time; the lasting spells that changed.

    What a vessel does after that time is to be fed again.
    """
    changed: set[Key] = set()
    for mmsi, from_us in since.items():
        mine = [(key, state.found.pop(key)) for key in state.of_vessel.pop(mmsi, [])]
        changed.update(key for key, _ in mine)
        for _, spell in mine:
            state.words[spell.place] = 0
        for key, spell in mine:
            samples = [sample for sample in spell.samples if sample.at < from_us]
            if samples:
                _cut_back(state, key, spell, samples)
    return _told(state, changed)


def _cut_back(state: Spells, key: Key, spell: Spell, samples: list[Sample]) -> None:
    held_at = max(sample.at for sample in samples if sample.holds)
    state.found[key] = Spell(spell.track_id, spell.place, spell.fast_kn, spell.fast_cog_deg, samples, held_at)
    state.of_vessel.setdefault(spell.mmsi, []).append(key)
    is_open = samples[-1].at - held_at <= state.break_s * SECOND
    state.words[spell.place] = (spell.track_id, key[1], held_at, is_open)


def is_old(state: Spells, key: Key) -> bool:
    """Whether a spell was over long before the latest of its vessel began: no clock but the vessel's own counts."""
    spell = state.found[key]
    words = state.words[spell.place].tolist()
    here = words[k.S_OPEN] and (words[k.S_TRACK], words[k.S_BEGAN_AT]) == key
    latest = max(began_at for _, began_at in state.of_vessel[spell.mmsi])
    return not here and spell.held_at < latest - state.keep_s * SECOND


def let_go(state: Spells, spared: Callable[[Key], bool]) -> set[Key]:
    """Forget old spells but those still needed; which. What was said of them stands, whatever comes late."""
    old = {mmsi: [key for key in state.of_vessel.get(mmsi, ()) if is_old(state, key)] for mmsi in state.begun}
    mine = {mmsi: [key for key in keys if not spared(key)] for mmsi, keys in old.items()}
    state.begun = {mmsi for mmsi in old if len(mine[mmsi]) < len(old[mmsi])}
    gone = {key for keys in mine.values() for key in keys}
    for key in gone:
        del state.found[key]
        state.of_vessel[key[0] >> 32].remove(key)
    for mmsi in [mmsi for mmsi, keys in mine.items() if keys]:
        state.floor[mmsi] = min(began_at for _, began_at in state.of_vessel[mmsi])
    state.told -= gone
    state.going -= gone
    return gone


def way_m(samples: list[Sample]) -> float:
    """Sum of the legs between samples."""
    return sum(distance_m(one.lat_deg, one.lon_deg, *other[1:3]) for one, other in pairwise(samples))


def interval_s(samples: list[Sample]) -> float:
    """Median time between samples; zero for a single one."""
    return float(np.median(np.diff([sample.at for sample in samples]))) / SECOND if len(samples) > 1 else 0.0


def circle(samples: list[Sample]) -> tuple[float, float, float]:
    """Middle of some samples (latitude, longitude) and the radius in metres that holds nineteen of twenty."""
    lat = np.array([sample.lat_deg for sample in samples])
    east = np.array([turn(samples[0].lon_deg, sample.lon_deg) for sample in samples])
    mid_lat, mid_east = float(lat.mean()), float(east.mean())
    apart = np.hypot(lat - mid_lat, (east - mid_east) * math.cos(mid_lat * RADIANS)) * (RADIANS * EARTH_M)
    return mid_lat, wrapped(samples[0].lon_deg + mid_east), float(np.quantile(apart, 0.95))
