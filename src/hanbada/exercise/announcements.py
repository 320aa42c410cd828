"""Everything ships and stations transmit beside position reports, for a stretch of time, and who hears it.

Static data of ships, base stations, aids to navigation, beacons in distress, and the notice that all is simulated.
These are few, so the readable codec encodes them one by one; what a ship says of herself is encoded once per voyage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.ais.codec import encode_payload
from hanbada.ais.m1371_6 import BASE_STATION
from hanbada.ais.sentences import sentences, tag_block
from hanbada.exercise import slots
from hanbada.exercise.motion import next_call, plan_s, states
from hanbada.exercise.packing import armoured, received
from hanbada.exercise.reception import (
    REACH_A,
    REACH_AID,
    REACH_B,
    REACH_BASE,
    REACH_BEACON,
    during,
    heard,
)
from hanbada.exercise.reports import identity_of, on_air
from hanbada.exercise.scenario import Beacon
from hanbada.geo.sphere import KNOT_MS, destination
from hanbada.model.times import SECOND_US, from_us

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.ais.codec import Fields
    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.packing import Arrival
    from hanbada.exercise.reports import Cast
    from hanbada.exercise.scenario import Place

STATIC_SLOTS, AID_SLOTS, BASE_SLOTS, NOTICE_SLOTS = 13_500, 6750, 375, 22_500
"""Slots between static reports (6 min), reports of aids (3 min) and base stations (10 s), and notices (10 min)."""
PART_B_LATER = 750
"""Slots between the two halves of a class B static report: 20 s."""
ETA_US = 600 * SECOND_US
"""Officers give ETAs to ten minutes."""
BURST, BURST_SLOTS = 8, 75
"""A distress beacon sends eight messages 75 slots apart, once a minute (IEC 61097-14)."""
TEXT_EVERY, ACTIVE_TEXTS, TEST_TEXTS = 4, (4, 5), (0, 7)
"""Of every fourth burst of an active beacon, and of every burst of a test, these messages are texts."""
GPS, SURVEYED = 1, 7
"""Types of position-fixing device."""
SART_STATUS = 14


class Sent(NamedTuple):
    """A transmission: purpose and sender (for the dice), slot, place, reach, message."""

    purpose: int
    who: int
    slot: int
    place: Place
    reach: float
    layout: str
    msg_type: int
    fields: Fields


@dataclass(slots=True)
class Sayings:
    """What was encoded before: payload and fill bits by content. Owned by one run, changed in place."""

    known: dict[tuple[object, ...], tuple[bytes, int]] = field(default_factory=dict)


MOST_KNOWN = 4096


def announcement_lines(cast: Cast, sayings: Sayings, begin: int, end: int) -> list[Arrival]:
    """Every reception of what else was sent in slots [begin, end)."""
    arrived = _base_lines(cast, begin, end)
    sent = [*_statics(cast, begin, end), *_notices(cast, begin, end), *_aids(cast, begin, end)]
    sent += _beacons(cast, begin, end)
    for purpose in sorted({one.purpose for one in sent}):
        arrived += _received(cast, sayings, purpose, [one for one in sent if one.purpose == purpose])
    return arrived


def _received(cast: Cast, sayings: Sayings, purpose: int, sent: list[Sent]) -> Iterator[Arrival]:
    who, slot = (np.array(column, np.int64) for column in ([s.who for s in sent], [s.slot for s in sent]))
    lat, lon, reach = (np.array(c) for c in zip(*((*s.place, s.reach) for s in sent), strict=True))
    found = heard(cast.scenario, cast.stations, cast.seed, purpose, who, slot, (lat, lon), reach)
    said = {row: _sentences(sayings, sent[row]) for row in np.unique(found.row).tolist()}
    for row, station, stamp_ms, at in zip(*(column.tolist() for column in found), strict=True):
        tag = tag_block(stamp_ms * 1000, cast.names[station])
        yield at, b"\n".join(tag + sentence for sentence in said[row])


def _sentences(sayings: Sayings, sent: Sent) -> list[bytes]:
    key = (sent.layout, *sent.fields.values())
    if key not in sayings.known:
        if len(sayings.known) >= MOST_KNOWN:
            sayings.known.clear()
        sayings.known[key] = encode_payload(sent.layout, {"repeat": 0} | sent.fields, sent.msg_type)
    payload, fill = sayings.known[key]
    return sentences(payload, fill, sequence=(sent.who * 7 + sent.slot) % 10, channel="AB"[sent.slot % 2])


def _statics(cast: Cast, begin: int, end: int) -> Iterator[Sent]:
    """Type 5 of class A, the two parts of type 24 of class B."""
    for kind, which in (("static_voyage", ~cast.class_b), ("static_a", cast.class_b), ("static_b", cast.class_b)):
        late = PART_B_LATER if kind == "static_b" else 0
        due = slots.due(cast.seed, slots.STATIC, np.flatnonzero(which), STATIC_SLOTS, begin, end, late)
        at = slots.slot_us(due.slot)
        story_us = at - cast.scenario.epoch_at
        true = states(cast.motion, due.who, story_us)
        into = plan_s(cast.motion, due.who, story_us)
        for i in np.flatnonzero(on_air(cast, due.who, at)).tolist():
            who, slot, when = int(due.who[i]), int(due.slot[i]), int(at[i])
            fields = _SAYS[kind](cast, who, when, float(into[i]))
            reach = REACH_A if kind == "static_voyage" else REACH_B
            place = (float(true.lat_deg[i]), float(true.lon_deg[i]))
            yield Sent(slots.STATIC, who, slot, place, reach, kind, 5 if kind == "static_voyage" else 24, fields)


def _size(cast: Cast, who: int) -> Fields:
    dimensions = cast.scenario.vessels[who].dimensions_m
    names = ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m")
    return dict(zip(names, dimensions, strict=True)) if dimensions else {}


def _voyage(cast: Cast, who: int, at: int, into_s: float) -> Fields:
    vessel, own = cast.scenario.vessels[who], identity_of(cast, who, at)
    port, away_s = next_call(cast.plans[who], into_s)
    fields: Fields = {
        "mmsi": own.mmsi, "ais_version": 2, "imo": own.imo, "call_sign": own.call_sign, "name": own.name,
        "ship_type": vessel.ship_type, "draught_m": vessel.draught_m, "epfd": GPS, "destination": port,
    }  # fmt: skip
    if port:
        eta = from_us(round((at + away_s * SECOND_US) / ETA_US) * ETA_US)
        fields |= {"eta_month": eta.month, "eta_day": eta.day, "eta_hour": eta.hour, "eta_minute": eta.minute}
    return fields | _size(cast, who)


def _part_a(cast: Cast, who: int, at: int, _into_s: float) -> Fields:
    own = identity_of(cast, who, at)
    return {"mmsi": own.mmsi, "part": 0, "name": own.name}


def _part_b(cast: Cast, who: int, at: int, _into_s: float) -> Fields:
    own, vessel = identity_of(cast, who, at), cast.scenario.vessels[who]
    fields: Fields = {
        "mmsi": own.mmsi, "part": 1, "ship_type": vessel.ship_type, "vendor": "SIM", "unit_model": 1,
        "unit_serial": who, "call_sign": own.call_sign, "epfd": GPS,
    }  # fmt: skip
    return fields | _size(cast, who)


_SAYS = {"static_voyage": _voyage, "static_a": _part_a, "static_b": _part_b}


def _base_lines(cast: Cast, begin: int, end: int) -> list[Arrival]:
    """Reports of base stations (type 4)."""
    own = [i for i, station in enumerate(cast.scenario.stations) if station.mmsi is not None]
    due = slots.due(cast.seed, slots.BASE, np.array(own, np.int64), BASE_SLOTS, begin, end)
    lat, lon = cast.stations.lat_deg[due.who], cast.stations.lon_deg[due.who]
    found = heard(cast.scenario, cast.stations, cast.seed, slots.BASE, due.who, due.slot, (lat, lon), REACH_BASE)
    numbers = np.array([station.mmsi or 0 for station in cast.scenario.stations], np.float64)
    same = {"repeat": 0.0, "accuracy": 1.0, "epfd": float(SURVEYED), "radio": 0.0}
    values = {name: np.full(len(due.who), value) for name, value in same.items()}
    values |= {"mmsi": numbers[due.who], "lat_deg": lat, "lon_deg": lon, **_clock(slots.slot_us(due.slot))}
    payload = armoured(BASE_STATION, np.full(len(due.who), BASE_STATION.msg_types[0]), values)
    return received(cast.names, found, due.slot % 2 == 1, payload)


def _clock(at: Ints) -> dict[str, Floats]:
    """UTC date and time as a base station gives them."""
    stamps = at.astype("datetime64[us]")
    day, month = stamps.astype("datetime64[D]"), stamps.astype("datetime64[M]")
    second = at // SECOND_US
    parts = {
        "year": stamps.astype("datetime64[Y]").astype(np.int64) + 1970, "month": month.astype(np.int64) % 12 + 1,
        "day": (day - month.astype("datetime64[D]")).astype(np.int64) + 1, "hour": second // 3600 % 24,
        "minute": second // 60 % 60, "second": second % 60,
    }  # fmt: skip
    return {f"utc_{name}": values.astype(np.float64) for name, values in parts.items()}


def _notices(cast: Cast, begin: int, end: int) -> Iterator[Sent]:
    """Every base station's notice that this is simulated (type 14)."""
    own = [i for i, station in enumerate(cast.scenario.stations) if station.mmsi is not None]
    due = slots.due(cast.seed, slots.NOTICE, np.array(own, np.int64), NOTICE_SLOTS, begin, end)
    for who, slot in zip(due.who.tolist(), due.slot.tolist(), strict=True):
        station = cast.scenario.stations[who]
        said: Fields = {"mmsi": station.mmsi, "text": cast.scenario.notice}
        yield Sent(slots.NOTICE, who, slot, station.place, REACH_BASE, "safety_broadcast", 14, said)


def _aids(cast: Cast, begin: int, end: int) -> Iterator[Sent]:
    due = slots.due(cast.seed, slots.AID, np.arange(len(cast.scenario.aids)), AID_SLOTS, begin, end)
    for who, slot in zip(due.who.tolist(), due.slot.tolist(), strict=True):
        aid = cast.scenario.aids[who]
        fields: Fields = {
            "mmsi": aid.mmsi, "aid_type": aid.aid_type, "name": aid.name, "accuracy": True, "lat_deg": aid.place[0],
            "lon_deg": aid.place[1], "epfd": GPS, "virtual": aid.virtual, "aid_status": 0,
        }  # fmt: skip
        yield Sent(slots.AID, who, slot, aid.place, REACH_AID, "aid_to_navigation", 21, fields)


def _beacons(cast: Cast, begin: int, end: int) -> Iterator[Sent]:
    """Bursts of beacons that are on, minute by minute."""
    for number, event in enumerate(cast.scenario.events):
        if not isinstance(event, Beacon):
            continue
        for frame in range((begin - slots.FRAME) // slots.FRAME, end // slots.FRAME + 1):
            first = frame * slots.FRAME + 97 * number % (slots.FRAME - BURST * BURST_SLOTS)
            yield from (sent for sent in _burst(cast, number, event, first) if begin <= sent.slot < end)


def _burst(cast: Cast, number: int, event: Beacon, first: int) -> Iterator[Sent]:
    at = int(slots.slot_us(np.array([first]))[0])
    if not during(event.span, cast.scenario, np.array([at]))[0]:
        return
    since = (at - cast.scenario.epoch_at - round(event.span.from_s * SECOND_US)) % round(
        cast.scenario.period_s * SECOND_US
    )
    place = destination(*event.place, event.drift_deg, event.drift_kn * KNOT_MS * since / SECOND_US)
    texts = TEST_TEXTS if event.test else ACTIVE_TEXTS if first // slots.FRAME % TEXT_EVERY == 0 else ()
    for i in range(BURST):
        slot = first + i * BURST_SLOTS
        if i in texts:
            said: Fields = {"mmsi": event.mmsi, "text": "SART TEST" if event.test else "SART ACTIVE"}
            yield Sent(slots.BURST, number, slot, place, REACH_BEACON, "safety_broadcast", 14, said)
            continue
        fields: Fields = {
            "mmsi": event.mmsi, "nav_status": None if event.test else SART_STATUS, "sog_kn": event.drift_kn,
            "cog_deg": event.drift_deg, "lat_deg": place[0], "lon_deg": place[1], "utc_second": at // SECOND_US % 60,
            "radio": 0,
        }  # fmt: skip
        yield Sent(slots.BURST, number, slot, place, REACH_BEACON, "position_a", 1, fields)
