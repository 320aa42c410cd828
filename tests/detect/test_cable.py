"""Cables: what counts as a sign, what takes it away, what nobody could have seen, and who was there when one failed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hanbada.detect.contract import Charts, cables
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.areas import index_areas
from hanbada.geo.sphere import KNOT_MS, NMI_M, destination
from hanbada.incidents.suspects import behaviour, suspects
from hanbada.reference.shapes import Line
from hanbada.tracks.rows import joined
from ships import NO_PORTS, START, Scene

ISLAND = np.array([[125.0, 34.5], [126.0, 34.5], [126.0, 34.8], [125.0, 34.8], [125.0, 34.5]])
SHIP, OTHER = 440_123_450, 440_123_460


def route(lon=126.0, name="C", uncertainty_m=200.0):
    """A cable from south to north; by 126 east a ship from `Scene` 0 N... crosses it."""
    points = np.array([[lon, 33.0], [lon, 35.0]])
    return Line(line_id=name, name=name, kind="cable", parts=(points,), source="test", uncertainty_m=uncertainty_m)


def passage(*speeds, lon=125.0, mmsi=SHIP, every_s=30.0, scene=None, course=90.0, begin_s=0.0):
    """A ship that sails east along 34 N in stretches of (knots, minutes)."""
    scene, place, t = scene or Scene(), (34.0, lon), begin_s
    for knots, minutes in speeds:
        place = scene.sail(mmsi, *place, course, knots, t, t + minutes * 60, every_s)
        t += minutes * 60
    return scene


def found(scene, *lines, keep=None, **settings):
    watch = start(
        NO_PORTS, None, ("cable",), {f"cable.{k}": v for k, v in settings.items()}, charts=Charts(cables(lines))
    )
    take_reports(watch, Reports(scene.table(keep=keep)))
    settle(watch)
    return standing(watch)


def middle(knots, minutes, lon=125.0):
    """The longitude a ship reaches after some minutes at a speed along 34 N."""
    return destination(34.0, lon, 90.0, knots * KNOT_MS * minutes * 60)[1]


def dipped(dip_kn=1.5, minutes=5.0, every_s=30.0, **more):
    usual = 12.0
    scene = passage((usual, 180), (usual - dip_kn, minutes), (usual, 120), every_s=every_s, **more)
    at = middle(usual, 180) + (middle(usual - dip_kn, minutes / 2) - 125.0)
    return scene, route(at)


# A dip


def test_a_dip_at_the_crossing_is_seen_and_one_an_hour_away_is_not() -> None:
    scene, here = dipped()
    (one,) = found(scene, here)
    assert one.reasons[0].quantity == "cable_dip"
    assert one.reasons[0].measured == pytest.approx(1.5, abs=0.1)
    assert found(scene, route(here.parts[0][0, 0] + 0.25)) == []
    assert found(scene, route(here.parts[0][0, 0] - 0.25)) == []


@pytest.mark.parametrize(("every_s", "seen"), [(10.0, True), (60.0, True), (120.0, True), (600.0, False)])
def test_a_dip_of_five_minutes_needs_reports_every_two(every_s: float, seen: bool) -> None:
    scene, here = dipped(every_s=every_s)
    assert bool(found(scene, here)) is seen


def test_a_finding_on_sparse_reports_says_what_it_could_not_have_seen() -> None:
    scene, here = dipped(dip_kn=2.0, minutes=8.0, every_s=150.0)
    (one,) = found(scene, here)
    told = {counter.explanation: counter for counter in one.counter_evidence}
    assert told["heard_seldom"].holds
    assert one.coverage.median_interval_s == pytest.approx(150.0)


def test_a_ship_that_slows_and_stays_slow_has_not_dipped() -> None:
    scene = passage((12.0, 180), (10.0, 180))
    assert found(scene, route(middle(12.0, 181))) == []


def test_a_ship_that_dips_all_the_time_has_not_dipped_here() -> None:
    scene = passage(*[(12.0, 20), (10.5, 5)] * 12)
    (once,) = found(dipped()[0], dipped()[1])
    here = middle(12.0, 140) + (middle(10.5, 32.5) - 125.0)
    assert all(one.probability < once.probability for one in found(scene, route(here), look_p=0.0))
    assert found(scene, route(here)) == []


def test_a_ship_that_dips_every_twenty_minutes_is_never_said_to_have_dipped_here() -> None:
    scene = passage((12.0, 120), *[(12.0, 15), (10.5, 5)] * 5, (12.0, 120))
    here = route(middle(12.0, 165) + (middle(10.5, 12.5) - 125.0))
    watch = start(NO_PORTS, None, ("cable",), {}, charts=Charts(cables((here,))))
    said = [one for part in range(60) for one in taken(watch, scene, part * 420, part * 420 + 420)]
    assert said == []


def test_of_ships_in_line_that_slow_at_the_same_place_not_even_the_first_is_raised() -> None:
    scene = Scene()
    for i in range(5):
        passage((12.0, 180), (10.5, 5), (12.0, 120), mmsi=SHIP + i, scene=scene, begin_s=180.0 * i)
    here = dipped()[1]
    watch = start(NO_PORTS, None, ("cable",), {}, charts=Charts(cables((here,))))
    assert [one for part in range(60) for one in taken(watch, scene, part * 420, part * 420 + 420)] == []
    assert found(*dipped())


def taken(watch, scene, begin_s, end_s):
    """What is said while the reports of some seconds come."""
    told = scene.table()
    at = pc.subtract(told["at"].cast(pa.int64()), START)
    part = told.filter(pc.and_(pc.greater_equal(at, int(begin_s * 1e6)), pc.less(at, int(end_s * 1e6))))
    return list(take_reports(watch, Reports(part)).said) if len(part) else []


# Hauls, turning about, stops, changed identities


def test_a_cargo_ship_that_comes_on_passage_and_goes_to_and_fro_within_the_hour_is_worth_a_look() -> None:
    scene = passage((12.0, 180))
    place = destination(34.0, 125.0, 90.0, 12 * KNOT_MS * 180 * 60)
    here = route(destination(*place, 270.0, 1852.0)[1])
    for i in range(3):
        place = scene.sail(SHIP, *place, 270.0 if i % 2 == 0 else 90.0, 9.0, 10800 + i * 1500, 12300 + i * 1500, 30)
    (one,) = found(scene, here, look_p=0.01)
    slow = Scene()
    place = (34.0, 125.6)
    for i in range(3):
        place = slow.sail(SHIP, *place, 270.0 if i % 2 == 0 else 90.0, 4.0, i * 2700, 2700 + i * 2700, 30)
    assert "crossed_again" in {reason.quantity for reason in one.reasons}
    assert all(two.probability < one.probability for two in found(slow, route(125.55), look_p=0.01))


def test_a_haul_is_measured_against_the_ships_own_cruise() -> None:
    here = route(middle(14.0, 300) + (middle(7.0, 360) - 125.0))
    (one,) = found(passage((14.0, 300), (7.0, 480)), here, look_p=0.1)
    assert [reason.quantity for reason in one.reasons][:2] == ["haul", "haul_time"]
    assert found(passage((7.0, 780)), route(middle(7.0, 600)), look_p=0.1) == []


def test_a_ferry_that_lies_at_its_pier_between_crossings_does_not_turn_about() -> None:
    scene, t = Scene(), 0.0
    for trip in range(4):
        course = 90.0 if trip % 2 == 0 else 270.0
        begin = (34.0, 125.95) if trip % 2 == 0 else (34.0, 125.95 + 0.1)
        end = scene.sail(SHIP, *begin, course, 12.0, t, t + 1500, 30)
        scene.sail(SHIP, *end, 0.0, 0.0, t + 1500, t + 2700, 60, nav=5)
        t += 2700
    assert found(scene, route(126.0), look_p=0.01) == []


def test_a_stop_at_anchor_on_the_cable_is_worth_a_look_and_one_from_the_start_is_not() -> None:
    scene = passage((10.0, 120))
    place = destination(34.0, 125.0, 90.0, 10 * KNOT_MS * 7200)
    scene.sail(SHIP, *place, 0.0, 0.1, 7200, 7200 + 5400, 60, nav=1)
    (one,) = found(scene, route(place[1] + 0.001), look_p=0.1)
    assert one.reasons[0].quantity == "stopped_on"
    lying = Scene()
    lying.sail(SHIP, *place, 0.0, 0.1, 0, 7200, 60, nav=1)
    assert found(lying, route(place[1] + 0.001), look_p=0.1) == []


def test_one_number_that_falls_silent_where_another_begins_is_one_hull() -> None:
    scene = passage((6.0, 240))
    lat, lon = destination(34.0, 125.0, 90.0, 6 * KNOT_MS * 240 * 60)
    passage((6.0, 120), mmsi=OTHER, lon=lon, scene=scene, begin_s=240 * 60 + 60)
    (one,) = found(scene, route(lon + 0.05))
    assert [vessel.mmsi for vessel in one.vessels] == [SHIP, OTHER]
    assert "cable_handoff" in {reason.quantity for reason in one.reasons}
    assert lat == pytest.approx(34.0, abs=0.1)


def test_a_number_that_comes_back_was_not_handed_over() -> None:
    scene = passage((6.0, 240))
    lon = middle(6.0, 240)
    passage((6.0, 120), mmsi=OTHER, lon=lon, scene=scene, begin_s=240 * 60 + 60)
    passage((6.0, 60), lon=middle(6.0, 255), scene=scene, begin_s=255 * 60)
    assert found(scene, route(lon + 0.05)) == []


# Routes


@pytest.mark.parametrize("uncertainty_m", [None, 10 * NMI_M])
def test_a_sketched_route_raises_no_alarm_of_crossings(uncertainty_m) -> None:
    scene, here = dipped()
    drawn = route(here.parts[0][0, 0], uncertainty_m=uncertainty_m)
    assert found(scene, drawn, look_p=0.01) == []


def test_a_sketched_route_far_from_land_tells_of_a_changed_identity_and_near_it_of_nothing() -> None:
    scene = passage((6.0, 240))
    lon = middle(6.0, 240)
    passage((6.0, 120), mmsi=OTHER, lon=lon, scene=scene, begin_s=240 * 60 + 60)
    drawn = route(lon + 0.05, uncertainty_m=None)
    open_sea, island = (index_areas([[square]]) for square in (ISLAND + 40.0, ISLAND))
    for land, count in ((lambda: open_sea, 1), (lambda: island, 0), (None, 0)):
        charts = Charts(cables([drawn]), land=land)
        watch = start(NO_PORTS, None, ("cable",), charts=charts)
        take_reports(watch, Reports(scene.table()))
        settle(watch)
        assert len(standing(watch)) == count


def test_without_routes_nothing_is_kept_and_nothing_found() -> None:
    watch = start(NO_PORTS, None, ("cable",))
    take_reports(watch, Reports(dipped()[0].table()))
    settle(watch)
    assert standing(watch) == []
    assert watch.detectors["cable"][1].touches.recent.parts == {}


def test_the_next_cable_on_the_course_is_named_with_the_time_to_it() -> None:
    scene, here = dipped()
    ahead = route(middle(12.0, 180 + 5 + 120 + 60), name="Next")
    told = {reason.quantity: reason for reason in found(scene, here, ahead)[0].reasons}
    assert told["next_cable"].subject == "Next"
    assert told["next_cable"].measured == pytest.approx(2 * 3600, rel=0.1)


# Grades, repetition


def test_what_is_worth_hailing_is_an_alarm_and_what_is_worth_a_look_a_warning() -> None:
    scene, here = dipped(dip_kn=3.0)
    (one,) = found(scene, here)
    assert (one.severity, one.reasons[-1].quantity) == ("alarm", "hail")
    (weaker,) = found(scene, here, hail_p=0.99)
    assert (weaker.severity, weaker.reasons[-1].quantity) == ("warning", "look_now")


# Who was there when a cable failed


def test_of_two_ships_over_a_cable_the_one_that_slowed_is_the_likelier_cause() -> None:
    scene, here = dipped()
    passage((12.0, 300), scene=scene, mmsi=OTHER, lon=125.0 + 0.02)
    laid = cables([here])
    watch = start(NO_PORTS, None, ("cable",), charts=Charts(laid))
    take_reports(watch, Reports(scene.table()))
    settle(watch)
    at = START + 182 * 60_000_000
    even = suspects(joined(watch.window.parts), laid, at)
    assert {one.mmsi for one in even} == {SHIP, OTHER}
    (alarm,) = standing(watch)
    ranked = suspects(joined(watch.window.parts), laid, at, alarms=behaviour([alarm], at))
    assert ranked[0].mmsi == SHIP
    assert ranked[0].probability > 0.95
    assert sum(one.probability for one in ranked) < 1.0


def test_nobody_near_the_cable_is_nobody_ranked() -> None:
    scene = passage((12.0, 60))
    assert suspects(joined_rows(scene), cables([route(140.0)]), START + 1_800_000_000) == []


def joined_rows(scene):
    watch = start(NO_PORTS, None, ("cable",))
    take_reports(watch, Reports(scene.table()))
    return joined(watch.window.parts)


# What is kept


def test_what_happened_weeks_ago_is_found_in_an_archive_read_at_once_whatever_one_clock_says() -> None:
    scene, here = dipped()
    plain = [one.detection_id for one in found(scene, here)]
    passage((12.0, 60), mmsi=OTHER, scene=scene, begin_s=20 * 86_400, lon=125.6)
    assert plain
    assert [one.detection_id for one in found(scene, here)] == plain
    scene.report(OTHER + 1, 700 * 86_400, 34.0, 126.0, 12.0, 90.0)
    watch, table = start(NO_PORTS, None, ("cable",), charts=Charts(cables([here]))), scene.table()
    order = [len(table) - 1, *range(len(table) - 1)]
    for begin in range(0, len(table), 200):
        take_reports(watch, Reports(table.take(order[begin : begin + 200])))
        settle(watch)
    assert [one.detection_id for one in standing(watch)] == plain
