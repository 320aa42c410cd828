"""What a reader may have, as events: every one was let through by the release desk for its node, this very moment.

Nothing is kept ready: a recall, a changed marking or an agreement that ended holds from the next question on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.app.sharing import publishing
from hanbada.model.ids import uuid_of
from hanbada.share.formats import misp
from hanbada.share.formats.contract import Note
from hanbada.store import exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours

Event = dict[str, Any]


def events(connection: Connection, ours: Ours, node: str, now_us: int, uuid: str | None = None) -> Iterator[Event]:
    """The events of a node, or the one with a UUID; this node itself is no partner and has none."""
    known = publishing.terms_of(connection, ours)
    if node not in known.partners:
        return
    for kept in exchange.items(connection):
        if kept.recalled or (uuid is not None and uuid != uuid_of(misp.NAMESPACE, kept.item.item_id)):
            continue
        released = publishing.best(connection, kept.item, node, known, now_us).released
        if released is not None and released.data_class in misp.CARRIES:
            note = Note(title="", written_at=kept.changed_at, author=ours.document.name)
            yield numbered(misp.event(released, note)["Event"])


def numbered(event: Event) -> Event:
    """The event with the numbers that programs expect beside UUIDs: made from these, so they count nothing."""
    number = id_of(event["uuid"])
    for attribute in event["Attribute"]:
        attribute |= {"id": id_of(attribute["uuid"]), "event_id": number, "deleted": False}
    for box in event["Object"]:
        box |= {"id": id_of(box["uuid"]), "event_id": number, "deleted": False}
        for attribute in box["Attribute"]:
            attribute |= {"id": id_of(attribute["uuid"]), "event_id": number, "deleted": False, "object_id": box["id"]}
    count = len(event["Attribute"]) + sum(len(box["Attribute"]) for box in event["Object"])
    return event | {"id": number, "attribute_count": str(count), "proposal_email_lock": False, "locked": False}


def id_of(uuid: str) -> str:
    """A number that stands for a UUID: its first 48 bits."""
    return str(int(uuid.replace("-", "")[:12], 16))


def attributes(event: Event) -> Iterator[dict[str, Any]]:
    """Every attribute of an event, those of its objects too."""
    yield from event["Attribute"]
    for box in event["Object"]:
        yield from box["Attribute"]
