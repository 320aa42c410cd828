"""When satellites see an area: passes from two-line elements, with the SGP4 model.

A satellite sees a place when the place lies in its swath: beside the point below it, across its way, between the near
and the far edge on the sides it looks to. Elements age: a kilometre or two a day; passes are told with the age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.model.errors import InputError
from hanbada.model.times import DAY_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEP_US = 20 * SECOND_US
"""A satellite moves 140 km in it over the ground: less than any swath is wide."""
OLD_DAYS = 7.0
"""Elements older than this may be tens of seconds off."""
UNIX_EPOCH_JD = 2_440_587.5
FLATTENING = 1 / 298.257223563
EQUATOR_KM = 6378.137
"""WGS 84."""


class Satellite(NamedTuple):
    """A satellite by name, with the state of the SGP4 model; `epoch_us` is of its elements."""

    name: str
    model: Any
    epoch_us: int


class Swath(Struct, frozen=True, kw_only=True):
    """What a sensor sees, kilometres across its way from the point below it; both sides, or else the right one."""

    near_km: float = 0.0
    far_km: float = 200.0
    both: bool = True


class Pass(Struct, frozen=True, kw_only=True):
    """A pass over an area: from when to when, when the middle was nearest, how much of the area was seen.

    `off_km` is the middle's distance across the way then; `age_days` the age of the elements.
    """

    satellite: str
    begins_at: int
    ends_at: int
    nearest_at: int
    off_km: float
    seen: float
    age_days: float


def satellites(text: str, name: str = "elements") -> list[Satellite]:
    """The satellites of a file of two-line elements, with or without a line for names.

    Raises InputError, naming the line, where two lines do not belong together or a checksum is wrong.
    """
    from sgp4.api import Satrec

    found: list[Satellite] = []
    lines = [line.rstrip() for line in text.splitlines()]
    for number, line in enumerate(lines[:-1]):
        second = lines[number + 1]
        if not line.startswith("1 ") or not second.startswith("2 "):
            continue
        if line[2:7] != second[2:7] or not (_sound(line) and _sound(second)):
            message = f"{name}: line {number + 1}: elements with a wrong checksum, or of two satellites"
            raise InputError(message)
        model = Satrec.twoline2rv(line, second)
        epoch_us = round((model.jdsatepoch - UNIX_EPOCH_JD + model.jdsatepochF) * DAY_US)
        title = lines[number - 1].removeprefix("0 ").strip() if number else ""
        named = title if title and not title.startswith(("1 ", "2 ")) else line[2:7]
        found.append(Satellite(named[:40], model, epoch_us))
    if not found:
        message = f"{name}: no two-line elements in it"
        raise InputError(message)
    return found


def _sound(line: str) -> bool:
    """Whether the last digit is the sum of the others modulo ten, a minus counting one."""
    body = line[:68]
    total = sum(int(c) if c.isdigit() else c == "-" for c in body)
    return len(line) >= 69 and line[68].isdigit() and total % 10 == int(line[68])


class Ground(NamedTuple):
    """The point below a satellite at some times, and its course over the ground in radians from north."""

    lat_deg: Floats
    lon_deg: Floats
    course: Floats


def ground(one: Satellite, at_us: NDArray[np.int64]) -> Ground:
    """Where a satellite is overhead; NaN where its elements cannot tell."""
    days = at_us / DAY_US
    whole = np.floor(days)
    error, place, _ = one.model.sgp4_array(whole + UNIX_EPOCH_JD, days - whole)
    lat, lon = _below(np.where(error[:, None] == 0, place, np.nan), at_us)
    later_error, later, _ = one.model.sgp4_array(whole + UNIX_EPOCH_JD, days - whole + 1 / 86_400)
    lat_2, lon_2 = _below(np.where(later_error[:, None] == 0, later, np.nan), at_us + SECOND_US)
    east = ((lon_2 - lon + 180.0) % 360.0 - 180.0) * np.cos(lat * RADIANS)
    return Ground(lat, lon, np.arctan2(east, lat_2 - lat))


def _below(place_km: Floats, at_us: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Geodetic latitude and longitude below a place in the true-equator frame of SGP4."""
    x, y, z = place_km.T
    lon = (np.degrees(np.arctan2(y, x)) - sidereal_deg(at_us) + 180.0) % 360.0 - 180.0
    flat = np.hypot(x, y)
    square = FLATTENING * (2 - FLATTENING)
    lat = np.arctan2(z, flat)
    for _ in range(4):
        wide = EQUATOR_KM / np.sqrt(1 - square * np.sin(lat) ** 2)
        lat = np.arctan2(z + square * wide * np.sin(lat), flat)
    return np.degrees(lat), lon


def sidereal_deg(at_us: NDArray[np.int64]) -> Floats:
    """Greenwich mean sidereal time (IAU 1982; Vallado 2013, 3-45); UTC is taken for UT1, a kilometre at most."""
    days = at_us / DAY_US + UNIX_EPOCH_JD - 2_451_545.0
    centuries = days / 36_525.0
    seconds = 67_310.54841 + (876_600 * 3600 + 8_640_184.812866) * centuries + 0.093104 * centuries**2
    found: Floats = (seconds / 240.0) % 360.0
    return found


def passes(
    found: Sequence[Satellite], lat_deg: Floats, lon_deg: Floats, begin_us: int, end_us: int, swath: Swath
) -> list[Pass]:
    """Passes of satellites over an area given by points in it, the first its middle, in the order of time."""
    at_us = np.arange(begin_us, end_us + 1, STEP_US, dtype=np.int64)
    if not len(at_us) or not len(lat_deg):
        return []
    every = [each for one in found for each in _of_one(one, lat_deg, lon_deg, at_us, swath)]
    return sorted(every, key=lambda one: (one.begins_at, one.satellite))


def _of_one(one: Satellite, lat_deg: Floats, lon_deg: Floats, at_us: NDArray[np.int64], swath: Swath) -> Iterator[Pass]:
    below = ground(one, at_us)
    ahead, aside = across(below, lat_deg, lon_deg)
    reach_km = 0.5 * STEP_US / SECOND_US * 8.0
    inside = (aside >= swath.near_km) & (aside <= swath.far_km)
    if swath.both:
        inside = (np.abs(aside) >= swath.near_km) & (np.abs(aside) <= swath.far_km)
    seen = inside & (np.abs(ahead) <= reach_km)
    steps = np.flatnonzero(seen.any(1))
    for group in np.split(steps, np.flatnonzero(np.diff(steps) > 3) + 1) if len(steps) else ():
        near = group[np.abs(ahead[group, 0]).argmin()]
        yield Pass(
            satellite=one.name,
            begins_at=int(at_us[group[0]]),
            ends_at=int(at_us[group[-1]]),
            nearest_at=int(at_us[near]),
            off_km=float(aside[near, 0]),
            seen=float(seen[group].any(0).mean()),
            age_days=abs(float(at_us[near] - one.epoch_us)) / DAY_US,
        )


def across(below: Ground, lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Kilometres that places lie ahead of a satellite and to its right, on the sphere, [time, place]."""
    lat, lat_0 = lat_deg[None] * RADIANS, below.lat_deg[:, None] * RADIANS
    turned = (lon_deg[None] - below.lon_deg[:, None]) * RADIANS
    half = np.sin((lat - lat_0) / 2) ** 2 + np.cos(lat) * np.cos(lat_0) * np.sin(turned / 2) ** 2
    arc = 2 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    bearing = np.arctan2(
        np.sin(turned) * np.cos(lat), np.cos(lat_0) * np.sin(lat) - np.sin(lat_0) * np.cos(lat) * np.cos(turned)
    )
    off = bearing - below.course[:, None]
    right = np.arcsin(np.sin(arc) * np.sin(off))
    ahead = np.arctan2(np.sin(arc) * np.cos(off), np.cos(arc))
    kilometre = EARTH_M / 1000.0
    return ahead * kilometre, right * kilometre


def could_have_seen(
    found: Sequence[Satellite], foci: tuple[tuple[float, float], tuple[float, float]], way_m: float, begin_us: int,
    end_us: int, swath: Swath,
) -> list[Pass]:  # fmt: skip
    """Passes over where a silent ship may have been: the ellipse around its last and next place (lat, lon).

    `way_m` is how far it can have sailed in between.
    """
    lat, lon = ellipse(foci, way_m)
    return passes(found, lat, lon, begin_us, end_us, swath)


def ellipse(foci: tuple[tuple[float, float], tuple[float, float]], way_m: float) -> tuple[Floats, Floats]:
    """Points of all places from which both foci are no more than a way away in sum, the middle first."""
    (lat_1, lon_1), (lat_2, lon_2) = foci
    metre = EARTH_M * RADIANS
    east = (lon_2 - lon_1 + 180.0) % 360.0 - 180.0
    lat_0, lon_0 = (lat_1 + lat_2) / 2, lon_1 + east / 2
    wide = metre * max(np.cos(lat_0 * RADIANS), 0.01)
    x, y = east * wide, (lat_2 - lat_1) * metre
    apart, turned = float(np.hypot(x, y)), float(np.arctan2(y, x))
    long_m = max(way_m, apart) / 2
    short_m = float(np.sqrt(max(long_m**2 - (apart / 2) ** 2, 0.0)))
    rank = np.arange(64)
    radius, angle = np.sqrt(rank / 63), rank * np.pi * (3 - np.sqrt(5))
    a, b = radius * long_m * np.cos(angle), radius * short_m * np.sin(angle)
    ahead, aside = a * np.cos(turned) - b * np.sin(turned), a * np.sin(turned) + b * np.cos(turned)
    lon: Floats = (lon_0 + ahead / wide + 180.0) % 360.0 - 180.0
    return np.clip(lat_0 + aside / metre, -90.0, 90.0), lon
