"""Ships whose tracks nobody sailed, of four forms, and ships that only seem so.

All are real ways or straight passages in mid-ocean, heard when their ships were; one part of that ocean is land on the
chart that the site is given. Circle: round and round on a course that does not turn. Land: a jump onto it. Displaced:
her own way elsewhere and back. Invented: a ship put in that moves evenly and to the metre. Innocent are ships that
steer circles or swing at anchor, that are always on the water that our land hides, that share a number, that a wrong
clock moves, and ships that sail straight as real ones do.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.detect.contract import Charts
from hanbada.exercise.injects import Planted, together
from hanbada.exercise.injects.editing import OCEAN_DEG, shifted, told
from hanbada.exercise.injects.picking import Deck, between, inside, steady, truth_of
from hanbada.geo.areas import AreaIndex, index_areas
from hanbada.geo.sphere import KNOT_MS, NMI_M
from hanbada.model.times import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.injects import Truth
    from hanbada.exercise.injects.picking import Way

KINDS = ("spoofing",)
TOLERANCE_S = 1800.0
EACH = 4
NEGATIVES = 6
"""Of each of the eight innocent kinds."""
LAND_DEG = (28.0, 31.0, -62.0, -42.0)
"""South, north, west, east of what the chart calls land; ships keep north of it."""
SEA_DEG = (33.0, 38.0)
MARGIN_S = 3600.0
HOURS = (1.5, 3.0)
OFTEN_S = 120.0
CIRCLE_M = (800.0, 8_000.0)
CIRCLE_KN = (8.0, 16.0)
NOISE_M = (0.0, 20.0, 50.0)
AWAY_NMI = (10.0, 60.0)
PASSAGE_KN = 12.0
ACROSS = 0.4
"""Displacements along her own course are what a wrong clock does: nobody could tell."""
SWING_M = (80.0, 350.0)
STEP_S = 10.0


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Four forms of false tracks, and eight of true ones that look like them."""
    deck = Deck(traffic, dice)
    false = (_circle, _land, _displaced, _invented)
    true = (_steers, _swings, _river, _two, _clock, _silence, _straight, _even)
    scenes: list[tuple[int, Callable[[Deck, Way], Planted | None]]] = [
        *((EACH, scene) for scene in false), *((NEGATIVES, scene) for scene in true)
    ]  # fmt: skip
    found = [
        part
        for count, scene in scenes
        for part in deck.stage(count, steady(HOURS[1] + 2.5, OFTEN_S), partial(scene, deck))
    ]
    return together([*found, Planted((), charts=Charts(land=_charted))])


@cache
def _charted() -> AreaIndex:
    south, north, west, east = LAND_DEG
    return index_areas([(np.array([[west, south], [east, south], [east, north], [west, north], [west, south]]),)])


def _passage(deck: Deck, way: Way, knots: float = PASSAGE_KN) -> tuple[Floats, Floats]:
    """A straight passage, north of the land, at her times."""
    lat, lon = deck.chance(*SEA_DEG), deck.chance(*OCEAN_DEG[2:])
    course = deck.chance(-0.5, 0.5) * np.pi + (0.0 if lat < np.mean(SEA_DEG) else np.pi)
    course = np.pi / 2 if np.cos(course) < 0.0 and lat < SEA_DEG[0] + 1.0 else course
    made = knots * KNOT_MS * (way.at - way.at[0]) / SECOND_US
    north = np.clip(made * np.cos(course), -120_000.0, None)
    return shifted(np.full(len(made), lat), np.full(len(made), lon), made * np.sin(course), north)


def _span(deck: Deck, way: Way) -> tuple[int, int] | None:
    return inside(way, deck.dice, deck.chance(*HOURS) * 3600, MARGIN_S)


def _reports(way: Way, lat: Floats, lon: Floats, sailed: tuple[Floats, Floats] | None = None) -> pl.DataFrame:
    """Her reports at some places; speed and course are those of the way she sails if that is another."""
    frame = told(way.mmsi, way.at, *(sailed or (lat, lon)))
    return frame.with_columns(pl.Series("lat_deg", lat), pl.Series("lon_deg", (lon + 180.0) % 360.0 - 180.0))


def _planted(way: Way, truth: Truth, *frames: pl.DataFrame) -> Planted:
    return Planted((truth,), way.row, frames)


def _circle(deck: Deck, way: Way) -> Planted | None:
    """She goes round somewhere, on the course she sails."""
    span, sea = _span(deck, way), _passage(deck, way)
    if span is None:
        return None
    radius, knots = deck.chance(*CIRCLE_M), deck.chance(*CIRCLE_KN)
    noise, away = float(deck.dice.choice(NOISE_M)), deck.chance(*AWAY_NMI) * NMI_M
    turn = knots * KNOT_MS / radius * (way.at - span[0]) / SECOND_US
    wander = deck.dice.normal(0.0, noise, (2, len(way.at))) if noise else np.zeros((2, len(way.at)))
    first = between(way, *span).start
    middle = shifted(sea[0][first : first + 1], sea[1][first : first + 1], away, 0.0)
    middles = [np.full(len(way.at), float(one[0])) for one in middle]
    lat, lon = shifted(middles[0], middles[1], radius * np.cos(turn) + wander[0], radius * np.sin(turn) + wander[1])
    laps = turn[between(way, *span)][-1] / (2 * np.pi)
    if laps < 1.5:
        return None
    truth = _truth("circle", way, span, form="circle", radius_m=radius, noise_m=noise)
    return _planted(way, truth, _reports(way, *_during(way, span, (lat, lon), sea), sea))


def _during(
    way: Way, span: tuple[int, int], there: tuple[Floats, Floats], else_: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Some places in a span, others outside it."""
    within = (way.at >= span[0]) & (way.at < span[1])
    return np.where(within, there[0], else_[0]), np.where(within, there[1], else_[1])


def _land(deck: Deck, way: Way) -> Planted | None:
    """She jumps onto the land and goes on there as she sails."""
    span, sea = _span(deck, way), _passage(deck, way)
    if span is None:
        return None
    inland = sea[0] - (sea[0][between(way, *span).start] - np.mean(LAND_DEG[:2])), sea[1]
    truth = _truth("land", way, span, form="land")
    return _planted(way, truth, _reports(way, *_during(way, span, inland, sea), sea))


def _displaced(deck: Deck, way: Way) -> Planted | None:
    """Her own way so many miles away, for some hours."""
    span = _span(deck, way)
    if span is None:
        return None
    sea, angle, far = _passage(deck, way), deck.chance(0.0, 2 * np.pi), deck.chance(*AWAY_NMI) * NMI_M
    wide = np.cos(np.radians(sea[0][0]))
    course = np.arctan2(sea[0][-1] - sea[0][0], (sea[1][-1] - sea[1][0]) * wide)
    if abs(np.sin(angle - course)) < ACROSS:
        return None
    there = shifted(*sea, far * np.cos(angle), far * np.sin(angle))
    truth = _truth("displaced", way, span, form="offset", nautical_miles=far / NMI_M)
    return _planted(way, truth, _reports(way, *_during(way, span, there, sea), sea))


def _steps(deck: Deck, way: Way, hours: float = 2.0) -> tuple[Ints, Floats, Floats] | None:
    """Even steps of a straight passage within her time."""
    span = inside(way, deck.dice, hours * 3600, 0.0)
    if span is None:
        return None
    at = np.arange(span[0], span[1], int(STEP_S * SECOND_US))
    return (at, *_passage(deck, way._replace(at=at)))


def _put_in(deck: Deck, way: Way, at: Ints, lat: Floats, lon: Floats, truth_of: Callable[[Way], Truth]) -> Planted:
    """A ship that is not in the carrier, while hers stays."""
    other = way._replace(mmsi=deck.number(way.mmsi), at=at)
    frame = told(other.mmsi, at, lat, lon)
    knots = np.full(len(at), PASSAGE_KN)
    return Planted((truth_of(other),), reports=(frame.with_columns(pl.Series("sog_kn", knots)),))


def _invented(deck: Deck, way: Way) -> Planted | None:
    steps = _steps(deck, way)
    if steps is None:
        return None
    at = steps[0]
    span = int(at[0]), int(at[-1])
    return _put_in(deck, way, *steps, lambda other: _truth("invented", other, span, form="synthetic"))


def _straight(deck: Deck, way: Way) -> Planted | None:
    """A ship on autopilot: fixes wander by metres and reports come by chance."""
    steps = _steps(deck, way)
    if steps is None:
        return None
    at, lat, lon = steps
    at = at + deck.dice.normal(0.0, 1.0, len(at)).astype(np.int64) * SECOND_US
    lat, lon = shifted(lat, lon, *deck.dice.normal(0.0, 5.0, (2, len(at))))
    span = int(at[0]), int(at[-1])
    return _put_in(deck, way, np.sort(at), lat, lon, lambda other: _truth("straight", other, span, "invented"))


def _even(deck: Deck, way: Way) -> Planted | None:
    """A receiver that keeps one report in ten seconds: as even as can be, and as rough as fixes are."""
    steps = _steps(deck, way)
    if steps is None:
        return None
    at, lat, lon = steps
    lat, lon = shifted(lat, lon, *deck.dice.normal(0.0, 5.0, (2, len(at))))
    span = int(at[0]), int(at[-1])
    return _put_in(deck, way, at, lat, lon, lambda other: _truth("even", other, span, "invented"))


def _steers(deck: Deck, way: Way) -> Planted | None:
    """She adjusts her compass, or waits for a pilot: round and round, and says so."""
    span, sea = _span(deck, way), _passage(deck, way)
    if span is None:
        return None
    radius = deck.chance(400.0, 1500.0)
    first = between(way, *span).start
    turn = PASSAGE_KN * 0.5 * KNOT_MS / radius * (way.at - span[0]) / SECOND_US
    here = [np.full(len(way.at), float(one[first])) for one in sea]
    lat, lon = shifted(here[0], here[1], radius * (1 - np.cos(turn)), radius * np.sin(turn))
    after = way.at >= span[1]
    lat, lon = _during(way, span, (lat, lon), sea)
    lat, lon = np.where(after, lat[between(way, *span)][-1], lat), np.where(after, lon[between(way, *span)][-1], lon)
    return _planted(way, _truth("steers", way, span, "circle"), _reports(way, lat, lon))


def _swings(deck: Deck, way: Way) -> Planted | None:
    """She lies at anchor and swings with the tide."""
    span = _span(deck, way)
    if span is None:
        return None
    radius, sea = deck.chance(*SWING_M), _passage(deck, way, 0.0)
    turn = 2 * np.pi * (way.at - way.at[0]) / (3 * HOUR_US) + 0.4 * np.sin(2 * np.pi * (way.at - way.at[0]) / HOUR_US)
    lat, lon = shifted(*sea, radius * np.cos(turn), radius * np.sin(turn))
    whole = int(way.at[0]), int(way.at[-1])
    return _planted(way, _truth("swings", way, whole, "circle"), told(way.mmsi, way.at, lat, lon, deck.dice))


def _river(deck: Deck, way: Way) -> Planted | None:
    """She is always on what the chart calls land."""
    lat, lon = _passage(deck, way, PASSAGE_KN / 4)
    lat = lat - (np.median(lat) - np.mean(LAND_DEG[:2]))
    whole = int(way.at[0]), int(way.at[-1])
    return _planted(way, _truth("river", way, whole, "land"), told(way.mmsi, way.at, lat, lon, deck.dice))


def _two(deck: Deck, way: Way) -> Planted | None:
    """A ship at sea and one on a river send one number."""
    span, sea = _span(deck, way), _passage(deck, way)
    if span is None:
        return None
    here, inland = between(way, *span), _passage(deck, way, PASSAGE_KN / 4)
    lat = inland[0] - (np.median(inland[0]) - np.mean(LAND_DEG[:2]))
    other = told(way.mmsi, way.at[here] + 3 * SECOND_US, lat[here], inland[1][here], deck.dice)
    return _planted(way, _truth("two", way, span, "land"), told(way.mmsi, way.at, *sea, deck.dice), other)


def _clock(deck: Deck, way: Way) -> Planted | None:
    """A receiver with a wrong clock hears her for some hours: her own way, along her own way."""
    span, sea = _span(deck, way), _passage(deck, way)
    if span is None:
        return None
    at = way.at - np.where((way.at >= span[0]) & (way.at < span[1]), int(deck.chance(900.0, 3000.0) * SECOND_US), 0)
    frame = told(way.mmsi, way.at, *sea, deck.dice).with_columns(pl.Series("at", at))
    return _planted(way, _truth("clock", way, span, "displaced"), frame)


def _silence(deck: Deck, way: Way) -> Planted | None:
    """She is not heard for hours and goes on."""
    span, sea = _span(deck, way), _passage(deck, way)
    if span is None:
        return None
    frame = told(way.mmsi, way.at, *sea, deck.dice).filter(~pl.col("at").is_between(*span))
    return _planted(way, _truth("silence", way, span, "displaced"), frame)


def _truth(
    label: str, way: Way, span: tuple[int, int], negative_of: str = "", form: str = "", **params: float
) -> Truth:  # fmt: skip
    told = {"hours": (span[1] - span[0]) / HOUR_US, **params}
    return truth_of(way, "spoofing", label, span, negative_of, form=form, params=told)
