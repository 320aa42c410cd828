"""Vessels that would pass close to each other soon if both kept course and speed, at ticks of the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import KNOT_MS
from hanbada.tracks import closing_kernel as k
from hanbada.tracks.ticks import by_tick

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail
    from hanbada.tracks.ticks import Ticks


class Soon(NamedTuple):
    """What is looked for: pairs within `reach_m` that pass within `pass_m` in less than `soon_s`, closing this fast."""

    reach_m: float
    pass_m: float
    soon_s: float
    least_kn: float


def motion_at(rows: Rows, trail: Trail, ticks: Ticks) -> NDArray[np.float64]:
    """Motion (3, n) of each point at a tick in m/s: as its nearer report says, else made good between its reports."""
    out = np.empty((3, len(ticks.row)))
    k.motion(
        ticks.row, ticks.line_id, ticks.lat_deg, ticks.lon_deg, rows.line_id, rows.sog_kn, rows.cog_deg, rows.lat_deg,
        rows.lon_deg, trail.prev_sog_kn, trail.prev_cog_deg, trail.prev_lat_deg, trail.prev_lon_deg, trail.silence_s,
        out,
    )  # fmt: skip
    return out


def closing_pairs(
    tick: NDArray[np.int64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64],
    motion_ms: NDArray[np.float64], who: NDArray[np.int64], soon: Soon,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Index pairs (first, second) of points at one tick and of different `who` that come close; smaller `who` first."""
    order, begins = by_tick(tick)
    room = max(len(tick), 1024)
    arguments = (begins, lat_deg[order], lon_deg[order], motion_ms[:, order], who[order])
    while True:
        first, second = np.empty(room, np.int64), np.empty(room, np.int64)
        found, _ = k.closing(*arguments, soon.reach_m, soon.pass_m, soon.soon_s, soon.least_kn * KNOT_MS, first, second)
        if found <= room:
            return order[first[:found]], order[second[:found]]
        room = found
