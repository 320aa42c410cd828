"""MMSI -> place in the state arrays of every fold, by an open-addressing table; and rows by vessel and time."""

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


@kernel
def by_vessel(rank: Any, at: Any, line: Any, begins: Any, out: Any) -> None:
    """Write the order of rows by the rank of their vessel, of one vessel by time, at one time by line.

    `begins` counts, one place on, the rows of each vessel; it becomes where the rows of each end.
    """
    for vessel in range(1, len(begins)):
        begins[vessel] += begins[vessel - 1]
    for i in range(len(rank)):
        out[begins[rank[i]]] = i
        begins[rank[i]] += 1
    begin = 0
    for vessel in range(len(begins) - 1):
        end = begins[vessel]
        for k in range(begin + 1, end):
            one, other = out[k - 1], out[k]
            if at[other] < at[one] or (at[other] == at[one] and line[other] < line[one]):
                rows = out[begin:end]
                rows = rows[np.argsort(line[rows], kind="mergesort")]
                out[begin:end] = rows[np.argsort(at[rows], kind="mergesort")]
                break
        begin = end


@kernel
def in_order(mmsi: Any, at: Any, line: Any) -> bool:
    """Whether rows stand by vessel, time and line already."""
    for i in range(1, len(at)):
        if mmsi[i] < mmsi[i - 1]:
            return False
        if mmsi[i] == mmsi[i - 1] and (at[i] < at[i - 1] or (at[i] == at[i - 1] and line[i] < line[i - 1])):
            return False
    return True
