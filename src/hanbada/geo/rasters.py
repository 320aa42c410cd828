"""Rasters of density on the globe, and rings around where they reach a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Raster(NamedTuple):
    """Log density per square metre of one ship at one step: rows from south to north, columns from west to east.

    Longitudes run on beyond 180 degrees rather than jump.
    """

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    log_density: NDArray[np.float64]
    cell_m2: float


Ring: TypeAlias = tuple[tuple[float, float], ...]
"""(longitude, latitude), the first point again at the end."""
_BOTTOM, _RIGHT, _TOP, _LEFT = range(4)
_CROSSED = {
    1: ((_BOTTOM, _LEFT),), 2: ((_RIGHT, _BOTTOM),), 3: ((_RIGHT, _LEFT),), 4: ((_TOP, _RIGHT),),
    5: ((_BOTTOM, _LEFT), (_TOP, _RIGHT)), 6: ((_TOP, _BOTTOM),), 7: ((_TOP, _LEFT),), 8: ((_LEFT, _TOP),),
    9: ((_BOTTOM, _TOP),), 10: ((_RIGHT, _BOTTOM), (_LEFT, _TOP)), 11: ((_RIGHT, _TOP),), 12: ((_LEFT, _RIGHT),),
    13: ((_BOTTOM, _RIGHT),), 14: ((_LEFT, _BOTTOM),),
}  # fmt: skip
"""Sides of a cell where an outline enters and leaves, the inside on its left; corners count 1, 2, 4, 8."""


def outlines(found: Raster, level: float) -> list[Ring]:
    """Rings around where the log density reaches a level (marching squares), anticlockwise; holes are filled."""
    high = np.pad(found.log_density, 1, constant_values=-np.inf)
    lat, lon = (np.append(np.append(2 * v[0] - v[1], v), 2 * v[-1] - v[-2]) for v in (found.lat_deg, found.lon_deg))
    drawn: list[Ring] = [
        tuple(_place(edge, high, lat, lon, level) for edge in ring) for ring in _chained(high >= level)
    ]
    return [ring for ring in drawn if _turns_left(ring)]


_Edge: TypeAlias = tuple[int, int, bool]
"""A side of the grid: row and column of its lower left end, whether it goes up."""


def _chained(inside: NDArray[np.bool_]) -> list[list[_Edge]]:
    """Closed chains of the sides of the grid that outlines cross."""
    corner = inside.astype(np.int64)
    case = corner[:-1, :-1] + 2 * corner[:-1, 1:] + 4 * corner[1:, 1:] + 8 * corner[1:, :-1]
    following: dict[_Edge, _Edge] = {}
    for row, column in np.argwhere((case > 0) & (case < 15)).tolist():
        sides = ((row, column, False), (row, column + 1, True), (row + 1, column, False), (row, column, True))
        following |= {sides[start]: sides[end] for start, end in _CROSSED[int(case[row, column])]}
    chains = []
    while following:
        start, edge = following.popitem()
        chain = [start]
        while edge != start:
            chain.append(edge)
            edge = following.pop(edge)
        chains.append([*chain, start])
    return chains


def _place(
    edge: _Edge, high: NDArray[np.float64], lat: NDArray[np.float64], lon: NDArray[np.float64], level: float
) -> tuple[float, float]:
    """Where the level lies on a side of the grid, by linear interpolation."""
    row, column, up = edge
    last = (row + 1, column) if up else (row, column + 1)
    first_high, last_high = high[row, column], high[last]
    share = (level - first_high) / (last_high - first_high) if np.isfinite(first_high + last_high) else 0.5
    along = lat[row] + share * (lat[last[0]] - lat[row]), lon[column] + share * (lon[last[1]] - lon[column])
    return float(along[1]), float(along[0])


def _turns_left(ring: Ring) -> bool:
    x, y = np.array(ring).T
    return float(((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum()) < 0
