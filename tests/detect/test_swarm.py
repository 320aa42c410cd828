"""Fleets that act as one: who counts, what holds a group together, what breaks it, what else it may be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from hanbada.detect.contract import Charts, Storms
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.sphere import destination
from hanbada.model.tables import STATICS
from hanbada.tracks.groups import Company, groups
from ships import NO_PORTS, START, Scene

FIRST = 412_000_001
PLACE = (34.0, 127.0)
HOUR = 3600


def lying(count, apart_m, hours, scene=None, first=FIRST, begin_s=0.0, place=PLACE):
    """Ships in a row that lie for hours."""
    scene = scene or Scene()
    for i in range(count):
        there = destination(*place, 90.0, apart_m * i)
        scene.sail(first + i, *there, 0.0, 0.1, begin_s, begin_s + hours * HOUR, 180.0)
    return scene


def leaving(count, courses, spread_s=60.0):
    """Ships that lie for two hours and set off one after another."""
    scene = Scene()
    for i in range(count):
        there = destination(*PLACE, 90.0, 1000.0 * i)
        until = 2 * HOUR + spread_s * i
        scene.sail(FIRST + i, *there, 0.0, 0.1, 0, until, 60.0)
        scene.sail(FIRST + i, *there, courses[i], 9.0, until, until + HOUR, 60.0)
    return scene


def said(kinds, at=START):
    """What ships say they are, three times each."""
    rows = [(mmsi, kind) for mmsi, kind in kinds.items() for _ in range(3)]
    return STATICS.build(
        {
            "at": (at + np.arange(len(rows))).astype("datetime64[us]"),
            "mmsi": np.array([mmsi for mmsi, _ in rows], np.uint32),
            "ship_type": np.array([kind for _, kind in rows], np.uint8),
            "source": np.zeros(len(rows), np.uint16),
            "line_id": (1 << 40) + np.arange(len(rows), dtype=np.uint64),
        }
    )


def found(scene, kinds=None, charts=None, **settings):
    given = {f"swarm.{name}": value for name, value in settings.items()}
    watch = start(NO_PORTS, None, ("swarm",), given, charts=charts or Charts())
    take_reports(watch, Reports(scene.table(), said(kinds) if kinds else None))
    settle(watch)
    return standing(watch)


def forms(detections):
    return [one.case[0] for one in detections]


def test_a_raft_needs_four_ships_for_six_hours_side_by_side() -> None:
    assert forms(found(lying(4, 40.0, 7))) == ["raft"]
    assert found(lying(3, 40.0, 7)) == []
    assert found(lying(4, 40.0, 5)) == []
    assert found(lying(4, 300.0, 7)) == []


def test_a_raft_is_one_across_midnight_and_while_a_ship_comes_and_goes() -> None:
    scene = lying(5, 40.0, 12)
    scene.rows = [row for row in scene.rows if row[1] != FIRST or 3 * HOUR < (row[0] - START) / 1e6 < 10 * HOUR]
    (one,) = found(scene)
    assert one.reasons[0].measured == 5
    assert one.reasons[1].measured == pytest.approx(12 * HOUR, abs=HOUR)


def test_cargo_ships_in_it_do_not_count() -> None:
    kinds = {FIRST + i: 70 for i in range(3)} | {FIRST + 3: 30}
    assert found(lying(4, 40.0, 7), kinds) == []
    assert forms(found(lying(4, 40.0, 7), {FIRST + i: 30 for i in range(4)})) == ["raft"]


def test_a_swarm_needs_a_day_and_ten_ships_within_ten_miles() -> None:
    assert forms(found(lying(10, 1500.0, 26))) == ["swarm"]
    assert found(lying(9, 1500.0, 26)) == []
    assert found(lying(10, 1500.0, 20)) == []
    assert found(lying(15, 3600.0, 26)) == []


def test_ships_in_shelter_from_a_storm_are_no_swarm() -> None:
    storm = Storms(np.array([START]), np.array([PLACE[0] + 2.0]), np.array([PLACE[1]]), ("MAYSAK",))
    far = Storms(np.array([START]), np.array([PLACE[0] - 40.0]), np.array([PLACE[1]]), ("OTHER",))
    assert found(lying(10, 1500.0, 26), charts=Charts(storms=storm)) == []
    (one,) = found(lying(10, 1500.0, 26), charts=Charts(storms=far))
    assert not next(c for c in one.counter_evidence if c.explanation == "shelter").holds


def test_pleasure_craft_that_lie_or_leave_together_are_a_regatta() -> None:
    kinds = {FIRST + i: 36 for i in range(10)}
    assert found(lying(10, 1500.0, 26), kinds) == []
    assert found(leaving(10, [270.0] * 10), kinds) == []


def test_eight_ships_that_set_off_together_on_one_course_are_a_move() -> None:
    (one,) = found(leaving(8, [270.0] * 8))
    assert [reason.quantity for reason in one.reasons] == ["move_size", "move_start", "move_order"]
    assert one.reasons[1].measured == pytest.approx(7 * 60.0, abs=61.0)
    assert found(leaving(7, [270.0] * 7)) == []
    assert found(leaving(8, [45.0 * i for i in range(8)])) == []
    assert found(leaving(8, [270.0] * 8, spread_s=600.0)) == []


def test_a_place_that_jumps_and_comes_back_is_no_departure() -> None:
    scene = lying(8, 1000.0, 4)
    for i in range(8):
        there = destination(*PLACE, 90.0, 1000.0 * i)
        scene.report(FIRST + i, 2 * HOUR + 90, *destination(*there, 0.0, 900.0))
    assert found(scene) == []


def test_a_company_joins_the_group_that_shares_most_of_its_ships() -> None:
    def company(tick, *ships):
        return Company(tick, ships, (0.0,) * len(ships), (0.0,) * len(ships), (0.0,) * len(ships), (0,) * len(ships))

    parts = groups([company(0, 1, 2, 3, 4), company(0, 7, 8, 9), company(10, 3, 4, 7, 8, 9)], 60)
    assert [(group.key, len(group.companies)) for group in parts] == [((1, 0), 1), ((7, 0), 2)]
    assert len(groups([company(0, 1, 2, 3), company(90, 1, 2, 3)], 60)) == 2


def live(table, hours=6):
    """What stands after days of looking up, and all that was retracted meanwhile."""
    watch, said = start(NO_PORTS, None, ("swarm",)), []
    at = table["at"].cast("int64").to_numpy()
    edges = np.searchsorted(at, np.arange(at[0], at[-1] + hours * HOUR * 1_000_000, hours * HOUR * 1_000_000))
    for begin, end in pairwise([*edges.tolist(), len(at)]):
        take_reports(watch, Reports(table.slice(begin, end - begin)))
        said += settle(watch)
    return {one.episode_id: one.detection_id for one in standing(watch)}, [
        one for one in said if one.state == "retracted"
    ]


def test_what_was_over_days_ago_stands_live_and_is_found_in_an_archive_read_at_once():
    scene = lying(5, 60.0, 8, leaving(9, [90.0] * 9), first=FIRST + 100, begin_s=4 * HOUR, place=(35.0, 125.0))
    lying(5, 60.0, 8, scene, first=FIRST + 200, begin_s=120 * HOUR, place=(33.0, 125.0))
    at_once = {one.episode_id: one.detection_id for one in found(scene)}
    assert len(at_once) == 3
    assert live(scene.table()) == (at_once, [])


def test_a_fleet_that_stays_for_days_is_one_case_all_the_time():
    scene = lying(11, 800.0, 110)
    at_once = {one.episode_id: one.detection_id for one in found(scene)}
    assert len(at_once) == 1
    assert live(scene.table()) == (at_once, [])


def test_the_clock_of_one_ship_takes_no_group_away():
    scene = leaving(9, [90.0] * 9)
    plain = {one.episode_id: one.detection_id for one in found(scene)}
    scene.sail(FIRST + 300, 34.0, 140.0, 0.0, 0.1, 700 * 24 * HOUR, 700 * 24 * HOUR + HOUR, 60.0)
    scene.sail(FIRST + 300, 34.0, 140.0, 0.0, 9.0, 700 * 24 * HOUR + HOUR, 700 * 24 * HOUR + 2 * HOUR, 60.0)
    assert plain
    assert {one.episode_id: one.detection_id for one in found(scene)} == plain
