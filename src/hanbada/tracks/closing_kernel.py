"""Which vessels would pass close to each other soon, at each tick of the clock: the search over all pairs."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.geo.sphere_kernel import turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.ticks_kernel import SPANS, longest, upright, within


@kernel
def closing(
    begins: Any, lat: Any, lon: Any, motion: Any, who: Any, reach_m: float, pass_m: float, soon_s: float,
    least_ms: float, first: Any, second: Any,
) -> tuple[int, int]:  # fmt: skip
    """Pairs of different `who` within reach that will pass within `pass_m` in less than `soon_s`, closing at least so.

    Points lie tick by tick as for `ticks_kernel.near`; motion is (3, n) in metres a second. How many were found, even
    past the room given, and how many pairs were looked at.
    """
    most = longest(begins)
    index, spans = np.empty(most, np.int64), np.empty((most, SPANS, 2), np.int64)
    place, going, meet = np.empty((3, most)), np.empty((3, most)), np.empty(most, np.bool_)
    found = looked = 0
    for tick in range(len(begins) - 1):
        count = begins[tick + 1] - begins[tick]
        within(begins[tick], count, lat, lon, reach_m, index, spans)
        for i in range(count):
            x, y, z = upright(lat[index[i]], lon[index[i]])
            place[0, i], place[1, i], place[2, i] = x * EARTH_M, y * EARTH_M, z * EARTH_M
            going[:, i] = motion[:, index[i]]
        for i in range(count):
            for span in range(SPANS):
                low, high = spans[i, span]
                if low < high:
                    looked += high - low
                    _meet(i, low, high, place, going, reach_m, pass_m, soon_s, least_ms, meet)
                    found = _take(i, low, high, meet, index, who, found, first, second)
    return found, looked


@kernel
def _meet(
    i: int, low: int, high: int, place: Any, going: Any, reach_m: float, pass_m: float, soon_s: float,
    least_ms: float, meet: Any,
) -> None:  # fmt: skip
    """Whether i and each of low:high meet. No branch and no division, so that several are done at once."""
    px, py, pz = place[0, i], place[1, i], place[2, i]
    gx, gy, gz = going[0, i], going[1, i], going[2, i]
    reach2, pass2, least2 = reach_m * reach_m, pass_m * pass_m, least_ms * least_ms
    for j in range(low, high):
        x, y, z = place[0, j] - px, place[1, j] - py, place[2, j] - pz
        u, v, w = going[0, j] - gx, going[1, j] - gy, going[2, j] - gz
        up = (u * (place[0, j] + px) + v * (place[1, j] + py) + w * (place[2, j] + pz)) * (0.5 / EARTH_M)
        apart2, closing, relative2 = x * x + y * y + z * z, -(x * u + y * v + z * w), u * u + v * v + w * w - up * up
        meet[j] = (
            (apart2 <= reach2)
            & (closing > 0.0)
            & (closing < soon_s * relative2)
            & (relative2 >= least2)
            & ((apart2 - pass2) * relative2 <= closing * closing)
        )


@inlined
def _take(i: int, low: int, high: int, meet: Any, index: Any, who: Any, found: int, first: Any, second: Any) -> int:
    """Write down those that meet, the smaller `who` first."""
    for j in range(low, high):
        if meet[j] and who[index[i]] != who[index[j]]:
            if found < len(first):
                swap = who[index[i]] > who[index[j]]
                first[found] = index[j] if swap else index[i]
                second[found] = index[i] if swap else index[j]
            found += 1
    return found


@kernel
def motion(
    row: Any, line: Any, lat: Any, lon: Any, rows_line: Any, rows_sog: Any, rows_cog: Any, rows_lat: Any,
    rows_lon: Any, prev_sog: Any, prev_cog: Any, prev_lat: Any, prev_lon: Any, silence_s: Any, out: Any,
) -> None:  # fmt: skip
    """Motion (3, n) of points at ticks: by speed and course of the nearer report, else by the way between both."""
    for n in range(len(row)):
        i = row[n]
        at_end = line[n] == rows_line[i]
        sog, cog = (rows_sog[i], rows_cog[i]) if at_end else (prev_sog[i], prev_cog[i])
        x, y, up = upright(lat[n], lon[n])
        flat = math.sqrt(x * x + y * y)
        cos, sin = (x / flat, y / flat) if flat > 0.0 else (1.0, 0.0)
        if sog == sog and cog == cog:
            north, east = KNOT_MS * sog * math.cos(cog * RADIANS), KNOT_MS * sog * math.sin(cog * RADIANS)
        else:
            degree_ms = EARTH_M * RADIANS / silence_s[i]
            north = degree_ms * (rows_lat[i] - prev_lat[i])
            east = degree_ms * flat * turn(prev_lon[i], rows_lon[i])
        out[0, n], out[1, n] = -north * up * cos - east * sin, -north * up * sin + east * cos
        out[2, n] = north * flat
