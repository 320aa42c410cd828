"""How the exchange with each partner does, and who waits to become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.app.sharing import changing, door, enrolling, traffic
from hanbada.model.exchange import LANES, Position
from hanbada.share.exchange import keys
from hanbada.share.exchange.invites import Invite
from hanbada.store import exchange, marks, terms

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import Link


class Lane(Struct, frozen=True, kw_only=True):
    """What waits for a partner on one lane, and how much of it was acknowledged ever."""

    lane: int
    entries: int
    size: int
    acknowledged: int


class Health(Struct, frozen=True, kw_only=True):
    """A partner: when it was heard, what waits for it, what is wrong.

    `suspended` is why nothing is exchanged ("operator" if a person said so, else an alarm; empty: it is not). `spent`
    and `budget` are bytes of this hour. `told` and `came` count objects it has of us and we have of it.
    """

    node: str
    name: str
    organisation: str
    address: str
    digits: str
    suspended: str
    heard_at: int | None
    lanes: tuple[Lane, ...]
    spent: int
    budget: int | None
    fault: str
    told: int
    came: int


class Joining(Struct, frozen=True, kw_only=True):
    """A node that waits to be confirmed: its digits are read aloud by two people."""

    node: str
    name: str
    organisation: str
    digits: str
    invited_here: bool
    offer: str


class Asked(Struct, frozen=True, kw_only=True):
    """An invitation of ours that nobody has answered yet."""

    invite_id: str
    offer: str
    until_at: int


def partners(connection: Connection, ours: Ours, now_us: int) -> list[Health]:
    """Every partner, by name."""
    heard, came = exchange.links(connection), exchange.all_came(connection)
    found = []
    for node, one in terms.partners(connection).items():
        link, heard_at = heard.get(node, (exchange.link_to(connection, node), None))
        document, used = keys.read_document(one.keys), traffic.of(connection, node, now_us)
        told = exchange.tellings(connection, node=node)
        found.append(
            Health(
                node=node, name=one.partner.name, organisation=one.partner.organisation, address=document.address,
                digits=keys.digits(ours.document.root, document.root),
                suspended=link.suspended or (changing.OPERATOR if one.partner.suspended else ""),
                heard_at=heard_at, lanes=_lanes(connection, link), spent=used.spent, budget=used.budget,
                fault=marks.get(connection, door.FAULT + node) or "",
                told=sum(not each.recalled for each in told), came=sum(each.partner == node for each in came),
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: each.name)


def _lanes(connection: Connection, link: Link) -> tuple[Lane, ...]:
    waiting = exchange.waits_by_lane(connection, link)
    found = []
    for lane in LANES:
        entries, size = waiting.get(lane, (0, 0))
        acknowledged = link.acked.get(lane, Position()).seq
        found.append(Lane(lane=lane, entries=entries, size=size, acknowledged=acknowledged))
    return tuple(found)


def joining(connection: Connection, ours: Ours) -> list[Joining]:
    """Nodes whose digits are to be read."""
    return [
        Joining(
            node=one.document.node, name=one.document.name, organisation=one.document.organisation, digits=one.digits,
            invited_here=one.invited_here, offer="" if one.invite.offer is None else one.invite.offer.name,
        )
        for one in enrolling.waiting(connection, ours)
        if one.document.node not in terms.partners(connection)
    ]  # fmt: skip


def asked(connection: Connection, ours: Ours, now_us: int) -> list[Asked]:
    """Invitations of ours that may still be answered."""
    bodies = (msgspec.json.decode(body, type=Invite) for body, came in terms.invites(connection) if came is None)
    return [
        Asked(invite_id=one.invite_id, offer="" if one.offer is None else one.offer.name, until_at=one.until_at)
        for one in bodies
        if one.node == ours.node and one.until_at > now_us
    ]
