"""An incident is what its log comes to: each entry is a change, and replaying all of them gives it again.

Nothing is taken out of a log. What was withdrawn or went to another incident no longer counts here, and its entry
stays; what came from another keeps the key it had there, so both logs can be read side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from hanbada.model.errors import InputError
from hanbada.model.records import (
    Asserted,
    Assessed,
    Assessment,
    Did,
    Gave,
    Incident,
    Moved,
    Opened,
    Said,
    Task,
    Tasked,
    Took,
    Withdrew,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.records import Change, LogEntry

Keyed = TypeVar("Keyed", Said, Task, Assessment)


def begun(incident_id: str, entry: LogEntry) -> Incident:
    """The incident of its first entry; raises InputError if that does not open one."""
    if not isinstance(entry.change, Opened):
        message = f"the log of {incident_id} does not begin with its opening"
        raise InputError(message)
    first = entry.change
    return Incident(
        incident_id=incident_id, title=first.title, state="open", severity=first.severity, opened_at=entry.at,
        changed_at=entry.at, owner=first.owner, episodes=first.episodes, vessels=first.vessels, log=(entry,),
        simulated=first.simulated, origin=first.origin,
    )  # fmt: skip


def replayed(incident_id: str, entries: Sequence[LogEntry]) -> Incident:
    """The incident of a whole log, oldest entry first."""
    now = begun(incident_id, entries[0])
    for entry in entries[1:]:
        now = after(now, entry)
    return now


def after(now: Incident, entry: LogEntry) -> Incident:
    """The incident with another entry."""
    key = f"{now.incident_id}/{len(now.log) + 1}"
    now = replace(now, log=(*now.log, entry), changed_at=max(now.changed_at, entry.at))
    change = entry.change
    if isinstance(change, Asserted):
        return replace(now, said=(*now.said, _said(change, key, entry)))
    if isinstance(change, Tasked):
        return replace(now, tasks=(*now.tasks, _task(change, key)))
    if isinstance(change, Assessed):
        return replace(now, assessments=(*now.assessments, _assessed(change, key, entry)))
    if isinstance(change, Did):
        return replace(now, tasks=tuple(_done(one, change.key, entry) for one in now.tasks))
    return _elsewhere(now, change)


def _elsewhere(now: Incident, change: Change | None) -> Incident:
    """After a change that adds nothing of its own: taken back, moved, come from or gone to another."""
    if isinstance(change, Withdrew):
        return _without(now, (change.key,))
    if isinstance(change, Moved):
        given = {name: value for name in change.__struct_fields__ if (value := getattr(change, name)) is not None}
        return replace(now, **given)
    if isinstance(change, Took):
        return _taken(now, change)
    return _given(now, change) if isinstance(change, Gave) else now


def _task(change: Tasked, key: str) -> Task:
    return Task(key=key, what=change.what, owner=change.owner, due_at=change.due_at)


def _said(change: Asserted, key: str, entry: LogEntry) -> Said:
    return Said(
        key=key, fact=change.fact, value=change.value, source=change.source, at=change.at,
        reliability=change.reliability, credibility=change.credibility, marking=change.marking, entered_at=entry.at,
        by=entry.author,
    )  # fmt: skip


def _assessed(change: Assessed, key: str, entry: LogEntry) -> Assessment:
    return Assessment(
        key=key, about=change.about, percent=change.percent, confidence=change.confidence, by=entry.author, at=entry.at,
        dissents=change.dissents, text=change.text,
    )  # fmt: skip


def _done(task: Task, key: str, entry: LogEntry) -> Task:
    return replace(task, done_at=entry.at, done_by=entry.author) if task.key == key and not task.done_at else task


def _without(now: Incident, keys: Sequence[str]) -> Incident:
    return replace(
        now,
        said=tuple(one for one in now.said if one.key not in keys),
        tasks=tuple(one for one in now.tasks if one.key not in keys),
        assessments=tuple(one for one in now.assessments if one.key not in keys),
    )


def _taken(now: Incident, change: Took) -> Incident:
    ships = {one.mmsi: one for one in (*change.vessels, *now.vessels)}
    return replace(
        now,
        said=(*now.said, *_new(change.said, now.said)),
        tasks=(*now.tasks, *_new(change.tasks, now.tasks)),
        assessments=(*now.assessments, *_new(change.assessments, now.assessments)),
        episodes=tuple(dict.fromkeys((*now.episodes, *change.episodes))),
        vessels=tuple(ships[mmsi] for mmsi in dict.fromkeys(one.mmsi for one in (*now.vessels, *change.vessels))),
    )


def _new(these: Sequence[Keyed], beside: Sequence[Keyed]) -> list[Keyed]:
    """Those whose keys are not there yet: what went away and comes back is the same."""
    known = {one.key for one in beside}
    return [one for one in these if one.key not in known]


def _given(now: Incident, change: Gave) -> Incident:
    if change.whole:
        return replace(now, state="closed", merged_into=change.other)
    kept = _without(now, change.keys)
    return replace(
        kept,
        episodes=tuple(one for one in now.episodes if one not in change.episodes),
        vessels=tuple(one for one in now.vessels if one.mmsi not in change.vessels),
    )
