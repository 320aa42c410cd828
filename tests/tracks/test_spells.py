"""A spell is a stretch in which a track meets a condition, however its reports are cut, delayed or taken again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rowsets import coast_rows

from hanbada.tracks import spells
from hanbada.tracks import spells_kernel as k
from hanbada.tracks.rows import rows, take
from hanbada.tracks.segments import Segments, feed, restore
from hanbada.tracks.spells import Spells
from ships import SECOND, START, Scene

SHIP, OTHER = 440_123_456, 441_000_002
HOUR_S = 3600
EVERY_S, HOLE_S, BREAK_S, TAIL_S = 300.0, 2 * 3600.0, 900.0, 3600.0


def slow_scene():
    """A ship that slows down, drifts with a short burst of speed and a silence, and goes on; another that crawls."""
    scene = Scene()
    lat, lon = scene.sail(SHIP, 34.0, 129.0, 90.0, 14.0, 0, HOUR_S, 60.0)
    lat, lon = scene.sail(SHIP, lat, lon, 90.0, 1.0, HOUR_S, 3 * HOUR_S, 60.0)
    lat, lon = scene.sail(SHIP, lat, lon, 90.0, 5.0, 3 * HOUR_S, 3 * HOUR_S + 600, 60.0)
    lat, lon = scene.sail(SHIP, lat, lon, 90.0, 1.0, 3 * HOUR_S + 600, 4 * HOUR_S, 60.0)
    lat, lon = scene.sail(SHIP, lat, lon, 90.0, 1.0, 5 * HOUR_S, 6 * HOUR_S, 60.0)
    scene.sail(SHIP, lat, lon, 90.0, 14.0, 6 * HOUR_S, 9 * HOUR_S, 60.0)
    for i in range(30):
        scene.sail(OTHER, 35.0, 129.0 + i / 100, 0.0, 1.0 + 5.0 * (i % 3 == 0), 900 * i, 900 * i + 890, 30.0)
    return scene.table()


TABLE = slow_scene()


def taken(state, segments, part):
    trail = feed(segments, part)
    index = spells.sampled(part, trail, EVERY_S)
    speed = spells.speeds_kn(part, trail, index)
    holds = np.where(speed < 2.0, k.HOLDS, np.where(speed >= 2.0, k.BROKEN, k.UNKNOWN)).astype(np.int8)
    return spells.feed(state, part, trail, index, holds, speed)


def fresh():
    return Spells(HOLE_S, BREAK_S, TAIL_S)


def whole(found):
    state, segments = fresh(), Segments()
    taken(state, segments, found)
    return state


def told(state):
    return {key: repr((s, spells.goes_on(state, key))) for key, s in state.found.items()}


def test_a_spell_outlives_a_short_break_and_a_silence_and_keeps_what_follows():
    state = whole(rows(TABLE))
    (one,) = (spell for spell in state.found.values() if spell.mmsi == SHIP)
    assert one.lasted_s / HOUR_S == pytest.approx(5.0, abs=0.1)
    assert (one.began_at - START) / SECOND == HOUR_S
    assert (one.fast_kn, one.fast_cog_deg) == (14.0, 90.0)
    assert sum(not sample.holds for sample in one.within) == 2
    assert {sample.speed_kn for sample in one.after} == {14.0}
    assert one.after[-1].at - one.held_at <= TAIL_S * SECOND
    steps = [sample.at // round(EVERY_S * SECOND) for sample in one.samples]
    assert len(set(steps)) == len(steps)


def test_a_spell_is_over_after_a_longer_break_or_silence_only():
    found = rows(TABLE)
    for hole_s, break_s, count in ((HOLE_S, BREAK_S, 1), (HOLE_S, 0.0, 2), (1800.0, BREAK_S, 2), (600.0, 60.0, 3)):
        state, segments = Spells(hole_s, break_s), Segments()
        taken(state, segments, found)
        assert sum(key[0] >> 32 == SHIP for key in state.found) == count


def test_a_spell_goes_on_until_it_is_broken_or_nobody_is_heard():
    found = rows(TABLE)
    state = whole(take(found, found.at < START + 5 * HOUR_S * SECOND + 60 * SECOND))
    (key,) = (key for key in state.found if key[0] >> 32 == SHIP)
    held = state.found[key].held_at
    assert spells.settle(state, held + round(HOLE_S) * SECOND) & {key} == set()
    assert spells.goes_on(state, key)
    assert key in spells.settle(state, held + round(HOLE_S) * SECOND + 1)
    assert not spells.goes_on(state, key)
    assert not spells.goes_on(whole(found), key)


def test_only_lasting_spells_are_told_and_each_when_it_changed():
    found, state, segments = rows(TABLE), Spells(HOLE_S, BREAK_S, TAIL_S, 2 * HOUR_S), Segments()
    said = [taken(state, segments, take(found, slice(i, i + 50))) for i in range(0, len(found.at), 50)]
    (key,) = set().union(*said)
    first = next(i for i, keys in enumerate(said) if keys)
    assert (int(found.at[50 * first + 49]) - key[1]) / SECOND >= 2 * HOUR_S
    assert len(state.found) > 1
    assert spells.forget(state, {SHIP: key[1] + 60 * SECOND}) == {key}
    assert spells.forget(state, {SHIP: 0}) == set()
    assert all(one.mmsi == OTHER for one in state.found.values())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(TABLE)), max_size=10))
def test_any_cut_gives_the_same_spells(cuts):
    found, segments, state = rows(TABLE), Segments(), fresh()
    for a, b in pairwise([0, *sorted(cuts), len(TABLE)]):
        taken(state, segments, take(found, slice(a, b)))
    assert told(state) == told(whole(found))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_cut_back_to_a_moment_and_fed_again_comes_to_the_same(first, second):
    """The tracks are as they were at that moment; later reports come again, for one vessel only."""
    found = rows(TABLE)
    begin = int(first * (len(found.at) - 1))
    early, rest = take(found, slice(begin)), take(found, slice(begin, None))
    end = int(second * len(rest.at))
    state, segments, base = fresh(), Segments(), Segments()
    taken(state, segments, early)
    feed(base, early)
    taken(state, segments, take(rest, slice(end)))
    mine = np.array([SHIP])
    spells.forget(state, {SHIP: int(early.at[early.mmsi == SHIP].max(initial=0)) + 1})
    restore(segments, base, mine)
    taken(state, segments, take(rest, np.flatnonzero((rest.mmsi == SHIP) | (np.arange(len(rest.at)) >= end))))
    expected = told(whole(found))
    assert {key: one for key, one in told(state).items() if key[0] >> 32 == SHIP} == {
        key: one for key, one in expected.items() if key[0] >> 32 == SHIP
    }


def test_what_was_over_long_before_the_latest_spell_of_its_vessel_is_let_go_but_for_what_is_needed():
    state = whole(rows(TABLE))
    state.keep_s = 2 * HOUR_S
    before = dict(state.found)
    old = {key for key in before if spells.is_old(state, key)}
    assert old
    needed = max(old)
    assert spells.let_go(state, lambda key: key == needed) == old - {needed}
    assert state.found.keys() == before.keys() - old | {needed}
    assert spells.let_go(state, lambda _: False) == {needed}
    assert {key[0] >> 32 for key in state.found} == set(state.of_vessel)
    assert state.told <= state.found.keys()


def plain(at, silence, holds):
    """Beginnings and ends of the spells of one track."""
    runs, begin, held = [], None, 0
    for i in range(len(at)):
        if holds[i]:
            if begin is None or silence[i] > HOLE_S:
                runs.append([at[i], at[i]])
                begin = at[i]
            held = runs[-1][1] = at[i]
        elif begin is not None and (at[i] - held > BREAK_S * SECOND or silence[i] > HOLE_S):
            begin = None
    return [tuple(run) for run in runs]


@pytest.mark.pack
def test_real_spells_are_those_of_the_plain_rules():
    coast = coast_rows()
    found = take(coast, coast.mmsi < np.quantile(coast.mmsi, 0.1))
    segments = Segments()
    trail = feed(segments, found)
    index = spells.sampled(found, trail, EVERY_S)
    speed = spells.speeds_kn(found, trail, index)
    expected = {}
    for track in np.unique(trail.track_id[index]).tolist():
        own = (trail.track_id[index] == track) & ~np.isnan(speed)
        i = index[own]
        expected[track] = plain(found.at[i].tolist(), trail.silence_s[i].tolist(), (speed[own] < 2.0).tolist())
    got = {track: [] for track in expected}
    for key, spell in whole(found).found.items():
        got[key[0]].append((spell.began_at, spell.held_at))
    assert sum(map(len, expected.values())) > 100
    assert got == expected


def test_the_compiled_loop_does_what_its_python_says():
    found, words = rows(TABLE), [np.zeros((1024, k.SPELL), np.int64) for _ in range(2)]
    trail = feed(Segments(), found)
    index = spells.sampled(found, trail, EVERY_S)
    holds = np.random.default_rng(3).integers(-1, 2, len(index)).astype(np.int8)
    out = []
    for function, own in zip((k.feed, k.feed.py_func), words, strict=True):
        rows_out, began = np.zeros(len(index), np.int64), np.zeros(len(index), np.int64)
        count = function(
            index, holds, found.at, trail.place, trail.track_id, trail.silence_s, HOLE_S, round(BREAK_S * SECOND),
            round(TAIL_S * SECOND), own, rows_out, began,
        )  # fmt: skip
        out.append((count, rows_out.tolist(), began.tolist()))
    assert out[0] == out[1]
    np.testing.assert_array_equal(*words)
