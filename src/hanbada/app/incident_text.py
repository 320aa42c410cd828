"""Incidents, campaigns and handovers as lines of text for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.incidents.campaign import standing as attributions
from hanbada.incidents.standing import standing
from hanbada.model.estimates import RESPONSIBILITIES, likelihood
from hanbada.model.times import dtg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.incidents.watches import View
    from hanbada.model.records import Campaign, Incident, LogEntry, Said
    from hanbada.reference.schemes import Mapped
    from hanbada.store.retention import Erasure


def line(one: Incident) -> str:
    """One incident in one line."""
    gone = f" -> {one.merged_into}" if one.merged_into else ""
    return f"{one.incident_id:<14}{dtg(one.opened_at):<16}{one.severity:<9}{one.state:<12}{one.title}{gone}"


def incident_text(one: Incident) -> str:
    """All of an incident."""
    lines = [line(one), f"owner {one.owner or 'nobody'}, opened from {one.origin}"]
    for fact in standing(one.said):
        lines.append(f"  {fact.fact}: {_value(fact.value)}  {_who(fact.best)}")
        lines += [f"      otherwise: {_value(said.value)}  {_who(said)}" for said in fact.others if fact.disputed]
    for task in one.tasks:
        due = f", due {dtg(task.due_at)}" if task.due_at else ""
        lines.append(f"  task {task.key}: {task.what} ({task.owner}{due}){' done' if task.done_at else ''}")
    for judged in one.assessments:
        word = likelihood(judged.percent).replace("_", " ")
        dissent = "dissent: " if judged.dissents else ""
        lines.append(
            f"  {dissent}{judged.about}: {word} ({judged.percent} %), confidence {judged.confidence}, {judged.by}"
        )
    lines += [f"  {number:>3} {_entry(entry)}" for number, entry in enumerate(one.log, 1)]
    return "\n".join(lines)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _who(said: Said) -> str:
    grade = f"{said.reliability or '-'}{said.credibility or '-'}"
    tlp = f" TLP:{said.marking.tlp}" if said.marking else ""
    return f"[{grade} {said.source}{tlp}; {said.key}]"


def _entry(entry: LogEntry) -> str:
    what = "" if entry.change is None else type(entry.change).__name__.lower()
    return f"{dtg(entry.at)} {entry.author}: {' '.join(part for part in (what, entry.text) if part)}"


def mapping_text(found: Iterable[Mapped]) -> str:
    """What answers come to in every scheme."""
    lines = []
    for one in found:
        said = one.category or ("open" if one.could_be else "cannot express it")
        lines.append(f"{one.scheme:<22}{said}{'' if one.sure or not one.category else '  (not certain)'}")
        lines += [f"{'':<22}could be {', '.join(one.could_be)}; say {', '.join(one.missing)}"] if one.could_be else []
        lines += [f"{'':<22}lost: {', '.join(one.lost)}"] if one.expressed and one.lost else []
    return "\n".join(lines)


def handover_text(view: View) -> str:
    """What changed since the last watch."""
    lines = [f"since {dtg(view.since_at)}" if view.since_at else "since ever"]
    for moved in view.moved:
        lines.append(f"{'new ' if moved.new else ''}{line(moved.incident)}")
        lines += [f"    {_entry(entry)}" for entry in moved.entries]
    lines += [
        f"{'overdue' if one.late else 'due'} {dtg(one.task.due_at) if one.task.due_at else ''} {one.task.what} "
        f"({one.task.owner}) {one.incident.incident_id}"
        for one in view.due
    ]
    return "\n".join([*lines, f"open and quiet: {view.quiet}"])


def campaign_text(one: Campaign) -> str:
    """A campaign with what stands of its attributions."""
    lines = [f"{one.campaign_id:<14}{dtg(one.opened_at)} {one.title}: {', '.join(one.incidents) or 'no incidents'}"]
    for judged in attributions(one):
        step = RESPONSIBILITIES[judged.step - 1].replace("_", " ")
        dissent = "dissent: " if judged.dissents else ""
        lines.append(f"  {dissent}{judged.step}/10 {step}, confidence {judged.confidence}, {judged.by} {judged.text}")
    return "\n".join(lines)


def receipt_text(done: Erasure) -> str:
    """What was erased: how much of what kind."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in done.kinds.items()) or "nothing"
    return f"erased: {kinds} in {', '.join(done.incidents)}; documents: {done.documents}; ground: {done.ground}"
