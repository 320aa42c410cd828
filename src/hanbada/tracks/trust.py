"""Where and when positions are not to be trusted, because satellite navigation is disturbed there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from hanbada.geo.hulls import holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.geo.hulls import Ring
    from hanbada.model.records import Detection

HALF = 0.5
"""A finding of which so much lies in a disturbance rests on it."""


class Distrust(NamedTuple):
    """A disturbance: its time (UTC us, `end_at` infinite while it goes on), its ships, the episode that found it.

    Rings (lon, lat): where ships are, and where they are said to be if that is elsewhere.
    """

    episode_id: str
    begin_at: int
    end_at: float
    rings: tuple[Ring, ...]
    ships: int


def distrust_of(found: Detection) -> Distrust:
    """The disturbance that a finding of one tells of."""
    numbers = found.context.get("moved_to", [])
    moved_to = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    rings = (found.geometry.coordinates, *((moved_to,) if moved_to else ()))
    end = math.inf if found.t_end is None else float(found.t_end)
    return Distrust(found.episode_id, found.t_start, end, rings, len(found.vessels))


def distrusted(regions: Iterable[Distrust], at_us: int) -> list[Distrust]:
    """Those that hold at a moment."""
    return [one for one in regions if one.begin_at <= at_us <= one.end_at]


def rests_on(found: Detection, region: Distrust) -> bool:
    """Whether a finding rests on positions in a disturbance: by its time, and by any of its places.

    By its time: it begins or ends in it, or half of it lies there; while it goes on, only its begin counts.
    """
    begin, end = found.t_start, found.t_start if found.t_end is None else found.t_end
    shared = min(end, region.end_at) - max(begin, region.begin_at)
    at_end = any(region.begin_at <= at <= region.end_at for at in (begin, end))
    if not at_end and (shared <= 0 or shared < HALF * (end - begin)):
        return False
    return any(holds(ring, lat, lon) for ring in region.rings for lon, lat in found.geometry.coordinates)
