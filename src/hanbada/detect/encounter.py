"""Two vessels close together and slow for long, away from port.

What it flags
    Two ships within a few hundred metres of each other, both slow, for half an hour or more, in open water.

Why it matters
    Cargo, fuel, fish and people change ships that way. Whether it was a transshipment is for a person to judge.

How it decides
    Both tracks are put on the same minute ticks (ten minutes where reports are further apart), places interpolated on
    the great circle and never over more than an hour. Pairs within reach at a tick are contacts; contacts with no
    hole longer than twenty minutes are one encounter. It is open until the ships were not near each other for so long
    and the hour over which places are interpolated. No grouping by day: midnight is a minute like any other.

Known false alarms
    Tugs and their tows, pilots, bunkering, pair trawlers, neighbours at an anchorage, ferries, patrols alongside.

Sources
    Global Fishing Watch's definition (500 m, 2 h, under 2 kn, 10 km off) is the transfer grade.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import HOUR_US, MINUTE_US
from hanbada.tracks import together
from hanbada.tracks.together import Contacts, Rules, Together

if TYPE_CHECKING:
    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection
    from hanbada.tracks.together import Words

CARD = Card(kind="encounter", partition="slot", lookback_s=172_800, severity="warning", stage="preview")
FISHING = 30
SERVICE = {31, 32, 50, 51, 52, 53, 55}
"""Tugs, pilots, rescue, port tenders, law enforcement."""
WITH_OIL = range(80, 90)


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
    """Ways of slow ships that are kept for late partners (about 400 MB)."""


@dataclass(slots=True)
class State:
    """Who is together, the contacts of pairs that may be for long enough, and the encounters they make."""

    params: Params
    together: Together
    contacts: dict[tuple[int, int], Words] = field(default_factory=dict)
    cases: dict[Key, Contacts] = field(default_factory=dict)
    keys: dict[tuple[int, int], list[Key]] = field(default_factory=dict)
    """The cases of a pair."""
    going: set[Key] = field(default_factory=set)
    """Those that may go on yet."""
    now_us: int = 0
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    limits = params.reach_m, params.together_kn, params.slow_kn, params.relative_kn
    return State(params, Together(Rules(*limits, params.least_min, params.hole_min, params.keep_points)))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Take the ways of slow ships in open water."""
    rows, params = batch.rows, state.params
    chosen, speed_kn = together.slow_legs(state.together, rows, batch.trail)
    if params.port_m > 0:
        _, way = site.ports.all_nearest(rows.lat_deg[chosen], rows.lon_deg[chosen])
        chosen = chosen[way >= params.port_m]
    together.feed(state.together, rows, batch.trail, chosen, speed_kn)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Put the encounters of pairs together again whose contacts are others than before; close those that are over."""
    state.now_us = max(state.now_us, now_us)
    for met in together.met(state.together, site.segments.mmsi, whole=whole):
        known, words = state.contacts.get(met.pair), met.words
        if known is not None:
            tick = together.columns(known).tick
            words = np.concatenate([known[tick < met.begin], words, known[tick >= met.end]])
        if len(words) if known is None else not np.array_equal(words, known):
            _encounters(state, met.pair, words)
    over = {key for key in state.going if not _goes_on(state, key)}
    state.going -= over
    state.dirty |= over


def _goes_on(state: State, key: Key) -> bool:
    """Whether a report yet to come may make an encounter longer."""
    run = state.cases.get(key)
    wait_us = round(state.params.hole_min) * MINUTE_US + HOUR_US
    return run is not None and state.now_us - int(run.tick[-1]) * MINUTE_US <= wait_us


def _encounters(state: State, pair: tuple[int, int], words: Words) -> None:
    """Split a pair's contacts at long holes; runs long enough are cases."""
    state.contacts[pair] = words
    for key in state.keys.pop(pair, ()):
        del state.cases[key]
        state.dirty.add(key)
    tick = together.columns(words).tick
    edges = [0, *(np.flatnonzero(tick[1:] - tick[:-1] > state.params.hole_min) + 1).tolist(), len(tick)]
    for begin, end in pairwise(edges):
        if begin < end and tick[end - 1] - tick[begin] >= state.params.least_min:
            key = (*pair, int(tick[begin]))
            state.cases[key] = together.columns(words[begin:end])
            state.keys.setdefault(pair, []).append(key)
            state.going.add(key)
            state.dirty.add(key)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The encounter, with what else it could be."""
    run = state.cases.get(case)
    if run is None:
        return None
    params, tick, closest = state.params, run.tick.tolist(), int(np.argmin(run.apart_m))
    minutes, lat, lon = tick[-1] - tick[0], float(run.lat_deg[closest]), float(run.lon_deg[closest])
    port, way = site.ports.nearest(lat, lon)
    counters = _counters(params, case, run, port, way, site)
    reasons = [
        reason("contact_time", minutes * 60, ">=", params.least_min * 60, "s"),
        reason("contact_distance", run.apart_m[closest], "<=", params.reach_m, "m"),
        reason("contact_speed", run.fast_kn.max(), "<=", params.together_kn, "kn"),
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
        state="open" if case in state.going else "closed",
        t_start=tick[0] * MINUTE_US,
        t_end=None if case in state.going else tick[-1] * MINUTE_US,
        geometry=Geometry(kind="point", coordinates=((lon, lat),)),
        vessels=(vessel(case[0], site), vessel(case[1], site)),
        chance=chance,
        reasons=tuple(reasons),
        counters=counters,
        lines=[*run.line.tolist(), *run.other_line.tolist()],
        coverage=Coverage(median_interval_s=60.0 * float(np.median(np.diff(tick))) if len(tick) > 1 else None),
        site=site,
        severity="warning" if minutes >= params.transfer_min else "caution",
    )


def _counters(
    params: Params, case: Key, run: Contacts, port: str, way: float, site: Site
) -> tuple[CounterEvidence, ...]:
    ships = [site.identities.get(mmsi) for mmsi in case[:2]]
    types = [ship.ship_type or 0 for ship in ships]
    service = next((kind for kind in types if kind in SERVICE), 0)
    median = float(np.median(run.slow_kn))
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


def _water_m(case: Key, run: Contacts, site: Site) -> float:
    """Water between the hulls if they lay side by side, for a quarter of the time or more; NaN if a length is unknown.

    Negative where they may have touched.
    """
    lengths = [site.identities.get(mmsi).length_m or math.nan for mmsi in case[:2]]
    return float(np.quantile(run.apart_m, 0.25)) - sum(lengths) / 2


def _bunkers(params: Params, types: list[int], lengths: list[int]) -> bool:
    """Whether one is a small tanker and the other a longer ship that is none."""
    small = lengths.index(min(lengths))
    return types[small] in WITH_OIL and lengths[small] <= params.bunker_m and types[1 - small] not in WITH_OIL


def forget(state: State, again: Again) -> None:
    """Drop the ways of some vessels that come again, and the contacts that rest on them."""
    mmsi, place = np.unique(again.old.rows.mmsi, return_index=True)
    since = np.array([again.since[one] for one in mmsi.tolist()], np.int64)
    together.forget(state.together, again.old.trail.vessel[place], since)
    for pair in [pair for pair in state.contacts if pair[0] in again.since or pair[1] in again.since]:
        from_us = min(again.since[one] for one in pair if one in again.since)
        words = state.contacts[pair]
        _encounters(state, pair, words[together.columns(words).tick <= from_us // MINUTE_US])
