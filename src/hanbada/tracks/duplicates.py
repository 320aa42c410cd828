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
KEPT_US = 1_200_000_000
"""Twenty minutes: a copy that takes longer to arrive is found when its vessel's rows are put in order."""


@dataclass(slots=True)
class Heard:
    """State of the fold: contents heard lately and when. Owned by one fold, changed in place."""

    keys: NDArray[np.int64] = field(default_factory=lambda: np.zeros(FIRST_SLOTS, np.int64))
    times: NDArray[np.int64] = field(default_factory=lambda: np.zeros(FIRST_SLOTS, np.int64))
    used: int = 0
    repeats: int = 0
    latest: int = 0


def first_heard(state: Heard, rows: Rows) -> NDArray[np.bool_]:
    """True for rows whose transmission was not heard before; counts the others in `state.repeats`."""
    count = len(rows.at)
    if count:
        state.latest = max(state.latest, int(rows.at.max()))
    if 2 * (state.used + count) > len(state.keys):
        _make_room(state, count)
    fresh = np.empty(count, np.bool_)
    state.used += int(
        k.mark(
            rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.cog_deg, rows.heading_deg,
            rows.utc_second, rows.msg_type, state.keys, state.times, fresh,
        )
    )  # fmt: skip
    state.repeats += count - int(np.count_nonzero(fresh))
    return fresh


def _make_room(state: Heard, count: int) -> None:
    """Forget contents that are old by the clock of the messages; grow if that is not enough."""
    kept = (state.keys != k.FREE) & (state.times > state.latest - KEPT_US)
    slots = len(state.keys)
    while 4 * (int(kept.sum()) + count) > slots:
        slots *= 2
    keys, times = np.zeros(slots, np.int64), np.zeros(slots, np.int64)
    mask = slots - 1
    for old in np.flatnonzero(kept).tolist():
        slot = (int(state.keys[old]) % (1 << 64)) >> 20 & mask
        while keys[slot] != k.FREE:
            slot = (slot + 1) & mask
        keys[slot], times[slot] = state.keys[old], state.times[old]
    state.keys, state.times, state.used = keys, times, int(kept.sum())
