"""When who may transmit: the slots of the AIS link (ITU-R M.1371-5, Annex 2), as a pure function of time.

A minute (frame) has 2,250 slots. A station transmits at nominal slots a reporting interval apart and picks one within a
tenth of the interval around each; it keeps what it picked for a few minutes, then picks anew. All intervals divide the
longest, so a ship that changes her interval stays on her own beat.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanbada.exercise.chance import Ints, below

FRAME = 2250
"""Slots a minute."""
HELD = 8
"""Frames a slot is kept: the time-out counts down from seven."""
BEAT = 6750
"""Slots of the longest interval of position reports, three minutes."""
EARLY = 1400
"""Slots by which a transmission may precede or follow its nominal slot: a tenth of six minutes, rounded up."""
# Purposes, which keep the dice of different messages apart.
POSITION, LONG_RANGE, STATIC, AID, BASE, NOTICE, BURST = range(1, 8)


class Due(NamedTuple):
    """Transmissions: who, in which slot since 1970, and how many frames the slot is kept after this one."""

    who: Ints
    slot: Ints
    timeout: Ints


def slot_us(slot: Ints) -> Ints:
    """When a slot begins: a slot is 26 2/3 ms."""
    return slot * 80_000 // 3


def first_slot(at_us: int) -> int:
    """The first slot that begins at or after a time."""
    return -(-at_us * 3 // 80_000)


def due(seed: int, purpose: int, who: Ints, interval: int, begin: int, end: int, late: int = 0) -> Due:
    """Transmissions of some stations in slots [begin, end), `interval` slots apart, `late` slots after their beat."""
    lowest = begin - EARLY - late
    phase = (below(BEAT, seed, purpose, who) if interval <= BEAT else below(interval, seed, purpose, who)) % interval
    first = -(-(lowest - phase) // interval)
    count = (end + EARLY - late - phase - 1) // interval - first + 1
    index = np.repeat(np.arange(len(who)), np.maximum(count, 0))
    nth = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, np.maximum(count, 0))
    beat = phase[index] + (first[index] + nth) * interval + late
    station = who[index]
    frame = beat // FRAME + station % HELD
    spread = min(interval // 10, EARLY)
    slot = beat + below(2 * spread + 1, seed, purpose, station, beat % FRAME, frame // HELD) - spread
    inside = (slot >= begin) & (slot < end)
    return Due(station[inside], slot[inside], (HELD - 1 - frame % HELD)[inside])
