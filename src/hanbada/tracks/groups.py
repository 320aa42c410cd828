"""Ships that keep together: those within reach of one another at even ticks, and the same company from tick to tick."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.tracks.groups_kernel import label
from hanbada.tracks.ticks import near_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


class Points(NamedTuple):
    """Places of ships at ticks (minutes since 1970), with the nearer report's line."""

    tick: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    speed_kn: NDArray[np.float64]
    line_id: NDArray[np.int64]


class Company(NamedTuple):
    """Ships joined at one tick, in the order of MMSI."""

    tick: int
    mmsi: tuple[int, ...]
    lat_deg: tuple[float, ...]
    lon_deg: tuple[float, ...]
    speed_kn: tuple[float, ...]
    line_id: tuple[int, ...]


@dataclass(slots=True)
class Group:
    """One company after another of mostly the same ships."""

    companies: list[Company] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int]:
        """The lowest MMSI when it came together, and when that was."""
        return self.companies[0].mmsi[0], self.companies[0].tick

    @property
    def minutes(self) -> int:
        """From the first to the last tick."""
        return self.companies[-1].tick - self.companies[0].tick

    def presence(self) -> dict[int, int]:
        """At how many ticks each ship was there."""
        told: dict[int, int] = {}
        for company in self.companies:
            for mmsi in company.mmsi:
                told[mmsi] = told.get(mmsi, 0) + 1
        return told


def companies(points: Points, reach_m: float, least: int) -> list[Company]:
    """Ships joined by pairs within reach of each other at a tick, of at least so many, in the order of time.

    A ship that has two places at a tick, as two on one number have, counts once.
    """
    first, second, _ = near_pairs(points.tick, points.lat_deg, points.lon_deg, points.mmsi, reach_m)
    parent = np.arange(len(points.tick))
    label(first, second, parent)
    count = np.bincount(parent, minlength=len(parent))
    kept = np.flatnonzero(count[parent] >= least)
    kept = kept[np.lexsort((points.line_id[kept], points.mmsi[kept], parent[kept], points.tick[kept]))]
    edges = np.flatnonzero(np.append(True, parent[kept][1:] != parent[kept][:-1]))[: len(kept)].tolist()
    found = []
    for begin, end in pairwise([*edges, len(kept)] if edges else []):
        mmsi, where = np.unique(points.mmsi[kept[begin:end]], return_index=True)
        if len(mmsi) >= least:
            place = kept[begin:end][where]
            columns = (points.lat_deg, points.lon_deg, points.speed_kn, points.line_id)
            told = (tuple(column[place].tolist()) for column in columns)
            found.append(Company(int(points.tick[place[0]]), tuple(mmsi.tolist()), *told))
    return sorted(found)


def groups(found: Iterable[Company], hole_min: float) -> list[Group]:
    """Companies that go on as one: each joins the group, seen no longer ago than a hole, that shares half its ships."""
    open_: list[Group] = []
    over: list[Group] = []
    for company in found:
        over += [group for group in open_ if company.tick - group.companies[-1].tick > hole_min]
        open_ = [group for group in open_ if company.tick - group.companies[-1].tick <= hole_min]
        best = max(open_, key=lambda group: (_shared(group, company), group.key), default=None)
        if best is not None and 2 * _shared(best, company) >= len(company.mmsi):
            best.companies.append(company)
        else:
            open_.append(Group([company]))
    return sorted([*over, *open_], key=lambda group: group.key)


def _shared(group: Group, company: Company) -> int:
    """Ships of a company that were in the group last; none if that was at the same tick."""
    last = group.companies[-1]
    return len(set(last.mmsi) & set(company.mmsi)) if last.tick < company.tick else 0
