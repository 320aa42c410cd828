"""How well each place was heard, half hour by half hour: what a silence is measured against.

Only those who were heard can tell: for each report the transmissions due since the one before are counted, so that
`heard / due` is the share of transmissions that reached us of the ships around (science.md D01).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import reception_kernel as k
from hanbada.tracks.segments_kernel import SECOND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

FIRST_SLOTS = 1 << 14
MAX_HALF_HOURS = 128


class Expectation(NamedTuple):
    """Per half hour of a silence: share heard of peers, number of peers, receptions expected."""

    share: NDArray[np.float64]
    peers: NDArray[np.float64]
    receptions: NDArray[np.float64]


@dataclass(slots=True)
class Reception:
    """State of the fold. Owned by one fold, changed in place."""

    keys: NDArray[np.int64] = field(default_factory=lambda: np.full(FIRST_SLOTS, k.FREE, np.int64))
    cells: NDArray[np.float64] = field(default_factory=lambda: np.zeros((FIRST_SLOTS, 3)))
    last: NDArray[np.int64] = field(default_factory=lambda: np.full(0, -1, np.int64))
    used: int = 0


def unlisten(state: Reception, rows: Rows, trail: Trail) -> None:
    """Take back all that was counted of some vessels, whose rows these are from the first one on."""
    state.last[trail.place[trail.place >= 0]] = -1
    listen(state, rows, trail, sign=-1.0)
    state.last[trail.place[trail.place >= 0]] = -1


def listen(state: Reception, rows: Rows, trail: Trail, sign: float = 1.0) -> None:
    """Count the receptions of some rows."""
    if not len(rows.at):
        return
    while state.used + len(rows.at) > len(state.keys) // 2 and _fresh_cells(state, rows) > len(state.keys) // 2:
        _resize(state, 2 * len(state.keys))
    top = int(trail.place.max()) + 1
    if top > len(state.last):
        state.last = np.concatenate([state.last, np.full(2 * top - len(state.last), -1, np.int64)])
    state.used += int(
        k.count(
            rows.at, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.nav_status, rows.msg_type, trail.silence_s,
            trail.place, state.keys, state.cells, state.last, sign,
        )
    )  # fmt: skip


def _fresh_cells(state: Reception, rows: Rows) -> int:
    """An upper bound of cells in use after these rows."""
    good = ~np.isnan(rows.lat_deg)
    slot = rows.at[good] // (k.SLOT_S * SECOND)
    cell = ((rows.lat_deg[good] + 90) / k.CELL_DEG).astype(np.int64) * 1024
    cell += ((rows.lon_deg[good] + 180) / k.CELL_DEG).astype(np.int64)
    return state.used + 2 * int(np.unique(slot << 20 | cell).size)


def _resize(state: Reception, slots: int) -> None:
    keys, cells = np.full(slots, k.FREE, np.int64), np.zeros((slots, 3))
    for old in np.flatnonzero(state.keys != k.FREE):
        place = k.find(keys, state.keys[old])
        keys[place], cells[place] = state.keys[old], state.cells[old]
    state.keys, state.cells = keys, cells


def expect(
    state: Reception, span: tuple[int, int], off: tuple[float, float], on: tuple[float, float], class_b: bool,  # noqa: FBT001
    due_s: float, own_share: float,
) -> Expectation:  # fmt: skip
    """What should have been heard of a ship silent over `span` (us) between two places (lat, lon).

    `due_s` is the interval it transmits at, `own_share` how much of it was heard before.
    """
    out = np.zeros((MAX_HALF_HOURS, 3))
    n = k.expected(state.keys, state.cells, *span, *off, *on, int(class_b), due_s, own_share, out)
    # Rounded, so that what is written down says exactly what was judged.
    return Expectation(out[:n, k.J_SHARE].round(4), out[:n, k.J_PEERS].round(), out[:n, k.J_EXPECTED].round(3))
