"""Communities as signed logs: each version names the hash of the one before and is signed by a quorum of stewards.

A community of two needs both. Whoever leaves or is expelled is no member of the next version; who is no longer a member
still gets recalls of what it was told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from hanbada.model.errors import InputError, RefusedError
from hanbada.model.exchange import Charter
from hanbada.share.exchange import plain
from hanbada.share.exchange.seal import claimed, digest, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nacl.signing import SigningKey

    from hanbada.model.sharing import Community

    KeyNamed: TypeAlias = Callable[[bytes], bytes | None]

KIND = "charter+json;v=1"


def proposed(community: Community, before: bytes) -> bytes:
    """What stewards sign: a version of a community and the hash of the one before, 32 zero bytes for the first."""
    return plain.write(Charter(community=community, previous=before))


def signed(proposal: bytes, key: SigningKey) -> bytes:
    """A steward's signature under a proposal."""
    return seal(proposal, key, KIND)


def hash_of(proposal: bytes) -> bytes:
    """What the next version names as the one before it."""
    return digest(proposal)


def read(proposal: bytes) -> Charter:
    """What a proposal says, whoever signed it."""
    return plain.read(proposal, Charter)


def proposal_of(signature: bytes) -> bytes:
    """What a signature is under."""
    return claimed(signature)


def adopted(signatures: Sequence[bytes], before: bytes | None, keys_of: Mapping[str, KeyNamed]) -> Charter | None:
    """The charter that these signatures bring into force, None if some are still missing.

    The stewards of the proposal `before` decide. Where none is known the community is new to us: then the stewards it
    names itself do, and whoever calls asks a person first. Raises RefusedError if it does not follow the one before.
    """
    proposal = claimed(signatures[0])
    found = read(proposal)
    last = None if before is None else read(before)
    _follows(found, last, bytes(32) if before is None else hash_of(before))
    deciding = found.community if last is None else last.community
    agreed = {one for one in _stewards(deciding) if _signed_by(one, signatures, proposal, keys_of)}
    return found if 0 < deciding.quorum <= len(agreed) else None


def _stewards(community: Community) -> set[str]:
    return {one.node for one in community.members if one.steward}


def _follows(found: Charter, last: Charter | None, hashed: bytes) -> None:
    community = found.community
    sound = len({one.node for one in community.members}) == len(community.members)
    if last is not None:
        before = last.community
        # Who was out for a while was not told the versions in between: the stewards it knows vouch for them.
        missed = community.version > before.version + 1
        next_one = community.version == before.version + 1 and found.previous == hashed
        same = (community.community_id, community.exercise) == (before.community_id, before.exercise)
        sound = sound and same and (missed or next_one)
    if not sound:
        message = f"version {community.version} of {community.name} does not follow the version known here"
        raise RefusedError(message)


def _signed_by(steward: str, signatures: Sequence[bytes], proposal: bytes, keys_of: Mapping[str, KeyNamed]) -> bool:
    known = keys_of.get(steward)
    return known is not None and any(claimed(one) == proposal and good(one, known) for one in signatures)


def good(signature: bytes, known: KeyNamed) -> bool:
    """Whether a signature under a charter is by one of these keys."""
    try:
        return bool(unseal(signature, KIND, known))
    except InputError:
        return False


def changed(charter: Charter, **what: Any) -> Community:
    """The community's next version with something changed."""
    return msgspec.structs.replace(charter.community, version=charter.community.version + 1, **what)
