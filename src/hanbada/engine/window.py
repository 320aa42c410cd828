"""The rows that late ones may still be put among, and the tracks as they were before them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hanbada.tracks.rows import Rows, joined, ordered, take
from hanbada.tracks.segments import Segments, feed, restore, vessel_places
from hanbada.tracks.segments_kernel import V_LAST_AT

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE_ROWS = 100_000
"""Parts of the window are joined up to this size, so that there are few and each row is copied seldom."""


@dataclass(slots=True)
class Window:
    """Rows in the order in which they came, at most about `limit` of them (None: all).

    Rows that leave it go into `base`: a vessel's tracks before the window, from where its rows can be taken again.
    """

    limit: int | None = None
    parts: list[Rows] = field(default_factory=list)
    base: Segments = field(default_factory=Segments)


def keep(window: Window, rows: Rows) -> None:
    """Add rows; the oldest leave when there are too many."""
    if not len(rows.at):
        return
    parts = window.parts
    parts.append(rows)
    while len(parts) > 1 and len(parts[-2].at) <= 2 * len(parts[-1].at) <= WHOLE_ROWS:
        last = parts.pop()
        parts[-1] = joined([parts[-1], last])
    if window.limit is not None:
        while sum(len(part.at) for part in parts[1:]) > window.limit:
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
        window.parts[place] = joined([part, take(rows, before)]) if before.any() else part
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
