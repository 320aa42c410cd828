"""Many small ships as one: rafts, swarms that lie at sea for days, and fleets that set off together.

What it flags
    Four or more ships moored side by side at sea for hours (raft). Ten or more slow ships within ten miles of one
    another for a day that hardly fish (swarm). Eight or more that set off within half an hour on one course (move).

Why it matters
    Fleets that hold a reef or block a way look like fishing and are not. They act together, and stay.

How it decides
    Slow ships away from ports are put on ticks ten minutes apart. Those within reach of one another at a tick are a
    company; companies that share most of their ships are one group. Fishing vessels and ships of unknown type count;
    cargo ships, tankers, passenger and service vessels do not. A ship that leaves after an hour without way sets off:
    those that do so near one another within half an hour are compared by their courses.

Known false alarms
    Shelter from a storm, anchorages that no chart of ours shows, regattas, a season's fleet on its ground.
    AIS shows few of such fleets: what counts are ships heard, not ships there.

Sources
    Definitions are our own, after published accounts of rafted and swarming fleets; there is no published error rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import ANCHORAGE_M, Card, Key, counter, detection, in_harbour, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import DAY_US, MINUTE_US
from hanbada.tracks.groups import Company, Group, Points, companies, groups
from hanbada.tracks.kept_ticks import KeptTicks, drop, due, put
from hanbada.tracks.ticks import ticks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason

CARD = Card(kind="swarm", partition="slot", lookback_s=259_200, severity="warning", stage="preview")
SHIPS = (200_000_000, 800_000_000)
TICK_MIN = 10
RAFT, SWARM, MOVE = "raft", "swarm", "move"
FISHING = 30
PLEASURE = frozenset({36, 37})
NOT_COUNTED = frozenset({*range(31, 36), *range(40, 90)})
"""Tugs, dredgers, divers, navies, high-speed craft, pilots, passenger and cargo ships, tankers: no such fleets."""
KEPT_US = 3 * DAY_US
HALF = 0.5


class Params(Struct, frozen=True):
    """Thresholds."""

    slow_kn: float = 3.0
    """Ships that lie, drift or work."""
    port_m: float = 10_000.0
    """Nearer to a port ships lie together every day."""
    hole_min: float = 60.0
    """A company not seen for longer has parted."""
    raft_m: float = 100.0
    """Side by side: two beams and what positions are worth."""
    raft_least: int = 4
    """Two or three ships moor together to hand things over."""
    raft_h: float = 6.0
    """Longer than a transfer."""
    swarm_m: float = 2 * NMI_M
    """Nearer than ships that do not know of one another lie at sea."""
    swarm_within_m: float = 10 * NMI_M
    """Around the middle of a swarm."""
    swarm_least: int = 10
    """Fewer are neighbours."""
    swarm_h: float = 24.0
    """Through a day and a night."""
    move_m: float = 10 * NMI_M
    """Ships of one fleet set off within sight of one another."""
    move_least: int = 8
    """Fewer set off together by chance."""
    move_min: float = 30.0
    """On one order."""
    move_order: float = 0.9
    """Length of the mean of their courses: 1 if all are the same."""
    under_way_kn: float = 4.0
    """From this speed on a ship has set off."""
    shelter_m: float = 500_000.0
    """A storm as near as this within two days sends ships into shelter."""
    least_p: float = 0.3
    """Probability from which it is worth an officer's look."""
    keep_points: int = 4_000_000
    """Places that are kept (about 200 MB)."""


class Start(NamedTuple):
    """A ship sets off: when and where, on which course, and the line that tells."""

    at: int
    mmsi: int
    lat_deg: float
    lon_deg: float
    cog_deg: float
    line_id: int


@dataclass(slots=True)
class State:
    """Places at ticks, the companies at each, ships that set off, and what they make."""

    params: Params
    points: KeptTicks[Points]
    found: dict[str, dict[int, list[Company]]] = field(default_factory=lambda: {RAFT: {}, SWARM: {}})
    starts: dict[tuple[int, int], Start] = field(default_factory=dict)
    cases: dict[Key, Group | tuple[Start, ...]] = field(default_factory=dict)
    going_on: set[Key] = field(default_factory=set)
    first_tick: int = 0
    """What was over before is let go."""
    now_us: int = 0
    settled_us: int = 0
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params, KeptTicks(params.keep_points))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put slow ships away from ports on ticks, and note who sets off."""
    rows, trail, params = batch.rows, batch.trail, state.params
    if len(rows.at):
        state.now_us = max(state.now_us, site.now_us)
    with np.errstate(invalid="ignore", divide="ignore"):
        made_kn = trail.leg_m / trail.silence_s / KNOT_MS
    ships = (trail.place >= 0) & (rows.mmsi >= SHIPS[0]) & (rows.mmsi < SHIPS[1])
    step = TICK_MIN * MINUTE_US
    slow = ships & (made_kn <= params.slow_kn) & (rows.at // step != trail.prev_at // step)
    _outside(slow, site, rows.lat_deg, rows.lon_deg, params.port_m)
    if slow.any():
        found = ticks(rows, trail, slow)
        even = found.tick % TICK_MIN == 0
        row = found.row[even]
        columns = (found.tick[even], rows.mmsi[row], found.lat_deg[even], found.lon_deg[even])
        put(state.points, Points(*columns, made_kn[row], found.line_id[even]))
    speed_kn = np.where(np.isnan(rows.sog_kn), made_kn, rows.sog_kn)
    _set_off(state, batch, site, ships & (speed_kn >= params.under_way_kn) & (trail.fast_kn <= params.slow_kn))


def _outside(
    chosen: NDArray[np.bool_], site: Site, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], port_m: float
) -> None:
    """Leave out what lies in a harbour or a charted anchorage."""
    where = np.flatnonzero(chosen)
    chosen[where[in_harbour(site, lat_deg[where], lon_deg[where], port_m)]] = False


def _set_off(state: State, batch: Batch, site: Site, off: NDArray[np.bool_]) -> None:
    """Note ships that are under way and made no way in the hour before."""
    rows, trail = batch.rows, batch.trail
    _outside(off, site, rows.lat_deg, rows.lon_deg, state.params.port_m)
    for i in np.flatnonzero(off).tolist():
        east = (rows.lon_deg[i] - trail.prev_lon_deg[i] + 540.0) % 360.0 - 180.0
        wide = math.cos(math.radians(rows.lat_deg[i]))
        made_deg = math.degrees(math.atan2(east * wide, rows.lat_deg[i] - trail.prev_lat_deg[i])) % 360.0
        course_deg = made_deg if np.isnan(rows.cog_deg[i]) else float(rows.cog_deg[i])
        place, line = (float(rows.lat_deg[i]), float(rows.lon_deg[i])), int(rows.line_id[i])
        one = Start(int(rows.at[i]), int(rows.mmsi[i]), *place, course_deg, line)
        state.starts[one.mmsi, one.at] = one


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Join what gained places, and put groups and common departures together again; every ten minutes at most."""
    before, state.settled_us = state.settled_us, max(state.settled_us, now_us)
    state.now_us = max(state.now_us, now_us)
    step = TICK_MIN * MINUTE_US
    if not whole and state.settled_us // step == before // step:
        return
    _join(state)
    parts = {form: _groups(state, form) for form in (RAFT, SWARM)}
    moves = _moves(state)
    least = {RAFT: state.params.raft_h * 60, SWARM: state.params.swarm_h * 60}
    cases: dict[Key, Group | tuple[Start, ...]] = {
        (form, *one.key): one for form, found in parts.items() for one in found if one.minutes >= least[form]
    }
    cases |= {(MOVE, one[0].mmsi, one[0].at): one for one in moves}
    over = {key for key, one in state.cases.items() if _end_us(one) < state.first_tick * MINUTE_US} - cases.keys()
    differ = {key for key in cases.keys() | state.cases.keys() if cases.get(key) != state.cases.get(key)}
    going_on = {key for key, one in cases.items() if isinstance(one, Group) and _goes_on(state, one)}
    state.dirty |= (differ - over) | (state.going_on & cases.keys() - going_on)
    state.cases, state.going_on = cases, going_on
    _let_go(state, parts, moves)


def _join(state: State) -> None:
    """The companies of ticks that gained or lost places; those let go stay as they were."""
    params, waiting, first = state.params, state.points.waiting, state.first_tick
    points = due(state.points)
    for form, reach_m, least in ((RAFT, params.raft_m, params.raft_least), (SWARM, params.swarm_m, params.swarm_least)):
        kept = {tick: one for tick, one in state.found[form].items() if tick < first or tick not in waiting}
        for company in companies(points, reach_m, least) if points is not None else ():
            if company.tick >= first:
                kept.setdefault(company.tick, []).append(company)
        state.found[form] = kept


def _groups(state: State, form: str) -> list[Group]:
    listed = [one for tick in sorted(state.found[form]) for one in state.found[form][tick]]
    return groups(listed, state.params.hole_min)


def _let_go(state: State, parts: dict[str, list[Group]], moves: list[tuple[Start, ...]]) -> None:
    """Forget what was over days ago, by a time that several ships have reached; what was said of it stands."""
    last = sorted({one.mmsi: one.at for one in sorted(state.starts.values())}.values())[-state.params.raft_least :]
    reached = [last[0] // MINUTE_US] if len(last) == state.params.raft_least else []
    reached += [tick for found in state.found.values() for tick in found]
    state.first_tick = first = max(state.first_tick, max(reached, default=0) - KEPT_US // MINUTE_US)
    for form, found in parts.items():
        state.found[form] = {}
        for company in (one for group in found if group.companies[-1].tick >= first for one in group.companies):
            state.found[form].setdefault(company.tick, []).append(company)
    gone = {(one.mmsi, one.at) for move in moves if move[0].at < first * MINUTE_US for one in move}
    state.starts = {key: one for key, one in state.starts.items() if one.at >= first * MINUTE_US and key not in gone}


def _goes_on(state: State, group: Group) -> bool:
    return state.now_us - _end_us(group) <= state.params.hole_min * MINUTE_US


def _end_us(case: Group | tuple[Start, ...]) -> int:
    return case.companies[-1].tick * MINUTE_US if isinstance(case, Group) else case[0].at


def _moves(state: State) -> list[tuple[Start, ...]]:
    """Ships that set off near one another within half an hour, from the first that did on; each is of one move only."""
    params, found = state.params, []
    left = _gone(state)
    at = np.array([one.at for one in left])
    lat, lon = (np.array([one[i] for one in left]) for i in (2, 3))
    used = np.zeros(len(left), np.bool_)
    until = np.searchsorted(at, at + round(params.move_min * MINUTE_US), "right") if left else at
    for i in np.flatnonzero(until - np.arange(len(left)) >= params.move_least).tolist():
        span = slice(i, int(until[i]))
        east = ((lon[span] - lon[i] + 540.0) % 360.0 - 180.0) * math.cos(math.radians(lat[i]))
        near = (np.hypot(lat[span] - lat[i], east) * 60 * NMI_M <= params.move_m) & ~used[span]
        together = _once(left[i + int(k)] for k in np.flatnonzero(near))
        if not used[i] and len(together) >= params.move_least and _order(together) >= params.move_order:
            used[span] |= near
            found.append(together)
    return found


def _gone(state: State) -> list[Start]:
    """Those of the ships that set off that were not slow again within the hour: a jump of a place is no departure."""
    slow: dict[int, list[int]] = {mmsi: [] for mmsi, _ in state.starts}
    for points in state.points.parts if slow else ():
        of = np.isin(points.mmsi, np.fromiter(slow, np.int64, len(slow)))
        for mmsi, tick in zip(points.mmsi[of].tolist(), points.tick[of].tolist(), strict=True):
            slow[mmsi].append(tick)

    def back(one: Start) -> bool:
        minute = one.at // MINUTE_US
        return any(minute + TICK_MIN < tick <= minute + 60 for tick in slow[one.mmsi])

    return sorted(one for one in state.starts.values() if not back(one))


def _once(starts: Iterable[Start]) -> tuple[Start, ...]:
    """Each ship once, as it set off first."""
    kept: dict[int, Start] = {}
    for one in starts:
        kept.setdefault(one.mmsi, one)
    return tuple(kept.values())


def _order(starts: Sequence[Start]) -> float:
    """Length of the mean of courses: 1 if they are all the same, 0 if they go all ways."""
    courses = np.radians([one.cog_deg for one in starts])
    return float(np.hypot(np.cos(courses).mean(), np.sin(courses).mean()))


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What a case amounts to, by its form."""
    found = state.cases.get(case)
    if found is None:
        return None
    return _group(state, case, found, site) if isinstance(found, Group) else _move(state, case, found, site)


def _kind(site: Site, mmsi: int) -> int:
    return site.identities.get(mmsi).ship_type or 0


def _counted(site: Site, ships: Iterable[int]) -> list[int]:
    """Fishing vessels, and ships that do not say what they are."""
    return [mmsi for mmsi in ships if _kind(site, mmsi) not in NOT_COUNTED]


def _group(state: State, case: Key, group: Group, site: Site) -> Detection | None:
    """A raft or a swarm: those who were there most of the time."""
    params, raft = state.params, case[0] == RAFT
    there = group.presence()
    most = [mmsi for mmsi, count in sorted(there.items()) if count >= HALF * len(group.companies)]
    members = _counted(site, most)
    least = params.raft_least if raft else params.swarm_least
    if len(members) < least:
        return None
    lat, lon, radius_m = _middle(group)
    speeds = [speed for company in group.companies for speed in company.speed_kn]
    time_s = group.minutes * 60.0
    if raft:
        said = [
            reason("raft_size", len(members), ">=", least, ""),
            reason("raft_time", time_s, ">=", params.raft_h * 3600, "s"),
        ]
    elif radius_m > params.swarm_within_m:
        return None
    else:
        said = [
            reason("swarm_size", len(members), ">=", least, ""),
            reason("swarm_time", time_s, ">=", params.swarm_h * 3600, "s"),
            reason("swarm_within", radius_m, "<=", params.swarm_within_m, "m"),
            reason("swarm_speed", float(np.median(speeds)), "<=", params.slow_kn, "kn"),
        ]
    working = float(np.mean(np.array(speeds) > 1.0))
    counters = (
        *_explained(state, site, (lat, lon), group.companies[0].tick * MINUTE_US, members, len(members) / len(most)),
        counter("working", working, ">=", 0.3, "share", -2.5),
    )
    begin, end = (group.companies[i].tick * MINUTE_US for i in (0, -1))
    going_on = _goes_on(state, group)
    lines = [line for one in group.companies for mmsi, line in zip(one.mmsi, one.line_id, strict=True) if mmsi in there]
    ships = [*members, *sorted(there.keys() - set(members))]
    return _detected(state, case, (begin, None if going_on else end), (lat, lon), ships, said, counters, lines, site)


def _middle(group: Group) -> tuple[float, float, float]:
    """Middle of a group when it was seen last, and how far from it its ships lay then."""
    last = group.companies[-1]
    east = (np.array(last.lon_deg) - last.lon_deg[0] + 540.0) % 360.0 - 180.0
    lat, lon = float(np.mean(last.lat_deg)), (last.lon_deg[0] + float(np.mean(east)) + 540.0) % 360.0 - 180.0
    away = (distance_m(lat, lon, *place) for place in zip(last.lat_deg, last.lon_deg, strict=True))
    return lat, lon, max(away)


def _move(state: State, case: Key, starts: tuple[Start, ...], site: Site) -> Detection | None:
    """A common departure."""
    params = state.params
    members = set(_counted(site, (one.mmsi for one in starts)))
    counted = [one for one in starts if one.mmsi in members]
    if len(counted) < params.move_least:
        return None
    first, last = counted[0], counted[-1]
    said = [
        reason("move_size", len(counted), ">=", params.move_least, ""),
        reason("move_start", (last.at - first.at) / 1e6, "<=", params.move_min * 60, "s"),
        reason("move_order", _order(counted), ">=", params.move_order, "share"),
    ]
    place = (first.lat_deg, first.lon_deg)
    counters = tuple(_explained(state, site, place, first.at, sorted(members), len(counted) / len(starts)))
    ships = [one.mmsi for one in (*counted, *(one for one in starts if one.mmsi not in members))]
    lines = [one.line_id for one in starts]
    return _detected(state, case, (first.at, last.at), place, ships, said, counters, lines, site)


def _explained(
    state: State, site: Site, place: tuple[float, float], at_us: int, members: Sequence[int], share: float
) -> Iterable[CounterEvidence]:
    """Why ships lie together or leave together that have nothing to hide."""
    port, port_m = site.ports.nearest(*place)
    yield counter("near_port", port_m, "<=", 2 * state.params.port_m, "m", -1.0, port)
    if site.charts.anchorages is not None:
        anchorage, away = site.charts.anchorages.nearest(*place)
        yield counter("charted_anchorage", away, "<=", 3 * ANCHORAGE_M, "m", -2.5, anchorage)
    if site.charts.storms is not None:
        storm, storm_m = site.charts.storms.nearest(at_us, *place)
        yield counter("shelter", storm_m, "<=", state.params.shelter_m, "m", -3.0, storm)
    kinds = [_kind(site, mmsi) for mmsi in members]
    yield counter("sails_and_yachts", sum(kind in PLEASURE for kind in kinds) / len(kinds), ">=", 0.5, "share", -3.0)
    yield counter("other_ships", 1.0 - share, ">=", 0.4, "share", -2.0)
    yield counter("unknown_types", sum(kind == 0 for kind in kinds) / len(kinds), ">=", 0.8, "share", -0.7)


def _detected(
    state: State, case: Key, span: tuple[int, int | None], place: tuple[float, float], ships: Sequence[int],
    said: list[Reason], counters: tuple[CounterEvidence, ...], lines: Iterable[int], site: Site,
) -> Detection | None:  # fmt: skip
    chance = probability(0.5, counters)
    if chance < state.params.least_p:
        return None
    return detection(
        CARD,
        state.params,
        case,
        state="open" if span[1] is None else "closed",
        t_start=span[0],
        t_end=span[1],
        geometry=Geometry(kind="point", coordinates=((place[1], place[0]),)),
        vessels=tuple(vessel(mmsi, site) for mmsi in ships),
        chance=chance,
        reasons=tuple(said),
        counters=counters,
        lines=lines,
        coverage=Coverage(),
        site=site,
    )


def holds(state: State, case: Key) -> bool:
    """Whether what the case rests on is kept."""
    return case in state.cases


def forget(state: State, again: Again) -> None:
    """Drop the places and departures of some vessels from a time on; their ticks are joined anew."""
    drop(state.points, again.since)
    state.starts = {key: one for key, one in state.starts.items() if one.at < again.since.get(one.mmsi, 1 << 62)}
