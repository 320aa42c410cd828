"""What a detector is, and what it may know.

A detector is a module. It keeps *cases* (what its numbers draw attention to) and judges them:

    CARD, Params                        who it is, its thresholds with units and reasons
    start(params) -> state              no cases yet
    feed(state, batch, site)            a fold over rows in the order of each vessel's time
    settle(state, site, now_us, whole)  time has gone on: what depends on silence, on others, on what is complete
    sift(state, keys, site)             those of some keys that may amount to a detection: all at once, hence cheap
    judge(state, case, site)            a Detection, or None if the case does not amount to one: a pure function
    forget(state, again)                drop what some vessels did, because their rows will come again, with late ones
    holds(state, case)                  whether a case can be judged again: not if what it rests on was let go

A state has `dirty`, the keys of cases to judge again; a key is what names the episode. The runner
(`engine.watch`) judges them, compares with what it knew and so opens, revises, closes and retracts. `sift` may be left
out; what it drops, `judge` must find to be nothing. `holds` may be left out by those that let nothing go; what is let
go is over for longer than the card looks back, by the clocks of its own vessels, and what was said of it stands.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

import msgspec
import numpy as np
from msgspec import Struct

from hanbada.geo.areas import AreaIndex, index_areas
from hanbada.geo.lines import LineIndex, index_lines
from hanbada.geo.sphere import distance_m, turn
from hanbada.model.ids import content_id
from hanbada.model.records import (
    CounterEvidence,
    Coverage,
    Detection,
    Geometry,
    Reason,
    Relation,
    Severity,
    State,
    Vessel,
)
from hanbada.model.times import DAY_US
from hanbada.tracks import spells
from hanbada.tracks.spells_kernel import BROKEN, HOLDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from hanbada.reference.destinations import Destinations
    from hanbada.reference.shapes import Area, Line
    from hanbada.tracks.identity import Identities
    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Birth, Segments, Switch, Trail
    from hanbada.tracks.spells import Spells
    from hanbada.tracks.trust import Distrust

Key: TypeAlias = tuple[Any, ...]
MAX_EVIDENCE = 200
"""Line ids a detection names; a long case keeps the first and last of them and some between."""

ANCHORAGE_M = 3000.0
"""A charted anchorage is a cell half a kilometre across and there are many to a port (Global Fishing Watch's rule)."""


class Card(Struct, frozen=True, kw_only=True):
    """A detector in a few words: how its rows are partitioned and how far it looks back."""

    kind: str
    partition: Literal["vessel", "slot"]
    lookback_s: float
    severity: Severity
    stage: Literal["preview", "stable"] = "preview"
    trusts: Literal["positions", "nothing", "itself"] = "positions"
    """What a finding rests on: `positions`, which fail where satellite navigation is disturbed; `nothing` of the kind;
    or it is `itself` the finding of such a disturbance."""


class SafetyText(NamedTuple):
    """A safety-related text as sent."""

    at: int
    mmsi: int
    text: str
    line_id: int


class Spoken(NamedTuple):
    """Static reports: who told of itself and when, and the draught it told (NaN: none). They carry no place."""

    at: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    line_id: NDArray[np.int64]
    draught_m: NDArray[np.float64]


UNSPOKEN = Spoken(*(np.zeros(0, np.int64),) * 3, np.zeros(0))


class Batch(NamedTuple):
    """Rows with their tracks, what was new among them, and what came with them: safety texts, static reports.

    New are changes between tracks of an MMSI, first reports, and IMO numbers whose senders changed. Texts and static
    reports come once; they do not come again when the rows of their vessels do.
    """

    rows: Rows
    trail: Trail
    changes: list[Switch]
    births: list[Birth]
    numbers: frozenset[int] = frozenset()
    texts: tuple[SafetyText, ...] = ()
    spoken: Spoken = UNSPOKEN


class Again(NamedTuple):
    """Vessels whose rows come again with late ones among them.

    From when on by MMSI, when the earliest late one is, and the rows as they were fed before.
    """

    since: dict[int, int]
    changed_us: int
    old: Batch


class Ports(Protocol):
    """Where ports are."""

    def nearest(self, lat_deg: float, lon_deg: float) -> tuple[str, float]:
        """Name of the nearest port and metres to it (an empty name and infinity if none is within 100 km)."""

    def all_nearest(self, lat_deg: Any, lon_deg: Any) -> tuple[Any, Any]:
        """Index of the nearest port (-1: none) and metres to it, for many places."""


@dataclass(frozen=True, slots=True)
class Zones:
    """Areas whose rules are watched, and the index over them."""

    areas: tuple[Area, ...]
    index: AreaIndex


def zones(areas: Iterable[Area]) -> Zones | None:
    """The zones among some areas: those with a rule. None if there are none."""
    ruled = tuple(area for area in areas if area.rule != "none")
    return Zones(ruled, index_areas([area.rings for area in ruled])) if ruled else None


@dataclass(frozen=True, slots=True)
class Cables:
    """Cables and pipelines that are watched, and the index over them."""

    lines: tuple[Line, ...]
    index: LineIndex


def cables(lines: Iterable[Line]) -> Cables | None:
    """The cables and pipelines among some lines. None if there are none."""
    laid = tuple(line for line in lines if line.kind in {"cable", "pipeline"})
    return Cables(laid, index_lines([line.parts for line in laid])) if laid else None


@dataclass(frozen=True, slots=True)
class Listed:
    """Ships on watch lists, by number: the title of the list."""

    by_imo: dict[int, str] = field(default_factory=dict)
    by_mmsi: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Storms:
    """Fixes of tropical cyclones in the order of time, and the names of their storms."""

    at_us: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    names: tuple[str, ...]

    def nearest(self, at_us: int, lat_deg: float, lon_deg: float, within_us: int = 2 * DAY_US) -> tuple[str, float]:
        """The storm that came nearest to a place within two days of a time, and metres to its middle then."""
        first, last = np.searchsorted(self.at_us, [at_us - within_us, at_us + within_us])
        fixes = zip(self.lat_deg[first:last].tolist(), self.lon_deg[first:last].tolist(), strict=True)
        away = [distance_m(lat_deg, lon_deg, *fix) for fix in fixes]
        if not away:
            return "", math.inf
        nearest = int(np.argmin(away))
        return self.names[first + nearest], away[nearest]


@dataclass(frozen=True, slots=True)
class Charts:
    """What a node knows of the sea and its ships beside ports and zones; None where nobody brought it."""

    cables: Cables | None = None
    anchorages: Ports | None = None
    destinations: Destinations | None = None
    listed: Listed | None = None
    land: Callable[[], AreaIndex] | None = None
    """The index over land, made when it is first asked for: that takes two seconds."""
    storms: Storms | None = None


NO_CHARTS = Charts()


@dataclass(slots=True)
class Site:
    """What detectors may know beside their rows. Read only."""

    ports: Ports
    identities: Identities
    segments: Segments
    zones: Zones | None = None
    charts: Charts = NO_CHARTS
    now_us: int = 0
    """The time that several ships have reached: no single clock moves it (`tracks.clock`)."""
    simulated: set[int] = field(default_factory=set)
    """MMSI heard from a source that simulates."""
    distrust: dict[tuple[str, Key], Distrust] = field(default_factory=dict)
    """Disturbances of satellite navigation by the kind and key of their cases."""


def in_harbour(site: Site, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], port_m: float) -> Any:
    """Which places lie within `port_m` of a port or in a charted anchorage, if any are charted."""
    inside = site.ports.all_nearest(lat_deg, lon_deg)[1] < port_m
    if site.charts.anchorages is not None:
        inside |= site.charts.anchorages.all_nearest(lat_deg, lon_deg)[1] < ANCHORAGE_M
    return inside


def at_sea(
    site: Site, rows: Rows, index: NDArray[np.int64], holds: NDArray[np.int8], port_m: float
) -> NDArray[np.int8]:
    """What some reports say of a condition (`tracks.spells`) that no report in harbour meets."""
    there = np.flatnonzero(holds == HOLDS)
    lat_deg, lon_deg = rows.lat_deg[index[there]], rows.lon_deg[index[there]]
    found = holds.copy()
    found[there[in_harbour(site, lat_deg, lon_deg, port_m)]] = BROKEN
    return found


def keep_passages(
    passages: Spells, batch: Batch, site: Site, sample_s: float, port_m: float
) -> tuple[set[tuple[int, int]], NDArray[np.int64], NDArray[np.int8]]:
    """Put reports away from ports into passages; which changed, the reports by number, and which were at sea."""
    index = spells.sampled(batch.rows, batch.trail, sample_s)
    holds = at_sea(site, batch.rows, index, np.full(len(index), HOLDS, np.int8), port_m)
    speed_kn = spells.speeds_kn(batch.rows, batch.trail, index)
    return spells.feed(passages, batch.rows, batch.trail, index, holds, speed_kn), index, holds


class Detector(Protocol):
    """The shape of a detector module."""

    CARD: Card
    Params: type[Struct]

    def start(self, params: Any) -> Any:
        """No cases yet."""

    def feed(self, state: Any, batch: Batch, site: Site) -> None:
        """Take rows."""

    def settle(self, state: Any, site: Site, now_us: int, *, whole: bool) -> None:
        """Time has gone on. What merely goes on may wait for its turn, unless the `whole` is wanted."""

    def judge(self, state: Any, case: Key, site: Site) -> Detection | None:
        """A detection, or None."""

    def forget(self, state: Any, again: Again) -> None:
        """Drop what some vessels did from a time on."""


def params_hash(params: Struct) -> str:
    """Eight hexadecimal digits that name a set of parameters."""
    return content_id("p", [msgspec.json.encode(params, order="deterministic")])[2:10]


def reason(quantity: str, measured: float, relation: Relation, limit: float, unit: str, subject: str = "") -> Reason:
    """A reason, positionally: it reads like the comparison it is."""
    return Reason(
        quantity=quantity, measured=_plain(measured), unit=unit, limit=_plain(limit), relation=relation, subject=subject
    )


def counter(
    explanation: str, measured: float, relation: Relation, limit: float, unit: str, weight: float, subject: str = ""
) -> CounterEvidence:
    """An innocent explanation; `weight` counts only if it holds."""
    tested = CounterEvidence(
        explanation=explanation, measured=_plain(measured), unit=unit, limit=_plain(limit), relation=relation,
        weight=weight, subject=subject,
    )  # fmt: skip
    return tested if tested.holds else msgspec.structs.replace(tested, weight=0.0)


def _plain(value: float) -> float:
    """A number JSON can carry, to nine significant digits: the same on every machine."""
    number = float(value)
    return float(f"{number:.9g}") if math.isfinite(number) else math.copysign(1e300, number)


def probability(prior: float, counters: Iterable[CounterEvidence], *weights: float) -> float:
    """The prior, moved by log-likelihood ratios: those given, and those of the explanations that hold."""
    odds = math.log(prior / (1.0 - prior)) + sum(weights) + sum(c.weight for c in counters)
    return float(f"{1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds)))):.6g}")


def vessel(mmsi: int, site: Site, track_id: int = 0) -> Vessel:
    """Who that is, as far as it said so."""
    known = site.identities.get(mmsi)
    return Vessel(mmsi=mmsi, track_id=track_id, name=known.name, imo=known.imo, ship_type=known.ship_type)


def evidence(lines: Iterable[int]) -> tuple[int, ...]:
    """Line ids in order, without repeats and without -1; thinned in the middle if there are too many."""
    found = sorted(set(map(int, lines)))
    found = found[bisect_left(found, 0) :]
    if len(found) <= MAX_EVIDENCE:
        return tuple(found)
    step = (len(found) - 1) / (MAX_EVIDENCE - 1)
    return tuple(found[round(i * step)] for i in range(MAX_EVIDENCE))


def way(places: Sequence[tuple[float, float]]) -> Geometry:
    """A line through places (latitude, longitude) in order: at most sixty of them, longitudes unwrapped."""
    step = max(1, len(places) // 60)
    shown = [*places[::step], places[-1]]
    east, points = shown[0][1], []
    for lat, lon in shown:
        east += turn(east, lon)
        points.append((east, lat))
    return Geometry(kind="line", coordinates=tuple(points))


def detection(
    card: Card,
    params: Struct,
    case: Key,
    *,
    state: State,
    t_start: int,
    t_end: int | None,
    geometry: Geometry,
    vessels: tuple[Vessel, ...],
    chance: float,
    reasons: tuple[Reason, ...],
    counters: tuple[CounterEvidence, ...],
    lines: Iterable[int],
    coverage: Coverage,
    site: Site,
    severity: Severity | None = None,
    context: dict[str, list[float]] | None = None,
) -> Detection:
    """A detection with its ids: the episode is named by the case, the content by everything a person reads of it."""
    found = Detection(
        detection_id="",
        episode_id=content_id("e-" + card.kind, (card.kind, *case)),
        kind=card.kind,
        version=1,
        params_hash=params_hash(params),
        state=state,
        severity=severity or card.severity,
        t_start=t_start,
        t_end=t_end,
        geometry=geometry,
        vessels=vessels,
        probability=chance,
        reasons=reasons,
        counter_evidence=counters,
        evidence=evidence(lines),
        coverage=coverage,
        context=context or {},
        simulated=any(v.mmsi in site.simulated for v in vessels),
        case=case,
    )
    return named(found)


def named(found: Detection) -> Detection:
    """The detection with the id that names its content."""
    content = (
        found.kind, found.params_hash, found.t_start, found.t_end, found.state, [v.mmsi for v in found.vessels],
        found.probability, found.reasons, found.counter_evidence,
    )  # fmt: skip
    return msgspec.structs.replace(found, detection_id=content_id(found.kind, content))
