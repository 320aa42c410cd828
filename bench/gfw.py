"""Encounters as Global Fishing Watch's pipeline finds them, in plain Python, written from its published description.

Each track is put on even ticks of ten minutes by linear interpolation between reports less than an hour apart; ships at
the same tick are compared with those in the same cell of S2 at level 12 (some 2 km) and in its neighbours; a pair within
500 m is a contact, of which a ship keeps the nearest hundred; a run of contacts at ticks that follow one another and
lasts two hours is an encounter, with the median of distance and speed. (Miller et al. 2018, "Identifying global patterns
of transshipment behavior"; README of the pipeline.) What the pipeline extrapolates beyond a track's ends is left out.
`plain_cells` puts a grid of latitude and longitude in the place of S2: not theirs, but as fast as Python gets.
"""

from __future__ import annotations

import math
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import s2sphere  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

TICK_S, LONGEST_S = 600, 3600
REACH_M, LEAST_S = 500.0, 7200
EARTH_M = 6_371_008.8
LEVEL, MOST = 12, 100
CELL_DEG = 0.02
"""2.2 km of latitude; of longitude 500 m and more up to 77 degrees."""


class Fix(NamedTuple):
    """A position: seconds, degrees."""

    at_s: float
    lat_deg: float
    lon_deg: float


class Point(NamedTuple):
    """A ship at a tick: degrees, and the speed between the reports around it."""

    ship: int
    lat_deg: float
    lon_deg: float
    speed_ms: float


class Encounter(NamedTuple):
    """Two ships, the first and last tick, and medians."""

    ship: int
    other: int
    begin: int
    end: int
    apart_m: float
    speed_ms: float


Pair: TypeAlias = tuple[int, int]
Contact: TypeAlias = tuple[int, float, float]
"""Tick, metres apart, mean speed."""
Cells: TypeAlias = "Callable[[float, float], tuple[Any, Iterable[Any]]]"
"""The cell of a place, and those around it."""


def s2_cells(lat_deg: float, lon_deg: float) -> tuple[Any, Iterable[Any]]:
    """Cell of S2."""
    cell = s2sphere.CellId.from_lat_lng(s2sphere.LatLng.from_degrees(lat_deg, lon_deg)).parent(LEVEL)
    return cell, cell.get_all_neighbors(LEVEL)


def plain_cells(lat_deg: float, lon_deg: float) -> tuple[Any, Iterable[Any]]:
    """Cell of latitude and longitude."""
    row, column = math.floor(lat_deg / CELL_DEG), math.floor(lon_deg / CELL_DEG)
    return (row, column), ((row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)


def at_ticks(tracks: Mapping[int, Sequence[Fix]]) -> dict[int, list[Point]]:
    """Ships and their places by tick."""
    found: dict[int, list[Point]] = {}
    for ship, fixes in tracks.items():
        for before, after in pairwise(fixes):
            took_s = after.at_s - before.at_s
            ticks = range(int(before.at_s // TICK_S) + 1, int(after.at_s // TICK_S) + 1)
            if not ticks or not 0 < took_s <= LONGEST_S:
                continue
            speed = distance_m(before.lat_deg, before.lon_deg, after.lat_deg, after.lon_deg) / took_s
            for tick in ticks:
                share = (tick * TICK_S - before.at_s) / took_s
                lat = before.lat_deg + (after.lat_deg - before.lat_deg) * share
                lon = before.lon_deg + (after.lon_deg - before.lon_deg) * share
                found.setdefault(tick, []).append(Point(ship, lat, lon, speed))
    return found


def contacts(points: Mapping[int, Sequence[Point]], cells: Cells) -> dict[Pair, list[Contact]]:
    """When, and how near, each pair of ships is within reach."""
    found: dict[Pair, list[Contact]] = {}
    for tick in sorted(points):
        for point, near in _neighbours(points[tick], cells):
            for apart, other in sorted(near)[:MOST]:
                if point.ship < other.ship:
                    contact = (tick, apart, (point.speed_ms + other.speed_ms) / 2)
                    found.setdefault((point.ship, other.ship), []).append(contact)
    return found


def _neighbours(points: Iterable[Point], cells: Cells) -> Iterator[tuple[Point, list[tuple[float, Point]]]]:
    grid: dict[Any, list[Point]] = {}
    around: dict[Any, Iterable[Any]] = {}
    for point in points:
        cell, beside = cells(point.lat_deg, point.lon_deg)
        grid.setdefault(cell, []).append(point)
        around[cell] = beside
    for cell, own in grid.items():
        others = own + [one for beside in around[cell] for one in grid.get(beside, ())]
        for point in own:
            apart = ((_apart_m(point, other), other) for other in others if other.ship != point.ship)
            yield point, [one for one in apart if one[0] <= REACH_M]


def _apart_m(point: Point, other: Point) -> float:
    return distance_m(point.lat_deg, point.lon_deg, other.lat_deg, other.lon_deg)


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great circle, by haversines."""
    a, b = math.radians(lat), math.radians(other_lat)
    wide = math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * wide))


def encounters(found: Mapping[Pair, Sequence[Contact]]) -> list[Encounter]:
    """Runs of contacts that are long enough."""
    made = []
    for pair, met in found.items():
        run: list[Contact] = []
        for contact in [*met, (1 << 60, 0.0, 0.0)]:
            if run and contact[0] != run[-1][0] + 1:
                if (run[-1][0] - run[0][0]) * TICK_S >= LEAST_S:
                    apart, speed = (statistics.median(one[i] for one in run) for i in (1, 2))
                    made.append(Encounter(*pair, run[0][0], run[-1][0], apart, speed))
                run = []
            run.append(contact)
    return made
