"""The rules of a node with what came of them, and what another rule would have done with the same findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from msgspec import Struct

from hanbada.detect import DETECTORS
from hanbada.incidents import rules
from hanbada.incidents.rules import Precision, Suggestion
from hanbada.model.desk import Rule
from hanbada.model.times import DAY_US

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hanbada.incidents.rules import Effect
    from hanbada.model.desk import Outcome
    from hanbada.model.records import Detection

KINDS = DETECTORS
"""What has a rule, or could have one."""
DAYS = 30
"""How far back a rule's effect is told."""


class Standing(Struct, frozen=True, kw_only=True):
    """A rule and how it has done."""

    rule: Rule
    precision: Precision
    suggestion: Suggestion | None
    due: bool


class Ruled(Protocol):
    """What a desk tells of its rules."""

    def rules(self) -> dict[str, Rule]:
        """The rules that were set, by kind."""

    def outcomes(self, kind: str, since_us: int, port_m: Callable[[Detection], float]) -> list[Outcome]:
        """What the findings of a kind came to since a time, oldest first."""


def rule_of(desk: Ruled, kind: str) -> Rule:
    """The rule of a kind: the one set, else one that holds nothing."""
    return desk.rules().get(kind) or Rule(kind=kind)


def report(desk: Ruled, now_us: int, port_m: Callable[[Detection], float], days: float = DAYS) -> list[Standing]:
    """Every rule with what came of it in the last days."""
    return [standing_of(desk, kind, now_us, port_m, days) for kind in KINDS]


def standing_of(
    desk: Ruled, kind: str, now_us: int, port_m: Callable[[Detection], float], days: float = DAYS
) -> Standing:
    """One rule with what came of it."""
    rule, found = rule_of(desk, kind), recent(desk, kind, now_us, port_m, days)
    return Standing(
        rule=rule,
        precision=rules.precision(found),
        suggestion=rules.suggested(found),
        due=kind not in rules.NEVER_HELD and rule.changed_at > 0 and rules.due(rule, now_us),
    )


def recent(
    desk: Ruled, kind: str, now_us: int, port_m: Callable[[Detection], float], days: float = DAYS
) -> list[Outcome]:
    """What a kind's findings of the last days came to."""
    return desk.outcomes(kind, now_us - round(days * DAY_US), port_m)


def effect(rule: Rule, found: Sequence[Outcome]) -> Effect:
    """What a rule would have done with them; raises UsageError if it says what no rule may."""
    return rules.effect(rules.checked(rule), found)


def as_object(one: Standing) -> dict[str, Any]:
    """A rule and what came of it, with stable keys."""
    found: dict[str, Any] = msgspec.to_builtins(one.rule)
    found["precision"] = one.precision._asdict()
    found["suggestion"] = None if one.suggestion is None else one.suggestion._asdict()
    return found | {"due": one.due}
