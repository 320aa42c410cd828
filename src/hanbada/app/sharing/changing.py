"""What changes between nodes that know each other: keys, addresses, membership, and whether they speak at all.

Each is one transaction of the caller, and tells the partners in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hanbada.app.sharing import chartering, leaving, publishing, restoring
from hanbada.app.sharing import ours as own
from hanbada.app.sharing.links import send
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.share.exchange import keys, link
from hanbada.share.exchange.carrier import place_of
from hanbada.store import exchange, terms

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import KeyDocument
    from hanbada.store.events import Written

OPERATOR = "operator"
"""Why a link is suspended that a person suspended."""


def rotate(
    connection: Connection, directory: Path, root: Path, written: Written, address: str | None = None
) -> KeyDocument:
    """A new signing key, and the document that names it, on its way to every partner; the old key still counts.

    The caller settles the key on disk once this is kept. With an address, partners learn that too.
    """
    ours = own.opened(connection, directory)
    authority = own.root_key(root, ours.document)
    document = keys.rotated(ours.document, own.renewed(directory), written.at_us)
    if address is not None:
        place_of(address)
        document = msgspec.structs.replace(document, address=address)
    sealed = keys.sign(document, authority)
    own.put(connection, sealed, written)
    for node in terms.partners(connection):
        send(connection, ours, node, sealed)
    return document


def revoke(connection: Connection, directory: Path, root: Path, written: Written) -> KeyDocument:
    """A new signing key in place of one that others may have: that one is not believed beyond what we have sent.

    Each partner is told how far that is on its own link, so each gets a document of its own.
    """
    ours = own.opened(connection, directory)
    authority = own.root_key(root, ours.document)
    old = keys.newest(ours.document)
    fresh = keys.rotated(ours.document, own.renewed(directory), written.at_us)
    document = keys.revoked(fresh, old, {})
    own.put(connection, keys.sign(document, authority), written)
    for node in terms.partners(connection):
        sent = {lane: at.seq for lane, at in exchange.link_to(connection, node).sent.items()}
        send(connection, ours, node, keys.sign(keys.revoked(fresh, old, sent), authority))
    return document


def leave(connection: Connection, ours: Ours, community_id: str, written: Written) -> bool:
    """Leave a community: here at once, and proposed to the others; True if that is in force already.

    Raises NotFoundError if there is no such community.
    """
    community = terms.communities(connection).get(community_id)
    if community is None:
        message = f"there is no community {community_id!r}"
        raise NotFoundError(message)
    proposal = leaving.without(community, ours.node)
    if len(proposal.members) < 2:
        proposal = msgspec.structs.replace(community, closed_at=written.at_us)
    proposal = msgspec.structs.replace(proposal, version=community.version + 1)
    in_force = chartering.propose(connection, ours, proposal, written)
    leaving.leave(connection, community_id, written)
    publishing.retell(connection, ours, written, [one.node for one in community.members])
    return in_force


def suspend(connection: Connection, ours: Ours, node: str, written: Written) -> None:
    """Say nothing more to a partner and take nothing from it."""
    about = terms.partners(connection)[node]
    partner = msgspec.structs.replace(about.partner, suspended=True)
    terms.put_partner(connection, partner, about.keys, written)
    found = exchange.link_to(connection, node)
    exchange.put_link(connection, msgspec.structs.replace(found, suspended=found.suspended or OPERATOR))
    publishing.retell(connection, ours, written, [node])


def resume(connection: Connection, ours: Ours, node: str, written: Written, their_epoch: int | None = None) -> None:
    """Speak with a partner again after a person looked; with its new epoch if it was restored from a backup.

    Then all that it is to have is told anew. Raises UsageError if that epoch is none.
    """
    if their_epoch is not None and their_epoch < 1:
        message = "epochs are counted from 1"
        raise UsageError(message)
    about = terms.partners(connection)[node]
    terms.put_partner(connection, msgspec.structs.replace(about.partner, suspended=False), about.keys, written)
    exchange.put_link(connection, link.resumed(exchange.link_to(connection, node)))
    if their_epoch not in {None, exchange.link_to(connection, node).their_epoch}:
        restoring.anew(connection, ours, node, written, their_epoch)
    publishing.retell(connection, ours, written, [node])
