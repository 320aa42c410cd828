"""Handoffs: one hull goes on under another number; two boats that stop and set out near each other are two."""

from __future__ import annotations

import math
from itertools import product

import pytest

from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.sphere import destination
from hanbada.model.times import HOUR_US
from hanbada.tracks import handoffs_kernel as k
from hanbada.tracks import newcomers
from hanbada.tracks.segments import Birth
from ships import NO_PORTS, Scene

LEFT, RIGHT, OTHERS = 440_123_456, 441_000_002, 431_000_000
HOUR, CUT = 3600.0, 4 * 3600.0


def heard(before_kn: float, after_kn: float, turn_deg: float, *, minutes: float = 10.0, metres: float = 200.0):
    """What stands where one number falls silent, and another begins so much later and so far away."""
    scene = Scene()
    for one in range(4):
        scene.sail(OTHERS + one, 35.4 + one / 10, 129.0, 90.0, 8.0, 60.0 * one, 7 * HOUR, 120.0)
    place = scene.sail(LEFT, 34.0, 129.0, 60.0, before_kn, 0, CUT, 60.0)
    there, begins = destination(*place, 60.0, metres), CUT + minutes * 60.0
    scene.sail(RIGHT, *there, 60.0 + turn_deg, after_kn, begins, begins + 2 * HOUR, 60.0)
    watch = start(NO_PORTS, None, ("identity",))
    take_reports(watch, Reports(scene.table()))
    settle(watch)
    return [one for one in standing(watch) if one.case[0] == "handoff"]


@pytest.mark.parametrize("knots", [0.0, 4.0, 12.0])
def test_a_ship_that_goes_on_as_she_did_under_another_number_is_one_hull(knots: float) -> None:
    (one,) = heard(knots, knots, 0.0)
    assert {vessel.mmsi for vessel in one.vessels} == {LEFT, RIGHT}
    assert not {counter.explanation for counter in one.counter_evidence if counter.holds}


def test_a_boat_at_rest_and_another_at_rest_a_mile_off_are_two() -> None:
    assert heard(0.1, 0.0, 0.0, metres=1800.0, minutes=20.0) == []
    assert heard(8.0, 8.0, 0.0, metres=1800.0, minutes=20.0) != []


def test_a_ship_under_way_and_one_that_sets_out_from_rest_are_believed_one_hull_less() -> None:
    (goes_on,), (stops,) = heard(8.0, 8.0, 0.0), heard(8.0, 0.0, 0.0)
    assert stops.probability < goes_on.probability
    assert [counter.explanation for counter in stops.counter_evidence if counter.holds] == ["unlike_motion"]


def test_motion_says_the_same_forwards_and_backwards_and_nothing_where_it_is_unknown() -> None:
    motion = k.motion.py_func
    for left, right, turn, wait_s in product(
        (0.0, 1.0, 3.0, 12.0), (0.0, 1.0, 3.0, 12.0), (0.0, 60.0, 170.0), (60.0, 1500.0)
    ):
        told = motion(left, 350.0, right, (350.0 + turn) % 360.0, wait_s)
        assert told == motion(right, (350.0 + turn) % 360.0, left, 350.0, wait_s)
    assert motion(math.nan, math.nan, 5.0, 90.0, 60.0) == motion(5.0, math.nan, 5.0, 90.0, 60.0) == 0.0


def test_where_ships_gather_a_new_number_says_less_of_one_that_fell_silent() -> None:
    births = [Birth(OTHERS + i, 8 * HOUR_US, i, 34.0 + i / 1000, 129.0, 0.0, math.nan) for i in range(12)]

    def here(lat_deg: float) -> tuple[float, float]:
        birth = Birth(RIGHT, 9 * HOUR_US, 99, lat_deg, 129.0, 0.0, math.nan)
        return newcomers.rates([newcomers.table(births)], birth, LEFT, 0)

    (around, harbour), (same, sea) = here(34.0), here(34.5)
    assert around == same
    assert harbour > 50 * sea
