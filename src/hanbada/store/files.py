"""The files of the archive: how they get onto the disk, into the database, and away again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from msgspec import Struct
from sqlalchemy import delete, insert, select, update

from hanbada.model.times import SECOND_US
from hanbada.store.database import in_pieces, records
from hanbada.store.durable import make_folder, translated, write_whole
from hanbada.store.layout import LAYOUTS, sorted_stored, stored_schema, to_parquet
from hanbada.store.schema import file

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from hanbada.store.layout import Layout


MANY = 8
"""Files of about one size that are joined though more will come: so there are few, and each row is copied seldom."""


class Shelf(NamedTuple):
    """Where a file stands: one of `layout.LAYOUTS`, a day or a month, a bucket of vessels."""

    kind: str
    period: str
    bucket: int


class Wanted(NamedTuple):
    """What to read: from a moment up to but without another, of some vessels or all (None)."""

    start_us: int
    end_us: int
    vessels: list[int] | None


class ArchiveFile(Struct, frozen=True, kw_only=True):
    """A file as the database knows it: `name` under the archive's folder, times of its first and last row."""

    name: str
    kind: str
    period: str
    bucket: int
    rows: int
    bytes: int
    start_at: int
    end_at: int
    added_at: int
    retired_at: int | None = None

    @property
    def shelf(self) -> Shelf:
        """Where it stands."""
        return Shelf(self.kind, self.period, self.bucket)


def folder_of(shelf: Shelf) -> str:
    """The folder of a shelf under the archive's.

    >>> folder_of(Shelf("pos", "2022-01", 3)), folder_of(Shelf("pos", "2022-01-09", 12))
    ('pos/month=2022-01/bucket=03', 'pos/date=2022-01-09/bucket=12')
    """
    span = "month" if shelf.period.count("-") == 1 else "date"
    return f"{shelf.kind}/{span}={shelf.period}/bucket={shelf.bucket:02d}"


def place(root: Path, shelf: Shelf, stored: pa.Table, span: tuple[int, int], at_us: int) -> ArchiveFile:
    """Write sorted rows as a file that no row of the database names yet; the same rows give the same name."""
    content = to_parquet(stored)
    name = f"{folder_of(shelf)}/{hashlib.blake2b(content, digest_size=8).hexdigest()}.parquet"
    with translated("writing the archive"):
        make_folder((root / name).parent)
        write_whole(root / name, content)
    start_at, end_at = span
    return ArchiveFile(
        name=name,
        **shelf._asdict(),
        rows=stored.num_rows,
        bytes=len(content),
        start_at=start_at,
        end_at=end_at,
        added_at=at_us,
    )


def register(connection: Connection, placed: Sequence[ArchiveFile]) -> list[ArchiveFile]:
    """Name files in the database; those that were named before are left out, in what is returned too."""
    known: set[str] = set()
    for piece in in_pieces(placed):
        known |= set(connection.scalars(select(file.c.name).where(file.c.name.in_([one.name for one in piece]))))
    fresh = [one for one in placed if one.name not in known]
    if fresh:
        connection.execute(insert(file), [msgspec.structs.asdict(one) for one in fresh])
    return fresh


def named(connection: Connection, *, retired: bool = False) -> list[ArchiveFile]:
    """The files that count, or those that were replaced and may go."""
    gone = file.c.retired_at.is_not(None) if retired else file.c.retired_at.is_(None)
    return records(connection.execute(select(file).where(gone).order_by(file.c.name)), ArchiveFile)


def overlapping(connection: Connection, kind: str, wanted: Wanted, buckets: Collection[int] | None) -> list[str]:
    """Names of the files that may hold rows of a span, of some buckets or all (None)."""
    within = [file.c.kind == kind, file.c.retired_at.is_(None)]
    within += [file.c.end_at >= wanted.start_us, file.c.start_at < wanted.end_us]
    if buckets is not None:
        within.append(file.c.bucket.in_(buckets))
    return list(connection.scalars(select(file.c.name).where(*within).order_by(file.c.name)))


def rows(root: Path, layout: Layout, names: Sequence[str], wanted: Wanted) -> pa.Table:
    """Rows of some files in the seconds of a span, in no order; raises Arrow's error if one is missing or damaged."""
    schema = stored_schema(layout)
    if not names or wanted.vessels == []:
        return schema.empty_table()
    fits = (ds.field("t") >= wanted.start_us // SECOND_US) & (ds.field("t") <= (wanted.end_us - 1) // SECOND_US)
    if wanted.vessels is not None:
        fits &= ds.field("mmsi").isin(wanted.vessels)
    paths = [str(root / name) for name in names]
    return ds.dataset(paths, schema=schema, format="parquet").to_table(filter=fits)


def sweep(root: Path, connection: Connection) -> None:
    """Delete files that were replaced, and forget them."""
    gone = named(connection, retired=True)
    with translated("deleting replaced files of the archive"):
        for one in gone:
            (root / one.name).unlink(missing_ok=True)
    for piece in in_pieces(gone):
        connection.execute(delete(file).where(file.c.name.in_([one.name for one in piece])))


def plan(known: Sequence[ArchiveFile], before_us: int) -> list[tuple[Shelf, list[ArchiveFile]]]:
    """What to join: files of a month that is over by `before_us`, of a day that is, else many of about one size."""
    heaps: dict[tuple[Shelf, int], list[ArchiveFile]] = {}
    for one in known:
        shelf = one.shelf._replace(period=_joined_period(one.period, before_us))
        size = 0 if _end_us(shelf.period) <= before_us else one.rows.bit_length() // MANY.bit_length()
        heaps.setdefault((shelf, size), []).append(one)
    return [(shelf, heap) for (shelf, _), heap in heaps.items() if _worth_joining(shelf, heap, before_us)]


def _worth_joining(shelf: Shelf, heap: Sequence[ArchiveFile], before_us: int) -> bool:
    if _end_us(shelf.period) > before_us:
        return len(heap) >= MANY
    return len(heap) > 1 or heap[0].period != shelf.period


def _joined_period(period: str, before_us: int) -> str:
    month = period[: len("2022-01")]
    return month if _end_us(month) <= before_us else period


def _end_us(period: str) -> int:
    """The first moment after a day or month.

    >>> _end_us("1970-01") == 31 * 24 * 3600 * 1_000_000
    True
    """
    after = np.datetime64(period) + 1
    return int(after.astype("datetime64[us]").astype(np.int64))


def join(root: Path, shelf: Shelf, members: Sequence[ArchiveFile], at_us: int) -> ArchiveFile:
    """One file of all the rows of several."""
    schema = stored_schema(LAYOUTS[shelf.kind])
    with translated("reading the archive"):
        tables = [pq.ParquetFile(root / one.name).read().cast(schema) for one in members]
    span = (min(one.start_at for one in members), max(one.end_at for one in members))
    return place(root, shelf, sorted_stored(pa.concat_tables(tables)), span, at_us)


def replace(connection: Connection, old: Sequence[ArchiveFile], new: ArchiveFile, at_us: int) -> None:
    """Let a file stand for others, in one transaction with whatever else the connection does."""
    register(connection, [new])
    retire(connection, [one.name for one in old if one.name != new.name], at_us)


def retire(connection: Connection, names: Sequence[str], at_us: int) -> None:
    """Let files no longer count; `sweep` deletes them."""
    for piece in in_pieces(names):
        connection.execute(update(file).where(file.c.name.in_(piece)).values(retired_at=at_us))
