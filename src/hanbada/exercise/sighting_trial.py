"""What the matcher is worth: scenes made of real tracks, whose reports around the moment are hidden.

Ships with reports around a moment are seen where they were, with an error; some are missed, some have no track at all
(known dark), and things that are no ships are seen besides. What is asked is which track each sighting is, or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.exercise.forecast_trial import TUNING, fold_of
from hanbada.geo.sphere import KNOT_MS, RADIANS
from hanbada.sightings.matching import Known, Weighed, learnt, weigh
from hanbada.sightings.placing import METRE, fixes, offsets, places, shifted
from hanbada.sightings.traffic import Traffic, traffic
from hanbada.sightings.weighing import WEIGHTS, Seen
from hanbada.tracks.paths import paths
from hanbada.tracks.rows import Rows, take
from hanbada.tracks.segments import Segments, feed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.analogs import History

    Indices = NDArray[np.int64]
    Floats = NDArray[np.float64]

SILENCES_MIN = (5, 15, 30, 60, 120, 240)
"""Reports are hidden for so long before and after the moment."""
FRESH_US = 120_000_000
"""Reports around the moment, so near, say where a ship was."""
EDGE_US = 1_800_000_000
"""A track must go on within half an hour of both ends of the silence made."""
ERROR_M, DETECTED, DARK, FALSE = 50.0, 0.9, 0.2, 0.1
"""Error of a sighting; shares of ships seen, of ships without a track, of things seen that are no ships."""
PRESENCE = 0.95
PER_KM2 = 0.01
"""One ship per 100 square kilometres."""
HALVES_KM = (5, 7.5, 10, 15, 20, 30, 45)
LEAST_SHIPS = 4
NEAR_M = 2000.0
LENGTHS_M = np.array([11.0, 14.0, 17.0, 21.0, 25.0, 29.0, 33.0, 37.0, 84.0, 228.0])
"""Lengths given to vessels, since carriers name none: deciles of 223 heard in New York in an hour of 30 June 2020."""
LENGTH_ERROR = 0.12
"""Relative error of a measured length."""
NONE = 0
"""Instead of an MMSI: no track."""


class Scene(NamedTuple):
    """Sightings and what is left of the tracks; `truth` has the MMSI behind each sighting, NONE if it has no track.

    `judged` are those that count: whose vessel no parameter was tuned on.
    """

    seen: Seen
    rows: Rows
    ring: NDArray[np.float64]
    truth: Indices
    judged: NDArray[np.bool_]
    moving: NDArray[np.bool_]


class Judged(NamedTuple):
    """Every judged sighting of some scenes: who it was, whether it moved, who each method says it was, how sure we are.

    `heard` and `said_heard` are counts per scene.
    """

    truth: Indices
    moving: NDArray[np.bool_]
    said: dict[str, Indices]
    sure: Floats
    unheard: Floats
    heard: Floats
    said_heard: Floats
    per_km2: Floats


OURS, GREEDY, PLAIN, NEAREST = "Hanbada", "greedy, our densities", "greedy, plain densities", "nearest within 2 km"


def scenes(
    rows: Rows, silence_min: int, count: int, seed: int, since_us: int, *, tuning: bool = False, sized: bool = False
) -> list[Scene]:
    """Scenes of about one ship per 100 km2 around ships at random moments after a time."""
    dice = np.random.default_rng(seed)
    found: list[Scene] = []
    for _ in range(20 * count):
        one = _scene(rows, silence_min, since_us, dice, tuning=tuning, sized=sized)
        if one is not None:
            found.append(one)
        if len(found) == count:
            break
    return found


def _scene(
    rows: Rows, silence_min: int, since_us: int, dice: np.random.Generator, *, tuning: bool, sized: bool
) -> Scene | None:
    late = np.flatnonzero(rows.at >= since_us) if not tuning else np.flatnonzero(rows.at < since_us)
    centre = int(dice.choice(late))
    at_us, hidden_us = int(rows.at[centre]), silence_min * 60_000_000
    mmsi, lat, lon, speed = _whereabouts(rows, at_us, hidden_us)
    east, north = offsets(np.full(len(mmsi), rows.lat_deg[centre]), np.full(len(mmsi), rows.lon_deg[centre]), lat, lon)
    away_m = np.maximum(np.abs(east), np.abs(north))
    half_m = _half_m(away_m)
    if half_m is None:
        return None
    inside = away_m < half_m
    here = np.array([rows.lat_deg[centre], rows.lon_deg[centre]])
    return _populated(
        rows, at_us, hidden_us, here, half_m, (mmsi, lat, lon, speed), inside, dice, tuning=tuning, sized=sized
    )


def _half_m(away_m: Floats) -> float | None:
    """Half the side of the square with nearest to one ship per 100 km2; None if none comes within a factor of two."""
    halves = np.array(HALVES_KM) * 1000.0
    many = np.array([(away_m < half).sum() for half in halves])
    density = many / (4 * halves**2 / 1e6)
    off = np.where(many >= LEAST_SHIPS, np.abs(np.log(np.maximum(density, 1e-9) / PER_KM2)), np.inf)
    best = int(off.argmin())
    return float(halves[best]) if off[best] < np.log(2.0) else None


def _whereabouts(rows: Rows, at_us: int, hidden_us: int) -> tuple[Indices, Floats, Floats, Floats]:
    """Ships with reports around a moment and around the silence to be made: MMSI, place, speed in m/s."""
    found = []
    near = np.flatnonzero(np.abs(rows.at - at_us) <= FRESH_US)
    for one in np.unique(rows.mmsi[near]).tolist():
        first, last = np.searchsorted(rows.mmsi, [one, one + 1])
        at = rows.at[first:last]
        b = int(np.searchsorted(at, at_us, "right")) - 1
        edges = np.searchsorted(at, [at_us - hidden_us, at_us + hidden_us + 1])
        before, after = int(edges[0]) - 1, int(edges[1])
        if b < 0 or b + 1 >= len(at) or before < 0 or after >= len(at) or at[b + 1] - at[b] > 2 * FRESH_US:
            continue
        if at_us - hidden_us - at[before] > EDGE_US or at[after] - at_us - hidden_us > EDGE_US:
            continue
        share = (at_us - at[b]) / (at[b + 1] - at[b])
        i, j = first + b, first + b + 1
        lat = rows.lat_deg[i] + share * (rows.lat_deg[j] - rows.lat_deg[i])
        lon = rows.lon_deg[i] + share * (rows.lon_deg[j] - rows.lon_deg[i])
        east, north = offsets(*(column[[k]] for k in (i, j) for column in (rows.lat_deg, rows.lon_deg)))
        found.append((one, lat, lon, float(np.hypot(east, north)[0]) / ((at[b + 1] - at[b]) / 1e6)))
    columns = np.array(found, np.float64).reshape(-1, 4).T
    return columns[0].astype(np.int64), columns[1], columns[2], columns[3]


def _populated(
    rows: Rows, at_us: int, hidden_us: int, here: Floats, half_m: float, ships: tuple[Indices, Floats, Floats, Floats],
    inside: NDArray[np.bool_], dice: np.random.Generator, *, tuning: bool, sized: bool,
) -> Scene:  # fmt: skip
    """A scene: who is dark, who is seen and where, what is seen that is no ship, and the reports that are left."""
    mmsi, lat, lon, speed = ships
    dark = dice.random(len(mmsi)) < DARK
    shown = inside & (dice.random(len(mmsi)) < DETECTED)
    lat, lon = shifted(lat, lon, *dice.normal(0, ERROR_M, (2, len(mmsi))))
    many = int(dice.poisson(FALSE * inside.sum()))
    false = shifted(*(np.full(many, v) for v in here), *dice.uniform(-half_m, half_m, (2, many)))
    mine = fold_of(mmsi) < TUNING if tuning else fold_of(mmsi) >= TUNING
    kept = ~((np.abs(rows.at - at_us) <= hidden_us) | np.isin(rows.mmsi, mmsi[dark]))
    left = kept & np.isin(rows.mmsi, mmsi) & (np.abs(rows.at - at_us) < hidden_us + 5 * 3_600_000_000)
    size = int(shown.sum()) + many
    nan = np.full(size, np.nan)
    wide = np.degrees(half_m / (METRE / RADIANS * np.cos(here[0] * RADIANS)))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * [wide, half_m / METRE]
    size_m = length_of(mmsi)[shown] * dice.normal(1.0, LENGTH_ERROR, int(shown.sum()))
    length_m = np.append(size_m, dice.choice(LENGTHS_M, many)) if sized else np.full(size, np.nan)
    return Scene(
        Seen(
            np.full(size, at_us), np.append(lat[shown], false[0]), np.append(lon[shown], false[1]),
            np.full(size, ERROR_M), np.full(size, PRESENCE), length_m, nan, nan, np.zeros(size, np.int64),
            np.zeros(size, np.int64), nan, nan, nan, nan,
        ),
        take(rows, left),
        corners + here[::-1],
        np.append(np.where(dark, NONE, mmsi)[shown], np.zeros(many, np.int64)),
        np.append(mine[shown], np.ones(many, np.bool_)),
        np.append(speed[shown] > KNOT_MS, np.zeros(many, np.bool_)),
    )  # fmt: skip


def length_of(mmsi: Indices) -> Floats:
    """The length a vessel has in every scene, in metres: drawn by its number."""
    drawn: Floats = LENGTHS_M[(mmsi * 40503 % 2**31 >> 8) % len(LENGTHS_M)]
    return drawn


def judged(found: list[Scene], history: History | None, limits: dict[str, float]) -> Judged:
    """What each method says of the sightings; `limits` are log densities below which greedy ones are silent."""
    met = None if history is None else traffic(history.paths.mmsi, history.paths.lat_deg, history.paths.lon_deg)
    parts = [_judge(one, history, met, limits) for one in found]

    def column(k: int) -> NDArray[np.float64]:
        return np.concatenate([np.asarray(part[k]) for part in parts])

    said = {name: np.concatenate([part.said[name] for part in parts]) for name in parts[0].said}
    truth, moving = column(0).astype(np.int64), column(1).astype(np.bool_)
    return Judged(truth, moving, said, column(3), column(4), column(5), column(6), column(7))


def _lengths(one: Scene) -> dict[int, float]:
    """What the tracks say of their lengths, where sightings have any."""
    who = np.unique(one.rows.mmsi)
    told = np.isfinite(one.seen.length_m).any()
    return dict(zip(who.tolist(), length_of(who).tolist(), strict=True)) if told else {}


def _judge(one: Scene, history: History | None, met: Traffic | None, limits: dict[str, float]) -> Judged:
    trail = feed(Segments(), one.rows)
    way = None if history is None else paths(one.rows, trail)
    known = Known(fixes(one.rows, trail), _lengths(one), {}, way, history, met)
    weighed = weigh(one.seen, known, [one.ring], WEIGHTS, apart=True)
    plain = weigh(one.seen, known._replace(history=None, met=None), [one.ring], WEIGHTS)
    found = learnt(weighed, WEIGHTS)
    probable = np.full(len(one.truth), 0.0)
    best = np.zeros(len(one.truth), np.int64)
    for pair in np.argsort(found.probability).tolist():
        i = weighed.pairs.sighting[pair]
        probable[i], best[i] = found.probability[pair], _mmsi(known, weighed, pair)
    ours = np.where(probable > found.unheard, best, NONE)
    said = {
        OURS: ours,
        GREEDY: greedy(known, weighed, limits[GREEDY]),
        PLAIN: greedy(known, plain, limits[PLAIN]),
        NEAREST: nearest(one.seen, known),
    }
    keep = one.judged
    return Judged(
        one.truth[keep], one.moving[keep], {name: who[keep] for name, who in said.items()},
        np.maximum(probable, found.unheard)[keep], found.unheard[keep], np.array([(one.truth != NONE).sum()], float),
        np.array([found.probability.sum()]), np.array([len(one.truth) / weighed.area_m2 * 1e6]),
    )  # fmt: skip


def _mmsi(known: Known, weighed: Weighed, pair: int) -> int:
    return int(known.fixes.mmsi[weighed.asked.track[weighed.pairs.place[pair]]])


def greedy(known: Known, weighed: Weighed, least: float) -> Indices:
    """Pairs that are each other's best, in four rounds (as Global Fishing Watch matches), above a log density."""
    who = np.zeros(len(weighed.seen.at), np.int64)
    open_ = weighed.log_like > least
    for _ in range(4):
        by_sighting, by_track = {}, {}
        for pair in np.flatnonzero(open_)[np.argsort(weighed.log_like[open_])].tolist():
            by_sighting[weighed.pairs.sighting[pair]] = pair
            by_track[weighed.track[pair]] = pair
        mutual = [pair for pair in by_sighting.values() if by_track[weighed.track[pair]] == pair]
        for pair in mutual:
            who[weighed.pairs.sighting[pair]] = _mmsi(known, weighed, pair)
            taken = (weighed.pairs.sighting == weighed.pairs.sighting[pair]) | (weighed.track == weighed.track[pair])
            open_ &= ~taken
    return who


def nearest(seen: Seen, known: Known) -> Indices:
    """The track that should have been nearest, within two kilometres; several sightings may get the same."""
    asked = places(known.fixes, seen.at[:1])
    who = np.zeros(len(seen.at), np.int64)
    for i in range(len(seen.at)) if len(asked.track) else ():
        away = np.hypot(*offsets(asked.lat_deg, asked.lon_deg, seen.lat_deg[[i]], seen.lon_deg[[i]]))
        best = int(away.argmin())
        who[i] = known.fixes.mmsi[asked.track[best]] if away[best] <= NEAR_M else NONE
    return who


def accuracy(found: Judged, name: str, *, moving: bool = False) -> float:
    """Share of sightings of which a method says what they are; of ships under way alone, if asked."""
    kept = found.moving if moving else np.ones(len(found.truth), np.bool_)
    return float((found.said[name] == found.truth)[kept].mean())


def calibration_error(found: Judged, bins: int = 15) -> float:
    """Expected calibration error of what is said to be likeliest (Naeini and others 2015)."""
    right = found.said[OURS] == found.truth
    edge = np.minimum((found.sure * bins).astype(np.int64), bins - 1)
    many = np.bincount(edge, minlength=bins)
    gap = np.abs(np.bincount(edge, found.sure, bins) - np.bincount(edge, right, bins))
    return float(gap[many > 0].sum() / len(right))


def count_bias(found: Judged) -> float:
    """How many more sightings are counted as heard than were, as a share of those that were."""
    return float(found.said_heard.sum() / found.heard.sum() - 1)
