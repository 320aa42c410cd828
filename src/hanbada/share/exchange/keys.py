"""Who a node is: a root key kept offline names it, and signs the document that lists the keys it signs with.

There is no authority above and no trust on first use: a partner's document is pinned when two people have read the
same digits to each other, and from then on only a higher version signed by the same root replaces it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import msgspec

from hanbada.model.errors import InputError, RefusedError
from hanbada.model.exchange import Certificate, KeyDocument
from hanbada.share.exchange import plain
from hanbada.share.exchange.seal import claimed, kid, public_of, seal, sound, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nacl.signing import SigningKey

KIND = "keys+json;v=1"


def node_id(root: bytes) -> str:
    """What a node with this public root key is called: 160 bits of its hash, in letters and digits.

    >>> node_id(bytes(32))
    'mzuhvlpymk6xo3epygfy5h4oeaejofef'
    """
    return base64.b32encode(hashlib.sha256(root).digest()[:20]).decode().lower()


def digits(*roots: bytes) -> str:
    """Six groups of five digits over some public root keys, for two people to read to each other in any language.

    100 bits: who wants to stand between the two would have to find a key with the same digits.

    >>> digits(bytes(32), bytes([1]) * 32) == digits(bytes([1]) * 32, bytes(32))
    True
    """
    number = int.from_bytes(hashlib.sha256(b"hanbada digits\0" + b"".join(sorted(roots))).digest())
    text = f"{number % 10**30:030d}"
    return " ".join(text[begin : begin + 5] for begin in range(0, 30, 5))


def document(root: SigningKey, signing: SigningKey, about: Mapping[str, str], now_us: int) -> KeyDocument:
    """The first document of a node; `about` has its name, organisation and address."""
    return KeyDocument(
        node=node_id(public_of(root)),
        version=1,
        name=about["name"],
        organisation=about["organisation"],
        address=about["address"],
        root=public_of(root),
        keys=(Certificate(public=public_of(signing), since_at=now_us),),
    )


def rotated(old: KeyDocument, signing: SigningKey, now_us: int) -> KeyDocument:
    """The next document, with one more key that signs from now on."""
    keys = (*old.keys, Certificate(public=public_of(signing), since_at=now_us))
    return msgspec.structs.replace(old, version=old.version + 1, keys=keys)


def revoked(old: KeyDocument, public: bytes, good_until: Mapping[int, int]) -> KeyDocument:
    """The next document, in which a key is believed no further than to these numbers of each lane.

    The numbers are those a partner has acknowledged: no clock is needed to say what came before.
    """
    keys = tuple(
        msgspec.structs.replace(one, revoked=True, good_until=tuple(sorted(good_until.items())))
        if one.public == public
        else one
        for one in old.keys
    )
    return msgspec.structs.replace(old, version=old.version + 1, keys=keys)


def sign(found: KeyDocument, root: SigningKey) -> bytes:
    """A document, signed by the root key it names."""
    return seal(plain.write(found), root, KIND)


def read_document(sealed: bytes, pinned: KeyDocument | None = None) -> KeyDocument:
    """A document signed by the root it names and, with `pinned`, by the root known before and not older.

    Raises InputError if it is not sound, RefusedError if it is another node's or an older one.
    """
    root = plain.read(claimed(sealed), KeyDocument).root
    found = plain.read(unseal(sealed, KIND, {kid(root): root}.get).payload, KeyDocument)
    if found.node != node_id(found.root) or not found.keys or not all(sound(one.public) for one in found.keys):
        message = f"the key document of {found.node} names keys that nobody can have"
        raise InputError(message)
    if pinned is not None and (found.root != pinned.root or found.version < pinned.version):
        message = f"the key document of {found.node} is not one that follows the pinned one of {pinned.node}"
        raise RefusedError(message)
    return found


def signer(found: KeyDocument) -> Callable[[bytes], bytes | None]:
    """The public key of a document with a short name, revoked ones too: `believed` tells how far those count."""
    known = {kid(one.public): one.public for one in found.keys}
    return known.get


def live_signer(found: KeyDocument) -> Callable[[bytes], bytes | None]:
    """The public key of a document with a short name, without those that were revoked."""
    return {kid(one.public): one.public for one in found.keys if not one.revoked}.get


def believed(found: KeyDocument, public: bytes, lane: int, seq: int) -> bool:
    """Whether an entry of a lane signed with a key counts: not beyond the last good one of a revoked key."""
    one = next((one for one in found.keys if one.public == public), None)
    return one is not None and (not one.revoked or seq <= dict(one.good_until).get(lane, 0))


def newest(found: KeyDocument) -> bytes:
    """The public key that a node signs with now."""
    return max((one for one in found.keys if not one.revoked), key=lambda one: one.since_at).public
