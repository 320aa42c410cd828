"""Who is who: two ships on one number, one ship on two numbers, one hull claimed twice.

What it flags
    Two tracks of one MMSI that go on side by side (duplicate). An MMSI that starts where another fell silent moments
    before (handoff), or two that take turns (alternation). One IMO number sent by two MMSI at the same time (number).

Why it matters
    A ship that changes or borrows a number wants to be taken for another one. It is the pattern of the cable cases of
    2025 and of evasion of sanctions.

How it decides
    Duplicate: both tracks confirmed, changing to and fro, for half an hour or more. Handoff: at most 30 minutes and
    600 m (or what the first ship could have sailed), weighed against how often new numbers appear there, where ships
    gather more often, and by whether speed and course before and after are those of one ship. Alternation:
    three times at least, one number goes on where the other fell silent (`tracks.turns`). Number: both senders within
    a day of each other and too far apart to be one ship.

Known false alarms
    A transponder replaced in port, net markers, units swapped between sister ships, a first day of listening.
    Most often two boats on the same course, one of which is heard no more where the other is heard first.

Sources
    Global Fishing Watch calls an MMSI unreliable whose tracks overlap; the strength of a handoff is our own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import compress, starmap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect import identity_kernel as w
from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hanbada.reference.names import sameness
from hanbada.tracks import handoffs_kernel, newcomers
from hanbada.tracks import turns as t
from hanbada.tracks.identity import agreement, different_hulls
from hanbada.tracks.segments import ends, tracks_of, vessel_places
from hanbada.tracks.switches import Between, add, apart_m, lasted_s
from hanbada.tracks.touches import FEWEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import Detection
    from hanbada.tracks.segments import Birth, Ends, Switch, Track
    from hanbada.tracks.turns import Pauses, Stretch

CARD = Card(kind="identity", partition="slot", lookback_s=172_800, severity="warning", stage="preview")
LOOKBACK_US = round(CARD.lookback_s * SECOND_US)
SHIPS = range(200_000_000, 800_000_000)
"""MMSI of ships; beacons, aids and craft of a mother ship change numbers for reasons of their own."""


MANY = 50
"""Reports of a track beyond which more say no more."""
AGAIN_US = 10 * MINUTE_US
"""What may still change is judged again after this long."""
MOST_PARTS = 256
"""Parts in which pauses are kept before they are put together and old ones dropped."""
TURN_M = 5 * NMI_M
"""Within which the first of several turns is sought: reports of a ship under way may be a quarter of an hour apart."""
NEAR_M = 30 * NMI_M
"""Within which a handoff is sought: half an hour at 60 knots."""
ROUNDED = 1e-6
"""What rounding may add to the strength of a case."""
_pace_kn: Callable[..., float] = handoffs_kernel.pace_kn.py_func  # type: ignore[attr-defined]
_motion: Callable[..., float] = handoffs_kernel.motion.py_func  # type: ignore[attr-defined]
_reach_m: Callable[..., float] = handoffs_kernel.reach_m.py_func  # type: ignore[attr-defined]
_strength: Callable[..., float] = handoffs_kernel.strength.py_func  # type: ignore[attr-defined]


class Params(Struct, frozen=True):
    """Thresholds."""

    overlap_s: float = 1800.0
    """Two ships on one number stay; a wrong receiver clock passes."""
    apart_m: float = 2 * NMI_M
    """Nearer, one ship with a bad antenna looks like two."""
    changes: int = 6
    """To and fro three times: damaged reports do so twice."""
    least_reports: int = 5
    """Reports on each side."""
    handoff_s: float = 1800.0
    """Restarting a unit takes a minute; half an hour leaves room for gaps in reception."""
    handoff_m: float = 600.0
    """Two antennas of one ship, positions as good as they are."""
    handoff_share: float = 0.4
    """Share of its top speed the ship may have made good in between: it is busy changing identity."""
    pause_s: float = 1200.0
    """A number that is silent for less was badly heard, not switched off for another."""
    least_turns: int = 3
    """Away, back and away again: twice may be two ships in one berth."""
    pace_kn: float = 20.0
    """As fast may she sail between two turns, in sparse reception: few ships are faster."""
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
    pauses: list[Pauses] = field(default_factory=list)
    """Silences of all ships that ended, in parts."""
    pairs: dict[Key, int] = field(default_factory=dict)
    """Numbers that may take turns, and when the second was first heard."""
    numbers: dict[int, int] = field(default_factory=dict)
    """IMO numbers with several senders, and since when."""
    unsought: dict[int, Birth] = field(default_factory=dict)
    next_at: int = 0
    all_anew: bool = False
    settled_us: int = 0
    first_at: int | None = None
    latest_at: int = 0
    recalled: dict[Key, tuple[float, float]] = field(default_factory=dict)
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
        add(state.switches.setdefault(switch.mmsi, {}).setdefault(key, Between()), switch)
        state.dirty.add(key)
    state.pauses.append(t.pauses(batch.rows, batch.trail, state.params.pause_s))
    _bear(state, [birth for birth in batch.births if birth.mmsi in SHIPS])
    for imo in batch.numbers:
        state.numbers.setdefault(imo, state.latest_at)
    if state.handoffs:
        left = np.array([case.left_mmsi for case in state.handoffs.values()], np.int64)
        heard = np.zeros(site.segments.count, np.bool_)
        heard[batch.trail.vessel] = True
        state.dirty.update(compress(state.handoffs, heard[vessel_places(site.segments, left)]))


def _bear(state: State, births: list[Birth]) -> None:
    """Note first reports."""
    for birth in births:
        state.births[birth.mmsi] = state.unsought[birth.mmsi] = birth
    if births:
        state.born.append(newcomers.table(births))


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
    if whole or len(state.pauses) > MOST_PARTS:
        _let_go(state, now_us - LOOKBACK_US)
    state.dirty.update(key for key, case in state.handoffs.items() if in_turn(case.birth.at))
    state.dirty.update(key for key, at in state.pairs.items() if in_turn(at))
    for pairs in state.switches.values():
        if in_turn(max(between.switches[-1].at for between in pairs.values())):
            state.dirty.update(pairs)


def _let_go(state: State, before_us: int) -> None:
    state.pauses = [t.since(one, before_us) for one in _paused(state)]
    state.pairs = {key: at for key, at in state.pairs.items() if at >= before_us}


def holds(state: State, case: Key) -> bool:
    """Whether the pauses of two numbers that take turns are still known; nothing else is let go."""
    birth = state.births.get(case[2]) if case[0] == "alternation" else None
    return birth is None or birth.at >= state.settled_us - LOOKBACK_US


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
    """Tracks that fell silent shortly before first reports, near them: for good, or to be heard again."""
    span_us = int(state.params.handoff_s * SECOND_US)
    since, until = min(birth.at for birth in births) - span_us, max(birth.at for birth in births)
    silent = ends(site.segments, since, until, state.params.least_reports)
    for birth, track_id in _beside(births, silent, span_us, NEAR_M):
        key = ("handoff", track_id >> 32, birth.mmsi, birth.at)
        state.handoffs[key] = Handoff(track_id, track_id >> 32, birth)
        state.dirty.add(key)
    for paused in _paused(state):
        silent = t.with_ends(paused, silent)
    for birth, track_id in _beside(births, silent, span_us, TURN_M):
        pair = ("alternation", track_id >> 32, birth.mmsi)
        state.pairs[pair] = birth.at
        state.dirty.add(pair)


def _beside(births: list[Birth], silent: Ends, span_us: int, within_m: float) -> list[tuple[Birth, int]]:
    """First reports, and the tracks of other ships that ended near them shortly before."""
    at, lat, lon = (np.array(column) for column in zip(*((b.at, b.lat_deg, b.lon_deg) for b in births), strict=True))
    first, last = np.searchsorted(silent.at, at - span_us), np.searchsorted(silent.at, at, "right")
    room = len(births)
    while True:
        birth, end = np.empty(room, np.int64), np.empty(room, np.int64)
        count = w.met(lat, lon, silent.lat_deg, silent.lon_deg, first, last, within_m, birth, end)
        if count <= room:
            break
        room = count
    pairs = zip(birth[:count].tolist(), silent.track_id[end[:count]].tolist(), strict=True)
    return [(births[i], track) for i, track in pairs if track >> 32 != births[i].mmsi and track >> 32 in SHIPS]


def sift(state: State, keys: set[Key], site: Site) -> set[Key]:
    """Pairs of tracks that changed often enough, handoffs strong enough if hardly any number were new there."""
    handoffs = {key: state.handoffs[key] for key in keys if key in state.handoffs}
    return {key for key in keys - handoffs.keys() if _changed_enough(state, key, site)} | _strong(state, handoffs, site)


def _changed_enough(state: State, key: Key, site: Site) -> bool:
    if key[0] != "duplicate":
        return key[0] == "number" or (
            key[0] == "alternation" and len(_turns(state, key, site)) >= state.params.least_turns
        )
    between = state.switches.get(key[1], {}).get(key)
    return between is not None and _side_by_side(state.params, between)


def _side_by_side(params: Params, between: Between) -> bool:
    """Whether two tracks changed often enough, for long enough, far enough apart."""
    often, lasting = len(between.switches) >= params.changes, lasted_s(between) >= params.overlap_s
    return often and lasting and apart_m(between) >= params.apart_m


def _strong(state: State, handoffs: dict[Key, Handoff], site: Site) -> set[Key]:
    if not handoffs:
        return set()
    params, segments = state.params, site.segments
    left = np.array([one.left_mmsi for one in handoffs.values()], np.int64)
    track_id = np.array([one.left_id for one in handoffs.values()], np.int64)
    at = np.array([one.birth.at for one in handoffs.values()], np.int64)
    lat, lon, sog, cog = np.array([one.birth[3:] for one in handoffs.values()], np.float64).T
    strong = np.empty(len(left), np.bool_)
    w.could_be(
        vessel_places(segments, left), track_id, at, lat, lon, sog, cog, segments.ints, segments.floats,
        params.handoff_s, params.handoff_m, params.handoff_share, params.least_llr - ROUNDED,
        newcomers.per_km2_h(FEWEST), strong,
    )  # fmt: skip
    return set(compress(handoffs, strong)) | (handoffs.keys() & state.recalled.keys())


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What a case amounts to, by its form."""
    forms = {"duplicate": _duplicate, "handoff": _handoff, "alternation": _alternation, "number": _number}
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
    last, apart = between.switches[-1], apart_m(between)
    counters = (
        counter("few_reports", min(count, MANY), "<=", 2 * params.least_reports, "", -1.0),
        counter("clock", apart / (last.top_kn * KNOT_MS), "<=", 600.0, "s", -1.5),
    )
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=between.switches[0].from_at,
        t_end=last.at,
        geometry=_line(last.from_lat_deg, last.from_lon_deg, last.lat_deg, last.lon_deg),
        vessels=(vessel(mmsi, site, one), vessel(mmsi, site, other)),
        chance=probability(0.85, counters),
        reasons=(
            reason("overlap", lasted_s(between), ">=", params.overlap_s, "s"),
            reason("separation", apart, ">=", params.apart_m, "m"),
        ),
        counters=counters,
        lines=[line for s in between.switches for line in (s.from_line, s.line)],
        coverage=Coverage(),
        site=site,
    )


def _line(lat_deg: float, lon_deg: float, there_lat_deg: float, there_lon_deg: float) -> Geometry:
    """From one place to another, the short way round."""
    east = lon_deg + turn(lon_deg, there_lon_deg)
    return Geometry(kind="line", coordinates=((lon_deg, lat_deg), (east, there_lat_deg)))


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a handoff by the rate of new numbers when it was found, having listened for as long as was needed then."""
    state.first_at = 0
    if "new_numbers_per_km2_h" in context:
        rates = context["new_numbers_per_km2_h"]
        state.recalled[case] = rates[0], rates[-1]


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
    pace = _pace_kn(left.top_kn, left.last_sog_kn, birth.sog_kn)
    reach = _reach_m(pace, wait_s, params.handoff_m, params.handoff_share)
    if wait_s > params.handoff_s or way > reach:
        return None
    rate, here = state.recalled[case] if case in state.recalled else _rates(state, found)
    moved = _motion(left.last_sog_kn, left.last_cog_deg, birth.sog_kn, birth.cog_deg, wait_s)
    llr = _strength(way, wait_s, pace, here) + max(0.0, moved)
    a, b = site.identities.get(found.left_mmsi), site.identities.get(birth.mmsi)
    agree, (port, port_m) = agreement(a, b, sameness), site.ports.nearest(birth.lat_deg, birth.lon_deg)
    tested = [
        counter("new_arrivals", rate * math.pi * 92.6**2, ">=", 5.0, "", -1.0),
        counter("in_port", port_m, "<=", 3000.0, "m", -1.5, port),
        counter("unlike_motion", moved, "<=", 0.0, "", min(0.0, moved)),
    ]
    if agree is not None:
        tested.append(counter("reflag", agree, "<=", 0.0, "share", -1.0))
    if llr + min(0.0, moved) < params.least_llr or different_hulls(a, b):
        return None
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=left.last_at,
        t_end=birth.at,
        geometry=_line(left.last_lat_deg, left.last_lon_deg, birth.lat_deg, birth.lon_deg),
        vessels=(vessel(found.left_mmsi, site, left.track_id), vessel(birth.mmsi, site)),
        chance=probability(0.01, tested, llr, 1.0 if agree else 0.0),
        reasons=(
            reason("handoff_time", wait_s, "<=", params.handoff_s, "s", a.name or str(found.left_mmsi)),
            reason("handoff_distance", way, "<=", reach, "m"),
            reason("handoff_strength", llr, ">=", params.least_llr, ""),
        ),
        counters=tuple(tested),
        lines=[left.first_line, left.last_line, birth.line],
        coverage=Coverage(),
        site=site,
        context={"new_numbers_per_km2_h": [rate, here]},
    )


def _rates(state: State, found: Handoff) -> tuple[float, float]:
    state.born = [np.concatenate(state.born)] if len(state.born) > 1 else state.born
    since = (state.first_at or found.birth.at) + int(state.params.listening_s * SECOND_US)
    return newcomers.rates(state.born, found.birth, found.left_mmsi, since)


def _turns(state: State, case: Key, site: Site) -> list[tuple[Stretch, Stretch]]:
    """How two numbers took turns since the second was first heard."""
    _, one, other = case
    birth, left, right = state.births.get(other), _latest(site, one), _latest(site, other)
    if birth is None or left is None or right is None or not state.pauses:
        return []
    both = [t.of(_paused(state)[0], mmsi) for mmsi in sorted((one, other))]
    if not all(len(paused.mmsi) for paused in both):
        return []
    own = t.since(t.joined(both), birth.at - int(state.params.handoff_s * SECOND_US))
    begun = t.End(birth.at, birth.lat_deg, birth.lon_deg, birth.line)
    parts = [
        *t.stretches(one, *t.first_and_last(left), own),
        *t.stretches(other, begun, t.first_and_last(right)[1], own),
    ]
    return t.turns(parts, state.params.handoff_s, state.params.handoff_m, state.params.pace_kn * KNOT_MS)


def _paused(state: State) -> list[Pauses]:
    """The pauses in one part, in order, if there are any."""
    state.pauses = [t.joined(state.pauses)] if len(state.pauses) > 1 else state.pauses
    return state.pauses


def _alternation(state: State, case: Key, site: Site) -> Detection | None:
    found, params = _turns(state, case, site), state.params
    if len(found) < params.least_turns:
        return None
    begun, ended = found[0][0].end, found[-1][1].begin
    reach = max(t.reach_m(a, b, params.handoff_m, params.pace_kn * KNOT_MS) for a, b in found)
    port, port_m = site.ports.nearest(begun.lat_deg, begun.lon_deg)
    counters = (counter("in_port", port_m, "<=", 3000.0, "m", -1.5, port),)
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=begun.at,
        t_end=ended.at,
        geometry=_line(begun.lat_deg, begun.lon_deg, ended.lat_deg, ended.lon_deg),
        vessels=(vessel(case[1], site), vessel(case[2], site)),
        chance=probability(0.8, counters),
        reasons=(
            reason("turns", len(found), ">=", params.least_turns, ""),
            reason("turn_time", max(starmap(t.wait_s, found)), "<=", params.handoff_s, "s"),
            reason("turn_distance", max(starmap(t.way_m, found)), "<=", reach, "m"),
        ),
        counters=counters,
        lines=[line for a, b in found for line in (a.end.line_id, b.begin.line_id)],
        coverage=Coverage(),
        site=site,
    )


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
    agree = agreement(site.identities.get(one), site.identities.get(other), sameness)
    counters = () if agree is None else (counter("same_fleet", agree, ">=", 1.0, "share", -0.5),)
    return detection(
        CARD,
        state.params,
        case,
        state="open",
        t_start=min(a.first_at, b.first_at),
        t_end=max(a.last_at, b.last_at),
        geometry=_line(left.last_lat_deg, left.last_lon_deg, right.last_lat_deg, right.last_lon_deg),
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
                    add(state.switches.setdefault(mmsi, {}).setdefault(key, Between()), switch)
    for key in [key for key in state.handoffs if key[1] in again.since or key[2] in again.since]:
        del state.handoffs[key]
        state.dirty.add(key)
    for key in [key for key in state.pairs if key[1] in again.since or key[2] in again.since]:
        del state.pairs[key]
        state.dirty.add(key)
    state.pauses = [t.before(part, again.since) for part in state.pauses]
    for mmsi in again.since.keys() & state.births.keys():
        if state.births[mmsi].at >= again.since[mmsi]:
            del state.births[mmsi]
            state.unsought.pop(mmsi, None)
    state.born = [newcomers.table(state.births.values())]
    state.all_anew = True
