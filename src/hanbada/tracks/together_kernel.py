"""Who stays beside whom, from coarse to fine: legs of vessels, the boxes they fill, boxes that touch, contacts."""

import math
from typing import Any

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.geo.sphere_kernel import between, turn
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.segments_kernel import OPEN, SECOND
from hanbada.tracks.ticks_kernel import COARSE_S, COARSE_SILENCE_S, FINE_S, FINE_SILENCE_S

# A leg: the way between two reports of a track; the leg before it of its vessel. Integers and floats side by side.
G_BEFORE, G_AT, G_FROM_AT, G_LINE, G_FROM_LINE, F_LAT, F_LON, F_FROM_LAT, F_FROM_LON, F_SPEED = range(10)
LEG = 10
# A box: where a vessel was in a block of time; the box before it of its vessel, and the latest leg in it. East and west
# count from a meridian.
X_BEFORE, X_BLOCK, X_VESSEL, X_FRESH, X_LEG, F_SOUTH, F_NORTH, F_WEST, F_EAST, F_MERIDIAN, F_WAY = range(11)
BOX = 11
# Stretches of blocks in which two vessels may be together: who (first * 2^32 + second), from when to when, looked at
# up to when.
M_PAIR, M_BEGIN, M_LAST, M_DUE = range(4)
MEETING = 4
NOTHING = 1 << 62
"""Later than any block: nothing is due."""
# A contact: minutes since 1970, metres apart, place of the first, slower and faster speed, lines of both.
C_TICK, C_LINE, C_OTHER_LINE, F_APART, F_AT_LAT, F_AT_LON, F_SLOW, F_FAST = range(8)
CONTACT = 8
MINUTE = 60 * SECOND
NEAR_DEG = 2.0
"""Further north or south than a vessel by this, nothing is within reach of it: 60 nmi and more."""
GONE = -1
"""Stands for the time of a leg, or the block of a box, that was taken out."""
SAFE_M = 2.0
"""By how much a plain distance may be wrong where a way is short."""
POLAR_DEG = 88.0
"""From here on longitudes say little."""


@inlined
def _first_tick(from_at: int, at: int) -> Any:
    """The first minute after a report at which the way to the next is looked at."""
    if at - from_at <= FINE_SILENCE_S * SECOND:
        return from_at // MINUTE + 1
    return (from_at // (COARSE_S * SECOND) + 1) * (COARSE_S // FINE_S)


@inlined
def _last_tick(from_at: int, at: int) -> Any:
    """The last one."""
    if at - from_at <= FINE_SILENCE_S * SECOND:
        return at // MINUTE
    return at // (COARSE_S * SECOND) * (COARSE_S // FINE_S)


@kernel
def ticking(at: Any, prev_at: Any, silence: Any, leg: Any, mmsi: Any, most_kn: float, speed: Any, out: Any) -> int:
    """Mark legs of ships no faster than that with a tick in them; their speeds (kn); how many."""
    count = 0
    for i in range(len(at)):
        out[i] = False
        if not 0.0 < silence[i] <= COARSE_SILENCE_S or not 200_000_000 <= mmsi[i] < 800_000_000:
            continue
        speed[i] = leg[i] / silence[i] / KNOT_MS
        out[i] = speed[i] <= most_kn and _first_tick(prev_at[i], at[i]) <= _last_tick(prev_at[i], at[i])
        count += out[i]
    return count


@kernel
def take(
    rows: Any, vessel: Any, at: Any, lat: Any, lon: Any, line: Any, prev_at: Any, prev_lat: Any, prev_lon: Any,
    prev_line: Any, speed: Any, block_min: int, legs: Any, leg_floats: Any, last_leg: Any, boxes: Any, box_floats: Any,
    last_box: Any, since: Any, used: int, boxed: int,
) -> tuple[int, int]:  # fmt: skip
    """Add some rows as legs behind those of their vessels and to their boxes; legs and boxes in use then."""
    for i in rows:
        one, leg = vessel[i], used
        legs[leg, G_BEFORE], last_leg[one] = last_leg[one], leg
        legs[leg, G_AT], legs[leg, G_FROM_AT] = at[i], prev_at[i]
        legs[leg, G_LINE], legs[leg, G_FROM_LINE] = line[i], prev_line[i]
        leg_floats[leg, F_LAT], leg_floats[leg, F_LON] = lat[i], lon[i]
        leg_floats[leg, F_FROM_LAT], leg_floats[leg, F_FROM_LON] = prev_lat[i], prev_lon[i]
        leg_floats[leg, F_SPEED] = speed[i]
        used += 1
        first, last = _first_tick(prev_at[i], at[i]) // block_min, _last_tick(prev_at[i], at[i]) // block_min
        since[one] = min(since[one], first)
        for block in range(first, last + 1):
            box = last_box[one]
            if box < 0 or boxes[box, X_BLOCK] != block:
                boxes[boxed, X_BEFORE], last_box[one] = box, boxed
                box = boxed
                boxed += 1
                _open(boxes, box_floats, box, block, one, lat[i], lon[i])
            boxes[box, X_FRESH], boxes[box, X_LEG] = 1, leg
            _stretch(box_floats, box, lat[i], lon[i])
            _stretch(box_floats, box, prev_lat[i], prev_lon[i])
            way_m = speed[i] * KNOT_MS * (at[i] - prev_at[i]) / SECOND
            box_floats[box, F_WAY] = max(box_floats[box, F_WAY], way_m)
    return used, boxed


@inlined
def _open(boxes: Any, floats: Any, box: int, block: int, vessel: int, lat: float, lon: float) -> None:
    boxes[box, X_BLOCK], boxes[box, X_VESSEL] = block, vessel
    floats[box, F_SOUTH], floats[box, F_NORTH], floats[box, F_MERIDIAN] = lat, lat, lon
    floats[box, F_WEST], floats[box, F_EAST], floats[box, F_WAY] = 0.0, 0.0, 0.0


@inlined
def _stretch(floats: Any, box: int, lat: float, lon: float) -> None:
    east = turn(floats[box, F_MERIDIAN], lon)
    floats[box, F_SOUTH], floats[box, F_NORTH] = min(floats[box, F_SOUTH], lat), max(floats[box, F_NORTH], lat)
    floats[box, F_WEST], floats[box, F_EAST] = min(floats[box, F_WEST], east), max(floats[box, F_EAST], east)


@inlined
def bulge_m(way_m: float, lat: float) -> float:
    """More than a great circle of that length strays from the straight line of latitude and longitude."""
    return SAFE_M + way_m * way_m / (2.0 * EARTH_M) * math.tan(min(abs(lat), POLAR_DEG) * RADIANS)


@kernel
def touching(order: Any, boxes: Any, floats: Any, reach_m: float, out: Any) -> int:
    """Pairs of vessels whose boxes in a block lie within reach, one of them fresh; how many, even past the room given.

    Boxes come in order: by block, then from south to north.
    """
    count, n = 0, len(order)
    south, north, middle, half = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    block, vessel, slack = np.empty(n, np.int64), np.empty(n, np.int64), 0.0
    for i in range(n):
        _spread(floats, order[i], reach_m, i, south, north, middle, half)
        block[i], vessel[i] = boxes[order[i], X_BLOCK], boxes[order[i], X_VESSEL]
        slack = max(slack, floats[order[i], F_SOUTH] - south[i])
    for i in range(n):
        for j in range(i + 1, n):
            # Boxes come by their own southern edges: each reaches further south, none by more than the slack.
            if block[j] != block[i] or floats[order[j], F_SOUTH] - slack > north[i]:
                break
            apart = south[j] > north[i] or vessel[j] == vessel[i]
            if apart or abs(turn(middle[i], middle[j])) > half[i] + half[j]:
                continue
            if boxes[order[i], X_FRESH] or boxes[order[j], X_FRESH]:
                if count < len(out):
                    out[count, M_PAIR] = (min(vessel[i], vessel[j]) << 32) | max(vessel[i], vessel[j])
                    out[count, M_BEGIN] = out[count, M_LAST] = out[count, M_DUE] = block[i]
                count += 1
    return count


@inlined
def _spread(floats: Any, box: int, reach_m: float, i: int, south: Any, north: Any, middle: Any, half: Any) -> None:
    """A box with half of the reach and what ways may stray around it: what is within reach of one another touches."""
    top = max(abs(floats[box, F_SOUTH]), abs(floats[box, F_NORTH]))
    around = (reach_m / 2.0 + bulge_m(floats[box, F_WAY], top)) / EARTH_M / RADIANS
    south[i], north[i] = floats[box, F_SOUTH] - around, floats[box, F_NORTH] + around
    wide = floats[box, F_EAST] - floats[box, F_WEST]
    middle[i] = floats[box, F_MERIDIAN] + floats[box, F_WEST] + wide / 2.0
    top += around
    half[i] = 360.0 if top >= POLAR_DEG or wide >= 180.0 else wide / 2.0 + around / math.cos(top * RADIANS)


@kernel
def merged(meetings: Any, hole: int) -> int:
    """Join stretches of a pair (in order of pair, then begin) at most so many blocks apart; how many are left."""
    count = 0
    for i in range(len(meetings)):
        same = count > 0 and meetings[count - 1, M_PAIR] == meetings[i, M_PAIR]
        if same and meetings[i, M_BEGIN] - meetings[count - 1, M_LAST] <= hole:
            meetings[count - 1, M_LAST] = max(meetings[count - 1, M_LAST], meetings[i, M_LAST])
            meetings[count - 1, M_DUE] = min(meetings[count - 1, M_DUE], meetings[i, M_DUE])
        else:
            meetings[count] = meetings[i]
            count += 1
    return count


@kernel
def fall_due(meetings: Any, since: Any) -> None:
    """Note from which block on the stretches of vessels are to be looked at again whose ways changed."""
    for i in range(len(meetings)):
        first = min(since[meetings[i, M_PAIR] >> 32], since[meetings[i, M_PAIR] & 0xFFFFFFFF])
        if first <= meetings[i, M_LAST]:
            meetings[i, M_DUE] = min(meetings[i, M_DUE], max(meetings[i, M_BEGIN], first))


@kernel
def contacts(
    meetings: Any, last_box: Any, boxes: Any, legs: Any, floats: Any, mmsi: Any, block_min: int, reach_m: float,
    slow_kn: float, relative_kn: float, begins: Any, out: Any, out_floats: Any,
) -> int:  # fmt: skip
    """Contacts of meetings from where they are due, in the order of time, at most one a minute; how many.

    Those of meeting k lie from begins[k] to begins[k + 1]. A vessel's nearest place at a tick counts, if it has two.
    """
    longest = 0
    for k in range(len(meetings)):
        longest = max(longest, meetings[k, M_LAST] + 1 - meetings[k, M_DUE])
    ticks = np.empty((2, longest * block_min * OPEN), np.int64)
    of = np.empty_like(ticks)
    count = 0
    for k in range(len(meetings)):
        begins[k] = count
        one, other = meetings[k, M_PAIR] >> 32, meetings[k, M_PAIR] & 0xFFFFFFFF
        if mmsi[one] > mmsi[other]:
            one, other = other, one
        begin, last = meetings[k, M_DUE], meetings[k, M_LAST]
        leg, other_leg = _last_leg(last_box[one], boxes, last), _last_leg(last_box[other], boxes, last)
        n_one, top = _at_ticks(leg, legs, floats, begin * block_min, (last + 1) * block_min, ticks[0], of[0])
        n_other, _ = _at_ticks(other_leg, legs, floats, begin * block_min, (last + 1) * block_min, ticks[1], of[1])
        count = _meet(
            ticks, of, n_one, n_other, legs, floats, top, reach_m, slow_kn, relative_kn, count, out, out_floats
        )
    begins[len(meetings)] = count
    return count


@kernel
def _last_leg(box: int, boxes: Any, block: int) -> Any:
    """The latest leg of a vessel with a tick in a block or before it, from its latest box."""
    while box >= 0 and boxes[box, X_BLOCK] > block:
        box = boxes[box, X_BEFORE]
    return boxes[box, X_LEG] if box >= 0 else -1


@kernel
def _at_ticks(leg: int, legs: Any, floats: Any, begin: int, end: int, ticks: Any, of: Any) -> tuple[int, float]:
    """The ticks of a vessel from `begin` on and before `end`, in the order of time, and the legs they lie on.

    How many, and the highest latitude of these legs on either side of the equator.
    """
    count, top = 0, 0.0
    while leg >= 0 and legs[leg, G_AT] >= begin * MINUTE:
        from_at, at = legs[leg, G_FROM_AT], legs[leg, G_AT]
        top = max(top, abs(floats[leg, F_LAT]), abs(floats[leg, F_FROM_LAT]))
        step = 1 if at - from_at <= FINE_SILENCE_S * SECOND else COARSE_S // FINE_S
        first, tick = max(begin, _first_tick(from_at, at)), _last_tick(from_at, at)
        while tick >= first:
            if tick < end and count < len(ticks):
                ticks[count], of[count] = tick, leg
                count += 1
            tick -= step
        leg = legs[leg, G_BEFORE]
    ticks[:count], of[:count] = ticks[:count][::-1].copy(), of[:count][::-1].copy()
    for i in range(1, count):
        if ticks[i] < ticks[i - 1]:
            order = np.argsort(ticks[:count], kind="mergesort")
            ticks[:count], of[:count] = ticks[:count][order], of[:count][order]
            break
    return count, top


@kernel
def _meet(
    ticks: Any, of: Any, n_one: int, n_other: int, legs: Any, floats: Any, top: float, reach_m: float, slow_kn: float,
    relative_kn: float, count: int, out: Any, out_floats: Any,
) -> int:  # fmt: skip
    """Write the contacts at the ticks that two vessels share behind those so far; how many then."""
    first, j = count, 0
    steep, flat = math.tan(min(top + NEAR_DEG, 89.0) * RADIANS), math.cos(min(top + NEAR_DEG, 90.0) * RADIANS)
    for i in range(n_one):
        while j < n_other and ticks[1, j] < ticks[0, i]:
            j += 1
        k = j
        while k < n_other and ticks[1, k] == ticks[0, i]:
            one, other, tick = of[0, i], of[1, k], ticks[0, i]
            k += 1
            slow = min(floats[one, F_SPEED], floats[other, F_SPEED])
            fast = max(floats[one, F_SPEED], floats[other, F_SPEED])
            if not (fast <= slow_kn or fast - slow <= relative_kn) or _far(
                legs, floats, one, other, tick, reach_m, steep, flat
            ):
                continue
            apart, lat, lon = _apart(legs, floats, one, other, tick)
            if apart > reach_m:
                continue
            if count > first and out[count - 1, C_TICK] == tick:
                if out_floats[count - 1, F_APART] <= apart:
                    continue
                count -= 1
            out[count, C_TICK] = tick
            out[count, C_LINE], out[count, C_OTHER_LINE] = _line(legs, one, tick), _line(legs, other, tick)
            out_floats[count, F_APART] = apart
            out_floats[count, F_AT_LAT], out_floats[count, F_AT_LON] = lat, lon
            out_floats[count, F_SLOW], out_floats[count, F_FAST] = slow, fast
            count += 1
    return count


@inlined
def _share(legs: Any, leg: int, tick: int) -> Any:
    """How far along a leg a tick lies, from 0 to 1."""
    return (tick * MINUTE - legs[leg, G_FROM_AT]) / (legs[leg, G_AT] - legs[leg, G_FROM_AT])


@inlined
def _line(legs: Any, leg: int, tick: int) -> Any:
    """The line of the nearer report."""
    return legs[leg, G_LINE] if _share(legs, leg, tick) > 0.5 else legs[leg, G_FROM_LINE]


@inlined
def _plain(legs: Any, floats: Any, leg: int, tick: int) -> tuple[float, float, float]:
    """Where a vessel is at a tick on a straight line of latitude and longitude, and the way of the leg."""
    share, lat, lon = _share(legs, leg, tick), floats[leg, F_FROM_LAT], floats[leg, F_FROM_LON]
    way_m = floats[leg, F_SPEED] * KNOT_MS * (legs[leg, G_AT] - legs[leg, G_FROM_AT]) / SECOND
    return lat + share * (floats[leg, F_LAT] - lat), lon + share * turn(lon, floats[leg, F_LON]), way_m


@inlined
def _far(
    legs: Any, floats: Any, one: int, other: int, tick: int, reach_m: float, steep: float, flat: float
) -> bool:  # fmt: skip
    """Whether two vessels are out of reach for certain, by a formula that costs little.

    `steep` and `flat` are tangent and cosine of a latitude beyond all places within reach of the first vessel.
    """
    lat, lon, way_m = _plain(legs, floats, one, tick)
    other_lat, other_lon, other_way_m = _plain(legs, floats, other, tick)
    far_m = reach_m + 2.0 * SAFE_M + (way_m * way_m + other_way_m * other_way_m) / (2.0 * EARTH_M) * steep
    north_m = (lat - other_lat) * RADIANS * EARTH_M
    if abs(north_m) > far_m:
        return True
    east_m = turn(lon, other_lon) * RADIANS * EARTH_M * flat
    return north_m * north_m + east_m * east_m > far_m * far_m


@inlined
def _apart(legs: Any, floats: Any, one: int, other: int, tick: int) -> tuple[float, float, float]:
    """Metres between two vessels at a tick on their great circles, and the place of the first."""
    lat, lon = between(
        floats[one, F_FROM_LAT],
        floats[one, F_FROM_LON],
        floats[one, F_LAT],
        floats[one, F_LON],
        _share(legs, one, tick),
    )
    other_lat, other_lon = between(
        floats[other, F_FROM_LAT], floats[other, F_FROM_LON], floats[other, F_LAT], floats[other, F_LON],
        _share(legs, other, tick),
    )  # fmt: skip
    flat, other_flat = math.cos(lat * RADIANS), math.cos(other_lat * RADIANS)
    x = flat * math.cos(lon * RADIANS) - other_flat * math.cos(other_lon * RADIANS)
    y = flat * math.sin(lon * RADIANS) - other_flat * math.sin(other_lon * RADIANS)
    z = math.sin(lat * RADIANS) - math.sin(other_lat * RADIANS)
    return 2.0 * EARTH_M * math.asin(min(1.0, math.sqrt(x * x + y * y + z * z) / 2.0)), lat, lon


@kernel
def cut_back(words: Any, vessel: Any, since: Any, last: Any) -> int:
    """Take the legs (or boxes) of some vessels from a time (or block) on out of their chains; how many."""
    count = 0
    for i in range(len(vessel)):
        row = last[vessel[i]]
        while row >= 0 and words[row, G_AT] >= since[i]:
            words[row, G_AT] = GONE
            row = words[row, G_BEFORE]
            count += 1
        last[vessel[i]] = row
    return count


@kernel
def point_again(boxes: Any, vessel: Any, last_box: Any, legs: Any, last_leg: Any) -> None:
    """Let boxes of some vessels whose latest leg was taken out point to the latest one left."""
    for one in vessel:
        box = last_box[one]
        while box >= 0 and boxes[box, X_LEG] >= 0 and legs[boxes[box, X_LEG], G_AT] == GONE:
            boxes[box, X_LEG] = last_leg[one]
            box = boxes[box, X_BEFORE]


@kernel
def close_up(words: Any, used: int, oldest: int, last: Any, moved: Any) -> int:
    """Drop legs (or boxes) that are older or gone, and move the others together; how many are left, where they are."""
    count = 0
    for row in range(used):
        moved[row] = -1
        if words[row, G_AT] >= max(oldest, 0):
            before = words[row, G_BEFORE]
            moved[row] = count
            words[count] = words[row]
            words[count, G_BEFORE] = moved[before] if before >= 0 else -1
            count += 1
    for vessel in range(len(last)):
        last[vessel] = moved[last[vessel]] if last[vessel] >= 0 else -1
    return count
