"""An index over areas on the globe: which of them hold a place.

Areas are given as rings of (longitude, latitude) that never jump at 180 degrees: a ring around Fiji runs from 175 to
185. Inside is even-odd over all rings of an area, in the plane of longitude and latitude, as in GeoJSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hanbada.geo import areas_kernel as k

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ring = NDArray[np.float64]
    Shape = tuple[Any, Any, Any, Any]
    Grid = tuple[Any, Any, Any, float, int, Any, Any, Any, Any]

HEIGHT_DEG = 0.25
"""Side of a grid cell. Smaller cells are seldom cut by a boundary, larger ones cost less to build."""
COLUMNS = int(360 / HEIGHT_DEG)
ROWS = int(180 / HEIGHT_DEG)
EDGES_PER_BAND = 8
"""Edges a band of latitude should hold."""
MAX_BANDS = 4096


@dataclass(frozen=True, slots=True)
class AreaIndex:
    """The arrays of `areas_kernel`, in its argument order; an edge stands in each band that it reaches into."""

    cells: NDArray[np.int64]
    cell_areas: NDArray[np.int64]
    cell_kind: NDArray[np.int64]
    boxes: NDArray[np.float64]
    bands: NDArray[np.int64]
    begins: NDArray[np.int64]
    edges: NDArray[np.float64]

    def holding(self, lat_deg: float, lon_deg: float) -> tuple[int, ...]:
        """Numbers of the areas that hold a place."""
        _, areas = self.memberships(np.array([lat_deg]), np.array([lon_deg]))
        return tuple(areas.tolist())

    def memberships(
        self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All pairs (point, area) where the point is inside."""
        room = 2 * len(lat_deg) + 64
        while True:
            points, areas = np.empty(room, np.int64), np.empty(room, np.int64)
            found = int(k.memberships(lat_deg, lon_deg, *self._grid(), points, areas))
            if found <= room:
                return points[:found], areas[:found]
            room = found

    def signatures(self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.int64]:
        """A number per point: zero in no area, different where the set of areas differs."""
        out = np.empty(len(lat_deg), np.int64)
        k.signatures(lat_deg, lon_deg, *self._grid(), out)
        return out

    def _grid(self) -> Grid:
        return (
            self.cells, self.cell_areas, self.cell_kind, HEIGHT_DEG, COLUMNS, self.boxes, self.bands, self.begins,
            self.edges,
        )  # fmt: skip


def index_areas(areas: Sequence[Sequence[Ring]]) -> AreaIndex:
    """Build the index over areas, each given as its rings (any order, outer and holes alike)."""
    edges = [np.concatenate([_edges(ring) for ring in rings]) if rings else np.zeros((0, 4)) for rings in areas]
    boxes, bands = np.zeros((len(areas), 5)), np.zeros((len(areas), 2), np.int64)
    begins, banded = [np.zeros(1, np.int64)], []
    for number, own in enumerate(edges):
        count = _band_count(own)
        boxes[number, :4] = _box(own)
        boxes[number, 4] = max((boxes[number, 3] - boxes[number, 1]) / count, 1e-9)
        bands[number] = sum(len(b) for b in begins) - 1, count
        listed, cuts = _listed(own, boxes[number, 1], boxes[number, 4], count)
        banded.append(own[listed])
        begins.append(cuts[1:] + begins[-1][-1])
    shape = (boxes, bands, np.concatenate(begins), _joined(banded, (0, 4)))
    return _gridded(edges, shape)


def _joined(parts: Sequence[NDArray[Any]], empty: tuple[int, ...]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(empty)


def _gridded(edges: list[NDArray[np.float64]], shape: Shape) -> AreaIndex:
    """List areas per cell: cut by a boundary, wholly inside, or not at all; the middle of an uncut cell tells."""
    found = [_cells(number, own, shape[0][number]) for number, own in enumerate(edges)]
    listed = _joined(found, (0, 3)).astype(np.int64)
    listed = listed[np.lexsort((listed[:, 1], listed[:, 0]))]
    cell, area, kind = (listed[:, i].copy() for i in range(3))
    lat = (cell // COLUMNS + 0.5) * HEIGHT_DEG - 90.0
    lon = (cell % COLUMNS + 0.5) * HEIGHT_DEG - 180.0
    held = np.empty(len(cell), np.bool_)
    k.hold(area, lat, lon, *shape, held)
    kept = (kind == k.PART) | held
    cells = np.searchsorted(cell[kept], np.arange(ROWS * COLUMNS + 1)).astype(np.int64)
    return AreaIndex(cells, area[kept], kind[kept], *shape)


def _edges(ring: Ring) -> NDArray[np.float64]:
    closed = ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]])
    return np.hstack([closed[:-1], closed[1:]])


def _box(edges: NDArray[np.float64]) -> tuple[float, float, float, float]:
    if not len(edges):
        return 0.0, 91.0, 0.0, 91.0
    lon, lat = edges[:, 0::2], edges[:, 1::2]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _band_count(edges: NDArray[np.float64]) -> int:
    return int(min(max(len(edges) // EDGES_PER_BAND, 1), MAX_BANDS))


def _listed(
    edges: NDArray[np.float64], south: float, height: float, bands: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges by the bands they reach into, and where each band begins."""
    low = np.clip(((np.minimum(edges[:, 1], edges[:, 3]) - south) / height).astype(np.int64), 0, bands - 1)
    high = np.clip(((np.maximum(edges[:, 1], edges[:, 3]) - south) / height).astype(np.int64), 0, bands - 1)
    edge, within = _repeated(high - low + 1)
    band = low[edge] + within
    order = np.argsort(band, kind="stable")
    return edge[order], np.searchsorted(band[order], np.arange(bands + 1))


def _repeated(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each index as often as its count says, and beside it 0, 1, 2 ... up to that."""
    index = np.repeat(np.arange(len(counts)), counts)
    return index, np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _cells(number: int, edges: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.int64]:
    """(cell, area, kind) of every cell of the area's box: PART where an edge runs through or near."""
    if not len(edges):
        return np.zeros((0, 3), np.int64)
    south, west = int(np.floor((box[1] + 90) / HEIGHT_DEG)) - 1, int(np.floor((box[0] + 180) / HEIGHT_DEG)) - 1
    rows = int(np.floor((box[3] + 90) / HEIGHT_DEG)) - south + 2
    columns = min(int(np.floor((box[2] + 180) / HEIGHT_DEG)) - west + 2, COLUMNS + 2)
    cut = np.zeros((rows + 2, columns + 2), np.bool_)
    row, column = _touched(edges, south, west)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            cut[np.clip(row + i + 1, 0, rows + 1), np.clip(column + j + 1, 0, columns + 1)] = True
    row, column = np.indices((rows, columns)).reshape(2, -1)
    whole = (row + south >= 0) & (row + south < ROWS)
    row, column = row[whole], column[whole]
    kind = np.where(cut[row + 1, column + 1], k.PART, k.WHOLE)
    cell = (row + south) * COLUMNS + (column + west) % COLUMNS
    listed = np.column_stack([cell, np.full(len(cell), number), kind])
    # A box wider than the globe names a cell twice; cut wins.
    listed = listed[np.lexsort((-listed[:, 2], listed[:, 0]))]
    kept: NDArray[np.int64] = listed[np.append(True, listed[1:, 0] != listed[:-1, 0])]
    return kept


def _touched(edges: NDArray[np.float64], south: int, west: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns (from the box's corner) of points along the edges, half a cell apart."""
    long = np.maximum(np.abs(edges[:, 2] - edges[:, 0]), np.abs(edges[:, 3] - edges[:, 1]))
    count = np.ceil(long / HEIGHT_DEG * 2).astype(np.int64) + 1
    edge, within = _repeated(count + 1)
    share = within / count[edge]
    lon = edges[edge, 0] + (edges[edge, 2] - edges[edge, 0]) * share
    lat = edges[edge, 1] + (edges[edge, 3] - edges[edge, 1]) * share
    row = np.floor((lat + 90) / HEIGHT_DEG).astype(np.int64) - south
    return row, np.floor((lon + 180) / HEIGHT_DEG).astype(np.int64) - west
