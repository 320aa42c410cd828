"""What may become of an alert: raised by an episode, decided by a person.

What a person decided stays decided: later versions of the episode, a retraction too, do not bring an alert back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hanbada.model.errors import UsageError
from hanbada.model.records import DISMISSALS, Alert

if TYPE_CHECKING:
    from hanbada.model.records import Detection


def raised(alert_id: int, detection: Detection, at_us: int, why: str | None = None) -> Alert | None:
    """The alert of a new episode, held if there is a reason why; None if all to say of it is that it was retracted."""
    if detection.state == "retracted":
        return None
    return Alert(
        alert_id=alert_id, episode_id=detection.episode_id, state="held" if why else "new", raised_at=at_us,
        changed_at=at_us, reason=why,
    )  # fmt: skip


def held_on(alert: Alert, why: str | None, at_us: int) -> Alert:
    """A held alert after another version of its episode: held for a reason, or raised now."""
    if alert.state != "held" or alert.reason == why:
        return alert
    if why:
        return replace(alert, reason=why)
    return replace(alert, state="new", raised_at=at_us, changed_at=at_us, reason=None)


def acknowledged(alert: Alert, by: str, at_us: int, incident_id: str | None = None) -> Alert:
    """Seen by a person, who may have opened an incident from it; the first to see it stays who saw it."""
    incident_id = incident_id or alert.incident_id
    if alert.state == "acknowledged" and alert.incident_id == incident_id:
        return alert
    return replace(_undecided(alert, by, at_us), state="acknowledged", incident_id=incident_id)


def snoozed(alert: Alert, until_us: int, by: str, at_us: int) -> Alert:
    """Quiet until then; raises UsageError if that is not ahead."""
    if until_us <= at_us:
        message = "a snooze ends later than it begins"
        raise UsageError(message)
    return replace(_undecided(alert, by, at_us), state="snoozed", until_at=until_us)


def dismissed(alert: Alert, reason: str, by: str, at_us: int) -> Alert:
    """Judged as nothing; raises UsageError if the reason is not one of DISMISSALS."""
    if reason not in DISMISSALS:
        message = f"a dismissal needs a reason: one of {', '.join(DISMISSALS)}, not {reason!r}"
        raise UsageError(message)
    return replace(_undecided(alert, by, at_us), state="dismissed", reason=reason)


def _undecided(alert: Alert, by: str, at_us: int) -> Alert:
    """Without what belonged to the decision before."""
    return replace(alert, changed_by=by, changed_at=at_us, until_at=None, reason=None)


def as_read(alert: Alert, now_us: int) -> Alert:
    """The alert as a person reads it: a snooze that is over is new again.

    >>> from hanbada.model.records import Alert
    >>> alert = Alert(alert_id=1, episode_id="gap-1", state="snoozed", raised_at=0, changed_at=0, until_at=60)
    >>> as_read(alert, 59).state, as_read(alert, 60).state
    ('snoozed', 'new')
    """
    over = alert.state == "snoozed" and (alert.until_at is None or alert.until_at <= now_us)
    return replace(alert, state="new") if over else alert
