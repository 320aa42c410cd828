"""Which ships of a carrier take part: each once, in an order the dice decide, and numbers for those that are put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from hanbada.exercise.carrier import BELIEVED_KN, ships
from hanbada.exercise.injects import Truth
from hanbada.geo.sphere import EARTH_M
from hanbada.model.times import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.injects import Planted


SHIPS = (200_000_000, 799_999_999)
"""MMSI of ships (ITU-R M.585)."""


class Way(NamedTuple):
    """Reports of one ship in the order of time: their numbers in the carrier, times, places, speeds, courses."""

    mmsi: int
    row: Ints
    at: Ints
    lat_deg: Floats
    lon_deg: Floats
    sog_kn: Floats
    cog_deg: Floats


@dataclass(slots=True)
class Deck:
    """Ships not yet dealt. What is no ship, or jumps in the carrier itself, is never dealt.

    Owned by one `plant`, changed in place.
    """

    traffic: Carrier
    dice: np.random.Generator
    listed: pl.DataFrame = field(init=False)
    taken: set[int] = field(default_factory=set)
    used: set[int] = field(init=False)

    def __post_init__(self) -> None:
        known = ships(self.traffic)
        self.listed = known.filter((pl.col("fastest_kn") < BELIEVED_KN) & pl.col("mmsi").is_between(*SHIPS))
        self.used = set(known["mmsi"].to_list())

    def deal(self, count: int, fit: pl.Expr) -> list[Way]:
        """Up to so many ships that fit (columns of `carrier.ships`) and were not dealt before."""
        chosen = list(islice(self.shuffled(fit), count))
        self.take(*chosen)
        return chosen

    def shuffled(self, fit: pl.Expr) -> Iterator[Way]:
        """The ships that fit and were not dealt, in the order of the dice; who takes one says so with `take`."""
        free = self.listed.filter(fit & ~pl.col("mmsi").is_in(list(self.taken)))["mmsi"].to_numpy()
        return (self.way(mmsi) for mmsi in self.dice.permutation(np.sort(free)).tolist())

    def take(self, *ways: Way) -> None:
        """These ships are dealt."""
        self.taken.update(way.mmsi for way in ways)

    def stage(self, count: int, fit: pl.Expr, scene: Callable[[Way], Planted | None]) -> list[Planted]:
        """So many changes, one to a ship that fits; ships on which `scene` cannot be staged (None) stay free."""
        found: list[Planted] = []
        for way in self.shuffled(fit):
            if len(found) == count:
                break
            if way.mmsi not in self.taken and (part := scene(way)) is not None:
                self.take(way)
                found.append(part)
        return found

    def way(self, mmsi: int) -> Way:
        """What a ship reported."""
        own = self.traffic.reports.filter(pl.col("mmsi") == mmsi).sort("at")
        columns = (own[name].fill_null(np.nan).to_numpy() for name in ("lat_deg", "lon_deg", "sog_kn", "cog_deg"))
        return Way(mmsi, own["row"].to_numpy(), own["at"].to_numpy(), *columns)

    def number(self, like: int) -> int:
        """An MMSI of the same country as another, used by nobody in the carrier."""
        while True:
            mmsi = like // 1_000_000 * 1_000_000 + int(self.dice.integers(0, 1_000_000))
            if mmsi not in self.used:
                self.used.add(mmsi)
                return mmsi

    def chance(self, low: float, high: float) -> float:
        """A number between two."""
        return float(self.dice.uniform(low, high))


def truth_of(way: Way, kind: str, label: str, span: tuple[int, int], negative_of: str = "", **more: Any) -> Truth:
    """What is true of one ship in a span, and can be known an hour after it began; `more` as Truth has it."""
    return Truth(
        kind=kind, label=label, expected=not negative_of, vessels=(way.mmsi,), t_start=span[0], t_end=span[1],
        criteria_at=span[0] + HOUR_US, negative_of=negative_of, **more,
    )  # fmt: skip


def between(way: Way, begin: int, end: int) -> slice:
    """The places of its reports in [begin, end)."""
    first, last = np.searchsorted(way.at, [begin, end])
    return slice(int(first), int(last))


def inside(way: Way, dice: np.random.Generator, length_s: float, margin_s: float) -> tuple[int, int] | None:
    """A stretch of so many seconds that begins and ends with a report, some way from both ends; None if too short."""
    margin, length = int(margin_s * SECOND_US), int(length_s * SECOND_US)
    first, last = int(way.at[0]) + margin, int(way.at[-1]) - margin - length
    if last < first:
        return None
    begin = int(way.at[np.searchsorted(way.at, dice.integers(first, last + 1))])
    after = int(np.searchsorted(way.at, begin + length))
    return (begin, int(way.at[after])) if after < len(way.at) else None


def far_m(lat_deg: Floats, lon_deg: Floats, lat: float, lon: float) -> Floats:
    """Metres from each place to one (equirectangular: within a percent over the tens of miles that matter here)."""
    east = ((lon_deg - lon + 180.0) % 360.0 - 180.0) * np.cos(np.radians((lat_deg + lat) / 2))
    far: Floats = np.hypot(east, lat_deg - lat) * np.radians(1.0) * EARTH_M
    return far


def steady(hours: float, interval_s: float = 300.0) -> pl.Expr:
    """Ships (of `carrier.ships`) heard often, without a long silence, for so many hours."""
    often = (pl.col("interval_s") < interval_s) & (pl.col("longest_s") < 1200)
    return often & (pl.col("last_at") - pl.col("first_at") >= hours * HOUR_US)
