"""What waits for a partner: put there, and packed into the next frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.exchange import LANES, URGENT, Position
from hanbada.share.exchange import frames
from hanbada.share.exchange import link as chain
from hanbada.store import exchange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import Entry, Link
    from hanbada.store.exchange import Telling

MOST = 4_000
"""Entries looked at for one frame."""


def acknowledged(link: Link | None, one: Telling) -> bool:
    """Whether a partner has acknowledged the last it was told of an object."""
    return link is not None and link.acked.get(one.lane, Position()).seq >= one.seq


def send(connection: Connection, ours: Ours, partner: str, body: bytes, lane: int = URGENT) -> Entry:
    """Put something on the link to a partner; the link's own business goes before all else."""
    link, (entry,) = chain.append(exchange.link_to(connection, partner), ours.node, lane, [body])
    exchange.put_link(connection, link)
    exchange.put_outgoing(connection, partner, [entry])
    return entry


class Packed(NamedTuple):
    """A frame to a partner, and by lane the number of the last entry that went with it or before it."""

    wire: bytes
    upto: dict[int, int]
    entries: int
    more: bool


def next_frame(connection: Connection, ours: Ours, partner: str, room: int = chain.ROOM) -> bytes:
    """The next frame to a partner: what it has not acknowledged, as far as there is room, and what we have of it."""
    return packed(connection, ours, partner, room).wire


def packed(
    connection: Connection, ours: Ours, partner: str, room: int = chain.ROOM, after: Mapping[int, int] | None = None,
    lanes: Sequence[int] = LANES,
) -> Packed:  # fmt: skip
    """A frame of some lanes, from behind what is acknowledged or is on its way already (`after`)."""
    link = exchange.link_to(connection, partner)
    begun = {lane: max(at.seq, (after or {}).get(lane, 0)) for lane, at in (_zero() | link.acked).items()}
    waiting = exchange.waiting(connection, link, room, MOST, {lane: begun[lane] for lane in lanes})
    frame = chain.frame(link, ours.node, waiting, room)
    upto = {lane: first + len(bodies) - 1 for lane, (first, bodies) in frame.lanes.items()}
    count = sum(len(bodies) for _, bodies in frame.lanes.values())
    return Packed(frames.pack(frame, ours.key), begun | upto, count, frame.more)


def _zero() -> dict[int, Position]:
    return dict.fromkeys(LANES, chain.START)
