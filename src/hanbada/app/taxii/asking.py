"""What a request over TAXII asks for: media types, filters, and the cursor that says how far a reader has come.

A cursor is the place of the last object and a seal over it, the view and the filters: nothing is kept for it, it may be
used again after a lost answer, and nobody can make one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.model.errors import UsageError
from hanbada.model.times import parse_iso
from hanbada.store.taxii import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/taxii+json;version=2.1"
STIX_TYPE = "application/stix+json;version=2.1"
USUAL, MOST = 100, 1_000
"""Objects of a page: where nobody says how many, and however many somebody asks for."""
_ACCEPTED = (MEDIA_TYPE, "application/taxii+json", "application/*", "*/*")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_SEAL = 16


class Sought(NamedTuple):
    """What of a view is asked for, and what a cursor for the rest is sealed over; `none` fits no object at all."""

    wanted: Wanted
    about: bytes
    none: bool = False


def accepts(header: str | None) -> bool:
    """Whether somebody takes what we answer.

    >>> accepts("application/taxii+json; version=2.1"), accepts("application/taxii+json;version=2.0")
    (True, False)
    """
    parts = [part.split(";q=")[0].replace(" ", "").lower() for part in (header or "*/*").split(",")]
    return any(part in _ACCEPTED for part in parts)


def handed_in_as(header: str | None) -> bool:
    """Whether somebody hands in what we take."""
    return (header or "").replace(" ", "").lower() in _ACCEPTED[:2]


def sought(query: Mapping[str, str], key: bytes, view: str) -> Sought:
    """What a query asks for in a view; raises UsageError where it makes no sense."""
    ids, types = _listed(query, "match[id]"), _listed(query, "match[type]")
    editions, versions = _listed(query, "match[spec_version]"), _versions(query)
    added = query.get("added_after")
    after = -1 if added is None else stamp_of(added)
    about = msgspec.json.encode([view, ids, types, editions, versions, after])
    if query.get("next"):
        after = opened(query["next"], key, about)
    none = editions is not None and "2.1" not in editions
    wanted = Wanted(after=after, ids=ids, types=types, versions=versions, limit=_limit(query))
    return Sought(wanted, about, none)


def _listed(query: Mapping[str, str], name: str) -> tuple[str, ...] | None:
    if name not in query:
        return None
    return tuple(one.strip() for one in query[name].split(",") if one.strip())


def _versions(query: Mapping[str, str]) -> tuple[int, ...] | None:
    """The versions that are asked for; None for the last, the first and all: there is one of each object."""
    named = _listed(query, "match[version]")
    if named is None or {"last", "first", "all"} & set(named):
        return None
    return tuple(stamp_of(one) for one in named)


def stamp_of(text: str) -> int:
    """UTC microseconds of a timestamp as STIX writes it; raises UsageError for any other."""
    found = parse_iso(text) if _STAMP.fullmatch(text) else None
    if found is None:
        message = f"{text[:64]!r} is no timestamp: write 2026-01-31T12:00:00.000Z"
        raise UsageError(message)
    return found


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit")
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        message = "limit: a number of objects, at least 1"
        raise UsageError(message)
    return min(int(text), MOST)


def sealed(seq: int, key: bytes, about: bytes) -> str:
    """The cursor behind an object."""
    place = seq.to_bytes(8, "big")
    return base64.urlsafe_b64encode(place + _seal(place, key, about)).decode()


def opened(cursor: str, key: bytes, about: bytes) -> int:
    """The place a cursor stands at; raises UsageError for one that is not ours, or of another question."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode())
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 8 + _SEAL or not hmac.compare_digest(raw[8:], _seal(raw[:8], key, about)):
        message = "next: not a cursor of this collection with these filters"
        raise UsageError(message)
    return int.from_bytes(raw[:8], "big")


def _seal(place: bytes, key: bytes, about: bytes) -> bytes:
    return hmac.digest(key, b"taxii next\0" + place + about, "sha256")[:_SEAL]
