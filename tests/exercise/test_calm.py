"""Nobody makes way in the simulated strait, so nobody may have to: a whole day without a near miss."""

import numpy as np
import polars as pl
import pytest

from hanbada.app.places import known_ports
from hanbada.detect.close_quarters import SERVICE
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.exercise import korea_fleet
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.motion import motion_of, states, timetable
from hanbada.model.tables import STATICS
from hanbada.model.times import MINUTE_US, parse_time
from hanbada.tracks.rows import Rows, table

CURTAIN = parse_time("2026-03-01T00:40:00Z")
DAY_MIN = 1440


def positions(vessels, first_min, minutes):
    """Every vessel once a minute, exactly where she is."""
    who, minute = np.tile(np.arange(len(vessels)), minutes), np.repeat(np.arange(minutes), len(vessels)) + first_min
    at = states(motion_of(vessels, [timetable(one) for one in vessels]), who, minute * MINUTE_US)
    none = np.full(len(who), -1, np.int64)
    mmsi = np.array([one.identity.mmsi for one in vessels], np.int64)[who]
    return table(
        Rows(
            CURTAIN + minute * MINUTE_US, mmsi, at.lat_deg, at.lon_deg, at.sog_kn, at.cog_deg, none, at.status, none,
            none + 2, none + 2, (1 << 48) + np.arange(len(who)),
        )
    )  # fmt: skip


def statics(vessels, at):
    """What each says of herself, three times."""
    rows = [
        {
            "at": at + i, "mmsi": one.identity.mmsi, "ship_type": one.ship_type, "to_bow_m": (one.dimensions_m or (0,))[0],
            "to_stern_m": (one.dimensions_m or (0, 0))[1], "source": 1, "line_id": (2 << 48) + i,
        }
        for i in range(3)
        for one in vessels
    ]  # fmt: skip
    frame = pl.DataFrame(rows).with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")))
    missing = [pl.lit(None).alias(name) for name in STATICS.names if name not in frame.columns]
    return frame.with_columns(*missing).select(STATICS.names).to_arrow().cast(STATICS.schema)


def near_misses(vessels, first_min, minutes):
    """Pairs of whom a watch over everybody would say that they come too close."""
    watch = start(known_ports(None), only=("close_quarters",))
    told = positions(vessels, first_min, minutes)
    take_reports(watch, Reports(told, statics(vessels, CURTAIN + first_min * MINUTE_US)))
    settle(watch)
    keys = {one.identity.mmsi: one.key for one in vessels}
    return [tuple(keys[one.mmsi] for one in found.vessels) for found in standing(watch)]


@pytest.mark.parametrize("day", [0, 5])
def test_nobody_comes_too_close_for_a_day(day):
    assert near_misses(korea_strait(CURTAIN).vessels, (day - 1) * DAY_MIN + 720, DAY_MIN) == []


def test_without_the_timetable_many_would(monkeypatch):
    later = {key: at + 37 * i for i, (key, at) in enumerate(korea_fleet.DEPARTURES.items())}
    monkeypatch.setattr(korea_fleet, "DEPARTURES", later)
    assert len(near_misses(korea_strait(CURTAIN).vessels, -720, DAY_MIN)) > 10


def test_after_eight_days_everybody_is_where_she_was():
    vessels = korea_strait(CURTAIN).vessels
    motion, who = motion_of(vessels, [timetable(one) for one in vessels]), np.arange(len(vessels))
    first, again = (states(motion, who, who * 0 + 1000 * MINUTE_US + days * DAY_MIN * MINUTE_US) for days in (0, 8))
    assert again.lat_deg == pytest.approx(first.lat_deg, abs=1e-7)
    assert again.lon_deg == pytest.approx(first.lon_deg, abs=1e-7)


def test_every_vessel_but_those_that_serve_others_stands_in_the_timetable():
    moving = [one for one in korea_fleet.everyday() if len(one.steps) > 1]
    assert {one.key for one in moving if one.ship_type not in SERVICE} == korea_fleet.DEPARTURES.keys()
