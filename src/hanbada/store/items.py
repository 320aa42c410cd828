"""Objects made here or read from formats: warnings, plans, vessels, sightings, comments, cyber objects.

What one source says under one id is one object; the same id from another source is another one, so that nobody can
take the place of what somebody else said. Saying the same again changes nothing, not even what was withdrawn meanwhile;
saying something else makes a new version. What stood before is gone: the ledger keeps its hash.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import and_, desc, insert, or_, select, update

from hanbada.model.desk import KeptItem
from hanbada.model.errors import UsageError
from hanbada.model.sharing import DATA_CLASSES, Item
from hanbada.release.labels import classified
from hanbada.release.view import texts_of
from hanbada.store import ledger
from hanbada.store.database import in_pieces
from hanbada.store.schema import kept_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from hanbada.model.desk import ItemsWanted
    from hanbada.store.events import Written

SUBJECT = "item/"
LARGEST = 1 << 20
"""Bytes of an object as JSON."""
_BEGINS = ("from", "at", "issued", "opened")
_ENDS = ("until", "cancelled", "at")
"""Facts that say when an object begins and ends, the most telling first."""
_ITEM = msgspec.json.Decoder(Item)


class Origin(NamedTuple):
    """Where objects come from: the source, and the format they were read from (empty: made here)."""

    source: str
    format: str = ""


class Keeping(NamedTuple):
    """What became of objects: those that are new or changed, how many say what they said, and who was refused why."""

    kept: tuple[KeptItem, ...]
    unchanged: int
    refused: tuple[tuple[str, str], ...]


def key_of(source: str, item_id: str) -> str:
    """What the object that a source calls so is kept under.

    >>> key_of("kim", "NAVAREA XI 123/26") == key_of("lee", "NAVAREA XI 123/26")
    False
    """
    return hashlib.sha256(msgspec.json.encode([source, item_id])).hexdigest()[:20]


def keep(connection: Connection, some: Iterable[Item], origin: Origin, written: Written) -> Keeping:
    """Keep objects of one source, the last of those with one id; raises UsageError for a source that is no text."""
    if not origin.source.isprintable() or not origin.format.isprintable() or not origin.source:
        message = f"{origin.source!r}: a source is named by printable characters"
        raise UsageError(message)
    given, refused = _sound(some, origin)
    before = _before(connection, list(given))
    news = [_next(key, item, body, origin, before.get(key), written) for key, (item, body) in given.items()]
    fresh = [one for one in news if one is not None]
    _write(connection, [(one, given[one.key][1]) for one in fresh], before)
    ledger.append(connection, [_deed(one, written) for one in fresh], written.at_us)
    return Keeping(tuple(fresh), len(given) - len(fresh), tuple(refused))


def _sound(some: Iterable[Item], origin: Origin) -> tuple[dict[str, tuple[Item, bytes]], list[tuple[str, str]]]:
    """Objects that can be kept, by key, with their canonical bytes; ids of the others, and why."""
    given, refused = {}, []
    for item in some:
        body = msgspec.json.encode(item, order="deterministic")
        why = _unsound(item, body)
        if why:
            refused.append((item.item_id, why))
        else:
            given[key_of(origin.source, item.item_id)] = (_ITEM.decode(body), body)
    return given, refused


def _unsound(item: Item, body: bytes) -> str:
    """Why an object may not be kept, empty if it may."""
    if item.data_class not in DATA_CLASSES:
        return f"no such kind of object: {item.data_class}"
    if len(body) > LARGEST:
        return f"{len(body):,} bytes are more than {LARGEST:,}"
    if not all(math.isfinite(number) for point in item.place for number in point):
        return "its place is no number"
    label = classified(texts_of(item.assertions))
    return "" if label is None else "it carries a label of a classified scheme"


def _before(connection: Connection, keys: Sequence[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    columns = (kept_item.c.key, kept_item.c.version, kept_item.c.content, kept_item.c.kept_at, kept_item.c.changed_at)
    for piece in in_pieces(keys):
        found |= {row.key: row for row in connection.execute(select(*columns).where(kept_item.c.key.in_(piece)))}
    return found


def _next(
    key: str, item: Item, body: bytes, origin: Origin, before: Row[Any] | None, written: Written
) -> KeptItem | None:
    """The object as it is to be kept, None if it says what it said."""
    content = hashlib.sha256(body).hexdigest()
    if before is not None and before.content == content:
        return None
    return KeptItem(
        key=key, item=item, source=origin.source, format=origin.format, content=content,
        version=1 if before is None else before.version + 1,
        kept_at=written.at_us if before is None else before.kept_at,
        changed_at=written.at_us if before is None else max(written.at_us, before.changed_at + 1),
    )  # fmt: skip


def _write(connection: Connection, fresh: Sequence[tuple[KeptItem, bytes]], before: dict[str, Row[Any]]) -> None:
    rows = [_row(one, body) for one, body in fresh]
    for piece in in_pieces([row for row in rows if row["key"] not in before]):
        connection.execute(insert(kept_item), list(piece))
    for row in rows:
        if row["key"] in before:
            connection.execute(update(kept_item).where(kept_item.c.key == row["key"]).values(**row))


def _row(one: KeptItem, body: bytes) -> dict[str, Any]:
    names = ("key", "source", "format", "version", "content", "kept_at", "changed_at", "withdrawn_at")
    own = {"data_class": one.item.data_class, "body": body.decode()}
    return {name: getattr(one, name) for name in names} | own | _when(one.item) | _box(one.item)


def _when(item: Item) -> dict[str, int | None]:
    said = {one.name: one.value for one in item.assertions if one.aspect == "time" and isinstance(one.value, int)}
    begins, ends = (next((said[name] for name in names if name in said), None) for names in (_BEGINS, _ENDS))
    return {"from_at": begins, "until_at": ends}


def _box(item: Item) -> dict[str, float | None]:
    """West in [-180, 180), east not before it: a line that crosses 180 degrees goes on beyond."""
    edges = ("west_deg", "south_deg", "east_deg", "north_deg")
    if not item.place:
        return dict.fromkeys(edges)
    lons, lats = zip(*item.place, strict=True)
    turn = -360.0 * math.floor((min(lons) + 180.0) / 360.0)
    return dict(zip(edges, (min(lons) + turn, min(lats), max(lons) + turn, max(lats)), strict=True))


def _deed(one: KeptItem, written: Written) -> ledger.Deed:
    body = {
        "source": one.source, "format": one.format, "version": one.version, "content": one.content,
        "tlp": one.item.marking.tlp,
    }  # fmt: skip
    return ledger.Deed(actor=written.by, action="item_kept", object_id=SUBJECT + one.key, body=body)


def found(connection: Connection, key: str) -> KeptItem | None:
    """One object, withdrawn or not; None if there is none under this key."""
    row = connection.execute(select(kept_item).where(kept_item.c.key == key)).first()
    return None if row is None else _kept(row)


def listed(connection: Connection, wanted: ItemsWanted) -> list[KeptItem]:
    """Objects that fit, the latest change first; those withdrawn only if they are asked for."""
    columns = kept_item.c
    chosen = select(kept_item).where(*_fits(wanted)).order_by(desc(columns.changed_at), desc(columns.key))
    return [_kept(row) for row in connection.execute(chosen.limit(max(0, wanted.limit)))]


def _fits(wanted: ItemsWanted) -> list[ColumnElement[bool]]:
    its = kept_item.c
    fits: list[ColumnElement[bool]] = [] if wanted.withdrawn else [its.withdrawn_at.is_(None)]
    if wanted.data_classes:
        fits.append(its.data_class.in_(wanted.data_classes))
    if wanted.sources:
        fits.append(its.source.in_(wanted.sources))
    if wanted.since_us is not None:
        fits.append(its.changed_at > wanted.since_us)
    if wanted.from_us is not None:
        fits.append(or_(its.until_at.is_(None), its.until_at >= wanted.from_us))
    if wanted.until_us is not None:
        fits.append(or_(its.from_at.is_(None), its.from_at < wanted.until_us))
    if wanted.before is not None:
        at, key = wanted.before
        fits.append(or_(its.changed_at < at, and_(its.changed_at == at, its.key < key)))
    return [*fits, *([] if wanted.box is None else [_meets(wanted.box)])]


def _meets(box: tuple[float, float, float, float]) -> ColumnElement[bool]:
    """Whether an object's box and another one meet, whichever turn of the globe each is counted in."""
    west, south, east, north = box
    its = kept_item.c
    turns = (and_(its.west_deg <= east + turn, its.east_deg >= west + turn) for turn in (-360.0, 0.0, 360.0))
    return and_(or_(*turns), its.south_deg <= north, its.north_deg >= south)


def withdraw(connection: Connection, key: str, why: str, written: Written) -> bool:
    """Let an object stand no more; False if there is none or it was withdrawn before."""
    standing = (kept_item.c.key == key) & kept_item.c.withdrawn_at.is_(None)
    ended = update(kept_item).where(standing).values(withdrawn_at=written.at_us, changed_at=written.at_us)
    if not connection.execute(ended).rowcount:
        return False
    deed = ledger.Deed(actor=written.by, action="item_withdrawn", object_id=SUBJECT + key, body={"why": why})
    ledger.append(connection, [deed], written.at_us)
    return True


def _kept(row: Row[Any]) -> KeptItem:
    names = ("key", "source", "format", "version", "content", "kept_at", "changed_at", "withdrawn_at")
    return KeptItem(item=_ITEM.decode(row.body), **{name: getattr(row, name) for name in names})
