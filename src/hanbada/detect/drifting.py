"""A ship that moves slowly and steadily across her own heading: she is carried, not sailed.

What it flags
    A ship that moves at half a knot to four knots for half an hour or more, steadily in one direction, with her bow
    across it; and one that says she is not under command and moves.

Why it matters
    An engine that stopped is a danger to the ship and to what lies to leeward: a coast, a lane, a cable, a platform.

How it decides
    Reports at drifting speed whose heading and course over ground lie 45 degrees or more from being in line, ahead or
    astern, make a spell (`tracks.spells`), as do those with navigational status 2, not under command. It is a drift if
    most of the way sailed is made good. Wind and current are not known here: what the ship drifts with is not tested.

Known false alarms
    Strong tides across the way of a slow ship, ships that yaw at anchor, fishing vessels on a sea anchor or hauling,
    cable and survey ships on dynamic positioning, gyro compasses that are not connected.

Sources
    Recommendation ITU-R M.1371-5, table 45 (navigational status); leeway in O. Breivik and A. Allen, 2008.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, at_sea, counter, detection, probability, reason, vessel, way
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage
from hanbada.tracks import company, spells
from hanbada.tracks.company import Accompanied, Company
from hanbada.tracks.spells import Spells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection
    from hanbada.tracks.rows import Rows
    from hanbada.tracks.spells import Key, Sample, Spell

CARD = Card(kind="drifting", partition="vessel", lookback_s=86_400, severity="caution", stage="preview")
NOT_UNDER_COMMAND = 2
AT_REST = (1, 5)
"""At anchor, moored."""
FISHING, TOWING = 30, (31, 32)
WORKING = (33, 34, *range(50, 60))
"""Dredgers, divers, and special craft (ITU-R M.1371 table 53): they hold a heading across a current on purpose."""


class Params(Struct, frozen=True):
    """Thresholds."""

    least_kn: float = 0.5
    """Slower, course over ground is a matter of chance."""
    most_kn: float = 4.0
    """Ships drift at a few percent of the wind, and with the current."""
    across_deg: float = 45.0
    """Between heading and course, ahead or astern: a ship under way in a cross tide keeps well below."""
    least_s: float = 1800.0
    """Turning around in a tide takes less."""
    sample_s: float = 120.0
    """A report in two minutes is enough for half an hour."""
    break_s: float = 600.0
    """A ship adrift swings, at times into line with her drift."""
    hole_s: float = 3600.0
    """Silent for longer, she may have started and stopped."""
    made_good: float = 0.7
    """Of the way sailed; a ship at anchor yaws to and fro."""
    port_m: float = 10_000.0
    """Nearer to port, tugs turn ships."""
    near_port_m: float = 15 * NMI_M
    """In approaches tides are strong and ships are slow."""
    swing_m: float = 600.0
    """Radius in which a ship swings around her anchor."""
    others_m: float = 20 * NMI_M
    """Ships that drift near one another wait for the same, and save their anchors."""
    least_others: int = 3
    """So many make a waiting area."""
    least_p: float = 0.35
    """Probability from which it is worth an officer's look."""


State: TypeAlias = Accompanied[Params]
"""Drifting spells, and which of those that last lie near one another."""


def start(params: Params) -> State:
    """No cases yet."""
    cases = Spells(params.hole_s, params.break_s, least_s=params.least_s, keep_s=CARD.lookback_s)
    return State(params, cases, Company(params.others_m))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put reports that move across their heading, and those not under command, into spells."""
    rows, trail, params = batch.rows, batch.trail, state.params
    index = spells.sampled(rows, trail, params.sample_s)
    speed, across = spells.speeds_kn(rows, trail, index), _across_deg(rows, index)
    helpless = rows.nav_status[index] == NOT_UNDER_COMMAND
    slow = (speed >= params.least_kn) & (speed <= params.most_kn)
    holds = spells.held(slow & (helpless | (across >= params.across_deg)), slow & np.isnan(across))
    holds = at_sea(site, rows, index, holds, params.port_m)
    state.company.changed |= spells.feed(state.cases, rows, trail, index, holds, speed)


def _across_deg(rows: Rows, index: NDArray[np.int64]) -> NDArray[np.float64]:
    """Degrees between course and keel, whichever way she moves along it (0 to 90); NaN where not told."""
    heading = np.where(rows.heading_deg[index] >= 0, rows.heading_deg[index], np.nan)
    off = np.abs((rows.cog_deg[index] - heading + 180.0) % 360.0 - 180.0)
    return np.minimum(off, 180.0 - off)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Spells that changed or ended are judged, and those near them that have more or less company now."""
    company.go_on(state, now_us)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The spell as a drift, with what else it could be."""
    spell, params = state.cases.found.get(case), state.params
    if spell is None or case not in state.cases.told:
        return None
    within = spell.within
    first, last, sailed = within[0], within[-1], spells.way_m(within)
    drifted = distance_m(first.lat_deg, first.lon_deg, last.lat_deg, last.lon_deg)
    across = np.median([_keel_deg(one) for one in within if one.heading_deg >= 0] or [0.0])
    helpless = sum(one.nav_status == NOT_UNDER_COMMAND for one in within) / len(within)
    if drifted < params.made_good * sailed or (across < params.across_deg and helpless < 0.5):
        return None
    others = company.company_of(state, case)
    counters = _counters(params, spell, drifted, others, site)
    chance = probability(0.45, counters, 2.0 if helpless >= 0.5 else 0.0, np.log(spell.lasted_s / params.least_s) / 2)
    if chance < params.least_p:
        return None
    told = []
    if across >= params.across_deg:
        told.append(reason("across_keel", across, ">=", params.across_deg, "deg"))
    if helpless >= 0.5:
        told.append(reason("not_under_command", helpless, ">=", 0.5, "share"))
    over = not spells.goes_on(state.cases, case)
    return detection(
        CARD,
        params,
        case,
        state="closed" if over else "open",
        t_start=spell.began_at,
        t_end=spell.held_at if over else None,
        geometry=way([(one.lat_deg, one.lon_deg) for one in within]),
        vessels=(vessel(spell.mmsi, site, spell.track_id),),
        chance=chance,
        reasons=(
            reason("drift_time", spell.lasted_s, ">=", params.least_s, "s"),
            reason("drift_speed", drifted / spell.lasted_s / KNOT_MS, "<=", params.most_kn, "kn"),
            reason("made_good", drifted / max(sailed, 1.0), ">=", params.made_good, "share"),
            *told,
        ),
        counters=counters,
        lines=[one.line_id for one in spell.samples],
        coverage=Coverage(median_interval_s=spells.interval_s(within)),
        site=site,
        severity="warning" if helpless >= 0.5 else "caution",
        context={"others_drifting": [float(others)]},
    )


def _keel_deg(sample: Sample) -> float:
    off = abs(turn(sample.heading_deg, sample.cog_deg))
    return min(off, 180.0 - off)


def _counters(params: Params, spell: Spell, drifted_m: float, others: int, site: Site) -> tuple[CounterEvidence, ...]:
    """Innocent explanations, tested one by one; what is not known is not tested."""
    kind = site.identities.get(spell.mmsi).ship_type or 0
    middle = spell.within[len(spell.within) // 2]
    port, away = site.ports.nearest(middle.lat_deg, middle.lon_deg)
    resting = [one.nav_status in AT_REST for one in spell.within if one.nav_status >= 0]
    speeds = [one.speed_kn for one in spell.within]
    tested = [
        counter("at_anchor", drifted_m / 2, "<=", params.swing_m, "m", -2.0),
        counter("in_approaches", min(away, 1e9), "<=", params.near_port_m, "m", -0.5, port),
        counter("others_drifting", others, ">=", params.least_others, "", -1.5),
        counter("tide_turns", max(speeds) - min(speeds), ">=", 2.5, "kn", -0.7),
    ]
    if resting:
        tested.append(counter("says_at_anchor", sum(resting) / len(resting), ">=", 0.5, "share", -3.0))
    if kind:
        tested += [
            counter("fishing_vessel", float(kind == FISHING), ">=", 1.0, "", -1.5),
            counter("holds_position", float(kind in WORKING), ">=", 1.0, "", -2.0),
            counter("tows", float(kind in TOWING), ">=", 1.0, "", -1.5),
        ]
    return tuple(tested)


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a case by the company it had when it was found."""
    state.recalled[case] = int(context["others_drifting"][0])


def holds(state: State, case: Key) -> bool:
    """Whether the spell is kept."""
    return company.holds(state, case)


def forget(state: State, again: Again) -> None:
    """Cut spells back to what does not come again."""
    company.cut_back(state, again.since)
