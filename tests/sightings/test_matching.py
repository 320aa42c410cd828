"""Sightings find their tracks: silent ones too, across midnight and 180 degrees, and radar's displaced ones."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hanbada.geo.sphere import KNOT_MS, destination, distance_m, wrapped
from hanbada.model.tables import SIGHTINGS
from hanbada.model.times import parse_time
from hanbada.sightings.matching import Known, looks_of, match
from hanbada.sightings.placing import fixes, places
from hanbada.sightings.traffic import traffic
from hanbada.sightings.weighing import WEIGHTS, doppler
from hanbada.tracks.rows import ordered, rows
from hanbada.tracks.segments import Segments, feed
from ships import SECOND, Scene, moved

NOON = parse_time("2024-03-10T23:30:00Z")
"""The scene's ships sail from an hour and a half before midnight to an hour and a half after it."""


def known(scene_table, **given):
    found = ordered(rows(scene_table))
    return Known(fixes(found, feed(Segments(), found)), given.pop("lengths", {}), given.pop("kinds", {}), **given)


def seen(*points, at=NOON + 1800 * SECOND, sensor="optical", **columns):
    """SIGHTINGS at (lat, lon)."""
    size = len(points)
    values = {
        "at": np.full(size, at).astype("datetime64[us]"),
        "sighting_id": [f"s{k}" for k in range(size)],
        "lat_deg": [p[0] for p in points],
        "lon_deg": [wrapped(p[1]) for p in points],
        "error_m": np.full(size, 50.0),
        "sensor": [sensor] * size,
        "presence": np.full(size, 1.0),
        "source": np.zeros(size, np.uint16),
        "line_id": np.arange(1, size + 1, dtype=np.uint64),
    }
    return SIGHTINGS.build(values | columns)


def ring(lat, lon, half_deg):
    return np.array(
        [(lon + x * half_deg, lat + y * half_deg) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    )


def fleet(*, silent=(), silence_s=1800.0):
    """Four ships, 3 nautical miles apart, at 10 kn to the east; some silent around the moment of the image."""
    scene = Scene(start_us=NOON - 3600 * SECOND)
    for k in range(4):
        scene.sail(440_000_001 + k, 35.0 + 0.05 * k, 0.0, 90.0, 10.0, 0.0, 3 * 3600.0, 30.0)

    def heard(at_s, mmsi):
        return mmsi not in silent or abs(at_s - 5400.0) > silence_s

    return scene.table(keep=heard)


def there(k, aside_m=0.0):
    """Where ship k is at the moment of the image."""
    here = destination(35.0 + 0.05 * k, 0.0, 90.0, 10 * KNOT_MS * 5400)
    return destination(*here, 0.0, aside_m)


@pytest.mark.parametrize("east_deg", [0.0, 179.75])
def test_each_ship_is_found_and_who_sends_nothing_is_dark(east_deg):
    table = moved(fleet(silent=(440_000_002,)), east_deg=east_deg)
    points = [there(0), there(1, 300.0), there(3), (35.12, 0.3)]
    sightings = seen(*((lat, lon + east_deg) for lat, lon in points))
    found = match(sightings, known(table), [ring(35.075, 0.27 + east_deg, 0.2)])
    who = [one.track.mmsi if one.verdict == "matched" else one.verdict for one in found.matches]
    assert who == [440_000_001, 440_000_002, 440_000_004, "dark"]
    assert found.matches[1].track.silence_s == pytest.approx(1800, abs=61)
    assert [one.mmsi for one in found.missed if one.unseen > 0.5] == [440_000_003]
    assert found.heard + found.dark + found.no_ship == pytest.approx(4.0)
    assert found.heard == pytest.approx(3.0, abs=0.05)


def test_the_image_may_be_of_midnight_itself():
    at = parse_time("2024-03-11T00:00:00Z")
    assert at == NOON + 1800 * SECOND
    table = fleet(silent=(440_000_002,))
    later = moved(table, seconds=3600.0 * 7)
    one = match(seen(there(1)), known(table)).matches[0]
    other = match(seen(there(1), at=at + 7 * 3600 * SECOND), known(later)).matches[0]
    assert one.track.mmsi == other.track.mmsi == 440_000_002
    assert one.track.probability == pytest.approx(other.track.probability)


def test_two_ships_on_one_number_are_two_tracks():
    scene = Scene(start_us=NOON - 3600 * SECOND)
    for lat in (35.0, 36.0):
        scene.sail(440_000_001, lat, 0.0, 90.0, 10.0, 0.0, 3 * 3600.0, 30.0)
    points = [destination(lat, 0.0, 90.0, 10 * KNOT_MS * 5400) for lat in (35.0, 36.0)]
    found = match(seen(*points), known(scene.table()))
    assert [one.verdict for one in found.matches] == ["matched", "matched"]
    assert len({one.track.track_id for one in found.matches}) == 2


def test_of_two_sightings_near_a_track_only_one_is_it():
    found = match(seen(there(0, 100.0), there(0, 700.0)), known(fleet()), [ring(35.1, 0.27, 0.2)])
    assert found.matches[0].verdict == "matched"
    assert found.matches[1].verdict == "dark"
    assert sum(one.track.probability for one in found.matches if one.track) <= 1.0 + 1e-9


def test_length_tells_two_silent_ships_apart():
    scene = Scene(start_us=NOON - 3600 * SECOND)
    for k in range(2):
        scene.sail(440_000_001 + k, 35.0, 0.01 * k, 90.0, 10.0, 0.0, 3 * 3600.0, 30.0)
    table = scene.table(keep=lambda at_s, _: abs(at_s - 5400.0) > 1800)
    middle = destination(35.0, 0.005, 90.0, 10 * KNOT_MS * 5400)
    lengths = {440_000_001: 300.0, 440_000_002: 40.0}
    for length_m, mmsi in ((300.0, 440_000_001), (38.0, 440_000_002)):
        found = match(seen(middle, length_m=[length_m]), known(table, lengths=lengths)).matches[0]
        assert found.track.mmsi == mmsi
        assert found.track.probability > 0.8


def test_radar_displaces_what_moves_and_the_matcher_knows():
    """10 kn away from the sensor, 850 km from it: 583 m against the flight."""
    shift, per_ms = doppler(
        np.array([[10 * KNOT_MS, 0.0]]), np.array([90.0]), np.array([850_000.0]), np.array([0.0]), WEIGHTS
    )
    assert shift[0] == pytest.approx([0.0, -583.0], abs=0.5)
    assert per_ms[0] == pytest.approx(850_000 / 7500)
    geometry = {"look_deg": [90.0], "slant_m": [850_000.0], "flight_deg": [0.0]}
    south = seen(there(0, -583.0), sensor="sar", error_m=[20.0], **geometry)
    north = seen(there(0, 583.0), sensor="sar", error_m=[20.0], **geometry)
    dense = known(fleet())
    assert match(south, dense).matches[0].verdict == "matched"
    assert match(north, dense).matches[0].track is None
    assert match(south, dense).matches[0].track.shift_m == pytest.approx(583.0, abs=2.0)


def test_without_geometry_nothing_is_displaced():
    nothing = np.array([np.nan])
    shift, per_ms = doppler(np.array([[5.0, 5.0]]), nothing, nothing, nothing, WEIGHTS)
    assert shift[0].tolist() == [0.0, 0.0]
    assert per_ms[0] == 0.0


def test_ships_alongside_are_one_raft_of_one_blob():
    scene = Scene(start_us=NOON - 3600 * SECOND)
    for k in range(3):
        scene.sail(440_000_001 + k, *destination(35.0, 0.0, 90.0, 30.0 * k), 0.0, 0.0, 0.0, 3 * 3600.0, 60.0)
    found = match(seen(destination(35.0, 0.0, 90.0, 30.0)), known(scene.table()), [ring(35.0, 0.0, 0.1)])
    (one,) = found.matches
    assert one.verdict == "matched" or one.runner_up is not None
    if one.verdict == "matched":
        assert set(one.raft) | {one.track.mmsi} == {440_000_001, 440_000_002, 440_000_003}


def test_a_ship_said_by_its_number_is_believed_near_and_doubted_far():
    near = match(seen(there(1, 900.0), mmsi=[440_000_002], sensor="report", error_m=[500.0]), known(fleet()))
    assert near.matches[0].track.mmsi == 440_000_002
    assert near.matches[0].verdict == "matched"
    far = match(seen((34.0, 3.0), mmsi=[440_000_002], sensor="report"), known(fleet()))
    assert far.matches[0].verdict == "dark"


def test_what_is_hardly_a_ship_is_never_called_dark():
    found = match(seen((35.3, 0.3), presence=[0.4]), known(fleet()))
    assert found.matches[0].verdict == "unresolved"
    assert found.no_ship > 0.1


def test_nothing_seen_and_nobody_heard_are_fine():
    assert match(seen(), known(fleet())).matches == ()
    empty = Scene(start_us=NOON)
    empty.report(440_000_001, 0.0, 35.0, 0.0)
    alone = match(seen((35.0, 3.0)), known(empty.table()))
    assert alone.matches[0].verdict == "dark"
    assert alone.matches[0].track is None


def test_other_ships_far_away_change_nothing():
    scene = Scene(start_us=NOON - 3600 * SECOND)
    scene.sail(440_000_009, -20.0, 100.0, 90.0, 10.0, 0.0, 3 * 3600.0, 30.0)
    more = pa.concat_tables([fleet(), scene.table(source=1)])
    square = [ring(35.1, 0.27, 0.2)]
    assert match(seen(there(0), there(2)), known(more), square) == match(
        seen(there(0), there(2)), known(fleet()), square
    )


def test_a_radar_that_looks_twice_sees_a_ship_twice():
    first = seen(there(0))
    second = seen(
        destination(*there(0), 90.0, 10 * KNOT_MS * 1200), at=NOON + 3000 * SECOND, line_id=np.array([9], np.uint64)
    )
    parts = looks_of(pa.concat_tables([second, first]))
    assert [len(one) for one in parts] == [1, 1]
    assert all(match(one, known(fleet())).matches[0].track.mmsi == 440_000_001 for one in parts)


def test_dark_ships_are_likelier_where_ships_are():
    table = fleet()
    found = ordered(rows(table))
    met = traffic(found.mmsi, found.lat_deg, found.lon_deg)
    lane, beside = (there(0, 700.0), (35.4, 0.27))
    busy = match(seen(lane), known(table, met=met), [ring(35.2, 0.27, 0.3)]).matches[0]
    even = match(seen(lane), known(table), [ring(35.2, 0.27, 0.3)]).matches[0]
    assert busy.unheard >= even.unheard
    assert match(seen(beside), known(table, met=met)).matches[0].verdict == "dark"


@pytest.mark.parametrize("east_deg", [0.0, 179.9])
def test_between_reports_the_middle_follows_the_turn(east_deg):
    """A ship that sails a quarter circle: the smooth way comes nearer to it than the straight one."""
    scene = Scene(start_us=NOON)
    centre, radius_m = (35.0, east_deg), 2000.0
    speed = 8 * KNOT_MS
    for t in np.arange(0.0, 1200.0, 20.0):
        angle = np.degrees(speed * t / radius_m)
        scene.report(440_000_001, t, *destination(*centre, angle, radius_m), 8.0, (angle + 90) % 360)
    table = scene.table(keep=lambda at_s, _: not 300 < at_s < 600)
    found = known(table).fixes
    asked = places(found, np.array([NOON + 450 * SECOND]))
    truth = destination(*centre, np.degrees(speed * 450 / radius_m), radius_m)
    assert distance_m(asked.lat_deg[0], asked.lon_deg[0], *truth) < 40
    assert asked.silence_s[0] == pytest.approx(150, abs=20)


def test_the_density_is_wider_in_the_middle_of_a_silence_and_after_the_last_report():
    found = known(fleet(silent=(440_000_001,))).fixes
    at = NOON - 3600 * SECOND + np.array([3700, 5400, 7100, 10_800 + 3600]) * SECOND
    asked = places(found, at)
    own = found.mmsi[asked.track] == 440_000_001
    wide = dict(zip(asked.moment[own].tolist(), asked.along_m[own].tolist(), strict=True))
    assert wide[0] < wide[1] > wide[2]
    assert wide[3] > wide[1]
