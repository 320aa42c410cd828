"""Trawling looks like fishing, lying and steaming do not; stretches are grouped as published; the sun rises on time."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hanbada.geo.sphere import KNOT_MS, destination
from hanbada.geo.sun import elevation_deg
from hanbada.model.times import parse_time
from hanbada.tracks import fishing
from hanbada.tracks.spells import Sample
from shared_sets import pack

FISHING_VESSEL, CARGO = 30, 70
NOON, MIDNIGHT = "2024-06-01T03:00:00Z", "2024-06-01T15:00:00Z"


def sailed(*parts, start=NOON, every_s=300, nav=-1, lon=129.0):
    """Samples of parts (knots, seconds, degrees turned at each sample) one after the other, south of Korea."""
    at, lat, course, found = parse_time(start), 33.0, 0.0, []
    for knots, lasts_s, turned in parts:
        for _ in range(0, lasts_s, every_s):
            found.append(Sample(at, lat, lon, knots, course, -1, nav, 1, holds=True))
            course += turned
            lat, lon = destination(lat, lon, course, knots * KNOT_MS * every_s)
            at += every_s * 1_000_000
    return found


@pytest.mark.parametrize(
    ("part", "kind", "fishes"),
    [
        ((3.0, 7200, 20.0), FISHING_VESSEL, True),
        ((3.0, 7200, 0.0), FISHING_VESSEL, True),
        ((3.0, 7200, 50.0), None, True),
        ((3.0, 7200, 20.0), CARGO, False),
        ((0.1, 7200, 90.0), FISHING_VESSEL, False),
        ((9.5, 7200, 0.0), FISHING_VESSEL, False),
        ((14.0, 7200, 0.0), None, False),
    ],
)
def test_what_looks_like_fishing(part, kind, fishes):
    assert (np.median(fishing.probabilities(sailed(part), kind)) > 0.5) is np.bool_(fishes)


def test_drifting_by_night_and_saying_so_add_to_it():
    slow = (0.9, 7200, 30.0)
    by_day, by_night = (fishing.log_odds(sailed(slow, start=start), None) for start in (NOON, MIDNIGHT))
    assert by_night - by_day == pytest.approx(fishing.LAMP_WEIGHT)
    said = fishing.log_odds(sailed(slow, nav=fishing.SAYS_FISHING), None)
    assert said - by_day == pytest.approx(fishing.SAYS_WEIGHT)


def test_180_degrees_change_nothing():
    here, there = (fishing.log_odds(sailed((3.0, 14_400, 10.0), lon=lon), 30) for lon in (100.0, 179.95))
    assert here == pytest.approx(there, abs=0.51), "the sun apart"
    straight = [fishing.straightness(*np.array([s[1:3] for s in sailed((3.0, 14_400, 10.0), lon=lon)]).T) for lon in (100.0, 179.95)]  # fmt: skip
    assert straight[0] == pytest.approx(straight[1], abs=1e-6)


def test_stretches_are_joined_over_a_short_pause_and_dropped_if_short():
    towed, steamed = (3.0, 5400, 15.0), (11.0, 7200, 0.0)
    assert len(fishing.fishing_spells(sailed(towed, steamed, towed), 30)) == 2
    assert len(fishing.fishing_spells(sailed(towed, (0.2, 1800, 0.0), towed), 30)) == 1
    assert fishing.fishing_spells(sailed((3.0, 900, 15.0)), 30) == []
    (one,) = fishing.fishing_spells(sailed(steamed, towed, steamed), 30)
    assert one.lasted_s == pytest.approx(5400, abs=900)
    assert one.share > 0.7


@pytest.mark.parametrize(
    ("at", "lat", "lon", "degrees"),
    [
        ("2024-06-20T12:02:00Z", 51.4769, 0.0, 61.96),  # solstice noon at Greenwich: 90 - latitude + 23.44
        ("2023-12-31T22:32:00Z", 35.1796, 129.0756, -0.83),  # sunrise in Busan as published, upper limb and refraction
        ("2024-03-20T03:06:00Z", -90.0, 0.0, 0.0),  # equinox at the pole
    ],
)
def test_the_sun_stands_where_almanacs_say(at, lat, lon, degrees):
    height = elevation_deg(np.array([parse_time(at)]), np.array([lat]), np.array([lon]))
    assert float(height[0]) == pytest.approx(degrees, abs=0.15)


@pytest.mark.pack
def test_real_satellite_tracks_fish_at_fishing_speeds_and_not_in_port():
    """One longliner's year has scores of others (SkyTruth): ours rank its reports as they do, roughly."""
    frame = pl.read_csv(pack("ais-sat-2012-pelagos", "measured-hour.csv.gz"), infer_schema_length=10_000)
    frame = frame.sort("timestamp").select("timestamp", "latitude", "longitude", "sog", "new_score")
    samples = [Sample(int(t) * 1_000_000, lat, lon, sog, 0.0, -1, -1, 1, holds=True) for t, lat, lon, sog, _ in frame.iter_rows()]  # fmt: skip
    ours = pl.DataFrame({"ours": fishing.log_odds(samples, 30), "theirs": frame["new_score"]})
    assert ours.select(pl.corr("ours", "theirs", method="spearman")).item() > 0.5
