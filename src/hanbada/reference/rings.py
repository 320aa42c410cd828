"""Rings and lines made continuous: unwrapped across 180 degrees, closed, holes on the turn of their outer ring.

Whatever the file did (0 to 360, cut at 180, jumps from 179 to -179, a box with west greater than east, a ring around
a pole) the result never jumps. Two neighbouring points more than 180 degrees apart are joined the short way round.
"""

from collections.abc import Sequence

import numpy as np

from hanbada.model.errors import PackError
from hanbada.reference.shapes import Floats, bounds

_FULL_TURN = 360.0
_ODD_TURN = 720.0
"""Beyond two turns a longitude is no longitude but projected metres or another column."""


def checked(points: Sequence[Sequence[float]] | Floats) -> Floats:
    """The points as an array of (longitude, latitude); raises PackError if they are not degrees."""
    try:
        array = np.array(points, dtype=np.float64)
    except (ValueError, TypeError) as error:
        message = "coordinates are not numbers in pairs"
        raise PackError(message) from error
    if array.ndim != 2 or array.shape[1] < 2 or not np.isfinite(array[:, :2]).all():
        message = "coordinates are not pairs of finite numbers"
        raise PackError(message)
    flat = np.ascontiguousarray(array[:, :2])
    if flat.size and (np.abs(flat[:, 0]).max() > _ODD_TURN or np.abs(flat[:, 1]).max() > 90.0 + 1e-9):
        message = "coordinates are not longitude, latitude in degrees (projected, or swapped?)"
        raise PackError(message)
    return flat


def unwrapped(points: Floats) -> Floats:
    """The same points with continuous longitudes, the middle of their span in [-180, 180).

    >>> unwrapped(np.array([[179.0, 0.0], [-179.0, 0.0], [-178.0, 1.0]]))[:, 0].tolist()
    [-181.0, -179.0, -178.0]
    """
    if len(points) == 0:
        return points
    steps = np.diff(points[:, 0])
    turns = np.where(np.abs(steps) > 180.0, -np.round(steps / _FULL_TURN) * _FULL_TURN, 0.0)
    out = points.copy()
    out[1:, 0] += np.cumsum(turns)
    return recentred(out)


def recentred(points: Floats) -> Floats:
    """Shifted by whole turns so that the middle of the span of longitudes lies in [-180, 180)."""
    middle = (points[:, 0].min() + points[:, 0].max()) / 2.0
    shift = -_FULL_TURN * np.floor((middle + 180.0) / _FULL_TURN)
    return points if shift == 0.0 else points + np.array([shift, 0.0])


def ring(points: Sequence[Sequence[float]] | Floats) -> Floats:
    """A closed, continuous ring; one that runs around a pole is led over that pole.

    Raises PackError for fewer than three corners or anything that is not degrees.
    """
    raw = checked(points)
    if len(raw) and not np.array_equal(raw[0], raw[-1]):
        raw = np.vstack([raw, raw[:1]])
    if len(raw) < 4:
        message = f"a ring needs three corners or more, this one has {max(0, len(raw) - 1)}"
        raise PackError(message)
    out = unwrapped(raw)
    if np.ptp(out[:, 0]) < 1e-9 and np.ptp(raw[:, 0]) >= _FULL_TURN:
        return raw  # a band right round the Earth: its 360 degree edges are meant
    winding = out[-1, 0] - out[0, 0]
    return _over_pole(out) if abs(winding) > 180.0 else out


def _over_pole(points: Floats) -> Floats:
    """A ring that ends a turn away from where it began, closed along the meridian over the pole it encloses."""
    pole = 90.0 if points[:, 1].mean() > 0.0 else -90.0
    corners = np.array([[points[-1, 0], pole], [points[0, 0], pole]])
    return np.vstack([points, corners, points[:1]])


def polygon(shape: Sequence[Sequence[Sequence[float]] | Floats]) -> tuple[Floats, ...]:
    """Outer ring and holes of one polygon, all on one turn; holes that enclose nothing are dropped.

    Raises PackError if the outer ring is none.
    """
    outer, *holes = shape
    return aligned((ring(outer), *(ring(hole) for hole in holes if encloses(checked(hole)))))


def encloses(points: Floats) -> bool:
    """Whether a ring has three corners: rounding to a scale makes rocks and ponds into points."""
    return len(np.unique(points, axis=0)) > 2


def polygons(shapes: Sequence[Sequence[Sequence[Sequence[float]] | Floats]]) -> tuple[Floats, ...]:
    """All rings of several polygons that are one area, within one turn wherever they fit into one."""
    return tuple(one for shape in gathered([polygon(shape) for shape in shapes if shape]) for one in shape)


def gathered(shapes: list[tuple[Floats, ...]]) -> list[tuple[Floats, ...]]:
    """Polygons moved by whole turns so that together they span no more than 360 degrees.

    They begin after the widest stretch of longitudes that none of them covers. What covers the whole circle stays.
    """
    spans = [(box[0], box[2]) for box in map(bounds, shapes)]
    if not spans or max(east for _, east in spans) - min(west for west, _ in spans) <= _FULL_TURN:
        return shapes
    start = _after_widest_gap(spans)
    shifts = [-_FULL_TURN * np.floor((west - start + 1e-9) / _FULL_TURN) for west, _ in spans]
    if any(east + shift > start + _FULL_TURN + 1e-9 for (_, east), shift in zip(spans, shifts, strict=True)):
        return shapes
    return [tuple(one + np.array([shift, 0.0]) for one in shape) for shape, shift in zip(shapes, shifts, strict=True)]


def _after_widest_gap(spans: list[tuple[float, float]]) -> float:
    """The longitude in [0, 360) at which the spans begin when the circle is cut in their widest gap."""
    wrapped = sorted((west % _FULL_TURN, west % _FULL_TURN + east - west) for west, east in spans)
    reach = max(east for _, east in wrapped) - _FULL_TURN
    best = (-np.inf, wrapped[0][0])
    for west, east in wrapped:
        best = max(best, (west - reach, west))
        reach = max(reach, east)
    return float(best[1])


def aligned(rings: tuple[Floats, ...]) -> tuple[Floats, ...]:
    """Rings moved by whole turns onto the turn of the larger ring that contains them."""
    boxes = [bounds((one,)) for one in rings]
    crossing = [box for box in boxes if box[0] < -180.0 or box[2] > 180.0]
    if not crossing:
        return rings
    return tuple(one + np.array([_shift_into(box, crossing), 0.0]) for one, box in zip(rings, boxes, strict=True))


def _shift_into(box: tuple[float, float, float, float], hosts: list[tuple[float, float, float, float]]) -> float:
    """The turn that brings a box inside one of the hosts; 0 if it is inside as it is, or inside none."""
    for shift in (0.0, _FULL_TURN, -_FULL_TURN):
        for host in hosts:
            if host[0] <= box[0] + shift and box[2] + shift <= host[2] and host[1] <= box[1] and box[3] <= host[3]:
                return shift
    return 0.0


def line(points: Sequence[Sequence[float]] | Floats) -> Floats:
    """A continuous line of two points or more; raises PackError otherwise."""
    raw = checked(points)
    if len(raw) < 2:
        message = "a line needs two points or more"
        raise PackError(message)
    return unwrapped(raw)


def box(west: float, south: float, east: float, north: float) -> Floats:
    """The ring of a box; west greater than east means that it crosses 180 degrees.

    >>> box(170.0, -5.0, -160.0, 5.0)[:, 0].tolist()
    [-190.0, -160.0, -160.0, -190.0, -190.0]
    """
    right = east + _FULL_TURN if east < west else east
    corners = [[west, south], [right, south], [right, north], [west, north], [west, south]]
    return recentred(checked(corners))
