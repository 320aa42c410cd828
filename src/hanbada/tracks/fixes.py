"""What each radio knew of its own place, ten minutes at a time: where it was, and signs that it knew it no more.

A ship is *at home* on the track we believe; a report that no ship can have sailed to, on another track, is one *away*.
One sign of each kind is kept per vessel and slot, so that there are few; a slot without signs is one without reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.tracks import fixes_kernel as k

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

ROOM = 1 << 15
"""Signs noted in one go."""


class Signs(NamedTuple):
    """What was noted, one array per column: kind (`fixes_kernel`), place believed, place said (NaN: none)."""

    slot: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    what: NDArray[np.int64]
    at: NDArray[np.int64]
    source: NDArray[np.int64]
    line_id: NDArray[np.int64]
    track_id: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    to_lat_deg: NDArray[np.float64]
    to_lon_deg: NDArray[np.float64]


@dataclass(slots=True)
class Fixes:
    """State of the fold: the slot at hand and the home of each vessel, by its place in the segments."""

    ints: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, k.VESSEL), np.int64))
    floats: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, k.PLACE)))


def read(state: Fixes, rows: Rows, trail: Trail) -> Signs:
    """The signs in some rows, in the order of each vessel's time."""
    _make_room(state, int(trail.vessel.max(initial=-1)) + 1)
    found, done = [none()], 0
    while done < len(rows.at):
        signs, places = np.empty((ROOM, k.SIGN), np.int64), np.empty((ROOM, k.SIGN_PLACE))
        done, count = k.read(
            rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.utc_second, rows.source, rows.line_id,
            trail.vessel, trail.place, trail.track_id, trail.prev_at, trail.leg_m, state.ints, state.floats, signs,
            places, done,
        )  # fmt: skip
        found.append(_signs(signs[:count], places[:count]))
    return joined(found)


def _signs(ints: NDArray[np.int64], floats: NDArray[np.float64]) -> Signs:
    columns: list[Any] = [*ints.T.copy(), *floats.T.copy()]
    return Signs(*columns)


def _make_room(state: Fixes, vessels: int) -> None:
    if vessels > len(state.ints):
        more = max(vessels, 2 * len(state.ints)) - len(state.ints)
        state.ints = np.concatenate([state.ints, np.zeros((more, k.VESSEL), np.int64)])
        state.floats = np.concatenate([state.floats, np.zeros((more, k.PLACE))])


def rewind(state: Fixes, mmsi: NDArray[np.int64], vessel: NDArray[np.int64], homes: Signs) -> None:
    """Put vessels back to what a sign at home of each tells (the last one kept), or to nothing.

    `vessel` is the place of each MMSI in the segments.
    """
    state.ints[vessel] = 0
    place = dict(zip(mmsi.tolist(), vessel.tolist(), strict=True))
    where = np.array([place[one] for one in homes.mmsi.tolist()], np.int64)
    state.ints[where, k.V_HOME], state.ints[where, k.V_HOME_AT] = homes.track_id, homes.at
    state.ints[where, k.V_FIX_AT], state.ints[where, k.V_ROWS] = homes.at, k.SOLID
    state.floats[where] = np.column_stack([homes.lat_deg, homes.lon_deg])


def none() -> Signs:
    """No signs."""
    return _signs(np.zeros((0, k.SIGN), np.int64), np.zeros((0, k.SIGN_PLACE)))


def joined(parts: list[Signs]) -> Signs:
    """Signs behind one another."""
    columns: Iterable[Any] = zip(*parts, strict=True)
    return Signs(*(np.concatenate(column) for column in columns))


def take(signs: Signs, index: NDArray[np.generic] | slice) -> Signs:
    """The signs at some places, in a slice, or where a mask is true."""
    columns: Iterable[Any] = signs
    return Signs(*(column[index] for column in columns))


def near_any(
    lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], lats: NDArray[np.float64], lons: NDArray[np.float64],
    reach_m: float,
) -> NDArray[np.bool_]:  # fmt: skip
    """Which places lie within reach of any of some others."""
    out = np.empty(len(lat_deg), np.bool_)
    k.near_any(lat_deg, lon_deg, lats, lons, reach_m, out)
    return out
