"""Where a vessel may have been between two reports, from what past ships did after reports like the first.

A past way counts the more the nearer it came to the second report, and is bent to end there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.sightings.placing import offsets, shifted
from hanbada.tracks.forecast import STEP_US, forecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.sightings.placing import Fixes, Places
    from hanbada.tracks.analogs import History
    from hanbada.tracks.paths import Paths

    Floats = NDArray[np.float64]

SHORTEST_S = 900.0
"""Across shorter silences the way between two reports needs no memory."""
STALE_US = 600_000_000
"""How long before a silence the last point of a path may lie."""


class Memory(Struct, frozen=True, kw_only=True):
    """How past ways become a density; fitted as `placing.Width` was."""

    share: float = 0.7
    """Weight of past ways against the plain way, where there are any."""
    resting_s: float = 3600.0
    """Silence of a ship at rest at both ends after which it may have been out and back."""
    resting_share: float = 0.5
    """Weight of past ways of such a ship."""
    near_m: float = 200.0
    """How near a past way must come to the second report to count fully."""
    near_ms: float = 0.4
    """The same per second of silence."""
    width_m: float = 125.0
    """Width of the kernel around a way."""
    width_ms: float = 0.04
    """The same per second of silence."""
    bent: float = 0.25
    """The same per metre that a way had to be bent, half way."""


MEMORY = Memory()


class Clouds(NamedTuple):
    """Particles of some places (their indices in `of`): [place, particle], weights sum to one.

    `share` is how much they count against the plain density.
    """

    of: NDArray[np.int64]
    share: Floats
    lat_deg: Floats
    lon_deg: Floats
    width_m: Floats
    weight: Floats


def none() -> Clouds:
    """No clouds."""
    return Clouds(np.zeros(0, np.int64), np.zeros(0), *(np.zeros((0, 1)) for _ in range(4)))


def clouds(
    history: History, paths: Paths, found: Fixes, asked: Places, at_us: NDArray[np.int64], memory: Memory = MEMORY,
    *, apart: bool = False,
) -> Clouds:  # fmt: skip
    """Clouds of the places that follow a long silence of a ship under way; `paths` are those of the same reports."""
    since_s = (at_us[asked.moment] - found.at[asked.before]) / 1e6
    left_s = np.where(asked.after >= 0, (found.at[asked.after] - at_us[asked.moment]) / 1e6, 0.0)
    moving = np.hypot(*asked.velocity_ms.T) + np.hypot(*np.nan_to_num(found.before_ms[asked.before]).T) > 0.5
    long = since_s + left_s >= np.where(moving, SHORTEST_S, memory.resting_s)
    of = np.flatnonzero((asked.before >= 0) & long)
    points = _starts(paths, found, asked.before[of], asked.track[of])
    of, points = of[points >= 0], points[points >= 0]
    if not len(of):
        return none()
    starts, which = np.unique(points, return_inverse=True)
    end_us = np.where(asked.after[of] >= 0, found.at[asked.after[of]], at_us[asked.moment[of]])
    steps = int(np.ceil((end_us - paths.at[points]).max() / STEP_US)) + 1
    ways = forecast(history, paths, starts, steps, apart=apart)
    lat, lon = (np.concatenate([ways.origin[:, [c], None].repeat(v.shape[1], 1), v], 2)
                for c, v in enumerate((ways.lat_deg, ways.lon_deg)))  # fmt: skip
    step = (at_us[asked.moment[of]] - paths.at[points]) / STEP_US
    here = _at(lat, lon, which, step)
    last = (end_us - paths.at[points]) / STEP_US
    weight = ways.weight[which, :, np.clip(np.ceil(last).astype(np.int64) - 1, 0, steps - 1)]
    counts = np.where(moving[of], memory.share, memory.resting_share)
    there, span_s = _at(lat, lon, which, last), (since_s + left_s)[of]
    return _bent(found, asked.after[of], here, there, weight, step / last, span_s, memory)._replace(of=of, share=counts)


def _starts(paths: Paths, found: Fixes, before: NDArray[np.int64], track: NDArray[np.int64]) -> NDArray[np.int64]:
    """The last point of a path up to a report, -1 if it lies too long before."""
    if not len(paths.at):
        return np.full(len(before), -1)
    order = np.lexsort((paths.at, paths.track_id))
    first = int(paths.at.min())
    keys = (np.searchsorted(found.track_id, paths.track_id[order]) << 44) + (paths.at[order] - first) // 1_000_000
    wanted = (track << 44) + np.maximum((found.at[before] - first) // 1_000_000, 0)
    point = order[np.maximum(np.searchsorted(keys, wanted, "right") - 1, 0)]
    late = found.at[before] - paths.at[point]
    good = (paths.track_id[point] == found.track_id[track]) & (late >= 0) & (late <= STALE_US)
    return np.where(good, point, -1)


def _at(lat: Floats, lon: Floats, which: NDArray[np.int64], step: Floats) -> tuple[Floats, Floats]:
    """Places of all particles at a fraction of a step."""
    first = np.minimum(step.astype(np.int64), lat.shape[2] - 2)
    share = (step - first)[:, None]
    one, two = (lat[which, :, first], lon[which, :, first]), (lat[which, :, first + 1], lon[which, :, first + 1])
    east = (two[1] - one[1] + 180.0) % 360.0 - 180.0
    return one[0] + share * (two[0] - one[0]), one[1] + share * east


def _bent(
    found: Fixes, after: NDArray[np.int64], here: tuple[Floats, Floats], there: tuple[Floats, Floats], weight: Floats,
    share: Floats, span_s: Floats, memory: Memory,
) -> Clouds:  # fmt: skip
    """Ways bent to the report `after` them, where there is one; `share` is how far on the way to it they are."""
    ends = after >= 0
    to_lat = np.where(ends[:, None], found.lat_deg[after][:, None], there[0])
    to_lon = np.where(ends[:, None], found.lon_deg[after][:, None], there[1])
    east, north = offsets(there[0], there[1], to_lat, to_lon)
    far = np.hypot(east, north)
    lat, lon = shifted(here[0], here[1], east * share[:, None], north * share[:, None])
    near = memory.near_m + memory.near_ms * span_s[:, None]
    weight = weight * (1 + (far / near) ** 2) ** -2
    total = weight.sum(1, keepdims=True)
    half = np.where(ends, 2 * np.sqrt(np.clip(share * (1 - share), 0, None)), 1.0)[:, None]
    width = memory.width_m + (memory.bent * far + memory.width_ms * span_s[:, None]) * half
    return Clouds(after, share, lat, lon, width, weight / np.maximum(total, 1e-300))
