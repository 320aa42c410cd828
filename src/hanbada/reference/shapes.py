"""What has a place on the map: areas and lines, as frozen records.

Coordinates are arrays of (longitude, latitude) in degrees, WGS 84. Longitudes are unwrapped: neighbours never lie more
than 180 degrees apart, so a ring across the antimeridian runs on past 180 (or below -180) and never jumps.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
"""Shape (n, 2): longitude, latitude in degrees."""

AreaKind: TypeAlias = Literal[
    "eez",
    "territorial",
    "contiguous",
    "internal",
    "archipelagic",
    "shelf",
    "high_seas",
    "overlapping_claim",
    "joint_regime",
    "marine",
    "tss_lane",
    "tss_zone",
    "inshore_zone",
    "closed",
    "exclusion",
    "cable",
    "port",
    "anchorage",
    "chokepoint",
    "land",
    "country",
    "user",
]
AREA_KINDS: tuple[AreaKind, ...] = get_args(AreaKind)

Rule: TypeAlias = Literal["entry", "exit", "dwell", "wrong_way", "none"]
RULES: tuple[Rule, ...] = get_args(Rule)

LineKind: TypeAlias = Literal[
    "cable",
    "pipeline",
    "lane_major",
    "lane_middle",
    "lane_minor",
    "territorial_limit",
    "contiguous_limit",
    "eez_limit",
    "boundary",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OTHERS = "others, not named by the source"
"""Second claimant of a disputed area whose source names one party only: no dispute is ever shown with one owner."""


class Area(Struct, frozen=True, kw_only=True, eq=False):
    """A piece of sea or land with a meaning.

    `rings` are closed (last point = first), outer rings and holes together: a point is inside where a ray from it
    crosses them an odd number of times. `claimants` are ISO 3166-1 alpha-2 codes in alphabetical order where the
    source's names allow, so that the order says nothing. `direction_deg` is the way traffic flows in a lane.
    `accuracy_m` is what the source states, None where it states nothing. `rule` says what raises an alert.
    `seasons` are spans of month x 100 + day, both ends included, during which it holds; none means always.
    """

    area_id: str
    name: str
    kind: AreaKind
    rings: tuple[Floats, ...]
    source: str
    claimants: tuple[str, ...] = ()
    direction_deg: float | None = None
    accuracy_m: float | None = None
    rule: Rule = "none"
    seasons: tuple[tuple[int, int], ...] = ()

    @property
    def disputed(self) -> bool:
        """True where more than one party claims it or the source calls it a dispute."""
        return self.kind == "overlapping_claim" or (self.kind != "joint_regime" and len(self.claimants) > 1)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, on the turn of the rings: east may exceed 180."""
        return bounds(self.rings)


class Line(Struct, frozen=True, kw_only=True, eq=False):
    """A cable, a lane or a limit: one or more parts, each an array of points.

    `uncertainty_m` is how far off the drawn line may be, None where nobody said. `parties` are ISO codes of the
    countries it concerns; `note` is what the source adds in words.
    """

    line_id: str
    name: str
    kind: LineKind
    parts: tuple[Floats, ...]
    source: str
    uncertainty_m: float | None = None
    parties: tuple[str, ...] = ()
    note: str | None = None


def bounds(parts: tuple[Floats, ...]) -> tuple[float, float, float, float]:
    """West, south, east, north of several arrays of points, on their own turn.

    >>> bounds((np.array([[179.0, 1.0], [181.0, 2.0]]),))
    (179.0, 1.0, 181.0, 2.0)
    """
    low = np.min([part.min(axis=0) for part in parts], axis=0)
    high = np.max([part.max(axis=0) for part in parts], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def in_season(area: Area, month: int, day: int) -> bool:
    """Whether an area holds on a day of the year; a season may run over new year.

    >>> fish = Area(area_id="a", name="a", kind="closed", rings=(), source="", seasons=((1101, 215),))
    >>> in_season(fish, 1, 3), in_season(fish, 6, 1)
    (True, False)
    """
    today = month * 100 + day
    spans = ((first <= today <= last) if first <= last else not last < today < first for first, last in area.seasons)
    return not area.seasons or any(spans)


def in_force(area: Area, at_us: int) -> bool:
    """Whether an area holds at a time (UTC)."""
    if not area.seasons:
        return True
    day = EPOCH + timedelta(microseconds=at_us)
    return in_season(area, day.month, day.day)
