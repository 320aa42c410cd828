"""How fast a ship went around a moment, against what it did before and after: a dip, or a long haul below its cruise.

Both are measured against the ship itself: eight knots are slow for one ship and usual for another.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.model.times import SECOND_US
from hanbada.tracks import pace_kernel as k
from hanbada.tracks.recent import cut, speeds_kn, way_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.recent import Lately

NOISE_KN = 0.2
"""Scatter of the speed of a ship that keeps it: what instruments and waves make of it."""
MOVING_KN = 2.0
"""Slower, a ship says nothing about its cruise."""
CRUISE_SHARE = 0.75
"""The cruise is the speed that it exceeds a quarter of the time."""
LONGEST_STEP_S = 900.0
"""A report stands for no more time than this before it."""
HERE_S = 900.0
"""Without a report so near the moment nobody knows how fast the ship went then."""
LEAST_CRUISE_S = 7200.0
"""A cruise needs to have been seen for two hours."""


class Speeds(NamedTuple):
    """Seconds from a moment, and smoothed speeds then."""

    at_s: NDArray[np.float64]
    speed_kn: NDArray[np.float64]


class Pace(NamedTuple):
    """Usual speed before and after a moment, the lowest near it, `low_s` after it; NaN: not known.

    `spread_kn` is how much the speed scatters anyway, `interval_s` how often the ship was heard, `hole_s` the longest
    silence near the moment, `lasted_s` how long it stayed below half the dip.
    """

    before_kn: float
    after_kn: float
    low_kn: float
    low_s: float
    spread_kn: float
    interval_s: float
    hole_s: float
    lasted_s: float

    @property
    def dip_kn(self) -> float:
        """How far the lowest speed lies below the usual ones on both sides."""
        return min(self.before_kn, self.after_kn) - self.low_kn if self.after_kn == self.after_kn else float("nan")

    @property
    def slowed_kn(self) -> float:
        """How far the lowest speed lies below the usual ones, or below that before if nobody knows yet how it goes on.

        Zero where nobody knows that either.
        """
        slowed = self.before_kn - self.low_kn if math.isnan(self.dip_kn) else self.dip_kn
        return 0.0 if math.isnan(slowed) else slowed

    @property
    def strength(self) -> float:
        """The dip in units of what the speed scatters anyway."""
        return self.dip_kn / (NOISE_KN + self.spread_kn)


class Haul(NamedTuple):
    """A stretch below a ship's cruise: from when to when (seconds), at what speed, and the cruise.

    `wandered` is the way sailed over the way made good.
    """

    begin_s: float
    end_s: float
    speed_kn: float
    cruise_kn: float
    wandered: float


def smoothed(lately: Lately, moment_us: int) -> Speeds:
    """The speeds of a track around a moment as running medians."""
    speed = speeds_kn(lately)
    known = ~np.isnan(speed)
    at = (lately.at[known] - moment_us) / SECOND_US
    out = np.empty(len(at))
    k.smooth(at, speed[known], out)
    return Speeds(at, out)


def pace(speeds: Speeds, moment_s: float) -> Pace:
    """How fast the ship went around a moment: against the hours around it, or close to it if a dip stands out more."""
    found = []
    for scale in (k.WIDE, k.CLOSE):
        out = np.empty(k.PACE)
        k.pace(*speeds, moment_s, *scale, out)
        out[k.P_LOW_AT] -= moment_s
        found.append(Pace(*out.tolist()))
    wide, close = found
    return close if close.strength > wide.strength or math.isnan(wide.strength) else wide


def dips_elsewhere(speeds: Speeds, moment_s: float, one: Pace, share: float) -> tuple[int, float]:
    """How many dips the same ship had that are as deep but for a share, in the three hours before or the hour after.

    And in how many times of the length of one that was looked for.
    """
    if not len(speeds.at_s):
        return 0, 0.0
    begin, end = max(speeds.at_s[0], moment_s - k.OWN_S), min(speeds.at_s[-1], moment_s + k.WIDE[2])
    places = max(1.0, (end - begin) / (2 * k.CLOSE[0]) - 1.0)
    return int(k.elsewhere(*speeds, moment_s, moment_s + one.low_s, share * one.dip_kn)), float(places)


def _cruise_kn(speeds: Speeds, until_s: float) -> float:
    """The speed a ship exceeds a quarter of the time that it moves, up to a moment; 0 if it was not seen for long."""
    moving = np.flatnonzero((speeds.at_s <= until_s) & (speeds.speed_kn > MOVING_KN))
    if not len(moving) or speeds.at_s[0] > until_s - LEAST_CRUISE_S:
        return 0.0
    lasted = np.minimum(np.diff(speeds.at_s, prepend=speeds.at_s[0]), LONGEST_STEP_S)[moving]
    order = np.argsort(speeds.speed_kn[moving])
    share = np.cumsum(lasted[order]) / max(lasted.sum(), 1.0)
    return float(speeds.speed_kn[moving][order][min(int(np.searchsorted(share, CRUISE_SHARE)), len(moving) - 1)])


def haul(lately: Lately, speeds: Speeds, moment_s: float, share: float, longest_s: float) -> Haul | None:
    """The stretch around a moment at no more than a share of the cruise; None if there is none or no cruise is known.

    `speeds` are those of `lately`. Looked for up to `longest_s` back; the cruise is that of all the time before the
    moment, or of what lies farther back if that is more: a haul of many hours is no cruise.
    """
    at, speed = speeds
    if not len(at) or at[0] > moment_s - LEAST_CRUISE_S:
        return None
    here = int(np.argmin(np.abs(at - moment_s)))
    cruise = max(_cruise_kn(speeds, moment_s), _cruise_kn(speeds, moment_s - longest_s))
    if abs(at[here] - moment_s) > HERE_S or speed[here] > share * cruise:
        return None
    fast = np.flatnonzero(speed > share * cruise)
    first = max(int(fast[fast < here].max(initial=-1)) + 1, int(np.searchsorted(at, moment_s - longest_s)))
    last = int(fast[fast > here].min(initial=len(at))) - 1
    known = np.flatnonzero(~np.isnan(speeds_kn(lately)))
    sailed, made = way_m(cut(lately, slice(known[first], known[last] + 1)))
    usual = float(np.median(speed[first : last + 1]))
    return Haul(float(at[first]), float(at[last]), usual, cruise, sailed / max(made, 100.0))
