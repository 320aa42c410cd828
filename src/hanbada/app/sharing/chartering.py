"""Communities as they come into being and change: proposed here or elsewhere, signed, in force.

Nobody is made a member unasked: a community that is new to this node waits until a person here accepts it, or until it
is exactly the one that was offered with an invitation somebody here answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hanbada.app.sharing.links import send
from hanbada.model.errors import NotFoundError, RefusedError
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
    found = [one for one in terms.charters(connection, community_id) if not one.adopted]
    if not found:
        message = f"nothing is proposed for the community {community_id}"
        raise NotFoundError(message)
    return _sign(connection, ours, found[-1].proposal, written)


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
    before = None if last is None else last[1]
    force = charters.adopted(signatures, before, _signers(connection, ours)) if accepted else None
    terms.put_charter(connection, found, KeptCharter(proposal, signatures, force is not None), written)
    return force


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
    members = {one.node for one in charters.read(proposal).community.members} - {ours.node}
    for node in sorted(members & set(terms.partners(connection))):
        for signature in () if kept is None else kept.signatures:
            send(connection, ours, node, signature)
