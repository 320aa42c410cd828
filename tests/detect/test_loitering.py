"""Loitering: what a spell outlives, and what a port near by explains."""

from __future__ import annotations

from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from ships import NO_PORTS, Scene

SHIP = 440_123_450


def found(scene):
    watch = start(NO_PORTS, None, ("loitering",), {"loitering.least_p": 0.0})
    take_reports(watch, Reports(scene.table()))
    settle(watch)
    return standing(watch)


def to_and_fro(fast_kn):
    """A ship that goes out and back at a knot, with twenty minutes of more in the middle of each way."""
    scene, place, t = Scene(), (34.0, 125.0), 0.0
    for i in range(6):
        for knots, minutes in ((1.0, 10), (fast_kn, 20), (1.0, 10)):
            place = scene.sail(SHIP, *place, 90.0 if i % 2 == 0 else 270.0, knots, t, t + minutes * 60, 60)
            t += minutes * 60
    return scene


def test_going_to_and_fro_with_bursts_of_two_knots_and_more_is_one_spell() -> None:
    (one,) = found(to_and_fro(2.3))
    lasted = next(reason.measured for reason in one.reasons if reason.quantity == "loiter_time")
    assert lasted > 3.5 * 3600


def test_a_ship_that_is_slow_now_and_then_and_not_on_the_whole_does_not_loiter() -> None:
    assert found(to_and_fro(3.5)) == []
