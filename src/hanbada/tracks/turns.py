"""Two numbers that take turns: one falls silent, the other goes on from there, and back again.

A vessel's time is cut into stretches in which it was heard. Where stretches of two numbers follow one another without
overlap, each beginning soon after the other ended and near where it ended, one hull may be sending both.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import distance_m
from hanbada.model.times import SECOND_US
from hanbada.tracks.segments import Ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Track, Trail


class End(NamedTuple):
    """The first or last report of a stretch."""

    at: int
    lat_deg: float
    lon_deg: float
    line_id: int


class Stretch(NamedTuple):
    """A time in which a number was heard."""

    mmsi: int
    begin: End
    end: End


class Pauses(NamedTuple):
    """Silences between stretches, one array per column."""

    mmsi: NDArray[np.int64]
    off_at: NDArray[np.int64]
    off_lat_deg: NDArray[np.float64]
    off_lon_deg: NDArray[np.float64]
    off_line: NDArray[np.int64]
    on_at: NDArray[np.int64]
    on_lat_deg: NDArray[np.float64]
    on_lon_deg: NDArray[np.float64]
    on_line: NDArray[np.int64]


def pauses(rows: Rows, trail: Trail, least_s: float) -> Pauses:
    """The silences of at least so long that end in some rows, in the order of `joined`."""
    i = np.flatnonzero(trail.silence_s >= least_s)
    found = Pauses(
        rows.mmsi[i], trail.prev_at[i], trail.prev_lat_deg[i], trail.prev_lon_deg[i], trail.prev_line[i], rows.at[i],
        rows.lat_deg[i], rows.lon_deg[i], rows.line_id[i],
    )  # fmt: skip
    return joined([found])


def some(found: Pauses, which: NDArray[np.generic]) -> Pauses:
    """Pauses by place or mask."""
    return Pauses(*(column[which] for column in found))


def joined(parts: list[Pauses]) -> Pauses:
    """Pauses in the order of numbers, those of each in the order of time."""
    whole = Pauses(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return some(whole, np.lexsort((whole.on_at, whole.mmsi)))


def of(found: Pauses, mmsi: int) -> Pauses:
    """Those of one number, of pauses that were joined."""
    first, last = np.searchsorted(found.mmsi, (mmsi, mmsi + 1))
    return some(found, np.arange(first, last))


def with_ends(found: Pauses, ended: Ends) -> Ends:
    """Where numbers fell silent, for good as yet or until a pause was over, in the order of time."""
    at = np.concatenate((ended.at, found.off_at))
    order = np.argsort(at, kind="stable")
    return Ends(
        at[order],
        np.concatenate((ended.lat_deg, found.off_lat_deg))[order],
        np.concatenate((ended.lon_deg, found.off_lon_deg))[order],
        np.concatenate((ended.track_id, found.mmsi.astype(np.int64) << 32))[order],
    )


def since(found: Pauses, at_us: int) -> Pauses:
    """Those that ended at a time or later."""
    return some(found, found.on_at >= at_us)


def before(found: Pauses, again: dict[int, int]) -> Pauses:
    """Those that ended before a time that is another for each of some ships; all of the other ships."""
    never = int(np.iinfo(np.int64).max)
    until = np.array([again.get(mmsi, never) for mmsi in found.mmsi.tolist()], np.int64)
    return some(found, found.on_at < until)


def first_and_last(track: Track) -> tuple[End, End]:
    """The first and the last report of a track."""
    first = End(track.first_at, track.first_lat_deg, track.first_lon_deg, track.first_line)
    return first, End(track.last_at, track.last_lat_deg, track.last_lon_deg, track.last_line)


def stretches(mmsi: int, first: End, last: End, found: Pauses) -> list[Stretch]:
    """The stretches of a number between its first report and its last, cut at its pauses (joined) in between."""
    own = of(found, mmsi)
    own = some(own, (own.off_at >= first.at) & (own.on_at <= last.at))
    columns = [column.tolist() for column in own]
    ends = [End(*one) for one in zip(*columns[1:5], strict=True)]
    begins = [End(*one) for one in zip(*columns[5:9], strict=True)]
    return [Stretch(mmsi, *one) for one in zip([first, *begins], [*ends, last], strict=True)]


def wait_s(one: Stretch, other: Stretch) -> float:
    """From when the one ended until the other began."""
    return (other.begin.at - one.end.at) / SECOND_US


def way_m(one: Stretch, other: Stretch) -> float:
    """From where the one ended to where the other began."""
    return distance_m(one.end.lat_deg, one.end.lon_deg, other.begin.lat_deg, other.begin.lon_deg)


def reach_m(one: Stretch, other: Stretch, within_m: float, pace_ms: float) -> float:
    """How far apart two stretches may be: so many metres, or as far as a ship gets meanwhile."""
    return max(within_m, pace_ms * wait_s(one, other))


def turns(
    parts: list[Stretch], within_s: float, within_m: float, pace_ms: float = 0.0
) -> list[tuple[Stretch, Stretch]]:
    """The longest run of stretches in which two numbers take turns, as pairs of one and the next."""
    best: list[tuple[Stretch, Stretch]] = []
    run: list[tuple[Stretch, Stretch]] = []
    for one, other in pairwise(sorted(parts, key=lambda part: (part.begin.at, part.mmsi))):
        follows = one.mmsi != other.mmsi and 0.0 <= wait_s(one, other) <= within_s
        follows = follows and way_m(one, other) <= reach_m(one, other, within_m, pace_ms)
        run = [*run, (one, other)] if follows else []
        best = run if len(run) > len(best) else best
    return best
