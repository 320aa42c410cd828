"""Port calls: coming, stopping and leaving as seen, null where unseen, the same however the reports are cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from harbour_scenes import (
    EAST,
    HOUR_S,
    OTHER,
    PORTS,
    SHIP,
    WEST,
    cross,
    lie,
    moved_ports,
    plain_calls,
    round_trip,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from rowsets import coast_rows

from hanbada.geo.sphere import destination, distance_m
from hanbada.model.tables import PORT_CALLS
from hanbada.reference import anchorages, ports
from hanbada.store import packs
from hanbada.tracks import calls
from hanbada.tracks.calls import call_table
from hanbada.tracks.harbours import harbours, index_harbours
from hanbada.tracks.harbours_kernel import ways
from hanbada.tracks.rows import rows, take
from hanbada.tracks.segments import Segments, feed, restore
from shared_sets import pack
from ships import SECOND, START, Scene, moved


def called(table, known=PORTS, now_us=None):
    found, segments = rows(table), Segments()
    state = calls.start(known)
    calls.feed(state, found, feed(segments, found))
    calls.settle(state, now_us or 0)
    return [call for mmsi in np.unique(found.mmsi).tolist() for call in calls.of(state, segments, mmsi)]


def hours(call):
    """Entry and exit in hours from the start, None where unseen."""
    return tuple(None if at is None else (at - START) / SECOND / HOUR_S for at in (call.entered_at, call.left_at))


def test_a_round_trip_is_three_calls_whose_ends_are_null_where_nobody_saw_them():
    first, second, third = called(round_trip().table())
    assert [c.port for c in (first, second, third)] == ["WEST", "EAST", "WEST"]
    assert [c.confidence for c in (first, second, third)] == [3, 4, 3]
    assert [c.goes_on for c in (first, second, third)] == [False, False, True]
    assert hours(first) == (None, pytest.approx(2.44, abs=0.03))
    assert hours(second) == (pytest.approx(5.65, abs=0.03), pytest.approx(12.44, abs=0.03))
    assert hours(third) == (pytest.approx(15.65, abs=0.03), None)
    assert [round(c.stopped_s / HOUR_S, 1) for c in (first, second, third)] == [2.0, 6.0, 4.0]
    assert [c.berthed for c in (first, second, third)] == [True, True, True]


def test_a_ship_that_passes_by_is_a_call_of_the_lowest_confidence():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), (35.0, 128.5), 0, 5)
    (call,) = called(scene.table())
    assert (call.port, call.confidence, call.stopped_s, call.berthed) == ("WEST", 1, 0.0, None)
    assert None not in hours(call)


def test_a_minute_at_the_pilot_station_is_no_stop():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), WEST, 0, 5)
    lie(scene, SHIP, WEST, 5, 5.04, every_s=60, nav=0)
    cross(scene, SHIP, WEST, (35.0, 129.0), 5.05, 8)
    first = called(scene.table())[0]
    assert 0 < first.stopped_s < 300
    assert first.confidence == 1


@pytest.mark.parametrize(
    ("nav", "swing_m", "alongside"),
    [(5, 0.0, True), (1, 0.0, False), (0, 0.0, True), (0, 150.0, False), (5, 150.0, False)],
)
def test_a_ship_lies_alongside_or_at_anchor_by_how_it_swings_else_by_what_it_says(nav, swing_m, alongside):
    scene = Scene()
    lie(scene, SHIP, EAST, 0, 6, nav=nav, swing_m=swing_m)
    (call,) = called(scene.table())
    assert call.berthed is alongside


def test_a_short_stop_without_a_status_does_not_tell():
    scene = Scene()
    lie(scene, SHIP, EAST, 0, 0.5, nav=0)
    (call,) = called(scene.table())
    assert call.stopped_s > 1000
    assert call.berthed is None


def test_a_call_is_named_after_where_the_ship_stopped_longest():
    scene = Scene()
    lie(scene, SHIP, (35.1, 129.0), 0, 1)
    cross(scene, SHIP, (35.1, 129.0), EAST, 1, 2)
    lie(scene, SHIP, EAST, 2, 8)
    (call,) = called(scene.table())
    assert call.port == "EAST"
    lie(scene, SHIP, EAST, 8, 8.1)
    cross(scene, SHIP, EAST, (35.1, 129.0), 8.1, 9)
    lie(scene, SHIP, (35.1, 129.0), 9, 20)
    (call,) = called(scene.table())
    assert call.port == "EAST ANCHORAGE"


def test_between_the_inner_and_the_outer_distance_nothing_changes():
    scene = Scene()
    for i, way_m in enumerate([20_000, 9500, 7900, 8500, 9900, 8100, 9999, 10_100, 9000, 8001, 11_000]):
        scene.report(SHIP, i * 1800, *destination(*WEST, 270.0, way_m), 5.0, 90.0)
    (call,) = called(scene.table())
    assert ((call.first_at - START) // SECOND, (call.left_at - START) // SECOND) == (2 * 1800, 7 * 1800)


def test_a_silence_in_port_counts_like_a_stop_and_hides_what_happened_in_it():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), WEST, 0, 5)
    cross(scene, SHIP, WEST, (35.0, 128.5), 11, 13)
    (call,) = called(scene.table())
    assert (call.confidence, call.stopped_s) == (4, 0.0)
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), WEST, 0, 5)
    cross(scene, SHIP, (35.0, 128.3), EAST, 11, 13)
    first, _ = called(scene.table())
    assert (first.left_at, first.confidence, first.goes_on) == (None, 3, False)


def test_coming_in_during_a_long_silence_is_unseen():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), (35.0, 127.5), 0, 2)
    lie(scene, SHIP, WEST, 8, 10)
    (call,) = called(scene.table())
    assert (call.entered_at, call.first_at, call.confidence) == (None, START + 8 * HOUR_S * SECOND, 2)


def test_a_ship_at_anchor_turns_with_the_tide_though_it_hardly_moves():
    scene = Scene()
    lie(scene, SHIP, EAST, 0, 6, nav=0)
    found, segments, told = rows(scene.table()), Segments(), []
    for heading in (np.full(len(found.at), 90), np.linspace(60, 300, len(found.at)).astype(np.int64)):
        state = calls.start(PORTS)
        turned = found._replace(heading_deg=heading)
        calls.feed(state, turned, feed(segments, turned))
        told += [call.berthed for call in calls.of(state, segments, SHIP)]
        segments = Segments()
    assert told == [True, False]


def test_a_ship_silent_for_hours_is_in_port_still_and_for_two_days_no_longer_followed():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), WEST, 0, 5)
    for silent_h, confidence, goes_on in ((3, 1, True), (5, 3, True), (47, 3, True), (50, 3, False)):
        (call,) = called(scene.table(), now_us=START + round((5 + silent_h) * HOUR_S) * SECOND)
        assert (call.confidence, call.goes_on) == (confidence, goes_on)


def test_a_ship_that_switches_off_alongside_for_days_has_not_left():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), WEST, 0, 5)
    lie(scene, SHIP, WEST, 5, 6)
    lie(scene, SHIP, WEST, 80, 82)
    cross(scene, SHIP, WEST, EAST, 82, 86)
    first, _ = called(scene.table())
    assert first.confidence == 4
    assert hours(first) == (pytest.approx(4.57, abs=0.03), pytest.approx(82.4, abs=0.1))


def test_a_ship_lost_in_one_port_and_heard_in_another_left_unseen():
    scene = Scene()
    cross(scene, SHIP, (35.0, 127.0), WEST, 0, 5)
    lie(scene, SHIP, WEST, 5, 6)
    lie(scene, SHIP, EAST, 80, 82)
    first, second = called(scene.table())
    assert [(c.port, c.left_at, c.goes_on) for c in (first, second)] == [("WEST", None, False), ("EAST", None, True)]
    assert second.entered_at is None


def test_a_single_wrong_position_in_a_port_is_no_call_and_stations_that_are_no_ships_make_none():
    scene = Scene()
    cross(scene, SHIP, (37.0, 125.0), (37.0, 126.0), 0, 3)
    scene.report(SHIP, 3605, *WEST, 10.0, 0.0)
    lie(scene, 2_440_001, WEST, 0, 3)
    lie(scene, 994_401_234, WEST, 0, 3)
    lie(scene, 111_440_001, WEST, 0, 3)
    assert called(scene.table()) == []


def test_two_ships_on_one_number_call_each_at_its_own_port():
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 5)
    lie(scene, SHIP, EAST, 0.01, 5)
    assert sorted(c.port for c in called(scene.table())) == ["EAST", "WEST"]


@pytest.mark.parametrize(
    ("seconds", "east_deg"), [(86_400, 0.0), (-3 * HOUR_S, 0.0), (0, 51.5), (0, 52.0), (0, -128.0)]
)
def test_another_day_or_meridian_changes_nothing_else(seconds, east_deg):
    here = called(round_trip().table())
    there = called(moved(round_trip().table(), seconds=seconds, east_deg=east_deg), moved_ports(east_deg))
    for one, other in zip(here, there, strict=True):
        assert (one.port, one.stopped_s, one.berthed, one.confidence, one.first_line) == (
            other.port, other.stopped_s, other.berthed, other.confidence, other.first_line
        )  # fmt: skip
        assert [b - a for a, b in zip((one.first_at, one.last_at), (other.first_at, other.last_at), strict=True)] == [
            seconds * SECOND
        ] * 2


def busy():
    scene = round_trip()
    cross(scene, OTHER, (35.0, 127.0), WEST, 0, 5)
    lie(scene, OTHER, WEST, 5, 6, swing_m=100.0)
    lie(scene, OTHER, WEST, 60, 62)
    cross(scene, OTHER, WEST, EAST, 62, 66)
    scene.report(SHIP, 7205, 37.0, 125.0, 3.0, 0.0)
    return scene.table()


TABLE = busy()


def in_pieces(cuts, found=None):
    found, segments, state = found if found is not None else rows(TABLE), Segments(), calls.start(PORTS)
    for a, b in pairwise([0, *sorted(cuts), len(found.at)]):
        part = take(found, slice(a, b))
        calls.feed(state, part, feed(segments, part))
    return [call for mmsi in (SHIP, OTHER) for call in calls.of(state, segments, mmsi)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(TABLE)), max_size=10))
def test_any_cut_gives_the_same_calls(cuts):
    assert in_pieces(cuts) == in_pieces([])
    assert len(in_pieces([])) == 5


def test_the_order_of_vessels_changes_nothing():
    found = rows(TABLE)
    assert in_pieces([50], take(found, np.lexsort((found.at, found.mmsi)))) == in_pieces([])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_restored_vessels_are_where_the_other_fold_left_them(share):
    found, cut = rows(TABLE), round(len(TABLE) * share)
    early_segments, early = Segments(), calls.start(PORTS)
    calls.feed(early, take(found, slice(cut)), feed(early_segments, take(found, slice(cut))))
    segments, state = Segments(), calls.start(PORTS)
    scene = Scene()
    lie(scene, 512_000_001, EAST, 0, 5)
    for batch in (rows(scene.table()), found):
        calls.feed(state, batch, feed(segments, batch))
    both = np.array([SHIP, OTHER])
    restore(segments, early_segments, both)
    calls.restore(state, segments, early, early_segments, both)
    later = take(found, slice(cut, None))
    calls.feed(state, later, feed(segments, later))
    assert [call for mmsi in both.tolist() for call in calls.of(state, segments, mmsi)] == in_pieces([])
    assert len(calls.of(state, segments, 512_000_001)) == 1


def test_more_events_than_there_is_room_for_are_all_taken(monkeypatch):
    whole = in_pieces([])
    monkeypatch.setattr(calls, "FIRST_EVENTS", 8)
    found = rows(TABLE)
    assert in_pieces([], take(found, slice(None))) == whole


def test_old_calls_can_be_dropped_but_the_last_one_stays():
    found, segments, state = rows(TABLE), Segments(), calls.start(PORTS)
    calls.feed(state, found, feed(segments, found))
    calls.drop_before(state, START + 1000 * HOUR_S * SECOND)
    assert [len(calls.of(state, segments, mmsi)) for mmsi in (SHIP, OTHER)] == [1, 1]


def test_the_table_is_as_declared():
    table = call_table(called(TABLE))
    assert table.schema == PORT_CALLS.schema
    assert table["entered_at"].null_count == 1
    assert call_table([]).num_rows == 0


# Harbours


@pytest.mark.parametrize("middle", [(35.0, 129.0), (0.0, 180.0), (-17.0, -179.9), (71.0, 179.95), (88.0, 10.0)])
def test_the_index_measures_to_the_nearest_boundaries(middle):
    rng = np.random.default_rng(8)
    places = [
        destination(*middle, c, w) for c, w in zip(rng.uniform(0, 360, 30), rng.uniform(0, 60_000, 30), strict=True)
    ]
    lat, lon = (np.array(values) for values in zip(*places, strict=True))
    known = index_harbours([str(i) for i in range(30)], lat, lon, rng.uniform(2000, 8000, 30), np.full(30, 9000.0))
    for c, w in zip(rng.uniform(0, 360, 200), rng.uniform(0, 90_000, 200), strict=True):
        here = destination(*middle, c, w)
        away = np.array([distance_m(*here, *place) for place in places])
        nearest, to_in, to_out = ways(*here, known.place, known.in_m, known.out_m, known.begins, known.members)
        if away.min() < 20_000:
            assert nearest == int(away.argmin())
            assert (
                to_in == pytest.approx((away - known.in_m)[away < 20_000].min(), abs=0.1)
                or to_in <= (away - known.in_m).min() + 0.1
            )
            assert to_out == pytest.approx((known.out_m - away).max(), abs=0.1)
        else:
            assert to_in >= known.margin_m


@pytest.fixture(scope="module")
def known():
    port_list = ports.read({"wpi.csv.gz": pack("geo-ports-wpi", "UpdatedPub150.csv.gz").read_bytes()}).rows
    cells = anchorages.read({"a.csv.gz": pack("geo-anchorages-gfw", "anchorage_overrides.csv.gz").read_bytes()}).rows
    return harbours(port_list, cells)


def test_the_built_in_ports_make_harbours():
    built_in = packs.built_in("ports").rows
    known = harbours(built_in)
    assert len(known.names) == len(built_in)
    assert harbours(None).margin_m == 20_000.0


@pytest.mark.pack
def test_real_calls_are_those_of_the_plain_rules(known):
    coast = coast_rows()
    numbers, counts = np.unique(coast.mmsi, return_counts=True)
    found = take(coast, np.isin(coast.mmsi, numbers[(counts > 100) & (numbers > 200_000_000)][:60]))
    segments, state = Segments(), calls.start(known)
    trail = feed(segments, found)
    calls.feed(state, found, trail)
    told = {}
    for mmsi in np.unique(found.mmsi).tolist():
        for c in calls.of(state, segments, mmsi):
            told.setdefault(c.track_id, []).append((c.entered_at, c.left_at, c.first_at, c.last_at, c.stopped_s))
    plain = {}
    for track in np.unique(trail.track_id).tolist():
        own = trail.track_id == track
        reports = list(
            zip(*(c[own].tolist() for c in (found.at, found.lat_deg, found.lon_deg, found.sog_kn)), strict=True)
        )
        near = _near_only(known, reports)
        if got := plain_calls(near, reports):
            plain[track] = got
    assert sum(map(len, plain.values())) > 60
    assert told == plain


def _near_only(known, reports):
    """The harbours within a quarter degree of a track: the plain rules look at each of them for each report."""
    at = pl.DataFrame(reports, schema=["at", "lat", "lon", "sog"], orient="row")
    box = [at["lat"].min() - 0.25, at["lat"].max() + 0.25, at["lon"].min() - 0.5, at["lon"].max() + 0.5]
    inside = (known.lat_deg > box[0]) & (known.lat_deg < box[1]) & (known.lon_deg > box[2]) & (known.lon_deg < box[3])
    keep = np.flatnonzero(inside)
    names = [known.names[i] for i in keep.tolist()]
    return index_harbours(names, known.lat_deg[keep], known.lon_deg[keep], known.in_m[keep], known.out_m[keep])
