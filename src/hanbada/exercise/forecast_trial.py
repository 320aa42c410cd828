"""What forecasts are worth on real recordings: every method on the same ships, none of which it knows.

Every tested vessel is forecast from a history that holds neither it nor anything of the time after the cut; parameters
were tuned on other vessels. Errors are great-circle distances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.model.times import DAY_US
from hanbada.tracks import analogs, regions
from hanbada.tracks.analogs import History, Params, remember, states
from hanbada.tracks.analogs_kernel import NOW, STRIDE
from hanbada.tracks.forecast import PLACE, THIN, Forecast, alone_from, forecast, mean_velocity, representatives
from hanbada.tracks.paths import Paths, part
from hanbada.tracks.paths_kernel import STEP_US

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "Hanbada"
ALONE = "Ornstein-Uhlenbeck"
STAYS = "stays where it is"
NAMED = ("constant velocity", "constant turn (CTRV)", ALONE, "last lane")
"""Baselines of the protocol. That a ship stays where it is we added: in harbours it is hard to beat."""
STEPS = 36
HORIZONS_MIN = (10, 30, 60, 120, 180, 360)
FOLDS, TUNING = 5, 2
"""Vessels fall into five groups by their number; those of the first two were tuned on and are not tested."""
AREAS = 150
"""Forecasts whose regions are measured."""
ORIG_STEPS = (7, 13, 19)
"""What the script of TrAISformer calls 1, 2 and 3 hours: its first prediction is 10 minutes ahead, and has index 0."""
STRAIGHT_DEG = 10.0
"""A ship that turned less in six minutes sails straight."""
WAYS = 16
"""Ways of which the best is counted."""
WHOLE = 18
"""Steps of a whole way: three hours."""


class Trial(NamedTuple):
    """A recording to try forecasts on: days of it that are history, whether parameters were tuned on part of it."""

    name: str
    title: str
    file: str
    history_days: float
    tuned: bool


Places: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Latitudes and longitudes, [query, step]."""


class Tested(NamedTuple):
    """What was forecast on one carrier: one row per query; `errors` in metres by method, [query, step]."""

    mmsi: NDArray[np.int64]
    errors: dict[str, NDArray[np.float64]]
    held: dict[float, NDArray[np.float64]]
    area_km2: NDArray[np.float64]
    energy_m: dict[str, NDArray[np.float64]]
    best_of_16_m: dict[str, NDArray[np.float64]]
    original_nmi: NDArray[np.float64]
    strata: dict[str, NDArray[np.bool_]]
    cpu_ms: float
    states: int


def fold_of(mmsi: NDArray[np.int64]) -> NDArray[np.int64]:
    """The group of a vessel: a multiplicative hash of its number."""
    group: NDArray[np.int64] = (mmsi * 2654435761 % 2**32 >> 16) % FOLDS
    return group


def queries(whole: Paths, every: int = 15) -> NDArray[np.int64]:
    """Points from which ships under way are forecast: every half hour, with 20 minutes behind and 10 ahead."""
    index = np.arange(len(whole.at))
    sound = (index - whole.begin >= 2 * STRIDE) & (index + STRIDE < whole.end) & (whole.at // STEP_US % every == 0)
    points = index[sound]
    moving = np.hypot(*velocity_of(whole, points).T) >= regions.UNDER_WAY_KN * KNOT_MS
    return np.compress(moving, points)


def away_m(lat: Any, lon: Any, lat_2: Any, lon_2: Any) -> NDArray[np.float64]:
    """Great-circle distances, arrays of any shape."""
    half_lat, half_lon = (lat_2 - lat) * RADIANS / 2, (lon_2 - lon) * RADIANS / 2
    h = np.sin(half_lat) ** 2 + np.cos(lat * RADIANS) * np.cos(lat_2 * RADIANS) * np.sin(half_lon) ** 2
    found: NDArray[np.float64] = 2 * EARTH_M * np.arcsin(np.sqrt(h))
    return found


def gone(now: NDArray[np.float64], east: Any, north: Any) -> tuple[Any, Any]:
    """Places so many metres from the ships now, [ship, step], on great circles."""
    way, course = np.hypot(east, north) / EARTH_M, np.arctan2(east, north)
    lat = now[:, :1] * RADIANS
    sine = np.sin(lat) * np.cos(way) + np.cos(lat) * np.sin(way) * np.cos(course)
    lon = np.arctan2(np.sin(course) * np.sin(way) * np.cos(lat), np.cos(way) - np.sin(lat) * sine)
    return np.arcsin(np.clip(sine, -1, 1)) / RADIANS, now[:, 1:] + lon / RADIANS


def turning(whole: Paths, points: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rate of turn in radians per second: course of the last six minutes against that of the six before."""
    back, far = np.maximum(points - NOW, whole.begin[points]), np.maximum(points - 2 * NOW, whole.begin[points])

    def course(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
        east = ((whole.lon_deg[last] - whole.lon_deg[first] + 180) % 360 - 180) * np.cos(whole.lat_deg[last] * RADIANS)
        return np.arctan2(east, whole.lat_deg[last] - whole.lat_deg[first])

    turned = (course(back, points) - course(far, back) + np.pi) % (2 * np.pi) - np.pi
    return turned / (NOW * STEP_US / 1e6)


def reverting(velocity: Any, mean: Any, process: Params) -> tuple[Any, Any]:
    """Metres sailed by an Ornstein-Uhlenbeck mean: velocity gives way to a share of the mean within its memory."""
    since = (np.arange(STEPS) + 1) * STRIDE * STEP_US / 1e6
    still = process.memory_s * (1 - np.exp(-since / process.memory_s))
    rest = (since - still) * process.persistence
    return velocity[:, :1] * still + mean[:, :1] * rest, velocity[:, 1:] * still + mean[:, 1:] * rest


def fitted(whole: Paths, points: NDArray[np.int64]) -> Params:
    """The OU baseline: memory and mean with the least mean error at one to three hours on tuning queries, its noise.

    The noise is what makes its variance that of the errors there.
    """
    now, truth = place(whole, points), regions.truths(whole, points, STEPS)
    velocity, mean = velocity_of(whole, points), mean_velocity(whole, points)
    grid = [
        Params(memory_s=memory, persistence=share)
        for memory in (600.0, 900.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0)
        for share in (0.0, 0.1, 0.3, 0.5, 1.0)
    ]
    asked = [5, 11, 17]

    def errors(one: Params) -> NDArray[np.float64]:
        return away_m(*gone(now, *reverting(velocity, mean, one)), *truth)[:, asked]

    best = min(grid, key=lambda one: float(np.log(np.nanmean(errors(one), 0)).sum()))
    x = (np.array(asked) + 1) * STRIDE * STEP_US / 1e6 / best.memory_s
    unit = best.memory_s**3 * 0.5 * (2 * x + 4 * np.exp(-x) - np.exp(-2 * x) - 3)
    sigma = float(np.sqrt(np.mean(np.nanmean(errors(best) ** 2, 0) / 2 / unit)))
    return replace(best, sigma=sigma)


def place(whole: Paths, points: NDArray[np.int64]) -> NDArray[np.float64]:
    """Latitude and longitude of some points, [point, 2]."""
    return np.column_stack([whole.lat_deg[points], whole.lon_deg[points]])


def baselines(whole: Paths, points: NDArray[np.int64], history: History, process: Params) -> dict[str, Places]:
    """Places by method, [query, step]."""
    now, at = place(whole, points), states(whole, points, Params())
    since = ((np.arange(STEPS) + 1) * STRIDE * STEP_US / 1e6)[None]
    east, north = at.velocity[:, :1], at.velocity[:, 1:]
    rate = turning(whole, points)[:, None]
    rate = np.where(np.abs(rate) < 1e-6, 1e-6, rate)
    sine, cosine = np.sin(rate * since) / rate, (1 - np.cos(rate * since)) / rate
    nearest = analogs.carried(history, at, now, whole.mmsi[points], points * 0, STEPS, Params(most=1))
    sailed = nearest.weight[:, 0] > 0
    alone = gone(now, *reverting(at.velocity, mean_velocity(whole, points), process))
    return {
        "constant velocity": gone(now, east * since, north * since),
        "constant turn (CTRV)": gone(now, east * sine + north * cosine, north * sine - east * cosine),
        ALONE: alone,
        "last lane": (
            np.where(sailed, nearest.places[:, 0, :, 0], alone[0]),
            np.where(sailed, nearest.places[:, 0, :, 1], alone[1]),
        ),
        STAYS: (now[:, :1] + since * 0, now[:, 1:] + since * 0),
    }


def energy_m(
    now: NDArray[np.float64], lat: Any, lon: Any, weight: Any, truth: Places, step: int
) -> NDArray[np.float64]:
    """The energy score of weighted particles at a step, in metres (Gneiting and Raftery 2007)."""
    wide = np.cos(now[:, :1] * RADIANS)
    x, y = east_deg(now, lon[..., step]) * wide, lat[..., step] - now[:, :1]
    to_x, to_y = east_deg(now, truth[1][:, [step]]) * wide, truth[0][:, [step]] - now[:, :1]
    first = (weight[..., step] * np.hypot(x - to_x, y - to_y)).sum(1)
    apart = np.hypot(x[:, :, None] - x[:, None], y[:, :, None] - y[:, None])
    spread = np.einsum("qa,qb,qab->q", weight[..., step], weight[..., step], apart)
    found: NDArray[np.float64] = EARTH_M * RADIANS * (first - 0.5 * spread)
    return found


def east_deg(now: NDArray[np.float64], lon: Any) -> Any:
    """Degrees of longitude east of the ship now, the short way round."""
    return (lon - now[:, 1:] + 180) % 360 - 180


def best_of(ways: list[NDArray[np.float64]], truth: Places) -> NDArray[np.float64]:
    """Per query the least mean error of a whole way of three hours, in metres; NaN where the truth ends before."""
    found = [
        away_m(way[:, :WHOLE, 0], way[:, :WHOLE, 1], truth[0][ship, :WHOLE], truth[1][ship, :WHOLE]).mean(1).min()
        for ship, way in enumerate(ways)
    ]
    return np.array(found)


def originals(ways: list[NDArray[np.float64]], truth: Places, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Best of 16 per step as TrAISformer's script counts, nautical miles [query, 3]; NaN for those not asked.

    Its region spans 2.5 by 2.7 degrees from 55.5 N, and the script takes it for 2 by 3 (`v_ranges` in trAISformer.py).
    """
    steps = [step - 1 for step in ORIG_STEPS]
    out = np.full((len(ways), len(steps)), np.nan)
    for ship in np.flatnonzero(asked):
        lat, lon = ways[ship][:, steps, 0], ways[ship][:, steps, 1]
        to = 55.5 + 0.8 * (truth[0][ship, steps] - 55.5), truth[1][ship, steps] * 3 / 2.7
        out[ship] = away_m(55.5 + 0.8 * (lat - 55.5), lon * 3 / 2.7, *to).min(0) / 1852
    return out


def tested(carrier: Trial, whole: Paths, clock: Callable[[], float]) -> Tested:
    """Each group of vessels forecast from the others' history before the cut; `clock` counts CPU in s."""
    cut = whole.at.min() + carrier.history_days * DAY_US
    fold, points = fold_of(whole.mmsi), queries(whole)
    late = whole.at[points] >= cut
    tuning = points[~late & (fold[points] < TUNING)] if carrier.tuned else points[~late]
    process = fitted(whole, tuning)
    first = TUNING if carrier.tuned else 0
    groups = [(points[late & (fold[points] == g)], (whole.at < cut) & (fold != g)) for g in range(first, FOLDS)]
    return together(
        [one_fold(whole, asked, remember(part(whole, kept)), process, clock) for asked, kept in groups if len(asked)]
    )


def one_fold(
    whole: Paths, points: NDArray[np.int64], history: History, process: Params, clock: Callable[[], float]
) -> Tested:
    """What comes of some queries and a history that holds nothing of their vessels."""
    truth = regions.truths(whole, points, STEPS)
    forecast(history, whole, points[:2], WHOLE, apart=True)
    begun = clock()
    forecast(history, whole, points, WHOLE, apart=True)
    cpu_ms = (clock() - begun) / len(points) * 1e3
    one = forecast(history, whole, points, STEPS, apart=True)
    levels, kinds = regions.calibrate(history, STEPS), regions.kinds_of(one, velocity_of(whole, points))
    score, least = regions.scores(one, *truth), levels.least[kinds, :, np.arange(STEPS)[None]]
    methods = {**baselines(whole, points, history, process), OURS: (one.median[..., 0], one.median[..., 1])}
    alone = alone_from(whole, points, one.origin, velocity_of(whole, points), STEPS, process)
    ways = [representatives(one, ship, WAYS) for ship in range(len(points))]
    return Tested(
        mmsi=whole.mmsi[points],
        errors={name: away_m(*where, *truth) for name, where in methods.items()},
        held={s: np.where(np.isfinite(score), score >= least[..., k], np.nan) for k, s in enumerate(regions.SHARES)},
        area_km2=areas(one, least),
        energy_m=energies(one, alone, truth),
        best_of_16_m={OURS: best_of(ways, truth), ALONE: best_of(list(alone), truth)},
        original_nmi=originals(ways, truth, long_known(whole, points)),
        strata=strata(whole, points, one),
        cpu_ms=cpu_ms,
        states=len(history.points),
    )


def velocity_of(whole: Paths, points: NDArray[np.int64]) -> NDArray[np.float64]:
    """Velocity now, m/s east and north."""
    return states(whole, points, Params()).velocity


def energies(one: Forecast, alone: NDArray[np.float64], truth: Places) -> dict[str, NDArray[np.float64]]:
    """Energy scores of ours and of the process alone, [query, horizon]."""
    even = np.full(alone.shape[:3], 1 / alone.shape[1])
    steps = [minutes // 10 - 1 for minutes in HORIZONS_MIN]
    ours = [energy_m(one.origin, one.lat_deg, one.lon_deg, one.weight, truth, step) for step in steps]
    process = [energy_m(one.origin, alone[..., 0], alone[..., 1], even, truth, step) for step in steps]
    return {OURS: np.column_stack(ours), ALONE: np.column_stack(process)}


def strata(whole: Paths, points: NDArray[np.int64], one: Forecast) -> dict[str, NDArray[np.bool_]]:
    """Queries by how the ship sails and by what is known of the place."""
    turned_deg = np.abs(turning(whole, points)) / RADIANS * NOW * STEP_US / 1e6
    thick = one.basis[:, PLACE, 5] >= THIN
    return {
        "straight": turned_deg < STRAIGHT_DEG,
        "turning": turned_deg >= STRAIGHT_DEG,
        "history there": thick,
        "little history": ~thick,
    }


def long_known(whole: Paths, points: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Queries that TrAISformer's protocol would take: three hours behind them, faster than 1.5 kn."""
    fast = np.hypot(*velocity_of(whole, points).T) > 1.5 * KNOT_MS
    known: NDArray[np.bool_] = fast & (points - whole.begin[points] >= 18 * STRIDE)
    return known


def areas(one: Forecast, least: NDArray[np.float64]) -> NDArray[np.float64]:
    """Square kilometres of the larger region, [query, horizon], of AREAS of the queries; NaN for the others."""
    out = np.full((len(one.at), len(HORIZONS_MIN)), np.nan)
    for ship in range(0, len(one.at), max(1, len(one.at) // AREAS)):
        for k, minutes in enumerate(HORIZONS_MIN):
            step = minutes // 10 - 1
            grid = regions.raster(one, ship, step)
            out[ship, k] = (grid.log_density - one.level[ship, step] >= least[ship, step, 1]).sum() * grid.cell_m2 / 1e6
    return out


def together(folds: list[Tested]) -> Tested:
    """The folds of a carrier behind one another."""

    def joined(field: str) -> Any:
        values = [getattr(one, field) for one in folds]
        if isinstance(values[0], dict):
            return {key: np.concatenate([value[key] for value in values]) for key in values[0]}
        if isinstance(values[0], tuple):
            return tuple(np.concatenate(parts) for parts in zip(*values, strict=True))
        return np.concatenate(values) if isinstance(values[0], np.ndarray) else max(values)

    return Tested(*map(joined, Tested._fields))
