"""Incidents kept in both databases."""

import pytest
from makings import HOUR, MINUTE, NOON, detection

from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.records import Vessel


@pytest.fixture
def incident_id(desk):
    desk.record([detection(vessels=(440123450, 440123451))], NOON)
    return desk.open_incident(1, "kim", NOON + MINUTE).incident_id


def deeds(desk, incident_id):
    return [(one.actor, one.action) for one in desk.deeds(object_id=f"incident/{incident_id}")]


def test_an_incident_opened_from_an_alert_is_kept_whole(desk, incident_id):
    opened = desk.incident(incident_id)
    assert (opened.state, opened.severity, opened.owner) == ("open", "warning", "kim")
    assert opened.vessels == (Vessel(mmsi=440123450), Vessel(mmsi=440123451))
    assert [(line.at, line.author) for line in opened.log] == [(NOON + MINUTE, "kim")]
    assert desk.incidents(()) == [opened]


def test_its_alert_is_acknowledged_and_knows_it(desk, incident_id):
    alert = desk.alert(1).alert
    assert (alert.state, alert.incident_id, alert.changed_by) == ("acknowledged", incident_id, "kim")


def test_an_alert_has_one_incident_however_often_it_is_opened(desk, incident_id):
    seq = desk.latest_seq()
    again = desk.open_incident(1, "lee", NOON + HOUR)
    assert (again.incident_id, again.owner) == (incident_id, "kim")
    assert desk.latest_seq() == seq


def test_a_line_is_added_to_the_log_and_to_the_ledger(desk, incident_id):
    after = desk.log(incident_id, "Called on channel 16\x00", "lee", NOON + HOUR)
    assert (after.log[-1].text, after.log[-1].author, after.changed_at) == (
        "Called on channel 16\x00",
        "lee",
        NOON + HOUR,
    )
    assert desk.incident(incident_id) == after
    assert deeds(desk, incident_id) == [("kim", "incident_opened"), ("lee", "incident_logged")]
    with pytest.raises(UsageError):
        desk.log(incident_id, "  ", "lee", NOON)


def test_a_state_is_changed_and_told_once(desk, incident_id):
    seq = desk.latest_seq()
    assert desk.change_incident(incident_id, "monitoring", "lee", NOON + HOUR).state == "monitoring"
    desk.change_incident(incident_id, "monitoring", "lee", NOON + HOUR)
    assert [(one.what, one.id, one.state, one.by) for one in desk.events_since(seq)] == [
        ("incident", incident_id, "monitoring", "lee")
    ]
    assert deeds(desk, incident_id)[1:] == [("lee", "incident_changed")]
    assert desk.incident(incident_id).state == "monitoring"
    with pytest.raises(UsageError):
        desk.change_incident(incident_id, "solved", "lee", NOON)


def test_incidents_are_listed_by_state_and_latest_change(desk):
    desk.record([detection(name) for name in "abc"], NOON)
    first, second, third = (desk.open_incident(n, "kim", NOON + n * MINUTE).incident_id for n in (1, 2, 3))
    desk.change_incident(second, "closed", "kim", NOON + HOUR)
    assert [one.incident_id for one in desk.incidents(())] == [second, third, first]
    assert [one.incident_id for one in desk.incidents(("open", "assessing"))] == [third, first]


def test_a_retraction_reaches_the_incident(desk, incident_id):
    seq = desk.latest_seq()
    desk.record([detection(version=2, state="retracted")], NOON + HOUR)
    desk.record([detection(version=2, state="retracted")], NOON + HOUR)
    told = desk.incident(incident_id)
    assert [(line.author, line.text) for line in told.log[1:]] == [("watch", "Retracted: gap-a")]
    assert [one.what for one in desk.events_since(seq)] == ["alert", "incident"]


def test_a_graver_version_makes_the_incident_graver(desk, incident_id):
    desk.record([detection(version=2, severity="alarm")], NOON + HOUR)
    assert desk.incident(incident_id).severity == "alarm"
    assert desk.incidents(())[0].severity == "alarm"


def test_names_of_incidents_tell_a_stranger_nothing(desk):
    desk.record([detection(f"{n}") for n in range(20)], NOON)
    names = [desk.open_incident(n, "kim", NOON).incident_id for n in range(1, 21)]
    assert len(set(names)) == 20
    assert names != sorted(names)
    assert all(len(name) == len("INC-ABCDEFGH") for name in names)


@pytest.mark.parametrize(("act", "more"), [("log", "words"), ("change_incident", "closed")])
def test_an_incident_that_is_not_there_cannot_be_changed(desk, act, more):
    with pytest.raises(NotFoundError, match="INC-NONE"):
        getattr(desk, act)("INC-NONE", more, "kim", NOON)
    assert desk.incident("INC-NONE") is None
