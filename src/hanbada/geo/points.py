"""Named points on the globe and which of them is nearest, up to REACH_M."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hanbada.geo import points_kernel as k
from hanbada.geo.sphere import EARTH_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

REACH_M = 100_000.0
"""Farther points are not looked for."""


@dataclass(frozen=True, slots=True)
class Points:
    """An index over named points: per one-degree cell, the points within REACH_M of any place in it."""

    names: Sequence[str]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    spots: NDArray[np.float64]
    begins: NDArray[np.int64]
    members: NDArray[np.int64]

    def nearest(self, lat_deg: float, lon_deg: float) -> tuple[str, float]:
        """Name of the nearest point and metres to it; an empty name and infinity if none is within REACH_M."""
        which, away = k.nearest(lat_deg, lon_deg, self.lat_deg, self.lon_deg, self.spots, self.begins, self.members)
        return (self.names[which], float(away)) if which >= 0 and away <= REACH_M else ("", float("inf"))

    def all_nearest(
        self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Index of the nearest point (-1: none) and metres to it, for many places."""
        which, away = np.empty(len(lat_deg), np.int64), np.empty(len(lat_deg))
        known = self.lat_deg, self.lon_deg, self.spots, self.begins, self.members
        k.all_nearest(lat_deg, lon_deg, *known, which, away)
        away[away > REACH_M] = np.inf
        return np.where(np.isinf(away), -1, which), away


def index_points(names: Sequence[str], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> Points:
    """Build the index; longitudes may lie on any turn."""
    lat, lon = np.asarray(lat_deg, np.float64), (np.asarray(lon_deg, np.float64) + 180.0) % 360.0 - 180.0
    reach = np.degrees(REACH_M / EARTH_M)
    cells: list[NDArray[np.int64]] = []
    owners: list[NDArray[np.int64]] = []
    for point in range(len(lat)):
        found = _cells_near(lat[point], lon[point], reach)
        cells.append(found)
        owners.append(np.full(len(found), point, np.int64))
    cell = np.concatenate(cells) if cells else np.zeros(0, np.int64)
    owner = np.concatenate(owners) if owners else np.zeros(0, np.int64)
    order = np.argsort(cell, kind="stable")
    begins = np.searchsorted(cell[order], np.arange(k.ROWS * k.COLUMNS + 1))
    spots = np.array([k.spot.py_func(*place) for place in zip(lat.tolist(), lon.tolist(), strict=True)])  # type: ignore[attr-defined]
    return Points(names, lat, lon, spots.reshape(-1, 3), begins.astype(np.int64), owner[order])


def _cells_near(lat: float, lon: float, reach: float) -> NDArray[np.int64]:
    rows = np.arange(max(int(np.floor(lat - reach + 90)), 0), min(int(np.floor(lat + reach + 90)), k.ROWS - 1) + 1)
    highest = min(abs(lat) + reach + 1, 89.9)
    wide = min(reach / np.cos(np.radians(highest)), 180.0)
    columns = np.arange(int(np.floor(lon - wide + 180)), int(np.floor(lon + wide + 180)) + 1)[: k.COLUMNS]
    return (rows[:, None] * k.COLUMNS + columns[None, :] % k.COLUMNS).ravel().astype(np.int64)
