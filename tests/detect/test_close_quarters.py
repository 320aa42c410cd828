"""Close quarters: who is too close to whom, how it is graded, and what else it may be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.engine.local import Kept, again, reports_of, take_archive
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.points import index_points
from hanbada.geo.sphere import KNOT_MS, destination
from hanbada.model.tables import STATICS
from ships import NO_PORTS, START, Scene, moved

ONE, OTHER = 440_100_001, 440_100_002
MEET = (34.0, 128.5)


def crossing(miss_m=0.0, *, courses=(0.0, 90.0), knots=(12.0, 12.0), lead_s=1500.0, stop_s=1800.0, scene=None, nav=0):
    """Two ships on straight courses that meet at one place, the second `miss_m` beyond it."""
    scene = scene or Scene()
    for mmsi, course, speed, beyond in zip((ONE, OTHER), courses, knots, (0.0, miss_m), strict=True):
        begin = destination(*MEET, course + 180.0, speed * KNOT_MS * lead_s - beyond)
        scene.sail(mmsi, *begin, course, speed, 0, stop_s, 20.0, nav=nav)
    return scene


def statics(**fields):
    """Static reports of both ships, said three times."""
    rows = [
        {"at": START + i, "mmsi": mmsi, "source": 1, "line_id": (1 << 48) + i}
        for i in range(3)
        for mmsi in (ONE, OTHER)
    ]
    frame = pl.DataFrame([row | fields for row in rows])
    missing = [pl.lit(None).alias(name) for name in STATICS.names if name not in frame.columns]
    frame = frame.with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")), *missing)
    return frame.select(STATICS.names).to_arrow().cast(STATICS.schema)


def watched(scene, said=None, *, ports=NO_PORTS, now_s=None, **settings):
    watch = start(ports, only=("close_quarters",), settings={f"close_quarters.{k}": v for k, v in settings.items()})
    table = scene.table() if isinstance(scene, Scene) else scene
    take_reports(watch, Reports(table, said))
    settle(watch, None if now_s is None else START + round(now_s * 1e6))
    return watch


def found(scene, said=None, **options):
    return standing(watched(scene, said, **options))


def held(detection):
    return {one.explanation for one in detection.counter_evidence if one.holds}


# What is flagged


def test_ships_that_cross_and_hold_on_are_flagged_with_their_passing_distance():
    (one,) = found(crossing(60.0))
    quantities = {reason.quantity: reason.measured for reason in one.reasons}
    assert list(quantities) == ["cpa", "tcpa", "in_domain", "stood", "crossing"]
    assert quantities["cpa"] == pytest.approx(60.0 * np.sin(np.pi / 4), abs=10.0)
    assert quantities["crossing"] == pytest.approx(45.0, abs=3.0)
    assert one.severity == "warning"
    assert [v.mmsi for v in one.vessels] == [ONE, OTHER]


@pytest.mark.parametrize(
    ("courses", "knots", "name"),
    [
        ((0.0, 180.0), (12.0, 12.0), "head_on"),
        ((0.0, 0.0), (8.0, 18.0), "overtaking"),
        ((0.0, 60.0), (12.0, 12.0), "crossing"),
    ],
)
def test_an_encounter_is_named_by_where_each_sees_the_other(courses, knots, name):
    (one,) = found(crossing(courses=courses, knots=knots))
    assert one.reasons[-1].quantity == name


def test_it_is_open_while_it_lasts_and_closed_when_the_ships_have_passed():
    (one,) = found(crossing(stop_s=1200.0))
    assert (one.state, one.t_end) == ("open", None)
    (one,) = found(crossing(stop_s=1200.0), now_s=1600.0)
    assert one.state == "closed"
    assert one.t_end == pytest.approx(START + 1500e6, abs=30e6)


@pytest.mark.parametrize(
    ("length", "miss_m", "flagged"), [(20, 400.0, False), (250, 400.0, True), (250, 1800.0, False)]
)
def test_large_ships_need_more_room(length, miss_m, flagged):
    said = statics(to_bow_m=length // 2, to_stern_m=length - length // 2)
    assert bool(found(crossing(miss_m), said)) is flagged


def test_a_tanker_in_it_makes_it_an_alarm():
    (one,) = found(crossing(), statics(ship_type=80))
    assert one.severity == "alarm"


def test_a_risk_farther_ahead_is_a_caution():
    (one,) = found(crossing(stop_s=1020.0), statics(to_bow_m=150, to_stern_m=150))
    assert one.severity == "caution"
    assert one.reasons[1].measured > 360


# What is not, or what speaks against it


@pytest.mark.parametrize(
    "scene",
    [
        crossing(1500.0),
        crossing(knots=(12.0, 1.0)),
        crossing(courses=(0.0, 0.0), knots=(12.0, 13.0)),
        crossing(stop_s=700.0),
        crossing(scene=Scene(), stop_s=1560.0, lead_s=3000.0),
    ],
    ids=["passing a mile off", "one at anchor", "in company", "twelve minutes away", "not yet near"],
)
def test_nothing_is_said_of(scene):
    assert found(scene) == []


def test_nothing_is_said_near_port():
    port = index_points(["Here"], np.array([MEET[0]]), np.array([MEET[1]]))
    assert found(crossing(), ports=port) == []


def test_a_ship_that_turns_ends_it():
    """She turns away nine minutes before: what would have been is no longer."""
    scene = Scene()
    far = destination(*MEET, 270.0, 12 * KNOT_MS * 1500)
    scene.sail(ONE, *destination(*MEET, 180.0, 12 * KNOT_MS * 1500), 0.0, 12.0, 0, 1800, 20.0)
    turned = scene.sail(OTHER, *far, 90.0, 12.0, 0, 800, 20.0)
    scene.sail(OTHER, *turned, 200.0, 12.0, 800, 1800, 20.0)
    assert found(scene) == []


@pytest.mark.parametrize(
    ("ship_type", "holds"), [(52, "tug_or_pilot"), (50, "tug_or_pilot"), (30, "pair_trawl"), (70, None)]
)
def test_what_ships_are_speaks_against_it(ship_type, holds):
    (plain,) = found(crossing())
    (one,) = found(crossing(), statics(ship_type=ship_type), least_p=0.1)
    assert held(one) - held(plain) == ({holds} if holds else set())
    assert (one.probability < plain.probability) is bool(holds)


def test_others_around_and_earlier_meetings_speak_against_it():
    scene = crossing()
    for i in range(9):
        scene.sail(440_200_000 + i, *destination(*MEET, 40.0 * i + 20, 900.0), 40.0 * i + 20, 3.5, 0, 1800, 20.0)
    (one,) = [one for one in found(scene, least_p=0.05) if one.vessels[0].mmsi == ONE and one.vessels[1].mmsi == OTHER]
    assert "crowd" in held(one)
    ferries = crossing()
    for later_s in (7200, 14_400):
        more = crossing()
        ferries.rows += [(at + round(later_s * 1e6), *rest) for at, *rest in more.rows]
    first, second, third = found(ferries, least_p=0.1)
    assert "met_before" not in held(first)
    assert "met_before" in held(second) & held(third)
    assert second.probability < first.probability


def test_a_place_where_others_pass_as_close_speaks_against_it():
    scene = crossing()
    scene.rows = [(at + 50_000_000_000, *rest) for at, *rest in scene.rows]
    for i in range(6):
        pair = crossing()
        scene.rows += [
            (at + i * 5_400_000_000, 440_300_000 + 2 * i + (mmsi == OTHER), *rest) for at, mmsi, *rest in pair.rows
        ]
    last = max(found(scene, least_p=0.1), key=lambda one: one.t_start)
    assert last.vessels[0].mmsi == ONE
    assert "passed_here" in held(last)


# Real ways, shifted in time


DEMO = Path(__file__).parents[2] / "src" / "hanbada" / "app" / "demo_data"


@pytest.fixture(scope="module")
def sound():
    """The two real ways of the case in Long Island Sound."""
    reports = read_reports(str(DEMO / "us_coastal_20200630.parquet"), 0, Account("coast"))
    table = pa.concat_tables([one.positions for one in reports])
    return tuple(table.filter(pc.equal(table["mmsi"], mmsi)) for mmsi in (338_021_008, 367_742_540))


def test_real_ways_shifted_in_time_are_flagged_as_near_as_a_ship_of_that_length_needs(sound):
    """Over twenty minutes of shift the CPA runs from a mile and a half on one side to as much on the other."""
    for length_m, most_m in ((50.0, 300.0), (200.0, 1000.0)):
        near = []
        for seconds in range(-3300, -2000, 60):
            both = pa.concat_tables([sound[0], moved(sound[1], seconds=seconds)]).sort_by("at")
            near += [one.reasons[0].measured for one in found(both, length_m=length_m)]
        assert near
        assert max(near) < most_m
        assert len(near) >= (3 if length_m == 50.0 else 6)


def test_a_case_is_found_again_from_the_reports_of_its_two_ships_alone():
    scene = crossing()
    for i in range(9):
        scene.sail(440_200_000 + i, *destination(*MEET, 40.0 * i + 20, 900.0), 40.0 * i + 20, 3.5, 0, 1800, 20.0)
    watch, kept = start(NO_PORTS, only=("close_quarters",), settings={"close_quarters.least_p": 0.05}), Kept()
    list(take_archive(watch, [Reports(scene.table())], kept))
    stands = standing(watch)
    assert any("crowd" in held(one) for one in stands)
    for one in stands:
        reports = reports_of(watch, kept, {v.mmsi for v in one.vessels})
        anew = again(one, reports, NO_PORTS, None, {"close_quarters.least_p": 0.05})
        assert anew is not None
        assert anew.detection_id == one.detection_id


def test_reports_that_come_late_undo_what_would_have_been():
    """The turn of one ship is heard only after the alarm."""
    scene = Scene()
    scene.sail(ONE, *destination(*MEET, 180.0, 12 * KNOT_MS * 1500), 0.0, 12.0, 0, 1500, 20.0)
    turned = scene.sail(OTHER, *destination(*MEET, 270.0, 12 * KNOT_MS * 1500), 90.0, 12.0, 0, 700, 20.0)
    scene.sail(OTHER, *turned, 200.0, 12.0, 700, 1500, 20.0)
    table = scene.table()
    at = (table["at"].cast("int64").to_numpy() - START) / 1e6
    held_back = (table["mmsi"].to_numpy() == OTHER) & (at > 650)
    watch = start(NO_PORTS, only=("close_quarters",))
    for part in (~held_back, held_back):
        take_reports(watch, Reports(table.filter(part)))
        settle(watch)
    assert {d.episode_id: d.detection_id for d in standing(watch)} == {
        d.episode_id: d.detection_id for d in found(scene)
    }
