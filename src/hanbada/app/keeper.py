"""What is heard goes into the archive: gathered for a while, written by a thread of its own, readable all the time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hanbada.model.tables import POSITIONS, SAFETY, STATICS
from hanbada.model.times import DAY_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hanbada.app.watch import Outcome
    from hanbada.store.archive import Archive

MOST_ROWS = 500_000
"""Gathered at most before they are written, whatever the time."""
_SEAMS = (POSITIONS, STATICS, SAFETY)


class Keeper:
    """Rows not yet in the archive, and the archive. The loop adds, any thread reads."""

    def __init__(self, archive: Archive, clock: Callable[[], int]) -> None:
        self.archive = archive
        self.rows = 0
        self.fault: Exception | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._fresh: list[list[pa.Table]] = [[], [], []]
        self._leaving: list[list[pa.Table]] = [[], [], []]
        self._written = 0
        self._writer: threading.Thread | None = None
        self._tidier: threading.Thread | None = None

    def add(self, outcome: Outcome) -> None:
        """Gather what a step heard."""
        tables = (outcome.positions, outcome.statics, outcome.safety)
        with self._lock:
            for gathered, new in zip(self._fresh, tables, strict=True):
                gathered.extend(new)
            self.rows += sum(table.num_rows for new in tables for table in new)

    def write(self, marked: dict[str, Any]) -> None:
        """Begin to write what was gathered, with marks that count once all is on disk; waits for the one before."""
        self.wait()
        with self._lock:
            self._leaving, self._fresh, self.rows = self._fresh, [[], [], []], 0
        self._writer = threading.Thread(target=self._write, args=(marked,), name="archive")
        self._writer.start()

    def _write(self, marked: dict[str, Any]) -> None:
        try:
            positions, statics, safety = (_joined(i, self._leaving) for i in range(3))
            self.archive.append(positions, statics, self._clock(), marked, safety=safety)
        except Exception as error:  # on a thread nobody sees: handed to the loop, which ends with it
            self.fault = error
            raise
        with self._lock:
            self._leaving = [[], [], []]
            self._written += 1

    def tidy(self) -> None:
        """Begin to join files of days and months that are over, unless that goes on already."""
        if self._tidier is None or not self._tidier.is_alive():
            now = self._clock()
            self._tidier = threading.Thread(target=self.archive.compact, args=(now - DAY_US, now), name="compact")
            self._tidier.start()

    @property
    def writing(self) -> bool:
        """Whether rows are being written now."""
        return self._writer is not None and self._writer.is_alive()

    def wait(self) -> None:
        """Until what is being written is on disk; raises what kept it from there."""
        if self._writer is not None:
            self._writer.join()
            self._writer = None
        if self.fault is not None:
            raise self.fault

    def close(self) -> None:
        """Until nothing is written or joined any more."""
        for thread in (self._writer, self._tidier):
            if thread is not None:
                thread.join()

    def read(self, start_us: int, end_us: int, mmsi: int | None = None) -> pa.Table:
        """POSITIONS from a moment up to but without another, those not yet written too."""
        return self._read(0, self.archive.read, start_us, end_us, mmsi)

    def read_statics(self, start_us: int, end_us: int, mmsi: int | None = None) -> pa.Table:
        """STATICS from a moment up to but without another, those not yet written too."""
        return self._read(1, self.archive.read_statics, start_us, end_us, mmsi)

    def _read(
        self, seam: int, kept: Callable[[int, int, int | None], pa.Table], start_us: int, end_us: int, mmsi: int | None
    ) -> pa.Table:
        """What is kept and what is gathered; read again if rows went from one to the other meanwhile."""
        while True:
            written = self._written
            found = kept(start_us, end_us, mmsi)
            with self._lock:
                leaving, fresh = list(self._leaving[seam]), list(self._fresh[seam])
                if written == self._written:
                    break
        gathered = [_within(table, start_us, end_us, mmsi) for table in fresh]
        gathered += [_without(_within(table, start_us, end_us, mmsi), found) for table in leaving]
        return pa.concat_tables([found, *(table for table in gathered if table.num_rows)])

    def unwritten(self, start_us: int, end_us: int) -> pa.Table:
        """POSITIONS of a span that are not in the archive yet."""
        return self._read(0, lambda *_: POSITIONS.empty(), start_us, end_us, None)


def _within(table: pa.Table, start_us: int, end_us: int, mmsi: int | None) -> pa.Table:
    at = table["at"].cast(pa.int64())
    inside = pc.and_(pc.greater_equal(at, start_us), pc.less(at, end_us))
    if mmsi is not None:
        inside = pc.and_(inside, pc.equal(table["mmsi"], mmsi))
    return table.filter(inside)


def _without(table: pa.Table, kept: pa.Table) -> pa.Table:
    """The rows of a table that is being written which are not among those kept already."""
    return table.filter(pc.invert(pc.is_in(table["line_id"], kept["line_id"].combine_chunks())))


def _joined(seam: int, gathered: Iterable[list[pa.Table]]) -> pa.Table:
    return pa.concat_tables([_SEAMS[seam].empty(), *list(gathered)[seam]])
