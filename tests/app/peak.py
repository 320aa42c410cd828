"""How much memory this process took at most, as Linux counts it.

`ru_maxrss` would not do: a child inherits that of the process it was forked from.
"""

import re
from pathlib import Path


def forgotten_kib() -> int:
    """Start over; what is taken now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_kib()


def peak_kib() -> int:
    """The most that was taken since the start or since it was forgotten."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])
