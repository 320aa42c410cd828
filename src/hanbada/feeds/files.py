"""Files as a stream of pieces: compression and form are told by content, never by the file's name."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Form = Literal["nmea", "csv", "json", "parquet"]
PIECE = 1 << 20
PEEK = 1 << 16


@dataclass(frozen=True, slots=True)
class Input:
    """An opened file: `pieces` yields its bytes without compression; `size` is that of the file, 0 if not known."""

    name: str
    form: Form
    size: int
    pieces: Iterator[bytes]
    consumed: Callable[[], int]


def open_input(path: str) -> Input:
    """Open a file, or standard input for `-`; raises InputError if it cannot be read or its form is not known."""
    raw = _open(path)
    size = 0 if path == "-" else Path(path).stat().st_size
    head = _peek(raw, 8)
    if head[:4] == b"PAR1":
        return Input(path, "parquet", size, iter(()), lambda: 0)
    stream = _expanded(raw, head)
    pieces = _pieces(stream, path)
    first = next(pieces, b"")
    while first and len(first) < PEEK and (more := next(pieces, b"")):
        first += more
    return Input(path, sniff(first[:PEEK], path), size, _chain(first, pieces), lambda: _told(raw))


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


def _expanded(raw: BinaryIO, head: bytes) -> BinaryIO:
    if head[:2] == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if head[:4] == b"\x28\xb5\x2f\xfd":
        import zstandard

        return zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw, read_across_frames=True)
    return raw


def _pieces(stream: BinaryIO, path: str) -> Iterator[bytes]:
    """Pieces of the stream; a damaged end costs what is behind it, with a message that says where."""
    done = 0
    read = getattr(stream, "read1", stream.read)
    while True:
        try:
            piece = read(PIECE)
        except (OSError, EOFError, zlib.error) as error:
            message = f"{path}: the compressed data end early or are damaged after {done:,} bytes ({error})"
            raise InputError(message) from error
        except Exception as error:  # zstandard.ZstdError: the library is loaded only for such files
            if type(error).__name__ != "ZstdError":
                raise
            message = f"{path}: the zstd data are damaged after {done:,} bytes ({error})"
            raise InputError(message) from error
        if not piece:
            return
        done += len(piece)
        yield piece


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def sniff(head: bytes, path: str = "") -> Form:
    """The form of a file by its first bytes; NMEA if nothing else fits, since every line of junk has its own reject.

    >>> sniff(b"MMSI,BaseDateTime,LAT,LON\\n"), sniff(b'{"MessageType"'), sniff(b"!AIVDM,1,1")
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
