"""Rules at the desk, in both databases: held alerts are kept, counted, and raised when a later version passes."""

from math import inf

import pytest
from makings import HOUR, NOON, detection

from hanbada.model.desk import AlertFilter, Rule
from hanbada.model.errors import UsageError


def listed(desk, *states):
    return [(view.alert.alert_id, view.alert.reason) for view in desk.alerts(AlertFilter(states=states))]


def test_a_rule_holds_what_it_says_and_the_rest_reaches_people(desk):
    desk.set_rule(Rule(kind="gap", least_probability=0.8), "kim", NOON)
    desk.record([detection("weak", probability=0.7), detection("strong", probability=0.9)], NOON)
    assert listed(desk, "new") == [(2, None)]
    assert listed(desk, "held") == [(1, "probability")]


def test_a_held_alert_is_raised_when_a_later_version_passes(desk):
    desk.set_rule(Rule(kind="gap", least_probability=0.8), "kim", NOON)
    desk.record([detection(probability=0.7)], NOON)
    (alert,) = desk.record([detection(version=2, probability=0.85)], NOON + HOUR)
    assert (alert.state, alert.raised_at, alert.reason) == ("new", NOON + HOUR, None)
    assert desk.alert(1).alert == alert


def test_what_a_person_decided_stays_decided_whatever_the_rule_says(desk):
    desk.record([detection(probability=0.7)], NOON)
    desk.acknowledge(1, "kim", NOON)
    desk.set_rule(Rule(kind="gap", least_probability=0.8), "kim", NOON)
    (alert,) = desk.record([detection(version=2, probability=0.6)], NOON + HOUR)
    assert alert.state == "acknowledged"


def test_the_budget_counts_over_a_watch_and_across_batches(desk):
    desk.set_rule(Rule(kind="gap", per_watch=2), "kim", NOON)
    desk.record([detection("a")], NOON)
    desk.record([detection("b"), detection("c")], NOON + HOUR)
    desk.record([detection("d")], NOON + 9 * HOUR)
    assert listed(desk, "held") == [(3, "budget")]
    assert [number for number, _ in listed(desk, "new")] == [4, 2, 1]


def test_a_finding_in_port_is_held_by_its_distance(desk):
    desk.set_rule(Rule(kind="gap", conditions=("not_in_port",)), "kim", NOON)
    desk.record(
        [detection("port"), detection("sea")], NOON, port_m=lambda one: 50.0 if "port" in one.episode_id else inf
    )
    assert listed(desk, "held") == [(1, "not_in_port")]


def test_a_retraction_of_what_is_held_does_not_raise_it(desk):
    desk.set_rule(Rule(kind="gap", least_probability=0.8), "kim", NOON)
    desk.record([detection(probability=0.7)], NOON)
    desk.record([detection(version=2, state="retracted", probability=0.7)], NOON + HOUR)
    assert listed(desk, "new") == []


def test_setting_a_rule_is_a_deed_of_the_ledger_and_a_bad_one_changes_nothing(desk):
    kept = desk.set_rule(Rule(kind="gap", per_watch=3, why="too many"), "kim", NOON)
    assert (kept.changed_by, kept.changed_at) == ("kim", NOON)
    assert desk.rules() == {"gap": kept}
    with pytest.raises(UsageError):
        desk.set_rule(Rule(kind="distress", per_watch=3), "kim", NOON)
    assert desk.rules() == {"gap": kept}
    head = desk.ledger_head()
    desk.set_rule(Rule(kind="zone"), "kim", NOON)
    assert desk.ledger_head() != head


def test_outcomes_tell_what_became_of_the_findings_of_a_kind(desk):
    desk.record([detection("a"), detection("b"), detection("z", kind="zone")], NOON)
    desk.record([detection("late")], NOON + HOUR)
    desk.dismiss(2, "in_port", "kim", NOON)
    found = desk.outcomes("gap", NOON, lambda _: 7.0)
    assert [(one.alert.alert_id, one.alert.state, one.port_m) for one in found] == [
        (1, "new", 7.0), (2, "dismissed", 7.0), (4, "new", 7.0),
    ]  # fmt: skip
    assert [one.alert.alert_id for one in desk.outcomes("gap", NOON + 1)] == [4]
