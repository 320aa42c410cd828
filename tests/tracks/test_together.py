"""From coarse to fine: the contacts of long enough meetings are those that comparing everybody at every tick finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rowsets import coast_rows

from hanbada.tracks import segments, together
from hanbada.tracks.rows import Rows, ordered, rows, take
from hanbada.tracks.segments import Segments
from hanbada.tracks.ticks import near_pairs, ticks
from hanbada.tracks.together import Rules, Together
from ships import Scene

RULES = Rules(500.0, 20.0, 3.0, 1.0, 30.0, 20.0, 1_000_000)
FIRST = 440_000_000


def plain(found: Rows, rules: Rules) -> dict[tuple[int, int], dict[int, float]]:
    """Metres apart by pair and minute, from comparing everybody at every tick, of runs that last long enough."""
    trail = segments.feed(Segments(), found)
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = trail.leg_m / trail.silence_s / (1852 / 3600)
    ship = (found.mmsi >= 200_000_000) & (found.mmsi < 800_000_000)
    points = ticks(found, trail, ship & (speed <= rules.most_kn))
    who, knots = found.mmsi[points.row], speed[points.row]
    one, other, apart = near_pairs(points.tick, points.lat_deg, points.lon_deg, who, rules.reach_m)
    contacts: dict[tuple[int, int], dict[int, float]] = {}
    for a, b, metres in zip(one.tolist(), other.tolist(), apart.tolist(), strict=True):
        if max(knots[a], knots[b]) <= rules.slow_kn or abs(knots[a] - knots[b]) <= rules.relative_kn:
            known = contacts.setdefault((int(who[a]), int(who[b])), {})
            known[int(points.tick[a])] = min(metres, known.get(int(points.tick[a]), np.inf))
    return {pair: run for pair, met in contacts.items() if (run := lasting(met, rules))}


def lasting(met: dict[int, float], rules: Rules) -> dict[int, float]:
    """The contacts of a pair that belong to runs that last."""
    tick = np.array(sorted(met))
    runs = np.split(tick, np.flatnonzero(np.diff(tick) > rules.hole_min) + 1)
    return {int(t): met[int(t)] for run in runs if run[-1] - run[0] >= rules.least_min for t in run}


def folded(parts: list[Rows], rules: Rules, *, whole_at_end: bool = False) -> dict[tuple[int, int], dict[int, float]]:
    """The same from the fold, part by part."""
    state, of = Together(rules), Segments()
    known: dict[tuple[int, int], dict[int, float]] = {}
    for number, part in enumerate(parts):
        trail = segments.feed(of, part)
        together.feed(state, part, trail, *together.slow_legs(state, part, trail))
        for met in together.met(state, of.mmsi, whole=not whole_at_end or number == len(parts) - 1):
            kept = {t: m for t, m in known.get(met.pair, {}).items() if not met.begin <= t < met.end}
            columns = together.columns(met.words)
            known[met.pair] = kept | dict(zip(columns.tick.tolist(), columns.apart_m.tolist(), strict=True))
    return {pair: run for pair, met in known.items() if met and (run := lasting(met, rules))}


def assert_same(got, wanted):
    assert got.keys() == wanted.keys()
    for pair, run in wanted.items():
        assert sorted(got[pair]) == sorted(run)
        np.testing.assert_allclose([got[pair][t] for t in sorted(run)], [run[t] for t in sorted(run)], atol=1e-6)


def wandering(seed: int, middle: tuple[float, float], vessels: int = 14, hours: int = 5) -> Rows:
    """Ships that drift about a place and report as they like, some of them from two places at a time."""
    rng, scene = np.random.default_rng(seed), Scene()
    for vessel in range(vessels):
        lat, lon = middle[0] + rng.normal(0, 0.004), middle[1] + rng.normal(0, 0.004) / np.cos(np.radians(middle[0]))
        every, speed, course = (
            rng.choice([20.0, 70.0, 400.0, 1500.0]),
            rng.choice([0.0, 0.3, 2.0, 9.0]),
            rng.uniform(0, 360),
        )
        begin = rng.uniform(0, 3600)
        for begun in np.arange(begin, hours * 3600, 1800.0):
            until = min(begun + 1800.0, hours * 3600)
            lat, lon = scene.sail(FIRST + vessel, lat, lon, course, speed, begun, until, every)
            course += rng.choice([0.0, 90.0, 180.0])
        if vessel % 5 == 0:
            scene.sail(FIRST + vessel, middle[0] + 0.5, middle[1], 0.0, 0.1, begin, hours * 3600, 90.0)
    return rows(scene.table())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(0, 0), (55, 10), (-17, 180), (71, -180), (87.4, 30), (-89.3, 90)]))
def test_the_contacts_of_long_meetings_are_those_of_plain_comparison(seed, middle):
    found = wandering(seed, middle)
    assert_same(folded([found], RULES), plain(found, RULES))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.booleans())
def test_cutting_rows_and_looking_in_turn_change_nothing(seed, parts, whole_at_end):
    found = wandering(seed, (-17, 180))
    cuts = np.array_split(np.arange(len(found.at)), parts)
    assert_same(folded([take(found, cut) for cut in cuts], RULES, whole_at_end=whole_at_end), plain(found, RULES))


def test_ships_that_stay_for_less_than_they_must_are_not_looked_at():
    scene = Scene()
    scene.sail(FIRST, 10.0, 20.0, 0.0, 0.1, 0, 7200, 60.0)
    scene.sail(FIRST + 1, 10.001, 20.0, 0.0, 0.1, 0, 1200, 60.0)
    scene.sail(FIRST + 1, 11.0, 20.0, 0.0, 0.1, 4200, 9000, 60.0)
    assert folded([rows(scene.table())], RULES) == {}


def test_what_is_dropped_and_comes_again_is_found_again_and_what_does_not_is_gone():
    found = wandering(7, (55, 10))
    whole, of, state = plain(found, RULES), Segments(), Together(RULES)
    trail = segments.feed(of, found)
    together.feed(state, found, trail, *together.slow_legs(state, found, trail))
    assert len(list(together.met(state, of.mmsi, whole=True))) > 3
    one = max(whole, key=lambda pair: len(whole[pair]))[0]
    place = int(segments.vessel_places(of, np.array([one]))[0])
    since = int(np.median(found.at))
    together.forget(state, np.array([place]), np.array([since]))
    again = {met.pair: together.columns(met.words).tick for met in together.met(state, of.mmsi, whole=True)}
    assert all(one in pair for pair in again)
    assert all(tick.max(initial=0) * 60_000_000 <= since for tick in again.values())
    later = (found.mmsi == one) & (found.at >= since)
    chosen, speed = together.slow_legs(state, found, trail)
    together.feed(state, found, trail, chosen[later[chosen]], speed)
    anew = {met.pair: together.columns(met.words).tick.tolist() for met in together.met(state, of.mmsi, whole=True)}
    for pair, run in whole.items():
        if one in pair:
            ends = [t for t in run if t * 60_000_000 > since]
            assert set(ends) <= set(anew[pair])


def test_with_room_for_few_legs_the_latest_are_kept():
    scene = Scene()
    for vessel in range(6):
        scene.sail(FIRST + vessel, 10.0 + vessel * 1e-4, 20.0, 0.0, 0.1, 0, 20 * 3600, 60.0)
    found = rows(scene.table())
    parts = [take(found, cut) for cut in np.array_split(np.arange(len(found.at)), 40)]
    state, of, met = Together(RULES._replace(keep=900)), Segments(), []
    for part in parts:
        trail = segments.feed(of, part)
        together.feed(state, part, trail, *together.slow_legs(state, part, trail))
        met = list(together.met(state, of.mmsi, whole=True))
    assert state.legs.used <= 1000
    assert len(met) == 15
    assert all(together.columns(one.words).tick[-1] >= found.at[-1] // 60_000_000 - 1 for one in met)


@pytest.mark.pack
def test_on_a_real_day_every_contact_is_found():
    found = ordered(coast_rows())
    found = take(found, np.lexsort((found.line_id, found.at)))
    rules = RULES._replace(most_kn=1e3, slow_kn=1e3, least_min=120.0)
    wanted = plain(found, rules)
    assert len(wanted) > 15
    assert_same(folded([found], rules), wanted)
