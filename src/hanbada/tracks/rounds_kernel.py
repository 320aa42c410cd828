"""Places of tracks -> windows of them that lie on circles. The compiled part of `tracks.rounds`."""

import math
from typing import Any

import numpy as np

from hanbada.geo.circles import taubin_centre
from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.model.kernel import inlined, kernel

WIDE = 20
"""Places in which a circle is sought: one is about eighteen."""
STRIDES = (1, 2, 4, 8, 16)
"""Every so many of them: noise makes many places of a circle, which only from afar is one."""
LEAST_TURN_DEG = 270.0
"""Turned in one sense over a window; a circle seen through noise turns by a little less than it has."""
SECTORS = 72
_centre = kernel(taubin_centre)


@inlined
def _wrapped(angle: float) -> float:
    return angle - 360.0 * math.floor((angle + 180.0) / 360.0)


@kernel
def turned(track: Any, lat: Any, lon: Any, stride: int, out: Any) -> None:
    """Write the degrees turned up to each place by steps of so many places, to the right positive.

    Each remainder of the stride is a way of its own. Only differences within a track mean anything.
    """
    course = np.empty(len(track))
    for i in range(len(track)):
        out[i], course[i] = 0.0, math.nan
        if i < stride or track[i] != track[i - stride]:
            continue
        before = i - stride
        wide = math.cos(0.5 * (lat[i] + lat[before]) * RADIANS)
        course[i] = math.atan2(_wrapped(lon[i] - lon[before]) * wide, lat[i] - lat[before]) / RADIANS
        out[i] = out[before] if math.isnan(course[before]) else out[before] + _wrapped(course[i] - course[before])


@kernel
def _on_circle(lat: Any, lon: Any, begin: int, stride: int, x: Any, y: Any) -> tuple[float, float, float]:
    """Radius, share off it and degrees covered of the circle through the places of a window."""
    wide = math.cos(lat[begin] * RADIANS) * RADIANS * EARTH_M
    count, mean_x, mean_y = WIDE, 0.0, 0.0
    for i in range(count):
        place = begin + stride * i
        x[i] = _wrapped(lon[place] - lon[begin]) * wide
        y[i] = (lat[place] - lat[begin]) * RADIANS * EARTH_M
        mean_x += x[i] / count
        mean_y += y[i] / count
    uu = vv = uv = uw = vw = ww = 0.0
    for i in range(count):
        u, v = x[i] - mean_x, y[i] - mean_y
        w = u * u + v * v
        uu += u * u / count
        vv += v * v / count
        uv += u * v / count
        uw += u * w / count
        vw += v * w / count
        ww += w * w / count
    east, north = _centre(uu, vv, uv, uw, vw, ww)
    radius = math.sqrt(east * east + north * north + uu + vv)
    off, sectors = 0.0, np.zeros(SECTORS, np.bool_)
    for i in range(count):
        u, v = x[i] - mean_x - east, y[i] - mean_y - north
        off += (math.hypot(u, v) - radius) ** 2 / count
        sectors[int((math.atan2(v, u) / RADIANS + 180.0) / 360.0 * SECTORS) % SECTORS] = True
    return radius, math.sqrt(off) / radius, 360.0 - _hole(sectors) * 360.0 / SECTORS


@kernel
def _hole(sectors: Any) -> int:
    """The longest run of empty sectors around."""
    longest, run = 0, 0
    for i in range(2 * len(sectors)):
        run = 0 if sectors[i % len(sectors)] else run + 1
        longest = max(longest, run)
    return min(longest, len(sectors))


@kernel
def seek(
    track: Any, lat: Any, lon: Any, turn: Any, stride: int,
    most_off: float, least_cover: float, least_m: float, most_m: float, hits: Any,
) -> int:  # fmt: skip
    """Write where windows begin that lie on a circle; how many.

    A window is judged by its own places alone, wherever the places given begin: hence every beginning is tried, and
    the turn counts from its first step on.
    """
    count, x, y = 0, np.empty(WIDE), np.empty(WIDE)
    for begin in range(len(track) - stride * (WIDE - 1)):
        last = begin + stride * (WIDE - 1)
        if track[begin] != track[last] or abs(turn[last] - turn[begin + stride]) < LEAST_TURN_DEG:
            continue
        radius, off, cover = _on_circle(lat, lon, begin, stride, x, y)
        if off <= most_off and cover >= least_cover and least_m <= radius <= most_m:
            hits[count] = begin
            count += 1
    return count
