"""Closed areas drawn around real vessels that really tow, and around ships that do not fish or when it is not closed.

The vessels are those of the recording that sail for hours at towing speed; the type, fishing, is put in. Passage: a
fast ship crosses. Lying: one that is still. Other type: the same by a ship that says she carries cargo. Out of season.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import statics
from hanbada.exercise.injects.picking import Deck, far_m, steady
from hanbada.geo.sphere import distance_m
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, from_us
from hanbada.reference.corridors import circle
from hanbada.reference.shapes import Area

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.injects.picking import Way

KINDS = ("fishing",)
TOLERANCE_S = 3600.0
FISHING, CARGO = 30, 70
RADIUS_M = 8000.0
KNOWN_MIN = 30.0
TOWS, NEGATIVES, PASSAGES, LYING = 5, 3, 6, 7
MOMENT = 8
"""Reports of another ship at towing speed that are let pass."""
LEAST_H, LEAST_SHARE = 1.5, 0.6
"""So long inside, and at towing speed in so many of the reports there."""
TOWING_KN = (1.8, 4.2)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Areas in which somebody tows, and three times as many in which nobody fishes, or may."""
    deck, drawn = Deck(traffic, dice), list[tuple[float, float]]()
    towing, away = steady(5.0, 600.0) & pl.col("sog_kn").is_between(*TOWING_KN), pl.col("reports") > 60
    stages = (
        (TOWS, towing, "tows", FISHING),
        (NEGATIVES, towing, "other_type", CARGO),
        (NEGATIVES, towing, "out_of_season", FISHING),
        (PASSAGES, away & (pl.col("sog_kn") > 9.0), "passage", FISHING),
        (LYING, away & (pl.col("sog_kn") < 0.2), "lying", FISHING),
    )
    found = []
    for count, fit, label, kind in stages:
        found += deck.stage(count, fit, partial(_around, deck, drawn, label, kind))
    return together(found)


def _around(deck: Deck, drawn: list[tuple[float, float]], label: str, kind: int, way: Way) -> Planted | None:
    """An area around where she is for most of the time, away from those drawn before."""
    middle = float(np.median(way.lat_deg)), float(np.median(way.lon_deg))
    here = far_m(way.lat_deg, way.lon_deg, *middle) < RADIUS_M
    inside, towed = way.at[here], (way.sog_kn[here] > TOWING_KN[0]) & (way.sog_kn[here] < TOWING_KN[1])
    if len(inside) < 30 or any(distance_m(*one, *middle) < 3 * RADIUS_M for one in drawn):
        return None
    span = int(inside[0]), int(inside[-1])
    if label == "tows" and (span[1] - span[0] < LEAST_H * HOUR_US or towed.mean() < LEAST_SHARE):
        return None
    if (label in {"passage", "lying"} and towed.any()) or _others_tow(deck, way, middle):
        return None
    drawn.append(middle)
    month = from_us(span[0] + 180 * DAY_US).month * 100
    number = int(deck.dice.integers(0, 1 << 40))
    area = Area(
        area_id=f"area-{number}", name=f"Area {number % 10_000}", kind="closed", source="drawn", rule="entry",
        rings=(circle(np.array([middle[1], middle[0]]), RADIUS_M),),
        seasons=((month + 1, month + 28),) if label == "out_of_season" else (),
    )  # fmt: skip
    said = statics(way.mmsi, (int(way.at[0]), int(way.at[-1])), 24, ship_type=kind)
    return Planted((_truth(way, label, span),), statics=(said,), areas=(area,))


def _others_tow(deck: Deck, way: Way, middle: tuple[float, float]) -> bool:
    """Whether another ship is at towing speed inside for more than a moment: whether she fishes nobody knows."""
    reports = deck.traffic.reports
    inside = far_m(reports["lat_deg"].to_numpy(), reports["lon_deg"].to_numpy(), *middle) < 1.1 * RADIUS_M
    tows = inside & reports["sog_kn"].is_between(1.0, 6.0).fill_null(value=False).to_numpy()
    count = reports.filter(pl.Series(tows) & (pl.col("mmsi") != way.mmsi)).group_by("mmsi").len()["len"].max()
    return isinstance(count, int) and count > MOMENT


def _truth(way: Way, label: str, span: tuple[int, int]) -> Truth:
    hours = (span[1] - span[0]) / HOUR_US
    return Truth(
        kind="fishing", label=label, expected=label == "tows", vessels=(way.mmsi,), t_start=span[0], t_end=span[1],
        criteria_at=span[0] + int(KNOWN_MIN * MINUTE_US), params={"hours": round(hours)},
        difficulty="hard" if hours < 3.0 else "easy", negative_of="" if label == "tows" else "tows",
    )  # fmt: skip
