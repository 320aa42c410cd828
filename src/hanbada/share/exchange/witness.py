"""What a log asks of a partner, and when the partner cosigns: only what follows from the last checkpoint it saw.

The request is that of c2sp.org/tlog-witness (add-checkpoint), carried on a link instead of HTTP, and so are the
answers: 200 with a cosignature, 409 with the size the partner knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from hanbada.model.errors import InputError
from hanbada.share.exchange import notes, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.exchange import Alarm
    from hanbada.share.exchange.notes import Checkpoint

ASK = "tlog-add-checkpoint;v=1"
ANSWER = "tlog-answer+json;v=1"
COSIGNED, CONFLICT = 200, 409
MOST_HASHES = 63
"""Of a consistency proof, as the source bounds it: more no tree needs."""


class Asked(NamedTuple):
    """A request: the size of the tree the proof starts from, the proof, and the checkpoint as it was signed."""

    old: int
    path: tuple[bytes, ...]
    note: str


class Answer(Struct, frozen=True, kw_only=True):
    """The answer about a checkpoint of some size: a cosignature line, or the size that is known instead."""

    size: int
    status: int
    text: str


class Judged(NamedTuple):
    """What a checkpoint deserves: the status to answer with, or what is wrong with the log."""

    status: int
    alarm: Alarm | None = None
    why: str = ""


def write(old: int, path: Sequence[bytes], note: str) -> bytes:
    """A request as bytes."""
    hashes = "".join(f"{notes.coded(one)}\n" for one in path)
    return f"old {old}\n{hashes}\n{note}".encode()


def read(request: bytes) -> Asked:
    """A request from bytes; raises InputError if it is none."""
    try:
        head, parted, note = request.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        message = "a request to cosign is text in UTF-8"
        raise InputError(message) from error
    first, *hashes = head.split("\n")
    old = first.removeprefix("old ")
    if not parted or first == old or not _number(old) or len(hashes) > MOST_HASHES:
        message = "a request to cosign begins with the size the partner knows, and up to 63 hashes"
        raise InputError(message)
    return Asked(int(old), tuple(hash_of(one) for one in hashes), note)


def judge(known: Checkpoint | None, asked: Asked, found: Checkpoint) -> Judged:
    """Whether a checkpoint of a log follows from the last one known of it.

    A smaller tree than was seen is a rollback. Another root at the same size, or a proof that does not hold, is a fork:
    the log tells different partners different things, or somebody changed its past.
    """
    size, root = (0, tree.EMPTY) if known is None else (known.size, known.root)
    if found.size < size:
        return Judged(400, "rollback", f"the audit log had {size} leaves and now has {found.size}")
    if found.size == size and found.root != root:
        return Judged(409, "fork", f"the audit log had another root when it had {size} leaves")
    if asked.old != size:
        return Judged(CONFLICT)
    if not tree.consistent((size, root), (found.size, found.root), asked.path):
        return Judged(422, "fork", f"the audit log did not grow from {size} leaves to {found.size}: its past changed")
    return Judged(COSIGNED)


def hash_of(text: str) -> bytes:
    """A hash on a line of its own; raises InputError if it is none."""
    found = notes.uncoded(text, "a hash")
    if len(found) != 32:
        message = "a hash has 32 bytes"
        raise InputError(message)
    return found


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16 and str(int(text)) == text
