"""Incidents kept as the logs they are, by the rules of `incidents.incident`; what a log comes to is told when read.

The log only grows. The ledger keeps that each entry was written, when, by whom and its digest, which a salt in the
entry blinds: once an entry is erased, nobody can find out from the ledger what it said. States and the like stand in
columns besides, for lists.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import desc, func, insert, select, update

from hanbada.incidents import incident as rules
from hanbada.incidents import story
from hanbada.model.errors import NotFoundError
from hanbada.model.records import Change, Incident, IncidentState, LogEntry, Opened, Report, Severity, Vessel
from hanbada.store import alerts, marks
from hanbada.store.database import in_pieces, records
from hanbada.store.events import News, Written, deed, tell
from hanbada.store.schema import alert, incident, incident_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from hanbada.model.desk import AlertView
    from hanbada.model.records import Alert, Detection, Origin

_KEY = f"{marks.OURS}incident_key"
_COLUMNS = ("state", "severity", "owner", "changed_at")


class _Row(Struct, frozen=True, kw_only=True):
    """An incident as its table has it; `about` is JSON of `_About`."""

    incident_id: str
    state: IncidentState
    severity: Severity
    opened_at: int
    changed_at: int
    owner: str | None
    simulated: bool
    about: str


class _About(Struct, frozen=True, kw_only=True):
    """How an incident began, for those from before their logs said it."""

    title: str
    episodes: tuple[str, ...]
    vessels: tuple[Vessel, ...]


def open_from(connection: Connection, view: AlertView, written: Written) -> Incident:
    """An incident from an alert, or the one it already has; the alert becomes acknowledged."""
    if view.alert.incident_id:
        return standing(connection, view.alert.incident_id)
    after = rules.opened(next_id(connection, written.at_us), view, written.by, written.at_us)
    _put(connection, after, written)
    alerts.acknowledge(connection, view.alert.alert_id, written, after.incident_id)
    return after


def open_report(connection: Connection, report: Report, origin: Origin, written: Written) -> Incident:
    """An incident of a report; raises UsageError that names each fact that does not fit."""
    after = rules.reported(next_id(connection, written.at_us), report, written.by, written.at_us, origin)
    _put(connection, after, written)
    return after


def _put(connection: Connection, after: Incident, written: Written) -> None:
    """A new incident."""
    about = _About(title=after.title, episodes=after.episodes, vessels=after.vessels)
    row = {name: getattr(after, name) for name in _Row.__struct_fields__ if name != "about"}
    connection.execute(insert(incident).values(**row, about=_json(about)))
    lines = _add_entries(connection, after, 0)
    name = f"incident/{after.incident_id}"
    deed(connection, written, "incident_opened", name, episodes=after.episodes, origin=after.origin, lines=lines)
    tell(connection, [News("incident", after.incident_id, after.state)], written.by, written.at_us)


def next_id(connection: Connection, at_us: int, kind: str = "INC") -> str:
    """An id that tells a stranger neither how many incidents there are nor what comes next."""
    key, count = marks.get(connection, _KEY), marks.get(connection, f"{_KEY}_count")
    if key is None:
        key = secrets.token_hex(16)
        marks.put(connection, _KEY, key, at_us)
    number = (connection.scalar(select(func.count()).select_from(incident)) or 0) if count is None else count
    marks.put(connection, f"{_KEY}_count", number + 1, at_us)
    digest = hashlib.blake2b(str(number + 1).encode(), digest_size=5, key=bytes.fromhex(key)).digest()
    return f"{kind}-{base64.b32encode(digest).decode()}"


def _json(value: Struct) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _add_entries(connection: Connection, after: Incident, known: int) -> dict[str, str]:
    """Write the lines of the log beyond those that are known; the digest of each by its number."""
    digests: dict[str, str] = {}
    for number, entry in enumerate(after.log[known:], known + 1):
        body = salted(entry)
        connection.execute(insert(incident_entry).values(incident_id=after.incident_id, number=number, body=body))
        digests[str(number)] = digest_of(body)
    return digests


def salted(entry: LogEntry) -> str:
    """An entry as it is kept, with what blinds its digest; whoever reads it as an entry does not see that."""
    whole = msgspec.to_builtins(entry) | {"salt": secrets.token_hex(16)}
    return msgspec.json.encode(whole, order="deterministic").decode()


def digest_of(body: str) -> str:
    """What the ledger keeps of an entry: with its salt it proves the entry, without it says nothing."""
    return hashlib.sha256(body.encode()).hexdigest()


def listed(connection: Connection, states: Sequence[IncidentState]) -> list[Incident]:
    """Incidents in these states (all if none is named), latest change first."""
    wanted = select(incident).order_by(desc(incident.c.changed_at), desc(incident.c.opened_at), incident.c.incident_id)
    if states:
        wanted = wanted.where(incident.c.state.in_(states))
    return _whole(connection, records(connection.execute(wanted), _Row))


def found(connection: Connection, incident_id: str) -> Incident | None:
    """One incident."""
    rows = connection.execute(select(incident).where(incident.c.incident_id == incident_id))
    return next(iter(_whole(connection, records(rows, _Row))), None)


def named(connection: Connection, incident_id: str) -> Incident:
    """One incident; raises NotFoundError if there is none of that id."""
    one = found(connection, incident_id)
    if one is None:
        message = f"there is no incident {incident_id!r}"
        raise NotFoundError(message)
    return one


def standing(connection: Connection, incident_id: str) -> Incident:
    """One incident, or the one it was merged into."""
    one = named(connection, incident_id)
    while one.merged_into is not None:
        one = named(connection, one.merged_into)
    return one


def _whole(connection: Connection, rows: Sequence[_Row]) -> list[Incident]:
    """Incidents with their logs."""
    logs: dict[str, list[LogEntry]] = {row.incident_id: [] for row in rows}
    for piece in in_pieces(list(logs)):
        wanted = select(incident_entry).where(incident_entry.c.incident_id.in_(piece)).order_by(incident_entry.c.number)
        for entry in connection.execute(wanted):
            logs[entry.incident_id].append(msgspec.json.decode(entry.body, type=LogEntry))
    return [_incident(row, logs[row.incident_id]) for row in rows]


def _incident(row: _Row, log: Sequence[LogEntry]) -> Incident:
    """What the log comes to; where it does not say how it began, the row does."""
    if isinstance(log[0].change, Opened):
        return story.replayed(row.incident_id, log)
    about = msgspec.json.decode(row.about, type=_About)
    first = Opened(
        title=about.title, severity=row.severity, origin="alert", owner=row.owner, episodes=about.episodes,
        vessels=about.vessels, simulated=row.simulated,
    )  # fmt: skip
    whole = story.replayed(row.incident_id, (replace(log[0], change=first), *log[1:]))
    return replace(whole, opened_at=row.opened_at, log=tuple(log), **{name: getattr(row, name) for name in _COLUMNS})


def log(connection: Connection, incident_id: str, text: str, written: Written) -> Incident:
    """A line added to the log; raises UsageError if it says nothing."""
    now = standing(connection, incident_id)
    return keep(connection, now, rules.logged(now, text, written.by, written.at_us), written)


def change(connection: Connection, incident_id: str, state: IncidentState, written: Written) -> Incident:
    """Another state; raises UsageError if there is no such state."""
    now = standing(connection, incident_id)
    return keep(connection, now, rules.changed(now, state, written.by, written.at_us), written)


def do(connection: Connection, incident_id: str, what: Change, text: str, written: Written) -> Incident:
    """One more change; raises UsageError where it does not fit."""
    now = standing(connection, incident_id)
    return keep(connection, now, rules.done(now, what, written.by, written.at_us, text), written)


def merge(connection: Connection, one: str, into: str, why: str, written: Written) -> Incident:
    """All of one incident goes into another, its alerts too; raises UsageError if they are the same by now."""
    before = named(connection, one), standing(connection, into)
    gone, whole = rules.merged(*before, written.by, written.at_us, why)
    keep(connection, before[0], gone, written)
    keep(connection, before[1], whole, written)
    _follow_alerts(connection, before[0].incident_id, whole.incident_id, before[0].episodes)
    return whole


def split(
    connection: Connection, incident_id: str, title: str, keys: Sequence[str], episodes: Sequence[str],
    mmsis: Sequence[int], written: Written,
) -> Incident:  # fmt: skip
    """What goes from an incident into a new one; raises UsageError if it has nothing of the kind."""
    now, new_id = standing(connection, incident_id), next_id(connection, written.at_us)
    left, new = rules.split(now, new_id, title, keys, episodes, mmsis, written.by, written.at_us)
    keep(connection, now, left, written)
    _put(connection, new, written)
    _follow_alerts(connection, now.incident_id, new.incident_id, episodes)
    return new


def _follow_alerts(connection: Connection, one: str, other: str, episodes: Sequence[str]) -> None:
    """Alerts go with their episodes."""
    for piece in in_pieces(list(episodes)):
        of_those = alert.c.episode_id.in_(piece) & (alert.c.incident_id == one)
        connection.execute(update(alert).where(of_those).values(incident_id=other))


def follow(
    connection: Connection, versions: Sequence[tuple[int, Detection]], concerned: Sequence[Alert], at_us: int
) -> None:
    """Tell the incidents of some alerts what was found of their episodes."""
    its_incident = {one.episode_id: one.incident_id for one in concerned if one.incident_id}
    for _, found_later in versions:
        incident_id = its_incident.get(found_later.episode_id)
        if incident_id is not None:
            now = standing(connection, incident_id)
            after = rules.followed(now, found_later, at_us)
            keep(connection, now, after, Written(by=rules.WATCH, at_us=at_us))


def keep(connection: Connection, now: Incident, after: Incident, written: Written) -> Incident:
    """Write what changed."""
    if after == now:
        return now
    row = {name: getattr(after, name) for name in _COLUMNS}
    connection.execute(update(incident).where(incident.c.incident_id == now.incident_id).values(**row))
    digests = _add_entries(connection, after, len(now.log))
    for number, entry in enumerate(after.log[len(now.log) :], len(now.log) + 1):
        action = "incident_logged" if entry.change is None else "incident_changed"
        what = None if entry.change is None else msgspec.to_builtins(entry.change)["type"]
        body = {"line": number, "what": what, "digest": digests[str(number)]}
        deed(connection, written, action, f"incident/{now.incident_id}", **body)
    tell(connection, [News("incident", now.incident_id, after.state)], written.by, written.at_us)
    return after
