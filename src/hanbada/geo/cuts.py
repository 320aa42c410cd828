"""Lines and rings that run beyond 180 degrees, cut into such as stay within, as RFC 7946 (3.1.9) and most maps want."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Point: TypeAlias = tuple[float, float]
"""Longitude and latitude."""


def home(lon_deg: float) -> float:
    """The longitude in [-180, 180); one in [-180, 180] stays the same number."""
    return lon_deg if -180 <= lon_deg <= 180 else (lon_deg + 180) % 360 - 180


def line(points: Sequence[Point], times: Sequence[int]) -> list[list[tuple[Point, int]]]:
    """A line with a time at each point as lines within, times interpolated where it is cut.

    >>> [[point for point, _ in part] for part in line([(179.0, 10.0), (181.0, 12.0)], [0, 0])]
    [[(179.0, 10.0), (180.0, 11.0)], [(-180.0, 11.0), (-179.0, 12.0)]]
    """
    parts: list[list[tuple[Point, int]]] = [[]]
    for n, (point, at) in enumerate(zip(points, times, strict=True)):
        if n:
            before, earlier = points[n - 1], times[n - 1]
            edge = 180.0 if point[0] > before[0] else -180.0
            for share in crossings(before[0], point[0]):
                lat = before[1] + share * (point[1] - before[1])
                when = round(earlier + share * (at - earlier))
                parts[-1].append(((edge, lat), when))
                parts.append([((-edge, lat), when)])
        parts[-1].append(((home(point[0]), point[1]), at))
    return [part for part in parts if len(part) > 1]


def crossings(start: float, end: float) -> list[float]:
    """The shares of a leg at which its longitude passes 180 degrees (or that plus turns), in order."""
    low, high = min(start, end), max(start, end)
    turns = range(int((low - 180) // 360) + 1, int((high - 180) // 360) + 1)
    edges = [180.0 + 360 * turn for turn in turns]
    return sorted((edge - start) / (end - start) for edge in edges if low < edge < high)


def ring(points: Sequence[Point]) -> list[tuple[Point, ...]]:
    """A ring that may run beyond 180 degrees as rings within."""
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    rings = []
    for turn in range(int((west + 180) // 360), int((east + 180) // 360) + 1):
        moved = [(lon - 360 * turn, lat) for lon, lat in points]
        inside = clipped(clipped(moved, -180.0, keep_east=True), 180.0, keep_east=False)
        if len({lon for lon, _ in inside}) > 1:
            rings.append((*inside, inside[0]) if inside[0] != inside[-1] else tuple(inside))
    return rings


def clipped(points: Sequence[Point], edge: float, *, keep_east: bool) -> list[Point]:
    """A ring cut at a meridian (Sutherland and Hodgman 1974, one edge)."""
    inside: list[Point] = []
    for (lon_1, lat_1), (lon_2, lat_2) in zip(points, [*points[1:], *points[:1]], strict=True):
        in_1, in_2 = ((lon >= edge) == keep_east or lon == edge for lon in (lon_1, lon_2))
        if in_1:
            inside.append((lon_1, lat_1))
        if in_1 != in_2 and lon_1 != lon_2:
            inside.append((edge, lat_1 + (edge - lon_1) / (lon_2 - lon_1) * (lat_2 - lat_1)))
    return inside
