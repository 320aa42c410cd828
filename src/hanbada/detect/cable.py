"""Ships that slow down, stop, turn about or change identity over a cable or pipeline.

What it flags
    A ship whose speed dips as it crosses a cable, that hauls across it far below its own cruise, crosses it to and fro,
    stops on it outside an anchorage, or hands its track to another MMSI beside it.

Why it matters
    An anchor dragged over a cable cuts it. In the cases of 2023 to 2025 the ships could be seen doing it, in speeds
    that are slow only against their own. Who looks at once may hail the ship before the next cable.

How it decides
    Every leg is crossed with the routes; what a vessel does at one cable within six hours is one episode. Its speeds
    are compared with its own: the usual ones 15 to 60 minutes before and after against the lowest within 20, in units
    of what they scatter anyway; and the stretch below three quarters of its cruise of the last day. A ship that dips
    elsewhere too is believed no more than the odds against one of its dips lying just here. Each sign adds to the
    log-odds what it is worth against ordinary crossings (measured on real lanes, see below), each innocent
    explanation takes away. From 0.3 on an officer should look, from 0.7 on hail. Schematic routes raise nothing near
    shore, and away from it only what needs no exact place: a haul, or a changed identity.

Known false alarms
    Speed rules of lanes and pilot stations, convoys, fishing over cables (which is the leading cause of faults), ships
    that wait or trawl, dips in turns. Reports more than two minutes apart show no dip of five minutes.

Sources
    ERR 2023-10-17 (NewNew Polar Bear), nyhetersverige.se (Eagle S), The Maritime Executive 2025-01-07 (Shunxing39),
    LTN 2025-03-02 (Hong Tai 58). The thresholds are our own, measured as the page below says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import ANCHORAGE_M, Card, Key, counter, detection, probability, reason, vessel, way
from hanbada.geo.sphere import KNOT_MS, NMI_M, bearing_deg, destination, distance_m
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hanbada.tracks import norms, recent, touches
from hanbada.tracks.norms import Norms, Others
from hanbada.tracks.passing import HANDED, HAUL_SHARE, Passing, Touch, passing
from hanbada.tracks.touches import Lines, Touches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.detect.contract import Again, Batch, Cables, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason
    from hanbada.reference.shapes import Line

CARD = Card(kind="cable", partition="slot", lookback_s=172_800, severity="alarm", stage="preview")
FISHING = 30
MERCHANT = range(70, 90)
"""Cargo ships and tankers: large anchors, and all the ships of the known cases."""
OTHER_TRADES = frozenset({36, 37, *range(40, 50), *range(60, 70)})
"""Sailing and pleasure craft, high-speed craft, passenger ships."""
SERVICE = frozenset({31, 32, 33, 34, 50, 51, 52, 53, 54, 55})
"""Tugs, dredgers, divers, pilots, rescue, port tenders, law enforcement: they work over cables."""
AGAIN_US = 10 * MINUTE_US
"""An episode that goes on is measured again after this long."""
USUAL_DIP, USUAL_HAUL, USUAL_STOP = 0.003, 0.03, 0.01
"""Shares of crossings with such a dip or haul, and of ships near a cable that stop on it, where nothing is wrong."""
ALIKE = 0.3
"""What a second sign adds of its weight: a ship that turns about over a cable also slows there."""
NEARLY_STOPPED = 0.6
"""A dip by more of the speed than this is a stop under way: pilots and errands. A dragged anchor takes less."""
WITNESSES = 3
"""A time counts as reached when so many tracks have reached it: one clock that runs ahead makes nobody forget."""
ENOUGH = 5
"""Other ships that tell what speed is usual over a cable."""


class Params(Struct, frozen=True):
    """Thresholds."""

    look_p: float = 0.3
    """Probability from which an officer should look now."""
    hail_p: float = 0.7
    """Probability from which it is worth hailing the ship."""
    prior: float = 0.0005
    """Share of crossings at which something is wrong, before anything is known: cases are few, crossings thousands."""
    episode_h: float = 6.0
    """What a ship does at one cable within this time belongs together."""
    settle_min: float = 60.0
    """How long after a crossing speeds are compared with those before it."""
    beside_m: float = 0.5 * NMI_M
    """On a cable, beside what its route is uncertain by: an anchor's chain and the ship's length."""
    schematic_m: float = NMI_M
    """A route that may be farther off than this, or does not say, is a sketch."""
    near_shore_m: float = 80_000.0
    """Nearer to a port or land than this nothing is said of sketched routes: cables run together at their landing."""
    dip_kn: float = 0.7
    """Shallower dips are waves and currents."""
    dip_share: float = 0.05
    """And part of the usual speed."""
    dip_strength: float = 2.0
    """In units of what the ship's speed scatters anyway."""
    dip_hole_s: float = 300.0
    """Where the ship was silent for longer near the crossing, its lowest speed is a guess."""
    dip_s: float = 60.0
    """One slow report is no dip."""
    dip_most_s: float = 1500.0
    """A longer one is another speed."""
    passage_kn: float = 5.0
    """Slower ships tow, trawl or wait: their speed changes all the time."""
    as_before: float = 0.75
    """After a dip a ship goes on at no less than this share of its speed before."""
    dip_off_s: float = 240.0
    """So near the crossing the dip belongs to it; one that lies farther off says less."""
    haul_s: float = 1800.0
    """Shorter slow stretches are manoeuvres."""
    haul_kn: float = 3.0
    """Slower ships drift or wait."""
    cruise_kn: float = 8.0
    """Ships with a slower cruise tow and trawl."""
    straight: float = 1.3
    """A haul leads somewhere: way sailed over way made good."""
    wiggle_m: float = 5 * NMI_M
    """Between two crossings that belong together the ship stays this near."""
    wiggle_s: float = 2700.0
    """Crossings that follow each other so soon say more: of a hundred ships that cross a route one does that."""
    wiggle_kn: float = 7.0
    """Its usual speed near the crossings; slower ships fish, tow or play."""
    stop_s: float = 1200.0
    """Shorter stops are for pilots and engines."""
    silence_s: float = 1800.0
    """Shorter silences are a matter of reception."""
    handoff_m: float = 700.0
    """Two antennas of one ship, a position rounded, and the minute that restarting a unit takes, at twenty knots."""
    handoff_share: float = 0.3
    """Share of its speed the ship may have made good between two identities."""
    in_port_m: float = 3_000.0
    """In a harbour ships do as they do in harbours."""
    near_port_m: float = 10_000.0
    """Ships slow down, turn and wait here for reasons of their own."""
    others_m: float = 5 * NMI_M
    """Ships that come to the same cable this near tell what is usual there."""
    others_h: float = 168.0
    """A week of traffic is compared with."""


class Sign(NamedTuple):
    """Something that speaks for damage, and by how much."""

    said: Reason
    weight: float


@dataclass(slots=True)
class State:
    """Touches of ships and cables, the episodes they make, and these as measured, by cable."""

    params: Params
    touches: Touches = field(default_factory=Touches)
    lines: Lines | None = None
    cases: dict[Key, list[Touch]] = field(default_factory=dict)
    passed: dict[int, dict[Key, Passing]] = field(default_factory=dict)
    norms: dict[int, Norms] = field(default_factory=dict)
    notable: set[Key] = field(default_factory=set)
    active: set[Key] = field(default_factory=set)
    recalled: dict[tuple[int, int], Others] = field(default_factory=dict)
    now_us: int = 0
    settled_us: int = 0
    reached_us: int = 0
    dropped_us: int = 0
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Keep what ships near cables do, and take their touches."""
    lines = _lines(state, site.charts.cables)
    if lines is not None and len(batch.rows.at):
        state.now_us = max(state.now_us, site.now_us)
        state.touches.first_us = min(state.touches.first_us, int(batch.rows.at.min()))
        touches.feed(state.touches, batch.rows, batch.trail, batch.births, lines)


def _lines(state: State, cables: Cables | None) -> Lines | None:
    if state.lines is None and cables is not None:
        beside = [math.nan if _sketched(state.params, one) else _beside_m(state.params, one) for one in cables.lines]
        state.lines = Lines(cables.index, np.array(beside))
    return state.lines


def _sketched(params: Params, cable: Line) -> bool:
    return cable.uncertainty_m is None or cable.uncertainty_m > params.schematic_m


def _beside_m(params: Params, cable: Line) -> float:
    return params.beside_m + (cable.uncertainty_m or 0.0)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Look for changed identities, put episodes together, and measure those that go on.

    Unless the whole is wanted, one that goes on is measured every AGAIN_US of its own age.
    """
    lines = _lines(state, site.charts.cables)
    if lines is None:
        return
    before_us, state.settled_us = state.settled_us, max(state.settled_us, now_us)
    state.now_us = max(state.now_us, now_us)
    if state.reached_us // HOUR_US != state.dropped_us // HOUR_US:
        state.dropped_us = state.reached_us
        _drop_before(state, state.reached_us)
    touches.seek_handoffs(state.touches, lines, state.now_us)
    touched = set(state.touches.touched)
    fresh = {key for pair in touched for key in _episodes(state, pair)}
    state.touches.touched.clear()
    state.active |= fresh
    for key in sorted(state.active):
        turned = (state.now_us - key[2]) // AGAIN_US != (before_us - key[2]) // AGAIN_US
        if whole or turned or key in fresh or not _open(state, key):
            touched |= _measure(state, key, lines)
    changed = {line for _, line in touched}
    state.dirty.update(key for key in state.notable if key[1] in changed)
    state.active = {key for key in state.active if _open(state, key)}
    if whole or state.now_us // AGAIN_US != before_us // AGAIN_US:
        state.reached_us = max(state.reached_us, recent.reached(state.touches.recent, WITNESSES))


def _open(state: State, key: Key) -> bool:
    """Whether what the ship does yet still belongs to an episode."""
    return state.now_us - state.cases[key][-1].at <= round(state.params.settle_min * MINUTE_US)


def _drop_before(state: State, reached_us: int) -> None:
    """Forget episodes long before a time that was reached when they were measured; what was said of them stands."""
    at_us = reached_us - round(state.params.others_h * HOUR_US) - 2 * DAY_US
    touches.drop_before(state.touches, reached_us - touches.KEPT_US, at_us)
    for key in [key for key, found in state.cases.items() if found[-1].at < at_us]:
        del state.cases[key]
        state.passed[key[1]].pop(key, None)
        state.norms.pop(key[1], None)
        state.notable.discard(key)


def _episodes(state: State, pair: tuple[int, int]) -> list[Key]:
    """Put the touches of a ship and a cable together; the episodes that are not what they were."""
    parts = touches.episodes(state.touches, pair, round(state.params.episode_h * HOUR_US))
    found: dict[Key, list[Touch]] = {(*pair, part[0].at): part for part in parts}
    known = [key for key in (*state.passed.get(pair[1], ()), *state.active) if key[:2] == pair]
    for gone in {*known} - found.keys():
        _drop(state, gone)
    changed = [key for key, part in found.items() if state.cases.get(key) != part]
    state.cases.update(found)
    return changed


def _drop(state: State, key: Key) -> None:
    """Episodes end, or begin earlier, with late reports."""
    state.cases.pop(key, None)
    state.passed.get(key[1], {}).pop(key, None)
    state.norms.pop(key[1], None)
    state.notable.discard(key)
    state.active.discard(key)
    state.dirty.add(key)


def _measure(state: State, key: Key, lines: Lines) -> set[tuple[int, int]]:
    """Measure an episode anew: it is to be judged again. The pair of ship and cable, if the norm there has changed."""
    part, kept = state.cases[key], state.touches.recent
    until = part[-1].at + round(state.params.settle_min * MINUTE_US)
    lately = recent.of(kept, part[0].track_id, part[0].at - DAY_US, until)
    away = lines.index.nearest(lately.lat_deg, lately.lon_deg, line=key[1])[1]
    found = passing(lately, away, part, float(np.nan_to_num(lines.beside_m[key[1]])))
    mine = state.passed.setdefault(key[1], {})
    before, mine[key] = mine.get(key), found
    state.dirty.add(key)
    if any(True for _ in _main_signs(state, key, "", 0.0)):
        state.notable.add(key)
    else:
        state.notable.discard(key)
    if before is not None and _norm(state.params, key, part, before) == _norm(state.params, key, part, found):
        return set()
    state.norms.pop(key[1], None)
    return {(key[0], key[1])}


def _norm(params: Params, key: Key, part: list[Touch], found: Passing) -> tuple[float, ...]:
    """An episode as an entry of Norms: what slowed it is counted before anybody knows how it goes on."""
    pace = found.pace
    dip = pace.slowed_kn if pace is not None and (math.isnan(pace.dip_kn) or any(_dip(params, found, ""))) else 0.0
    dip = dip if dip >= params.dip_kn else 0.0
    did = (float(any(True for _ in signs(params, found, ""))) for signs in (_haul, _stopped))
    return (float(part[0].at), float(key[0]), part[0].lat_deg, part[0].lon_deg, dip, *did)


def _main_signs(state: State, case: Key, name: str, appeared: float) -> Iterator[Sign]:
    """What is worth an officer's look by itself."""
    params, found = state.params, state.passed[case[1]][case]
    yield from _dip(params, found, name)
    yield from _haul(params, found, name)
    yield from _crossed_again(params, found, name)
    yield from _stopped(params, found, name)
    yield from _handed_over(state, case, appeared)


def _dip(params: Params, found: Passing, name: str) -> Iterator[Sign]:
    """A dip at the crossing: the more it stands out and the nearer to the cable, the more it says."""
    pace = found.pace
    if pace is None or not pace.dip_kn >= max(params.dip_kn, params.dip_share * pace.before_kn):
        return
    slower, faster = sorted((pace.before_kn, pace.after_kn))
    if slower < params.passage_kn or slower < params.as_before * faster or pace.strength < params.dip_strength:
        return
    if pace.hole_s > params.dip_hole_s or not params.dip_s <= pace.lasted_s <= params.dip_most_s:
        return
    most = 9.0 if pace.dip_kn < NEARLY_STOPPED * slower else 4.0
    off = max(0.0, abs(pace.low_s) - params.dip_off_s) / 100.0
    yield Sign(reason("cable_dip", pace.dip_kn, ">=", params.dip_kn, "kn", name), min(most, 3.8 + pace.strength) - off)
    yield Sign(reason("dip_strength", pace.strength, ">=", params.dip_strength, ""), 0.0)


def _haul(params: Params, found: Passing, name: str) -> Iterator[Sign]:
    """A long stretch below its own cruise: each doubling of its time says more."""
    one = found.haul
    if one is None or one.end_s - one.begin_s < params.haul_s or one.wandered > params.straight:
        return
    if one.cruise_kn < params.cruise_kn or one.speed_kn < params.haul_kn:
        return
    lasted = one.end_s - one.begin_s
    weight = 2.0 + min(4.0, 1.5 * math.log2(lasted / params.haul_s))
    yield Sign(reason("haul", one.speed_kn / one.cruise_kn, "<=", HAUL_SHARE, "share", name), weight)
    yield Sign(reason("haul_time", lasted, ">=", params.haul_s, "s"), 0.0)


def _crossed_again(params: Params, found: Passing, name: str) -> Iterator[Sign]:
    """To and fro over the same cable, without going far from it."""
    near = [one for one in found.turnings if one.away_m <= params.wiggle_m and not one.lay]
    count, came_kn = 1 + len(near), found.pace.before_kn if found.pace is not None else 0.0
    soon = any(then.at - one.at <= params.wiggle_s * SECOND_US for one, then in pairwise(near))
    if count >= 2:
        weight = 5.0 if soon and came_kn >= params.wiggle_kn else min(5.0, 1.5 * count)
        yield Sign(reason("crossed_again", count, ">=", 2, "", name), weight)


def _stopped(params: Params, found: Passing, name: str) -> Iterator[Sign]:
    """A stop on the cable; at anchor it says more."""
    stop = found.stop
    if stop is not None and stop.end_at - stop.begin_at >= params.stop_s * SECOND_US:
        lasted = (stop.end_at - stop.begin_at) / SECOND_US
        yield Sign(reason("stopped_on", lasted, ">=", params.stop_s, "s", name), 5.0 + 1.5 * stop.at_anchor)


def _handed_over(state: State, case: Key, appeared: float) -> Iterator[Sign]:
    """One MMSI fell silent where another began: one hull rather than a stranger that happens to begin there."""
    told: dict[float, tuple[Sign, Sign]] = {}
    for touch in state.cases[case]:
        if touch.what != HANDED:
            continue
        left = recent.of(state.touches.recent, touch.track_id, touch.at - 2 * HOUR_US, touch.at)
        top = max(5.0, float(np.nanmax(recent.speeds_kn(left), initial=0.0)))
        reach = max(state.params.handoff_m, state.params.handoff_share * top * KNOT_MS * touch.wait_s)
        if touch.apart_m <= reach:
            weight = min(9.0, touches.one_hull(touch, top, appeared, state.params.others_m))
            said = reason("cable_handoff", touch.wait_s, "<=", touches.HANDOFF_S, "s", str(touch.other))
            told[weight] = Sign(said, weight), Sign(reason("handoff_distance", touch.apart_m, "<=", reach, "m"), 0.0)
    yield from told[max(told)] if told else ()


def sift(state: State, keys: set[Key], site: Site) -> set[Key]:  # noqa: ARG001
    """Episodes of which there is anything to be said."""
    return keys & state.notable


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What the signs come to, against ordinary crossings and what else explains them."""
    found, cables = state.passed.get(case[1], {}).get(case), site.charts.cables
    if found is None or cables is None:
        return None
    params, cable = state.params, cables.lines[case[1]]
    others = _others(state, case)
    main = list(_main_signs(state, case, cable.name, others.appeared))
    port, port_m = site.ports.nearest(*_place(state, case))
    if _sketched(params, cable):
        told = {"haul", "haul_time", "cable_handoff", "handoff_distance"}
        main = [
            one for one in main if one.said.quantity in told and _offshore(params, _place(state, case), port_m, site)
        ]
    if not main:
        return None
    signs = [*main, *_minor_signs(state, case, cables, others, site)]
    counters = (*_counters(state, case, main, others, site), *_of_place(params, port, port_m))
    weights = sorted(sign.weight for sign in main)
    minor = (sign.weight for sign in signs[len(main) :])
    chance = probability(params.prior, counters, weights[-1], ALIKE * sum(weights[:-1]), *minor)
    if chance < params.look_p:
        return None
    grade, limit = ("hail", params.hail_p) if chance >= params.hail_p else ("look_now", params.look_p)
    said = (*(sign.said for sign in signs), reason(grade, chance, ">=", limit, "share"))
    return _detected(state, case, cable, chance, said, counters, others, site)


def _offshore(params: Params, place: tuple[float, float], port_m: float, site: Site) -> bool:
    """Whether no port and no land lies near; false where nobody knows of land."""
    if port_m <= params.near_shore_m or site.charts.land is None:
        return False
    around = [
        destination(*place, 22.5 * i, params.near_shore_m * share) for i in range(16) for share in (0.25, 0.5, 1.0)
    ]
    return not any(site.charts.land().holding(*one) for one in around)


def _place(state: State, case: Key) -> tuple[float, float]:
    """Where the strongest dip is, else where the episode begins."""
    at, part = state.passed[case[1]][case].crossed_at, state.cases[case]
    touch = next((one for one in part if one.at == at), part[0])
    return touch.lat_deg, touch.lon_deg


def _minor_signs(state: State, case: Key, cables: Cables, others: Others, site: Site) -> Iterator[Sign]:
    """What says little alone; and when the ship comes to the next cable on its course."""
    params, found = state.params, state.passed[case[1]][case]
    handed = any(touch.what == HANDED for touch in state.cases[case])
    if not handed and found.silent_s >= params.silence_s and found.interval_s <= params.dip_hole_s:
        yield Sign(reason("silent_beside", found.silent_s, ">=", params.silence_s, "s"), 1.0)
    if found.adrift_share >= 0.5:
        yield Sign(reason("status_differs", found.adrift_share, ">=", 0.5, "share"), 1.0)
    kind = site.identities.get(case[0]).ship_type or 0
    if kind in MERCHANT:
        yield Sign(reason("merchant", kind, ">=", MERCHANT.start, ""), 2.0)
    if any(_haul(params, found, "")) and others.hauled == 0.0 and others.count >= ENOUGH:
        yield Sign(reason("others_at_speed", others.count, ">=", ENOUGH, ""), 1.0)
    ahead = _next_cable(state, case, cables)
    if ahead is not None:
        yield Sign(reason("next_cable", ahead[1], "<=", DAY_US / SECOND_US, "s", ahead[0]), 0.0)


def _next_cable(state: State, case: Key, cables: Cables) -> tuple[str, float] | None:
    """The next other cable on the course the ship had last, and seconds to it at its speed then."""
    part = state.cases[case]
    until = part[-1].at + round(state.params.settle_min * MINUTE_US)
    lately = recent.of(state.touches.recent, part[0].track_id, until - 2 * HOUR_US, until)
    if len(lately.at) < 3:
        return None
    first, last = ((float(lately.lat_deg[i]), float(lately.lon_deg[i])) for i in (max(0, len(lately.at) - 11), -1))
    made = distance_m(*first, *last) / max(
        1.0, float(lately.at[-1] - lately.at[max(0, len(lately.at) - 11)]) / SECOND_US
    )
    if made < KNOT_MS:
        return None
    there = destination(*last, bearing_deg(*first, *last), made * DAY_US / SECOND_US)
    a, b, c, d = (np.array([value]) for value in (*last, *there))
    _, segment, share = cables.index.crossed(a, b, c, d, np.ones(1, np.bool_))
    other = cables.index.line[segment] != case[1]
    if not other.any():
        return None
    nearest = int(np.argmin(np.where(other, share, np.inf)))
    return cables.lines[cables.index.line[segment[nearest]]].name, float(share[nearest]) * DAY_US / SECOND_US


def _others(state: State, case: Key) -> Others:
    if (recalled := state.recalled.get((case[0], case[2]))) is not None:
        return recalled
    pace = state.passed[case[1]][case].pace
    dip_kn = 0.5 * pace.dip_kn if pace is not None and pace.dip_kn > 0 else math.inf
    near = (_place(state, case), state.params.others_m, (-state.params.others_h, 1.0))
    appeared = _appeared(state, case) if any(touch.what == HANDED for touch in state.cases[case]) else 0.0
    return norms.others(_norms(state, case[1]), case[0], case[2], *near, dip_kn)._replace(appeared=appeared)


def _appeared(state: State, case: Key) -> float:
    """First reports of other ships near an episode within an hour."""
    lat, lon = _place(state, case)
    return sum(
        1.0
        for birth in state.touches.births.values()
        if abs(birth.at - case[2]) <= HOUR_US
        and distance_m(lat, lon, birth.lat_deg, birth.lon_deg) <= state.params.others_m
    )


def _norms(state: State, number: int) -> Norms:
    """What ships did at a cable."""
    if number not in state.norms:
        entries = [_norm(state.params, key, state.cases[key], found) for key, found in state.passed[number].items()]
        state.norms[number] = norms.table(entries)
    return state.norms[number]


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a case by what others had done when it was found."""
    state.recalled[case[0], case[2]] = Others(*context["others"])
    state.touches.first_us = -recent.FOREVER


def _counters(
    state: State, case: Key, main: list[Sign], others: Others, site: Site
) -> Iterator[CounterEvidence]:  # fmt: skip
    """What others do here, what this ship does elsewhere, and what it is."""
    found, told = state.passed[case[1]][case], {sign.said.quantity for sign in main}
    if "cable_dip" in told and found.pace is not None:
        yield counter("others_dip", others.dipped, ">=", 1, "", norms.usual_llr(others.dipped, others.count, USUAL_DIP))
        yield counter("dips_elsewhere", found.elsewhere, ">=", 1, "", -_own_habit(found, main))
        yield counter("dip_in_turn", found.turn_deg, ">=", 25.0, "deg", -4.0)
        yield counter("in_lane", float(_in_lane(state, case, site)), ">=", 1, "", -1.5)
    if "haul" in told:
        yield counter(
            "others_haul", others.hauled, ">=", 1, "", norms.usual_llr(others.hauled, others.count, USUAL_HAUL)
        )
    if "stopped_on" in told and found.stop is not None:
        yield counter("others_stop", others.lay, ">=", 1, "", norms.usual_llr(others.lay, others.count, USUAL_STOP))
        yield counter("lay_there", float(found.stop.from_the_start), ">=", 1, "", -3.0)
        if site.charts.anchorages is not None:
            name, away = site.charts.anchorages.nearest(found.stop.lat_deg, found.stop.lon_deg)
            yield counter("charted_anchorage", away, "<=", ANCHORAGE_M, "m", -4.0, name)
    if "cable_handoff" in told:
        yield counter("appeared_here", others.appeared, ">=", 3, "", 0.0)
        yield counter("was_moored", _last_kn(state, case), "<=", 0.5, "kn", -2.5)
    yield counter("wandered", found.wandered, ">=", 1.5, "", -3.0)
    yield counter("heard_seldom", found.interval_s, ">=", 120.0, "s", -0.5)
    kind = site.identities.get(case[0]).ship_type or 0
    yield counter("fishes_there", float(kind == FISHING), ">=", 1, "", -2.0)
    yield counter("other_trade", float(kind in OTHER_TRADES), ">=", 1, "", -2.5)
    yield counter("service_vessel", float(kind in SERVICE), ">=", 1, "", -3.0)


def _own_habit(found: Passing, main: list[Sign]) -> float:
    """How much less a dip says of a ship that had such dips at some of the places where it was looked for.

    No more than the odds against one of its own happening to lie at the crossing is left.
    """
    said = max(sign.weight for sign in main if sign.said.quantity == "cable_dip")
    return max(0.0, said - math.log(max(1.0, found.places / max(found.elsewhere, 1))))


def _last_kn(state: State, case: Key) -> float:
    """How fast a ship went before it fell silent."""
    handed = [touch for touch in state.cases[case] if touch.what == HANDED]
    last = recent.of(state.touches.recent, handed[0].track_id, handed[0].at - HOUR_US, handed[0].at)
    speed = recent.speeds_kn(last)
    return float(np.nanmedian(speed)) if np.isfinite(speed).any() else 0.0


def _in_lane(state: State, case: Key, site: Site) -> bool:
    """Whether it happened in a traffic lane, where speed may be ruled."""
    if site.zones is None:
        return False
    held = site.zones.index.holding(*_place(state, case))
    return any(site.zones.areas[zone].kind.startswith("tss") for zone in held)


def _of_place(params: Params, port: str, port_m: float) -> Iterator[CounterEvidence]:
    """What ships do near ports."""
    yield counter("in_port", port_m, "<=", params.in_port_m, "m", -5.0, port)
    yield counter("near_port", port_m, "<=", params.near_port_m, "m", -2.5, port)


def _detected(
    state: State, case: Key, cable: Line, chance: float, said: tuple[Reason, ...],
    counters: tuple[CounterEvidence, ...], others: Others, site: Site,
) -> Detection:  # fmt: skip
    part, found = state.cases[case], state.passed[case[1]][case]
    going_on, lat_lon = _open(state, case), [(touch.lat_deg, touch.lon_deg) for touch in part]
    heirs = [int(one.subject) for one in said if one.quantity == "cable_handoff"]
    return detection(
        CARD,
        state.params,
        (case[0], cable.line_id, case[2]),
        state="open" if going_on else "closed",
        t_start=part[0].at,
        t_end=None if going_on else part[-1].at,
        geometry=way(lat_lon) if len(lat_lon) > 1 else Geometry(kind="point", coordinates=(lat_lon[0][::-1],)),
        vessels=(vessel(case[0], site, part[0].track_id), *(vessel(mmsi, site) for mmsi in heirs)),
        chance=chance,
        reasons=said,
        counters=counters,
        lines=[line for touch in part for line in touch.lines],
        coverage=Coverage(median_interval_s=found.interval_s if found.interval_s == found.interval_s else None),
        site=site,
        severity="alarm" if chance >= state.params.hail_p else "warning",
        context={"others": [float(value) for value in others]},
    )


def holds(state: State, case: Key) -> bool:
    """Whether what the case rests on is kept."""
    return case in state.cases


def forget(state: State, again: Again) -> None:
    """Drop what some vessels did at cables; the episodes concerned are put together and measured anew."""
    for pair in touches.forget(state.touches, again.since):
        for key in [key for key in state.cases if key[:2] == pair]:
            _drop(state, key)
