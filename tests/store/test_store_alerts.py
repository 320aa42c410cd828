"""What the watch found and what people decided about it, in both databases."""

import threading

import pytest
from makings import HOUR, MINUTE, NOON, detection

from hanbada.model.desk import AlertFilter
from hanbada.model.errors import NotFoundError, SeamError, UsageError
from hanbada.model.records import Reason

EVERY = AlertFilter()


def listed(desk, **wanted):
    return [view.alert.alert_id for view in desk.alerts(AlertFilter(**wanted))]


def test_a_new_episode_raises_one_alert(desk):
    (alert,) = desk.record([detection()], NOON)
    assert (alert.alert_id, alert.episode_id, alert.state, alert.raised_at) == (1, "gap-a", "new", NOON)
    (view,) = desk.alerts(EVERY)
    assert (view.alert, view.detection) == (alert, detection())


def test_a_later_version_is_an_event_of_the_same_alert(desk):
    desk.record([detection()], NOON)
    (alert,) = desk.record([detection(version=2, state="closed")], NOON + HOUR)
    assert (alert.alert_id, alert.raised_at, alert.changed_at) == (1, NOON, NOON)
    assert [one.version for one in desk.detections("gap-a")] == [1, 2]
    assert desk.alert(1).detection.state == "closed"
    assert [(one.id, one.what, one.at) for one in desk.events_since(0)] == [
        ("1", "alert", NOON),
        ("1", "alert", NOON + HOUR),
    ]


def test_saying_the_same_again_changes_nothing(desk):
    said = [detection(), detection("b"), detection(version=2), detection(version=3, state="retracted")]
    desk.record(said, NOON)
    before = desk.latest_seq(), desk.ledger_head(), desk.alerts(EVERY), desk.detections("gap-a")
    for again in (said, said[:1], said[2:], said[1:3]):
        assert desk.record(again, NOON + HOUR) == []
    assert (desk.latest_seq(), desk.ledger_head(), desk.alerts(EVERY), desk.detections("gap-a")) == before


def test_a_watch_that_forgot_its_numbers_goes_on_with_those_that_are_kept(desk):
    desk.record([detection(version=1), detection(version=2)], NOON)
    anew = detection(version=1, probability=0.9)
    desk.record([anew], NOON + HOUR)
    desk.record([anew], NOON + HOUR)
    assert [(one.version, one.probability) for one in desk.detections("gap-a")] == [(1, 0.51), (2, 0.52), (3, 0.9)]


def test_what_is_said_again_after_something_else_was_said_counts(desk):
    for version, probability in ((1, 0.5), (2, 0.6), (3, 0.5)):
        desk.record(
            [detection(version=version, detection_id="gap-x", probability=probability, evidence=(), reasons=())], NOON
        )
    assert [one.probability for one in desk.detections("gap-a")] == [0.5, 0.6, 0.5]


def test_an_episode_first_heard_of_when_retracted_raises_no_alert(desk):
    assert desk.record([detection(state="retracted")], NOON) == []
    assert desk.alerts(EVERY) == []
    (alert,) = desk.record([detection(version=2)], NOON + HOUR)
    assert (alert.alert_id, alert.raised_at) == (1, NOON + HOUR)


def test_a_detection_that_json_cannot_carry_is_refused_and_nothing_is_kept(desk):
    endless = Reason(quantity="silence", measured=float("inf"), unit="s", limit=1.0, relation=">=")
    with pytest.raises(SeamError, match="gap-b-1"):
        desk.record([detection(), detection("b", reasons=(endless,))], NOON, {"loop": 7})
    assert desk.alerts(EVERY) == []
    assert desk.mark("loop") is None
    assert desk.ledger_head()[0] == 0


def test_a_detection_is_found_by_its_id_in_its_newest_version(desk):
    desk.record([detection(), detection(version=2, detection_id="gap-a-1", state="retracted")], NOON)
    assert desk.find("gap-a-1").state == "retracted"
    assert desk.find("gap-zzz") is None


def test_what_stands_is_the_latest_version_of_what_was_not_retracted(desk):
    desk.record([detection(), detection("b"), detection("c")], NOON)
    desk.record([detection("b", 2, "retracted"), detection("a", 2, "closed")], NOON)
    assert [(one.episode_id, one.version) for one in desk.standing()] == [("gap-a", 2), ("gap-c", 1)]


def test_what_stands_is_read_page_by_page(desk, monkeypatch):
    monkeypatch.setattr("hanbada.store.desk._PAGE", 3)
    desk.record([detection(f"{n:02}") for n in range(10)], NOON)
    assert [one.episode_id for one in desk.standing()] == [f"gap-{n:02}" for n in range(10)]


def test_a_decision_keeps_who_and_when(desk):
    desk.record([detection()], NOON)
    alert = desk.acknowledge(1, "kim", NOON + MINUTE)
    assert (alert.state, alert.changed_by, alert.changed_at) == ("acknowledged", "kim", NOON + MINUTE)
    assert desk.alert(1).alert == alert
    last = desk.events_since(0)[-1]
    assert (last.state, last.by, last.at) == ("acknowledged", "kim", NOON + MINUTE)
    deed = desk.deeds(object_id="alert/1")[-1]
    assert (deed.actor, deed.action, deed.at) == ("kim", "acknowledged", NOON + MINUTE)


def test_the_first_to_acknowledge_stays_who_saw_it(desk):
    desk.record([detection()], NOON)
    desk.acknowledge(1, "kim", NOON)
    seq = desk.latest_seq()
    assert desk.acknowledge(1, "lee", NOON + MINUTE).changed_by == "kim"
    assert desk.latest_seq() == seq


def test_a_snooze_that_is_over_reads_as_new(desk, clock):
    desk.record([detection()], NOON)
    desk.snooze(1, NOON + HOUR, "kim", NOON)
    assert listed(desk, states=("snoozed",)) == [1]
    assert listed(desk, states=("new",)) == []
    clock.now_us = NOON + HOUR
    assert listed(desk, states=("snoozed",)) == []
    assert listed(desk, states=("new",)) == [1]
    assert desk.alert(1).alert.state == "new"
    assert listed(desk) == listed(desk, mmsi=440123450, states=("new",)) == [1]
    assert listed(desk, mmsi=440123450, states=("snoozed", "dismissed")) == []


def test_a_snooze_must_end_later_than_it_begins(desk):
    desk.record([detection()], NOON)
    with pytest.raises(UsageError):
        desk.snooze(1, NOON, "kim", NOON)
    assert desk.alert(1).alert.state == "new"


def test_a_dismissal_needs_a_reason_from_the_list(desk):
    desk.record([detection()], NOON)
    with pytest.raises(UsageError, match="in_port"):
        desk.dismiss(1, "because", "kim", NOON)
    assert desk.dismiss(1, "in_port", "kim", NOON).reason == "in_port"
    assert desk.acknowledge(1, "kim", NOON).reason is None


def test_what_a_person_decided_is_not_undone_by_a_later_version(desk):
    desk.record([detection()], NOON)
    desk.dismiss(1, "in_port", "kim", NOON)
    (alert,) = desk.record([detection(version=2, severity="alarm")], NOON + HOUR)
    assert (alert.state, alert.reason) == ("dismissed", "in_port")
    assert desk.alert(1).detection.severity == "alarm"


@pytest.mark.parametrize("decide", ["acknowledge", "snooze", "dismiss", "open_incident"])
def test_an_alert_that_is_not_there_cannot_be_decided(desk, decide):
    more = {"snooze": (NOON + HOUR,), "dismiss": ("in_port",)}.get(decide, ())
    with pytest.raises(NotFoundError, match="alert 7"):
        getattr(desk, decide)(7, *more, "kim", NOON)
    assert desk.alert(7) is None


def test_filters_restrict_and_empty_ones_do_not(desk):
    desk.record([detection("a", severity="alarm", vessels=(1,))], NOON)
    desk.record([detection("b", kind="encounter", vessels=(1, 2))], NOON + MINUTE)
    desk.record([detection("c", simulated=True, vessels=(3,))], NOON + 2 * MINUTE)
    desk.acknowledge(2, "kim", NOON)
    assert listed(desk) == [3, 2, 1]
    assert listed(desk, severities=("alarm",)) == [1]
    assert listed(desk, kinds=("encounter", "zone")) == [2]
    assert listed(desk, mmsi=1) == [2, 1]
    assert listed(desk, mmsi=1, states=("acknowledged",)) == [2]
    assert listed(desk, simulated=True) == [3]
    assert listed(desk, simulated=False) == [2, 1]
    assert listed(desk, start_us=NOON + MINUTE) == [3, 2]
    assert listed(desk, end_us=NOON + MINUTE) == [1]
    assert listed(desk, states=("new", "acknowledged"), limit=2) == [3, 2]
    assert listed(desk, limit=0) == []


def test_an_alert_is_found_by_the_vessels_of_its_latest_version_only(desk):
    desk.record([detection(vessels=(1, 2))], NOON)
    desk.record([detection(version=2, vessels=(2, 3))], NOON)
    assert [listed(desk, mmsi=mmsi) for mmsi in (1, 2, 3)] == [[], [1], [1]]


def test_alerts_of_one_moment_stand_by_their_number(desk):
    desk.record([detection(name) for name in "abc"], NOON)
    assert listed(desk, limit=2) == [3, 2]


def test_more_than_fit_into_one_statement_are_recorded_and_listed(desk):
    count = 2_100
    assert len(desk.record([detection(f"{n}") for n in range(count)], NOON)) == count
    assert listed(desk, limit=count) == list(range(count, 0, -1))


def test_marks_are_kept_with_the_detections_or_not_at_all(desk):
    desk.record([detection()], NOON, {"loop": {"seq": 5}})
    assert desk.mark("loop") == {"seq": 5}
    desk.set_mark("loop", [1, 2], NOON)
    assert desk.mark("loop") == [1, 2]
    with pytest.raises(UsageError, match="belongs to the store"):
        desk.record([detection("b")], NOON, {"store.profile": 1})
    assert listed(desk) == [1]


def test_threads_that_decide_at_once_leave_numbers_without_holes(desk):
    desk.record([detection(f"{n}") for n in range(24)], NOON)
    failed = []

    def decide(first):
        try:
            for alert_id in range(first, 25, 4):
                desk.acknowledge(alert_id, f"officer {first}", NOON)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=decide, args=(first,)) for first in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [one.seq for one in desk.events_since(0)] == list(range(1, 49))
    assert desk.ledger_breaks_at() is None
    assert desk.ledger_head()[0] == 48


def test_events_are_those_after_a_number(desk):
    assert desk.latest_seq() == 0
    desk.record([detection(name) for name in "abc"], NOON)
    assert [one.seq for one in desk.events_since(1)] == [2, 3]
    assert desk.events_since(desk.latest_seq()) == []
