"""Tables and records -> items that maps and plots draw: vessels, tracks with their silences, detections, sightings.

Tables are Polars or Arrow and need no more columns than are drawn. Names in them are text a stranger typed: whoever
draws an item writes it as text, never as markup.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import polars as pl

from hanbada.app.exports import Item, Shape
from hanbada.model.errors import UsageError
from hanbada.model.times import HOUR_US, iso
from hanbada.model.wording import explanation, headline
from hanbada.reference.ship_types_m1371_5 import ship_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from hanbada.app.exports import Fact
    from hanbada.model.records import Detection

Frame: TypeAlias = "pl.DataFrame | pa.Table"
GAP_US = HOUR_US
"""Reports further apart are not joined by a whole line: a class A ship at anchor reports every three minutes."""
PLACE = ("at", "lat_deg", "lon_deg")
_VESSEL_FACTS = ("sog_kn", "cog_deg", "heading_deg", "nav_status", "ship_type", "length_m", "destination")
_SIGHTING_FACTS = ("sensor", "verdict", "dark", "mmsi", "length_m", "heading_deg", "error_m", "presence")


class Course(NamedTuple):
    """One track: times in UTC us, latitudes, longitudes that run on across 180 degrees, and speeds (NaN: unknown)."""

    mmsi: int
    track: int
    at: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    simulated: bool


def framed(table: Frame, what: str, needed: Iterable[str]) -> pl.DataFrame:
    """A table as Polars with times as UTC us; raises UsageError naming the columns it lacks."""
    if not hasattr(table, "__arrow_c_stream__"):
        message = f"{what}: give a Polars or Arrow table, not {type(table).__name__}"
        raise UsageError(message)
    frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
    if missing := [name for name in needed if name not in frame.columns]:
        message = f"{what}: column {', '.join(missing)} is missing; there are {', '.join(frame.columns)}"
        raise UsageError(message)
    at = frame.schema["at"]
    if isinstance(at, pl.Datetime):
        utc = pl.col("at") if at.time_zone is None else pl.col("at").dt.convert_time_zone("UTC")
        return frame.with_columns(utc.dt.epoch("us").alias("at"))
    if not at.is_integer():
        message = f"{what}: column at is {at}; give times, or integers of UTC microseconds"
        raise UsageError(message)
    return frame


def vessels(table: Frame) -> list[Item]:
    """The last known place of each vessel, of a table of reports (POSITIONS, or columns at, mmsi, lat_deg, lon_deg)."""
    frame = framed(table, "vessels", ("mmsi", *PLACE)).drop_nulls(PLACE)
    last = frame.sort("at", maintain_order=True).unique("mmsi", keep="last", maintain_order=True)
    return [
        Item(
            id=str(row["mmsi"]),
            name=str(row.get("name") or row["mmsi"]),
            at=row["at"],
            shapes=(_point(row),),
            facts={"mmsi": row["mmsi"], "kind": ship_class(row.get("ship_type")), **_facts(row, _VESSEL_FACTS)},
            simulated=bool(row.get("simulated")),
        )
        for row in last.iter_rows(named=True)
    ]


def sightings(table: Frame) -> list[Item]:
    """What was seen, of a SIGHTINGS table; a column `verdict` (matched, dark, unresolved) gives it its colour."""
    frame = framed(table, "sightings", ("sighting_id", *PLACE)).drop_nulls(PLACE)
    return [
        Item(
            id=str(row["sighting_id"]),
            name=str(row["sighting_id"]),
            at=row["at"],
            shapes=(_point(row),),
            facts=_facts(row, _SIGHTING_FACTS),
            simulated=bool(row.get("simulated")),
        )
        for row in frame.iter_rows(named=True)
    ]


def _point(row: Mapping[str, Any]) -> Shape:
    return Shape(kind="point", points=((row["lon_deg"], row["lat_deg"]),))


def _facts(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Fact]:
    """What is known of a row; NaN is unknown, as null is."""
    return {name: row[name] for name in names if row.get(name) is not None and row[name] == row[name]}


def courses(table: Frame) -> Iterator[Course]:
    """The tracks of a table (TRACKS, or columns at, mmsi, lat_deg, lon_deg) in the order of time.

    Without a column `track_id` all reports of an MMSI are one track; reports whose `quality` is not good are left out.
    """
    frame = framed(table, "tracks", ("mmsi", *PLACE)).drop_nulls(PLACE)
    frame = frame.filter(pl.col("quality") == 0) if "quality" in frame.columns else frame
    key = "track_id" if "track_id" in frame.columns else "mmsi"
    for (track,), own in frame.sort("at", maintain_order=True).group_by([key], maintain_order=True):
        yield Course(
            int(own["mmsi"][0]),
            int(track),
            own["at"].to_numpy(),
            own["lat_deg"].to_numpy(),
            np.unwrap(own["lon_deg"].to_numpy(), period=360.0),
            own["sog_kn"].cast(pl.Float64).fill_null(np.nan).to_numpy() if "sog_kn" in own.columns else _unknown(own),
            "simulated" in own.columns and bool(own["simulated"].any()),
        )


def _unknown(own: pl.DataFrame) -> NDArray[np.float64]:
    return np.full(own.height, np.nan)


def parts(course: Course, gap_us: int = GAP_US) -> tuple[list[slice], list[slice]]:
    """Where a track was heard, and its silences: slices of its reports, each silence with the report on either side."""
    silent = np.flatnonzero(np.diff(course.at) > gap_us)
    edges = [0, *(silent + 1).tolist(), len(course.at)]
    heard = [slice(begin, end) for begin, end in pairwise(edges) if end - begin > 1]
    return heard, [slice(one, one + 2) for one in silent.tolist()]


def tracks(table: Frame, gap_us: int = GAP_US) -> list[Item]:
    """The tracks of a table as lines; silences longer than `gap_us` are items of their own, with how long they were."""
    return [item for course in courses(table) for item in _track(course, gap_us)]


def _track(course: Course, gap_us: int) -> Iterator[Item]:
    heard, silences = parts(course, gap_us)
    name, facts = f"track of {course.mmsi}", {"mmsi": course.mmsi, "reports": len(course.at)}
    span: dict[str, Fact] = {"from": iso(int(course.at[0])), "until": iso(int(course.at[-1]))}
    if heard:
        yield _lines(course, str(course.track), name, heard, {"what": "track", **facts, **span})
    for one in silences:
        begin, end = (int(at) for at in course.at[one])
        silent: dict[str, Fact] = {"mmsi": course.mmsi, "from": iso(begin), "until": iso(end)}
        silent["silent_h"] = round((end - begin) / HOUR_US, 2)
        yield _lines(
            course, f"{course.track}-{one.start}", f"silence of {course.mmsi}", [one], {"what": "gap", **silent}
        )


def _lines(course: Course, name_id: str, name: str, where: list[slice], facts: dict[str, Fact]) -> Item:
    shapes = [
        Shape(kind="line", points=tuple(zip(course.lon_deg[one].tolist(), course.lat_deg[one].tolist(), strict=True)))
        for one in where
    ]
    return Item(
        id=name_id, name=name, at=int(course.at[0]), shapes=tuple(shapes), facts=facts, simulated=course.simulated
    )


def detections(found: Iterable[Detection]) -> list[Item]:
    """Detections with the text of their reasons and of what speaks against them."""
    return [
        Item(
            id=one.detection_id,
            name=headline(one),
            at=one.t_start,
            shapes=(Shape(kind=one.geometry.kind, points=one.geometry.coordinates),),
            facts={
                "kind": one.kind,
                "severity": one.severity,
                "state": one.state,
                "probability": round(one.probability, 3),
                "mmsi": ", ".join(str(vessel.mmsi) for vessel in one.vessels),
                "text": explanation(one),
            },
            simulated=one.simulated,
        )
        for one in found
    ]
