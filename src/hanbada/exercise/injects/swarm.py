"""Fleets made of the idle reports of real ships, put side by side or miles apart in mid-ocean; and those that set off.

Each ship of a fleet lies as one real ship lay, for as long as needed: her reports are repeated. Innocent are cargo
ships at anchor, fleets in a charted anchorage, in shelter from a storm, at a regatta, at work, too few, or that leave
on courses of their own.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from hanbada.detect.contract import Charts, Storms
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import at_ocean, shifted, statics, told
from hanbada.exercise.injects.picking import Deck, steady
from hanbada.geo.points import index_points
from hanbada.geo.sphere import KNOT_MS, NMI_M
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.injects.picking import Way

KINDS = ("swarm",)
TOLERANCE_S = 7200.0
CARGO, FISHING, YACHT = 70, 30, 36
RAFT_M, SWARM_M = 45.0, 1.2 * NMI_M
SEEN_US = 3 * MINUTE_US
"""A report of each in three minutes."""
IDLE_KN = 0.3
LEAVE_KN, LEAVE_H = 9.0, 1.5
APART_US = 100 * SECOND_US
"""Between two ships that leave."""
STORM_DEG = 20.0
"""So far south of the others lies the fleet in shelter: their sky is clear."""
WORK_M, WORK_S = 900.0, 3600.0
"""How far ships at work go to and fro, and how long that takes."""


class Scene(NamedTuple):
    """A fleet: how many of which type, how far apart, for how long; what becomes of it or explains it."""

    label: str
    count: int  # type: ignore[assignment]
    form: str
    ships: int
    hours: float
    kind: int = FISHING
    leaves: str = ""
    explained: str = ""
    negative_of: str = ""


SCENES = (
    Scene("raft", 1, "raft", 4, 8.0),
    Scene("raft", 1, "raft", 7, 10.0),
    Scene("swarm", 1, "swarm", 12, 27.0),
    Scene("swarm", 1, "swarm", 25, 30.0),
    Scene("move", 1, "move", 10, 2.0, leaves="alike"),
    Scene("move", 1, "move", 16, 2.0, leaves="alike"),
    Scene("cargo_at_anchor", 2, "swarm", 12, 27.0, CARGO, negative_of="swarm"),
    Scene("at_work", 2, "swarm", 12, 27.0, explained="work", negative_of="swarm"),
    Scene("sheltered", 1, "swarm", 12, 27.0, explained="storm", negative_of="swarm"),
    Scene("in_anchorage", 1, "swarm", 12, 27.0, explained="anchorage", negative_of="swarm"),
    Scene("eight", 1, "swarm", 8, 27.0, negative_of="swarm"),
    Scene("three_abreast", 4, "raft", 3, 9.0, negative_of="raft"),
    Scene("for_an_hour", 3, "raft", 6, 3.0, negative_of="raft"),
    Scene("all_courses", 3, "move", 12, 2.0, leaves="apart", negative_of="move"),
    Scene("regatta", 2, "move", 12, 2.0, YACHT, "alike", negative_of="move"),
)


@dataclass(slots=True)
class Known:
    """What the site is to know: anchorages and storms. Owned by one `plant`, changed in place."""

    anchorages: list[tuple[float, float]] = field(default_factory=list)
    storms: list[tuple[int, float, float]] = field(default_factory=list)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Fleets that act as one, and three times as many that do not, or for a reason."""
    deck, known, parts = Deck(traffic, dice), Known(), list[Planted]()
    idle = steady(6.0, 600.0) & (pl.col("sog_kn") < IDLE_KN) & (pl.col("way_m") < 40_000.0)
    for scene in SCENES:
        parts += deck.stage(scene.count, idle, partial(_staged, deck, known, scene))
    lat, lon = np.array(known.anchorages or [(-80.0, 0.0)]).T
    anchorages = index_points([f"Inject {i}" for i in range(len(lat))], lat, lon)
    at, storm_lat, storm_lon = np.array(sorted(known.storms) or [(0, -80.0, 0.0)]).T
    storms = Storms(at.astype(np.int64), storm_lat, storm_lon, ("Inject",) * len(at))
    return dataclasses.replace(together(parts), charts=Charts(anchorages=anchorages, storms=storms))


def _staged(deck: Deck, known: Known, scene: Scene, way: Way) -> Planted:
    """A fleet of ships that lie as one did."""
    middle, at = at_ocean(deck.dice), _times(way, scene.hours)
    if scene.explained == "anchorage":
        known.anchorages.append(middle)
    if scene.explained == "storm":
        middle = middle[0] - STORM_DEG, middle[1]
        known.storms.append((int(at[len(at) // 2]), middle[0] - 2.0, middle[1]))
    reports, said, numbers = [], [], []
    together_deg = deck.chance(0.0, 360.0)
    apart_m = RAFT_M if scene.form == "raft" else SWARM_M
    for i in range(scene.ships):
        mmsi, (row, column) = deck.number(way.mmsi), divmod(i, int(np.ceil(np.sqrt(scene.ships))))
        row, column = (0, i) if scene.form == "raft" else (row, column)
        course = together_deg + deck.chance(-8.0, 8.0) if scene.leaves != "apart" else 360.0 * i / scene.ships
        east, north = _moved(deck, scene, at, i, np.radians(course))
        lat, lon = (np.full(len(at), value) for value in middle)
        lat, lon = shifted(lat, lon, east + column * apart_m, north + row * apart_m)
        reports.append(told(mmsi, at, lat, lon, deck.dice if scene.form != "raft" else None))
        said.append(statics(mmsi, (int(at[0]), int(at[0]) + HOUR_US), 40, ship_type=scene.kind))
        numbers.append(mmsi)
    truth = _truth(scene, tuple(numbers), at)
    return Planted((truth,), reports=tuple(reports), statics=tuple(said))


def _times(way: Way, hours: float) -> Ints:
    """When a fleet is heard: as she was, over and over, at most once in SEEN_US."""
    long = int(way.at[-1] - way.at[0]) + SEEN_US
    turns = int(np.ceil((hours + LEAVE_H) * HOUR_US / long))
    at = np.concatenate([way.at + i * long for i in range(turns)])
    at = at[at <= at[0] + int((hours + LEAVE_H) * HOUR_US)]
    kept: Ints = at[np.unique(at // SEEN_US, return_index=True)[1]]
    return kept


def _moved(deck: Deck, scene: Scene, at: Ints, number: int, course: float) -> tuple[Floats, Floats]:
    """Metres east and north of where she lay: at rest, at work, and off in the end."""
    seconds = (at - at[0]) / SECOND_US
    out = np.zeros(len(at))
    if scene.explained == "work":
        out = WORK_M * np.sin(2 * np.pi * seconds / WORK_S + deck.chance(0.0, 6.0))
    if scene.leaves:
        start_s = scene.hours * 3600 + number * APART_US / SECOND_US
        out = np.maximum(seconds - start_s, 0.0) * LEAVE_KN * KNOT_MS
    return out * np.sin(course), out * np.cos(course)


def _truth(scene: Scene, numbers: tuple[int, ...], at: Ints) -> Truth:
    first, begin = int(at[0]), int(at[0])
    known = {"raft": 6.0, "swarm": 24.0, "move": scene.hours + 0.6}[scene.form]
    if scene.leaves:
        begin = first + int(scene.hours * HOUR_US)
    return Truth(
        kind="swarm", label=scene.label, expected=not scene.negative_of, vessels=numbers, t_start=begin,
        t_end=int(at[-1]), criteria_at=first + int(known * HOUR_US), params={"ships": float(scene.ships)},
        form=scene.form if not scene.negative_of else "", negative_of=scene.negative_of,
    )  # fmt: skip
