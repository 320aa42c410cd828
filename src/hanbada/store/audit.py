"""The audit log as it is kept: closed intervals, the tree over them, checkpoints, what partners cosigned and we did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, select, update

from hanbada.model.audit import AuditStanding, Verified, Vouching
from hanbada.store import ledger, marks, terms
from hanbada.store.database import in_pieces, records
from hanbada.store.schema import audit_checkpoint, audit_leaf, audit_node, cosignature, cosigning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Select

    from hanbada.model.sharing import Partner

VERIFIED = f"{marks.OURS}audit_verified"
"""The mark under which the last verification is kept."""
_PAGE = 10_000


class Leaf(Struct, frozen=True, kw_only=True):
    """A closed interval: its number from 0, when it ended, the last entry of the ledger it has, and its root."""

    number: int
    closed_at: int
    last_seq: int
    root: bytes


class KeptNode(Struct, frozen=True, kw_only=True):
    """A whole subtree of the log."""

    level: int
    number: int
    hash: bytes


class KeptCheckpoint(Struct, frozen=True, kw_only=True):
    """A checkpoint of ours as it was signed."""

    size: int
    at: int
    note: str


class Cosignature(Struct, frozen=True, kw_only=True):
    """The line with which a partner cosigned a checkpoint of ours; `at` is when it says it did."""

    size: int
    partner: str
    at: int
    line: str


class Cosigning(Struct, frozen=True, kw_only=True):
    """Where we stand with a partner.

    `asked_size` is what it was asked and has not answered, `told_size` how much of our log it knows, `seen_note` the
    last checkpoint of its own log that we cosigned.
    """

    partner: str
    asked_size: int | None = None
    asked_at: int | None = None
    told_size: int = 0
    seen_at: int | None = None
    seen_note: str | None = None


def latest_leaf(connection: Connection) -> Leaf | None:
    """The last closed interval."""
    return _one(connection, select(audit_leaf).order_by(audit_leaf.c.number.desc()).limit(1))


def leaf(connection: Connection, number: int) -> Leaf | None:
    """A closed interval by its number."""
    return _one(connection, select(audit_leaf).where(audit_leaf.c.number == number))


def leaf_of(connection: Connection, seq: int) -> Leaf | None:
    """The interval that an entry of the ledger is in, None while it is open."""
    after = select(audit_leaf).where(audit_leaf.c.last_seq >= seq)
    return _one(connection, after.order_by(audit_leaf.c.number).limit(1))


def leaves(connection: Connection, end: int | None = None) -> Iterator[Leaf]:
    """The closed intervals in order, up to before number `end` if one is named."""
    since = -1
    while True:
        wanted = select(audit_leaf).where(audit_leaf.c.number > since).order_by(audit_leaf.c.number).limit(_PAGE)
        page = records(connection.execute(wanted), Leaf)
        for one in page:
            if end is not None and one.number >= end:
                return
            yield one
        if len(page) < _PAGE:
            return
        since = page[-1].number


def hashes(connection: Connection) -> Callable[[int, int], bytes]:
    """The hash of a whole subtree by its level and number; none where it is missing."""
    wanted = select(audit_node.c.hash)

    def kept(level: int, number: int) -> bytes:
        found = wanted.where(audit_node.c.level == level, audit_node.c.number == number)
        return bytes(connection.execute(found).scalar() or b"")

    return kept


def nodes(connection: Connection) -> dict[tuple[int, int], bytes]:
    """The hashes of all whole subtrees by level and number: some 30 MB for a year."""
    found = connection.execute(select(audit_node.c.level, audit_node.c.number, audit_node.c.hash))
    return {(row.level, row.number): bytes(row.hash) for row in found}


def put_leaves(connection: Connection, fresh: Iterable[Leaf], nodes: Iterable[KeptNode]) -> None:
    """Keep intervals that were closed, and the subtrees they complete."""
    for table, found in ((audit_leaf, fresh), (audit_node, nodes)):
        for piece in in_pieces([msgspec.structs.asdict(one) for one in found]):
            connection.execute(insert(table), list(piece))


def checkpoints(connection: Connection) -> list[KeptCheckpoint]:
    """Our checkpoints, the smallest tree first."""
    return records(connection.execute(select(audit_checkpoint).order_by(audit_checkpoint.c.size)), KeptCheckpoint)


def checkpoint(connection: Connection, size: int | None = None) -> KeptCheckpoint | None:
    """Our checkpoint of some size; the latest if none is named."""
    wanted = select(audit_checkpoint).order_by(audit_checkpoint.c.size.desc()).limit(1)
    wanted = wanted if size is None else wanted.where(audit_checkpoint.c.size == size)
    return next(iter(records(connection.execute(wanted), KeptCheckpoint)), None)


def put_checkpoint(connection: Connection, one: KeptCheckpoint) -> None:
    """Keep a checkpoint of ours."""
    connection.execute(insert(audit_checkpoint).values(**msgspec.structs.asdict(one)))


def cosignatures(connection: Connection, size: int | None = None) -> list[Cosignature]:
    """What partners cosigned, by size and partner; of one checkpoint only if its size is named."""
    wanted = select(cosignature).order_by(cosignature.c.size, cosignature.c.partner)
    wanted = wanted if size is None else wanted.where(cosignature.c.size == size)
    return records(connection.execute(wanted), Cosignature)


def put_cosignature(connection: Connection, one: Cosignature) -> None:
    """Keep a cosignature, in place of an older one of the same partner under the same checkpoint."""
    whose = (cosignature.c.size == one.size, cosignature.c.partner == one.partner)
    connection.execute(delete(cosignature).where(*whose))
    connection.execute(insert(cosignature).values(**msgspec.structs.asdict(one)))


def cosignings(connection: Connection) -> dict[str, Cosigning]:
    """Where we stand with each partner."""
    return {one.partner: one for one in records(connection.execute(select(cosigning)), Cosigning)}


def put_cosigning(connection: Connection, one: Cosigning) -> None:
    """Keep where we stand with a partner."""
    values = msgspec.structs.asdict(one)
    changed = connection.execute(update(cosigning).where(cosigning.c.partner == one.partner).values(**values))
    if not changed.rowcount:
        connection.execute(insert(cosigning).values(**values))


def vouching(connection: Connection) -> tuple[Vouching, ...]:
    """How far each partner vouches for our log, and we for its own."""
    standing = cosignings(connection)
    given: dict[str, list[Cosignature]] = {}
    for one in cosignatures(connection):
        given.setdefault(one.partner, []).append(one)
    partners = terms.partners(connection)
    return tuple(_vouching(one.partner, given.get(node, []), standing.get(node)) for node, one in partners.items())


def _vouching(partner: Partner, given: Sequence[Cosignature], standing: Cosigning | None) -> Vouching:
    seen = None if standing is None else standing.seen_note
    return Vouching(
        partner=partner.node,
        name=partner.name,
        size=given[-1].size if given else None,
        at=given[-1].at if given else None,
        cosigned=len(given),
        # The second line of a checkpoint is the size of its tree.
        seen_size=None if seen is None else int(seen.split("\n", 2)[1]),
    )


def standing(connection: Connection) -> AuditStanding:
    """The ledger and its log as they are; nothing is computed again."""
    (entries, head), last = ledger.head(connection), latest_leaf(connection)
    kept = marks.get(connection, VERIFIED)
    return AuditStanding(
        entries=entries,
        head=head,
        size=0 if last is None else last.number + 1,
        covered=0 if last is None else last.last_seq,
        closed_at=None if last is None else last.closed_at,
        partners=vouching(connection),
        verified=None if kept is None else msgspec.convert(kept, Verified),
    )


def _one(connection: Connection, wanted: Select[tuple[object, ...]]) -> Leaf | None:
    return next(iter(records(connection.execute(wanted), Leaf)), None)
