"""A small chart for a report: land, a net of degrees and the shapes of some entries. Mercator; not for navigation."""

from __future__ import annotations

import math
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.reference import land

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hanbada.share.formats.entries import Shape

LAND_FILE = "land-50m.json.gz"
SEA, LAND, COAST, NET, MARK = "#f3f7fa", "#e7dfc9", "#8b8369", "#b9c4cc", "#d3142f"
LEAST_DEG, MARGIN, MOST_LAT = 0.5, 0.25, 84.0
_STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
MOST_LINES = 6


class Frame(NamedTuple):
    """A box of degrees on a sheet: its west, south, east and north, and where it lies on the sheet in points."""

    west: float
    south: float
    east: float
    north: float
    left: float
    bottom: float
    width: float
    height: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a position lies on the sheet."""
        share = (_up(lat) - _up(self.south)) / (_up(self.north) - _up(self.south))
        return self.left + (lon - self.west) / (self.east - self.west) * self.width, self.bottom + share * self.height


def _up(lat: float) -> float:
    held = max(-MOST_LAT, min(MOST_LAT, lat))
    return math.degrees(math.asinh(math.tan(math.radians(held))))


@cache
def coast() -> tuple[NDArray[np.float64], ...]:
    """The outer rings of the land that ships with Hanbada, as rows of longitude and latitude."""
    data = pkgutil.get_data("hanbada.reference", f"data/{LAND_FILE}") or b""
    return tuple(np.asarray(area.rings[0]) for area in land.read({LAND_FILE: data}).rows)


def frame(shapes: Sequence[Shape], left: float, bottom: float, width: float, height: float) -> Frame:
    """The box around some shapes, as wide as the sheet wants it."""
    points = [point for shape in shapes for point in shape.points]
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    tall = max(
        LEAST_DEG, (_up(north) - _up(south)) * (1 + 2 * MARGIN), (east - west) * (1 + 2 * MARGIN) * height / width
    )
    wide, middle = tall * width / height, (_up(south) + _up(north)) / 2
    half = min(wide, 360.0) / 2
    centre = (west + east) / 2
    return Frame(
        centre - half, _down(middle - tall / 2), centre + half, _down(middle + tall / 2), left, bottom, width, height
    )  # fmt: skip


def _down(up: float) -> float:
    return max(-MOST_LAT, min(MOST_LAT, math.degrees(math.atan(math.sinh(math.radians(up))))))


def draw(sheet: Any, box: Frame, shapes: Sequence[Shape], font: str) -> None:
    """Draw a chart on a sheet of ReportLab."""
    sheet.saveState()
    clip = sheet.beginPath()
    clip.rect(box.left, box.bottom, box.width, box.height)
    sheet.clipPath(clip, stroke=0, fill=0)
    sheet.setFillColor(SEA)
    sheet.rect(box.left, box.bottom, box.width, box.height, stroke=0, fill=1)
    sheet.setLineWidth(0.4)
    sheet.setFillColor(LAND)
    sheet.setStrokeColor(COAST)
    for ring in _near(box):
        _path(sheet, [box.place(lon, lat) for lon, lat in ring], closed=True, fill=1)
    _net(sheet, box, font)
    for shape in shapes:
        _shape(sheet, box, shape)
    sheet.restoreState()
    sheet.setStrokeColor(COAST)
    sheet.rect(box.left, box.bottom, box.width, box.height, stroke=1, fill=0)


def _near(box: Frame) -> Iterator[NDArray[np.float64]]:
    for ring in coast():
        (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
        if north < box.south or south > box.north:
            continue
        for turn in range(math.floor((box.west - east) / 360) + 1, math.floor((box.east - west) / 360) + 1):
            yield ring + np.array([360.0 * turn, 0.0])


def _path(sheet: Any, points: Sequence[tuple[float, float]], *, closed: bool, fill: int) -> None:
    path = sheet.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    sheet.drawPath(path, stroke=1, fill=fill)


def _net(sheet: Any, box: Frame, font: str) -> None:
    """Meridians and parallels at round degrees, with their names."""
    step = next((one for one in _STEPS if (box.east - box.west) / one <= MOST_LINES), 45.0)
    sheet.setStrokeColor(NET)
    sheet.setFillColor(COAST)
    sheet.setFont(font, 6)
    for n in range(math.ceil(box.west / step), math.floor(box.east / step) + 1):
        x, _ = box.place(n * step, box.south)
        sheet.line(x, box.bottom, x, box.bottom + box.height)
        lon = (n * step + 180) % 360 - 180
        sheet.drawString(x + 2, box.bottom + 2, f"{abs(lon):g}°{'EW'[lon < 0]}")
    for n in range(math.ceil(box.south / step), math.floor(box.north / step) + 1):
        _, y = box.place(box.west, n * step)
        sheet.line(box.left, y, box.left + box.width, y)
        sheet.drawString(box.left + 2, y + 2, f"{abs(n * step):g}°{'NS'[n < 0]}")


def _shape(sheet: Any, box: Frame, shape: Shape) -> None:
    sheet.setStrokeColor(MARK)
    sheet.setLineWidth(1.2)
    points = [box.place(lon, lat) for lon, lat in shape.points]
    if len(points) == 1:
        sheet.circle(*points[0], 3, stroke=1, fill=0)
    else:
        _path(sheet, points, closed=shape.kind == "polygon", fill=0)
