"""Objects to tell, what was told to whom, links with what waits on them, and what came from partners.

All of it changes within the transaction of the caller: an object, every entry it leads to, and the ledger are kept
together or not at all; so are what came, how far a link has come, and what that set off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from hanbada.model.exchange import LANES, Entry, Link, Position
from hanbada.model.sharing import Item, Received
from hanbada.store.database import in_pieces, records
from hanbada.store.schema import incoming, item, item_ref, link, outgoing, telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

_ITEM = msgspec.json.Decoder(Item)
_RECEIVED = msgspec.json.Decoder(Received)
_WHOSE = ("partner", "origin", "item_id")
_TOLD = select(telling).where(telling.c.node == bindparam("of_node"), telling.c.item_id == bindparam("of_item"))
_GONE = delete(incoming).where(*(incoming.c[name] == bindparam(f"of_{name}") for name in _WHOSE))


class Kept(Struct, frozen=True, kw_only=True):
    """An object of ours; `subject` is what it is of here ("alert/12"), and never leaves."""

    item: Item
    subject: str
    recalled: bool
    changed_at: int


class Telling(Struct, frozen=True, kw_only=True):
    """What a node was last told of an object: by which community, in which version, and the hash of what was said."""

    node: str
    item_id: str
    community: str
    version: int
    rendition: bytes
    recalled: bool
    lane: int
    seq: int
    told_at: int
    purged_at: int | None = None


class Came(Struct, frozen=True, kw_only=True):
    """What a partner told us: live, waiting for terms, recalled, expired, refused. Only what is live has content."""

    partner: str
    origin: str
    item_id: str
    version: int
    community: str
    charter: int
    state: str
    came_at: int
    until_at: int | None = None
    body: bytes | None = None

    @property
    def received(self) -> Received | None:
        """What was said, None if nothing of it may be read."""
        return _RECEIVED.decode(self.body) if self.state == "live" and self.body is not None else None


# objects of ours


def kept(connection: Connection, item_id: str) -> Kept | None:
    """An object of ours, None if there is none."""
    row = connection.execute(select(item).where(item.c.item_id == item_id)).first()
    return None if row is None else _kept(row)


def of_subject(connection: Connection, subject: str) -> Kept | None:
    """The object of something of ours, None if it was never made one."""
    row = connection.execute(select(item).where(item.c.subject == subject)).first()
    return None if row is None else _kept(row)


def items(connection: Connection, incident: str | None = None) -> Iterator[Kept]:
    """Objects of ours by id, of one incident only if it is named."""
    wanted = select(item).order_by(item.c.item_id)
    if incident is not None:
        wanted = wanted.where(item.c.incident == incident)
    return map(_kept, connection.execute(wanted))


def put_item(connection: Connection, one: Kept) -> None:
    """Keep an object in place of what it was."""
    body = msgspec.json.encode(one.item, order="deterministic").decode()
    about = one.item
    values = {
        "subject": one.subject, "data_class": about.data_class, "incident": about.incident, "recalled": one.recalled,
        "changed_at": one.changed_at, "body": body,
    }  # fmt: skip
    if not connection.execute(update(item).where(item.c.item_id == about.item_id).values(**values)).rowcount:
        connection.execute(insert(item).values(item_id=about.item_id, **values))
    connection.execute(delete(item_ref).where(item_ref.c.item_id == about.item_id))
    refs = [{"ref": ref, "item_id": about.item_id} for ref in dict.fromkeys(about.refs)]
    if refs:
        connection.execute(insert(item_ref), refs)


def of_subjects(connection: Connection, subjects: Sequence[str]) -> dict[str, Kept]:
    """Objects of ours by what they are of here; those that were never marked are left out."""
    found: dict[str, Kept] = {}
    for piece in in_pieces(subjects):
        rows = connection.execute(select(item).where(item.c.subject.in_(piece)))
        found |= {row.subject: _kept(row) for row in rows}
    return found


def referring(connection: Connection, item_id: str) -> list[Kept]:
    """Objects of ours that refer to one."""
    wanted = select(item).join(item_ref, item_ref.c.item_id == item.c.item_id).where(item_ref.c.ref == item_id)
    return [_kept(row) for row in connection.execute(wanted.order_by(item.c.item_id))]


def _kept(row: Row[Any]) -> Kept:
    return Kept(item=_ITEM.decode(row.body), subject=row.subject, recalled=row.recalled, changed_at=row.changed_at)


# what was told


def told(connection: Connection, node: str, item_id: str) -> Telling | None:
    """What a node was last told of an object."""
    return next(iter(records(connection.execute(_TOLD, {"of_node": node, "of_item": item_id}), Telling)), None)


def tellings(connection: Connection, node: str | None = None, item_id: str | None = None) -> list[Telling]:
    """What was told, of one object or to one node only if they are named."""
    wanted = select(telling).order_by(telling.c.told_at, telling.c.node, telling.c.item_id)
    if node is not None:
        wanted = wanted.where(telling.c.node == node)
    if item_id is not None:
        wanted = wanted.where(telling.c.item_id == item_id)
    return records(connection.execute(wanted), Telling)


def put_telling(connection: Connection, one: Telling) -> None:
    """Keep what a node was told of an object, in place of what it was told before."""
    values = msgspec.structs.asdict(one)
    whose = and_(telling.c.node == one.node, telling.c.item_id == one.item_id)
    if not connection.execute(update(telling).where(whose).values(**values)).rowcount:
        connection.execute(insert(telling).values(**values))


# links


def links(connection: Connection) -> dict[str, tuple[Link, int | None]]:
    """Every link by partner, and when it was last heard from."""
    rows = connection.execute(select(link).order_by(link.c.partner))
    return {row.partner: (msgspec.json.decode(row.body, type=Link), row.heard_at) for row in rows}


def link_to(connection: Connection, partner: str) -> Link:
    """The link to a partner; one that has carried nothing if there is none yet."""
    body = connection.scalar(select(link.c.body).where(link.c.partner == partner))
    return Link(partner=partner) if body is None else msgspec.json.decode(body, type=Link)


def put_link(connection: Connection, one: Link, heard_at: int | None = None) -> None:
    """Keep how far a link has come; `heard_at` if the partner was heard."""
    values: dict[str, Any] = {"body": msgspec.json.encode(one).decode()}
    if heard_at is not None:
        values["heard_at"] = heard_at
    if not connection.execute(update(link).where(link.c.partner == one.partner).values(**values)).rowcount:
        connection.execute(insert(link).values(partner=one.partner, **values))


def put_outgoing(connection: Connection, partner: str, entries: Iterable[Entry]) -> None:
    """Keep entries that are to go to a partner."""
    rows = [{"partner": partner, **msgspec.structs.asdict(one)} for one in entries]
    for piece in in_pieces(rows):
        connection.execute(insert(outgoing), list(piece))


def waiting(
    connection: Connection, one: Link, room: int, most: int, after: Mapping[int, int] | None = None
) -> list[Entry]:
    """Entries a partner has not acknowledged, by lane and number: one more than fill some bytes, and `most` at most.

    With `after` only of the lanes it names, and behind these numbers.
    """
    found: list[Entry] = []
    used = 0
    for row in connection.execute(_unacknowledged(one, after).limit(most)):
        found.append(Entry(lane=row.lane, seq=row.seq, body=bytes(row.body), head=bytes(row.head)))
        used += len(row.body)
        if used > room:
            break
    return found


def waits(connection: Connection, one: Link) -> tuple[int, int]:
    """How many entries and bytes wait for a partner."""
    inner = _unacknowledged(one).subquery()
    count, size = connection.execute(select(func.count(), func.sum(func.length(inner.c.body)))).one()
    return count, size or 0


def waits_by_lane(connection: Connection, one: Link) -> dict[int, tuple[int, int]]:
    """How many entries and bytes wait for a partner, by lane; lanes on which nothing waits are left out."""
    inner = _unacknowledged(one).subquery()
    counted = select(inner.c.lane, func.count(), func.sum(func.length(inner.c.body))).group_by(inner.c.lane)
    return {lane: (count, size) for lane, count, size in connection.execute(counted)}


def _unacknowledged(one: Link, after: Mapping[int, int] | None = None) -> Any:
    begun = {lane: one.acked.get(lane, Position()).seq for lane in LANES} if after is None else after
    behind = [
        and_(outgoing.c.lane == lane, outgoing.c.seq > seq)
        for lane, seq in begun.items()
        if one.sent.get(lane, Position()).seq > seq
    ]
    wanted = select(outgoing).where(outgoing.c.partner == one.partner, or_(False, *behind))  # noqa: FBT003 - SQL's false
    return wanted.order_by(outgoing.c.lane, outgoing.c.seq)


def head_of(connection: Connection, partner: str, lane: int, seq: int) -> bytes | None:
    """The hash over a lane of ours up to an entry, None if that was not kept."""
    where = (outgoing.c.partner == partner, outgoing.c.lane == lane, outgoing.c.seq == seq)
    return connection.scalar(select(outgoing.c.head).where(*where))


def drop_acknowledged(connection: Connection, one: Link) -> None:
    """Forget the entries that a partner has acknowledged; the link keeps the hash over them, which is the proof."""
    had = [and_(outgoing.c.lane == lane, outgoing.c.seq <= at.seq) for lane, at in one.acked.items()]
    connection.execute(delete(outgoing).where(outgoing.c.partner == one.partner, or_(False, *had)))  # noqa: FBT003 - SQL's false


def drop_outgoing(connection: Connection, partner: str) -> None:
    """Forget all entries to a partner: a new epoch begins."""
    connection.execute(delete(outgoing).where(outgoing.c.partner == partner))


# what came


def came(connection: Connection, partner: str, origin: str, item_id: str) -> Came | None:
    """What a partner told us of an object of an origin."""
    row = connection.execute(select(incoming).where(*_whose(partner, origin, item_id))).mappings().first()
    return None if row is None else Came(**row)


def came_of(connection: Connection, partner: str, item_ids: Sequence[str]) -> dict[tuple[str, str], Came]:
    """What a partner told us of some objects, by origin and object."""
    found = []
    for piece in in_pieces(item_ids):
        wanted = select(incoming).where(incoming.c.partner == partner, incoming.c.item_id.in_(piece))
        found += records(connection.execute(wanted), Came)
    return {(one.origin, one.item_id): one for one in found}


def put_came(connection: Connection, some: Sequence[Came]) -> None:
    """Keep what came of objects, in place of what came before."""
    for piece in in_pieces(some):
        rows = [msgspec.structs.asdict(one) for one in piece]
        connection.execute(_GONE, [{f"of_{name}": row[name] for name in _WHOSE} for row in rows])
        connection.execute(insert(incoming), rows)


def all_came(connection: Connection, states: Sequence[str] = ("live",), limit: int = 10_000) -> list[Came]:
    """What came in these states, the latest first."""
    wanted = select(incoming).where(incoming.c.state.in_(states))
    wanted = wanted.order_by(incoming.c.came_at.desc(), incoming.c.partner, incoming.c.item_id).limit(limit)
    return records(connection.execute(wanted), Came)


def run_out(connection: Connection, now_us: int) -> list[Came]:
    """What is live, or waits for its terms, and may no longer be kept."""
    kept = incoming.c.state.in_(("live", "waiting"))
    wanted = select(incoming).where(kept, incoming.c.until_at <= now_us)
    return records(connection.execute(wanted), Came)


def _whose(partner: str, origin: str, item_id: str) -> tuple[Any, ...]:
    return incoming.c.partner == partner, incoming.c.origin == origin, incoming.c.item_id == item_id
