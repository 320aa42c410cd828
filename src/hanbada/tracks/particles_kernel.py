"""Weighted particles as one place, a density, a level, a few that stand for all."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import turn, wrapped
from hanbada.model.kernel import inlined, kernel

ROUNDS = 12
"""Of Weiszfeld's iteration: by then it moves by less than the error of a position."""
SAMPLED, LIGHT = 4, 1e-4
"""The mean log density is that of every fourth particle, without those of next to no weight: enough for a level."""
SOFT_M = 50.0
"""Distances are rounded off below this, so that a particle at the median does not hold it."""


@inlined
def _flat(lat: Any, lon: Any, h: int, lat_0: float, lon_0: float, places: Any) -> None:
    """East and north of all particles at one step from a place, in metres of the map around it."""
    metre = EARTH_M * RADIANS
    wide = metre * math.cos(lat_0 * RADIANS)
    for k in range(len(lat)):
        places[k, 0], places[k, 1] = turn(lon_0, lon[k, h]) * wide, (lat[k, h] - lat_0) * metre


@inlined
def _median(places: Any, weight: Any, h: int) -> tuple[float, float, float, float]:
    """The weighted spatial median (Weiszfeld 1937), the mean distance from it, the sum of weights."""
    total, x, y, away = 0.0, 0.0, 0.0, 0.0
    for k in range(len(places)):
        total += weight[k, h]
        x, y = x + weight[k, h] * places[k, 0], y + weight[k, h] * places[k, 1]
    x, y = x / total, y / total
    for _ in range(ROUNDS):
        mass, sum_x, sum_y, away = 0.0, 0.0, 0.0, 0.0
        for k in range(len(places)):
            if weight[k, h] > 0.0:
                far = math.hypot(places[k, 0] - x, places[k, 1] - y)
                pull = weight[k, h] / math.sqrt(far * far + SOFT_M * SOFT_M)
                mass, sum_x, sum_y = mass + pull, sum_x + pull * places[k, 0], sum_y + pull * places[k, 1]
                away += weight[k, h] * far
        x, y = sum_x / mass, sum_y / mass
    return x, y, away / total, total


@inlined
def log_density(places: Any, weight: Any, h: int, x: float, y: float, wide: float) -> float:
    """Logarithm of the density at a place, per square metre: Gaussian kernels around the particles."""
    nearest = np.inf
    for k in range(len(places)):
        if weight[k, h] > 0.0:
            nearest = min(nearest, (places[k, 0] - x) ** 2 + (places[k, 1] - y) ** 2)
    total, dense = 0.0, 0.0
    for k in range(len(places)):
        if weight[k, h] > 0.0:
            total += weight[k, h]
            d2 = (places[k, 0] - x) ** 2 + (places[k, 1] - y) ** 2 - nearest
            dense += weight[k, h] * math.exp(-0.5 * d2 / (wide * wide))
    return math.log(dense / total / (2.0 * math.pi * wide * wide)) - 0.5 * nearest / (wide * wide)


@kernel
def summaries(lat: Any, lon: Any, weight: Any, now: Any, least_m: float, share: float, out: Any) -> None:
    """Per query and step: lat, lon of the median, width of a kernel, the particles' own mean log density.

    A kernel is `share` of the mean distance from the median wide, and `least_m` besides.
    """
    places = np.empty((lat.shape[1], 2))
    for q in range(len(lat)):
        for h in range(lat.shape[2]):
            _flat(lat[q], lon[q], h, now[q, 0], now[q, 1], places)
            x, y, away, total = _median(places, weight[q], h)
            wide = least_m + share * away
            mean, counted = 0.0, 0.0
            for k in range(0, len(places), SAMPLED):
                if weight[q, k, h] > LIGHT * total:
                    dense = log_density(places, weight[q], h, places[k, 0], places[k, 1], wide)
                    mean, counted = mean + weight[q, k, h] * dense, counted + weight[q, k, h]
            mean = mean / counted if counted > 0.0 else log_density(places, weight[q], h, x, y, wide)
            out[q, h, 0] = now[q, 0] + y / (EARTH_M * RADIANS)
            out[q, h, 1] = wrapped(now[q, 1] + x / (EARTH_M * RADIANS * math.cos(now[q, 0] * RADIANS)))
            out[q, h, 2], out[q, h, 3] = wide, mean


@kernel
def densities(lat: Any, lon: Any, weight: Any, now: Any, wide: Any, at_lat: Any, at_lon: Any, out: Any) -> None:
    """Log density of each query and step at a place of its own; NaN where the place is unknown."""
    places = np.empty((lat.shape[1], 2))
    metre = EARTH_M * RADIANS
    for q in range(len(lat)):
        for h in range(lat.shape[2]):
            if math.isnan(at_lat[q, h]):
                out[q, h] = math.nan
                continue
            _flat(lat[q], lon[q], h, now[q, 0], now[q, 1], places)
            x = turn(now[q, 1], at_lon[q, h]) * metre * math.cos(now[q, 0] * RADIANS)
            y = (at_lat[q, h] - now[q, 0]) * metre
            out[q, h] = log_density(places, weight[q], h, x, y, wide[q, h])


@kernel
def raster(places: Any, weight: Any, wide: float, x: Any, y: Any, out: Any) -> None:
    """Log density on a grid: rows are `y`, columns `x`; one step of one query."""
    for row in range(len(y)):
        for column in range(len(x)):
            out[row, column] = log_density(places, weight, 0, x[column], y[row], wide)


@kernel
def stand_for(away: Any, weight: Any, chosen: Any) -> None:
    """Particles that stand for all: each next one lowers the weighted distance to the nearest most (greedy k-medoids).

    `away` is the distance between any two.
    """
    count = len(weight)
    nearest = np.full(count, np.inf)
    for n in range(len(chosen)):
        best, least = 0, np.inf
        for k in range(count):
            cost = 0.0
            for other in range(count):
                cost += weight[other] * min(away[k, other], nearest[other])
            if cost < least:
                best, least = k, cost
        chosen[n] = best
        for other in range(count):
            nearest[other] = min(nearest[other], away[best, other])
