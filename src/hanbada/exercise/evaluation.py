"""What a detector is worth on a carrier: injects planted, the chain run on the lines, the truth compared afterwards.

The chain is given as a function from lines, areas and settings to what it said, so that nothing here can show it more:
it never sees a truth. Frozen seeds: the same carrier, seed and version give the same figures.
"""

from __future__ import annotations

import importlib
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec
import numpy as np
from msgspec import Struct

from hanbada.detect.contract import NO_CHARTS
from hanbada.exercise import scoring
from hanbada.exercise.carrier import thinned, vessel_days
from hanbada.exercise.injects import INJECTS, Truth, inject, planted
from hanbada.exercise.scoring import Interval, Match, Matched
from hanbada.exercise.wire import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hanbada.detect.contract import Charts
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.injects import Inject, Planted
    from hanbada.exercise.scoring import Raised
    from hanbada.model.records import Detection
    from hanbada.reference.shapes import Area

INTERVALS_S = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 3600.0)
"""Sampling intervals over which detection limits are drawn, where ships are heard more often than that."""
QUICK_INTERVALS_S = (120.0, 300.0, 600.0)
LEAST_THINNED = 0.01
"""Share of reports that an interval must cost: one that leaves what was recorded shows nothing new."""


class Said(NamedTuple):
    """What a chain said, every version in order, and what stood at the end."""

    said: Sequence[Detection]
    stands: Sequence[Detection]


class Chain(Protocol):
    """Lines in, detections out, judged as a live watch would have; all detectors, or some."""

    def __call__(
        self, sent: bytes, areas: Sequence[Area] = (), charts: Charts = NO_CHARTS, only: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Said:  # fmt: skip
        """Run it."""


class Label(Struct, frozen=True, kw_only=True):
    """One class of injects: how many there were, and of how many something was raised, by kind."""

    label: str
    expected: bool
    truths: int
    raised: int
    share: Interval
    kinds: dict[str, int]


class Rival(Struct, frozen=True, kw_only=True):
    """What a plain rule, or the detector less something, makes of the same injects: found, raised for nothing."""

    name: str
    truths: int
    found: int
    negatives: int
    raised_for_nothing: int


class Limit(Struct, frozen=True, kw_only=True):
    """Recall of one class of injects at a sampling interval (None: as recorded) and a magnitude."""

    label: str
    interval_s: float | None
    magnitude: str
    truths: int
    found: int


class Evaluation(Struct, frozen=True, kw_only=True):
    """The figures of one detector on one carrier."""

    name: str
    carrier: str
    carrier_sha256: str
    reports: int
    vessel_days: int
    seed: int
    rounds: int
    alone: bool = False
    truths: int
    negatives: int
    precision: Interval
    recall: Interval
    f1: Interval
    alarms_per_1000_vessel_days: Interval
    latency_median_s: Interval
    latency_p90_s: Interval
    brier: Interval
    calibration_error: Interval
    average_precision: Interval
    separation_auc: Interval
    reliability: list[tuple[float, float, int]]
    labels: list[Label]
    limits: list[Limit]
    rivals: list[Rival]
    strays: int
    missed: list[Truth]
    raised_for_nothing: list[Truth]


class Round(NamedTuple):
    """One planting: what became of its truths as officers saw it, with nothing held back, and by other kinds."""

    matched: Matched
    unheld: Matched
    any_kind: Matched
    rivals: list[Rival]


def names(only: Sequence[str] = ()) -> tuple[str, ...]:
    """The injects there are, or those that were asked for."""
    return tuple(name for name in INJECTS if not only or name in only)


def evaluate(
    name: str, whole: Carrier, chain: Chain, seed: int, rounds: int, *, control: Said | None = None,
    intervals_s: Sequence[float] = INTERVALS_S, alone: bool = False,
) -> Evaluation:  # fmt: skip
    """Plant the injects of a module so many times, run the chain, and compare.

    `control` is what the chain says of the untouched carrier, if that is known. `alone` runs the detector without the
    others: sooner done, but nobody tells what others make of the injects, and interference withholds nothing.
    """
    module = inject(name)
    only = module.KINDS if alone else ()
    traffic = module.prepare(whole) if hasattr(module, "prepare") else whole
    ran = control if control is not None and traffic is whole else chain(lines(traffic), only=only)
    untouched = [one for one in scoring.episodes(ran.said, ran.stands) if one.first.kind in module.KINDS]
    known = {one.first.episode_id for one in untouched}
    done = [_round(module, traffic, chain, dice_of(name, seed, number), known, only) for number in range(rounds)]
    drawn = _limits(module, traffic, chain, dice_of(name, seed, rounds), known, intervals_s) if intervals_s else []
    return msgspec.structs.replace(_figures(name, traffic, seed, done, untouched, drawn), alone=alone)


def dice_of(name: str, seed: int, number: int) -> np.random.Generator:
    """The dice of one planting: they depend on its name, not on what else is evaluated."""
    return np.random.default_rng([seed, number, *name.encode()])


def _round(
    module: Inject, traffic: Carrier, chain: Chain, dice: np.random.Generator, known: set[str], only: Sequence[str]
) -> Round:  # fmt: skip
    what = module.plant(traffic, dice)
    sent = planted(traffic, what)
    ran = chain(lines(sent), what.areas, what.charts, only)
    raised = scoring.episodes(ran.said, ran.stands)
    matched = _matched(module, what, ran, known)
    every = sorted({one.first.kind for one in raised})
    any_kind = scoring.match(what.truths, raised, every, module.TOLERANCE_S, known)
    settings = unheld(module.KINDS)
    free = chain(lines(sent), what.areas, what.charts, module.KINDS, settings) if settings else ran
    rivals = [*_rules(module, sent, what), *_without(module, traffic, what, chain, known)]
    return Round(matched, _matched(module, what, free, known), any_kind, rivals)


def _matched(module: Inject, what: Planted, ran: Said, known: set[str]) -> Matched:
    raised = scoring.episodes(ran.said, ran.stands)
    return scoring.match(what.truths, raised, module.KINDS, module.TOLERANCE_S, known)


def unheld(kinds: Sequence[str]) -> dict[str, str]:
    """Settings with which detectors say all they believe, of those that hold back what they believe little."""
    modules: dict[str, Any] = {kind: importlib.import_module(f"hanbada.detect.{kind}") for kind in kinds}
    return {f"{kind}.least_p": "0" for kind, one in modules.items() if "least_p" in one.Params.__struct_fields__}


def _rules(module: Inject, sent: Carrier, what: Planted) -> list[Rival]:
    """What plain rules make of a planting."""
    rules = getattr(module, "RULES", {}).items()
    return [_rival(name, what, scoring.claimed(what.truths, rule(sent), module.TOLERANCE_S)) for name, rule in rules]


def _without(module: Inject, traffic: Carrier, what: Planted, chain: Chain, known: set[str]) -> list[Rival]:
    """What the detector makes of a planting without what some of its rules rest on."""
    found = []
    for name, strip in getattr(module, "STRIPPED", {}).items():
        less = strip(what)
        ran = chain(lines(planted(traffic, less)), less.areas, less.charts, module.KINDS)
        found.append(_rival(name, what, [bool(one.episodes) for one in _matched(module, less, ran, known).of_truths]))
    return found


def _rival(name: str, what: Planted, raised: list[bool]) -> Rival:
    pairs = list(zip(what.truths, raised, strict=True))
    return Rival(
        name=name,
        truths=sum(truth.expected for truth, _ in pairs),
        found=sum(hit for truth, hit in pairs if truth.expected),
        negatives=sum(not truth.expected for truth, _ in pairs),
        raised_for_nothing=sum(hit for truth, hit in pairs if not truth.expected),
    )


def _limits(
    module: Inject, traffic: Carrier, chain: Chain, dice: np.random.Generator, known: set[str],
    intervals_s: Sequence[float],
) -> list[Limit]:  # fmt: skip
    """Recall by sampling interval and magnitude: one planting, of which less and less is heard."""
    what = module.plant(traffic, dice)
    sent, found = planted(traffic, what), []
    for interval_s in (None, *intervals_s):
        heard = sent if interval_s is None else thinned(sent, interval_s)
        if interval_s is not None and len(heard.reports) > (1.0 - LEAST_THINNED) * len(sent.reports):
            continue
        ran = chain(lines(heard), what.areas, what.charts, module.KINDS)
        found += _limit(_matched(module, what, ran, known), interval_s)
    return found


def _limit(matched: Matched, interval_s: float | None) -> list[Limit]:
    tally: Counter[tuple[str, str]] = Counter()
    hits: Counter[tuple[str, str]] = Counter()
    for one in matched.of_truths:
        if one.truth.expected:
            key = (one.truth.label, magnitude(one.truth))
            tally[key] += 1
            hits[key] += one.found
    return [
        Limit(label=key[0], interval_s=interval_s, magnitude=key[1], truths=tally[key], found=hits[key])
        for key in sorted(tally)
    ]


def recall_by_interval(limits: Sequence[Limit]) -> dict[float | None, tuple[int, int]]:
    """Of all classes together: found and planted, by sampling interval (None: as recorded)."""
    sums: dict[float | None, tuple[int, int]] = {}
    for one in limits:
        found, planted_ = sums.get(one.interval_s, (0, 0))
        sums[one.interval_s] = found + one.found, planted_ + one.truths
    return sums


def magnitude(truth: Truth) -> str:
    """What a truth's detection limit is drawn over, in words."""
    return ", ".join(f"{name} {value:.2g}" for name, value in sorted(truth.params.items()))


def _figures(
    name: str, traffic: Carrier, seed: int, done: list[Round], untouched: list[Raised], limits: list[Limit]
) -> Evaluation:
    matched = _joined([one.matched for one in done])
    free, any_kind = _joined([one.unheld for one in done]), _joined([one.any_kind for one in done])
    dice = dice_of(name, seed, -1 & 0xFFFF)
    tallied, score, late = scoring.counts(matched), scoring.scored(free), scoring.latencies_s(matched)
    days, hits = vessel_days(traffic), tallied.found.sum()
    return Evaluation(
        name=name,
        carrier=traffic.name,
        carrier_sha256=traffic.sha256,
        reports=len(traffic.reports),
        vessel_days=len(days),
        seed=seed,
        rounds=len(done),
        truths=sum(one.truth.expected for one in matched.of_truths),
        negatives=sum(not one.truth.expected for one in matched.of_truths),
        precision=scoring.bounded(scoring.bootstrapped(tallied, scoring.precision, dice), hits + tallied.false.sum()),
        recall=scoring.bounded(scoring.bootstrapped(tallied, scoring.recall, dice), hits + tallied.missed.sum()),
        f1=scoring.bootstrapped(tallied, scoring.f1, dice),
        alarms_per_1000_vessel_days=scoring.rate(untouched, days, dice),
        latency_median_s=scoring.quantile(late, 0.5, dice),
        latency_p90_s=scoring.quantile(late, 0.9, dice),
        brier=scoring.resampled(score, scoring.brier, dice),
        calibration_error=scoring.resampled(score, scoring.calibration_error, dice),
        average_precision=scoring.resampled(score, scoring.average_precision, dice),
        separation_auc=scoring.resampled(score, scoring.separation, dice),
        reliability=[(round(said, 4), round(was, 4), n) for said, was, n in scoring.reliability(score)],
        labels=_labels(matched, any_kind, dice),
        limits=limits,
        rivals=_added([one.rivals for one in done]),
        strays=len(matched.stray),
        missed=[one.truth for one in matched.of_truths if one.truth.expected and not one.found],
        raised_for_nothing=[one.truth for one in matched.of_truths if not one.truth.expected and one.episodes],
    )


def _joined(parts: list[Matched]) -> Matched:
    return Matched([one for part in parts for one in part.of_truths], [one for part in parts for one in part.stray])


def _added(rounds: list[list[Rival]]) -> list[Rival]:
    """The rivals of several plantings, each added up."""
    added = []
    for same in zip(*rounds, strict=True):
        sums = {name: sum(getattr(one, name) for one in same) for name in Rival.__struct_fields__[1:]}
        added.append(Rival(name=same[0].name, **sums))
    return added


def _labels(matched: Matched, any_kind: Matched, dice: np.random.Generator) -> list[Label]:
    """Each class of injects: what was raised of it, and what other kinds made of it."""
    found = []
    for label in dict.fromkeys(one.truth.label for one in matched.of_truths):
        own = [one for one in matched.of_truths if one.truth.label == label]
        hits = np.array([_raised(one) for one in own], np.float64)
        kinds = Counter(
            kind
            for one in any_kind.of_truths
            if one.truth.label == label
            for kind in {raised.first.kind for raised in one.episodes}
        )
        share = scoring.bounded(
            scoring.bootstrapped((hits, 1 - hits), lambda yes, no: yes / (yes + no), dice), len(own)
        )
        found.append(
            Label(
                label=label, expected=own[0].truth.expected, truths=len(own), raised=int(hits.sum()), share=share,
                kinds=dict(sorted(kinds.items())),
            )
        )  # fmt: skip
    return found


def _raised(one: Match) -> bool:
    return one.found if one.truth.expected else bool(one.episodes)
