"""Where ships will be: weighted particles per ship and step, their median path, and regions that hold what they say.

Particles are ways that past ships took from there (`tracks.analogs`), ways of ships that sailed alike elsewhere, and
an Ornstein-Uhlenbeck process of the ship itself, which fades within the hour. Where history is thin the first have
little weight, and `basis` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks import analogs_kernel, particles_kernel
from hanbada.tracks.analogs import NOBODY, STATE_US, History, Params, carried, imitated, states

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.paths import Paths

STEP_US = STATE_US
"""From one step of a forecast to the next: ten minutes."""
PLACE, MANNER, ALONE = range(3)
"""What a forecast rests on: ships there, ships that sailed alike, the ship alone."""
THIN = 0.5
"""With less than this share of weight from ships there, history is thin."""
NORMALS = np.array(
    [(1.22, 0.0), (0.0, 1.22), (-1.22, 0.0), (0.0, -1.22), (0.51, 0.51), (-0.51, 0.51), (-0.51, -0.51), (0.51, -0.51)]
) / np.sqrt(0.50215)  # fmt: skip
"""Eight points with the mean and variance of two independent standard normals."""
TINY = 1e-6
"""Weight that keeps the ship alone in a forecast, so that no step is without particles."""


class Forecast(NamedTuple):
    """One entry per ship: where it was at `at` (`origin`, lat-lon), particles [ship, particle, step] and their weights.

    Steps are `STEP_US` apart, the first one step after `at`. `median` is [ship, step, lat-lon]; `kernel_m` the width of
    the kernel that makes a density of the particles, `level` their own mean log density. `basis` [ship, 3, step] has
    the shares of PLACE, MANNER, ALONE.
    """

    mmsi: NDArray[np.int64]
    track_id: NDArray[np.int64]
    at: NDArray[np.int64]
    origin: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    weight: NDArray[np.float64]
    median: NDArray[np.float64]
    kernel_m: NDArray[np.float64]
    level: NDArray[np.float64]
    basis: NDArray[np.float64]


def latest(paths: Paths, at_us: int) -> NDArray[np.int64]:
    """The last point of each track up to a moment: where forecasts begin."""
    known = np.flatnonzero(paths.at <= at_us)
    order = known[np.lexsort((paths.at[known], paths.track_id[known]))]
    track = paths.track_id[order]
    return order[np.append(track[1:] != track[:-1], True)] if len(order) else order


def forecast(
    history: History, paths: Paths, points: NDArray[np.int64], steps: int, *, apart: bool = False,
    kinds: NDArray[np.int64] | None = None, params: Params | None = None,
) -> Forecast:  # fmt: skip
    """Forecast ships from some points of their paths; `kinds` has their types of ship, tens digit, 0 unknown.

    `apart` leaves each ship's own past out of the history, as an evaluation must.
    """
    given, mmsi = params or Params(), paths.mmsi[points]
    barred = mmsi if apart else np.full(len(points), NOBODY)
    types = np.zeros(len(points), np.int64) if kinds is None else kinds
    now = np.column_stack([paths.lat_deg[points], paths.lon_deg[points]])
    at = states(paths, points, given)
    there = carried(history, at, now, barred, types, steps, given)
    alike = imitated(history, at, now, barred, types, steps, given)
    alone = alone_from(paths, points, now, at.velocity, steps, given)
    weight = _weighted(there.weight, alike.weight, alone.shape[1], given)
    places = np.concatenate([there.places, alike.places, alone], 1)
    lat, lon = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    summary = np.empty((len(points), steps, 4))
    particles_kernel.summaries(lat, lon, weight, now, given.kernel_m, given.kernel_share, summary)
    edges = np.cumsum([0, there.weight.shape[1], alike.weight.shape[1]])
    return Forecast(
        mmsi, paths.track_id[points], paths.at[points], now, lat, lon, weight, summary[..., :2], summary[..., 2],
        summary[..., 3], np.add.reduceat(weight, edges, axis=1),
    )  # fmt: skip


def alone_from(
    paths: Paths, points: NDArray[np.int64], now: NDArray[np.float64], velocity: NDArray[np.float64], steps: int,
    params: Params,
) -> NDArray[np.float64]:  # fmt: skip
    """Particles of the ship's own Ornstein-Uhlenbeck process, [ship, particle, step, lat-lon]."""
    mean = mean_velocity(paths, points) * params.persistence
    out = np.empty((len(points), len(NORMALS), steps, 2))
    analogs_kernel.wander(now, velocity, mean, NORMALS, params.memory_s, params.sigma, out)
    return out


def mean_velocity(paths: Paths, points: NDArray[np.int64]) -> NDArray[np.float64]:
    """Velocity made good over the last half hour, or as much of it as is known, in m/s east and north."""
    out = np.empty((len(points), 2))
    analogs_kernel.means(paths.lat_deg, paths.lon_deg, paths.begin, points, out)
    return out


def _weighted(
    there: NDArray[np.float64], alike: NDArray[np.float64], alone: int, params: Params
) -> NDArray[np.float64]:
    """Weights of all particles, summing to one at each step."""
    since_s = (np.arange(there.shape[2]) + 1) * STEP_US / 1e6
    many = alike.sum(1, keepdims=True)
    elsewhere = params.elsewhere * alike / np.maximum(many, 1.0)
    going = params.going_on * np.exp(-since_s / params.going_on_s) + TINY + np.where(many > 0, 0.0, params.elsewhere)
    whole = np.concatenate([there, elsewhere, np.repeat(going / alone, alone, 1)], 1)
    scaled: NDArray[np.float64] = whole / whole.sum(1, keepdims=True)
    return scaled


def representatives(one: Forecast, ship: int, count: int) -> NDArray[np.float64]:
    """Whole ways that stand for a ship's particles, [way, step, lat-lon]: greedy k-medoids over mean distance.

    Ways that are not known to the last step stand only for themselves where too few are.
    """
    lat, lon, weight = one.lat_deg[ship], one.lon_deg[ship], one.weight[ship]
    whole = np.flatnonzero(weight[:, -1] > 0)
    places = np.stack([lat[whole], lon[whole]], -1)
    flat = (places - one.origin[ship] + [0.0, 180.0]) % [1e9, 360.0] - [0.0, 180.0]
    flat[..., 1] *= np.cos(np.radians(one.origin[ship, 0]))
    away = np.hypot(*np.moveaxis(flat[:, None] - flat[None], -1, 0)).mean(-1)
    chosen = np.empty(count, np.int64)
    particles_kernel.stand_for(away, weight[whole].mean(1), chosen)
    picked: NDArray[np.float64] = places[chosen]
    return picked
