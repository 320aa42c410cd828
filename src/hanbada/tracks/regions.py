"""Regions that hold what a forecast says: levels of density, set by how forecasts of the past came out.

A place's score is its log density less the particles' own mean, so that wide and narrow forecasts compare. The region
of a share is where the score reaches the quantile that held that share of past truths (split conformal prediction,
Vovk 2005), for ships at rest, ships whose place has history and ships whose place has little, each on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.rasters import Raster
from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.tracks import analogs_kernel, particles_kernel
from hanbada.tracks.analogs import History, Params, states, until_moment
from hanbada.tracks.forecast import PLACE, THIN, Forecast, forecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.paths import Paths

SHARES = (0.5, 0.9)
"""What the regions are to hold."""
UNDER_WAY_KN = 1.0
"""Slower ships are at rest."""
REST, THICK, SCANT = range(3)
"""Kinds of forecasts that are calibrated apart."""
LEAST = 200
"""Truths that it takes to set a level; with fewer, those of the step before it count, or of all ships under way."""
TRIED = 1500
"""Past forecasts that are compared with what came, at most."""
EARLIER = 0.6
"""Share of a history's states from which the later ones are forecast."""
UNTRIED = np.array([-1.0, -4.0])
"""Levels where there is nothing to compare: half and nine tenths of what New York's came to, made wider."""


class Levels(NamedTuple):
    """The least score within each region, [kind, share, step], and how many past truths set it, [kind, step]."""

    least: NDArray[np.float64]
    truths: NDArray[np.int64]


def kinds_of(one: Forecast, velocity: NDArray[np.float64]) -> NDArray[np.int64]:
    """REST, THICK or SCANT per ship and step."""
    moving = np.hypot(velocity[:, 0], velocity[:, 1]) >= UNDER_WAY_KN * KNOT_MS
    rich = one.basis[:, PLACE] >= THIN
    return np.where(moving[:, None], np.where(rich, THICK, SCANT), REST)


def scores(one: Forecast, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """The score of a place per ship and step; NaN where it is not a number."""
    return log_densities(one, lat_deg, lon_deg) - one.level


def log_densities(one: Forecast, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the forecast density per square metre at a place per ship and step; NaN where it is not a number."""
    out = np.empty(lat_deg.shape)
    particles_kernel.densities(one.lat_deg, one.lon_deg, one.weight, one.origin, one.kernel_m, lat_deg, lon_deg, out)
    return out


def truths(paths: Paths, points: NDArray[np.int64], steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where ships were, steps of ten minutes after some points of their paths; NaN where the path has ended."""
    there = points[:, None] + (np.arange(steps) + 1) * analogs_kernel.STRIDE
    known = there < paths.end[points][:, None]
    index = np.where(known, there, points[:, None])
    return np.where(known, paths.lat_deg[index], np.nan), np.where(known, paths.lon_deg[index], np.nan)


def calibrate(history: History, steps: int, params: Params | None = None) -> Levels:
    """Levels from forecasts of the later ships of a history from its earlier ones, each without its own past."""
    given = params or Params()
    since = history.paths.at[history.points]
    until = np.quantile(since, EARLIER) if len(since) else 0
    points = history.points[since >= until]
    points = points[:: max(1, len(points) // TRIED)]
    earlier = until_moment(history, int(until), given)
    velocity = states(history.paths, points, given).velocity
    past = forecast(earlier, history.paths, points, steps, apart=True, params=given)
    return levels(scores(past, *truths(history.paths, points, steps)), kinds_of(past, velocity))


def levels(found: NDArray[np.float64], kinds: NDArray[np.int64]) -> Levels:
    """Levels from scores of what came and the kinds of the forecasts, [forecast, step]."""
    steps = found.shape[1]
    least, count = np.empty((3, len(SHARES), steps)), np.zeros((3, steps), np.int64)
    for kind in (REST, THICK, SCANT):
        before = UNTRIED
        for step in range(steps):
            known = np.isfinite(found[:, step])
            own = found[known & (kinds[:, step] == kind), step]
            count[kind, step] = len(own)
            if len(own) < LEAST and kind != REST:
                own = found[known & (kinds[:, step] != REST), step]
            before = _quantiles(own) if len(own) >= LEAST else before
            least[kind, :, step] = before
    return Levels(least, count)


def _quantiles(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The score that each share of the next truths will reach, one more unknown truth counted in."""
    ranked = np.sort(found)
    rank = np.floor((1 - np.array(SHARES)) * (len(ranked) + 1)).astype(np.int64) - 1
    reached: NDArray[np.float64] = ranked[np.maximum(rank, 0)]
    return reached


GRID = 48
"""Cells along each side of the raster that outlines come from."""
MARGIN = 3.0
"""Widths of a kernel around the outermost particles that the raster covers."""
LIGHT = 1e-3
"""Particles of less weight do not stretch it."""


def raster(one: Forecast, ship: int, step: int) -> Raster:
    """The density of one ship at one step on a grid that holds all but next to nothing of it."""
    kept = one.weight[ship, :, step] > LIGHT * one.weight[ship, :, step].max()
    lat, lon = one.origin[ship]
    metre = EARTH_M * RADIANS
    wide = metre * np.cos(lat * RADIANS)
    east = ((one.lon_deg[ship, kept, step] - lon + 180.0) % 360.0 - 180.0) * wide
    places = np.column_stack([east, (one.lat_deg[ship, kept, step] - lat) * metre])
    margin = MARGIN * one.kernel_m[ship, step]
    x, y = (np.linspace(v.min() - margin, v.max() + margin, GRID) for v in places.T)
    out = np.empty((GRID, GRID))
    weight = np.ascontiguousarray(one.weight[ship, kept, step : step + 1])
    particles_kernel.raster(places, weight, float(one.kernel_m[ship, step]), x, y, out)
    return Raster(lat + y / metre, lon + x / wide, out, float((x[1] - x[0]) * (y[1] - y[0])))
