"""What may become of an incident: opened, written in, told facts by sources, judged, merged, split, followed.

Each function checks what is asked and returns the incident with one more entry in its log (`incidents.story`). A line
by the watch tells when a finding it rests on was retracted or became graver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args

from msgspec.structs import replace

from hanbada.incidents import story
from hanbada.model.errors import RefusedError, UsageError
from hanbada.model.estimates import CONFIDENCES, LIKELIHOODS
from hanbada.model.facts import checked, facts_of
from hanbada.model.records import (
    SEVERITIES,
    Asserted,
    Assessed,
    Assessment,
    Change,
    Did,
    Gave,
    Incident,
    IncidentState,
    LogEntry,
    Moved,
    Opened,
    Origin,
    Reliability,
    Report,
    Said,
    Severity,
    Task,
    Tasked,
    Took,
    Withdrew,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hanbada.model.desk import AlertView
    from hanbada.model.records import Detection

Keyed = TypeVar("Keyed", Said, Task, Assessment)
WATCH = "watch"
"""Who writes what no person did."""
LEAST_CREDIBLE = 6
NOT_SAID = frozenset({"state", "severity", "simulated", "opened", "changed", "owner", "log", "title", "assessments"})
"""Facts of an incident that are its own, so that no source says them."""


def opened(incident_id: str, view: AlertView, by: str, at_us: int) -> Incident:
    """The incident of an alert, owned by who opened it."""
    found = view.detection
    first = Opened(
        title=" ".join([found.kind, *(vessel.name or str(vessel.mmsi) for vessel in found.vessels)]),
        severity=found.severity,
        origin="alert",
        owner=by,
        episodes=(found.episode_id,),
        vessels=found.vessels,
        simulated=found.simulated,
    )
    text = f"Opened from alert {view.alert.alert_id}"
    return story.begun(incident_id, LogEntry(at=at_us, author=by, text=text, change=first))


def reported(incident_id: str, report: Report, by: str, at_us: int, origin: Origin = "report") -> Incident:
    """The incident of a report or of a form filled by hand; raises UsageError that names every fact that is wrong."""
    _fits(report)
    first = Opened(
        title=report.title.strip(), severity=report.severity, origin=origin, owner=by, simulated=report.simulated
    )
    now = story.begun(incident_id, LogEntry(at=at_us, author=by, text="", change=first))
    for change in assertions(report):
        now = done(now, change, by, at_us)
    return now


def assertions(report: Report) -> list[Asserted]:
    """What a report says, fact by fact."""
    return [
        Asserted(
            fact=name, value=value, source=report.source, at=report.at, reliability=report.reliability,
            credibility=report.credibility, marking=report.marking,
        )
        for name, value in report.facts.items()
    ]  # fmt: skip


def _fits(report: Report) -> None:
    faults = [fault for one in assertions(report) if (fault := _fault(one))]
    if not report.title.strip():
        faults.insert(0, "title: an incident needs a name")
    if report.severity not in SEVERITIES:
        faults.insert(0, f"severity: one of {', '.join(SEVERITIES)}, not {report.severity!r}")
    if faults:
        raise UsageError("; ".join(faults))


def done(now: Incident, change: Change, by: str, at_us: int, text: str = "") -> Incident:
    """The incident after a change; raises UsageError where it does not fit, RefusedError where it was merged away."""
    if now.merged_into is not None:
        message = f"{now.incident_id} was merged into {now.merged_into}: write there"
        raise RefusedError(message)
    fault = _fault(change) or _fault_here(now, change)
    if fault:
        raise UsageError(fault)
    if isinstance(change, Asserted):
        change = replace(change, value=checked("incident", change.fact, change.value))
    return story.after(now, LogEntry(at=at_us, author=by, text=text, change=change))


def logged(incident: Incident, text: str, by: str, at_us: int) -> Incident:
    """With another line in its log; raises UsageError if that says nothing."""
    if not text.strip():
        message = "a line of the log needs words"
        raise UsageError(message)
    return story.after(incident, LogEntry(at=at_us, author=by, text=text))


def changed(incident: Incident, state: IncidentState, by: str, at_us: int) -> Incident:
    """In another state, or as it was if it is in that one; raises UsageError if there is no such state."""
    return incident if state == incident.state else done(incident, Moved(state=state), by, at_us)


def followed(incident: Incident, detection: Detection, at_us: int) -> Incident:
    """After another version of one of its episodes: as it was, unless that was retracted or became graver."""
    if detection.state == "retracted":
        return logged(incident, f"Retracted: {detection.episode_id}", WATCH, at_us)
    if SEVERITIES.index(detection.severity) < SEVERITIES.index(incident.severity):
        text = f"Now of severity {detection.severity}: {detection.episode_id}"
        change = Moved(severity=detection.severity)
        return story.after(incident, LogEntry(at=at_us, author=WATCH, text=text, change=change))
    return incident


def merged(one: Incident, into: Incident, by: str, at_us: int, why: str = "") -> tuple[Incident, Incident]:
    """Both after all of one went into the other: nothing is lost, and the one says where to look.

    Raises UsageError if they are the same, RefusedError if either was merged before.
    """
    if one.incident_id == into.incident_id:
        message = f"{one.incident_id} cannot be merged into itself"
        raise UsageError(message)
    came = Took(
        other=one.incident_id, said=one.said, tasks=one.tasks, assessments=one.assessments, episodes=one.episodes,
        vessels=one.vessels,
    )  # fmt: skip
    went = Gave(
        other=into.incident_id, whole=True, keys=_keys(one), episodes=one.episodes,
        vessels=tuple(ship.mmsi for ship in one.vessels),
    )  # fmt: skip
    return done(one, went, by, at_us, why), done(into, came, by, at_us, why)


def split(
    now: Incident, incident_id: str, title: str, keys: Sequence[str], episodes: Sequence[str], mmsis: Sequence[int],
    by: str, at_us: int,
) -> tuple[Incident, Incident]:  # fmt: skip
    """What stays and what went into an incident of its own; raises UsageError if nothing goes or it is not there."""
    known = {*_keys(now), *now.episodes, *(ship.mmsi for ship in now.vessels)}
    strange = [str(one) for one in (*keys, *episodes, *mmsis) if one not in known]
    if strange or not (keys or episodes or mmsis):
        message = f"{now.incident_id} has no {', '.join(strange)}" if strange else "name what is to go: keys, episodes"
        raise UsageError(message)
    gone = Gave(other=incident_id, keys=tuple(keys), episodes=tuple(episodes), vessels=tuple(mmsis))
    came = Took(
        other=now.incident_id,
        said=_of(now.said, keys),
        tasks=_of(now.tasks, keys),
        assessments=_of(now.assessments, keys),
        episodes=tuple(episodes),
        vessels=tuple(ship for ship in now.vessels if ship.mmsi in mmsis),
    )
    first = Opened(title=title, severity=now.severity, origin="incident", owner=by, simulated=now.simulated)
    new = story.begun(incident_id, LogEntry(at=at_us, author=by, text="", change=first))
    return done(now, gone, by, at_us), done(new, came, by, at_us)


def _of(these: Iterable[Keyed], keys: Sequence[str]) -> tuple[Keyed, ...]:
    return tuple(one for one in these if one.key in keys)


def _keys(now: Incident) -> tuple[str, ...]:
    groups: tuple[tuple[Said | Task | Assessment, ...], ...] = (now.said, now.tasks, now.assessments)
    return tuple(one.key for group in groups for one in group)


def _fault(change: Change) -> str | None:
    """What does not fit in a change, whatever incident it is for."""
    check: Callable[[Any], str | None] | None = _CHECKS.get(type(change))
    return None if check is None else check(change)


def _asserted(change: Asserted) -> str | None:
    if change.fact in NOT_SAID or change.fact not in facts_of("incident"):
        return f"{change.fact}: there is no such fact of an incident"
    if checked("incident", change.fact, change.value) is None:
        return f"{change.fact}: {facts_of('incident')[change.fact].about} It cannot be {change.value!r}"
    if not change.source.strip():
        return f"{change.fact}: say whose word it is"
    if change.reliability is not None and change.reliability not in get_args(Reliability):
        return f"{change.fact}: reliability is A to F, not {change.reliability!r}"
    if change.credibility is not None and not 1 <= change.credibility <= LEAST_CREDIBLE:
        return f"{change.fact}: credibility is 1 to 6, not {change.credibility}"
    return None


def _assessed(change: Assessed) -> str | None:
    if change.percent not in LIKELIHOODS:
        return f"likelihood: one of {', '.join(map(str, LIKELIHOODS))} percent, not {change.percent}"
    if change.confidence not in CONFIDENCES:
        return f"confidence: one of {', '.join(CONFIDENCES)}, not {change.confidence!r}"
    return None if change.about.strip() else "say what is assessed"


def _tasked(change: Tasked) -> str | None:
    return None if change.what.strip() and change.owner.strip() else "a task says what is to be done, and by whom"


def _moved(change: Moved) -> str | None:
    if change.state is not None and change.state not in get_args(IncidentState):
        return f"there is no such state of an incident: {change.state!r}"
    if change.severity is not None and change.severity not in get_args(Severity):
        return f"there is no such severity: {change.severity!r}"
    return "a title needs words" if change.title is not None and not change.title.strip() else None


_CHECKS: dict[type, Callable[[Any], str | None]] = {
    Asserted: _asserted, Assessed: _assessed, Tasked: _tasked, Moved: _moved,
}  # fmt: skip


def _fault_here(now: Incident, change: Change) -> str | None:
    """What does not fit for this incident."""
    if isinstance(change, Withdrew) and change.key not in _keys(now):
        return f"{now.incident_id} has nothing under {change.key!r}"
    if isinstance(change, Did) and change.key not in {one.key for one in now.tasks if one.done_at is None}:
        return f"{now.incident_id} has no open task {change.key!r}"
    return None
