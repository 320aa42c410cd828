"""Where and when ships fell silent, by place: who did so together, and how often it happens somewhere."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hanbada.geo.sphere import NMI_M, distance_m

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL_DEG = 2.0
"""Silences are kept by cells of this size: as wide as what is usually asked for."""


class Place(NamedTuple):
    """A ship heard for the last time: when, who, where."""

    off_at: int
    mmsi: int
    lat_deg: float
    lon_deg: float


Places: TypeAlias = "dict[tuple[int, int], list[Place]]"
"""Places by cell, each cell's in the order of time."""


def put(places: Places, place: Place) -> None:
    """Keep a place."""
    insort(places.setdefault(_cell(place.lat_deg, place.lon_deg), []), place)


def take_out(places: Places, place: Place) -> None:
    """Keep it no longer."""
    places[_cell(place.lat_deg, place.lon_deg)].remove(place)


def around(places: Places, middle: Place, span: tuple[int, int], within_m: float) -> Iterator[Place]:
    """Those within a distance of a place and within a span of time around it (us, both ends included)."""
    first, last = (middle.off_at + span[0],), (middle.off_at + span[1], math.inf)
    for listed in _cells(places, middle, within_m):
        for one in listed[bisect_left(listed, first) : bisect_right(listed, last)]:
            if distance_m(middle.lat_deg, middle.lon_deg, one.lat_deg, one.lon_deg) <= within_m:
                yield one


def _cell(lat_deg: float, lon_deg: float) -> tuple[int, int]:
    return math.floor(lat_deg / CELL_DEG), math.floor(lon_deg / CELL_DEG)


def _cells(places: Places, middle: Place, within_m: float) -> Iterator[list[Place]]:
    """The cells that a circle may touch, across 180 degrees too."""
    reach = within_m / NMI_M / 60
    east = min(180.0, reach / max(0.01, math.cos(math.radians(min(89.0, abs(middle.lat_deg) + reach)))))
    row, column = _cell(middle.lat_deg, middle.lon_deg)
    down, up = (_cell(middle.lat_deg + way, 0.0)[0] - row for way in (-reach, reach))
    left, right = (_cell(0.0, middle.lon_deg + way)[1] - column for way in (-east, east))
    turn_cells = round(360.0 / CELL_DEG)
    columns = {(column + i + turn_cells // 2) % turn_cells - turn_cells // 2 for i in range(left, right + 1)}
    for i in range(down, up + 1):
        for j in sorted(columns):
            if (row + i, j) in places:
                yield places[row + i, j]
