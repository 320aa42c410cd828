"""Positions are classed by their track: good, noise, a second ship's stretch, a displaced copy, a place nobody was at."""

from __future__ import annotations

import numpy as np
import pytest
from rowsets import several

from hanbada.geo.sphere import NMI_M, destination
from hanbada.model.tables import TRACKS
from hanbada.tracks.quality import QUALITY, Span, classes, classify, overlap_s, track_table
from hanbada.tracks.rows import rows
from hanbada.tracks.segments import Segments, feed, tracks_of
from ships import SECOND, Scene, moved, peers

SHIP = 440_123_456
HOUR = 3600 * SECOND


def classed(table):
    """The classes by the marks that the scene gave its rows: heading is a column no track looks at."""
    found = rows(table)
    return found, classify(found, feed(Segments(), found))


def kinds_of(scene, *, east_deg=0.0):
    """Names of the classes of each stretch of the ship: its ordinal latitude tells which."""
    found, quality = classed(moved(scene.table(), east_deg=east_deg))
    mine = found.mmsi == SHIP
    return {band: {QUALITY[q] for q in quality[mine & (np.floor(found.lat_deg) == band)].tolist()} for band in
            np.unique(np.floor(found.lat_deg[mine])).astype(int).tolist()}  # fmt: skip


def with_main(hours=6):
    """A ship under way for some hours among others, on latitude 34."""
    scene = Scene()
    peers(scene, 34.3, 129.0, 0, hours * 3600)
    scene.sail(SHIP, 34.3, 128.5, 90.0, 10.0, 0, hours * 3600, 30.0)
    return scene


def test_a_track_on_its_own_is_good_however_short():
    scene = Scene()
    scene.report(SHIP, 0, 34.5, 128.0)
    assert kinds_of(scene) == {34: {"good"}}


def test_a_few_wrong_positions_beside_a_track_are_noise():
    scene = with_main()
    for t in (3601, 3613, 9001):
        scene.report(SHIP, t, 38.5, 128.0)
    assert kinds_of(scene) == {34: {"good"}, 38: {"noise"}}


def test_a_second_ship_on_the_number_is_good_too():
    scene = with_main()
    peers(scene, 38.5, 128.0, 0, 6 * 3600, first=440_800_000)
    scene.sail(SHIP, 38.5, 128.0, 45.0, 3.0, 7, 6 * 3600, 30.0)
    assert kinds_of(scene) == {34: {"good"}, 38: {"good"}}
    state = Segments()
    feed(state, rows(scene.table()))
    assert overlap_s(tracks_of(state, SHIP).values()) == pytest.approx(6 * 3600, abs=60)


def test_a_stretch_of_another_ship_with_few_reports_is_short():
    scene = with_main()
    peers(scene, 38.5, 128.0, 0, 6 * 3600, first=440_800_000)
    scene.sail(SHIP, 38.5, 128.0, 45.0, 3.0, 7, 2 * 3600, 200.0)
    assert kinds_of(scene) == {34: {"good"}, 38: {"short"}}


@pytest.mark.parametrize("east_deg", [0.0, 50.6])
def test_a_displaced_copy_is_an_offset_on_any_meridian(east_deg):
    scene = with_main()
    peers(scene, 36.3, 129.0, 0, 6 * 3600, first=440_800_000)
    scene.sail(SHIP, 36.3, 128.7, 90.0, 10.25, 7, 6 * 3600, 30.0)
    assert kinds_of(scene, east_deg=east_deg) == {34: {"good"}, 36: {"offset"}}


def test_two_moored_ships_on_one_number_are_no_copies():
    scene = Scene()
    peers(scene, 34.3, 129.0, 0, 6 * 3600)
    scene.sail(SHIP, 34.3, 129.0, 0.0, 0.0, 0, 6 * 3600, 60.0)
    lat, lon = destination(34.3, 129.0, 0.0, 45 * NMI_M)
    peers(scene, lat, lon, 0, 6 * 3600, first=440_800_000)
    scene.sail(SHIP, lat, lon, 0.0, 0.0, 31, 6 * 3600, 60.0)
    assert kinds_of(scene) == {34: {"good"}, 35: {"good"}}


def test_a_track_where_nobody_else_is_heard_is_a_ghost_beside_a_real_one():
    scene = with_main()
    scene.sail(SHIP, 50.5, 160.0, 45.0, 3.0, 7, 6 * 3600, 30.0)
    assert kinds_of(scene) == {34: {"good"}, 50: {"ghost"}}


def test_a_lone_ship_far_out_is_no_ghost():
    scene = Scene()
    scene.sail(SHIP, 50.5, 160.0, 45.0, 3.0, 7, 6 * 3600, 30.0)
    assert kinds_of(scene) == {50: {"good"}}


def test_a_track_after_days_of_silence_is_not_measured_against_the_one_before():
    old = Span(1, 0, 100 * HOUR, 1000)
    assert classes([old, Span(2, 149 * HOUR, 149 * HOUR, 1)]) == {1: 0, 2: 0}
    assert classes([old, Span(2, 147 * HOUR, 147 * HOUR, 1)]) == {1: 0, 2: 1}


def test_the_table_of_tracks_is_as_declared_and_says_what_came_before():
    found = rows(several())
    trail = feed(Segments(), found)
    table = track_table(found, trail, classify(found, trail))
    assert table.schema == TRACKS.schema
    assert table["leg_m"].null_count == len(set(trail.track_id))
    assert {QUALITY[q] for q in table["quality"].to_pylist()} == {"good", "noise"}


def test_rows_without_a_position_and_repeats_say_so():
    scene = Scene()
    for t in (0, 10, 10, 20):
        scene.report(SHIP, t, 34.0, 128.0)
    found = rows(scene.table())
    found.lat_deg[3] = np.nan
    assert [QUALITY[q] for q in classify(found, feed(Segments(), found))] == ["good", "good", "repeat", "no position"]
