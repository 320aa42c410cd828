"""Drop what several receivers heard of one transmission, keeping the first that came in.

What was heard stands in two tables. When the younger is full it becomes the older, and the older is forgotten as a
whole: nothing is ever sorted out or moved, so no report waits for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hanbada.tracks import duplicates_kernel as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows

FIRST_SLOTS = 1 << 14
MOST_SLOTS = 1 << 22
"""Of both tables: each has room for a million contents (48 MiB), so the last minute of the largest network known,
20,000 a second, is always there."""
KEPT_US = 300_000_000
"""Five minutes. `once` finds copies that take longer, when the rows of their vessel are put in order."""


@dataclass(slots=True)
class Heard:
    """State of the fold: contents heard lately and when. Owned by one fold, changed in place."""

    table: NDArray[np.int64] = field(default_factory=lambda: _empty(FIRST_SLOTS))
    older: NDArray[np.int64] = field(default_factory=lambda: _empty(1))
    used: int = 0
    since_us: int | None = None
    """Time of the report that began `table`."""
    repeats: int = 0
    most: int = MOST_SLOTS


def _empty(slots: int) -> NDArray[np.int64]:
    return np.zeros((slots, k.ENTRY), np.int64)


def first_heard(state: Heard, rows: Rows) -> NDArray[np.bool_]:
    """True for rows whose transmission was not heard before; counts the others in `state.repeats`."""
    fresh, keys = np.empty(len(rows.at), np.bool_), _keys(rows)
    if state.since_us is None and len(fresh):
        state.since_us = int(rows.at[0])
    done, state.used = k.mark(rows.at, keys, state.table, state.older, state.used, 0, fresh)
    while done < len(rows.at):
        _turn_over(state, int(rows.at[done]))
        done, state.used = k.mark(rows.at, keys, state.table, state.older, state.used, done, fresh)
    state.repeats += len(rows.at) - int(np.count_nonzero(fresh))
    return fresh


def _keys(rows: Rows) -> NDArray[np.int64]:
    out = np.empty(len(rows.at), np.int64)
    k.keys(
        rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.cog_deg, rows.heading_deg, rows.utc_second,
        rows.msg_type, out,
    )  # fmt: skip
    return out


def _turn_over(state: Heard, now_us: int) -> None:
    """Begin a new table, a larger one if this did not last as long as contents are to be kept.

    This happens at a certain row, not at the end of a batch: how rows are cut into batches changes nothing.
    """
    slots, lasted_us = len(state.table), now_us - (state.since_us or 0)
    if lasted_us < KEPT_US and 4 * slots <= state.most:
        slots *= 2
    state.older, state.table = state.table, _empty(slots)
    state.used, state.since_us = 0, now_us
