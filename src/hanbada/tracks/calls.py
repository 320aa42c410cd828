"""Port calls: when a ship came to a port or anchorage, stopped, and left; null where the coming or going was not seen.

In within the harbour's inner distance, out beyond its outer one; stopped at 0.2 kn or less until 0.5 kn or more; four
hours of silence hide what happened in them (Global Fishing Watch, anchorages pipeline). A call goes on over a new track
of the same number that begins in the same port: a ship that switches off alongside has not left.
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

FIRST_EVENTS = 1024
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
    radius_m: float
    spread: float
    status: float

    @property
    def lasted_s(self) -> float:
        """From its first report to the first under way again, or the last one heard."""
        return (self.ended_at - self.began_at) / SECOND


class Visit(NamedTuple):
    """A call as the fold keeps it: the tracks it was seen on, and the way each had sailed when it came and went.

    Until it is over, what it comes to stands in the words of its last track. It is lost if that track ended inside.
    """

    harbour: int
    tracks: tuple[int, ...]
    first_at: int
    first_line: int
    entered: bool
    way_in_m: float
    stopped_s: float = 0.0
    longest: Stay | None = None
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
    events = np.empty((FIRST_EVENTS, k.EVENT), np.int64)
    was = np.empty((FIRST_EVENTS, k.CALL), np.int64)
    while done < len(rows.at):
        done, count = k.feed(
            done, rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.heading_deg, rows.nav_status,
            rows.line_id, trail.place, trail.track_id, trail.silence_s, trail.leg_m, state.ints,
            state.ints.view(np.float64), harbours.place, harbours.in_m, harbours.out_m, harbours.begins,
            harbours.members, harbours.margin_m, events, was,
        )  # fmt: skip
        for event, words in zip(events[:count].tolist(), was[:count], strict=True):
            _happened(state, rows, trail, event, words)
    if len(rows.at):
        state.now_us = max(state.now_us, int(rows.at.max()))


def settle(state: Calls, now_us: int) -> None:
    """Time has gone on: ships silent in port for long are taken as silent, and for two days as no longer followed."""
    state.now_us = max(state.now_us, now_us)


def _happened(state: Calls, rows: Rows, trail: Trail, event: list[int], words: NDArray[np.int64]) -> None:
    kind, row, track = event[k.E_KIND], event[k.E_ROW], int(words[k.C_TRACK])
    if kind == k.IN:
        _enter(state, rows, trail, row, event[k.E_HARBOUR], words)
        return
    if kind == k.END:
        way_m = float(words.view(np.float64)[k.F_WAY])
        state.ended.setdefault(track >> 32, []).append(Ended(track, int(words[k.C_LAST_AT]), way_m))
    visits = state.visits.get(track >> 32, [])
    for i in reversed(range(len(visits))):
        if visits[i].tracks[-1] == track and not visits[i].over:
            unseen = kind == k.END or float(trail.silence_s[row]) >= k.SILENT_S
            left_at = None if unseen else int(rows.at[row])
            told = _as_told(visits[i], words)
            visits[i] = told._replace(over=True, lost=kind == k.END, left_at=left_at)
            return


def _enter(state: Calls, rows: Rows, trail: Trail, row: int, harbour: int, words: NDArray[np.int64]) -> None:
    """Begin a visit, or go on with the last one where its track was lost and this one begins."""
    track = int(words[k.C_TRACK])
    visits = state.visits.setdefault(track >> 32, [])
    new_track = trail.prev_at[row] < 0
    if visits and new_track and visits[-1].lost and _near(state, visits[-1], rows, row):
        visits[-1] = visits[-1]._replace(tracks=(*visits[-1].tracks, track), silent=True, over=False, lost=False)
        return
    seen = bool(not new_track and trail.silence_s[row] < k.SILENT_S)
    at, line, way_m = int(rows.at[row]), int(rows.line_id[row]), float(words.view(np.float64)[k.F_WAY])
    visits.append(Visit(harbour, (track,), at, line, seen, way_m))


def _near(state: Calls, visit: Visit, rows: Rows, row: int) -> bool:
    lat, lon = state.harbours.lat_deg[visit.harbour], state.harbours.lon_deg[visit.harbour]
    return distance_m(lat, lon, rows.lat_deg[row], rows.lon_deg[row]) <= SAME_PORT_M


def _as_told(visit: Visit, words: NDArray[np.int64]) -> Visit:
    """A visit with what the words of its last track add to it; a stop that goes on counts until its last report."""
    row = words.reshape(1, -1).copy()
    k.went(row, row.view(np.float64), 0, row[0, k.C_LAST_AT])
    ints, floats = row[0].tolist(), row.view(np.float64)[0].tolist()
    stay = Stay(ints[k.L_HARBOUR], ints[k.L_BEGAN_AT], ints[k.L_ENDED_AT], *floats[k.F_RADIUS : k.F_STATUS + 1])
    longer = stay.lasted_s > (visit.longest.lasted_s if visit.longest is not None else 0.0)
    return visit._replace(
        stopped_s=visit.stopped_s + ints[k.C_STOPPED_US] / SECOND,
        longest=stay if longer else visit.longest,
        silent=visit.silent or bool(ints[k.C_SILENT]),
        last_at=ints[k.C_LAST_AT],
        last_line=ints[k.C_LAST_LINE],
        way_out_m=floats[k.F_WAY],
    )


def visits_of(state: Calls, segments: Segments, mmsi: int) -> list[Visit]:
    """The visits of a vessel in the order of their beginning, brought up to now."""
    found = state.visits.get(mmsi, [])
    return [visit if visit.over else _until_now(state, segments, visit) for visit in found]


def _until_now(state: Calls, segments: Segments, visit: Visit) -> Visit:
    """A visit that goes on, as the words of its track tell."""
    places = rows_of_vessels(segments, np.array([visit.tracks[-1] >> 32], np.int64))
    words = next(words for words in state.ints[places] if words[k.C_TRACK] == visit.tracks[-1])
    told = _as_told(visit, words)
    return told._replace(silent=told.silent or (state.now_us - told.last_at) / SECOND >= k.SILENT_S)


def of(state: Calls, segments: Segments, mmsi: int) -> list[PortCall]:
    """The calls of a vessel in the order of time; one heard of by a single report is none."""
    visits = visits_of(state, segments, mmsi)
    return [port_call(state, mmsi, visit) for visit in visits if visit.last_at > visit.first_at]


def port_call(state: Calls, mmsi: int, visit: Visit) -> PortCall:
    """What a visit comes to. It is named after where the ship stopped longest, else where it came in."""
    harbours, harbour = state.harbours, visit.harbour if visit.longest is None else visit.longest.harbour
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
        stopped_s=visit.stopped_s,
        berthed=None if visit.longest is None else berthed(visit.longest),
        confidence=confidence(visit),
        goes_on=not visit.over and state.now_us - visit.last_at <= MAX_SILENCE,
        first_line=visit.first_line,
        last_line=visit.last_line,
    )


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
    """4 to 1 (Global Fishing Watch, port visits); a visit that goes on has not been seen to end."""
    ends = visit.entered + (visit.left_at is not None)
    stopped = visit.silent or visit.stopped_s >= LEAST_STOP_S
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
