"""A stay is a stretch of time in a small box, however the reports are cut, and wherever on the globe."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rowsets import coast_rows

from hanbada.geo.sphere import destination, distance_m, turn
from hanbada.tracks import stops
from hanbada.tracks.rows import rows, take
from hanbada.tracks.segments import Segments, feed, restore
from hanbada.tracks.stops import Stops
from ships import SECOND, START, Scene, moved

SHIP, OTHER = 440_123_456, 441_000_002
HOUR_S = 3600


def harbour_day(lon=129.0):
    """A ship that comes in, lies for five hours, goes out, and anchors; another swings round its anchor."""
    scene = Scene()
    lat, east = scene.sail(SHIP, 34.0, lon, 90.0, 10.0, 0, HOUR_S, 60.0)
    scene.sail(SHIP, lat, east, 90.0, 0.0, HOUR_S, 6 * HOUR_S, 180.0)
    lat, east = scene.sail(SHIP, lat, east, 90.0, 10.0, 6 * HOUR_S, 7 * HOUR_S, 60.0)
    scene.sail(SHIP, lat, east, 0.0, 0.0, 7 * HOUR_S, 10 * HOUR_S, 180.0)
    for i in range(160):
        scene.report(OTHER, i * 180, *destination(35.0, lon, i * 7.0 % 360, 320.0), 0.1, i * 7.0 % 360)
    return scene.table()


def found_in(table, **options):
    found, segments = rows(table), Segments()
    trail = feed(segments, found)
    return stops.find(found, trail, segments, **options)


def test_a_stay_runs_from_its_first_to_its_last_report_and_the_last_one_goes_on():
    first, second = (stop for stop in found_in(harbour_day()) if stop.mmsi == SHIP)
    assert [(s.ended_at - s.began_at) / SECOND / HOUR_S for s in (first, second)] == pytest.approx([5.0, 3.0], abs=0.2)
    assert (first.goes_on, second.goes_on) == (False, True)
    assert first.reports > 100
    assert first.last_line > first.first_line


def test_a_ship_that_swings_round_its_anchor_stays():
    (stop,) = (stop for stop in found_in(harbour_day()) if stop.mmsi == OTHER)
    assert stop.reports == 160
    assert distance_m(stop.lat_deg, stop.lon_deg, 35.0, 129.0) < 50
    assert 640 < stop.across_m < 1000


@pytest.mark.parametrize("least_s", [2 * HOUR_S, 4 * HOUR_S, 6 * HOUR_S])
def test_what_is_shorter_than_asked_is_no_stay(least_s):
    lasting = [(s.ended_at - s.began_at) / SECOND for s in found_in(harbour_day(), least_s=least_s)]
    assert all(length >= least_s for length in lasting)
    assert len(lasting) == {2: 3, 4: 2, 6: 1}[least_s // HOUR_S]


def test_a_silence_of_more_than_eight_hours_is_no_stay():
    scene = Scene()
    for t in (0, 7 * HOUR_S, 14 * HOUR_S, 23 * HOUR_S, 24 * HOUR_S):
        scene.report(SHIP, t, 34.0, 129.0)
    assert [(s.began_at - START, s.ended_at - START) for s in found_in(scene.table())] == [(0, 14 * HOUR_S * SECOND)]


@pytest.mark.parametrize(("seconds", "east_deg"), [(86_400, 0.0), (-7200, 0.0), (0, 51.0), (0, -129.0), (0, 50.87)])
def test_another_day_or_meridian_changes_nothing_else(seconds, east_deg):
    here, there = found_in(harbour_day()), found_in(moved(harbour_day(), seconds=seconds, east_deg=east_deg))
    for one, other in zip(here, there, strict=True):
        assert (one.mmsi, one.reports, one.first_line, one.last_line) == (
            other.mmsi,
            other.reports,
            other.first_line,
            other.last_line,
        )
        assert other.began_at - one.began_at == seconds * SECOND
        assert abs(turn(one.lon_deg + east_deg, other.lon_deg)) < 1e-9
        assert -180 <= other.lon_deg < 180


TABLE = harbour_day()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(TABLE)), max_size=10))
def test_any_cut_gives_the_same_stays(cuts):
    found, segments, state = rows(TABLE), Segments(), Stops()
    said = []
    for a, b in pairwise([0, *sorted(cuts), len(TABLE)]):
        part = take(found, slice(a, b))
        said += stops.feed(state, part, feed(segments, part))
    told = [stop for mmsi in (SHIP, OTHER) for stop in stops.of(state, segments, mmsi)]
    assert told == found_in(TABLE)
    assert said == [stop for stop in told if not stop.goes_on]


def test_restored_vessels_stay_as_the_other_fold_left_them():
    found, half = rows(TABLE), len(TABLE) // 2
    early_segments, early = Segments(), Stops()
    stops.feed(early, take(found, slice(half)), feed(early_segments, take(found, slice(half))))
    segments, state = Segments(), Stops()
    scene = Scene()
    scene.sail(512_000_001, -40.0, 100.0, 0.0, 0.0, 0, 9 * HOUR_S, 60.0)
    others = rows(scene.table())
    stops.feed(state, others, feed(segments, others))
    stops.feed(state, found, feed(segments, found))
    both = np.array([SHIP, OTHER])
    restore(segments, early_segments, both)
    stops.restore(state, segments, early, early_segments, both)
    later = take(found, slice(half, None))
    stops.feed(state, later, feed(segments, later))
    assert [s for mmsi in (SHIP, OTHER) for s in stops.of(state, segments, mmsi)] == found_in(TABLE)
    assert len(stops.of(state, segments, 512_000_001)) == 1


def test_old_stays_can_be_dropped():
    found, segments, state = rows(TABLE), Segments(), Stops()
    stops.feed(state, found, feed(segments, found))
    stops.drop_before(state, START + 8 * HOUR_S * SECOND)
    assert [stop.goes_on for stop in stops.of(state, segments, SHIP)] == [True]


def plain_stays(at, lat, lon, *, across_m=1000.0, least_s=7200):
    """Cut the reports of a track where the box of the stretch would get too large, or the silence too long."""
    stretch, stays = [], []
    for i in range(len(at) + 1):
        if i < len(at) and stretch and at[i] - at[stretch[-1]] <= 8 * HOUR_S * SECOND:
            box = [*stretch, i]
            east = [turn(lon[stretch[0]], lon[k]) for k in box]
            south, north = min(lat[k] for k in box), max(lat[k] for k in box)
            high = distance_m(south, 0.0, north, 0.0)
            wide = distance_m((south + north) / 2, min(east), (south + north) / 2, max(east))
            if np.hypot(high, wide) <= across_m:
                stretch.append(i)
                continue
        if stretch and at[stretch[-1]] - at[stretch[0]] >= least_s * SECOND:
            stays.append((at[stretch[0]], at[stretch[-1]], len(stretch)))
        stretch = [i]
    return stays


@pytest.mark.pack
def test_real_stays_are_those_of_the_plain_rules():
    coast = coast_rows()
    found = take(coast, coast.mmsi < np.quantile(coast.mmsi, 0.1))
    segments = Segments()
    trail = feed(segments, found)
    told = {}
    for stop in stops.find(found, trail, segments):
        told.setdefault(stop.track_id, []).append((stop.began_at, stop.ended_at, stop.reports))
    plain = {}
    for track in np.unique(trail.track_id).tolist():
        own = trail.track_id == track
        if stays := plain_stays(found.at[own].tolist(), found.lat_deg[own].tolist(), found.lon_deg[own].tolist()):
            plain[track] = stays
    assert sum(map(len, plain.values())) > 20
    assert told == plain
