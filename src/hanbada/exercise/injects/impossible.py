"""Tracks no ship can sail, and what only looks like one: damaged reports, fast craft, silences that can be sailed.

Moved: from a moment on a ship says she is elsewhere. Block: only for some hours. Swapped: two ships send each other's
number for some hours, so each number jumps. Bit flips, a receiver with a wrong clock, a ship that comes back from a
silence where she can be, and one that is fast are innocent.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.exercise.carrier import REPORTS
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import renumbered, shifted, told
from hanbada.exercise.injects.picking import Deck, Way, between, far_m, inside, steady
from hanbada.geo.sphere import NMI_M
from hanbada.model.times import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats

KINDS = ("impossible",)
TOLERANCE_S = 900.0
MOVED_NMI = (30.0, 100.0, 300.0, 1000.0)
BLOCK_H = (1.0, 2.0, 3.0)
EACH = 3
SWAPS = 5
FLIPS, CLOCKS, BACKS, FASTS = 50, 20, 25, 10
FLIPPED_BITS = (12, 26)
"""Bits of a coordinate that may be damaged: from 40 m to hundreds of miles at 600,000 steps a degree."""
CLOCK_S = (60.0, 240.0)
STEPS = 600_000.0
MARGIN_S = 3600.0


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships that are suddenly elsewhere; others whose reports are damaged, late, fast or rare."""
    deck = Deck(traffic, dice)
    stages: list[tuple[int, float, Callable[[Way], Planted | None]]] = [
        *((EACH, 3.0, partial(_moved, deck, nmi)) for nmi in MOVED_NMI),
        *((EACH, hours + 3.0, partial(_block, deck, hours)) for hours in BLOCK_H),
        (SWAPS, 6.0, partial(_swapped, deck)),
        (FLIPS, 2.0, partial(_flipped, deck)),
        (CLOCKS, 3.0, partial(_wrong_clock, deck)),
        (BACKS, 6.0, partial(_back, deck)),
        (FASTS, 2.0, partial(_fast, dice)),
    ]
    return together([part for count, hours, scene in stages for part in deck.stage(count, steady(hours), scene)])


def _moved(deck: Deck, nmi: float, way: Way) -> Planted | None:
    span = inside(way, deck.dice, 3600.0, MARGIN_S / 2)
    return None if span is None else _elsewhere(deck, way, (span[0], int(way.at[-1]) + 1), nmi, "moved")


def _block(deck: Deck, hours: float, way: Way) -> Planted | None:
    span = inside(way, deck.dice, hours * 3600, MARGIN_S)
    return None if span is None else _elsewhere(deck, way, span, deck.chance(50.0, 300.0), "block")


def _elsewhere(deck: Deck, way: Way, span: tuple[int, int], nmi: float, label: str) -> Planted:
    """Her reports after a moment come from a place so far away."""
    here, angle = between(way, span[0] + 1, span[1]), deck.dice.uniform(0, 2 * np.pi)
    east, north = nmi * NMI_M * np.cos(angle), nmi * NMI_M * np.sin(angle)
    lat = np.clip(way.lat_deg[here] + np.degrees(north / 6_371_008.8), -80.0, 80.0)
    lon = shifted(lat, way.lon_deg[here], east, 0.0)[1]
    moved = told(way.mmsi, way.at[here], lat, lon, nav_status=None)
    jump = (span[0], int(way.at[here][0]) if label == "moved" else span[1])
    return Planted((_truth(label, (way.mmsi,), jump, nautical_miles=nmi),), way.row[here], (moved,))


def _swapped(deck: Deck, way: Way) -> Planted | None:
    """Two ships far apart send each other's number for two hours."""
    span = inside(way, deck.dice, 2 * 3600.0, MARGIN_S)
    if span is None:
        return None
    then = (pl.col("first_at") < span[0] - HOUR_US) & (pl.col("last_at") > span[1] + HOUR_US)
    for other in deck.shuffled(steady(4.0) & then):
        if far_m(other.lat_deg, other.lon_deg, way.lat_deg[0], way.lon_deg[0]).min() > 300 * NMI_M:
            deck.take(other)
            return _exchanged(deck, way, other, span)
    return None


def _exchanged(deck: Deck, way: Way, other: Way, span: tuple[int, int]) -> Planted:
    rows = [one.row[between(one, span[0] + 1, span[1])] for one in (way, other)]
    reports = deck.traffic.reports
    own = [reports.filter(pl.col("row").is_in(row)).select(*REPORTS) for row in rows]
    truths = tuple(_truth("swapped", (one.mmsi,), span) for one in (way, other))
    return Planted(truths, np.concatenate(rows), (renumbered(own[0], other.mmsi), renumbered(own[1], way.mmsi)))


def _flipped(deck: Deck, way: Way) -> Planted | None:
    """One or two of her reports have a coordinate damaged by one bit."""
    count = int(deck.dice.integers(1, 3))
    if len(way.at) < 10:
        return None
    first = int(deck.dice.integers(4, len(way.at) - count - 3))
    hit = slice(first, first + count)
    damaged = _damaged(deck, way.lat_deg[hit], way.lon_deg[hit])
    span = (int(way.at[first - 1]), int(way.at[first + count]))
    reports = told(way.mmsi, way.at[hit], *damaged, nav_status=None)
    return Planted((_truth("bit_flip", (way.mmsi,), span, "moved"),), way.row[hit], (reports,))


def _damaged(deck: Deck, lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Places of which one coordinate has one bit turned, where that leaves a place on Earth."""
    bit = 1 << int(deck.dice.integers(*FLIPPED_BITS))
    lat, lon = (np.rint(one * STEPS).astype(np.int64) for one in (lat_deg, lon_deg))
    if deck.dice.random() < 0.5:
        return np.clip((lat ^ bit) / STEPS, -89.0, 89.0), lon / STEPS
    return lat / STEPS, (lon ^ bit) / STEPS


def _wrong_clock(deck: Deck, way: Way) -> Planted | None:
    """A second receiver hears her too, and its clock is wrong by minutes."""
    span, late = inside(way, deck.dice, 3600.0, MARGIN_S), int(deck.chance(*CLOCK_S) * SECOND_US)
    if span is None:
        return None
    here = slice(*np.searchsorted(way.at, span))
    reports = told(way.mmsi, way.at[here] + late, way.lat_deg[here], way.lon_deg[here], nav_status=None)
    return Planted((_truth("clock", (way.mmsi,), (span[0], span[1] + late), "moved"),), reports=(reports,))


def _back(deck: Deck, way: Way) -> Planted | None:
    """She is not heard for hours, and comes back where she sailed to."""
    span = inside(way, deck.dice, deck.chance(1.0, 3.0) * 3600, MARGIN_S)
    if span is None:
        return None
    return Planted((_truth("silence", (way.mmsi,), span, "moved"),), way.row[between(way, span[0] + 1, span[1])])


def _fast(dice: np.random.Generator, way: Way) -> Planted:
    """A craft that makes 36 knots, straight on from where the ship began."""
    metres = 36.0 * 0.514444 * (way.at - way.at[0]) / SECOND_US
    angle, most = dice.uniform(0, 2 * np.pi), np.minimum(metres, 60 * NMI_M)
    lat, lon = shifted(np.full(len(way.at), way.lat_deg[0]), np.full(len(way.at), way.lon_deg[0]),
                       most * np.cos(angle), most * np.sin(angle))  # fmt: skip
    span = (int(way.at[0]), int(way.at[-1]))
    return Planted((_truth("fast", (way.mmsi,), span, "moved"),), way.row, (told(way.mmsi, way.at, lat, lon, dice),))


def _truth(
    label: str, vessels: tuple[int, ...], span: tuple[int, int], negative_of: str = "", **params: float
) -> Truth:  # fmt: skip
    return Truth(
        kind="impossible",
        label=label,
        expected=not negative_of,
        vessels=vessels,
        t_start=span[0],
        t_end=span[1],
        criteria_at=span[0],
        params=params,
        negative_of=negative_of,
    )
