"""Receptions are counted where and when they happened, and can be taken back to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from rowsets import several

from hanbada.geo.sphere import KNOT_MS, destination
from hanbada.tracks.reception import Reception, expect, listen, unlisten
from hanbada.tracks.reception_kernel import FREE, R_DUE, R_HEARD, R_KEY, R_VESSELS
from hanbada.tracks.rows import rows, take
from hanbada.tracks.segments import Segments, feed
from ships import SECOND, Scene, moved, peers

HALF_HOUR = 1800 * SECOND


def counted(state):
    """What stands in the table, without cells that came to nothing."""
    used = state.cells[state.cells[:, R_KEY] != FREE]
    some = used[(used[:, R_HEARD] != 0) | (used[:, R_DUE] != 0) | (used[:, R_VESSELS] != 0)]
    return some[np.argsort(some[:, R_KEY])].tolist()


def taken(table):
    found = rows(table)
    return found, feed(Segments(), found)


def test_what_was_counted_is_taken_back_exactly():
    found, trail = taken(several())
    state, half = Reception(), len(found.at) // 2
    early = take(found, slice(half)), type(trail)(*(c[:half] for c in trail))
    late = take(found, slice(half, None)), type(trail)(*(c[half:] for c in trail))
    listen(state, *early)
    before = counted(state)
    listen(state, *late)
    assert counted(state) != before
    unlisten(state, *late)
    assert counted(state) == before
    unlisten(state, *early)
    assert counted(state) == []


def test_the_order_of_rows_and_their_batches_change_nothing():
    found, trail = taken(several())
    whole, pieces = Reception(), Reception()
    listen(whole, found, trail)
    for part in np.array_split(np.random.default_rng(2).permutation(len(found.at)), 7):
        columns = [c[part] if len(c) == len(found.at) else c for c in trail]
        listen(pieces, take(found, part), type(trail)(*columns))
    assert counted(whole) == counted(pieces)


def surroundings(loss=0.0, seed=1):
    """Eight ships for six hours around a place, heard every 20 s as 10 s are due, some reports lost."""
    scene = Scene()
    peers(scene, 34.0, 129.0, 0, 6 * 3600)
    chance = np.random.default_rng(seed)
    return scene.start_us, scene.table(keep=lambda at_s, mmsi: chance.random() >= loss)


def expected(table, start_us, lat=34.0, lon=129.0, begin_h=1, end_h=4):
    state = Reception()
    listen(state, *taken(table))
    span = (start_us + begin_h * 2 * HALF_HOUR, start_us + end_h * 2 * HALF_HOUR)
    return expect(state, span, (lat, lon), (lat, lon), False, 10.0, 1.0)


def test_the_share_heard_is_that_of_the_transmissions_that_were_due():
    start, table = surroundings()
    heard = expected(table, start)
    assert len(heard.share) == 6
    assert heard.share == pytest.approx(0.5, abs=0.02)
    assert heard.peers.tolist() == [8.0] * 6
    assert heard.receptions == pytest.approx(90.0, abs=4.0)
    start, lossy = surroundings(loss=0.5)
    assert expected(lossy, start).share == pytest.approx(0.25, abs=0.05)


def test_nobody_heard_means_nothing_expected():
    start, table = surroundings()
    heard = expected(table, start, lat=40.0)
    assert heard.peers.tolist() == heard.receptions.tolist() == [0.0] * 6


def test_reception_is_the_same_on_180_degrees_and_on_another_day():
    start, table = surroundings()
    here = expected(table, start)
    east = expected(moved(table, east_deg=51.0), start, lon=-180.0)
    later = expected(moved(table, seconds=86_400 * 30), start + 86_400 * 30 * SECOND)
    for other in (east, later):
        np.testing.assert_allclose(other.share, here.share, atol=0.001)
        assert other.peers.tolist() == here.peers.tolist()


def test_a_table_that_may_not_grow_gives_up_the_older_half_hours():
    scene = Scene()
    for hour in range(200):
        lat, lon = destination(0.0, 10.0, 90.0, hour * 3600 * 20 * KNOT_MS)
        scene.sail(440_123_456, lat, lon, 90.0, 20.0, hour * 3600, hour * 3600 + 3600, 300.0)
    state = Reception(most=1 << 7)
    state.cells = state.cells[: 1 << 6].copy()
    listen(state, *taken(scene.table()))
    kept = state.cells[state.cells[:, R_KEY] != FREE]
    assert len(state.cells) == 1 << 7
    assert state.used == len(kept) <= 1 << 6
    last = scene.start_us + 200 * 2 * HALF_HOUR
    lat, lon = destination(0.0, 10.0, 90.0, 199.5 * 3600 * 20 * KNOT_MS)
    heard = expect(state, (last - HALF_HOUR, last), (lat, lon), (lat, lon), False, 10.0, 1.0)
    assert heard.peers.tolist() == [1.0]
