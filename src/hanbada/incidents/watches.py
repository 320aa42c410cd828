"""The handover from one watch to the next: what changed since the last, what is due, what is still new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.model.records import Incident, LogEntry, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanbada.model.records import Handover


class Moved(Struct, frozen=True, kw_only=True):
    """An incident and what was written in it since a moment; `new` if it was opened since."""

    incident: Incident
    entries: tuple[LogEntry, ...]
    new: bool


class Due(Struct, frozen=True, kw_only=True):
    """A task that is not done; `late` if it should have been."""

    incident: Incident
    task: Task
    late: bool


class View(Struct, frozen=True, kw_only=True):
    """What the next watch should know."""

    since_at: int
    moved: tuple[Moved, ...]
    due: tuple[Due, ...]
    quiet: int
    """How many incidents are open in which nothing happened."""


def since(handovers: Sequence[Handover], to: str) -> int:
    """When somebody last took over or handed over; when anybody did if never; 0 if nobody ever did."""
    own = [one.at for one in handovers if to in {one.by, one.to}]
    return max(own or [one.at for one in handovers] or [0])


def view(incidents: Iterable[Incident], since_us: int, now_us: int) -> View:
    """What changed since a moment, the latest first, and open tasks, the most urgent first."""
    listed = list(incidents)
    moved = [_moved(one, since_us) for one in listed if any(entry.at > since_us for entry in one.log)]
    due = [
        Due(incident=one, task=task, late=task.due_at is not None and task.due_at <= now_us)
        for one in listed
        if one.merged_into is None
        for task in one.tasks
        if task.done_at is None
    ]
    quiet = sum(one.state != "closed" and one.changed_at <= since_us for one in listed)
    return View(
        since_at=since_us,
        moved=tuple(sorted(moved, key=lambda one: (-one.incident.changed_at, one.incident.incident_id))),
        due=tuple(sorted(due, key=lambda one: (one.task.due_at is None, one.task.due_at or 0, one.task.key))),
        quiet=quiet,
    )


def _moved(one: Incident, since_us: int) -> Moved:
    entries = tuple(entry for entry in one.log if entry.at > since_us)
    return Moved(incident=one, entries=entries, new=one.opened_at > since_us)
