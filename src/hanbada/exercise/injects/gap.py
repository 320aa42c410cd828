"""Ships that switch off, and places where reception fails: from one ship's reports alone the two look the same.

Off: everything one ship sent in a stretch of time is taken out. Loss: a place loses most of what all ships there sent,
as when a receiver fails, and every ship that falls silent by it is a hard negative. Power-down: a ship that lies still
is switched off. Weak: a ship that is badly heard all along.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.exercise.carrier import gathered
from hanbada.exercise.injects import Claim, Planted
from hanbada.exercise.injects.picking import Deck, between, far_m, inside, truth_of
from hanbada.geo.sphere import NMI_M
from hanbada.model.times import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Flags, Ints
    from hanbada.exercise.injects import Truth
    from hanbada.exercise.injects.picking import Way

KINDS = ("gap",)
TOLERANCE_S = 1800.0
HOURS = 10.0
"""Of traffic that is prepared for these injects."""
OFF_H = (1.5, 2.0, 3.0, 4.0, 6.5)
EACH = 3
"""Ships switched off for each length of time."""
LOSSES = 30
POWER_DOWNS = 30
WEAK = 10
MARGIN_S = 3600.0
LOSS_H = (1.5, 7.0)
LOSS_M = 60_000.0
"""As far around a ship as her receiver, which fails, is the only one."""
APART_M = 120_000.0
"""Losses stay so far from ships that are off at the time: the truth of both must be clear."""
OUT_OF_PORT_M = 10 * NMI_M
HEARD_M, LEAST_HEARD = 55_000.0, 2
"""Ships are switched off where so many others are heard so near: nobody can tell elsewhere, and nothing is raised."""
LOSS_KEPT = 0.02
WEAK_KEPT = 0.02
LEAST_SILENCE_S = 3600.0


def prepare(traffic: Carrier) -> Carrier:
    """Ships heard all the time, together: what falls silent then was silenced."""
    return gathered(traffic, HOURS)


def silences(traffic: Carrier, least_h: float) -> list[Claim]:
    """Every silence of a ship as long as that, up to the last report of anybody."""
    told, end = traffic.reports.sort("mmsi", "at"), int(traffic.reports["at"].max() or 0)  # type: ignore[arg-type]
    until = pl.col("at").shift(-1).over("mmsi").fill_null(end)
    long = told.select("mmsi", "at", until.alias("until")).filter(pl.col("until") - pl.col("at") >= least_h * HOUR_US)
    return [Claim(*row) for row in long.iter_rows()]


RULES = {
    "any silence of an hour": partial(silences, least_h=1.0),
    "any silence of six hours": partial(silences, least_h=6.0),
}


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships off for several lengths of time; more than three times as many that fall silent for innocent reasons."""
    deck = Deck(traffic, dice)
    out: list[Ints] = []
    off = [one for length_h in OFF_H for one in _off(deck, length_h, out)]
    others = [*_losses(deck, off, out), *_power_downs(deck, out), *_weak(deck, out)]
    return Planted((*off, *others), np.concatenate(out) if out else np.zeros(0, np.int64))


def _steady(length_h: float) -> pl.Expr:
    """Ships under way, heard well for longer than that."""
    span = pl.col("last_at") - pl.col("first_at")
    return (span >= (length_h + 2.2) * HOUR_US) & (pl.col("longest_s") < 1800) & (pl.col("sog_kn") > 3.0)


def _off(deck: Deck, length_h: float, out: list[Ints]) -> list[Truth]:
    truths: list[Truth] = []
    for way in deck.shuffled(_steady(length_h)):
        span = inside(way, deck.dice, length_h * 3600, MARGIN_S)
        if len(truths) == EACH:
            break
        if span is not None and _tellable(deck, way, span):
            deck.take(way)
            out.append(way.row[between(way, span[0] + 1, span[1])])
            truths.append(_truth(way, span, "off"))
    return truths


def _tellable(deck: Deck, way: Way, span: tuple[int, int]) -> bool:
    """Whether she is under way out of port, and others are heard near her way in every half hour of it."""
    here = between(way, *span)
    if not way.sog_kn[here.start] > 1.0:
        return False
    if deck.traffic.ports is not None:
        first = here.start
        _, port_m = deck.traffic.ports.nearest(float(way.lat_deg[first]), float(way.lon_deg[first]))
        if port_m < OUT_OF_PORT_M:
            return False
    reports = deck.traffic.reports.filter(pl.col("at").is_between(*span) & (pl.col("mmsi") != way.mmsi))
    middle = float(way.lat_deg[here].mean()), float(way.lon_deg[here].mean())
    near = far_m(reports["lat_deg"].to_numpy(), reports["lon_deg"].to_numpy(), *middle) < HEARD_M
    slots = reports.filter(pl.Series(near)).group_by(pl.col("at") // (HOUR_US // 2)).agg(pl.col("mmsi").n_unique())
    return len(slots) >= (span[1] - span[0]) // (HOUR_US // 2) and bool((slots["mmsi"] >= LEAST_HEARD).all())


def _losses(deck: Deck, off: list[Truth], out: list[Ints]) -> list[Truth]:
    """Receivers that fail: all ships around lose the same stretch of time, but for a few reports."""
    reports, truths = deck.traffic.reports, []
    at, lat, lon = (reports[name].to_numpy() for name in ("at", "lat_deg", "lon_deg"))
    near_off = reports["mmsi"].is_in([one.vessels[0] for one in off]).to_numpy()
    for way in deck.deal(LOSSES, _steady(0.0)):
        length_s = deck.chance(*LOSS_H) * 3600
        span = inside(way, deck.dice, length_s, MARGIN_S)
        if span is None:
            continue
        middle = way.lat_deg[between(way, *span)].mean(), way.lon_deg[between(way, *span)].mean()
        then = (at > span[0]) & (at < span[1])
        away = far_m(lat, lon, *middle)
        if (away[near_off & (at > span[0] - 2 * HOUR_US) & (at < span[1] + 2 * HOUR_US)] < APART_M).any():
            continue
        gone = then & (away < LOSS_M) & (deck.dice.random(len(at)) >= LOSS_KEPT)
        out.append(reports["row"].to_numpy()[gone])
        truths += _silenced(deck, gone, span)
    return truths


def _silenced(deck: Deck, gone: Flags, span: tuple[int, int]) -> list[Truth]:
    """The ships that fell silent by a loss: between the reports before and after what they lost."""
    truths = []
    for mmsi in deck.traffic.reports.filter(pl.Series(gone))["mmsi"].unique().sort().to_list():
        way = deck.way(mmsi)
        left = way.at[~gone[way.row]]
        step = np.flatnonzero(
            (np.diff(left) >= LEAST_SILENCE_S * SECOND_US) & (left[1:] > span[0]) & (left[:-1] < span[1])
        )
        deck.taken.add(mmsi)
        truths += [_truth(way, (int(left[i]), int(left[i + 1])), "loss", "off") for i in step]
    return truths


def _power_downs(deck: Deck, out: list[Ints]) -> list[Truth]:
    """Ships that lie still and are switched off there."""
    truths, still = [], (pl.col("sog_kn") < 0.3) & (pl.col("last_at") - pl.col("first_at") >= 6 * HOUR_US)
    for way in deck.deal(POWER_DOWNS, still):
        span = inside(way, deck.dice, deck.chance(1.5, 4.0) * 3600, MARGIN_S)
        here = between(way, *span) if span else slice(0)
        if span is not None and np.nanmax(way.sog_kn[here], initial=0.0) < 1.0:
            out.append(way.row[between(way, span[0] + 1, span[1])])
            truths.append(_truth(way, span, "power_down", "off"))
    return truths


def _weak(deck: Deck, out: list[Ints]) -> list[Truth]:
    """Ships of which one report in fifty is heard, in port and at sea."""
    truths = []
    for way in deck.deal(WEAK, _steady(4.0)):
        gone = deck.dice.random(len(way.at)) >= WEAK_KEPT
        out.append(way.row[gone])
        left = way.at[~gone]
        silences = np.flatnonzero(np.diff(left) >= LEAST_SILENCE_S * SECOND_US)
        truths += [_truth(way, (int(left[i]), int(left[i + 1])), "weak", "off") for i in silences]
    return truths


def _truth(way: Way, span: tuple[int, int], label: str, negative_of: str = "") -> Truth:
    hours = (span[1] - span[0]) / HOUR_US
    difficulty = "hard" if hours < 3.0 else "easy"
    return truth_of(way, "gap", label, span, negative_of, params={"hours": round(hours, 3)}, difficulty=difficulty)
