"""The desk that is kept: people, sessions, alerts, incidents, detections, sources, all in one database.

Implements what the screens ask (`app.web.ports.Desk`) and what the watch writes. Each method is one transaction: when
one that writes returns, it is on disk; when it raises, nothing was changed. Any thread may call any method.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.desk import NodeProfile
from hanbada.model.errors import NotFoundError, RefusedError, UsageError
from hanbada.model.register import ConfidenceNotice
from hanbada.store import (
    alerts,
    audit,
    doors,
    events,
    findings,
    incidents,
    items,
    ledger,
    marks,
    passwords,
    people,
    register,
    rules,
    sources,
)
from hanbada.store.database import reading, writing
from hanbada.store.events import Written, deed
from hanbada.store.incident_desk import IncidentDesk
from hanbada.store.report_desk import ReportDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine

    from hanbada.model.audit import AuditStanding, EntriesWanted
    from hanbada.model.desk import (
        AlertFilter,
        AlertView,
        DeskEvent,
        ItemsWanted,
        KeptItem,
        Outcome,
        Passkey,
        Role,
        Rule,
        Signed,
        User,
    )
    from hanbada.model.records import Alert, Detection, Incident, IncidentState
    from hanbada.model.register import Kept, Row
    from hanbada.model.sharing import Item
    from hanbada.store.items import Keeping, Origin
    from hanbada.store.ledger import Entry
    from hanbada.store.sources import About, Source

_PROFILE = f"{marks.OURS}profile"
_CODE = f"{marks.OURS}start_code"
_PAGE = 500
_NOTICE = "notice/"
PROVIDER = "identity provider"
"""The actor of what an identity provider said of people."""
NODE = "node"
"""The actor of what the program itself did."""


def far(_: Detection) -> float:
    """How far from a port a finding is, where nobody knows ports."""
    return math.inf


def unshared(_connection: Connection, _subjects: Sequence[str], _written: Written) -> None:
    """Nobody else is told what changed."""


class DeskStore:
    """The desk in a database of `open_database`; `now` is the picture's time in UTC microseconds.

    `changed` is called within each transaction with the alerts and incidents it changed ("alert/12").
    """

    def __init__(
        self, engine: Engine, now: Callable[[], int],
        changed: Callable[[Connection, Sequence[str], Written], None] = unshared,
    ) -> None:  # fmt: skip
        self.engine = engine
        self._now = now
        self._changed = changed
        self.incident_desk = IncidentDesk(engine, changed)
        self.report_desk = ReportDesk(engine, changed)
        """What people do with incidents beyond opening and logging them."""

    @contextmanager
    def _deciding(self, subject: str, by: str, at_us: int) -> Iterator[tuple[Connection, Written]]:
        """A transaction in which a person changes one thing."""
        written = Written(by=by, at_us=at_us)
        with writing(self.engine) as connection:
            yield connection, written
            self._changed(connection, [subject], written)

    # the first run

    def profile(self) -> NodeProfile | None:
        """None until the first run is done."""
        with reading(self.engine) as connection:
            kept = marks.get(connection, _PROFILE)
        return None if kept is None else msgspec.convert(kept, NodeProfile)

    def set_start_code(self, code: str, at_us: int) -> None:
        """The one-time code of the first run, in place of the one before; only its digest is kept.

        Raises RefusedError if the first run is done.
        """
        digest = passwords.hashed(code)
        with writing(self.engine) as connection:
            if marks.get(connection, _PROFILE) is not None:
                message = "the first run is done; an administrator can add people"
                raise RefusedError(message)
            marks.put(connection, _CODE, digest, at_us)
            deed(connection, Written(by=NODE, at_us=at_us), "start_code_set", "desk")

    def first_run(self, code: str, password: str, profile: NodeProfile, at_us: int) -> User | None:
        """Create `admin` and keep the profile if the one-time code fits; None if it does not. Works once."""
        with reading(self.engine) as connection:
            kept = marks.get(connection, _CODE)
        if not passwords.fits(kept, code):
            return None
        digest = _password_hash(password)
        written = Written(by="first run", at_us=at_us)
        with writing(self.engine) as connection:
            if marks.get(connection, _CODE) != kept:
                return None
            marks.drop(connection, _CODE)
            marks.put(connection, _PROFILE, profile, at_us)
            deed(connection, written, "first_run", "desk", profile=msgspec.to_builtins(profile))
            return people.create(connection, "admin", "admin", digest, written)

    def save_profile(self, profile: NodeProfile, by: str, at_us: int) -> None:
        """Change how screens start."""
        with writing(self.engine) as connection:
            marks.put(connection, _PROFILE, profile, at_us)
            deed(connection, Written(by=by, at_us=at_us), "profile_saved", "desk", profile=msgspec.to_builtins(profile))

    # people

    def users(self) -> list[User]:
        """Everyone, by name."""
        with reading(self.engine) as connection:
            return people.everyone(connection)

    def create_user(self, name: str, password: str, role: Role, by: str, at_us: int) -> User:
        """A new person; UsageError if the name is taken or not allowed."""
        digest = _password_hash(password)
        with writing(self.engine) as connection:
            return people.create(connection, name, role, digest, Written(by=by, at_us=at_us))

    def change_user(self, name: str, role: Role, *, active: bool, by: str, at_us: int) -> User:
        """Another role, or no entry; the last active admin cannot be lost (RefusedError)."""
        with writing(self.engine) as connection:
            return people.change(connection, name, role, Written(by=by, at_us=at_us), active=active)

    def set_password(self, name: str, password: str, by: str, at_us: int) -> None:
        """A new password; ends that person's sessions."""
        digest = _password_hash(password)
        with writing(self.engine) as connection:
            people.set_password(connection, name, digest, Written(by=by, at_us=at_us))

    def verify(self, name: str, password: str) -> User | None:
        """The person if name and password fit and they are active; whether they exist cannot be told by the time."""
        with reading(self.engine) as connection:
            digest = people.password_hash(connection, name)
            user = people.named(connection, name) if digest else None
        fits = passwords.fits(digest, password)
        return user if user and fits and user.active else None

    def open_session(self, key: str, name: str, at_us: int, until_us: int) -> None:
        """Remember a session under `key`, the digest of the cookie: the cookie itself is not kept."""
        with writing(self.engine) as connection:
            user = people.open_session(connection, key, name, at_us, until_us)
            deed(connection, Written(by=user.name, at_us=at_us), "signed_in", f"person/{user.name}", until_at=until_us)

    def session(self, key: str, at_us: int) -> User | None:
        """Whose session it is, None if unknown, over, or the person is no longer active."""
        with reading(self.engine) as connection:
            return people.in_session(connection, key, at_us)

    def signed_in(self, at_us: int) -> list[Signed]:
        """Who is signed in, the latest first."""
        with reading(self.engine) as connection:
            return people.sessions(connection, at_us)

    def close_session(self, key: str, at_us: int) -> None:
        """End a session; unknown keys are fine."""
        with writing(self.engine) as connection:
            name = people.close_session(connection, key)
            if name is not None:
                deed(connection, Written(by=name, at_us=at_us), "signed_out", f"person/{name}")

    def passkeys(self, name: str) -> list[Passkey]:
        """A person's passkeys, the oldest first."""
        with reading(self.engine) as connection:
            return doors.passkeys(connection, name)

    def passkey(self, credential: bytes) -> Passkey | None:
        """The passkey with that credential."""
        with reading(self.engine) as connection:
            return doors.with_credential(connection, credential)

    def add_passkey(self, one: Passkey, by: str, at_us: int) -> None:
        """Keep a new passkey; RefusedError if its credential is known already."""
        with writing(self.engine) as connection:
            doors.add_passkey(connection, one, Written(by=by, at_us=at_us))

    def use_passkey(self, one: Passkey, uses: int, at_us: int) -> User:
        """Note that a passkey was used; whose it is. RefusedError if it counts back or its owner may not enter."""
        with writing(self.engine) as connection:
            return doors.use_passkey(connection, one, uses, at_us)

    def remove_passkey(self, name: str, credential: bytes, at_us: int) -> None:
        """Take a passkey away from its owner; RefusedError if it is their last way in."""
        with writing(self.engine) as connection:
            doors.remove_passkey(connection, name, credential, Written(by=name, at_us=at_us))

    def admit(self, issuer: str, subject: str, name: str, role: Role | None, at_us: int) -> User:
        """Whoever an identity provider says is here; RefusedError if the name is another's or may not enter."""
        with writing(self.engine) as connection:
            return doors.admit(connection, issuer, subject, name, role, Written(by=PROVIDER, at_us=at_us))

    def bind(self, issuer: str, subject: str, name: str, at_us: int) -> None:
        """Let a subject of a provider come in as a person."""
        with writing(self.engine) as connection:
            doors.bind(connection, issuer, subject, name, Written(by=name, at_us=at_us))

    # what the watch found

    def record(
        self, detections: Iterable[Detection], at_us: int, marked: Mapping[str, Any] | None = None,
        port_m: Callable[[Detection], float] = far,
    ) -> list[Alert]:  # fmt: skip
        """Keep new versions of episodes, and `marked` with them; the alerts raised or concerned, as they now are.

        A new episode raises one alert; a later version, a retraction too, is an event of its alert and, where it
        matters, a line in the log of its incident. What was said before changes nothing, so a watch may repeat itself
        after a crash. `port_m` tells rules how far from a port a finding is.
        """
        with writing(self.engine) as connection:
            marks.put_all(connection, marked or {}, at_us)
            versions = findings.record(connection, detections, at_us)
            holding = rules.Holding(connection, at_us, port_m, rules.kept(connection) if versions else {})
            concerned = alerts.follow(connection, versions, at_us, holding)
            incidents.follow(connection, versions, concerned, at_us)
            followed = [f"incident/{one.incident_id}" for one in concerned if one.incident_id]
            subjects = [*(f"alert/{one.alert_id}" for one in concerned), *dict.fromkeys(followed)]
            self._changed(connection, subjects, Written(by=NODE, at_us=at_us))
            return concerned

    def detections(self, episode_id: str) -> list[Detection]:
        """Every version of an episode, oldest first."""
        with reading(self.engine) as connection:
            return findings.of_episode(connection, episode_id)

    def find(self, detection_id: str) -> Detection | None:
        """The newest version that carries this id; None if none does."""
        with reading(self.engine) as connection:
            return findings.find(connection, detection_id)

    def standing(self) -> Iterator[Detection]:
        """The latest version of every episode that is not retracted, in the order they were raised."""
        after = 0
        while True:
            with reading(self.engine) as connection:
                page = findings.standing(connection, after, _PAGE)
            yield from (one for _, one in page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    # rules

    def rules(self) -> dict[str, Rule]:
        """The rules that were set, by kind."""
        with reading(self.engine) as connection:
            return rules.kept(connection)

    def set_rule(self, rule: Rule, by: str, at_us: int) -> Rule:
        """Set the rule of a kind; raises UsageError if it says what no rule may."""
        with writing(self.engine) as connection:
            return rules.put(connection, rule, Written(by=by, at_us=at_us))

    def outcomes(self, kind: str, since_us: int, port_m: Callable[[Detection], float] = far) -> list[Outcome]:
        """What the findings of a kind came to since a time, oldest first."""
        with reading(self.engine) as connection:
            return rules.outcomes(connection, kind, since_us, port_m)

    def latest_at(self) -> int:
        """The picture's time of the last event, 0 if there is none: what `now` is for whoever has no picture."""
        with reading(self.engine) as connection:
            return events.latest_at(connection)

    # alerts

    def alerts(self, wanted: AlertFilter) -> list[AlertView]:
        """Alerts that fit, newest first. A snooze that is over by the picture's time reads as new."""
        with reading(self.engine) as connection:
            return alerts.listed(connection, wanted, self._now())

    def alert(self, alert_id: int) -> AlertView | None:
        """One alert."""
        with reading(self.engine) as connection:
            return alerts.view(connection, alert_id, self._now())

    def acknowledge(self, alert_id: int, by: str, at_us: int) -> Alert:
        """Seen by a person."""
        with self._deciding(f"alert/{alert_id}", by, at_us) as (connection, written):
            return alerts.acknowledge(connection, alert_id, written)

    def snooze(self, alert_id: int, until_us: int, by: str, at_us: int) -> Alert:
        """Quiet until then."""
        with self._deciding(f"alert/{alert_id}", by, at_us) as (connection, written):
            return alerts.snooze(connection, alert_id, until_us, written)

    def dismiss(self, alert_id: int, reason: str, by: str, at_us: int) -> Alert:
        """Judged as nothing, with one of `records.DISMISSALS`."""
        with self._deciding(f"alert/{alert_id}", by, at_us) as (connection, written):
            return alerts.dismiss(connection, alert_id, reason, written)

    # incidents

    def open_incident(self, alert_id: int, by: str, at_us: int) -> Incident:
        """An incident from an alert, or the one it already has; the alert becomes acknowledged."""
        with self._deciding(f"alert/{alert_id}", by, at_us) as (connection, written):
            view = alerts.view(connection, alert_id, self._now())
            if view is None:
                message = f"there is no alert {alert_id}"
                raise NotFoundError(message)
            return incidents.open_from(connection, view, written)

    def incidents(self, states: tuple[IncidentState, ...]) -> list[Incident]:
        """Incidents in these states (all if none is named), latest change first."""
        with reading(self.engine) as connection:
            return incidents.listed(connection, states)

    def incident(self, incident_id: str) -> Incident | None:
        """One incident."""
        with reading(self.engine) as connection:
            return incidents.found(connection, incident_id)

    def log(self, incident_id: str, text: str, by: str, at_us: int) -> Incident:
        """A line added to the log, which only grows."""
        with self._deciding(f"incident/{incident_id}", by, at_us) as (connection, written):
            return incidents.log(connection, incident_id, text, written)

    def change_incident(self, incident_id: str, state: IncidentState, by: str, at_us: int) -> Incident:
        """Another state."""
        with self._deciding(f"incident/{incident_id}", by, at_us) as (connection, written):
            return incidents.change(connection, incident_id, state, written)

    # objects made here or read from formats

    def keep_items(self, some: Iterable[Item], origin: Origin, by: str, at_us: int) -> Keeping:
        """Keep objects of one source; what says what it said changes nothing."""
        written = Written(by=by, at_us=at_us)
        with writing(self.engine) as connection:
            done = items.keep(connection, some, origin, written)
            self._changed(connection, [items.SUBJECT + one.key for one in done.kept], written)
            return done

    def items(self, wanted: ItemsWanted) -> list[KeptItem]:
        """Objects that fit, the latest change first."""
        with reading(self.engine) as connection:
            return items.listed(connection, wanted)

    def item(self, key: str) -> KeptItem | None:
        """One object, withdrawn or not."""
        with reading(self.engine) as connection:
            return items.found(connection, key)

    def withdraw_item(self, key: str, why: str, by: str, at_us: int) -> bool:
        """Let an object stand no more; False if there is none or it was withdrawn before."""
        with self._deciding(items.SUBJECT + key, by, at_us) as (connection, written):
            return items.withdraw(connection, key, why, written)

    # the register of cooperation

    def register_rows(self) -> list[Kept]:
        """The rows this node entered, by kind and id."""
        with reading(self.engine) as connection:
            return register.kept(connection)

    def withdrawn_rows(self) -> set[tuple[str, str]]:
        """Kind and id of the rows it withdrew, those of the seed among them."""
        with reading(self.engine) as connection:
            return register.withdrawn(connection)

    def put_rows(self, rows: Iterable[Row], by: str, at_us: int) -> int:
        """Enter rows of the register, all or none; how many were new or changed."""
        with writing(self.engine) as connection:
            given, written = tuple(rows), Written(by=by, at_us=at_us)
            count = register.put(connection, given, written)
            self._changed(
                connection, [_NOTICE + row.row_id for row in given if isinstance(row, ConfidenceNotice)], written
            )
            return count

    def withdraw_row(self, kind: str, row_id: str, why: str, by: str, at_us: int) -> None:
        """Take a row out; its history stays."""
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            register.withdraw(connection, kind, row_id, why, written)
            self._changed(connection, [_NOTICE + row_id] if kind == "notice" else [], written)

    def row_history(self, kind: str, row_id: str) -> list[Entry]:
        """What was entered and withdrawn under an id, oldest first."""
        with reading(self.engine) as connection:
            return register.history(connection, kind, row_id)

    # events

    def latest_seq(self) -> int:
        """The number of the last event, 0 if there is none."""
        with reading(self.engine) as connection:
            return events.latest_seq(connection)

    def events_since(self, seq: int) -> list[DeskEvent]:
        """What changed after event `seq`, oldest first."""
        with reading(self.engine) as connection:
            return events.since(connection, seq)

    # the ledger

    def deeds(self, since: int = 0, object_id: str | None = None) -> list[Entry]:
        """Entries of the ledger after number `since`, oldest first; of one object only if it is named."""
        with reading(self.engine) as connection:
            return list(ledger.entries(connection, since, object_id))

    def ledger_head(self) -> tuple[int, str]:
        """Number and hash of the last entry: kept elsewhere, they show later that nothing was taken from the end."""
        with reading(self.engine) as connection:
            return ledger.head(connection)

    def ledger_breaks_at(self) -> int | None:
        """The number at which the chain of the ledger first breaks; None if it is whole."""
        with reading(self.engine) as connection:
            return ledger.verify(connection)

    def audit_standing(self) -> AuditStanding:
        """The ledger and the log over it as they are, who vouches for it, and what the last verification found."""
        with reading(self.engine) as connection:
            return audit.standing(connection)

    def audit_entries(self, wanted: EntriesWanted) -> list[Entry]:
        """Entries of the ledger that fit, the newest first."""
        with reading(self.engine) as connection:
            return ledger.newest(connection, wanted)

    # what the loop keeps

    def mark(self, name: str) -> Any:
        """What is kept under a name; None if nothing is."""
        with reading(self.engine) as connection:
            return marks.get(connection, name)

    def set_mark(self, name: str, value: Any, at_us: int) -> None:
        """Keep a value that JSON can carry under a name."""
        with writing(self.engine) as connection:
            marks.put_all(connection, {name: value}, at_us)

    def sources(self) -> list[Source]:
        """Every source, by number."""
        with reading(self.engine) as connection:
            return sources.listed(connection)

    def source_number(self, name: str, about: About, at_us: int, by: str = NODE) -> int:
        """The number of a source, from 1, for ever the same for its name; what is said of it is kept."""
        with writing(self.engine) as connection:
            return sources.keep(connection, name, about, Written(by=by, at_us=at_us))


def _password_hash(password: str) -> str:
    if not passwords.acceptable(password):
        message = f"A password has {passwords.LEAST_LENGTH} to {passwords.MOST_LENGTH} characters."
        raise UsageError(message)
    return passwords.hashed(password)
