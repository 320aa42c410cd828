"""One vessel slow in open water for hours, without getting anywhere.

What it flags
    A ship that makes less than two knots for two hours or more away from ports and charted anchorages, and whose way
    leads back on itself.

Why it matters
    Whoever waits at sea for another ship, a gap in a patrol or a call over the radio loiters; so do many others.

How it decides
    Slow reports in open water make a spell (`tracks.spells`), which short bursts of speed and silences do not end. It
    is loitering if all of it comes to less than two knots, and the way from beginning to end to less than half of the
    way sailed. A cargo ship or tanker that
    slows down by five knots or more and goes on afterwards on the course it came on may have met a ship that sends no
    AIS: that is a reason, not a kind of its own. So is a place just outside the line of an economic zone.

Known false alarms
    Ships at anchor or waiting for a berth or a pilot, longliners hauling, tugs, pilots and patrols on station, survey
    ships, yachts in a calm, ships hove to in a storm (no weather is known here).

Sources
    Global Fishing Watch's loitering events (hours under 2 kn, at least 2 h, more than 20 nmi off shore).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, at_sea, counter, detection, probability, reason, vessel, way
from hanbada.geo.sphere import KNOT_MS, NMI_M, bearing_deg, destination, distance_m, turn
from hanbada.model.records import Coverage
from hanbada.tracks import company, spells
from hanbada.tracks.company import Accompanied, Company
from hanbada.tracks.spells import Spells

if TYPE_CHECKING:
    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason
    from hanbada.tracks.spells import Key, Spell

CARD = Card(kind="loitering", partition="vessel", lookback_s=172_800, severity="caution", stage="preview")
FISHING = 30
ON_DUTY = frozenset({31, 32, 33, *range(50, 60)})
"""Tugs, dredgers, pilots, rescue, tenders, law enforcement and other special craft (ITU-R M.1371 table 53)."""
PLEASURE = (36, 37)
CARRIERS = range(70, 90)
"""Cargo ships and tankers."""
AT_REST = (1, 5)
"""At anchor, moored."""
WAITING = -0.2
"""Off the US coast on a day of June 2020 ships that were slow for hours lay within 20 nmi of a port 1.1 times as often
as those under way passed there: what tells of a berth is an anchor, or others who wait."""
COMPASS = range(0, 360, 45)
EDGE_STEPS = 5
MOST_KN = 35.0
"""A faster report of a cargo ship is a damaged one."""


class Params(Struct, frozen=True):
    """Thresholds."""

    slow_kn: float = 2.0
    """Slower than a ship that is going anywhere, on the whole."""
    going_kn: float = 2.5
    """A report as fast as this is one of a ship that goes: to and fro at a knot and a half takes bursts of two."""
    least_s: float = 7200.0
    """Two hours: pilots, photographs and swims take less."""
    sample_s: float = 300.0
    """One report in five minutes is enough for hours."""
    break_s: float = 900.0
    """A burst of speed this short does not end it: holding a position takes some."""
    hole_s: float = 7200.0
    """Satellites hear a ship every hour or two; silent for longer, it may have been anywhere."""
    tail_s: float = 3600.0
    """As long a ship takes to be on its way again."""
    port_m: float = 10_000.0
    """Nearer to port, ships are slow for other reasons."""
    net_share: float = 0.5
    """Of the way sailed; more is drifting or sailing slowly."""
    swing_m: float = 600.0
    """Radius in which a ship swings around its anchor."""
    waiting_m: float = 20 * NMI_M
    """So near to a port ships wait for berth or pilot."""
    others_m: float = 10_000.0
    """Ships that wait near one another wait for the same."""
    least_others: int = 3
    """So many make a waiting area."""
    slowed_kn: float = 5.0
    """Change of speed from which it is abrupt, within an hour."""
    same_course_deg: float = 30.0
    """It goes on where it was going."""
    edge_m: float = 5 * NMI_M
    """Just outside an economic zone."""
    sparse_s: float = 3600.0
    """Reports further apart say little about what lies between."""
    prior: float = 0.45
    """Share of slow spells of two hours without an explanation that are worth a look."""
    least_p: float = 0.5
    """Probability from which it is worth an officer's look."""


State: TypeAlias = Accompanied[Params]
"""Slow spells in open water, and which of those that last lie near one another."""


def start(params: Params) -> State:
    """No cases yet."""
    cases = Spells(params.hole_s, params.break_s, params.tail_s, params.least_s, CARD.lookback_s)
    return State(params, cases, Company(params.others_m))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put slow reports in open water into spells."""
    rows, trail, params = batch.rows, batch.trail, state.params
    index = spells.sampled(rows, trail, params.sample_s)
    speed = spells.speeds_kn(rows, trail, index)
    holds = spells.held(speed < params.going_kn, np.isnan(speed))
    holds = at_sea(site, rows, index, holds, params.port_m)
    state.company.changed |= spells.feed(state.cases, rows, trail, index, holds, speed)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Spells that changed or ended are judged, and those near them that have more or less company now."""
    company.go_on(state, now_us)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The spell as loitering, with what else it could be; None where it is straight, or likely harmless."""
    spell, params = state.cases.found.get(case), state.params
    if spell is None or case not in state.cases.told:
        return None
    within = spell.within
    first, last, sailed = within[0], within[-1], spells.way_m(within)
    net = distance_m(first.lat_deg, first.lon_deg, last.lat_deg, last.lon_deg) / max(sailed, 1.0)
    mean_kn = sailed / spell.lasted_s / KNOT_MS
    if net > params.net_share or mean_kn > params.slow_kn:
        return None
    mid_lat, mid_lon, swing_m = spells.circle(within)
    port, away = site.ports.nearest(mid_lat, mid_lon)
    others = company.company_of(state, case)
    counters = _counters(params, spell, swing_m, (port, away), others, site)
    met, edge = _met(params, spell, site), _edge(params, mid_lat, mid_lon, site)
    long = math.log(spell.lasted_s / params.least_s) / 2
    trade = 0.5 if site.identities.get(spell.mmsi).ship_type in CARRIERS else 0.0
    chance = probability(params.prior, counters, long, trade, 1.5 if met else 0.0, 1.0 if edge else 0.0)
    if chance < params.least_p:
        return None
    reasons = (
        reason("loiter_time", spell.lasted_s, ">=", params.least_s, "s"),
        reason("loiter_speed", mean_kn, "<=", params.slow_kn, "kn"),
        reason("net_share", net, "<=", params.net_share, "share"),
        reason("port_distance", min(away, 1e9), ">=", params.port_m, "m", port),
        *met,
        *edge,
    )
    return detection(
        CARD,
        params,
        case,
        state="open" if spells.goes_on(state.cases, case) else "closed",
        t_start=spell.began_at,
        t_end=None if spells.goes_on(state.cases, case) else spell.held_at,
        geometry=way([(one.lat_deg, one.lon_deg) for one in within]),
        vessels=(vessel(spell.mmsi, site, spell.track_id),),
        chance=chance,
        reasons=reasons,
        counters=counters,
        lines=[one.line_id for one in spell.samples],
        coverage=Coverage(median_interval_s=spells.interval_s(within)),
        site=site,
        severity="warning" if met else "caution",
        context={"others_waiting": [float(others)]},
    )


def _met(params: Params, spell: Spell, site: Site) -> tuple[Reason, ...]:
    """A carrier that slowed down abruptly and went on as it came may have met somebody."""
    kind = site.identities.get(spell.mmsi).ship_type or 0
    if kind not in CARRIERS or not spell.after or not spell.fast_kn <= MOST_KN or math.isnan(spell.fast_cog_deg):
        return ()
    within, faster = spell.within, max(spell.after, key=lambda one: one.speed_kn)
    usual = float(np.median([one.speed_kn for one in within if one.holds]))
    last = within[-1]
    course = bearing_deg(last.lat_deg, last.lon_deg, faster.lat_deg, faster.lon_deg)
    change, turned = min(spell.fast_kn, faster.speed_kn) - usual, abs(turn(spell.fast_cog_deg, course))
    if change < params.slowed_kn or not turned <= params.same_course_deg:
        return ()
    return (
        reason("slowed_and_resumed", change, ">=", params.slowed_kn, "kn"),
        reason("same_course", turned, "<=", params.same_course_deg, "deg"),
    )


def _edge(params: Params, lat_deg: float, lon_deg: float, site: Site) -> tuple[Reason, ...]:
    """Which economic zone, if any, begins just beyond the place."""
    if site.zones is None or not any(area.kind == "eez" for area in site.zones.areas):
        return ()
    if _zones_at(site, lat_deg, lon_deg):
        return ()
    for part in range(1, EDGE_STEPS + 1):
        away = params.edge_m * part / EDGE_STEPS
        for course in COMPASS:
            if found := _zones_at(site, *destination(lat_deg, lon_deg, course, away)):
                return (reason("zone_edge", away, "<=", params.edge_m, "m", found[0]),)
    return ()


def _zones_at(site: Site, lat_deg: float, lon_deg: float) -> list[str]:
    """Names of the economic zones that hold a place."""
    if site.zones is None:
        return []
    areas = (site.zones.areas[number] for number in site.zones.index.holding(lat_deg, lon_deg))
    return [area.name for area in areas if area.kind == "eez"]


def _counters(
    params: Params, spell: Spell, swing_m: float, port: tuple[str, float], others: int, site: Site
) -> tuple[CounterEvidence, ...]:
    """Innocent explanations, tested one by one; what is not known is not tested."""
    kind = site.identities.get(spell.mmsi).ship_type or 0
    resting = [one.nav_status in AT_REST for one in spell.within if one.nav_status >= 0]
    tested = [
        counter("at_anchor", swing_m, "<=", params.swing_m, "m", -2.5),
        counter("waiting", min(port[1], 1e9), "<=", params.waiting_m, "m", WAITING, port[0]),
        counter("others_waiting", others, ">=", params.least_others, "", -1.5),
        counter("sparse", spells.interval_s(spell.within), ">=", params.sparse_s, "s", -1.0),
    ]
    if resting:
        tested.append(counter("says_at_anchor", sum(resting) / len(resting), ">=", 0.5, "share", -3.0))
    if not kind:
        tested.append(counter("type_unknown", float(kind), "<=", 0.0, "", -0.8))
    else:
        tested += [
            counter("fishing_vessel", float(kind == FISHING), ">=", 1.0, "", -2.0),
            counter("on_duty", float(kind in ON_DUTY), ">=", 1.0, "", -3.0),
            counter("pleasure_craft", float(kind in PLEASURE), ">=", 1.0, "", -1.5),
        ]
    return tuple(tested)


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a case by the company it had when it was found."""
    state.recalled[case] = int(context["others_waiting"][0])


def holds(state: State, case: Key) -> bool:
    """Whether the spell is kept."""
    return company.holds(state, case)


def forget(state: State, again: Again) -> None:
    """Cut spells back to what does not come again."""
    company.cut_back(state, again.since)
