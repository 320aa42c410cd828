"""What past ships did next, brought over to a ship now. The compiled part of `tracks.analogs`."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import bearing_deg, between, destination, distance_m, turn, wrapped
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.paths_kernel import STEP_US

STEP_S = STEP_US / 1e6
NOW, BEFORE = 3, 15
"""Points back: the motion now is that of six minutes, the motion before that of the 24 minutes before them."""
LONGER = (30, 60, 90)
"""Points back for the way made good over one, two and three hours."""
STRIDE = 5
"""Points from one step of a forecast to the next: ten minutes."""
PLACE, MANNER = 7, 6
"""Numbers in a state: where and how a ship sails; how it sails, wherever that is."""
SLOW_MS, CREEP_MS = 0.5, 0.3
"""Added to speeds before their logarithm is taken, so that ships at rest are alike."""
LEAST_MS = 0.3
"""Below this speed past and present are not brought to one speed."""


@inlined
def offset_m(lat: float, lon: float, to_lat: float, to_lon: float) -> tuple[float, float]:
    """East and north from one place to another not far away."""
    metre = EARTH_M * RADIANS
    return turn(lon, to_lon) * metre * math.cos(0.5 * (lat + to_lat) * RADIANS), (to_lat - lat) * metre


@inlined
def moved(lat: float, lon: float, east: float, north: float) -> tuple[float, float]:
    """The place so many metres away."""
    there = lat + north / (EARTH_M * RADIANS)
    wide = max(math.cos(0.5 * (lat + there) * RADIANS), 0.01)
    return there, wrapped(lon + east / (EARTH_M * RADIANS * wide))


@inlined
def motion(lat: Any, lon: Any, first: int, last: int) -> tuple[float, float]:
    """Velocity made good between two points of a path, east and north in m/s; zero if they are one."""
    if first >= last:
        return 0.0, 0.0
    east, north = offset_m(lat[first], lon[first], lat[last], lon[last])
    span = (last - first) * STEP_S
    return east / span, north / span


@kernel
def states(
    lat: Any, lon: Any, begin: Any, points: Any, scale_m: float, now_ms: float, before_ms: float, speed: float,
    shape_ms: float, made: float, place: Any, manner: Any, velocity: Any,
) -> None:  # fmt: skip
    """The state of a ship at some points of paths, each number divided by the scale that makes one unit of unlikeness.

    Place: the point on a sphere, velocity now and before. Manner: speed now, velocity before along and across the
    course, speed made good over one to three hours.
    """
    for n in range(len(points)):
        i = points[n]
        now, before = max(i - NOW, begin[i]), max(i - BEFORE, begin[i])
        east, north = motion(lat, lon, now, i)
        east_2, north_2 = motion(lat, lon, before, now) if before < now else (east, north)
        a, o = lat[i] * RADIANS, lon[i] * RADIANS
        place[n, 0] = math.cos(a) * math.cos(o) * EARTH_M / scale_m
        place[n, 1] = math.cos(a) * math.sin(o) * EARTH_M / scale_m
        place[n, 2] = math.sin(a) * EARTH_M / scale_m
        place[n, 3], place[n, 4] = east / now_ms, north / now_ms
        place[n, 5], place[n, 6] = east_2 / before_ms, north_2 / before_ms
        velocity[n, 0], velocity[n, 1] = east, north
        fast = math.hypot(east, north)
        along = (east * east_2 + north * north_2) / max(fast, 1e-6)
        across = abs(east * north_2 - north * east_2) / max(fast, 1e-6)
        manner[n, 0] = math.log(fast + SLOW_MS) * speed
        manner[n, 1], manner[n, 2] = along / shape_ms, across / shape_ms
        for k in range(3):
            back = max(i - LONGER[k], begin[i])
            east_2, north_2 = motion(lat, lon, back, i)
            manner[n, 3 + k] = math.log(math.hypot(east_2, north_2) + CREEP_MS) * made


@inlined
def _fits(one: int, mmsi: Any, at: Any, chosen: Any, count: int, cap: int, apart_us: int) -> bool:
    """Whether a past point is of a vessel and a passage that do not have their share yet."""
    same = 0
    for k in range(count):
        other = chosen[k]
        if mmsi[other] == mmsi[one]:
            same += 1
            if same >= cap or abs(at[other] - at[one]) < apart_us:
                return False
    return True


@kernel
def choose(
    found: Any, unlike: Any, barred: Any, kinds: Any, mmsi: Any, at: Any, kind: Any, cap: int, apart_us: int,
    kind_cost: float, chosen: Any, chosen_unlike: Any,
) -> None:  # fmt: skip
    """The likest past points of each query: at most `cap` of a vessel, none of the vessel barred, else -1.

    `found` has points in the order of unlikeness, -1 where there are no more.
    """
    for q in range(len(found)):
        count = 0
        for k in range(found.shape[1]):
            one = found[q, k]
            if one < 0 or count >= chosen.shape[1]:
                break
            if mmsi[one] == barred[q] or not _fits(one, mmsi, at, chosen[q], count, cap, apart_us):
                continue
            known = kinds[q] > 0 and kind[one] > 0
            cost = kind_cost if known and kinds[q] != kind[one] else 0.0
            chosen[q, count], chosen_unlike[q, count] = one, unlike[q, k] * unlike[q, k] + cost
            count += 1
        for k in range(count, chosen.shape[1]):
            chosen[q, k], chosen_unlike[q, k] = -1, np.inf


@inlined
def _pace(fast: float, then: float, least: float, most: float) -> float:
    """How much faster a ship is than the past one, within bounds; 1 where that one hardly moved."""
    return min(max(fast / then, least), most) if then > LEAST_MS else 1.0


@kernel
def carry(
    lat: Any, lon: Any, begin: Any, end: Any, chosen: Any, unlike: Any, now: Any, velocity: Any, width: float,
    power: float, pace_s: float, offset_s: float, turn_s: float, least: float, most: float, out: Any, weight: Any,
) -> None:  # fmt: skip
    """Paths of past ships as paths of the ships now: `out` [query, analog, step, lat-lon], `weight` without the last.

    A past ship's way is sailed at the pace of the ship now, which gives way to its own within `pace_s`; what is left
    of the difference in velocity gives way within `turn_s`, the distance between the two within `offset_s`: ships come
    back to their lane. Where the past path ends, so does its weight.
    """
    for q in range(len(chosen)):
        fast = math.hypot(velocity[q, 0], velocity[q, 1])
        for k in range(chosen.shape[1]):
            p = chosen[q, k]
            weight[q, k] = 0.0
            if p < 0:
                break
            east, north = offset_m(lat[p], lon[p], now[q, 0], now[q, 1])
            va, vo = motion(lat, lon, max(p - NOW, begin[p]), p)
            pace = _pace(fast, math.hypot(va, vo), least, most)
            va, vo = velocity[q, 0] - pace * va, velocity[q, 1] - pace * vo
            share = (1.0 + unlike[q, k] / width) ** -power
            for h in range(out.shape[2]):
                since_s = (h + 1) * STRIDE * STEP_S
                when = p + since_s / STEP_S + (pace - 1.0) * pace_s / STEP_S * (1.0 - math.exp(-since_s / pace_s))
                i = int(when)
                if i + 1 >= end[p]:
                    break
                la, lo = between(lat[i], lon[i], lat[i + 1], lon[i + 1], when - i)
                left, still = math.exp(-since_s / offset_s), turn_s * (1.0 - math.exp(-since_s / turn_s))
                out[q, k, h] = moved(la, lo, east * left + va * still, north * left + vo * still)
                weight[q, k, h] = share


@kernel
def imitate(
    lat: Any, lon: Any, begin: Any, end: Any, chosen: Any, now: Any, velocity: Any, least: float, most: float,
    out: Any, weight: Any,
) -> None:  # fmt: skip
    """Ways of past ships from elsewhere, turned to the course of the ships now and brought to their speed."""
    for q in range(len(chosen)):
        fast = math.hypot(velocity[q, 0], velocity[q, 1])
        course = math.atan2(velocity[q, 0], velocity[q, 1]) / RADIANS
        for k in range(chosen.shape[1]):
            p = chosen[q, k]
            weight[q, k] = 0.0
            if p < 0:
                break
            east, north = motion(lat, lon, max(p - NOW, begin[p]), p)
            pace = _pace(fast, math.hypot(east, north), least, most)
            turned = course - math.atan2(east, north) / RADIANS
            for h in range(out.shape[2]):
                i = p + (h + 1) * STRIDE
                if i >= end[p]:
                    break
                way = distance_m(lat[p], lon[p], lat[i], lon[i]) * pace
                to = bearing_deg(lat[p], lon[p], lat[i], lon[i]) + turned
                out[q, k, h] = destination(now[q, 0], now[q, 1], to, way)
                weight[q, k, h] = 1.0


@kernel
def wander(now: Any, velocity: Any, mean: Any, normals: Any, memory_s: float, sigma: float, out: Any) -> None:
    """An Ornstein-Uhlenbeck process per ship: velocity gives way to its mean within `memory_s` (Millefiori 2016).

    `sigma` is the noise of velocity in m/s per root second; `normals` [particle, 2] are pairs of standard normals.
    """
    for q in range(len(now)):
        for h in range(out.shape[2]):
            x = (h + 1) * STRIDE * STEP_S / memory_s
            still, rest = memory_s * (1.0 - math.exp(-x)), memory_s * (x - 1.0 + math.exp(-x))
            spread = sigma * memory_s**1.5 * math.sqrt(max(0.5 * (2 * x + 4 * math.exp(-x) - math.exp(-2 * x) - 3), 0))
            east = velocity[q, 0] * still + mean[q, 0] * rest
            north = velocity[q, 1] * still + mean[q, 1] * rest
            for k in range(len(normals)):
                e, n = east + spread * normals[k, 0], north + spread * normals[k, 1]
                way, course = math.hypot(e, n), math.atan2(e, n) / RADIANS
                out[q, k, h] = destination(now[q, 0], now[q, 1], course, way)


@kernel
def means(lat: Any, lon: Any, begin: Any, points: Any, out: Any) -> None:
    """Velocity made good over the last half hour before each point."""
    for n in range(len(points)):
        out[n] = motion(lat, lon, max(points[n] - BEFORE, begin[points[n]]), points[n])
