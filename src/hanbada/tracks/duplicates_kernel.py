"""Content of a position report -> was it heard before, within half a minute: an open-addressing table."""

from typing import Any

import numpy as np

from hanbada.model.kernel import inlined, kernel

FREE = 0
SAME_US = 30_000_000
"""Copies of one transmission reach us from several receivers within half a minute."""
NEVER = -(1 << 62)
# An entry: the content, when it was transmitted last, and when before that.
H_KEY, H_LAST, H_BEFORE = range(3)
ENTRY = 3
MINUTE_4 = 600_000.0
"""Steps of a degree in a report: ten thousandths of a minute."""


@inlined
def _mixed(value: Any, more: Any) -> Any:
    """Both numbers in one, well stirred."""
    value = (value ^ more) * np.uint64(0x9E3779B97F4A7C15)
    return value ^ (value >> np.uint64(29))


@inlined
def _steps(value: float, instead: float, offset: float, scale: float) -> Any:
    """A number in whole steps as radios send it, so that providers' roundings do not tell copies apart."""
    known = value if value == value else instead
    return np.uint64(np.int64((known + offset) * scale + 0.5))


@inlined
def key_of(
    mmsi: int, lat: float, lon: float, sog: float, cog: float, heading: int, second: int, msg_type: int, at: int
) -> Any:
    """A number for the content, never FREE. Without a second of the fix only the same time makes it the same."""
    place = _steps(lat, 91.0, 90.0, MINUTE_4) << np.uint64(32) | _steps(lon, 181.0, 180.0, MINUTE_4)
    way = _steps(sog, 102.3, 0.0, 10.0) << np.uint64(32) | _steps(cog, 360.0, 0.0, 10.0) << np.uint64(16)
    rest = np.uint64(msg_type + 2) << np.uint64(20) | np.uint64(heading + 2) << np.uint64(8) | np.uint64(second + 2)
    key = _mixed(_mixed(np.uint64(mmsi), place), way ^ rest << np.uint64(36))
    if second < 0 or second > 59:
        key = _mixed(key, np.uint64(at))
    return np.int64(key | np.uint64(1))


@inlined
def find(table: Any, key: int) -> Any:
    """The slot of a content, or the free one where it would go."""
    mask = np.uint64(len(table) - 1)
    slot = np.uint64(key) >> np.uint64(20) & mask
    while table[slot, H_KEY] != FREE and table[slot, H_KEY] != key:
        slot = (slot + np.uint64(1)) & mask
    return np.int64(slot)


@kernel
def keys(
    at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, cog: Any, heading: Any, second: Any, msg_type: Any, out: Any
) -> None:
    """The key of each row: a loop of its own, so that the compiler computes several at a time."""
    for i in range(len(at)):
        out[i] = key_of(mmsi[i], lat[i], lon[i], sog[i], cog[i], heading[i], second[i], msg_type[i], at[i])


@kernel
def mark(at: Any, key: Any, table: Any, older: Any, used: int, start: int, fresh: Any) -> tuple[int, int]:
    """Set fresh[i] from row `start` on where the content was not heard within SAME_US, by either table.

    Every content goes into `table`, with what `older` knows of it. Returns the row it came to, which is not the end
    when the table is half full and another has to take its place, and the entries used then.
    """
    for i in range(start, len(at)):
        slot = find(table, key[i])
        if table[slot, H_KEY] == FREE:
            if 2 * (used + 1) > len(table):
                return i, used
            there = find(older, key[i])
            known = older[there, H_KEY] != FREE
            table[slot, H_KEY] = key[i]
            table[slot, H_LAST] = older[there, H_LAST] if known else NEVER
            table[slot, H_BEFORE] = older[there, H_BEFORE] if known else NEVER
            used += 1
        last, before = table[slot, H_LAST], table[slot, H_BEFORE]
        fresh[i] = abs(at[i] - last) > SAME_US and abs(at[i] - before) > SAME_US
        if fresh[i]:
            # The two latest times are kept, so that what comes late does not make us forget what came in time.
            table[slot, H_LAST] = max(at[i], last)
            table[slot, H_BEFORE] = max(before, min(at[i], last))
    return len(at), used
