"""MMSI -> place in the state arrays of every fold: an open-addressing table of (MMSI, place)."""

from typing import Any

import numpy as np

from hanbada.model.kernel import kernel

EMPTY = -1


@kernel
def places(mmsi: Any, table: Any, known: Any, count: int, start: int, out: Any) -> tuple[int, int]:
    """Write the place of each MMSI from row `start` on to `out`, giving new ones the next free place.

    `table` is a power of two long, EMPTY where free; `known` takes the MMSI of each place. Returns the row it came to,
    which is not the end when the table is half full and has to grow first, and the vessels known then.
    """
    mask = np.uint64(len(table) - 1)
    last, last_place = np.int64(EMPTY), np.int64(0)
    for i in range(start, len(mmsi)):
        key = mmsi[i]
        if key != last:
            slot = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) & mask
            while table[slot, 0] != EMPTY and table[slot, 0] != key:
                slot = (slot + np.uint64(1)) & mask
            if table[slot, 0] == EMPTY:
                if 2 * (count + 1) > len(table):
                    return i, count
                table[slot, 0], table[slot, 1], known[count] = key, count, key
                count += 1
            last, last_place = key, table[slot, 1]
        out[i] = last_place
    return len(mmsi), count
