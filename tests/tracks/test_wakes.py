"""Legs, who had sailed them before, and where others went: whatever the order, wherever the meridian."""

from __future__ import annotations

import numpy as np

from hanbada.engine.watch import Reports, settle, start, take_reports
from hanbada.geo.sphere import destination
from hanbada.tracks import wakes, wakes_kernel
from ships import NO_PORTS, Scene, moved

FIRST = 636_000_001
HOUR = 3600.0


def lane(count, at=(36.0, -50.0), course=80.0):
    """Ships that sail one way, half an hour after one another."""
    scene = Scene()
    for i in range(count):
        scene.sail(FIRST + i, *at, course, 12.0, i * HOUR / 2, i * HOUR / 2 + 3 * HOUR, 120.0)
    return scene


def looked(table, parts=1):
    """The legs of a table that came in so many parts."""
    watch = start(NO_PORTS, None, ("deviation",))
    size = -(-len(table) // parts)
    for begin in range(0, len(table), size):
        take_reports(watch, Reports(table.slice(begin, size)))
        settle(watch)
    return watch.detectors["deviation"][1].wakes.legs


def counted(legs):
    return sorted(zip(legs.points.track_id.tolist(), legs.points.at.tolist(), legs.points.others.tolist(), strict=True))


def test_each_ship_of_a_lane_finds_those_before_it_and_nobody_counts_beyond_many() -> None:
    legs = looked(lane(12).table())
    latest = {int(mmsi): int(others) for mmsi, others in zip(legs.mmsi, legs.points.others, strict=True) if others >= 0}
    assert [latest[FIRST + i] for i in range(12)] == [min(i, wakes_kernel.MANY) for i in range(12)]


def test_ships_the_other_way_or_two_miles_aside_are_not_those_that_sail_the_same_way() -> None:
    scene = lane(3)
    scene.sail(FIRST + 10, *destination(36.0, -50.0, 80.0, 60_000.0), 260.0, 12.0, 5 * HOUR, 6 * HOUR, 120.0)
    scene.sail(FIRST + 11, *destination(36.0, -50.0, 350.0, 4_000.0), 80.0, 12.0, 5 * HOUR, 6 * HOUR, 120.0)
    legs = looked(scene.table())
    for mmsi in (FIRST + 10, FIRST + 11):
        assert set(legs.points.others[(legs.mmsi == mmsi) & legs.sailed].tolist()) == {0}


def test_counts_do_not_depend_on_parts_or_on_what_comes_late() -> None:
    table = lane(6).table()
    whole = counted(looked(table))
    assert counted(looked(table, parts=7)) == whole
    begin, end = len(table) // 3, len(table) // 2
    late = table.take([*range(begin), *range(end, len(table)), *range(begin, end)])
    assert counted(looked(late, parts=3)) == whole


def test_the_meridian_changes_no_count() -> None:
    table = lane(5).table()
    here, there = looked(table), looked(moved(table, east_deg=-129.6))
    assert [one[2] for one in counted(here)] == [one[2] for one in counted(there)]


def test_the_compiled_count_is_the_plain_one() -> None:
    legs = looked(lane(4).table())
    sailed = np.flatnonzero(legs.sailed)
    cells, counts = np.empty(len(sailed), np.int64), np.full(len(legs.mmsi), -1)
    _, at, _, lat, lon, found = legs.points
    wakes_kernel.cells.py_func(  # type: ignore[attr-defined]
        lat[sailed], lon[sailed], legs.from_lat_deg[sailed], legs.from_lon_deg[sailed], cells
    )
    order = np.argsort(cells, kind="stable")
    wakes_kernel.crowds.py_func(  # type: ignore[attr-defined]
        sailed, at, legs.mmsi, lat, lon, legs.from_lat_deg, legs.from_lon_deg, legs.course_deg, cells[order],
        sailed[order], wakes.BACK_US, wakes.BESIDE_M, wakes.COURSE_DEG, counts,
    )  # fmt: skip
    assert counts.tolist() == found.tolist()


def test_a_way_is_reached_where_it_first_is_so_far() -> None:
    x, y = np.array([0.0, 1000.0, 2000.0]), np.zeros(3)
    found = wakes.reached(x, y, np.array([1500.0, 2500.0]))
    assert found[0].tolist() == [1500.0, 0.0]
    assert np.isnan(found[1]).all()


def test_places_around_another_keep_distance_and_course() -> None:
    there = destination(36.0, 179.9, 60.0, 90_000.0)
    x, y = wakes.around_m(36.0, 179.9, *(np.array([value]) for value in there))
    np.testing.assert_allclose([np.hypot(x, y)[0], np.degrees(np.arctan2(x, y))[0]], [90_000.0, 60.0], rtol=1e-6)
