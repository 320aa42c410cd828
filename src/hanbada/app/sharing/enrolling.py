"""How a partner is enrolled: invited here or there, answered, and confirmed by two people who read the same digits.

Until it is confirmed on a node, that node exchanges nothing with the other.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.app.sharing import chartering, publishing
from hanbada.model.errors import NotFoundError, RefusedError, UsageError
from hanbada.model.sharing import Partner
from hanbada.model.times import DAY_US
from hanbada.share.exchange import invites, keys
from hanbada.share.exchange.invites import Answer, Invite
from hanbada.store import exchange, terms
from hanbada.store.events import deed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import KeyDocument
    from hanbada.share.exchange.invites import Offer
    from hanbada.store.events import Written


class Waiting(NamedTuple):
    """A node that knows the secret of an invitation and waits until a person has read its digits."""

    invite: Invite
    document: KeyDocument
    sealed: bytes
    digits: str
    invited_here: bool


def invite(connection: Connection, ours: Ours, offer: Offer | None, written: Written) -> str:
    """An invitation as text, to be answered within a week; who has the text may answer."""
    made = Invite(
        invite_id=secrets.token_hex(8),
        node=ours.node,
        name=ours.document.name,
        address=ours.document.address,
        certificate=ours.document.certificate,
        secret=secrets.token_bytes(32),
        until_at=written.at_us + invites.DAYS * DAY_US,
        offer=offer,
    )
    _keep(connection, made)
    deed(connection, written, "invited", f"invite/{made.invite_id}", offer=None if offer is None else offer.name)
    return invites.written(made)


def answer(connection: Connection, ours: Ours, text: str, written: Written) -> tuple[Invite, Answer]:
    """Our answer to an invitation: it accepts what is offered.

    Raises InputError for a text that is none, RefusedError if it has run out or is our own.
    """
    found = invites.read(text)
    if found.node == ours.node:
        message = "this is an invitation of this very node; give it to the partner"
        raise RefusedError(message)
    given = invites.answer(found, ours.sealed, written.at_us)
    _keep(connection, found)
    deed(connection, written, "answered", f"invite/{found.invite_id}", node=found.node)
    return found, given


def answered(connection: Connection, ours: Ours, came: Answer, written: Written) -> Answer:
    """What to answer to whoever answered an invitation of ours; it is kept until a person confirms it.

    Raises RefusedError if there is no such open invitation, the proof is not good, or another node answered before.
    """
    kept = terms.invited(connection, came.invite_id)
    if kept is None:
        raise RefusedError(invites.NOT_OPEN)
    found, before = _invite(kept[0]), kept[1]
    document = invites.accepted(found, came, ours.node, written.at_us)
    if before is not None and msgspec.json.decode(before, type=Answer).keys != came.keys:
        raise RefusedError(invites.NOT_OPEN)
    _keep(connection, found, came)
    deed(connection, written, "answer_came", f"invite/{found.invite_id}", node=document.node, name=document.name)
    return invites.word_back(found, ours.sealed, document.node)


def word_came(connection: Connection, ours: Ours, came: Answer) -> Waiting:
    """Keep the word back to our answer; raises RefusedError if it is not of the node that invited us."""
    kept = terms.invited(connection, came.invite_id)
    if kept is None:
        raise RefusedError(invites.NOT_OPEN)
    found = _invite(kept[0])
    if invites.accepted(found, came, ours.node).node != found.node:
        raise RefusedError(invites.NOT_OPEN)
    _keep(connection, found, came)
    return _waiting(ours, found, came)


def waiting(connection: Connection, ours: Ours) -> list[Waiting]:
    """Nodes that wait to be confirmed."""
    rows = terms.invites(connection)
    return [_waiting(ours, _invite(body), msgspec.json.decode(came, type=Answer)) for body, came in rows if came]


def confirm(connection: Connection, ours: Ours, node: str, read: str, written: Written) -> Partner:
    """Enrol a node that waits, after a person has read its digits; what was offered to it is proposed and signed.

    Raises NotFoundError if no such node waits, RefusedError if the digits are others.
    """
    one = next((one for one in waiting(connection, ours) if node in {one.document.node, one.document.name}), None)
    if one is None:
        message = f"no node {node!r} waits to be confirmed"
        raise NotFoundError(message)
    if "".join(read.split()) != one.digits.replace(" ", ""):
        message = "these are not the digits: somebody may stand between the two nodes; do not go on, call the partner"
        raise RefusedError(message)
    about = Partner(node=one.document.node, name=one.document.name, organisation=one.document.organisation)
    terms.put_partner(connection, about, one.sealed, written)
    exchange.put_link(connection, exchange.link_to(connection, about.node))
    _agree(connection, ours, one, written)
    return about


def _agree(connection: Connection, ours: Ours, one: Waiting, written: Written) -> None:
    offer = one.invite.offer
    if offer is None:
        terms.drop_invite(connection, one.invite.invite_id)
        return
    if {ours.document.organisation, one.document.organisation} - set(offer.agreement.parties):
        message = f"{offer.agreement.title} does not bind {ours.document.organisation} and {one.document.organisation}"
        raise UsageError(message)
    terms.put_agreement(connection, offer.agreement, written)
    if one.invited_here:
        terms.drop_invite(connection, one.invite.invite_id)
        community = invites.bilateral(offer, ours.node, one.document.node)
        chartering.propose(connection, ours, community, written)
    else:
        # Kept until the charter comes: only what was offered is signed without asking again.
        _keep(connection, one.invite)
    publishing.retell(connection, ours, written, [one.document.node])


def _keep(connection: Connection, found: Invite, came: Answer | None = None) -> None:
    body = msgspec.json.encode(found).decode()
    given = None if came is None else msgspec.json.encode(came).decode()
    terms.put_invite(connection, found.invite_id, body, found.until_at, given)


def _invite(body: str) -> Invite:
    return msgspec.json.decode(body, type=Invite)


def _waiting(ours: Ours, found: Invite, came: Answer) -> Waiting:
    document = keys.read_document(came.keys)
    digits = keys.digits(ours.document.root, document.root)
    return Waiting(found, document, came.keys, digits, found.node == ours.node)
