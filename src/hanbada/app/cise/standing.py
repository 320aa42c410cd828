"""What is kept of a participant: where it listens, what it subscribed to and asked, what it was sent and handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.store import marks

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEY = f"{marks.OURS}cise."
MOST_CAME = 5_000
"""Messages of a participant that it may still take back."""


class Subscription(Struct, frozen=True, kw_only=True):
    """What a service of a participant wants to be sent, until when; `asked` is the message of a single request."""

    service_id: str
    service_type: str
    ends_at: int | None = None
    asked: str | None = None


class Sent(Struct, frozen=True, kw_only=True):
    """In which message an object was sent last, and the hash of what was said."""

    message_id: str
    said: str


class Standing(Struct, frozen=True, kw_only=True):
    """A participant; `sent` is by service and object, `came` has the objects of each message it handed in."""

    address: str = ""
    subscriptions: tuple[Subscription, ...] = ()
    sent: dict[str, dict[str, Sent]] = {}
    came: dict[str, tuple[str, ...]] = {}


def standing(connection: Connection, reader: str) -> Standing:
    """What is kept of a participant."""
    return msgspec.convert(marks.get(connection, _KEY + reader) or {}, Standing)


def put(connection: Connection, reader: str, one: Standing, at_us: int) -> None:
    """Keep it in place of what was."""
    came = dict(list(one.came.items())[-MOST_CAME:])
    body = msgspec.to_builtins(msgspec.structs.replace(one, came=came))
    marks.put(connection, _KEY + reader, body, at_us)
