"""Which findings reach people, how right they were, and what another rule would have done."""

from math import inf

import pytest
from msgspec.structs import replace
from test_incident_rules import ALERT, FOUND

from hanbada.incidents import rules
from hanbada.model.desk import Outcome, Rule
from hanbada.model.errors import UsageError
from hanbada.model.records import SEVERITIES, Vessel

RULE = Rule(kind="gap", least_probability=0.5, conditions=("not_in_port", "not_on_duty"), per_watch=2)
HOUR = 3_600_000_000


def outcome(number, probability=0.9, state="new", reason=None, incident=None, port_m=inf, at=0, **found):
    alert = replace(ALERT, alert_id=number, state=state, reason=reason, incident_id=incident, raised_at=at)
    return Outcome(detection=replace(FOUND, probability=probability, **found), alert=alert, port_m=port_m)


def test_a_rule_says_why_it_holds_and_the_first_reason_counts():
    tug = (*FOUND.vessels, Vessel(mmsi=440000001, ship_type=52))
    held = [
        rules.hold(RULE, replace(FOUND, probability=0.4, vessels=tug), 10.0, 9),
        rules.hold(RULE, replace(FOUND, vessels=tug), 10.0, 9),
        rules.hold(RULE, replace(FOUND, vessels=tug), inf, 9),
        rules.hold(RULE, FOUND, inf, 2),
        rules.hold(RULE, FOUND, inf, 1),
    ]
    assert held == ["probability", "not_in_port", "not_on_duty", "budget", None]


def test_simulated_findings_are_held_by_who_asks_for_that() -> None:
    rule = Rule(kind="gap", conditions=("not_simulated",))
    assert rules.hold(rule, FOUND, inf, 0) == "not_simulated"
    assert rules.hold(rule, replace(FOUND, simulated=False), inf, 0) is None


def test_without_a_rule_everything_reaches_people():
    assert rules.hold(None, replace(FOUND, probability=0.01), 0.0, 1000) is None


def test_distress_is_never_held_and_no_rule_can_say_so():
    assert rules.hold(RULE, replace(FOUND, kind="distress", probability=0.0), 0.0, 99) is None
    with pytest.raises(UsageError, match="always reaches people"):
        rules.checked(Rule(kind="distress"))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_budget_holds_all_but_alarms(severity):
    why = rules.hold(RULE, replace(FOUND, severity=severity), inf, 2)
    assert why == (None if severity == "alarm" else "budget")


@pytest.mark.parametrize("changes", [{"least_probability": 1.1}, {"conditions": ("raining",)}, {"per_watch": -1}])
def test_a_rule_that_makes_no_sense_is_refused(changes):
    with pytest.raises(UsageError):
        rules.checked(replace(RULE, **changes))


def test_right_is_an_incident_wrong_is_a_dismissal_and_the_rest_says_nothing():
    found = [
        outcome(1, state="acknowledged", incident="INC-1"),
        outcome(2, state="dismissed", reason="false_positive"),
        outcome(3, state="dismissed", reason="duplicate"),
        outcome(4, state="acknowledged"),
        outcome(5, state="held", reason="budget"),
    ]
    did = rules.precision(found)
    assert (did.raised, did.held, did.right, did.wrong, did.share) == (4, 1, 1, 1, 0.5)
    assert 0.0 < did.low < 0.5 < did.high < 1.0
    assert rules.precision([]).share is None


def test_the_effect_of_a_rule_counts_what_it_spares_and_what_it_loses():
    found = [
        outcome(1, 0.9, state="acknowledged", incident="INC-1"),
        outcome(2, 0.3, state="dismissed", reason="false_positive"),
        outcome(3, 0.4, state="acknowledged", incident="INC-2"),
        outcome(4, 0.8, port_m=100.0),
    ]
    done = rules.effect(replace(RULE, per_watch=None), found)
    assert (done.before, done.after, done.right_lost, done.wrong_spared) == (4, 1, 1, 1)
    assert done.held_for == {"probability": 2, "not_in_port": 1}


def test_a_budget_begins_anew_as_a_watch_goes_by():
    found = [outcome(n, at=n * HOUR) for n in range(20)]
    done = rules.effect(Rule(kind="gap", per_watch=2), found)
    assert (done.after, done.held_for) == (6, {"budget": 14})


def test_a_least_probability_is_suggested_only_if_it_loses_nothing_right_and_enough_was_judged():
    wrong = [outcome(n, 0.1 + n / 100, state="dismissed", reason="in_port") for n in range(9)]
    right = [outcome(20, 0.62, state="acknowledged", incident="INC-1")]
    assert rules.suggested(wrong + right) == (0.62, 9)
    assert rules.suggested(wrong) is None
    assert rules.suggested(wrong[:5] + right) is None
    low = [outcome(21, 0.05, state="acknowledged", incident="INC-2")]
    assert rules.suggested(wrong + low) is None


def test_a_rule_is_due_on_its_day_or_ninety_days_after_it_was_changed():
    day = 24 * HOUR
    assert not rules.due(Rule(kind="gap", changed_at=day), 90 * day)
    assert rules.due(Rule(kind="gap", changed_at=day), 91 * day)
    assert rules.due(Rule(kind="gap", changed_at=day, review_at=2 * day), 2 * day)
