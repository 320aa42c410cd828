"""Ports and anchorages at which a ship may call: how near it must come to be in, how far to go to be out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.tracks import harbours_kernel as k

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

ANCHORAGE_IN_M, ANCHORAGE_OUT_M = 3000.0, 4000.0
"""An anchorage cell is half a kilometre across and there are many to a port (Global Fishing Watch, anchorages)."""
PORT_IN_M, PORT_OUT_M = 8000.0, 10_000.0
"""A port list has one point for a whole harbour: seven of ten stops lie within 8 km of it (docs/decisions/0053)."""


@dataclass(frozen=True, slots=True)
class Harbours:
    """Harbours and an index over them: per cell of a quarter degree, those within `harbours_kernel.REACH_M` of it."""

    names: Sequence[str]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    in_m: NDArray[np.float64]
    out_m: NDArray[np.float64]
    place: NDArray[np.float64]
    begins: NDArray[np.int64]
    members: NDArray[np.int64]

    @property
    def margin_m(self) -> float:
        """How far a ship is from being in any harbour, at least, where the index knows none."""
        return k.REACH_M - float(self.in_m.max(initial=0.0))


def harbours(ports: pa.Table | None, anchorages: pa.Table | None = None) -> Harbours:
    """The harbours of a PORTS and an ANCHORAGES table; either may be missing."""
    names: list[str] = []
    lats, lons, ins, outs = [], [], [], []
    listed = ((ports, "name", PORT_IN_M, PORT_OUT_M), (anchorages, "label", ANCHORAGE_IN_M, ANCHORAGE_OUT_M))
    for table, name, in_m, out_m in listed:
        if table is not None:
            names += table[name].to_pylist()
            lats.append(table["lat_deg"].to_numpy())
            lons.append(table["lon_deg"].to_numpy())
            ins.append(np.full(len(table), in_m))
            outs.append(np.full(len(table), out_m))
    columns = (np.concatenate([np.zeros(0), *parts]) for parts in (lats, lons, ins, outs))
    return index_harbours(names, *columns)


def index_harbours(
    names: Sequence[str],
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    in_m: NDArray[np.float64],
    out_m: NDArray[np.float64],
) -> Harbours:
    """Build the index; longitudes may lie on any turn. `out_m` is at least `in_m`, both less than REACH_M."""
    lat, lon = np.asarray(lat_deg, np.float64), (np.asarray(lon_deg, np.float64) + 180.0) % 360.0 - 180.0
    flat = np.cos(lat * RADIANS)
    place = np.column_stack([flat * np.cos(lon * RADIANS), flat * np.sin(lon * RADIANS), np.sin(lat * RADIANS)])
    cell, owner = _cells_near(lat, lon)
    order = np.lexsort((owner, cell))
    begins = np.searchsorted(cell[order], np.arange(k.ROWS * k.COLUMNS + 1)).astype(np.int64)
    return Harbours(names, lat, lon, in_m, out_m, place, begins, owner[order])


def _cells_near(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(cell, harbour) for every cell that a harbour's reach may touch."""
    reach = k.REACH_M / EARTH_M / RADIANS
    low, high = _row(lat - reach), _row(lat + reach)
    owner, up = _counted(high - low + 1)
    row = low[owner] + up
    edge = np.minimum(np.maximum(np.abs(lat[owner] - reach), np.abs(lat[owner] + reach)), 89.9)
    wide = np.minimum(reach / np.cos(edge * RADIANS), 180.0 - k.CELL_DEG)
    west = np.floor((lon[owner] - wide + 180.0) / k.CELL_DEG).astype(np.int64)
    east = np.floor((lon[owner] + wide + 180.0) / k.CELL_DEG).astype(np.int64)
    line, along = _counted(np.minimum(east - west + 1, k.COLUMNS))
    return row[line] * k.COLUMNS + (west[line] + along) % k.COLUMNS, owner[line]


def _row(lat: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.clip(((lat + 90.0) / k.CELL_DEG).astype(np.int64), 0, k.ROWS - 1)


def _counted(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each index as often as its count says, and beside it 0, 1, 2 ... up to that."""
    index = np.repeat(np.arange(len(counts)), counts)
    return index, np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
