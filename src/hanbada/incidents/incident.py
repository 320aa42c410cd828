"""What may become of an incident: opened from an alert, written in, brought to another state, followed by findings.

Its log only grows. A line by the watch tells when a finding it rests on was retracted or became graver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from msgspec.structs import replace

from hanbada.model.errors import UsageError
from hanbada.model.records import SEVERITIES, Incident, IncidentState, LogEntry

if TYPE_CHECKING:
    from hanbada.model.desk import AlertView
    from hanbada.model.records import Detection

WATCH = "watch"
"""Who writes what no person did."""


def opened(incident_id: str, view: AlertView, by: str, at_us: int) -> Incident:
    """The incident of an alert, owned by who opened it."""
    found = view.detection
    return Incident(
        incident_id=incident_id,
        title=" ".join([found.kind, *(vessel.name or str(vessel.mmsi) for vessel in found.vessels)]),
        state="open",
        severity=found.severity,
        opened_at=at_us,
        changed_at=at_us,
        owner=by,
        episodes=(found.episode_id,),
        vessels=found.vessels,
        log=(LogEntry(at=at_us, author=by, text=f"Opened from alert {view.alert.alert_id}"),),
        simulated=found.simulated,
    )


def logged(incident: Incident, text: str, by: str, at_us: int) -> Incident:
    """With another line in its log; raises UsageError if that says nothing."""
    if not text.strip():
        message = "a line of the log needs words"
        raise UsageError(message)
    entry = LogEntry(at=at_us, author=by, text=text)
    return replace(incident, log=(*incident.log, entry), changed_at=at_us)


def changed(incident: Incident, state: IncidentState, at_us: int) -> Incident:
    """In another state, or as it was if it is in that one; raises UsageError if there is no such state."""
    if state not in get_args(IncidentState):
        message = f"there is no such state of an incident: {state!r}"
        raise UsageError(message)
    return incident if state == incident.state else replace(incident, state=state, changed_at=at_us)


def followed(incident: Incident, detection: Detection, at_us: int) -> Incident:
    """After another version of one of its episodes: as it was, unless that was retracted or became graver."""
    if detection.state == "retracted":
        return logged(incident, f"Retracted: {detection.episode_id}", WATCH, at_us)
    if SEVERITIES.index(detection.severity) < SEVERITIES.index(incident.severity):
        graver = replace(incident, severity=detection.severity)
        return logged(graver, f"Now of severity {detection.severity}: {detection.episode_id}", WATCH, at_us)
    return incident
