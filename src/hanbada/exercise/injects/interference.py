"""Fleets whose satellite navigation is disturbed, and fleets of which it only looks so.

A fleet is made of real ways, each displaced as a whole to one part of the ocean: ships keep their motion and when they
were heard. Jammed: most of their positions say no place. Muted: a provider cuts these out, static reports go on.
Gathered: all are said to be at one place. Circled: on one circle. Innocent are a receiver that fails, a receiver whose
clock is wrong, numbers that ships elsewhere send as well, and three faulty radios among sound ones.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import OCEAN_DEG, displaced, shifted, statics, told
from hanbada.exercise.injects.picking import Deck, between, inside, steady
from hanbada.geo.sphere import NMI_M
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats
    from hanbada.exercise.injects.picking import Way

KINDS = ("interference",)
TOLERANCE_S = 1800.0
JAMS, MUTES, POINTS, CIRCLES = 2, 1, 1, 1
OUTAGES, CLOCKS, DUPLICATES, FAULTS = 4, 4, 4, 3
FLEET = (5, 16)
"""Ships of a fleet: from five on all of them must be found."""
HOURS = (1.0, 3.0)
SOME_NMI, ALL_NMI = 10.0, 40.0
"""Radius of the smallest fleet; and how it may grow: as many ships to a square mile."""
JAMMED_SHARE = (0.3, 1.0)
AWAY_NMI = (40.0, 100.0)
CIRCLE_M = (1_000.0, 8_000.0)
CIRCLE_KN = 12.0
CLOCK_S = (600.0, 3600.0)
SETTLED = 45 * MINUTE_US
"""Ships are heard for so long before, so that it is known where they are."""


class Fleet(NamedTuple):
    """Ways of some ships, displaced to one part of the ocean, and a span in which all are heard."""

    ways: list[Way]
    span: tuple[int, int]


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Fleets disturbed in four ways; three times as many that are not."""
    deck = Deck(traffic, dice)
    stages: tuple[tuple[int, Callable[[Deck, Fleet], Planted]], ...] = (
        (JAMS, _jammed), (MUTES, _muted), (POINTS, _gathered), (CIRCLES, _circled),
        (OUTAGES, _unheard), (CLOCKS, _wrong_clock), (DUPLICATES, _doubled), (FAULTS, _faulty),
    )  # fmt: skip
    scenes = [(count, partial(_staged, deck, scene)) for count, scene in stages]
    return together([part for count, scene in scenes for part in deck.stage(count, steady(HOURS[0] + 1.5), scene)])


def _staged(deck: Deck, scene: Callable[[Deck, Fleet], Planted], way: Way) -> Planted | None:
    fleet = _fleet(deck, way)
    if fleet is None:
        return None
    deck.take(*fleet.ways)
    part = scene(deck, fleet)
    own = np.concatenate([one.row for one in fleet.ways])
    return Planted(part.truths, own, part.reports, part.statics, retold=frozenset(one.mmsi for one in fleet.ways))


def _fleet(deck: Deck, way: Way) -> Fleet | None:
    """The ship and others heard in the same hours, brought together in the ocean."""
    span = inside(way, deck.dice, deck.chance(*HOURS) * 3600, SETTLED / SECOND_US)
    if span is None:
        return None
    count = int(deck.dice.integers(*FLEET))
    then = (pl.col("first_at") < span[0] - SETTLED) & (pl.col("last_at") > span[1])
    ways = [way]
    for other in deck.shuffled(steady(1.0) & then & (pl.col("mmsi") != way.mmsi)):
        ways.append(other)
        if len(ways) == count:
            break
    if len(ways) < FLEET[0]:
        return None
    south, north, west, east = OCEAN_DEG
    middle = deck.chance(south, north), deck.chance(west, east)
    radius_m = min(ALL_NMI, SOME_NMI * float(np.sqrt(len(ways) / FLEET[0]))) * NMI_M
    return Fleet([_displaced(deck, one, middle, radius_m) for one in ways], span)


def _displaced(deck: Deck, way: Way, middle: tuple[float, float], radius_m: float) -> Way:
    """A way, moved so that its midst lies near a place; the same motion north and east."""
    angle, far = deck.chance(0.0, 2 * np.pi), radius_m * np.sqrt(deck.chance(0.0, 1.0))
    lat, lon = (float(one[0]) for one in shifted(
        np.array([middle[0]]), np.array([middle[1]]), far * np.cos(angle), far * np.sin(angle)
    ))  # fmt: skip
    return displaced(way, (lat, lon))


def _told(way: Way, lat_deg: Floats | None = None, lon_deg: Floats | None = None) -> pl.DataFrame:
    """Her reports: speed and course as she sails, places as they are said."""
    frame = told(way.mmsi, way.at, way.lat_deg, way.lon_deg)
    if lat_deg is None or lon_deg is None:
        return frame
    lon = (lon_deg + 180.0) % 360.0 - 180.0
    return frame.with_columns(
        pl.Series("lat_deg", lat_deg).fill_nan(None), pl.Series("lon_deg", lon).fill_nan(None)
    )  # fmt: skip


def _jammed(deck: Deck, fleet: Fleet) -> Planted:
    share = deck.chance(*JAMMED_SHARE)
    frames = [_told(way, *_placeless(deck, way, fleet.span, share)) for way in fleet.ways]
    return Planted((_truth("jam", fleet, share=share),), reports=tuple(frames))


def _placeless(deck: Deck, way: Way, span: tuple[int, int], share: float) -> tuple[Floats, Floats]:
    lost = (way.at >= span[0]) & (way.at < span[1]) & (deck.dice.random(len(way.at)) < share)
    return np.where(lost, np.nan, way.lat_deg), np.where(lost, np.nan, way.lon_deg)


def _muted(deck: Deck, fleet: Fleet) -> Planted:  # noqa: ARG001
    """Nothing is heard of their places; their static reports go on."""
    frames = [_told(way).filter(~pl.col("at").is_between(*fleet.span)) for way in fleet.ways]
    said = [statics(way.mmsi, (int(way.at[0]), int(way.at[-1]))) for way in fleet.ways]
    return Planted((_truth("mute", fleet),), reports=tuple(frames), statics=tuple(said))


def _gathered(deck: Deck, fleet: Fleet) -> Planted:
    """All say that they are at one place."""
    frames = []
    there = _elsewhere(deck, fleet)
    for way in fleet.ways:
        inside_ = (way.at >= fleet.span[0]) & (way.at < fleet.span[1])
        places = [np.full(len(way.at), one) for one in there]
        lat, lon = shifted(places[0], places[1], *deck.dice.normal(0.0, 150.0, (2, len(way.at))))
        frames.append(_told(way, np.where(inside_, lat, way.lat_deg), np.where(inside_, lon, way.lon_deg)))
    return Planted((_truth("point", fleet),), reports=tuple(frames))


def _elsewhere(deck: Deck, fleet: Fleet) -> tuple[float, float]:
    """A place far from the fleet."""
    first, angle, far = fleet.ways[0], deck.chance(0.0, 2 * np.pi), deck.chance(*AWAY_NMI) * NMI_M
    here = between(first, *fleet.span).start
    lat, lon = shifted(
        first.lat_deg[here : here + 1], first.lon_deg[here : here + 1], far * np.cos(angle), far * np.sin(angle)
    )
    return float(lat[0]), float(lon[0])


def _circled(deck: Deck, fleet: Fleet) -> Planted:
    """All go round one circle, each from another place on it."""
    middle, radius = _elsewhere(deck, fleet), deck.chance(*CIRCLE_M)
    frames = []
    for way in fleet.ways:
        inside_ = (way.at >= fleet.span[0]) & (way.at < fleet.span[1])
        turn = deck.chance(0.0, 2 * np.pi) + CIRCLE_KN * 0.514444 / radius * (way.at - fleet.span[0]) / SECOND_US
        places = [np.full(len(way.at), one) for one in middle]
        lat, lon = shifted(places[0], places[1], radius * np.cos(turn), radius * np.sin(turn))
        frames.append(_told(way, np.where(inside_, lat, way.lat_deg), np.where(inside_, lon, way.lon_deg)))
    return Planted((_truth("circle", fleet, radius_m=radius),), reports=tuple(frames))


def _unheard(deck: Deck, fleet: Fleet) -> Planted:  # noqa: ARG001
    """The only receiver there fails: neither positions nor static reports."""
    frames = [_told(way).filter(~pl.col("at").is_between(*fleet.span)) for way in fleet.ways]
    spans = [(int(way.at[0]), fleet.span[0]) for way in fleet.ways]
    said = [statics(way.mmsi, span) for way, span in zip(fleet.ways, spans, strict=True)]
    return Planted((_truth("outage", fleet, "mute"),), reports=tuple(frames), statics=tuple(said))


def _wrong_clock(deck: Deck, fleet: Fleet) -> Planted:
    """The receiver's clock falls back, and is set right at the end."""
    back = int(deck.chance(*CLOCK_S) * SECOND_US)
    at = pl.col("at") - pl.when(pl.col("at").is_between(*fleet.span)).then(back).otherwise(0)
    frames = [_told(way).with_columns(at.alias("at")) for way in fleet.ways]
    return Planted((_truth("clock", fleet, "point", seconds=back / SECOND_US),), reports=tuple(frames))


def _doubled(deck: Deck, fleet: Fleet) -> Planted:
    """Ships of a harbour elsewhere send their numbers as well."""
    there = _elsewhere(deck, fleet)
    frames = [_told(way) for way in fleet.ways]
    for way in fleet.ways:
        here = between(way, *fleet.span)
        places = [np.full(len(way.at[here]), one) for one in there]
        lat, lon = shifted(places[0], places[1], *deck.dice.normal(0.0, 800.0, 2))
        frames.append(told(way.mmsi, way.at[here] + 2 * SECOND_US, lat, lon, deck.dice))
    return Planted((_truth("duplicates", fleet, "point"),), reports=tuple(frames))


def _faulty(deck: Deck, fleet: Fleet) -> Planted:
    """Three radios lose their place; the others do not."""
    frames = [_told(way, *_placeless(deck, way, fleet.span, 0.8)) for way in fleet.ways[:3]]
    return Planted((_truth("faults", fleet, "jam"),), reports=(*frames, *map(_told, fleet.ways[3:])))


def _truth(label: str, fleet: Fleet, negative_of: str = "", **params: float) -> Truth:
    return Truth(
        kind="interference",
        label=label,
        expected=not negative_of,
        vessels=tuple(sorted(way.mmsi for way in fleet.ways)),
        t_start=fleet.span[0],
        t_end=fleet.span[1],
        criteria_at=fleet.span[0],
        params={"ships": float(len(fleet.ways)), "hours": (fleet.span[1] - fleet.span[0]) / HOUR_US, **params},
        difficulty="hard" if len(fleet.ways) < 8 else "easy",
        negative_of=negative_of,
    )
