"""What tracks did lately, a report a minute: for rules that look back hours when something happens.

Which reports are kept depends on the track alone, the first of each minute, and not on how rows were cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.model.times import SECOND_US
from hanbada.tracks.spells import sampled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail


EVERY_S, COARSE_S = 60.0, 600.0
"""One report a minute shows a dip of five minutes, one in ten shows a cruise; a day of a track is 80 kB, or 8."""


class Lately(NamedTuple):
    """Reports of one track in the order of time, one array per column."""

    at: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    cog_deg: NDArray[np.float64]
    nav_status: NDArray[np.int64]
    line_id: NDArray[np.int64]


NOTHING = Lately(
    np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64),
    np.zeros(0, np.int64),
)  # fmt: skip


@dataclass(slots=True)
class Recent:
    """Kept reports by track, in the pieces in which they came. Owned by one fold, changed in place."""

    parts: dict[int, list[Lately]] = field(default_factory=dict)


def keep(state: Recent, rows: Rows, trail: Trail, wanted: NDArray[np.bool_], coarse: NDArray[np.bool_]) -> None:
    """Keep the first report of each minute of each track among the wanted rows, and of each ten minutes elsewhere."""
    often, seldom = sampled(rows, trail, EVERY_S), sampled(rows, trail, COARSE_S)
    row = np.union1d(often[wanted[often]], seldom[coarse[seldom]])
    if not len(row):
        return
    row = row[np.argsort(trail.track_id[row], kind="stable")]
    tracks, begins = np.unique(trail.track_id[row], return_index=True)
    kept: list[Any] = [getattr(rows, name)[row] for name in Lately._fields]
    columns = Lately(*kept)
    for track, begin, end in zip(tracks.tolist(), begins, [*begins[1:], len(row)], strict=True):
        state.parts.setdefault(track, []).append(cut(columns, slice(begin, end)))


def cut(lately: Lately, which: Any) -> Lately:
    """Some of the reports: a slice, places, or a mask."""
    columns: list[Any] = [column[which] for column in lately]
    return Lately(*columns)


def of(state: Recent, track_id: int, begin_us: int, end_us: int) -> Lately:
    """What a track did between two times, both included."""
    parts = state.parts.get(track_id)
    if not parts:
        return NOTHING
    if len(parts) > 1:
        whole: list[Any] = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
        parts[:] = [Lately(*whole)]
    first, last = np.searchsorted(parts[0].at, begin_us), np.searchsorted(parts[0].at, end_us, "right")
    return cut(parts[0], slice(first, last))


FOREVER = 1 << 62
"""Later than any time."""


def forget(state: Recent, since: Mapping[int, int]) -> None:
    """Drop what some vessels did from a time on, each from its own."""
    for track in [track for track in state.parts if track >> 32 in since]:
        kept = of(state, track, 0, since[track >> 32] - 1)
        if len(kept.at):
            state.parts[track] = [kept]
        else:
            del state.parts[track]


def drop_before(state: Recent, at_us: int) -> None:
    """Drop what is older than a time."""
    for track in list(state.parts):
        kept = of(state, track, at_us, 1 << 62)
        if len(kept.at):
            state.parts[track] = [kept]
        else:
            del state.parts[track]


def reached(state: Recent, tracks: int) -> int:
    """The latest time that so many tracks have reached; zero if there are not so many."""
    last = sorted(int(parts[-1].at[-1]) for parts in state.parts.values())
    return last[-tracks] if len(last) >= tracks else 0


def speeds_kn(lately: Lately) -> NDArray[np.float64]:
    """The speed at each report as it said, else made good from the report before to the one after it.

    NaN at either end of a track that reports none.
    """
    said = lately.sog_kn
    if len(said) < 3 or not np.isnan(said).any():
        return said
    north, east = _steps_m(lately)
    steps = np.hypot(north[1:] + north[:-1], east[1:] + east[:-1])
    made = steps / np.maximum((lately.at[2:] - lately.at[:-2]) / SECOND_US, 1.0) / KNOT_MS
    return np.where(np.isnan(said), np.concatenate([[np.nan], made, [np.nan]]), said)


def way_m(lately: Lately) -> tuple[float, float]:
    """Metres sailed along the reports, and metres from the first to the last."""
    north, east = _steps_m(lately)
    return float(np.hypot(north, east).sum()), float(np.hypot(north.sum(), east.sum()))


def _steps_m(lately: Lately) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres north and east from each report to the next, in the plane."""
    lat = lately.lat_deg
    turn = (np.diff(lately.lon_deg) + 540.0) % 360.0 - 180.0
    return np.diff(lat) * RADIANS * EARTH_M, turn * np.cos((lat[1:] + lat[:-1]) * (RADIANS / 2)) * RADIANS * EARTH_M
