"""Rows in the order of each vessel's time -> places worth keeping of its way, and how real its motion looks.

The compiled part of `tracks.ways`.
"""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.model.kernel import inlined, kernel

SECOND = 1_000_000
TURN_DEG, TURN_M = 20.0, 30.0
"""A place is kept where the way has turned by that much over at least that far: a circle has eighteen, of any size."""
EVERY_US, EVERY_M = 600 * SECOND, 200.0
"""And one every ten minutes while the ship moves,"""
STILL_US = 1200 * SECOND
"""one every twenty minutes while it does not."""
BLOCK_US = 1800 * SECOND
"""Motion is looked at in half hours."""
LEG_S, LEG_M = 30.0, 10.0
"""Steps of up to half a minute and at least ten metres: longer ones hide how a ship moves, shorter are noise."""
SMOOTH_M, EVEN_S, SOG_KN, COG_DEG = 2.0, 0.05, 0.15, 0.5
"""A step is smooth that ends within two metres of where constant velocity leads; even, as long as the one before to a
twentieth of a second; and told, if speed and course sent are those between the places. Steps of a position report
(0.18 m) and of speed and course (a tenth) alone make half of the last two."""
# Per vessel, integers: when a place was kept last, track, time and line of the report before; block and its counts.
V_KEPT_AT, V_TRACK, V_AT, V_LINE, V_BLOCK, V_STEPS, V_SMOOTH, V_EVEN, V_SOG, V_COG, V_FIRST, V_IS_KEPT = range(12)
VESSEL = 12
# Floats: the place kept last and the course there from the one before; the report before; velocity and length of its
# step.
F_KEPT_LAT, F_KEPT_LON, F_COURSE, F_LAT, F_LON, F_SOG, F_COG, F_EAST, F_NORTH, F_STEP = range(10)
FLOATS = 10
# A place kept.
P_MMSI, P_TRACK, P_AT, P_LINE = range(4)
PLACE = 4
Q_LAT, Q_LON, Q_SOG, Q_COG = range(4)
PLACE_FLOATS = 4
# A block of motion: whose, when, lines of its first and last step, steps, and how many of them are smooth, even, told.
B_MMSI, B_BLOCK, B_FIRST, B_LAST, B_STEPS, B_SMOOTH, B_EVEN, B_SOG, B_COG = range(9)
BLOCK = 9


@inlined
def _east_north(lat_1: float, lon_1: float, lat_2: float, lon_2: float) -> tuple[float, float]:
    """Metres east and north from one place to another nearby."""
    turn = lon_2 - lon_1
    turn -= 360.0 * math.floor((turn + 180.0) / 360.0)
    east = turn * math.cos(0.5 * (lat_1 + lat_2) * RADIANS) * RADIANS * EARTH_M
    return east, (lat_2 - lat_1) * RADIANS * EARTH_M


@inlined
def _off_deg(one: float, other: float) -> float:
    return abs((one - other + 180.0) % 360.0 - 180.0)


@inlined
def _keep(
    one: int, mmsi: int, track: int, at: int, line: int, lat: float, lon: float, sog: float, cog: float, ints: Any,
    floats: Any, places: Any, numbers: Any, kept: int,
) -> int:  # fmt: skip
    place, number = places[kept], numbers[kept]
    place[P_MMSI], place[P_TRACK], place[P_AT], place[P_LINE] = mmsi, track, at, line
    number[Q_LAT], number[Q_LON], number[Q_SOG], number[Q_COG] = lat, lon, sog, cog
    ints[one, V_KEPT_AT] = at
    floats[one, F_KEPT_LAT], floats[one, F_KEPT_LON] = lat, lon
    return kept + 1


@inlined
def _step(one: int, at: int, lat: float, lon: float, sog: float, cog: float, ints: Any, floats: Any) -> None:
    """Count a step of a track: how it agrees with the step before, and with what was sent."""
    gap_s = (at - ints[one, V_AT]) / SECOND
    east, north = _east_north(floats[one, F_LAT], floats[one, F_LON], lat, lon)
    way = math.hypot(east, north)
    if not 0.0 < gap_s <= LEG_S or way < LEG_M:
        floats[one, F_STEP] = 0.0
        return
    before = floats[one, F_STEP]
    ints[one, V_STEPS] += 1
    if before > 0.0:
        off = math.hypot(east - floats[one, F_EAST] * gap_s, north - floats[one, F_NORTH] * gap_s)
        ints[one, V_SMOOTH] += off < SMOOTH_M
        ints[one, V_EVEN] += abs(gap_s - before) <= EVEN_S
    ints[one, V_SOG] += abs(sog - way / gap_s / KNOT_MS) <= SOG_KN
    ints[one, V_COG] += _off_deg(cog, math.atan2(east, north) / RADIANS) <= COG_DEG
    floats[one, F_EAST], floats[one, F_NORTH], floats[one, F_STEP] = east / gap_s, north / gap_s, gap_s


@inlined
def _end_block(one: int, mmsi: int, ints: Any, blocks: Any, done: int) -> int:
    """Write down the block at hand, if a ship moved in it."""
    if ints[one, V_STEPS] > 0:
        row = blocks[done]
        row[B_MMSI], row[B_BLOCK], row[B_FIRST] = mmsi, ints[one, V_BLOCK], ints[one, V_FIRST]
        row[B_LAST] = ints[one, V_LINE]
        for i in range(V_STEPS, V_COG + 1):
            row[B_STEPS + i - V_STEPS] = ints[one, i]
        done += 1
    for i in range(V_STEPS, V_COG + 1):
        ints[one, i] = 0
    return done


@inlined
def _turned(one: int, at: int, lat: float, lon: float, ints: Any, floats: Any) -> bool:
    """Whether a place is worth keeping; notes the course to it if so."""
    east, north = _east_north(floats[one, F_KEPT_LAT], floats[one, F_KEPT_LON], lat, lon)
    way, age = math.hypot(east, north), at - ints[one, V_KEPT_AT]
    if way >= TURN_M:
        course = math.atan2(east, north) / RADIANS
        if _off_deg(course, floats[one, F_COURSE]) >= TURN_DEG or (age >= EVERY_US and way >= EVERY_M):
            floats[one, F_COURSE] = course
            return True
    return bool(age >= STILL_US)


@kernel
def read(
    at: Any, mmsi: Any, lat: Any, lon: Any, sog: Any, cog: Any, line: Any, vessel: Any, place: Any, track: Any,
    ints: Any, floats: Any, places: Any, numbers: Any, blocks: Any, start: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Follow rows from `start` on; the row it came to, places kept, and blocks that ended."""
    kept, done = 0, 0
    for i in range(start, len(at)):
        if kept + 2 > len(places) or done + 1 > len(blocks):
            return i, kept, done
        one = vessel[i]
        if place[i] < 0:
            continue
        block = at[i] // BLOCK_US
        if block != ints[one, V_BLOCK]:
            done = _end_block(one, mmsi[i], ints, blocks, done)
            ints[one, V_BLOCK], ints[one, V_FIRST] = block, line[i]
        fresh = track[i] != ints[one, V_TRACK]
        if fresh:
            if ints[one, V_TRACK] != 0 and ints[one, V_IS_KEPT] == 0:
                kept = _keep(
                    one, mmsi[i], ints[one, V_TRACK], ints[one, V_AT], ints[one, V_LINE], floats[one, F_LAT],
                    floats[one, F_LON], floats[one, F_SOG], floats[one, F_COG], ints, floats, places, numbers, kept,
                )  # fmt: skip
            floats[one, F_STEP], floats[one, F_COURSE] = 0.0, np.nan
        else:
            _step(one, at[i], lat[i], lon[i], sog[i], cog[i], ints, floats)
        keeps = fresh or _turned(one, at[i], lat[i], lon[i], ints, floats)
        ints[one, V_IS_KEPT] = keeps
        if keeps:
            kept = _keep(
                one, mmsi[i], track[i], at[i], line[i], lat[i], lon[i], sog[i], cog[i], ints, floats, places, numbers,
                kept,
            )  # fmt: skip
        ints[one, V_TRACK], ints[one, V_AT], ints[one, V_LINE] = track[i], at[i], line[i]
        floats[one, F_LAT], floats[one, F_LON], floats[one, F_SOG], floats[one, F_COG] = lat[i], lon[i], sog[i], cog[i]
    return len(at), kept, done
