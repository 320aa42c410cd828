"""Two tracks of one number: the changes between them, how long they went on, how far apart the tracks are."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hanbada.geo.sphere import distance_m
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from hanbada.tracks.segments import Switch


@dataclass(slots=True)
class Between:
    """Changes between two tracks in the order of time, and the metres between the reports, from least to most."""

    switches: list[Switch] = field(default_factory=list)
    apart_m: list[float] = field(default_factory=list)


def add(between: Between, switch: Switch) -> None:
    """Note one more change."""
    between.switches.append(switch)
    insort(between.apart_m, distance_m(switch.from_lat_deg, switch.from_lon_deg, switch.lat_deg, switch.lon_deg))


def lasted_s(between: Between) -> float:
    """From the first change to the last."""
    return (between.switches[-1].at - between.switches[0].from_at) / SECOND_US


def apart_m(between: Between) -> float:
    """Metres between the reports before and after a change, the median."""
    return between.apart_m[len(between.apart_m) // 2]
