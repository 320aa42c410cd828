"""Who is who: two ships on one number, one ship on two numbers, one hull claimed twice.

What it flags
    Two tracks of one MMSI that go on side by side (duplicate). An MMSI that starts where another fell silent moments
    before (handoff). One IMO number sent by two MMSI at the same time (number).

Why it matters
    A ship that changes or borrows a number wants to be taken for another one. It is the pattern of the cable cases of
    2025 and of evasion of sanctions.

How it decides
    Duplicate: both tracks confirmed, changing to and fro, for half an hour or more. Handoff: at most 30 minutes and
    500 m (or what the first ship could have sailed), weighed against how often new numbers appear there. Number: both
    senders within a day of each other and too far apart to be one ship.

Known false alarms
    A transponder replaced in port, net markers, units swapped between sister ships, a first day of listening.

Sources
    Global Fishing Watch calls an MMSI unreliable whose tracks overlap; the strength of a handoff is our own.
"""

from __future__ import annotations

import math
from bisect import insort
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect import identity_kernel as w
from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hanbada.reference.names import alike
from hanbada.tracks import handoffs_kernel
from hanbada.tracks import segments_kernel as k
from hanbada.tracks.segments import tracks_of, vessel_places
from hanbada.tracks.touches import FEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import Detection
    from hanbada.tracks.identity import Identity
    from hanbada.tracks.segments import Birth, Switch, Track

CARD = Card(kind="identity", partition="slot", lookback_s=172_800, severity="warning", stage="preview")
SHIPS = range(200_000_000, 800_000_000)
"""MMSI of ships; beacons, aids and craft of a mother ship change numbers for reasons of their own."""


MANY = 50
"""Reports of a track beyond which more say no more."""
AGAIN_US = 10 * MINUTE_US
"""What may still change is judged again after this long."""
NEAR_M = 30 * NMI_M
"""Within which a handoff is sought: half an hour at 60 knots."""
AROUND_M, AROUND_H = 50 * NMI_M, 12
"""Around a first report, in place and time before and after it, others are counted."""
ROUNDED = 1e-6
"""What rounding may add to the strength of a case."""
_reach_m: Callable[..., float] = handoffs_kernel.reach_m.py_func  # type: ignore[attr-defined]
_strength: Callable[..., float] = handoffs_kernel.strength.py_func  # type: ignore[attr-defined]


class Params(Struct, frozen=True):
    """Thresholds."""

    overlap_s: float = 1800.0
    """Two ships on one number stay; a wrong receiver clock passes."""
    apart_m: float = 2 * NMI_M
    """Nearer, one ship with a bad antenna looks like two."""
    changes: int = 4
    """To and fro at least twice."""
    least_reports: int = 5
    """Reports on each side."""
    handoff_s: float = 1800.0
    """Restarting a unit takes a minute; half an hour leaves room for gaps in reception."""
    handoff_m: float = 500.0
    """Two antennas of one ship, a position rounded."""
    handoff_share: float = 0.3
    """Share of its top speed the ship may have made good in between: it is busy changing identity."""
    settled_s: float = 1800.0
    """The first number must stay silent this long."""
    listening_s: float = 7200.0
    """Before we have listened this long, everybody is new."""
    least_llr: float = 5.0
    """Evidence for one hull: e^5 is a hundred and fifty to one before any prior."""
    number_m: float = 25 * NMI_M
    """Two ships this far apart are not one."""


class Handoff(NamedTuple):
    """A number that falls silent (left) and another that starts (right)."""

    left_id: int
    left_mmsi: int
    birth: Birth


class Ends(NamedTuple):
    """Where tracks were heard last, in the order of time."""

    at: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    track_id: NDArray[np.int64]


@dataclass(slots=True)
class Between:
    """Changes between two tracks in the order of time, and the metres between the reports, from least to most."""

    switches: list[Switch] = field(default_factory=list)
    apart_m: list[float] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """Changes between tracks, first reports, candidate handoffs."""

    params: Params
    switches: dict[int, dict[Key, Between]] = field(default_factory=dict)
    """By MMSI and pair of tracks."""
    births: dict[int, Birth] = field(default_factory=dict)
    born: list[NDArray[np.float64]] = field(default_factory=list)
    """MMSI, time and place of the births, in parts."""
    handoffs: dict[Key, Handoff] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    """IMO numbers with several senders, and since when."""
    unsought: dict[int, Birth] = field(default_factory=dict)
    next_at: int = 0
    all_anew: bool = False
    settled_us: int = 0
    first_at: int | None = None
    latest_at: int = 0
    recalled: dict[Key, float] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Take changes between tracks, first reports and claimed IMO numbers."""
    if len(batch.rows.at):
        first = int(batch.rows.at.min())
        state.first_at = first if state.first_at is None else min(state.first_at, first)
        if first < state.latest_at - HOUR_US:
            state.all_anew = True
        state.latest_at = max(state.latest_at, site.now_us)
    for switch in batch.changes:
        key = _pair_key(switch)
        _add(state.switches.setdefault(switch.mmsi, {}).setdefault(key, Between()), switch)
        state.dirty.add(key)
    _bear(state, [birth for birth in batch.births if birth.mmsi in SHIPS])
    for imo in batch.numbers:
        state.numbers.setdefault(imo, state.latest_at)
    if state.handoffs:
        left = np.array([case.left_mmsi for case in state.handoffs.values()], np.int64)
        heard = np.zeros(site.segments.count, np.bool_)
        heard[batch.trail.vessel] = True
        state.dirty.update(compress(state.handoffs, heard[vessel_places(site.segments, left)]))


def _add(between: Between, switch: Switch) -> None:
    between.switches.append(switch)
    insort(between.apart_m, distance_m(switch.from_lat_deg, switch.from_lon_deg, switch.lat_deg, switch.lon_deg))


def _bear(state: State, births: list[Birth]) -> None:
    """Note first reports."""
    for birth in births:
        state.births[birth.mmsi] = state.unsought[birth.mmsi] = birth
    if births:
        state.born.append(_born(births))


def _born(births: Iterable[Birth]) -> NDArray[np.float64]:
    return np.array([(one.mmsi, one.at, one.lat_deg, one.lon_deg) for one in births], np.float64).reshape(-1, 4)


def _pair_key(switch: Switch) -> Key:
    return ("duplicate", switch.mmsi, *sorted((switch.from_id, switch.to_id)))


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Look for handoffs among those who began and those who fell silent, and at numbers claimed twice.

    What was found is judged again for a day; unless the whole is wanted, every AGAIN_US of its own age.
    """
    before_us, state.settled_us = state.settled_us, max(state.settled_us, now_us)

    def in_turn(at: int) -> bool:
        turned = whole or (now_us - at) // AGAIN_US != (before_us - at) // AGAIN_US
        return turned and at > now_us - DAY_US

    for imo, since in state.numbers.items():
        if whole or since >= before_us or in_turn(since):
            senders = sorted(site.identities.imo_senders.get(imo, ()))
            state.dirty.update(("number", imo, a, b) for i, a in enumerate(senders) for b in senders[i + 1 :])
    if state.all_anew:
        state.unsought, state.next_at, state.all_anew = dict(state.births), 0, False
        state.dirty.update(state.handoffs)
    if due := _due(state, now_us - int(state.params.settled_s * SECOND_US)):
        _seek(state, due, site)
    state.dirty.update(key for key, case in state.handoffs.items() if in_turn(case.birth.at))
    for pairs in state.switches.values():
        if in_turn(max(between.switches[-1].at for between in pairs.values())):
            state.dirty.update(pairs)


def _due(state: State, ripe_us: int) -> list[Birth]:
    """First reports that may be told from handoffs by now, once each; those of the first hours are of no use."""
    if ripe_us < state.next_at:
        return []
    since = (state.first_at or 0) + int(state.params.listening_s * SECOND_US)
    ripe = [birth for birth in state.unsought.values() if birth.at <= ripe_us]
    for birth in ripe:
        del state.unsought[birth.mmsi]
    state.next_at = min((birth.at for birth in state.unsought.values()), default=0)
    return [birth for birth in ripe if birth.at >= since]


def _seek(state: State, births: list[Birth], site: Site) -> None:
    """Tracks that fell silent shortly before first reports, near them."""
    at, lat, lon = (np.array(column) for column in zip(*((b.at, b.lat_deg, b.lon_deg) for b in births), strict=True))
    span_us = int(state.params.handoff_s * SECOND_US)
    ends = _ends(site, int(at.min()) - span_us, int(at.max()), state.params.least_reports)
    first, last = np.searchsorted(ends.at, at - span_us), np.searchsorted(ends.at, at, "right")
    room = len(births)
    while True:
        birth, end = np.empty(room, np.int64), np.empty(room, np.int64)
        count = w.met(lat, lon, ends.lat_deg, ends.lon_deg, first, last, NEAR_M, birth, end)
        if count <= room:
            break
        room = count
    for i, track_id in zip(birth[:count].tolist(), ends.track_id[end[:count]].tolist(), strict=True):
        _hand_over(state, births[i], track_id)


def _ends(site: Site, since: int, until: int, least_reports: int) -> Ends:
    """Where tracks were heard last between two times: open ones with enough reports, and those that ended."""
    segments = site.segments
    used = slice(segments.count * k.OPEN)
    at, count = segments.ints[used, k.T_AT], segments.ints[used, k.T_COUNT]
    place = np.flatnonzero((at >= since) & (at <= until) & (count >= least_reports))
    ended = [t for tracks in segments.ended.values() for t in tracks if since <= t.last_at <= until]
    last = np.array([(t.last_lat_deg, t.last_lon_deg) for t in ended]).reshape(-1, 2)
    when = np.append(at[place], np.array([t.last_at for t in ended], np.int64))
    order = np.argsort(when, kind="stable")
    return Ends(
        when[order],
        np.append(segments.floats[place, k.F_LAT], last[:, 0])[order],
        np.append(segments.floats[place, k.F_LON], last[:, 1])[order],
        np.append(segments.ints[place, k.T_ID], np.array([t.track_id for t in ended], np.int64))[order],
    )


def _hand_over(state: State, birth: Birth, track_id: int) -> None:
    mmsi = track_id >> 32
    if mmsi != birth.mmsi and mmsi in SHIPS:
        key = ("handoff", mmsi, birth.mmsi, birth.at)
        state.handoffs[key] = Handoff(track_id, mmsi, birth)
        state.dirty.add(key)


def sift(state: State, keys: set[Key], site: Site) -> set[Key]:
    """Pairs of tracks that changed often enough, handoffs strong enough if hardly any number were new there."""
    handoffs = {key: state.handoffs[key] for key in keys if key in state.handoffs}
    return {key for key in keys - handoffs.keys() if _changed_enough(state, key)} | _strong(state, handoffs, site)


def _changed_enough(state: State, key: Key) -> bool:
    if key[0] != "duplicate":
        return bool(key[0] == "number")
    between = state.switches.get(key[1], {}).get(key)
    return between is not None and _side_by_side(state.params, between)


def _side_by_side(params: Params, between: Between) -> bool:
    """Whether two tracks changed often enough, for long enough, far enough apart."""
    often, lasting = len(between.switches) >= params.changes, _lasted_s(between) >= params.overlap_s
    return often and lasting and _apart_m(between) >= params.apart_m


def _lasted_s(between: Between) -> float:
    return (between.switches[-1].at - between.switches[0].from_at) / SECOND_US


def _apart_m(between: Between) -> float:
    """The median."""
    return between.apart_m[len(between.apart_m) // 2]


def _strong(state: State, handoffs: dict[Key, Handoff], site: Site) -> set[Key]:
    if not handoffs:
        return set()
    params, segments = state.params, site.segments
    listed = (
        (one.left_mmsi, one.left_id, one.birth.at, one.birth.lat_deg, one.birth.lon_deg) for one in handoffs.values()
    )
    left, track_id, at, lat, lon = (np.array(column) for column in zip(*listed, strict=True))
    strong = np.empty(len(left), np.bool_)
    w.could_be(
        vessel_places(segments, left), track_id, at, lat, lon, segments.ints, segments.floats, params.handoff_s,
        params.handoff_m, params.handoff_share, params.least_llr - ROUNDED, _per_km2_h(FEWEST), strong,
    )  # fmt: skip
    return set(compress(handoffs, strong)) | (handoffs.keys() & state.recalled.keys())


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What a case amounts to, by its form."""
    forms = {"duplicate": _duplicate, "handoff": _handoff, "number": _number}
    return forms[case[0]](state, case, site)


def _duplicate(state: State, case: Key, site: Site) -> Detection | None:
    _, mmsi, one, other = case
    params, tracks = state.params, tracks_of(site.segments, mmsi)
    between = state.switches.get(mmsi, {}).get(case)
    if between is None or not _side_by_side(params, between) or one not in tracks or other not in tracks:
        return None
    count = min(tracks[one].count, tracks[other].count)
    if count < params.least_reports:
        return None
    last, apart = between.switches[-1], _apart_m(between)
    counters = (
        counter("few_reports", min(count, MANY), "<=", 2 * params.least_reports, "", -1.0),
        counter("clock", apart / (last.top_kn * KNOT_MS), "<=", 600.0, "s", -1.5),
    )
    east = last.from_lon_deg + turn(last.from_lon_deg, last.lon_deg)
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=between.switches[0].from_at,
        t_end=last.at,
        geometry=Geometry(kind="line", coordinates=((last.from_lon_deg, last.from_lat_deg), (east, last.lat_deg))),
        vessels=(vessel(mmsi, site, one), vessel(mmsi, site, other)),
        chance=probability(0.85, counters),
        reasons=(
            reason("overlap", _lasted_s(between), ">=", params.overlap_s, "s"),
            reason("separation", apart, ">=", params.apart_m, "m"),
        ),
        counters=counters,
        lines=[line for s in between.switches for line in (s.from_line, s.line)],
        coverage=Coverage(),
        site=site,
    )


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a handoff by the rate of new numbers when it was found, having listened for as long as was needed then."""
    state.first_at = 0
    if "new_numbers_per_km2_h" in context:
        state.recalled[case] = context["new_numbers_per_km2_h"][0]


def _handoff(state: State, case: Key, site: Site) -> Detection | None:
    found = state.handoffs.get(case)
    if found is None:
        return None
    params, birth = state.params, found.birth
    left = tracks_of(site.segments, found.left_mmsi).get(found.left_id)
    if left is None or left.last_at > birth.at:
        return None
    wait_s = (birth.at - left.last_at) / SECOND_US
    way = distance_m(left.last_lat_deg, left.last_lon_deg, birth.lat_deg, birth.lon_deg)
    reach = _reach_m(left.top_kn, wait_s, params.handoff_m, params.handoff_share)
    if wait_s > params.handoff_s or way > reach:
        return None
    rate = state.recalled[case] if case in state.recalled else _births_per_km2_h(state, birth)
    llr = _strength(way, wait_s, left.top_kn, rate)
    a, b = site.identities.get(found.left_mmsi), site.identities.get(birth.mmsi)
    agree, (port, port_m) = _alike(a, b), site.ports.nearest(birth.lat_deg, birth.lon_deg)
    tested = [
        counter("new_arrivals", rate * math.pi * 92.6**2, ">=", 5.0, "", -1.0),
        counter("in_port", port_m, "<=", 3000.0, "m", -1.5, port),
    ]
    if agree is not None:
        tested.append(counter("reflag", agree, "<=", 0.0, "share", -1.0))
    counters = tuple(tested)
    if llr < params.least_llr or _different_hulls(a, b):
        return None
    east = left.last_lon_deg + turn(left.last_lon_deg, birth.lon_deg)
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=left.last_at,
        t_end=birth.at,
        geometry=Geometry(kind="line", coordinates=((left.last_lon_deg, left.last_lat_deg), (east, birth.lat_deg))),
        vessels=(vessel(found.left_mmsi, site, left.track_id), vessel(birth.mmsi, site)),
        chance=probability(0.01, counters, llr, 1.0 if agree else 0.0),
        reasons=(
            reason("handoff_time", wait_s, "<=", params.handoff_s, "s", a.name or str(found.left_mmsi)),
            reason("handoff_distance", way, "<=", reach, "m"),
            reason("handoff_strength", llr, ">=", params.least_llr, ""),
        ),
        counters=counters,
        lines=[left.first_line, left.last_line, birth.line],
        coverage=Coverage(),
        site=site,
        context={"new_numbers_per_km2_h": [rate]},
    )


def _births_per_km2_h(state: State, birth: Birth) -> float:
    """First reports per km2 and hour within 50 nmi and twelve hours, never less than half of one."""
    state.born = [np.concatenate(state.born)] if len(state.born) > 1 else state.born
    since = (state.first_at or birth.at) + int(state.params.listening_s * SECOND_US)
    where = birth.lat_deg, birth.lon_deg, since, AROUND_H * HOUR_US, AROUND_M
    near = sum(w.count_near(born, birth.mmsi, birth.at, *where) for born in state.born)
    return _per_km2_h(max(near, FEWEST))


def _per_km2_h(near: float) -> float:
    return float(f"{near / (math.pi * (AROUND_M / 1000) ** 2 * 2 * AROUND_H):.6g}")


def _alike(a: Identity, b: Identity) -> float | None:
    """Share of name, call sign and IMO number that both send and that agree; None if they share none to compare."""
    pairs = [(a.call_sign, b.call_sign), (a.imo, b.imo)]
    agree = [float(x == y) for x, y in pairs if x is not None and y is not None]
    if a.name and b.name:
        agree.append(_one_name(a.name, b.name))
    return sum(agree) / len(agree) if agree else None


def _one_name(one: str, other: str) -> float:
    """1 for one name, in whatever script or order of words; a half if only the hull number is another."""
    found = alike(one, other)
    return 1.0 if found.same else 0.5 if found.renumbered else 0.0


def _different_hulls(a: Identity, b: Identity) -> bool:
    """Lengths that differ by more than 15 percent belong to two ships."""
    if not a.length_m or not b.length_m:
        return False
    return abs(a.length_m - b.length_m) > 0.15 * max(a.length_m, b.length_m)


def _number(state: State, case: Key, site: Site) -> Detection | None:
    _, imo, one, other = case
    from hanbada.reference.imo import imo_valid

    senders = site.identities.imo_senders.get(imo, {})
    if one not in senders or other not in senders or not imo_valid(imo) or one not in SHIPS or other not in SHIPS:
        return None
    a, b = senders[one], senders[other]
    between_s = max(0, max(a.first_at, b.first_at) - min(a.last_at, b.last_at)) / SECOND_US
    left, right = _latest(site, one), _latest(site, other)
    if between_s > 86_400 or left is None or right is None:
        return None
    together_s = abs(left.last_at - right.last_at) / SECOND_US
    way = distance_m(left.last_lat_deg, left.last_lon_deg, right.last_lat_deg, right.last_lon_deg)
    sailed = 30.0 * KNOT_MS * together_s
    if way < state.params.number_m + sailed:
        return None
    agree = _alike(site.identities.get(one), site.identities.get(other))
    counters = () if agree is None else (counter("same_fleet", agree, ">=", 1.0, "share", -0.5),)
    east = left.last_lon_deg + turn(left.last_lon_deg, right.last_lon_deg)
    return detection(
        CARD,
        state.params,
        case,
        state="open",
        t_start=min(a.first_at, b.first_at),
        t_end=max(a.last_at, b.last_at),
        geometry=Geometry(
            kind="line", coordinates=((left.last_lon_deg, left.last_lat_deg), (east, right.last_lat_deg))
        ),
        vessels=(vessel(one, site, left.track_id), vessel(other, site, right.track_id)),
        chance=probability(0.7, counters),
        reasons=(
            reason("imo_shared", between_s, "<=", 86_400.0, "s", str(imo)),
            reason("imo_apart", way, ">=", state.params.number_m + sailed, "m"),
        ),
        counters=counters,
        lines=[a.line_id, b.line_id, left.last_line, right.last_line],
        coverage=Coverage(),
        site=site,
        severity="caution",
    )


def _latest(site: Site, mmsi: int) -> Track | None:
    tracks = tracks_of(site.segments, mmsi).values()
    return max(tracks, key=lambda track: track.last_at, default=None)


def forget(state: State, again: Again) -> None:
    """Drop what some vessels did that comes again."""
    for mmsi in again.since.keys() & state.switches.keys():
        pairs = state.switches.pop(mmsi)
        state.dirty.update(pairs)
        for key, between in pairs.items():
            for switch in between.switches:
                if switch.at < again.since[mmsi]:
                    _add(state.switches.setdefault(mmsi, {}).setdefault(key, Between()), switch)
    for key in [key for key in state.handoffs if key[1] in again.since or key[2] in again.since]:
        del state.handoffs[key]
        state.dirty.add(key)
    for mmsi in again.since.keys() & state.births.keys():
        if state.births[mmsi].at >= again.since[mmsi]:
            del state.births[mmsi]
            state.unsought.pop(mmsi, None)
    state.born = [_born(state.births.values())]
    state.all_anew = True
