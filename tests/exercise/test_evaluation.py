"""The harness: carriers keep their reception, what is put in is what the lines say, the truth stays behind."""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import hanbada.app
from hanbada.app.evaluate_command import bundled, carrier_of, run_chain
from hanbada.app.evaluation_pages import page
from hanbada.app.places import known_ports
from hanbada.exercise import carrier as carriers
from hanbada.exercise import scoring
from hanbada.exercise.evaluation import Said, dice_of, evaluate, recall_by_interval
from hanbada.exercise.injects import INJECTS, Planted, inject, planted
from hanbada.exercise.wire import lines
from ships import NO_PORTS


@cache
def new_york():
    """The first days of a week of New York Harbor."""
    whole = carrier_of(bundled("new_york_202012.parquet"))
    return carriers.only(whole, pl.col("at") < whole.reports["at"].min() + 30 * 3_600_000_000)


def test_what_is_sent_is_what_the_carrier_says():
    decoded = []
    run_chain_reports(lines(new_york()), decoded)
    told = new_york().reports.sort("at", "mmsi")
    found = pl.concat([pl.DataFrame(table) for table in decoded]).sort("at", "mmsi")
    assert len(found) == len(told)
    assert (found["at"].cast(pl.Int64) == told["at"] // 1000 * 1000).all()
    assert (found["mmsi"] == told["mmsi"]).all()
    assert np.abs(found["lat_deg"].to_numpy() - told["lat_deg"].to_numpy()).max() <= 0.5 / 600_000 + 1e-9


def run_chain_reports(sent, into):
    from hanbada.app.evaluate_command import decoded

    into += [reports.positions for reports in decoded(sent)]


@cache
def coast(name):
    """A day of US coastal waters as the injects of a name are planted in it."""
    whole, module = carrier_of(bundled("us_coastal_20200630.parquet"), known_ports(None)), inject(name)
    return module.prepare(whole) if hasattr(module, "prepare") else whole


@pytest.mark.parametrize("name", INJECTS)
def test_the_same_dice_plant_the_same(name):
    module, traffic = inject(name), new_york()
    first, second = (lines(planted(traffic, module.plant(traffic, dice_of(name, 3, 0)))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", INJECTS)
def test_there_are_three_hard_negatives_for_each_inject(name):
    truths = inject(name).plant(coast(name), dice_of(name, 1, 0)).truths
    expected = sum(one.expected for one in truths)
    assert expected > 0
    assert len(truths) - expected >= 3 * expected


FLOORS = {
    "distress": (1.0, 0.02),
    "impossible": (0.97, 0.05),
    "identity": (0.6, 0.06),
    "gap": (0.9, 0.08),
    "encounter": (0.97, 0.05),
    "zone": (0.97, 0.02),
}
"""Recall at least, and share of hard negatives raised at most, of one planting; docs/evaluation has the figures."""


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_detectors_are_as_good_as_they_were(name):
    module, traffic = inject(name), coast(name)
    what = module.plant(traffic, dice_of(name, 1, 0))
    ran = run_chain(known_ports(None), lines(planted(traffic, what)), what.areas, what.charts, module.KINDS)
    matched = scoring.match(what.truths, scoring.episodes(*ran), module.KINDS, module.TOLERANCE_S, set()).of_truths
    found = [one.found for one in matched if one.truth.expected]
    raised = [bool(one.episodes) for one in matched if not one.truth.expected]
    recall, share = FLOORS[name]
    assert np.mean(found) >= recall
    assert np.mean(raised) <= share


def test_a_ship_that_switched_off_is_told_from_a_receiver_that_failed():
    module, traffic = inject("gap"), coast("gap")
    what = module.plant(traffic, dice_of("gap", 1, 0))
    sent = lines(planted(traffic, what))
    ran = run_chain(known_ports(None), sent, only=module.KINDS, settings={"gap.least_p": "0"})
    matched = scoring.match(what.truths, scoring.episodes(*ran), module.KINDS, module.TOLERANCE_S, set())
    both = [one for one in matched.of_truths if one.truth.label in {"off", "loss"}]
    assert scoring.separation(scoring.scored(scoring.Matched(both, []))) >= 0.93


def test_nothing_put_in_changes_nothing():
    traffic = new_york()
    assert lines(planted(traffic, Planted(()))) == lines(traffic)


def test_the_truth_is_not_in_the_lines_nor_in_the_chain():
    """The chain's only argument from the harness is bytes, areas and settings: other labels give the same detections."""
    traffic, module = new_york(), inject("gap")
    what = module.plant(traffic, dice_of("gap", 5, 0))
    shuffled = Planted(tuple(reversed(what.truths)), what.removed, what.reports, what.statics, what.texts, what.areas)
    said = [run_chain(NO_PORTS, lines(planted(traffic, one)), only=("gap",)).stands for one in (what, shuffled)]
    assert said[0] == said[1]


def test_detectors_do_not_know_the_exercise():
    package = Path(hanbada.app.__file__).parents[1]
    for room in ("detect", "tracks", "engine"):
        for file in (package / room).glob("*.py"):
            assert "hanbada.exercise" not in file.read_text()


def test_detection_limits_are_of_one_planting_that_is_heard_less_and_less():
    sent = []

    def deaf(given, areas=(), charts=None, only=(), settings=None):
        sent.append((len(given), tuple(only)))
        return Said([], [])

    found = evaluate("impossible", new_york(), deaf, 3, 1, intervals_s=(1.0, 600.0, 3600.0), alone=True)
    sums = recall_by_interval(found.limits)
    assert list(sums) == [None, 600.0, 3600.0]
    assert len(set(sums.values())) == 1
    assert all(hits == 0 < planted_ for hits, planted_ in sums.values())
    sizes = [size for size, _ in sent[-3:]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert {only for _, only in sent} == {("impossible",)}
    assert found.alone


def test_a_page_says_what_it_rests_on_and_its_limits():
    found = evaluate("impossible", new_york(), lambda *_, **__: Said([], []), 3, 1, intervals_s=(600.0,), alone=True)
    text = page(found, "2026-11-22", "0")
    for words in (
        "upper bound",
        "new_york_202012.parquet",
        "A quick run",
        "seed 1",
        "never travels",
        "Untouched",
        "10 min",
    ):
        assert words in text
