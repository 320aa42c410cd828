"""Tracks no ship can sail: a vessel that is suddenly somewhere else and stays there.

What it flags
    An MMSI whose reports continue, without overlap, at a place the ship cannot have reached.

Why it matters
    Somebody moves a position: false positions, a wrong clock, a number passed to another ship.

How it decides
    A report that no track of the MMSI can have reached opens a second track (`tracks.segments`). If that track is
    confirmed by further reports while the first falls silent, the way between them is the finding. One or two stray
    reports are noise; two tracks that go on side by side are a matter of identity, not of motion.

Known false alarms
    Receivers with wrong clocks, two ships on one number that are never heard at the same time, aircraft.

Sources
    Speed limits per ship from its own reports; the thresholds are our own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import SECOND_US
from hanbada.tracks import segments_kernel as k
from hanbada.tracks.segments import open_counts, tracks_of

if TYPE_CHECKING:
    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import Detection
    from hanbada.tracks.segments import Switch, Track, Trail

CARD = Card(kind="impossible", partition="vessel", lookback_s=172_800, severity="warning", stage="preview")


class Params(Struct, frozen=True):
    """Thresholds."""

    least_m: float = NMI_M
    """A jump of less is within what harbours and damaged reports bring."""
    least_reports: int = 3
    """Reports on the far side: two wrong ones in a row do occur."""
    least_silence_s: float = 30.0
    """Taken for less: over shorter times a speed is made of clock errors."""
    most_silence_s: float = 86_400.0
    """After a day almost every place can be reached or the number has changed hands."""
    side_by_side: int = 4
    """Changes between two tracks from which they run side by side."""
    clock_s: float = 300.0
    """Receivers' clocks are wrong by minutes, seldom by more."""
    least_p: float = 0.4
    """Three reports on the far side, and no more, are damaged messages more often than a ship that is elsewhere."""
    young: int = 60
    """Reports up to which a track's number of reports still matters to its case."""


@dataclass(slots=True)
class State:
    """Switches by MMSI; a case is the MMSI and the track that cannot have been reached."""

    params: Params
    switches: dict[int, list[Switch]] = field(default_factory=dict)
    between: Counter[frozenset[int]] = field(default_factory=Counter)
    """Changes between two tracks."""
    cases: dict[Key, Switch] = field(default_factory=dict)
    """The change with which each track came up."""
    too_fast: set[Key] = field(default_factory=set)
    """Those that came up further away than the ship can have sailed."""
    growing: dict[int, set[Key]] = field(default_factory=dict)
    """Cases that wait for more reports of an open track, by its place."""
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Take changes between tracks; a jump is judged again with each of the first reports on either side."""
    trail = batch.trail
    moved = trail.switches[trail.switches[:, k.S_FROM] != k.BIRTH]
    places = moved[:, k.S_FROM].tolist(), trail.place[moved[:, k.S_ROW]].tolist()
    for switch, before, after in zip(batch.changes, *places, strict=True):
        state.switches.setdefault(switch.mmsi, []).append(switch)
        state.between[frozenset((switch.from_id, switch.to_id))] += 1
        state.dirty.update(((switch.mmsi, switch.from_id), (switch.mmsi, switch.to_id)))
        key = (switch.mmsi, switch.to_id)
        if state.cases.setdefault(key, switch) is switch and _too_fast(state.params, switch):
            state.too_fast.add(key)
            state.growing.setdefault(before, set()).add(key)
            state.growing.setdefault(after, set()).add(key)
    if state.growing:
        _grow(state, trail, site)


def _grow(state: State, trail: Trail, site: Site) -> None:
    """Judge the cases of tracks that grew again; of those that are young no more, for the last time."""
    waited = np.zeros(site.segments.count * k.OPEN + 1, np.bool_)
    waited[list(state.growing)] = True
    for place in np.unique(trail.place[waited[trail.place]]).tolist():
        keys, (track_id, count) = state.growing[place], site.segments.ints[place, [k.T_ID, k.T_COUNT]].tolist()
        state.dirty |= keys
        young = {
            key for key in keys if count < (state.params.young if key[1] == track_id else state.params.least_reports)
        }
        if young:
            state.growing[place] = young
        else:
            del state.growing[place]


def sift(state: State, keys: set[Key], site: Site) -> set[Key]:
    """Those that came up too far away, and not only once or twice."""
    found = list(keys & state.too_fast)
    count = open_counts(site.segments, np.array([to_id for _, to_id in found], np.int64))
    return set(compress(found, (count < 0) | (count >= state.params.least_reports)))


def _too_fast(params: Params, jump: Switch) -> bool:
    """Whether a change leads further than the ship can have sailed."""
    if _silence_s(jump) > params.most_silence_s:
        return False
    way_m = _way_m(jump)
    return way_m >= params.least_m and _speed_kn(params, jump, way_m) > jump.top_kn


def _speed_kn(params: Params, jump: Switch, way_m: float) -> float:
    return way_m / max(_silence_s(jump), params.least_silence_s) / KNOT_MS


def _silence_s(jump: Switch) -> float:
    return (jump.at - jump.from_at) / SECOND_US


def _way_m(jump: Switch) -> float:
    return distance_m(jump.from_lat_deg, jump.from_lon_deg, jump.lat_deg, jump.lon_deg)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Nothing depends on time alone."""


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The jump to a track; None if it is noise, runs beside another, or could be sailed."""
    mmsi, to_id = case
    params, first, tracks = state.params, state.cases.get(case), tracks_of(site.segments, mmsi)
    if first is None or case not in state.too_fast or to_id not in tracks or first.from_id not in tracks:
        return None
    before, after = tracks[first.from_id], tracks[to_id]
    opened = first.at == after.first_at
    if not opened or min(before.count, after.count) < params.least_reports:
        return None
    if state.between[frozenset((before.track_id, after.track_id))] >= params.side_by_side:
        return None
    return _jump(params, first, before, after, site)


def _jump(params: Params, first: Switch, before: Track, after: Track, site: Site) -> Detection | None:
    way, lat, lon = _way_m(first), first.from_lat_deg, first.from_lon_deg
    counters = (
        counter("single_fix", min(after.count, params.young), "<=", params.least_reports, "", -1.5),
        counter("clock", way / (first.top_kn * KNOT_MS), "<=", params.clock_s, "s", -1.0),
    )
    chance = probability(0.7, counters)
    if chance < params.least_p:
        return None
    return detection(
        CARD,
        params,
        (first.mmsi, first.to_id),
        state="closed",
        t_start=first.from_at,
        t_end=first.at,
        geometry=Geometry(kind="line", coordinates=((lon, lat), (lon + turn(lon, first.lon_deg), first.lat_deg))),
        vessels=(vessel(first.mmsi, site, before.track_id),),
        chance=chance,
        reasons=(
            reason("implied_speed", _speed_kn(params, first, way), ">=", first.top_kn, "kn"),
            reason("jump_distance", way, ">=", params.least_m, "m"),
            reason("jump_silence", _silence_s(first), "<=", params.most_silence_s, "s"),
        ),
        counters=counters,
        lines=[before.first_line, first.from_line, first.line],
        coverage=Coverage(),
        site=site,
    )


def forget(state: State, again: Again) -> None:
    """Drop the switches of some vessels that come again."""
    for mmsi in again.since.keys() & state.switches.keys():
        switches = state.switches.pop(mmsi)
        keys = {(mmsi, switch.to_id) for switch in switches}
        kept = [switch for switch in switches if switch.at < again.since[mmsi]]
        state.between -= Counter(frozenset((one.from_id, one.to_id)) for one in switches if one.at >= again.since[mmsi])
        if kept:
            state.switches[mmsi] = kept
        for key in keys - {(mmsi, switch.to_id) for switch in kept}:
            del state.cases[key]
            state.too_fast.discard(key)
        state.dirty |= keys
