"""How long what is kept: personal data goes first, each kind at its own time after an incident was closed.

An incident that is worked on keeps all it has. What goes leaves a mark in its place that something was erased and why,
never what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from hanbada.model.records import Asserted, Assessed, Erased, LogEntry, Took
from hanbada.model.times import DAY_US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.model.records import Incident

KEPT_DAYS = {"person": 30, "documents": 365, "suspects": 365}
"""Days after the last change of a closed incident that facts of a kind are kept; others stay. Names of persons serve
while there is work on an incident and little after (GDPR, article 5 (1) c and e; Korea's PIPA, articles 3 and 21)."""
PERIOD = "retention"
"""The ground of what time erased."""


class Place(Struct, frozen=True, kw_only=True):
    """Where something stands: a line of the log of an incident, and which kind of thing it is."""

    incident_id: str
    line: int
    what: str


def over(incident: Incident, now_us: int) -> list[Place]:
    """What has been kept as long as it may be."""
    if incident.state != "closed":
        return []
    aged = {fact for fact, days in KEPT_DAYS.items() if now_us - incident.changed_at >= days * DAY_US}
    return [
        Place(incident_id=incident.incident_id, line=number, what=fact)
        for number, entry in enumerate(incident.log, 1)
        for fact in sorted(_facts(entry) & aged)
    ]


def _facts(entry: LogEntry) -> set[str]:
    change = entry.change
    if isinstance(change, Asserted):
        return {change.fact} if change.value is not None else set()
    return {one.fact for one in change.said if one.value is not None} if isinstance(change, Took) else set()


def without(entry: LogEntry, what: str, ground: str) -> LogEntry:
    """An entry without a kind of thing: the value of a fact, or "words": all that was written by hand in it."""
    if what == "words":
        return _wordless(entry, ground)
    change = entry.change
    if isinstance(change, Asserted) and change.fact == what:
        return replace(entry, change=replace(change, value=None, source=""))
    if isinstance(change, Took):
        said = tuple(replace(one, value=None, source="") if one.fact == what else one for one in change.said)
        return replace(entry, change=replace(change, said=said))
    return entry


def _wordless(entry: LogEntry, ground: str) -> LogEntry:
    change = entry.change
    if change is None:
        return replace(entry, text="", change=Erased(what="words", ground=ground))
    if isinstance(change, Assessed):
        change = replace(change, about="", text="")
    elif isinstance(change, Took):
        change = replace(change, assessments=tuple(replace(one, about="", text="") for one in change.assessments))
    return replace(entry, text="", change=change)


def naming(incident: Incident, words: str) -> Iterator[Place]:
    """Where an incident names somebody: facts by kind, and words in lines of its log; case does not matter."""
    wanted = words.casefold()
    for number, entry in enumerate(incident.log, 1):
        kinds = {fact for fact, value in _values(entry) if _says(value, wanted)}
        if any(wanted in text.casefold() for text in _words(entry)):
            kinds.add("words")
        for kind in sorted(kinds):
            yield Place(incident_id=incident.incident_id, line=number, what=kind)


def _values(entry: LogEntry) -> list[tuple[str, Any]]:
    change = entry.change
    if isinstance(change, Asserted):
        return [(change.fact, [change.value, change.source])]
    return [(one.fact, [one.value, one.source]) for one in change.said] if isinstance(change, Took) else []


def _words(entry: LogEntry) -> list[str]:
    change = entry.change
    judged = (change,) if isinstance(change, Assessed) else change.assessments if isinstance(change, Took) else ()
    return [entry.text, *(text for one in judged for text in (one.about, one.text))]


def _says(value: Any, wanted: str) -> bool:
    if isinstance(value, str):
        return wanted in value.casefold()
    if isinstance(value, dict):
        return any(_says(one, wanted) for one in value.values())
    return isinstance(value, (list, tuple)) and any(_says(one, wanted) for one in value)
