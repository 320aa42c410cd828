"""The log of lines as heard: what is appended is on disk when `append` returns, and stays until it is dropped.

Lines are kept byte for byte in segment files of about 64 MiB, each append with one fsync; a `Heard` is there whole or
not at all. A process killed in the middle of an append leaves a torn tail: it was never acknowledged, and is cut off
and reported when the log is opened again. Damage anywhere else is stepped over and reported in `faults`; nothing sound
is lost for it. One process writes, any thread of it may read.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.errors import SeamError, StoreError
from hanbada.model.ids import LINE_MASK, split_line_id
from hanbada.store.durable import UNFINISHED, hold, sync_folder, translated, write_whole
from hanbada.store.segments import (
    INDEX_SUFFIX,
    MARK_BYTES,
    MOST_BYTES,
    SUFFIX,
    Head,
    Place,
    Places,
    Record,
    Segment,
    add,
    frame,
    fresh,
    place_at,
    read_index,
    read_places,
    record_at,
    scan,
    walk,
    write_head,
    write_index,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SEGMENT_BYTES = 64 << 20


class Heard(NamedTuple):
    """Whole lines that came together from one source, each with its newline; `first_line` numbers the first of them."""

    source: int
    received_at: int
    data: bytes
    first_line: int


class Line(NamedTuple):
    """A line as heard, without its newline."""

    source: int
    received_at: int
    data: bytes


class Fault(NamedTuple):
    """Bytes of a segment that are no sound record: `torn` if they were an append cut short, and are gone."""

    path: Path
    offset: int
    size: int
    torn: bool


class LineLog:
    """An open log; `open_lines` makes it. Numbers of records run from 1, those of lines from 1 for each source."""

    def __init__(self, folder: Path, lock: int, segments: list[Segment], faults: list[Fault], limit: int) -> None:
        self.folder = folder
        self.faults = faults
        self._lock_handle = lock
        self._closed, self._open = segments[:-1], segments[-1]
        self._starts = _starts(self._closed)
        self._limit = limit
        self._turn = threading.Lock()
        self._handle = os.open(self._open.path, os.O_RDWR | os.O_APPEND)
        self._broken = False

    @property
    def last_seq(self) -> int:
        """The number of the last record, 0 if there is none."""
        return self._open.last_seq

    def last_line(self, source: int) -> int:
        """The number of the last line of a source that was ever kept, 0 if there was none."""
        return self._open.last_lines.get(source, 0)

    def append(self, batch: Iterable[Heard]) -> int:
        """Keep what was heard; the number of the last record, once everything up to it is on disk.

        Raises SeamError if a batch does not hold whole lines or its numbers go back, StoreError if it cannot be kept.
        """
        with self._turn:
            if self._broken:
                message = f"{self.folder}: an earlier write failed, so what is on disk is not known; open the log again"
                raise StoreError(message)
            records = _numbered(batch, self._open)
            if not records:
                return self.last_seq
            if self._open.size >= self._limit:
                self._rotate()
            frames = [frame(record, self._open.head.mark) for record in records]
            self._write(b"".join(frames))
            offset = self._open.size
            for record, framed in zip(records, frames, strict=True):
                add(self._open, Place(offset, offset + len(framed), *record[:5]))
                offset += len(framed)
            return self.last_seq

    def _write(self, content: bytes) -> None:
        """All of it to disk; after a failure nothing more is written, for the system may have forgotten pages."""
        try:
            with translated("writing the log of lines"):
                rest = memoryview(content)
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
                os.fdatasync(self._handle)
        except StoreError:
            self._broken = True
            raise

    def _rotate(self) -> None:
        """Close the open segment with its index and begin another."""
        with translated("beginning a segment of lines"):
            write_whole(self._open.path.with_suffix(INDEX_SUFFIX), write_index(self._open))
            after = _begin(self.folder, self._open.last_seq + 1, self._open.last_lines)
            handle = os.open(after.path, os.O_RDWR | os.O_APPEND)
        os.close(self._handle)
        self._handle = handle
        self._open.places = {}
        self._closed.append(self._open)
        self._open = after
        self._starts = _starts(self._closed)

    def read(self, since: int = 0) -> Iterator[Record]:
        """Sound records after number `since` that were on disk when this was called, in order."""
        with self._turn:
            ends = [(segment, segment.size) for segment in [*self._closed, self._open] if segment.last_seq > since]
        for segment, size in ends:
            try:
                content = segment.path.read_bytes()[:size]
            except FileNotFoundError:
                continue  # dropped meanwhile: too old to keep
            for found in walk(content, segment.head.mark, segment.begin):
                if isinstance(found, Place):
                    if found.seq > since:
                        yield record_at(content, found)
                else:
                    self._note(Fault(segment.path, found[0], found[1] - found[0], torn=False))

    def _note(self, fault: Fault) -> None:
        if fault not in self.faults:
            self.faults.append(fault)

    def lines(self, line_ids: Iterable[int]) -> dict[int, Line]:
        """Lines by their ids; those that are not kept are left out."""
        found: dict[int, Line] = {}
        last: tuple[Record, list[bytes]] | None = None
        for line_id in sorted(set(line_ids)):
            source, number = split_line_id(line_id)
            if last is None or not _holds(last[0], source, number):
                record = self._record_of(source, number)
                last = (record, record.data.split(b"\n")) if record and _holds(record, source, number) else None
            if last is not None:
                text = last[1][number - last[0].first_line].removesuffix(b"\r")
                found[line_id] = Line(source, last[0].received_at, text)
        return found

    def _record_of(self, source: int, number: int) -> Record | None:
        """The last record of a source that begins no later than with a line."""
        with self._turn:
            if self._open.first_lines.get(source, LINE_MASK) <= number:
                segment, places = self._open, self._open.places
            else:
                starts = self._starts.get(source, [])
                at = bisect_right(starts, number, key=itemgetter(0)) - 1
                if at < 0:
                    return None
                segment = starts[at][1]
                places = _places((segment.path, segment.head.mark))
            if source not in places:
                return None
            first_lines, offsets, stops = places[source]
            at = bisect_right(first_lines, number) - 1
            return _read_one(segment, offsets[at], stops[at]) if at >= 0 else None

    def drop_before(self, at_us: int) -> int:
        """Forget closed segments in which nothing was received at or after a time; how many were dropped."""
        with self._turn:
            old = [one for one in self._closed if one.end_at is None or one.end_at < at_us]
            self._closed = [one for one in self._closed if one not in old]
            self._starts = _starts(self._closed)
            with translated("dropping old lines"):
                for segment in old:
                    segment.path.unlink(missing_ok=True)
                    segment.path.with_suffix(INDEX_SUFFIX).unlink(missing_ok=True)
                sync_folder(self.folder)
        return len(old)

    def close(self) -> None:
        """Let another process write."""
        with self._turn:
            self._broken = True
            os.close(self._handle)
            os.close(self._lock_handle)


def open_lines(folder: Path, segment_bytes: int = SEGMENT_BYTES) -> LineLog:
    """The log in a folder, made if there is none. What was torn off is in its `faults`.

    Raises StoreError if another process writes it, or a file in it is not what it should be.
    """
    with translated("opening the log of lines"):
        lock = hold(folder)
        try:
            for path in folder.glob(f"{UNFINISHED}*"):
                path.unlink()
            faults: list[Fault] = []
            segments = _segments(folder, faults)
            return LineLog(folder, lock, segments, faults, segment_bytes)
        except BaseException:  # whatever it is, Ctrl-C too: the lock must not stay held; raised again
            os.close(lock)
            raise


def _segments(folder: Path, faults: list[Fault]) -> list[Segment]:
    """Every segment, the one to be written last."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    segments = [_closed_segment(path) for path in paths[:-1]]
    segments.append(_reopened(paths[-1], faults) if paths else _begin(folder, 1, {}))
    for segment in segments:
        faults += [Fault(segment.path, begin, stop - begin, torn=False) for begin, stop in segment.faults]
    return segments


def _begin(folder: Path, first_seq: int, last_lines: dict[int, int]) -> Segment:
    head = Head(mark=os.urandom(MARK_BYTES), first_seq=first_seq, last_lines=dict(last_lines))
    path = folder / f"{first_seq:016d}{SUFFIX}"
    content = write_head(head)
    write_whole(path, content)
    return fresh(path, head, len(content))


def _closed_segment(path: Path) -> Segment:
    """A closed segment by its index, which is made anew if it is missing or damaged."""
    index = path.with_suffix(INDEX_SUFFIX)
    segment = read_index(path, index.read_bytes()) if index.exists() else None
    if segment is None:
        segment = scan(path)
        write_whole(index, write_index(segment))
        segment.places = {}
    return segment


def _reopened(path: Path, faults: list[Fault]) -> Segment:
    """The segment that was written last, without its torn tail."""
    segment = scan(path)
    size = path.stat().st_size
    if segment.faults and segment.faults[-1][1] == size:
        begin, _ = segment.faults.pop()
        faults.append(Fault(path, begin, size - begin, torn=True))
        os.truncate(path, begin)
        with path.open("rb+") as opened:
            os.fsync(opened.fileno())
        segment.size = begin
    return segment


def _starts(segments: list[Segment]) -> dict[int, list[tuple[int, Segment]]]:
    """For each source the first line it has in each segment, in order."""
    starts: dict[int, list[tuple[int, Segment]]] = {}
    for segment in segments:
        for source, first_line in segment.first_lines.items():
            starts.setdefault(source, []).append((first_line, segment))
    return starts


@lru_cache(maxsize=8)
def _places(name: tuple[Path, bytes]) -> dict[int, Places]:
    """The places of a closed segment, named by its path and its mark: another one may have had the same path."""
    path, _ = name
    index = path.with_suffix(INDEX_SUFFIX)
    kept = read_places(index.read_bytes()) if index.exists() else None
    if kept is None:
        kept = scan(path).places if path.exists() else {}
    return kept


def _holds(record: Record, source: int, number: int) -> bool:
    return record.source == source and 0 <= number - record.first_line < record.lines


def _read_one(segment: Segment, begin: int, stop: int) -> Record | None:
    """The record between two offsets; None if it is damaged."""
    with translated("reading the log of lines"), segment.path.open("rb") as opened:
        opened.seek(begin)
        content = opened.read(stop - begin)
    place = place_at(content, 0, segment.head.mark)
    return record_at(content, place) if place else None


def _numbered(batch: Iterable[Heard], segment: Segment) -> list[Record]:
    """Records to append after what a segment holds."""
    last_lines, seq = dict(segment.last_lines), segment.last_seq
    records = []
    for heard in batch:
        lines = heard.data.count(b"\n")
        _checked(heard, lines, last_lines.get(heard.source, 0))
        if not lines:
            continue
        seq += 1
        last_lines[heard.source] = heard.first_line + lines - 1
        records.append(Record(seq, heard.source, heard.received_at, heard.first_line, lines, heard.data))
    return records


def _checked(heard: Heard, lines: int, last_line: int) -> None:
    where = f"source {heard.source}, line {heard.first_line}"
    if heard.data and not heard.data.endswith(b"\n"):
        message = f"{where}: a batch holds whole lines, this one ends within a line"
    elif len(heard.data) > MOST_BYTES:
        message = f"{where}: {len(heard.data)} bytes in one batch; hand over at most {MOST_BYTES}"
    elif lines and heard.first_line <= last_line:
        message = f"{where}: line {last_line} is kept already; numbers only grow"
    else:
        return
    raise SeamError(message)
