"""Tracks at even ticks, and pairs near each other at a tick: exact, in any order of rows, across 180 degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import ticks_kernel as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail


class Ticks(NamedTuple):
    """Places at ticks: minutes since 1970, the row each was interpolated from, and the nearer report's line."""

    tick: NDArray[np.int64]
    row: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    line_id: NDArray[np.int64]


def ticks(rows: Rows, trail: Trail, wanted: NDArray[np.bool_]) -> Ticks:
    """Places at the ticks between each wanted row and the report before it on its track, up to an hour apart."""
    wanted = wanted & (trail.silence_s > 0) & (trail.silence_s <= k.COARSE_SILENCE_S)
    count = int(k.how_many(trail.prev_at, rows.at, wanted))
    out = Ticks(
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count),
        np.empty(count),
        np.empty(count, np.int64),
    )
    k.emit(
        trail.prev_at, rows.at, trail.prev_lat_deg, trail.prev_lon_deg, rows.lat_deg, rows.lon_deg, trail.prev_line,
        rows.line_id, wanted, *out,
    )  # fmt: skip
    return out


def near_pairs(
    tick: NDArray[np.int64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], who: NDArray[np.int64],
    reach_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
    """Index pairs (first, second) of points at the same tick within reach and of different `who`, and metres between.

    The point of the smaller `who` comes first. Points may come in any order.
    """
    order, begins = by_tick(tick)
    lat, lon, whose = lat_deg[order], lon_deg[order], who[order]
    room = max(4 * len(tick), 1024)
    while True:
        first, second, apart = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
        found = int(k.near(begins, lat, lon, whose, reach_m, first, second, apart))
        if found <= room:
            return order[first[:found]], order[second[:found]], apart[:found]
        room = found


def by_tick(tick: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """An order that puts points tick by tick, and where in it each tick begins, with the end at the end."""
    order = np.argsort(tick, kind="stable")
    new = np.diff(tick[order], prepend=tick[order[:1]] - 1) != 0
    return order, np.append(np.flatnonzero(new), len(tick)).astype(np.int64)
