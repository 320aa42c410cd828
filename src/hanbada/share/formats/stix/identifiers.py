"""Ids and times as STIX writes them: the same object has the same id each time, here and everywhere.

Ids of domain objects have the shape of random UUIDs, which the specification asks for, over a hash of what they name;
those of observables are what section 2.9 of STIX 2.1 makes of their properties.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from hanbada.model.times import from_us, in_era, iso, parse_iso

NAMESPACE = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
"""Of observables: STIX 2.1, section 2.9."""


def named(kind: str, *parts: object) -> str:
    """The id of an object of a kind that these parts name.

    >>> named("identity", "KR")
    'identity--6de81144-1f12-4828-8c0d-ff7a10d5c0c7'
    """
    digest = hashlib.sha256(msgspec.json.encode([kind, *parts], order="deterministic")).digest()
    return f"{kind}--{_uuid(digest, 4)}"


def observable(kind: str, properties: dict[str, Any]) -> str:
    """The id of an observable with these contributing properties.

    >>> observable("ipv4-addr", {"value": "198.51.100.3"})
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4'
    """
    content = NAMESPACE + msgspec.json.encode(properties, order="sorted")
    return f"{kind}--{_uuid(hashlib.sha1(content, usedforsecurity=False).digest(), 5)}"


def _uuid(digest: bytes, version: int) -> str:
    made = bytearray(digest[:16])
    made[6] = made[6] & 0x0F | version << 4
    made[8] = made[8] & 0x3F | 0x80
    text = made.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def stamp(at_us: int) -> str:
    """A timestamp to the millisecond, as `created` and `modified` want it.

    >>> stamp(1384257600011999)
    '2013-11-12T12:00:00.011Z'
    """
    return f"{from_us(at_us).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def exactly(at_us: Any) -> str | None:
    """A timestamp to the microsecond; None for what is no time between 1980 and 2100."""
    return iso(at_us) if isinstance(at_us, int) and in_era(at_us) is not None else None


def time_of(value: Any) -> int | None:
    """UTC microseconds of a timestamp, None if it is none."""
    return parse_iso(value) if isinstance(value, str) and len(value) < 64 and value.endswith("Z") else None
