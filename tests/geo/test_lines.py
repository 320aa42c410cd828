"""Lines on the globe: legs that cross them are found, each once, and so are places beside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.geo.lines import AROUND, BESIDE, NEAR, NOWHERE, REACH_M, index_lines
from hanbada.geo.sphere import NMI_M, destination, distance_m, wrapped

NORTH_SOUTH = np.array([[25.0, 59.0], [25.0, 61.0]])


def one(value: float) -> np.ndarray:
    return np.array([float(value)])


def crossings(index, start, end):
    """Lines that a leg from (lat, lon) to (lat, lon) crosses, with the share of the leg before each."""
    row, segment, share = index.crossed(one(start[0]), one(start[1]), one(end[0]), one(end[1]), np.array([True]))
    assert not row.any()
    return sorted(zip(share.tolist(), index.line[segment].tolist(), strict=True))


def test_a_leg_across_a_line_crosses_it_where_it_does() -> None:
    ((share, line),) = crossings(index_lines([(NORTH_SOUTH,)]), (60.0, 24.99), (60.0, 25.03))
    assert line == 0
    assert share == pytest.approx(0.25)


def test_a_leg_beside_a_line_crosses_nothing() -> None:
    assert crossings(index_lines([(NORTH_SOUTH,)]), (60.0, 24.9), (60.2, 24.99)) == []


def test_a_ship_that_turns_on_the_line_crosses_it_once_each_way() -> None:
    index = index_lines([(NORTH_SOUTH,)])
    there = crossings(index, (60.0, 24.99), (60.0, 25.0))
    back = crossings(index, (60.0, 25.0), (60.0, 24.99))
    on = crossings(index, (60.0, 25.0), (60.0, 25.01))
    assert len(there) + len(on) == 1
    assert len(there) + len(back) in {0, 2}


def test_a_leg_of_hours_crosses_what_lies_in_its_middle() -> None:
    index = index_lines([(NORTH_SOUTH,), (NORTH_SOUTH + np.array([1.0, 0.0]),)])
    assert [line for _, line in crossings(index, (60.0, 24.2), (60.0, 26.7))] == [0, 1]


@pytest.mark.parametrize("east", [0.0, 155.0, -205.0, 180.0])
def test_crossing_180_degrees_changes_nothing(east: float) -> None:
    index = index_lines([(NORTH_SOUTH + np.array([east, 0.0]),)])
    ((share, _),) = crossings(index, (60.0, wrapped(24.99 + east)), (60.1, wrapped(25.03 + east)))
    assert share == pytest.approx(0.25)
    segment, away = index.nearest(one(60.0), one(wrapped(24.9 + east)))
    assert index.line[segment].tolist() == [0]
    assert away[0] == pytest.approx(distance_m(60.0, 24.9, 60.0, 25.0), rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 360), st.floats(100, 17_000), st.floats(59.1, 60.9))
def test_places_beside_a_line_know_how_far_it_is(course: float, way_m: float, lat: float) -> None:
    lat_1, lon_1 = destination(lat, 25.0, course, way_m)
    segment, away = index_lines([(NORTH_SOUTH,)]).nearest(one(lat_1), one(lon_1))
    slow = min(distance_m(lat_1, lon_1, y, 25.0) for y in np.linspace(59.0, 61.0, 4001))
    if slow < REACH_M - 50:
        assert segment[0] >= 0
        assert away[0] == pytest.approx(slow, abs=60.0)
    elif slow > REACH_M + 50:
        assert segment[0] == -1


def test_the_neighbourhood_of_a_line_is_marked() -> None:
    index = index_lines([(NORTH_SOUTH,)])
    lats, lons = np.array([60.0, 60.0, 60.0, 60.0, np.nan]), np.array([25.1, 26.5, 30.0, 35.0, 25.0])
    assert index.marks(lats, lons).tolist() == [BESIDE, NEAR, AROUND, NOWHERE, NOWHERE]


def test_no_lines_are_an_index_too() -> None:
    index = index_lines([])
    assert crossings(index, (60.0, 24.0), (60.0, 26.0)) == []
    assert index.nearest(one(60.0), one(25.0))[0].tolist() == [-1]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000))
def test_crossings_of_a_random_line_agree_with_a_dense_walk(seed: int) -> None:
    """A leg crosses a closed line an even number of times more than it changes sides of it."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
    ring = np.column_stack([25 + 0.5 * np.cos(angles), 60 + 0.3 * np.sin(angles)])
    closed = np.vstack([ring, ring[:1]])
    start, end = rng.uniform([59.5, 24.2], [60.5, 25.8]), rng.uniform([59.5, 24.2], [60.5, 25.8])
    found = len(crossings(index_lines([(closed,)]), tuple(start), tuple(end)))
    assert found % 2 == (_inside(closed, start) != _inside(closed, end))
    assert distance_m(*start, *end) < 200 * NMI_M


def _inside(closed: np.ndarray, place: np.ndarray) -> bool:
    x, y = closed[:, 0], closed[:, 1]
    above = (y[:-1] > place[0]) != (y[1:] > place[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (x[1:] - x[:-1]) * (place[0] - y[:-1]) / (y[1:] - y[:-1]) + x[:-1]
    return bool((above & (place[1] < at)).sum() % 2)
