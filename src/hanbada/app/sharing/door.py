"""The node as those see it who exchange for it: one database, one folder of keys, one clock.

Each function is one transaction. The keys are read each time: another process may have changed them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.sharing import links, ours, receiving, traffic
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.share.exchange import carrier, keys
from hanbada.store import exchange, marks, terms
from hanbada.store.database import reading, writing
from hanbada.store.events import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from hanbada.app.sharing.links import Packed
    from hanbada.app.sharing.ours import Ours
    from hanbada.app.sharing.proposals import Care
    from hanbada.app.sharing.receiving import Taken
    from hanbada.model.exchange import KeyDocument, Link, Position

FAULT = f"{marks.OURS}fault."
EXCHANGE = "exchange"
"""The actor of what the exchange itself did."""


def wall_us() -> int:
    """The wall clock in UTC microseconds: terms and decisions live by it, whatever time the picture shows."""
    return time.time_ns() // 1000


class Door(NamedTuple):
    """What exchanging needs, and which acts take two people at this node."""

    engine: Engine
    keys: Path
    now_us: Callable[[], int] = wall_us
    four_eyes: tuple[Care, ...] = ()

    def ours(self, connection: Connection) -> Ours:
        """This node as it is now."""
        return ours.opened(connection, self.keys)

    def written(self, by: str = EXCHANGE) -> Written:
        """Who writes, now."""
        return Written(by=by, at_us=self.now_us())


class Standing(NamedTuple):
    """A partner as the exchange sees it: its key document, how far the link is, what waits, when it was heard."""

    document: KeyDocument
    link: Link
    waits: tuple[int, int]
    heard_at: int | None
    suspended: bool
    traffic: traffic.Traffic
    fault: str


def standings(door: Door) -> dict[str, Standing]:
    """Every partner."""
    with reading(door.engine) as connection:
        heard = exchange.links(connection)
        found = {}
        for node, one in terms.partners(connection).items():
            link, heard_at = heard.get(node, (exchange.link_to(connection, node), None))
            found[node] = Standing(
                keys.read_document(one.keys), link, exchange.waits(connection, link), heard_at, one.partner.suspended,
                traffic.of(connection, node, door.now_us()), marks.get(connection, FAULT + node) or "",
            )  # fmt: skip
        return found


def address_of(door: Door, partner: str) -> tuple[str, bytes, bool]:
    """Where a partner is, the certificate it shows there, and whether that may be this very machine.

    A node whose own address is of this machine may speak to others on it. Raises UsageError if it has no address.
    """
    with reading(door.engine) as connection:
        document = keys.read_document(terms.partners(connection)[partner].keys)
        if not document.address:
            message = f"{document.name} has no address: it comes to us, or carry frames with `hanbada share export`"
            raise UsageError(message)
        return document.address, document.certificate, carrier.is_loopback(door.ours(connection).document.address)


def note(door: Door, partner: str, fault: str) -> None:
    """Keep what is wrong with a link, for whoever asks for its health; nothing if that is known."""
    with reading(door.engine) as connection:
        if marks.get(connection, FAULT + partner) == fault:
            return
    with writing(door.engine) as connection:
        marks.put(connection, FAULT + partner, fault, door.now_us())


def named(door: Door, name: str) -> str:
    """The node of a partner by its name or id; raises NotFoundError if there is none or it could be several."""
    with reading(door.engine) as connection:
        return partner_named(connection, name)


def partner_named(connection: Connection, name: str) -> str:
    """The node of a partner by its name or id; raises NotFoundError if there is none or it could be several."""
    known = terms.partners(connection)
    found = [node for node, one in known.items() if name in {node, one.partner.name}]
    if len(found) == 1:
        return found[0]
    message = f"no partner is called {name!r}" if not found else f"several partners are called {name!r}: use the id"
    raise NotFoundError(message)


def carried(door: Door, partner: str, after: Mapping[int, int] | None = None) -> Packed:
    """The next frame to a partner that is carried by hand: it takes nothing of a budget."""
    with reading(door.engine) as connection:
        return links.packed(connection, door.ours(connection), partner, after=after)


def pack(
    door: Door, partner: str, after: Mapping[int, int] | None = None, spent: int = 0, *, bare: bool = False
) -> Packed:
    """The next frame to a partner, as its budget lets it after so many bytes more; `bare` says only what we have."""
    with reading(door.engine) as connection:
        room, lanes = traffic.room(connection, partner, door.now_us(), spent)
        return links.packed(connection, door.ours(connection), partner, room, after, () if bare else lanes)


class Heard(NamedTuple):
    """What a frame came to, how many entries of ours it newly acknowledged, and how many still wait."""

    taken: Taken
    went: int
    waiting: int


def take(door: Door, wire: bytes, sent: int = 0) -> Heard:
    """Take a frame that came, after `sent` bytes of ours; raises InputError for what is none of a partner to us."""
    with writing(door.engine) as connection:
        written = door.written()
        before = exchange.links(connection)
        taken = receiving.receive(connection, door.ours(connection), wire, written)
        traffic.add(connection, taken.partner, sent + len(wire), written.at_us)
        after = exchange.link_to(connection, taken.partner)
        went = _total(after.acked) - _total(before[taken.partner][0].acked)
        return Heard(taken, went, _total(after.sent) - _total(after.acked))


def _total(positions: Mapping[int, Position]) -> int:
    return sum(at.seq for at in positions.values())


def spend(door: Door, partner: str, size: int) -> None:
    """Count bytes that went to a partner."""
    with writing(door.engine) as connection:
        traffic.add(connection, partner, size, door.now_us())


def sender(door: Door, wire: bytes) -> str:
    """Which partner a frame is of, its signature found good; raises InputError otherwise. Nothing is kept."""
    with reading(door.engine) as connection:
        return receiving.opened(connection, door.ours(connection), wire).sender


def has_name(door: Door) -> bool:
    """Whether this node was given a name to exchange under."""
    with reading(door.engine) as connection:
        try:
            door.ours(connection)
        except NotFoundError:
            return False
    return True
