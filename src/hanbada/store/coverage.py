"""What was heard in each ten minutes: how many reports, and by a sample of their senders, how many vessels.

Vessels cannot be added up over time, but samples can be joined: of each slot the 512 smallest values of `mixed` MMSI
are kept. Up to that many vessels the count is exact; beyond, it is estimated from how far the 512 reach, to about
4 % (Bar-Yossef et al., Counting distinct elements in a data stream, 2002).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sqlalchemy import insert, select, update

from hanbada.model.times import MINUTE_US
from hanbada.store.database import in_pieces
from hanbada.store.layout import mixed
from hanbada.store.schema import slot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from sqlalchemy import Connection

SLOT_US = 10 * MINUTE_US
SAMPLE = 512


class Count(NamedTuple):
    """What was heard from `start_at` to the next step: `vessels` is exact up to SAMPLE, an estimate above."""

    start_at: int
    receptions: int
    vessels: int


class _Slot(NamedTuple):
    receptions: int
    sample: NDArray[np.uint32]


def add(connection: Connection, at_us: NDArray[np.int64], mmsi: NDArray[np.uint32]) -> None:
    """Count reports, once each."""
    heard = _slots(at_us, mmsi)
    kept = {}
    for piece in in_pieces(sorted(heard)):
        for row in connection.execute(select(slot).where(slot.c.start_at.in_(piece))):
            kept[row.start_at] = _Slot(row.receptions, np.frombuffer(row.sample, "<u4"))
    for start, one in heard.items():
        before = kept.get(start)
        whole = _joined([before, one]) if before else one
        values = {"receptions": whole.receptions, "sample": whole.sample.astype("<u4").tobytes()}
        if before:
            connection.execute(update(slot).where(slot.c.start_at == start).values(**values))
        else:
            connection.execute(insert(slot).values(start_at=start, **values))


def _slots(at_us: NDArray[np.int64], mmsi: NDArray[np.uint32]) -> dict[int, _Slot]:
    start, value = at_us - at_us % SLOT_US, mixed(mmsi)
    order = np.lexsort((value, start))
    start, value = start[order], value[order]
    first = np.flatnonzero(np.r_[True, start[1:] != start[:-1]][: len(start)])
    ends = np.r_[first[1:], len(start)]
    return {int(start[a]): _Slot(int(b - a), np.unique(value[a:b])[:SAMPLE]) for a, b in zip(first, ends, strict=True)}


def _joined(slots: list[_Slot]) -> _Slot:
    sample = np.unique(np.concatenate([one.sample for one in slots]))[:SAMPLE]
    return _Slot(sum(one.receptions for one in slots), sample)


def counts(connection: Connection, start_us: int, end_us: int, steps: int) -> list[Count]:
    """What was heard in equal steps of a span; a slot that lies in several steps is shared out among them by time."""
    edges = [start_us + (end_us - start_us) * i // steps for i in range(steps + 1)]
    near = select(slot).where(slot.c.start_at > start_us - SLOT_US, slot.c.start_at < end_us).order_by(slot.c.start_at)
    slots = [
        (row.start_at, _Slot(row.receptions, np.frombuffer(row.sample, "<u4"))) for row in connection.execute(near)
    ]
    starts = [start for start, _ in slots]
    return [
        _count(begin, end, slots[bisect_right(starts, begin - SLOT_US) : bisect_left(starts, end)])
        for begin, end in pairwise(edges)
    ]


def _count(begin: int, end: int, slots: Iterable[tuple[int, _Slot]]) -> Count:
    """One step, of the slots that reach into it."""
    receptions, samples = 0.0, []
    for start, one in slots:
        receptions += one.receptions * (min(end, start + SLOT_US) - max(begin, start)) / SLOT_US
        samples.append(one)
    if not samples:
        return Count(begin, 0, 0)
    return Count(begin, max(1, round(receptions)), _distinct(_joined(samples).sample))


def _distinct(sample: NDArray[np.uint32]) -> int:
    if len(sample) < SAMPLE:
        return len(sample)
    return round((SAMPLE - 1) * 2**32 / (int(sample[-1]) + 1))
