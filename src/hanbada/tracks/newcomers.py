"""How often numbers are heard for the first time around a place, and just there: where ships gather, more often."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from hanbada.geo.sphere import NMI_M
from hanbada.model.times import HOUR_US
from hanbada.tracks.newcomers_kernel import count_near
from hanbada.tracks.touches import FEWEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.tracks.segments import Birth

AROUND_M, AROUND_H = 50 * NMI_M, 12
"""Around a first report, in place and time before and after it, others are counted."""
RADII_M = np.array([2 * NMI_M, 10 * NMI_M, AROUND_M])
"""Within which ships may gather: in harbours, at fishing grounds."""
EVEN = 10.0
"""So many first reports are supposed to lie evenly around, before those that were heard."""


def table(births: Iterable[Birth]) -> NDArray[np.float64]:
    """MMSI, time and place of first reports."""
    return np.array([(one.mmsi, one.at, one.lat_deg, one.lon_deg) for one in births], np.float64).reshape(-1, 4)


def per_km2_h(near: float) -> float:
    """First reports per km2 and hour, of so many around."""
    return float(f"{near / (math.pi * (AROUND_M / 1000) ** 2 * 2 * AROUND_H):.6g}")


def rates(born: Iterable[NDArray[np.float64]], birth: Birth, other: int, since_us: int) -> tuple[float, float]:
    """First reports per km2 and hour around one, without its own and those of another MMSI; and just there.

    Those before `since_us` tell where ships gather, not how often they come. Never less than half of one around.
    """
    within, around = AROUND_H * HOUR_US, np.zeros(len(RADII_M), np.int64)
    where = birth.at, birth.lat_deg, birth.lon_deg, since_us, within, RADII_M, around
    near = max(sum(count_near(part, birth.mmsi, other, *where) for part in born), FEWEST)
    even = (RADII_M / AROUND_M) ** 2
    crowded = float(np.max((around + EVEN * even) / (around[-1] + EVEN) / even))
    return per_km2_h(near), per_km2_h(near * crowded)
