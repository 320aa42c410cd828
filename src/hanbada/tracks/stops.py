"""Where ships stayed: stretches of time in which all reports of a track lie in a box a kilometre across.

Global Fishing Watch asks for half a kilometre around the first report; a ship swings around its
anchor, not around where it was heard first, so we measure the box. What is too short to count leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import wrapped
from hanbada.tracks import stops_kernel as k
from hanbada.tracks.open_words import no_words, put_back, rows_of_vessels, with_room
from hanbada.tracks.segments_kernel import OPEN, SECOND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Segments, Trail

ACROSS_M = 1000.0
LEAST_S = 7200
"""Two hours: ferries and bunkering count, a pilot's boarding does not."""


class Stop(NamedTuple):
    """A stay: from its first to its last report; `goes_on` if the track has not left since.

    The place is the middle of the box, `across_m` its diagonal.
    """

    mmsi: int
    track_id: int
    began_at: int
    ended_at: int
    lat_deg: float
    lon_deg: float
    across_m: float
    reports: int
    first_line: int
    last_line: int
    goes_on: bool


@dataclass(slots=True)
class Stops:
    """State of the fold: the stretch each open track is in, and stays that ended. Owned by one fold."""

    across_m: float = ACROSS_M
    least_s: int = LEAST_S
    ints: NDArray[np.int64] = field(default_factory=lambda: no_words(k.STAY))
    ended: dict[int, list[Stop]] = field(default_factory=dict)


def feed(state: Stops, rows: Rows, trail: Trail) -> list[Stop]:
    """Take rows with their tracks; the stays that ended with them."""
    state.ints = with_room(state.ints, trail)
    words = np.empty((len(rows.at), k.STAY), np.int64)
    count = k.feed(
        rows.at, rows.lat_deg, rows.lon_deg, rows.line_id, trail.place, trail.track_id, trail.silence_s, state.across_m,
        state.least_s, state.ints, state.ints.view(np.float64), words,
    )  # fmt: skip
    found = [_stop(one, goes_on=False) for one in words[:count]]
    for stop in found:
        state.ended.setdefault(stop.mmsi, []).append(stop)
    return found


def _stop(words: NDArray[np.int64], *, goes_on: bool) -> Stop:
    ints, floats = words.tolist(), words.view(np.float64).tolist()
    south, north, west, east = floats[k.S_SOUTH], floats[k.S_NORTH], floats[k.S_WEST], floats[k.S_EAST]
    return Stop(
        mmsi=ints[k.S_TRACK] >> 32,
        track_id=ints[k.S_TRACK],
        began_at=ints[k.S_BEGAN_AT],
        ended_at=ints[k.S_LAST_AT],
        lat_deg=(south + north) / 2,
        lon_deg=wrapped(floats[k.S_LON] + (west + east) / 2),
        across_m=k.box_m.py_func(south, north, west, east),  # type: ignore[attr-defined]
        reports=ints[k.S_COUNT],
        first_line=ints[k.S_LINE],
        last_line=ints[k.S_LAST_LINE],
        goes_on=goes_on,
    )


def of(state: Stops, segments: Segments, mmsi: int) -> list[Stop]:
    """The stays of a vessel in the order of time, those that go on among them."""
    places = rows_of_vessels(segments, np.array([mmsi], np.int64))
    words = state.ints[places[places < len(state.ints)]]
    going_on = [_stop(one, goes_on=True) for one in words[_long(state, words)]]
    return sorted([*state.ended.get(mmsi, ()), *going_on], key=lambda stop: (stop.began_at, stop.track_id))


def all_of(state: Stops, segments: Segments) -> list[Stop]:
    """The stays of all vessels, by vessel and time."""
    words = state.ints[: segments.count * OPEN]
    going_on = [_stop(one, goes_on=True) for one in words[_long(state, words)]]
    found = [*going_on, *(stop for stops in state.ended.values() for stop in stops)]
    return sorted(found, key=lambda stop: (stop.mmsi, stop.began_at, stop.track_id))


def _long(state: Stops, words: NDArray[np.int64]) -> NDArray[np.bool_]:
    long: NDArray[np.bool_] = words[:, k.S_LAST_AT] - words[:, k.S_BEGAN_AT] >= state.least_s * SECOND
    return long


def restore(
    state: Stops, segments: Segments, earlier: Stops, earlier_segments: Segments, mmsi: NDArray[np.int64]
) -> None:
    """Put the stays of some vessels back to what another fold over fewer of their rows knows of them."""
    here, there = rows_of_vessels(segments, mmsi), rows_of_vessels(earlier_segments, mmsi)
    state.ints = put_back(state.ints, here, earlier.ints, there)
    for one in mmsi.tolist():
        state.ended.pop(one, None)
        if one in earlier.ended:
            state.ended[one] = list(earlier.ended[one])


def drop_before(state: Stops, at_us: int) -> None:
    """Forget stays that ended before a time."""
    for mmsi, stops in list(state.ended.items()):
        kept = [stop for stop in stops if stop.ended_at >= at_us]
        if kept:
            state.ended[mmsi] = kept
        else:
            del state.ended[mmsi]


def find(
    rows: Rows, trail: Trail, segments: Segments, across_m: float = ACROSS_M, least_s: int = LEAST_S
) -> list[Stop]:
    """All stays in an archive, by vessel and time; `segments` is the state after `trail`."""
    state = Stops(across_m, least_s)
    feed(state, rows, trail)
    return all_of(state, segments)
