"""Off the ways: who makes a way, how far off is off, what explains it."""

from __future__ import annotations

import numpy as np
import pytest

from hanbada.detect.contract import Charts, Storms
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.sphere import destination
from hanbada.model.tables import STATICS
from hanbada.reference.destinations import destinations
from ships import NO_PORTS, START, Scene

FIRST, HERS = 636_000_001, 636_000_100
HOUR = 3600.0
BEGIN, COURSE, KNOTS = (36.0, -50.0), 80.0, 12.0
THERE = destination(*BEGIN, COURSE, 400_000.0)
ELSEWHERE = destination(*BEGIN, 20.0, 400_000.0)


def lane(before=9, scatter_m=400.0):
    """Ships that sailed one way an hour after one another, a little beside each other."""
    scene = Scene()
    for i in range(before):
        at = destination(*BEGIN, COURSE + 90.0, scatter_m * (i % 5))
        scene.sail(FIRST + i, *at, COURSE, KNOTS, i * HOUR, i * HOUR + 6 * HOUR, 120.0)
    return scene


def strays(scene, turn=40.0, mmsi=HERS, begin_h=10.0, hours=2.0):
    """A ship that sails that way for an hour and then turns."""
    at = scene.sail(mmsi, *BEGIN, COURSE, KNOTS, begin_h * HOUR, (begin_h + 1) * HOUR, 120.0)
    scene.sail(mmsi, *at, COURSE + turn, KNOTS, (begin_h + 1) * HOUR, (begin_h + 1 + hours) * HOUR, 120.0)
    return scene


def said(words):
    """What ships say: type and destination at some hour, three times each."""
    rows = [(mmsi, kind, going, hour, i) for mmsi, kind, going, hour in words for i in range(3)]
    return STATICS.build(
        {
            "at": np.array([START + round(row[3] * HOUR * 1e6) + row[4] for row in rows]).astype("datetime64[us]"),
            "mmsi": np.array([row[0] for row in rows], np.uint32),
            "ship_type": np.array([row[1] for row in rows], np.uint8),
            "destination": [row[2] for row in rows],
            "source": np.zeros(len(rows), np.uint16),
            "line_id": (1 << 40) + np.arange(len(rows), dtype=np.uint64),
        }
    )


def found(scene, words=(), charts=None, **settings):
    given = {f"deviation.{name}": value for name, value in settings.items()}
    watch = start(NO_PORTS, None, ("deviation",), given, charts=charts or Charts())
    take_reports(watch, Reports(scene.table(), said([(HERS, 70, None, 0.0), *words])))
    settle(watch)
    return standing(watch)


def holding(one):
    return {test.explanation: test.holds for test in one.counter_evidence}


def test_a_ship_that_turns_off_the_way_of_nine_is_told_with_what_the_others_did() -> None:
    (one,) = found(strays(lane()))
    measured = {reason.quantity: reason.measured for reason in one.reasons}
    assert [vessel.mmsi for vessel in one.vessels] == [HERS]
    assert measured["way_ships"] == 9
    assert measured["off_ways"] == pytest.approx(2 * 12 * 1852 * np.sin(np.radians(40)), rel=0.3)
    assert not any(holding(one).values())


@pytest.mark.parametrize("scene", [lane(), strays(lane(), turn=2.0), strays(lane(7)), strays(lane(), hours=0.6)])
def test_on_the_way_a_mile_beside_it_behind_few_or_for_a_moment_nothing_is_said(scene) -> None:
    assert found(scene) == []


def test_where_ways_part_a_third_one_is_no_news() -> None:
    scene = lane(8)
    for i in range(4):
        strays(scene, turn=-30.0 - 20.0 * i, mmsi=FIRST + 20 + i, begin_h=5.0 + i, hours=5.0)
    assert found(strays(scene)) == []


def test_the_first_of_diverted_ships_is_told_less_surely_and_those_behind_her_not_at_all() -> None:
    alone = found(strays(lane()))[0]
    scene = strays(strays(lane()), mmsi=HERS + 1, begin_h=11.0)
    several = found(scene, least_p=0.0)
    assert [one.vessels[0].mmsi for one in several] == [HERS]
    assert holding(several[0])["diverted_alike"]
    assert several[0].probability < alone.probability


def test_ships_bound_elsewhere_make_no_way_to_where_she_says_she_goes() -> None:
    scene = lane(9)
    for i in range(9):
        strays(scene, turn=-60.0, mmsi=FIRST + 20 + i, begin_h=0.5 + i, hours=5.0)
    ports = Charts(destinations=destinations([("There", "ZZTHE", *THERE), ("Elsewhere", "ZZELS", *ELSEWHERE)]))
    (one,) = found(strays(scene), [(HERS, 70, "ZZTHE", 0.0)], ports)
    assert "way_bound" in [reason.quantity for reason in one.reasons]


def test_new_orders_and_a_straight_course_there_explain_it() -> None:
    ports = Charts(destinations=destinations([("There", "ZZTHE", *THERE), ("New", "ZZNEW", *_new())]))
    words = [(HERS, 70, "ZZTHE", 0.1), (HERS, 70, "ZZNEW", 10.9), (HERS, 70, "ZZNEW", 11.1)]
    (one,) = found(strays(lane()), words, ports, least_p=0.0)
    assert holding(one)["new_orders"]
    assert holding(one)["towards_destination"]
    assert found(strays(lane()), words, ports) == []


def _new():
    at = destination(*BEGIN, COURSE, KNOTS * 1852)
    return destination(*at, COURSE + 40.0, 300_000.0)


def test_a_cyclone_near_by_explains_it() -> None:
    storms = Storms(np.array([START]), np.array([30.0]), np.array([-49.0]), ("TEST",))
    (one,) = found(strays(lane()), charts=Charts(storms=storms), least_p=0.0)
    assert holding(one)["shelter"]
    assert found(strays(lane()), charts=Charts(storms=storms)) == []


def test_fishing_vessels_go_their_own_ways_and_make_none() -> None:
    assert found(strays(lane()), [(HERS, 30, None, 1.0), (HERS, 30, None, 2.0)]) == []
    assert found(strays(lane()), [(FIRST + i, 30, None, 0.0) for i in range(3)]) == []


def test_what_others_say_they_are_later_is_heeded() -> None:
    scene = strays(lane())
    watch = start(NO_PORTS, None, ("deviation",))
    take_reports(watch, Reports(scene.table(), said([(HERS, 70, None, 0.0)])))
    settle(watch)
    assert standing(watch)
    take_reports(watch, Reports(scene.table().slice(0, 0), said([(FIRST + i, 30, None, 0.0) for i in range(3)])))
    settle(watch)
    assert standing(watch) == []
