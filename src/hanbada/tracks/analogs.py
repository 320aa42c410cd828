"""Past ships that were where a ship is now, or sailed as it does: an index over history, and what they did next.

Sparse history is no history: an index holds paths without long silences, a state of each every ten minutes, and finds
the likest states by a tree over place and motion. Distances in it are measured in units of unlikeness: one for
`Params.scale_m`, one for each of the other scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.model.times import MINUTE_US
from hanbada.tracks import analogs_kernel as k
from hanbada.tracks.paths_kernel import STEP_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hanbada.tracks.paths import Paths

STATE_US = k.STRIDE * STEP_US
"""A state every ten minutes, as forecasts have steps."""
NOBODY = -1
"""The MMSI that bars nobody."""


class Params(Struct, frozen=True, kw_only=True):
    """What a forecast is made with; fitted on the tuning part of the carriers (docs/evaluation/forecast.md)."""

    scale_m: float = 700.0
    """Metres apart that make a past state as unlike as one unit of any other number."""
    now_ms: float = 1.0
    """The same for the velocity of the last six minutes, in m/s."""
    before_ms: float = 1.0
    """The same for the velocity before that."""
    speed: float = 4.5
    """Units of unlikeness per e-fold of speed, where only the manner of sailing is compared."""
    shape_ms: float = 1.0
    """Difference in velocity before, along or across the course, that makes one unit there."""
    made: float = 3.0
    """Units per e-fold of the speed made good over one to three hours there."""
    kind_cost: float = 1.0
    """Squared unlikeness of another type of ship, where both types are known; not fitted: carriers name no types."""
    looked: int = 200
    """States looked at; more change nothing but the time it takes."""
    most: int = 64
    """Analogs kept."""
    cap: int = 5
    """Passages of one past vessel among them, so that no single ship decides."""
    apart_min: float = 30.0
    """Minutes between two states of a vessel that count as two passages."""
    power: float = 1.5
    """How fast an analog's weight falls with unlikeness: (1 + d2 / width) ^ -power; heavy tails reach far lanes."""
    width: float = 2.0
    """Squared unlikeness at which that fall sets in."""
    pace_s: float = 600.0
    """Time in which a past ship's own pace comes back: ferries and lanes keep their hours whatever ships do now."""
    offset_s: float = 3600.0
    """Time in which the distance from a past ship's path shrinks."""
    turn_s: float = 300.0
    """Time in which the difference in velocity from a past ship shrinks."""
    least_pace: float = 0.8
    """Bounds of a ship's pace against a past ship's."""
    most_pace: float = 1.25
    """The same."""
    imitated: int = 48
    """Past ways from elsewhere."""
    elsewhere: float = 0.6
    """Weight of them all, against 1 for a past ship in the very state of this one."""
    going_on: float = 0.5
    """Weight of going on as now, at first."""
    going_on_s: float = 1200.0
    """Time in which that fades."""
    memory_s: float = 3600.0
    """Time in which velocity gives way to its mean where nothing is known but the ship itself."""
    persistence: float = 0.5
    """Share of the last half hour's mean velocity that it gives way to."""
    sigma: float = 0.05
    """Noise of velocity there, m/s per root second."""
    kernel_m: float = 100.0
    """Width of the kernel around a particle, at least."""
    kernel_share: float = 0.5
    """The same as a share of the particles' mean distance from their median."""


@dataclass(frozen=True, slots=True)
class History:
    """Paths of the past with trees over their states; `kind` is each point's type of ship, tens digit, 0 unknown."""

    paths: Paths
    kind: NDArray[np.int64]
    points: NDArray[np.int64]
    place: Any
    manner: Any


class States(NamedTuple):
    """Ships at a moment: place and manner as the trees hold them, velocity in m/s east and north."""

    place: NDArray[np.float64]
    manner: NDArray[np.float64]
    velocity: NDArray[np.float64]


def states(paths: Paths, points: NDArray[np.int64], params: Params) -> States:
    """The states at some points of paths; where a path has no past yet, the ship is taken to have sailed as now."""
    size = len(points)
    out = States(np.empty((size, k.PLACE)), np.empty((size, k.MANNER)), np.empty((size, 2)))
    k.states(
        paths.lat_deg, paths.lon_deg, paths.begin, points, params.scale_m, params.now_ms, params.before_ms,
        params.speed, params.shape_ms, params.made, *out,
    )  # fmt: skip
    return out


def remember(paths: Paths, kinds: Mapping[int, int] | None = None, params: Params | None = None) -> History:
    """The index over paths; `kinds` has the type of ship by MMSI where it is known.

    A state needs half an hour behind it and ten minutes ahead.
    """
    index = np.arange(len(paths.at))
    whole = (index - paths.begin >= k.BEFORE) & (index + k.STRIDE < paths.end)
    points = index[whole & (paths.at // STEP_US % k.STRIDE == 0)]
    who, which = np.unique(paths.mmsi, return_inverse=True)
    types = np.array([(kinds or {}).get(one, 0) // 10 for one in who.tolist()], np.int64)
    return _indexed(paths, types[which], points, params or Params())


def until_moment(history: History, until_us: int, params: Params) -> History:
    """The history as it was at a moment: paths end there."""
    paths = history.paths
    before = np.append(0, np.cumsum(paths.at < until_us))
    ends = paths.begin + before[paths.end] - before[paths.begin]
    points = history.points[history.points + k.STRIDE < ends[history.points]]
    return _indexed(paths._replace(end=ends), history.kind, points, params)


def _indexed(paths: Paths, kind: NDArray[np.int64], points: NDArray[np.int64], params: Params) -> History:
    from scipy.spatial import cKDTree

    found = states(paths, points, params)
    return History(paths, kind, points, cKDTree(found.place), cKDTree(found.manner))


class Ways(NamedTuple):
    """Ways into the future: places [ship, way, step, lat-lon] and weights [ship, way, step], zero where unknown."""

    places: NDArray[np.float64]
    weight: NDArray[np.float64]


def carried(
    history: History, at: States, now: NDArray[np.float64], barred: NDArray[np.int64], kinds: NDArray[np.int64],
    steps: int, params: Params,
) -> Ways:  # fmt: skip
    """What the likest past ships of a place did next, brought to the ships now; nothing of the vessel barred."""
    chosen, unlike = _chosen(history, history.place, at.place, barred, kinds, params.looked, params.most, params)
    ways, past = _room(now, params.most, steps), history.paths
    k.carry(
        past.lat_deg, past.lon_deg, past.begin, past.end, chosen, unlike, now, at.velocity, params.width, params.power,
        params.pace_s, params.offset_s, params.turn_s, params.least_pace, params.most_pace, *ways,
    )  # fmt: skip
    return ways


def imitated(
    history: History, at: States, now: NDArray[np.float64], barred: NDArray[np.int64], kinds: NDArray[np.int64],
    steps: int, params: Params,
) -> Ways:  # fmt: skip
    """What ships that sailed like these did next, wherever they were; all weights 1."""
    looked = 3 * params.imitated
    chosen, _ = _chosen(history, history.manner, at.manner, barred, kinds, looked, params.imitated, params)
    ways, past = _room(now, params.imitated, steps), history.paths
    k.imitate(
        past.lat_deg, past.lon_deg, past.begin, past.end, chosen, now, at.velocity, params.least_pace,
        params.most_pace, *ways,
    )  # fmt: skip
    return ways


def _room(now: NDArray[np.float64], many: int, steps: int) -> Ways:
    """Room for ways, at rest and without weight."""
    places = np.repeat(np.repeat(now[:, None, None, :], many, 1), steps, 2)
    return Ways(places, np.zeros((len(now), many, steps)))


def _chosen(
    history: History, tree: Any, wanted: NDArray[np.float64], barred: NDArray[np.int64], kinds: NDArray[np.int64],
    looked: int, most: int, params: Params,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
    """Points of the history and their squared unlikeness, [ship, analog]; -1 where there are no more."""
    chosen, unlike = np.full((len(wanted), most), -1), np.full((len(wanted), most), np.inf)
    if not len(history.points):
        return chosen, unlike
    away, index = tree.query(wanted, k=min(looked, max(len(history.points), 2)))
    found = np.where(index < len(history.points), history.points[np.minimum(index, len(history.points) - 1)], -1)
    paths, apart_us = history.paths, round(params.apart_min * MINUTE_US)
    k.choose(
        found, away, barred, kinds, paths.mmsi, paths.at, history.kind, params.cap, apart_us, params.kind_cost,
        chosen, unlike,
    )  # fmt: skip
    return chosen, unlike
