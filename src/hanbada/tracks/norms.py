"""What ships do at one place: where others do the same, it is no sign of anything."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import NMI_M
from hanbada.model.times import HOUR_US

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

DOUBT = 0.02
"""How many ships one is taken to have seen beforehand: what others do somewhere is believed soon."""


class Norms(NamedTuple):
    """What ships did at a place, an entry an episode: the dip of their speed, whether they hauled, whether they lay."""

    at: NDArray[np.float64]
    mmsi: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    dip_kn: NDArray[np.float64]
    hauled: NDArray[np.float64]
    lay: NDArray[np.float64]


class Others(NamedTuple):
    """Episodes of other ships near one: how many, with such a dip, with a haul, with a stop; first reports near by."""

    count: float  # type: ignore[assignment]
    dipped: float
    hauled: float
    lay: float
    appeared: float = 0.0


def table(entries: Iterable[tuple[float, ...]]) -> Norms:
    """Entries in the order of Norms as one; there must be one."""
    return Norms(*np.array(sorted(entries)).T)


def others(
    found: Norms, mmsi: int, at_us: int, place: tuple[float, float], within_m: float, span_h: tuple[float, float],
    dip_kn: float,
) -> Others:  # fmt: skip
    """What ships but one did near a place (latitude, longitude) in a span of hours around a time."""
    since_h = (found.at - at_us) / HOUR_US
    near = (found.mmsi != mmsi) & (since_h >= span_h[0]) & (since_h <= span_h[1])
    north, east = found.lat_deg - place[0], (found.lon_deg - place[1] + 540.0) % 360.0 - 180.0
    near &= np.hypot(north, east * math.cos(math.radians(place[0]))) * 60 * NMI_M <= within_m
    dipped = near & (found.dip_kn >= dip_kn)
    return Others(*(float(one.sum()) for one in (near, dipped, found.hauled[near], found.lay[near])))


def usual_llr(did: float, count: float, usual: float) -> float:
    """Log-likelihood ratio that takes away what is usual here rather than anywhere; never above zero.

    >>> usual_llr(0.0, 0.0, 0.01), round(usual_llr(5.0, 10.0, 0.01), 1)
    (0.0, -3.7)
    """
    here = (did + DOUBT) / (count + DOUBT / usual)
    return min(0.0, math.log(usual / here))
