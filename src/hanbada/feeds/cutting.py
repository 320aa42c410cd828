"""Whole lines out of bytes that arrive cut anywhere."""

from __future__ import annotations

MOST_BYTES = 1 << 16
"""A line that never ends is cut here, so that memory stays bounded: the decoder rejects and counts the pieces."""


class Cutter:
    """What is left of a stream between two calls: the beginning of a line."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def whole(self, data: bytes) -> bytes:
        r"""The whole lines of what came before and now; the beginning of the next is kept.

        >>> cutter = Cutter()
        >>> cutter.whole(b"one\ntw"), cutter.whole(b"o"), cutter.whole(b"\n"), cutter.rest()
        (b'one\n', b'', b'two\n', b'')
        """
        end = data.rfind(b"\n") + 1
        if end:
            whole, self._rest = self._rest + data[:end], data[end:]
        else:
            whole, self._rest = b"", self._rest + data
        if len(self._rest) > MOST_BYTES:
            whole, self._rest = whole + self._rest + b"\n", b""
        return whole

    def rest(self) -> bytes:
        """The line that was begun, ended: what a feed that stops in the middle of a sentence leaves."""
        rest, self._rest = self._rest, b""
        return rest + b"\n" if rest else b""
