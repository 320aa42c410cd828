"""The whole chain as one fold: `take` some reports, `settle` as time goes on, `finish` at the end.

Reports out of order are taken again: the rows of their vessels are put in order and run through the tracks and the
detectors anew, and what differs from what was said before is revised or retracted. So the order in which lines
arrive, and how they are cut into batches, changes nothing in what stands at the end.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from hanbada.detect import DETECTORS
from hanbada.detect.contract import Batch, SafetyText, Site
from hanbada.model.errors import UsageError
from hanbada.tracks.duplicates import Heard, first_heard
from hanbada.tracks.identity import Identities, learn
from hanbada.tracks.rows import Rows, joined, ordered, rows, take
from hanbada.tracks.segments import Segments, births, changes, feed, forget, vessel_places
from hanbada.tracks.segments_kernel import V_LAST_AT, late

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hanbada.detect.contract import Detector, Key, Ports
    from hanbada.model.records import Detection

WINDOW_ROWS = 20_000_000
"""Rows kept for late ones to be put among: about 2 GB, a day of a national feed."""


class Reports(NamedTuple):
    """What came in: tables at the seams of `ais`."""

    positions: pa.Table | pa.RecordBatch
    statics: pa.Table | pa.RecordBatch | None = None
    safety: pa.Table | pa.RecordBatch | None = None


@dataclass(slots=True)
class Watch:
    """State of the chain. Owned by one loop, changed in place."""

    site: Site
    detectors: dict[str, tuple[Detector, Any]]
    heard: Heard = field(default_factory=Heard)
    recent: list[Rows] = field(default_factory=list)
    late: list[Rows] = field(default_factory=list)
    found: dict[tuple[str, Key], Detection] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    now_us: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("rows", "no_time", "repeats", "late"), 0))


def start(
    ports: Ports, zones: Any = None, only: Iterable[str] = (), settings: Mapping[str, Any] | None = None
) -> Watch:
    """A watch that has heard nothing yet, with all detectors or only some, and some parameters changed."""
    chosen = tuple(only) or DETECTORS
    if unknown := set(chosen) - set(DETECTORS):
        message = f"no detector {', '.join(sorted(unknown))}: there are {', '.join(DETECTORS)}"
        raise UsageError(message)
    site = Site(ports, Identities(), Segments(), zones)
    given = dict(settings or {})
    detectors = {}
    for kind in DETECTORS:
        if kind in chosen:
            module: Any = importlib.import_module(f"hanbada.detect.{kind}")
            detectors[kind] = (module, module.start(_params(kind, module.Params, given)))
    if given:
        message = f"unknown setting {', '.join(sorted(given))}"
        raise UsageError(message)
    return Watch(site, detectors)


def _params(kind: str, params: Any, given: dict[str, Any]) -> Any:
    """The detector's parameters with those given as `kind.name`; takes them out of `given`."""
    names = {field.name: field.type for field in msgspec.structs.fields(params)}
    values = {}
    for key in [key for key in given if key.startswith(f"{kind}.")]:
        name = key.partition(".")[2]
        if name not in names:
            message = f"unknown setting {key}: {kind} has {', '.join(names)}"
            raise UsageError(message)
        values[name] = given.pop(key)
    try:
        return msgspec.convert(values, params, strict=False)
    except msgspec.ValidationError as error:
        message = f"{kind}: {error}"
        raise UsageError(message) from error


def take_reports(watch: Watch, reports: Reports) -> list[Detection]:
    """Take reports in any order; the detections that opened or changed with them."""
    numbers = frozenset(learn(watch.site.identities, _table(reports.statics))) if reports.statics is not None else frozenset()
    fresh = _fresh(watch, reports.positions)
    vessel = vessel_places(watch.site.segments, fresh.mmsi)
    behind = np.zeros(len(fresh.at), np.bool_)
    if late(fresh.at, fresh.line_id, vessel, watch.site.segments.vessels, behind):
        watch.late.append(take(fresh, behind))
        watch.counts["late"] += int(behind.sum())
        fresh = take(fresh, ~behind)
    if len(fresh.at):
        watch.now_us = max(watch.now_us, int(fresh.at.max()))
        _keep(watch, fresh)
    _run(watch, fresh, numbers, _texts(reports.safety))
    return _judge(watch)


def _table(table: pa.Table | pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table


def _fresh(watch: Watch, positions: pa.Table | pa.RecordBatch) -> Rows:
    """Rows with a time, once each, in the order of time."""
    found = rows(positions)
    watch.counts["rows"] += len(found.at)
    timed = found.at >= 0
    if not timed.all():
        watch.counts["no_time"] += int((~timed).sum())
        found = take(found, timed)
    once = first_heard(watch.heard, found)
    watch.counts["repeats"] = watch.heard.repeats
    if not once.all():
        found = take(found, once)
    if len(found.at) > 1 and np.any(found.at[1:] < found.at[:-1]):
        found = take(found, np.lexsort((found.line_id, found.at)))
    return found


def _keep(watch: Watch, fresh: Rows) -> None:
    watch.recent.append(fresh)
    if len(watch.recent) > 256:
        watch.recent = [joined(watch.recent)]
    while len(watch.recent) > 1 and sum(len(part.at) for part in watch.recent[1:]) > WINDOW_ROWS:
        watch.recent.pop(0)


def _texts(safety: pa.Table | pa.RecordBatch | None) -> tuple[SafetyText, ...]:
    if safety is None or not safety.num_rows:
        return ()
    frame = pl.DataFrame(safety).filter(pl.col("at").is_not_null() & pl.col("text").is_not_null())
    columns = frame.select(pl.col("at").cast(pl.Int64), "mmsi", "text", "line_id")
    return tuple(SafetyText(*values) for values in columns.iter_rows())


def _run(watch: Watch, fresh: Rows, numbers: frozenset[int], texts: tuple[SafetyText, ...]) -> None:
    trail = feed(watch.site.segments, fresh)
    batch = Batch(fresh, trail, changes(fresh, trail), births(fresh, trail), numbers, texts)
    for detector, state in watch.detectors.values():
        detector.feed(state, batch, watch.site)


def settle(watch: Watch, now_us: int | None = None) -> list[Detection]:
    """Time has gone on to `now_us` (that of the latest report if not given): take late rows in, judge what is due."""
    watch.now_us = max(watch.now_us, now_us or 0)
    if watch.late:
        _take_late(watch)
    for detector, state in watch.detectors.values():
        detector.settle(state, watch.site, watch.now_us)
    return _judge(watch)


finish = settle
"""At the end of an archive: the same as settling once more."""


def _take_late(watch: Watch) -> None:
    """Put late rows among those of their vessels and run these vessels anew."""
    added = joined(watch.late)
    watch.late = []
    kept = joined(watch.recent)
    mmsi = np.unique(added.mmsi)
    old = ordered(take(kept, np.isin(kept.mmsi, mmsi)))
    watch.recent = [kept]
    _keep(watch, added)
    merged = ordered(joined([old, added]))
    vessel, segments = vessel_places(watch.site.segments, mmsi), watch.site.segments
    since = int(merged.at.min())
    forget(segments, vessel)
    again = Batch(old, feed(segments, old), [], [])
    for detector, state in watch.detectors.values():
        detector.forget(state, set(mmsi.tolist()), since, again)
    forget(segments, vessel)
    for one in mmsi.tolist():
        segments.ended.pop(one, None)
    _run(watch, merged, frozenset(), ())


def _judge(watch: Watch) -> list[Detection]:
    """Judge what is dirty and compare it with what was said: opened, revised, closed, retracted."""
    said = []
    for kind, (detector, state) in watch.detectors.items():
        keys, state.dirty = state.dirty, set()
        for key in sorted(keys, key=repr):
            said += _reconcile(watch, (kind, key), detector.judge(state, key, watch.site))
    return _superseding(said)


def _reconcile(watch: Watch, case: tuple[str, Key], now: Detection | None) -> list[Detection]:
    before = watch.found.get(case)
    if now is None:
        if before is None:
            return []
        del watch.found[case]
        return [_next(watch, msgspec.structs.replace(before, state="retracted"))]
    if before is not None and before.detection_id == now.detection_id and before.evidence == now.evidence:
        return []
    changed = before is not None and before.state == now.state == "closed"
    watch.found[case] = now
    return [_next(watch, msgspec.structs.replace(now, state="revised") if changed else now)]


def _next(watch: Watch, detection: Detection) -> Detection:
    version = watch.versions.get(detection.episode_id, 0) + 1
    watch.versions[detection.episode_id] = version
    return msgspec.structs.replace(detection, version=version)


def _superseding(said: list[Detection]) -> list[Detection]:
    """A new episode that overlaps one retracted at the same moment, of the same vessels, follows it."""
    gone = [d for d in said if d.state == "retracted"]
    if not gone:
        return said
    return [msgspec.structs.replace(d, supersedes=_follows(d, gone)) if d.version == 1 else d for d in said]


def _follows(detection: Detection, gone: list[Detection]) -> str | None:
    who = {v.mmsi for v in detection.vessels}
    for old in gone:
        same = old.kind == detection.kind and {v.mmsi for v in old.vessels} == who
        overlap = old.t_start <= (detection.t_end or old.t_start) and detection.t_start <= (old.t_end or detection.t_start)
        if same and overlap and old.episode_id != detection.episode_id:
            return old.episode_id
    return None


def standing(watch: Watch) -> list[Detection]:
    """Everything that stands now, in the order of time."""
    found = [
        msgspec.structs.replace(d, version=watch.versions[d.episode_id]) for d in watch.found.values()
    ]
    return sorted(found, key=lambda d: (d.t_start, d.kind, d.episode_id))
