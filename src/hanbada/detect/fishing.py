"""A vessel that moves as if it fished, inside an area closed for fishing.

What it flags
    A vessel that moves as fishing vessels do when they fish, for half an hour or more, inside a zone of kind `closed`
    on a day on which it is closed.

Why it matters
    Closed areas let fish grow, or keep foreign fleets out. To sail through is lawful nearly everywhere, to fish is not.

How it decides
    Reports at fishing speed inside a closed area make a spell (`tracks.spells`). At each of them the probability of
    fishing is a sum of weights (`tracks.fishing`): speed, how straight the way is, night and lamps, the status "engaged
    in fishing", the type of ship. Time is counted where it is more than one half. A ship that crosses, straight and at
    more than six knots, counts nothing.

Known false alarms
    Slow passages, yachts and anglers of unknown type, research vessels that trawl with a licence, boundary data, gear
    that the closure does not concern: AIS does not tell the gear.

Sources
    Global Fishing Watch's fishing events (grouping); speeds of gears as in Natale and others, PLoS ONE 10(6), 2015.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, counter, detection, probability, reason, vessel, way
from hanbada.model.records import Coverage
from hanbada.model.times import HOUR_US
from hanbada.reference.shapes import in_force
from hanbada.tracks import fishing, spells
from hanbada.tracks.segments_kernel import SECOND
from hanbada.tracks.spells import Spells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection
    from hanbada.reference.shapes import Area
    from hanbada.tracks.spells import Key, Sample

CARD = Card(kind="fishing", partition="vessel", lookback_s=172_800, severity="warning", stage="preview")


class Params(Struct, frozen=True):
    """Thresholds."""

    most_kn: float = 8.0
    """Faster than any gear is towed, set or hauled, but for purse seines as they close."""
    least_s: float = 1800.0
    """Of fishing, inside: shorter may be a turn or a look at the gear."""
    least_share: float = 0.5
    """Mean probability of fishing over the stay."""
    sample_s: float = 180.0
    """A report in three minutes shows the turns of a trawl."""
    break_s: float = 1800.0
    """Vessels work along the line and cross it, and steam between hauls."""
    hole_s: float = 7200.0
    """Silent for longer, it may have gone and come."""
    longest_step_s: float = 3600.0
    """A report counts for the time until the next one, at most for so long."""
    transit_kn: float = 6.0
    """Faster and straight is a passage."""
    edge_times: float = 2.0
    """Within so many times the accuracy of the line it may have been outside."""
    prior: float = 0.5
    """Share of such stays that are fishing, as far as the weights do not tell."""
    least_p: float = 0.5
    """Probability from which it is worth an officer's look."""


@dataclass(slots=True)
class State:
    """Spells at fishing speed inside closed areas."""

    params: Params
    cases: Spells
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params, Spells(params.hole_s, params.break_s, least_s=params.least_s, keep_s=CARD.lookback_s))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put reports at fishing speed inside closed areas into spells."""
    if site.zones is None or not any(area.kind == "closed" for area in site.zones.areas):
        return
    rows, trail = batch.rows, batch.trail
    index = spells.sampled(rows, trail, state.params.sample_s)
    speed = spells.speeds_kn(rows, trail, index)
    slow = np.flatnonzero(speed <= state.params.most_kn)
    row = index[slow]
    there, _ = _closures(site, rows.at[row], rows.lat_deg[row], rows.lon_deg[row])
    inside = np.zeros(len(index), np.bool_)
    inside[slow[there]] = True
    state.dirty |= spells.feed(state.cases, rows, trail, index, spells.held(inside, np.isnan(speed)), speed)


def _closures(
    site: Site, at: NDArray[np.int64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a place and an area, by number, that holds it and is closed at the time."""
    if site.zones is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    points, zones = site.zones.index.memberships(lat_deg, lon_deg)
    closed = np.zeros(len(points), np.bool_)
    for zone in np.unique(zones).tolist():
        area, here = site.zones.areas[zone], zones == zone
        if area.kind == "closed":
            hours, place = np.unique(at[points[here]] // HOUR_US, return_inverse=True)
            closed[here] = np.array([in_force(area, hour * HOUR_US) for hour in hours.tolist()])[place]
    return points[closed], zones[closed]


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Spells that ended are judged."""
    spells.let_go(state.cases, state.dirty.__contains__)
    state.dirty |= spells.settle(state.cases, now_us)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The spell as fishing in the area that holds most of it."""
    spell, params = state.cases.found.get(case), state.params
    area = None if spell is None or case not in state.cases.told else _area(site, spell.within)
    if spell is None or area is None:
        return None
    within = spell.within
    kind = site.identities.get(spell.mmsi).ship_type
    chance_each = fishing.probabilities(within, kind)
    holding = np.array([one.holds for one in within])
    share, fished_s = float(chance_each[holding].mean()), _fished_s(params, within, chance_each)
    if fished_s < params.least_s or share < params.least_share:
        return None
    counters = _counters(params, within, kind, area)
    weight = min(2.0, float(np.log(share / max(1.0 - share, 0.05))))
    chance = probability(params.prior, counters, weight, float(np.log(fished_s / params.least_s)) / 2)
    if chance < params.least_p:
        return None
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
            reason("fished_time", fished_s, ">=", params.least_s, "s", area.name),
            reason("fishing_share", share, ">=", params.least_share, "share"),
            reason("fishing_speed", _median_kn(within), "<=", params.most_kn, "kn"),
        ),
        counters=counters,
        lines=[one.line_id for one in spell.samples],
        coverage=Coverage(median_interval_s=spells.interval_s(within)),
        site=site,
        severity="warning" if kind == fishing.FISHING_TYPE else "caution",
    )


def _area(site: Site, within: list[Sample]) -> Area | None:
    """The closed area that holds most of some samples; of several the first."""
    at, lat, lon = (np.array([one[i] for one in within]) for i in range(3))
    _, zones = _closures(site, at.astype(np.int64), lat, lon)
    return site.zones.areas[int(np.bincount(zones).argmax())] if site.zones is not None and len(zones) else None


def _fished_s(params: Params, within: list[Sample], chance: NDArray[np.float64]) -> float:
    """Seconds at which fishing is likelier than not, inside."""
    steps = np.minimum(np.diff([one.at for one in within]) / SECOND, params.longest_step_s)
    fishes = np.array([one.holds for one in within[:-1]]) & (chance[:-1] > 0.5)
    return float(steps[fishes].sum())


def _median_kn(within: list[Sample]) -> float:
    return float(np.median([one.speed_kn for one in within if one.holds]))


def _counters(params: Params, within: list[Sample], kind: int | None, area: Area) -> tuple[CounterEvidence, ...]:
    """Innocent explanations, tested one by one."""
    lat, lon = (np.array([one[i] for one in within]) for i in (1, 2))
    straight = float(np.mean(fishing.straightness(lat, lon)))
    passing = np.mean([one.speed_kn > params.transit_kn for one in within])
    accuracy = params.edge_times * (area.accuracy_m or 0.0)
    return (
        counter("passage", float(passing), ">=", 0.5, "share", -2.0),
        counter("straight_way", straight, ">=", 0.985, "share", -0.5),
        counter("edge_accuracy", accuracy, ">=", spells.circle(within)[2], "m", -1.0, area.name),
        counter("not_said_to_fish", float(kind or 0), "<=", 0.0, "", -0.5),
    )


def holds(state: State, case: Key) -> bool:
    """Whether the spell is kept."""
    return case in state.cases.told


def forget(state: State, again: Again) -> None:
    """Cut spells back to what does not come again."""
    state.dirty |= spells.forget(state.cases, again.since)
