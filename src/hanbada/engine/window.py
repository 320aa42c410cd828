"""The rows that late ones may still be put among, and the tracks as they were before them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hanbada.tracks.rows import Rows, allocated, empty, joined, ordered, take
from hanbada.tracks.segments import Segments, feed, restore, vessel_places
from hanbada.tracks.segments_kernel import V_LAST_AT

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_ROWS, PART_ROWS = 1 << 10, 1 << 15
"""Rows that room is made for at first, and at most at a time."""


@dataclass(slots=True)
class Window:
    """Rows in the order in which they came, at most about `limit` of them (None: all).

    They are copied once, into `room` of which the last part is what is used: none waits for others to be moved. Rows
    that leave go into `base`: a vessel's tracks before the window, from where its rows can be taken again.
    """

    limit: int | None = None
    parts: list[Rows] = field(default_factory=list)
    base: Segments = field(default_factory=Segments)
    room: Rows = field(default_factory=empty)
    used: int = 0


def keep(window: Window, rows: Rows) -> None:
    """Add rows; the oldest leave when there are too many."""
    parts, done, whole = window.parts, 0, len(rows.at)
    while done < whole:
        if window.used == len(window.room.at):
            window.room, window.used = allocated(min(FIRST_ROWS << min(len(parts), 16), PART_ROWS)), 0
            parts.append(window.room)
        some = min(len(window.room.at) - window.used, whole - done)
        for kept, new in zip(window.room, rows, strict=True):
            kept[window.used : window.used + some] = new[done : done + some]
        done, window.used = done + some, window.used + some
        parts[-1] = take(window.room, slice(window.used))
    if window.limit is not None:
        count = sum(len(part.at) for part in parts)
        while len(parts) > 1 and count - len(parts[0].at) > window.limit:
            count -= len(parts[0].at)
            _leave(window, parts.pop(0))


def _leave(window: Window, part: Rows) -> None:
    feed(window.base, ordered(part))


def put_among(window: Window, rows: Rows) -> None:
    """Add late rows, each to the part that holds the next row of its vessel: so each vessel's rows leave in order."""
    for place, part in enumerate(window.parts):
        if not len(rows.at):
            return
        mmsi, whose = np.unique(rows.mmsi, return_inverse=True)
        here = np.minimum(np.searchsorted(mmsi, part.mmsi), len(mmsi) - 1)
        theirs = mmsi[here] == part.mmsi
        last = np.full(len(mmsi), -1, np.int64)
        np.maximum.at(last, here[theirs], part.at[theirs])
        before = rows.at < last[whose]
        if before.any():
            window.parts[place] = joined([part, take(rows, before)])
            if place == len(window.parts) - 1:
                window.room, window.used = empty(), 0
        rows = take(rows, ~before)


def reachable(window: Window, rows: Rows) -> NDArray[np.bool_]:
    """Which rows lie within the window of their vessel: older ones come too late to be put among the others."""
    if not window.base.count:
        return np.ones(len(rows.at), np.bool_)
    place = vessel_places(window.base, rows.mmsi)
    within: NDArray[np.bool_] = rows.at >= window.base.vessels[place, V_LAST_AT]
    return within


def heard(window: Window) -> NDArray[np.int64]:
    """The vessels that have rows in the window."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *(part.mmsi for part in window.parts)]))


def rows_of(window: Window, mmsi: NDArray[np.int64]) -> Rows:
    """The kept rows of some vessels, by vessel and time."""
    return ordered(joined([take(part, np.isin(part.mmsi, mmsi)) for part in window.parts]))


def begins(window: Window, mmsi: NDArray[np.int64]) -> dict[int, int]:
    """The time from which on the rows of each vessel are kept."""
    place = vessel_places(window.base, mmsi)
    last = window.base.vessels[place, V_LAST_AT]
    return dict(zip(mmsi.tolist(), (last + 1).tolist(), strict=True))


def rewind(window: Window, segments: Segments, mmsi: NDArray[np.int64]) -> None:
    """Put the tracks of some vessels back to where they were before the window."""
    restore(segments, window.base, mmsi)
