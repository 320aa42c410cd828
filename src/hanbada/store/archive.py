"""The archive: every position, static report and safety text, in Parquet files by day or month and bucket of vessels.

A file counts from the moment the database names it, in the same transaction as whatever mark the writer sets: after a
crash there are both or neither. A file that no row names is moved to `stray/` at the next opening and told; nothing is
deleted that was not first replaced. Files that a compaction replaced stay until the next one, for whoever still reads.
"""

from __future__ import annotations

import os
import secrets
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from sqlalchemy import func, select

from hanbada.model.errors import StoreError
from hanbada.model.times import DAY_US
from hanbada.store import coverage, files, marks
from hanbada.store.database import reading, writing
from hanbada.store.durable import UNFINISHED, hold, make_folder, translated, write_whole
from hanbada.store.events import Written, deed
from hanbada.store.files import ArchiveFile, Shelf, Wanted
from hanbada.store.layout import (
    LAYOUTS,
    POS,
    SAFE,
    STATIC,
    Layout,
    bucket_of,
    from_stored,
    in_order,
    times_us,
    to_stored,
)
from hanbada.store.schema import file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

BUCKET_BITS = 4
"""16 buckets: enough for one machine."""
ABOUT = "archive.json"
STRAY = "stray"
_MARK = f"{marks.OURS}archive"


class Kept(NamedTuple):
    """Rows that were kept; `no_time` are those that nobody knows the time of, which have no place in an archive."""

    positions: int
    statics: int
    safety: int
    no_time: int


class _About(Struct, frozen=True):
    """Which archive this is: the same in its folder and in the database it belongs to."""

    archive_id: str
    bucket_bits: int


class _Part(NamedTuple):
    """Rows of one shelf, in order."""

    shelf: Shelf
    rows: pa.Table


class Archive:
    """An open archive: `open_archive` makes the one that writes, `view_archive` those that only read, in any process.

    Any thread may call any method.
    """

    def __init__(
        self, folder: Path, engine: Engine, bucket_bits: int, lock: int | None = None, strays: tuple[str, ...] = ()
    ) -> None:
        self.folder = folder
        self.engine = engine
        self.strays = strays
        self._bits = bucket_bits
        self._lock_handle = lock
        self._turn = threading.Lock()
        self._joining = threading.Lock()

    def append(
        self,
        positions: pa.Table,
        statics: pa.Table,
        at_us: int,
        marked: Mapping[str, Any] | None = None,
        *,
        safety: pa.Table | None = None,
    ) -> Kept:
        """Keep rows of the seams and, in the same transaction, marks; all of it is on disk when this returns.

        The same rows again, cut the same way, change nothing but the marks. Raises SeamError for rows that are not as
        the seam declares them, StoreError if they cannot be written.
        """
        self._must_write()
        given = {POS: positions, STATIC: statics, SAFE: SAFE.table.empty() if safety is None else safety}
        whole = {layout: layout.table.check(table) for layout, table in given.items()}
        timed = {layout: table.filter(pc.greater_equal(_at(table), 0)) for layout, table in whole.items()}
        with self._turn:
            parts = [part for layout, table in timed.items() for part in _parts(layout, table, self._bits)]
            placed = [self._place(part, at_us) for part in parts]
            with writing(self.engine) as connection:
                fresh = {one.name for one in files.register(connection, placed)}
                for part, one in zip(parts, placed, strict=True):
                    if one.name in fresh and one.kind == POS.folder:
                        coverage.add(connection, times_us(part.rows), part.rows.column("mmsi").to_numpy())
                marks.put_all(connection, marked or {}, at_us)
        no_time = sum(table.num_rows for table in whole.values()) - sum(table.num_rows for table in timed.values())
        return Kept(timed[POS].num_rows, timed[STATIC].num_rows, timed[SAFE].num_rows, no_time)

    def _must_write(self) -> None:
        if self._lock_handle is None:
            message = f"{self.folder} was opened for reading only"
            raise StoreError(message)

    def _place(self, part: _Part, at_us: int) -> ArchiveFile:
        at = times_us(part.rows)
        stored = to_stored(LAYOUTS[part.shelf.kind], part.rows)
        return files.place(self.folder, part.shelf, stored, (int(at.min()), int(at.max())), at_us)

    def read(self, start_us: int, end_us: int, mmsi: int | Iterable[int] | None = None) -> pa.Table:
        """POSITIONS from a moment up to but without another, by MMSI, time and line; of one vessel, several or all."""
        return self._read(POS, start_us, end_us, mmsi)

    def read_statics(self, start_us: int, end_us: int, mmsi: int | Iterable[int] | None = None) -> pa.Table:
        """STATICS of the same."""
        return self._read(STATIC, start_us, end_us, mmsi)

    def read_safety(self, start_us: int, end_us: int, mmsi: int | Iterable[int] | None = None) -> pa.Table:
        """SAFETY of the same."""
        return self._read(SAFE, start_us, end_us, mmsi)

    def _read(self, layout: Layout, start_us: int, end_us: int, mmsi: int | Iterable[int] | None) -> pa.Table:
        vessels = [mmsi] if isinstance(mmsi, int) else mmsi if mmsi is None else sorted(set(mmsi))
        buckets = None if vessels is None else set(bucket_of(np.array(vessels, np.int64), self._bits).tolist())
        found = from_stored(layout, self._stored(layout, Wanted(start_us, end_us, vessels), buckets))
        at = _at(found)
        return in_order(found.filter(pc.and_(pc.greater_equal(at, start_us), pc.less(at, end_us))))

    def _stored(self, layout: Layout, wanted: Wanted, buckets: set[int] | None) -> pa.Table:
        """Rows of files; read again if a compaction took a file away meanwhile, for then others hold its rows."""
        names = self._names(layout, wanted, buckets)
        while True:
            try:
                return files.rows(self.folder, layout, names, wanted)
            except (OSError, pa.ArrowInvalid) as error:
                before, names = names, self._names(layout, wanted, buckets)
                if names == before:
                    message = f"{self.folder}: a file of the archive is missing or damaged: {error}"
                    raise StoreError(message) from error

    def _names(self, layout: Layout, wanted: Wanted, buckets: set[int] | None) -> list[str]:
        with reading(self.engine) as connection:
            return files.overlapping(connection, layout.folder, wanted, buckets)

    def span(self) -> tuple[int, int] | None:
        """Times of the first and the last position; None if there is none."""
        its = select(func.min(file.c.start_at), func.max(file.c.end_at)).where(file.c.kind == POS.folder)
        with reading(self.engine) as connection:
            first, last = connection.execute(its.where(file.c.retired_at.is_(None))).one()
        return None if first is None else (first, last)

    def counts(self, start_us: int, end_us: int, steps: int) -> list[coverage.Count]:
        """What was heard in equal steps of a span, from counts made when it was kept."""
        with reading(self.engine) as connection:
            return coverage.counts(connection, start_us, end_us, steps)

    def compact(self, before_us: int, at_us: int) -> int:
        """Join files of days and months over by `before_us`, and small ones of others; how many were replaced.

        Appending goes on meanwhile. Killed at any moment it loses nothing: rows count in the old files or in the new
        one, never in neither or both.
        """
        self._must_write()
        replaced = 0
        with self._joining:
            with self._turn, writing(self.engine) as connection:
                files.sweep(self.folder, connection)
                known = files.named(connection)
            for shelf, members in files.plan(known, before_us):
                joined = files.join(self.folder, shelf, members, at_us)
                with writing(self.engine) as connection:
                    files.replace(connection, members, joined, at_us)
                replaced += len(members)
        return replaced

    def drop_before(self, before_us: int, by: str, at_us: int) -> int:
        """Forget the files whose every row is older than a time; how many. The next `compact` deletes them.

        The ledger keeps who did it and how many rows went.
        """
        self._must_write()
        with self._joining, writing(self.engine) as connection:
            old = [one for one in files.named(connection) if one.end_at < before_us]
            if old:
                files.retire(connection, [one.name for one in old], at_us)
                went = {"before_at": before_us, "files": len(old), "rows": sum(one.rows for one in old)}
                deed(connection, Written(by=by, at_us=at_us), "archive_dropped", "archive", **went)
        return len(old)

    def close(self) -> None:
        """Let another process write."""
        if self._lock_handle is not None:
            os.close(self._lock_handle)
            self._lock_handle = None


def open_archive(folder: Path, engine: Engine, at_us: int, bucket_bits: int = BUCKET_BITS) -> Archive:
    """The archive in a folder, which belongs to one desk database; made if there is none.

    `bucket_bits` counts when it is made. Raises StoreError if another process writes it or it belongs to another
    database.
    """
    with translated("opening the archive"):
        lock = hold(folder)
        try:
            with writing(engine) as connection:
                about = _about(folder, connection, at_us, bucket_bits)
                files.sweep(folder, connection)
                strays = _put_aside(folder, {one.name for one in files.named(connection)})
        except BaseException:  # whatever it is, Ctrl-C too: the lock must not stay held; raised again
            os.close(lock)
            raise
    return Archive(folder, engine, about.bucket_bits, lock, strays)


def view_archive(folder: Path, engine: Engine) -> Archive:
    """The archive in a folder for reading, whoever writes it; raises StoreError if it is not that of the database."""
    with translated("opening the archive"):
        here = _named_here(folder)
    with reading(engine) as connection:
        there = _named_there(connection)
    if here is None or here != there:
        raise _foreign(folder)
    return Archive(folder, engine, here.bucket_bits)


def _about(folder: Path, connection: Connection, at_us: int, bucket_bits: int) -> _About:
    """Which archive this is, agreed between folder and database; an empty folder takes the name it is given."""
    here, there = _named_here(folder), _named_there(connection)
    if here != there and (any(_parquet(folder)) or files.named(connection)):
        raise _foreign(folder)
    about = there or here or _About(secrets.token_hex(8), bucket_bits)
    if here != about:
        write_whole(folder / ABOUT, msgspec.json.encode(about))
    if there != about:
        marks.put(connection, _MARK, about, at_us)
    return about


def _named_here(folder: Path) -> _About | None:
    path = folder / ABOUT
    try:
        return msgspec.json.decode(path.read_bytes(), type=_About) if path.exists() else None
    except msgspec.MsgspecError as error:
        message = f"{path} is damaged: {error}; bring it back from a copy"
        raise StoreError(message) from error


def _named_there(connection: Connection) -> _About | None:
    kept = marks.get(connection, _MARK)
    return None if kept is None else msgspec.convert(kept, _About)


def _foreign(folder: Path) -> StoreError:
    return StoreError(f"{folder} is not the archive of this database; give the two that belong together")


def _parquet(folder: Path) -> Iterator[Path]:
    return (path for kind in LAYOUTS for path in (folder / kind).rglob("*.parquet"))


def _put_aside(folder: Path, known: set[str]) -> tuple[str, ...]:
    """Remove what was never finished, and move files that no row names out of the way."""
    strays = []
    for path in sorted(_parquet(folder)):
        if path.name.startswith(UNFINISHED):
            path.unlink()
        elif (name := str(path.relative_to(folder))) not in known:
            make_folder(folder / STRAY)
            path.replace(folder / STRAY / name.replace("/", "_"))
            strays.append(name)
    return tuple(strays)


def _at(table: pa.Table) -> pa.ChunkedArray:
    return table.column("at").cast(pa.int64())


def _parts(layout: Layout, table: pa.Table, bits: int) -> list[_Part]:
    """Rows by day and bucket, in order within each."""
    ordered = in_order(table)
    day = times_us(ordered) // DAY_US
    bucket = bucket_of(ordered.column("mmsi").to_numpy(), bits).astype(np.int64)
    place = day << bits | bucket
    by_place = np.argsort(place, kind="stable")
    ordered, place = ordered.take(pa.array(by_place)), place[by_place]
    edges = np.flatnonzero(np.diff(place, prepend=-1, append=-1)).tolist()
    return [
        _Part(_shelf(layout, int(place[start]), bits), ordered.slice(start, stop - start))
        for start, stop in pairwise(edges)
    ]


def _shelf(layout: Layout, place: int, bits: int) -> Shelf:
    day = str(np.datetime64(place >> bits, "D"))
    return Shelf(layout.folder, day, place & ((1 << bits) - 1))
