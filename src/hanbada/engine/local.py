"""An archive through the chain on this machine, and one detection again from its own evidence."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanbada.detect.contract import NO_CHARTS
from hanbada.engine.trust import recall
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.engine.window import rows_of
from hanbada.model.ids import LINE_BITS
from hanbada.model.tables import SAFETY, STATICS
from hanbada.model.times import MINUTE_US
from hanbada.tracks import clock
from hanbada.tracks.rows import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from hanbada.detect.contract import Charts, Ports, Zones
    from hanbada.engine.watch import Watch
    from hanbada.model.records import Detection
    from hanbada.model.tables import Table

LOOK_US = 10 * MINUTE_US
"""How often a watch over an archive looks up, where each version is wanted as a live watch would have said it."""

NO_LINE = 1 << 63
"""Beyond every line id."""


@dataclass(slots=True)
class Kept:
    """The static reports and safety texts of an archive: the watch itself keeps only what they come to."""

    statics: list[pa.Table] = field(default_factory=list)
    safety: list[pa.Table] = field(default_factory=list)


def take_archive(watch: Watch, reports: Iterable[Reports], kept: Kept) -> Iterator[Detection]:
    """Take the reports of an archive; every version that was said, in order. `standing` tells what it came to."""
    for batch in reports:
        _keep(kept, batch)
        yield from take_reports(watch, batch).said
    yield from settle(watch)


def take_as_live(watch: Watch, reports: Iterable[Reports], kept: Kept) -> Iterator[Detection]:
    """The same, looking up every LOOK_US as a live watch does: every version it would have said.

    The versions do not depend on how the reports are cut into batches.
    """
    for whole in reports:
        _keep(kept, whole)
        reached = clock.go_on(clock.copied(watch.clock), *times_of(whole))
        for batch in cut(whole, reached, watch.clock.reached_us, LOOK_US):
            before = watch.clock.reached_us // LOOK_US
            yield from take_reports(watch, batch).said
            if watch.clock.reached_us // LOOK_US != before:
                yield from settle(watch)
    yield from settle(watch)


def _keep(kept: Kept, reports: Reports) -> None:
    if reports.statics is not None:
        kept.statics.append(reports.statics)
    if reports.safety is not None:
        kept.safety.append(reports.safety)


def times_of(whole: Reports) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When positions were sent (us; zero: unknown), and by whom."""
    at = whole.positions["at"].cast(pa.int64()).fill_null(0).to_numpy()
    return at, whole.positions["mmsi"].to_numpy().astype(np.int64)


def cut(whole: Reports, time_us: NDArray[np.int64], before_us: int, step_us: int) -> Iterator[Reports]:
    """Cut after each position that brings time beyond another step; other reports go with those around them.

    `time_us` is what time it is after each position, `before_us` before them all.
    """
    steps = np.append(before_us, time_us) // step_us
    edges = [0, *(np.flatnonzero(steps[1:] != steps[:-1]) + 1).tolist(), len(time_us)]
    lines = whole.positions["line_id"].to_numpy()
    until = [0, *(int(lines[edge - 1]) for edge in edges[1:-1]), NO_LINE]
    for (begin, end), (after, last) in zip(pairwise(edges), pairwise(until), strict=True):
        positions = whole.positions.slice(begin, end - begin)
        statics, safety = (_between(one, after, last) for one in (whole.statics, whole.safety))
        yield Reports(positions, statics, safety, whole.simulated)


def _between(reports: pa.Table | None, after: int, last: int) -> pa.Table | None:
    if reports is None:
        return None
    line = reports["line_id"].to_numpy()
    return reports.filter(pa.array((line > after) & (line <= last)))


def reports_of(watch: Watch, kept: Kept, mmsi: Iterable[int]) -> Reports:
    """What some vessels reported: positions in the watch's window, static reports, safety texts."""
    wanted = np.array(sorted(mmsi), np.int64)
    positions = table(rows_of(watch.window, wanted))
    return Reports(positions, _theirs(STATICS, kept.statics, wanted), _theirs(SAFETY, kept.safety, wanted))


def _theirs(declared: Table, tables: list[pa.Table], mmsi: np.ndarray) -> pa.Table:
    whole = pa.concat_tables([declared.empty(), *tables])
    return whole.filter(pc.is_in(whole["mmsi"], pa.array(mmsi, pa.uint32())))


def again(
    detection: Detection, reports: Reports, ports: Ports, zones: Zones | None, settings: Mapping[str, Any],
    charts: Charts = NO_CHARTS,
) -> Detection | None:  # fmt: skip
    """The detection anew, from its vessels' reports as far as they were heard when it was made; None if not there."""
    watch = start(ports, zones, (detection.kind,), settings, charts=charts)
    module: Any = importlib.import_module(f"hanbada.detect.{detection.kind}")
    if hasattr(module, "recall"):
        module.recall(watch.detectors[detection.kind][1], detection.case, detection.context)
    watch.clock = clock.stopped(detection.judged_at)
    recall(watch.trust, (detection.kind, detection.case), detection)
    positions = as_heard(reports.positions, detection.heard_to)
    statics = None if reports.statics is None else as_heard(reports.statics, detection.heard_to)
    safety = None if reports.safety is None else as_heard(reports.safety, detection.heard_to)
    take_reports(watch, Reports(positions, statics, safety, reports.simulated))
    settle(watch, detection.judged_at)
    return next((one for one in standing(watch) if one.detection_id == detection.detection_id), None)


def as_heard(reports: pa.Table, heard_to: tuple[int, ...]) -> pa.Table:
    """The rows that had been heard when the last line of each source was in `heard_to`."""
    heard = np.zeros(len(reports), np.bool_)
    line = reports["line_id"].to_numpy()
    for last in heard_to:
        heard |= (line >= last >> LINE_BITS << LINE_BITS) & (line <= last)
    return reports.filter(pa.array(heard))
