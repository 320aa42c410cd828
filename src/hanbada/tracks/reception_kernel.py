"""How well each place is heard at each time, measured on those who were heard: a hash table of receptions."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere_kernel import between, turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import LONG_S, SECOND, due_s

SLOT_S = 1800
"""Half an hour: long enough for slow reporters to be heard, short enough to notice an outage."""
CELL_DEG = 0.5
"""About 30 nmi: with its eight neighbours a cell spans the 45 nmi around a ship."""
R_HEARD, R_DUE, R_VESSELS = range(3)
FREE = -1


@inlined
def columns_at(row: int) -> int:
    """Cells around the globe in a row of latitude, so that a cell is about as wide as it is high."""
    lat = (row + 0.5) * CELL_DEG - 90.0
    return max(1, int(360.0 / CELL_DEG * math.cos(lat * math.pi / 180.0)))


@inlined
def cell_row(lat: float) -> int:
    """Row of latitude, from the south pole."""
    return min(int((lat + 90.0) / CELL_DEG), int(180.0 / CELL_DEG) - 1)


@inlined
def key_of(slot: int, row: int, column: int, class_b: int) -> int:
    """One number for a half hour, a cell and a class of station."""
    return ((slot * 512 + row) * 1024 + column) * 2 + class_b


@inlined
def find(keys: Any, key: int) -> int:
    """The place of a key, or of the free slot where it would go."""
    mask = np.uint64(len(keys) - 1)
    slot = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(20)) & mask
    while keys[slot] != FREE and keys[slot] != key:  # noqa: PLR1714
        slot = (slot + np.uint64(1)) & mask
    return np.int64(slot)


@kernel
def count(
    at: Any, lat: Any, lon: Any, sog: Any, nav: Any, msg_type: Any, silence: Any, place: Any, keys: Any, cells: Any, last: Any,
    sign: float,
) -> int:  # fmt: skip
    """Add rows to the table, or take them out again (sign -1); how many new cells. `last` holds per track the cell it was counted in."""
    fresh = 0
    for i in range(len(at)):
        if place[i] < 0 or not (silence[i] > 0.0) or silence[i] >= LONG_S:
            continue
        row = cell_row(lat[i])
        column = min(int((lon[i] + 180.0) / 360.0 * columns_at(row)), columns_at(row) - 1)
        class_b = 1 if msg_type[i] == 18 or msg_type[i] == 19 else 0  # noqa: PLR1714
        key = key_of(at[i] // (SLOT_S * SECOND), row, column, class_b)
        slot = find(keys, key)
        if keys[slot] == FREE:
            keys[slot] = key
            fresh += 1
        cells[slot, R_HEARD] += sign
        cells[slot, R_DUE] += sign * max(1.0, silence[i] / due_s(msg_type[i], nav[i], sog[i]))
        if last[place[i]] != key:
            cells[slot, R_VESSELS] += sign
            last[place[i]] = key
    return fresh


@kernel
def around(keys: Any, cells: Any, slot: int, lat: float, lon: float, class_b: int, out: Any) -> None:
    """Receptions, transmissions due and vessels of a class in a cell and its neighbours, in one half hour."""
    out[R_HEARD] = 0.0
    out[R_DUE] = 0.0
    out[R_VESSELS] = 0.0
    middle = cell_row(lat)
    for row in range(max(middle - 1, 0), min(middle + 2, int(180.0 / CELL_DEG))):
        wide = columns_at(row)
        column = min(int((lon + 180.0) / 360.0 * wide), wide - 1)
        for step in range(-1, 2):
            place = find(keys, key_of(slot, row, (column + step) % wide, class_b))
            if keys[place] != FREE:
                for j in range(3):
                    out[j] += cells[place, j]
            if wide < 3:
                break


# Columns of a judged silence, per half hour.
J_SHARE, J_PEERS, J_EXPECTED = range(3)


@kernel
def expected(
    keys: Any, cells: Any, t_0: int, t_1: int, lat_0: float, lon_0: float, lat_1: float, lon_1: float, class_b: int,
    due: float, own: float, out: Any,
) -> int:  # fmt: skip
    """Per half hour of a silence: share of transmissions heard of peers near its way, peers, receptions expected of
    the silent ship if it had gone on. How many half hours."""
    found = np.zeros(3)
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
        around(keys, cells, slot, lat, lon, class_b, found)
        heard = min(1.0, found[R_HEARD] / found[R_DUE]) if found[R_DUE] > 0.0 else 0.0
        out[n, J_SHARE] = heard
        out[n, J_PEERS] = found[R_VESSELS]
        out[n, J_EXPECTED] = span / due * min(heard, own)
        n += 1
    return n


@inlined
def apart_deg(lon_1: float, lon_2: float) -> float:
    """Absolute difference of two longitudes."""
    return abs(turn(lon_1, lon_2))
