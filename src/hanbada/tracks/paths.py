"""Tracks as paths: places every two minutes, broken where a ship was silent for more than half an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import paths_kernel as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail


class Paths(NamedTuple):
    """Points of all paths behind one another; those of the path of point i are `begin[i]` to `end[i]` - 1."""

    mmsi: NDArray[np.int64]
    track_id: NDArray[np.int64]
    at: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def paths(rows: Rows, trail: Trail, anchor_us: NDArray[np.int64] | None = None) -> Paths:
    """The paths of some rows with their tracks, at times that lie whole steps from `anchor_us` (per row; else 1970)."""
    anchor = np.zeros(len(rows.at), np.int64) if anchor_us is None else anchor_us
    placed = np.flatnonzero(trail.place >= 0)
    order = placed[np.lexsort((rows.at[placed], trail.track_id[placed]))]
    size = int(k.count(trail.prev_at, rows.at, anchor, np.where(trail.place >= 0, trail.silence_s, np.nan)))
    row, path, at = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    lat, lon = np.empty(size), np.empty(size)
    k.emit(
        order, trail.prev_at, rows.at, anchor, trail.silence_s, trail.prev_lat_deg, trail.prev_lon_deg, rows.lat_deg,
        rows.lon_deg, row, path, at, lat, lon,
    )  # fmt: skip
    begin, end = np.searchsorted(path, path, "left"), np.searchsorted(path, path, "right")
    return Paths(rows.mmsi[row], trail.track_id[row], at, lat, lon, begin.astype(np.int64), end.astype(np.int64))


def part(whole: Paths, kept: NDArray[np.bool_]) -> Paths:
    """Some points of paths; what is kept of a path must be in one piece."""
    before = np.append(0, np.cumsum(kept))
    return Paths(
        whole.mmsi[kept], whole.track_id[kept], whole.at[kept], whole.lat_deg[kept], whole.lon_deg[kept],
        before[whole.begin[kept]], before[whole.end[kept]],
    )  # fmt: skip
