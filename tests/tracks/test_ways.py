"""Places and motion that are kept of a way, the circles in it and its jumps."""

from __future__ import annotations

import numpy as np
import pytest

from hanbada.geo.sphere import KNOT_MS, destination
from hanbada.tracks import jumps, rounds_kernel, ways, ways_kernel
from hanbada.tracks.rounds import Wanted, rounds
from hanbada.tracks.rows import Rows, ordered, rows, take
from hanbada.tracks.segments import Segments, feed
from hanbada.tracks.ways import Ways, joined, read
from ships import Scene

SHIP = 440_123_456
WANTED = Wanted(0.08, 300.0, 100.0, 20_000.0, 1800.0)


def followed(given: Rows, *cuts: int):
    segments, state, places, motion = Segments(), Ways(), [], []
    for part in np.split(np.arange(len(given.at)), cuts):
        some = take(given, part)
        kept, moved = read(state, some, feed(segments, some))
        places.append(kept)
        motion.append(moved)
    return joined(places), [np.concatenate(column) for column in zip(*motion, strict=True)]


def circling(radius_m: float, knots: float, noise_m: float = 0.0, hours: float = 3.0, middle=(40.0, 179.99)) -> Rows:
    """A ship that comes straight, goes round a circle, and goes on."""
    scene, dice = Scene(), np.random.default_rng(4)
    around = np.degrees(knots * KNOT_MS * 10.0 / radius_m)
    on = destination(*middle, 0.0, radius_m)
    scene.sail(SHIP, *destination(*on, 270.0, 3600 * knots * KNOT_MS), 90.0, knots, 0, 3600)
    for i, t in enumerate(np.arange(3600, 3600 + hours * 3600, 10.0)):
        here = destination(*middle, i * around, radius_m)
        here = destination(*here, dice.uniform(0, 360), abs(dice.normal(0, noise_m)) if noise_m else 0.0)
        scene.report(SHIP, t, *here, knots, 123.0)
    return ordered(rows(scene.table()))


@pytest.mark.parametrize(("radius_m", "knots"), [(150.0, 6.0), (1_000.0, 12.0), (5_000.0, 25.0)])
@pytest.mark.parametrize("noise", [0.0, 0.015])
def test_a_circle_of_any_size_is_found_with_its_radius_and_the_course_that_does_not_follow(
    radius_m, knots, noise
) -> None:
    places, _ = followed(circling(radius_m, knots, noise * radius_m, hours=6.0))
    (one,) = rounds(places, WANTED)
    assert one.radius_m == pytest.approx(radius_m, rel=0.05)
    assert one.lat_deg == pytest.approx(40.0, abs=0.002 + radius_m * 1e-6)
    assert one.course_off_deg > 60.0
    assert one.off < 0.06


def test_a_ship_that_goes_straight_or_to_and_fro_goes_round_no_circle() -> None:
    scene = Scene()
    at = scene.sail(SHIP, 40.0, 10.0, 60.0, 12.0, 0, 7200)
    for leg in range(12):
        at = scene.sail(SHIP, *at, 90.0 + 180.0 * (leg % 2), 8.0, 7200 + 900 * leg, 7200 + 900 * (leg + 1))
    places, _ = followed(ordered(rows(scene.table())))
    assert rounds(places, WANTED) == []
    assert len(places.at) < 60


@pytest.mark.parametrize("cuts", [(5,), (400, 401, 402), tuple(range(100, 2000, 100))])
def test_how_rows_are_cut_changes_nothing_that_is_kept(cuts: tuple[int, ...]) -> None:
    given = circling(1_000.0, 12.0, 20.0)
    for whole, parts in zip(followed(given), followed(given, *cuts), strict=True):
        for one, other in zip(whole, parts, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("radius_m", "noise_m"), [(150.0, 3.0), (1_000.0, 70.0), (3_000.0, 150.0)])
def test_where_the_kept_places_begin_changes_no_circle_after_them(radius_m: float, noise_m: float) -> None:
    places, _ = followed(circling(radius_m, 12.0, noise_m, hours=4.0))
    told = rounds(places, WANTED)
    assert told
    for begin in range(1, min(told[0].first, 33) + 1):
        later = rounds(ways.take(places, slice(begin, None)), WANTED)
        assert [one._replace(first=one.first + begin, last=one.last + begin) for one in later] == told


def test_the_compiled_loops_do_what_the_plain_ones_do(monkeypatch) -> None:
    given = circling(1_000.0, 12.0, 20.0)
    places, motion = followed(given)
    circles = rounds(places, WANTED)
    monkeypatch.setattr(ways.k, "read", ways_kernel.read.py_func)
    for name in ("turned", "seek"):
        monkeypatch.setattr(rounds_kernel, name, getattr(rounds_kernel, name).py_func)
    plain, moved = followed(given)
    for one, other in zip((*places, *motion), (*plain, *moved), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    assert str(rounds(plain, WANTED))[:60] == str(circles)[:60]


def test_perfect_motion_is_told_from_motion_with_a_metre_of_noise() -> None:
    perfect, noisy, dice = Scene(), Scene(), np.random.default_rng(1)
    perfect.sail(SHIP, 40.0, 10.0, 60.0, 12.0, 0, 4000)
    for t in np.arange(0, 4000, 10.0) + dice.normal(0, 0.3, 400):
        here = destination(40.0, 10.0, 60.0, 12.0 * KNOT_MS * t)
        noisy.report(SHIP, t, *destination(*here, dice.uniform(0, 360), abs(dice.normal(0, 3.0))), 12.0, 60.0)
    shares = []
    for scene in (perfect, noisy):
        _, motion = followed(ordered(rows(scene.table())))
        steps, smooth, even = motion[4].sum(), motion[5].sum(), motion[6].sum()
        shares.append((smooth / steps, even / steps))
    assert min(shares[0]) > 0.97
    assert max(shares[1]) < 0.5


def test_a_way_displaced_and_back_keeps_its_vector() -> None:
    scene = Scene()
    at = scene.sail(SHIP, 40.0, 10.0, 60.0, 12.0, 0, 3600)
    far = destination(*at, 200.0, 50_000.0)
    scene.sail(SHIP, *far, 60.0, 12.0, 3600, 7200)
    scene.sail(SHIP, *destination(*at, 60.0, 12.0 * KNOT_MS * 3600), 60.0, 12.0, 7200, 9000)
    places, _ = followed(ordered(rows(scene.table())))
    (jump,) = jumps.jumps(places)
    one = jumps.displaced(places, jump)
    assert one is not None
    assert one.off < 0.01
    assert np.hypot(one.east_m, one.north_m) == pytest.approx(50_000.0, rel=0.01)
    assert jump.beside == 0.0


def test_a_copy_beside_a_way_keeps_its_vector_and_another_ship_does_not() -> None:
    scene = Scene()
    turn = destination(40.0, 10.0, 60.0, 12.0 * KNOT_MS * 3600)
    scene.sail(SHIP, 40.0, 10.0, 60.0, 12.0, 0, 3600)
    scene.sail(SHIP, *turn, 150.0, 12.0, 3600, 7200)
    copy = destination(40.0, 10.0, 180.0, 40_000.0)
    after = destination(*destination(40.0, 10.0, 60.0, 12.0 * KNOT_MS * 3600), 180.0, 40_000.0)
    scene.sail(SHIP, *destination(*copy, 60.0, 12.0 * KNOT_MS * 1800), 60.0, 12.0, 1803, 3600)
    scene.sail(SHIP, *after, 150.0, 12.0, 3603, 7000)
    scene.sail(SHIP, 41.5, 10.0, 60.0, 12.0, 1807, 7000)
    places, _ = followed(ordered(rows(scene.table())))
    found = sorted(jumps.copied(places, one).off for one in jumps.jumps(places))
    assert found[0] < 0.02
    assert found[1] > 0.05


def test_what_is_kept_of_a_vessel_follows_its_own_clock() -> None:
    near, far = (followed(circling(1_000.0, 12.0))[0] for _ in range(2))
    later = far._replace(mmsi=far.mmsi + 1, at=far.at + 700 * 86_400_000_000)
    kept = ways.lately(joined([near, later]), 3_600_000_000)
    for mmsi, own in ((SHIP, near), (SHIP + 1, later)):
        assert kept.at[kept.mmsi == mmsi].tolist() == own.at[own.at >= own.at.max() - 3_600_000_000].tolist()
