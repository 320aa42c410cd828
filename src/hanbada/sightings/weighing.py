"""What speaks for a sighting being a track: where that may have been, its looks, how radar displaces what moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.geo.sphere import RADIANS
from hanbada.sightings.placing import log_density, offsets, shifted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.sightings.placing import Places
    from hanbada.sightings.remembering import Clouds

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]


class Weights(Struct, frozen=True, kw_only=True):
    """Numbers of the matcher; each can be set."""

    detected: float = 0.9
    """Probability that a sensor sees a ship of good size, before a scene has told."""
    half_m: float = 15.0
    """Length at which half of that is left."""
    per_m: float = 6.0
    """Metres over which it falls (logistic)."""
    unknown: float = 0.95
    """Share of it for ships whose length is not known."""
    one_sided: float = 0.8
    """Share of it for tracks with no report on one side: they may have ended there."""
    dark_per_km2: float = 2e-3
    """Ships that send nothing, before a scene has told."""
    false_per_km2: float = 1e-3
    """Things that are no ships, where a sensor is sure of none."""
    said_km2: float = 1000.0
    """Square kilometres that these densities count for against a scene."""
    said_ships: float = 100.0
    """Ships that the probability of detection counts for."""
    length_error: float = 0.12
    """Relative error of a measured length, where none is given."""
    length_dark_m: float = 35.0
    """Middle length of ships that nobody knows ..."""
    length_dark: float = 1.0
    """... and the spread of its logarithm. Half of them are like that, half like the vessels that are known."""
    length_kernel: float = 0.3
    """Width of a kernel around the logarithm of each known length."""
    heading_deg: float = 15.0
    """Error of a measured heading."""
    heading_wrong: float = 0.15
    """Share of headings that say nothing: ships drift, wakes bend."""
    platform_ms: float = 7500.0
    """Speed of a radar satellite."""
    velocity_ms: float = 0.8
    """Error of a predicted velocity, which displaces what radar sees."""
    gate: float = -32.0
    """Log density per square metre below which a pair is not looked at: one in 80 million square kilometres."""
    slack_m: float = 200.0
    """Farther from where a track must be than this, four standard errors of the sighting ..."""
    reach_ms: float = 20.0
    """... and this times its silence, nothing is it: heavy tails are of silence, not of ships that teleport."""
    raft_m: float = 150.0
    """Ships so near each other may be one blob."""
    matched: float = 0.7
    """Probability from which a sighting is said to be a track."""
    dark: float = 0.9
    """Probability of being nobody from which, with presence as high, it is said to be dark."""


WEIGHTS = Weights()


class Seen(NamedTuple):
    """Sightings as arrays; NaN where nothing was measured, 0 for an unknown type."""

    at: Indices
    lat_deg: Floats
    lon_deg: Floats
    error_m: Floats
    presence: Floats
    length_m: Floats
    length_error_m: Floats
    heading_deg: Floats
    kind: Indices
    mmsi: Indices
    radial_ms: Floats
    look_deg: Floats
    slant_m: Floats
    flight_deg: Floats


class Pairs(NamedTuple):
    """Sightings with the places they may be: indices of both, log density per square metre, shift in metres."""

    sighting: Indices
    place: Indices
    log_density: Floats
    shift_m: Floats


def pairs(seen: Seen, moment: Indices, asked: Places, clouds: Clouds, weights: Weights) -> Pairs:
    """Every sighting with every place of its moment that is not out of the question."""
    order = np.argsort(asked.moment, kind="stable")
    begin = np.searchsorted(asked.moment[order], moment, "left")
    many = np.searchsorted(asked.moment[order], moment, "right") - begin
    sighting = np.repeat(np.arange(len(moment)), many)
    place = order[np.arange(len(sighting)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(begin, many)]
    east, north, shift, loose = _displaced(seen, sighting, asked, place, weights)
    error2 = seen.error_m[sighting] ** 2 + loose**2
    along_m, across_m = np.sqrt(asked.along_m[place] ** 2 + error2), np.sqrt(asked.across_m[place] ** 2 + error2)
    found = log_density(east, north, asked.along[place], along_m, across_m, asked.tail[place])
    row = np.full(len(asked.track), -1)
    row[clouds.of] = np.arange(len(clouds.of))
    told = np.flatnonzero((row[place] >= 0) & (found > weights.gate - 8))
    if len(told):
        far = _cloud_density(seen, sighting[told], clouds, row[place[told]], shift[told], error2[told])
        share = clouds.share[row[place[told]]]
        found[told] = np.logaddexp(np.log(share) + far, np.log1p(-share) + found[told])
    reach = weights.slack_m + 4.0 * np.sqrt(error2) + weights.reach_ms * asked.silence_s[place]
    kept = (found > weights.gate) & (np.hypot(east, north) <= reach)
    return Pairs(sighting[kept], place[kept], found[kept], np.hypot(*shift[kept].T))


def _displaced(
    seen: Seen, i: Indices, asked: Places, j: Indices, weights: Weights
) -> tuple[Floats, Floats, Floats, Floats]:
    """East and north from a place, shifted as radar shifts it, to the sighting; the shift and its standard error."""
    shift, per_ms = doppler(asked.velocity_ms[j], seen.look_deg[i], seen.slant_m[i], seen.flight_deg[i], weights)
    lat, lon = shifted(asked.lat_deg[j], asked.lon_deg[j], shift[:, 0], shift[:, 1])
    east, north = offsets(lat, lon, seen.lat_deg[i], seen.lon_deg[i])
    return east, north, shift, per_ms * weights.velocity_ms


def doppler(
    velocity_ms: Floats, look_deg: Floats, slant_m: Floats, flight_deg: Floats, weights: Weights
) -> tuple[Floats, Floats]:
    """How far radar displaces a moving ship, east and north in metres, and metres per m/s away from the sensor.

    It appears where its echo would have that frequency if it stood still: slant range times radial speed over the speed
    of the platform, against the flight where it moves away (Raney 1971). Zero where the geometry is not known.
    """
    per_ms = np.nan_to_num(slant_m / weights.platform_ms)
    look, flight = np.nan_to_num(look_deg) * RADIANS, np.nan_to_num(flight_deg) * RADIANS
    away = velocity_ms[:, 0] * np.sin(look) + velocity_ms[:, 1] * np.cos(look)
    known = np.isfinite(look_deg) & np.isfinite(flight_deg)
    back = np.where(known, -away * per_ms, 0.0)
    return np.column_stack([back * np.sin(flight), back * np.cos(flight)]), np.where(known, per_ms, 0.0)


def _cloud_density(seen: Seen, i: Indices, clouds: Clouds, row: Indices, shift: Floats, error2: Floats) -> Floats:
    """Log density of clouds at sightings: Student kernels around their particles."""
    lat, lon = shifted(clouds.lat_deg[row], clouds.lon_deg[row], shift[:, :1], shift[:, 1:])
    east, north = offsets(lat, lon, seen.lat_deg[i, None], seen.lon_deg[i, None])
    wide2 = clouds.width_m[row] ** 2 + error2[:, None]
    dense = (clouds.weight[row] / (2 * np.pi * wide2) * (1 + (east**2 + north**2) / (2 * wide2)) ** -2).sum(1)
    found: Floats = np.log(np.maximum(dense, 1e-300))
    return found


def looks(
    seen: Seen,
    i: Indices,
    sizes_m: Floats,
    length_m: Floats,
    kind: Indices,
    mmsi: Indices,
    velocity_ms: Floats,
    weights: Weights,
) -> Floats:
    """Log of how much likelier a sighting looks as it does if it is this track than if it is anybody.

    `length_m`, `kind` and `mmsi` are the tracks' own, pair by pair; what is not known on either side says nothing.
    `sizes_m` are all lengths that are known.
    """
    anybody = _anybody(seen.length_m, sizes_m, weights)[i]
    found = np.nan_to_num(_by_length(seen.length_m[i], seen.length_error_m[i], length_m, anybody, weights))
    course = np.arctan2(velocity_ms[:, 0], velocity_ms[:, 1])
    turned = (seen.heading_deg[i] * RADIANS - course + np.pi / 2) % np.pi - np.pi / 2
    spread = weights.heading_deg * RADIANS
    right = np.exp(-0.5 * (turned / spread) ** 2) / (spread * np.sqrt(2 * np.pi)) * np.pi
    under_way = np.hypot(*velocity_ms.T) > 1.0
    with np.errstate(invalid="ignore"):
        heading = np.log((1 - weights.heading_wrong) * right + weights.heading_wrong)
    found += np.where(under_way & np.isfinite(turned), heading, 0.0)
    known = (seen.kind[i] > 0) & (kind > 0)
    found += np.where(known, np.where(seen.kind[i] // 10 == kind // 10, np.log(2.5), np.log(0.3)), 0.0)
    said = seen.mmsi[i] > 0
    found += np.where(said, np.where(seen.mmsi[i] == mmsi, np.log(100.0), np.log(0.05)), 0.0)
    look = np.nan_to_num(seen.look_deg[i]) * RADIANS
    away = velocity_ms[:, 0] * np.sin(look) + velocity_ms[:, 1] * np.cos(look)
    off = (seen.radial_ms[i] - away) / (2 * weights.velocity_ms)
    found += np.where(np.isfinite(off), np.maximum(-0.5 * off**2 + 1.0, -3.0), 0.0)
    return found


def _anybody(measured: Floats, sizes_m: Floats, weights: Weights) -> Floats:
    """Log density per metre of measured lengths if they are of any ship."""
    size = np.log(measured)
    broad = np.exp(-0.5 * ((size - np.log(weights.length_dark_m)) / weights.length_dark) ** 2) / weights.length_dark
    if len(sizes_m):
        off = (size[:, None] - np.log(sizes_m)) / weights.length_kernel
        broad = 0.5 * broad + 0.5 * np.exp(-0.5 * off**2).mean(1) / weights.length_kernel
    found: Floats = np.log(broad / (measured * np.sqrt(2 * np.pi)))
    return found


def _by_length(measured: Floats, error_m: Floats, length_m: Floats, anybody: Floats, weights: Weights) -> Floats:
    """Log ratio of a measured length if the ship has another to that of any ship; NaN where one is not known."""
    error = np.where(np.isnan(error_m), weights.length_error * length_m, error_m)
    error = np.hypot(error, 0.05 * length_m)
    own = -0.5 * ((measured - length_m) / error) ** 2 - np.log(error * np.sqrt(2 * np.pi))
    found: Floats = np.maximum(own - anybody, -8.0)
    return np.where(np.isnan(own), np.nan, found)


def detectable(length_m: Floats, weights: Weights) -> Floats:
    """Share of the best probability of detection that a ship of a length has."""
    seen = 1 / (1 + np.exp(-(length_m - weights.half_m) / weights.per_m))
    return np.where(np.isnan(length_m), weights.unknown, seen)
