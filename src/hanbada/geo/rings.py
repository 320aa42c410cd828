"""One place and one ring, without an index: for the few places a rule asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def holds(ring: Sequence[tuple[float, float]], lon_deg: float, lat_deg: float) -> bool:
    """Whether a ring of (longitude, latitude) that never jumps at 180 degrees holds a place, by even-odd.

    >>> fiji = ((175.0, -20.0), (185.0, -20.0), (185.0, -15.0), (175.0, -15.0))
    >>> holds(fiji, 179.0, -17.0), holds(fiji, -179.0, -17.0), holds(fiji, 170.0, -17.0)
    (True, True, False)
    """
    if len(ring) < 3:
        return False
    west = min(lon for lon, _ in ring)
    lon = west + (lon_deg - west) % 360.0
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > lat_deg) != (y2 > lat_deg) and lon < x1 + (lat_deg - y1) / (y2 - y1) * (x2 - x1):
            odd = not odd
    return odd
