"""What a reader hands in: its own objects, kept apart from those of everybody else, and shown to nobody.

They are marked as they came, RED where nothing is said, and granted to nobody: an officer decides what becomes of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.app.misp.events import id_of
from hanbada.model.errors import InputError, NotFoundError
from hanbada.share.formats import misp
from hanbada.share.formats.json_text import mapping, text
from hanbada.store import items
from hanbada.store.items import Origin

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.model.sharing import Item
    from hanbada.store.events import Written

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
PARTS = ("", "/vessels")
"""What an event of others comes to: itself, and the ships in it."""


def origin_of(reader: str) -> Origin:
    """Where what a reader hands in comes from."""
    return Origin(f"MISP: {reader}", "misp")


def event_in(said: Any) -> dict[str, Any]:
    """The event in a request; raises InputError if it has none with a UUID and a title."""
    body = mapping(said)
    event = mapping(body.get("Event")) or body
    if not UUID.match(text(event.get("uuid")) or "") or text(event.get("info")) is None:
        message = "an event needs a uuid and an info"
        raise InputError(message)
    return event


def added(connection: Connection, reader: str, event: dict[str, Any], written: Written) -> dict[str, Any]:
    """Keep what an event says, in place of what it said; the head of the event as it is known now.

    Raises InputError if nothing of it can be kept.
    """
    uuid = str(event["uuid"])
    found = misp.one_of(event)
    named = [_renamed(one, uuid, number) for number, one in enumerate(found.items)]
    done = items.keep(connection, named, origin_of(reader), written)
    if done.refused:
        message = f"refused: {done.refused[0][1]}"
        raise InputError(message)
    stand = {items.key_of(origin_of(reader).source, one.item_id) for one in named}
    for gone in sorted(set(keys_of(connection, reader, uuid)) - stand):
        items.withdraw(connection, gone, "no longer in the event", written)
    return {
        "id": id_of(uuid), "uuid": uuid, "info": text(event.get("info")), "published": False, "distribution": "0",
        "Orgc": {"name": reader}, "Tag": [], "Object": [], "Attribute": [],
    }  # fmt: skip


def _renamed(one: Item, uuid: str, number: int) -> Item:
    """Called after the event it came in, whatever it was called there."""
    return msgspec.structs.replace(one, item_id=f"misp:{uuid}{PARTS[min(number, 1)]}")


def keys_of(connection: Connection, reader: str, uuid: str) -> list[str]:
    """The objects that a reader handed in with an event and that still stand."""
    keys = [items.key_of(origin_of(reader).source, f"misp:{uuid}{part}") for part in PARTS]
    kept = ((key, items.found(connection, key)) for key in keys)
    return [key for key, one in kept if one is not None and one.withdrawn_at is None]


def changed(connection: Connection, reader: str, event: dict[str, Any], written: Written) -> dict[str, Any]:
    """Let an event say something else; raises NotFoundError if this reader handed none in with this UUID."""
    if not keys_of(connection, reader, str(event["uuid"])):
        message = "no such event"
        raise NotFoundError(message)
    return added(connection, reader, event, written)


def deleted(connection: Connection, reader: str, uuid: str, written: Written) -> None:
    """Withdraw what a reader handed in; raises NotFoundError if it handed none in with this UUID."""
    keys = keys_of(connection, reader, uuid)
    if not keys:
        message = "no such event"
        raise NotFoundError(message)
    for key in keys:
        items.withdraw(connection, key, "deleted by who handed it in", written)
