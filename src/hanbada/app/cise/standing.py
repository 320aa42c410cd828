"""What is kept of a participant: where it listens, what it subscribed to and asked, what it was sent and handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from hanbada.store import marks

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEY = f"{marks.OURS}cise."
MOST_CAME = 5_000
"""Messages of a participant that it may still take back."""


class Participant(Protocol):
    """Who hands in: `node` is the partner for whom the release desk decides."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def node(self) -> str: ...  # noqa: D102
    @property
    def may_add(self) -> bool: ...  # noqa: D102


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
    """A participant; `sent` is by service and object, `came` has the objects of each message it handed in.

    `node` is whom it took part for: a reader of that name for another partner has no part in it.
    """

    node: str = ""
    address: str = ""
    subscriptions: tuple[Subscription, ...] = ()
    sent: dict[str, dict[str, Sent]] = {}
    came: dict[str, tuple[str, ...]] = {}


def standing(connection: Connection, participant: Participant) -> Standing:
    """What is kept of a participant; nothing of one that was called so and read for another node."""
    kept = msgspec.convert(marks.get(connection, _KEY + participant.name) or {}, Standing)
    return kept if kept.node == participant.node else Standing(node=participant.node)


def put(connection: Connection, participant: Participant, one: Standing, at_us: int) -> None:
    """Keep it in place of what was."""
    came = dict(list(one.came.items())[-MOST_CAME:])
    body = msgspec.to_builtins(msgspec.structs.replace(one, node=participant.node, came=came))
    marks.put(connection, _KEY + participant.name, body, at_us)
