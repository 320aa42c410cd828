"""Tracks at even ticks of the clock, and who is near whom at each tick."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import between
from hanbada.model.kernel import kernel
from hanbada.tracks.segments_kernel import SECOND

FINE_S, COARSE_S = 60, 600
"""Ticks between reports up to ten minutes apart, and between those up to an hour apart (science.md 1.5)."""
FINE_SILENCE_S, COARSE_SILENCE_S = 600.0, 3600.0


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

    Points lie tick by tick: those of tick k are begins[k]:begins[k+1]. Within a tick they are sorted into strips of
    latitude as high as the reach and by longitude; a pair lies in one strip or in two that touch. Distances are
    chords of the unit sphere, so that nothing special happens at 180 degrees but one more look from the other side.
    """
    most = 0
    for tick in range(len(begins) - 1):
        most = max(most, begins[tick + 1] - begins[tick])
    height = reach_m / EARTH_M / RADIANS * 1.0000001
    limit = (2.0 * math.sin(min(reach_m / EARTH_M, math.pi) / 2.0)) ** 2
    key = np.empty(most, np.int64)
    strip = np.empty(most, np.int64)
    place = np.empty((most, 4))
    index = np.empty(most, np.int64)
    found, room = 0, len(first)
    for tick in range(len(begins) - 1):
        begin, count = begins[tick], begins[tick + 1] - begins[tick]
        if count < 2:
            continue
        for i in range(count):
            row = np.int64((lat[begin + i] + 90.0) / height)
            key[i] = (row << 34) | np.int64((lon[begin + i] + 180.0) * 1e7)
        order = np.argsort(key[:count])
        for i in range(count):
            point = begin + order[i]
            index[i] = point
            strip[i] = key[order[i]] >> 34
            flat = math.cos(lat[point] * RADIANS)
            place[i, 0] = lon[point]
            place[i, 1] = flat * math.cos(lon[point] * RADIANS)
            place[i, 2] = flat * math.sin(lon[point] * RADIANS)
            place[i, 3] = math.sin(lat[point] * RADIANS)
        found = _sweep(count, strip, place, index, who, height, limit, found, room, first, second, apart)
        found = _seam(count, strip, place, index, who, height, limit, found, room, first, second, apart)
    return found


@kernel
def _half_width(strip: int, height: float) -> float:
    """Degrees of longitude that reach spans at the highest latitude of a strip and its neighbours."""
    top = max(abs((strip - 1) * height - 90.0), abs((strip + 2) * height - 90.0))
    return 360.0 if top >= 89.0 else height / math.cos(top * RADIANS)


@kernel
def _pair(
    i: int, j: int, place: Any, index: Any, who: Any, limit: float, found: int, room: int, first: Any, second: Any,
    apart: Any,
) -> int:  # fmt: skip
    x, y, z = place[i, 1] - place[j, 1], place[i, 2] - place[j, 2], place[i, 3] - place[j, 3]
    chord = x * x + y * y + z * z
    if chord > limit or who[index[i]] == who[index[j]]:
        return found
    if found < room:
        swap = who[index[i]] > who[index[j]]
        first[found] = index[j] if swap else index[i]
        second[found] = index[i] if swap else index[j]
        apart[found] = 2.0 * EARTH_M * math.asin(min(1.0, math.sqrt(chord) / 2.0))
    return found + 1


@kernel
def _sweep(
    count: int, strip: Any, place: Any, index: Any, who: Any, height: float, limit: float, found: int, room: int,
    first: Any, second: Any, apart: Any,
) -> int:  # fmt: skip
    """Pairs within a strip and with the strip above it."""
    above = 0
    for i in range(count):
        wide = _half_width(strip[i], height)
        j = i + 1
        while j < count and strip[j] == strip[i] and place[j, 0] - place[i, 0] <= wide:
            found = _pair(i, j, place, index, who, limit, found, room, first, second, apart)
            j += 1
        above = max(above, i + 1)
        while above < count and (
            strip[above] < strip[i] + 1 or (strip[above] == strip[i] + 1 and place[above, 0] < place[i, 0] - wide)
        ):
            above += 1
        j = above
        while j < count and strip[j] == strip[i] + 1 and place[j, 0] - place[i, 0] <= wide:
            found = _pair(i, j, place, index, who, limit, found, room, first, second, apart)
            j += 1
    return found


@kernel
def _seam(
    count: int, strip: Any, place: Any, index: Any, who: Any, height: float, limit: float, found: int, room: int,
    first: Any, second: Any, apart: Any,
) -> int:  # fmt: skip
    """Pairs across 180 degrees: the few points close to it on one side against those on the other."""
    for i in range(count):
        wide = _half_width(strip[i], height)
        if place[i, 0] + wide < 180.0:
            continue
        for j in range(count):
            if (
                abs(strip[j] - strip[i]) <= 1
                and place[j, 0] + 360.0 - place[i, 0] <= wide
                and place[i, 0] - place[j, 0] > wide
            ):
                found = _pair(i, j, place, index, who, limit, found, room, first, second, apart)
    return found
