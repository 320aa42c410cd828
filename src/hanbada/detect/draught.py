"""The draught a ship reports changes at sea, with no port in between.

What it flags
    A ship whose static reports tell a draught that differs by half a metre and five percent or more from the one they
    told before, while she was at sea all the time.

Why it matters
    A ship that lies deeper took something on, one that rises gave something away: cargo, fuel, catch.

How it decides
    Positions away from ports make a passage (`tracks.spells`), which a silence of six hours ends. The draught told
    before must have been told again when she had been at sea for hours, and the new one while she still was. Values
    that a ship goes to and fro between, and those ten times another, are typing. How many tonnes it would be follows
    from her size; another ship near her whose draught changed by as much the other way makes it likely.

Known false alarms
    Draught is typed by hand, often late and often wrong. Ballast taken or given, bunkers, a value set for the next port
    before arrival, the deepest draught of the voyage where the present one is meant.

Sources
    Recommendation ITU-R M.1371-5, message 5; displacement of a box of block coefficient 0.8 in sea water.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, counter, detection, keep_passages, probability, reason, vessel
from hanbada.geo.sphere import NMI_M, distance_m
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import HOUR_US, SECOND_US
from hanbada.tracks import spells
from hanbada.tracks.spells import Spells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason
    from hanbada.tracks.identity import Word
    from hanbada.tracks.spells import Sample, Spell

CARD = Card(kind="draught", partition="vessel", lookback_s=864_000, severity="caution", stage="preview")
BLOCK, SEA_WATER = 0.8, 1.025
"""Share of the box around the hull that is hull; tonnes in a cubic metre."""
Key: TypeAlias = tuple[int, int]
"""MMSI, and when the new draught was told first."""


class Params(Struct, frozen=True):
    """Thresholds."""

    least_m: float = 0.5
    """Draught is told in tenths, and read off by eye."""
    least_share: float = 0.05
    """Of the draught before: large ships change by fuel and water alone."""
    port_m: float = 10_000.0
    """Nearer to port she may have called."""
    hole_s: float = 21_600.0
    """Silent for longer, she may have called unseen."""
    sample_s: float = 3600.0
    """A report an hour shows that she was at sea."""
    settled_s: float = 21_600.0
    """At sea, before the old draught was told again: who forgot to set it on leaving has done so by then."""
    slip: float = 10.0
    """Times: the decimal point was forgotten."""
    confirmed_s: float = 10_800.0
    """So long the new one was told: who corrects a slip does it sooner."""
    small_m: float = 1.0
    """Ballast and fuel change it by as much."""
    arrival_s: float = 43_200.0
    """Before arrival the draught of the next port is set."""
    arrival_m: float = 60 * NMI_M
    """A port so near may be the next one."""
    habit: int = 6
    """Different draughts told from which nobody can rely on them."""
    beside_m: float = 5000.0
    """Hourly reports of ships side by side lie within this."""
    beside_s: float = 86_400.0
    """And the two changes within a day."""
    balance: float = 0.3
    """What one gave and the other took agree within this share."""
    least_p: float = 0.3
    """Probability from which it is worth an officer's look."""


class Change(NamedTuple):
    """A new draught: what was told before and since when, and by how much it differs."""

    before: Word
    after: Word

    @property
    def by_m(self) -> float:
        """Deeper by so much; negative where she rose."""
        return round(float(self.after.value) - float(self.before.value), 2)


@dataclass(slots=True)
class State:
    """Passages at sea, the draughts told by each ship, and the changes among them by MMSI."""

    params: Params
    passages: Spells
    draughts: dict[int, set[float]] = field(default_factory=dict)
    cases: dict[int, set[Key]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params, Spells(params.hole_s, least_s=params.settled_s, keep_s=CARD.lookback_s))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put reports away from port into passages, and note who tells another draught."""
    changed, _, _ = keep_passages(state.passages, batch, site, state.params.sample_s, state.params.port_m)
    _touch(state, changed)
    spoken = batch.spoken
    told = (spoken.draught_m > 0) & (spoken.at >= 0)
    pairs = zip(spoken.mmsi[told].tolist(), spoken.draught_m[told].tolist(), strict=True)
    for mmsi, draught_m in set(pairs):
        state.draughts.setdefault(mmsi, set()).add(draught_m)
        if len(state.draughts[mmsi]) > 1:
            state.touched.add(mmsi)


def _touch(state: State, passages: Iterable[Key]) -> None:
    """Note whose passages changed, of ships that told more than one draught."""
    state.touched |= {key[0] >> 32 for key in passages} & {mmsi for mmsi in state.cases if state.cases[mmsi]}


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Look for changes of ships of which something is new, and judge them, and others that they may explain."""
    spells.let_go(state.passages, lambda key: key[0] >> 32 in state.touched)
    _touch(state, spells.settle(state.passages, now_us))
    for mmsi in state.touched:
        told = {one.after.first_at for one in changes(state.params, site.identities.history(mmsi, "draught_m"))}
        before, floor = state.cases.get(mmsi, set()), state.passages.floor.get(mmsi, 0)
        state.cases[mmsi] = {(mmsi, at) for at in told if at >= floor}
        state.dirty |= state.cases[mmsi] | {key for key in before if key[1] >= floor}
    state.touched.clear()
    near_us = state.params.beside_s * SECOND_US
    times = np.sort([key[1] for key in state.dirty])
    for key in [key for keys in state.cases.values() for key in keys]:
        first, last = np.searchsorted(times, [key[1] - near_us, key[1] + near_us])
        if first < last:
            state.dirty.add(key)


def changes(params: Params, told: list[Word]) -> list[Change]:
    """The steps between draughts of a ship that told each for a while and did not go back to the one before."""
    told = [word for word in told if word.first_at >= 0 and float(word.value) > 0]
    found = []
    for after in told:
        over = [word for word in told if word.last_at < after.first_at]
        spans = any(word.first_at < after.first_at < word.last_at for word in told)
        if spans or not over:
            continue
        one = Change(max(over, key=lambda word: word.last_at), after)
        kept = after.last_at - after.first_at >= params.confirmed_s * SECOND_US
        if kept and abs(one.by_m) >= _limit_m(params, one) and not _slipped(params, one):
            found.append(one)
    return found


def _limit_m(params: Params, one: Change) -> float:
    return max(params.least_m, params.least_share * float(one.before.value))


def _slipped(params: Params, one: Change) -> bool:
    """Whether one is ten times the other, to within what is read off by eye."""
    low, high = sorted((float(one.before.value), float(one.after.value)))
    return abs(low * params.slip - high) <= params.least_m


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The change, if she was at sea all the time, with what else it could be."""
    params, found = state.params, _change(state, case, site)
    if found is None:
        return None
    one, passage = found
    here = min(passage.within, key=lambda sample: abs(sample.at - case[1]))
    port, away = site.ports.nearest(here.lat_deg, here.lon_deg)
    counters = _counters(params, one, passage, (port, away), len(state.draughts.get(case[0], ())))
    tonnes = _tonnes(case[0], one.by_m, site)
    other = _partner(state, case, here, tonnes, site)
    chance = probability(0.35, counters, 3.0 if other else 0.0)
    if chance < params.least_p:
        return None
    settled_s = (one.before.last_at - passage.began_at) / SECOND_US
    step = f"{float(one.before.value):.1f} → {float(one.after.value):.1f} m"
    reasons = [
        reason("draught_change", abs(one.by_m), ">=", _limit_m(params, one), "m", step),
        reason("settled_at_sea", settled_s, ">=", params.settled_s, "s"),
        reason("port_distance", min(away, 1e9), ">=", params.port_m, "m", port),
    ]
    if tonnes:
        reasons.append(reason("tonnes", round(abs(tonnes), -2), ">=", 0.0, "t"))
    if other:
        reasons.append(other[1])
    who = [case[0]] + ([other[0]] if other else [])
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=one.before.last_at,
        t_end=one.after.first_at,
        geometry=Geometry(kind="point", coordinates=((here.lon_deg, here.lat_deg),)),
        vessels=tuple(vessel(mmsi, site) for mmsi in who),
        chance=chance,
        reasons=tuple(reasons),
        counters=counters,
        lines=[one.before.last_line, one.after.first_line, one.after.last_line, here.line_id],
        coverage=Coverage(median_interval_s=spells.interval_s(passage.within)),
        site=site,
    )


def _change(state: State, case: Key, site: Site) -> tuple[Change, Spell] | None:
    """A change and the passage in which both draughts were told."""
    told = site.identities.history(case[0], "draught_m")
    one = next((one for one in changes(state.params, told) if one.after.first_at == case[1]), None)
    passages = [state.passages.found[key] for key in state.passages.of_vessel.get(case[0], ())]
    if one is None:
        return None
    settled_us, hole_us = state.params.settled_s * SECOND_US, state.params.sample_s * SECOND_US
    for passage in passages:
        if passage.began_at + settled_us <= one.before.last_at and case[1] <= passage.held_at + hole_us:
            return one, passage
    return None


def _tonnes(mmsi: int, by_m: float, site: Site) -> float:
    """What a change of draught comes to for a hull of her size; zero if that is not known."""
    told = site.identities.get(mmsi)
    return SEA_WATER * BLOCK * (told.length_m or 0) * (told.beam_m or 0) * by_m


def _partner(state: State, case: Key, here: Sample, tonnes: float, site: Site) -> tuple[int, Reason] | None:
    """Another ship beside her whose change of draught is the opposite of hers."""
    params = state.params
    for key in sorted(key for keys in state.cases.values() for key in keys):
        if key[0] == case[0] or abs(key[1] - case[1]) > params.beside_s * SECOND_US or not tonnes:
            continue
        found = _change(state, key, site)
        theirs = _tonnes(key[0], found[0].by_m, site) if found else 0.0
        differs = abs(theirs + tonnes) / max(abs(theirs), abs(tonnes))
        if found and differs <= params.balance and _beside(params, found[1], here):
            return key[0], reason("opposite_change", differs, "<=", params.balance, "share", f"MMSI {key[0]}")
    return None


def _beside(params: Params, passage: Spell, here: Sample) -> bool:
    """Whether a ship was near a place within hours of a time."""
    near = [one for one in passage.within if abs(one.at - here.at) <= 12 * HOUR_US]
    return any(distance_m(one.lat_deg, one.lon_deg, *here[1:3]) <= params.beside_m for one in near)


def _counters(
    params: Params, one: Change, passage: Spell, port: tuple[str, float], habits: int
) -> tuple[CounterEvidence, ...]:
    """Innocent explanations, tested one by one."""
    until_s = (passage.held_at - one.after.first_at) / SECOND_US
    return (
        counter("ballast", abs(one.by_m), "<=", params.small_m, "m", -0.7),
        counter("arrives_soon", until_s if passage.after else 1e9, "<=", params.arrival_s, "s", -1.5),
        counter("near_port", min(port[1], 1e9), "<=", params.arrival_m, "m", -0.7, port[0]),
        counter("typed_often", float(habits), ">=", params.habit, "", -1.0),
    )


def holds(state: State, case: Key) -> bool:
    """Whether the passage in which the draught changed is kept."""
    return case in state.cases.get(case[0], ())


def forget(state: State, again: Again) -> None:
    """Cut passages back to what does not come again; what was told stays told."""
    _touch(state, spells.forget(state.passages, again.since))
