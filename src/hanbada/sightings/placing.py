"""Where a vessel may have been at a moment: a density around the way between its reports, with the tails ships have.

Between two reports the middle is a blend of the straight way and the smooth one that keeps both velocities; after the
last report it is the way on, giving way to rest. Its width grows as that of a process whose velocity wanders, and
shrinks towards the next report; along the way it is wider than across. Widths and tails were fitted on real tracks with
reports hidden (docs/evaluation/sightings.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.geo.sphere import EARTH_M, KNOT_MS, RADIANS
from hanbada.tracks.positions_kernel import CLASS_A_M, CLASS_B_M, LONG_RANGE_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Trail

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

METRE = EARTH_M * RADIANS
"""Metres in a degree of latitude."""
_SHIFT = 44
"""Bits of a time in seconds and eighths beside a track's number in one sortable integer."""


class Width(Struct, frozen=True, kw_only=True):
    """How wide the density is; fitted on silences made in New York and off the US coast, on vessels not tested."""

    least_m: float = 10.0
    """Beside the errors of the reports: antennas, clocks."""
    moving: float = 0.79
    """Wander between two reports, m per s^power, of a ship under way; times (t1 t2 / (t1 + t2))^power."""
    resting: float = 0.002
    """The same where a ship is at rest at both ends and has not moved."""
    power: float = 0.94
    """Power of that time; less than 1.5, since ships do not wander off for hours."""
    ahead: float = 1.2
    """The same after the last report."""
    memory_s: float = 2400.0
    """Time in which velocity after the last report gives way to rest."""
    smooth_s: float = 1600.0
    """Silence over which the smooth way gives way to the straight one."""
    stretch: float = 1.7
    """How much wider along the way than across, as the ratio of either to their geometric mean."""
    tail: float = 1.03
    """Degrees of freedom of the Student density: small means heavy tails."""
    tail_resting: float = 1.14
    """The same for ships at rest."""


WIDTH = Width()
LONGEST_BETWEEN_S = 10 * 3600.0
"""Reports farther apart say nothing of the way between them."""
LONGEST_AHEAD_S = 4 * 3600.0
"""Nor does a report say where a ship is so long after or before it."""
REST_M, REST_MS = 300.0, 0.5
"""A ship that made less way between two reports, slower than this at both, was at rest."""
VELOCITY_S = 900.0
"""Reports at most so far apart give a velocity."""


class Fixes(NamedTuple):
    """Reports track by track in time: those of track k are `begin[k]` to `begin[k + 1]` - 1.

    `before_ms` and `after_ms` are velocities made good since the report before and to the next, east and north, NaN
    where that is too far; where a report says speed and course, those count instead.
    """

    track_id: Indices
    mmsi: Indices
    begin: Indices
    at: Indices
    lat_deg: Floats
    lon_deg: Floats
    error_m: Floats
    before_ms: Floats
    after_ms: Floats
    line_id: Indices


class Places(NamedTuple):
    """Where tracks may have been, one entry per pair of a moment and a track: the middle, velocity, widths.

    `along` is the direction of the way in radians from north; `silence_s` the time to the nearest report; `before`
    and `after` are the reports around the moment, -1 where there is none.
    """

    moment: Indices
    track: Indices
    lat_deg: Floats
    lon_deg: Floats
    velocity_ms: Floats
    along: Floats
    along_m: Floats
    across_m: Floats
    tail: Floats
    silence_s: Floats
    before: Indices
    after: Indices


def fixes(rows: Rows, trail: Trail) -> Fixes:
    """The reports of some rows, in any order, by track."""
    placed = np.flatnonzero((trail.place >= 0) & np.isfinite(rows.lat_deg) & np.isfinite(rows.lon_deg))
    order = placed[np.lexsort((rows.at[placed], trail.track_id[placed]))]
    track, begin = np.unique(trail.track_id[order], return_index=True)
    at, lat, lon = rows.at[order], rows.lat_deg[order], rows.lon_deg[order]
    known = np.isfinite(rows.sog_kn[order]) & (np.isfinite(rows.cog_deg[order]) | (rows.sog_kn[order] < 0.5))
    course, speed = np.nan_to_num(rows.cog_deg[order]) * RADIANS, rows.sog_kn[order] * KNOT_MS
    said = np.column_stack([speed * np.sin(course), speed * np.cos(course)])
    made = _made_good(at, lat, lon, trail.track_id[order])
    kind = rows.msg_type[order]
    error = np.where(kind == 27, LONG_RANGE_M, np.where((kind == 18) | (kind == 19), CLASS_B_M, CLASS_A_M))
    return Fixes(
        track, rows.mmsi[order[begin]], np.append(begin, len(order)), at, lat, lon, error,
        np.where(known[:, None], said, made), np.where(known[:, None], said, np.vstack([made[1:], [[np.nan] * 2]])),
        rows.line_id[order],
    )  # fmt: skip


def _made_good(at: Indices, lat: Floats, lon: Floats, track: Indices) -> Floats:
    """Velocity since the row before, NaN where that is of another track or too long ago."""
    out = np.full((len(at), 2), np.nan)
    span_s = np.diff(at) / 1e6
    near = (track[1:] == track[:-1]) & (span_s > 0) & (span_s <= VELOCITY_S)
    east, north = offsets(lat[:-1], lon[:-1], lat[1:], lon[1:])
    out[1:][near] = np.column_stack([east, north])[near] / span_s[near, None]
    return out


def offsets(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> tuple[Floats, Floats]:
    """East and north in metres from places to others not far away, across 180 degrees as anywhere."""
    east = ((to_lon - lon + 180.0) % 360.0 - 180.0) * METRE * np.cos(0.5 * (lat + to_lat) * RADIANS)
    return east, (to_lat - lat) * METRE


def shifted(lat: Floats, lon: Floats, east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Places so many metres away."""
    there = lat + north / METRE
    wide = METRE * np.maximum(np.cos(0.5 * (lat + there) * RADIANS), 0.01)
    return there, (lon + east / wide + 180.0) % 360.0 - 180.0


def places(found: Fixes, at_us: Indices, width: Width = WIDTH) -> Places:
    """Where every track may have been at some moments; tracks that nothing is known of then are not there."""
    count = len(found.track_id)
    seconds = (found.at - found.at.min(initial=0)) // 125_000
    keys = (np.repeat(np.arange(count), np.diff(found.begin)) << _SHIFT) + seconds
    asked = np.clip((at_us - found.at.min(initial=0)) // 125_000, -1, (1 << _SHIFT) - 2)
    wanted = (np.arange(count)[None] << _SHIFT) + asked[:, None]
    place = np.searchsorted(keys, wanted.ravel(), "right").reshape(wanted.shape)
    moment, track = (index.ravel() for index in np.indices(wanted.shape))
    after = place.ravel()
    before = np.where(after > found.begin[track], after - 1, -1)
    after = np.where(after < found.begin[track + 1], after, -1)
    # Times are compared in eighths of a second: a report a moment later may stand before.
    since_s = np.where(before >= 0, np.maximum(at_us[moment] - found.at[before], 0) / 1e6, np.inf)
    left_s = np.where(after >= 0, (found.at[after] - at_us[moment]) / 1e6, np.inf)
    between = since_s + left_s <= LONGEST_BETWEEN_S
    ahead = ~between & (np.minimum(since_s, left_s) <= LONGEST_AHEAD_S)
    both = _between(found, moment[between], track[between], before[between], after[between], since_s[between],
                    left_s[between], width)  # fmt: skip
    one = _ahead(found, moment[ahead], track[ahead], before[ahead], after[ahead], since_s[ahead], left_s[ahead], width)
    return Places(*(np.concatenate(columns) for columns in zip(both, one, strict=True)))


def take(asked: Places, kept: NDArray[np.bool_]) -> Places:
    """Some of the places."""
    return Places(
        asked.moment[kept], asked.track[kept], asked.lat_deg[kept], asked.lon_deg[kept], asked.velocity_ms[kept],
        asked.along[kept], asked.along_m[kept], asked.across_m[kept], asked.tail[kept], asked.silence_s[kept],
        asked.before[kept], asked.after[kept],
    )  # fmt: skip


def _between(
    found: Fixes, moment: Indices, track: Indices, b: Indices, a: Indices, since_s: Floats, left_s: Floats,
    width: Width,
) -> Places:  # fmt: skip
    """Between two reports."""
    span_s = np.maximum(since_s + left_s, 1e-3)
    share = (since_s / span_s)[:, None]
    way = np.column_stack(offsets(found.lat_deg[b], found.lon_deg[b], found.lat_deg[a], found.lon_deg[a]))
    mean = way / span_s[:, None]
    first, last = found.before_ms[b], found.after_ms[a]
    first, last = np.where(np.isnan(first), mean, first), np.where(np.isnan(last), mean, last)
    smooth = _hermite(way, first * span_s[:, None], last * span_s[:, None], share)
    kept = np.exp(-span_s / width.smooth_s)[:, None]
    middle = kept * smooth + (1 - kept) * share * way
    effective = since_s * left_s / span_s
    rest = (np.hypot(*way.T) < REST_M) & (np.hypot(*first.T) < REST_MS) & (np.hypot(*last.T) < REST_MS)
    wander = np.where(rest, width.resting, width.moving) * effective**width.power
    error = np.hypot(found.error_m[b] * (1 - share[:, 0]), found.error_m[a] * share[:, 0])
    return _placed(
        found, moment, track, b, a, middle, kept * ((1 - share) * first + share * last) + (1 - kept) * mean,
        np.sqrt(error**2 + width.least_m**2 + wander**2), np.where(rest, width.tail_resting, width.tail),
        np.minimum(since_s, left_s), b, width,
    )  # fmt: skip


def _hermite(way: Floats, first: Floats, last: Floats, share: Floats) -> Floats:
    """The cubic that begins at rest of `way` with one velocity (times the span) and ends with another."""
    s2, s3 = share**2, share**3
    return way * (3 * s2 - 2 * s3) + first * (s3 - 2 * s2 + share) + last * (s3 - s2)


def _ahead(
    found: Fixes, moment: Indices, track: Indices, before: Indices, after: Indices, since_s: Floats, left_s: Floats,
    width: Width,
) -> Places:  # fmt: skip
    """After the last report, or as far before the first."""
    back = before < 0
    near = np.where(back, after, before)
    span_s = np.where(back, left_s, since_s)
    later = ~back & (after >= 0) & (left_s < since_s)
    near, span_s, back = np.where(later, after, near), np.where(later, left_s, span_s), back | later
    velocity = np.where(back[:, None], found.after_ms[near], found.before_ms[near])
    velocity = np.nan_to_num(velocity)
    still = width.memory_s * (1 - np.exp(-span_s / width.memory_s)) * np.where(back, -1, 1)
    rest = np.hypot(*velocity.T) < REST_MS
    wander = np.where(rest, 0.3 * width.ahead, width.ahead) * span_s**width.power
    spread = np.sqrt(found.error_m[near] ** 2 + width.least_m**2 + wander**2)
    tail = np.where(rest, width.tail_resting, width.tail)
    middle, fade = velocity * still[:, None], np.exp(-span_s / width.memory_s)[:, None]
    return _placed(
        found, moment, track, before, after, middle, velocity * fade, spread, tail, span_s, near, width
    )  # fmt: skip


def _placed(
    found: Fixes, moment: Indices, track: Indices, before: Indices, after: Indices, middle: Floats, velocity: Floats,
    spread: Floats, tail: Floats, silence_s: Floats, origin: Indices, width: Width,
) -> Places:  # fmt: skip
    """Entries from the metres between a report and the middle."""
    lat, lon = shifted(found.lat_deg[origin], found.lon_deg[origin], middle[:, 0], middle[:, 1])
    fast = np.hypot(*velocity.T)
    along = np.where(fast > 0.25, np.arctan2(velocity[:, 0], velocity[:, 1]), 0.0)
    stretch = np.where(fast > 0.25, width.stretch, 1.0)
    return Places(
        moment, track, lat, lon, velocity, along, spread * stretch, spread / stretch, tail, silence_s, before, after
    )  # fmt: skip


def log_density(east: Floats, north: Floats, along: Floats, along_m: Floats, across_m: Floats, tail: Floats) -> Floats:
    """Log of the two-dimensional Student density per square metre so far from the middle."""
    ahead = east * np.sin(along) + north * np.cos(along)
    aside = east * np.cos(along) - north * np.sin(along)
    d2 = (ahead / along_m) ** 2 + (aside / across_m) ** 2
    found: Floats = -np.log(2 * np.pi * along_m * across_m) - (tail / 2 + 1) * np.log1p(d2 / tail)
    return found
