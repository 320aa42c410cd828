"""What is kept of each ship to judge her way: by her own time, whatever the clocks of others say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.sphere import KNOT_MS, destination
from ships import NO_PORTS, SECOND, Scene

SHIP, OTHER = 440_123_456, 440_123_457
HOUR, DAY = 3600, 86_400


def circling(then_h: float) -> Scene:
    """A ship goes round a circle she does not steer, and sails on for some hours."""
    scene, knots, radius_m = Scene(), 12.0, 2000.0
    around = np.degrees(knots * KNOT_MS * 20.0 / radius_m)
    middle = (40.0, 10.0)
    for i, t in enumerate(range(0, 3 * HOUR, 20)):
        scene.report(SHIP, t, *destination(*middle, i * around, radius_m), knots, 123.0)
    scene.sail(SHIP, *middle, 200.0, 12.0, 3 * HOUR + 600, (3 + then_h) * HOUR, 120.0)
    return scene


def test_cases_of_weeks_ago_are_let_go_and_stand() -> None:
    scene = Scene()
    for day in range(8):
        one = circling(10.0).rows
        scene.rows += [(at + day * DAY * SECOND, mmsi, lat + day, *rest) for at, mmsi, lat, *rest in one]
    table, watch, kept = scene.table(), start(NO_PORTS, only=["spoofing"]), []
    size, said = len(table) // 16, []
    for begin in range(0, len(table), size):
        said += take_reports(watch, Reports(table.slice(begin, size))).said + settle(watch)
        kept.append(len(watch.detectors["spoofing"][1].cases))
    assert len(standing(watch)) == 8
    assert {one.episode_id: one.detection_id for one in standing(watch)} == found(table)
    assert not [one for one in said if one.state == "retracted"]
    assert max(kept) <= 4


def found(table: pa.Table, parts: int = 1) -> dict[str, str]:
    watch = start(NO_PORTS, only=["spoofing"])
    size = -(-len(table) // parts)
    for begin in range(0, len(table), size):
        take_reports(watch, Reports(table.slice(begin, size)))
        settle(watch)
    return {one.episode_id: one.detection_id for one in standing(watch)}


def test_an_archive_of_days_read_at_once_tells_of_its_first_day_what_was_told_live() -> None:
    table = circling(60.0).table()
    at_once = found(table)
    assert at_once
    assert found(table, parts=12) == at_once


def test_the_clock_of_one_ship_erases_nothing_of_another() -> None:
    scene = circling(1.0)
    plain = found(scene.table())
    scene.report(OTHER, 700 * DAY, 34.0, 128.0, 8.0, 0.0)
    assert plain
    assert found(scene.table()) == plain
    late = scene.table()
    order = np.roll(np.arange(len(late)), 1)
    assert found(late.take(pa.array(order)), parts=5) == plain
