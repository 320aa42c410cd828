"""One hull on two numbers, one after the other: how far it may have got meanwhile, and how strong a case that is."""

import math

from hanbada.geo.sphere import KNOT_MS
from hanbada.model.kernel import inlined

SLOWEST_KN = 5.0
"""A ship that was not seen faster may all the same be."""


@inlined
def reach_m(top_kn: float, wait_s: float, handoff_m: float, share: float) -> float:
    """How far from where a ship fell silent its other number may start."""
    return max(handoff_m, share * max(top_kn, SLOWEST_KN) * KNOT_MS * wait_s)


@inlined
def strength(way: float, wait_s: float, top_kn: float, rate: float) -> float:
    """Log-likelihood ratio of one hull against a stranger starting here by chance: so many do per km2 and hour."""
    sigma_km = (150.0 + 0.15 * max(top_kn, SLOWEST_KN) * KNOT_MS * wait_s) / 1000
    near = math.exp(-0.5 * (way / 1000 / sigma_km) ** 2) / (2 * math.pi * sigma_km**2)
    window_h = max(wait_s, 60.0) / 3600
    return math.log(near + 1e-12) - math.log(rate * window_h + 1e-12)
