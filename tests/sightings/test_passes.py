"""Passes of satellites: SGP4's own example, geometry over the ground, and elements that are not."""

from __future__ import annotations

import numpy as np
import pytest

from hanbada.model.errors import InputError
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US, parse_time
from hanbada.sightings.passes import (
    Ground,
    Swath,
    across,
    could_have_seen,
    ellipse,
    ground,
    passes,
    satellites,
    sidereal_deg,
)

STATION = """ISS (ZARYA)
1 25544U 98067A   19343.69339541  .00001764  00000-0  38792-4 0  9991
2 25544  51.6439 211.2001 0007417  17.6667  85.6398 15.50103472202482
"""
"""The example in the documentation of the package sgp4."""
EPOCH = parse_time("2019-12-09T16:38:29Z")


@pytest.fixture
def station():
    return satellites(STATION)


def test_elements_are_read_with_their_name_and_epoch(station):
    (one,) = station
    assert one.name == "ISS (ZARYA)"
    assert abs(one.epoch_us - EPOCH) < SECOND_US
    assert satellites("\n".join(STATION.splitlines()[1:]))[0].name == "25544"


@pytest.mark.parametrize(
    "text",
    ["", "nothing here", STATION.replace("9991", "9992"), STATION.replace("2 25544", "2 25545")],
)
def test_what_are_no_elements_is_said(text):
    with pytest.raises(InputError, match="elements"):
        satellites(text)


def test_sidereal_time_is_that_of_the_almanac():
    """Vallado 2013, example 3-5: 1992-08-20 12:14 UT1."""
    at = parse_time("1992-08-20T12:14:00Z")
    assert sidereal_deg(np.array([at]))[0] == pytest.approx(152.578788, abs=1e-5)


def test_the_ground_track_keeps_to_its_inclination_and_goes_round(station):
    at = EPOCH + np.arange(0, DAY_US, MINUTE_US)
    below = ground(station[0], at)
    assert 51.6 < np.abs(below.lat_deg).max() < 51.9
    assert np.abs(below.lon_deg).max() <= 180.0
    ups = np.flatnonzero((below.lat_deg[:-1] < 0) & (below.lat_deg[1:] >= 0))
    assert 15 <= len(ups) <= 16
    west = (np.diff(below.lon_deg[ups]) + 180) % 360 - 180
    assert np.all((west < -22) & (west > -26))


def test_places_lie_ahead_and_to_the_right(station):
    below = Ground(np.array([0.0]), np.array([179.9]), np.array([0.0]))
    ahead, aside = across(below, np.array([1.0, 0.0, 0.0]), np.array([179.9, -179.1, 178.9]))
    assert ahead[0] == pytest.approx([111.2, 0.0, 0.0], abs=0.1)
    assert aside[0] == pytest.approx([0.0, 111.2, -111.2], abs=0.1)


def test_a_pass_is_when_the_swath_covers_the_area(station):
    moment = EPOCH + 37 * MINUTE_US
    below = ground(station[0], np.array([moment]))
    lat, lon = below.lat_deg, below.lon_deg
    found = passes(station, lat, lon, moment - HOUR_US, moment + HOUR_US, Swath(far_km=100))
    assert len(found) == 1
    assert abs(found[0].nearest_at - moment) <= 20 * SECOND_US
    assert abs(found[0].off_km) < 5
    assert found[0].seen == 1.0
    assert passes(station, lat, lon, moment - HOUR_US, moment + HOUR_US, Swath(near_km=50, far_km=100)) == []


def test_a_sensor_that_looks_right_does_not_see_what_is_left(station):
    moment = EPOCH + 37 * MINUTE_US
    below = ground(station[0], np.array([moment]))
    lat = below.lat_deg + np.array([-1.0, 1.0]) * np.sin(below.course) * 0.5
    lon = below.lon_deg + np.array([1.0, -1.0]) * np.cos(below.course) * 0.5 / np.cos(np.radians(below.lat_deg))
    window = (moment - 10 * MINUTE_US, moment + 10 * MINUTE_US)
    sides = [passes(station, lat[[k]], lon[[k]], *window, Swath(far_km=100, both=False)) for k in (0, 1)]
    assert [len(one) for one in sides] == [1, 0]


def test_the_ellipse_holds_what_can_be_reached_and_crosses_180_degrees():
    foci = ((10.0, 179.8), (10.0, -179.8))
    lat, lon = ellipse(foci, 80_000.0)
    east = (lon - 180.0 + 180.0) % 360.0 - 180.0
    metre = 111_195.0
    reach = sum(np.hypot((lat - 10) * metre, (east - x) * metre * np.cos(np.radians(10))) for x in (-0.2, 0.2))
    assert reach.max() < 81_000
    assert np.ptp(east) > 0.5
    assert lon[0] == pytest.approx(-180.0) or lon[0] == pytest.approx(180.0)


def test_a_gap_under_a_pass_could_have_been_seen(station):
    moment = EPOCH + 37 * MINUTE_US
    below = ground(station[0], np.array([moment]))
    here = (float(below.lat_deg[0]), float(below.lon_deg[0]))
    found = could_have_seen(station, (here, here), 50_000.0, moment - HOUR_US, moment + HOUR_US, Swath(far_km=250))
    assert [one.satellite for one in found] == ["ISS (ZARYA)"]
    assert found[0].seen > 0.9
    far = could_have_seen(station, (here, here), 50_000.0, moment + 20 * MINUTE_US, moment + 25 * MINUTE_US, Swath())
    assert far == []
