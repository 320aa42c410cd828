"""Tracks that no ship sailed: on land, round and round a circle, displaced as a whole, or too smooth to be real.

What it flags
    One ship whose reports go round a circle she does not steer, run inland, follow her own way somewhere else, or move
    as only a computer does.

Why it matters
    Her satellite receiver is deceived, or somebody invents the reports: to hide where she is, or to make others believe
    that she is there.

How it decides
    Of each way the places are kept where it turns, and the motion of each half hour (`tracks.ways`). *Circle*: sixteen
    or more places on one circle of 0.1 to 20 km, to within 8 % of its radius, over 300 degrees; the less the course and
    speed sent agree with it, and if it began with a jump, the surer. *On land*: a track that began with a jump from the
    sea and lies for an hour well inside the land. *Displaced*: a track that began with a jump and ends with the same
    one back, or that runs beside the ship's own at a constant distance and course. *Invented*: steps that are smoother,
    more even, and better told by the speed and course sent than those of any ship measured.

Known false alarms
    Compass adjustment, pilots and patrols that wait going round, survey and cable ships in loops (they steer what they
    send); two ships on one number; simulators that do not say so. A ship carried inland without a jump is not found:
    rivers are land on our charts.

Sources
    Taubin 1991 for the circle. The shares of smooth, even and well told steps in 416 half hours of 94 ships: Danish
    waters 2021 and 2025 (Danish Maritime Authority), North Sea 2022, Solent 2016; see `EVIDENCE`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.geo.sphere import NMI_M, destination
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US
from hanbada.tracks import ways_kernel as k
from hanbada.tracks.jumps import Displaced, Jump, copied, displaced, distance, jumps
from hanbada.tracks.rounds import Round, Wanted, rounds
from hanbada.tracks.ways import Motion, Places, Ways, joined, lately, none, read, restart, take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.geo.areas import AreaIndex
    from hanbada.model.records import CounterEvidence, Detection, Reason

CARD = Card(kind="spoofing", partition="vessel", lookback_s=172_800, severity="warning", stage="preview")
SHIPS = (200_000_000, 800_000_000)
CIRCLING = {30, 31, 32, 33, 34, 35, 36, 37, 50, 51, 52, 55}
"""Fishing, towing, dredging, diving, military, sailing, pleasure; pilots, rescue, tugs, law enforcement."""
SHARP, TWICE = 0.02, 2.0
"""Off the circle by less than a fiftieth, twice around: no helmsman does."""
SWING_KN, FOLLOWS_DEG, ALONG_DEG, FEW = 3.0, 20.0, 10.0, 4
"""As slow a ship at anchor swings; as near her course follows her way; as near her own course a clock moves her; and
so few places say little."""
DECIBEL = 10.0 / math.log(10.0)
MOST_SHOWN = 60
"""Places of a line on the map."""
LOOK_US = 10 * MINUTE_US
"""Ways are looked at again after this long, or when the whole is wanted."""
BEFORE_US = 6 * HOUR_US
"""So long before a case places are kept with it: where she was before she jumped."""
EVIDENCE = {
    "smooth": ((0.70, 2.1), (0.90, 4.8)),
    "even": ((0.60, 2.1), (0.90, 4.8)),
    "sog": ((0.70, 1.5), (0.95, 3.7)),
    "cog": ((0.85, 1.0), (0.95, 2.2)),
}
"""Log-likelihood ratios by share of the steps of a half hour, invented against sailed.

Sailed: no half hour of 416 with nine in ten steps smooth or even (at most 0.7 % by the rule of three: ln(0.9 / 0.007));
1 % with seven in ten smooth, 1 % with six in ten even. Speed well told: two of 196 above 0.85, none above 0.95. Course:
none of 32 above 0.85. Invented: nine in ten are taken to be above the higher, one in ten between.
"""


class Params(Struct, frozen=True):
    """Thresholds."""

    most_off: float = 0.08
    """Places are off the circle by at most this share of its radius: noise of a deceived receiver, not a search."""
    least_cover_deg: float = 300.0
    """So much of the circle is covered; a bend of a river is less."""
    least_radius_m: float = 100.0
    """Smaller circles are the swing of antennas."""
    most_radius_m: float = 20_000.0
    """Larger ones fit any coast."""
    swing_m: float = 600.0
    """Ships at anchor swing on circles up to this."""
    circle_s: float = 1800.0
    """Ships turn a circle now and then, but not for half an hour."""
    course_off_deg: float = 45.0
    """The course sent does not go round with the way."""
    speed_off_kn: float = 3.0
    """The speed sent is not that of the way."""
    inland_m: float = 5_000.0
    """Inside the land, beyond the error of our coast and two kilometres more."""
    inland_share: float = 0.2
    """Of the time of the track."""
    inland_s: float = 3600.0
    """An hour inland is no damaged report."""
    port_m: float = 10_000.0
    """Nearer to a port, water may be where our coast has none."""
    least_jump_m: float = 2 * NMI_M
    """A displacement by less is within what clocks and antennas do."""
    most_stray: float = 0.1
    """A displaced way keeps its vector to this share of what it sails; two ships on one course do not."""
    sailed_m: float = 5_000.0
    """So far it must have sailed meanwhile: what lies still is displaced by any vector."""
    copy_s: float = 1200.0
    """And for so long."""
    least_steps: int = 60
    """Steps in a half hour from which shares mean something."""
    least_blocks: int = 2
    """Half hours in a row: an hour of perfect motion."""
    least_evidence: float = 8.0
    """Log-likelihood ratio of invented against sailed: three of the four must speak."""
    least_p: float = 0.5
    """Probability from which it is a finding."""


class Wave(NamedTuple):
    """Half hours of invented motion in a row: first and last, mean shares by name, their evidence, steps, lines."""

    first: int
    last: int
    shares: dict[str, float]
    evidence: float
    steps: int
    lines: tuple[int, ...]


class Inland(NamedTuple):
    """A stay on land: share of the time of its track, how long, nearest port and metres to it."""

    share: float
    lasted_s: float
    port: str
    port_m: float


Saying: TypeAlias = "tuple[float, tuple[Reason, ...], tuple[CounterEvidence, ...], tuple[float, ...]]"
"""Prior, reasons, innocent explanations, and log-likelihood ratios beside these."""
Finding: TypeAlias = Round | Inland | Displaced | Wave


class Case(NamedTuple):
    """What was found of a ship, the places it rests on, and the jump it began with."""

    what: Finding
    places: Places
    jump: Jump | None
    jump_m: float


@dataclass(slots=True)
class State:
    """Places kept of every ship, half hours of motion that may be invented, and cases."""

    params: Params
    ways: Ways = field(default_factory=Ways)
    places: list[Places] = field(default_factory=list)
    blocks: dict[int, dict[int, Wave]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    looked_us: int = 0
    cases: dict[Key, Case] = field(default_factory=dict)
    by_ship: dict[int, set[Key]] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:  # noqa: ARG001
    """Keep places and motion of ships."""
    places, motion = read(state.ways, batch.rows, batch.trail)
    ship = (places.mmsi >= SHIPS[0]) & (places.mmsi < SHIPS[1])
    if ship.any():
        state.places.append(take(places, ship))
        state.touched.update(np.unique(places.mmsi[ship]).tolist())
    for mmsi, wave in _invented(state.params, motion):
        state.blocks.setdefault(mmsi, {})[wave.first] = wave
        state.touched.add(mmsi)


def _invented(params: Params, motion: Motion) -> Iterator[tuple[int, Wave]]:
    """Half hours whose motion is too perfect, by ship."""
    shares = {name: getattr(motion, name) / np.maximum(motion.steps, 1) for name in EVIDENCE}
    weight = np.zeros(len(motion.mmsi))
    for name, levels in EVIDENCE.items():
        for (low, one), before in zip(levels, (0.0, levels[0][1]), strict=True):
            weight += np.where(shares[name] >= low, one - before, 0.0)
    found = (motion.steps >= params.least_steps) & (weight >= params.least_evidence)
    for i in np.flatnonzero(found).tolist():
        block, lines = int(motion.block[i]), (int(motion.first_line[i]), int(motion.last_line[i]))
        told = {name: float(share[i]) for name, share in shares.items()}
        yield int(motion.mmsi[i]), Wave(block, block, told, float(weight[i]), int(motion.steps[i]), lines)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:
    """Look at the ways of ships of which something new was kept, every ten minutes."""
    if not state.touched or not (whole or now_us // LOOK_US != state.looked_us // LOOK_US):
        return
    state.looked_us = now_us
    kept = joined([none(), *state.places])
    own = take(kept, np.isin(kept.mmsi, np.fromiter(state.touched, np.int64, len(state.touched))))
    _look(state, take(own, np.lexsort((own.line_id, own.at, own.mmsi))), site)
    state.places = [lately(kept, round(CARD.lookback_s * SECOND_US), _spans(state, kept))]
    state.touched.clear()


def _spans(state: State, places: Places) -> Iterator[tuple[int, int, int]]:
    """From before which to when the places of a ship (MMSI) belong to one case: it must be found whole again."""
    for mmsi in np.unique(places.mmsi).tolist():
        for key in state.by_ship.get(mmsi, ()):
            at = state.cases[key].places.at
            yield mmsi, int(at[0]) - BEFORE_US, int(at[-1])


def _look(state: State, places: Places, site: Site) -> None:
    """Find the cases of the ships that were touched anew, from the first place kept of each on."""
    found: dict[int, dict[Key, Case]] = {mmsi: {} for mmsi in state.touched}
    same = places.mmsi[1:] == places.mmsi[:-1]
    moved = np.unique(places.mmsi[1:][same & (places.track_id[1:] != places.track_id[:-1])])
    jumped: dict[int, tuple[Jump, float]] = {}
    for mmsi in moved.tolist():
        own = take(places, places.mmsi == mmsi)
        for jump in jumps(own):
            track, far_m = int(own.track_id[jump.first]), distance(own, jump)
            jumped[track] = jump, far_m
            if far_m >= state.params.least_jump_m:
                found[mmsi] |= dict(_after_jump(state.params, mmsi, own, jump, far_m, site))
    by_track = take(places, np.lexsort((places.line_id, places.at, places.track_id)))
    for one in rounds(by_track, _wanted(state.params)):
        part = take(by_track, slice(one.first, one.last + 1))
        mmsi = int(part.mmsi[0])
        found[mmsi]["circle", mmsi, int(part.at[0])] = Case(one, part, *jumped.get(int(part.track_id[0]), (None, 0.0)))
    for mmsi in found.keys() & state.blocks.keys() - site.simulated:
        found[mmsi] |= dict(_invented_cases(state, mmsi, take(places, places.mmsi == mmsi)))
    begins = dict(zip(*(column.tolist() for column in _begins(places)), strict=True))
    for mmsi, cases in found.items():
        since = begins.get(mmsi, 0)
        _replace(state, mmsi, {key for key in state.by_ship.get(mmsi, ()) if key[2] >= since}, cases)
        _let_go(state, mmsi, since)


def _begins(places: Places) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each ship of some places by ship and time, and when its first is."""
    mmsi, first = np.unique(places.mmsi, return_index=True)
    return mmsi, places.at[first]


def _wanted(params: Params) -> Wanted:
    radius = (params.least_radius_m, params.most_radius_m)
    return Wanted(params.most_off, params.least_cover_deg, *radius, params.circle_s)


def _replace(state: State, mmsi: int, old: set[Key], found: dict[Key, Case]) -> None:
    if not old and not found:
        return
    for key in old - found.keys():
        del state.cases[key]
    state.cases |= found
    state.by_ship[mmsi] = (state.by_ship.get(mmsi, set()) - old) | found.keys()
    state.dirty |= old | found.keys()


def _let_go(state: State, mmsi: int, since_us: int) -> None:
    """Forget cases of a ship all of whose places were let go; what was said of them stands."""
    mine = state.by_ship.get(mmsi, set())
    for key in {key for key in mine if state.cases[key].places.at[-1] < since_us} - state.dirty:
        del state.cases[key]
        mine.discard(key)
    blocks = state.blocks.get(mmsi, {})
    for block in [block for block in blocks if (block + 1) * k.BLOCK_US < since_us]:
        del blocks[block]


def _after_jump(
    params: Params, mmsi: int, places: Places, jump: Jump, far_m: float, site: Site
) -> Iterator[tuple[Key, Case]]:
    """What a track that began with a jump may be."""
    own = take(places, places.track_id == places.track_id[jump.first])
    land = _inland(params, places, own, jump, site)
    if land is not None:
        yield ("land", mmsi, int(own.at[0])), Case(land, own, jump, far_m)
        return
    other = copied(places, jump) if jump.beside > 0.0 else displaced(places, jump)
    if other is not None and _is_copy(params, own, other):
        yield ("offset", mmsi, int(own.at[0])), Case(other, own, jump, far_m)


def _invented_cases(state: State, mmsi: int, places: Places) -> Iterator[tuple[Key, Case]]:
    block = places.at // k.BLOCK_US
    for wave in _waves(state.params, state.blocks[mmsi]):
        inside = (block >= wave.first) & (block <= wave.last)
        if inside.any():
            yield ("synthetic", mmsi, wave.first * k.BLOCK_US), Case(wave, take(places, inside), None, 0.0)


def _is_copy(params: Params, own: Places, one: Displaced) -> bool:
    lasted_s = (own.at[-1] - own.at[0]) / SECOND_US
    far = math.hypot(one.east_m, one.north_m) >= params.least_jump_m and one.sailed_m >= params.sailed_m
    return bool(far and one.off <= params.most_stray and lasted_s >= params.copy_s)


def _waves(params: Params, blocks: dict[int, Wave]) -> Iterator[Wave]:
    """Half hours in a row as one."""
    run: list[Wave] = []
    for block in [*sorted(blocks), None]:
        if run and (block is None or block != run[-1].last + 1):
            if len(run) >= params.least_blocks:
                yield _run_of(run)
            run = []
        if block is not None:
            run.append(blocks[block])


def _run_of(run: list[Wave]) -> Wave:
    shares = {name: float(np.mean([one.shares[name] for one in run])) for name in EVIDENCE}
    lines = tuple(line for one in run for line in one.lines)
    evidence = float(np.mean([one.evidence for one in run]))
    return Wave(run[0].first, run[-1].last, shares, evidence, sum(one.steps for one in run), lines)


def _inland(params: Params, places: Places, own: Places, jump: Jump, site: Site) -> Inland | None:
    """The stay on land of a track that began by a jump from the sea, if it is one."""
    lasted_s = (own.at[-1] - own.at[0]) / SECOND_US
    if site.charts.land is None or lasted_s < params.inland_s:
        return None
    land = site.charts.land()
    before = take(places, slice(0, jump.before + 1))
    before = take(before, before.track_id == places.track_id[jump.before])
    if _on_land(land, before.lat_deg, before.lon_deg).mean() > 0.5:
        return None
    _, port_m = site.ports.all_nearest(own.lat_deg, own.lon_deg)
    deep = _deep(land, own, params.inland_m) & (port_m >= params.port_m)
    weight = np.append(np.diff(own.at), 0) / SECOND_US
    share = float(weight[deep].sum() / max(weight.sum(), 1e-9))
    if share < params.inland_share or weight[deep].sum() < params.inland_s:
        return None
    where = int(np.flatnonzero(deep)[0])
    port, way = site.ports.nearest(float(own.lat_deg[where]), float(own.lon_deg[where]))
    return Inland(share, float(weight[deep].sum()), port, min(way, 1e9))


def _on_land(land: AreaIndex, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
    found = np.zeros(len(lat_deg), np.bool_)
    found[land.memberships(lat_deg, lon_deg)[0]] = True
    return found


def _deep(land: AreaIndex, own: Places, inside_m: float) -> NDArray[np.bool_]:
    """Places on land with land all around them."""
    deep = _on_land(land, own.lat_deg, own.lon_deg)
    for i in np.flatnonzero(deep).tolist():
        here = float(own.lat_deg[i]), float(own.lon_deg[i])
        around = np.array([destination(*here, course, inside_m) for course in range(0, 360, 45)])
        deep[i] = _on_land(land, around[:, 0].copy(), around[:, 1].copy()).all()
    return deep


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The finding, with what else it could be."""
    found = state.cases.get(case)
    if found is None:
        return None
    prior, reasons, counters, weights = _said(state.params, found, case, site)
    chance = probability(prior, counters, *weights)
    if chance < state.params.least_p:
        return None
    return _detected(state, case, found, reasons, counters, chance, site)


def _said(params: Params, found: Case, case: Key, site: Site) -> Saying:
    """Prior, reasons, innocent explanations, and log-likelihood ratios of a case."""
    what = found.what
    if isinstance(what, Round):
        return _said_of_circle(params, what, found, int(case[1]), site)
    if isinstance(what, Inland):
        return _said_of_land(params, what, found)
    if isinstance(what, Displaced):
        return _said_of_copy(params, what, found)
    return _said_of_motion(params, what)


def _by_jump(params: Params, found: Case) -> Reason:
    return reason("began_by_jump", found.jump_m, ">=", params.least_jump_m, "m")


def _said_of_circle(params: Params, one: Round, found: Case, mmsi: int, site: Site) -> Saying:
    course, speed, jumped = one.course_off_deg, one.speed_off_kn, found.jump_m >= params.least_jump_m
    reasons = [
        reason("circle_off", one.off, "<=", params.most_off, "share"),
        reason("circle_cover", one.cover_deg, ">=", params.least_cover_deg, "deg"),
    ]
    weights = [2.0 if one.off <= SHARP and one.laps >= TWICE else 0.0]
    if course >= params.course_off_deg:
        reasons.append(reason("course_astray", course, ">=", params.course_off_deg, "deg"))
        weights.append(3.0)
    if speed >= params.speed_off_kn:
        reasons.append(reason("speed_astray", speed, ">=", params.speed_off_kn, "kn"))
        weights.append(2.0)
    if jumped:
        reasons.append(_by_jump(params, found))
        weights.append(2.5)
    kind = site.identities.get(mmsi).ship_type or 0
    counters = [
        counter(
            "swings_at_anchor", one.radius_m, "<=", params.swing_m, "m", -3.0 if one.speed_kn <= SWING_KN else -1.0
        ),
        counter("circling_trade", float(kind in CIRCLING), ">=", 1.0, "", -2.0),
    ]
    if not math.isnan(course):
        counters.append(counter("steers_it", course, "<=", FOLLOWS_DEG, "deg", -2.5))
    return 0.05, tuple(reasons), tuple(counters), tuple(weights)


def _said_of_land(params: Params, one: Inland, found: Case) -> Saying:
    reasons = (
        reason("inland_share", one.share, ">=", params.inland_share, "share"),
        reason("inland_time", one.lasted_s, ">=", params.inland_s, "s"),
        _by_jump(params, found),
    )
    counters = (
        counter("near_port", one.port_m, "<=", 2 * params.port_m, "m", -1.0, one.port),
        counter("two_on_number", _beside(found), ">=", 0.1, "share", -3.0),
    )
    return 0.8, reasons, counters, ()


def _beside(found: Case) -> float:
    return 0.0 if found.jump is None else found.jump.beside


def _said_of_copy(params: Params, one: Displaced, found: Case) -> Saying:
    size = math.hypot(one.east_m, one.north_m)
    reasons = (
        reason("same_vector", one.off, "<=", params.most_stray, "share"),
        reason("vector_length", size, ">=", params.least_jump_m, "m"),
        reason("sailed_displaced", one.sailed_m, ">=", params.sailed_m, "m"),
    )
    east, north = one.way
    off = abs(
        math.degrees(math.atan2(one.east_m * north - one.north_m * east, one.east_m * east + one.north_m * north))
    )
    counters = (
        counter("clock_along", min(off, 180.0 - off), "<=", ALONG_DEG, "deg", -4.0),
        counter("few_places", len(found.places.at), "<=", FEW, "", -1.0),
    )
    return 0.85, reasons, counters, ()


def _said_of_motion(params: Params, one: Wave) -> Saying:
    told = [
        reason(f"{name}_steps", one.shares[name], ">=", levels[0][0], "share")
        for name, levels in EVIDENCE.items()
        if one.shares[name] >= levels[0][0]
    ]
    strength = reason("invented", one.evidence * DECIBEL, ">=", params.least_evidence * DECIBEL, "dB")
    counters = (
        counter("few_steps", one.steps, "<=", 2 * params.least_steps * params.least_blocks, "", -1.0),
        counter("steered_by_machine", one.shares["smooth"], "<=", EVIDENCE["smooth"][1][0], "share", -1.0),
    )
    return 1e-4, (strength, *told), counters, (one.evidence,)


def _detected(
    state: State, case: Key, found: Case, reasons: tuple[Reason, ...], counters: tuple[CounterEvidence, ...],
    chance: float, site: Site,
) -> Detection:  # fmt: skip
    places = found.places
    shown = np.unique(np.linspace(0, len(places.at) - 1, min(len(places.at), MOST_SHOWN)).astype(np.int64))
    lon = np.unwrap(places.lon_deg, period=360.0)[shown]
    lines = [*places.line_id.tolist(), *(found.what.lines if isinstance(found.what, Wave) else ())]
    return detection(
        CARD,
        state.params,
        case,
        state="closed",
        t_start=int(places.at[0]),
        t_end=int(places.at[-1]),
        geometry=Geometry(
            kind="line", coordinates=tuple(zip(lon.tolist(), places.lat_deg[shown].tolist(), strict=True))
        ),
        vessels=(vessel(int(case[1]), site, int(places.track_id[0])),),
        chance=chance,
        reasons=reasons,
        counters=counters,
        lines=lines,
        coverage=Coverage(),
        site=site,
    )


def holds(state: State, case: Key) -> bool:
    """Whether the places of the case are kept."""
    return case in state.cases


def forget(state: State, again: Again) -> None:
    """Drop what was kept of ships that come again."""
    mmsi = np.array(sorted(again.since), np.int64)
    since = np.array([again.since[one] for one in mmsi.tolist()], np.int64)
    kept = []
    for places in state.places:
        place = np.minimum(np.searchsorted(mmsi, places.mmsi), len(mmsi) - 1)
        kept.append(take(places, (mmsi[place] != places.mmsi) | (places.at < since[place])))
    state.places = kept
    for one, at in again.since.items():
        blocks = state.blocks.get(one, {})
        state.blocks[one] = {block: wave for block, wave in blocks.items() if (block + 1) * k.BLOCK_US <= at}
        if not state.blocks[one]:
            del state.blocks[one]
    state.touched.update(again.since)
    restart(state.ways, again.old.trail.vessel)
