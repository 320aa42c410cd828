"""What may become of alerts and incidents."""

import pytest

from hanbada.incidents import alerts, incident
from hanbada.model.desk import AlertView
from hanbada.model.errors import UsageError
from hanbada.model.records import Coverage, Detection, Geometry, Vessel

FOUND = Detection(
    detection_id="gap-1-1",
    episode_id="gap-1",
    kind="gap",
    version=1,
    params_hash="p",
    state="open",
    severity="warning",
    t_start=0,
    t_end=None,
    geometry=Geometry(kind="point", coordinates=((129.4, 34.7),)),
    vessels=(Vessel(mmsi=440123450, name="HANBIT"), Vessel(mmsi=440123451)),
    probability=0.9,
    reasons=(),
    counter_evidence=(),
    evidence=(),
    coverage=Coverage(),
    simulated=True,
)
ALERT = alerts.raised(3, FOUND, 100)
INCIDENT = incident.opened("INC-1", AlertView(alert=ALERT, detection=FOUND), "kim", 200)


def changed(record, **fields):
    return type(record)(**{name: getattr(record, name) for name in record.__struct_fields__} | fields)


def test_an_episode_raises_a_new_alert_unless_it_is_retracted_from_the_start():
    assert (ALERT.alert_id, ALERT.episode_id, ALERT.state, ALERT.raised_at) == (3, "gap-1", "new", 100)
    assert alerts.raised(3, changed(FOUND, state="retracted"), 100) is None


def test_each_decision_takes_the_place_of_the_one_before():
    snoozed = alerts.snoozed(ALERT, 900, "kim", 200)
    assert (snoozed.state, snoozed.until_at, snoozed.reason) == ("snoozed", 900, None)
    dismissed = alerts.dismissed(snoozed, "duplicate", "lee", 300)
    assert (dismissed.state, dismissed.until_at, dismissed.reason) == ("dismissed", None, "duplicate")
    seen = alerts.acknowledged(dismissed, "cho", 400)
    assert (seen.state, seen.until_at, seen.reason) == ("acknowledged", None, None)
    assert (seen.changed_by, seen.changed_at, seen.raised_at) == ("cho", 400, 100)


def test_an_alert_stays_with_its_incident_whatever_is_decided_later():
    opened = alerts.acknowledged(alerts.acknowledged(ALERT, "kim", 200), "lee", 300, "INC-1")
    assert (opened.incident_id, opened.changed_by) == ("INC-1", "lee")
    assert alerts.dismissed(opened, "other", "kim", 400).incident_id == "INC-1"
    assert alerts.acknowledged(opened, "cho", 500) == opened


def test_an_incident_says_what_it_is_about():
    assert INCIDENT.title == "gap HANBIT 440123451"
    assert (INCIDENT.state, INCIDENT.severity, INCIDENT.owner, INCIDENT.simulated) == ("open", "warning", "kim", True)
    assert (INCIDENT.episodes, INCIDENT.vessels) == (("gap-1",), FOUND.vessels)
    assert [(line.author, line.text) for line in INCIDENT.log] == [("kim", "Opened from alert 3")]


def test_the_log_of_an_incident_only_grows_and_never_by_nothing():
    after = incident.logged(INCIDENT, "Called on channel 16", "lee", 300)
    assert after.log[: len(INCIDENT.log)] == INCIDENT.log
    assert (after.log[-1].text, after.changed_at) == ("Called on channel 16", 300)
    with pytest.raises(UsageError, match="words"):
        incident.logged(INCIDENT, " \n", "lee", 300)


def test_a_state_must_be_one_that_there_is():
    assert incident.changed(INCIDENT, "closed", "kim", 300).state == "closed"
    assert incident.changed(INCIDENT, "open", "kim", 300) == INCIDENT
    with pytest.raises(UsageError, match="solved"):
        incident.changed(INCIDENT, "solved", "kim", 300)


def test_a_later_version_is_told_only_where_it_matters():
    assert incident.followed(INCIDENT, changed(FOUND, version=2), 300) == INCIDENT
    assert incident.followed(INCIDENT, changed(FOUND, severity="caution"), 300) == INCIDENT
    graver = incident.followed(INCIDENT, changed(FOUND, severity="alarm"), 300)
    assert (graver.severity, graver.log[-1].author) == ("alarm", incident.WATCH)
    assert graver.state == "open"


def test_a_retraction_is_told_to_an_incident_that_is_closed_too():
    closed = incident.changed(INCIDENT, "closed", "kim", 300)
    after = incident.followed(closed, changed(FOUND, state="retracted"), 400)
    assert (after.state, after.log[-1].text) == ("closed", "Retracted: gap-1")
