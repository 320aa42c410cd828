"""Stays too short for cargo, ships that turn up in port, times of arrival that cannot be kept; and what is innocent."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hanbada.detect.contract import Charts
from hanbada.detect.voyage import eta_us
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.points import index_points
from hanbada.geo.sphere import destination
from hanbada.model.tables import STATICS
from hanbada.model.times import parse_time
from hanbada.reference.destinations import destinations, meant
from ships import START, Scene

SHIP, HOUR_S, MINUTE_S = 440_123_456, 3600, 60
PORT = (34.0, 129.0)
PORTS = index_points(["Quayside"], np.array([PORT[0]]), np.array([PORT[1]]))
WHERE = destinations([("Quayside", "KRQQS", *PORT), ("Farhaven", "JPFRH", 34.0, 139.0)])


def told(**says):
    size = {"to_bow_m": 150, "to_stern_m": 50, "to_port_m": 16, "to_starboard_m": 16, "ship_type": 70}
    row = {"mmsi": SHIP, "source": 0, "line_id": 10**6, **size, **says}
    at = pa.array([START]).cast(STATICS.schema.field("at").type)
    return STATICS.build({name: at if name == "at" else [row.get(name)] for name in STATICS.names})


def called(stay_s):
    """A ship that comes in from the west, lies for a while and goes out."""
    scene, out = Scene(), destination(*PORT, 270.0, 80_000.0)
    lat, lon = scene.sail(SHIP, *out, 90.0, 12.0, 0, 13_000, 60.0)
    scene.sail(SHIP, *PORT, 0.0, 0.0, 13_000, 13_000 + stay_s, 60.0)
    scene.sail(SHIP, lat, lon, 270.0, 12.0, 13_000 + stay_s, 26_000 + stay_s, 60.0)
    return scene.table()


def found(table, statics):
    watch = start(PORTS, only=["voyage"], charts=Charts(destinations=WHERE))
    take_reports(watch, Reports(table, statics))
    settle(watch)
    return [[reason.quantity for reason in one.reasons] for one in standing(watch)]


@pytest.mark.parametrize(("stay_s", "said"), [(5400, [["port_time", "port_stop"]]), (20_000, []), (0, [])])
def test_a_stay_too_short_for_cargo_is_told(stay_s, said):
    assert found(called(stay_s), told()) == said


@pytest.mark.parametrize("says", [{"ship_type": 60}, {"to_bow_m": 30, "to_stern_m": 20}])
def test_passengers_and_small_ships_come_and_go(says):
    assert found(called(5400), told(**says)) == []


@pytest.mark.parametrize(("from_m", "said"), [(100_000.0, [["unseen_time", "unseen_way"]]), (20_000.0, [])])
def test_a_ship_that_turns_up_in_port_after_a_silence_is_told(from_m, said):
    scene, out = Scene(), destination(*PORT, 200.0, from_m)
    scene.sail(SHIP, *out, 200.0, 1.0, 0, HOUR_S, 20.0)
    scene.sail(SHIP, *PORT, 0.0, 0.0, 9 * HOUR_S, 10 * HOUR_S, 60.0)
    assert found(scene.table(), told()) == said


def away(says):
    scene = Scene()
    scene.sail(SHIP, 34.0, 130.5, 180.0, 14.0, 0, 10 * HOUR_S, 300.0)
    return found(scene.table(), told(**says))


def test_a_promise_that_cannot_be_kept_is_a_reason_more():
    expected = ["away_time", "away_distance", "away_share"]
    assert away({"destination": "JP FRH"}) == []
    scene = Scene()
    scene.sail(SHIP, 34.0, 133.0, 270.0, 14.0, 0, 10 * HOUR_S, 300.0)
    assert found(scene.table(), told(destination="JP FRH", eta="03-20T20:00")) == [expected]
    assert found(scene.table(), told(destination="JP FRH", eta="03-11T12:00")) == [[*expected, "eta_speed"]]
    assert found(scene.table(), told(destination="NOWHERE")) == []


@pytest.mark.parametrize(
    ("eta", "at", "hours"),
    [("01-02T06:00", "2024-12-31T00:00:00Z", 54), ("12-31T00:00", "2025-01-01T00:00:00Z", -24)],
)
def test_a_time_without_a_year_is_the_nearest(eta, at, hours):
    assert eta_us(eta, parse_time(at)) - parse_time(at) == hours * HOUR_S * 1_000_000


@pytest.mark.parametrize("eta", [None, "", "02-30T12:00", "00-00T24:60"])
def test_a_time_that_is_none_is_none(eta):
    assert eta_us(eta, START) is None


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("KRQQS", ["Quayside"]), ("KR QQS", ["Quayside"]), ("JPFRH>KRQQS", ["Quayside"]), ("TO FARHAVEN", ["Farhaven"]),
        ("FARHAVEN, JAPAN", ["Farhaven"]), ("FARHAVN", ["Farhaven"]), ("QUAYSIDE VIA SUEZ", ["Quayside"]),
        ("FARHAVEN FOR ORDERS", []), ("", []), (">>>", []), ("\u0000\u202e<b>", []), ("A" * 400, []),
    ],
)  # fmt: skip
def test_what_a_destination_may_mean(typed, names):
    assert [place.name for place in meant(WHERE, typed)] == names
