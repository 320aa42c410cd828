"""Points at ticks that are kept for those of late reports: what lies at a tick can be looked at again, and anew.

A point is a row of a named tuple of arrays of one length whose first two columns are `tick` (minutes since 1970) and
`mmsi`; what else it holds is the keeper's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from hanbada.model.times import MINUTE_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

P = TypeVar("P", bound="tuple[NDArray[Any], ...]")
WHOLE_POINTS = 1_000_000
"""Parts are joined up to this size, so that there are few and each point is copied seldom."""


@dataclass(slots=True)
class KeptTicks(Generic[P]):
    """Points in the order in which they came, at most about `limit` of them; ticks that gained or lost some wait."""

    limit: int
    parts: list[P] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)


def put(state: KeptTicks[P], points: P) -> None:
    """Add points; the oldest leave when there are too many."""
    if not len(points[0]):
        return
    state.waiting.update(np.unique(points[0]).tolist())
    parts = state.parts
    parts.append(points)
    while len(parts) > 1 and len(parts[-2][0]) <= 2 * len(parts[-1][0]) <= WHOLE_POINTS:
        last = parts.pop()
        parts[-1] = _joined([parts[-1], last])
    while len(parts) > 1 and sum(len(part[0]) for part in parts[1:]) > state.limit:
        parts.pop(0)


def due(state: KeptTicks[P]) -> P | None:
    """All points at the ticks that wait, which then wait no longer; None if there are none."""
    wanted = np.fromiter(sorted(state.waiting), np.int64, len(state.waiting))
    state.waiting = set()
    found = [taken(part, np.isin(part[0], wanted)) for part in state.parts if _may_hold(part[0], wanted)]
    return _joined(found) if found else None


def _may_hold(tick: NDArray[np.int64], wanted: NDArray[np.int64]) -> bool:
    return bool(len(wanted)) and bool(tick.max() >= wanted[0]) and bool(tick.min() <= wanted[-1])


def drop(state: KeptTicks[P], since: dict[int, int]) -> None:
    """Drop the points of some vessels from a time on; their ticks wait to be looked at without them."""
    mmsi = np.array(sorted(since), np.int64)
    first = np.array([-(-since[one] // MINUTE_US) for one in mmsi.tolist()], np.int64)
    for place, part in enumerate(state.parts):
        whose = np.minimum(np.searchsorted(mmsi, part[1]), len(mmsi) - 1)
        gone = (mmsi[whose] == part[1]) & (part[0] >= first[whose])
        state.waiting.update(np.unique(part[0][gone]).tolist())
        state.parts[place] = taken(part, ~gone)
    state.parts = [part for part in state.parts if len(part[0])]


def taken(points: P, which: NDArray[np.generic]) -> P:
    """The points at some places, or where a mask is true."""
    return type(points)(*(column[which] for column in points))


def _joined(parts: list[P]) -> P:
    return parts[0] if len(parts) == 1 else type(parts[0])(*map(np.concatenate, zip(*parts, strict=True)))
