"""How well each place was heard, half hour by half hour: what a silence is measured against.

Only those who were heard can tell: for each report the transmissions due since the one before are counted, so that
`heard / due` is the share of transmissions that reached us of the ships around.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import reception_kernel as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

FIRST_CELLS = 1 << 14
MOST_CELLS = 1 << 23
"""Room for four million cells of half hours (256 MiB): two days of the whole world."""
MAX_HALF_HOURS = 128


class Expectation(NamedTuple):
    """Per half hour of a silence: share heard of peers, number of peers, receptions expected."""

    share: NDArray[np.float64]
    peers: NDArray[np.float64]
    receptions: NDArray[np.float64]


class Heard(NamedTuple):
    """How well cells were heard: their edges in degrees, the share of transmissions due that came, and how many."""

    west_deg: NDArray[np.float64]
    south_deg: NDArray[np.float64]
    east_deg: NDArray[np.float64]
    north_deg: NDArray[np.float64]
    share: NDArray[np.float64]
    reports: NDArray[np.int64]


@dataclass(slots=True)
class Reception:
    """State of the fold. Owned by one fold, changed in place."""

    cells: NDArray[np.int64] = field(default_factory=lambda: _no_cells(FIRST_CELLS))
    used: int = 0
    most: int = MOST_CELLS


def _no_cells(slots: int) -> NDArray[np.int64]:
    cells = np.zeros((slots, k.CELL), np.int64)
    cells[:, k.R_KEY] = k.FREE
    return cells


def listen(state: Reception, rows: Rows, trail: Trail) -> None:
    """Count the receptions of some rows."""
    _count(state, rows, trail, 1)


def unlisten(state: Reception, rows: Rows, trail: Trail) -> None:
    """Take back what was counted of some rows."""
    _count(state, rows, trail, -1)


def _count(state: Reception, rows: Rows, trail: Trail, sign: int) -> None:
    done = 0
    while done < len(rows.at):
        done, state.used = k.count(
            rows.at, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.nav_status, rows.msg_type, trail.silence_s,
            trail.prev_at, trail.place, state.cells, state.used, done, sign,
        )  # fmt: skip
        if done < len(rows.at):
            _make_room(state)


def _make_room(state: Reception) -> None:
    """Twice the cells; when there are as many as there may be, the older half hours go."""
    slots, oldest = 2 * len(state.cells), 0
    if slots > state.most:
        slots = state.most
        keys = state.cells[state.cells[:, k.R_KEY] != k.FREE, k.R_KEY]
        oldest = int(np.median(keys)) // k.key_of.py_func(1, 0, 0, 0) + 1  # type: ignore[attr-defined]
    cells = _no_cells(slots)
    state.used = int(k.move(state.cells, oldest, cells))
    state.cells = cells


def expect(
    state: Reception, span: tuple[int, int], off: tuple[float, float], on: tuple[float, float], class_b: bool,  # noqa: FBT001
    due_s: float, own_share: float,
) -> Expectation:  # fmt: skip
    """What should have been heard of a ship silent over `span` (us) between two places (lat, lon).

    `due_s` is the interval it transmits at, `own_share` how much of it was heard before.
    """
    out = np.zeros((MAX_HALF_HOURS, 3))
    n = k.expected(state.cells, *span, *off, *on, int(class_b), due_s, own_share, out)
    return Expectation(out[:n, k.J_SHARE], out[:n, k.J_PEERS], out[:n, k.J_EXPECTED])


def vessels_near(
    state: Reception, at: NDArray[np.int64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
) -> NDArray[np.int64]:
    """How many vessels were heard around each place in the half hour of its time, the one that was there among them."""
    out = np.empty(len(at), np.int64)
    k.vessels(state.cells, at, lat_deg, lon_deg, out)
    return out


def heard_since(state: Reception, since_us: int) -> Heard:
    """How well each cell was heard from the half hour of a moment on, both classes together."""
    found = state.cells[state.cells[:, k.R_KEY] >= k.key_of.py_func(since_us // (k.SLOT_S * 1_000_000), 0, 0, 0)]  # type: ignore[attr-defined]
    cell, which = np.unique(found[:, k.R_KEY] // 2 % (512 * 1024), return_inverse=True)
    heard, due = (np.bincount(which, found[:, column], len(cell)) for column in (k.R_HEARD, k.R_DUE))
    row, column = np.divmod(cell, 1024)
    wide = 360.0 / k.COLUMNS[row]
    west, south = -180.0 + column * wide, -90.0 + row * k.CELL_DEG
    share = np.divide(heard * k.EXACT, due, out=np.zeros(len(cell)), where=due > 0)
    return Heard(west, south, west + wide, south + k.CELL_DEG, np.minimum(share, 1.0), heard.astype(np.int64))


def vessels_in_cell(state: Reception, at: int, lat_deg: float, lon_deg: float) -> int:
    """How many vessels were heard within a cell (30 nmi) of a place in the half hour of a time."""
    out = np.empty(1, np.int64)
    k.vessels_in_cell(state.cells, np.array([at]), np.array([lat_deg]), np.array([lon_deg]), out)
    return int(out[0])


def ship_hours(state: Reception, span: tuple[int, int], lat_deg: float, lon_deg: float) -> float:
    """For how many hours, all ships together, somebody was heard around a place (45 nmi) in a span of time."""
    return float(k.vessels_during(state.cells, *span, lat_deg, lon_deg)) * k.SLOT_S / 3600.0
