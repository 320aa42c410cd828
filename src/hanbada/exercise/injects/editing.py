"""Reports of ships that do something else: at other places, under other numbers, with static reports, along other ways.

Positions wander by FIX_M as fixes do, speeds and courses follow from the places as a ship's own instruments would say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from hanbada.exercise.carrier import REPORTS, STATIC_REPORTS, TEXTS, motion, steps_m
from hanbada.geo.sphere import EARTH_M, KNOT_MS
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.exercise.chance import Floats, Ints
    from hanbada.exercise.injects.picking import Way

FIX_M = 8.0
"""Standard deviation of a fix, each way: 5 to 15 m."""
BRAKE_MS2 = 0.05 * KNOT_MS
"""Ships change speed by a twentieth of a knot a second at most."""
STATIC_EVERY_S = 360.0
"""Static data are sent every six minutes (ITU-R M.1371-5, Annex 1, 4.2.1)."""


def told(
    mmsi: int, at: Ints, lat_deg: Floats, lon_deg: Floats, dice: np.random.Generator | None = None, *,
    nav_status: float | None = 0.0, msg_type: int = 1,
) -> pl.DataFrame:  # fmt: skip
    """Reports of a ship at some places, with the speeds and courses they come to; fixes wander if there are dice."""
    speed, course = motion(at, lat_deg, lon_deg)
    if dice is not None:
        lat_deg, lon_deg = shifted(lat_deg, lon_deg, *dice.normal(0.0, FIX_M, (2, len(at))))
    columns = {
        "at": at, "mmsi": np.full(len(at), mmsi), "lat_deg": lat_deg, "lon_deg": (lon_deg + 180.0) % 360.0 - 180.0,
        "sog_kn": speed, "cog_deg": course, "heading_deg": None,
        "nav_status": None if nav_status is None else np.full(len(at), nav_status),
        "msg_type": np.full(len(at), msg_type),
    }  # fmt: skip
    return pl.DataFrame(columns, schema=REPORTS, nan_to_null=True)


def shifted(
    lat_deg: Floats, lon_deg: Floats, east_m: Floats | float, north_m: Floats | float
) -> tuple[Floats, Floats]:  # fmt: skip
    """Places so many metres away."""
    lat = lat_deg + np.degrees(north_m / EARTH_M)
    return lat, lon_deg + np.degrees(east_m / EARTH_M) / np.cos(np.radians(lat_deg))


def renumbered(reports: pl.DataFrame, mmsi: int) -> pl.DataFrame:
    """The same reports under another number."""
    return reports.with_columns(pl.lit(mmsi, pl.Int64).alias("mmsi"))


def statics(mmsi: int, span: tuple[int, int], length_m: int = 0, **fields: object) -> pl.DataFrame:
    """Static reports of a ship, every six minutes of a span: `name`, `ship_type`, `imo` and so on.

    A ship of a given length has her antenna a third from astern and a beam of a seventh.
    """
    if length_m:
        side, bow = max(2, length_m // 14), length_m * 2 // 3
        fields |= {"to_bow_m": bow, "to_stern_m": length_m - bow, "to_port_m": side, "to_starboard_m": side}
    at = np.arange(*span, int(STATIC_EVERY_S * SECOND_US))
    columns = {name: pl.Series(name, [fields.get(name)] * len(at), kind) for name, kind in STATIC_REPORTS.items()}
    columns |= {"at": pl.Series("at", at), "mmsi": pl.Series("mmsi", [mmsi] * len(at), pl.Int64)}
    return pl.DataFrame(columns)


def safety_texts(mmsi: int, at: Iterable[int], text: str) -> pl.DataFrame:
    """Safety texts of a station at some times."""
    return pl.DataFrame([(one, mmsi, text) for one in at], schema=TEXTS, orient="row")


class Path(NamedTuple):
    """A way over water by metres along it: it is water because a real ship sailed it."""

    along_m: Floats
    lat_deg: Floats
    lon_deg: Floats


def path_of(way: Way) -> Path:
    """The path a ship sailed; longitudes run on across 180 degrees."""
    east, north = steps_m(way.lat_deg, way.lon_deg)
    long = np.append(True, np.hypot(east, north) > 5.0)
    lon = np.unwrap(way.lon_deg, period=360.0)[long]
    lat = way.lat_deg[long]
    return Path(np.append(0.0, np.cumsum(np.hypot(*steps_m(lat, lon)))), lat, lon)


def along(path: Path, metres: Floats) -> tuple[Floats, Floats]:
    """The places so far along a path; before its begin and behind its end, straight on."""
    last = len(path.along_m) - 1
    i = np.clip(np.searchsorted(path.along_m, metres) - 1, 0, last - 1)
    share = (metres - path.along_m[i]) / (path.along_m[i + 1] - path.along_m[i])
    lat = path.lat_deg[i] + share * (path.lat_deg[i + 1] - path.lat_deg[i])
    return np.clip(lat, -85.0, 85.0), path.lon_deg[i] + share * (path.lon_deg[i + 1] - path.lon_deg[i])


def where_on(path: Path, way: Way, at: int) -> float:
    """Metres along its own path at which a ship was at a time."""
    east, north = steps_m(way.lat_deg, way.lon_deg)
    made = np.append(0.0, np.cumsum(np.where(np.hypot(east, north) > 5.0, np.hypot(east, north), 0.0)))
    return float(np.clip(np.interp(at, way.at, made), 0.0, path.along_m[-1]))


def made_good_m(seconds: Floats, knots: float) -> Floats:
    """Metres made so long after starting from rest for a speed; as many before stopping from it."""
    speed = knots * KNOT_MS
    rising = np.clip(seconds, 0.0, speed / BRAKE_MS2)
    made: Floats = BRAKE_MS2 * rising**2 / 2 + speed * (np.maximum(seconds, 0.0) - rising)
    return made


OCEAN_DEG = (28.0, 38.0, -62.0, -42.0)
"""South, north, west, east: the middle of the North Atlantic, hundreds of miles from any port."""


def at_ocean(dice: np.random.Generator) -> tuple[float, float]:
    """A place in mid-ocean."""
    south, north, west, east = OCEAN_DEG
    return float(dice.uniform(south, north)), float(dice.uniform(west, east))


def displaced(way: Way, middle: tuple[float, float]) -> Way:
    """A way, moved so that the report in its midst lies at a place; the same motion north and east."""
    lat, lon = middle
    half = len(way.at) // 2
    north = way.lat_deg - way.lat_deg[half]
    wide = np.cos(np.radians(way.lat_deg[half])) / np.cos(np.radians(lat))
    turn = ((way.lon_deg - way.lon_deg[half] + 540.0) % 360.0 - 180.0) * wide
    return way._replace(lat_deg=np.clip(lat + north, -80.0, 80.0), lon_deg=lon + turn)


def at_sea(dice: np.random.Generator, way: Way, knots: float) -> tuple[Floats, Floats]:
    """Places of a straight passage in mid-ocean: ports and land explain nothing there; she is heard when she was."""
    south, north, west, east = OCEAN_DEG
    lat, lon, course = dice.uniform(south, north), dice.uniform(west, east), dice.uniform(0.0, 2 * np.pi)
    made = knots * KNOT_MS * (way.at - way.at[0]) / SECOND_US
    begin = np.full(len(way.at), lat), np.full(len(way.at), lon)
    return shifted(begin[0], begin[1], made * np.sin(course), made * np.cos(course))
