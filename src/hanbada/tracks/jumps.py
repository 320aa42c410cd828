"""Jumps between the tracks of one MMSI, and whether what follows is the same way somewhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.tracks.ways import take

if TYPE_CHECKING:
    from hanbada.tracks.ways import Floats, Places

SECOND = 1_000_000
MOST_SILENCE_S = 1200.0
"""A jump is one within twenty minutes: what a ship does in a longer silence is hers."""
STEADY_S = 60.0
"""Velocity is that over at least a minute,"""
STEADY_MOST_S = 1800.0
"""and at most half an hour."""


class Jump(NamedTuple):
    """A track that begins elsewhere, as numbers of places: the last before it, its first and last, the first after it.

    That is -1 while there is none. `beside` is the share of its time in which another track is heard.
    """

    before: int
    first: int
    last: int
    after: int
    beside: float


class Displaced(NamedTuple):
    """A way displaced: metres east and north; how far it strays from that as a share of the way sailed meanwhile."""

    east_m: float
    north_m: float
    off: float
    sailed_m: float
    way: tuple[float, float] = (0.0, 1.0)
    """The way sailed, metres east and north."""


def jumps(places: Places) -> list[Jump]:
    """The jumps in one vessel's places, in the order of time."""
    found, seen = list[Jump](), set[int]()
    changes = np.flatnonzero(places.track_id[1:] != places.track_id[:-1]) + 1
    for first in changes.tolist():
        track = int(places.track_id[first])
        silence_s = (places.at[first] - places.at[first - 1]) / SECOND
        own = np.flatnonzero(places.track_id == track)
        if track not in seen and own[0] == first and silence_s <= MOST_SILENCE_S:
            found.append(_jump(places, first, own[-1]))
        seen.add(track)
    return found


def _jump(places: Places, first: int, last: int) -> Jump:
    inside = places.track_id[first : last + 1]
    gaps = np.diff(places.at[first : last + 1])
    others = gaps[(inside[1:] != inside[0]) | (inside[:-1] != inside[0])].sum()
    after = last + 1 if last + 1 < len(places.at) else -1
    return Jump(first - 1, int(first), int(last), after, float(others / max(gaps.sum(), 1)))


def _metres(places: Places, one: int, other: int) -> Floats:
    """Metres east and north from one place to another."""
    wide = np.cos(0.5 * (places.lat_deg[one] + places.lat_deg[other]) * RADIANS)
    east = (places.lon_deg[other] - places.lon_deg[one] + 540.0) % 360.0 - 180.0
    north = places.lat_deg[other] - places.lat_deg[one]
    return np.array([east * wide, north]) * RADIANS * EARTH_M


def distance(places: Places, jump: Jump) -> float:
    """Metres jumped."""
    return float(np.hypot(*_metres(places, jump.before, jump.first)))


def velocity(places: Places, at: int) -> Floats | None:
    """Metres a second, east and north, with which a place was reached, from those before it on its track."""
    own = np.flatnonzero(places.track_id[:at] == places.track_id[at])
    gap_s = (places.at[at] - places.at[own]) / SECOND
    fit = own[(gap_s >= STEADY_S) & (gap_s <= STEADY_MOST_S)]
    if not len(fit):
        return None
    moved: Floats = _metres(places, int(fit[-1]), at) / _gap_s(places, int(fit[-1]), at)
    return moved


def displaced(places: Places, jump: Jump) -> Displaced | None:
    """How a track that jumped away and back is the way sailed meanwhile, displaced; None if it did not come back."""
    if jump.after < 0 or (places.at[jump.after] - places.at[jump.last]) / SECOND > MOST_SILENCE_S:
        return None
    before, end = velocity(places, jump.before), velocity(places, jump.last)
    if before is None or end is None:
        return None
    vector = _metres(places, jump.before, jump.first) - before * _gap_s(places, jump.before, jump.first)
    back = _metres(places, jump.after, jump.last) + end * _gap_s(places, jump.last, jump.after)
    way = _metres(places, jump.first, jump.last)
    return _displaced(vector, float(np.hypot(*(back - vector))), way)


def _gap_s(places: Places, one: int, other: int) -> float:
    return float(places.at[other] - places.at[one]) / SECOND


def copied(places: Places, jump: Jump) -> Displaced | None:
    """How a track that goes on beside another is that one displaced; None if they are not heard together."""
    span = slice(jump.first, jump.last + 1)
    here = take(places, span)
    other = take(here, here.track_id == places.track_id[jump.before])
    own = take(here, here.track_id == places.track_id[jump.first])
    if len(other.at) < 4 or len(own.at) < 4:
        return None
    inside = (own.at >= other.at[0]) & (own.at <= other.at[-1])
    own = take(own, inside)
    if len(own.at) < 4:
        return None
    lon = other.lon_deg[0] + ((other.lon_deg - other.lon_deg[0] + 540.0) % 360.0 - 180.0)
    lat_then, lon_then = np.interp(own.at, other.at, other.lat_deg), np.interp(own.at, other.at, lon)
    east = ((own.lon_deg - lon_then + 540.0) % 360.0 - 180.0) * np.cos(own.lat_deg * RADIANS) * RADIANS * EARTH_M
    north = (own.lat_deg - lat_then) * RADIANS * EARTH_M
    vector = np.array([np.median(east), np.median(north)])
    stray = float(np.sqrt(np.mean((east - vector[0]) ** 2 + (north - vector[1]) ** 2)))
    return _displaced(vector, stray, _metres(own, 0, len(own.at) - 1))


def _displaced(vector: Floats, stray_m: float, way: Floats) -> Displaced:
    sailed = float(np.hypot(*way))
    (east, north), (along, up) = vector.tolist(), way.tolist()
    return Displaced(east, north, stray_m / max(sailed, 1.0), sailed, (along, up))
