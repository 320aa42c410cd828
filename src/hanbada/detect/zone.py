"""Zones: entering, leaving, staying, and sailing a lane the wrong way.

What it flags
    A vessel that enters a zone whose rule says so (or leaves it, or stays), and one that follows a traffic lane
    against its direction.

Why it matters
    Zones are where law changes: closed areas, exclusion zones, waters somebody claims, lanes that prevent collisions.

How it decides
    Every report is placed among all zones at once (`geo.areas`); overlapping claims stay overlapping, each with its
    claimants; a zone with seasons holds on the days of its seasons only. A visit begins with a report inside after one
    outside, or inside and under way, and ends with the first outside. Against a lane: for 3 minutes and over 3 kn,
    more than 90 degrees off the direction of every lane that holds the place, be it one lane or several in turn.

Known false alarms
    Boundary data, crossing traffic in lanes, drifting positions at the edge, local rules for small craft.

Sources
    COLREG rule 10 for lanes; the other thresholds are our own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel, way
from hanbada.geo.sphere import distance_m, turn
from hanbada.model.records import Coverage
from hanbada.model.times import SECOND_US
from hanbada.reference.shapes import in_force
from hanbada.tracks.segments import vessel_places

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site, Zones
    from hanbada.model.records import CounterEvidence, Detection, Reason
    from hanbada.reference.shapes import Area
    from hanbada.tracks.segments import Trail

CARD = Card(kind="zone", partition="vessel", lookback_s=172_800, severity="caution", stage="preview")
LANES = -1
"""Stands for all lanes where a case is numbered after its zone: a ship may go up several, one after another."""


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
    lane_hole_s: float = 600.0
    """Reports further apart do not say how the ship went between them."""


class Inside(NamedTuple):
    """One report inside a zone; against the lanes, also which of them is least off its course and by how much."""

    at: int
    lat_deg: float
    lon_deg: float
    sog_kn: float
    cog_deg: float
    line: int
    lane: int = -1
    off_deg: float = 0.0


@dataclass(slots=True)
class Visit:
    """Reports of a vessel inside a zone, from the report before them to the first outside again.

    `entered` is true where the report before them lies outside, `left` where the one after them does: else the zone's
    season ended.
    """

    track_id: int
    before: Inside | None
    entered: bool
    reports: list[Inside] = field(default_factory=list)
    after: Inside | None = None
    left: bool = False


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
    within = vessel_places(site.segments, np.fromiter(state.within, np.int64, len(state.within)))
    for i in _told(trail, points, within, site.segments.count).tolist():
        _report(state, site.zones, batch, i, inside.get(i, ()))


def _told(trail: Trail, inside: NDArray[np.int64], within: NDArray[np.int64], vessels: int) -> NDArray[np.int64]:
    """Rows that lie inside or come right after one of their vessel that did, or may have: what tells of visits."""
    busy = np.zeros(vessels, np.bool_)
    busy[within] = busy[trail.vessel[inside]] = True
    row = np.flatnonzero(busy[trail.vessel] & (trail.place >= 0))
    vessel, here = trail.vessel[row], np.zeros(len(trail.vessel), np.bool_)
    here[inside] = True
    order = np.argsort(vessel, kind="stable")
    first = np.append(True, vessel[order][1:] != vessel[order][:-1])
    before = np.append(False, here[row[order]][:-1])
    return np.sort(row[order][here[row[order]] | first | before])


def _report(state: State, zones: Zones, batch: Batch, i: int, inside: Collection[int]) -> None:
    seen, mmsi = _seen(batch.rows, i), int(batch.rows.mmsi[i])
    held = _held(state.params, zones.areas, seen, inside)
    for zone in state.within.pop(mmsi, set()) - held.keys():
        key = state.current.pop((mmsi, zone))
        state.cases[key].after, state.cases[key].left = seen, zone not in inside
        state.dirty.add(key)
    for zone, report in held.items():
        key = state.current.get((mmsi, zone), ())
        hole_s = state.params.lane_hole_s if zone == LANES else state.params.hole_s
        if not key or seen.at - state.cases[key].reports[-1].at > hole_s * SECOND_US:
            key = (mmsi, zone, seen.at)
            state.cases[key] = _visit_begun(zones, batch.trail, i, zone)
            state.current[mmsi, zone] = key
        state.cases[key].reports.append(report)
        state.dirty.add(key)
    if held:
        state.within[mmsi] = set(held)


def _seen(rows: Any, i: int) -> Inside:
    return Inside(
        int(rows.at[i]), float(rows.lat_deg[i]), float(rows.lon_deg[i]), float(rows.sog_kn[i]), float(rows.cog_deg[i]),
        int(rows.line_id[i]),
    )  # fmt: skip


def _held(params: Params, areas: tuple[Area, ...], seen: Inside, inside: Collection[int]) -> dict[int, Inside]:
    """The report by the zones that hold it on that day, lanes aside; by LANES if it goes against all that hold it."""
    holding = [zone for zone in inside if in_force(areas[zone], seen.at)]
    lanes = [zone for zone in holding if areas[zone].rule == "wrong_way"]
    held = {zone: seen for zone in holding if zone not in lanes}
    off, lane = min(((_off(areas[zone], seen), zone) for zone in lanes), default=(0.0, -1))
    if off > params.lane_deg and seen.sog_kn >= params.lane_kn:
        held[LANES] = seen._replace(lane=lane, off_deg=off)
    return held


def _off(lane: Area, seen: Inside) -> float:
    """Degrees between course and lane; zero where either is not known."""
    if lane.direction_deg is None or math.isnan(seen.cog_deg):
        return 0.0
    return abs(turn(lane.direction_deg, seen.cog_deg))


def _visit_begun(zones: Zones, trail: Trail, i: int, zone: int) -> Visit:
    before = _before(trail, i)
    entered = before is not None and zone not in zones.index.holding(before.lat_deg, before.lon_deg)
    return Visit(int(trail.track_id[i]), before, entered)


def _before(trail: Trail, i: int) -> Inside | None:
    if trail.prev_at[i] < 0:
        return None
    return Inside(
        int(trail.prev_at[i]), float(trail.prev_lat_deg[i]), float(trail.prev_lon_deg[i]), float(trail.prev_sog_kn[i]),
        float(trail.prev_cog_deg[i]), int(trail.prev_line[i]),
    )  # fmt: skip


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Nothing depends on time alone."""


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What the zone's rule makes of a visit."""
    visit = state.cases.get(case)
    if visit is None or site.zones is None or len(visit.reports) < state.params.least_reports:
        return None
    if case[1] == LANES:
        return _wrong_way(state, case, visit, site.zones.areas, site)
    return _visit(state, case, visit, site.zones.areas[case[1]], site)


def _visit(state: State, case: Key, visit: Visit, zone: Area, site: Site) -> Detection | None:
    sailed = sum(distance_m(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg) for a, b in pairwise(visit.reports))
    why = _broken(state.params, visit, zone, sailed)
    if why is None:
        return None
    accuracy = zone.accuracy_m or 0.0
    counters = (counter("boundary_accuracy", accuracy, ">=", sailed, "m", -1.5, zone.name),)
    return _detected(state, case, visit, zone, site, 0.8, (why,), counters)


def _broken(params: Params, visit: Visit, zone: Area, way_m: float) -> Reason | None:
    """How a visit breaks the zone's rule, if it does."""
    stayed_s = (visit.reports[-1].at - visit.reports[0].at) / SECOND_US
    if zone.rule == "dwell":
        if stayed_s < params.dwell_s:
            return None
        return reason("dwelled", stayed_s, ">=", params.dwell_s, "s", _name(zone))
    if zone.rule == "exit":
        return reason("exited", stayed_s, ">=", 0.0, "s", _name(zone)) if visit.left else None
    if not visit.entered and way_m < params.least_inside_m:
        return None
    return reason("entered", way_m, ">=", 0.0, "m", _name(zone))


def _name(zone: Area) -> str:
    """The zone with its claimants: several stay several."""
    return f"{zone.name} ({' / '.join(zone.claimants)})" if zone.claimants else zone.name


def _wrong_way(state: State, case: Key, visit: Visit, areas: tuple[Area, ...], site: Site) -> Detection | None:
    params, reports = state.params, visit.reports
    lasted_s = (reports[-1].at - reports[0].at) / SECOND_US
    if lasted_s < params.lane_s:
        return None
    lane, off = areas[reports[0].lane], [report.off_deg for report in reports]
    against = float(np.median(off))
    counters = (
        counter("crossing_lane", against, "<=", 110.0, "deg", -1.5),
        counter("manoeuvring", max(off) - min(off), ">=", 40.0, "deg", -1.0),
    )
    reasons = (
        reason("against_lane", against, ">=", params.lane_deg, "deg", lane.name),
        reason("against_time", lasted_s, ">=", params.lane_s, "s"),
        reason("lane_speed", min(report.sog_kn for report in reports), ">=", params.lane_kn, "kn"),
    )
    return _detected(state, case, visit, lane, site, 0.7, reasons, counters)


def _detected(
    state: State, case: Key, visit: Visit, zone: Area, site: Site, prior: float, reasons: tuple[Reason, ...],
    counters: tuple[CounterEvidence, ...],
) -> Detection:  # fmt: skip
    reports, going_on = visit.reports, state.current.get((case[0], case[1])) == case
    return detection(
        CARD,
        state.params,
        (case[0], zone.area_id, case[2]),
        state="open" if going_on else "closed",
        t_start=reports[0].at,
        t_end=None if going_on else reports[-1].at,
        geometry=way([(report.lat_deg, report.lon_deg) for report in reports]),
        vessels=(vessel(case[0], site, visit.track_id),),
        chance=probability(prior, counters),
        reasons=reasons,
        counters=counters,
        lines=[r.line for r in (visit.before, *reports, visit.after) if r is not None],
        coverage=Coverage(),
        site=site,
        severity="warning" if zone.rule == "wrong_way" or zone.kind in {"closed", "exclusion"} else "caution",
    )


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
            state.cases[key] = Visit(visit.track_id, visit.before, visit.entered, reports)
            state.current[key[0], key[1]] = key
            state.within.setdefault(key[0], set()).add(key[1])
