"""Tracks at even ticks of the clock, and who is near whom at each tick."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import between
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import SECOND

FINE_S, COARSE_S = 60, 600
"""Ticks between reports up to ten minutes apart, and between those up to an hour apart."""
FINE_SILENCE_S, COARSE_SILENCE_S = 600.0, 3600.0
SPANS = 5
"""Where the neighbours of a point lie: in its strip, in the one above, and in three across 180 degrees."""


@kernel
def how_many(prev_at: Any, at: Any, wanted: Any) -> int:
    """Ticks between the reports of the wanted rows."""
    count = 0
    for i in range(len(at)):
        if wanted[i]:
            step = FINE_S if at[i] - prev_at[i] <= FINE_SILENCE_S * SECOND else COARSE_S
            count += at[i] // (step * SECOND) - prev_at[i] // (step * SECOND)
    return count


@kernel
def emit(
    prev_at: Any, at: Any, prev_lat: Any, prev_lon: Any, lat: Any, lon: Any, prev_line: Any, line: Any, wanted: Any,
    tick: Any, row: Any, out_lat: Any, out_lon: Any, out_line: Any,
) -> None:  # fmt: skip
    """Fill tick (minutes since 1970), row, place on the great circle and the nearer report's line."""
    n = 0
    for i in range(len(at)):
        if not wanted[i]:
            continue
        step = FINE_S if at[i] - prev_at[i] <= FINE_SILENCE_S * SECOND else COARSE_S
        t = prev_at[i] // (step * SECOND) + 1
        while t <= at[i] // (step * SECOND):
            share = (t * step * SECOND - prev_at[i]) / (at[i] - prev_at[i])
            tick[n] = t * step // FINE_S
            row[n] = i
            out_lat[n], out_lon[n] = between(prev_lat[i], prev_lon[i], lat[i], lon[i], share)
            out_line[n] = line[i] if share > 0.5 else prev_line[i]
            n += 1
            t += 1


@kernel
def near(begins: Any, lat: Any, lon: Any, who: Any, reach_m: float, first: Any, second: Any, apart: Any) -> int:
    """Pairs of different `who` within reach at one tick; how many, even past the room given.

    Points lie tick by tick: those of tick k are begins[k]:begins[k+1]. Distances are chords of the unit sphere, so that
    nothing special happens at 180 degrees.
    """
    most = longest(begins)
    index, spans, place = np.empty(most, np.int64), np.empty((most, SPANS, 2), np.int64), np.empty((most, 3))
    limit = (2.0 * math.sin(min(reach_m / EARTH_M, math.pi) / 2.0)) ** 2
    found, room = 0, len(first)
    for tick in range(len(begins) - 1):
        count = begins[tick + 1] - begins[tick]
        within(begins[tick], count, lat, lon, reach_m, index, spans)
        for i in range(count):
            place[i] = upright(lat[index[i]], lon[index[i]])
        for i in range(count):
            for span in range(SPANS):
                for j in range(spans[i, span, 0], spans[i, span, 1]):
                    x, y, z = place[i, 0] - place[j, 0], place[i, 1] - place[j, 1], place[i, 2] - place[j, 2]
                    chord = x * x + y * y + z * z
                    if chord > limit or who[index[i]] == who[index[j]]:
                        continue
                    if found < room:
                        swap = who[index[i]] > who[index[j]]
                        first[found] = index[j] if swap else index[i]
                        second[found] = index[i] if swap else index[j]
                        apart[found] = 2.0 * EARTH_M * math.asin(min(1.0, math.sqrt(chord) / 2.0))
                    found += 1
    return found


@inlined
def upright(lat: float, lon: float) -> tuple[float, float, float]:
    """The place on the unit sphere: towards (0, 0), (0, 90 E) and the north pole."""
    flat = math.cos(lat * RADIANS)
    return flat * math.cos(lon * RADIANS), flat * math.sin(lon * RADIANS), math.sin(lat * RADIANS)


@kernel
def longest(begins: Any) -> int:
    """The most points of one tick."""
    most = 0
    for tick in range(len(begins) - 1):
        most = max(most, begins[tick + 1] - begins[tick])
    return most


@kernel
def within(begin: int, count: int, lat: Any, lon: Any, reach_m: float, index: Any, spans: Any) -> None:
    """Put the points of a tick in an order in which those that may be within reach of one another lie side by side.

    `index` gets the point at each place of that order, spans[i] the places (from, to) of those that may be within reach
    of the point at place i, each pair once. Points are sorted into strips of latitude as high as the reach and by
    longitude: a pair lies in one strip or in two that touch, or faces each other across 180 degrees.
    """
    height = reach_m / EARTH_M / RADIANS * 1.0000001
    key, strip, east = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count)
    for i in range(count):
        row = np.int64((lat[begin + i] + 90.0) / height)
        key[i] = (row << 34) | np.int64((lon[begin + i] + 180.0) * 1e7)
    order = np.argsort(key)
    for i in range(count):
        index[i] = begin + order[i]
        strip[i], east[i] = key[order[i]] >> 34, lon[begin + order[i]]
    spans[:count] = 0
    own, low, high, wide = 0, 0, 0, 0.0
    for i in range(count):
        if i == 0 or strip[i] != strip[i - 1]:
            wide = _half_width(strip[i], height)
        up = strip[i] + 1
        own = max(own, i + 1)
        while own < count and strip[own] == strip[i] and east[own] - east[i] <= wide:
            own += 1
        while low < count and (strip[low] < up or (strip[low] == up and east[low] < east[i] - wide)):
            low += 1
        high = max(high, low)
        while high < count and strip[high] == up and east[high] - east[i] <= wide:
            high += 1
        spans[i, 0] = i + 1, own
        spans[i, 1] = low, high
        if wide < 180.0 <= east[i] + wide:
            _across(strip, east, i, wide, spans)


@kernel
def _across(strip: Any, east: Any, i: int, wide: float, spans: Any) -> None:
    """The spans of the points near -180 degrees that a point near 180 degrees may reach."""
    for k in range(3):
        start = stop = np.searchsorted(strip, strip[i] + k - 1)
        while stop < len(strip) and strip[stop] == strip[i] + k - 1 and east[stop] + 360.0 - east[i] <= wide:
            stop += 1
        spans[i, 2 + k] = start, stop


@kernel
def _half_width(strip: int, height: float) -> float:
    """Degrees of longitude that reach spans at the highest latitude of a strip and its neighbours; 360 for all."""
    top = max(abs((strip - 1) * height - 90.0), abs((strip + 2) * height - 90.0))
    wide = height / math.cos(top * RADIANS) if top < 89.0 else 360.0
    return wide if wide < 180.0 else 360.0
