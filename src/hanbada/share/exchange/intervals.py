"""What an interval of the ledger looks like from outside: one hash, whether much, little or nothing happened in it.

Entries are leaves of a tree that is always as deep, at places that a secret of the interval picks; every other place
holds a hash made from the secret, which nobody without it can tell from one over entries. So neither the root, nor the
path of an entry that is shown, says how many others there are.
"""

from __future__ import annotations

import hashlib
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from hanbada.share.exchange.tree import parent

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH = 24
"""Levels below the root: places for 16 million entries, so that two seldom want the same one."""


class Content(Struct, frozen=True, kw_only=True):
    """What is shown of an entry: neither its number nor the hash before it, which would tell how many there are."""

    at: int
    actor: str
    action: str
    object_id: str
    body: str


class Shown(Struct, frozen=True, kw_only=True):
    """An entry with what leads from it to the root of its interval; `closed_at` is when the interval ended."""

    content: Content
    nonce: bytes
    path: tuple[bytes, ...]
    closed_at: int


class Interval(NamedTuple):
    """An interval as its owner sees it: hashes by level and place, and the nonce of each entry by its number."""

    levels: tuple[dict[int, bytes], ...]
    nonces: dict[int, bytes]
    secret: bytes

    @property
    def root(self) -> bytes:
        """The hash that stands for the interval."""
        return self.levels[DEPTH].get(0) or _filler(self.secret, DEPTH, 0)


def secret_of(naming: bytes, number: int) -> bytes:
    """The secret of an interval, from one that the node keeps."""
    return _keyed(naming, b"hanbada audit interval\0" + number.to_bytes(8))


def sealed(secret: bytes, contents: Mapping[int, Content]) -> Interval:
    """An interval over entries by their numbers in the ledger; the secret of another interval gives another root."""
    nonces: dict[int, bytes] = {}
    levels: list[dict[int, bytes]] = [{}]
    for seq, content in contents.items():
        tried = (_keyed(secret, b"place" + seq.to_bytes(8) + attempt.to_bytes(4)) for attempt in count())
        nonce = next(one for one in tried if _place(one) not in levels[0])
        nonces[seq] = nonce
        levels[0][_place(nonce)] = _entry_hash(nonce, content)
    for level in range(DEPTH):
        below = levels[-1]
        levels.append({place >> 1: _above(secret, below, level, place) for place in below})
    return Interval(tuple(levels), nonces, secret)


def shown(interval: Interval, seq: int, content: Content, closed_at: int) -> Shown:
    """One entry of an interval, with its path."""
    nonce = interval.nonces[seq]
    place, path = _place(nonce), []
    for level in range(DEPTH):
        beside = (place >> level) ^ 1
        path.append(interval.levels[level].get(beside) or _filler(interval.secret, level, beside))
    return Shown(content=content, nonce=nonce, path=tuple(path), closed_at=closed_at)


def root_of(one: Shown) -> bytes | None:
    """The root of the interval an entry is shown to be in, None if its path is not as deep as all are."""
    if len(one.path) != DEPTH:
        return None
    place, found = _place(one.nonce), _entry_hash(one.nonce, one.content)
    for level, beside in enumerate(one.path):
        found = parent(beside, found) if place >> level & 1 else parent(found, beside)
    return found


def record(closed_at: int, root: bytes) -> bytes:
    r"""What the log holds of an interval: when it ended (whole seconds, UTC) and its root.

    >>> record(1_700_000_100_000_000, bytes(2))
    b'hanbada interval 1700000100 0000\n'
    """
    return f"hanbada interval {closed_at // 1_000_000} {root.hex()}\n".encode()


def _above(secret: bytes, below: Mapping[int, bytes], level: int, place: int) -> bytes:
    left, right = place & ~1, place | 1
    return parent(
        below.get(left) or _filler(secret, level, left),
        below.get(right) or _filler(secret, level, right),
    )


def _entry_hash(nonce: bytes, content: Content) -> bytes:
    return hashlib.sha256(b"\0" + nonce + msgspec.json.encode(msgspec.structs.astuple(content))).digest()


def _place(nonce: bytes) -> int:
    return int.from_bytes(nonce[:4]) >> (32 - DEPTH)


def _filler(secret: bytes, level: int, place: int) -> bytes:
    return _keyed(secret, b"empty" + level.to_bytes() + place.to_bytes(4))


def _keyed(secret: bytes, message: bytes) -> bytes:
    """A hash that only who has the secret can make (BLAKE2b with a key, RFC 7693)."""
    return hashlib.blake2b(message, key=secret, digest_size=32).digest()
