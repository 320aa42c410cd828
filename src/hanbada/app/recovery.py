"""Where a node was when it stopped: its picture and watch from the archive, and what that had not yet from the log.

The watch is not kept itself: the rows of the last day, taken again, bring it to where it was, and what it had said then
is read from the desk, so that it says nothing twice and nothing less.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hanbada.app import watch as steps
from hanbada.app.loop import ARCHIVED
from hanbada.app.watch import Outcome
from hanbada.detect import DETECTORS
from hanbada.engine.watch import Reports, resume, settle, take_reports
from hanbada.model.ids import LINE_BITS
from hanbada.model.times import HOUR_US
from hanbada.store.lines import Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hanbada.app.loop import Loop

RECALL_US = 24 * HOUR_US
STEP_US = 3 * HOUR_US
RECORDS = 64
"""Records of the log taken in one step."""
BEGUN_RECORDS = 256
"""Records before the last archived one in which a message of several parts may have begun."""


def recover(loop: Loop, recall_us: int = RECALL_US, progress: Callable[[float], None] | None = None) -> int:
    """Bring a loop that has not started to where the node was; how many rows it took again."""
    rows = _from_archive(loop, recall_us, progress)
    said = resume(loop.state.watch, (one for one in loop.desk.standing() if one.kind in DETECTORS))
    if said:
        loop.desk.record(said, loop.now_us())
    return rows + _from_log(loop)


def _from_archive(loop: Loop, recall_us: int, progress: Callable[[float], None] | None) -> int:
    span = loop.keeper.archive.span()
    if span is None:
        return 0
    start, stop = max(span[0], span[1] - recall_us), span[1] + 1
    taken = 0
    for begin in range(start, stop, STEP_US):
        for reports in _archived(loop, begin, min(stop, begin + STEP_US)):
            fresh = take_reports(loop.state.watch, reports).rows
            loop.show(Outcome([], [], [] if reports.statics is None else [reports.statics], fresh, []))
            taken += len(fresh.at)
        if progress:
            progress(min(1.0, (begin + STEP_US - start) / (stop - start)))
    settle(loop.state.watch, stop)
    return taken


def _archived(loop: Loop, start_us: int, stop_us: int) -> Iterator[Reports]:
    """What was archived of a span, in the order of time; simulated reports apart from the others."""
    archive = loop.keeper.archive
    tables = [read(start_us, stop_us) for read in (archive.read, archive.read_statics, archive.read_safety)]
    numbers = pa.array(sorted(loop.state.simulated), pa.uint64())
    for simulated in (False, True):
        theirs = [_in_time(table.filter(_of(table, numbers, simulated=simulated))) for table in tables]
        if any(table.num_rows for table in theirs):
            positions, statics, safety = theirs
            yield Reports(positions, statics, safety, simulated)


def _of(table: pa.Table, sources: pa.Array, *, simulated: bool) -> pa.ChunkedArray:
    among = pc.is_in(pc.shift_right(table["line_id"], pa.scalar(LINE_BITS, pa.uint64())), sources)
    return among if simulated else pc.invert(among)


def _in_time(table: pa.Table) -> pa.Table:
    return table.sort_by([("at", "ascending"), ("line_id", "ascending")])


def _from_log(loop: Loop) -> int:
    """Take what the log holds beyond the archive as if it came now."""
    archived = loop.desk.mark(ARCHIVED) or 0
    records = loop.lines.read(max(0, archived - BEGUN_RECORDS))
    taken = 0
    for record in records:
        heard = Heard(record.source, record.received_at, record.data, record.first_line)
        if record.seq > archived:
            break
        steps.recognise(loop.state, heard)
    else:
        return 0
    records = chain([record], records)
    while some := list(islice(records, RECORDS)):
        outcome = loop.take([Heard(one.source, one.received_at, one.data, one.first_line) for one in some])
        loop.tell(outcome.said, loop.now_us())
        taken += len(outcome.fresh.at)
    return taken
