"""Scenes for the matcher know their truth, and what is asked of it is not in what it is given."""

from __future__ import annotations

import numpy as np
import pytest

from hanbada.app.evaluate_forecasts import TRIALS, recorded, recording
from hanbada.exercise import sighting_trial as trial
from hanbada.exercise.forecast_trial import FOLDS, TUNING, fold_of
from hanbada.model.times import DAY_US
from hanbada.tracks.analogs import remember
from hanbada.tracks.paths import part


@pytest.fixture(scope="module")
def harbour():
    rows, whole = recorded(TRIALS[0], None), recording(TRIALS[0], None)
    cut = int(whole.at.min() + 3.5 * DAY_US)
    return rows, remember(part(whole, whole.at < cut)), cut


@pytest.fixture(scope="module")
def scenes(harbour):
    return trial.scenes(harbour[0], 30, 12, 1, harbour[2], sized=True)


def test_reports_around_the_moment_and_of_dark_ships_are_not_given(scenes):
    assert len(scenes) == 12
    for one in scenes:
        away_s = np.abs(one.rows.at - one.seen.at[0]) / 1e6
        assert away_s.min() > 30 * 60
        heard = set(one.truth[one.truth != trial.NONE].tolist())
        assert heard <= set(one.rows.mmsi.tolist())
        assert len(heard) == (one.truth != trial.NONE).sum()


def test_tuned_vessels_and_the_time_of_the_history_are_not_judged(scenes, harbour):
    for one in scenes:
        judged = one.truth[one.judged & (one.truth != trial.NONE)]
        assert (fold_of(judged) >= TUNING).all()
        assert one.seen.at[0] >= harbour[2]
    assert set(fold_of(np.arange(200_000_000, 200_010_000)).tolist()) == set(range(FOLDS))


def test_the_same_seed_makes_the_same_scenes(scenes, harbour):
    again = trial.scenes(harbour[0], 30, 12, 1, harbour[2], sized=True)
    for one, other in zip(scenes, again, strict=True):
        np.testing.assert_array_equal(one.truth, other.truth)
        np.testing.assert_array_equal(one.seen.lat_deg, other.seen.lat_deg)


def test_on_real_tracks_matching_all_at_once_beats_the_nearest(scenes, harbour):
    limits = dict.fromkeys((trial.GREEDY, trial.PLAIN), -22.0)
    found = trial.judged(scenes, harbour[1], limits)
    assert trial.accuracy(found, trial.OURS) > trial.accuracy(found, trial.NEAREST) + 0.1
    assert trial.accuracy(found, trial.OURS) > trial.accuracy(found, trial.PLAIN)
    assert abs(trial.count_bias(found)) < 0.15
    assert trial.calibration_error(found) < 0.2
