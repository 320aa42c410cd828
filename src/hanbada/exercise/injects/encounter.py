"""Two ships that meet on a way one of them really sailed, and pairs that are close for an honest reason.

The one ship sails her own way, stops (or slows down) for the meeting and goes on late; the other comes towards her on
the same water, lies beside her, and goes where she came from. Both are heard when they really were. The innocent pairs
do the same under other types, at other distances, or for too short a time.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from msgspec.structs import replace

from hanbada.exercise.carrier import REPORTS
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import along, made_good_m, path_of, shifted, statics, told, where_on
from hanbada.exercise.injects.picking import Deck, between
from hanbada.geo.sphere import KNOT_MS
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.injects.picking import Way

KINDS = ("encounter",)
TOLERANCE_S = 1200.0
CARGO, TANKER, FISHING, REEFER, PILOT, TUG = 70, 80, 30, 79, 50, 52
OPEN_M = 12_000.0
"""Meetings lie farther from port than that."""
LEAST_MIN = 30.0
"""A meeting becomes one after this long: from then on latency counts."""


class Scene(NamedTuple):
    """A meeting as it is staged: minutes, metres apart, speed together, types and lengths, how often."""

    label: str
    minutes: tuple[float, ...]
    apart_m: tuple[float, float]
    together_kn: float
    types: tuple[int, int]
    lengths_m: tuple[int, int] = (150, 120)
    negative_of: str = ""
    nav_status: float = 0.0
    port_m: float = float("inf")
    """How near a port at most."""


MEETINGS = (
    Scene("drifting", (40.0, 60.0, 120.0, 120.0, 120.0, 240.0), (20.0, 200.0), 0.0, (CARGO, FISHING)),
    Scene("under_way", (60.0, 120.0, 120.0, 240.0), (40.0, 150.0), 4.5, (TANKER, TANKER), (250, 180)),
    Scene("midnight", (60.0, 100.0, 120.0, 120.0), (20.0, 200.0), 0.0, (CARGO, FISHING)),
    Scene("antimeridian", (60.0, 100.0, 120.0, 120.0), (20.0, 200.0), 0.0, (CARGO, FISHING)),
)
"""Those at midnight are centred on 00:00 UTC, those at the antimeridian on 180 degrees."""
INNOCENT = (
    Scene("short", (10.0, 20.0, 20.0), (50.0, 300.0), 0.0, (CARGO, CARGO), negative_of="drifting"),
    Scene("pilot", (32.0, 36.0, 40.0, 40.0), (10.0, 60.0), 6.0, (CARGO, PILOT), (200, 18), "under_way", 0.0, 45_000.0),
    Scene("tug", (45.0, 60.0, 90.0, 180.0), (30.0, 150.0), 4.0, (CARGO, TUG), (200, 30), negative_of="under_way"),
    Scene(
        "bunker", (90.0, 120.0, 180.0, 240.0), (15.0, 40.0), 0.0, (CARGO, TANKER), (280, 70), "drifting", 1.0, 45_000.0
    ),
    Scene("convoy", (40.0, 45.0, 60.0, 60.0), (300.0, 450.0), 6.0, (CARGO, CARGO), negative_of="under_way"),
    Scene("pair_trawl", (120.0, 180.0, 240.0), (200.0, 450.0), 3.0, (FISHING, FISHING), (24, 24), "under_way", 7.0),
    Scene(
        "anchorage", (180.0, 240.0, 300.0), (330.0, 480.0), 0.0, (CARGO, TANKER), (180, 140), "drifting", 1.0, 45_000.0
    ),
)
EACH = 1
"""Times every staged length is used."""
NEGATIVES_EACH = 3


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Meetings of two ships far from port, and pairs that look like it."""
    deck = Deck(traffic, dice)
    parts = []
    for scene in (*MEETINGS, *INNOCENT):
        for minutes in scene.minutes * (NEGATIVES_EACH if scene.negative_of else EACH):
            staged = _stage(deck, scene, minutes)
            if staged is not None:
                parts.append(staged)
    return together(parts)


def without_types(what: Planted) -> Planted:
    """The same meetings of ships that never say what they are."""
    return dataclasses.replace(what, statics=())


STRIPPED = {"without ship types": without_types}
"""What the rules of ship types are worth is measured against themselves."""


def _long(hours: float) -> pl.Expr:
    span = pl.col("last_at") - pl.col("first_at")
    return (span >= hours * HOUR_US) & (pl.col("longest_s") < 1200) & (pl.col("interval_s") < 600)


def _stage(deck: Deck, scene: Scene, minutes: float) -> Planted | None:
    """One meeting, if there are ships for it: she, and another one that is heard all that time."""
    hours = minutes / 60 + 1.5
    for way in deck.shuffled(_long(hours + 0.5) & (pl.col("sog_kn") > 5.0)):
        start = _begin(deck, way, scene, minutes)
        if start is None:
            continue
        deck.take(way)
        early, late = start - 30 * MINUTE_US, start + int((minutes + 30) * MINUTE_US)
        for other in deck.deal(1, _long(hours) & (pl.col("first_at") <= early) & (pl.col("last_at") >= late)):
            return _meeting(deck, scene, minutes, way, other, start)
    return None


def _begin(deck: Deck, way: Way, scene: Scene, minutes: float) -> int | None:
    """When she may stop: under way, heard long before and after, and in open water until the meeting is over."""
    first, last = int(way.at[0]) + HOUR_US, int(way.at[-1]) - int((minutes + 40) * MINUTE_US)
    fit = (way.at >= first) & (way.at <= last) & (way.sog_kn > 3.0)
    port_m = np.full(len(way.at), OPEN_M)
    if deck.traffic.ports is not None and fit.any():
        _, port_m = deck.traffic.ports.all_nearest(way.lat_deg, way.lon_deg)
        fit &= port_m <= scene.port_m
    for at in deck.dice.permutation(way.at[fit]).tolist():
        if (port_m[between(way, at, at + int(minutes * MINUTE_US) if scene.together_kn else at + 1)] >= OPEN_M).all():
            return int(at)
    return None


def _meeting(deck: Deck, scene: Scene, minutes: float, way: Way, other: Way, start: int) -> Planted:
    dice, path = deck.dice, path_of(way)
    here = where_on(path, way, start)
    knots = float(np.nanmedian(way.sog_kn[way.sog_kn > 3.0]))
    stop = start + int(knots * KNOT_MS / 2 / 0.0257 * SECOND_US)
    end = stop + int(minutes * MINUTE_US)
    drift = dice.uniform(-0.3, 0.3, 2) * KNOT_MS if scene.together_kn == 0 else np.zeros(2)
    after = way.at > start
    kept = deck.traffic.reports.filter(pl.col("row").is_in(way.row[~after])).select(*REPORTS)
    hers = here + _made(way.at[after], (stop, end), knots, scene.together_kn, ahead=True)
    theirs = here + _made(other.at, (stop, end), min(14.0, max(6.0, knots)), scene.together_kn, ahead=False)
    beside = _beside(dice, scene)
    one = _there(path, way.at[after], hers, (stop, end), drift, (0.0, 0.0))
    two = _there(path, other.at, theirs, (stop, end), drift, beside)
    reports = (
        kept,
        told(way.mmsi, way.at[after], *one, dice, nav_status=scene.nav_status),
        told(other.mmsi, other.at, *two, dice, nav_status=scene.nav_status),
    )
    truth = _truth(scene, minutes, way, other, (stop, end), float(np.hypot(*beside)))
    staged = Planted((truth,), np.concatenate([way.row, other.row]), reports, _types(scene, (way, other)))
    if scene.label == "midnight":
        middle = (stop + end) // 2
        return _later(staged, (middle + DAY_US // 2) // DAY_US * DAY_US - middle)
    return _at_antimeridian(staged) if scene.label == "antimeridian" else staged


def _later(staged: Planted, later_us: int) -> Planted:
    """The same two ships at another time of day."""
    truth = staged.truths[0]
    times = {name: getattr(truth, name) + later_us for name in ("t_start", "t_end", "criteria_at")}
    reports, said = (
        tuple(frame.with_columns(pl.col("at") + later_us) for frame in frames)
        for frames in (staged.reports, staged.statics)
    )
    return Planted((replace(truth, **times),), staged.removed, reports, said)


def _at_antimeridian(staged: Planted) -> Planted:
    """The same two ships turned east or west until they meet on 180 degrees."""
    truth = staged.truths[0]
    met = pl.concat(staged.reports).filter(pl.col("at").is_between(truth.t_start, truth.t_end))
    lon = (pl.col("lon_deg") - float(met["lon_deg"].to_numpy().mean()) + 360.0) % 360.0 - 180.0
    return Planted(
        staged.truths, staged.removed, tuple(frame.with_columns(lon) for frame in staged.reports), staged.statics
    )


def _made(at: Ints, span: tuple[int, int], knots: float, together_kn: float, *, ahead: bool) -> Floats:
    """Metres along her path from the meeting place: she comes from behind and goes on, the other one the other way."""
    way, sign = together_kn * KNOT_MS * (span[1] - span[0]) / SECOND_US, 1.0 if ahead else -1.0
    before = made_good_m((span[0] - at) / SECOND_US, knots)
    during = np.clip((at - span[0]) / SECOND_US * together_kn * KNOT_MS, 0.0, way)
    after = made_good_m((at - span[1]) / SECOND_US, knots)
    made: Floats = during + sign * (after - before)
    return made


def _beside(dice: np.random.Generator, scene: Scene) -> tuple[float, float]:
    """Metres east and north from one antenna to the other."""
    apart, angle = dice.uniform(*scene.apart_m), dice.uniform(0.0, 2 * np.pi)
    return float(apart * np.cos(angle)), float(apart * np.sin(angle))


def _there(
    path: object, at: Ints, metres: Floats, span: tuple[int, int], drift: Floats, beside: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Places on the path, moved by the drift of the meeting and by how far the ship lies off."""
    lat, lon = along(path, metres)  # type: ignore[arg-type]
    drifted = np.clip((at - span[0]) / SECOND_US, 0.0, (span[1] - span[0]) / SECOND_US)
    return shifted(lat, lon, drift[0] * drifted + beside[0], drift[1] * drifted + beside[1])


def _types(scene: Scene, ways: tuple[Way, Way]) -> tuple[pl.DataFrame, ...]:
    told_of = zip(ways, scene.types, scene.lengths_m, strict=True)
    return tuple(
        statics(way.mmsi, (int(way.at[0]), int(way.at[-1])), length, ship_type=kind) for way, kind, length in told_of
    )


def _truth(
    scene: Scene, minutes: float, way: Way, other: Way, span: tuple[int, int], apart_m: float
) -> Truth:  # fmt: skip
    return Truth(
        kind="encounter",
        label=scene.label,
        expected=not scene.negative_of,
        vessels=(way.mmsi, other.mmsi),
        t_start=span[0],
        t_end=span[1],
        criteria_at=span[0] + int(LEAST_MIN * MINUTE_US),
        params={"minutes": minutes},
        difficulty="hard" if minutes < 60 or apart_m > 150 else "easy",
        negative_of=scene.negative_of,
    )
