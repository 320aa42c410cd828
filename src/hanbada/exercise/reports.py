"""Position reports of ships for a stretch of time: who reports, from where, what her instruments say, who hears it.

Instruments err as real ones do: positions wander by some metres, a ship crabs against wind and tide and swings at
anchor, courses mean little at low speed. Reports are made at the interval the rules ask for (ITU-R M.1371-5, Annex 1,
Tables 1 and 2); a ship that hears no base station also sends the long-range message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from hanbada.ais.comm_state import CS_FILL
from hanbada.ais.m1371_6 import LONG_RANGE, POSITION_A, POSITION_B
from hanbada.exercise import slots
from hanbada.exercise.chance import normal, uniform
from hanbada.exercise.motion import METRE_DEG, Motion, States, Timetable, motion_of, states, timetable
from hanbada.exercise.packing import armoured, received
from hanbada.exercise.reception import (
    REACH_A,
    REACH_B,
    Listening,
    Receptions,
    beyond_coverage,
    during,
    heard,
    listening,
)
from hanbada.exercise.scenario import NoFix, Renumber, Sail, Shift, Silence
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from hanbada.ais.fields import Layout
    from hanbada.exercise.chance import Flags, Floats, Ints
    from hanbada.exercise.packing import Arrival
    from hanbada.exercise.scenario import Identity, Scenario

ANCHORED, MOORED = 1, 5
TURNING_DEG_MIN = 10.0
"""A course that changes by more than five degrees in thirty seconds."""
INTERVALS_A = (6750, 375, 225, 125, 75)
"""Slots between reports of class A: 3 min, 10 s, 6 s, 3 1/3 s, 2 s."""
INTERVALS_B = (6750, 1125)
"""The same for class B: 3 min, 30 s."""
FIX_AGE_US = 200_000
"""A report carries the fix of the last whole second before it is put together."""
TIDE_S = 44_714.0
"""The principal lunar tide: 12.42 h."""
SWING_M = 90.0
"""What a ship at anchor swings on."""
STILL_KN = 0.3


@dataclass(frozen=True, slots=True)
class Cast:
    """A scenario made ready: plans as curves, stations as arrays, what every radio is like."""

    scenario: Scenario
    seed: int
    names: tuple[str, ...]
    plans: list[Timetable]
    motion: Motion
    stations: Listening
    index: dict[str, int]
    class_b: Flags
    top_kn: Floats
    sends_heading: Flags
    sends_turn: Flags
    mmsi: Ints


Said: TypeAlias = tuple["Layout", dict[str, "Floats"]]
"""A layout of `ais` and columns for its fields."""


class Rows(NamedTuple):
    """Transmissions of position reports before they are packed: sender, slot, time-out, time, type, true state."""

    who: Ints
    slot: Ints
    timeout: Ints
    at: Ints
    msg_type: Ints
    true: States


def cast_of(scenario: Scenario, seed: int) -> Cast:
    """Make a scenario ready; raises UsageError for a plan that cannot be kept."""
    vessels = scenario.vessels
    plans = [timetable(vessel) for vessel in vessels]
    speeds = [max((step.kn for step in vessel.steps if isinstance(step, Sail)), default=0.0) for vessel in vessels]
    return Cast(
        scenario=scenario,
        seed=seed,
        names=tuple(station.name for station in scenario.stations),
        plans=plans,
        motion=motion_of(vessels, plans),
        stations=listening(scenario),
        index={vessel.key: i for i, vessel in enumerate(vessels)},
        class_b=np.array([vessel.class_b for vessel in vessels]),
        top_kn=np.array(speeds),
        sends_heading=np.array([vessel.sends_heading for vessel in vessels]),
        sends_turn=np.array([vessel.sends_turn for vessel in vessels]),
        mmsi=np.array([vessel.identity.mmsi for vessel in vessels], np.int64),
    )


def report_lines(cast: Cast, begin: int, end: int) -> list[Arrival]:
    """Every reception of a position report transmitted in slots [begin, end)."""
    scheduled = _scheduled(cast, begin, end)
    true = scheduled.true
    class_b = cast.class_b[scheduled.who]
    reach = np.where(class_b, REACH_B, REACH_A)
    place = (true.lat_deg, true.lon_deg)
    found = heard(
        cast.scenario, cast.stations, cast.seed, slots.POSITION, scheduled.who, scheduled.slot, place, reach
    )  # fmt: skip
    arrived = _lines(cast, scheduled, found, ~class_b, "a")
    arrived += _lines(cast, scheduled, found, class_b, "b")
    far = _long_range(cast, begin, end)
    place = (far.true.lat_deg, far.true.lon_deg)
    found = heard(
        cast.scenario, cast.stations, cast.seed, slots.LONG_RANGE, far.who, far.slot, place, REACH_A, long_range=True
    )
    return arrived + _lines(cast, far, found, np.ones(len(far.who), np.bool_), "far")


def _rows(cast: Cast, due: slots.Due, msg_type: int) -> Rows:
    at = slots.slot_us(due.slot)
    fix_at = (at - FIX_AGE_US) // SECOND_US * SECOND_US
    true = states(cast.motion, due.who, fix_at - cast.scenario.epoch_at)
    return Rows(due.who, due.slot, due.timeout, at, np.full(len(at), msg_type), true)


def _scheduled(cast: Cast, begin: int, end: int) -> Rows:
    """Transmissions at each interval by those whose interval it is at that moment."""
    parts = []
    for interval in INTERVALS_A:
        able = ~cast.class_b & (cast.top_kn > {225: 14.0, 75: 14.0}.get(interval, -1.0))
        rows = _rows(cast, slots.due(cast.seed, slots.POSITION, np.flatnonzero(able), interval, begin, end), 1)
        # Type 3 is sent by stations that reserve slots one at a time: at long intervals, and now and then in a turn.
        once = (interval == INTERVALS_A[0]) | ((interval in {125, 75}) & (rows.timeout == 0))
        rows = rows._replace(msg_type=np.where(once, 3, 1))
        parts.append(_kept(rows, interval_a(rows.true) == interval))
    for interval in INTERVALS_B:
        due = slots.due(cast.seed, slots.POSITION, np.flatnonzero(cast.class_b), interval, begin, end)
        rows = _rows(cast, due, 18)
        parts.append(_kept(rows, interval_b(rows.true) == interval))
    return _on_air(cast, _joined(parts))


def interval_a(true: States) -> Ints:
    """Slots between the reports of class A ships in some states (M.1371-5, Annex 1, Table 1)."""
    sog, turning = true.sog_kn, np.abs(true.rot_deg_min) >= TURNING_DEG_MIN
    lying = np.isin(true.status, (ANCHORED, MOORED)) & (sog <= 3.0)
    by_speed = np.where(sog <= 14.0, np.where(turning, 125, 375), np.where((sog > 23.0) | turning, 75, 225))
    return np.where(lying, INTERVALS_A[0], by_speed)


def interval_b(true: States) -> Ints:
    """The same for carrier-sense class B (Table 2)."""
    return np.where(true.sog_kn <= 2.0, *INTERVALS_B)


def _long_range(cast: Cast, begin: int, end: int) -> Rows:
    """Long-range messages of class A ships that hear no base station."""
    due = slots.due(cast.seed, slots.LONG_RANGE, np.flatnonzero(~cast.class_b), INTERVALS_A[0], begin, end)
    rows = _rows(cast, due, 27)
    return _on_air(cast, _kept(rows, beyond_coverage(cast.stations, rows.true.lat_deg, rows.true.lon_deg)))


def _kept(rows: Rows, which: Flags | Ints) -> Rows:
    true = States._make(column[which] for column in rows.true)
    return Rows._make([*(column[which] for column in rows[:-1]), true])


def _joined(parts: list[Rows]) -> Rows:
    true = States._make(map(np.concatenate, zip(*(part.true for part in parts), strict=True)))
    return Rows._make([*map(np.concatenate, zip(*(part[:-1] for part in parts), strict=True)), true])


def on_air(cast: Cast, who: Ints, at: Ints) -> Flags:
    """Whether some vessels transmit at some times."""
    silent = np.zeros(len(who), np.bool_)
    for event in cast.scenario.events:
        if isinstance(event, Silence):
            silent |= (who == cast.index[event.vessel]) & during(event.span, cast.scenario, at)
    return ~silent


def _on_air(cast: Cast, rows: Rows) -> Rows:
    return _kept(rows, on_air(cast, rows.who, rows.at))


def identity_of(cast: Cast, who: int, at: int) -> Identity:
    """What a vessel calls itself at a time."""
    vessel = cast.scenario.vessels[who]
    for event in cast.scenario.events:
        if isinstance(event, Renumber) and event.vessel == vessel.key:
            return event.identities[int(_turn(cast, event, np.array([at]))[0])]
    return vessel.identity


def _turn(cast: Cast, event: Renumber, at: Ints) -> Ints:
    """Which of its identities a renumbering vessel has at some times."""
    since = at - cast.scenario.epoch_at - round(event.at_s * SECOND_US)
    return since // round(cast.scenario.period_s * SECOND_US) % len(event.identities)


def _numbers(cast: Cast, rows: Rows) -> Ints:
    mmsi = cast.mmsi[rows.who]
    for event in cast.scenario.events:
        if isinstance(event, Renumber):
            renamed = rows.who == cast.index[event.vessel]
            numbers = np.array([identity.mmsi for identity in event.identities], np.int64)
            mmsi[renamed] = numbers[_turn(cast, event, rows.at[renamed])]
    return mmsi


def _lines(cast: Cast, rows: Rows, found: Receptions, which: Flags, kind: str) -> list[Arrival]:
    """Lines of the receptions of some transmissions, all of one layout."""
    chosen = which[found.row]
    if not chosen.any():
        return []
    used, row = np.unique(found.row[chosen], return_inverse=True)
    sent = _kept(rows, used)
    layout, values = _VALUES[kind](cast, sent)
    payload = armoured(layout, sent.msg_type, values)
    own = Receptions(row, found.station[chosen], found.stamp_ms[chosen], found.at[chosen])
    return received(cast.names, own, sent.slot % 2 == 1, payload)


def _measured(cast: Cast, rows: Rows) -> dict[str, Floats]:
    """What instruments make of the truth."""
    who, true, seed = rows.who, rows.true, cast.seed
    seconds = (rows.at - cast.scenario.epoch_at) / SECOND_US
    still = true.sog_kn < STILL_KN
    heading = _heading(cast, rows, seconds)
    sog = np.abs(true.sog_kn + 0.08 * normal(seed, 1, who, rows.slot))
    cog = true.cog_deg + (0.4 + 3.0 / (true.sog_kn + 0.5)) * normal(seed, 2, who, rows.slot)
    wandering = np.where(who % 3 == 0, np.nan, 360.0 * uniform(seed, 3, who, rows.slot))
    lat, lon = _reported_place(cast, rows, seconds, heading)
    turning = true.rot_deg_min + np.where(still, 0.0, 0.8 * normal(seed, 4, who, rows.slot))
    values = {
        "repeat": np.zeros(len(who)),
        "mmsi": _numbers(cast, rows).astype(np.float64),
        "nav_status": true.status.astype(np.float64),
        "rot_deg_min": np.where(cast.sends_turn[who], turning, np.nan),
        "sog_kn": sog,
        "accuracy": (who % 10 < 7).astype(np.float64),
        "lat_deg": lat,
        "lon_deg": lon,
        "cog_deg": np.where(still, wandering, cog) % 360.0,
        "heading_deg": np.where(cast.sends_heading[who], np.floor(heading), np.nan),
        "utc_second": (rows.at - FIX_AGE_US) // SECOND_US % 60.0,
    }
    for event in cast.scenario.events:
        if isinstance(event, NoFix):
            lost = (who == cast.index[event.vessel]) & during(event.span, cast.scenario, rows.at)
            for name in ("sog_kn", "lat_deg", "lon_deg", "cog_deg", "utc_second"):
                values[name] = np.where(lost, np.nan, values[name])
    return values


def _heading(cast: Cast, rows: Rows, seconds: Floats) -> Floats:
    """Where ships head: as they lie, around with the tide at anchor, else their course and some crab angle."""
    own = 2.0 * np.pi * uniform(cast.seed, 5, rows.who)
    given, cog = rows.true.heading_deg, rows.true.cog_deg
    swung = 200.0 + 70.0 * np.sin(2.0 * np.pi * seconds / TIDE_S) + 12.0 * np.sin(seconds / 290.0 + own)
    crab = 3.5 * np.sin(seconds / 520.0 + own) + 0.4 * normal(cast.seed, 6, rows.who, rows.slot)
    under_way = np.where(np.isnan(cog), np.degrees(own), cog + crab)
    yawed = given + np.where(rows.true.status == MOORED, 0.0, 4.0 * np.sin(seconds / 340.0 + own))
    free = np.where((rows.true.status == ANCHORED) & (rows.true.sog_kn < STILL_KN), swung, under_way)
    return np.where(np.isnan(given), free, yawed) % 360.0


def _reported_place(cast: Cast, rows: Rows, seconds: Floats, heading: Floats) -> tuple[Floats, Floats]:
    """The true place, swung about the anchor, with the receiver's error, and shifted where the story shifts it."""
    who, true = rows.who, rows.true
    swing = np.where((true.status == ANCHORED) & (true.sog_kn < STILL_KN), -SWING_M, 0.0)
    own = [2.0 * np.pi * uniform(cast.seed, 7 + i, who) for i in range(4)]
    noise = [1.2 * normal(cast.seed, 11 + i, who, rows.slot) for i in range(2)]
    north = swing * np.cos(np.radians(heading)) + noise[0]
    north += 3.5 * np.sin(seconds / 41.0 + own[0]) + 2.0 * np.sin(seconds / 9.7 + own[1])
    east = swing * np.sin(np.radians(heading)) + noise[1]
    east += 3.5 * np.sin(seconds / 43.0 + own[2]) + 2.0 * np.sin(seconds / 11.3 + own[3])
    lat = true.lat_deg + north * METRE_DEG
    lon = true.lon_deg + east * METRE_DEG / np.cos(np.radians(true.lat_deg))
    for event in cast.scenario.events:
        if isinstance(event, Shift):
            off = (who == cast.index[event.vessel]) & during(event.span, cast.scenario, rows.at)
            lat, lon = lat + np.where(off, event.north_deg, 0.0), lon + np.where(off, event.east_deg, 0.0)
    return lat, lon


def _radio(rows: Rows) -> Floats:
    """The communication state: self-organised with a count-down for type 1, incremental for type 3 (Annex 2, 3.3.7)."""
    second = rows.at // SECOND_US
    clock = (second // 3600 % 24) << 9 | (second // 60 % 60) << 2
    left, in_frame = rows.timeout, rows.slot % slots.FRAME
    told = np.where(left % 2 == 1, 40 + rows.who % 30, in_frame)
    told = np.where(left == 1, clock, np.where(left == 0, 0, told))
    organised = left << 14 | told
    reserved = (slots.FRAME << 4) | 1
    return np.where(rows.msg_type == 3, reserved, organised).astype(np.float64)


def _class_a(cast: Cast, rows: Rows) -> Said:
    return POSITION_A, _measured(cast, rows) | {"radio": _radio(rows)}


def _class_b(cast: Cast, rows: Rows) -> Said:
    values = _measured(cast, rows)
    del values["nav_status"], values["rot_deg_min"]
    ones = np.ones(len(rows.who))
    flags = dict.fromkeys(("carrier_sense", "dsc", "whole_band", "message_22", "radio_itdma"), ones)
    return POSITION_B, values | flags | {"radio": CS_FILL * ones}


def _far(cast: Cast, rows: Rows) -> Said:
    values = _measured(cast, rows)
    for name in ("rot_deg_min", "heading_deg", "utc_second"):
        del values[name]
    values["cog_deg"] = np.floor(values["cog_deg"])
    return LONG_RANGE, values


_VALUES = {"a": _class_a, "b": _class_b, "far": _far}
