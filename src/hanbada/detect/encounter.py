"""Two vessels close together and slow for long, away from port.

What it flags
    Two ships within a few hundred metres of each other, both slow, for half an hour or more, in open water.

Why it matters
    Cargo, fuel, fish and people change ships that way. Whether it was a transshipment is for a person to judge.

How it decides
    Both tracks are put on the same minute ticks (ten minutes where reports are further apart), places interpolated on
    the great circle and never over more than an hour. Pairs within reach at a tick are contacts; contacts with no
    hole longer than twenty minutes are one encounter. No grouping by day: midnight is a minute like any other.

Known false alarms
    Tugs and their tows, pilots, bunkering, pair trawlers, neighbours at an anchorage, ferries, patrols alongside.

Sources
    science.md D02; Global Fishing Watch's definition (500 m, 2 h, under 2 kn, 10 km off) is the transfer grade.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import MINUTE_US
from hanbada.tracks.ticks import near_pairs, ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection

CARD = Card(kind="encounter", partition="slot", lookback_s=172_800, severity="warning", stage="preview")
SHIPS = (200_000_000, 800_000_000)
FISHING = 30
SERVICE = {31, 32, 50, 51, 52, 53, 55}
"""Tugs, pilots, rescue, port tenders, law enforcement."""
WITH_OIL = range(80, 90)
NEVER = 1 << 62


class Params(Struct, frozen=True):
    """Thresholds."""

    reach_m: float = 500.0
    """Antenna to antenna: two large ships side by side, with what positions are worth."""
    slow_kn: float = 3.0
    """Both as slow as this: manoeuvring or stopped."""
    together_kn: float = 6.5
    """Transfers under way are made at up to six knots, side by side."""
    relative_kn: float = 1.0
    """Then neither passes the other faster than this."""
    least_min: float = 30.0
    """Shorter meetings are passings and pilots."""
    transfer_min: float = 120.0
    """Two hours move cargo."""
    hole_min: float = 20.0
    """A gap in reception, not two meetings."""
    port_m: float = 10_000.0
    """Nearer to port, ships lie beside one another for other reasons."""
    least_p: float = 0.3
    """Probability from which it is worth an officer's look: near a harbour ships lie beside one another all day."""
    bunker_m: float = 120.0
    """Tankers that bring fuel are shorter than this; what they bring it to is longer than they."""
    bunker_port_m: float = 50_000.0
    """They work from a port."""
    hulls_m: float = 80.0
    """Fenders, and what two positions are worth: with half of both lengths, as far as antennas may be apart."""
    keep_points: int = 4_000_000
    """Places at ticks that are kept for late partners (about 200 MB)."""


class Contact(NamedTuple):
    """A pair at a tick: minutes since 1970, metres apart, place between, speeds (kn), lines."""

    tick: int
    apart_m: float
    lat_deg: float
    lon_deg: float
    slow_kn: float
    fast_kn: float
    line: int
    other_line: int


@dataclass(slots=True)
class State:
    """Places at ticks, contacts by pair, and the encounters they make."""

    params: Params
    points: list[Points] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    contacts: dict[tuple[int, int], dict[int, Contact]] = field(default_factory=dict)
    touched: set[tuple[int, int]] = field(default_factory=set)
    cases: dict[Key, list[Contact]] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


class Points(NamedTuple):
    """Places of slow ships at ticks."""

    tick: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    speed_kn: NDArray[np.float64]
    line_id: NDArray[np.int64]


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put slow ships in open water on the ticks between their reports."""
    rows, trail, params = batch.rows, batch.trail, state.params
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = trail.leg_m / trail.silence_s / KNOT_MS
    slow = (speed <= params.together_kn) & (trail.place >= 0)
    slow &= (rows.mmsi >= SHIPS[0]) & (rows.mmsi < SHIPS[1])
    if not slow.any():
        return
    candidates = np.flatnonzero(slow)
    _, way = site.ports.all_nearest(rows.lat_deg[candidates], rows.lon_deg[candidates])
    slow[candidates] = way >= params.port_m
    found = ticks(rows, trail, slow)
    if not len(found.tick):
        return
    state.points.append(
        Points(found.tick, rows.mmsi[found.row], found.lat_deg, found.lon_deg, speed[found.row], found.line_id)
    )
    state.waiting.update(np.unique(found.tick).tolist())


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Find the contacts of ticks that gained places, and put the encounters of touched pairs together again."""
    if state.waiting:
        kept = slice(-state.params.keep_points, None)
        points = Points(*(np.concatenate(columns)[kept] for columns in zip(*state.points, strict=True)))
        state.points = [points]
        again = np.isin(points.tick, np.fromiter(state.waiting, np.int64, len(state.waiting)))
        _contacts(state, _at(points, again))
        state.waiting.clear()
    for pair in state.touched:
        _encounters(state, pair)
    state.touched.clear()


def _at(points: Points, which: NDArray[np.generic]) -> Points:
    return Points(*(column[which] for column in points))


def _contacts(state: State, points: Points) -> None:
    params = state.params
    first, second, apart = near_pairs(points.tick, points.lat_deg, points.lon_deg, points.mmsi, params.reach_m)
    a, b = _at(points, first), _at(points, second)
    slow, fast = np.minimum(a.speed_kn, b.speed_kn), np.maximum(a.speed_kn, b.speed_kn)
    fits = (fast <= params.slow_kn) | (fast - slow <= params.relative_kn)
    for i in np.flatnonzero(fits).tolist():
        pair = (int(a.mmsi[i]), int(b.mmsi[i]))
        contact = Contact(
            int(a.tick[i]), float(apart[i]), float(a.lat_deg[i]), float(a.lon_deg[i]), float(slow[i]), float(fast[i]),
            int(a.line_id[i]), int(b.line_id[i]),
        )  # fmt: skip
        known = state.contacts.setdefault(pair, {})
        seen = known.get(contact.tick)
        if seen is None or contact.apart_m < seen.apart_m:
            known[contact.tick] = contact
            state.touched.add(pair)


def _encounters(state: State, pair: tuple[int, int]) -> None:
    """Split a pair's contacts at long holes; runs long enough are cases."""
    for key in [key for key in state.cases if key[:2] == pair]:
        del state.cases[key]
        state.dirty.add(key)
    run: list[Contact] = []
    for tick in [*sorted(state.contacts.get(pair, ())), None]:
        if run and (tick is None or tick - run[-1].tick > state.params.hole_min):
            if run[-1].tick - run[0].tick >= state.params.least_min:
                key = (*pair, run[0].tick)
                state.cases[key] = run
                state.dirty.add(key)
            run = []
        if tick is not None:
            run.append(state.contacts[pair][tick])


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The encounter, with what else it could be."""
    run = state.cases.get(case)
    if not run:
        return None
    params, minutes = state.params, run[-1].tick - run[0].tick
    closest = min(run, key=lambda contact: contact.apart_m)
    fastest = max(contact.fast_kn for contact in run)
    port, way = site.ports.nearest(closest.lat_deg, closest.lon_deg)
    counters = _counters(params, case, run, port, way, site)
    reasons = [
        reason("contact_time", minutes * 60, ">=", params.least_min * 60, "s"),
        reason("contact_distance", closest.apart_m, "<=", params.reach_m, "m"),
        reason("contact_speed", fastest, "<=", params.together_kn, "kn"),
        reason("port_distance", min(way, 1e9), ">=", params.port_m, "m", port),
    ]
    water = _water_m(case, run, site)
    if water <= params.hulls_m:
        reasons.append(reason("hulls_met", water, "<=", params.hulls_m, "m"))
    long = 1.5 if minutes >= params.transfer_min else 0.0
    types = [site.identities.get(mmsi).ship_type or 0 for mmsi in case[:2]]
    oil = 1.0 if all(kind in WITH_OIL for kind in types) else 0.0
    chance = probability(0.35, counters, long, oil, 0.5 if water <= params.hulls_m else 0.0)
    if chance < params.least_p:
        return None
    return detection(
        CARD,
        params,
        case,
        state="closed",
        t_start=run[0].tick * MINUTE_US,
        t_end=run[-1].tick * MINUTE_US,
        geometry=Geometry(kind="point", coordinates=((closest.lon_deg, closest.lat_deg),)),
        vessels=(vessel(case[0], site), vessel(case[1], site)),
        chance=chance,
        reasons=tuple(reasons),
        counters=counters,
        lines=[line for contact in run for line in (contact.line, contact.other_line)],
        coverage=Coverage(
            median_interval_s=60.0 * float(np.median(np.diff([c.tick for c in run]))) if len(run) > 1 else None
        ),
        site=site,
        severity="warning" if minutes >= params.transfer_min else "caution",
    )


def _counters(
    params: Params, case: Key, run: list[Contact], port: str, way: float, site: Site
) -> tuple[CounterEvidence, ...]:
    ships = [site.identities.get(mmsi) for mmsi in case[:2]]
    types = [ship.ship_type or 0 for ship in ships]
    service = next((kind for kind in types if kind in SERVICE), 0)
    median = float(np.median([contact.slow_kn for contact in run]))
    trawling = min(median, 99.0) if all(kind == FISHING for kind in types) else 0.0
    tested = [
        counter("tug_or_pilot", service, ">=", min(SERVICE), "", -3.0),
        counter("pair_trawl", trawling, ">=", 1.5, "kn", -2.0),
        counter("convoy", median, ">=", 5.0, "kn", -1.0),
        counter("near_port", min(way, 1e9), "<=", 2 * params.port_m, "m", -0.7, port),
    ]
    water = _water_m(case, run, site)
    if not math.isnan(water):
        tested.append(counter("hulls_apart", water, ">=", params.hulls_m, "m", -2.0))
        if _bunkers(params, types, [ship.length_m or 0 for ship in ships]):
            tested.append(counter("bunkering", min(way, 1e9), "<=", params.bunker_port_m, "m", -2.5, port))
    return tuple(tested)


def _water_m(case: Key, run: list[Contact], site: Site) -> float:
    """Water between the hulls if they lay side by side, for a quarter of the time or more; NaN if a length is unknown.

    Negative where they may have touched.
    """
    lengths = [site.identities.get(mmsi).length_m or math.nan for mmsi in case[:2]]
    return float(np.quantile([contact.apart_m for contact in run], 0.25)) - sum(lengths) / 2


def _bunkers(params: Params, types: list[int], lengths: list[int]) -> bool:
    """Whether one is a small tanker and the other a longer ship that is none."""
    small = lengths.index(min(lengths))
    return types[small] in WITH_OIL and lengths[small] <= params.bunker_m and types[1 - small] not in WITH_OIL


def forget(state: State, again: Again) -> None:
    """Drop the places of some vessels, and the contacts that rest on them."""
    mmsi = np.fromiter(again.since, np.int64, len(again.since))
    since = np.fromiter(again.since.values(), np.int64, len(again.since)) // MINUTE_US
    order = np.argsort(mmsi)
    mmsi, since = mmsi[order], since[order]
    state.points = [_at(points, ~_comes_again(points, mmsi, since)) for points in state.points]
    for pair in state.contacts:
        from_us = min(again.since.get(pair[0], NEVER), again.since.get(pair[1], NEVER))
        if from_us != NEVER:
            state.contacts[pair] = {tick: c for tick, c in state.contacts[pair].items() if tick <= from_us // MINUTE_US}
            state.touched.add(pair)


def _comes_again(points: Points, mmsi: NDArray[np.int64], since: NDArray[np.int64]) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(mmsi, points.mmsi), len(mmsi) - 1)
    theirs: NDArray[np.bool_] = mmsi[place] == points.mmsi
    return theirs & (points.tick > since[place])
