"""Frames one behind the other: in a file, in a request or in its answer, each after its length.

A frame counts once it is whole: what is cut off behind it does no harm.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hanbada.model.errors import InputError
from hanbada.share.exchange.frames import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"HBB1\n"
_LENGTH = struct.Struct(">I")


def coupled(wire: bytes) -> bytes:
    """A frame as it stands behind others; MAGIC stands before the first."""
    return _LENGTH.pack(len(wire)) + wire


class Frames:
    """Takes frames out of bytes that come piece by piece; holds no more than one that is not whole yet."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._begun = False

    def take(self, piece: bytes) -> Iterator[bytes]:
        """The frames that are whole with this piece; raises InputError if these are none."""
        self._held += piece
        if not self._begun and len(self._held) >= len(MAGIC):
            if not self._held.startswith(MAGIC):
                message = "these are no frames of a partner"
                raise InputError(message)
            del self._held[: len(MAGIC)]
            self._begun = True
        while self._begun and len(self._held) >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._held)
            if not 0 < size <= LARGEST:
                message = f"a frame of {size} bytes; {LARGEST} are the most"
                raise InputError(message)
            if len(self._held) < _LENGTH.size + size:
                return
            wire = bytes(self._held[_LENGTH.size : _LENGTH.size + size])
            del self._held[: _LENGTH.size + size]
            yield wire

    def end(self) -> None:
        """Nothing more comes; raises InputError if something is missing."""
        if self._held or not self._begun:
            message = "it was cut short or changed on its way"
            raise InputError(message)
