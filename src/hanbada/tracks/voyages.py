"""Voyages: from leaving one port to coming to the next, and where the ship said it was going.

A port call counts if the ship stopped or fell silent there (confidence 2 and more, as with Global Fishing Watch). Where
two ships use one number, the calls of tracks that run side by side do not follow one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.model.tables import VOYAGES
from hanbada.tracks import calls_kernel as k
from hanbada.tracks.calls import Calls, Ended, Visit, confidence, port_call, visits_of
from hanbada.tracks.open_words import rows_of_vessels
from hanbada.tracks.segments_kernel import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from hanbada.tracks.identity import Identities
    from hanbada.tracks.segments import Segments

LEAST_CONFIDENCE = 2
NOBODY_SAID = 1 << 62
"""Later than any time."""


class Voyage(NamedTuple):
    """From `from_port` to `to_port`: null if not seen, or not there yet. `left_at`, `entered_at` are null where unseen.

    `distance_m` is the sum of the legs sailed since leaving: silences of more than two days are not in it.
    `destinations` are those the ship said on the way, in the order of first saying.
    """

    mmsi: int
    from_port: str | None
    to_port: str | None
    left_at: int | None
    entered_at: int | None
    distance_m: float
    destinations: tuple[str, ...]


def of(state: Calls, segments: Segments, mmsi: int, identities: Identities | None = None) -> list[Voyage]:
    """The voyages of a vessel in the order of time, the one it is on among them."""
    visits = visits_of(state, segments, mmsi)
    calls = [visit for visit in visits if visit.last_at > visit.first_at and confidence(visit) >= LEAST_CONFIDENCE]
    tracks = _tracks(state, segments, mmsi)
    legs = [(_before(calls, to, tracks), to) for to in calls]
    followed = {id(left) for left, _ in legs}
    under_way = [(left, None) for left in calls if id(left) not in followed and _gone(left, tracks)]
    told = [_voyage(state, mmsi, left, to, tracks, identities) for left, to in [*legs, *under_way]]
    return [voyage for voyage in told if voyage is not None]


def _tracks(state: Calls, segments: Segments, mmsi: int) -> dict[int, Ended]:
    """All tracks of a vessel, those that go on as they are now."""
    places = rows_of_vessels(segments, np.array([mmsi], np.int64))
    ints, floats = state.ints, state.ints.view(np.float64)
    tracks = {one.track_id: one for one in state.ended.get(mmsi, ())}
    for place in places[places < len(ints)].tolist():
        if ints[place, k.C_TRACK]:
            track = int(ints[place, k.C_TRACK])
            tracks[track] = Ended(track, int(ints[place, k.C_LAST_AT]), float(floats[place, k.F_WAY]))
    return tracks


def _begins_at(track_id: int) -> int:
    return (track_id & 0xFFFFFFFF) * SECOND


def _before(calls: list[Visit], to: Visit, tracks: dict[int, Ended]) -> Visit | None:
    """The call before another: the latest on the same track, or on one that had ended when this one's began."""
    found = [one for one in calls if one is not to and one.over and _follows(one, to, tracks)]
    return max(found, key=lambda one: one.last_at, default=None)


def _follows(one: Visit, to: Visit, tracks: dict[int, Ended]) -> bool:
    if one.last_at > to.first_at:
        return False
    last = tracks.get(one.tracks[-1])
    return to.tracks[0] in one.tracks or last is None or last.last_at < _begins_at(to.tracks[0]) + SECOND


def _gone(left: Visit, tracks: dict[int, Ended]) -> bool:
    """Whether the ship has left: seen to, or heard on a new track."""
    later = any(_begins_at(track) > left.last_at for track in tracks)
    return left.over and (later or not left.lost)


def _voyage(
    state: Calls, mmsi: int, left: Visit | None, to: Visit | None, tracks: dict[int, Ended],
    identities: Identities | None,
) -> Voyage | None:  # fmt: skip
    """The voyage between two visits; None where neither end was seen."""
    if left is None and (to is None or not to.entered):
        return None
    begin_at = left.last_at if left is not None else 0
    end_at = to.first_at if to is not None else NOBODY_SAID
    said = identities.said_between(mmsi, "destination", begin_at, end_at) if identities is not None else ()
    return Voyage(
        mmsi=mmsi,
        from_port=None if left is None else port_call(state, mmsi, left).port,
        to_port=None if to is None else port_call(state, mmsi, to).port,
        left_at=None if left is None else left.left_at,
        entered_at=to.first_at if to is not None and to.entered else None,
        distance_m=_sailed_m(left, to, tracks),
        destinations=tuple(said),
    )


def _sailed_m(left: Visit | None, to: Visit | None, tracks: dict[int, Ended]) -> float:
    """Legs from leaving one port to coming to the next, or until now, over the tracks in between."""
    if left is None:
        return to.way_in_m if to is not None else 0.0
    first, last = left.tracks[-1], to.tracks[0] if to is not None else None
    if first == last and to is not None:
        return to.way_in_m - left.way_out_m
    until = _begins_at(last) if last is not None else NOBODY_SAID
    between = [
        one for one in tracks.values() if one.track_id not in {first, last} and left.last_at <= _begins_at(one.track_id)
    ]
    way = sum(one.way_m for one in between if one.last_at <= until)
    rest = tracks[first].way_m - left.way_out_m if first in tracks else 0.0
    return way + rest + (to.way_in_m if to is not None else 0.0)


def voyage_table(voyages: Iterable[Voyage]) -> pa.Table:
    """VOYAGES."""
    rows = list(voyages)
    return VOYAGES.build({name: [getattr(voyage, name) for voyage in rows] for name in VOYAGES.names})
