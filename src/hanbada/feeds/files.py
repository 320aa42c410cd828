"""Files as a stream of pieces: compression and form are told by content, never by the file's name."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Form = Literal["nmea", "csv", "json", "parquet"]
PIECE = 1 << 20
PEEK = 1 << 16
ZSTD_PIECE = 1 << 11
"""Compressed bytes taken at a time: a damaged or hostile frame can make each of them 32 KiB."""
ZSTD_WINDOW = 1 << 27
"""Bytes a frame may look back: what `zstd --ultra` needs, and no more memory than that."""


@dataclass(frozen=True, slots=True)
class Input:
    """An opened file: `pieces` yields its bytes without compression; `size` is that of the file, 0 if not known."""

    name: str
    form: Form
    size: int
    pieces: Iterator[bytes]
    consumed: Callable[[], int]


def open_input(path: str) -> Input:
    """Open a file, or standard input for `-`; raises InputError if it cannot be read.

    What is damaged further on raises InputError from `pieces`, behind everything that could be read before it.
    """
    raw = _open(path)
    size = 0 if path == "-" else Path(path).stat().st_size
    head = _peek(raw, 8)
    if head[:4] == b"PAR1" and path == "-":
        message = "Parquet cannot be read from standard input: give the file"
        raise InputError(message)
    if head[:4] == b"PAR1":
        return Input(path, "parquet", size, iter(()), lambda: 0)
    pieces = _one_encoding(_expanded(raw, head, path))
    first, damage = _beginning(pieces)
    return Input(path, sniff(first[:PEEK]), size, _chain(first, pieces, damage), lambda: _told(raw))


def _beginning(pieces: Iterator[bytes]) -> tuple[bytes, InputError | None]:
    """Enough to tell the form by, and the damage met on the way."""
    first = b""
    try:
        for more in pieces:
            first += more
            if len(first) >= PEEK:
                break
    except InputError as error:
        return first, error
    return first, None


def _open(path: str) -> BinaryIO:
    if path == "-":
        return sys.stdin.buffer
    try:
        return Path(path).open("rb", buffering=PIECE)
    except OSError as error:
        message = f"{path}: cannot be opened: {error.strerror}"
        raise InputError(message) from error


def _peek(raw: BinaryIO, count: int) -> bytes:
    return raw.peek(count)[:count] if isinstance(raw, io.BufferedReader) else b""


def _told(raw: BinaryIO) -> int:
    try:
        return raw.tell()
    except (OSError, ValueError):
        return 0


def _expanded(raw: BinaryIO, head: bytes, path: str) -> Iterator[bytes]:
    if head[:2] == b"\x1f\x8b":
        return _read(gzip.GzipFile(fileobj=raw), path)
    return _zstd(raw, path) if head[:4] == b"\x28\xb5\x2f\xfd" else _read(raw, path)


def _read(stream: BinaryIO | gzip.GzipFile, path: str) -> Iterator[bytes]:
    """Pieces of the stream; a damaged end costs what is behind it, with a message that says where."""
    done = 0
    while True:
        try:
            piece = stream.read1(PIECE) if isinstance(stream, io.BufferedReader | gzip.GzipFile) else stream.read(PIECE)
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(path, done, str(error)) from error
        if not piece:
            return
        done += len(piece)
        yield piece


def _zstd(raw: BinaryIO, path: str) -> Iterator[bytes]:
    """The same of one or more zstd frames. The library's own reader takes a missing end for the end."""
    import zstandard

    decompressor, frame, done = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW), None, 0
    for piece in _read(raw, path):
        for begin in range(0, len(piece), ZSTD_PIECE):
            rest = piece[begin : begin + ZSTD_PIECE]
            while rest:
                frame = frame or decompressor.decompressobj()
                try:
                    out = frame.decompress(rest)
                except zstandard.ZstdError as error:
                    raise _damaged(path, done, str(error)) from error
                rest, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
                done += len(out)
                if out:
                    yield out
    if frame is not None:
        raise _damaged(path, done, "the last frame has no end")


def _damaged(path: str, done: int, why: str) -> InputError:
    return InputError(f"{path}: damaged or cut off after {done:,} bytes of content ({why})")


def _one_encoding(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces as they are; text in UTF-16, as some systems write it, as UTF-8."""
    first = next(pieces, b"")
    if first[:2] not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        yield first
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    yield decoder.decode(first).encode()
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _chain(first: bytes, rest: Iterable[bytes], damage: InputError | None) -> Iterator[bytes]:
    if first:
        yield first
    if damage is not None:
        raise damage
    yield from rest


def sniff(head: bytes) -> Form:
    r"""The form of a file by its first bytes; NMEA if nothing else fits, since every line of junk has its own reject.

    >>> sniff(b"MMSI,BaseDateTime,LAT,LON\n"), sniff(b'{"MessageType"'), sniff(b"!AIVDM,1,1")
    ('csv', 'json', 'nmea')
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in {b"{", b"["} and b"VDM," not in text.split(b"\n", 1)[0]:
        return "json"
    if _is_csv(text.split(b"\n", 1)[0]):
        return "csv"
    return "nmea"


def _is_csv(header: bytes) -> bool:
    names = header.lower()
    separated = any(names.count(mark) >= 3 for mark in (b",", b";", b"\t"))
    return separated and b"vdm" not in names and b"lat" in names and b"lon" in names
