"""Pairs of vessels that stay near each other: contacts at even ticks, in any order of rows, across 180 degrees.

From coarse to fine: in each block of time, some minutes long, a vessel has a box. Vessels whose boxes touch in enough
blocks on end may have been together; only their ways are put on ticks and compared, exactly as `tracks.ticks` would.
What is coarse errs to one side: it never loses a contact that belongs to a long enough run of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from hanbada.tracks import together_kernel as k

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

    Words: TypeAlias = NDArray[np.int64]

FIRST_ROWS = 1024
BLOCKS = 8
"""Blocks in the least time together: so many that what merely passes seldom touches in all of them."""
PARTS = 12
"""What goes on is looked at within this many looks."""
COARSE_MIN = 60
"""Minutes a leg spans at most."""


class Rules(NamedTuple):
    """What being together means: metres, knots (each, or their difference), minutes on end, minutes between contacts.

    `keep` legs are kept for partners that come late.
    """

    reach_m: float
    most_kn: float
    slow_kn: float
    relative_kn: float
    least_min: float
    hole_min: float
    keep: int


class Contacts(NamedTuple):
    """A pair at ticks (minutes since 1970): metres apart, place of the first, slower and faster speed, nearer lines."""

    tick: NDArray[np.int64]
    apart_m: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    slow_kn: NDArray[np.float64]
    fast_kn: NDArray[np.float64]
    line: NDArray[np.int64]
    other_line: NDArray[np.int64]


class Met(NamedTuple):
    """Contacts of two MMSI anew: all that there are from one minute on and before another, as words."""

    pair: tuple[int, int]
    begin: int
    end: int
    words: Words


@dataclass(slots=True)
class Chain:
    """Rows of words in the order in which they came, each with the row before it of its vessel."""

    words: Words
    last: Words = field(default_factory=lambda: np.full(FIRST_ROWS, -1, np.int64))
    """The latest row of each vessel."""
    used: int = 0
    gone: int = 0

    @property
    def floats(self) -> NDArray[np.float64]:
        """The words that are numbers with a fraction."""
        return self.words.view(np.float64)


@dataclass(slots=True)
class Together:
    """State of the fold. Owned by one fold, changed in place."""

    rules: Rules
    legs: Chain = field(default_factory=lambda: Chain(np.empty((FIRST_ROWS, k.LEG), np.int64)))
    boxes: Chain = field(default_factory=lambda: Chain(np.empty((FIRST_ROWS, k.BOX), np.int64)))
    since: Words = field(default_factory=lambda: np.full(FIRST_ROWS, k.NOTHING, np.int64))
    """By vessel, the first block in which something changed since the last look."""
    meetings: Words = field(default_factory=lambda: np.empty((0, k.MEETING), np.int64))
    part: int = 0

    @property
    def block_min(self) -> int:
        """Minutes of a block."""
        return max(1, int(self.rules.least_min // BLOCKS))


def slow_legs(state: Together, rows: Rows, trail: Trail) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The rows that end a leg slow enough with a tick in it, and the speed of all (kn)."""
    speed, wanted = np.empty(len(rows.at)), np.empty(len(rows.at), np.bool_)
    k.ticking(rows.at, trail.prev_at, trail.silence_s, trail.leg_m, rows.mmsi, state.rules.most_kn, speed, wanted)
    return np.flatnonzero(wanted), speed


def feed(state: Together, rows: Rows, trail: Trail, chosen: NDArray[np.int64], speed_kn: NDArray[np.float64]) -> None:
    """Take some rows as legs."""
    if not len(chosen):
        return
    vessels = int(trail.vessel.max()) + 1
    span_min = (rows.at[chosen] - trail.prev_at[chosen]).sum() // k.MINUTE
    _make_room(state, len(chosen), int(span_min // state.block_min) + 2 * len(chosen))
    for chain in (state.legs, state.boxes):
        chain.last = _longer(chain.last, vessels, -1)
    state.since = _longer(state.since, vessels, k.NOTHING)
    state.legs.used, state.boxes.used = k.take(
        chosen, trail.vessel, rows.at, rows.lat_deg, rows.lon_deg, rows.line_id, trail.prev_at, trail.prev_lat_deg,
        trail.prev_lon_deg, trail.prev_line, speed_kn, state.block_min, state.legs.words, state.legs.floats,
        state.legs.last, state.boxes.words, state.boxes.floats, state.boxes.last, state.since, state.legs.used,
        state.boxes.used,
    )  # fmt: skip


def _longer(array: Words, length: int, fill: int) -> Words:
    if length <= len(array):
        return array
    return np.append(array, np.full(max(length, 2 * len(array)) - len(array), fill, np.int64))


def _make_room(state: Together, legs: int, boxes: int) -> None:
    """Room for so many more; what was taken out goes, and the older half when there is more than may be kept."""
    oldest = 0
    if state.legs.used + legs > state.rules.keep:
        at = state.legs.words[: state.legs.used, k.G_AT]
        oldest = int(np.median(at)) if len(at) else 0
        last_block = oldest // k.MINUTE // state.block_min
        state.meetings = state.meetings[state.meetings[:, k.M_LAST] >= last_block]
    if oldest or 2 * state.legs.gone > state.legs.used or 2 * state.boxes.gone > state.boxes.used:
        moved = _close_up(state.legs, oldest)
        _close_up(state.boxes, oldest // k.MINUTE // state.block_min)
        latest = state.boxes.words[: state.boxes.used, k.X_LEG]
        latest[:] = np.where(latest >= 0, moved[latest], -1)
    for chain, more in ((state.legs, legs), (state.boxes, boxes)):
        if chain.used + more > len(chain.words):
            grown = np.empty((2 * (chain.used + more), chain.words.shape[1]), np.int64)
            grown[: chain.used] = chain.words[: chain.used]
            chain.words = grown


def _close_up(chain: Chain, oldest: int) -> Words:
    """Drop rows that are older or gone; where each of them is then (-1: nowhere)."""
    moved = np.empty(chain.used + 1, np.int64)
    moved[-1] = -1
    chain.used, chain.gone = k.close_up(chain.words, chain.used, oldest, chain.last, moved), 0
    return moved


def met(state: Together, mmsi: NDArray[np.int64], *, whole: bool) -> Iterator[Met]:
    """The contacts, from where something changed on, of those that may have been together for long enough.

    Unless the whole is wanted, of a part of them, another one each time. `mmsi` names the vessels by place.
    """
    _touch(state)
    found, rules, block = state.meetings, state.rules, state.block_min
    long = found[:, k.M_LAST] - found[:, k.M_BEGIN] >= int(rules.least_min) // block
    ready = long & (found[:, k.M_DUE] != k.NOTHING)
    if not whole:
        state.part = (state.part + 1) % PARTS
        ready &= found[:, k.M_PAIR] % PARTS == state.part
    due = found[ready]
    until = (due[:, k.M_LAST] + 1) * block
    begins, words = _contacts(state, due, mmsi)
    found[ready, k.M_DUE] = k.NOTHING
    one, other = mmsi[due[:, k.M_PAIR] >> 32], mmsi[due[:, k.M_PAIR] & 0xFFFFFFFF]
    pairs = zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True)
    spans = zip(
        (due[:, k.M_DUE] * block).tolist(), until.tolist(), begins[:-1].tolist(), begins[1:].tolist(), strict=True
    )
    for pair, (begin, end, first, last) in zip(pairs, spans, strict=True):
        yield Met(pair, begin, end, words[first:last])


def _touch(state: Together) -> None:
    """Join the blocks in which boxes touch that are new or larger to the stretches known."""
    added = _touching(state)
    if len(added):
        known = np.isin(state.meetings[:, k.M_PAIR], added[:, k.M_PAIR])
        stretches = np.concatenate([state.meetings[known], added])
        stretches = stretches[np.lexsort((stretches[:, k.M_BEGIN], stretches[:, k.M_PAIR]))]
        count = k.merged(stretches, int(state.rules.hole_min) // state.block_min + 1)
        state.meetings = np.concatenate([state.meetings[~known], stretches[:count]])
    k.fall_due(state.meetings, state.since)
    state.since[:] = k.NOTHING


def _touching(state: Together) -> Words:
    words = state.boxes.words[: state.boxes.used]
    fresh, block = words[:, k.X_FRESH] == 1, words[:, k.X_BLOCK].copy()
    if not fresh.any():
        return np.empty((0, k.MEETING), np.int64)
    first = max(0, int(block[fresh].min()))
    busy = np.zeros(int(block.max()) + 2 - first, np.bool_)
    busy[block[fresh & (block >= first)] - first] = True
    chosen = np.flatnonzero(busy[np.maximum(block - first, -1)])
    order = chosen[np.argsort(block[chosen] * 1000.0 + state.boxes.floats[chosen, k.F_SOUTH])]
    room = 2 * len(order) + 16
    while True:
        out = np.empty((room, k.MEETING), np.int64)
        count = k.touching(order, words, state.boxes.floats, state.rules.reach_m, out)
        if count <= room:
            break
        room = count
    words[fresh, k.X_FRESH] = 0
    return out[:count]


def _contacts(state: Together, due: Words, mmsi: Words) -> tuple[Words, Words]:
    rules, boxes, legs = state.rules, state.boxes, state.legs
    begins, minutes = np.zeros(len(due) + 1, np.int64), (due[:, k.M_LAST] + 1 - due[:, k.M_DUE]) * state.block_min
    words = np.empty((int(minutes.sum()), k.CONTACT), np.int64)
    count = k.contacts(
        due, boxes.last, boxes.words, legs.words, legs.floats, mmsi, state.block_min, rules.reach_m, rules.slow_kn,
        rules.relative_kn, begins, words, words.view(np.float64),
    )  # fmt: skip
    return begins, words[:count].copy()


def columns(words: Words) -> Contacts:
    """Contacts, column by column."""
    floats = words.view(np.float64)
    return Contacts(
        tick=words[:, k.C_TICK],
        apart_m=floats[:, k.F_APART],
        lat_deg=floats[:, k.F_AT_LAT],
        lon_deg=floats[:, k.F_AT_LON],
        slow_kn=floats[:, k.F_SLOW],
        fast_kn=floats[:, k.F_FAST],
        line=words[:, k.C_LINE],
        other_line=words[:, k.C_OTHER_LINE],
    )


def forget(state: Together, vessel: NDArray[np.int64], since_us: NDArray[np.int64]) -> None:
    """Drop the legs of some vessels (by place) from a time on; boxes may stay too large, which loses nothing."""
    if not len(vessel):
        return
    for chain in (state.legs, state.boxes):
        chain.last = _longer(chain.last, int(vessel.max()) + 1, -1)
    state.since = _longer(state.since, int(vessel.max()) + 1, k.NOTHING)
    block = since_us // k.MINUTE // state.block_min
    state.legs.gone += k.cut_back(state.legs.words, vessel, since_us, state.legs.last)
    state.boxes.gone += k.cut_back(state.boxes.words, vessel, block + 1, state.boxes.last)
    k.point_again(state.boxes.words, vessel, state.boxes.last, state.legs.words, state.legs.last)
    state.since[vessel] = np.minimum(state.since[vessel], block)
