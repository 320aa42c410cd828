"""Statements as they are signed: short names, nothing said that is plain, times in whole seconds where they are whole.

The payload is I-JSON (RFC 7493): a person can read what was signed, and the dictionary of `frames` makes it as short as
CBOR would be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from hanbada.model.errors import InputError
from hanbada.model.exchange import Statement
from hanbada.model.sharing import Aspect, Handling, Onward, Tlp, Told
from hanbada.share.exchange import plain
from hanbada.share.exchange import seal as sealing
from hanbada.share.exchange.seal import Parts, parts, seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from nacl.signing import SigningKey

KIND = "statement+json;v=1"
LARGEST = 256 * 1024


class _Terms(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A handling as it is written; `from` is left out where the origin itself is the originator."""

    tlp: Tlp
    onw: Onward = "none"
    pur: tuple[str, ...] = ()
    by: str = ""
    exp: int | None = None
    pd: bool = False


class _Fact(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    name: str
    aspect: Aspect
    value: Any
    terms: _Terms | None = None


class _Wire(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    id: str
    rv: int
    o: str
    to: str
    c: str
    cv: int
    t: str
    iat: int
    h: _Terms | None = None
    f: tuple[_Fact, ...] | None = None
    refs: tuple[str, ...] = ()
    ex: bool = False


def write(statement: Statement, key: SigningKey) -> bytes:
    """A statement, signed by its origin."""
    return seal(plain.write(_wire(statement)), key, KIND)


class Claim(NamedTuple):
    """A statement before its signature was looked at: only to learn whose key to ask."""

    sealed: Parts
    wire: _Wire

    @property
    def origin(self) -> str:
        """Who it says it is of."""
        return self.wire.o


class Proven(NamedTuple):
    """A statement with a good signature, and the public key that made it."""

    statement: Statement
    public: bytes


def claim(sealed: bytes) -> Claim:
    """What a statement claims; raises InputError if it is none."""
    if len(sealed) > LARGEST:
        message = f"a statement of {len(sealed)} bytes; {LARGEST} are the most"
        raise InputError(message)
    found = parts(sealed)
    return Claim(found, plain.read(found.payload, _Wire))


def proven(claimed: Claim, key_named: Callable[[bytes], bytes | None]) -> Proven:
    """A claimed statement, if its signature is good; raises InputError if not, or if it says what no statement may."""
    public = sealing.verified(claimed.sealed, KIND, key_named).public
    return Proven(_statement(claimed.wire), public)


def read(sealed: bytes, key_named: Callable[[bytes], bytes | None]) -> Statement:
    """A statement whose signature is good; raises InputError if it is not, or says what no statement may."""
    return proven(claim(sealed), key_named).statement


def _wire(one: Statement) -> _Wire:
    terms = None if one.handling is None else _terms(one.handling, one.origin)
    return _Wire(
        id=one.item_id, rv=one.version, o=one.origin, to=one.to, c=one.community, cv=one.charter, t=one.data_class,
        iat=one.issued_at, h=terms, f=None if one.facts is None else tuple(_fact(fact, one) for fact in one.facts),
        refs=one.refs, ex=one.exercise,
    )  # fmt: skip


def _fact(fact: Told, one: Statement) -> _Fact:
    terms = None if fact.handling is None else _terms(fact.handling, one.origin)
    return _Fact(fact.name, fact.aspect, fact.value, terms)


def _terms(handling: Handling, origin: str) -> _Terms:
    return _Terms(
        tlp=handling.tlp,
        onw=handling.onward,
        pur=handling.purposes,
        by="" if handling.originator == origin else handling.originator,
        exp=handling.until_at,
        pd=handling.personal,
    )


def _statement(wire: _Wire) -> Statement:
    if (wire.f is None) != (wire.h is None):
        message = "a statement with facts says how to handle them, a recall has neither"
        raise InputError(message)
    if wire.rv < 1:
        message = "versions of a statement are counted from 1"
        raise InputError(message)
    return Statement(
        item_id=wire.id, version=wire.rv, origin=wire.o, to=wire.to, community=wire.c, charter=wire.cv,
        data_class=wire.t, issued_at=wire.iat, handling=None if wire.h is None else _handling(wire.h, wire.o),
        facts=None if wire.f is None else tuple(_told(fact, wire) for fact in wire.f), refs=wire.refs, exercise=wire.ex,
    )  # fmt: skip


def _told(fact: _Fact, wire: _Wire) -> Told:
    handling = None if fact.terms is None else _handling(fact.terms, wire.o)
    return Told(name=fact.name, aspect=fact.aspect, value=fact.value, handling=handling)


def _handling(terms: _Terms, origin: str) -> Handling:
    return Handling(
        tlp=terms.tlp,
        onward=terms.onw,
        purposes=terms.pur,
        originator=terms.by or origin,
        until_at=terms.exp,
        personal=terms.pd,
    )
