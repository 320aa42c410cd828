"""Zones: entering, leaving, staying, and sailing a lane the wrong way.

What it flags
    A vessel that enters a zone whose rule says so (or leaves it, or stays), and one that follows a traffic lane
    against its direction.

Why it matters
    Zones are where law changes: closed areas, exclusion zones, waters somebody claims, lanes that prevent collisions.

How it decides
    Every report is placed among all zones at once (`geo.areas`); overlapping claims stay overlapping, each with its
    claimants. A visit begins when reports lie inside by more than the boundary's stated accuracy, and ends the same
    way outside. Against a lane: course more than 90 degrees off its direction, over 3 kn, for more than 3 minutes.

Known false alarms
    Boundary data, crossing traffic in lanes, drifting positions at the edge, local rules for small craft.

Sources
    science.md D08; COLREG rule 10 for lanes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import Detection

CARD = Card(kind="zone", partition="vessel", lookback_s=172_800, severity="caution", stage="preview")


class Params(Struct, frozen=True):
    """Thresholds."""

    least_reports: int = 2
    """Reports inside: one may be a damaged position."""
    least_inside_m: float = 100.0
    """Way made inside: antennas and rounding move a moored ship by less."""
    hole_s: float = 3600.0
    """A visit with no report inside for this long is over."""
    dwell_s: float = 1800.0
    """What "staying" means where the zone does not say."""
    lane_deg: float = 90.0
    """More than this off the lane's direction is against it."""
    lane_kn: float = 3.0
    """Slower ships manoeuvre."""
    lane_s: float = 180.0
    """Shorter is crossing or a turn."""


class Inside(NamedTuple):
    """One report inside a zone."""

    at: int
    lat_deg: float
    lon_deg: float
    sog_kn: float
    cog_deg: float
    line: int


@dataclass(slots=True)
class Visit:
    """Reports of a vessel inside a zone, from the report before them to the first outside again."""

    track_id: int
    before: Inside | None
    reports: list[Inside] = field(default_factory=list)
    after: Inside | None = None


@dataclass(slots=True)
class State:
    """Visits by case, and those that go on by (MMSI, zone)."""

    params: Params
    cases: dict[Key, Visit] = field(default_factory=dict)
    current: dict[tuple[int, int], Key] = field(default_factory=dict)
    within: dict[int, set[int]] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Place reports among the zones; what is inside joins a visit, what is outside ends those of its vessel."""
    if site.zones is None or not len(batch.rows.at):
        return
    rows, trail = batch.rows, batch.trail
    points, zones = site.zones.index.memberships(rows.lat_deg, rows.lon_deg)
    inside: dict[int, list[int]] = {}
    for point, zone in zip(points.tolist(), zones.tolist(), strict=True):
        inside.setdefault(point, []).append(zone)
    watched = np.isin(rows.mmsi, np.fromiter(state.within, np.int64, len(state.within))) if state.within else None
    busy = np.zeros(len(rows.at), np.bool_) if watched is None else watched
    busy[list(inside)] = True
    visited = set(rows.mmsi[busy].tolist())
    for i in np.flatnonzero(np.isin(rows.mmsi, np.fromiter(visited, np.int64, len(visited)))).tolist():
        if trail.place[i] >= 0:
            _report(state, rows, trail, i, inside.get(i, []))


def _report(state: State, rows: Any, trail: Any, i: int, zones: list[int]) -> None:
    mmsi = int(rows.mmsi[i])
    seen = Inside(
        int(rows.at[i]), float(rows.lat_deg[i]), float(rows.lon_deg[i]), float(rows.sog_kn[i]), float(rows.cog_deg[i]),
        int(rows.line_id[i]),
    )  # fmt: skip
    within = state.within.setdefault(mmsi, set())
    for zone in within - set(zones):
        key = state.current.pop((mmsi, zone))
        state.cases[key].after = seen
        state.dirty.add(key)
    for zone in zones:
        key = state.current.get((mmsi, zone))
        if key is None or seen.at - state.cases[key].reports[-1].at > state.params.hole_s * SECOND_US:
            key = (mmsi, zone, seen.at)
            state.cases[key] = Visit(int(trail.track_id[i]), _before(trail, i))
            state.current[mmsi, zone] = key
        state.cases[key].reports.append(seen)
        state.dirty.add(key)
    state.within[mmsi] = set(zones)
    if not zones:
        del state.within[mmsi]


def _before(trail: Any, i: int) -> Inside | None:
    if trail.prev_at[i] < 0:
        return None
    return Inside(
        int(trail.prev_at[i]), float(trail.prev_lat_deg[i]), float(trail.prev_lon_deg[i]), float(trail.prev_sog_kn[i]),
        float(trail.prev_cog_deg[i]), int(trail.prev_line[i]),
    )  # fmt: skip


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Nothing depends on time alone."""


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What the zone's rule makes of a visit."""
    visit = state.cases.get(case)
    if visit is None or site.zones is None or len(visit.reports) < state.params.least_reports:
        return None
    zone = site.zones.areas[case[1]]
    if zone.rule == "wrong_way" and zone.direction_deg is not None:
        return _wrong_way(state, case, visit, zone, site)
    if zone.rule == "none":
        return None
    return _visit(state, case, visit, zone, site)


def _visit(state: State, case: Key, visit: Visit, zone: Any, site: Site) -> Detection | None:
    params, reports = state.params, visit.reports
    way = sum(
        distance_m(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg) for a, b in zip(reports, reports[1:], strict=False)
    )
    stayed_s = (reports[-1].at - reports[0].at) / SECOND_US
    entered = visit.before is not None
    if zone.rule == "dwell":
        if stayed_s < params.dwell_s:
            return None
        reasons = (reason("dwelled", stayed_s, ">=", params.dwell_s, "s", _name(zone)),)
    elif zone.rule == "exit":
        if visit.after is None:
            return None
        reasons = (reason("exited", stayed_s, ">=", 0.0, "s", _name(zone)),)
    else:
        if not entered and way < params.least_inside_m:
            return None
        reasons = (reason("entered", way, ">=", 0.0, "m", _name(zone)),)
    accuracy = zone.accuracy_m or 0.0
    counters = (counter("boundary_accuracy", accuracy, ">=", way, "m", -1.5, zone.name),)
    return _detected(state, case, visit, zone, site, 0.8, reasons, counters)


def _name(zone: Any) -> str:
    """The zone with its claimants: several stay several."""
    return f"{zone.name} ({' / '.join(zone.claimants)})" if zone.claimants else zone.name


def _wrong_way(state: State, case: Key, visit: Visit, zone: Any, site: Site) -> Detection | None:
    """The longest run of reports against the lane."""
    params = state.params
    best: list[Inside] = []
    run: list[Inside] = []
    for report in visit.reports:
        off = abs(turn(zone.direction_deg, report.cog_deg)) if report.cog_deg == report.cog_deg else 0.0
        if off > params.lane_deg and report.sog_kn >= params.lane_kn:
            run.append(report)
            best = max(best, run, key=lambda r: r[-1].at - r[0].at)
        else:
            run = []
    if not best or (best[-1].at - best[0].at) / SECOND_US < params.lane_s:
        return None
    off = [abs(turn(zone.direction_deg, r.cog_deg)) for r in best]
    against = float(np.median(off))
    turned = max(off) - min(off)
    counters = (
        counter("crossing_lane", against, "<=", 110.0, "deg", -1.5),
        counter("manoeuvring", turned, ">=", 40.0, "deg", -1.0),
    )
    reasons = (
        reason("against_lane", against, ">=", params.lane_deg, "deg", zone.name),
        reason("against_time", (best[-1].at - best[0].at) / SECOND_US, ">=", params.lane_s, "s"),
        reason("lane_speed", min(r.sog_kn for r in best), ">=", params.lane_kn, "kn"),
    )
    shown = Visit(visit.track_id, visit.before, list(best), visit.after)
    return _detected(state, case, shown, zone, site, 0.7, reasons, counters)


def _detected(
    state: State, case: Key, visit: Visit, zone: Any, site: Site, prior: float, reasons: tuple, counters: tuple
) -> Detection:
    reports, going_on = visit.reports, state.current.get((case[0], case[1])) == case
    return detection(
        CARD,
        state.params,
        (case[0], zone.area_id, case[2]),
        state="open" if going_on else "closed",
        t_start=reports[0].at,
        t_end=None if going_on else reports[-1].at,
        geometry=Geometry(kind="line", coordinates=tuple(_line(reports))),
        vessels=(vessel(case[0], site, visit.track_id),),
        chance=probability(prior, counters),
        reasons=reasons,
        counters=counters,
        lines=[r.line for r in (visit.before, *reports, visit.after) if r is not None],
        coverage=Coverage(),
        site=site,
        severity="warning" if zone.rule == "wrong_way" or zone.kind in {"closed", "exclusion"} else "caution",
    )


def _line(reports: list[Inside]) -> list[tuple[float, float]]:
    """At most sixty places of a visit, unwrapped."""
    step = max(1, len(reports) // 60)
    shown = [*reports[::step], reports[-1]]
    east = shown[0].lon_deg
    points = []
    for report in shown:
        east += turn(east, report.lon_deg)
        points.append((east, report.lat_deg))
    return points


def forget(state: State, again: Again) -> None:
    """Drop what some vessels did inside zones; visits that went on then go on again."""
    for one in again.since:
        for zone in state.within.pop(one, ()):
            state.current.pop((one, zone), None)
    for key in [key for key in state.cases if key[0] in again.since]:
        visit, since = state.cases[key], again.since[key[0]]
        reports = [r for r in visit.reports if r.at < since]
        state.dirty.add(key)
        if not reports:
            del state.cases[key]
        elif visit.after is None or visit.after.at >= since:
            state.cases[key] = Visit(visit.track_id, visit.before, reports)
            state.current[key[0], key[1]] = key
            state.within.setdefault(key[0], set()).add(key[1])
