"""Destinations told in mid-ocean: places astern and places ahead, in codes and names, rightly and wrongly.

Astern: a port far behind her, where she was not. Ahead; come from there; for orders; a passenger ship; a name that
nobody can read. Passages and ports are invented, the ports known to the site as those of a pack would be; the times at
which she is heard are real.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from hanbada.detect.contract import Charts
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import at_sea, statics
from hanbada.exercise.injects.editing import told as sailed
from hanbada.exercise.injects.picking import Deck
from hanbada.geo.sphere import NMI_M, bearing_deg, destination
from hanbada.model.times import HOUR_US
from hanbada.reference.destinations import destinations

if TYPE_CHECKING:
    import numpy as np

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.injects.picking import Way

KINDS = ("voyage",)
TOLERANCE_S = 7200.0
CARGO, FERRY = 70, 60
LEAST_H = 7.5
FAR_M, NEAR_M, AHEAD_M = 200 * NMI_M, 8 * NMI_M, 700 * NMI_M


class Told(NamedTuple):
    """What she tells: how often it is staged, how far the place lies astern (ahead if negative), how it is written."""

    label: str
    count: int  # type: ignore[assignment]
    astern_m: float
    form: str = "{code}"
    ship_type: int = CARGO


PLANS = (
    Told("astern", 6, FAR_M, "{code}"),
    Told("astern", 4, FAR_M, "{name}"),
    Told("ahead", 10, -AHEAD_M, "{code}"),
    Told("come_from", 7, NEAR_M, "{name}"),
    Told("for_orders", 5, FAR_M, "{name} FOR ORDERS"),
    Told("ferry", 5, FAR_M, "{code}", FERRY),
    Told("unreadable", 5, FAR_M, "XQ{name:.0}7"),
)
TRUE = "astern"


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships that sail away from where they say, and three times as many that do not, or do not say."""
    deck, ports, parts = Deck(traffic, dice), list[tuple[str, str, float, float]](), list[Planted]()
    long = (pl.col("last_at") - pl.col("first_at") >= LEAST_H * HOUR_US) & (pl.col("longest_s") < 18_000)
    for plan in PLANS:
        parts += deck.stage(plan.count, long, partial(_told, deck, plan, ports))
    everything = together(parts)
    return dataclasses.replace(everything, charts=Charts(destinations=destinations(ports)))


def _told(deck: Deck, told: Told, ports: list[tuple[str, str, float, float]], way: Way) -> Planted:
    lat, lon = at_sea(deck.dice, way, deck.chance(9.0, 16.0))
    course = bearing_deg(float(lat[-1]), float(lon[-1]), float(lat[0]), float(lon[0]))
    place = destination(
        float(lat[0]), float(lon[0]), course if told.astern_m > 0 else course + 180.0, abs(told.astern_m)
    )
    letters = "".join(chr(65 + int(one)) for one in deck.dice.integers(0, 26, 9))
    ports.append((f"Inject {letters}", f"ZZ{letters[:3]}", *place))
    text = told.form.format(code=ports[-1][1], name=ports[-1][0].upper())
    span = int(way.at[0]), int(way.at[-1])
    said = statics(way.mmsi, span, 150, ship_type=told.ship_type, destination=text)
    true = told.label == TRUE
    truth = Truth(
        kind="voyage", label=told.label, expected=true, vessels=(way.mmsi,), t_start=span[0], t_end=span[1],
        criteria_at=span[0] + 6 * HOUR_US, params={"hours": round((span[1] - span[0]) / HOUR_US)},
        negative_of="" if true else TRUE,
    )  # fmt: skip
    reports = sailed(way.mmsi, way.at, lat, lon, deck.dice)
    return Planted((truth,), way.row, (reports,), (said,))
