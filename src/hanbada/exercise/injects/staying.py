"""A ship that stops on the way she really sailed, does something there for a while, and goes on late, or is lost.

She brakes as ships do, is heard when she really was, and what she does in between is a way in metres around the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import polars as pl
from msgspec.structs import replace

from hanbada.exercise.carrier import REPORTS
from hanbada.exercise.injects import Planted, Truth
from hanbada.exercise.injects.editing import (
    BRAKE_MS2,
    along,
    made_good_m,
    path_of,
    shifted,
    statics,
    told,
    where_on,
)
from hanbada.exercise.injects.picking import Deck, steady
from hanbada.geo.sphere import KNOT_MS
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.chance import Floats
    from hanbada.exercise.injects.picking import Way

    Around: TypeAlias = Callable[[np.random.Generator, Floats], tuple[Floats, Floats]]
    """Metres east and north of the place, so many seconds after she stopped there."""

CARGO, TANKER, FISHING, TUG, PILOT, YACHT = 70, 80, 30, 52, 50, 37
OPEN_M = 14_000.0
"""So far from port nobody waits for a berth, and no detector takes it for a port."""


class Stay(NamedTuple):
    """What she does there: for how many minutes, under which type, length and status; `heading` against her drift."""

    label: str
    minutes: tuple[float, ...]
    around: Around
    ship_type: int = CARGO
    length_m: int = 180
    nav_status: float = 0.0
    heading_deg: float | None = None
    negative_of: str = ""
    goes_on: bool = True
    port_m: tuple[float, float] = (OPEN_M, float("inf"))
    params: tuple[tuple[str, float], ...] = ()


def to_and_fro(dice: np.random.Generator, seconds: Floats) -> tuple[Floats, Floats]:
    """Out and back for a mile at a knot or so, turned by chance."""
    turn, period_s = dice.uniform(0.0, 2 * np.pi), dice.uniform(5400.0, 9000.0)
    out, aside = 900.0 * (1 - np.cos(2 * np.pi * seconds / period_s)), 250.0 * np.sin(4 * np.pi * seconds / period_s)
    return out * np.cos(turn) - aside * np.sin(turn), out * np.sin(turn) + aside * np.cos(turn)


def swinging(dice: np.random.Generator, seconds: Floats) -> tuple[Floats, Floats]:
    """Around an anchor on a cable's length, with the tide."""
    angle = dice.uniform(0.0, 2 * np.pi) + 1.2 * np.sin(2 * np.pi * seconds / 22_000.0)
    return 250.0 * np.cos(angle), 250.0 * np.sin(angle)


def carried(knots: float) -> Around:
    """Straight on at a speed, on a course of chance."""

    def around(dice: np.random.Generator, seconds: Floats) -> tuple[Floats, Floats]:
        course, way = dice.uniform(0.0, 2 * np.pi), knots * KNOT_MS * seconds
        return way * np.sin(course), way * np.cos(course)

    return around


def stages(deck: Deck, stay: Stay) -> list[Planted]:
    """The stay once for each of its lengths, as far as there are ships for it."""
    found = []
    for minutes in stay.minutes:
        fit = steady(minutes / 60 + 2.0, 600.0) & (pl.col("sog_kn") > 4.0)
        found += deck.stage(1, fit, lambda way, minutes=minutes: _staged(deck, stay, way, minutes))  # type: ignore[misc]
    return found


def _staged(deck: Deck, stay: Stay, way: Way, minutes: float) -> Planted | None:
    start = _begin(deck, way, stay, minutes)
    if start is None:
        return None
    knots = float(np.nanmedian(way.sog_kn[way.sog_kn > 3.0]))
    stop = start + int(knots * KNOT_MS / BRAKE_MS2 * SECOND_US)
    span = stop, stop + int(minutes * MINUTE_US)
    after = way.at > start
    kept = deck.traffic.reports.filter(pl.col("row").is_in(way.row[~after])).select(*REPORTS)
    said = statics(way.mmsi, (int(way.at[0]), int(way.at[-1])), stay.length_m, ship_type=stay.ship_type)
    reports = _reports(deck, stay, way, start, span, knots)
    truth = Truth(
        kind="", label=stay.label, expected=not stay.negative_of, vessels=(way.mmsi,), t_start=span[0], t_end=span[1],
        criteria_at=span[0], params={"minutes": minutes, **dict(stay.params)}, negative_of=stay.negative_of,
    )  # fmt: skip
    return Planted((truth,), way.row, (kept, reports), (said,))


def _begin(deck: Deck, way: Way, stay: Stay, minutes: float) -> int | None:
    """When she may brake: under way, heard for an hour before and after, as far from port as wanted."""
    first, last = int(way.at[0]) + HOUR_US, int(way.at[-1]) - int((minutes + 75) * MINUTE_US)
    fit = (way.at >= first) & (way.at <= last) & (way.sog_kn > 4.0)
    if deck.traffic.ports is not None and fit.any():
        _, port_m = deck.traffic.ports.all_nearest(way.lat_deg, way.lon_deg)
        fit &= (port_m >= stay.port_m[0]) & (port_m <= stay.port_m[1])
    return int(deck.dice.choice(way.at[fit])) if fit.any() else None


def _reports(deck: Deck, stay: Stay, way: Way, start: int, span: tuple[int, int], knots: float) -> pl.DataFrame:
    at = way.at[way.at > start]
    at = at if stay.goes_on else at[at < span[1]]
    here = where_on(path_of(way), way, start) + (knots * KNOT_MS) ** 2 / 2 / BRAKE_MS2
    made = made_good_m((at - span[1]) / SECOND_US, knots) - made_good_m((span[0] - at) / SECOND_US, knots)
    there = np.clip((at - span[0]) / SECOND_US, 0.0, (span[1] - span[0]) / SECOND_US)
    lat, lon = shifted(*along(path_of(way), here + made), *stay.around(deck.dice, there))
    staying = (at >= span[0]) & (at < span[1])
    reports = told(way.mmsi, at, lat, lon, deck.dice)
    status = pl.when(pl.Series(staying)).then(stay.nav_status).otherwise(pl.col("nav_status"))
    reports = reports.with_columns(status.alias("nav_status"))
    if stay.heading_deg is None:
        return reports
    mean = float(np.nanmedian(reports["cog_deg"].to_numpy()[staying]))
    heading = (mean + stay.heading_deg + deck.dice.normal(0.0, 4.0, len(at))).round(0) % 360.0
    return reports.with_columns(pl.when(pl.Series(staying)).then(pl.Series(heading)).alias("heading_deg"))


def of_kind(kind: str, parts: list[Planted], least_min: float) -> list[Planted]:
    """The same stays as truths of a kind that could be known after some minutes."""

    def said(truth: Truth) -> Truth:
        known_at = truth.t_start + int(least_min * MINUTE_US)
        hard = "hard" if truth.params["minutes"] < 1.5 * least_min else "easy"
        return replace(truth, kind=kind, criteria_at=known_at, difficulty=hard)

    return [
        Planted(tuple(said(truth) for truth in part.truths), part.removed, part.reports, part.statics) for part in parts
    ]
