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

from hanbada.detect import DETECTORS
from hanbada.detect.contract import NO_CHARTS, UNSPOKEN, Again, Batch, SafetyText, Site, Spoken
from hanbada.engine import trust
from hanbada.engine.trust import Trust
from hanbada.engine.versions import Standing, drop_before, first_said, judged, superseding, what_stands
from hanbada.engine.window import Window, begins, heard, keep, put_among, reachable, rewind, rows_of
from hanbada.model.errors import UsageError
from hanbada.model.ids import LINE_BITS
from hanbada.reference.imo import imo_valid
from hanbada.tracks import clock
from hanbada.tracks.duplicates import Heard, first_heard
from hanbada.tracks.identity import Identities, learn
from hanbada.tracks.rows import Rows, joined, ordered, rows, take
from hanbada.tracks.segments import Segments, births, changes, feed, vessel_places
from hanbada.tracks.segments_kernel import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from hanbada.detect.contract import Charts, Detector, Key, Ports, Zones
    from hanbada.engine.versions import Case
    from hanbada.model.records import Detection


class Reports(NamedTuple):
    """What came in: tables at the seams of `ais`, all from one kind of source: real, or simulated."""

    positions: pa.Table
    statics: pa.Table | None = None
    safety: pa.Table | None = None
    simulated: bool = False


@dataclass(slots=True)
class Counts:
    """What became of the rows."""

    rows: int = 0
    no_time: int = 0
    repeats: int = 0
    late: int = 0
    too_late: int = 0


@dataclass(slots=True)
class Watch:
    """State of the chain. Owned by one loop, changed in place."""

    site: Site
    detectors: dict[str, tuple[Detector, Any]]
    window: Window
    heard: Heard = field(default_factory=Heard)
    late: list[Rows] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)
    heard_to: dict[int, int] = field(default_factory=dict)
    clock: clock.Clock = field(default_factory=clock.Clock)
    counts: Counts = field(default_factory=Counts)
    trust: Trust = field(init=False)

    def __post_init__(self) -> None:
        self.trust = Trust(self.site.distrust)

    @property
    def now_us(self) -> int:
        """The time reached (us); zero before anything was heard."""
        return clock.latest(self.clock)


class Taken(NamedTuple):
    """What a batch came to: the rows that were new, in the order of time, and what is to be said."""

    rows: Rows
    said: list[Detection]


def start(
    ports: Ports,
    zones: Zones | None = None,
    only: Iterable[str] = (),
    settings: Mapping[str, Any] | None = None,
    window_rows: int | None = None,
    charts: Charts = NO_CHARTS,
) -> Watch:
    """A watch that has heard nothing yet, with all detectors or only some, and some parameters changed.

    `window_rows` bounds how many rows are kept for late ones to be put among (None: all; 96 bytes a row).
    """
    chosen = tuple(only) or DETECTORS
    if unknown := set(chosen) - set(DETECTORS):
        message = f"no detector {', '.join(sorted(unknown))}: there are {', '.join(DETECTORS)}"
        raise UsageError(message)
    site = Site(ports, Identities(sound_imo=imo_valid), Segments(), zones, charts)
    given = dict(settings or {})
    detectors = {}
    for kind in DETECTORS:
        module: Any = importlib.import_module(f"hanbada.detect.{kind}")
        params = _params(kind, module.Params, given)
        if kind in chosen:
            detectors[kind] = (module, module.start(params))
    if given:
        message = f"unknown setting {', '.join(sorted(given))}"
        raise UsageError(message)
    return Watch(site, detectors, Window(window_rows))


def _params(kind: str, params: Any, given: dict[str, Any]) -> Any:
    """The detector's parameters with those given as `kind.name`; takes them out of `given`."""
    names = params.__struct_fields__
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


def take_reports(watch: Watch, reports: Reports) -> Taken:
    """Take reports in any order."""
    statics = reports.statics
    numbers = frozenset(learn(watch.site.identities, statics)) if statics is not None else frozenset[int]()
    _note(watch, reports)
    fresh = _fresh(watch, reports.positions)
    clock.go_on(watch.clock, fresh.at, fresh.mmsi)
    watch.site.now_us = watch.clock.reached_us
    vessel = vessel_places(watch.site.segments, fresh.mmsi)
    behind = np.zeros(len(fresh.at), np.bool_)
    on_time = fresh
    if late(fresh.at, fresh.line_id, vessel, watch.site.segments.vessels, behind):
        _set_aside(watch, take(fresh, behind))
        on_time = take(fresh, ~behind)
    if len(on_time.at):
        keep(watch.window, on_time)
    spoken = _spoken(statics)
    _keep_spoken(watch, spoken)
    _run(watch, on_time, numbers, _texts(reports.safety), spoken)
    return Taken(fresh, _judge(watch))


def _note(watch: Watch, reports: Reports) -> None:
    """How far each source was heard, and whose reports are simulated."""
    for table in (reports.positions, reports.statics, reports.safety):
        if table is None or not table.num_rows:
            continue
        line = table["line_id"].to_numpy()
        for last in _last_lines(line):
            source = last >> LINE_BITS
            watch.heard_to[source] = max(watch.heard_to.get(source, 0), last)
        if reports.simulated:
            watch.site.simulated.update(pl.Series(table["mmsi"]).unique().to_list())


def _last_lines(line: NDArray[np.uint64]) -> list[int]:
    """The last line of each source."""
    source = line >> LINE_BITS
    if source.min() == source.max():
        return [int(line.max())]
    return [int(line[source == one].max()) for one in np.unique(source)]


def _fresh(watch: Watch, positions: pa.Table) -> Rows:
    """Rows with a time, once each, in the order of time."""
    found = rows(positions)
    watch.counts.rows += len(found.at)
    timed = found.at >= 0
    if not timed.all():
        watch.counts.no_time += int((~timed).sum())
        found = take(found, timed)
    once = first_heard(watch.heard, found)
    watch.counts.repeats = watch.heard.repeats
    if not once.all():
        found = take(found, once)
    if len(found.at) > 1 and np.any(found.at[1:] < found.at[:-1]):
        found = take(found, np.lexsort((found.line_id, found.at)))
    return found


def _set_aside(watch: Watch, behind: Rows) -> None:
    within = reachable(watch.window, behind)
    watch.late.append(take(behind, within))
    watch.counts.late += int(within.sum())
    watch.counts.too_late += int((~within).sum())


def _texts(safety: pa.Table | None) -> tuple[SafetyText, ...]:
    if safety is None or not safety.num_rows:
        return ()
    frame = pl.DataFrame(safety).filter(pl.col("at").is_not_null() & pl.col("text").is_not_null())
    columns = frame.select(pl.col("at").cast(pl.Int64), "mmsi", "text", "line_id")
    return tuple(SafetyText(*values) for values in columns.iter_rows())


def _spoken(statics: pa.Table | None) -> Spoken:
    if statics is None or not statics.num_rows:
        return UNSPOKEN
    draught = pl.col("draught_m").cast(pl.Float64).fill_null(float("nan"))
    timed = pl.DataFrame(statics).select(pl.col("at", "mmsi", "line_id").cast(pl.Int64), draught)
    return Spoken(*(column.to_numpy() for column in timed.drop_nulls()))


def _keep_spoken(watch: Watch, spoken: Spoken) -> None:
    """Keep what was spoken for as many rows as a window of positions brings with it, one static report in eight."""
    if len(spoken.at):
        watch.spoken.append(spoken)
    limit = watch.window.limit
    while limit is not None and sum(len(part.at) for part in watch.spoken[1:]) > limit // 8:
        watch.spoken.pop(0)


def _run(
    watch: Watch, fresh: Rows, numbers: frozenset[int], texts: tuple[SafetyText, ...], spoken: Spoken = UNSPOKEN
) -> None:
    trail = feed(watch.site.segments, fresh)
    batch = Batch(fresh, trail, changes(fresh, trail), births(fresh, trail), numbers, texts, spoken)
    for detector, state in watch.detectors.values():
        detector.feed(state, batch, watch.site)


def settle(watch: Watch, now_us: int | None = None, *, whole: bool = True) -> list[Detection]:
    """Time has gone on to `now_us` (not given: as far as ships tell): take late rows in, judge what is due.

    A live watch that looks up often asks for less than the `whole`: what merely goes on is judged in turn.
    """
    if now_us is not None:
        clock.told(watch.clock, now_us)
    watch.site.now_us = watch.now_us
    if any(len(part.at) for part in watch.late):
        _take_late(watch)
    for detector, state in watch.detectors.values():
        detector.settle(state, watch.site, watch.now_us, whole=whole)
    return _judge(watch)


def _take_late(watch: Watch) -> None:
    """Put late rows among those of their vessels and run these vessels anew from where the window begins."""
    added, watch.late = joined(watch.late), []
    mmsi = np.unique(added.mmsi)
    old = rows_of(watch.window, mmsi)
    put_among(watch.window, added)
    merged, segments = ordered(joined([old, added])), watch.site.segments
    rewind(watch.window, segments, mmsi)
    again = Again(begins(watch.window, mmsi), int(added.at.min()), Batch(old, feed(segments, old), [], []))
    for detector, state in watch.detectors.values():
        detector.forget(state, again)
    rewind(watch.window, segments, mmsi)
    _run(watch, merged, frozenset(), ())


def _judge(watch: Watch) -> list[Detection]:
    """Judge what is dirty and compare it with what was said."""
    said = []
    heard_to = tuple(watch.heard_to[source] for source in sorted(watch.heard_to))
    for kind in sorted(watch.detectors, key=lambda kind: watch.detectors[kind][0].CARD.trusts != "itself"):
        detector, state = watch.detectors[kind]
        keys, state.dirty = state.dirty, set()
        hopeful: set[Key] = detector.sift(state, keys, watch.site) if hasattr(detector, "sift") else keys
        for key in sorted(hopeful | {key for key in keys if _known(watch, (kind, key))}, key=repr):
            found = detector.judge(state, key, watch.site) if key in hopeful else None
            now = _weighed(watch, (kind, key), found, detector.CARD.trusts)
            if now is not None:
                now = msgspec.structs.replace(now, judged_at=watch.now_us, heard_to=heard_to)
            said.append(judged(watch.standing, (kind, key), now))
    return superseding([one for one in said if one is not None])


def _known(watch: Watch, case: Case) -> bool:
    """Whether something was found of a case before."""
    return case in watch.standing.found or case in watch.standing.said or case in watch.trust.withheld


def _weighed(watch: Watch, case: Case, now: Detection | None, trusts: str) -> Detection | None:
    """What a case amounts to where positions may not be trusted; a disturbance has other cases judged again."""
    if trusts == "positions":
        return trust.weighed(watch.trust, case, now)
    if trusts == "itself":
        for kind, key in trust.note(watch.trust, case, now, watch.standing.found.items()):
            detector, state = watch.detectors[kind]
            kept: bool = detector.holds(state, key) if hasattr(detector, "holds") else True
            if detector.CARD.trusts == "positions" and kept:
                state.dirty.add(key)
    return now


def retune(watch: Watch, kind: str, settings: Mapping[str, Any], now_us: int | None = None) -> list[Detection]:
    """Let a detector take the rows of the window again with other parameters; what differs now is said.

    What it found before the window stands as it was. Raises UsageError for a setting there is not.
    """
    if kind not in watch.detectors:
        return []
    module: Any = watch.detectors[kind][0]
    state = module.start(checked_params(kind, settings))
    mmsi, segments = heard(watch.window), watch.site.segments
    merged = rows_of(watch.window, mmsi)
    rewind(watch.window, segments, mmsi)
    trail = feed(segments, merged)
    claimed = frozenset(imo for imo, senders in watch.site.identities.imo_senders.items() if len(senders) > 1)
    told = Spoken(*(np.concatenate(columns) for columns in zip(UNSPOKEN, *watch.spoken, strict=True)))
    batch = Batch(merged, trail, changes(merged, trail), births(merged, trail), claimed, (), told)
    module.feed(state, batch, watch.site)
    watch.detectors[kind] = (module, state)
    since = int(merged.at.min()) if len(merged.at) else watch.now_us
    state.dirty |= {case for (of, case), one in watch.standing.found.items() if of == kind and one.t_start >= since}
    return settle(watch, now_us)


def checked_params(kind: str, settings: Mapping[str, Any]) -> Any:
    """A detector's parameters with settings given as `kind.name`; raises UsageError for one it does not have."""
    if kind not in DETECTORS:
        message = f"no detector {kind}: there are {', '.join(DETECTORS)}"
        raise UsageError(message)
    module: Any = importlib.import_module(f"hanbada.detect.{kind}")
    given = dict(settings)
    params = _params(kind, module.Params, given)
    if given:
        message = f"{kind} has no setting {', '.join(sorted(given))}"
        raise UsageError(message)
    return params


def standing(watch: Watch) -> list[Detection]:
    """Everything that stands now, in the order of time."""
    return what_stands(watch.standing)


def resume(watch: Watch, said: Iterable[Detection]) -> list[Detection]:
    """What an earlier watch said of the rows that this one has taken again counts as said; the rest is said now."""
    before = list(said)
    state = watch.standing
    state.said = {(one.kind, one.case): one for one in before}
    state.versions = {one.episode_id: one.version for one in before}
    return [one for case, now in list(state.found.items()) if (one := first_said(state, case, now)) is not None]


def expire(watch: Watch, before_us: int) -> None:
    """Forget what ended before a time; a live watch does so now and then."""
    drop_before(watch.standing, before_us)
    trust.forget_before(watch.trust, before_us)
