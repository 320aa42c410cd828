"""How fast a ship went around a moment: the compiled part of `tracks.pace`. Times are seconds, speeds knots."""

import math
from typing import Any

import numpy as np

from hanbada.model.kernel import inlined, kernel

WIDE = (1200.0, 900.0, 3600.0)
"""Around the moment: where the lowest speed is sought, from where and how far the usual speed is taken (in s:
20, 15 and 60 minutes)."""
CLOSE = (420.0, 360.0, 1500.0)
"""The same for short dips of ships whose speed changes within the hour, as it does in straits."""
SMOOTH_S = 75.0
"""Speeds are medians over this long to either side, so that one damaged report is no dip."""
LEAST = 3
"""Reports on either side that make a usual speed."""
SEEN_S = 900.0
"""Nobody knows how a ship goes on before it was heard so long after: others may slow at the same place behind it."""
APART_S = CLOSE[1]
"""Two dips of one ship lie so far apart, each beyond what belongs to the other."""
OWN_S = 3 * 3600.0
"""How far back a ship's own habit is looked at."""
P_BEFORE, P_AFTER, P_LOW, P_LOW_AT, P_SPREAD, P_INTERVAL, P_HOLE, P_LASTED = range(8)
PACE = 8


@kernel
def smooth(at: Any, speed: Any, out: Any) -> None:
    """Running medians of speeds."""
    first = last = 0
    for i in range(len(at)):
        while at[i] - at[first] > SMOOTH_S:
            first += 1
        while last < len(at) and at[last] - at[i] <= SMOOTH_S:
            last += 1
        out[i] = np.median(speed[first:last])


@inlined
def _median_in(at: Any, speed: Any, begin: float, end: float) -> tuple[float, int]:
    """Median of the speeds in [begin, end] and how many there are."""
    a, b = np.searchsorted(at, begin), np.searchsorted(at, end, "right")
    return float(np.median(speed[a:b])) if b > a else math.nan, int(b - a)


@inlined
def _usual(at: Any, speed: Any, moment: float, away: float, wide: float) -> tuple[float, float]:
    """The usual speed before and after a moment; NaN where there are too few reports."""
    before, n = _median_in(at, speed, moment - wide, moment - away)
    after, m = _median_in(at, speed, moment + away, moment + wide)
    return (before if n >= LEAST else math.nan), (after if m >= LEAST else math.nan)


@inlined
def _spread(at: Any, speed: Any, moment: float, away: float, wide: float, before: float, after: float) -> float:
    """How far speeds lie from the usual one of their side: 1.4826 times the median of the distances."""
    a, b = np.searchsorted(at, moment - wide), np.searchsorted(at, moment + wide, "right")
    off = np.empty(b - a)
    count = 0
    for i in range(a, b):
        if abs(at[i] - moment) >= away:
            off[count] = abs(speed[i] - (before if at[i] < moment else after))
            count += 1
    return 1.4826 * np.median(off[:count]) if count else math.nan


@kernel
def pace(at: Any, speed: Any, moment: float, near: float, away: float, wide: float, out: Any) -> None:
    """Fill P_...: usual speeds, the lowest near the moment and when, how much they scatter, how often one was heard."""
    before, after = _usual(at, speed, moment, away, wide)
    if not (len(at) and at[-1] >= moment + SEEN_S):
        after = math.nan
    out[P_BEFORE], out[P_AFTER] = before, after
    out[P_LOW] = out[P_LOW_AT] = out[P_INTERVAL] = out[P_HOLE] = math.nan
    a, b = np.searchsorted(at, moment - near), np.searchsorted(at, moment + near, "right")
    for i in range(a, b):
        if not speed[i] >= out[P_LOW]:
            out[P_LOW], out[P_LOW_AT] = speed[i], at[i]
    begin, end = np.searchsorted(at, moment - wide), np.searchsorted(at, moment + wide, "right")
    if end - begin > 1:
        out[P_INTERVAL] = np.median(at[begin + 1 : end] - at[begin : end - 1])
    first, last = max(int(a) - 1, 0), min(int(b) + 1, len(at))
    if last - first > 1:
        out[P_HOLE] = np.max(at[first + 1 : last] - at[first : last - 1])
    out[P_SPREAD] = _spread(at, speed, moment, away, wide, before, after)
    out[P_LASTED] = _lasted(at, speed, 0.5 * (min(before, after) + out[P_LOW]), out[P_LOW_AT])


@inlined
def _lasted(at: Any, speed: Any, level: float, low_at: float) -> float:
    """How long speeds stayed below a level around a moment."""
    if not (level == level and low_at == low_at):
        return math.nan
    first = last = np.searchsorted(at, low_at)
    while first > 0 and speed[first - 1] < level:
        first -= 1
    while last + 1 < len(at) and speed[last + 1] < level:
        last += 1
    return float(at[last] - at[first])


@kernel
def elsewhere(at: Any, speed: Any, moment: float, low_at: float, least: float) -> int:
    """How many dips as deep as that a ship had in the hours before and the hour after, away from its own.

    Measured against the speeds close to each; reports of one dip follow each other.
    """
    count, last, (near, away, wide) = 0, -math.inf, CLOSE
    for i in range(np.searchsorted(at, moment - OWN_S), np.searchsorted(at, moment + WIDE[2], "right")):
        if min(abs(at[i] - moment), abs(at[i] - low_at)) >= near + away / 2:
            before, after = _usual(at, speed, at[i], away, wide)
            if min(before, after) - speed[i] >= least:
                count += at[i] - last >= APART_S
                last = at[i]
    return count
