"""A log outside its node: proof files that need nothing else to be checked, and the tiles that anybody can mirror.

Sources: c2sp.org/tlog-proof (version 1), c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.model.errors import InputError
from hanbada.share.exchange import intervals, notes, plain, tree
from hanbada.share.exchange.intervals import Shown
from hanbada.share.exchange.witness import MOST_HASHES, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.share.exchange.notes import Checkpoint, Note, NoteKey
    from hanbada.share.exchange.tree import Hashes

_FIRST = "c2sp.org/tlog-proof@v1"
TILE = 256
"""Hashes in a full tile: eight levels of the tree."""
_LEVELS = 8


class Proof(NamedTuple):
    """That a log holds a record at a place; `extra` is what our records need besides: the entry and its inner path."""

    extra: bytes
    leaf: int
    path: tuple[bytes, ...]
    note: str


class Checked(NamedTuple):
    """What a proof shows: the entry, the checkpoint it rests on, and who cosigned that when (seconds since 1970)."""

    shown: Shown
    checkpoint: Checkpoint
    leaf: int
    cosigned: dict[str, int]
    unknown: tuple[str, ...]


def write(proof: Proof) -> str:
    """A proof file."""
    hashes = "".join(f"{notes.coded(one)}\n" for one in proof.path)
    return f"{_FIRST}\nextra {notes.coded(proof.extra)}\nindex {proof.leaf}\n{hashes}\n{proof.note}"


def read(text: str) -> Proof:
    """A proof from its file; raises InputError if it is none."""
    head, parted, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    extra = notes.uncoded(lines.pop(0).removeprefix("extra "), "extra") if head.startswith(f"{_FIRST}\nextra ") else b""
    index = lines.pop(0).removeprefix("index ") if lines else ""
    if first != _FIRST or not parted or not index.isdigit() or len(index) > 15 or len(lines) > MOST_HASHES:
        message = f"this is no proof file: it begins with {_FIRST}, a line `index NUMBER`, and hashes"
        raise InputError(message)
    return Proof(extra, int(index), tuple(hash_of(one) for one in lines), note)


def check(proof: Proof, key: NoteKey, cosigners: Sequence[NoteKey]) -> Checked:
    """What a proof shows, given the key of the log and those of cosigners; raises InputError where it does not hold."""
    note = notes.read(proof.note)
    found = notes.read_checkpoint(note.text)
    if found.origin != key.name or not notes.signed_by(note, key):
        message = f"the checkpoint in the proof is not signed with the key of {key.name}"
        raise InputError(message)
    one = plain.read(proof.extra, Shown)
    inner = intervals.root_of(one)
    hashed = b"" if inner is None else tree.leaf_hash(intervals.record(one.closed_at, inner))
    if tree.root_with(hashed, proof.leaf, found.size, proof.path) != found.root:
        message = f"the entry is not in the log of {key.name}: the proof does not lead to the root of its checkpoint"
        raise InputError(message)
    good = cosigners_of(note, cosigners)
    others = {name for name, _ in note.signatures} - set(good) - {key.name}
    return Checked(one, found, proof.leaf, good, tuple(sorted(others)))


def carried(one: Shown) -> bytes:
    """An entry with its inner path, as a proof file carries it."""
    return msgspec.json.encode(one)


def cosigners_of(note: Note, keys: Sequence[NoteKey]) -> dict[str, int]:
    """Which cosigners signed a note, and when (seconds since 1970)."""
    times = {one.name: notes.cosigned_at(note, one) for one in keys}
    return {name: at_s for name, at_s in times.items() if at_s is not None}


def tiles(hashes: Hashes, size: int) -> Iterator[tuple[str, bytes]]:
    """The tiles of a tree of some size: their names and contents, the last of each level cut where the tree ends."""
    level, left = 0, size
    while left:
        for number in range(-(-left // TILE)):
            width = min(TILE, left - number * TILE)
            row = (hashes(level * _LEVELS, number * TILE + one) for one in range(width))
            yield tile_name(str(level), number, width), b"".join(row)
        level, left = level + 1, left // TILE


def bundles(records: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The records themselves, each after its length in two bytes: names and contents."""
    for number in range(-(-len(records) // TILE)):
        some = records[number * TILE : (number + 1) * TILE]
        yield tile_name("entries", number, len(some)), b"".join(len(one).to_bytes(2) + one for one in some)


def tile_name(level: str, number: int, width: int) -> str:
    """Where a tile is kept.

    >>> tile_name("0", 1234067, 256), tile_name("entries", 5, 7)
    ('tile/0/x001/x234/067', 'tile/entries/005.p/7')
    """
    last, *before = _threes(number)
    path = "".join(f"x{one:03d}/" for one in reversed(before)) + f"{last:03d}"
    return f"tile/{level}/{path}" + ("" if width == TILE else f".p/{width}")


def _threes(number: int) -> list[int]:
    found = [number % 1000]
    while number := number // 1000:
        found.append(number % 1000)
    return found
