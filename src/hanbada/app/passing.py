"""Satellites of this node: elements a user keeps in the data directory, and what they could have seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hanbada.geo.areas import index_areas
from hanbada.geo.sphere import KNOT_MS, distance_m
from hanbada.model.errors import InputError
from hanbada.model.times import SECOND_US, iso
from hanbada.sightings.passes import OLD_DAYS, Pass, Satellite, Swath, could_have_seen, satellites

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hanbada.model.records import Detection

FILE = "satellites.tle"
"""Two-line elements in the data directory: with them, `hanbada explain` says of a gap who could have seen it."""
GAP_KN = 15.0
"""Speed that a silent ship is believed to have had, at least."""
SAMPLED = 12
"""Points along each side of the box around an area."""


def read_elements(path: Path) -> list[Satellite]:
    """The satellites of a file; raises InputError if it cannot be read."""
    try:
        return satellites(path.read_text(errors="replace"), path.name)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise InputError(message) from error


def sampled(rings: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of points that stand for an area, its middle first."""
    corners = np.vstack(list(rings))
    middle = (corners.min(0) + corners.max(0)) / 2
    x, y = (np.linspace(low, high, SAMPLED) for low, high in zip(corners.min(0), corners.max(0), strict=True))
    lon, lat = (grid.ravel() for grid in np.meshgrid(x, y))
    lon, lat = np.concatenate([[middle[0]], lon, corners[:, 0]]), np.concatenate([[middle[1]], lat, corners[:, 1]])
    inside, _ = index_areas([list(rings)]).memberships(lat, (lon + 180.0) % 360.0 - 180.0)
    kept = np.unique(np.concatenate([[0], inside, np.arange(len(lat) - len(corners), len(lat))]))
    return lat[kept], lon[kept]


def seen_in_gap(detection: Detection, home: Path) -> list[Pass]:
    """Passes that could have seen a silent ship; none without elements, or where it is no gap."""
    file = home / FILE
    if detection.kind != "gap" or not file.exists():
        return []
    (lon_1, lat_1), (lon_2, lat_2) = detection.geometry.coordinates[0], detection.geometry.coordinates[-1]
    end_us = detection.t_end or detection.judged_at
    spent_s = (end_us - detection.t_start) / SECOND_US
    way_m = max(GAP_KN * KNOT_MS * spent_s, 1.2 * distance_m(lat_1, lon_1, lat_2, lon_2))
    foci = (lat_1, lon_1), (lat_2, lon_2)
    return could_have_seen(read_elements(file), foci, way_m, detection.t_start, end_us, Swath())


def told(one: Pass) -> dict[str, Any]:
    """A pass as an object."""
    return {
        "satellite": one.satellite,
        "begins_at": iso(one.begins_at),
        "ends_at": iso(one.ends_at),
        "nearest_at": iso(one.nearest_at),
        "off_km": round(one.off_km),
        "seen": round(one.seen, 2),
        "age_days": round(one.age_days, 1),
    }


def line(one: Pass) -> str:
    """A pass as a line."""
    old = f"; elements {one.age_days:.0f} days old" if one.age_days > OLD_DAYS else ""
    side = "right" if one.off_km > 0 else "left"
    return (
        f"  {iso(one.nearest_at)}  {one.satellite}  {one.seen:.0%} of the area, its middle {abs(one.off_km):,.0f} km "
        f"to the {side}{old}\n"
    )
