"""Communities as they come into being and change: proposed here or elsewhere, signed, in force.

Nobody is made a member unasked: a community that is new to this node waits until a person here accepts it, or until it
is exactly the one that was offered with an invitation somebody here answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hanbada.app.sharing import leaving
from hanbada.app.sharing.links import send
from hanbada.model.errors import NotFoundError, RefusedError
from hanbada.model.exchange import Expulsion
from hanbada.share.exchange import charters, invites, keys
from hanbada.store import terms
from hanbada.store.terms import KeptCharter

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import Charter
    from hanbada.model.sharing import Community
    from hanbada.share.exchange.charters import KeyNamed
    from hanbada.store.events import Written


def propose(connection: Connection, ours: Ours, community: Community, written: Written) -> bool:
    """Propose a community or its next version and sign it; True if it is in force at once.

    Raises RefusedError if it does not follow the version in force.
    """
    last = terms.adopted(connection).get(community.community_id)
    before = bytes(32) if last is None else charters.hash_of(last[1])
    return _sign(connection, ours, charters.proposed(community, before), written)


def accept(connection: Connection, ours: Ours, community_id: str, written: Written) -> bool:
    """Sign the latest proposal of a community; True if it is in force now. Raises NotFoundError if there is none.

    What waited for it is judged again by `receiving.reconsider`.
    """
    return _sign(connection, ours, proposed(connection, community_id), written)


def proposed(connection: Connection, community_id: str) -> bytes:
    """The latest proposal of a community that is not in force; raises NotFoundError if there is none."""
    found = [one for one in terms.charters(connection, community_id) if not one.adopted]
    if not found:
        message = f"nothing is proposed for the community {community_id}"
        raise NotFoundError(message)
    return found[-1].proposal


def _sign(connection: Connection, ours: Ours, proposal: bytes, written: Written) -> bool:
    signature = charters.signed(proposal, ours.key)
    taken = _with(connection, ours, signature, written, accepted=True)
    _pass_on(connection, ours, proposal)
    return taken is not None


def signed_by_other(connection: Connection, ours: Ours, signature: bytes, written: Written) -> Charter | None:
    """Keep a steward's signature that came; the charter if that brought it into force.

    Raises RefusedError if it does not follow the version in force here.
    """
    proposal = charters.proposal_of(signature)
    found = charters.read(proposal)
    if _offered(connection, ours, found.community) and terms.proposal(connection, proposal) is None:
        _with(connection, ours, signature, written, accepted=True)
        return found if _sign(connection, ours, proposal, written) else None
    known = found.community.community_id in terms.adopted(connection)
    mine = terms.proposal(connection, proposal)
    accepted = known or (mine is not None and _ours_among(ours, mine.signatures))
    taken = _with(connection, ours, signature, written, accepted=accepted)
    if taken is not None:
        _pass_on(connection, ours, proposal)
    return taken


def _with(connection: Connection, ours: Ours, signature: bytes, written: Written, *, accepted: bool) -> Charter | None:
    proposal = charters.proposal_of(signature)
    found = charters.read(proposal)
    kept = terms.proposal(connection, proposal) or KeptCharter(proposal, (), adopted=False)
    if signature in kept.signatures or kept.adopted:
        return None
    if not _a_member_signed(connection, ours, found, signature):
        message = f"a signature under {found.community.name} that is no member's"
        raise RefusedError(message)
    signatures = (*kept.signatures, signature)
    last = terms.adopted(connection).get(found.community.community_id)
    if last is not None and found.community.version < last[0].community.version:
        return None  # said late of a version that another has replaced
    force = _force(connection, ours, signatures, None if last is None else last[1]) if accepted else None
    if force is not None and last is not None and force.community.version == last[0].community.version:
        terms.withdraw_charter(connection, *last, written)
    terms.put_charter(connection, found, KeptCharter(proposal, signatures, force is not None), written)
    if force is not None and last is not None:
        _part(connection, ours, last[0].community, force.community)
    return force


def _force(connection: Connection, ours: Ours, signatures: tuple[bytes, ...], held: bytes | None) -> Charter | None:
    """The charter that signatures bring into force after the one that is held, or in its place."""
    proposal, signers = charters.proposal_of(signatures[0]), _signers(connection, ours)
    if held is None or not charters.rivals(held, proposal):
        return charters.adopted(signatures, held, signers)
    previous, known = charters.read(proposal).previous, charters.read(held).community.community_id
    kept = (one.proposal for one in terms.charters(connection, known) if one.adopted)
    before = next((one for one in kept if charters.hash_of(one) == previous), None)
    return charters.replaced(signatures, held, before, signers)


def _part(connection: Connection, ours: Ours, before: Community, now: Community) -> None:
    """As a steward, tell those who are no members any more; the version that leaves them out is not for them."""
    if _steward(before, ours.node):
        stay = {one.node for one in now.members}
        for node in sorted({one.node for one in before.members} - stay - {ours.node}):
            _tell_out(connection, ours, now, node)


def _tell_out(connection: Connection, ours: Ours, now: Community, node: str) -> None:
    if node in terms.partners(connection):
        said = Expulsion(community_id=now.community_id, version=now.version, node=node)
        send(connection, ours, node, charters.expelled(said, ours.key))


def told_out(connection: Connection, ours: Ours, partner: str, said: Expulsion, written: Written) -> None:
    """Keep a word that this node is no member of a later version; it counts once a quorum of stewards says so.

    Raises RefusedError if it is about somebody else.
    """
    if said.node != ours.node:
        message = f"{partner} tells us that {said.node[:64]!r} is expelled"
        raise RefusedError(message)
    if said.community_id in terms.communities(connection):
        leaving.told_out(connection, said.community_id, said.version, partner, written)


def _a_member_signed(connection: Connection, ours: Ours, found: Charter, signature: bytes) -> bool:
    """Only members sign: stewards decide, the others accept. More is not kept, or anybody could fill our disk."""
    last = terms.adopted(connection).get(found.community.community_id)
    named = {one.node for known in (found, *(last or ())[:1]) for one in known.community.members}
    signers = _signers(connection, ours)
    return any(charters.good(signature, signers[one]) for one in named if one in signers)


def _signers(connection: Connection, ours: Ours) -> dict[str, KeyNamed]:
    known = {node: keys.read_document(one.keys) for node, one in terms.partners(connection).items()}
    return {node: keys.signer(one) for node, one in (known | {ours.node: ours.document}).items()}


def _ours_among(ours: Ours, signatures: tuple[bytes, ...]) -> bool:
    return any(charters.good(one, keys.signer(ours.document)) for one in signatures)


def _offered(connection: Connection, ours: Ours, community: Community) -> bool:
    """Whether this is the very community that was offered with an invitation answered here."""
    for body, _ in terms.invites(connection):
        invite = msgspec.json.decode(body, type=invites.Invite)
        if invite.offer is not None and community == invites.bilateral(invite.offer, invite.node, ours.node):
            return True
    return False


def _pass_on(connection: Connection, ours: Ours, proposal: bytes) -> None:
    """Send every signature under a proposal to the members we know; what they have already changes nothing there."""
    kept = terms.proposal(connection, proposal)
    for node in sorted(_members(proposal) & set(terms.partners(connection))):
        for signature in () if kept is None else kept.signatures:
            send(connection, ours, node, signature)


def tell_all(connection: Connection, ours: Ours, node: str) -> None:
    """Send a partner every charter that stands or is proposed where it is a member, and where it is one no more."""
    for kept in terms.latest_charters(connection):
        for signature in kept.signatures if node in _members(kept.proposal) else ():
            send(connection, ours, node, signature)
    for name, (found, proposal) in terms.adopted(connection).items():
        was = any(node in _members(one.proposal) for one in terms.charters(connection, name) if one.adopted)
        if was and node not in _members(proposal) and _steward(found.community, ours.node):
            _tell_out(connection, ours, found.community, node)


def _members(proposal: bytes) -> set[str]:
    return {one.node for one in charters.read(proposal).community.members}


def _steward(community: Community, node: str) -> bool:
    return any(one.node == node and one.steward for one in community.members)
