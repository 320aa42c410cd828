"""One hull on two numbers, one after the other: how far it may have got meanwhile, and how strong a case that is."""

import math

from hanbada.geo.sphere import KNOT_MS
from hanbada.model.kernel import inlined

SLOWEST_KN = 5.0
"""A ship that was not seen faster may all the same be."""
REST_KN, MOVING_KN = 0.5, 2.0
"""Up to which a ship rests, and from which she is under way."""
SOON_S = 600.0
"""What ships do changes within ten minutes less than later."""
SAME_DEG, SAME_SHARE = 30.0, 1.5
"""Within which course and speed are the same."""
TURNED_DEG = 90.0
"""From which she sails the other way."""


@inlined
def pace_kn(top_kn: float, left_kn: float, right_kn: float) -> float:
    """The speed that a hull may have had between two reports; what rests before and after has rested."""
    if left_kn <= REST_KN and right_kn <= REST_KN:
        return REST_KN
    return max(top_kn, SLOWEST_KN)


@inlined
def reach_m(pace_kn: float, wait_s: float, handoff_m: float, share: float) -> float:
    """How far from where a ship fell silent its other number may start."""
    return max(handoff_m, share * pace_kn * KNOT_MS * wait_s)


@inlined
def strength(way: float, wait_s: float, pace_kn: float, rate: float) -> float:
    """Log-likelihood ratio of one hull against a stranger starting here by chance: so many do per km2 and hour."""
    sigma_km = (150.0 + 0.15 * pace_kn * KNOT_MS * wait_s) / 1000
    near = math.exp(-0.5 * (way / 1000 / sigma_km) ** 2) / (2 * math.pi * sigma_km**2)
    window_h = max(wait_s, 60.0) / 3600
    return math.log(near + 1e-12) - math.log(rate * window_h + 1e-12)


@inlined
def motion(left_kn: float, left_deg: float, right_kn: float, right_deg: float, wait_s: float) -> float:
    """Log-likelihood ratio of one hull against a stranger, by speed and course before and after; 0.0 if unknown.

    Shares of 60,000 pairs of reports of one ship, five and fifteen minutes apart, against 200,000 pairs of a last
    report of one ship and a first report of another (US coast, 30 June 2020).
    """
    soon = wait_s <= SOON_S
    slower, faster = min(left_kn, right_kn), max(left_kn, right_kn)
    if faster <= REST_KN:
        return 0.5 if soon else 0.3
    if slower <= REST_KN and faster >= MOVING_KN:
        return -1.6 if soon else -0.9
    turn = abs((right_deg - left_deg + 540.0) % 360.0 - 180.0)
    if not (slower >= MOVING_KN and turn >= 0.0):
        return 0.0
    if turn <= SAME_DEG:
        return (3.5 if soon else 3.0) if faster <= SAME_SHARE * slower else 0.4
    if turn <= TURNED_DEG:
        return 0.4
    return -0.7 if soon else -0.1
