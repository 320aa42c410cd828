"""Reports get the track they belong to: two ships on one number become two tracks, a wrong position becomes noise."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from rowsets import as_rows, several

from hanbada.geo.sphere import KNOT_MS, NMI_M, destination
from hanbada.tracks.rows import joined, ordered, rows, table, take
from hanbada.tracks.segments import Segments, changes, feed, tracks_of, vessel_places
from hanbada.tracks.segments_kernel import GOOD, NO_POSITION, REPEAT, late
from ships import SECOND, Scene

SHIP = 440_123_456


def fed(scene_or_table):
    made = scene_or_table.table() if isinstance(scene_or_table, Scene) else scene_or_table
    found, state = rows(made), Segments()
    return state, found, feed(state, found)


def test_two_ships_on_one_number_become_two_tracks():
    scene = Scene()
    scene.sail(SHIP, 34.0, 128.0, 90.0, 12.0, 0, 7200, 10.0)
    scene.sail(SHIP, 34.0, 129.0, 270.0, 12.0, 3, 7200, 10.0)
    state, found, trail = fed(scene)
    first = (np.rint((found.at - scene.start_us) / SECOND) % 10) == 0
    assert [len(set(trail.track_id[which])) for which in (first, ~first)] == [1, 1]
    assert len(set(trail.track_id)) == 2
    assert {track.count for track in tracks_of(state, SHIP).values()} == {720}


def test_two_ships_that_meet_on_one_number_keep_their_tracks():
    scene = Scene()
    scene.sail(SHIP, 34.0, 128.0, 90.0, 12.0, 0, 7200, 10.0)
    lat, lon = destination(34.0, 128.0, 90.0, 24 * NMI_M)
    scene.sail(SHIP, lat + 0.1, lon, 270.0, 12.0, 3, 7200, 10.0)
    _, found, trail = fed(scene)
    first = (np.rint((found.at - scene.start_us) / SECOND) % 10) == 0
    assert [len(set(trail.track_id[which])) for which in (first, ~first)] == [1, 1]


def test_a_single_wrong_position_is_a_track_of_its_own_and_leaves_the_other_whole():
    scene = Scene()
    scene.sail(SHIP, 34.0, 128.0, 90.0, 12.0, 0, 3600, 10.0)
    scene.report(SHIP, 1805, 35.0, 128.0, 12.0, 90.0)
    state, found, trail = fed(scene)
    wrong = found.lat_deg > 34.9
    assert sorted(track.count for track in tracks_of(state, SHIP).values()) == [1, 360]
    assert np.nanmax(trail.leg_m) == pytest.approx(120 * KNOT_MS, rel=1e-3)
    assert [s.line for s in changes(found, trail)] == [
        *found.line_id[np.flatnonzero(wrong)].tolist(),
        int(found.line_id[np.flatnonzero(wrong)[0] + 1]),
    ]


def test_a_report_without_a_position_belongs_to_no_track_and_breaks_none():
    scene = Scene()
    scene.sail(SHIP, 34.0, 128.0, 90.0, 12.0, 0, 600, 10.0)
    found = rows(scene.table())
    found.lat_deg[30] = found.lon_deg[30] = np.nan
    trail = feed(Segments(), found)
    assert (trail.place[30], trail.track_id[30], trail.quality[30]) == (-1, 0, NO_POSITION)
    assert len(set(np.delete(trail.track_id, 30))) == 1
    assert trail.silence_s[31] == 20.0


def test_the_same_position_at_the_same_time_is_a_repeat():
    scene = Scene()
    for t in (0, 10, 10, 20):
        scene.report(SHIP, t, 34.0, 128.0)
    _, _, trail = fed(scene)
    assert trail.quality.tolist() == [GOOD, GOOD, REPEAT, GOOD]


@pytest.mark.parametrize(("silence_h", "tracks"), [(47.9, 1), (48.1, 2)])
def test_a_track_ends_after_two_days_of_silence(silence_h, tracks):
    scene = Scene()
    scene.sail(SHIP, 34.0, 128.0, 90.0, 0.0, 0, 3600, 60.0)
    scene.sail(SHIP, 34.0, 128.0, 90.0, 0.0, 3540 + silence_h * 3600, 3540 + silence_h * 3600 + 3600, 60.0)
    _, _, trail = fed(scene)
    assert len(set(trail.track_id)) == tracks


def test_an_aircraft_may_fly():
    scene = Scene()
    scene.sail(111_440_001, 34.0, 128.0, 90.0, 200.0, 0, 3600, 60.0, msg_type=9)
    scene.sail(SHIP, 34.0, 128.0, 90.0, 200.0, 0, 3600, 60.0, says=10.0)
    state, _, _ = fed(scene)
    assert len(tracks_of(state, 111_440_001)) == 1
    assert len(tracks_of(state, SHIP)) > 1


def test_a_long_range_report_may_lie_a_mile_off():
    scene = Scene()
    for t, off in ((0, 0.0), (10, 1500.0), (20, 0.0)):
        scene.report(SHIP, t, *destination(34.0, 128.0, 0.0, off), 0.0, 0.0, msg_type=27)
    for t, off in ((0, 0.0), (10, 1500.0), (20, 0.0)):
        scene.report(SHIP + 1, t, *destination(34.0, 128.0, 0.0, off), 0.0, 0.0)
    state, _, _ = fed(scene)
    assert [len(tracks_of(state, mmsi)) for mmsi in (SHIP, SHIP + 1)] == [1, 2]


def test_more_ships_on_a_number_than_tracks_may_be_open_push_out_the_one_heard_least():
    scene = Scene()
    for ship in range(5):
        scene.sail(SHIP, 30.0 + ship, 128.0, 90.0, 0.0, ship, 3600, 60.0)
    state, _, trail = fed(scene)
    assert len({int(t) for t in trail.track_id}) >= 5
    assert sum(track.count for track in tracks_of(state, SHIP).values()) == len(trail.track_id)


def test_one_stays_one_track_at_180_degrees_and_over_midnight():
    scene = Scene()
    scene.sail(SHIP, 10.0, 179.5, 90.0, 20.0, 0, 12 * 3600, 60.0)
    _, _, trail = fed(scene)
    assert len(set(trail.track_id)) == 1
    assert np.nanmax(trail.leg_m) == pytest.approx(20 * 60 * KNOT_MS, rel=1e-6)


def test_speed_and_course_a_provider_leaves_out_are_made_good():
    scene = Scene()
    scene.sail(SHIP, 34.0, 128.0, 45.0, 10.0, 0, 600, 10.0)
    found = rows(scene.table())
    found.sog_kn[:] = found.cog_deg[:] = np.nan
    trail = feed(Segments(), found)
    assert trail.prev_sog_kn[-1] == pytest.approx(10.0, rel=1e-6)
    assert trail.prev_cog_deg[-1] == pytest.approx(45.0, abs=0.1)


def late_ones(state, found):
    behind = np.zeros(len(found.at), np.bool_)
    late(found.at, found.line_id, vessel_places(state, found.mmsi), state.vessels, behind)
    return behind.tolist()


def test_a_report_older_than_one_taken_of_its_vessel_is_late():
    state = Segments()
    base = [(1_700_000_000 * SECOND + t * SECOND, SHIP, 34.0, 128.0, 5.0, 0.0, 1) for t in (0, 10, 20)]
    feed(state, as_rows(base))
    asked = as_rows([(1_700_000_015 * SECOND, SHIP, 34.0, 128.0, 5.0, 0.0, 1), (1_700_000_030 * SECOND, SHIP, 34.0, 128.0, 5.0, 0.0, 1),
                     (1_600_000_000 * SECOND, SHIP + 1, 34.0, 128.0, 5.0, 0.0, 1)])  # fmt: skip
    assert late_ones(state, asked) == [True, False, False]


def test_of_two_reports_at_one_time_the_one_of_the_earlier_line_is_late_after_the_other():
    state = Segments()
    first = as_rows([(1_700_000_000 * SECOND, SHIP, 34.0, 128.0, 5.0, 0.0, 1)])
    feed(state, first._replace(line_id=first.line_id + 6))
    asked = as_rows([(1_700_000_000 * SECOND, SHIP, 34.0, 128.0, 5.0, 0.0, 1)] * 3)
    assert late_ones(state, asked._replace(line_id=asked.line_id + 5)) == [True, False, False]


# Rows and tables


def test_rows_and_tables_hold_the_same():
    made = several()
    assert table(rows(made)).equals(made)


def test_ordered_rows_stand_by_vessel_time_and_line():
    found = rows(several())
    shuffled = take(found, np.random.default_rng(3).permutation(len(found.at)))
    expected = take(found, np.lexsort((found.line_id, found.at, found.mmsi)))
    for name, column in ordered(shuffled)._asdict().items():
        np.testing.assert_array_equal(column, getattr(expected, name), err_msg=name)
    assert len(ordered(joined([])).at) == 0


def test_rows_of_one_time_are_ordered_by_line_and_rows_in_order_are_left_as_they_are():
    same = as_rows([(1_700_000_000 * SECOND, SHIP + i % 2, 34.0, 128.0, 5.0, 0.0, 1) for i in range(6)])
    mixed = ordered(take(same, np.array([5, 2, 0, 3, 1, 4])))
    assert mixed.line_id.tolist() == [1, 3, 5, 2, 4, 6]
    assert ordered(mixed) is mixed


def test_nulls_become_not_a_number_and_minus_one():
    made = several().slice(0, 3)
    holes = made.set_column(2, "lat_deg", pa.array([None, 1.0, 2.0])).set_column(
        7, "nav_status", pa.array([None, 1, None], pa.uint8())
    )
    found = rows(holes)
    assert np.isnan(found.lat_deg).tolist() == [True, False, False]
    assert found.nav_status.tolist() == [-1, 1, -1]
