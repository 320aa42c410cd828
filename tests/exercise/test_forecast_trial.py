"""The measuring of forecasts: what is known is kept from what is asked, and formulas are those of their sources."""

from __future__ import annotations

import numpy as np
import pytest

from hanbada.exercise import forecast_trial as trial
from hanbada.geo.sphere import destination
from hanbada.model.times import DAY_US
from hanbada.tracks.paths import paths
from hanbada.tracks.rows import ordered, rows
from hanbada.tracks.segments import Segments, feed
from ships import START, Scene


@pytest.fixture(scope="module")
def found():
    """Forty ships a day for two days on a lane that turns after an hour, tested on the second."""
    scene = Scene(start_us=START - START % DAY_US)
    dice = np.random.default_rng(1).integers(201_000_000, 775_999_999, 40)
    for day in range(2):
        for ship in range(40):
            mmsi, knots, begin_s = int(dice[ship]), 10.0 + ship % 4, day * 86_400.0 + 1200.0 * ship
            corner = scene.sail(mmsi, 35.0, 0.002 * ship, 90.0, knots, begin_s, begin_s + 3600.0, 120.0)
            scene.sail(mmsi, *corner, 0.0, knots, begin_s + 3600.0, begin_s + 4 * 3600.0, 120.0)
    told = ordered(rows(scene.table()))
    whole = paths(told, feed(Segments(), told))
    seconds = iter(range(1_000_000))
    one = trial.Trial("lane", "A lane", "", 1.0, tuned=True)
    return trial.tested(one, whole, lambda: next(seconds) * 1e-3)


def test_only_vessels_that_nothing_was_tuned_on_are_asked(found):
    assert (trial.fold_of(found.mmsi) >= trial.TUNING).all()
    assert len(np.unique(found.mmsi)) > 15


def test_on_a_lane_that_turns_past_ships_are_worth_more_than_the_ship_itself(found):
    ours, straight = found.errors[trial.OURS], found.errors["constant velocity"]
    assert np.nanmean(ours[:, 5]) < 0.5 * np.nanmean(straight[:, 5])
    assert np.nanmean(ours[:, 5]) < np.nanmean(found.errors[trial.STAYS][:, 5])


def test_every_method_is_asked_the_same(found):
    truths = {name: np.isfinite(values).sum(0).tolist() for name, values in found.errors.items()}
    assert len(set(map(tuple, truths.values()))) == 1
    assert set(found.errors) == {*trial.NAMED, trial.STAYS, trial.OURS}


def test_the_clock_given_is_the_one_that_counts(found):
    assert 0 < found.cpu_ms < 1.0


@pytest.mark.parametrize(("course", "scale"), [(0.0, 0.800), (90.0, 1.118)])
def test_the_scale_of_the_published_script_is_reproduced(course, scale):
    """Errors of 2 km inside the script's region come out at 0.80 of it to the north, 1.12 to the east."""
    lat, lon = 56.75, 11.65
    there = destination(lat, lon, course, 2000.0)
    way = np.full((1, trial.STEPS, 2), [lat, lon], float)
    truth = np.full((1, trial.STEPS), there[0]), np.full((1, trial.STEPS), there[1])
    counted = trial.originals([way], truth, np.array([True]))
    np.testing.assert_allclose(counted * 1852 / 2000, scale, atol=0.005)
    assert np.isnan(trial.originals([way], truth, np.array([False]))).all()


def test_sixteen_draws_beat_one_point_by_2_37_where_all_is_normal():
    dice = np.random.default_rng(1)
    truth, draws = dice.normal(size=(50_000, 1, 2)), dice.normal(size=(50_000, 16, 2))
    point = np.hypot(*truth[:, 0].T).mean()
    best = np.hypot(*np.moveaxis(draws - truth, -1, 0)).min(1).mean()
    assert point / best == pytest.approx(2.37, abs=0.03)


def test_the_energy_score_of_one_sure_particle_is_its_error():
    now = np.array([[35.0, 179.99]])
    lat, lon, weight = np.full((1, 1, 1), 35.0), np.full((1, 1, 1), 179.99), np.ones((1, 1, 1))
    truth = np.array([[35.0]]), np.array([[-179.99]])
    found = trial.energy_m(now, lat, lon, weight, truth, 0)
    np.testing.assert_allclose(found, trial.away_m(35.0, 179.99, 35.0, -179.99), rtol=1e-3)
