"""Port calls: when a ship came to a port or anchorage, stopped, and left; null where the coming or going was not seen.

In within the harbour's inner distance, out beyond its outer one; stopped at 0.2 kn or less until 0.5 kn or more; four
hours of silence hide what happened in them (science.md 1.6). A call goes on over a new track of the same number that
begins in the same port: a ship that switches off alongside has not left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.geo.sphere import distance_m
from hanbada.model.tables import PORT_CALLS
from hanbada.tracks import calls_kernel as k
from hanbada.tracks.open_words import no_words, put_back, rows_of_vessels, with_room
from hanbada.tracks.segments_kernel import MAX_SILENCE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from numpy.typing import NDArray

    from hanbada.tracks.harbours import Harbours
    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Segments, Trail

FIRST_EVENTS = 4096
LEAST_STOP_S = 300.0
"""A shorter stop, at a lock or for a pilot, does not make a passage a call."""
ADRIFT_M, ADRIFT = 50.0, 0.02
"""Who moved this far from the middle of the stop (root mean square), or turned by 11 degrees, lay at anchor."""
BERTH_M, BERTH_S, ANCHOR_M = 8.0, 3600.0, 20.0
"""Where no status tells: less than this for an hour is alongside, more at anchor (measured, docs/decisions/0053)."""
SAME_PORT_M = 10_000.0
"""A new track that begins this near to where the call is goes on with it."""


class PortCall(NamedTuple):
    """A call. `first_at` and `last_at` are the first and last report inside, with their lines; `goes_on` until it left.

    `entered_at` and `left_at` are null where nobody saw it; `confidence` is 4 if both were seen and a stop or silence
    between them, 3 with one of them, 2 with a stop or silence alone, 1 without (passing by).
    """

    mmsi: int
    track_id: int
    port: str
    lat_deg: float
    lon_deg: float
    entered_at: int | None
    left_at: int | None
    first_at: int
    last_at: int
    stopped_s: float
    berthed: bool | None
    confidence: int
    goes_on: bool
    first_line: int
    last_line: int


class Stay(NamedTuple):
    """A stop in a harbour; `radius_m`, `spread` (of headings) and `status` are those of `calls_kernel.swing`."""

    harbour: int
    began_at: int
    ended_at: int
    radius_m: float = np.nan
    spread: float = np.nan
    status: float = np.nan

    @property
    def lasted_s(self) -> float:
        """From its first report to the first under way again, or the last one heard."""
        return (self.ended_at - self.began_at) / SECOND


class Visit(NamedTuple):
    """A call as the fold keeps it: the tracks it was seen on, and the way each had sailed when it came and went.

    `stopped` has the seconds stopped by harbour, `longest` the longest stop that ended, `stay` the one that goes on. A
    visit is lost if its last track ended inside.
    """

    harbour: int
    tracks: tuple[int, ...]
    first_at: int
    first_line: int
    entered: bool
    way_in_m: float
    stopped: tuple[tuple[int, float], ...] = ()
    longest: Stay | None = None
    stay: Stay | None = None
    silent: bool = False
    last_at: int = 0
    last_line: int = 0
    left_at: int | None = None
    over: bool = False
    lost: bool = False
    way_out_m: float = np.nan


class Ended(NamedTuple):
    """A track that gave way to another: its last report and the way it had sailed."""

    track_id: int
    last_at: int
    way_m: float


@dataclass(slots=True)
class Calls:
    """State of the fold. Owned by one fold, changed in place."""

    harbours: Harbours
    ints: NDArray[np.int64] = field(default_factory=lambda: no_words(k.CALL))
    visits: dict[int, list[Visit]] = field(default_factory=dict)
    ended: dict[int, list[Ended]] = field(default_factory=dict)
    now_us: int = 0


def start(harbours: Harbours) -> Calls:
    """Nobody has called anywhere yet."""
    return Calls(harbours)


def feed(state: Calls, rows: Rows, trail: Trail) -> None:
    """Take rows with their tracks."""
    state.ints = with_room(state.ints, trail)
    harbours, done = state.harbours, 0
    events = np.empty((max(FIRST_EVENTS, len(rows.at) // 16), k.E_INTS), np.int64)
    numbers = np.empty((len(events), k.E_FLOATS))
    while done < len(rows.at):
        done, count = k.feed(
            done, rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.heading_deg, rows.nav_status,
            rows.line_id, trail.place, trail.track_id, trail.silence_s, trail.leg_m, state.ints,
            state.ints.view(np.float64), harbours.place, harbours.in_m, harbours.out_m, harbours.begins,
            harbours.members, harbours.margin_m, events, numbers,
        )  # fmt: skip
        for event, number in zip(events[:count].tolist(), numbers[:count].tolist(), strict=True):
            _happened(state, rows, trail, event, number)
    if len(rows.at):
        state.now_us = max(state.now_us, int(rows.at.max()))


def settle(state: Calls, now_us: int) -> None:
    """Time has gone on: ships silent in port for long are taken as silent, and for two days as no longer followed."""
    state.now_us = max(state.now_us, now_us)


def _happened(state: Calls, rows: Rows, trail: Trail, event: list[int], number: list[float]) -> None:
    kind, row, track = event[k.E_KIND], event[k.E_ROW], event[k.E_TRACK]
    if kind == k.IN:
        _enter(state, rows, trail, event, number)
        return
    if kind == k.END:
        state.ended.setdefault(track >> 32, []).append(Ended(track, event[k.E_LAST_AT], number[k.E_WAY]))
    visits = state.visits.get(track >> 32, [])
    for i in reversed(range(len(visits))):
        if visits[i].tracks[-1] == track and not visits[i].over:
            unseen = kind == k.END or float(trail.silence_s[row]) >= k.SILENT_S
            visits[i] = _after(visits[i], kind, int(rows.at[row]), unseen, event, number)
            return


def _enter(state: Calls, rows: Rows, trail: Trail, event: list[int], number: list[float]) -> None:
    """Begin a visit, or go on with the last one where its track was lost and this one begins."""
    row, track = event[k.E_ROW], event[k.E_TRACK]
    visits = state.visits.setdefault(track >> 32, [])
    new_track = trail.prev_at[row] < 0
    if visits and new_track and visits[-1].lost and _near(state, visits[-1], rows, row):
        visits[-1] = visits[-1]._replace(tracks=(*visits[-1].tracks, track), silent=True, over=False, lost=False)
        return
    seen = bool(not new_track and trail.silence_s[row] < k.SILENT_S)
    at, line = int(rows.at[row]), int(rows.line_id[row])
    visits.append(Visit(event[k.E_HARBOUR], (track,), at, line, seen, number[k.E_WAY]))


def _near(state: Calls, visit: Visit, rows: Rows, row: int) -> bool:
    lat, lon = state.harbours.lat_deg[visit.harbour], state.harbours.lon_deg[visit.harbour]
    return distance_m(lat, lon, rows.lat_deg[row], rows.lon_deg[row]) <= SAME_PORT_M


def _after(visit: Visit, kind: int, at: int, unseen: bool, event: list[int], number: list[float]) -> Visit:  # noqa: FBT001
    """The visit after an event of its track."""
    if kind == k.STOP:
        return visit._replace(stay=Stay(event[k.E_HARBOUR], at, at))
    if kind == k.SILENCE:
        return visit._replace(silent=visit.silent or at > visit.first_at)
    last_at = event[k.E_LAST_AT]
    visit = _went(visit, at if kind == k.GO else last_at, *number[k.E_RADIUS :])
    if kind == k.GO:
        return visit
    return visit._replace(
        over=True, lost=kind == k.END, left_at=None if unseen else at, silent=visit.silent or unseen,
        last_at=last_at, last_line=event[k.E_LAST_LINE], way_out_m=number[k.E_WAY],
    )  # fmt: skip


def _went(visit: Visit, ended_at: int, radius_m: float, spread: float, status: float) -> Visit:
    """The visit after the stop that went on, if any, has ended."""
    if visit.stay is None:
        return visit
    stay = visit.stay._replace(ended_at=ended_at, radius_m=radius_m, spread=spread, status=status)
    stopped = dict(visit.stopped)
    stopped[stay.harbour] = stopped.get(stay.harbour, 0.0) + stay.lasted_s
    longer = visit.longest is None or stay.lasted_s > visit.longest.lasted_s
    return visit._replace(stopped=tuple(stopped.items()), longest=stay if longer else visit.longest, stay=None)


def visits_of(state: Calls, segments: Segments, mmsi: int) -> list[Visit]:
    """The visits of a vessel in the order of their beginning, brought up to now."""
    found = state.visits.get(mmsi, [])
    return [visit if visit.over else _until_now(state, segments, visit) for visit in found]


def _until_now(state: Calls, segments: Segments, visit: Visit) -> Visit:
    """A visit that goes on, as the words of its track tell."""
    places = rows_of_vessels(segments, np.array([visit.tracks[-1] >> 32], np.int64))
    place = next(p for p in places.tolist() if state.ints[p, k.C_TRACK] == visit.tracks[-1])
    ints, floats = state.ints, state.ints.view(np.float64)
    last_at, silent_s = int(ints[place, k.C_LAST_AT]), (state.now_us - int(ints[place, k.C_LAST_AT])) / SECOND
    if visit.stay is not None:
        swing = k.swing.py_func(floats, ints, place)  # type: ignore[attr-defined]
        visit = _went(visit, last_at, *map(float, swing))
    return visit._replace(
        last_at=last_at, last_line=int(ints[place, k.C_LAST_LINE]), silent=visit.silent or silent_s >= k.SILENT_S,
        way_out_m=float(floats[place, k.C_WAY]),
    )  # fmt: skip


def of(state: Calls, segments: Segments, mmsi: int) -> list[PortCall]:
    """The calls of a vessel in the order of time; one heard of by a single report is none."""
    visits = visits_of(state, segments, mmsi)
    return [port_call(state, mmsi, visit) for visit in visits if visit.last_at > visit.first_at]


def port_call(state: Calls, mmsi: int, visit: Visit) -> PortCall:
    """What a visit comes to. It is named after where the ship stopped longest, else where it came in."""
    harbours = state.harbours
    harbour = max(visit.stopped, key=lambda one: one[1])[0] if visit.stopped else visit.harbour
    return PortCall(
        mmsi=mmsi,
        track_id=visit.tracks[0],
        port=harbours.names[harbour],
        lat_deg=float(harbours.lat_deg[harbour]),
        lon_deg=float(harbours.lon_deg[harbour]),
        entered_at=visit.first_at if visit.entered else None,
        left_at=visit.left_at,
        first_at=visit.first_at,
        last_at=visit.last_at,
        stopped_s=_stopped_s(visit),
        berthed=None if visit.longest is None else berthed(visit.longest),
        confidence=confidence(visit),
        goes_on=not visit.over and state.now_us - visit.last_at <= MAX_SILENCE,
        first_line=visit.first_line,
        last_line=visit.last_line,
    )


def _stopped_s(visit: Visit) -> float:
    return sum(seconds for _, seconds in visit.stopped)


def berthed(stay: Stay) -> bool | None:
    """True alongside, false at anchor, null if nothing tells: by how far the ship swung, else what its crew set."""
    if stay.radius_m >= ADRIFT_M or stay.spread >= ADRIFT:
        return False
    if stay.status != 0.0 and not np.isnan(stay.status):
        return bool(stay.status > 0.0)
    if stay.radius_m >= ANCHOR_M:
        return False
    return True if stay.radius_m < BERTH_M and stay.lasted_s >= BERTH_S else None


def confidence(visit: Visit) -> int:
    """4 to 1 (science.md 1.6); a visit that goes on has not been seen to end."""
    ends = visit.entered + (visit.left_at is not None)
    stopped = visit.silent or _stopped_s(visit) >= LEAST_STOP_S
    return 2 + ends if stopped else 1


def restore(
    state: Calls, segments: Segments, earlier: Calls, earlier_segments: Segments, mmsi: NDArray[np.int64]
) -> None:
    """Put the calls of some vessels back to what another fold over fewer of their rows knows of them."""
    here, there = rows_of_vessels(segments, mmsi), rows_of_vessels(earlier_segments, mmsi)
    state.ints = put_back(state.ints, here, earlier.ints, there)
    for one in mmsi.tolist():
        for mine, theirs in ((state.visits, earlier.visits), (state.ended, earlier.ended)):
            _take_over(mine, theirs, one)


def _take_over(mine: dict[int, list[Any]], theirs: dict[int, list[Any]], mmsi: int) -> None:
    mine.pop(mmsi, None)
    if mmsi in theirs:
        mine[mmsi] = list(theirs[mmsi])


def drop_before(state: Calls, at_us: int) -> None:
    """Forget visits that ended before a time; the last one of each vessel stays, for the voyage that follows it."""
    for mmsi, visits in list(state.visits.items()):
        kept = [v for v in visits[:-1] if not v.over or v.last_at >= at_us]
        state.visits[mmsi] = [*kept, *visits[-1:]]
    for mmsi, tracks in list(state.ended.items()):
        state.ended[mmsi] = [track for track in tracks if track.last_at >= at_us]


def find(rows: Rows, trail: Trail, segments: Segments, harbours: Harbours) -> tuple[Calls, list[PortCall]]:
    """All calls in an archive, by vessel and time, and the state they were read from (for `voyages`)."""
    state = start(harbours)
    feed(state, rows, trail)
    return state, [call for mmsi in np.unique(rows.mmsi).tolist() for call in of(state, segments, mmsi)]


def call_table(calls: Iterable[PortCall]) -> pa.Table:
    """PORT_CALLS."""
    rows = list(calls)
    values = {name: [getattr(call, name) for call in rows] for name in PORT_CALLS.names}
    return PORT_CALLS.build(values)
