"""The fold that gives every report its track.

One MMSI may carry several tracks: a report that no open track can have reached opens a new one, so that two ships on
one number become two tracks and a single wrong position becomes a track of one report, which `tracks.quality` calls
noise. Nothing is grouped by day; a track ends after two days of silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import segments_kernel as k
from hanbada.tracks.vessels_kernel import EMPTY, places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows

FIRST_ROOM = 1024


class Trail(NamedTuple):
    """What the fold adds to rows: one array per column, same length and order.

    `place` numbers the open track (-1 without a position); prev_* is the report before it on its track (-1, NaN: none);
    `heard` is the share of its own transmissions that reached us lately; `fast_kn` and `fast_cog_deg` are speed and
    course of the fastest report of the hour before (NaN: none). `switches` has a row (columns of
    `segments_kernel.SWITCH`) for each report of another track of the MMSI than the report before, and `left` the place
    (lat, lon) of that report before and the speed believed of the ship; `changes` and `births` read them.
    """

    vessel: NDArray[np.int64]
    place: NDArray[np.int64]
    track_id: NDArray[np.int64]
    quality: NDArray[np.int64]
    silence_s: NDArray[np.float64]
    leg_m: NDArray[np.float64]
    prev_at: NDArray[np.int64]
    prev_line: NDArray[np.int64]
    prev_nav: NDArray[np.int64]
    prev_lat_deg: NDArray[np.float64]
    prev_lon_deg: NDArray[np.float64]
    prev_sog_kn: NDArray[np.float64]
    prev_cog_deg: NDArray[np.float64]
    heard: NDArray[np.float64]
    fast_kn: NDArray[np.float64]
    fast_cog_deg: NDArray[np.float64]
    switches: NDArray[np.int64]
    left: NDArray[np.float64]


class Switch(NamedTuple):
    """A report of another track than the one before it: both reports, and the speed believed of the ship."""

    mmsi: int
    at: int
    from_at: int
    from_id: int
    to_id: int
    from_line: int
    line: int
    from_lat_deg: float
    from_lon_deg: float
    lat_deg: float
    lon_deg: float
    top_kn: float


class Birth(NamedTuple):
    """The first report of an MMSI; speed and course NaN where it sent none."""

    mmsi: int
    at: int
    line: int
    lat_deg: float
    lon_deg: float
    sog_kn: float
    cog_deg: float


class Track(NamedTuple):
    """One track in short: its first and last report, how many reports, the way sailed, the top speed reported.

    Speed and course of the last report are NaN where it sent none.
    """

    track_id: int
    first_at: int
    last_at: int
    count: int  # type: ignore[assignment]
    first_lat_deg: float
    first_lon_deg: float
    last_lat_deg: float
    last_lon_deg: float
    way_m: float
    top_kn: float
    first_line: int
    last_line: int
    last_sog_kn: float
    last_cog_deg: float


class Ends(NamedTuple):
    """Where tracks were heard last, in the order of time."""

    at: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    track_id: NDArray[np.int64]


@dataclass(slots=True)
class Segments:
    """State of the fold: open tracks per vessel, and those that ended. Owned by one fold, changed in place."""

    table: NDArray[np.int64] = field(default_factory=lambda: np.full((2 * FIRST_ROOM, 2), EMPTY, np.int64))
    mmsi: NDArray[np.int64] = field(default_factory=lambda: np.zeros(FIRST_ROOM, np.int64))
    vessels: NDArray[np.int64] = field(default_factory=lambda: np.zeros((FIRST_ROOM, k.VESSEL), np.int64))
    ints: NDArray[np.int64] = field(default_factory=lambda: np.zeros((FIRST_ROOM * k.OPEN, k.WORDS), np.int64))
    count: int = 0
    """Vessels known."""
    ended: dict[int, list[Track]] = field(default_factory=dict)

    @property
    def floats(self) -> NDArray[np.float64]:
        """The same rows as `ints`: the words that are numbers with a fraction (`segments_kernel.F_...`)."""
        return self.ints.view(np.float64)


def vessel_places(state: Segments, mmsi: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each MMSI in the state arrays; makes room for new ones."""
    out = np.empty(len(mmsi), np.int64)
    done, state.count = places(mmsi, state.table, state.mmsi, state.count, 0, out)
    while done < len(mmsi):
        _grow(state)
        done, state.count = places(mmsi, state.table, state.mmsi, state.count, done, out)
    return out


def _grow(state: Segments) -> None:
    room = 4 * len(state.mmsi)
    table = np.full((2 * room, 2), EMPTY, np.int64)
    known = state.mmsi[: state.count]
    places(known, table, known.copy(), 0, 0, np.empty(len(known), np.int64))
    state.table = table
    state.mmsi = _longer(state.mmsi, room)
    state.vessels = _longer(state.vessels, room)
    state.ints = _longer(state.ints, room * k.OPEN)


def _longer(array: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    grown = np.zeros((length, *array.shape[1:]), np.int64)
    grown[: len(array)] = array
    return grown


def feed(state: Segments, rows: Rows) -> Trail:
    """Give rows, in the order of each vessel's time, their tracks."""
    vessel = vessel_places(state, rows.mmsi)
    count = len(rows.at)
    out, out_floats = np.empty((k.O_INTS, count), np.int64), np.empty((k.O_FLOATS, count))
    ended = np.empty((count, k.WORDS), np.int64)
    switches, left = np.empty((count, k.SWITCH), np.int64), np.empty((count, k.LEFT))
    gone, switched = k.assign(
        rows.at, rows.mmsi, rows.lat_deg, rows.lon_deg, rows.sog_kn, rows.cog_deg, rows.nav_status, rows.msg_type,
        rows.line_id, vessel, state.ints, state.floats, state.vessels, ended, switches, left, out, out_floats,
    )  # fmt: skip
    for row in range(gone):
        track = _track(ended[row])
        state.ended.setdefault(track.track_id >> 32, []).append(track)
    return Trail(
        vessel=vessel,
        place=out[k.O_PLACE],
        track_id=out[k.O_TRACK],
        quality=out[k.O_QUALITY],
        silence_s=out_floats[k.O_SILENCE],
        leg_m=out_floats[k.O_LEG],
        prev_at=out[k.O_PREV_AT],
        prev_line=out[k.O_PREV_LINE],
        prev_nav=out[k.O_PREV_NAV],
        prev_lat_deg=out_floats[k.O_PREV_LAT],
        prev_lon_deg=out_floats[k.O_PREV_LON],
        prev_sog_kn=out_floats[k.O_PREV_SOG],
        prev_cog_deg=out_floats[k.O_PREV_COG],
        heard=out_floats[k.O_HEARD],
        fast_kn=out_floats[k.O_FAST],
        fast_cog_deg=out_floats[k.O_FAST_COG],
        switches=switches[:switched],
        left=left[:switched],
    )


def changes(rows: Rows, trail: Trail) -> list[Switch]:
    """The reports among `rows` that belong to another track of their MMSI than the report before."""
    moved = trail.switches[:, k.S_FROM] != k.BIRTH
    switch, (lat, lon, top) = trail.switches[moved], trail.left[moved].T
    i = switch[:, k.S_ROW]
    columns = (
        rows.mmsi[i], rows.at[i], switch[:, k.S_FROM_AT], switch[:, k.S_FROM_ID], trail.track_id[i],
        switch[:, k.S_FROM_LINE], rows.line_id[i], lat, lon, rows.lat_deg[i], rows.lon_deg[i], top,
    )  # fmt: skip
    return list(map(Switch, *(column.tolist() for column in columns)))


def births(rows: Rows, trail: Trail) -> list[Birth]:
    """The first reports of MMSI among `rows`."""
    i = trail.switches[trail.switches[:, k.S_FROM] == k.BIRTH, k.S_ROW]
    columns = (
        rows.mmsi[i], rows.at[i], rows.line_id[i], rows.lat_deg[i], rows.lon_deg[i], rows.sog_kn[i], rows.cog_deg[i]
    )  # fmt: skip
    return list(map(Birth, *(column.tolist() for column in columns)))


def ends(state: Segments, since: int, until: int, least_reports: int) -> Ends:
    """Where tracks were heard last between two times: open ones with enough reports, and those that ended."""
    used = slice(state.count * k.OPEN)
    at, count = state.ints[used, k.T_AT], state.ints[used, k.T_COUNT]
    place = np.flatnonzero((at >= since) & (at <= until) & (count >= least_reports))
    ended = [t for tracks in state.ended.values() for t in tracks if since <= t.last_at <= until]
    last = np.array([(t.last_lat_deg, t.last_lon_deg) for t in ended]).reshape(-1, 2)
    when = np.append(at[place], np.array([t.last_at for t in ended], np.int64))
    order = np.argsort(when, kind="stable")
    return Ends(
        when[order],
        np.append(state.floats[place, k.F_LAT], last[:, 0])[order],
        np.append(state.floats[place, k.F_LON], last[:, 1])[order],
        np.append(state.ints[place, k.T_ID], np.array([t.track_id for t in ended], np.int64))[order],
    )


def forget(state: Segments, vessel: NDArray[np.int64]) -> None:
    """Drop the open tracks of some vessels, so that their rows can be taken again from the start."""
    state.vessels[vessel] = 0
    for offset in range(k.OPEN):
        state.ints[vessel * k.OPEN + offset] = 0


def tracks_of(state: Segments, mmsi: int) -> dict[int, Track]:
    """All tracks of an MMSI by id, those that ended and those that go on."""
    found = {track.track_id: track for track in state.ended.get(mmsi, ())}
    place = int(vessel_places(state, np.array([mmsi], np.int64))[0]) * k.OPEN
    for at in range(place, place + k.OPEN):
        if state.ints[at, k.T_COUNT]:
            track = _track(state.ints[at])
            found[track.track_id] = track
    return found


def open_counts(state: Segments, track_id: NDArray[np.int64]) -> NDArray[np.int64]:
    """Reports of some open tracks; -1 for those that ended."""
    place = vessel_places(state, track_id >> 32)[:, None] * k.OPEN + np.arange(k.OPEN)
    same = (state.ints[place, k.T_ID] == track_id[:, None]) & (state.ints[place, k.T_COUNT] > 0)
    counts: NDArray[np.int64] = np.where(same, state.ints[place, k.T_COUNT], -1).max(axis=1)
    return counts


def _track(words: NDArray[np.int64]) -> Track:
    ints, floats = words.tolist(), words.view(np.float64).tolist()
    return Track(
        ints[k.T_ID], ints[k.T_FIRST_AT], ints[k.T_AT], ints[k.T_COUNT], floats[k.F_FIRST_LAT], floats[k.F_FIRST_LON],
        floats[k.F_LAT], floats[k.F_LON], floats[k.F_WAY], floats[k.F_TOP], ints[k.T_FIRST_LINE], ints[k.T_LINE],
        floats[k.F_SOG], floats[k.F_COG],
    )  # fmt: skip


def restore(state: Segments, earlier: Segments, mmsi: NDArray[np.int64]) -> None:
    """Put the tracks of some vessels back to what another fold over fewer of their rows knows of them."""
    here, there = vessel_places(state, mmsi), vessel_places(earlier, mmsi)
    state.vessels[here] = earlier.vessels[there]
    seen = earlier.vessels[there, k.V_PLACE] > 0
    state.vessels[here[seen], k.V_PLACE] += (here[seen] - there[seen]) * k.OPEN
    for offset in range(k.OPEN):
        state.ints[here * k.OPEN + offset] = earlier.ints[there * k.OPEN + offset]
    for one in mmsi.tolist():
        state.ended.pop(one, None)
        if one in earlier.ended:
            state.ended[one] = list(earlier.ended[one])
