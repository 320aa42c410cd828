"""The same frames in a file: what goes on a stick or into a mail, as many as it takes, one behind the other.

A file that is lost, comes twice or late does no harm: what is not acknowledged is in the next one again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.sharing import door as doors
from hanbada.app.sharing import receiving
from hanbada.model.errors import InputError
from hanbada.share.exchange import train
from hanbada.store.database import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from hanbada.app.sharing.door import Door

_PIECE = 65_536


class Carried(NamedTuple):
    """What a file came to: the partner it is of, its frames, the entries in them that were new, and alarms."""

    partner: str
    frames: int
    fresh: int
    alarms: tuple[str, ...]


def written(door: Door, partner: str, out: IO[bytes]) -> tuple[int, int]:
    """Write all that waits for a partner, and what we have of it; how many frames and entries that is."""
    out.write(train.MAGIC)
    frames = entries = 0
    after: dict[int, int] | None = None
    while True:
        packed = doors.carried(door, partner, after)
        out.write(train.coupled(packed.wire))
        frames, entries, after = frames + 1, entries + packed.entries, packed.upto
        if not packed.more:
            return frames, entries


def read(file: IO[bytes]) -> Iterator[bytes]:
    """The frames in a file of `hanbada share export`; raises InputError if it is none or was cut short."""
    frames = train.Frames()
    for piece in iter(partial(file.read, _PIECE), b""):
        yield from frames.take(piece)
    frames.end()


def taken(door: Door, file: IO[bytes]) -> Carried:
    """Take every frame of a file, each in a transaction of its own.

    Raises InputError for what is none of a partner to us; frames before it stay.
    """
    found = Carried("", 0, 0, ())
    for wire in read(file):
        with writing(door.engine) as connection:
            one = receiving.receive(connection, door.ours(connection), wire, door.written())
        alarms = tuple(f"{alarm}: {why}" for alarm, why in one.alarms)
        found = Carried(one.partner, found.frames + 1, found.fresh + one.fresh, found.alarms + alarms)
    if not found.frames:
        message = "there is no frame in this file"
        raise InputError(message)
    return found
