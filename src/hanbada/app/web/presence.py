"""A still map of presence: land as one path, places as numbered dots; drawn by the server, works without scripts.

Plate carrée in tenths of a degree, north up, cut east of Greenland so that Europe stands left of Asia and the Pacific.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.store import packs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.register import Deployment

CUT_DEG = -25.0
UNITS = 10
"""Of the drawing, in a degree."""
LEAST_STEP, STEPS = 1, 500
"""Shapes of the coast finer than one unit, or than one in so many steps across the drawing, are not drawn."""
MARGIN_DEG = 6.0
LEAST_DEG = 24.0
WORLD = (CUT_DEG, -60.0, CUT_DEG + 360.0, 80.0)


class Dot(NamedTuple):
    """One place with all who were there; `number` stands in the dot and in the table."""

    number: int
    place: str
    x: float
    y: float
    rows: list[Deployment]


class Map(NamedTuple):
    """Dots and what of the world is shown: left, top, width and height in units of the drawing."""

    dots: list[Dot]
    box: tuple[float, float, float, float]

    @property
    def radius(self) -> float:
        """Of a dot, so that it looks the same at every scale."""
        return max(self.box[2] / 75, self.box[3] / 45)


def presence(rows: Iterable[Deployment]) -> Map:
    """The map of those deployments whose place is known, the places numbered from the west."""
    places: dict[tuple[float, float, str], list[Deployment]] = {}
    for row in rows:
        if row.lon_deg is not None and row.lat_deg is not None:
            places.setdefault((eastward(row.lon_deg), row.lat_deg, row.place), []).append(row)
    dots = [
        Dot(number, place, round(UNITS * lon, 1), round(-UNITS * lat, 1), own)
        for number, ((lon, lat, place), own) in enumerate(sorted(places.items(), key=lambda one: one[0]), 1)
    ]
    return Map(dots, _box([(lon, lat) for lon, lat, _ in places]))


def eastward(lon_deg: float) -> float:
    """A longitude counted east from the cut.

    >>> eastward(129.1), eastward(-158.0), eastward(-1.1)
    (129.1, 202.0, -1.1)
    """
    return lon_deg if lon_deg >= CUT_DEG else lon_deg + 360.0


def _box(places: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Around all places with some margin, never narrower than LEAST_DEG, twice as wide as high."""
    if not places:
        west, south, east, north = WORLD
        return UNITS * west, -UNITS * north, UNITS * (east - west), UNITS * (north - south)
    lon, lat = (np.array(values) for values in zip(*places, strict=True))
    width = max(float(np.ptp(lon)) + 2 * MARGIN_DEG, 2 * (float(np.ptp(lat)) + 2 * MARGIN_DEG), LEAST_DEG)
    left, top = (lon.min() + lon.max() - width) / 2, (lat.min() + lat.max() + width / 2) / 2
    return round(UNITS * left, 1), round(-UNITS * top, 1), round(UNITS * width, 1), round(UNITS * width / 2, 1)


@cache
def land() -> list[np.ndarray]:
    """The coasts that ship, as longitude east from the cut and latitude."""
    rings = (area.rings[0] for area in packs.built_in("land").rows)
    return [ring + np.array([360.0 if ring[:, 0].mean() < CUT_DEG else 0.0, 0.0]) for ring in rings]


@lru_cache(maxsize=64)
def land_path(box: tuple[float, float, float, float]) -> str:
    """The land within a box of the drawing as the `d` of an SVG path, as fine as the box is small."""
    left, top, width, height = box
    step = max(LEAST_STEP, round(width / STEPS))
    seen = (
        ring
        for ring in land()
        if ring[:, 0].max() * UNITS > left
        and ring[:, 0].min() * UNITS < left + width
        and -ring[:, 1].min() * UNITS > top
        and -ring[:, 1].max() * UNITS < top + height
    )
    return "".join(_ring(ring, step) for ring in seen)


def _ring(ring: np.ndarray, step: int) -> str:
    """One coast in relative steps; nothing if it is smaller than two of them."""
    points = np.rint(ring * (UNITS, -UNITS) / step).astype(int) * step
    steps = np.diff(points, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    return f"M{points[0, 0]} {points[0, 1]}l{' '.join(f'{x} {y}' for x, y in steps)}z" if len(steps) > 2 else ""
