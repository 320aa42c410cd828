"""Incidents: what an officer works on. The log only grows, and every word of it is in the ledger too."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING, get_args

import msgspec
from msgspec import Struct
from sqlalchemy import desc, func, insert, select, update

from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.records import Incident, IncidentState, LogEntry, Severity, Vessel
from hanbada.store import alerts, marks
from hanbada.store.database import in_pieces, records
from hanbada.store.events import News, deed, tell
from hanbada.store.schema import incident, incident_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from hanbada.model.desk import AlertView
    from hanbada.store.events import Written

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
    """What does not change with an incident's state."""

    title: str
    episodes: tuple[str, ...]
    vessels: tuple[Vessel, ...]


def open_from(connection: Connection, view: AlertView, written: Written) -> Incident:
    """An incident from an alert, or the one it already has; the alert becomes acknowledged."""
    if view.alert.incident_id:
        return named(connection, view.alert.incident_id)
    found = view.detection
    incident_id = _next_id(connection, written.at_us)
    words = [found.kind, *(vessel.name or str(vessel.mmsi) for vessel in found.vessels)]
    about = _About(title=" ".join(words), episodes=(found.episode_id,), vessels=found.vessels)
    row = {"opened_at": written.at_us, "changed_at": written.at_us, "owner": written.by, "about": _json(about)}
    kept = {"incident_id": incident_id, "state": "open", "severity": found.severity, "simulated": found.simulated}
    connection.execute(insert(incident).values(**row, **kept))
    _add_entry(connection, incident_id, f"Opened from alert {view.alert.alert_id}", written)
    alerts.acknowledge(connection, view.alert.alert_id, written, incident_id)
    tell(connection, [News("incident", incident_id, "open")], written.by, written.at_us)
    deed(connection, written, "incident_opened", f"incident/{incident_id}", episodes=[found.episode_id])
    return named(connection, incident_id)


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


def _add_entry(connection: Connection, incident_id: str, text: str, written: Written) -> None:
    its_own = incident_entry.c.incident_id == incident_id
    number = (connection.scalar(select(func.max(incident_entry.c.number)).where(its_own)) or 0) + 1
    body = _json(LogEntry(at=written.at_us, author=written.by, text=text))
    connection.execute(insert(incident_entry).values(incident_id=incident_id, number=number, body=body))


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
    if not text.strip():
        message = "a line of the log needs words"
        raise UsageError(message)
    _add_entry(connection, incident_id, text, written)
    deed(connection, written, "incident_logged", f"incident/{incident_id}", text=text)
    return _changed(connection, now, now.state, written)


def change(connection: Connection, incident_id: str, state: IncidentState, written: Written) -> Incident:
    """Another state; raises UsageError if there is no such state."""
    now = named(connection, incident_id)
    if state not in get_args(IncidentState):
        message = f"there is no such state of an incident: {state!r}"
        raise UsageError(message)
    deed(connection, written, "incident_changed", f"incident/{incident_id}", before=now.state, after=state)
    return _changed(connection, now, state, written)


def _changed(connection: Connection, now: Incident, state: IncidentState, written: Written) -> Incident:
    its_own = incident.c.incident_id == now.incident_id
    connection.execute(update(incident).where(its_own).values(state=state, changed_at=written.at_us))
    tell(connection, [News("incident", now.incident_id, state)], written.by, written.at_us)
    return named(connection, now.incident_id)
