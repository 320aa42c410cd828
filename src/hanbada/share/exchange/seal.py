"""Signed bytes: COSE_Sign1 (RFC 9052) with Ed25519 over a payload that is never written again.

What is signed names its kind as content type, so that bytes signed as one thing are never read as another. `unseal`
gives the payload only when the signature is good: there is nothing to go on with after a failure.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import cbor2
from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGN1 = 18
_ALG, _CONTENT_TYPE, _KID = 1, 3, 4
_EDDSA = -8
KIND = "application/vnd.hanbada.{}"


class Parts(NamedTuple):
    """Something sealed, taken apart but not believed."""

    protected: bytes
    payload: bytes
    signature: bytes


class Unsealed(NamedTuple):
    """What a good signature gives: the payload and the public key that signed it."""

    payload: bytes
    public: bytes


def key_from(seed: bytes) -> SigningKey:
    """A signing key from 32 secret bytes."""
    return SigningKey(seed)


def public_of(key: SigningKey) -> bytes:
    """The public half of a key, 32 bytes."""
    return bytes(key.verify_key)


def kid(public: bytes) -> bytes:
    """The short name of a public key.

    >>> kid(bytes(32)).hex()
    '66687aadf862bd77'
    """
    return hashlib.sha256(public).digest()[:8]


@cache
def sound(public: bytes) -> bool:
    """Whether a public key is one a person can have: on the curve, canonical, not of small order (RFC 8032)."""
    return len(public) == 32 and crypto_core_ed25519_is_valid_point(public)


def seal(payload: bytes, key: SigningKey, kind: str) -> bytes:
    """A payload, signed as something of a kind."""
    protected = _header(kid(public_of(key)), kind)
    signature = key.sign(_signed(protected, payload)).signature
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]), canonical=True)


def unseal(sealed: bytes, kind: str, key_named: Callable[[bytes], bytes | None]) -> Unsealed:
    """The payload of something sealed as this kind; `key_named` gives the public key with a short name.

    Raises InputError if it is of another form or kind, of an unknown key, or the signature is bad.
    """
    return verified(parts(sealed), kind, key_named)


def verified(one: Parts, kind: str, key_named: Callable[[bytes], bytes | None]) -> Unsealed:
    """The same of something that was taken apart before."""
    named = _named(one.protected, kind)
    public = key_named(named)
    if public is None or kid(public) != named or not sound(public):
        message = f"signed with key {named.hex()}, which is not known here"
        raise InputError(message)
    try:
        VerifyKey(public).verify(_signed(one.protected, one.payload), one.signature)
    except (BadSignatureError, ValueError) as error:
        message = f"the signature of key {named.hex()} is not good"
        raise InputError(message) from error
    return Unsealed(one.payload, public)


def claimed(sealed: bytes) -> bytes:
    """The payload before any signature was looked at: only to learn whose key to ask."""
    return parts(sealed).payload


def kind_of(sealed: bytes) -> str:
    """What something sealed says it is; believed only after `unseal`."""
    header = _loaded(parts(sealed).protected)
    said = header.get(_CONTENT_TYPE) if isinstance(header, dict) else None
    return said.removeprefix(KIND.format("")) if isinstance(said, str) else ""


def digest(sealed: bytes) -> bytes:
    """SHA-256: what a sealed thing is called where it is referred to."""
    return hashlib.sha256(sealed).digest()


def _header(named: bytes, kind: str) -> bytes:
    return cbor2.dumps({_ALG: _EDDSA, _CONTENT_TYPE: KIND.format(kind), _KID: named}, canonical=True)


def _signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def parts(sealed: bytes) -> Parts:
    """Something sealed, taken apart; raises InputError if it has another form."""
    tag = _loaded(sealed)
    match tag.value if isinstance(tag, cbor2.CBORTag) and tag.tag == _SIGN1 else None:
        case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)] if not unprotected:
            # One form only: longer ways to write the same would pass as other bytes with the same signature.
            if cbor2.dumps(tag, canonical=True) == sealed:
                return Parts(protected, payload, signature)
    message = "this is no COSE_Sign1 message in its shortest form"
    raise InputError(message)


def _named(protected: bytes, kind: str) -> bytes:
    header = _loaded(protected)
    named = header.get(_KID) if isinstance(header, dict) else None
    if not isinstance(named, bytes) or protected != _header(named, kind):
        message = f"this is not signed as {KIND.format(kind)}"
        raise InputError(message)
    return named


def _loaded(data: bytes) -> Any:
    try:
        return cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError, RecursionError, OverflowError, TypeError, MemoryError) as error:
        message = f"this is no CBOR: {error}"
        raise InputError(message) from error
