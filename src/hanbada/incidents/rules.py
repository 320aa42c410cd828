"""Rules of a desk: which findings reach people, how right they were, and what another rule would have done.

A rule holds alerts, it hides nothing: what it holds is kept with the reason, counted, and read by whoever asks for it.
Distress has no rule. Right means that an incident was opened from an alert, wrong that it was dismissed; what is
neither (seen, put off, a duplicate) says nothing about the rule.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.desk import CONDITIONS, Rule
from hanbada.model.errors import UsageError
from hanbada.model.times import HOUR_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanbada.model.desk import Outcome
    from hanbada.model.records import Detection

NEVER_HELD = ("distress",)
WATCH_US = 8 * HOUR_US
"""The length of a watch, for which an alert budget is given."""
REVIEW_US = 90 * 24 * HOUR_US
"""A rule nobody looked at for this long is due for review."""
PORT_M = 3_000.0
"""So close to a port a ship is in it: the distance at which Global Fishing Watch lets a port visit begin."""
ON_DUTY = (31, 32, 33, 35, 50, 51, 52, 53, 54, 55, 58)
"""Ship types at work among others: towing, dredging, military, pilot, rescue, tug, tender, anti-pollution, law, medical
(ITU-R M.1371, table of ship types)."""
Z95 = 1.959964
LEAST_JUDGED = 10
"""Fewer judged alerts than this suggest nothing."""


class Precision(NamedTuple):
    """How right a rule was: counts, the share that was right of what was judged, and its 95 % interval (Wilson)."""

    raised: int
    held: int
    right: int
    wrong: int
    share: float | None
    low: float
    high: float


class Effect(NamedTuple):
    """What another rule would have done with the same findings."""

    before: int
    after: int
    right_lost: int
    wrong_spared: int
    held_for: dict[str, int]


class Suggestion(NamedTuple):
    """A least probability that would have spared so many wrong alerts and lost no right one."""

    least_probability: float
    wrong_spared: int


def checked(rule: Rule) -> Rule:
    """The rule; raises UsageError if it says what no rule may."""
    if rule.kind in NEVER_HELD:
        message = f"{rule.kind} has no rule: it always reaches people"
        raise UsageError(message)
    if not 0.0 <= rule.least_probability <= 1.0:
        message = f"least probability {rule.least_probability}: between 0 and 1"
        raise UsageError(message)
    if unknown := set(rule.conditions) - set(CONDITIONS):
        message = f"no condition {', '.join(sorted(unknown))}: there are {', '.join(CONDITIONS)}"
        raise UsageError(message)
    if rule.per_watch is not None and rule.per_watch < 0:
        message = f"{rule.per_watch} alerts in a watch: none or more"
        raise UsageError(message)
    return rule


def hold(rule: Rule | None, detection: Detection, port_m: float, lately: int) -> str | None:
    """Why a rule holds a finding, None if it does not; `lately` alerts of this kind reached people within a watch.

    An alarm is never held for the budget.
    """
    if rule is None or detection.kind in NEVER_HELD:
        return None
    if detection.probability < rule.least_probability:
        return "probability"
    for condition in rule.conditions:
        if _fails(condition, detection, port_m):
            return condition
    if rule.per_watch is not None and lately >= rule.per_watch and detection.severity != "alarm":
        return "budget"
    return None


def _fails(condition: str, detection: Detection, port_m: float) -> bool:
    if condition == "not_in_port":
        return port_m <= PORT_M
    if condition == "not_simulated":
        return detection.simulated
    return any(vessel.ship_type in ON_DUTY for vessel in detection.vessels)


def precision(outcomes: Iterable[Outcome]) -> Precision:
    """How right the alerts of one kind were."""
    raised = held = right = wrong = 0
    for outcome in outcomes:
        held += outcome.alert.state == "held"
        raised += outcome.alert.state != "held"
        judged = was_right(outcome)
        right += judged is True
        wrong += judged is False
    if not right + wrong:
        return Precision(raised, held, right, wrong, None, 0.0, 1.0)
    low, high = wilson(right, right + wrong)
    return Precision(raised, held, right, wrong, right / (right + wrong), low, high)


def was_right(outcome: Outcome) -> bool | None:
    """What people judged: True if an incident was opened, False if dismissed, None if neither."""
    if outcome.alert.incident_id is not None:
        return True
    dismissed = outcome.alert.state == "dismissed" and outcome.alert.reason != "duplicate"
    return False if dismissed else None


def wilson(right: int, judged: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927).

    >>> tuple(round(edge, 3) for edge in wilson(8, 10))
    (0.49, 0.943)
    """
    share, square = right / judged, Z95 * Z95 / judged
    middle = (share + square / 2) / (1 + square)
    half = Z95 / (1 + square) * math.sqrt(share * (1 - share) / judged + square / (4 * judged))
    return max(0.0, middle - half), min(1.0, middle + half)


def effect(rule: Rule, outcomes: Sequence[Outcome]) -> Effect:
    """What a rule would have done with the findings of some time, told beside what was done."""
    lately: list[int] = []
    held_for: Counter[str] = Counter()
    right_lost = wrong_spared = 0
    for outcome in sorted(outcomes, key=lambda one: (one.alert.raised_at, one.alert.alert_id)):
        at = outcome.alert.raised_at
        lately = [before for before in lately if at - before < WATCH_US]
        why = hold(rule, outcome.detection, outcome.port_m, len(lately))
        if why is None:
            lately.append(at)
            continue
        held_for[why] += 1
        right_lost += was_right(outcome) is True
        wrong_spared += was_right(outcome) is False
    before = sum(outcome.alert.state != "held" for outcome in outcomes)
    return Effect(before, len(outcomes) - held_for.total(), right_lost, wrong_spared, dict(held_for))


def suggested(outcomes: Sequence[Outcome]) -> Suggestion | None:
    """The highest least probability that loses no alert judged right; None where too little was judged to say so."""
    right = [one.detection.probability for one in outcomes if was_right(one) is True]
    wrong = [one.detection.probability for one in outcomes if was_right(one) is False]
    if not right or len(right) + len(wrong) < LEAST_JUDGED:
        return None
    least = math.floor(min(right) * 100) / 100
    spared = sum(probability < least for probability in wrong)
    return Suggestion(least, spared) if spared else None


def due(rule: Rule, now_us: int) -> bool:
    """Whether it is time to look at a rule again."""
    return now_us >= (rule.changed_at + REVIEW_US if rule.review_at is None else rule.review_at)
