"""What a ship says of her voyage does not fit what she does: where she is going, and how she called at a port.

What it flags
    A ship that sails away from the destination she reports, for hours. A cargo ship or tanker whose stay in a port is
    far too short to load or discharge. A ship that turns up in a port after hours of silence at sea.

Why it matters
    Nothing by itself: destinations are typed by hand and forgotten. Beside a silence, a meeting or a change of draught
    it says which voyage to ask about.

How it decides
    Positions away from ports make a passage (`tracks.spells`). The destination is read as a UN/LOCODE or as the name of
    a port (`reference.destinations`), of several with one name the nearest. It is contradicted where the ship was
    nearest to it six hours ago or more and has made fifty miles away from it since, nearly all she sailed. A stay is
    the time between two passages, with a stop near a port.

Known false alarms
    Ways around land, destinations of the voyage before, new orders, names that mean another place, ships with
    passengers or on local trade; crew changes, bunkers and locks; ports without a receiver in reach.

Sources
    Recommendation ITU-R M.1371-5, message 5; UN/LOCODE, United Nations Economic Commission for Europe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, counter, detection, keep_passages, probability, reason, vessel, way
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m
from hanbada.model.records import Coverage
from hanbada.model.times import SECOND_US
from hanbada.reference.destinations import meant
from hanbada.reference.shapes import EPOCH
from hanbada.tracks import spells
from hanbada.tracks.spells import Spells
from hanbada.tracks.spells_kernel import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Reason
    from hanbada.reference.destinations import Place
    from hanbada.tracks.identity import Word
    from hanbada.tracks.spells import Sample, Spell

CARD = Card(kind="voyage", partition="vessel", lookback_s=604_800, severity="caution", stage="preview")
CARGO = range(70, 90)
"""Cargo ships and tankers."""
LOCAL = (*range(30, 40), *range(50, 70))
"""Fishing, towing, pleasure and working craft, passenger ships: their destination is a habit."""
AT_REST = (1, 5)
AWAY, SHORT, UNSEEN = "away", "short", "unseen"
Key: TypeAlias = tuple[int, int, str]
"""Track, beginning of the passage (or end of the silence), and what does not fit."""


class Params(Struct, frozen=True):
    """Thresholds."""

    least_away_s: float = 21_600.0
    """Shorter is a way around a cape, or a wait."""
    least_away_m: float = 50 * NMI_M
    """Nearer, the way into port may lead there."""
    away_share: float = 0.7
    """Of the way sailed: straight away."""
    near_m: float = 30 * NMI_M
    """She has been there: it is the destination of the voyage before."""
    eta_kn: float = 30.0
    """Speed she would need to keep her word; no cargo ship makes it."""
    handling_s: float = 12_600.0
    """From `port_m` in to `port_m` out: to moor, open hatches or connect a hose, and cast off takes longer."""
    handling_length_m: float = 100.0
    """Smaller ships load a deck cargo in an hour."""
    stopped_kn: float = 0.5
    """Alongside, or nearly."""
    in_port_m: float = 3000.0
    """Beside the place that a port list gives."""
    silent_s: float = 21_600.0
    """Silent at sea for so long before she turned up."""
    from_sea_m: float = 30 * NMI_M
    """And heard last so far from that port."""
    heard: float = 0.2
    """Share of her reports that was heard before; of less, a silence is no surprise."""
    port_m: float = 10_000.0
    """Nearer to port she is on her way in or out."""
    hole_s: float = 21_600.0
    """Silent for longer, she may have called unseen."""
    sample_s: float = 1800.0
    """Two reports an hour tell a passage."""
    least_p: float = 0.3
    """Probability from which it is worth an officer's look."""


class Arrival(NamedTuple):
    """A ship that turned up in port: where and when she was heard before, and there."""

    track_id: int
    off_at: int
    off_lat_deg: float
    off_lon_deg: float
    off_line: int
    on_lat_deg: float
    on_lon_deg: float
    on_line: int
    msg_type: int
    heard: float


@dataclass(slots=True)
class State:
    """Passages at sea, and ships that turned up in port."""

    params: Params
    passages: Spells
    arrivals: dict[Key, Arrival] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params, Spells(params.hole_s, tail_s=params.handling_s, keep_s=CARD.lookback_s))


def feed(state: State, batch: Batch, site: Site) -> None:
    """Put reports away from port into passages, and note who turns up in port after a silence."""
    rows, trail, params = batch.rows, batch.trail, state.params
    changed, index, holds = keep_passages(state.passages, batch, site, params.sample_s, params.port_m)
    _touch(state, changed)
    for mmsi in set(np.unique(batch.spoken.mmsi).tolist()) & state.passages.of_vessel.keys():
        _touch(state, state.passages.of_vessel[mmsi])
    for i in index[(trail.silence_s[index] >= params.silent_s) & (holds != HOLDS)].tolist():
        one = Arrival(
            int(trail.track_id[i]), int(trail.prev_at[i]), float(trail.prev_lat_deg[i]), float(trail.prev_lon_deg[i]),
            int(trail.prev_line[i]), float(rows.lat_deg[i]), float(rows.lon_deg[i]), int(rows.line_id[i]),
            int(rows.msg_type[i]), float(trail.heard[i]),
        )  # fmt: skip
        key = (one.track_id, int(rows.at[i]), UNSEEN)
        state.arrivals[key] = one
        state.dirty.add(key)


def _touch(state: State, passages: Iterable[tuple[int, int]]) -> None:
    """Passages that changed are judged, and the one before each: its stay in port may be over."""
    for track, began_at in passages:
        mine = [key for key in state.passages.of_vessel.get(track >> 32, ()) if key[0] == track and key[1] <= began_at]
        state.dirty.update((*key, what) for key in mine[-2:] for what in (AWAY, SHORT))
        state.dirty.update((track, began_at, what) for what in (AWAY, SHORT))


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Passages that ended are judged."""
    waiting = {key[:2] for key in state.dirty}
    let_go = {key[0] >> 32 for key in spells.let_go(state.passages, lambda key: key in waiting)}
    floor = state.passages.floor
    for key in [key for key in state.arrivals if key[0] >> 32 in let_go and key[1] < floor[key[0] >> 32]]:
        if key not in state.dirty:
            del state.arrivals[key]
    _touch(state, spells.settle(state.passages, now_us))


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What does not fit, with what else it could be."""
    if case[2] == UNSEEN:
        arrival = state.arrivals.get(case)
        return None if arrival is None else _unseen(state.params, case, arrival, site)
    passage = state.passages.found.get(case[:2])
    if passage is None:
        return None
    return _away(state, case, passage, site) if case[2] == AWAY else _short(state, case, passage, site)


def _away(state: State, case: Key, passage: Spell, site: Site) -> Detection | None:
    """The part of a passage that leads away from the destination."""
    params, word = state.params, _said(passage, site)
    if word is None or site.charts.destinations is None or passage.lasted_s < params.least_away_s:
        return None
    since = [one for one in passage.within if one.at >= word.first_at]
    places = meant(site.charts.destinations, str(word.value))
    if len(since) < 3 or not places:
        return None
    ways = [min(distance_m(one.lat_deg, one.lon_deg, *place[1:3]) for place in places) for one in since]
    nearest = int(np.argmin(ways))
    stretch, gained = since[nearest:], ways[-1] - ways[nearest]
    lasted_s, sailed = (stretch[-1].at - stretch[0].at) / SECOND_US, spells.way_m(stretch)
    if lasted_s < params.least_away_s or gained < params.least_away_m or gained < params.away_share * sailed:
        return None
    reasons = (
        reason("away_time", lasted_s, ">=", params.least_away_s, "s", str(word.value)),
        reason("away_distance", gained, ">=", params.least_away_m, "m"),
        reason("away_share", gained / sailed, ">=", params.away_share, "share"),
        *_eta(params, passage.mmsi, ways[-1], stretch[-1].at, site),
    )
    counters = _away_counters(params, ways[nearest], places, word, passage, site)
    lines = [word.first_line, *(one.line_id for one in stretch)]
    return _detected(state, case, stretch, reasons, counters, lines, site, open_=_going(state, case))


def _said(passage: Spell, site: Site) -> Word | None:
    """The destination said last before the end of a passage."""
    said = site.identities.history(passage.mmsi, "destination")
    then = [word for word in said if 0 <= word.first_at <= passage.held_at]
    return max(then, key=lambda word: (word.last_at, word.last_line), default=None)


def _eta(params: Params, mmsi: int, way_m: float, at_us: int, site: Site) -> tuple[Reason, ...]:
    """Whether she cannot keep her estimated time of arrival."""
    due_us = eta_us(site.identities.get(mmsi).eta, at_us)
    if due_us is None or due_us <= at_us:
        return ()
    needed = way_m / ((due_us - at_us) / SECOND_US) / KNOT_MS
    return (reason("eta_speed", needed, ">=", params.eta_kn, "kn"),) if needed >= params.eta_kn else ()


def eta_us(eta: str | None, at_us: int) -> int | None:
    """An estimated time of arrival (MM-DDThh:mm, no year) as the time nearest to another; None if it is none.

    >>> (eta_us("01-02T06:00", 1_735_603_200_000_000) - 1_735_603_200_000_000) / 3_600_000_000
    54.0
    """
    now = EPOCH + timedelta(microseconds=at_us)
    found = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            found.append(now.fromisoformat(f"{year}-{eta}+00:00"))
        except ValueError:
            continue
    nearest = min(found, key=lambda then: abs(then - now), default=None)
    return None if nearest is None else round((nearest - EPOCH) / timedelta(microseconds=1))


def _away_counters(
    params: Params, nearest_m: float, places: tuple[Place, ...], word: Word, passage: Spell, site: Site
) -> tuple[CounterEvidence, ...]:
    kind = site.identities.get(passage.mmsi).ship_type or 0
    before_s = max(0, passage.began_at - word.first_at) / SECOND_US
    return (
        counter("has_been_there", nearest_m, "<=", params.near_m, "m", -2.0, places[0].name),
        counter("said_before", before_s, ">=", 86_400.0, "s", -0.7),
        counter("name_guessed", places[0].likeness, "<=", 0.99, "share", -1.0, places[0].name),
        counter("many_places", float(len(places)), ">=", 2.0, "", -0.7),
        counter("local_trade", float(kind in LOCAL), ">=", 1.0, "", -2.0),
    )


def _short(state: State, case: Key, passage: Spell, site: Site) -> Detection | None:
    """The stay in port between a passage and the next, if it is too short for cargo."""
    params, told = state.params, site.identities.get(passage.mmsi)
    later = [key for key in state.passages.of_vessel[passage.mmsi] if key[0] == case[0] and key[1] > passage.held_at]
    if not later or told.ship_type not in CARGO or (told.length_m or 0) < params.handling_length_m:
        return None
    stay_s = (min(later)[1] - passage.held_at) / SECOND_US
    stopped = [one for one in passage.after if one.speed_kn < params.stopped_kn]
    if stay_s > params.handling_s or not stopped:
        return None
    port, away = site.ports.nearest(stopped[0].lat_deg, stopped[0].lon_deg)
    if away > params.in_port_m:
        return None
    resting = sum(one.nav_status in AT_REST[:1] for one in stopped) / len(stopped)
    counters = (
        counter("says_at_anchor", resting, ">=", 0.5, "share", -2.0),
        counter("bunkers", float(len(stopped)), "<=", 1.0, "", -0.7),
    )
    reasons = (
        reason("port_time", stay_s, "<=", params.handling_s, "s", port),
        reason("port_stop", min(one.speed_kn for one in stopped), "<=", params.stopped_kn, "kn"),
    )
    return _detected(state, case, passage.after, reasons, counters, [one.line_id for one in passage.after], site)


def _unseen(params: Params, case: Key, one: Arrival, site: Site) -> Detection | None:
    """A ship that turned up in port."""
    port, away = site.ports.nearest(one.on_lat_deg, one.on_lon_deg)
    off = distance_m(one.off_lat_deg, one.off_lon_deg, one.on_lat_deg, one.on_lon_deg)
    silent_s = (case[1] - one.off_at) / SECOND_US
    if away > params.in_port_m or off < params.from_sea_m:
        return None
    reasons = (
        reason("unseen_time", silent_s, ">=", params.silent_s, "s", port),
        reason("unseen_way", off, ">=", params.from_sea_m, "m"),
    )
    counters = [counter("class_b", float(one.msg_type in {18, 19}), ">=", 1.0, "", -1.0)]
    if one.heard == one.heard:
        counters.append(counter("badly_heard", one.heard, "<=", params.heard, "share", -1.5))
    chance = probability(0.35, counters)
    if chance < params.least_p:
        return None
    return detection(
        CARD, params, case, state="closed", t_start=one.off_at, t_end=case[1],
        geometry=way([(one.off_lat_deg, one.off_lon_deg), (one.on_lat_deg, one.on_lon_deg)]),
        vessels=(vessel(case[0] >> 32, site, case[0]),), chance=chance, reasons=reasons, counters=tuple(counters),
        lines=[one.off_line, one.on_line], coverage=Coverage(), site=site,
    )  # fmt: skip


def _going(state: State, case: Key) -> bool:
    return spells.goes_on(state.passages, case[:2])


def _detected(
    state: State, case: Key, samples: list[Sample], reasons: tuple[Reason, ...], counters: tuple[CounterEvidence, ...],
    lines: list[int], site: Site, *, open_: bool = False,
) -> Detection | None:  # fmt: skip
    chance = probability(0.4, counters)
    if chance < state.params.least_p:
        return None
    return detection(
        CARD, state.params, case, state="open" if open_ else "closed", t_start=samples[0].at,
        t_end=None if open_ else samples[-1].at, geometry=way([(one.lat_deg, one.lon_deg) for one in samples]),
        vessels=(vessel(case[0] >> 32, site, case[0]),), chance=chance, reasons=reasons, counters=counters, lines=lines,
        coverage=Coverage(median_interval_s=spells.interval_s(samples)), site=site,
    )  # fmt: skip


def holds(state: State, case: Key) -> bool:
    """Whether what the case rests on is kept."""
    return case in state.arrivals or case[:2] in state.passages.found


def forget(state: State, again: Again) -> None:
    """Cut passages back to what does not come again; who turned up since did not."""
    changed = spells.forget(state.passages, again.since)
    state.dirty.update((*key, what) for key in changed for what in (AWAY, SHORT))
    for key in [key for key in state.arrivals if key[1] >= again.since.get(key[0] >> 32, key[1] + 1)]:
        del state.arrivals[key]
        state.dirty.add(key)
