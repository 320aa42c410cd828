"""Strips of water along a line: the ring of a corridor, and a lane cut into pieces that each have one direction."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hanbada.geo import sphere
from hanbada.model.errors import PackError
from hanbada.reference import rings
from hanbada.reference.shapes import Floats

Widths: TypeAlias = NDArray[np.float64]
"""Metres, one per point of a line."""

_LONGEST_STEP_DEG = 1.0
"""Straight lines on the map bend away from the course over longer steps."""
_SHARPEST_HALF_TURN_DEG = 60.0
"""Outer corners of sharper turns are cut off: their tips would reach out more than twice the half-width."""
_CIRCLE_CORNERS = 36


def densified(points: Floats) -> Floats:
    """The line with points added so that no step exceeds one degree."""
    steps = np.abs(np.diff(points, axis=0)).max(axis=1)
    counts = np.maximum(1, np.ceil(steps / _LONGEST_STEP_DEG)).astype(int)
    if (counts == 1).all():
        return points
    pieces = [
        start + (end - start) * np.arange(count)[:, None] / count
        for start, end, count in zip(points[:-1], points[1:], counts, strict=True)
    ]
    return np.vstack([*pieces, points[-1:]])


def distinct(points: Floats) -> Floats:
    """Without repeated neighbours, which have no course."""
    keep = np.concatenate([[True], (np.diff(points, axis=0) != 0.0).any(axis=1)])
    kept: Floats = points[keep]
    return kept


def _beside(point: Floats, course_deg: float, way_m: float) -> tuple[float, float]:
    """The point at a distance on a course, on the turn of the point itself."""
    lat, lon = sphere.destination(float(point[1]), float(point[0]), course_deg, way_m)
    return float(point[0]) + sphere.turn(float(point[0]), lon), lat


def course_deg(start: Floats, end: Floats) -> float:
    """Course from one point to the next."""
    return sphere.bearing_deg(float(start[1]), float(start[0]), float(end[1]), float(end[0]))


def sides(points: Floats, half_width_m: float | Widths) -> tuple[Floats, Floats]:
    """Left and right bank of a strip along a line, one point each per point of the line.

    The half-width is one number or one per point.
    """
    widths = np.broadcast_to(half_width_m, len(points))
    courses = [course_deg(a, b) for a, b in pairwise(points)]
    left, right = [], []
    for index, point in enumerate(points):
        before = courses[max(0, index - 1)]
        half_turn = sphere.turn(before, courses[min(index, len(courses) - 1)]) / 2.0
        limited = min(abs(half_turn), _SHARPEST_HALF_TURN_DEG)
        reach = float(widths[index]) / np.cos(np.radians(limited))
        left.append(_beside(point, before + half_turn - 90.0, reach))
        right.append(_beside(point, before + half_turn + 90.0, reach))
    return np.array(left), np.array(right)


def corridor(points: Floats, half_width_m: float) -> Floats:
    """The ring of the strip within half_width_m of a line, with flat ends.

    Raises PackError if the strip crosses itself (a hairpin, or a bend tighter than the strip is wide): its inside
    could then not be told from its outside.
    """
    clean = densified(distinct(points))
    if len(clean) < 2 or half_width_m <= 0.0:
        message = "a corridor needs two different points and a width above zero"
        raise PackError(message)
    left, right = sides(clean, half_width_m)
    out = rings.ring(np.vstack([left, right[::-1]]))
    if crosses_itself(out):
        message = f"the corridor of {half_width_m:g} m crosses itself: split the line at its sharpest bend"
        raise PackError(message)
    return out


def pieces(points: Floats, half_width_m: float | Widths) -> Iterator[tuple[Floats, float]]:
    """One ring per segment of a line with its course in degrees; neighbours share an edge, so they cover the strip.

    The half-width is one number, or one per point of a line without repeated points. Raises PackError for a line that
    goes nowhere.
    """
    clean = distinct(points)
    if len(clean) < 2:
        message = "a lane needs two different points"
        raise PackError(message)
    widths = np.broadcast_to(half_width_m, len(clean))
    left, right = sides(clean, widths)
    for index in range(len(clean) - 1):
        start, end = clean[index], clean[index + 1]
        corners = np.array([left[index], left[index + 1], right[index + 1], right[index]])
        if crosses_itself(rings.ring(corners)):  # a short piece inside a bend: its mitres meet before its end
            bank_left, bank_right = sides(np.array([start, end]), widths[index : index + 2])
            corners = np.vstack([bank_left, bank_right[::-1]])
        yield rings.ring(corners), course_deg(start, end)


def circle(point: Floats, radius_m: float) -> Floats:
    """The ring around a point."""
    courses = np.arange(_CIRCLE_CORNERS) * (360.0 / _CIRCLE_CORNERS)
    reach = radius_m / np.cos(np.pi / _CIRCLE_CORNERS)  # sides touch the circle: nothing inside is left out
    return rings.ring(np.array([_beside(point, float(course), reach) for course in courses]))


def crosses_itself(closed: Floats) -> bool:
    """Whether two edges of a closed ring cross each other in their interiors.

    >>> crosses_itself(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
    True
    """
    start, edge = closed[:-1], np.diff(closed, axis=0)
    for index in range(len(start) - 2):
        others, ways = start[index + 2 :], edge[index + 2 :]
        cross = edge[index, 0] * ways[:, 1] - edge[index, 1] * ways[:, 0]
        gap = others - start[index]
        with np.errstate(divide="ignore", invalid="ignore"):
            here = (gap[:, 0] * ways[:, 1] - gap[:, 1] * ways[:, 0]) / cross
            there = (gap[:, 0] * edge[index, 1] - gap[:, 1] * edge[index, 0]) / cross
        inside = (here > 0.0) & (here < 1.0) & (there > 0.0) & (there < 1.0)
        if inside.any():
            return True
    return False
