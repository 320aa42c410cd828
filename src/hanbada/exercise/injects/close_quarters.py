"""Two ships that hold on to where they would meet, and pairs that only look as if they would.

The one sails as she really did; the other one's way is a real one too, put down and turned so that both come to the
same place at the same time, or miss it by so much. She is heard when she really was, under a number nobody uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.exercise.carrier import motion, steps_m
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import shifted, statics, told
from hanbada.exercise.injects.picking import Deck, between, steady
from hanbada.geo.sphere import KNOT_MS
from hanbada.model.times import MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.injects.picking import Way

KINDS = ("close_quarters",)
TOLERANCE_S = 300.0
CARGO, TUG, PILOT = 70, 52, 50
LENGTH_M = 150
BEFORE_MIN, AFTER_MIN = 25, 8
"""Minutes of steady sailing around the meeting: what is staged begins out of reach."""
STRAIGHT = 0.995
"""Share of the way sailed that is made good by who keeps her course."""
OPEN_M = 12_000.0
LEAST_KN = 6.0
TURN_MIN, TURN_DEG = 14.0, 70.0
"""When a ship that gives way has turned, and how far."""
WARNED_MIN = 10.0
"""From then on both have held on for long enough to be told of."""


class Scene(NamedTuple):
    """A meeting as it is staged: courses apart, metres missed by, knots faster, type of the one put in."""

    label: str
    angles_deg: tuple[float, float]
    miss_m: tuple[float, ...]
    faster_kn: float = 0.0
    kind: int = CARGO
    turns: bool = False
    negative_of: str = ""


MEETINGS = (
    Scene("crossing", (60.0, 120.0), (0.0, 50.0, 100.0, 200.0)),
    Scene("head_on", (178.0, 182.0), (0.0, 30.0, 60.0, 120.0)),
    Scene("overtaking", (-5.0, 5.0), (0.0, 30.0, 60.0, 120.0), 6.0),
)
INNOCENT = (
    Scene("clear", (60.0, 120.0), (2500.0, 3000.0, 3500.0, 4000.0), negative_of="crossing"),
    Scene("gives_way", (60.0, 120.0), (0.0, 50.0, 100.0, 150.0), turns=True, negative_of="crossing"),
    Scene("tug", (60.0, 120.0), (0.0, 30.0, 60.0, 90.0), kind=TUG, negative_of="crossing"),
    Scene("port_to_port", (178.0, 182.0), (1200.0, 1500.0, 1800.0, 2100.0), negative_of="head_on"),
    Scene("turns_to_starboard", (178.0, 182.0), (0.0, 30.0, 60.0, 90.0), turns=True, negative_of="head_on"),
    Scene("pilot", (178.0, 182.0), (0.0, 20.0, 40.0, 60.0), kind=PILOT, negative_of="head_on"),
    Scene("company", (-1.0, 1.0), (300.0, 400.0, 500.0, 600.0), 0.5, negative_of="overtaking"),
    Scene("passes_wide", (-5.0, 5.0), (1500.0, 2000.0, 2500.0, 3000.0), 6.0, negative_of="overtaking"),
    Scene("passed_by_tug", (-5.0, 5.0), (0.0, 30.0, 60.0, 90.0), 6.0, kind=TUG, negative_of="overtaking"),
)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Meetings of two ships in open water, and pairs that look like it."""
    deck = Deck(traffic, dice)
    model = [(way, at) for way in deck.shuffled(steady(1.0)) if (at := _straight_at(deck, way, 0.0)) is not None][:40]
    parts = []
    for scene in (*MEETINGS, *INNOCENT):
        for miss_m in scene.miss_m:
            parts += deck.stage(1, steady(1.0), lambda way, s=scene, m=miss_m: _stage(deck, s, m, way, model))  # type: ignore[misc]
    return together(parts)


def _straight_at(deck: Deck, way: Way, port_m: float) -> int | None:
    """A moment around which she sailed straight on for half an hour, that far from port."""
    times = way.at[(way.at > way.at[0] + BEFORE_MIN * MINUTE_US) & (way.at < way.at[-1] - AFTER_MIN * MINUTE_US)]
    for at in deck.dice.permutation(times)[:12].tolist():
        near = between(way, at - BEFORE_MIN * MINUTE_US, at + AFTER_MIN * MINUTE_US)
        lat, lon = way.lat_deg[near], way.lon_deg[near]
        if len(lat) < 10 or np.diff(way.at[near]).max() > 4 * MINUTE_US:
            continue
        steps = np.stack(steps_m(lat, lon))
        made, sailed = float(np.hypot(*steps.sum(axis=1))), float(np.hypot(*steps).sum())
        knots = sailed / ((way.at[near][-1] - way.at[near][0]) / SECOND_US) / KNOT_MS
        away = deck.traffic.ports.all_nearest(lat, lon)[1].min() if deck.traffic.ports is not None else np.inf
        if made >= STRAIGHT * sailed and knots >= LEAST_KN and away >= port_m:
            return int(at)
    return None


def _stage(deck: Deck, scene: Scene, miss_m: float, way: Way, model: list[tuple[Way, int]]) -> Planted | None:
    at = _straight_at(deck, way, OPEN_M)
    if at is None or not model:
        return None
    other, other_at = model[int(deck.dice.integers(0, len(model)))]
    mmsi = deck.number(other.mmsi)
    heard = between(other, other_at - BEFORE_MIN * MINUTE_US, other_at + AFTER_MIN * MINUTE_US)
    sent: Ints = other.at[heard] - other_at + at
    east, north = _turned(other, heard, other_at, way, at, scene, deck)
    if scene.turns:
        east, north = _gives_way(sent, at, east, north)
    course = np.radians(_course(way, at))
    lat, lon = (float(np.interp(at, way.at, values)) for values in (way.lat_deg, way.lon_deg))
    beside = (east + miss_m * np.cos(course), north - miss_m * np.sin(course))
    there = shifted(np.full(len(sent), lat), np.full(len(sent), lon), *beside)
    span = (at - (BEFORE_MIN + 10) * MINUTE_US, at + AFTER_MIN * MINUTE_US)
    said = (
        statics(way.mmsi, span, LENGTH_M, ship_type=CARGO),
        statics(mmsi, span, 25 if scene.kind != CARGO else LENGTH_M, ship_type=scene.kind),
    )
    truth = Truth(
        kind="close_quarters", label=scene.label, expected=not scene.negative_of, vessels=(way.mmsi, mmsi),
        t_start=at - BEFORE_MIN * MINUTE_US, t_end=at + AFTER_MIN * MINUTE_US,
        criteria_at=at - int(WARNED_MIN * MINUTE_US), params={"miss_m": miss_m},
        difficulty="hard" if miss_m > 60 else "easy", negative_of=scene.negative_of,
    )  # fmt: skip
    return Planted((truth,), reports=(told(mmsi, sent, *there, deck.dice),), statics=said)


def _course(way: Way, at: int) -> float:
    near = between(way, at - 10 * MINUTE_US, at + 5 * MINUTE_US)
    east, north = (step.sum() for step in steps_m(way.lat_deg[near], way.lon_deg[near]))
    return float(np.degrees(np.arctan2(east, north)))


def _turned(
    other: Way, heard: slice, other_at: int, way: Way, at: int, scene: Scene, deck: Deck
) -> tuple[Floats, Floats]:
    """Metres east and north of the meeting place, turned to cross her course; faster than her if she is to overtake."""
    lat, lon, sent = other.lat_deg[heard], other.lon_deg[heard], other.at[heard]
    east, north = (np.append(0.0, np.cumsum(step)) for step in steps_m(lat, lon))
    east -= np.interp(other_at, sent, east)
    north -= np.interp(other_at, sent, north)
    turn = np.radians(_course(way, at) + deck.dice.uniform(*scene.angles_deg) - _course(other, other_at))
    scale = 1.0
    if scene.faster_kn:
        mine, hers = (_knots(one, when) for one, when in ((other, other_at), (way, at)))
        scale = (hers + scene.faster_kn) / mine
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    return east * cos + north * sin, north * cos - east * sin


def _knots(way: Way, at: int) -> float:
    near = between(way, at - 10 * MINUTE_US, at + 5 * MINUTE_US)
    speed, _ = motion(way.at[near], way.lat_deg[near], way.lon_deg[near])
    return float(np.nanmedian(speed))


def _gives_way(sent: Ints, at: int, east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """The same, turned to starboard in good time."""
    turned_at = at - int(TURN_MIN * MINUTE_US)
    here = [np.interp(turned_at, sent, metres) for metres in (east, north)]
    after, angle = sent > turned_at, np.radians(TURN_DEG)
    x, y = east - here[0], north - here[1]
    return (
        np.where(after, here[0] + x * np.cos(angle) + y * np.sin(angle), east),
        np.where(after, here[1] + y * np.cos(angle) - x * np.sin(angle), north),
    )
