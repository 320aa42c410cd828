"""The picture at any moment is what the plain rules say: between reports, for an hour ahead of the last one, or nothing."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from rowsets import several

from hanbada.app.intake import Account, read_reports
from hanbada.geo.sphere import KNOT_MS, bearing_deg, between, destination, distance_m, turn
from hanbada.tracks.positions import Picture, positions_at, positions_now
from hanbada.tracks.positions_kernel import AHEAD, BETWEEN, REPORTED
from hanbada.tracks.rows import ordered, rows, take
from hanbada.tracks.segments import Segments, feed
from shared_sets import pack
from ships import SECOND, START, Scene, moved

SHIP = 440_123_456
MINUTE = 60 * SECOND


def plain_tracks(found, trail):
    """The reports of each track: (at, lat, lon, sog, cog, line, sog as sent, cog as sent)."""
    tracks = {}
    for i in np.flatnonzero(trail.place >= 0).tolist():
        tracks.setdefault(int(trail.track_id[i]), []).append(i)
    return {track: [_told(found, own, k) for k in range(len(own))] for track, own in tracks.items()}


def plain_picture(tracks, at_us):
    """The same once more for each track, as plainly as it can be written: (lat, lon, sog, cog, age, how, line)."""
    placed = {track: _one(told, at_us) for track, told in tracks.items()}
    return {track: place for track, place in placed.items() if place is not None}


def _one(told, at_us):
    before = [report for report in told if report[0] <= at_us]
    after = [report for report in told if report[0] > at_us]
    if not before:
        return None
    if before[-1][0] == at_us:
        return (*before[-1][1:5], 0.0, REPORTED, before[-1][5])
    if after and after[0][0] - before[-1][0] <= 8 * 60 * MINUTE:
        return _between(before[-1], after[0], at_us)
    at, lat, lon, sog, cog, line = before[-1][:6]
    since_s = (at_us - at) / SECOND
    if since_s > 3600:
        return None
    if sog > 0.35 and not math.isnan(cog):
        lat, lon = destination(lat, lon, cog, sog * KNOT_MS * since_s)
    return lat, lon, sog, cog, since_s, AHEAD, line


def _told(found, own, k):
    """A report with the speed and course made good where it gives none."""
    i, sog, cog = own[k], found.sog_kn[own[k]], found.cog_deg[own[k]]
    if k and math.isnan(sog):
        back = own[k - 1]
        legs = (found.lat_deg[back], found.lon_deg[back], found.lat_deg[i], found.lon_deg[i])
        gap_s = (found.at[i] - found.at[back]) / SECOND
        if 0 < gap_s < 1800:
            sog = distance_m(*legs) / gap_s / KNOT_MS
            cog = bearing_deg(*legs) if math.isnan(cog) and sog > 0.35 else cog
    sent = float(found.sog_kn[i]), float(found.cog_deg[i])
    return int(found.at[i]), float(found.lat_deg[i]), float(found.lon_deg[i]), sog, cog, int(found.line_id[i]), *sent


def _between(one, two, at_us):
    sog_2, cog_2 = two[6:]
    share = (at_us - one[0]) / (two[0] - one[0])
    lat, lon = between(*one[1:3], *two[1:3], share)
    way = distance_m(*one[1:3], *two[1:3])
    sog = one[3] + share * (sog_2 - one[3])
    cog = math.nan if math.isnan(one[4] + cog_2) else (one[4] + share * turn(one[4], cog_2)) % 360
    sog = way / ((two[0] - one[0]) / SECOND) / KNOT_MS if math.isnan(sog) else sog
    if math.isnan(cog):
        cog = bearing_deg(*one[1:3], *two[1:3]) if way > 0 else math.nan
    age_s = min(at_us - one[0], two[0] - at_us) / SECOND
    return lat, lon, sog, cog, age_s, BETWEEN, two[5] if share > 0.5 else one[5]


def same_as_plain(found, trail, at_us, tracks=None):
    got = positions_at(found, trail, at_us)
    expected = plain_picture(plain_tracks(found, trail) if tracks is None else tracks, at_us)
    assert sorted(got.track_id.tolist()) == sorted(expected)
    if not expected:
        return got
    order = np.argsort(got.track_id)
    columns = [np.array(column) for column in zip(*(expected[track] for track in sorted(expected)), strict=True)]
    for name, want in zip(("lat_deg", "lon_deg", "sog_kn", "cog_deg", "age_s"), columns[:5], strict=True):
        np.testing.assert_allclose(getattr(got, name)[order], want, rtol=1e-9, atol=1e-7, err_msg=name)
    assert got.how[order].tolist() == columns[5].tolist()
    assert got.line_id[order].tolist() == columns[6].tolist()
    return got


def fed(table):
    found = rows(table)
    state = Segments()
    return state, found, feed(state, found)


@pytest.mark.pack
def test_real_traffic_is_where_the_plain_rules_put_it_at_every_minute():
    path = pack("ais-nmea-dma-20131112", "ais-sample.txt.gz")
    found = ordered(rows(pa.concat_tables([r.positions for r in read_reports(str(path), 0, Account("dma"))])))
    trail = feed(Segments(), found)
    first = int(found.at.min()) // MINUTE * MINUTE
    tracks = plain_tracks(found, trail)
    sizes = [len(same_as_plain(found, trail, first + minute * MINUTE, tracks).mmsi) for minute in range(7)]
    assert sizes[0] == 0
    assert sizes[-1] == 1438
    half = take(found, slice(0, None, 2))._replace(sog_kn=np.full((len(found.at) + 1) // 2, np.nan))
    same_as_plain(half, feed(Segments(), half), first + 150 * SECOND)


@pytest.mark.parametrize("east_deg", [0.0, 180.0])
def test_a_scene_of_everything_is_where_the_plain_rules_put_it(east_deg):
    _, found, trail = fed(moved(several(), east_deg=east_deg))
    begin = int(found.at.min())
    for at_us in (begin - 1, begin, begin + 1, begin + 61 * SECOND, begin + 2000 * SECOND, begin + 9500 * SECOND):
        if at_us >= begin:
            same_as_plain(found, trail, at_us)
        else:
            assert len(positions_at(found, trail, at_us).mmsi) == 0


def reports(*seconds, knots=10.0):
    scene = Scene()
    for t in seconds:
        scene.report(SHIP, t, *destination(10.0, 179.99, 90.0, knots * KNOT_MS * t), knots, 90.0)
    return fed(scene.table())


def entry(picture: Picture):
    assert len(picture.mmsi) <= 1
    return None if not len(picture.mmsi) else Picture(*(column[0] for column in picture))


@pytest.mark.parametrize(
    ("at_s", "how", "age_s"),
    [
        (0, REPORTED, 0),
        (300, BETWEEN, 300),
        (500, BETWEEN, 100),
        (600, REPORTED, 0),
        (4200, AHEAD, 3600),
        (4201, None, 0),
    ],
)
def test_a_place_is_reported_between_or_ahead_with_its_age(at_s, how, age_s):
    _, found, trail = reports(0, 600)
    at = entry(positions_at(found, trail, START + at_s * SECOND))
    if how is None:
        assert at is None
        return
    assert (at.mmsi, at.how, at.age_s) == (SHIP, how, age_s)
    where = destination(10.0, 179.99, 90.0, 10 * KNOT_MS * at_s)
    assert distance_m(at.lat_deg, at.lon_deg, *where) < 25
    assert -180 <= at.lon_deg < 180


def test_nothing_is_known_in_the_middle_of_nine_hours_but_for_the_first():
    _, found, trail = reports(0, 9 * 3600)
    for at_s, how in ((1800, AHEAD), (3601, None), (9 * 3600 - 10, None), (9 * 3600, REPORTED)):
        at = entry(positions_at(found, trail, START + at_s * SECOND))
        assert (at and at.how) == how
    _, found, trail = reports(0, 8 * 3600)
    assert entry(positions_at(found, trail, START + 4 * 3600 * SECOND)).how == BETWEEN


def test_the_error_grows_with_time_and_shrinks_towards_the_next_report():
    _, found, trail = reports(0, 600, 1200)

    def sigma(at_s):
        return float(entry(positions_at(found, trail, START + at_s * SECOND)).sigma_m)

    assert sigma(600) == 15.0
    assert sigma(601) < sigma(700) < sigma(900) > sigma(1100) > sigma(1199)
    assert sigma(1500) > sigma(900)


def test_a_ship_at_rest_stays_and_its_error_does_not_grow():
    _, found, trail = reports(0, 180, knots=0.2)
    at = entry(positions_at(found, trail, START + 3000 * SECOND))
    assert distance_m(at.lat_deg, at.lon_deg, found.lat_deg[1], found.lon_deg[1]) < 1e-3
    assert at.sigma_m == 15.0


def test_the_picture_now_from_the_open_tracks_is_the_one_from_all_rows():
    state, found, trail = fed(several())
    for later_s in (0, 30, 3599):
        moment = int(found.at.max()) + later_s * SECOND
        now, then = positions_now(state, moment), positions_at(found, trail, moment)
        order = np.argsort(now.track_id), np.argsort(then.track_id)
        for name, one, other in zip(Picture._fields, now, then, strict=True):
            np.testing.assert_allclose(one[order[0]], other[order[1]], err_msg=name)


def test_rows_of_an_earlier_batch_are_not_needed_between_reports():
    whole = reports(0, 600)
    state = Segments()
    feed(state, take(whole[1], slice(1)))
    second = take(whole[1], slice(1, None))
    at = entry(positions_at(second, feed(state, second), START + 300 * SECOND))
    assert at.how == BETWEEN
    assert at.line_id == 1
