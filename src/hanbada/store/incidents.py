"""Incidents kept, as `incidents.incident` rules. The log only grows, and every word of it is in the ledger too."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from sqlalchemy import desc, func, insert, select, update

from hanbada.incidents import incident as rules
from hanbada.model.errors import NotFoundError
from hanbada.model.records import Incident, IncidentState, LogEntry, Severity, Vessel
from hanbada.store import alerts, marks
from hanbada.store.database import in_pieces, records
from hanbada.store.events import News, Written, deed, tell
from hanbada.store.schema import incident, incident_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from hanbada.model.desk import AlertView
    from hanbada.model.records import Alert, Detection

_KEY = f"{marks.OURS}incident_key"


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
    """What never changes of an incident."""

    title: str
    episodes: tuple[str, ...]
    vessels: tuple[Vessel, ...]


def open_from(connection: Connection, view: AlertView, written: Written) -> Incident:
    """An incident from an alert, or the one it already has; the alert becomes acknowledged."""
    if view.alert.incident_id:
        return named(connection, view.alert.incident_id)
    after = rules.opened(_next_id(connection, written.at_us), view, written.by, written.at_us)
    about = _About(title=after.title, episodes=after.episodes, vessels=after.vessels)
    row = {name: getattr(after, name) for name in _Row.__struct_fields__ if name != "about"}
    connection.execute(insert(incident).values(**row, about=_json(about)))
    _add_entries(connection, after, 0)
    alerts.acknowledge(connection, view.alert.alert_id, written, after.incident_id)
    deed(connection, written, "incident_opened", f"incident/{after.incident_id}", episodes=after.episodes)
    tell(connection, [News("incident", after.incident_id, after.state)], written.by, written.at_us)
    return after


def _next_id(connection: Connection, at_us: int) -> str:
    """An id that tells a stranger neither how many incidents there are nor what comes next."""
    key = marks.get(connection, _KEY)
    if key is None:
        key = secrets.token_hex(16)
        marks.put(connection, _KEY, key, at_us)
    number = connection.scalar(select(func.count()).select_from(incident)) or 0
    digest = hashlib.blake2b(str(number + 1).encode(), digest_size=5, key=bytes.fromhex(key)).digest()
    return f"INC-{base64.b32encode(digest).decode()}"


def _json(value: Struct) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _add_entries(connection: Connection, after: Incident, known: int) -> None:
    """The lines of the log beyond those that are known."""
    lines = [
        {"incident_id": after.incident_id, "number": number, "body": _json(entry)}
        for number, entry in enumerate(after.log[known:], known + 1)
    ]
    if lines:
        connection.execute(insert(incident_entry), lines)


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


def _whole(connection: Connection, rows: Sequence[_Row]) -> list[Incident]:
    """Incidents with their logs."""
    logs: dict[str, list[LogEntry]] = {row.incident_id: [] for row in rows}
    for piece in in_pieces(list(logs)):
        wanted = select(incident_entry).where(incident_entry.c.incident_id.in_(piece)).order_by(incident_entry.c.number)
        for entry in connection.execute(wanted):
            logs[entry.incident_id].append(msgspec.json.decode(entry.body, type=LogEntry))
    return [_incident(row, logs[row.incident_id]) for row in rows]


def _incident(row: _Row, log: Sequence[LogEntry]) -> Incident:
    fields = msgspec.structs.asdict(row)
    about = msgspec.json.decode(fields.pop("about"), type=_About)
    return Incident(**fields, **msgspec.structs.asdict(about), log=tuple(log))


def log(connection: Connection, incident_id: str, text: str, written: Written) -> Incident:
    """A line added to the log; raises UsageError if it says nothing."""
    now = named(connection, incident_id)
    return _keep(connection, now, rules.logged(now, text, written.by, written.at_us), written)


def change(connection: Connection, incident_id: str, state: IncidentState, written: Written) -> Incident:
    """Another state; raises UsageError if there is no such state."""
    now = named(connection, incident_id)
    return _keep(connection, now, rules.changed(now, state, written.at_us), written)


def follow(
    connection: Connection, versions: Sequence[tuple[int, Detection]], concerned: Sequence[Alert], at_us: int
) -> None:
    """Tell the incidents of some alerts what was found of their episodes."""
    its_incident = {one.episode_id: one.incident_id for one in concerned if one.incident_id}
    for _, found_later in versions:
        incident_id = its_incident.get(found_later.episode_id)
        if incident_id is not None:
            now = named(connection, incident_id)
            after = rules.followed(now, found_later, at_us)
            _keep(connection, now, after, Written(by=rules.WATCH, at_us=at_us))


def _keep(connection: Connection, now: Incident, after: Incident, written: Written) -> Incident:
    """Write what changed."""
    if after == now:
        return now
    row = {"state": after.state, "severity": after.severity, "changed_at": after.changed_at}
    connection.execute(update(incident).where(incident.c.incident_id == now.incident_id).values(**row))
    _add_entries(connection, after, len(now.log))
    for entry in after.log[len(now.log) :]:
        deed(connection, written, "incident_logged", f"incident/{now.incident_id}", text=entry.text)
    for name in ("state", "severity"):
        before, then = getattr(now, name), getattr(after, name)
        if before != then:
            what = {"what": name, "before": before, "after": then}
            deed(connection, written, "incident_changed", f"incident/{now.incident_id}", **what)
    tell(connection, [News("incident", now.incident_id, after.state)], written.by, written.at_us)
    return after
