"""Drop what several receivers heard of one transmission, keeping the first that came in."""

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
"""Room for two million contents (96 MiB): a minute and a half of the largest network known, 20,000 a second."""
KEPT_US = 300_000_000
"""Five minutes. `once` finds copies that take longer, when the rows of their vessel are put in order."""


@dataclass(slots=True)
class Heard:
    """State of the fold: contents heard lately and when. Owned by one fold, changed in place."""

    table: NDArray[np.int64] = field(default_factory=lambda: np.zeros((FIRST_SLOTS, k.ENTRY), np.int64))
    used: int = 0
    repeats: int = 0
    most: int = MOST_SLOTS


def first_heard(state: Heard, rows: Rows) -> NDArray[np.bool_]:
    """True for rows whose transmission was not heard before; counts the others in `state.repeats`."""
    fresh, keys = np.empty(len(rows.at), np.bool_), _keys(rows)
    done, state.used = k.mark(rows.at, keys, state.table, state.used, 0, fresh)
    while done < len(rows.at):
        _make_room(state, int(rows.at[done]))
        done, state.used = k.mark(rows.at, keys, state.table, state.used, done, fresh)
    state.repeats += len(rows.at) - int(np.count_nonzero(fresh))
    return fresh


def _keys(rows: Rows) -> NDArray[np.int64]:
    out = np.empty(len(rows.at), np.int64)
    k.keys(
        rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.cog_deg, rows.heading_deg, rows.utc_second,
        rows.msg_type, out,
    )  # fmt: skip
    return out


def _make_room(state: Heard, now_us: int) -> None:
    """Forget contents heard long before or after the report at hand; grow if that is not enough.

    This happens at a certain row, not at the end of a batch: how rows are cut into batches changes nothing.
    """
    entries, slots = np.empty((state.used, k.ENTRY), np.int64), len(state.table)
    entries = entries[: k.living(state.table, now_us - KEPT_US, now_us + KEPT_US, entries)]
    while 4 * len(entries) > slots and slots < state.most:
        slots *= 2
    if 4 * len(entries) > slots:
        entries = entries[np.argsort(entries[:, k.H_LAST], kind="stable")[-slots // 4 :]]
    if slots == len(state.table):
        state.table[:] = k.FREE
    else:
        state.table = np.zeros((slots, k.ENTRY), np.int64)
    k.put(entries, state.table)
    state.used = len(entries)
