"""Pairs that come close are those of a screen of all pairs, and a CPA is where two ships on great circles come nearest."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.geo.cpa import approaches, motions, places
from hanbada.geo.sphere import KNOT_MS, NMI_M, destination, distance_m
from hanbada.tracks import closing_kernel as k
from hanbada.tracks.closing import Soon, closing_pairs, motion_at
from hanbada.tracks.rows import rows
from hanbada.tracks.segments import Segments, feed
from hanbada.tracks.ticks import ticks
from ships import Scene

MIDDLES = [(0, 0), (55, 10), (-17, 180), (71, -180), (85, 0), (-88.5, 90)]
SOON = Soon(12 * NMI_M, 0.5 * NMI_M, 1800.0, 2.0)


def fleet(seed, middle, count=60, reach_m=30_000.0):
    """Ships around a place with any course and speed."""
    rng = np.random.default_rng(seed)
    around = zip(rng.uniform(0, 360, count), rng.uniform(0, reach_m, count), strict=True)
    lat, lon = np.array([destination(*middle, course, way) for course, way in around]).T
    return lat, lon, rng.uniform(0, 25, count), rng.uniform(0, 360, count), rng


def pairwise(lat, lon, motion, first, second):
    at = places(lat, lon)
    return approaches(at[:, first], motion[:, first], at[:, second], motion[:, second])


def screened(tick, lat, lon, motion, who, soon):
    """Every pair there is, through the plain formula."""
    first, second = np.array(list(itertools.combinations(np.argsort(who, kind="stable"), 2))).T
    with np.errstate(invalid="ignore"):
        met = pairwise(lat, lon, motion, first, second)
        meet = (met.range_m <= soon.reach_m) & (np.abs(met.cpa_m) <= soon.pass_m) & (met.tcpa_s > 0)
        meet &= (met.tcpa_s < soon.soon_s) & (met.relative_kn >= soon.least_kn)
    meet &= (tick[first] == tick[second]) & (who[first] != who[second])
    return sorted(zip(first[meet].tolist(), second[meet].tolist(), strict=True))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(MIDDLES))
def test_the_pairs_found_are_those_of_a_screen_of_all_pairs(seed, middle):
    lat, lon, sog, cog, rng = fleet(seed, middle)
    motion, tick, who = motions(lat, lon, sog, cog), rng.integers(0, 2, len(lat)), rng.integers(0, 50, len(lat))
    found = closing_pairs(tick, lat, lon, motion, who, SOON)
    assert sorted(zip(*(side.tolist() for side in found), strict=True)) == screened(tick, lat, lon, motion, who, SOON)


def test_the_screen_finds_some():
    lat, lon, sog, cog, rng = fleet(1, (35, 129), 200)
    motion, tick, who = motions(lat, lon, sog, cog), np.zeros(200, np.int64), rng.permutation(200)
    assert len(screened(tick, lat, lon, motion, who, SOON)) > 100


def test_nobody_comes_close_to_nobody():
    nothing = np.zeros(0)
    first, second = closing_pairs(nothing.astype(np.int64), nothing, nothing, np.zeros((3, 0)), nothing, SOON)
    assert len(first) == len(second) == 0


def test_compiled_and_plain_search_agree():
    lat, lon, sog, cog, _ = fleet(5, (-17, 180))
    motion, who, begins = motions(lat, lon, sog, cog), np.arange(len(lat)), np.array([0, len(lat)])
    arguments = (begins, lat, lon, motion, who, *SOON[:3], SOON.least_kn * KNOT_MS)
    compiled, plain = ([np.zeros(999, np.int64), np.zeros(999, np.int64)] for _ in range(2))
    assert k.closing(*arguments, *compiled) == k.closing.py_func(*arguments, *plain)
    np.testing.assert_array_equal(compiled, plain)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(MIDDLES[:5]))
def test_a_cpa_is_where_ships_on_great_circles_come_nearest(seed, middle):
    """Sailed second by second; the plane is off by what the Earth is round within 12 nmi."""
    lat, lon, sog, cog, _ = fleet(seed, middle, 2, 11_000.0)
    met = pairwise(lat, lon, motions(lat, lon, sog, cog), np.array([0]), np.array([1]))
    if not 0 < met.tcpa_s[0] < 1800 or met.relative_kn[0] < 2:
        return

    def apart(after_s):
        return distance_m(*(x for i in (0, 1) for x in destination(lat[i], lon[i], cog[i], sog[i] * KNOT_MS * after_s)))

    nearest = min(apart(float(s)) for s in np.arange(met.tcpa_s[0] - 120, met.tcpa_s[0] + 120, 1.0))
    assert abs(met.cpa_m[0]) == pytest.approx(nearest, abs=30.0)
    assert apart(float(met.tcpa_s[0])) == pytest.approx(nearest, abs=30.0)


def test_head_on_crossing_and_overtaking_are_seen_where_sailors_see_them():
    lat, lon = np.array([10.0, 10.1, 10.0, 9.9]), np.array([179.95, 179.95, -179.95, 179.95])
    motion = motions(lat, lon, np.array([10.0, 10.0, 10.0, 15.0]), np.array([0.0, 180.0, 270.0, 0.0]))
    met = pairwise(lat, lon, motion, np.array([0, 0, 0]), np.array([1, 2, 3]))
    np.testing.assert_allclose(met.first_deg, [0, 90, 180], atol=0.02)
    np.testing.assert_allclose(met.second_deg, [0, 0, 0], atol=0.02)
    np.testing.assert_allclose(met.first_across[[0, 2]], [0, 0], atol=1e-3)


def test_motion_is_what_the_nearer_report_says_or_else_what_was_made_good():
    scene = Scene()
    scene.sail(440_123_456, 30.0, 179.99, 90.0, 12.0, 0, 600, 60.0, says=11.0)
    heard = rows(scene.table())
    trail = feed(Segments(), heard)
    found = ticks(heard, trail, np.ones(len(heard.at), np.bool_))
    said = motions(found.lat_deg, found.lon_deg, np.full(len(found.tick), 11.0), np.full(len(found.tick), 90.0))
    np.testing.assert_allclose(motion_at(heard, trail, found), said, atol=1e-6)
    silent = heard._replace(cog_deg=np.full(len(heard.at), np.nan))
    trail = feed(Segments(), silent)
    assert np.linalg.norm(motion_at(silent, trail, found), axis=0) == pytest.approx(12.0 * KNOT_MS, rel=1e-4)
