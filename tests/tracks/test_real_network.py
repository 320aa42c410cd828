"""Five minutes of the whole Danish shore network: raw lines become tracks without an impossible leg."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.geo.sphere import KNOT_MS, distance_m
from hanbada.tracks.duplicates import Heard, first_heard
from hanbada.tracks.rows import joined, ordered, rows, take
from hanbada.tracks.segments import Segments, births, changes, feed, tracks_of
from hanbada.tracks.segments_kernel import SLACK_M
from shared_sets import pack

pytestmark = pytest.mark.pack


@pytest.fixture(scope="module")
def network():
    """All positions in the order of lines."""
    path = pack("ais-nmea-dma-20131112", "ais-sample.txt.gz")
    return rows(pa.concat_tables([r.positions for r in read_reports(str(path), 0, Account("dma"))]))


@pytest.fixture(scope="module")
def tracked(network):
    once = ordered(take(network, first_heard(Heard(), network)))
    state = Segments()
    return state, once, feed(state, once)


def test_no_leg_is_faster_than_the_ship_can_sail(tracked):
    _, found, trail = tracked
    later = trail.prev_at >= 0
    assert later.sum() > 20_000
    whole_m = trail.leg_m[later]
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond_kn = (whole_m - SLACK_M) / trail.silence_s[later] / KNOT_MS
    top_kn = 1.3 * np.maximum(np.nan_to_num(found.sog_kn[later]), np.nan_to_num(trail.prev_sog_kn[later]))
    assert np.all((whole_m <= SLACK_M) | (beyond_kn <= np.clip(top_kn, 25.0, 500.0)))
    again = [
        distance_m(*place)
        for place in zip(
            trail.prev_lat_deg[later],
            trail.prev_lon_deg[later],
            found.lat_deg[later],
            found.lon_deg[later],
            strict=True,
        )
    ]
    np.testing.assert_allclose(whole_m, again, atol=1e-3)


def test_every_ship_is_one_track_and_every_report_is_on_one(tracked):
    state, found, trail = tracked
    assert (trail.place >= 0).all()
    assert len(np.unique(trail.track_id)) == len(np.unique(found.mmsi)) == 1438
    assert changes(found, trail) == []
    assert len(births(found, trail)) == 1438
    counted = sum(track.count for mmsi in np.unique(found.mmsi).tolist() for track in tracks_of(state, mmsi).values())
    assert counted == len(found.at)


def test_a_shift_over_180_degrees_gives_the_same_tracks(tracked):
    _, found, trail = tracked
    moved = found._replace(lon_deg=(found.lon_deg + 169.0 + 180.0) % 360.0 - 180.0)
    there = feed(Segments(), moved)
    np.testing.assert_array_equal(there.track_id, trail.track_id)
    np.testing.assert_allclose(there.leg_m, trail.leg_m, atol=1e-3)


def test_copies_of_another_receiver_change_no_track(network):
    network = take(network, network.utc_second >= 0)
    heard = Heard()
    alone = ordered(take(network, first_heard(heard, network)))
    own = heard.repeats
    copies = network._replace(at=network.at + 700_000, line_id=network.line_id + (1 << 48))
    both = joined([network, copies])
    both = take(both, np.argsort(both.at, kind="stable"))
    heard = Heard()
    once = ordered(take(both, first_heard(heard, both)))
    assert heard.repeats == len(network.at) + own
    np.testing.assert_array_equal(once.line_id, alone.line_id)
    np.testing.assert_array_equal(feed(Segments(), once).track_id, feed(Segments(), alone).track_id)
