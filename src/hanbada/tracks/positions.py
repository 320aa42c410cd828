"""The picture at any moment: where every track was, or is if it went on, and how sure that is.

Between two reports a ship is on the great circle that joins them, if they are at most eight hours apart; after its last
report it is taken to go on for an hour. Then it is not in the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import positions_kernel as k
from hanbada.tracks.segments_kernel import OPEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Segments, Trail


class Picture(NamedTuple):
    """One entry per track. Speed and course are NaN where nothing tells.

    `age_s` is the time to the nearest report, whose line is `line_id`; `sigma_m` the standard error of the place; `how`
    is REPORTED at that very moment, BETWEEN two reports or AHEAD of the last one (`positions_kernel`).
    """

    mmsi: NDArray[np.int64]
    track_id: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    cog_deg: NDArray[np.float64]
    age_s: NDArray[np.float64]
    sigma_m: NDArray[np.float64]
    how: NDArray[np.int64]
    line_id: NDArray[np.int64]


def positions_at(rows: Rows, trail: Trail, at_us: int) -> Picture:
    """The picture at a moment from rows in the order of each vessel's time, as they were fed to `segments.feed`."""
    places = int(trail.place.max(initial=-1)) + 1
    last, following = np.full(places, -1, np.int64), np.full(places, -1, np.int64)
    k.around(rows.at, trail.prev_at, trail.place, at_us, last, following)
    out, floats = np.empty((k.P_INTS, places), np.int64), np.empty((k.P_FLOATS, places))
    found = k.picture(
        at_us, last, following, rows.at, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.cog_deg, rows.msg_type,
        rows.line_id, trail.track_id, trail.leg_m, trail.silence_s, trail.prev_at, trail.prev_lat_deg,
        trail.prev_lon_deg, trail.prev_sog_kn, trail.prev_cog_deg, trail.prev_line, out, floats,
    )  # fmt: skip
    return _picture(found, out, floats)


def positions_now(state: Segments, at_us: int) -> Picture:
    """The picture at a moment at or after the latest reports, from the open tracks alone."""
    places = state.count * OPEN
    out, floats = np.empty((k.P_INTS, places), np.int64), np.empty((k.P_FLOATS, places))
    return _picture(k.ahead(state.ints[:places], state.floats[:places], at_us, out, floats), out, floats)


def _picture(found: int, out: NDArray[np.int64], floats: NDArray[np.float64]) -> Picture:
    whole, numbers = out[:, :found], floats[:, :found]
    return Picture(
        mmsi=whole[k.P_TRACK] >> 32,
        track_id=whole[k.P_TRACK],
        lat_deg=numbers[k.P_LAT],
        lon_deg=numbers[k.P_LON],
        sog_kn=numbers[k.P_SOG],
        cog_deg=numbers[k.P_COG],
        age_s=numbers[k.P_AGE],
        sigma_m=numbers[k.P_SIGMA],
        how=whole[k.P_HOW],
        line_id=whole[k.P_LINE],
    )
