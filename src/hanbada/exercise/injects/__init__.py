"""What is put into real traffic, and the truth of it: a file per kind of detection, named after it.

To add one, write `exercise/injects/KIND.py`: every kind of detection has one.

    KINDS = ("gap",)                      kinds of detections that answer to these injects
    TOLERANCE_S = 1800.0                  how far outside [t_start, t_end] a detection may lie and still be of a truth
    def plant(traffic: Carrier, dice: np.random.Generator) -> Planted

and, if it has them,

    def prepare(traffic: Carrier) -> Carrier        traffic in which the truth is known; injects go into this
    RULES = {"silent for an hour": function}        plain rules to be measured beside: carrier -> Claims
    STRIPPED = {"without ship types": function}     the same planting without what a rule rests on: Planted -> Planted

`plant` picks ships of the carrier (`carrier.ships`, `picking.Deck` gives each of them once only) and returns what to
take out (rows by their number), what to put in (frames with the columns of `carrier.REPORTS`, STATIC_REPORTS, TEXTS),
areas the site should watch, cables it should know, and the truths. It reads nothing else and throws no dice but those
it is given. For each inject it makes at least three hard negatives: the innocent thing that looks most like it, as a
Truth with `expected` False and `negative_of` naming the label it is a negative of. `editing` has the usual changes:
ships that sail elsewhere, other numbers, static reports. Ships put in are given numbers by `Deck.number`: they look
like any other.

The truth never travels with the lines: the chain is given bytes, and `exercise.scoring` is given truths and detections.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
import polars as pl
from msgspec import Struct

from hanbada.detect import DETECTORS
from hanbada.detect.contract import NO_CHARTS, Charts
from hanbada.exercise.carrier import Carrier, edited

if TYPE_CHECKING:
    from hanbada.exercise.chance import Ints
    from hanbada.reference.shapes import Area

INJECTS = DETECTORS
"""Names of the modules here, in the order in which they are run."""

Difficulty: TypeAlias = Literal["easy", "hard"]


class Truth(Struct, frozen=True, kw_only=True):
    """One inject, or one hard negative (`expected` False: nothing may be raised).

    `label` is its class within its kind. `criteria_at` is when a perfect detector could first have known: latency
    counts from there. `vessels` are MMSI as sent. `form`, if any, is the class a detection must say it is of: what its
    `case` begins with. `params` are the magnitudes that detection limits are drawn over.
    """

    kind: str
    label: str
    expected: bool
    vessels: tuple[int, ...]
    t_start: int
    t_end: int
    criteria_at: int
    form: str = ""
    params: dict[str, float] = {}
    difficulty: Difficulty = "easy"
    negative_of: str = ""


@dataclass(frozen=True, slots=True)
class Planted:
    """What a `plant` asks for: rows out, frames in, areas to watch, charts to know, and the truth of it.

    `retold` are ships whose static reports in the carrier are left out: they say something else, or nothing.
    """

    truths: tuple[Truth, ...]
    removed: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    reports: tuple[pl.DataFrame, ...] = ()
    statics: tuple[pl.DataFrame, ...] = ()
    texts: tuple[pl.DataFrame, ...] = ()
    areas: tuple[Area, ...] = ()
    charts: Charts = NO_CHARTS
    retold: frozenset[int] = frozenset()


class Claim(NamedTuple):
    """What a plain rule would have raised: of whom, from when to when."""

    mmsi: int
    begin: int
    end: int


class Inject(Protocol):
    """The shape of a module here."""

    KINDS: tuple[str, ...]
    TOLERANCE_S: float

    def plant(self, traffic: Carrier, dice: np.random.Generator) -> Planted:
        """What to change, and the truth."""


def inject(name: str) -> Inject:
    """The module of a name in INJECTS."""
    module: Any = importlib.import_module(f"hanbada.exercise.injects.{name}")
    return module  # type: ignore[no-any-return]


def planted(traffic: Carrier, what: Planted) -> Carrier:
    """The carrier with what was put into it; the truths stay behind."""
    kept = traffic.statics.filter(~pl.col("mmsi").is_in(list(what.retold))) if what.retold else traffic.statics
    heard = traffic._replace(statics=kept)
    return edited(heard, what.removed, list(what.reports), list(what.statics), list(what.texts))


def together(parts: list[Planted]) -> Planted:
    """Several changes of one carrier as one. No two may concern the same ship."""
    return Planted(
        truths=tuple(truth for part in parts for truth in part.truths),
        removed=np.concatenate([part.removed for part in parts]) if parts else np.zeros(0, np.int64),
        reports=tuple(frame for part in parts for frame in part.reports),
        statics=tuple(frame for part in parts for frame in part.statics),
        texts=tuple(frame for part in parts for frame in part.texts),
        areas=tuple(area for part in parts for area in part.areas),
        charts=next((part.charts for part in parts if part.charts != NO_CHARTS), NO_CHARTS),
        retold=frozenset(mmsi for part in parts for mmsi in part.retold),
    )
