"""The same reports give the same tracks, however they are cut, shifted or ordered, and as the plain rules say."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import followed
from rowsets import as_rows, coast_rows, several

from hanbada.geo.sphere import KNOT_MS, destination
from hanbada.tracks.rows import rows, take
from hanbada.tracks.segments import Segments, births, changes, feed, forget, restore, tracks_of
from ships import SECOND, Scene, moved

SHIP = 440_123_456
DAY_S = 86_400


@pytest.fixture(scope="module")
def coast():
    return coast_rows()


SEVERAL = several()
WHOLE = feed(Segments(), rows(SEVERAL))
CARRIED = ("place", "track_id", "quality", "silence_s", "leg_m", "prev_at", "prev_line", "prev_nav", "prev_lat_deg",
           "prev_lon_deg", "prev_sog_kn", "prev_cog_deg", "heard")  # fmt: skip


def same(one, other, columns=CARRIED):
    for name in columns:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def in_pieces(found, cuts):
    state, edges = Segments(), [0, *sorted(cuts), len(found.at)]
    trails = [feed(state, take(found, slice(a, b))) for a, b in itertools.pairwise(edges)]
    return state, trails


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(SEVERAL)), max_size=12))
def test_any_cut_gives_the_same_tracks(cuts):
    found = rows(SEVERAL)
    state, trails = in_pieces(found, cuts)
    whole = type(WHOLE)(*(np.concatenate(columns) for columns in zip(*trails, strict=True)))
    same(whole, WHOLE)
    edges = [0, *sorted(cuts), len(found.at)]
    pieces = [take(found, slice(a, b)) for a, b in itertools.pairwise(edges)]
    said = [switch for piece, trail in zip(pieces, trails, strict=True) for switch in changes(piece, trail)]
    assert said == changes(found, WHOLE)
    alone = Segments()
    feed(alone, found)
    assert {m: tracks_of(state, m) for m in set(found.mmsi.tolist())} == {
        m: tracks_of(alone, m) for m in set(found.mmsi.tolist())
    }


def test_vessel_by_vessel_gives_the_same_as_in_the_order_of_time():
    found = rows(SEVERAL)
    order = np.lexsort((found.line_id, found.at, found.mmsi))
    trail = feed(Segments(), take(found, order))
    columns = set(CARRIED) - {"place"}
    for name in columns:
        np.testing.assert_array_equal(getattr(trail, name), getattr(WHOLE, name)[order], err_msg=name)


@pytest.mark.parametrize("seconds", [DAY_S, -DAY_S, 3600, 366 * DAY_S + 1])
def test_another_day_or_hour_changes_nothing_else(seconds):
    trail = feed(Segments(), rows(moved(SEVERAL, seconds=seconds)))
    same(trail, WHOLE, ("place", "quality", "silence_s", "leg_m", "prev_line", "heard"))
    assert set(trail.track_id - WHOLE.track_id) == {seconds}


@pytest.mark.parametrize("east_deg", [180.0, 179.9, -179.5, 90.0])
def test_another_meridian_changes_nothing_else(east_deg):
    trail = feed(Segments(), rows(moved(SEVERAL, east_deg=east_deg)))
    same(trail, WHOLE, ("place", "track_id", "quality", "silence_s", "prev_line", "heard"))
    np.testing.assert_allclose(trail.leg_m, WHOLE.leg_m, atol=1e-5)


# The plain rules, row for row


@st.composite
def wanderings(draw):
    """Reports of one number that a few ships share, with wrong positions, missing values and long silences."""
    ships = draw(st.lists(st.tuples(st.floats(-60, 60), st.floats(-180, 179.9)), min_size=1, max_size=6))
    steps = st.tuples(
        st.integers(0, len(ships) - 1), st.sampled_from([0, 1, 10, 60, 1700, 1900, 7200, 90_000, 172_900]),
        st.floats(0, 40), st.floats(0, 359.9), st.sampled_from([1, 1, 18, 27, 9]), st.sampled_from([0, 0, 0, 1, 2, 3]),
    )  # fmt: skip
    places, reports, now = list(ships), [], 1_700_000_000 * SECOND
    for ship, wait_s, sog, cog, kind, lack in draw(st.lists(steps, max_size=40)):
        now += wait_s * SECOND
        places[ship] = destination(*places[ship], cog, sog * KNOT_MS * min(wait_s, 600))
        lat, lon = places[ship] if lack != 3 else (np.nan, np.nan)
        reports.append((now, SHIP, lat, lon, np.nan if lack else sog, np.nan if lack == 2 else cog, kind))
    return reports


@settings(max_examples=150, deadline=None)
@given(wanderings())
def test_the_kernel_does_what_the_plain_rules_say(reports):
    trail = feed(Segments(), as_rows(reports))
    placed = followed(reports)
    assert trail.track_id.tolist() == [one.track_id for one in placed]
    np.testing.assert_allclose(trail.leg_m, np.array([one.leg_m for one in placed]), rtol=1e-9, atol=1e-6)


@pytest.mark.pack
def test_real_traffic_gets_the_tracks_the_plain_rules_give(coast):
    found = take(coast, coast.mmsi < np.quantile(coast.mmsi, 0.15))
    trail = feed(Segments(), found)
    columns = (found.at, found.mmsi, found.lat_deg, found.lon_deg, found.sog_kn, found.cog_deg, found.msg_type)
    reports = list(zip(*(column.tolist() for column in columns), strict=True))
    edges = [0, *(np.flatnonzero(np.diff(found.mmsi)) + 1).tolist(), len(reports)]
    placed = [one for a, b in itertools.pairwise(edges) for one in followed(reports[a:b])]
    assert len(placed) > 20_000
    assert trail.track_id.tolist() == [one.track_id for one in placed]


@pytest.mark.pack
def test_real_ships_put_on_one_number_come_apart_again(coast):
    """Segment purity and completeness on real tracks that share a number by our doing.

    Pairs of one harbour that come within a ship's length of each other, without a speed or course, nobody can tell apart.
    """
    numbers, counts = np.unique(coast.mmsi, return_counts=True)
    busy = numbers[counts > 200][:120]
    two = take(coast, np.isin(coast.mmsi, busy))
    pair = np.searchsorted(busy, two.mmsi) // 2
    box = pl.DataFrame({"pair": pair, "mmsi": two.mmsi, "lat": two.lat_deg, "lon": two.lon_deg})
    middle = box.group_by("pair", "mmsi").agg(pl.col("lat", "lon").median(), pl.len()).sort("pair", "mmsi")
    spread = middle.group_by("pair").agg(pl.col("lat", "lon").max() - pl.col("lat", "lon").min())
    apart = spread.filter(pl.max_horizontal("lat", "lon") > 0.25)["pair"].to_numpy()
    kept = np.isin(pair, apart)
    two, pair = take(two, kept), pair[kept]
    alone = feed(Segments(), two).track_id
    shared = two._replace(mmsi=busy[pair * 2])
    order = np.lexsort((shared.line_id, shared.at, shared.mmsi))
    track = feed(Segments(), take(shared, order)).track_id
    assert len(apart) > 45
    assert largest_share(track, two.mmsi[order]) >= 0.99
    assert largest_share(alone[order], track) >= 0.97


def largest_share(groups, labels):
    """Share of the rows that carry the label most frequent in their group."""
    counts = pl.DataFrame({"group": groups, "label": labels}).group_by("group", "label").len()
    return counts.group_by("group").agg(pl.col("len").max())["len"].sum() / len(groups)


@pytest.mark.pack
def test_no_leg_of_a_real_track_is_faster_than_the_ship_is_believed_to_sail(coast):
    trail = feed(Segments(), coast)
    reach = 80.0 * KNOT_MS * trail.silence_s + 500.0
    assert np.nanmax(trail.leg_m - reach) <= 0
    numbers, counts = np.unique(trail.track_id, return_counts=True)
    assert len(numbers) < 1.15 * len(np.unique(coast.mmsi))
    assert counts[counts >= 10].sum() > 0.999 * len(coast.at)


# Going back


def test_restored_vessels_go_on_as_the_other_fold_left_them():
    found = rows(SEVERAL)
    half = len(found.at) // 2
    early, state = Segments(), Segments()
    feed(early, take(found, slice(half)))
    feed(state, rows(Scene.table(_one_more())))
    feed(state, found)
    restore(state, early, np.unique(found.mmsi))
    later = feed(state, take(found, slice(half, None)))
    for name in set(CARRIED) - {"place"}:
        np.testing.assert_array_equal(getattr(later, name), getattr(WHOLE, name)[half:], err_msg=name)


def _one_more():
    scene = Scene()
    scene.sail(512_000_001, -40.0, 100.0, 0.0, 12.0, 0, 600)
    return scene


def test_forgotten_vessels_start_anew_and_others_go_on():
    found = rows(SEVERAL)
    state = Segments()
    trail = feed(state, found)
    forget(state, np.unique(trail.vessel[found.mmsi == 440_000_001]))
    again = feed(state, found)
    mine = found.mmsi == 440_000_001
    np.testing.assert_array_equal(again.leg_m[mine], trail.leg_m[mine])
    assert len(births(found, again)) == 1


def test_tracks_of_many_vessels_keep_their_numbers_as_the_state_grows():
    count = 5000
    reports = [(1_700_000_000 * SECOND + i, 200_000_000 + i, 10.0, 20.0, 5.0, 0.0, 1) for i in range(count)]
    found = as_rows(reports)
    state = Segments()
    feed(state, found)
    trail = feed(state, found._replace(at=found.at + 60 * SECOND))
    assert np.isnan(trail.leg_m).sum() == 0
    assert trail.prev_line.tolist() == found.line_id.tolist()
