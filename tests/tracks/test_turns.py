"""Stretches of two numbers: when they take turns, and when they do not."""

import numpy as np

from hanbada.tracks.turns import End, Pauses, joined, stretches, turns

MINUTE = 60_000_000


def end(minute, lat=50.0):
    return End(minute * MINUTE, lat, 0.0, minute)


def pauses_of(*spans, mmsi=1, lat=50.0):
    off, on = (np.array([span[i] * MINUTE for span in spans], np.int64) for i in (0, 1))
    place, zero = np.full(len(spans), lat), np.zeros(len(spans))
    return Pauses(np.full(len(spans), mmsi), off, place, zero, off, on, place, zero, on)


def both(*found):
    return joined(list(found))


def test_a_number_is_cut_into_stretches_at_its_own_pauses_only():
    found = both(pauses_of((30, 90), (120, 200)), pauses_of((40, 60), mmsi=2))
    cut = stretches(1, end(0), end(250), found)
    assert [(part.begin.at // MINUTE, part.end.at // MINUTE) for part in cut] == [(0, 30), (90, 120), (200, 250)]


def test_two_numbers_that_take_turns_are_told():
    found = both(pauses_of((30, 92), (120, 182)), pauses_of((90, 122), mmsi=2))
    parts = [*stretches(1, end(0), end(240), found), *stretches(2, end(32), end(180), found)]
    assert [(one.mmsi, other.mmsi) for one, other in turns(parts, 1800, 500)] == [(1, 2), (2, 1), (1, 2), (2, 1)]


def test_numbers_heard_at_the_same_time_do_not_take_turns():
    found = both(pauses_of((30, 92)), pauses_of((100, 122), mmsi=2))
    parts = [*stretches(1, end(0), end(240), found), *stretches(2, end(20), end(180), found)]
    assert len(turns(parts, 1800, 500)) <= 1


def test_a_turn_elsewhere_is_none():
    parts = [
        *stretches(1, end(0), end(30), pauses_of()),
        *stretches(2, end(32, 50.1), end(60, 50.1), pauses_of(mmsi=2)),
    ]
    assert turns(parts, 1800, 500) == []
    assert len(turns(parts, 1800, 20_000)) == 1
