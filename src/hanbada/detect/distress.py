"""Distress beacons, distress texts, and ships that report to be not under command or aground.

What it flags
    An AIS-SART, man-overboard or EPIRB-AIS beacon that says it is active; a safety text that speaks of distress; a
    ship under way that turns to "not under command" or "aground".

Why it matters
    Somebody may be in the water. Nothing suppresses it, and it waits for no other ship's data.

How it decides
    MMSI 970, 972 and 974 with navigational status 14, or a text with ACTIVE and without TEST: at least two within
    five minutes. Status 15 or TEST is a test. A change of status must be repeated, since it is one button press.

Known false alarms
    Beacons tested in harbours, net markers that use 97 numbers, a wrong status left standing.

Sources
    ITU-R M.585-9 (numbers), IMO MSC.246(83) and IEC 61097-14 (eight bursts a minute, texts).
"""

from __future__ import annotations

import math
from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, Key, counter, detection, probability, reason, vessel
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import SECOND_US, dtg

if TYPE_CHECKING:
    from hanbada.detect.contract import Again, Batch, SafetyText, Site
    from hanbada.model.records import Detection, Relation

CARD = Card(kind="distress", partition="vessel", lookback_s=86_400, severity="alarm", stage="preview", trusts="nothing")
BEACONS = (970, 972, 974)
ACTIVE_STATUS, NOT_UNDER_COMMAND, AGROUND = 14, 2, 6
WORDS = ("MAYDAY", "SART ACTIVE", "MOB ACTIVE", "EPIRB ACTIVE", "ABANDON", "MAN OVERBOARD", "SINKING", "DISTRESS")


class Params(Struct, frozen=True):
    """Thresholds."""

    least_messages: int = 2
    """Active messages: one may be damaged; a beacon sends eight a minute."""
    within_s: float = 300.0
    """Time in which they must come: a lost half of the bursts still leaves several."""
    quiet_s: float = 900.0
    """Silence after which a beacon is over: fifteen missed minutes."""
    same_s: float = 86_400.0
    """A beacon heard again within a day is the same case."""
    near_port_m: float = 9_260.0
    """Five nautical miles: beacons are serviced in ports."""
    least_status: int = 2
    """Reports of the new status."""
    aground_kn: float = 1.0
    """A ship aground does not move."""


class Heard(NamedTuple):
    """One message of a beacon or ship: `test` if it says so, the text it sent if any."""

    at: int
    line_id: int
    test: bool
    lat_deg: float
    lon_deg: float
    text: str = ""
    sog_kn: float = 0.0


@dataclass(slots=True)
class State:
    """Messages in the order of time by what they tell and the radio, and the cases they make."""

    params: Params
    heard: dict[tuple[str, int], list[Heard]] = field(default_factory=dict)
    cases: dict[Key, list[Heard]] = field(default_factory=dict)
    touched: set[tuple[str, int]] = field(default_factory=set)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:  # noqa: ARG001
    """Take beacon reports, safety texts and changes of status."""
    rows, trail = batch.rows, batch.trail
    is_beacon = np.isin(rows.mmsi // 1_000_000, BEACONS)
    changed = np.isin(rows.nav_status, (NOT_UNDER_COMMAND, AGROUND))
    for i in np.flatnonzero(is_beacon | (rows.nav_status == ACTIVE_STATUS)).tolist():
        test = rows.nav_status[i] != ACTIVE_STATUS
        _add(state, "beacon", int(rows.mmsi[i]), _heard(rows, i, test=bool(test)))
    for i in np.flatnonzero(changed & ~is_beacon).tolist():
        _status(state, int(rows.mmsi[i]), int(rows.nav_status[i]), int(trail.prev_nav[i]), _heard(rows, i, test=False))
    for text in batch.texts:
        _text(state, text)
    for who in state.touched:
        _cut(state, who)
    state.touched.clear()


def _heard(rows: object, i: int, *, test: bool) -> Heard:
    at, line, lat, lon, sog = (getattr(rows, n)[i] for n in ("at", "line_id", "lat_deg", "lon_deg", "sog_kn"))
    return Heard(int(at), int(line), test, float(lat), float(lon), "", float(sog))


def _add(state: State, what: str, mmsi: int, heard: Heard) -> None:
    insort(state.heard.setdefault((what, mmsi), []), heard, key=lambda h: (h.at, h.line_id))
    state.touched.add((what, mmsi))


def _cut(state: State, who: tuple[str, int]) -> None:
    """The cases of a radio: what it sent, cut where it was silent for long."""
    for key in [key for key in state.cases if key[:2] == who]:
        del state.cases[key]
        state.dirty.add(key)
    last = -math.inf
    for heard in state.heard.get(who, ()):
        if heard.at - last > state.params.same_s * SECOND_US:
            key = (*who, heard.at)
            state.cases[key] = []
            state.dirty.add(key)
        state.cases[key].append(heard)
        last = heard.at


def _status(state: State, mmsi: int, status: int, before: int, heard: Heard) -> None:
    """A ship under way that turns to not under command or aground; later reports of the same status count."""
    what = "nuc" if status == NOT_UNDER_COMMAND else "aground"
    under_way = before in {0, 3, 4, 7, 8}
    if under_way or (what, mmsi) in state.heard:
        _add(state, what, mmsi, heard)


def _text(state: State, text: SafetyText) -> None:
    upper = text.text.upper()
    if any(word in upper for word in WORDS) or (text.mmsi // 1_000_000 in BEACONS and "TEST" in upper):
        _add(state, "beacon", text.mmsi, Heard(text.at, text.line_id, "TEST" in upper, np.nan, np.nan, text.text))


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Beacons fall silent: their cases close."""
    for key, heard in state.cases.items():
        if 0 <= now_us - heard[-1].at - state.params.quiet_s * SECOND_US < state.params.same_s * SECOND_US:
            state.dirty.add(key)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """The beacon, text or status; None while it is only a test or one message."""
    heard = state.cases.get(case)
    if not heard:
        return None
    what, mmsi, _ = case
    if what != "beacon":
        return _status_detection(state, case, heard, site)
    params = state.params
    active = [h for h in heard if not h.test]
    spoken = next((h.text for h in active if h.text), "")
    best = _most_within(active, params.within_s)
    if best < params.least_messages and not spoken:
        return None
    place = next((h for h in reversed(heard) if h.lat_deg == h.lat_deg), None)
    tests = len(heard) - len(active)
    port, way = site.ports.nearest(place.lat_deg, place.lon_deg) if place else ("", 1e9)
    counters = (
        counter("test_message", tests, ">=", 1, "", -2.0),
        counter("near_shore_test", way, "<=", params.near_port_m, "m", -1.0, port),
    )
    reasons = (
        [reason("active_messages", best, ">=", params.least_messages, "")] if best >= params.least_messages else []
    )
    if spoken:
        reasons.append(reason("distress_text", 1, ">=", 1, "", spoken))
    return detection(
        CARD,
        params,
        case,
        state="open",
        t_start=heard[0].at,
        t_end=heard[-1].at,
        geometry=_geometry(place),
        vessels=(vessel(mmsi, site),),
        chance=probability(0.9, counters),
        reasons=tuple(reasons),
        counters=counters,
        lines=[h.line_id for h in heard],
        coverage=Coverage(),
        site=site,
    )


def _most_within(heard: list[Heard], span_s: float) -> int:
    """The largest number of messages in any window of the span."""
    first, most = 0, 0
    for last in range(len(heard)):
        while heard[last].at - heard[first].at > span_s * SECOND_US:
            first += 1
        most = max(most, last - first + 1)
    return most


def _geometry(place: Heard | None) -> Geometry:
    return Geometry(kind="point", coordinates=((place.lon_deg, place.lat_deg),) if place else ())


def _status_detection(state: State, case: Key, heard: list[Heard], site: Site) -> Detection | None:
    what, mmsi, began = case
    params = state.params
    first = heard[0]
    if len(heard) < params.least_status or (what == "aground" and not first.sog_kn <= params.aground_kn):
        return None
    port, way = site.ports.nearest(first.lat_deg, first.lon_deg)
    counters = (counter("near_port", way, "<=", params.near_port_m, "m", -1.0, port),)
    quantity = "became_not_under_command" if what == "nuc" else "became_aground"
    speed = first.sog_kn if first.sog_kn == first.sog_kn else 0.0
    limit = 0.0 if what == "nuc" else params.aground_kn
    relation: Relation = ">=" if what == "nuc" else "<="
    return detection(
        CARD,
        params,
        case,
        state="open",
        t_start=began,
        t_end=heard[-1].at,
        geometry=_geometry(first),
        vessels=(vessel(mmsi, site),),
        chance=probability(0.3, counters),
        reasons=(reason(quantity, speed, relation, limit, "kn", dtg(began)),),
        counters=counters,
        lines=[h.line_id for h in heard],
        coverage=Coverage(),
        site=site,
        severity="caution",
    )


def forget(state: State, again: Again) -> None:
    """Drop what some vessels sent that comes again; texts do not."""
    for who in [who for who in state.heard if who[1] in again.since]:
        since = again.since[who[1]]
        state.heard[who] = [heard for heard in state.heard[who] if heard.at < since or heard.text]
        if not state.heard[who]:
            del state.heard[who]
        _cut(state, who)
