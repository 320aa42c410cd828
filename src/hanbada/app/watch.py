"""One step of the node: lines and reports in, what to keep, show and tell out.

`step` is the whole system without its edges: no clock, no file, no socket, no thread. The loop around it
(`app.loop`) only moves bytes, so that yesterday's log gives yesterday's alerts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from hanbada.ais import columns
from hanbada.engine import watch as engine
from hanbada.engine.watch import Reports
from hanbada.model.tables import POSITIONS, SAFETY, STATICS
from hanbada.model.times import MINUTE_US
from hanbada.tracks.rows import empty, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.ais.columns import ColumnState
    from hanbada.engine.watch import Watch
    from hanbada.model.records import Detection
    from hanbada.store.lines import Heard
    from hanbada.tracks.rows import Rows

AHEAD_US = 10 * MINUTE_US
"""A report from further in the future than this comes from a wrong clock: it is counted, not believed."""


class Given(NamedTuple):
    """Reports of a source that were read elsewhere."""

    source: int
    reports: Reports


@dataclass(slots=True)
class Tally:
    """What became of the lines of a source."""

    lines: int = 0
    messages: int = 0
    other: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    ahead: int = 0
    last_at: int | None = None
    behind_us: int | None = None
    """How long before it reached us the latest report was sent, by the sender's clock."""


@dataclass(slots=True)
class State:
    """What the node remembers from step to step. Owned by one loop, changed in place."""

    watch: Watch
    simulated: frozenset[int] = frozenset()
    decoders: dict[int, ColumnState] = field(default_factory=dict)
    tallies: dict[int, Tally] = field(default_factory=dict)

    def tally(self, source: int) -> Tally:
        """The tally of a source."""
        return self.tallies.setdefault(source, Tally())


class Outcome(NamedTuple):
    """What a step came to: reports to be kept, each transmission once; rows to be shown; what is to be told.

    Only one copy is kept of what several receivers heard, the one that was judged: taken again, it gives the same.
    """

    positions: list[pa.Table]
    statics: list[pa.Table]
    safety: list[pa.Table]
    fresh: Rows
    said: list[Detection]
    messages: int = 0


def step(state: State, batch: Iterable[Heard | Given], now_us: int) -> Outcome:
    """Take what came, in order; `now_us` is the time of the picture."""
    before = sum(tally.messages for tally in state.tallies.values())
    parts = [part for item in batch for part in _reports(state, item, now_us)]
    messages = sum(tally.messages for tally in state.tallies.values()) - before
    fresh: list[Rows] = []
    said: list[Detection] = []
    for simulated in (False, True):
        theirs = [reports for reports in parts if reports.simulated == simulated]
        if theirs:
            taken = engine.take_reports(state.watch, _together(theirs, simulated=simulated))
            fresh.append(taken.rows)
            said += taken.said
    rows = joined(fresh) if fresh else empty()
    once = np.sort(rows.line_id)
    positions = [part.positions.filter(pa.array(_among(part.positions, once))) for part in parts]
    statics, safety = _some(part.statics for part in parts), _some(part.safety for part in parts)
    return Outcome(positions, statics, safety, rows, said, messages)


def _some(tables: Iterable[pa.Table | None]) -> list[pa.Table]:
    """Those that have rows."""
    return [table for table in tables if table is not None and table.num_rows]


def _among(positions: pa.Table, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows come from some lines (in order)."""
    line = positions["line_id"].to_numpy().astype(np.int64)
    place = np.minimum(np.searchsorted(lines, line), max(len(lines) - 1, 0))
    return lines[place] == line if len(lines) else np.zeros(len(line), np.bool_)


def look(state: State, now_us: int, *, whole: bool = False) -> list[Detection]:
    """Time has gone on: what depends on silence, and on what was heard late; `whole` for who looks but seldom."""
    return engine.settle(state.watch, now_us, whole=whole)


def recognise(state: State, heard: Heard) -> None:
    """Let the decoder of a source see lines that were taken before, so that it can finish a message begun there."""
    for _ in columns.feed(_decoder(state, heard), heard.data, heard.received_at):
        pass


def _reports(state: State, item: Heard | Given, now_us: int) -> list[Reports]:
    if isinstance(item, Given):
        tally, found = state.tally(item.source), [item.reports]
        tally.messages += item.reports.positions.num_rows
    else:
        tally, found = state.tally(item.source), _decoded(state, item)
    return [_believed(reports, tally, now_us) for reports in found]


def _decoder(state: State, heard: Heard) -> ColumnState:
    """The decoder of a source, which numbers lines as the log does."""
    decoder = state.decoders.get(heard.source)
    if decoder is None:
        decoder = state.decoders[heard.source] = columns.start("seams", heard.source)
    columns.go_on_at(decoder, heard.first_line)
    return decoder


def _decoded(state: State, heard: Heard) -> list[Reports]:
    decoder, tally = _decoder(state, heard), state.tally(heard.source)
    before = decoder.counts
    found = []
    for block in columns.feed(decoder, heard.data, heard.received_at):
        tally.messages += block.messages
        if block.rejects.num_rows:
            tally.rejects.update(block.rejects["code"].to_pylist())
        if block.messages:
            positions, statics, safety = (_own(table) for table in columns.seams(block))
            found.append(Reports(positions, statics, safety, heard.source in state.simulated))
    counts = decoder.counts
    tally.lines += counts["lines"] - before["lines"]
    tally.other += sum(counts[name] - before[name] for name in ("blank", "stamp", "other"))
    if found and (at := _latest(found[-1].positions)) is not None:
        tally.behind_us = heard.received_at - at
    return found


def _own(table: pa.Table) -> pa.Table:
    """The table in memory of its own: what the decoder gives is written again by later lines."""
    return table.take(pa.array(np.arange(table.num_rows)))


def _latest(positions: pa.Table) -> int | None:
    at = positions["at"].cast(pa.int64()).drop_null().to_pylist()
    return max(at[-1], 0) if at else None


def _believed(reports: Reports, tally: Tally, now_us: int) -> Reports:
    """The reports without those from the future, which are counted."""
    positions = reports.positions
    at = positions["at"].cast(pa.int64()).fill_null(0).to_numpy()
    if not len(at):
        return reports
    ahead = at > now_us + AHEAD_US
    if ahead.any():
        tally.ahead += int(ahead.sum())
        positions, at = positions.filter(pa.array(~ahead)), at[~ahead]
    if len(at):
        tally.last_at = max(tally.last_at or 0, int(at.max()))
    return reports._replace(positions=positions)


def _together(parts: list[Reports], *, simulated: bool) -> Reports:
    if len(parts) == 1:
        return parts[0]
    positions = pa.concat_tables([POSITIONS.empty(), *(part.positions for part in parts)])
    statics = pa.concat_tables([STATICS.empty(), *_some(part.statics for part in parts)])
    safety = pa.concat_tables([SAFETY.empty(), *_some(part.safety for part in parts)])
    return Reports(positions, statics, safety, simulated)
