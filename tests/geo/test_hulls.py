"""Hulls hold what they are drawn around, keep their margin, and do not care for the meridian."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import MultiPoint, Polygon

from hanbada.geo.circles import circle
from hanbada.geo.hulls import holds, hull, laid_out, midst
from hanbada.geo.sphere import destination, distance_m


def places(count: int, east_deg: float = 0.0, seed: int = 3):
    dice = np.random.default_rng(seed)
    found = [destination(54.0, 0.0, dice.uniform(0, 360), dice.uniform(0, 60_000)) for _ in range(count)]
    lon = (np.array([lon for _, lon in found]) + east_deg + 180.0) % 360.0 - 180.0
    return np.array([lat for lat, _ in found]), lon


@pytest.mark.parametrize("count", [1, 2, 3, 30])
@pytest.mark.parametrize("east_deg", [0.0, 180.0, -179.7])
def test_a_hull_holds_its_places_and_all_within_nine_tenths_of_its_margin(count: int, east_deg: float) -> None:
    lat, lon = places(count, east_deg)
    ring = hull(lat, lon, 9_000.0)
    assert ring[0] == ring[-1]
    for one in zip(lat.tolist(), lon.tolist(), strict=True):
        assert holds(ring, *one)
        for course in range(0, 360, 15):
            assert holds(ring, *destination(*one, course, 8_100.0))


def test_nothing_much_farther_than_the_margin_is_held() -> None:
    lat, lon = places(30)
    ring = hull(lat, lon, 9_000.0)
    for course in range(0, 360, 10):
        far = destination(54.0, 0.0, course, 60_000.0 + 10_000.0)
        if min(distance_m(*far, *one) for one in zip(lat.tolist(), lon.tolist(), strict=True)) > 9_500.0:
            assert not holds(ring, *far) or _between(lat, lon, far)


def _between(lat, lon, far) -> bool:
    """Whether a place lies inside the hull of the places themselves, on the plane."""
    flat = laid_out(midst(lat, lon), lat, lon)
    there = laid_out(midst(lat, lon), np.array([far[0]]), np.array([far[1]]))[0]
    return MultiPoint(flat).convex_hull.buffer(9_500.0).contains(MultiPoint([there]))


def test_it_is_the_convex_hull_of_the_circles() -> None:
    lat, lon = places(25)
    flat = laid_out(midst(lat, lon), lat, lon)
    ring = hull(lat, lon, 5_000.0)
    ours = Polygon(laid_out(midst(lat, lon), np.array([p[1] for p in ring]), np.array([p[0] for p in ring])))
    exact = MultiPoint(flat).convex_hull.buffer(5_000.0)
    assert ours.area == pytest.approx(exact.area, rel=0.02)
    assert ours.within(exact.buffer(50.0))


def test_another_meridian_turns_the_hull_and_changes_nothing_else() -> None:
    here, there = hull(*places(12), 9_000.0), hull(*places(12, 180.0), 9_000.0)
    assert len(here) == len(there)
    for (lon, lat), (other, also) in zip(here, there, strict=True):
        assert also == pytest.approx(lat, abs=1e-9)
        assert (other - lon) % 360.0 == pytest.approx(180.0, abs=1e-9)


@pytest.mark.parametrize(("arc_deg", "noise"), [(360, 0.05), (200, 0.02), (90, 0.002)])
def test_a_circle_is_found_through_noise(arc_deg: int, noise: float) -> None:
    dice = np.random.default_rng(1)
    turn = np.radians(np.linspace(0, arc_deg, 60))
    radius = 1_000.0 * (1.0 + noise * dice.standard_normal(60))
    found = circle(4e4 + radius * np.cos(turn), radius * np.sin(turn) - 3e4)
    assert found.radius == pytest.approx(1_000.0, rel=0.1)
    assert found.x == pytest.approx(4e4, abs=100.0)
    assert found.off == pytest.approx(1_000.0 * noise, rel=0.3)


def test_points_on_one_line_are_on_no_circle() -> None:
    found = circle(np.arange(10.0), 3.0 * np.arange(10.0))
    assert not found.radius < 1e6
