"""Forecasts: lanes are followed, regions hold what they say, nothing special happens at 180 degrees."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hanbada.geo.rasters import Raster, outlines
from hanbada.geo.sphere import KNOT_MS, destination, distance_m, wrapped
from hanbada.tracks import analogs_kernel, particles_kernel, regions
from hanbada.tracks.analogs import Params, remember, states, until_moment
from hanbada.tracks.forecast import ALONE, MANNER, NORMALS, PLACE, forecast, latest, representatives
from hanbada.tracks.paths import part, paths
from hanbada.tracks.paths_kernel import STEP_US
from hanbada.tracks.rows import ordered, rows
from hanbada.tracks.segments import Segments, feed
from ships import SECOND, START, Scene, moved

BEND_S = 5400.0
"""Where ships of the lane have sailed for an hour and a half they turn north."""


def lane(scene, mmsi, begin_s, *, knots=12.0, aside_m=0.0, until_s=4 * 3600.0):
    """A ship that goes east for an hour and a half, then north."""
    start = destination(35.0, 0.0, 0.0, aside_m)
    bend_s = min(BEND_S * 12.0 / knots, until_s)
    corner = scene.sail(mmsi, *start, 90.0, knots, begin_s, begin_s + bend_s, 60.0)
    if until_s > bend_s:
        scene.sail(mmsi, *corner, 0.0, knots, begin_s + bend_s, begin_s + until_s, 60.0)


def pathed(table):
    found = ordered(rows(table))
    return paths(found, feed(Segments(), found))


@pytest.fixture(scope="module")
def scene():
    found = Scene()
    for ship in range(12):
        lane(found, 440_000_100 + ship, 3600.0 * ship, knots=11.0 + ship % 3, aside_m=150.0 * (ship - 6))
    lane(found, 440_000_001, 60 * 3600.0, until_s=3600.0)
    return found


def forecast_of(table, steps=18, **given):
    whole = pathed(table)
    past = whole.at < START + 50 * 3600 * SECOND
    history = remember(part(whole, past))
    points = latest(whole, int(whole.at.max()))
    points = points[whole.mmsi[points] == 440_000_001]
    return history, forecast(history, whole, points, steps, **given)


def test_a_ship_follows_the_bend_that_ships_before_it_took(scene):
    _, found = forecast_of(scene.table())
    corner = destination(35.0, 0.0, 90.0, 12 * KNOT_MS * BEND_S)
    then = destination(*corner, 0.0, 12 * KNOT_MS * (3600 + 2 * 3600 - BEND_S))
    assert distance_m(*found.median[0, 11], *then) < 2500
    assert found.basis[0, PLACE, 11] > 0.8


def test_without_history_a_ship_forecasts_itself_and_says_so(scene):
    whole = pathed(scene.table())
    nothing = remember(part(whole, np.zeros(len(whole.at), np.bool_)))
    points = latest(whole, int(whole.at.max()))[:1]
    found = forecast(nothing, whole, points, 6)
    assert found.basis[0, ALONE].tolist() == pytest.approx([1.0] * 6)
    assert np.isfinite(found.median).all()


def test_ways_of_the_ship_itself_are_left_out_where_they_must_be(scene):
    whole = pathed(scene.table())
    first = whole.mmsi == 440_000_100
    history = remember(part(whole, first))
    points = history.points[[10]]
    whole = history.paths
    own = forecast(history, whole, points, 6)
    apart = forecast(history, whole, points, 6, apart=True)
    assert own.basis[0, PLACE, 5] > 0.5
    assert apart.basis[0, PLACE, 5] == 0.0
    assert apart.basis[0, MANNER, 5] == 0.0


@pytest.mark.parametrize("east_deg", [180.0, 179.7, -179.9])
def test_nothing_changes_across_180_degrees(scene, east_deg):
    _, here = forecast_of(scene.table())
    history, there = forecast_of(moved(scene.table(), east_deg=east_deg))
    for step in (0, 5, 17):
        lat, lon = here.median[0, step]
        assert distance_m(lat, wrapped(lon + east_deg), *there.median[0, step]) < 5.0
    np.testing.assert_allclose(there.basis, here.basis, atol=1e-6)
    np.testing.assert_allclose(there.level, here.level, atol=0.05)
    assert np.all(np.abs(there.lon_deg) <= 180.0)
    grid = regions.raster(there, 0, 11)
    rings = outlines(grid, float(there.level[0, 11]) - 2.0)
    assert rings
    assert all(max(x for x, _ in ring) - min(x for x, _ in ring) < 2.0 for ring in rings)
    assert regions.calibrate(history, 6).least.shape == (3, 2, 6)


def test_a_day_later_the_forecast_is_the_same(scene):
    _, here = forecast_of(scene.table())
    table = moved(scene.table(), seconds=86_400.0)
    whole = pathed(table)
    history = remember(part(whole, whole.at < START + 74 * 3600 * SECOND))
    points = latest(whole, int(whole.at.max()))
    there = forecast(history, whole, points[whole.mmsi[points] == 440_000_001], 18)
    np.testing.assert_allclose(there.median, here.median, atol=1e-9)


def test_weights_sum_to_one_at_every_step(scene):
    _, found = forecast_of(scene.table(), steps=60)
    np.testing.assert_allclose(found.weight.sum(1), 1.0)
    np.testing.assert_allclose(found.basis.sum(1), 1.0)
    assert (found.weight >= 0).all()


def test_no_past_ship_has_more_than_its_share(scene):
    whole = pathed(scene.table())
    history = remember(whole)
    at = states(whole, history.points[[30]], Params())
    found = history.place.query(at.place, k=200)[1]
    chosen, unlike = np.full((1, 64), -1), np.full((1, 64), np.inf)
    pool = np.where(found < len(history.points), history.points[np.minimum(found, len(history.points) - 1)], -1)
    analogs_kernel.choose(
        pool, np.zeros(pool.shape), np.array([-1]), np.array([0]), whole.mmsi, whole.at, history.kind, 2,
        round(1800e6), 1.0, chosen, unlike,
    )  # fmt: skip
    kept = chosen[0][chosen[0] >= 0]
    counts = np.unique(whole.mmsi[kept], return_counts=True)[1]
    assert counts.max() == 2
    for mmsi in np.unique(whole.mmsi[kept]):
        times = np.sort(whole.at[kept[whole.mmsi[kept] == mmsi]])
        assert (np.diff(times) >= 1800e6).all()


def test_a_ship_of_another_type_is_less_alike(scene):
    whole = pathed(scene.table())
    types = {440_000_100 + ship: 70 if ship % 2 else 30 for ship in range(12)}
    history = remember(part(whole, whole.at < START + 50 * 3600 * SECOND), types)
    points = latest(whole, int(whole.at.max()))
    points = points[whole.mmsi[points] == 440_000_001]
    plain = forecast(history, whole, points, 6)
    cargo = forecast(history, whole, points, 6, kinds=np.array([7]))
    assert cargo.basis[0, PLACE, 5] < plain.basis[0, PLACE, 5]


def test_what_came_later_is_not_in_an_earlier_history(scene):
    whole = pathed(scene.table())
    history = remember(whole)
    until = START + 20 * 3600 * SECOND
    earlier = until_moment(history, until, Params())
    assert 0 < len(earlier.points) < len(history.points)
    last = earlier.paths.end[earlier.points] - 1
    assert (earlier.paths.at[last] < until).all()


def test_levels_hold_the_share_they_are_for():
    drawn = np.random.default_rng(7).normal(size=(4000, 3))
    found = regions.levels(drawn[:2000], np.full((2000, 3), regions.THICK))
    for k, share in enumerate(regions.SHARES):
        held = (drawn[2000:] >= found.least[regions.THICK, k]).mean(0)
        np.testing.assert_allclose(held, share, atol=0.05)
    assert found.truths[regions.THICK].tolist() == [2000] * 3


def test_with_too_few_truths_levels_are_those_of_the_step_before():
    drawn = np.random.default_rng(7).normal(size=(1000, 2))
    drawn[50:, 1] = np.nan
    found = regions.levels(drawn, np.full((1000, 2), regions.SCANT))
    np.testing.assert_array_equal(found.least[regions.SCANT, :, 1], found.least[regions.SCANT, :, 0])
    nothing = regions.levels(np.zeros((0, 2)), np.zeros((0, 2), np.int64))
    np.testing.assert_array_equal(nothing.least[regions.REST, :, 0], regions.UNTRIED)


def test_an_outline_of_a_round_density_is_a_circle():
    x = np.linspace(-3, 3, 61)
    high = -0.5 * (x[:, None] ** 2 + x[None, :] ** 2)
    (ring,) = outlines(Raster(x, x, high, 0.01), -0.5)
    assert ring[0] == ring[-1]
    radii = [math.hypot(*point) for point in ring]
    assert min(radii) > 0.99
    assert max(radii) < 1.01


def test_an_outline_at_the_edge_of_the_raster_is_closed():
    (ring,) = outlines(Raster(np.arange(3.0), np.arange(3.0), np.zeros((3, 3)), 1.0), -1.0)
    assert ring[0] == ring[-1]
    assert min(point[0] for point in ring) == -0.5


def test_two_islands_of_density_are_two_rings_and_a_hole_is_filled():
    high = np.full((9, 9), -9.0)
    high[1:3, 1:3] = 0.0
    high[5:8, 5:8] = 0.0
    high[6, 6] = -9.0
    assert len(outlines(Raster(np.arange(9.0), np.arange(9.0), high, 1.0), -1.0)) == 2


def test_the_median_minimises_the_weighted_distance():
    dice = np.random.default_rng(3)
    lat, lon = 10 + dice.normal(size=(1, 40, 1)) * 0.01, dice.normal(size=(1, 40, 1)) * 0.01
    weight = dice.random((1, 40, 1))
    out = np.empty((1, 1, 4))
    particles_kernel.summaries(lat, lon, weight / weight.sum(), np.array([[10.0, 0.0]]), 10.0, 0.5, out)

    def cost(la, lo):
        return sum(weight[0, k, 0] * distance_m(la, lo, lat[0, k, 0], lon[0, k, 0]) for k in range(40))

    best = cost(*out[0, 0, :2])
    for course in range(0, 360, 45):
        assert cost(*destination(*out[0, 0, :2], course, 100.0)) > best - 1.0


@pytest.mark.parametrize("name", ["carry", "imitate", "wander", "states", "choose", "means"])
def test_compiled_loops_do_what_their_python_does(name, scene, monkeypatch):
    if type(getattr(analogs_kernel, name)).__name__ == "function":
        pytest.skip("not compiled here")
    _, compiled = forecast_of(scene.table(), steps=6)
    monkeypatch.setattr(analogs_kernel, name, getattr(analogs_kernel, name).py_func)
    _, plain = forecast_of(scene.table(), steps=6)
    np.testing.assert_allclose(plain.median, compiled.median, atol=1e-9)
    np.testing.assert_allclose(plain.weight, compiled.weight, atol=1e-9)


def test_the_normals_have_mean_zero_and_unit_variance():
    np.testing.assert_allclose(NORMALS.mean(0), 0.0, atol=1e-9)
    np.testing.assert_allclose((NORMALS**2).mean(0), 1.0, atol=0.01)


def test_representatives_are_whole_ways_of_the_forecast(scene):
    _, found = forecast_of(scene.table(), steps=6)
    ways = representatives(found, 0, 4)
    assert ways.shape == (4, 6, 2)
    for way in ways:
        assert (np.abs(found.lat_deg[0] - way[:, 0]).max(1) < 1e-12).any()


def test_paths_stop_where_a_ship_was_silent_for_more_than_half_an_hour():
    scene = Scene()
    for begin, end in ((0, 3600), (3600 + 1900, 7200)):
        scene.sail(440_000_001, 35.0, 0.5 * begin / 3600, 90.0, 5.0, begin, end, 60.0)
    found = pathed(scene.table())
    assert len(np.unique(found.begin)) == 2
    inside = np.flatnonzero(found.begin[1:] == found.begin[:-1])
    assert (np.diff(found.at)[inside] == STEP_US).all()
