"""Where satellite navigation is disturbed: ships that lose their place, or are moved to places where they are not.

What it flags
    An area and a time in which several ships no longer know where they are (jamming), or say that they are where they
    cannot be, together (spoofing).

Why it matters
    Ships steer by satellites. Where these fail, ships run aground and collide, and nothing that rests on positions can
    be believed: other findings there are taken back.

How it decides
    Every ten minutes each ship is sound or shows a sign: reports without a place, a place not from satellites, one that
    stands still at speed, one she cannot have sailed to, or none at all while her static reports go on. Ships with a
    sign within 15 nmi of one another, or moved to within 3 nmi, are one cluster where a ship has three others around
    her. It counts as loss if the share of ships so affected, among all heard within 5 nmi of them, is surely more than
    a twentieth: the 5 % quantile of Beta(1 + a, 19 + n - a) for a of n ships. It counts as moved if the places said lie
    close together, or on one circle, or all were moved by one and the same vector. What has an innocent reason is left
    out first: ships heard at both places (two on one number), places on their own way (wrong clocks, old reports).

Known false alarms
    A receiver that garbles what it hears (all affected were heard by it alone), harbours under roofs, a provider that
    cuts positions out. One ship alone is a fault of her own, and never flagged.

Sources
    Rec. ITU-R M.1371-5 for the values that say "no position"; arXiv 2603.11055 for filtering faults of communication
    before clustering; arXiv 2602.16257 for clusters by where ships were and by where they are said to be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.circles import circle
from hanbada.geo.hulls import hull, laid_out, midst
from hanbada.geo.sphere import NMI_M
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import SECOND_US
from hanbada.tracks import fixes_kernel as k
from hanbada.tracks import outages
from hanbada.tracks.fixes import Fixes, Signs, joined, read, rewind, take
from hanbada.tracks.outages import Slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason

CARD = Card(
    kind="interference", partition="slot", lookback_s=172_800, severity="warning", stage="preview", trusts="itself"
)
LOSSES = {
    k.BLANK: "lost_place",
    k.MODE: "lost_satellites",
    k.FROZEN: "stands_still",
    k.MUTE: "tells_no_place",
}
"""What ships that lost their place show, and the reason that says so."""


class Params(Struct, frozen=True):
    """Thresholds."""

    least_ships: int = 4
    """Hulls that must show signs together: two or three faulty radios in one harbour are common."""
    near_m: float = 15 * NMI_M
    """As far as ships at the edge of a disturbed area are apart; a jammer of some watts reaches further."""
    target_m: float = 3 * NMI_M
    """Ships that were moved to one place, or around it, are within this."""
    cell_m: float = 5 * NMI_M
    """Around each affected ship others count as witnesses: as large as a cell of H3 at resolution 5."""
    hole_min: float = 20.0
    """A cluster that shows no signs for longer is over."""
    least_slots: int = 3
    """Looks at twenty minutes each, one every ten: an antenna moved or a receiver started again disturbs two."""
    least_share: float = 0.05
    """Share of ships affected of which we must be sure: what radios show on an undisturbed day is a tenth of it."""
    prior_ill: float = 1.0
    """Ships affected that are taken to have been seen before, of twenty: the share on an undisturbed day."""
    prior_well: float = 19.0
    """And those sound."""
    alike: float = 0.8
    """Length of the mean of the ships' directions of displacement: one is all alike."""
    alike_spread: float = 0.25
    """And their distances differ by no more than this share."""
    round_share: float = 0.08
    """Places lie on a circle where they are off it by less than this share of its radius."""
    most_radius_m: float = 20_000.0
    """Larger circles fit any coast."""
    least_round: int = 8
    """Places that must lie on the circle: three always do."""
    least_p: float = 0.5
    """Probability from which it is a finding."""


class Group(NamedTuple):
    """A cluster in one slot: a sign of each of its ships, ships heard around them, receivers of those not affected."""

    slot: int
    signs: Signs
    heard: int
    receivers: int

    @property
    def name(self) -> tuple[int, int]:
        """The slot and the lowest MMSI."""
        return self.slot, int(self.signs.mmsi[0])


@dataclass(slots=True)
class State:
    """Signs by slot, groups by slot, and the cases they are linked to."""

    params: Params
    fixes: Fixes = field(default_factory=Fixes)
    slots: Slots = field(default_factory=Slots)
    groups: dict[int, list[Group]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    cases: dict[Key, list[Group]] = field(default_factory=dict)
    going_on: set[Key] = field(default_factory=set)
    told: dict[tuple[int, int], tuple[int, int]] | None = None
    """Ships heard around and their receivers by the name of a group, where a case is judged by what was known then."""
    now_us: int = 0
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:  # noqa: ARG001
    """Note the signs of some rows, and who tells of itself."""
    signs = read(state.fixes, batch.rows, batch.trail)
    outages.add(state.slots, signs)
    slots = set(np.unique(signs.slot).tolist())
    shown = set(np.unique(signs.slot[signs.what != k.HEARD]).tolist())
    shown |= outages.add_spoken(state.slots, *batch.spoken[:3])
    _touch(state, slots, shown)


def _touch(state: State, slots: set[int], shown: set[int]) -> None:
    """Look again at slots in which signs were shown, and at those that others could change the verdict of."""
    mute = {slot + i for slot in slots for i in range(outages.MUTE_SLOTS)} & state.slots.spoken.keys()
    anew = shown | mute
    state.touched |= anew | {slot + 1 for slot in anew}
    state.touched |= {slot + i for slot in slots for i in (0, 1)} & state.groups.keys()


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Group the signs of slots that gained some, and link groups to cases."""
    state.now_us = max(state.now_us, now_us)
    changed = False
    for slot in sorted(slot for slot in state.touched if slot >= state.slots.first):
        groups = list(_groups(state, slot))
        changed |= bool(groups) or slot in state.groups
        state.groups.pop(slot, None)
        if groups:
            state.groups[slot] = groups
    state.touched.clear()
    outages.keep_latest(state.slots, round(CARD.lookback_s * SECOND_US / k.SLOT_US))
    if changed:
        _link(state)
    over = {key for key in state.going_on if not _goes_on(state, state.cases.get(key, []))}
    state.going_on -= over
    state.dirty |= over


def _groups(state: State, slot: int) -> Iterator[Group]:
    """The groups of a slot that count."""
    params = state.params
    for cluster in _clusters(state, slot):
        if state.told is None:
            around = outages.heard_near(state.slots, slot, cluster, params.cell_m)
        elif (slot, int(cluster.mmsi[0])) in state.told:
            around = state.told[slot, int(cluster.mmsi[0])]
        else:
            continue
        group = Group(slot, cluster, *around)
        surely = _lost(group) >= params.least_ships and _share(params, group) > params.least_share
        if surely or len(group.signs.mmsi) - _lost(group) >= params.least_ships:
            yield group


def _clusters(state: State, slot: int) -> list[Signs]:
    """Ships that show signs together in a slot, without those that only seem to be elsewhere."""
    params = state.params
    signs = outages.affected(state.slots, slot, params.least_ships)
    if not len(signs.mmsi):
        return []
    reach = (params.near_m, params.target_m, params.least_ships)
    found = outages.clusters(signs, *reach)
    moved = [one.mmsi[one.what == k.AWAY] for one in found]
    moved = [mmsi for mmsi in moved if len(mmsi) >= params.least_ships]
    if not moved:
        return found
    return outages.clusters(outages.without_own_way(state.slots, slot, signs, np.concatenate(moved)), *reach)


def _lost(group: Group) -> int:
    return int(np.count_nonzero(group.signs.what != k.AWAY))


def _share(params: Params, group: Group) -> float:
    """The share of ships that lost their place of which we are sure."""
    lost = _lost(group)
    return sure_share(params.prior_ill + lost, params.prior_well + group.heard - lost)


def sure_share(ill: float, well: float, doubt: float = 0.05) -> float:
    """The quantile of a Beta distribution with whole parameters, by halving; its sum is the binomial's.

    >>> round(sure_share(1, 19), 4), round(sure_share(11, 29), 4)
    (0.0027, 0.1669)
    """
    low, high, count = 0.0, 1.0, round(ill + well) - 1
    logs = [math.lgamma(count + 1) - math.lgamma(i + 1) - math.lgamma(count - i + 1) for i in range(round(ill))]
    for _ in range(40):
        x = 0.5 * (low + high)
        fewer = sum(math.exp(one + i * math.log(x) + (count - i) * math.log1p(-x)) for i, one in enumerate(logs))
        low, high = (x, high) if 1.0 - fewer < doubt else (low, x)
    return 0.5 * (low + high)


def _link(state: State) -> None:
    """Join groups that share a ship and are close in time; a case is named by its first slot and lowest MMSI there."""
    groups = [group for slot in sorted(state.groups) for group in state.groups[slot]]
    whose, last = list(range(len(groups))), dict[int, int]()
    hole = round(state.params.hole_min * 60 * SECOND_US / k.SLOT_US)
    for i, group in enumerate(groups):
        for mmsi in group.signs.mmsi.tolist():
            before = last.get(mmsi)
            if before is not None and group.slot - groups[before].slot <= hole:
                a, b = whose[before], whose[i]
                whose = [min(a, b) if one in {a, b} else one for one in whose]
            last[mmsi] = i
    found: dict[Key, list[Group]] = {}
    for one in dict.fromkeys(whose):
        mine = [group for group, its in zip(groups, whose, strict=True) if its == one]
        found[min(group.name for group in mine)] = mine
    state.dirty |= {key for key in found.keys() | state.cases.keys() if not _same(found.get(key), state.cases.get(key))}
    state.going_on |= {key for key, case in found.items() if _goes_on(state, case)}
    state.cases = found


def _same(one: list[Group] | None, other: list[Group] | None) -> bool:
    if one is None or other is None or len(one) != len(other):
        return False
    return all(a is b for a, b in zip(one, other, strict=True))


def _goes_on(state: State, case: list[Group]) -> bool:
    return bool(case) and state.now_us <= _end_us(case) + state.params.hole_min * 60 * SECOND_US


def _end_us(case: list[Group]) -> int:
    return (max(int(group.signs.slot.max()) for group in case) + 1) * k.SLOT_US


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The disturbance, as spoofing or jamming; None if the ships only show the same by chance."""
    groups, params = state.cases.get(case), state.params
    if not groups or len({group.slot for group in groups}) < params.least_slots:
        return None
    signs = joined([group.signs for group in groups])
    moved = take(signs, signs.what == k.AWAY)
    said = _moved_reasons(params, groups, moved)
    theirs = moved if said else take(signs, signs.what != k.AWAY)
    ships = np.unique(theirs.mmsi)
    if len(ships) < params.least_ships:
        return None
    lost = [group for group in groups if _lost(group) >= params.least_ships]
    if not said and not lost:
        return None
    lasted_s = (_end_us(groups) - int(signs.slot.min()) * k.SLOT_US) / SECOND_US
    reasons = (
        reason("moved_ships" if said else "lost_ships", len(ships), ">=", params.least_ships, ""),
        *(said or _lost_reasons(params, lost, theirs)),
        reason("disturbed_time", lasted_s, ">=", (params.least_slots - 1) * k.SLOT_US / SECOND_US, "s"),
    )
    counters = _counters(groups, signs, -0.3 if said else -1.0)
    many = math.log(len(ships) / params.least_ships)
    chance = probability(0.8, counters, many)
    if chance < params.least_p:
        return None
    return _found(state, case, groups, signs, moved if said else None, reasons, counters, chance, site)


def _lost_reasons(params: Params, lost: list[Group], signs: Signs) -> list[Reason]:
    share = float(np.median([_share(params, group) for group in lost]))
    found = [reason("lost_share", share, ">=", params.least_share, "share")]
    for what, quantity in LOSSES.items():
        ships = len(np.unique(signs.mmsi[signs.what == what]))
        if ships:
            found.append(reason(quantity, ships, ">=", 1, ""))
    return found


def _moved_reasons(params: Params, groups: list[Group], moved: Signs) -> list[Reason]:
    """What the places to which ships were moved have in common; empty if nothing."""
    if len(np.unique(moved.mmsi)) < params.least_ships or _come_back(params, moved):
        return []
    spreads, turns = [], []
    for group in groups:
        signs = take(group.signs, group.signs.what == k.AWAY)
        if len(signs.mmsi) >= params.least_ships:
            spreads.append(_spread_m(signs))
            turns.append(_alike(params, signs))
    if not spreads:
        return []
    if (spread := float(np.median(spreads))) <= params.target_m:
        return [reason("moved_spread", spread, "<=", params.target_m, "m")]
    if (alike := float(np.median(turns))) >= params.alike:
        return [reason("moved_alike", alike, ">=", params.alike, "share")]
    radius, off = _circle(moved)
    if len(moved.mmsi) >= params.least_round and radius <= params.most_radius_m and off <= params.round_share:
        return [reason("moved_round", off, "<=", params.round_share, "share")]
    return []


def _come_back(params: Params, moved: Signs) -> bool:
    """Whether ships rather left one place than came to one: so it looks when spoofing ends of which we saw no begin."""
    believed = laid_out(midst(moved.lat_deg, moved.lon_deg), moved.lat_deg, moved.lon_deg)
    spread = float(np.sqrt(np.mean(np.sum(believed**2, axis=1))))
    return spread <= params.target_m and spread + NMI_M < _spread_m(moved)


def _targets(signs: Signs) -> NDArray[np.float64]:
    """Where ships are said to be, in metres from the midst of it."""
    return laid_out(midst(signs.to_lat_deg, signs.to_lon_deg), signs.to_lat_deg, signs.to_lon_deg)


def _spread_m(signs: Signs) -> float:
    """Root of the mean square distance from their midst."""
    return float(np.sqrt(np.mean(np.sum(_targets(signs) ** 2, axis=1))))


def _alike(params: Params, signs: Signs) -> float:
    """How alike the ways are by which ships were moved: length of the mean direction; zero where distances differ."""
    ways = np.array([
        laid_out((lat, lon), np.array([to_lat]), np.array([to_lon]))[0]
        for lat, lon, to_lat, to_lon in zip(
            signs.lat_deg, signs.lon_deg, signs.to_lat_deg, signs.to_lon_deg, strict=True
        )
    ])  # fmt: skip
    far = np.hypot(*ways.T)
    if np.std(far) > params.alike_spread * np.mean(far):
        return 0.0
    return float(np.hypot(*np.mean(ways / far[:, None], axis=0)))


def _circle(signs: Signs) -> tuple[float, float]:
    """Radius of the circle through the places said, and how far off it they are as a share of it."""
    fitted = circle(*_targets(signs).T)
    return fitted.radius, fitted.off / fitted.radius


def _counters(groups: list[Group], signs: Signs, weight: float) -> tuple[CounterEvidence, ...]:
    """Innocent explanations; receivers are compared only where others were heard by several.

    Sound ships around speak against jamming, which spares nobody, more than against spoofing, which may aim.
    """
    sound = float(np.median([1.0 - len(group.signs.mmsi) / group.heard for group in groups]))
    found = [counter("others_sound", sound, ">=", 0.8, "share", weight)]
    if max(group.receivers for group in groups) > 1:
        found.append(counter("one_receiver", len(np.unique(signs.source)), "<=", 1, "", -4.0))
    return tuple(found)


def _found(
    state: State, case: Key, groups: list[Group], signs: Signs, moved: Signs | None, reasons: tuple[Reason, ...],
    counters: tuple[CounterEvidence, ...], chance: float, site: Site,
) -> Detection:  # fmt: skip
    params, going_on = state.params, _goes_on(state, groups)
    ring = hull(signs.lat_deg, signs.lon_deg, params.cell_m)
    heard = max(group.heard for group in groups)
    context = {
        "slot": [float(group.slot) for group in groups],
        "first": [float(group.signs.mmsi[0]) for group in groups],
        "heard": [float(group.heard) for group in groups],
        "receivers": [float(group.receivers) for group in groups],
    }
    if moved is not None:
        there = hull(moved.to_lat_deg, moved.to_lon_deg, params.target_m)
        context["moved_to"] = [round(number, 6) for place in there for number in place]
    ships = np.unique(signs.mmsi).tolist()
    return detection(
        CARD,
        params,
        case,
        state="open" if going_on else "closed",
        t_start=int(signs.at.min()),
        t_end=None if going_on else _end_us(groups),
        geometry=Geometry(kind="polygon", coordinates=ring),
        vessels=tuple(vessel(mmsi, site) for mmsi in ships),
        chance=chance,
        reasons=reasons,
        counters=counters,
        lines=signs.line_id.tolist(),
        coverage=Coverage(peers=heard - max(len(group.signs.mmsi) for group in groups)),
        site=site,
        context=context,
    )


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:  # noqa: ARG001
    """Judge a case by the ships that were heard around it when it was found."""
    columns = (map(int, context[name]) for name in ("slot", "first", "heard", "receivers"))
    state.told = {(slot, first): (heard, by) for slot, first, heard, by in zip(*columns, strict=True)}


def forget(state: State, again: Again) -> None:
    """Drop the signs of some vessels that come again."""
    touched = outages.drop(state.slots, again.since)
    _touch(state, touched, touched)
    mmsi, first = np.unique(again.old.rows.mmsi, return_index=True)
    rewind(state.fixes, mmsi, again.old.trail.vessel[first], outages.homes(state.slots, again.since))
