"""Silences where we should have heard.

What it flags
    A ship that falls silent although others of its class are heard at that place and hour.

Why it matters
    Whoever wants to meet, load, fish or anchor unseen switches off. Most silences are only a matter of reception.

How it decides
    For each half hour of the silence: how much of what peers near its way transmitted was heard, and hence how many
    receptions of the silent ship were to be expected (`tracks.reception`). The probability that all of them were
    missed, over-dispersed because receptions fail in bursts, is weighed against the prior of switching off. A working
    ship is not believed to be silent more seldom than ships around there were in the last half day. Without peers heard
    at that place and time there is no evidence and no finding.

Known false alarms
    Class B behind higher ships, ships that leave terrestrial coverage at an angle, power-down in port, antennas
    masked by cranes.

Sources
    The model is our own; what it is measured against is Global Fishing Watch's rule of 12 h and 50 nmi.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect import gap_kernel as g
from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import KNOT_MS, NMI_M, distance_m, turn
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US
from hanbada.tracks import segments_kernel as k
from hanbada.tracks.reception import (
    MAX_HALF_HOURS,
    Expectation,
    Reception,
    expect,
    listen,
    ship_hours,
    unlisten,
    vessels_in_cell,
)
from hanbada.tracks.segments import vessel_places
from hanbada.tracks.segments_kernel import due_s
from hanbada.tracks.silences import Place, Places, Silence, around, ended, lasting, put, take_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection, Relation

CARD = Card(kind="gap", partition="slot", lookback_s=172_800, severity="warning", stage="preview")
SHIPS = range(200_000_000, 800_000_000)
AT_PORT = {"in_port", "near_port", "port_in_reach"}
"""Explanations that name the port."""
DETOUR = 0.5
"""Log-odds of a ship that sailed a detour in its silence."""
TOGETHER, NOBODY, BACK = -5.0, -1.0, -2.0
"""Log-odds of a silence that others share, of one with no witness near, of a ship that is back where it fell silent."""
ROUNDED = 1e-5
"""What rounding may add to a probability."""
HALF_HOUR_US = HOUR_US // 2
AGAIN_US = 10 * MINUTE_US
"""An open silence is judged again after this long."""
PARTS = 12
"""New silences are sought among all vessels within this many looks."""
LEAST_REPORTS = 3
"""Reports a track must have before its silence means something."""


class Params(Struct, frozen=True):
    """Thresholds."""

    min_h: float = 1.0
    """Shorter silences are too common to be worth an officer's look."""
    most_h: float = 48.0
    """Longer ones are absences: the ship left what we hear."""
    due_times: float = 20.0
    """And at least twenty missed transmissions in a row."""
    least_p: float = 0.6
    """Probability of "switched off" from which it is a finding."""
    prior: float = 0.03
    """Share of silences of such ships that are switch-offs, before anything is known."""
    other_causes: float = 0.001
    """Chance that a working ship is unheard for a reason peers do not share: power, antenna, masking."""
    burst: float = 0.5
    """Over-dispersion of receptions per peer: one peer says little, four say as much as there is to say."""
    least_peers: float = 1.0
    """Peers that must have been heard near its way, on average over the silence."""
    near_port_m: float = 10 * NMI_M
    """Ships switch off where they lie."""
    in_port_m: float = 3_000.0
    """Inside a port."""
    still_kn: float = 0.5
    """A ship that lies still."""
    together_m: float = 17 * NMI_M
    """What one receiver less takes away; a circle as large as the cell in which ships still heard are counted."""
    together_s: float = 600.0
    """Ships that one cause silences are heard last within the longest of their usual intervals."""
    habit_m: float = 50 * NMI_M
    """A circle as large as the cells in which ships are counted for it."""
    habit_h: float = 12.0
    """Half a day: a day's rhythm of anchoring and switching off."""
    habit_per_h: float = 0.01
    """Of ships heard around, one in a hundred falls silent each hour: from here on that is weighed, by how many do."""
    back_kn: float = 0.5
    """Slower from where it fell silent to where it came back, it lay there: at anchor, at a quay, at its nets."""
    stopping_kn: float = 3.0
    """Faster when it fell silent, it was on its way (class A counts as lying up to here): it went somewhere unseen."""
    least_habit: int = 3
    """Fewer ships are no habit; and the rate is that which so many still tell of (a standard error below theirs)."""
    together_share: float = 0.34
    """Of the ships around: one in three that falls silent at once does not do so by itself."""
    class_b_weight: float = -0.7
    """Class B: 2 W instead of 12.5 W, and lower antennas."""


class Columns(NamedTuple):
    """Silences as numbers, one of each or arrays of many: until now while they go on, metres to port and between."""

    msg_type: Any
    nav_status: Any
    off_sog_kn: Any
    off_cog_deg: Any
    heard: Any
    off_at: Any
    off_lat_deg: Any
    off_lon_deg: Any
    until: Any
    on_lat_deg: Any
    on_lon_deg: Any
    off_port_m: Any
    on_port_m: Any
    way_m: Any


class Common(NamedTuple):
    """What ships around did: the share that fell silent at once, how often one does each hour, and who is left.

    Those left are the ships heard in the same cell half an hour later.
    """

    together: float = 0.0
    habit: float = 0.0
    left: float = math.nan


class Test(NamedTuple):
    """An innocent explanation of many silences, tested: numbers or arrays; not a number where it is not known."""

    explanation: str
    measured: Any
    relation: Relation
    limit: Any
    unit: str
    weight: Any


@dataclass(slots=True)
class State:
    """Silences by case, and by place; the open ones by MMSI; and how well each place was heard."""

    params: Params
    reception: Reception = field(default_factory=Reception)
    cases: dict[Key, Silence] = field(default_factory=dict)
    placed: Places = field(default_factory=dict)
    open: dict[int, Key] = field(default_factory=dict)
    unsettled: set[Key] = field(default_factory=set)
    ended: dict[int, set[int]] = field(default_factory=dict)
    """When silences that ended began, by MMSI."""
    floor: dict[int, int] = field(default_factory=dict)
    """Silences that began before are not told again, by MMSI."""
    recalled: dict[Key, tuple[Expectation, Common]] = field(default_factory=dict)
    now_us: int = 0
    settled_us: int = 0
    part: int = 0
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Count receptions, and take silences that ended."""
    rows, trail = batch.rows, batch.trail
    listen(state.reception, rows, trail)
    if len(rows.at):
        if (first := int(rows.at.min())) < state.now_us - HOUR_US:
            _unsettle(state, first)
        state.now_us = max(state.now_us, site.now_us)
    for silence in ended(rows, trail, np.flatnonzero(trail.silence_s >= state.params.min_h * 3600.0)):
        if state.open.get(silence.mmsi) != (silence.mmsi, silence.off_at):
            _close(state, silence.mmsi)
        state.open.pop(silence.mmsi, None)
        if silence.off_at >= state.floor.get(silence.mmsi, 0):
            state.unsettled.add(_note(state, silence))
            state.ended.setdefault(silence.mmsi, set()).add(silence.off_at)


def _note(state: State, silence: Silence) -> Key:
    """Keep a silence; that which goes on becomes that which ended."""
    key = (silence.mmsi, silence.off_at)
    if key not in state.cases:
        put(state.placed, _place(silence))
        _touch(state, silence)
    state.cases[key] = silence
    state.dirty.add(key)
    return key


def _drop(state: State, key: Key) -> None:
    silence = state.cases.pop(key)
    take_out(state.placed, _place(silence))
    state.dirty.add(key)
    _touch(state, silence)


def _touch(state: State, silence: Silence) -> None:
    """Silences that are judged by this one among others are judged again."""
    params = state.params
    span = -int(params.together_s * SECOND_US), int(params.habit_h * HOUR_US)
    state.dirty.update((one.mmsi, one.off_at) for one in around(state.placed, _place(silence), span, params.habit_m))


def _place(silence: Silence) -> Place:
    return Place(silence.off_at, silence.mmsi, silence.off_lat_deg, silence.off_lon_deg)


def _close(state: State, mmsi: int) -> None:
    """Drop the silence of a vessel that went on: it is over, or it was another track's."""
    key = state.open.pop(mmsi, None)
    if key is not None and state.cases[key].on_at is None:
        _drop(state, key)


def _unsettle(state: State, changed_us: int) -> None:
    """What could be heard has changed from a time on: silences that ended since are judged once more."""
    since = changed_us - HOUR_US // 2
    state.unsettled.update(key for key, case in state.cases.items() if case.on_at is not None and case.on_at >= since)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Open silences grow; those that ended are judged once more when their last half hour is complete.

    Unless the whole is wanted, new silences are sought among a part of the vessels, another one each time, and an open
    one is judged every AGAIN_US of its own age: the work spreads over time.
    """
    _let_go(state)
    before_us, state.now_us = state.settled_us, max(state.now_us, now_us)
    state.settled_us = state.now_us
    for mmsi in _over(state, site, now_us):
        _close(state, mmsi)
    for silence in _fell_silent(state, site, now_us, whole=whole):
        if silence.mmsi not in state.open:
            state.open[silence.mmsi] = _note(state, silence)
    for key in state.open.values():
        if whole or (state.now_us - key[1]) // AGAIN_US != (before_us - key[1]) // AGAIN_US:
            state.dirty.add(key)
    state.dirty.update(state.unsettled)
    state.unsettled = {key for key in state.unsettled if _unfinished(state, key, now_us)}


def _let_go(state: State) -> None:
    """Forget silences over long before the latest of their vessel, which are no others' company any more."""
    keep_us = round(CARD.lookback_s * SECOND_US + state.params.habit_h * HOUR_US)
    waiting = state.dirty | state.unsettled
    for mmsi in [mmsi for mmsi, began in state.ended.items() if len(began) > 1]:
        began, since = state.ended[mmsi], max(state.ended[mmsi]) - keep_us
        for key in [(mmsi, off_at) for off_at in sorted(began) if off_at < since]:
            case = state.cases.get(key)
            if case is not None and (case.on_at is None or case.on_at >= since or key in waiting):
                break
            began.discard(key[1])
            state.floor[mmsi] = key[1] + 1
            if case is not None:
                del state.cases[key]
                take_out(state.placed, _place(case))


def _common(state: State, silence: Silence) -> Common:
    """What other ships around did: at the same time, half an hour later, and in the half day before."""
    params, here = state.params, (silence.off_lat_deg, silence.off_lon_deg)
    slack, back = int(params.together_s * SECOND_US), int(params.habit_h * HOUR_US)
    silent = _others(state, silence, (-slack, slack), params.together_m)
    before = _others(state, silence, (-back, 0), params.habit_m)
    heard = vessels_in_cell(state.reception, silence.off_at + HALF_HOUR_US, *here)
    hours = ship_hours(state.reception, (silence.off_at - back, silence.off_at), *here)
    share = silent / (silent + heard) if silent + heard else 0.0
    often = (before - math.sqrt(before)) / hours if before >= params.least_habit and hours else 0.0
    return Common(round(share, 4), round(often, 4), heard)


def _others(state: State, silence: Silence, span: tuple[int, int], within_m: float) -> int:
    """Other ships that fell silent within a span of time around it (us), and stayed so: each counts once."""
    near = around(state.placed, _place(silence), span, within_m)
    return len({one.mmsi for one in near} - {silence.mmsi})


def _over(state: State, site: Site, now_us: int) -> list[int]:
    """Vessels whose open silence is none any more: heard on another track, or away for too long."""
    mmsi = np.fromiter(state.open, np.int64, len(state.open))
    off_at = np.fromiter((key[1] for key in state.open.values()), np.int64, len(state.open))
    heard = site.segments.vessels[vessel_places(site.segments, mmsi), k.V_LAST_AT] > off_at
    found: list[int] = mmsi[heard | (now_us - off_at > state.params.most_h * HOUR_US)].tolist()
    return found


def _fell_silent(state: State, site: Site, now_us: int, *, whole: bool) -> Iterable[Silence]:
    """Vessels silent for long enough, each from the track on which it was heard last."""
    segments, params = site.segments, state.params
    state.part = (state.part + 1) % PARTS
    vessel = np.arange(segments.count) if whole else np.arange(state.part, segments.count, PARTS)
    silent = now_us - segments.vessels[vessel, k.V_LAST_AT]
    vessel = vessel[(silent >= params.min_h * HOUR_US) & (silent <= params.most_h * HOUR_US)]
    return lasting(segments, vessel, LEAST_REPORTS)


def _unfinished(state: State, key: Key, now_us: int) -> bool:
    silence = state.cases.get(key)
    return silence is not None and silence.on_at is not None and silence.on_at > now_us - HOUR_US


def sift(state: State, keys: set[Key], site: Site) -> set[Key]:
    """Those likely enough to be findings: what `judge` does, on arrays, with what costs least first."""
    params, least = state.params, _least_odds(state.params)
    cases = [one for one in map(state.cases.get, keys) if one is not None and one.mmsi in SHIPS]
    if cases:
        c = _columns(cases, state.now_us, site)
        span_s = (c.until - c.off_at) / SECOND_US
        lasting = (span_s >= _least_s(params, np.isnan(c.on_lat_deg))) & (span_s <= params.most_h * 3600)
        cases = list(compress(cases, lasting & (_odds(params, c, -math.inf, math.nan, math.nan) >= least)))
    if cases:
        odds, unheard = _weighed(state, cases, site)
        found = zip(cases, odds.tolist(), unheard.tolist(), strict=True)
        cases = [one for one, at, missed in found if at >= least and at + _in_common(state, one, missed) >= least]
    return {(one.mmsi, one.off_at) for one in cases} | (keys & state.recalled.keys())


def _least_s(params: Params, open_: Any) -> Any:
    """How long a silence must have lasted; while it goes on, so long that what fell silent with it is known too."""
    return params.min_h * 3600 + np.where(open_, params.together_s, 0.0)


def _least_odds(params: Params) -> float:
    """Log-odds from which a case may be a finding."""
    least_p = params.least_p - ROUNDED
    return math.log(least_p / (1.0 - least_p)) if least_p > 0 else -math.inf


def _weighed(state: State, cases: list[Silence], site: Site) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds by what should have been heard, and the chance to miss it; those nobody could have told of have none."""
    params, c = state.params, _columns(cases, state.now_us, site)
    weighed = np.empty((len(cases), g.WEIGHED))
    g.weigh(state.reception.cells, *c[:11], params.burst, np.zeros((MAX_HALF_HOURS, 3)), weighed)
    told = (weighed[:, g.W_HALF_HOURS] > 0) & (weighed[:, g.W_PEERS] >= params.least_peers)
    told &= (c.until - c.off_at) / SECOND_US >= params.due_times * weighed[:, g.W_DUE]
    odds = _odds(params, c, weighed[:, g.W_UNHEARD], weighed[:, g.W_EMPTY], weighed[:, g.W_SHARE])
    return np.where(told, odds, -np.inf), _unheard(params, weighed[:, g.W_UNHEARD])


def _unheard(params: Params, log_missed: Any) -> NDArray[np.float64]:
    """Chance that a working ship is not heard: all receptions are missed, or something of its own fails."""
    return np.asarray(np.maximum(np.exp(log_missed) + params.other_causes, 1e-300))


def _odds(params: Params, c: Columns, log_unheard: Any, empty: Any, share: Any) -> NDArray[np.float64]:
    """Log-odds of switching off, others that fell silent aside."""
    unheard = _unheard(params, log_unheard)
    tests = _tests(params, c, empty, share, Common(), unheard)
    against = sum((np.where(_holds(test), test.weight, 0.0) for test in tests), np.zeros(len(c.off_at)))
    return np.asarray(math.log(params.prior / (1.0 - params.prior)) - np.log(unheard) + _leaning(c) + against)


def _in_common(state: State, silence: Silence, unheard: float) -> float:
    """Log-odds of what other ships did."""
    together, habit, left = _common(state, silence)
    params = state.params
    usual = _usual(habit, unheard) if habit >= params.habit_per_h else 0.0
    return TOGETHER * (together >= params.together_share) + float(usual) + NOBODY * (left < 1)


def _usual(habit: float, unheard: Any) -> Any:
    """Log-odds of a silence where so many ships fall silent each hour: a working ship does so as often, too."""
    return -np.log1p(habit / unheard)


def _columns(silences: Iterable[Silence], now_us: int, site: Site) -> Columns:
    told = [np.array(column) for column in zip(*(_numbers(one, now_us) for one in silences), strict=True)]
    off, on = told[6:8], told[9:11]
    off_port_m, on_port_m = (site.ports.all_nearest(*place)[1] for place in (off, on))
    way_m = np.empty(len(off[0]))
    g.ways(off[0], off[1], on[0], on[1], way_m)
    return Columns._make([*told, off_port_m, np.where(np.isnan(on[0]), 0.0, on_port_m), way_m])


def _numbers(one: Silence, now_us: int) -> tuple[float, ...]:
    """A silence in the order `gap_kernel.weigh` takes it."""
    until = now_us if one.on_at is None else one.on_at
    return (
        one.msg_type, one.nav_status, one.off_sog_kn, one.off_cog_deg, one.heard, one.off_at, one.off_lat_deg,
        one.off_lon_deg, until, one.on_lat_deg, one.on_lon_deg,
    )  # fmt: skip


def _holds(test: Test) -> NDArray[np.bool_]:
    least, most = (test.measured, test.limit) if test.relation == "<=" else (test.limit, test.measured)
    return np.asarray(least <= most)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The silence as a finding; None where it is too short, in port, or nobody could have told."""
    silence = state.cases.get(case)
    if silence is None or silence.mmsi not in SHIPS:
        return None
    params = state.params
    until = silence.on_at if silence.on_at is not None else state.now_us
    span_s = (until - silence.off_at) / SECOND_US
    interval = due_s.py_func(silence.msg_type, silence.nav_status, silence.off_sog_kn)  # type: ignore[attr-defined]
    least_s = max(float(_least_s(params, silence.on_at is None)), params.due_times * interval)
    if not least_s <= span_s <= params.most_h * 3600:
        return None
    if case in state.recalled:
        return _finding(state, case, silence, *state.recalled[case], until, site)
    own = silence.heard if silence.heard == silence.heard else 0.0
    off, on = (silence.off_lat_deg, silence.off_lon_deg), _on(silence, span_s)
    heard = expect(
        state.reception, (silence.off_at, until), off, on, silence.msg_type in {18, 19}, interval, min(1.0, own)
    )
    if float(np.mean(heard.peers)) < params.least_peers if len(heard.peers) else True:
        return None
    return _finding(state, case, silence, heard, _common(state, silence), until, site)


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a case by the receptions that were counted when it was found, not by those of this state."""
    columns = (np.array(context[name]) for name in ("share_heard", "peers", "expected"))
    state.recalled[case] = Expectation(*columns), Common(*context["in_common"])


def _on(silence: Silence, span_s: float) -> tuple[float, float]:
    """Where it came back; while it is silent, where its course leads."""
    if silence.on_at is not None:
        return silence.on_lat_deg, silence.on_lon_deg
    return g.led_to(silence.off_lat_deg, silence.off_lon_deg, silence.off_sog_kn, silence.off_cog_deg, span_s)


def unheard_log(receptions: np.ndarray, peers: np.ndarray, burst: float) -> float:
    """Natural logarithm of the chance to miss all of some receptions, negative binomial per half hour.

    L_k = (1 + mu_k / phi)^-phi with phi = burst x peers between 0.5 and 2.
    """
    phi = np.clip(burst * peers, 0.5, 2.0)
    return float(np.sum(-phi * np.log1p(receptions / phi)))


def _finding(
    state: State, case: Key, silence: Silence, heard: Expectation, common: Common, until: int, site: Site
) -> Detection | None:
    params = state.params
    log_unheard = unheard_log(heard.receptions, heard.peers, params.burst)
    strength_db = -10.0 * log_unheard / math.log(10.0)
    peers = float(np.mean(heard.peers)) if len(heard.peers) else 0.0
    unheard = float(_unheard(params, log_unheard))
    port, port_m = site.ports.nearest(silence.off_lat_deg, silence.off_lon_deg)
    back_m = 0.0 if silence.on_at is None else site.ports.nearest(silence.on_lat_deg, silence.on_lon_deg)[1]
    way_m = distance_m(silence.off_lat_deg, silence.off_lon_deg, silence.on_lat_deg, silence.on_lon_deg)
    c = Columns._make((*_numbers(silence, state.now_us), port_m, back_m, way_m))
    counters = _counters(params, c, heard, common, unheard, port)
    chance = probability(params.prior, counters, -math.log(unheard), float(_leaning(c)))
    if chance < params.least_p:
        return None
    span_s = (until - silence.off_at) / SECOND_US
    reasons = (
        reason("silence", span_s, ">=", params.min_h * 3600, "s"),
        reason("off_probability", chance, ">=", params.least_p, "share"),
        reason("peers", peers, ">=", params.least_peers, ""),
        reason("silence_strength", strength_db, ">=", 0.0, "dB"),
    )
    on = _on(silence, span_s)
    east = silence.off_lon_deg + turn(silence.off_lon_deg, on[1])
    return detection(
        CARD,
        params,
        case,
        state="open" if silence.on_at is None else "closed",
        t_start=silence.off_at,
        t_end=silence.on_at,
        geometry=Geometry(kind="line", coordinates=((silence.off_lon_deg, silence.off_lat_deg), (east, on[0]))),
        vessels=(vessel(silence.mmsi, site, silence.track_id),),
        chance=chance,
        reasons=reasons,
        counters=counters,
        lines=[silence.off_line, silence.on_line],
        coverage=Coverage(peers=round(peers), reception=round(float(np.mean(heard.share)), 3)),
        site=site,
        context={
            "peers": heard.peers.tolist(),
            "share_heard": heard.share.tolist(),
            "expected": heard.receptions.tolist(),
            "in_common": list(common),
        },
    )


def _leaning(c: Columns) -> Any:
    """Log-odds from what a gap itself looks like: a detour speaks for intent."""
    usual_m = c.off_sog_kn * KNOT_MS * (c.until - c.off_at) / SECOND_US
    detour = (c.on_lat_deg == c.on_lat_deg) & (c.off_sog_kn > 3.0) & (c.way_m < 0.7 * usual_m)
    return np.where(detour, DETOUR, 0.0)


def _counters(
    params: Params, c: Columns, heard: Expectation, common: Common, unheard: float, port: str
) -> tuple[CounterEvidence, ...]:
    """Innocent explanations of one silence, tested one by one; what is not known is not tested."""
    empty = float(np.mean(heard.peers < 1.0)) if len(heard.peers) else 1.0
    tests = _tests(params, c, empty, float(np.mean(heard.share)), common, unheard)
    return tuple(
        counter(
            one.explanation, one.measured, one.relation, one.limit, one.unit, float(one.weight),
            port if one.explanation in AT_PORT else "",
        )
        for one in tests
        if one.measured == one.measured
    )  # fmt: skip


def _tests(params: Params, c: Columns, empty: Any, share: Any, common: Common, unheard: Any) -> list[Test]:
    """Innocent explanations of many silences, with what was heard of peers and others that fell silent."""
    speed, b = c.off_sog_kn, (c.msg_type == 18) | (c.msg_type == 19)
    lay_kn = np.where(speed <= params.stopping_kn, c.way_m / ((c.until - c.off_at) / SECOND_US) / KNOT_MS, np.nan)
    lies = (speed <= params.still_kn) | (c.nav_status == 1) | (c.nav_status == 5)
    to_port_s = np.minimum(c.off_port_m + c.on_port_m, 1e9) / (np.maximum(speed, 4.0) * KNOT_MS)
    in_port_m, near_weight = np.where(lies, params.in_port_m, params.in_port_m / 3), np.where(lies, -2.0, -1.6)
    return [
        Test("in_port", c.off_port_m, "<=", in_port_m, "m", -4.0),
        Test("near_port", c.off_port_m, "<=", params.near_port_m, "m", near_weight),
        Test("out_of_range", empty, ">=", 0.34, "share", -2.0),
        Test("silent_together", common.together, ">=", params.together_share, "share", TOGETHER),
        Test("nobody_near", common.left, "<=", 0, "", NOBODY),
        Test("silent_often", common.habit, ">=", params.habit_per_h, "share", _usual(common.habit, unheard)),
        Test("back_again", lay_kn, "<=", params.back_kn, "kn", BACK),
        Test("receivers_silent", share, "<=", 0.02, "share", -1.0),
        Test("was_moored", speed, "<=", params.still_kn, "kn", -5.0),
        Test("port_in_reach", to_port_s, "<=", (c.until - c.off_at) / SECOND_US, "s", -1.5),
        Test("weak_signal", c.heard, "<=", 0.05, "share", -1.0),
        Test("class_b", np.where(b, 1.0, np.nan), ">=", 1.0, "", params.class_b_weight),
    ]


def holds(state: State, case: Key) -> bool:
    """Whether the silence is kept."""
    return case in state.cases


def forget(state: State, again: Again) -> None:
    """Drop the silences of some vessels that end in what comes again, or go on, and their receptions.

    What is heard late changes what could have been heard: silences of others then are judged once more.
    """
    unlisten(state.reception, again.old.rows, again.old.trail)
    for key, silence in list(state.cases.items()):
        since = again.since.get(silence.mmsi)
        if since is not None and (silence.on_at is None or silence.on_at >= since):
            _drop(state, key)
            state.unsettled.discard(key)
    _unsettle(state, again.changed_us)
    for mmsi in again.since:
        state.open.pop(mmsi, None)
