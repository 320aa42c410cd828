"""Real traffic that carries injects: reports as they were received, gaps and jitter and all, as Polars frames.

Whoever edits a carrier keeps its reception: reports of a ship that sails elsewhere come when hers came. Recordings
without speed and course get them from their places, since every radio sends them. A frame of reports has the columns of
`REPORTS`, one of static reports those of STATICS, one of safety texts those of `TEXTS`; times are int64 microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from hanbada.geo.sphere import EARTH_M, KNOT_MS
from hanbada.model.tables import STATICS
from hanbada.model.times import DAY_US, HOUR_US, SECOND_US

if TYPE_CHECKING:
    from hanbada.exercise.chance import Flags, Floats, Ints
    from hanbada.geo.points import Points

REPORTS = {
    "at": pl.Int64, "mmsi": pl.Int64, "lat_deg": pl.Float64, "lon_deg": pl.Float64, "sog_kn": pl.Float64,
    "cog_deg": pl.Float64, "heading_deg": pl.Float64, "nav_status": pl.Float64, "msg_type": pl.Int64,
}  # fmt: skip
STATIC_REPORTS = {
    "at": pl.Int64, "mmsi": pl.Int64, "imo": pl.Int64, "call_sign": pl.String, "name": pl.String,
    "ship_type": pl.Int64, "to_bow_m": pl.Int64, "to_stern_m": pl.Int64, "to_port_m": pl.Int64,
    "to_starboard_m": pl.Int64, "draught_m": pl.Float64, "destination": pl.String,
}  # fmt: skip
TEXTS = {"at": pl.Int64, "mmsi": pl.Int64, "text": pl.String}
POSITION_TYPES = (1, 2, 3, 18, 27)
STILL_M = 15.0
"""Steps shorter than this say nothing of a course: it is how far fixes wander."""
BELIEVED_KN = 60.0
"""No ship's instruments say more: a step that comes to more is no way that was sailed."""
SPEED_S = 600.0
"""Over longer steps a mean is no speed."""


class Carrier(NamedTuple):
    """Traffic and where it comes from. `reports` has a column `row` that numbers it; nobody changes the frames."""

    name: str
    sha256: str
    reports: pl.DataFrame
    statics: pl.DataFrame
    texts: pl.DataFrame
    ports: Points | None = None
    """What is known of its ports, where injects must lie in port or away from it."""


def carrier(
    name: str, sha256: str, positions: pl.DataFrame, statics: pl.DataFrame | None = None, ports: Points | None = None
) -> Carrier:
    """A carrier from POSITIONS and STATICS tables; reports without a place are left out, none say twice the same."""
    told = positions.with_columns(pl.col("msg_type").fill_null(1).replace({19: 18}))
    told = told.drop_nulls(["lat_deg", "lon_deg"])
    told = told.filter(pl.col("msg_type").is_in(POSITION_TYPES)).with_columns(pl.col("at").cast(pl.Int64))
    told = told.select(pl.col(name).cast(kind) for name, kind in REPORTS.items())
    told = told.unique(["mmsi", "at"], keep="first", maintain_order=True).sort("mmsi", "at")
    if told["sog_kn"].is_null().all():
        told = with_motion(told)
    said = none_of(STATIC_REPORTS) if statics is None else _statics(statics)
    return Carrier(name, sha256, _numbered(told), said, none_of(TEXTS), ports)


def _statics(statics: pl.DataFrame) -> pl.DataFrame:
    told = statics.with_columns(pl.col("at").cast(pl.Int64)).select(one for one in STATICS.names if one != "line_id")
    return told.select(pl.col(name).cast(kind) for name, kind in STATIC_REPORTS.items()).sort("at", "mmsi")


def none_of(columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """An empty frame of REPORTS, STATIC_REPORTS or TEXTS."""
    return pl.DataFrame(schema=columns)


def _numbered(reports: pl.DataFrame) -> pl.DataFrame:
    ordered = reports.sort("at", "mmsi", maintain_order=True)
    return ordered.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("row"))


def with_motion(reports: pl.DataFrame) -> pl.DataFrame:
    """The same reports with the speed and course that their places come to, for each ship over the step to each."""
    told = reports.sort("mmsi", "at")
    at, mmsi = told["at"].to_numpy(), told["mmsi"].to_numpy()
    speed, course = motion(at, told["lat_deg"].to_numpy(), told["lon_deg"].to_numpy(), mmsi[1:] == mmsi[:-1])
    return told.with_columns(
        pl.Series("sog_kn", speed).fill_nan(None), pl.Series("cog_deg", course).fill_nan(None)
    )  # fmt: skip


def motion(at: Ints, lat_deg: Floats, lon_deg: Floats, joined: Flags | None = None) -> tuple[Floats, Floats]:
    """Speed (kn) and course (deg) at each of some places in order; NaN where they cannot be told.

    `joined` says which steps belong to one ship (None: all).
    """
    if len(at) < 2:
        return np.full(len(at), np.nan), np.full(len(at), np.nan)
    east, north = steps_m(lat_deg, lon_deg)
    seconds = np.diff(at) / SECOND_US
    known = (seconds > 0) & (seconds <= SPEED_S)
    known &= True if joined is None else joined
    way = np.hypot(east, north)
    speed = way / np.maximum(seconds, 1.0) / KNOT_MS
    known &= speed <= BELIEVED_KN
    speed = np.where(known, speed, np.nan)
    course = np.where(known & (way >= STILL_M), np.degrees(np.arctan2(east, north)) % 360.0, np.nan)
    return _at_ends(speed), _at_ends(course)


def _at_ends(step: Floats) -> Floats:
    """What the step to a place says of it; where that is unknown, the step from it."""
    before, after = np.append(np.nan, step), np.append(step, np.nan)
    return np.where(np.isnan(before), after, before).round(1)


def steps_m(lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Metres east and north from each place to the next, the short way round."""
    turn = (np.diff(lon_deg) + 180.0) % 360.0 - 180.0
    middle = np.radians((lat_deg[1:] + lat_deg[:-1]) / 2)
    return np.radians(turn) * np.cos(middle) * EARTH_M, np.radians(np.diff(lat_deg)) * EARTH_M


def ships(traffic: Carrier) -> pl.DataFrame:
    """One row per MMSI: reports, first and last time, usual interval and longest silence (s), way (m), place, speeds.

    `fastest_kn` is the greatest speed any step comes to: what exceeds BELIEVED_KN by far is two ships, or damaged.
    """
    told = traffic.reports.sort("mmsi", "at")
    mmsi = told["mmsi"].to_numpy()
    steps = np.hypot(*steps_m(told["lat_deg"].to_numpy(), told["lon_deg"].to_numpy()))
    way = np.append(np.zeros(min(1, len(mmsi))), np.where(mmsi[1:] == mmsi[:-1], steps, 0.0))
    seconds = np.append(
        np.full(min(1, len(mmsi)), np.inf), np.maximum(np.diff(told["at"].to_numpy()) / SECOND_US, 30.0)
    )
    silence = pl.col("at").diff().over("mmsi") / SECOND_US
    return (
        told.with_columns(silence.alias("silence_s"), pl.Series("way_m", way), pl.Series("kn", way / seconds / KNOT_MS))
        .group_by("mmsi", maintain_order=True)
        .agg(
            pl.len().alias("reports"),
            pl.col("at").first().alias("first_at"),
            pl.col("at").last().alias("last_at"),
            pl.col("silence_s").median().alias("interval_s"),
            pl.col("silence_s").max().alias("longest_s"),
            pl.col("way_m").sum(),
            pl.col("lat_deg").median(),
            pl.col("lon_deg").median(),
            pl.col("sog_kn").median(),
            pl.col("kn").max().alias("fastest_kn"),
        )
    )


def vessel_days(traffic: Carrier) -> list[tuple[int, int]]:
    """Every (MMSI, UTC day since 1970) on which a vessel was heard, in order: what rates and intervals are made of."""
    days = traffic.reports.select("mmsi", pl.col("at") // DAY_US).unique().sort("mmsi", "at")
    return list(days.iter_rows())


def thinned(traffic: Carrier, interval_s: float) -> Carrier:
    """The carrier as if every ship were heard at most once in each interval."""
    step = int(interval_s * SECOND_US)
    told = traffic.reports.sort("at", "mmsi").with_columns((pl.col("at") // step).alias("slot"))
    told = told.unique(["mmsi", "slot"], keep="first", maintain_order=True)
    return traffic._replace(reports=_numbered(told.drop("row", "slot")))


def moved(traffic: Carrier, hours: float = 0.0, east_deg: float = 0.0) -> Carrier:
    """The carrier at another time of day, or on another meridian."""
    later, lon = round(hours * HOUR_US), (pl.col("lon_deg") + (east_deg + 180.0)) % 360.0 - 180.0
    reports = traffic.reports.with_columns(pl.col("at") + later, lon.alias("lon_deg") if east_deg else "lon_deg")
    others = (frame.with_columns(pl.col("at") + later) for frame in (traffic.statics, traffic.texts))
    return traffic._replace(reports=reports, statics=next(others), texts=next(others))


def gathered(traffic: Carrier, hours: float, silence_s: float = 2700.0) -> Carrier:
    """Every ship that was heard for so many hours without a silence as long as that, moved in time to sail together.

    In recordings that are extracts ships vanish when the publisher's rule says so. Here nobody does: whatever falls
    silent was silenced. Reports of a ship keep their times among themselves, and their places.
    """
    span, begin = int(hours * HOUR_US), int(traffic.reports["at"].min() or 0)  # type: ignore[arg-type]
    broken = (pl.col("at").diff() > int(silence_s * SECOND_US)).fill_null(value=False)
    told = traffic.reports.sort("mmsi", "at").with_columns(broken.cum_sum().over("mmsi").alias("part"))
    parts = told.group_by("mmsi", "part").agg(pl.col("at").min().alias("from"), pl.col("at").max().alias("to"))
    long = parts.filter(pl.col("to") - pl.col("from") >= span).sort("from").unique("mmsi", keep="first")
    told = told.join(long, on=["mmsi", "part"]).with_columns(pl.col("at") - pl.col("from") + begin)
    return traffic._replace(reports=_numbered(told.filter(pl.col("at") <= begin + span).select(*REPORTS)))


def only(traffic: Carrier, keep: pl.Expr) -> Carrier:
    """The part of a carrier whose reports fulfil a condition, numbered anew."""
    return traffic._replace(reports=_numbered(traffic.reports.filter(keep).drop("row")))


def edited(
    traffic: Carrier, removed: Ints, reports: list[pl.DataFrame], statics: list[pl.DataFrame], texts: list[pl.DataFrame]
) -> Carrier:
    """The carrier without some rows, and with others."""
    rest = traffic.reports.filter(~pl.col("row").is_in(np.unique(removed))).drop("row")
    told = pl.concat([rest, *(frame.select(*REPORTS) for frame in reports)])
    return traffic._replace(
        reports=_numbered(told),
        statics=pl.concat([traffic.statics, *(frame.select(*STATIC_REPORTS) for frame in statics)]).sort("at", "mmsi"),
        texts=pl.concat([traffic.texts, *(frame.select(*TEXTS) for frame in texts)]).sort("at", "mmsi"),
    )
