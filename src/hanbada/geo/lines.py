"""An index over lines on the globe: which legs cross them, which places lie beside them.

Lines are arrays of (longitude, latitude) that never jump at 180 degrees. Between two points a line is straight in
longitude and latitude; steps longer than LONGEST_DEG are divided, so that the plane around a place is flat enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hanbada.geo import lines_kernel as k
from hanbada.geo.sphere import NMI_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Path = NDArray[np.float64]

LONGEST_DEG = 0.25
REACH_M = 10 * NMI_M
"""Segments within this way of a place are listed for its cell."""
NEAR_DEG, AROUND_DEG = 1.0, 3.0
"""Cells within so many degrees of latitude of a line are near it or around it: five and fifteen hours at 12 knots."""
NOWHERE, AROUND, NEAR, BESIDE = range(4)
"""Marks of cells: far from all lines, around one, near one, and within REACH_M of one."""


@dataclass(frozen=True, slots=True)
class LineIndex:
    """Segments (lon, lat, lon, lat), the line each belongs to, and which lie within REACH_M of each cell."""

    segments: Floats
    line: Ints
    mark: NDArray[np.int8]
    begins: Ints
    members: Ints

    def marks(self, lat_deg: Floats, lon_deg: Floats) -> NDArray[np.int8]:
        """NOWHERE, AROUND, NEAR or BESIDE for each place."""
        out = np.empty(len(lat_deg), np.int8)
        k.marks(lat_deg, lon_deg, self.mark, out)
        return out

    def crossed(
        self, lat_1: Floats, lon_1: Floats, lat_2: Floats, lon_2: Floats, wanted: NDArray[np.bool_]
    ) -> tuple[Ints, Ints, Floats]:
        """Every pair (leg, segment) of wanted legs that cross, and the share of the leg that lies before."""
        room = 256
        while True:
            row, segment, share = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
            found = int(
                k.crossed(
                    lat_1, lon_1, lat_2, lon_2, wanted, self.segments, self.begins, self.members, row, segment, share
                )
            )
            if found <= room:
                return row[:found], segment[:found], share[:found]
            room = found

    def nearest(
        self, lat_deg: Floats, lon_deg: Floats, wanted: NDArray[np.bool_] | None = None, line: int = -1
    ) -> tuple[Ints, Floats]:
        """The nearest segment within REACH_M of each wanted place (-1: none) and metres to it; of one line, or any."""
        some = np.ones(len(lat_deg), np.bool_) if wanted is None else wanted
        segment, away = np.empty(len(lat_deg), np.int64), np.empty(len(lat_deg))
        shape = (self.segments, self.line, self.begins, self.members)
        k.nearest(lat_deg, lon_deg, some, line, *shape, segment, away)
        segment[away > REACH_M], away[away > REACH_M] = -1, np.inf
        return segment, away


def lines_near(index: LineIndex, lat_deg: float, lon_deg: float) -> list[int]:
    """Numbers of the lines within REACH_M of a place."""
    here = np.array([lat_deg]), np.array([lon_deg])
    if index.marks(*here)[0] != BESIDE:
        return []
    cell = k.cell_of.py_func(lat_deg, lon_deg)  # type: ignore[attr-defined]
    listed = np.unique(index.line[index.members[index.begins[cell] : index.begins[cell + 1]]])
    return [line for line in listed.tolist() if index.nearest(*here, line=line)[0][0] >= 0]


def index_lines(lines: Sequence[Sequence[Path]]) -> LineIndex:
    """Build the index over lines, each given as its parts."""
    pieces = [(number, _segments(part)) for number, parts in enumerate(lines) for part in parts]
    segments = np.concatenate([piece for _, piece in pieces]) if pieces else np.zeros((0, 4))
    line = np.concatenate([np.full(len(piece), number) for number, piece in pieces] or [np.zeros(0, np.int64)])
    mark = np.zeros(k.ROWS * k.COLUMNS, np.int8)
    listed = []
    for number, segment in enumerate(segments):
        for one, reach_deg in ((AROUND, AROUND_DEG), (NEAR, NEAR_DEG)):
            cells = _cells(segment, reach_deg)
            mark[cells] = np.maximum(mark[cells], one)
        cells = _cells(segment, REACH_M / NMI_M / 60)
        listed.append(np.column_stack([cells, np.full(len(cells), number)]))
    found = np.concatenate(listed) if listed else np.zeros((0, 2), np.int64)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    mark[found[:, 0]] = BESIDE
    begins = np.searchsorted(found[:, 0], np.arange(k.ROWS * k.COLUMNS + 1)).astype(np.int64)
    return LineIndex(segments, line.astype(np.int64), mark, begins, found[:, 1].astype(np.int64).copy())


def _segments(part: Path) -> Floats:
    """The segments of one part, none longer than LONGEST_DEG, without those that go nowhere."""
    steps = np.ceil(np.abs(np.diff(part, axis=0)).max(axis=1) / LONGEST_DEG).astype(int)
    points = [part[:1]]
    for start, end, count in zip(part[:-1], part[1:], steps, strict=True):
        points.append(start + (end - start) * np.arange(1, count + 1)[:, None] / max(count, 1))
    whole = np.concatenate(points)
    return np.hstack([whole[:-1], whole[1:]])


def _cells(segment: Floats, reach_deg: float) -> Ints:
    """Cells whose places may lie within so many degrees of latitude of a segment."""
    south, north = min(segment[1], segment[3]) - reach_deg, max(segment[1], segment[3]) + reach_deg
    wide = reach_deg / max(0.01, np.cos(np.radians(min(89.0, max(abs(south), abs(north))))))
    west, east = min(segment[0], segment[2]) - wide, max(segment[0], segment[2]) + wide
    rows = np.arange(int((max(south, -90.0) + 90.0) / k.CELL_DEG), int((min(north, 89.999) + 90.0) / k.CELL_DEG) + 1)
    first, last = int(np.floor((west + 180.0) / k.CELL_DEG)), int(np.floor((east + 180.0) / k.CELL_DEG))
    columns = np.unique(np.arange(first, min(last, first + k.COLUMNS - 1) + 1) % k.COLUMNS)
    cells: Ints = (rows[:, None] * k.COLUMNS + columns).ravel()
    return cells
