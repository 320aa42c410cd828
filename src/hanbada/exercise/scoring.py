"""Detections against the truth: what was found, what was raised for nothing, how soon, how sure, with intervals.

A detection belongs to a truth if its kind answers to it, it names one of its vessels, and it lies in its time within
the tolerance. What an innocent carrier raises anyway (the control) is not counted against the injects; it makes the
rate of alarms. Intervals are 95 %, from resampling blocks of one vessel's day (Efron and Tibshirani 1993, chapter 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.model.times import DAY_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hanbada.exercise.chance import Floats
    from hanbada.exercise.injects import Claim, Truth
    from hanbada.model.records import Detection

DRAWS = 1000
BINS = 15
"""Of a reliability diagram (Guo et al. 2017)."""


class Interval(Struct, frozen=True, kw_only=True):
    """A figure between the ends of its 95 % interval; NaN is given as None."""

    value: float | None
    low: float | None
    high: float | None


class Raised(NamedTuple):
    """One episode as an officer saw it: its first version, and its last if it still stands."""

    first: Detection
    stands: Detection | None

    @property
    def shown(self) -> Detection:
        """What stands, else what was said first."""
        return self.stands or self.first


class Match(NamedTuple):
    """A truth and the episodes that belong to it."""

    truth: Truth
    episodes: tuple[Raised, ...]

    @property
    def found(self) -> bool:
        """Whether one of them still stands."""
        return any(one.stands for one in self.episodes)


class Matched(NamedTuple):
    """Every truth with its episodes, and the episodes that belong to none."""

    of_truths: list[Match]
    stray: list[Raised]


def episodes(said: Sequence[Detection], stands: Sequence[Detection]) -> list[Raised]:
    """The episodes of a run from everything it said, in the order in which they were raised."""
    first: dict[str, Detection] = {}
    for one in said:
        if one.state != "retracted":
            first.setdefault(one.episode_id, one)
    last = {one.episode_id: one for one in stands}
    return [Raised(one, last.get(episode)) for episode, one in first.items()]


def match(
    truths: Sequence[Truth], raised: Sequence[Raised], kinds: Sequence[str], tolerance_s: float, known: set[str]
) -> Matched:
    """Give each episode of some kinds to the truths it belongs to; `known` are episodes of the carrier itself."""
    by_vessel: dict[int, list[int]] = {}
    for i, truth in enumerate(truths):
        for mmsi in truth.vessels:
            by_vessel.setdefault(mmsi, []).append(i)
    given: list[list[Raised]] = [[] for _ in truths]
    stray = []
    for one in raised:
        if one.first.kind not in kinds:
            continue
        near = {i for vessel in one.shown.vessels for i in by_vessel.get(vessel.mmsi, ())}
        fits = [i for i in sorted(near) if belongs(truths[i], one.shown, tolerance_s)]
        for i in fits:
            given[i].append(one)
        if not fits and one.first.episode_id not in known:
            stray.append(one)
    return Matched([Match(truth, tuple(found)) for truth, found in zip(truths, given, strict=True)], stray)


def belongs(truth: Truth, one: Detection, tolerance_s: float) -> bool:
    """Whether a detection lies in the time of a truth. Most of it must: a long one that merely touches it does not."""
    if truth.form and truth.form not in one.case[:1]:
        return False
    end = one.t_end if one.t_end is not None else max(one.t_start, min(one.judged_at, truth.t_end))
    return within(truth, one.t_start, end, tolerance_s)


def within(truth: Truth, begin: int, end: int, tolerance_s: float) -> bool:
    """Whether a span lies in the time of a truth, or most of it."""
    slack = int(tolerance_s * SECOND_US)
    overlap = min(end, truth.t_end + slack) - max(begin, truth.t_start - slack)
    return overlap >= 0 and 2 * overlap >= end - begin


def claimed(truths: Sequence[Truth], claims: Sequence[Claim], tolerance_s: float) -> list[bool]:
    """Which truths a plain rule would have raised."""
    spans: dict[int, list[Claim]] = {}
    for one in claims:
        spans.setdefault(one.mmsi, []).append(one)
    return [
        any(within(truth, one.begin, one.end, tolerance_s) for mmsi in truth.vessels for one in spans.get(mmsi, ()))
        for truth in truths
    ]


def block(mmsi: int, at_us: int) -> tuple[int, int]:
    """The vessel-day something belongs to."""
    return mmsi, at_us // DAY_US


def block_of(one: Match | Raised) -> tuple[int, int]:
    """The vessel-day of a truth or of an episode."""
    if isinstance(one, Match):
        return block(one.truth.vessels[0], one.truth.t_start)
    return block(one.shown.vessels[0].mmsi if one.shown.vessels else 0, one.shown.t_start)


class Counts(NamedTuple):
    """Per block: truths found, raised for nothing, missed; and what they come to."""

    found: Floats
    false: Floats
    missed: Floats


def counts(matched: Matched) -> Counts:
    """What became of truths and hard negatives, by vessel-day. A negative that was raised is one false alarm."""
    tally: dict[tuple[int, int], list[float]] = {}
    for one in matched.of_truths:
        hit = bool(one.episodes) if not one.truth.expected else one.found
        place = (2, 0)[hit] if one.truth.expected else 1
        tally.setdefault(block_of(one), [0.0, 0.0, 0.0])[place] += 1.0 if one.truth.expected else float(hit)
    for stray in matched.stray:
        tally.setdefault(block_of(stray), [0.0, 0.0, 0.0])[1] += 1.0
    table = np.array([tally[key] for key in sorted(tally)]).reshape(-1, 3)
    return Counts(table[:, 0], table[:, 1], table[:, 2])


def precision(found: Floats, false: Floats, missed: Floats) -> Floats:  # noqa: ARG001
    """Share of what was raised that was true."""
    return _ratio(found, found + false)


def recall(found: Floats, false: Floats, missed: Floats) -> Floats:  # noqa: ARG001
    """Share of the truths that were found."""
    return _ratio(found, found + missed)


def f1(found: Floats, false: Floats, missed: Floats) -> Floats:
    """Harmonic mean of both."""
    return _ratio(2 * found, 2 * found + false + missed)


def _ratio(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)
    return shares


def bootstrapped(columns: Sequence[Floats], figure: object, dice: np.random.Generator) -> Interval:
    """A figure of summed columns with its interval over resampled rows (blocks)."""
    table = np.column_stack(columns)
    value = figure(*table.sum(axis=0))  # type: ignore[operator]
    if not len(table):
        return interval(float("nan"), np.zeros(0))
    weights = dice.multinomial(len(table), np.full(len(table), 1.0 / len(table)), DRAWS).astype(float)
    return interval(float(value), figure(*(weights @ table).T))  # type: ignore[operator]


def interval(value: float, drawn: Floats) -> Interval:
    """A figure and the middle 95 % of what was drawn for it."""
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    return Interval(value=_plain(value), low=_plain(float(low)), high=_plain(float(high)))


def bounded(share: Interval, count: float) -> Interval:
    """The interval of a share of so many, none or all of which were hit, as Clopper and Pearson (1934) have it.

    Resampling cannot tell what did not happen.

    >>> bounded(Interval(value=1.0, low=1.0, high=1.0), 20).low
    0.8316
    """
    if share.low != share.high or not count:
        return share
    most = 1.0 - 0.025 ** (1.0 / count)
    ends = (1.0 - most, 1.0) if share.value == 1.0 else (0.0, most)
    return (
        Interval(value=share.value, low=_plain(ends[0]), high=_plain(ends[1])) if share.value in {0.0, 1.0} else share
    )


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def rate(raised: Sequence[Raised], days: Sequence[tuple[int, int]], dice: np.random.Generator) -> Interval:
    """Alarms per 1,000 vessel-days of a carrier into which nothing was put."""
    place = {day: i for i, day in enumerate(days)}
    alarms = np.zeros(len(days))
    for one in raised:
        if (i := place.get(block_of(one))) is not None:
            alarms[i] += 1
    return bootstrapped((alarms, np.ones(len(days))), lambda a, n: 1000.0 * a / n, dice)


def latencies_s(matched: Matched) -> Floats:
    """Seconds from when it could have been known to when it was said, of the truths that were found."""
    found = [
        (min(raised.first.judged_at for raised in one.episodes) - one.truth.criteria_at) / SECOND_US
        for one in matched.of_truths
        if one.truth.expected and one.found
    ]
    return np.array(found, np.float64)


def quantile(values: Floats, share: float, dice: np.random.Generator) -> Interval:
    """A quantile of some values with its interval over resampled values."""
    if not len(values):
        return interval(float("nan"), values)
    drawn = dice.choice(values, (DRAWS, len(values)))
    return interval(float(np.quantile(values, share)), np.quantile(drawn, share, axis=1))


class Scored(NamedTuple):
    """What a detector believed of each truth when nothing was held back, and which of them were so."""

    chance: Floats
    true: NDArray[np.bool_]


def scored(matched: Matched) -> Scored:
    """The highest probability given to each truth and each hard negative; none is zero."""
    chance = [max((one.shown.probability for one in each.episodes), default=0.0) for each in matched.of_truths]
    return Scored(np.array(chance, np.float64), np.array([each.truth.expected for each in matched.of_truths], np.bool_))


def brier(of: Scored) -> float:
    """Mean squared error of the probabilities (Brier 1950)."""
    return float(np.mean((of.chance - of.true) ** 2)) if len(of.chance) else float("nan")


def reliability(of: Scored) -> list[tuple[float, float, int]]:
    """Per bin that holds any: mean probability, share that was true, how many."""
    place = np.minimum((of.chance * BINS).astype(int), BINS - 1)
    found = []
    for i in range(BINS):
        inside = place == i
        if inside.any():
            found.append((float(of.chance[inside].mean()), float(of.true[inside].mean()), int(inside.sum())))
    return found


def calibration_error(of: Scored) -> float:
    """Expected calibration error over BINS bins (Naeini et al. 2015)."""
    if not len(of.chance):
        return float("nan")
    return sum(n * abs(said - was) for said, was, n in reliability(of)) / len(of.chance)


def separation(of: Scored) -> float:
    """Area under the ROC curve: how often a truth is believed more than a negative (ties count half)."""
    yes, no = of.chance[of.true], of.chance[~of.true]
    if not len(yes) or not len(no):
        return float("nan")
    ranks = np.searchsorted(np.sort(no), yes, "left") + np.searchsorted(np.sort(no), yes, "right")
    return float(ranks.mean() / (2 * len(no)))


def average_precision(of: Scored) -> float:
    """Mean of the precision at each truth, from the most believed down; ties are taken together."""
    if not of.true.any():
        return float("nan")
    levels = np.unique(of.chance)[::-1]
    taken = np.array([(of.chance >= level).sum() for level in levels])
    hits = np.array([(of.true & (of.chance >= level)).sum() for level in levels])
    return float(np.sum(np.diff(hits, prepend=0) * hits / taken) / of.true.sum())


def resampled(of: Scored, figure: object, dice: np.random.Generator) -> Interval:
    """A figure of probabilities with its interval over resampled truths."""
    draws = dice.integers(0, max(1, len(of.chance)), (DRAWS // 5, len(of.chance)))
    drawn = [figure(Scored(of.chance[draw], of.true[draw])) for draw in draws] if len(of.chance) else []  # type: ignore[operator]
    return interval(figure(of), np.array(drawn, np.float64))  # type: ignore[operator]
