"""How two nodes come to know each other: an invitation that carries a secret, an answer that proves it was had.

The invitation goes by any way two people already trust (a call, a letter, a mail they both expect). The answer names
both nodes under the secret; then both people read the same digits to each other. Until they did, nothing is exchanged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.model.errors import InputError, RefusedError
from hanbada.model.sharing import Agreement, Community, Member, Profile, Tlp
from hanbada.share.exchange import plain
from hanbada.share.exchange.keys import read_document

if TYPE_CHECKING:
    from hanbada.model.exchange import KeyDocument

PREFIX, ANSWER_PREFIX = "hanbada-invite-1:", "hanbada-answer-1:"
DAYS = 7
NOT_OPEN = "this invitation is not open, or whoever answers does not have it; ask for a new one"


class Offer(Struct, frozen=True, kw_only=True):
    """A community of two that is offered along with an invitation, and the agreement it rests on.

    Whoever answers accepts it; both nodes make the same charter of it (`bilateral`) and sign it.
    """

    community_id: str
    name: str
    agreement: Agreement
    max_tlp: Tlp
    profile: Profile
    purposes: tuple[str, ...]
    retention_s: int | None = None
    exercise: bool = False


class Invite(Struct, frozen=True, kw_only=True):
    """An invitation: whose, where to answer, what is offered, the secret, and until when it may be answered."""

    invite_id: str
    node: str
    name: str
    address: str
    certificate: bytes
    secret: bytes
    until_at: int
    offer: Offer | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """The answer to an invitation, or the word back: who it is from, and the proof that it knew the secret."""

    invite_id: str
    keys: bytes
    proof: bytes


def written(invite: Invite) -> str:
    """An invitation as one line of text."""
    return PREFIX + _as_text(invite)


def read(text: str) -> Invite:
    """An invitation from its text; raises InputError if it is none or was cut short."""
    return plain.read(_from_text(text, PREFIX), Invite)


def written_answer(given: Answer) -> str:
    """An answer, or the word back, as one line of text: where it cannot be posted."""
    return ANSWER_PREFIX + _as_text(given)


def read_answer(text: str) -> Answer:
    """An answer or a word back from its text; raises InputError if it is none or was cut short."""
    return plain.read(_from_text(text, ANSWER_PREFIX), Answer)


def _as_text(said: Struct) -> str:
    return base64.urlsafe_b64encode(plain.write(said)).decode()


def _from_text(text: str, prefix: str) -> bytes:
    bare = "".join(text.split())
    if not bare.startswith(prefix):
        message = f"this does not begin with {prefix}; copy it whole"
        raise InputError(message)
    try:
        return base64.b64decode(bare.removeprefix(prefix), altchars=b"-_", validate=True)
    except ValueError as error:
        message = "the text was cut short or changed on its way; copy it whole"
        raise InputError(message) from error


def answer(invite: Invite, ours: bytes, now_us: int) -> Answer:
    """Our answer to an invitation; raises RefusedError if it is too late for one."""
    if now_us >= invite.until_at:
        message = f"the invitation of {invite.name} has run out; ask for a new one"
        raise RefusedError(message)
    return Answer(invite_id=invite.invite_id, keys=ours, proof=_proof(invite, invite.node, ours))


def word_back(invite: Invite, ours: bytes, theirs: str) -> Answer:
    """What the inviting node answers to the answer, so that the other knows it speaks to whoever invited it."""
    return Answer(invite_id=invite.invite_id, keys=ours, proof=_proof(invite, theirs, ours))


def accepted(invite: Invite, came: Answer, to: str, now_us: int | None = None) -> KeyDocument:
    """Who answered an invitation, or sent the word back to `to`; with `now_us`, only in time.

    Raises RefusedError if the proof is not that of somebody who has the secret, or it is too late.
    """
    late = now_us is not None and now_us >= invite.until_at
    proof = _proof(invite, to, came.keys)
    if late or came.invite_id != invite.invite_id or not hmac.compare_digest(proof, came.proof):
        raise RefusedError(NOT_OPEN)
    return read_document(came.keys)


def _proof(invite: Invite, to: str, keys: bytes) -> bytes:
    parts = (b"hanbada invite 1", invite.invite_id.encode(), to.encode(), keys)
    return hmac.digest(invite.secret, b"".join(hashlib.sha256(part).digest() for part in parts), "sha256")


def bilateral(offer: Offer, one: str, other: str) -> Community:
    """The community that an offer makes of two nodes: both post, both are stewards, both must sign.

    `may_relay` is off: a community of two has nobody to pass anything on to.
    """
    members = tuple(
        Member(node=node, max_tlp=offer.max_tlp, profile=offer.profile, may_post=True, steward=True)
        for node in sorted((one, other))
    )
    return Community(
        community_id=offer.community_id,
        name=offer.name,
        version=1,
        members=members,
        agreements=(offer.agreement.agreement_id,),
        quorum=2,
        purposes=offer.purposes,
        retention_s=offer.retention_s,
        exercise=offer.exercise,
    )
