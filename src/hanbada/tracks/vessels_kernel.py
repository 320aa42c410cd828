"""MMSI -> place in the state arrays of every fold: an open-addressing table."""

from typing import Any

import numpy as np

from hanbada.model.kernel import kernel

EMPTY = -1


@kernel
def places(mmsi: Any, keys: Any, values: Any, count: int, out: Any) -> int:
    """Write the place of each MMSI to `out`, giving new ones the next free place; vessels known now.

    `keys` (a power of two long, EMPTY where free) must have room for all.
    """
    mask = np.uint64(len(keys) - 1)
    last, last_place = np.int64(EMPTY), np.int64(0)
    for i in range(len(mmsi)):
        key = mmsi[i]
        if key != last:
            slot = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) & mask
            while keys[slot] != EMPTY and keys[slot] != key:  # noqa: PLR1714
                slot = (slot + np.uint64(1)) & mask
            if keys[slot] == EMPTY:
                keys[slot] = key
                values[slot] = count
                count += 1
            last, last_place = key, values[slot]
        out[i] = last_place
    return count
