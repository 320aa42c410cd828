"""Places worth keeping of each way, and half hours of motion: what remains when the reports are gone.

Places are kept where a way turns, and now and then between: a circle of any size is about eighteen of them. Of motion
the number of steps is kept, and how many were smoother and better told than ships sail and radios tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.tracks import ways_kernel as k

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

ROOM = 1 << 15


class Places(NamedTuple):
    """Places kept, one array per column, in the order of each vessel's time."""

    mmsi: Ints
    track_id: Ints
    at: Ints
    line_id: Ints
    lat_deg: Floats
    lon_deg: Floats
    sog_kn: Floats
    cog_deg: Floats


class Motion(NamedTuple):
    """Half hours in which vessels moved: their number since 1970, steps in them, and of how many each thing holds."""

    mmsi: Ints
    block: Ints
    first_line: Ints
    last_line: Ints
    steps: Ints
    smooth: Ints
    even: Ints
    sog: Ints
    cog: Ints


@dataclass(slots=True)
class Ways:
    """State of the fold, by each vessel's place in the segments. Owned by one fold, changed in place."""

    ints: Ints = field(default_factory=lambda: np.zeros((0, k.VESSEL), np.int64))
    floats: Floats = field(default_factory=lambda: np.zeros((0, k.FLOATS)))


def read(state: Ways, rows: Rows, trail: Trail) -> tuple[Places, Motion]:
    """Places to be kept of some rows, and the half hours that ended with them."""
    vessels = int(trail.vessel.max(initial=-1)) + 1
    if vessels > len(state.ints):
        more = max(vessels, 2 * len(state.ints)) - len(state.ints)
        state.ints = np.concatenate([state.ints, np.zeros((more, k.VESSEL), np.int64)])
        state.floats = np.concatenate([state.floats, np.zeros((more, k.FLOATS))])
    places, motion, done = [_places(0)], [_motion(np.zeros((0, k.BLOCK), np.int64))], 0
    while done < len(rows.at):
        whole, numbers = np.empty((ROOM, k.PLACE), np.int64), np.empty((ROOM, k.PLACE_FLOATS))
        blocks = np.empty((ROOM, k.BLOCK), np.int64)
        done, kept, ended = k.read(
            rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.cog_deg, rows.line_id, trail.vessel,
            trail.place, trail.track_id, state.ints, state.floats, whole, numbers, blocks, done,
        )  # fmt: skip
        places.append(_places(kept, whole, numbers))
        motion.append(_motion(blocks[:ended]))
    return joined(places), Motion(*(np.concatenate(column) for column in zip(*motion, strict=True)))


def _places(kept: int, whole: Ints | None = None, numbers: Floats | None = None) -> Places:
    ints = np.zeros((0, k.PLACE), np.int64) if whole is None else whole[:kept]
    floats = np.zeros((0, k.PLACE_FLOATS)) if numbers is None else numbers[:kept]
    columns: list[Any] = [*ints.T.copy(), *floats.T.copy()]
    return Places(*columns)


def _motion(blocks: Ints) -> Motion:
    return Motion(*blocks.T.copy())


def restart(state: Ways, vessel: Ints) -> None:
    """Forget some vessels, by their places in the segments, so that their rows can be followed again."""
    state.ints[vessel[vessel < len(state.ints)]] = 0


def joined(parts: list[Places]) -> Places:
    """Places behind one another."""
    columns: Iterable[Any] = zip(*parts, strict=True)
    return Places(*(np.concatenate(column) for column in columns))


def take(places: Places, index: NDArray[np.generic] | slice) -> Places:
    """Some places, by their numbers, a slice or a mask."""
    columns: Iterable[Any] = places
    return Places(*(column[index] for column in columns))


def none() -> Places:
    """No places."""
    return _places(0)


def lately(places: Places, back_us: int, whole: Iterable[tuple[int, int, int]] = ()) -> Places:
    """The places of each vessel that lie within a span before its own last one: no other clock moves that.

    `whole` are stretches of vessels (MMSI, from when, to when) that are not cut: they are kept whole or not at all.
    """
    mmsi, whose = np.unique(places.mmsi, return_inverse=True)
    begin = np.full(len(mmsi), np.iinfo(np.int64).min)
    np.maximum.at(begin, whose, places.at - back_us)
    for one, first, last in sorted(whole, key=lambda stretch: -stretch[2]):
        i = np.searchsorted(mmsi, one)
        if last >= begin[i]:
            begin[i] = min(begin[i], first)
    return take(places, places.at >= begin[whose])
