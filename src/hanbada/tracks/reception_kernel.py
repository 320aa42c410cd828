"""How well each place is heard at each time, measured on those who were heard: a hash table of receptions."""

from typing import Any

import numpy as np

from hanbada.geo.sphere_kernel import between
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import LONG_S, SECOND, due_s

SLOT_S = 1800
"""Half an hour: long enough for slow reporters to be heard, short enough to notice an outage."""
CELL_DEG = 0.5
"""About 30 nmi: with its eight neighbours a cell spans the 45 nmi around a ship."""
# A cell in one half hour: which, reports heard, transmissions due (in EXACT parts), vessels.
R_KEY, R_HEARD, R_DUE, R_VESSELS = range(4)
CELL = 4
FREE = -1


COLUMNS = np.maximum(
    1, 360.0 / CELL_DEG * np.cos(np.radians((np.arange(int(180.0 / CELL_DEG)) + 0.5) * CELL_DEG - 90.0))
).astype(np.int64)
"""Cells around the globe in each row of latitude, so that a cell is about as wide as it is high."""
EXACT = 1 << 20
"""Transmissions due are counted in parts as small as this: sums are then exact in any order, and can be taken back."""


@inlined
def cell_row(lat: float) -> int:
    """Row of latitude, from the south pole."""
    return min(int((lat + 90.0) / CELL_DEG), int(180.0 / CELL_DEG) - 1)


@inlined
def cell_column(lon: float, row: int) -> Any:
    """Place in the row, from 180 degrees west."""
    return min(int((lon + 180.0) / 360.0 * COLUMNS[row]), COLUMNS[row] - 1)


@inlined
def key_of(slot: int, row: int, column: int, class_b: int) -> int:
    """One number for a half hour, a cell and a class of station."""
    return ((slot * 512 + row) * 1024 + column) * 2 + class_b


@inlined
def find(cells: Any, key: int) -> Any:
    """The place of a key, or of the free slot where it would go."""
    mask = np.uint64(len(cells) - 1)
    slot = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(20)) & mask
    while cells[slot, R_KEY] != FREE and cells[slot, R_KEY] != key:
        slot = (slot + np.uint64(1)) & mask
    return np.int64(slot)


@kernel
def count(
    at: Any, lat: Any, lon: Any, sog: Any, nav: Any, msg_type: Any, silence: Any, prev_at: Any, place: Any, cells: Any,
    used: int, start: int, sign: int,
) -> tuple[int, int]:  # fmt: skip
    """Add rows from `start` on to the table, or take them out again (sign -1).

    A vessel counts in the cell of its first report in a half hour. Returns the row it came to, which is not the end
    when the table is half full and has to grow first, and the cells used then.
    """
    for i in range(start, len(at)):
        if place[i] < 0:
            continue
        slot = at[i] // (SLOT_S * SECOND)
        entered = prev_at[i] < slot * (SLOT_S * SECOND)
        regular = 0.0 < silence[i] < LONG_S
        if not (entered or regular):
            continue
        row = cell_row(lat[i])
        class_b = 1 if msg_type[i] == 18 or msg_type[i] == 19 else 0
        key = key_of(slot, row, cell_column(lon[i], row), class_b)
        cell = find(cells, key)
        if cells[cell, R_KEY] == FREE:
            if 2 * (used + 1) > len(cells):
                return i, used
            cells[cell, R_KEY] = key
            used += 1
        if regular:
            due = max(1.0, silence[i] / due_s(msg_type[i], nav[i], sog[i]))
            cells[cell, R_HEARD] += sign
            cells[cell, R_DUE] += sign * np.int64(due * EXACT + 0.5)
        if entered:
            cells[cell, R_VESSELS] += sign
    return len(at), used


@kernel
def move(cells: Any, oldest: int, larger: Any) -> int:
    """Put the cells of half hours from `oldest` on into another table; how many."""
    used = 0
    for cell in range(len(cells)):
        if cells[cell, R_KEY] != FREE and cells[cell, R_KEY] >= key_of(oldest, 0, 0, 0):
            larger[find(larger, cells[cell, R_KEY])] = cells[cell]
            used += 1
    return used


@kernel
def around(cells: Any, slot: int, lat: float, lon: float, class_b: int, out: Any) -> None:
    """The sums of a cell and its neighbours in one half hour, of a class of station; columns as in a cell."""
    out[:] = 0
    middle = cell_row(lat)
    for row in range(max(middle - 1, 0), min(middle + 2, len(COLUMNS))):
        wide, column = COLUMNS[row], cell_column(lon, row)
        for step in range(-1, min(2, wide - 1)):
            cell = find(cells, key_of(slot, row, (column + step) % wide, class_b))
            if cells[cell, R_KEY] != FREE:
                out += cells[cell]


@kernel
def vessels(cells: Any, at: Any, lat: Any, lon: Any, out: Any) -> None:
    """Vessels of both classes heard around each place in the half hour of its time; none where there is no place."""
    found = np.zeros(CELL, np.int64)
    for i in range(len(at)):
        out[i] = 0
        if lat[i] == lat[i] and lon[i] == lon[i]:
            for class_b in range(2):
                around(cells, at[i] // (SLOT_S * SECOND), lat[i], lon[i], class_b, found)
                out[i] += found[R_VESSELS]


@kernel
def vessels_in_cell(cells: Any, at: Any, lat: Any, lon: Any, out: Any) -> None:
    """Vessels of both classes heard in the cell of each place, without its neighbours, in the half hour of its time."""
    for i in range(len(at)):
        row, out[i] = cell_row(lat[i]), 0
        for class_b in range(2):
            cell = find(cells, key_of(at[i] // (SLOT_S * SECOND), row, cell_column(lon[i], row), class_b))
            if cells[cell, R_KEY] != FREE:
                out[i] += cells[cell, R_VESSELS]


@kernel
def vessels_during(cells: Any, t_0: int, t_1: int, lat: float, lon: float) -> int:
    """Vessels of both classes heard around a place, summed over the half hours of a span, both ends included."""
    found, total = np.zeros(CELL, np.int64), 0
    for slot in range(t_0 // (SLOT_S * SECOND), t_1 // (SLOT_S * SECOND) + 1):
        for class_b in range(2):
            around(cells, slot, lat, lon, class_b, found)
            total += found[R_VESSELS]
    return total


# Columns of a judged silence, per half hour.
J_SHARE, J_PEERS, J_EXPECTED = range(3)


@kernel
def expected(
    cells: Any, t_0: int, t_1: int, lat_0: float, lon_0: float, lat_1: float, lon_1: float, class_b: int,
    due: float, own: float, out: Any,
) -> int:  # fmt: skip
    """Fill, per half hour of a silence, the columns J_SHARE to J_EXPECTED; how many half hours.

    They are the share of transmissions heard of peers near its way, the peers, and the receptions to be expected of the
    silent ship if it had gone on; rounded, so that what is written down says exactly what was judged.
    """
    found = np.zeros(CELL, np.int64)
    first, last, n = t_0 // (SLOT_S * SECOND), t_1 // (SLOT_S * SECOND), 0
    for slot in range(first, last + 1):
        if n >= len(out):
            break
        begin, end = max(t_0, slot * SLOT_S * SECOND), min(t_1, (slot + 1) * SLOT_S * SECOND)
        span = (end - begin) / SECOND
        if span <= 0.0:
            continue
        share = ((begin + end) / 2 - t_0) / max(1, t_1 - t_0)
        lat, lon = between(lat_0, lon_0, lat_1, lon_1, share)
        around(cells, slot, lat, lon, class_b, found)
        heard = min(1.0, found[R_HEARD] * EXACT / found[R_DUE]) if found[R_DUE] > 0 else 0.0
        out[n, J_SHARE] = np.rint(heard * 1e4) / 1e4
        out[n, J_PEERS] = found[R_VESSELS]
        out[n, J_EXPECTED] = np.rint(span / due * min(heard, own) * 1e3) / 1e3
        n += 1
    return n
