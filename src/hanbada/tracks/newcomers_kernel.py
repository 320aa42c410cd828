"""First reports around one of them. The compiled part of `tracks.newcomers`."""

from typing import Any

from hanbada.geo.sphere_kernel import distance_m
from hanbada.model.kernel import kernel

LATITUDE_M = 111_000.0
"""Metres in a degree of latitude, a little less."""


@kernel
def count_near(
    born: Any, one: int, other: int, at: int, lat: float, lon: float, since: int, within_us: int, radii: Any, out: Any
) -> int:
    """First reports (MMSI, time, latitude, longitude) around one of two ships, not counting theirs.

    Returns how many are within the largest of some radii (the last) and a time, none of them before `since`; writes how
    many are within each radius at any time.
    """
    count = 0
    for k in range(len(born)):
        if abs(born[k, 2] - lat) * LATITUDE_M > radii[-1] or born[k, 0] == one or born[k, 0] == other:
            continue
        way = distance_m(born[k, 2], born[k, 3], lat, lon)
        for i in range(len(radii)):
            out[i] += way <= radii[i]
        count += way <= radii[-1] and abs(born[k, 1] - at) <= within_us and born[k, 1] >= since
    return count
