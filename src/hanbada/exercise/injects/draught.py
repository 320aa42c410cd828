"""Draughts told in mid-ocean, deeper or lighter than before; and what crews type for other reasons.

To and fro between two values, a forgotten decimal point, a little, set late. The passages are drawn, the times at which
she is heard are real.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import at_sea, statics
from hanbada.exercise.injects.editing import told as sailed
from hanbada.exercise.injects.picking import Deck
from hanbada.model.times import HOUR_US

if TYPE_CHECKING:
    import numpy as np

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.injects.picking import Way

KINDS = ("draught",)
TOLERANCE_S = 7200.0
TANKER, LENGTH_M = 80, 180
LEAST_H = 11.0


class Plan(NamedTuple):
    """What is told: how often it is staged, and each draught with the part of the passage from which on it is told."""

    label: str
    count: int  # type: ignore[assignment]
    told: tuple[tuple[float, float], ...]


PLANS = (
    Plan("deeper", 5, ((0.0, 8.2), (0.65, 11.4))),
    Plan("lighter", 5, ((0.0, 11.4), (0.65, 8.9))),
    Plan("to_and_fro", 8, ((0.0, 8.2), (0.65, 11.4), (0.75, 8.2))),
    Plan("slip", 7, ((0.0, 1.2), (0.65, 12.0))),
    Plan("little", 7, ((0.0, 8.2), (0.65, 8.5))),
    Plan("set_late", 8, ((0.0, 8.2), (0.15, 11.4))),
)
TRUE = ("deeper", "lighter")


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Changes at sea, and three times as many that are typing."""
    deck = Deck(traffic, dice)
    long = (pl.col("last_at") - pl.col("first_at") >= LEAST_H * HOUR_US) & (pl.col("longest_s") < 18_000)
    return together([part for plan in PLANS for part in deck.stage(plan.count, long, partial(_told, deck, plan))])


def _told(deck: Deck, plan: Plan, way: Way) -> Planted:
    """She tells each draught from its part of the passage to the next."""
    label, told = plan.label, plan.told
    first, last = int(way.at[0]), int(way.at[-1])
    edges = [first + int(share * (last - first)) for share, _ in told] + [last]
    said = tuple(
        statics(way.mmsi, (begin, end), LENGTH_M, ship_type=TANKER, draught_m=draught_m)
        for (begin, end), (_, draught_m) in zip(pairwise(edges), told, strict=True)
    )
    at = edges[1]
    truth = Truth(
        kind="draught", label=label, expected=label in TRUE, vessels=(way.mmsi,), t_start=at, t_end=at + 3 * HOUR_US,
        criteria_at=at + 3 * HOUR_US,
        params={"metres": round(abs(told[1][1] - told[0][1]), 1)}, negative_of="" if label in TRUE else TRUE[0],
    )  # fmt: skip
    reports = sailed(way.mmsi, way.at, *at_sea(deck.dice, way, deck.chance(9.0, 15.0)), deck.dice)
    return Planted((truth,), way.row, (reports,), said)
