"""Tracks at even ticks, and pairs near each other at a tick, agree with formulas written plainly."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.geo.sphere import between, destination, distance_m
from hanbada.tracks.rows import rows
from hanbada.tracks.segments import Segments, feed
from hanbada.tracks.ticks import near_pairs, ticks
from ships import SECOND, Scene

SHIP = 440_123_456


def ticked(scene):
    found = rows(scene.table())
    trail = feed(Segments(), found)
    return found, trail, ticks(found, trail, np.ones(len(found.at), np.bool_))


def plain_ticks(found, trail):
    """The same by the rules: every minute up to ten minutes apart, every ten up to an hour."""
    for i in range(len(found.at)):
        begin, end = int(trail.prev_at[i]), int(found.at[i])
        if begin < 0 or not 0 < end - begin <= 3600 * SECOND:
            continue
        step = 1 if end - begin <= 600 * SECOND else 10
        for minute in range(begin // (60 * SECOND) + 1, end // (60 * SECOND) + 1):
            if minute % step == 0:
                share = (minute * 60 * SECOND - begin) / (end - begin)
                place = between(trail.prev_lat_deg[i], trail.prev_lon_deg[i], found.lat_deg[i], found.lon_deg[i], share)
                yield minute, i, *place, int(found.line_id[i] if share > 0.5 else trail.prev_line[i])


def test_ticks_are_those_of_the_plain_rules():
    scene = Scene()
    for mmsi, every in ((1, 7.0), (2, 61.0), (3, 599.0), (4, 640.0), (5, 3599.0), (6, 3700.0)):
        scene.sail(SHIP + mmsi, 20.0, 179.9, 80.0, 15.0, mmsi, 7200, every)
    found, trail, got = ticked(scene)
    expected = list(plain_ticks(found, trail))
    assert len(expected) > 200
    assert [(*t[:2], t[4]) for t in zip(*(c.tolist() for c in got), strict=True)] == [(*e[:2], e[4]) for e in expected]
    np.testing.assert_allclose(got.lat_deg, [e[2] for e in expected], atol=1e-12)
    np.testing.assert_allclose(got.lon_deg, [e[3] for e in expected], atol=1e-12)


def test_a_tick_between_179_and_minus_179_degrees_lies_at_180():
    scene = Scene()
    scene.report(SHIP, 0, 10.0, 179.95)
    scene.report(SHIP, 1200, 10.0, -179.95)
    _, _, got = ticked(scene)
    np.testing.assert_allclose(np.abs(got.lon_deg), [180.0, 179.95])


def plain_pairs(tick, lat, lon, who, reach_m):
    for i, j in itertools.combinations(range(len(tick)), 2):
        if tick[i] == tick[j] and who[i] != who[j] and distance_m(lat[i], lon[i], lat[j], lon[j]) <= reach_m:
            yield tuple(sorted((i, j), key=lambda k: who[k]))


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(0, 0), (55, 10), (-17, 180), (71, -180), (85, 0), (-89.99, 90)]),
    st.floats(100, 5000),
)
def test_near_pairs_are_all_pairs_within_reach(seed, middle, reach_m):
    rng = np.random.default_rng(seed)
    count = 40
    places = [
        destination(*middle, c, w) for c, w in zip(rng.uniform(0, 360, count), rng.uniform(0, 9000, count), strict=True)
    ]
    lat, lon = (np.array(values) for values in zip(*places, strict=True))
    tick, who = rng.integers(0, 2, count), rng.integers(0, 25, count)
    first, second, apart = near_pairs(tick, lat, lon, who, reach_m)
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == sorted(
        plain_pairs(tick, lat, lon, who, reach_m)
    )
    exact = [distance_m(lat[i], lon[i], lat[j], lon[j]) for i, j in zip(first, second, strict=True)]
    np.testing.assert_allclose(apart, exact, atol=0.01)


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_is_near_nobody(count):
    nothing = np.zeros(count)
    first, second, apart = near_pairs(nothing.astype(np.int64), nothing, nothing, nothing.astype(np.int64), 500.0)
    assert len(first) == len(second) == len(apart) == 0


def test_a_crowd_larger_than_the_first_room_is_found_whole():
    count = 400
    zero, who = np.zeros(count), np.arange(count)
    first, _, _ = near_pairs(zero.astype(np.int64), zero, zero, who, 500.0)
    assert len(first) == count * (count - 1) // 2
