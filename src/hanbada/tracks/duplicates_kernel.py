"""Content of a position report -> was it heard before, within half a minute: an open-addressing table."""

from typing import Any

import numpy as np

from hanbada.model.kernel import inlined, kernel

FREE = 0
SAME_US = 30_000_000
"""Copies of one transmission reach us from several receivers within half a minute (science.md 1.2)."""
NEVER = -(1 << 62)


@inlined
def _mixed(value: int, more: int) -> int:
    """Both numbers in one, well stirred."""
    value = (value ^ more) * np.uint64(0x9E3779B97F4A7C15)
    return value ^ (value >> np.uint64(29))


@kernel
def mark(
    at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, cog: Any, heading: Any, second: Any, msg_type: Any, keys: Any,
    times: Any, fresh: Any,
) -> int:  # fmt: skip
    """Set fresh[i] where the content was not heard within SAME_US; how many entries were added."""
    mask = np.uint64(len(keys) - 1)
    added = 0
    for i in range(len(at)):
        key = _mixed(np.uint64(0x243F6A8885A308D3), np.uint64(mmsi[i]))
        key = _mixed(key, np.uint64(msg_type[i] + 2))
        key = _mixed(key, np.uint64(np.int64((lat[i] if lat[i] == lat[i] else 91.0) * 6e5) + (1 << 40)))  # noqa: PLR0124
        key = _mixed(key, np.uint64(np.int64((lon[i] if lon[i] == lon[i] else 181.0) * 6e5) + (1 << 40)))  # noqa: PLR0124
        key = _mixed(key, np.uint64(np.int64((sog[i] if sog[i] == sog[i] else 102.3) * 10.0)))  # noqa: PLR0124
        key = _mixed(key, np.uint64(np.int64((cog[i] if cog[i] == cog[i] else 360.0) * 10.0)))  # noqa: PLR0124
        key = _mixed(key, np.uint64(heading[i] + 2) << np.uint64(8) | np.uint64(second[i] + 2))
        if second[i] < 0:
            # Without the second of the fix only the same time makes it the same transmission.
            key = _mixed(key, np.uint64(at[i]))
        key |= np.uint64(1)
        slot = (key >> np.uint64(20)) & mask
        while keys[slot] != FREE and keys[slot] != np.int64(key):  # noqa: PLR1714
            slot = (slot + np.uint64(1)) & mask
        if keys[slot] == FREE:
            keys[slot] = np.int64(key)
            times[slot] = NEVER
            added += 1
        fresh[i] = abs(at[i] - times[slot]) > SAME_US
        if fresh[i]:
            times[slot] = at[i]
    return added
