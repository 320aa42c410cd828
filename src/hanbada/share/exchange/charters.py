"""Communities as signed logs: each version names the hash of the one before and is signed by a quorum of stewards.

A community of two needs both. Whoever leaves or is expelled is no member of the next version; who is no longer a member
still gets recalls of what it was told. A quorum is more than half of the stewards, or two of them could adopt two
versions at once; should that have happened all the same, everybody comes to the same one of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from hanbada.model.errors import InputError, RefusedError
from hanbada.model.exchange import Charter, Expulsion
from hanbada.share.exchange import plain
from hanbada.share.exchange.seal import claimed, digest, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nacl.signing import SigningKey

    from hanbada.model.sharing import Community

    KeyNamed: TypeAlias = Callable[[bytes], bytes | None]

KIND = "charter+json;v=1"
EXPELLED = "expelled+json;v=1"


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


def expelled(said: Expulsion, key: SigningKey) -> bytes:
    """A steward's word to a node that a version of a community leaves it out."""
    return seal(plain.write(said), key, EXPELLED)


def read_expelled(sealed: bytes, known: KeyNamed) -> Expulsion:
    """Such a word, its signature found good; raises InputError if it is none."""
    return plain.read(unseal(sealed, EXPELLED, known).payload, Expulsion)


def adopted(signatures: Sequence[bytes], before: bytes | None, keys_of: Mapping[str, KeyNamed]) -> Charter | None:
    """The charter that these signatures bring into force, None if some are still missing.

    The stewards of the proposal `before` decide. Where none is known the community is new to us: then the stewards it
    names itself do, and whoever calls asks a person first. Raises RefusedError if it does not follow the one before, or
    its own quorum is not more than half of its stewards.
    """
    proposal = claimed(signatures[0])
    found = read(proposal)
    last = None if before is None else read(before)
    _decidable(found.community)
    _follows(found, last, bytes(32) if before is None else hash_of(before))
    return _decided(found, found.community if last is None else last.community, signatures, keys_of)


def _decided(
    found: Charter, deciding: Community, signatures: Sequence[bytes], keys_of: Mapping[str, KeyNamed]
) -> Charter | None:
    proposal = claimed(signatures[0])
    agreed = {one for one in _stewards(deciding) if _signed_by(one, signatures, proposal, keys_of)}
    return found if 0 < deciding.quorum <= len(agreed) else None


def rivals(one: bytes, other: bytes) -> bool:
    """Whether two proposals are for the same version after the same one: only one of them can stay in force."""
    first, second = read(one), read(other)
    where = [(each.community.community_id, each.community.version, each.previous) for each in (first, second)]
    return one != other and where[0] == where[1]


def replaced(
    signatures: Sequence[bytes], held: bytes, before: bytes | None, keys_of: Mapping[str, KeyNamed]
) -> Charter | None:
    """The charter that takes the place of its rival `held`; None if signatures are missing, or `held` stays.

    That with the lower hash stays, so that all come to the same whichever came first. The stewards of the version
    before both decide; where that is not known here, those of the one that is held.
    """
    proposal = claimed(signatures[0])
    found = read(proposal)
    _decidable(found.community)
    if hash_of(held) < hash_of(proposal):
        return None
    return _decided(found, read(before or held).community, signatures, keys_of)


def _decidable(community: Community) -> None:
    count = len(_stewards(community))
    if not community.closed_at and 2 * community.quorum <= count:
        message = f"{community.name} has {count} stewards: more than half of them must sign, not {community.quorum}"
        raise RefusedError(message)


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
