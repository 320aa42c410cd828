"""Whether a ship is fishing: a sum of weights, one per thing seen, so that each can be read and argued with.

The weights are log-likelihood ratios set by hand from what is known of gears (trawling at 2 to 5 knots, longlines
hauled at 3 to 6, jigging for squid below 2 at night), not fitted. AIS does not tell the gear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, distance_m
from hanbada.geo.sun import elevation_deg
from hanbada.tracks import spells
from hanbada.tracks.segments_kernel import SECOND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.spells import Sample

    Floats = NDArray[np.float64]

SPEED_KN = (0.0, 0.5, 1.0, 2.0, 5.0, 6.0, 8.0, 12.0)
SPEED_WEIGHT = (-4.0, -2.0, 0.3, 1.0, 1.0, -0.2, -1.5, -5.0)
"""At that speed, between them in proportion."""
STRAIGHT = (0.5, 0.9, 0.97, 1.0)
STRAIGHT_WEIGHT = (1.0, 0.3, -0.4, -1.0)
"""By how far the courses of neighbouring legs agree: one where all are the same."""
WINDOW = 5
"""Legs that are compared: ten minutes to half an hour at the usual sampling."""
LEAST_LEG_M = 50.0
"""Shorter legs have no course."""
LAMP_KN, LAMP_WEIGHT = 2.0, 0.5
DARK_DEG = -12.0
"""Nautical twilight is over: slow now may be fishing with lamps."""
SAYS_FISHING, SAYS_WEIGHT = 7, 2.0
AT_REST, REST_WEIGHT = (1, 5), -2.0
FISHING_TYPE, FISHING_WEIGHT, UNKNOWN_WEIGHT, OTHER_WEIGHT = 30, 1.5, -0.5, -3.0
SPLIT_M, SPLIT_S = 10_000.0, 7200.0
JOIN_M, JOIN_S = 2000.0, 3600.0
LEAST_S, LEAST_POINTS, LEAST_M, MOST_KN = 1200.0, 6, 500.0, 10.0
"""Events as Global Fishing Watch groups them: split, joined, dropped if shorter, fewer, smaller or faster."""


class Fishing(NamedTuple):
    """A stretch of fishing: its samples and the mean probability that the ship fished at them."""

    samples: tuple[Sample, ...]
    share: float

    @property
    def lasted_s(self) -> float:
        """From the first to the last sample."""
        return (self.samples[-1].at - self.samples[0].at) / SECOND


def probabilities(samples: list[Sample], ship_type: int | None) -> Floats:
    """The probability that a ship fishes at each of some samples of one track in order."""
    return 1.0 / (1.0 + np.exp(-log_odds(samples, ship_type)))


def log_odds(samples: list[Sample], ship_type: int | None) -> Floats:
    """The sum of what speaks for fishing at each of some samples of one track in order."""
    at = np.array([one.at for one in samples], np.int64)
    lat, lon = (np.array([one[i] for one in samples], np.float64) for i in (1, 2))
    speed = np.array([one.speed_kn for one in samples], np.float64)
    nav = np.array([one.nav_status for one in samples])
    known = np.where(np.isnan(speed), 0.0, speed)
    total = np.where(np.isnan(speed), 0.0, np.interp(known, SPEED_KN, SPEED_WEIGHT))
    total += np.interp(straightness(lat, lon), STRAIGHT, STRAIGHT_WEIGHT)
    total += np.where((elevation_deg(at, lat, lon) < DARK_DEG) & (speed < LAMP_KN), LAMP_WEIGHT, 0.0)
    total += np.where(nav == SAYS_FISHING, SAYS_WEIGHT, np.where(np.isin(nav, AT_REST), REST_WEIGHT, 0.0))
    kinds = {FISHING_TYPE: FISHING_WEIGHT, 0: UNKNOWN_WEIGHT}
    return total + kinds.get(ship_type or 0, OTHER_WEIGHT)


def straightness(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """How far the courses of the legs around each place agree (0 to 1); 0.95 where legs are too few or short to tell.

    >>> straightness(np.arange(5) / 100, np.zeros(5)).round(3).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    east = np.radians((np.diff(lon_deg) + 180.0) % 360.0 - 180.0) * np.cos(np.radians(lat_deg[1:])) * EARTH_M
    north = np.radians(np.diff(lat_deg)) * EARTH_M
    leg = np.hypot(east, north)
    far = leg >= LEAST_LEG_M
    unit = [np.where(far, part / np.where(far, leg, 1.0), 0.0) for part in (east, north)]
    x, y, count = (_around(part, len(lat_deg)) for part in (*unit, far.astype(np.float64)))
    agree: Floats = np.where(count >= 2, np.hypot(x, y) / np.maximum(count, 1.0), 0.95)
    return agree


def _around(leg: Floats, places: int) -> Floats:
    """Sums of something of the legs over WINDOW legs around each place."""
    whole = np.append(0.0, np.cumsum(leg))
    middle = np.arange(places)
    low, high = np.maximum(middle - WINDOW // 2 - 1, 0), np.minimum(middle + WINDOW // 2 + 1, len(leg))
    sums: Floats = whole[high] - whole[low]
    return sums


def fishing_spells(samples: list[Sample], ship_type: int | None) -> list[Fishing]:
    """The stretches in which a ship fished, from samples of one track in order."""
    chance = probabilities(samples, ship_type).tolist()
    runs: list[list[int]] = []
    for i in (i for i, p in enumerate(chance) if p >= 0.5):
        last = runs[-1][-1] if runs else -1
        most = (SPLIT_M, SPLIT_S) if i == last + 1 else (JOIN_M, JOIN_S)
        if runs and not _apart(samples[last], samples[i], *most):
            runs[-1].append(i)
        else:
            runs.append([i])
    found = [Fishing(tuple(samples[i] for i in run), sum(chance[i] for i in run) / len(run)) for run in runs]
    return [one for one in found if _counts(one)]


def _apart(one: Sample, other: Sample, most_m: float, most_s: float) -> bool:
    far = distance_m(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg)
    return far > most_m or (other.at - one.at) / SECOND > most_s


def _counts(one: Fishing) -> bool:
    way = spells.way_m(list(one.samples))
    if one.lasted_s < LEAST_S or len(one.samples) < LEAST_POINTS or way < LEAST_M:
        return False
    return way / one.lasted_s / KNOT_MS < MOST_KN
