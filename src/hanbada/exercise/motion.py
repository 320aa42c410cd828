"""Where every vessel is at any moment: plans made into curves that are a pure function of time.

A plan becomes knots, each a place with a velocity; between knots a vessel moves on a cubic (Hermite) in latitude and
longitude. Straight legs are cut into pieces short enough that the great circle and the cubic agree to metres; turns and
changes of speed are parabolas, that is a steady acceleration, so speed, course and rate of turn follow from one curve.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, cos, nan, radians, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.exercise.scenario import Sail, Stay, Wait
from hanbada.geo.sphere import EARTH_M, KNOT_MS, bearing_deg, between, destination, distance_m, turn
from hanbada.model.errors import UsageError
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.scenario import Place, Step, Vessel

PIECE_M = 25_000.0
"""Longest piece of a straight leg between knots."""
LONGEST_S = 1_000_000.0
"""Longest plan: 11 days. Keeps (vessel, second) one sortable number."""
ROOM = 0.9
"""Share of a leg that the turns at its two ends may take up together."""
METRE_DEG = 180.0 / np.pi / EARTH_M


class Knot(NamedTuple):
    """A place and a velocity (degrees per second); status and heading hold until the next knot, NaN: as she goes."""

    at_s: float
    lat_deg: float
    lon_deg: float
    north: float
    east: float
    status: float
    heading_deg: float


class Call(NamedTuple):
    """When a plan comes to a named port."""

    at_s: float
    port: str


class Timetable(NamedTuple):
    """The knots of a plan, its calls at ports, and how long it is."""

    knots: list[Knot]
    calls: list[Call]
    cycle_s: float


class _Move(NamedTuple):
    """A step between two places; `speed` (m/s) is zero for a stay."""

    step: Step
    begin: Place
    end: Place
    length_m: float
    speed: float


class _Corner(NamedTuple):
    """The change from one move to the next: how long it takes, and what it takes up of both."""

    takes_s: float
    before_m: float
    after_m: float


class Motion(NamedTuple):
    """All plans, knot behind knot: `keys` are vessel x LONGEST_S + second of the plan, in order."""

    keys: Floats
    knots: Floats
    cycle_us: Ints
    begin_us: Ints


class States(NamedTuple):
    """Where and how; `heading_deg` is NaN for a vessel that heads where she goes, `cog_deg` where she does not move."""

    lat_deg: Floats
    lon_deg: Floats
    sog_kn: Floats
    cog_deg: Floats
    rot_deg_min: Floats
    status: Ints
    heading_deg: Floats


def timetable(vessel: Vessel) -> Timetable:
    """The plan of a vessel against the clock; raises UsageError for one that cannot be kept."""
    moves = _moves(vessel)
    corners = [_corner(vessel, a, b) for a, b in pairwise([*moves, moves[0]])]
    knots: list[Knot] = []
    calls: list[Call] = []
    at_s = 0.0
    for i, move in enumerate(moves):
        coming = moves[(i + 1) % len(moves)]
        if isinstance(move.step, Sail):
            at_s = _sail(knots, move, corners[i - 1].after_m, corners[i].before_m, at_s, _handed_on(move, coming))
        else:
            if move.step.port:
                calls.append(Call(at_s, move.step.port))
            at_s = _stay(knots, vessel, move, at_s, coming)
        at_s += corners[i].takes_s
    if not 0.0 < at_s < LONGEST_S:
        message = f"the plan of {vessel.key} takes {at_s:.0f} s, not between 0 and {LONGEST_S:.0f}"
        raise UsageError(message)
    knots.append(Knot(at_s, *vessel.start, 0.0, 0.0, 0.0, nan))
    return Timetable(knots, calls, at_s)


def _moves(vessel: Vessel) -> list[_Move]:
    moves, here = [], vessel.start
    for step in vessel.steps:
        there = step.to if isinstance(step, Sail) else here
        speed = step.kn * KNOT_MS if isinstance(step, Sail) else 0.0
        moves.append(_Move(step, here, there, distance_m(*here, *there), speed))
        here = there
    if not moves or isinstance(moves[0].step, Sail) or here != vessel.start:
        message = f"the plan of {vessel.key} must begin with a stay and end where it began"
        raise UsageError(message)
    return moves


def _corner(vessel: Vessel, a: _Move, b: _Move) -> _Corner:
    if a.speed == b.speed == 0.0:
        return _Corner(0.0, 0.0, 0.0)
    takes = abs(a.speed - b.speed) / KNOT_MS / vessel.accel_kn_s
    if a.speed and b.speed:
        arriving = turn(180.0, bearing_deg(*a.end, *a.begin))
        takes = max(takes, abs(turn(arriving, bearing_deg(*b.begin, *b.end))) / vessel.turn_deg_min * 60.0)
    takes = min([takes, *(ROOM * move.length_m / move.speed for move in (a, b) if move.speed)])
    return _Corner(takes, a.speed * takes / 2.0, b.speed * takes / 2.0)


def _handed_on(move: _Move, coming: _Move) -> Step:
    """Whose status holds while one move turns into the next: a ship is under way until she lies."""
    return coming.step if isinstance(coming.step, Sail) else move.step


def _stay(knots: list[Knot], vessel: Vessel, move: _Move, at_s: float, coming: _Move) -> float:
    step = move.step
    lasts = step.until_s - at_s if isinstance(step, Wait) else step.for_s if isinstance(step, Stay) else 0.0
    if lasts < 0.0:
        message = f"{vessel.key} comes {-lasts:.0f} s too late to wait until {at_s + lasts:.0f} s"
        raise UsageError(message)
    knots.append(Knot(at_s, *move.begin, 0.0, 0.0, step.status, _heading(step)))
    leaving = _handed_on(move, coming)
    knots.append(Knot(at_s + lasts, *move.begin, 0.0, 0.0, leaving.status, _heading(leaving)))
    return at_s + lasts


def _heading(step: Step) -> float:
    return nan if step.heading_deg is None else step.heading_deg


def _sail(knots: list[Knot], move: _Move, skip_m: float, leave_m: float, at_s: float, last: Step) -> float:
    """Knots of the straight part of a leg; when its end is reached."""
    begin = destination(*move.begin, bearing_deg(*move.begin, *move.end), skip_m)
    end = destination(*move.end, bearing_deg(*move.end, *move.begin), leave_m)
    straight_m = max(0.0, move.length_m - skip_m - leave_m)
    pieces = max(1, ceil(straight_m / PIECE_M))
    for i in range(pieces + 1):
        lat, lon = between(*begin, *end, i / pieces)
        course = radians(bearing_deg(lat, lon, *move.end))
        north = move.speed * cos(course) * METRE_DEG
        east = move.speed * sin(course) * METRE_DEG / cos(radians(lat))
        step = last if i == pieces else move.step
        when = at_s + i / pieces * straight_m / move.speed
        knots.append(Knot(when, lat, lon, north, east, step.status, _heading(step)))
    return at_s + straight_m / move.speed


def motion_of(vessels: Sequence[Vessel], plans: Sequence[Timetable]) -> Motion:
    """The plans of some vessels as arrays, in the same order."""
    table = np.array([knot for plan in plans for knot in plan.knots], np.float64)
    owner = np.repeat(np.arange(len(plans)), [len(plan.knots) for plan in plans])
    return Motion(
        owner * LONGEST_S + table[:, 0],
        table,
        np.array([round(plan.cycle_s * SECOND_US) for plan in plans], np.int64),
        np.array([round(vessel.starts_s * SECOND_US) for vessel in vessels], np.int64),
    )


def plan_s(motion: Motion, vessel: Ints, story_us: Ints) -> Floats:
    """Seconds into their plans that some vessels are at story times (microseconds from the curtain)."""
    into: Floats = ((story_us - motion.begin_us[vessel]) % motion.cycle_us[vessel]) / SECOND_US
    return into


def states(motion: Motion, vessel: Ints, story_us: Ints) -> States:
    """Where some vessels are at story times."""
    into = plan_s(motion, vessel, story_us)
    i = np.searchsorted(motion.keys, vessel * LONGEST_S + into, side="right") - 1
    a, b = motion.knots[i], motion.knots[i + 1]
    h = b[:, 0] - a[:, 0]
    s = (into - a[:, 0]) / h
    lat, north, north_2 = _cubic(a[:, 1], a[:, 3], b[:, 1], b[:, 3], s, h)
    lon, east, east_2 = _cubic(a[:, 2], a[:, 4], b[:, 2], b[:, 4], s, h)
    flat = np.cos(np.radians(lat))
    east, east_2 = east * flat, east_2 * flat
    speed_2 = north * north + east * east
    sog = np.sqrt(speed_2) / METRE_DEG / KNOT_MS
    with np.errstate(invalid="ignore", divide="ignore"):
        rot = np.degrees((north * east_2 - east * north_2) / speed_2) * 60.0
    under_way = sog > 1e-6
    cog = np.where(under_way, np.degrees(np.arctan2(east, north)) % 360.0, np.nan)
    return States(lat, lon, sog, cog, np.where(under_way, rot, 0.0), a[:, 5].astype(np.int64), a[:, 6])


def _cubic(p: Floats, dp: Floats, q: Floats, dq: Floats, s: Floats, h: Floats) -> tuple[Floats, Floats, Floats]:
    """Value, first and second derivative of the cubic from p to q with slopes dp, dq over h, at share s."""
    d = q - p
    c2, c3 = 3.0 * d - h * (2.0 * dp + dq), h * (dp + dq) - 2.0 * d
    value = p + s * (h * dp + s * (c2 + s * c3))
    slope = dp + s * (2.0 * c2 + s * 3.0 * c3) / h
    bend = (2.0 * c2 + 6.0 * s * c3) / (h * h)
    return value, slope, bend


def next_call(plan: Timetable, into_s: float) -> tuple[str | None, float]:
    """The port a vessel is bound for or lies in, and in how many seconds she comes to it (negative: she is there)."""
    if not plan.calls:
        return None, 0.0
    coming = [call for call in plan.calls if call.at_s > into_s]
    if coming:
        return coming[0].port, coming[0].at_s - into_s
    return plan.calls[0].port, plan.calls[0].at_s + plan.cycle_s - into_s
