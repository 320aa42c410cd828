"""The Merkle tree of RFC 9162: its root, and proofs that it holds a record and that it only grew.

`Hashes` gives the hash of a whole subtree by its level (0: leaves) and its number there; those that exist are what
`grown` handed back, so that a root or a proof of a large tree costs a few look-ups. Sizes count leaves.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Hashes = Callable[[int, int], bytes]

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


class Whole(NamedTuple):
    """A subtree with all its leaves: 2 to the power of its level."""

    level: int
    number: int
    hash: bytes


def leaf_hash(record: bytes) -> bytes:
    """The hash of a record as a leaf (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\0" + record).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def grown(hashes: Hashes, size: int, leaf: bytes) -> list[Whole]:
    """The whole subtrees that one more leaf on a tree of some size completes: the leaf itself, and those above it."""
    fresh = [Whole(0, size, leaf)]
    while (last := fresh[-1]).number & 1:
        above = parent(hashes(last.level, last.number - 1), last.hash)
        fresh.append(Whole(last.level + 1, last.number >> 1, above))
    return fresh


def root(hashes: Hashes, size: int) -> bytes:
    """The root of a tree of some size (RFC 9162, section 2.1.1)."""
    return _over(hashes, 0, size) if size else EMPTY


def inclusion(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """The proof that a leaf stands in a tree of some size, from the leaf up (RFC 9162, section 2.1.3.1)."""
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_over(hashes, middle, end))
            end = middle
        else:
            path.append(_over(hashes, begin, middle))
            begin = middle
    return path[::-1]


def consistency(hashes: Hashes, old: int, size: int) -> list[bytes]:
    """The proof that a tree grew from an older one; empty if it did not grow or began (RFC 9162, section 2.1.4.1)."""
    if old in {0, size}:
        return []
    path: list[bytes] = []
    begin, end = 0, size
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_over(hashes, middle, end))
            end = middle
        else:
            path.append(_over(hashes, begin, middle))
            begin = middle
    return ([] if begin == 0 else [_over(hashes, begin, end)]) + path[::-1]


def root_with(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, None if it has not the right length (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    number, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            found = parent(one, found)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            found = parent(found, one)
        number, last = number >> 1, last >> 1
    return found if last == 0 else None


def consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree (size and root) grew into another (RFC 9162, section 2.1.4.2)."""
    (before, old_root), (size, new_root) = old, new
    if not 0 < before < size:
        return not path and (before == 0 or old == new)
    steps = [old_root, *path] if before & (before - 1) == 0 else list(path)
    if not steps:
        return False
    number, last = before - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    was = now = steps[0]
    for one in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            was, now = parent(one, was), parent(one, now)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            now = parent(now, one)
        number, last = number >> 1, last >> 1
    return last == 0 and (was, now) == (old_root, new_root)


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(hashes: Hashes, begin: int, end: int) -> bytes:
    """The root over the leaves from `begin` to before `end`, as proofs cut them."""
    size = end - begin
    if size & (size - 1) == 0:
        return hashes(size.bit_length() - 1, begin // size)
    middle = begin + _split(size)
    return parent(_over(hashes, begin, middle), _over(hashes, middle, end))
