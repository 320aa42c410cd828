"""Emergency sharing: a scope opened for one incident, with some nodes, for a time; every look inside is logged.

A scope widens what its nodes may have of the incident and its alerts, and nothing else. When it closes or runs out,
what only the scope let through is taken back. Before it opens it is rehearsed: opened by the same code, and undone.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import Struct

from hanbada.app.sharing import desk, publishing
from hanbada.app.sharing.matrix import Change, Column, matrix
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.sharing import Marking, Profile, Scope, Tlp
from hanbada.model.times import HOUR_US
from hanbada.store import exchange, ledger, terms
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.records import Detection
    from hanbada.store.events import Written
    from hanbada.store.exchange import Telling

    _Tellings: TypeAlias = dict[tuple[str, str], Telling]

LONGEST_H = 72
"""An emergency that lasts longer is no longer one: who needs it opens it again."""
READ = "scope_read"


class Wish(Struct, frozen=True, kw_only=True):
    """A scope as it is asked for."""

    incident: str
    community: str
    nodes: tuple[str, ...]
    profile: Profile
    max_tlp: Tlp
    hours: float
    why: str


class Glance(Struct, frozen=True, kw_only=True):
    """Somebody looked at something inside an open scope."""

    at: int
    by: str
    what: str


class Leaves(Struct, frozen=True, kw_only=True):
    """What one partner would get of the incident or one of its alerts, exactly, and whether that is new to it."""

    subject: str
    change: Change
    column: Column


class Rehearsal(Struct, frozen=True, kw_only=True):
    """What a scope would let out; `seen` names all of it, so that whoever opens it opens what they saw."""

    leaves: tuple[Leaves, ...]
    seen: str


def rehearse(
    connection: Connection, ours: Ours, wish: Wish, written: Written,
    area_of: Callable[[Detection], str | None] = desk.nameless,
) -> Rehearsal:  # fmt: skip
    """What opening a scope would do now; the connection must be one that writes, and nothing stays of it."""
    trial = connection.begin_nested()
    try:
        before = _told(connection)
        open_scope(connection, ours, wish, written, area_of)
        after = _told(connection)
        leaves = tuple(_leaving(connection, ours, wish, written.at_us, (before, after), area_of))
    finally:
        trial.rollback()
    changed = sorted((*key, one.rendition.hex()) for key, one in after.items() if before.get(key) != one)
    bare = msgspec.structs.replace(wish, why="")
    named = msgspec.json.encode((bare, changed), order="deterministic")
    return Rehearsal(leaves=leaves, seen=hashlib.sha256(named).hexdigest()[:32])


def _told(connection: Connection) -> _Tellings:
    return {(one.node, one.item_id): one for one in exchange.tellings(connection)}


def _leaving(
    connection: Connection, ours: Ours, wish: Wish, now_us: int, told: tuple[_Tellings, _Tellings],
    area_of: Callable[[Detection], str | None],
) -> Iterator[Leaves]:  # fmt: skip
    """For each subject and node of a scope that is open: what the node has, by the community it has it by."""
    for subject in desk.subjects_of(connection, wish.incident):
        found = matrix(connection, ours, subject, None, now_us, area_of)
        item_id = found.item.item_id
        for node in wish.nodes:
            its = [one for one in found.columns if one.node == node]
            column = next((one for one in its if one.leaves), None)
            column = column or next((one for one in its if one.community == wish.community), None)
            if column is not None:
                before, after = (side.get((node, item_id)) for side in told)
                yield Leaves(subject=subject, change=_change(before, after), column=column)


def _change(before: Telling | None, after: Telling | None) -> Change:
    if after is None or after.recalled:
        return "nothing"
    if before is None:
        return "first"
    return "same" if before == after else "again" if before.recalled else "changed"


def open_scope(
    connection: Connection, ours: Ours, wish: Wish, written: Written,
    area_of: Callable[[Detection], str | None] = desk.nameless,
) -> Scope:  # fmt: skip
    """Open a scope and tell its nodes what it lets through of the incident and its alerts.

    Raises NotFoundError if there is no such incident, UsageError if the scope makes no sense.
    """
    check(wish)
    found = wished(wish, written)
    terms.put_scope(connection, found, written)
    deed(connection, written, "scope_why", f"scope/{found.scope_id}", why=wish.why)
    marking = Marking(tlp=wish.max_tlp, originator=ours.node, grants=())
    subjects = desk.subjects_of(connection, wish.incident)
    unmarked = set(subjects) - set(exchange.of_subjects(connection, subjects))
    for subject in (one for one in subjects if one in unmarked):
        if not desk.object_of(connection, ours, subject, marking, area_of).gone:
            desk.mark(connection, ours, subject, marking, written, area_of)
    publishing.retell(connection, ours, written, found.nodes)
    return found


def check(wish: Wish) -> None:
    """Raise UsageError if a scope that is asked for makes no sense."""
    if not wish.nodes or not 0 < wish.hours <= LONGEST_H:
        message = f"an emergency scope names at least one partner and lasts at most {LONGEST_H} hours"
        raise UsageError(message)


def wished(wish: Wish, written: Written) -> Scope:
    """The scope that is asked for, as it would be open from now on."""
    return Scope(
        scope_id=secrets.token_hex(8), community=wish.community, incident=wish.incident, nodes=wish.nodes,
        profile=wish.profile, max_tlp=wish.max_tlp, opened_by=written.by, opened_at=written.at_us,
        until_at=written.at_us + round(wish.hours * HOUR_US),
    )  # fmt: skip


def close(connection: Connection, ours: Ours, scope_id: str, written: Written) -> None:
    """Close a scope; what only it let through is taken back. Raises NotFoundError if none of that name is open."""
    found = next((one for one in terms.scopes(connection) if one.scope_id == scope_id and one.closed_at is None), None)
    if found is None:
        message = f"no emergency scope {scope_id} is open"
        raise NotFoundError(message)
    terms.put_scope(connection, msgspec.structs.replace(found, closed_at=written.at_us), written)
    publishing.retell(connection, ours, written, found.nodes)


def of_incident(connection: Connection, incident: str) -> list[Scope]:
    """The scopes of an incident, the latest first."""
    found = [one for one in terms.scopes(connection) if one.incident == incident]
    return sorted(found, key=lambda one: -one.opened_at)


def note(connection: Connection, scopes: Sequence[Scope], what: str, written: Written) -> None:
    """Keep that somebody looked at something of an incident while its scopes were open."""
    for one in scopes:
        deed(connection, written, READ, f"scope/{one.scope_id}", what=what)


def looks(connection: Connection, scope_id: str, most: int = 50) -> list[Glance]:
    """Who looked at what inside a scope, the latest first."""
    entries = ledger.entries(connection, object_id=f"scope/{scope_id}")
    found = [
        Glance(at=one.at, by=one.actor, what=str(msgspec.json.decode(one.body).get("what", "")))
        for one in entries
        if one.action == READ
    ]
    return found[::-1][:most]
