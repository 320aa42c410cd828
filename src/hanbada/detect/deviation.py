"""A ship that leaves the ways that ships like her use from where she was to where she says she goes.

What it flags
    A ship under way that was where many others sail, and then for most of an hour or more is miles off every way that
    those who passed there before her took.

Why it matters
    Ships keep to the ways they know. Who leaves them has a reason: a meeting, a search, trouble aboard, a course set
    by somebody else, or new orders.

How it decides
    A leg of ten minutes is off the ways if no other ship sailed there, within two miles and on such a course, in the
    three days before (`tracks.wakes`). Five such legs on end, after one that eight others or more had sailed, are a
    case. The ways of these others from there are laid over hers at the same distance from there: she is off where she
    is further from all of them than nine tenths of them are from one another. Where a port is known for the destination
    she says, only those count that came nearer to it. The legs off the ways are counted against chance (a contrario:
    how many such stretches one would expect among as many ships). With fewer than eight others nothing is judged.

Known false alarms
    Weather and cyclones, new orders, other ports and anchorages, pilots, searches, traffic that is diverted (the first
    ship is raised, those behind it are not), ways that few ships sail but some always do.

Sources
    Desolneux, Moisan, Morel 2000, "Meaningful alignments" (counting against chance). Nguyen and others 2021,
    "GeoTrackNet", IEEE Transactions on Intelligent Transportation Systems (the same over cells of traffic).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import ANCHORAGE_M, Card, counter, detection, probability, reason, vessel, way
from hanbada.geo.sphere import NMI_M, distance_m
from hanbada.model.records import Coverage
from hanbada.model.times import HOUR_US, SECOND_US
from hanbada.reference.destinations import meant
from hanbada.tracks import wakes
from hanbada.tracks.wakes import Wakes
from hanbada.tracks.wakes_kernel import MANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hanbada.detect.contract import Again, Batch, Site
    from hanbada.model.records import CounterEvidence, Detection
    from hanbada.reference.destinations import Place
    from hanbada.tracks.identity import Word
    from hanbada.tracks.wakes import Legs

CARD = Card(kind="deviation", partition="slot", lookback_s=345_600, severity="caution", stage="preview")
FISHING, PLEASURE, ON_DUTY = 30, (36, 37), frozenset({31, 32, 33, *range(50, 60)})
"""Ships whose ways are their own."""
OWN_WAYS = frozenset({FISHING, *PLEASURE, *ON_DUTY, 34, 35})
BACK_US = 2 * HOUR_US
"""So long before she was off the ways she was on one."""
TURNED_US = HOUR_US // 2
"""And so long before, she had not turned yet: it takes a while to be two miles off."""
AHEAD_US = 12 * HOUR_US
"""So long others are followed from there."""
ALIKE_US = 6 * HOUR_US
"""So long after her others may come the same way."""
FOLLOWED = 40
"""Others that are followed, the latest."""
GONE_US = round(2 * wakes.LONGEST_S * SECOND_US)
"""Silent or stopped for longer, it is over."""
Key: TypeAlias = tuple[int, int]
"""Track and end of the first leg off the ways."""


class Params(Struct, frozen=True):
    """Thresholds."""

    least_ships: int = 8
    """Fewer who passed before make no way: nothing is judged."""
    least_steps: int = 5
    """Legs of ten minutes on end where nobody sailed."""
    off_m: float = 3 * NMI_M
    """Nearer to a way, a ship gives room to another or to a shoal."""
    usual_share: float = 0.9
    """Of those who passed before; the rest sail alone, as some do everywhere."""
    least_against: float = 3.0
    """Powers of ten against it that as many ships would have one such stretch by chance."""
    shelter_m: float = 500 * NMI_M
    """A cyclone so near within two days is given a wide berth."""
    port_m: float = 10 * NMI_M
    """So near to a port she is bound for it, or for its pilots."""
    orders_h: float = 12.0
    """A destination told anew within this time before or while she leaves the ways explains it."""
    straight_share: float = 0.8
    """Of what she sailed brought her nearer to where she says she goes: a way of her own, but there."""
    alone_m: float = 1.5 * NMI_M
    """So far from all others a ship sails a way of her own, too."""
    alone_share: float = 0.15
    """Of the others did so: ways fan out here."""
    prior: float = 0.4
    """Share of such stretches without an explanation that are worth a look."""
    least_p: float = 0.3
    """Probability from which it is worth an officer's look."""


class Run(NamedTuple):
    """Rows of legs on end where nobody had sailed, and of the last leg before that on a way."""

    left: int
    first: int
    last: int


class Strayed(NamedTuple):
    """A case as measured against others; all that its judgement takes from them. Times in microseconds, lengths in m.

    When she left and until when; how many passed before and, if 1, only those bound for where she says she goes; legs
    that could be compared, how many of them were off, how far at most, how far others were from one another then, and
    what share of them at most sailed alone; ships that came the same way soon after; share of it that she herself had
    sailed before.
    """

    left_at: float
    last_at: float
    ships: float
    bound: float
    told: float
    off: float
    far_m: float
    usual_m: float
    alone: float
    alike: float
    own: float


@dataclass(slots=True)
class State:
    """Legs of all ships, stretches of them off the ways, and whose type they were judged by."""

    params: Params
    wakes: Wakes = field(default_factory=Wakes)
    cases: dict[Key, Run] = field(default_factory=dict)
    ends: dict[Key, tuple[int, int]] = field(default_factory=dict)
    asked: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    spoken: set[int] = field(default_factory=set)
    recalled: dict[Key, Strayed] = field(default_factory=dict)
    seen_us: int = 0
    kept_us: int = 0
    now_us: int = 0
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:
    """Keep legs, and note who spoke."""
    wakes.keep(state.wakes, batch.rows, batch.trail)
    state.spoken.update(np.unique(batch.spoken.mmsi).tolist())
    if len(batch.rows.at):
        state.now_us = max(state.now_us, site.now_us)


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Look for stretches off the ways. Unless the whole is wanted, once in a step of time is enough."""
    state.now_us = max(state.now_us, now_us)
    step_us = round(wakes.EVERY_S * SECOND_US)
    if not whole and state.now_us // step_us == state.seen_us // step_us:
        return
    state.kept_us = max(state.kept_us, state.seen_us - 2 * wakes.BACK_US)
    wakes.drop_before(state.wakes, state.kept_us)
    since = min(wakes.look(state.wakes), state.seen_us - GONE_US)
    state.seen_us = state.now_us
    _find(state, since)
    if state.spoken:
        concerned = {key for key, ships in state.asked.items() if state.spoken & {key[0] >> 32, *ships}}
        state.dirty |= concerned & state.cases.keys()
        state.spoken = set()


def _find(state: State, since_us: int) -> None:
    """The stretches there are now; those that may have changed from a time on are judged again.

    What is said of those before reports were dropped stands.
    """
    legs = state.wakes.legs
    if legs is None:
        return
    from_us = state.kept_us + wakes.BACK_US if state.kept_us else 0
    found = {key: run for key, run in _runs(state.params, legs).items() if key[1] >= from_us}
    found |= {key: run for key in state.recalled if (run := _as_recalled(state, legs, key)) is not None}
    at = legs.points.at
    ends = {key: (int(at[run.left]), int(at[run.last])) for key, run in found.items()}
    changed = {key for key, end in ends.items() if state.ends.get(key) != end or end[1] + ALIKE_US >= since_us}
    state.dirty |= changed | {key for key in state.ends if key not in ends and key[1] >= from_us}
    state.cases, state.ends = found, ends
    state.asked = {key: ships for key, ships in state.asked.items() if key in found}


def _runs(params: Params, legs: Legs) -> dict[Key, Run]:
    """Legs on end where nobody had sailed, after one that many had sailed. No leg leads from track to track."""
    track, at, others = legs.points.track_id, legs.points.at, legs.points.others
    thick = legs.sailed & (others >= min(MANY, params.least_ships))
    before = np.maximum.accumulate(np.where(thick, np.arange(len(at)), -1))
    off = legs.sailed & (others == 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], off, [False]]).astype(np.int8)))
    long = edges[1::2] - edges[::2] >= params.least_steps
    first, last = edges[::2][long], edges[1::2][long] - 1
    found = {}
    for begin, end in zip(first.tolist(), last.tolist(), strict=True):
        left = int(before[begin])
        while left >= 0 and at[begin] - at[left] < TURNED_US and track[left] == track[begin]:
            left = int(before[left - 1]) if left else -1
        if left >= 0 and track[left] == track[begin] and at[begin] - at[left] <= BACK_US:
            found[int(track[begin]), int(at[begin])] = Run(left, begin, end)
    return found


def _as_recalled(state: State, legs: Legs, case: Key) -> Run | None:
    """The stretch that a finding was made of, among the legs of its ship alone."""
    one = state.recalled[case]
    rows = np.flatnonzero(legs.points.track_id == case[0])
    left, first, last = (rows[legs.points.at[rows] == at] for at in (one.left_at, case[1], one.last_at))
    return Run(int(left[0]), int(first[0]), int(last[0])) if len(left) and len(first) and len(last) else None


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The stretch as a deviation, with what else it could be; None where others are too few, or it may be chance."""
    run, legs, params = state.cases.get(case), state.wakes.legs, state.params
    if run is None or legs is None:
        return None
    one = state.recalled[case] if case in state.recalled else _strayed(state, case, run, site)
    if one is None or one.ships < params.least_ships or one.off < 1 or one.far_m < params.off_m:
        return None
    against = against_chance(int(one.ships), int(one.told), int(one.off), 1.0 - params.usual_share)
    if against < params.least_against:
        return None
    counters = tuple(_counters(state, case, run, one, site))
    chance = probability(params.prior, counters, math.log(one.ships / params.least_ships) / 2)
    return _detected(state, case, run, one, against, counters, chance, site) if chance >= params.least_p else None


def against_chance(ships: int, told: int, off: int, share: float) -> float:
    """Powers of ten against a stretch off in so many of its legs, among so many ships and one, each leg by a share.

    >>> round(against_chance(8, 5, 5, 0.1), 2)
    4.05
    """
    tail = sum(math.comb(told, k) * share**k * (1 - share) ** (told - k) for k in range(off, told + 1))
    return -math.log10(max((ships + 1) * tail, 1e-300))


def _strayed(state: State, case: Key, run: Run, site: Site) -> Strayed | None:
    """The stretch against the ways of those who passed before where she left; None if they are too few."""
    legs, params = state.wakes.legs, state.params
    if legs is None:
        return None
    passed = wakes.past(legs, run.left)
    state.asked[case] = tuple(legs.mmsi[passed].tolist())
    passed = np.array([row for row in passed.tolist() if _kind(site, int(legs.mmsi[row])) not in OWN_WAYS], np.int64)
    place = _destination(run, legs, site)
    chosen = _bound(legs, run, passed[-FOLLOWED:], place) if place is not None else passed[:0]
    bound = len(chosen) >= params.least_ships
    others = chosen if bound else passed[-FOLLOWED:]
    if len(others) < params.least_ships:
        return None
    found = _compared(params, legs, run, others)
    if not len(found.told):
        return None
    at, far = legs.points.at, int(np.argmax(found.off_m))
    row = int(found.told[far])
    return Strayed(
        left_at=float(at[run.left]),
        last_at=float(at[run.last]),
        ships=float(found.ships),
        bound=float(bound),
        told=float(len(found.told)),
        off=float((found.off_m > np.maximum(found.usual_m, params.off_m)).sum()),
        far_m=float(found.off_m[far]),
        usual_m=float(found.usual_m[far]),
        alone=float(found.alone.max()),
        alike=float(len(wakes.after(legs, row, ALIKE_US))),
        own=_own_share(legs, run),
    )


class Compared(NamedTuple):
    """Legs that could be compared, by row: how far off each is, how far others are from one another, alone of them."""

    told: NDArray[np.int64]
    ships: int
    off_m: NDArray[np.float64]
    usual_m: NDArray[np.float64]
    alone: NDArray[np.float64]


def _compared(params: Params, legs: Legs, run: Run, others: NDArray[np.int64]) -> Compared:
    """Her legs against those of others at the same distance from where she left."""
    lat, lon, at = legs.points.lat_deg, legs.points.lon_deg, legs.points.at
    here = float(lat[run.left]), float(lon[run.left])
    rows = np.arange(run.first, run.last + 1)
    rows = rows[at[rows] <= at[run.left] + AHEAD_US]
    mine = np.column_stack(wakes.around_m(*here, lat[rows], lon[rows]))
    theirs = np.array([_way_of(legs, here, row, np.hypot(*mine.T)) for row in others.tolist()])
    heard = ~np.isnan(theirs[..., 0])
    told = np.flatnonzero(heard.sum(0) >= params.least_ships)
    off, usual, alone = np.zeros(len(told)), np.zeros(len(told)), np.zeros(len(told))
    for place, step in enumerate(told.tolist()):
        there = theirs[heard[:, step], step]
        apart = np.hypot(*(there[:, None] - there[None]).T)
        np.fill_diagonal(apart, np.inf)
        nearest = apart.min(0)
        off[place] = np.hypot(*(there - mine[step]).T).min()
        usual[place] = np.quantile(nearest, params.usual_share, method="higher")
        alone[place] = np.mean(nearest >= params.alone_m)
    return Compared(rows[told], int(heard.sum(0)[told].min(initial=len(others))), off, usual, alone)


def _way_of(legs: Legs, here: tuple[float, float], row: int, away_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a ship was on its way from a leg on, at some distances from a place."""
    on = wakes.ahead(legs, row, int(legs.points.at[row]) + AHEAD_US)
    lat = np.append(legs.from_lat_deg[row], legs.points.lat_deg[on])
    lon = np.append(legs.from_lon_deg[row], legs.points.lon_deg[on])
    return wakes.reached(*wakes.around_m(*here, lat, lon), away_m)


def _bound(legs: Legs, run: Run, others: NDArray[np.int64], place: Place) -> NDArray[np.int64]:
    """Those whose way from there led nearer to a place, by half of what they made."""
    lat, lon = legs.points.lat_deg, legs.points.lon_deg
    here, found = (float(lat[run.left]), float(lon[run.left])), []
    way_m = distance_m(*here, place.lat_deg, place.lon_deg)
    for row in others.tolist():
        last = wakes.ahead(legs, row, int(legs.points.at[row]) + AHEAD_US).stop - 1
        there = float(lat[last]), float(lon[last])
        if way_m - distance_m(*there, place.lat_deg, place.lon_deg) >= 0.5 * distance_m(*here, *there):
            found.append(row)
    return np.array(found, np.int64)


def _own_share(legs: Legs, run: Run) -> float:
    """Share of her legs that she herself had sailed before, hours ago at least."""
    at = legs.points.at
    own = np.flatnonzero(legs.sailed & (legs.mmsi == legs.mmsi[run.left]) & (at < at[run.left] - ALIKE_US)).tolist()
    rows = range(run.first, run.last + 1)
    return sum(any(wakes.alike(legs, row, other) for other in own) for row in rows) / len(rows)


def _kind(site: Site, mmsi: int) -> int:
    return site.identities.get(mmsi).ship_type or 0


def _words(run: Run, legs: Legs, site: Site) -> list[Word]:
    """The destinations she said before it was over, in the order of saying."""
    until = int(legs.points.at[run.last])
    return [word for word in site.identities.history(int(legs.mmsi[run.left]), "destination") if word.first_at <= until]


def _destination(run: Run, legs: Legs, site: Site) -> Place | None:
    """The port that she says she goes to: of several the nearest; None if nobody knows it."""
    words = _words(run, legs, site)
    if not words or site.charts.destinations is None:
        return None
    said = max(words, key=lambda word: (word.last_at, word.last_line))
    here = float(legs.points.lat_deg[run.left]), float(legs.points.lon_deg[run.left])
    places = meant(site.charts.destinations, str(said.value))
    return min(places, key=lambda place: distance_m(*here, place.lat_deg, place.lon_deg), default=None)


def _counters(state: State, case: Key, run: Run, one: Strayed, site: Site) -> Iterator[CounterEvidence]:
    """Why ships leave the ways that have nothing to hide."""
    legs, params = state.wakes.legs, state.params
    if legs is None:
        return
    last = float(legs.points.lat_deg[run.last]), float(legs.points.lon_deg[run.last])
    port, port_m = site.ports.nearest(*last)
    yield counter("near_port", port_m, "<=", params.port_m, "m", -2.0, port)
    if site.charts.anchorages is not None:
        anchorage, away = site.charts.anchorages.nearest(*last)
        yield counter("charted_anchorage", away, "<=", ANCHORAGE_M, "m", -2.5, anchorage)
    if site.charts.storms is not None:
        storm, storm_m = site.charts.storms.nearest(case[1], *last)
        yield counter("shelter", storm_m, "<=", params.shelter_m, "m", -2.5, storm)
    yield counter("diverted_alike", one.alike, ">=", 1.0, "", -1.5)
    yield counter("own_way", one.own, ">=", 0.5, "share", -2.5)
    yield counter("ways_fan_out", one.alone, ">=", params.alone_share, "share", -1.5)
    yield from _of_orders(params, run, legs, last, site)
    yield from _of_kind(_kind(site, case[0] >> 32))


def _of_orders(
    params: Params, run: Run, legs: Legs, last: tuple[float, float], site: Site
) -> Iterator[CounterEvidence]:  # fmt: skip
    """What her destination says."""
    words, at = _words(run, legs, site), legs.points.at
    if len(words) > 1:
        since_s = (int(at[run.left]) - words[-1].first_at) / SECOND_US
        yield counter("new_orders", since_s, "<=", params.orders_h * 3600, "s", -1.5, str(words[-1].value))
    place = _destination(run, legs, site)
    if place is not None:
        there = place.lat_deg, place.lon_deg
        rows = np.arange(run.left, run.last + 1)
        lat, lon = legs.points.lat_deg[rows], legs.points.lon_deg[rows]
        ways = [distance_m(float(lat[i]), float(lon[i]), *there) for i in (0, -1)]
        made = distance_m(float(lat[0]), float(lon[0]), *last)
        gained = (ways[0] - ways[1]) / max(made, 1.0)
        yield counter("towards_destination", gained, ">=", params.straight_share, "share", -1.2, place.name)


def _of_kind(kind: int) -> Iterator[CounterEvidence]:
    """Ships whose ways are their own."""
    if not kind:
        yield counter("type_unknown", float(kind), "<=", 0.0, "", -0.5)
    else:
        yield counter("fishing_vessel", float(kind == FISHING), ">=", 1.0, "", -3.0)
        yield counter("on_duty", float(kind in ON_DUTY), ">=", 1.0, "", -3.0)
        yield counter("pleasure_craft", float(kind in PLEASURE), ">=", 1.0, "", -3.0)


def _detected(
    state: State, case: Key, run: Run, one: Strayed, against: float, counters: tuple[CounterEvidence, ...],
    chance: float, site: Site,
) -> Detection | None:  # fmt: skip
    params, legs = state.params, state.wakes.legs
    if legs is None:
        return None
    track, at, line, lat, lon, _ = (column[run.left : run.last + 1] for column in legs.points)
    place = _destination(run, legs, site) if one.bound else None
    going_on = _goes_on(state, run, legs)
    return detection(
        CARD, params, case, state="open" if going_on else "closed", t_start=case[1],
        t_end=None if going_on else int(at[-1]), geometry=way(list(zip(lat.tolist(), lon.tolist(), strict=True))),
        vessels=(vessel(case[0] >> 32, site, int(track[0])),), chance=chance,
        reasons=(
            reason("off_ways", one.far_m, ">=", params.off_m, "m"),
            reason("off_spread", one.far_m, ">=", one.usual_m, "m"),
            reason("off_legs", run.last - run.first + 1, ">=", params.least_steps, ""),
            reason("way_bound" if place else "way_ships", one.ships, ">=", params.least_ships, "",
                   place.name if place else ""),
            reason("off_by_chance", against, ">=", params.least_against, ""),
        ),
        counters=counters, lines=line.tolist(),
        coverage=Coverage(median_interval_s=float(np.median(np.diff(at))) / SECOND_US), site=site,
        context={"strayed": [float(value) for value in one]},
    )  # fmt: skip


def _goes_on(state: State, run: Run, legs: Legs) -> bool:
    """Whether she was heard last off the ways, not long ago."""
    track, at = legs.points.track_id, legs.points.at
    is_last = run.last + 1 == len(track) or track[run.last + 1] != track[run.last]
    return bool(is_last and state.now_us - at[run.last] <= GONE_US)


def recall(state: State, case: Key, context: dict[str, list[float]]) -> None:
    """Judge a case by what others had done when it was found."""
    state.recalled[case[0], case[1]] = Strayed(*context["strayed"])


def forget(state: State, again: Again) -> None:
    """Drop what some vessels did from when it changed on; it comes again."""
    wakes.forget(state.wakes, again.since, again.changed_us)
