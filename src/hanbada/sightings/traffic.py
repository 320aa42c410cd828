"""Where ships are met at all: a ship that nobody hears is likelier in a lane than beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CELL_DEG = 0.01
"""Each vessel counts once in a cell of this side, so that moored ships do not stand for all."""
NEIGHBOURS = 24
"""Points that set the density of a place."""
LEAST_M = 300.0
"""Finer than this density is not known."""
EVEN = 0.7
"""Share of unheard ships that may be anywhere."""


class Traffic(NamedTuple):
    """Points that ships were met at, as a tree over the sphere in metres."""

    tree: Any
    count: int  # type: ignore[assignment]


def traffic(mmsi: NDArray[np.int64], lat_deg: Floats, lon_deg: Floats) -> Traffic:
    """Traffic from positions of vessels, in any order."""
    from scipy.spatial import cKDTree

    row, column = np.floor(lat_deg / CELL_DEG).astype(np.int64), np.floor(lon_deg / CELL_DEG).astype(np.int64)
    once = np.unique(np.column_stack([mmsi, row, column]), axis=0, return_index=True)[1]
    return Traffic(cKDTree(on_sphere(lat_deg[once], lon_deg[once])), len(once))


def on_sphere(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Places as points of a sphere, in metres."""
    lat, lon = lat_deg * RADIANS, lon_deg * RADIANS
    flat = np.cos(lat)
    return EARTH_M * np.column_stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)])


def relative(met: Traffic, lat_deg: Floats, lon_deg: Floats, centre: tuple[float, float], area_m2: float) -> Floats:
    """How much likelier than on average in an area of that size around a centre ships are met at some places."""
    if met.count < NEIGHBOURS or not len(lat_deg):
        return np.ones(len(lat_deg))
    away = met.tree.query(on_sphere(lat_deg, lon_deg), k=NEIGHBOURS)[0][:, -1]
    dense = NEIGHBOURS / (np.pi * np.maximum(away, LEAST_M) ** 2)
    within = np.sqrt(area_m2 / np.pi)
    around = on_sphere(np.array([centre[0]]), np.array([centre[1]]))
    inside = max(met.tree.query_ball_point(around, within, return_length=True)[0], NEIGHBOURS)
    found: Floats = EVEN + (1 - EVEN) * dense * area_m2 / inside
    return found
