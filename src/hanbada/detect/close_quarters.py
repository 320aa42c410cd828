"""Two vessels under way that would pass too close if both held on, and did hold on.

What it flags
    Two ships under way in open water whose closest point of approach (CPA) lies within half a mile and twelve minutes
    (caution) or a quarter of a mile and six minutes (warning), steadily, and inside the room a ship of that size needs.

Why it matters
    Collisions begin that way, and near misses show where the next one will be. A watch ashore can still call the ships.

How it decides
    Both ships are put on the same minute ticks with the course and speed they report (else made good). A pair counts
    from the third tick in a row on that it would pass close: what merely turns does not. Passing distances are weighed
    against the ellipse of Fujii around either ship, 4 by 1.6 lengths in open water, 3 by 0.8 near ports and in a crowd,
    cut across the relative motion; position errors, the scatter of the last ticks and what a course wanders until the
    CPA make it a probability. It has to be reached two minutes ahead: later, nobody can do anything with it.

Known false alarms
    Tugs, pilots, ships in company, regattas, fishing fleets, ferries that meet every day, lanes where all pass as
    close, a manoeuvre already begun. Ships at anchor and in harbour are left out altogether.

Sources
    Y. Fujii and K. Tanaka, Traffic Capacity, Journal of Navigation 24 (1971), for the domain; COLREG rules 7, 13, 14.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.cpa import approaches, places
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import DAY_US, MINUTE_US, SECOND_US
from hanbada.tracks.closing import Soon, closing_pairs, motion_at
from hanbada.tracks.kept_ticks import KeptTicks, drop, due, put, taken
from hanbada.tracks.ticks import near_pairs, ticks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason, Severity

CARD = Card(kind="close_quarters", partition="slot", lookback_s=86_400, severity="alarm", stage="preview")
SHIPS = (200_000_000, 800_000_000)
FISHING = 30
SERVICE = {31, 32, 50, 51, 52, 53, 55}
"""Tugs, pilots, rescue, port tenders, law enforcement."""
GRAVE = {*range(60, 70), *range(80, 90)}
"""Passenger ships and tankers."""
OPEN_WATER, RESTRICTED = (4.0, 1.6), (3.0, 0.8)
"""Semi-axes of the domain in ship's lengths, ahead and abeam (Fujii)."""
HEAD_ON_DEG, OVERTAKING_DEG = 5.0, 112.5
"""Sectors of COLREG: from ahead on both bows, and from more than 22.5 degrees abaft the beam (rules 13 and 14)."""
DAY_MIN = DAY_US // MINUTE_US
FILLED_US = 15 * SECOND_US
"""How long after a minute a live watch looks at it: ships under way have reported once more by then (at least every ten
seconds: ITU-R M.1371-5, Annex 1, table 1), and their places at that minute are looked at once, not a dozen times."""


class Params(Struct, frozen=True):
    """Thresholds."""

    reach_m: float = 12 * NMI_M
    """Farther apart, nobody closes within the time that counts."""
    caution_m: float = 0.5 * NMI_M
    """Passing distance that asks for attention at sea."""
    caution_s: float = 720.0
    """Twelve minutes: time to hail and to turn."""
    danger_m: float = 0.25 * NMI_M
    """Passing distance that is too close at sea."""
    danger_s: float = 360.0
    """Six minutes: rule 17 lets the ship that should stand on act by now."""
    ahead_s: float = 120.0
    """Later than this before the CPA, a warning comes too late to help."""
    steady: int = 3
    """Ticks in a row: COLREG rule 7 asks for a bearing that does not change, not for one look."""
    hole_min: float = 5.0
    """Minutes without risk after which the next is another meeting."""
    under_way_kn: float = 3.0
    """Slower ships manoeuvre, drift or lie at anchor."""
    relative_kn: float = 3.0
    """Ships that hardly move against each other keep company."""
    silence_s: float = 300.0
    """Reports further apart do not say how a ship moved between them."""
    port_m: float = 3 * NMI_M
    """Nearer to port, passing close is what ships do."""
    length_m: float = 50.0
    """Length of a ship that does not say its own: a small coaster or a large fishing vessel."""
    position_m: float = 25.0
    """Standard error of the distance: two receivers, two antennas, a minute's interpolation."""
    wander: float = 0.03
    """Share of the way still to go by which a course kept wanders: under two degrees."""
    crowd_m: float = 2 * NMI_M
    """Others within this are around."""
    crowd: int = 4
    """So many others make a place restricted water, a regatta or a fleet."""
    least_p: float = 0.5
    """More likely than not."""
    keep_points: int = 4_000_000
    """Places at ticks that are kept for late partners (about 300 MB)."""


class Points(NamedTuple):
    """Ships under way at ticks, and their motion as a vector in m/s."""

    tick: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    x_ms: NDArray[np.float64]
    y_ms: NDArray[np.float64]
    z_ms: NDArray[np.float64]
    line_id: NDArray[np.int64]


class Risk(NamedTuple):
    """A pair at a tick (columns of `geo.cpa.Approach`), where, how many others are around, metres to port, lines."""

    tick: int
    range_m: float
    cpa_m: float
    tcpa_s: float
    relative_kn: float
    first_deg: float
    second_deg: float
    first_across: float
    second_across: float
    lat_deg: float
    lon_deg: float
    slow_kn: float
    others: int
    port_m: float
    line: int
    other_line: int


Pair = tuple[int, int]


@dataclass(slots=True)
class State:
    """Points at ticks, risks by pair and tick, the meetings they make; `passed` is where and how close each went."""

    params: Params
    points: KeptTicks[Points]
    risks: dict[Pair, dict[int, Risk]] = field(default_factory=dict)
    at_tick: dict[int, set[Pair]] = field(default_factory=dict)
    touched: set[Pair] = field(default_factory=set)
    cases: dict[Key, list[Risk]] = field(default_factory=dict)
    of_pair: dict[Pair, list[Key]] = field(default_factory=dict)
    going_on: set[Key] = field(default_factory=set)
    passed: dict[Key, Risk] = field(default_factory=dict)
    all_passed: NDArray[np.float64] | None = None
    recalled: dict[Key, dict[str, list[float]]] = field(default_factory=dict)
    now_us: int = 0
    looked: int = -1
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params, KeptTicks(params.keep_points))


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a case by the others that were around and had passed there when it was found."""
    state.recalled[case] = context


def feed(state: State, batch: Batch, site: Site) -> None:  # noqa: ARG001
    """Put ships under way on the ticks between their reports."""
    rows, trail, params = batch.rows, batch.trail, state.params
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = trail.leg_m / trail.silence_s / KNOT_MS
    wanted = (speed >= params.under_way_kn) & (trail.silence_s <= params.silence_s) & (trail.place >= 0)
    wanted &= (rows.mmsi >= SHIPS[0]) & (rows.mmsi < SHIPS[1])
    found = ticks(rows, trail, wanted)
    x_ms, y_ms, z_ms = motion_at(rows, trail, found)
    whose = rows.mmsi[found.row]
    put(state.points, Points(found.tick, whose, found.lat_deg, found.lon_deg, x_ms, y_ms, z_ms, found.line_id))


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Look at the ticks that gained or lost places, put meetings together, and end those whose time is over."""
    state.now_us = max(state.now_us, now_us)
    waiting, minute = state.points.waiting, (state.now_us - FILLED_US) // MINUTE_US
    if waiting and (whole or minute > state.looked):
        state.looked = minute
        _look(state, waiting, due(state.points), site)
    _meetings(state)
    over = {key for key in state.going_on if _ends_us(state.cases[key]) <= state.now_us}
    state.going_on -= over
    state.dirty |= over
    if whole:
        state.dirty.update(state.cases)


def _look(state: State, waiting: set[int], points: Points | None, site: Site) -> None:
    """Find the risks at some ticks anew: what has changed, and what is no more, touches its pair."""
    found: dict[int, dict[Pair, Risk]] = {tick: {} for tick in waiting}
    for pair, risk in _risks(state.params, points, site) if points is not None else ():
        seen = found[risk.tick].get(pair)
        if seen is None or risk.range_m < seen.range_m:
            found[risk.tick][pair] = risk
    for tick, risks in found.items():
        for pair in state.at_tick.get(tick, set()) - risks.keys():
            del state.risks[pair][tick]
            state.touched.add(pair)
        for pair, risk in risks.items():
            known = state.risks.setdefault(pair, {})
            if known.get(tick) != risk:
                known[tick] = risk
                state.touched.add(pair)
        state.at_tick[tick] = set(risks)


def _risks(params: Params, points: Points, site: Site) -> Iterable[tuple[Pair, Risk]]:
    """Pairs away from port that would pass close soon, at each tick."""
    motion = np.stack([points.x_ms, points.y_ms, points.z_ms])
    soon = Soon(params.reach_m, params.caution_m, params.caution_s, params.relative_kn)
    i, j = closing_pairs(points.tick, points.lat_deg, points.lon_deg, motion, points.mmsi, soon)
    port_m = _port_m(points, i, j, site)
    away = port_m >= params.port_m
    i, j, port_m = i[away], j[away], port_m[away]
    if not len(i):
        return ()
    others = _others(points, np.unique(points.tick[i]), params.crowd_m)
    a, b, own, other = taken(points, i), taken(points, j), motion[:, i], motion[:, j]
    met = approaches(places(a.lat_deg, a.lon_deg), own, places(b.lat_deg, b.lon_deg), other)
    slow = np.minimum(np.linalg.norm(own, axis=0), np.linalg.norm(other, axis=0)) / KNOT_MS
    around = np.maximum(others[i], others[j]) - (met.range_m <= params.crowd_m)
    columns = (a.tick, *met, a.lat_deg, a.lon_deg, slow, around, port_m, a.line_id, b.line_id)
    pairs = zip(a.mmsi.tolist(), b.mmsi.tolist(), strict=True)
    return zip(pairs, map(Risk, *(column.tolist() for column in columns)), strict=True)


def _port_m(points: Points, i: NDArray[np.int64], j: NDArray[np.int64], site: Site) -> NDArray[np.float64]:
    """Metres from the nearer of each pair to its nearest port; each point is looked up once."""
    which, whose = np.unique(np.append(i, j), return_inverse=True)
    _, way = site.ports.all_nearest(points.lat_deg[which], points.lon_deg[which])
    nearer: NDArray[np.float64] = np.minimum(*way[whose].reshape(2, -1))
    return nearer


def _others(points: Points, at: NDArray[np.int64], crowd_m: float) -> NDArray[np.int64]:
    """How many others are around each point at some ticks."""
    which = np.flatnonzero(np.isin(points.tick, at))
    here = taken(points, which)
    first, second, _ = near_pairs(here.tick, here.lat_deg, here.lon_deg, here.mmsi, crowd_m)
    count = np.zeros(len(points.tick), np.int64)
    count[which] = np.bincount(np.append(first, second), minlength=len(which))
    return count


def _meetings(state: State) -> None:
    """Split the risks of touched pairs at long holes; those that stood for long enough are cases."""
    changed = []
    for pair in state.touched:
        old = set(state.of_pair.pop(pair, ()))
        state.dirty.update(key for key in old if key in state.cases)
        runs = {(*pair, run[0].tick): run for run in _runs(state.params, state.risks.get(pair, {}))}
        state.of_pair[pair] = list(runs)
        for key in old - runs.keys():
            changed.append(state.passed.pop(key).tick)
            state.going_on.discard(key)
            state.cases.pop(key, None)
        for key, run in runs.items():
            if state.passed.get(key) != run[-1]:
                state.passed[key] = run[-1]
                changed.append(run[-1].tick)
            if _stood(state.params, run):
                state.cases[key] = run
                state.going_on.add(key)
                state.dirty.add(key)
            else:
                state.cases.pop(key, None)
    state.touched.clear()
    if changed:
        state.all_passed = None
        state.dirty.update(key for key in state.cases if key[2] >= min(changed))


def _runs(params: Params, risks: dict[int, Risk]) -> Iterable[list[Risk]]:
    run: list[Risk] = []
    for tick in sorted(risks):
        if run and tick - run[-1].tick > params.hole_min:
            yield run
            run = []
        run.append(risks[tick])
    if run:
        yield run


def _stood(params: Params, run: list[Risk]) -> list[int]:
    """The places in a run from which on the risk had stood for some ticks in a row and there was time to act."""
    back = params.steady - 1
    return [
        i for i in range(back, len(run)) if run[i].tick - run[i - back].tick == back and run[i].tcpa_s >= params.ahead_s
    ]


def _ends_us(run: list[Risk]) -> int:
    """When the CPA is, as far as the last look tells."""
    return run[-1].tick * MINUTE_US + round(run[-1].tcpa_s * SECOND_US)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The worst moment of the meeting, and what speaks against it."""
    run, params = state.cases.get(case), state.params
    if run is None:
        return None
    lengths = [site.identities.get(mmsi).length_m or params.length_m for mmsi in case[:2]]
    others = state.recalled.get(case, {}).get("others", [float(risk.others) for risk in run])
    chance, worst = max((_chance(params, run, i, lengths, others[i]), -i) for i in _stood(params, run))
    if chance < params.least_p / 2:
        return None
    at = run[-worst]
    here = _passed_here(state, case, at)
    port = site.ports.nearest(at.lat_deg, at.lon_deg)
    counters = _counters(state, case, run, -worst, others[-worst], here, port, site)
    likely = probability(min(max(chance, 0.01), 0.99), counters)
    if likely < params.least_p:
        return None
    ends = _ends_us(run)
    east = at.lon_deg + turn(at.lon_deg, run[-1].lon_deg)
    return detection(
        CARD,
        params,
        case,
        state="open" if case in state.going_on else "closed",
        t_start=run[0].tick * MINUTE_US,
        t_end=None if case in state.going_on else ends,
        geometry=Geometry(kind="line", coordinates=((at.lon_deg, at.lat_deg), (east, run[-1].lat_deg))),
        vessels=(vessel(case[0], site), vessel(case[1], site)),
        chance=likely,
        reasons=_reasons(params, run, -worst, chance),
        counters=counters,
        lines=[line for risk in run for line in (risk.line, risk.other_line)],
        coverage=Coverage(median_interval_s=60.0),
        site=site,
        severity=_severity(params, at, case, site),
        context={"others": others, "passed_here": [float(here)]},
    )


def _severity(params: Params, at: Risk, case: Key, site: Site) -> Severity:
    if abs(at.cpa_m) > params.danger_m or at.tcpa_s > params.danger_s:
        return "caution"
    return "alarm" if any(site.identities.get(mmsi).ship_type in GRAVE for mmsi in case[:2]) else "warning"


def _chance(params: Params, run: list[Risk], i: int, lengths: list[float], others: float) -> float:
    """Probability that the passing distance lies inside the larger domain, as seen at one tick of a run."""
    at = run[i]
    restricted = others >= params.crowd or at.port_m < 2 * params.port_m
    ahead, abeam = RESTRICTED if restricted else OPEN_WATER
    across = (at.first_across, at.second_across)
    half = max(
        length * math.sqrt((ahead * part) ** 2 + abeam**2 * (1 - part**2))
        for length, part in zip(lengths, across, strict=True)
    )
    last = [risk.cpa_m for risk in run[i + 1 - params.steady : i + 1]]
    middle = sum(last) / len(last)
    scatter2 = sum((cpa_m - middle) ** 2 for cpa_m in last) / len(last)
    sigma = math.sqrt(params.position_m**2 + scatter2 + (params.wander * at.range_m) ** 2)
    inside = _normal((half - at.cpa_m) / sigma) - _normal((-half - at.cpa_m) / sigma)
    return float(f"{inside:.9g}")


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _reasons(params: Params, run: list[Risk], i: int, chance: float) -> tuple[Reason, ...]:
    at = run[i]
    danger = abs(at.cpa_m) <= params.danger_m and at.tcpa_s <= params.danger_s
    pass_m, soon_s = (params.danger_m, params.danger_s) if danger else (params.caution_m, params.caution_s)
    stood_s = 60.0 * (at.tick - run[0].tick)
    return (
        reason("cpa", abs(at.cpa_m), "<=", pass_m, "m"),
        reason("tcpa", at.tcpa_s, "<=", soon_s, "s"),
        reason("in_domain", chance, ">=", params.least_p / 2, "share"),
        reason("stood", stood_s, ">=", 60.0 * (params.steady - 1), "s"),
        _encounter_of(at),
    )


def _encounter_of(at: Risk) -> Reason:
    """Head-on, overtaking or crossing, by where each sees the other."""
    low, high = sorted((at.first_deg, at.second_deg))
    if high <= HEAD_ON_DEG:
        return reason("head_on", high, "<=", HEAD_ON_DEG, "deg")
    if high >= OVERTAKING_DEG:
        return reason("overtaking", high, ">=", OVERTAKING_DEG, "deg")
    return reason("crossing", low, "<=", OVERTAKING_DEG, "deg")


def _counters(
    state: State, case: Key, run: list[Risk], i: int, others: float, here: int, port: tuple[str, float], site: Site
) -> tuple[CounterEvidence, ...]:
    params, at = state.params, run[i]
    types = [site.identities.get(mmsi).ship_type or 0 for mmsi in case[:2]]
    service = next((kind for kind in types if kind in SERVICE), 0)
    fishing = at.slow_kn if all(kind == FISHING for kind in types) else 0.0
    met = sum(1 for key in state.of_pair[case[0], case[1]] if 0 < case[2] - key[2] <= DAY_MIN)
    back = run[i + 1 - params.steady]
    opening = (abs(at.cpa_m) - abs(back.cpa_m)) / (at.tick - back.tick)
    return (
        counter("tug_or_pilot", service, ">=", min(SERVICE), "", -5.0),
        counter("pair_trawl", fishing, ">=", 1.5, "kn", -1.5),
        counter("company", at.relative_kn, "<=", 5.0, "kn", -2.0),
        counter("crowd", others, ">=", params.crowd, "", -1.0),
        counter("near_port", min(port[1], 1e9), "<=", 2 * params.port_m, "m", -1.0, port[0]),
        counter("met_before", met, ">=", 1, "", -1.5),
        counter("passed_here", here, ">=", 5, "", -1.5),
        counter("opening", opening, ">=", 30.0, "m", -1.5),
        counter("passed_clear", abs(run[-1].cpa_m), ">=", params.danger_m, "m", 0.0),
    )


def _passed_here(state: State, case: Key, at: Risk) -> int:
    """How many other pairs passed as close within two miles of there in the day before: what is usual there."""
    known = state.recalled.get(case, {}).get("passed_here")
    if known is not None:
        return int(known[0])
    if state.all_passed is None:
        columns = [(r.tick, r.lat_deg, r.lon_deg, abs(r.cpa_m), *key[:2]) for key, r in state.passed.items()]
        state.all_passed = np.array(columns).reshape(-1, 6).T
    tick, lat, lon, cpa, first, second = state.all_passed
    same = (first == case[0]) & (second == case[1])
    like = ~same & (tick < case[2]) & (tick >= case[2] - DAY_MIN) & (cpa <= max(abs(at.cpa_m), 50.0))
    like &= np.abs(lat - at.lat_deg) <= 0.04
    near = zip(lat[like].tolist(), lon[like].tolist(), strict=True)
    return sum(distance_m(at.lat_deg, at.lon_deg, *place) <= state.params.crowd_m for place in near)


def forget(state: State, again: Again) -> None:
    """Drop the places of some vessels; the ticks they were at are looked at again."""
    drop(state.points, again.since)
