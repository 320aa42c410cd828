"""The ledger: what was decided and said, by whom and when, each entry chained to the one before it by its hash.

It only grows: the database refuses to change or take away an entry, and `verify` finds the first that was changed in
spite of that. An entry taken from the very end leaves a shorter sound chain: who wants to notice keeps `head`
elsewhere and compares.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from sqlalchemy import desc, insert, select

from hanbada.store.database import records
from hanbada.store.schema import ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from hanbada.model.audit import EntriesWanted

GENESIS = "0" * 64
"""What stands where the first entry names the hash before it."""
_PAGE = 5_000


class Deed(Struct, frozen=True, kw_only=True):
    """What somebody did to something: `body` is whatever JSON can carry."""

    actor: str
    action: str
    object_id: str
    body: dict[str, Any] = {}


class Entry(Struct, frozen=True, kw_only=True):
    """A deed with its place in the ledger; `body` is canonical JSON, `at` UTC microseconds."""

    seq: int
    at: int
    actor: str
    action: str
    object_id: str
    body: str
    previous: str
    hash: str


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the canonical JSON of everything else in the entry, the hash before it included."""
    content = (entry.seq, entry.at, entry.actor, entry.action, entry.object_id, entry.body, entry.previous)
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; (0, GENESIS) if there is none."""
    found = connection.execute(select(ledger.c.seq, ledger.c.hash).order_by(desc(ledger.c.seq)).limit(1)).first()
    return (found.seq, found.hash) if found else (0, GENESIS)


def append(connection: Connection, deeds: Iterable[Deed], at_us: int) -> None:
    """Add deeds in their order; the connection must be one of `database.writing`, so that the chain stays one."""
    seq, previous = head(connection)
    entries = []
    for deed in deeds:
        entry = _chained(deed, seq + 1, previous, at_us)
        seq, previous = entry.seq, entry.hash
        entries.append(msgspec.structs.asdict(entry))
    if entries:
        connection.execute(insert(ledger), entries)


def _chained(deed: Deed, seq: int, previous: str, at_us: int) -> Entry:
    body = msgspec.json.encode(deed.body, order="deterministic").decode()
    entry = Entry(
        seq=seq,
        at=at_us,
        actor=deed.actor,
        action=deed.action,
        object_id=deed.object_id,
        body=body,
        previous=previous,
        hash="",
    )
    return msgspec.structs.replace(entry, hash=entry_hash(entry))


def entries(connection: Connection, since: int = 0, object_id: str | None = None) -> Iterator[Entry]:
    """Entries after number `since`, in order; of one object only if it is named."""
    while True:
        wanted = select(ledger).where(ledger.c.seq > since).order_by(ledger.c.seq).limit(_PAGE)
        if object_id is not None:
            wanted = wanted.where(ledger.c.object_id == object_id)
        page = records(connection.execute(wanted), Entry)
        yield from page
        if len(page) < _PAGE:
            return
        since = page[-1].seq


def newest(connection: Connection, wanted: EntriesWanted) -> list[Entry]:
    """Entries that fit, the newest first."""
    begins = ((ledger.c.action, wanted.action), (ledger.c.actor, wanted.actor), (ledger.c.object_id, wanted.object_id))
    chosen = select(ledger).order_by(desc(ledger.c.seq)).limit(wanted.limit)
    for column, text in begins:
        chosen = chosen.where(column.startswith(text, autoescape=True)) if text else chosen
    if wanted.before is not None:
        chosen = chosen.where(ledger.c.seq < wanted.before)
    return records(connection.execute(chosen), Entry)


def has(connection: Connection, actor: str, action: str, object_id: str, since_us: int) -> bool:
    """Whether somebody did something to an object at a time or later."""
    fits = (ledger.c.object_id == object_id) & (ledger.c.actor == actor) & (ledger.c.action == action)
    return connection.scalar(select(ledger.c.seq).where(fits, ledger.c.at >= since_us).limit(1)) is not None


def verify(connection: Connection) -> int | None:
    """The number at which the chain first breaks (an entry changed, missing or out of place); None if it is whole."""
    seq, previous = 0, GENESIS
    for entry in entries(connection):
        if (entry.seq, entry.previous) != (seq + 1, previous) or entry.hash != entry_hash(entry):
            return seq + 1
        seq, previous = entry.seq, entry.hash
    return None
