"""The chain gives the same answer however its input is cut, delayed, moved in time or carried around the globe."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports
from hanbada.engine.local import Kept, again, reports_of, take_archive, take_as_live
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from shared_sets import pack
from ships import NO_PORTS, Scene, moved, peers

DAY_S = 86_400


def ids(watch):
    return {d.episode_id: d.detection_id for d in standing(watch)}


def taken(positions, statics=None, cuts=(), *, ports, window_rows=None, **options):
    watch = start(ports, window_rows=window_rows, **options)
    if statics is not None:
        take_reports(watch, Reports(positions.slice(0, 0), statics))
    edges = [0, *sorted(cuts), len(positions)]
    for begin, end in itertools.pairwise(edges):
        take_reports(watch, Reports(positions.slice(begin, end - begin)))
        settle(watch)
    settle(watch)
    return watch


@pytest.fixture(scope="module")
def coast():
    """Half a day of real traffic in the order of time, and what all detectors say of it in one go."""
    path = pack("ais-us-tracktable-2020", "US_coastal_2020_06_30.parquet")
    reports = list(read_reports(str(path), 0, Account("coast")))
    frame = pl.DataFrame(pa.concat_tables([r.positions for r in reports])).filter(pl.col("lon_deg") > -100).sort("at")
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt64).alias("line_id"))
    positions = frame.to_arrow().cast(reports[0].positions.schema)
    ports = known_ports(None)
    return positions, ports, ids(taken(positions, ports=ports))


@pytest.mark.pack
def test_any_way_of_cutting_the_lines_gives_the_same_detections(coast):
    positions, ports, whole = coast
    assert len(whole) > 50
    rng = np.random.default_rng(5)
    for cuts in (rng.integers(0, len(positions), 20), [1, 2, 3, len(positions) - 1]):
        assert ids(taken(positions, cuts=cuts.tolist() if hasattr(cuts, "tolist") else cuts, ports=ports)) == whole


@pytest.mark.pack
@pytest.mark.parametrize("window_rows", [None, 40_000])
def test_lines_that_come_late_give_the_same_detections(coast, window_rows):
    positions, ports, whole = coast
    rng, count = np.random.default_rng(6), len(positions)
    at = positions["at"].cast(pa.int64()).to_numpy()
    delay = np.where(rng.random(count) < 0.02, rng.exponential(600e6, count), 0)
    order = np.argsort(at + delay, kind="stable")
    cuts = rng.integers(0, count, 20).tolist()
    watch = taken(positions.take(order), cuts=cuts, ports=ports, window_rows=window_rows)
    assert watch.counts.late > 500
    assert watch.counts.too_late == 0
    assert ids(watch) == whole


@pytest.mark.pack
def test_a_live_watch_over_an_archive_comes_to_the_same(coast):
    positions, ports, whole = coast
    by_vessel = positions.take(np.argsort(positions["mmsi"].to_numpy(), kind="stable"))
    for order in (positions, by_vessel):
        for take_all in (take_archive, take_as_live):
            watch = start(ports)
            list(take_all(watch, [Reports(order)], Kept()))
            assert ids(watch) == whole


@pytest.mark.pack
def test_every_version_is_found_again_from_its_own_evidence(coast):
    positions, ports, _ = coast
    watch, kept = start(ports), Kept()
    said = [d for d in take_as_live(watch, [Reports(positions)], kept) if d.state != "retracted"]
    assert len(said) > 500
    for detection in said[:: len(said) // 120]:
        evidence = reports_of(watch, kept, {vessel.mmsi for vessel in detection.vessels})
        anew = again(detection, evidence, ports, None, {})
        assert anew is not None
        assert anew.reasons == detection.reasons
        assert anew.counter_evidence == detection.counter_evidence
        assert anew.probability == detection.probability


def scene_of_everything():
    """A gap, an encounter, an impossible jump, two ships on one number, and none of them sails as ships do."""
    scene = Scene()
    peers(scene, 34.0, 0.0, 0, 6 * 3600)
    lat, lon = scene.sail(440_000_001, 34.0, -0.01, 90.0, 2.0, 0, 5400)
    scene.sail(440_000_001, lat, lon, 90.0, 2.0, 5400 + 3 * 3600, 6 * 3600)
    scene.sail(441_000_002, 33.5, -0.002, 90.0, 0.3, 3600, 5 * 3600, 60.0)
    scene.sail(441_000_003, 33.5, 0.001, 90.0, 0.2, 3600, 5 * 3600, 60.0)
    scene.sail(431_000_004, 33.0, -0.2, 90.0, 10.0, 0, 3600)
    scene.sail(431_000_004, 33.0, 2.2, 90.0, 10.0, 3700, 7200)
    scene.sail(412_000_005, 32.5, -0.1, 90.0, 10.0, 0, 10_800, 20.0)
    scene.sail(412_000_005, 32.5, 0.6, 270.0, 10.0, 5, 10_800, 20.0)
    return scene.table()


def described(watch, *, seconds=0, east_deg=0.0):
    """What was found, with time and place brought back by a shift."""
    return sorted(
        (
            d.kind,
            d.state,
            d.t_start - seconds * 1_000_000,
            tuple(v.mmsi for v in d.vessels),
            round(d.probability, 4),
            tuple((r.quantity, round(r.measured, 1)) for r in d.reasons),
            tuple(round((x - east_deg + 540) % 360 - 180, 5) for x, _ in d.geometry.coordinates),
        )
        for d in standing(watch)
    )


@pytest.fixture(scope="module")
def everything():
    table = scene_of_everything()
    watch = taken(table, ports=NO_PORTS)
    assert {d.kind for d in standing(watch)} == {"gap", "encounter", "impossible", "identity", "spoofing"}
    return table, described(watch)


@pytest.mark.parametrize("seconds", [DAY_S, 4 * 3600, -7200, 366 * DAY_S + 1800])
def test_another_day_or_hour_changes_nothing_else(everything, seconds):
    table, found = everything
    watch = taken(moved(table, seconds=seconds), ports=NO_PORTS)
    assert described(watch, seconds=seconds) == found


@pytest.mark.parametrize("east_deg", [180.0, 179.95, -179.5, 90.0])
def test_crossing_180_degrees_changes_nothing_else(everything, east_deg):
    table, found = everything
    watch = taken(moved(table, east_deg=east_deg), ports=NO_PORTS)
    assert [(k, s, t, m) for k, s, t, m, *_ in described(watch, east_deg=east_deg)] == [
        (k, s, t, m) for k, s, t, m, *_ in found
    ]


def encounter(begin: str, lon: float):
    from hanbada.model.times import parse_time

    scene = Scene(parse_time(begin))
    scene.sail(441_000_002, 20.0, lon - 0.0007, 90.0, 0.0, 0, 6600, 60.0)
    scene.sail(441_000_003, 20.0, lon + 0.0007, 90.0, 0.0, 0, 6600, 60.0)
    return scene.table()


@pytest.mark.parametrize(
    ("begin", "lon"),
    [("2024-06-30T23:05:00Z", 150.0), ("2024-06-30T05:05:00Z", 180.0), ("2024-12-31T23:05:00Z", -180.0)],
)
def test_an_encounter_at_midnight_or_on_180_degrees_is_one_encounter(begin, lon):
    watch = taken(encounter(begin, lon), ports=NO_PORTS, only=["encounter"])
    (found,) = standing(watch)
    assert found.reasons[0].measured == 108 * 60
    assert 100 < found.reasons[1].measured < 200


def test_unrelated_vessels_change_nothing(everything):
    table, found = everything
    far = Scene()
    far.sail(512_000_001, -40.0, 100.0, 0.0, 12.0, 0, 6 * 3600, 60.0)
    both = pa.concat_tables([table, far.table(source=1)]).sort_by("at")
    assert described(taken(both, ports=NO_PORTS)) == found
