"""Segment files of the line log: how records are framed, found again and told from damage.

A segment is a head and records. Each record begins with a mark drawn for its segment, which no sender of lines knows:
a line that imitates a record is not taken for one, nor even looked at, when damage must be stepped over. A closed
segment has an index beside it, which can always be made anew.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import zstandard
from msgspec import Struct

from hanbada.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIX, INDEX_SUFFIX = ".lines", ".index"
_MAGIC, _INDEX_MAGIC = b"HBLINES1", b"HBINDEX1"
MARK_BYTES = 4
_PREFIX = struct.Struct("<8sII")
"""Magic, bytes of what follows, their CRC-32."""
_RECORD = struct.Struct("<4sIIQqQIHBx")
"""Mark, CRC-32 of the rest, bytes kept, sequence, received_at, first line, lines, source, 1 if compressed."""
_AFTER_CRC = 8
_WORTH_COMPRESSING = 1_024
"""Bytes below which Zstandard gains little on lines."""
_LEVEL = 1
MOST_BYTES = 64 << 20
"""Bytes of one record, expanded; a batch from a feed is far smaller."""


class Head(Struct, frozen=True, kw_only=True):
    """What a segment begins with: `last_lines` by source as the segment was made, so that numbers outlive old lines."""

    mark: bytes
    first_seq: int
    last_lines: dict[int, int]


class Record(NamedTuple):
    """Lines of one source that came together: `data` is `lines` whole lines, the first of them number `first_line`."""

    seq: int
    source: int
    received_at: int
    first_line: int
    lines: int
    data: bytes


class Place(NamedTuple):
    """Where a record stands, without its lines."""

    offset: int
    stop: int
    seq: int
    source: int
    received_at: int
    first_line: int
    lines: int


class Places(NamedTuple):
    """Records of one source within a segment: their first lines in order, and where they begin and end."""

    first_lines: array[int]
    offsets: array[int]
    stops: array[int]


@dataclass(slots=True)
class Segment:
    """A segment as far as it is known: its records stand from `begin` to `size`."""

    path: Path
    head: Head
    begin: int
    size: int
    last_seq: int
    start_at: int | None = None
    end_at: int | None = None
    last_lines: dict[int, int] = field(default_factory=dict)
    first_lines: dict[int, int] = field(default_factory=dict)
    places: dict[int, Places] = field(default_factory=dict)
    faults: list[tuple[int, int]] = field(default_factory=list)


def write_head(head: Head) -> bytes:
    """The beginning of a segment file."""
    return _enclosed(_MAGIC, msgspec.msgpack.encode(head))


def _enclosed(magic: bytes, body: bytes) -> bytes:
    return _PREFIX.pack(magic, len(body), zlib.crc32(body)) + body


def _opened(magic: bytes, data: bytes | memoryview) -> memoryview | None:
    """What was enclosed; None if it is damaged."""
    if len(data) < _PREFIX.size:
        return None
    found, size, crc = _PREFIX.unpack_from(data)
    body = memoryview(data)[_PREFIX.size : _PREFIX.size + size]
    return body if found == magic and len(body) == size and zlib.crc32(body) == crc else None


def frame(record: Record, mark: bytes) -> bytes:
    """The bytes of a record, its lines compressed if that makes them smaller."""
    kept, compressed = record.data, 0
    if len(kept) >= _WORTH_COMPRESSING:
        small = zstandard.ZstdCompressor(level=_LEVEL).compress(kept)
        if len(small) < len(kept):
            kept, compressed = small, 1
    fields = (record.seq, record.received_at, record.first_line, record.lines, record.source, compressed)
    head = _RECORD.pack(mark, 0, len(kept), *fields)[_AFTER_CRC:]
    return mark + struct.pack("<I", zlib.crc32(kept, zlib.crc32(head))) + head + kept


def place_at(data: bytes | memoryview, offset: int, mark: bytes) -> Place | None:
    """The record that stands at an offset; None if none does, or it is torn or damaged."""
    begin = offset + _RECORD.size
    if begin > len(data):
        return None
    its_own, crc, size, seq, received_at, first_line, lines, source, _ = _RECORD.unpack_from(data, offset)
    stop = begin + size
    if its_own != mark or stop > len(data) or zlib.crc32(data[offset + _AFTER_CRC : stop]) != crc:
        return None
    return Place(offset, stop, seq, source, received_at, first_line, lines)


def record_at(data: bytes | memoryview, place: Place) -> Record:
    """The record at a place, with its lines."""
    compressed = data[place.offset + _RECORD.size - 2]
    kept = data[place.offset + _RECORD.size : place.stop]
    content = zstandard.ZstdDecompressor().decompress(kept, max_output_size=MOST_BYTES) if compressed else bytes(kept)
    return Record(place.seq, place.source, place.received_at, place.first_line, place.lines, content)


def walk(content: bytes, mark: bytes, offset: int) -> Iterator[Place | tuple[int, int]]:
    """Sound records from an offset on; where one is damaged, the span to the next sound one or the end."""
    view = memoryview(content)
    while offset < len(content):
        place = place_at(view, offset, mark)
        if place is None:
            resumed = _next_sound(content, mark, offset)
            yield offset, resumed
            offset = resumed
        else:
            yield place
            offset = place.stop


def _next_sound(content: bytes, mark: bytes, offset: int) -> int:
    while (offset := content.find(mark, offset + 1)) >= 0:
        if place_at(memoryview(content), offset, mark):
            return offset
    return len(content)


def read_head(path: Path, data: bytes | memoryview) -> tuple[Head, int]:
    """The head of a segment and where its records begin; raises StoreError if it is no sound segment."""
    body = _opened(_MAGIC, data)
    if body is None:
        message = f"{path} is no segment of lines, or its beginning is damaged; move it away and start again"
        raise StoreError(message)
    return msgspec.msgpack.decode(body, type=Head), _PREFIX.size + len(body)


def scan(path: Path) -> Segment:
    """A segment read from its first byte to its last; raises StoreError if it has no head."""
    content = path.read_bytes()
    head, begin = read_head(path, content)
    segment = fresh(path, head, begin)
    for found in walk(content, head.mark, begin):
        if isinstance(found, Place):
            add(segment, found)
        else:
            segment.faults.append(found)
    return segment


def fresh(path: Path, head: Head, begin: int) -> Segment:
    """A segment without records, which are to stand from `begin` on."""
    return Segment(path, head, begin, begin, head.first_seq - 1, last_lines=dict(head.last_lines))


def add(segment: Segment, place: Place) -> None:
    """Take a record into what is known of a segment."""
    segment.size, segment.last_seq = place.stop, place.seq
    segment.start_at = min(place.received_at, segment.start_at if segment.start_at is not None else place.received_at)
    segment.end_at = max(place.received_at, segment.end_at if segment.end_at is not None else place.received_at)
    segment.last_lines[place.source] = place.first_line + place.lines - 1
    segment.first_lines.setdefault(place.source, place.first_line)
    places = segment.places.setdefault(place.source, Places(array("Q"), array("Q"), array("Q")))
    places.first_lines.append(place.first_line)
    places.offsets.append(place.offset)
    places.stops.append(place.stop)


class _Index(Struct, frozen=True, kw_only=True):
    """What is known of a closed segment; its places follow, as arrays of 64-bit numbers."""

    head: Head
    begin: int
    size: int
    last_seq: int
    start_at: int | None
    end_at: int | None
    last_lines: dict[int, int]
    first_lines: dict[int, int]
    faults: list[tuple[int, int]]


def write_index(segment: Segment) -> bytes:
    """The index of a closed segment: what is known of it, then its places."""
    names = [field.name for field in msgspec.structs.fields(_Index)]
    about = msgspec.msgpack.encode(_Index(**{name: getattr(segment, name) for name in names}))
    places = {source: tuple(one.tobytes() for one in its_own) for source, its_own in sorted(segment.places.items())}
    return _enclosed(_INDEX_MAGIC, about) + _enclosed(_INDEX_MAGIC, msgspec.msgpack.encode(places))


def read_index(path: Path, data: bytes) -> Segment | None:
    """A closed segment without its places; None if the index is damaged."""
    about = _opened(_INDEX_MAGIC, data)
    if about is None:
        return None
    known = msgspec.msgpack.decode(about, type=_Index)
    return Segment(path, **msgspec.structs.asdict(known))


def read_places(data: bytes) -> dict[int, Places] | None:
    """The places of a closed segment; None if the index is damaged."""
    about = _opened(_INDEX_MAGIC, data)
    body = None if about is None else _opened(_INDEX_MAGIC, memoryview(data)[_PREFIX.size + len(about) :])
    if body is None:
        return None
    kept = msgspec.msgpack.decode(body, type=dict[int, tuple[bytes, bytes, bytes]])
    return {source: Places(*(array("Q", one) for one in its_own)) for source, its_own in kept.items()}
