"""What readers may have over TAXII, ready to be sent: rendered when it was released, one row an object.

A view is what one node may have of one community. `seq` is when an object was added to it, in UTC microseconds: unique
and growing within the view, so that whoever goes on after one misses none and sees none twice. What is not in a view
leaves no trace there, neither in counts nor in numbers.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, delete, func, insert, or_, select

from hanbada.model.desk import TaxiiReader
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.store.database import in_pieces, records
from hanbada.store.events import deed
from hanbada.store.schema import taxii_object, taxii_reader, taxii_status, taxii_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from hanbada.store.events import Written

KEPT_STATUSES_US = 7 * 86_400 * 1_000_000
"""How long what became of objects that were handed in is kept."""


class View(NamedTuple):
    """What one node may have of one community."""

    community: str
    node: str


class Thing(NamedTuple):
    """An object of STIX: its id, type and version (UTC microseconds), and its bytes as text."""

    object_id: str
    type: str
    version: int
    body: str


class Row(NamedTuple):
    """An object in a view; the bytes are left out where only the manifest is asked for."""

    seq: int
    object_id: str
    version: int
    body: str


class Wanted(NamedTuple):
    """Which objects of a view: None does not restrict."""

    after: int = -1
    ids: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    versions: tuple[int, ...] | None = None
    limit: int = 100


# readers


def digest(token: str) -> str:
    """What is kept of a token: tokens are long and random, so this needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def readers(connection: Connection) -> list[TaxiiReader]:
    """Every reader, by name."""
    return records(connection.execute(select(taxii_reader).order_by(taxii_reader.c.name)), TaxiiReader)


def reader_of(connection: Connection, token: str) -> TaxiiReader | None:
    """Whose token it is."""
    wanted = select(taxii_reader).where(taxii_reader.c.token == digest(token))
    return next(iter(records(connection.execute(wanted), TaxiiReader)), None)


def has_readers(connection: Connection, node: str) -> bool:
    """Whether anybody reads for a node."""
    return connection.scalar(select(taxii_reader.c.name).where(taxii_reader.c.node == node).limit(1)) is not None


def put_reader(connection: Connection, one: TaxiiReader, token: str, written: Written) -> None:
    """Add a reader; raises UsageError if the name is taken."""
    if connection.scalar(select(taxii_reader.c.name).where(taxii_reader.c.name == one.name)) is not None:
        message = f"there is a reader called {one.name}: drop it first, or choose another name"
        raise UsageError(message)
    values = {name: getattr(one, name) for name in one.__struct_fields__}
    connection.execute(insert(taxii_reader).values(**values, token=digest(token)))
    deed(connection, written, "taxii_reader_added", f"taxii/{one.name}", node=one.node, may_add=one.may_add)


def drop_reader(connection: Connection, name: str, written: Written) -> None:
    """Take a reader away; raises NotFoundError if there is none. What only it could see goes with it."""
    node = connection.scalar(select(taxii_reader.c.node).where(taxii_reader.c.name == name))
    if node is None:
        message = f"there is no reader called {name}"
        raise NotFoundError(message)
    connection.execute(delete(taxii_reader).where(taxii_reader.c.name == name))
    if not has_readers(connection, node):
        cleared(connection, node)
    deed(connection, written, "taxii_reader_dropped", f"taxii/{name}", node=node)


# views


def shelve(
    connection: Connection, view: View, item_id: str, things: Sequence[Thing], at_us: int, until_us: int | None = None
) -> None:
    """Let an object of ours stand in a view as these objects of STIX, in place of what it was; none takes it away.

    What did not change keeps its place; what no object of ours stands for any more goes.
    """
    before = set(connection.scalars(select(taxii_use.c.object_id).where(*_its(taxii_use, view, item_id))))
    now = {one.object_id: one for one in things}
    connection.execute(delete(taxii_use).where(*_its(taxii_use, view, item_id)))
    if now:
        uses = [view._asdict() | {"item_id": item_id, "object_id": name} for name in now]
        connection.execute(insert(taxii_use), uses)
    kept = _bodies(connection, view, list(now))
    changed = [one for one in now.values() if kept.get(one.object_id) != one.body]
    _take(connection, view, [one.object_id for one in changed] + _unused(connection, view, before - set(now)))
    _add(connection, view, changed, at_us, until_us)


def _its(table: Table, view: View, item_id: str) -> tuple[ColumnElement[bool], ...]:
    return (*_of(table, view), table.c.item_id == item_id)


def _of(table: Table, view: View) -> tuple[ColumnElement[bool], ...]:
    return table.c.community == view.community, table.c.node == view.node


def _bodies(connection: Connection, view: View, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in in_pieces(ids):
        wanted = select(taxii_object.c.object_id, taxii_object.c.body).where(*_of(taxii_object, view))
        found |= {row.object_id: row.body for row in connection.execute(wanted.where(_among(taxii_object, piece)))}
    return found


def _among(table: Table, ids: Sequence[str]) -> ColumnElement[bool]:
    return table.c.object_id.in_(ids)


def _unused(connection: Connection, view: View, ids: set[str]) -> list[str]:
    used: set[str] = set()
    for piece in in_pieces(sorted(ids)):
        used |= set(
            connection.scalars(
                select(taxii_use.c.object_id).where(*_of(taxii_use, view), _among(taxii_use, piece)).distinct()
            )
        )
    return sorted(ids - used)


def _take(connection: Connection, view: View, ids: Sequence[str]) -> None:
    for piece in in_pieces(ids):
        connection.execute(delete(taxii_object).where(*_of(taxii_object, view), _among(taxii_object, piece)))


def _add(connection: Connection, view: View, things: Sequence[Thing], at_us: int, until_us: int | None = None) -> None:
    last = connection.scalar(select(func.max(taxii_object.c.seq)).where(*_of(taxii_object, view))) or 0
    first = max(at_us, last + 1)
    rows = [view._asdict() | one._asdict() | {"seq": first + at, "until_at": until_us} for at, one in enumerate(things)]
    for piece in in_pieces(rows):
        connection.execute(insert(taxii_object), list(piece))


def page(connection: Connection, view: View, wanted: Wanted, now_us: int) -> list[Row]:
    """The next objects of a view in the order they were added, one more than `limit` if there are more."""
    its = taxii_object.c
    chosen = select(its.seq, its.object_id, its.version, its.body).where(*_of(taxii_object, view))
    chosen = chosen.where(its.seq > wanted.after, or_(its.until_at.is_(None), its.until_at > now_us))
    for column, among in ((its.object_id, wanted.ids), (its.type, wanted.types), (its.version, wanted.versions)):
        chosen = chosen if among is None else chosen.where(column.in_(among))
    found = connection.execute(chosen.order_by(its.seq).limit(wanted.limit + 1))
    return [Row(*row) for row in found]


# what was handed in


def put_status(connection: Connection, reader: str, status_id: str, at_us: int, objects: int, body: str) -> None:
    """Keep what became of objects that were handed in; what is old goes."""
    connection.execute(delete(taxii_status).where(taxii_status.c.at < at_us - KEPT_STATUSES_US))
    row = {"status_id": status_id, "reader": reader, "at": at_us, "objects": objects, "body": body}
    connection.execute(insert(taxii_status).values(**row))


def status(connection: Connection, reader: str, status_id: str) -> str | None:
    """What became of what a reader handed in; None for what is not its own."""
    whose = and_(taxii_status.c.status_id == status_id, taxii_status.c.reader == reader)
    return connection.scalar(select(taxii_status.c.body).where(whose))


def handed_in(connection: Connection, reader: str, since_us: int) -> int:
    """How many objects a reader handed in since a time."""
    whose = and_(taxii_status.c.reader == reader, taxii_status.c.at >= since_us)
    return connection.scalar(select(func.sum(taxii_status.c.objects)).where(whose)) or 0


def communities_of(connection: Connection, node: str, item_id: str) -> set[str]:
    """The communities in whose views of a node an object of ours stands."""
    whose = (taxii_use.c.node == node, taxii_use.c.item_id == item_id)
    return set(connection.scalars(select(taxii_use.c.community).where(*whose).distinct()))


def counts(connection: Connection) -> Mapping[View, int]:
    """How many objects stand in each view, for those who run the node."""
    its = taxii_object.c
    grouped = select(its.community, its.node, func.count()).group_by(its.community, its.node)
    return {View(community, node): number for community, node, number in connection.execute(grouped)}


def cleared(connection: Connection, node: str) -> None:
    """Empty the views of a node."""
    for table in (taxii_object, taxii_use):
        connection.execute(delete(table).where(table.c.node == node))
