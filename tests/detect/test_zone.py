"""Zones: what counts as entering, when a zone holds, and which way is the wrong one in a lane."""

from __future__ import annotations

import numpy as np
import pytest

from hanbada.detect.contract import zones
from hanbada.engine.local import Kept, again, reports_of, take_archive
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.model.times import parse_time
from hanbada.reference.shapes import Area
from ships import NO_PORTS, Scene

SHIP = 440_123_450


def box(west, south, east, north):
    return np.array([[west, south], [east, south], [east, north], [west, north], [west, south]], float)


def area(name="box", ring=None, **about):
    ring = box(128.0, 34.0, 129.0, 35.0) if ring is None else ring
    return Area(area_id=name, name=name, rings=(ring,), source="test", **({"kind": "closed", "rule": "entry"} | about))


def lane(name, ring, direction_deg):
    return area(name, ring, kind="tss_lane", rule="wrong_way", direction_deg=direction_deg)


def found(scene, *areas, cut=None, **settings):
    """What stands of the zones at the end, fed whole or in two pieces with the later half of time first."""
    watch = start(NO_PORTS, zones(areas), ("zone",), {f"zone.{k}": v for k, v in settings.items()})
    table = scene.table()
    for part in (
        (table,) if cut is None else (table.slice(0, cut // 2), table.slice(cut), table.slice(cut // 2, cut - cut // 2))
    ):
        take_reports(watch, Reports(part))
        settle(watch)
    settle(watch)
    return standing(watch)


def quantities(detections):
    return [d.reasons[0].quantity for d in detections]


def through(start_us=None, lon=127.8, course=90.0, knots=12.0, until_s=3600.0):
    scene = Scene() if start_us is None else Scene(start_us)
    scene.sail(SHIP, 34.5, lon, course, knots, 0, until_s, 30)
    return scene


# Entering, leaving, staying


def test_sailing_into_a_zone_is_one_entry_with_its_claimants_named() -> None:
    (one,) = found(through(), area(claimants=("JP", "KR")))
    assert one.reasons[0].quantity == "entered"
    assert one.reasons[0].subject == "box (JP / KR)"
    assert (one.state, one.severity) == ("open", "warning")


def test_a_ship_first_heard_inside_and_moored_has_not_entered() -> None:
    scene = Scene()
    scene.sail(SHIP, 34.5, 128.5, 0.0, 0.0, 0, 6 * 3600, 60, nav=5)
    assert found(scene, area()) == []


def test_a_moored_ship_that_falls_silent_for_hours_has_not_entered_when_it_is_heard_again() -> None:
    scene = Scene()
    for begin in (0, 4 * 3600, 8 * 3600):
        scene.sail(SHIP, 34.5, 128.5, 0.0, 0.0, begin, begin + 600, 60, nav=5)
    assert found(scene, area()) == []


def test_leaving_counts_only_where_the_rule_says_so() -> None:
    out = through(lon=128.9)
    assert quantities(found(out, area(rule="exit"))) == ["exited"]
    assert found(through(), area(rule="exit")) == []


def test_staying_counts_from_the_time_the_parameter_says() -> None:
    assert quantities(found(through(until_s=7200.0), area(rule="dwell"), dwell_s=1200.0)) == ["dwelled"]
    assert found(through(until_s=7200.0), area(rule="dwell"), dwell_s=7200.0) == []


# Seasons


@pytest.mark.parametrize(
    ("day", "raised"), [("2024-01-10", True), ("2024-12-24", True), ("2024-07-01", False), ("2024-02-16", False)]
)
def test_a_zone_raises_only_in_its_season_also_over_new_year(day, raised) -> None:
    scene = through(parse_time(f"{day}T06:00:00Z"))
    assert bool(found(scene, area(seasons=((1101, 215),)))) is raised


def test_a_moored_ship_has_not_entered_when_the_season_begins_around_it() -> None:
    scene = Scene(parse_time("2024-10-31T22:00:00Z"))
    scene.sail(SHIP, 34.5, 128.5, 0.0, 0.0, 0, 4 * 3600, 60, nav=5)
    assert found(scene, area(seasons=((1101, 215),))) == []


def test_a_ship_that_fishes_on_when_the_season_closes_the_area_is_found() -> None:
    scene = Scene(parse_time("2024-10-31T22:00:00Z"))
    scene.sail(SHIP, 34.3, 128.5, 0.0, 3.0, 0, 4 * 3600, 60, nav=7)
    (one,) = found(scene, area(seasons=((1101, 215),)))
    assert one.t_start == parse_time("2024-11-01T00:00:00Z")


def test_the_end_of_a_season_is_not_leaving() -> None:
    scene = Scene(parse_time("2024-02-15T22:00:00Z"))
    scene.sail(SHIP, 34.3, 128.5, 0.0, 3.0, 0, 4 * 3600, 60)
    assert found(scene, area(rule="exit", seasons=((1101, 215),))) == []


# Lanes

EAST = lane("eastbound lane", box(128.0, 34.40, 129.0, 34.55), 90.0)
WEST = lane("westbound lane", box(128.0, 34.60, 129.0, 34.75), 270.0)
CROSSROADS = lane("westbound through the crossroads", box(128.0, 34.40, 129.0, 34.55), 270.0)


def test_sailing_up_a_lane_is_the_wrong_way_and_down_it_is_not() -> None:
    (one,) = found(through(course=270.0, lon=129.2), EAST)
    assert one.reasons[0].quantity == "against_lane"
    assert one.reasons[0].measured == pytest.approx(180.0, abs=1.0)
    assert one.severity == "warning"
    assert found(through(course=90.0), EAST) == []


def test_where_two_lanes_hold_a_place_either_direction_is_right() -> None:
    for course, lon in ((90.0, 127.8), (270.0, 129.2)):
        assert found(through(course=course, lon=lon), EAST, CROSSROADS) == []


def test_a_course_that_none_of_several_lanes_allows_is_one_alarm() -> None:
    north = lane("northbound lane", EAST.rings[0], 45.0)
    (one,) = found(through(course=270.0, lon=129.2), EAST, north)
    assert one.reasons[0].measured == pytest.approx(135.0, abs=1.0)


def test_a_lane_drawn_in_short_pieces_is_still_one_lane() -> None:
    pieces = [lane(f"piece {i}", box(128.0 + i / 100, 34.40, 128.01 + i / 100, 34.55), 90.0) for i in range(100)]
    (one,) = found(through(course=270.0, lon=129.2), *pieces)
    whole = found(through(course=270.0, lon=129.2), EAST)
    assert one.t_start == whole[0].t_start
    assert one.reasons[1].measured == whole[0].reasons[1].measured


def test_crossing_a_lane_slow_ships_and_short_turns_are_quiet() -> None:
    crossing = Scene()
    crossing.sail(SHIP, 34.3, 128.5, 0.0, 12.0, 0, 3600, 30)
    assert found(crossing, EAST) == []
    assert found(through(course=270.0, lon=129.2, knots=2.0, until_s=40_000), EAST) == []
    short = Scene()
    short.sail(SHIP, 34.5, 128.2, 90.0, 12.0, 0, 900, 30)
    short.sail(SHIP, 34.5, 128.25, 270.0, 12.0, 900, 1050, 30)
    short.sail(SHIP, 34.5, 128.24, 90.0, 12.0, 1050, 3600, 30)
    assert found(short, EAST) == []


def test_two_reports_far_apart_do_not_say_which_way_the_ship_went_between() -> None:
    scene = Scene()
    for t in (0.0, 1800.0, 3600.0):
        scene.report(SHIP, t, 34.5, 128.9 - t / 20_000, 10.0, 270.0)
    assert found(scene, EAST) == []


def test_a_ship_without_a_course_is_not_against_a_lane() -> None:
    scene = Scene()
    scene.sail(SHIP, 34.5, 129.2, 270.0, 12.0, 0, 3600, 30)
    scene.rows = [(*row[:5], float("nan"), *row[6:]) for row in scene.rows]
    assert found(scene, EAST) == []


def test_rows_that_come_late_change_nothing_in_what_stands() -> None:
    areas = (area(), area("exit", rule="exit", seasons=((101, 331),)), WEST, EAST)
    scene = through(course=270.0, lon=129.2, until_s=10_000)
    scene.sail(SHIP + 1, 34.0, 127.9, 70.0, 14.0, 0, 10_000, 20)
    whole = {d.episode_id: d.detection_id for d in found(scene, *areas)}
    for cut in (40, 300, 700):
        assert {d.episode_id: d.detection_id for d in found(scene, *areas, cut=cut)} == whole
    assert len(whole) == 3


def test_a_finding_is_made_again_from_its_own_evidence() -> None:
    watched = zones((area(seasons=((101, 331),)), area("exit", rule="exit"), EAST, WEST))
    scene = through(course=270.0, lon=129.2, until_s=20_000)
    watch, kept = start(NO_PORTS, watched, ("zone",)), Kept()
    list(take_archive(watch, [Reports(scene.table())], kept))
    found = standing(watch)
    assert {one.reasons[0].quantity for one in found} == {"entered", "exited", "against_lane"}
    for one in found:
        anew = again(one, reports_of(watch, kept, {SHIP}), NO_PORTS, watched, {})
        assert anew is not None
        assert anew.reasons == one.reasons
