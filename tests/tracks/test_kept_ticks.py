"""Kept points come back whole at the ticks that changed, and no others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanbada.model.times import MINUTE_US
from hanbada.tracks.kept_ticks import KeptTicks, drop, due, put


class Dots(NamedTuple):
    tick: np.ndarray
    mmsi: np.ndarray
    value: np.ndarray


def dots(*triples):
    return Dots(*np.array(triples, np.int64).reshape(-1, 3).T)


def rows(points):
    return [] if points is None else sorted(zip(*(column.tolist() for column in points), strict=True))


def test_all_points_at_a_tick_that_gained_some_come_back():
    state = KeptTicks(100)
    put(state, dots((1, 10, 0), (2, 10, 1)))
    assert rows(due(state)) == [(1, 10, 0), (2, 10, 1)]
    assert due(state) is None
    put(state, dots((2, 20, 2)))
    assert rows(due(state)) == [(2, 10, 1), (2, 20, 2)]


def test_dropped_points_are_gone_and_their_ticks_looked_at_again():
    state = KeptTicks(100)
    put(state, dots((1, 10, 0), (2, 10, 1), (2, 20, 2), (3, 20, 3)))
    due(state)
    drop(state, {10: 2 * MINUTE_US})
    assert state.waiting == {2}
    assert rows(due(state)) == [(2, 20, 2)]
    drop(state, {10: MINUTE_US - 1, 30: 0})
    assert state.waiting == {1}
    assert due(state) is None


def test_a_time_just_after_a_tick_keeps_it():
    state = KeptTicks(100)
    put(state, dots((2, 10, 1), (3, 10, 2)))
    drop(state, {10: 2 * MINUTE_US + 1})
    assert rows(due(state)) == [(2, 10, 1)]


def test_the_oldest_leave_when_there_are_too_many():
    state = KeptTicks(10)
    for tick in range(40):
        put(state, dots((tick, 10, tick)))
    kept = rows(due(state))
    assert 10 <= len(kept) <= 32
    assert kept[-1] == (39, 10, 39)
    assert len(state.parts) < 8


def test_nothing_put_is_nothing_to_look_at():
    state = KeptTicks(10)
    put(state, dots())
    drop(state, {10: 0})
    assert due(state) is None
