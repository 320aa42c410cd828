"""What waits for a partner: put there, and packed into the next frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.model.exchange import URGENT
from hanbada.share.exchange import frames
from hanbada.share.exchange import link as chain
from hanbada.store import exchange

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import Entry

MOST = 4_000
"""Entries looked at for one frame."""


def send(connection: Connection, ours: Ours, partner: str, body: bytes, lane: int = URGENT) -> Entry:
    """Put something on the link to a partner; the link's own business goes before all else."""
    link, (entry,) = chain.append(exchange.link_to(connection, partner), ours.node, lane, [body])
    exchange.put_link(connection, link)
    exchange.put_outgoing(connection, partner, [entry])
    return entry


def next_frame(connection: Connection, ours: Ours, partner: str, room: int = chain.ROOM) -> bytes:
    """The next frame to a partner: what it has not acknowledged, as far as there is room, and what we have of it."""
    link = exchange.link_to(connection, partner)
    waiting = exchange.waiting(connection, link, room, MOST)
    return frames.pack(chain.frame(link, ours.node, waiting, room), ours.key)
