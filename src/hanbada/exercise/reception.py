"""Which stations hear a transmission, and when their lines reach us.

Within a station's range the chance to be heard falls from nearly one to nothing with the fourth power of the distance;
class B, beacons and aids reach less far, base stations farther. A satellite hears every other long-range message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.exercise.chance import below, uniform
from hanbada.exercise.scenario import Outage
from hanbada.exercise.slots import slot_us
from hanbada.geo.sphere import EARTH_M
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from hanbada.exercise.chance import Flags, Floats, Ints
    from hanbada.exercise.scenario import Scenario, Span

REACH_A, REACH_B, REACH_BEACON, REACH_AID, REACH_BASE = 1.0, 0.5, 0.45, 0.6, 1.25
"""Share of a station's range from which a sender is heard: 12.5 W on a mast, 2 W, 1 W by the water, a buoy, a hill."""
BEST = 0.97
"""Chance to be heard close by: slots collide."""
FROM_SPACE = 0.55
"""The same for a long-range message and a satellite."""
BEYOND = 0.9
"""Share of a station's range beyond which ships no longer hear it as a base station, and send long-range messages."""
SLOT_US = 26_667
RECEIVER_MS = 30
"""Spread of the receivers' stamps."""
NETWORK_US = 120_000
"""Spread of the network's delays."""
HEARD_BY, STAMPED, DELAYED = 101, 102, 103


class Listening(NamedTuple):
    """The stations as arrays."""

    lat_deg: Floats
    lon_deg: Floats
    range_m: Floats
    latency_us: Ints
    satellite: Flags


class Receptions(NamedTuple):
    """Receptions: which transmission, by which station, its stamp (ms), and when the line reaches us (us)."""

    row: Ints
    station: Ints
    stamp_ms: Ints
    at: Ints


def listening(scenario: Scenario) -> Listening:
    """The stations of a scenario."""
    stations = scenario.stations
    return Listening(
        np.array([one.place[0] for one in stations]),
        np.array([one.place[1] for one in stations]),
        np.array([max(one.range_m, 1.0) for one in stations]),
        np.array([round(one.latency_s * SECOND_US) for one in stations], np.int64),
        np.array([one.satellite for one in stations]),
    )


def _share_of_range(stations: Listening, lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Distances of some places (rows) from every station (columns), as shares of its range; flat, good to a percent."""
    north = np.radians(lat_deg[:, None] - stations.lat_deg)
    east = np.radians(lon_deg[:, None] - stations.lon_deg) * np.cos(np.radians(stations.lat_deg))
    shares: Floats = np.hypot(north, east) * EARTH_M / stations.range_m
    return shares


def beyond_coverage(stations: Listening, lat_deg: Floats, lon_deg: Floats) -> Flags:
    """Whether ships at some places hear no base station."""
    shares = _share_of_range(stations, lat_deg, lon_deg)
    within: Flags = np.any((shares < BEYOND) & ~stations.satellite, axis=1)
    return ~within


def heard(
    scenario: Scenario,
    stations: Listening,
    seed: int,
    purpose: int,
    who: Ints,
    slot: Ints,
    place: tuple[Floats, Floats],
    reach: Floats | float,
    *,
    long_range: bool = False,
) -> Receptions:
    """Receptions of some transmissions, told apart by purpose, sender and slot."""
    shares = _share_of_range(stations, *place) / np.atleast_1d(reach)[:, None]
    near = 0.0 if long_range else BEST * np.maximum(0.0, 1.0 - shares**4)
    above = FROM_SPACE if long_range else 0.0
    chance = np.where(stations.satellite, above, near) * np.ones_like(shares)
    chance[_out(scenario, slot_us(slot))] = 0.0
    row, station = np.nonzero(chance > 0.0)
    lucky = uniform(seed, HEARD_BY, purpose, who[row], slot[row], station) < chance[row, station]
    row, station = row[lucky], station[lucky]
    question = (seed, purpose, who[row], slot[row], station)
    stamp_ms = (slot_us(slot[row]) + SLOT_US) // 1000 + below(RECEIVER_MS, STAMPED, *question)
    at = stamp_ms * 1000 + stations.latency_us[station] + below(NETWORK_US, DELAYED, *question)
    return Receptions(row, station, stamp_ms, at)


def latest_us(stations: Listening) -> int:
    """The longest time from a transmission to its line."""
    return int(stations.latency_us.max()) + NETWORK_US + RECEIVER_MS * 1000 + 2 * SLOT_US


def during(span: Span, scenario: Scenario, at_us: Ints) -> Flags:
    """Whether something that happens in a span of the story happens at some times."""
    since = at_us - scenario.epoch_at - round(span.from_s * SECOND_US)
    period = round(scenario.period_s * SECOND_US)
    goes_on: Flags = (since % period < round((span.to_s - span.from_s) * SECOND_US)) & (
        since // period % span.every == span.turn
    )
    return goes_on


def _out(scenario: Scenario, at_us: Ints) -> Flags:
    """Transmissions (rows) x stations (columns): True where nothing comes from the station."""
    out = np.zeros((len(at_us), len(scenario.stations)), np.bool_)
    names = [station.name for station in scenario.stations]
    for event in scenario.events:
        if isinstance(event, Outage):
            out[:, names.index(event.station)] |= during(event.span, scenario, at_us)
    return out
