"""Silences of tracks: those that ended, those that go on, and by place who fell silent together and how often."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from hanbada.geo.sphere import NMI_M, distance_m
from hanbada.tracks import segments_kernel as k

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Segments, Trail

CELL_DEG = 2.0
"""Silences are kept by cells of this size: as wide as what is usually asked for."""


class Silence(NamedTuple):
    """From the last report before (off) to the first after (on); `on_at` is None while it goes on."""

    mmsi: int
    track_id: int
    msg_type: int
    nav_status: int
    off_at: int
    off_lat_deg: float
    off_lon_deg: float
    off_sog_kn: float
    off_cog_deg: float
    off_line: int
    heard: float
    on_at: int | None = None
    on_lat_deg: float = math.nan
    on_lon_deg: float = math.nan
    on_line: int = -1


class Place(NamedTuple):
    """A ship heard for the last time: when, who, where."""

    off_at: int
    mmsi: int
    lat_deg: float
    lon_deg: float


Places: TypeAlias = "dict[tuple[int, int], list[Place]]"
"""Places by cell, each cell's in the order of time."""


def ended(rows: Rows, trail: Trail, i: NDArray[np.int64]) -> Iterable[Silence]:
    """The silences that some rows ended, by their numbers."""
    columns = (
        rows.mmsi[i], trail.track_id[i], rows.msg_type[i], trail.prev_nav[i], trail.prev_at[i], trail.prev_lat_deg[i],
        trail.prev_lon_deg[i], trail.prev_sog_kn[i], trail.prev_cog_deg[i], trail.prev_line[i], trail.heard[i],
        rows.at[i], rows.lat_deg[i], rows.lon_deg[i], rows.line_id[i],
    )  # fmt: skip
    return map(Silence, *(column.tolist() for column in columns))


def lasting(segments: Segments, vessel: NDArray[np.int64], least_reports: int) -> Iterable[Silence]:
    """The silences that go on of some vessels, each from the track on which it was heard last, if that is no noise."""
    place = (vessel[:, None] * k.OPEN + np.arange(k.OPEN)).ravel()
    last, count = segments.ints[place, k.T_AT], segments.ints[place, k.T_COUNT]
    place = place[(count >= least_reports) & (last >= segments.vessels[place // k.OPEN, k.V_LAST_AT])]
    ints, floats = segments.ints[place], segments.floats[place]
    heard, due = floats[:, k.F_HEARD], floats[:, k.F_DUE]
    columns = (
        ints[:, k.T_ID] >> 32, ints[:, k.T_ID], ints[:, k.T_TYPE], ints[:, k.T_NAV], ints[:, k.T_AT],
        floats[:, k.F_LAT], floats[:, k.F_LON], floats[:, k.F_SOG], floats[:, k.F_COG], ints[:, k.T_LINE],
        np.divide(heard, due, out=np.full(len(due), np.nan), where=due > 0),
    )  # fmt: skip
    return map(Silence, *(column.tolist() for column in columns))


def put(places: Places, place: Place) -> None:
    """Keep a place."""
    insort(places.setdefault(_cell(place.lat_deg, place.lon_deg), []), place)


def take_out(places: Places, place: Place) -> None:
    """Keep it no longer."""
    cell = _cell(place.lat_deg, place.lon_deg)
    places[cell].remove(place)
    if not places[cell]:
        del places[cell]


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
