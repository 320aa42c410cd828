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
    science.md 1.4 and D04; speed limits per ship from its own reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import SECOND_US
from hanbada.tracks.segments import tracks_of

if TYPE_CHECKING:
    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import Detection
    from hanbada.tracks.segments import Switch, Track

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
    young: set[tuple[int, int]] = field(default_factory=set)
    """Cases whose track has had few reports."""
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Take changes between tracks; a track is judged again with each of its first reports."""
    touched = set()
    for switch in batch.changes:
        state.switches.setdefault(switch.mmsi, []).append(switch)
        touched.add(switch.mmsi)
    keys = {(mmsi, one.to_id) for mmsi in touched for one in state.switches[mmsi]}
    state.dirty |= keys
    state.young |= keys
    growing = np.array(sorted({mmsi for mmsi, _ in state.young}), np.int64)
    for mmsi in growing[np.isin(growing, batch.rows.mmsi)].tolist() if len(growing) else ():
        _grow(state, mmsi, site)


def _grow(state: State, mmsi: int, site: Site) -> None:
    """Judge a vessel's young tracks again, those that are young no more for the last time."""
    tracks = tracks_of(site.segments, mmsi)
    for key in [key for key in state.young if key[0] == mmsi]:
        state.dirty.add(key)
        if key[1] not in tracks or tracks[key[1]].count >= state.params.young:
            state.young.discard(key)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Nothing depends on time alone."""


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The jump to a track; None if it is noise, runs beside another, or could be sailed."""
    mmsi, to_id = case
    params, history, tracks = state.params, state.switches.get(mmsi, []), tracks_of(site.segments, mmsi)
    first = next((s for s in history if s.to_id == to_id), None)
    if first is None or to_id not in tracks or first.from_id not in tracks:
        return None
    before, after = tracks[first.from_id], tracks[to_id]
    opened = first.at == after.first_at
    if not opened or min(before.count, after.count) < params.least_reports:
        return None
    both = {before.track_id, after.track_id}
    if sum({s.from_id, s.to_id} == both for s in history) >= params.side_by_side:
        return None
    return _jump(params, first, before, after, site)


def _jump(params: Params, first: Switch, before: Track, after: Track, site: Site) -> Detection | None:
    silence_s = (first.at - first.from_at) / SECOND_US
    lat, lon = first.from_lat_deg, first.from_lon_deg
    way = distance_m(lat, lon, first.lat_deg, first.lon_deg)
    if way < params.least_m or silence_s > params.most_silence_s:
        return None
    speed_kn = way / max(silence_s, params.least_silence_s) / KNOT_MS
    if speed_kn <= first.top_kn:
        return None
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
            reason("implied_speed", speed_kn, ">=", first.top_kn, "kn"),
            reason("jump_distance", way, ">=", params.least_m, "m"),
            reason("jump_silence", silence_s, "<=", params.most_silence_s, "s"),
        ),
        counters=counters,
        lines=[before.first_line, first.from_line, first.line],
        coverage=Coverage(),
        site=site,
    )


def forget(state: State, again: Again) -> None:
    """Drop the switches of some vessels that come again."""
    for mmsi in again.since.keys() & state.switches.keys():
        state.dirty.update((mmsi, switch.to_id) for switch in state.switches[mmsi])
        state.young -= {(mmsi, switch.to_id) for switch in state.switches[mmsi]}
        state.switches[mmsi] = [switch for switch in state.switches[mmsi] if switch.at < again.since[mmsi]]
        if not state.switches[mmsi]:
            del state.switches[mmsi]
