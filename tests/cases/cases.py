"""Named cases: a stretch of real traffic, what was put into it, and what must be found in it or must not.

A case is a folder `KIND/raises-...` or `KIND/quiet-...` with a `case.toml`:

    title, why                  what happened and why it matters, a sentence each
    carrier                     the recording it rides on (its source and licence stand in app/demo_data/README.md)
    box, from, to               west, south, east, north; UTC: the part of it that is taken
    ports = true                judge with the built-in ports
    land = true                 and with the built-in land (or that of `land.geojson` beside it)
    settings                    parameters that differ, as `hanbada detect --set` takes them
    [[change]]                  what was put in, in order: see CHANGES
    [[static]]                  what a ship says of itself: `mmsi`, `at` and columns of STATICS
    [[destination]]             a port that ships may say they go to: `name`, `code`, `place` (longitude, latitude)
    [expect]                    vessels, quantities, count (raises only)

Zones of a case stand in `zones.geojson` beside it, cables in `cables.geojson`.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa

from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_charts, known_ports
from hanbada.detect.contract import Charts, Zones, cables, zones
from hanbada.engine.watch import Reports, Watch, settle, start, take_reports
from hanbada.geo.areas import index_areas
from hanbada.geo.sphere import KNOT_MS, destination, wrapped
from hanbada.model.tables import POSITIONS, STATICS
from hanbada.model.times import parse_time
from hanbada.reference import cables as cable_maps
from hanbada.reference.areas import read_geojson
from hanbada.reference.destinations import destinations
from ships import NO_PORTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.geo.areas import AreaIndex

CASES = Path(__file__).parent
FIRST_STATIC = 1 << 40
"""Line of the first static report of a case."""
RECORDINGS = CASES.parents[1] / "src" / "hanbada" / "app" / "demo_data"


@dataclass(frozen=True)
class Case:
    """A case as its folder tells it."""

    folder: Path
    about: dict[str, Any]

    @property
    def kind(self) -> str:
        """The detector it is for."""
        return self.folder.parent.name

    @property
    def raises(self) -> bool:
        """Whether something must be found in it."""
        return self.folder.name.startswith("raises-")

    @property
    def name(self) -> str:
        """KIND/folder."""
        return f"{self.kind}/{self.folder.name}"

    def table(self) -> pa.Table:
        """Its POSITIONS, in the order of time."""
        frame = _carrier(self.about["carrier"])
        west, south, east, north = self.about["box"]
        begin, end = _at(self.about["from"]), _at(self.about["to"])
        here = pl.col("lon_deg").is_between(west, east) & pl.col("lat_deg").is_between(south, north)
        frame = frame.filter(here & pl.col("at").is_between(begin, end))
        for change in self.about.get("change", ()):
            given = {key: value for key, value in change.items() if key != "what"}
            frame = CHANGES[change["what"]](frame, **given)
        frame = frame.sort("at", "mmsi", maintain_order=True)
        frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt64).alias("line_id"))
        at = frame["at"].cast(pl.Datetime("us", "UTC"))
        return frame.with_columns(at).select(POSITIONS.names).to_arrow().cast(POSITIONS.schema)

    def statics(self, seconds: float = 0.0) -> pa.Table | None:
        """What its ships say of themselves, at other times if wanted; lines far behind those of positions."""
        said = self.about.get("static", [])
        rows = [one | {"at": _at(one["at"]) + round(seconds * 1e6)} for one in said]
        frame = pl.DataFrame([dict.fromkeys(STATICS.names) | {"source": 0, "line_id": FIRST_STATIC + i} | row
                              for i, row in enumerate(rows)], infer_schema_length=None)  # fmt: skip
        if frame.is_empty():
            return None
        return frame.with_columns(pl.col("at").cast(pl.Datetime("us", "UTC"))).to_arrow().cast(STATICS.schema)

    def charts(self, east_deg: float = 0.0) -> Charts:
        """Its cables, the ports that destinations may mean, and land, on a meridian of one's choice."""
        listed = self.about.get("destination", [])
        ports = [(one["name"], one["code"], one["place"][1], wrapped(one["place"][0] + east_deg)) for one in listed]
        path = self.folder / "cables.geojson"
        laid = cable_maps.read({path.name: path.read_bytes()}).rows if path.exists() else ()
        return Charts(
            cables=cables([_turned_line(line, east_deg) for line in laid]),
            destinations=destinations(ports),
            land=self._land(east_deg),
        )

    def _land(self, east_deg: float) -> Callable[[], AreaIndex] | None:
        """Its land, or that which is built in (which is always where it is)."""
        path = self.folder / "land.geojson"
        if path.exists():
            drawn = [_turned(area, east_deg) for area in read_geojson(path.read_bytes())]
            return lambda: index_areas([area.rings for area in drawn])
        return known_charts(None).land if self.about.get("land") else None

    def zones(self, east_deg: float = 0.0) -> Zones | None:
        """Its zones, on a meridian of one's choice."""
        path = self.folder / "zones.geojson"
        if not path.exists():
            return None
        return zones([_turned(area, east_deg) for area in read_geojson(path.read_bytes())])


def all_cases() -> list[Case]:
    """Every case, in the order of names."""
    return [Case(path.parent, tomllib.loads(path.read_text())) for path in sorted(CASES.glob("*/*/case.toml"))]


def watched(
    case: Case,
    table: pa.Table,
    *,
    east_deg: float = 0.0,
    ports: bool | None = None,
    parts: int = 1,
    seconds: float = 0.0,
) -> Watch:
    """A watch that took the table, whole or in several parts, with this case's detector only."""
    known = case.about.get("ports", False) if ports is None else ports
    settings = {f"{case.kind}.{name}": value for name, value in case.about.get("settings", {}).items()}
    watch = start(
        _ports() if known else NO_PORTS, case.zones(east_deg), (case.kind,), settings, charts=case.charts(east_deg)
    )
    take_reports(watch, Reports(table.slice(0, 0), case.statics(seconds)))
    size = -(-len(table) // parts)
    for begin in range(0, len(table), size):
        take_reports(watch, Reports(table.slice(begin, size)))
        settle(watch)
    settle(watch)
    return watch


@cache
def _ports() -> Any:
    return known_ports(None)


@cache
def _carrier(name: str) -> pl.DataFrame:
    tables = [reports.positions for reports in read_reports(str(RECORDINGS / name), 0, Account(name))]
    return pl.DataFrame(pa.concat_tables(tables)).with_columns(pl.col("at").cast(pl.Int64))


def _at(text: str) -> int:
    found = parse_time(text)
    assert found is not None, text
    return found


def _turned(area: Any, east_deg: float) -> Any:
    from msgspec.structs import replace

    return replace(area, rings=tuple(ring + np.array([east_deg, 0.0]) for ring in area.rings))


def _turned_line(line: Any, east_deg: float) -> Any:
    from msgspec.structs import replace

    return replace(line, parts=tuple(part + np.array([east_deg, 0.0]) for part in line.parts))


def _theirs(mmsi: int | str, **span: str) -> pl.Expr:
    """Rows of a ship, or of all, in a span of time."""
    chosen = pl.lit(value=True) if mmsi == "all" else pl.col("mmsi") == mmsi
    begin, end = _at(span.get("from", "1980-01-01T00:00:00Z")), _at(span.get("to", "2099-01-01T00:00:00Z"))
    return chosen & pl.col("at").is_between(begin, end)


def silence(frame: pl.DataFrame, mmsi: int | str, **span: str) -> pl.DataFrame:
    """Nothing is heard of a ship, or of all, for a while."""
    return frame.filter(~_theirs(mmsi, **span))


def moved(frame: pl.DataFrame, mmsi: int, course: float, metres: float, **span: str) -> pl.DataFrame:
    """A ship says it is elsewhere."""
    hers = _theirs(mmsi, **span)
    rest, there = frame.filter(~hers), frame.filter(hers)
    places = [destination(lat, lon, course, metres) for lat, lon in there.select("lat_deg", "lon_deg").iter_rows()]
    lat, lon = (pl.Series([place[i] for place in places], dtype=pl.Float64) for i in (0, 1))
    lon = lon.map_elements(wrapped, return_dtype=pl.Float64)
    return pl.concat([rest, there.with_columns(lat.alias("lat_deg"), lon.alias("lon_deg"))])


def number(frame: pl.DataFrame, mmsi: int, other: int, **span: str) -> pl.DataFrame:
    """A ship sends another MMSI."""
    changed = pl.when(_theirs(mmsi, **span)).then(pl.lit(other, pl.UInt32)).otherwise(pl.col("mmsi"))
    return frame.with_columns(changed.alias("mmsi"))


def copied(frame: pl.DataFrame, mmsi: int, other: int, later_s: float, **span: str) -> pl.DataFrame:
    """Another ship sails the same way, or the same one is heard a second time under a number."""
    twin = frame.filter(_theirs(mmsi, **span)).with_columns(
        pl.lit(other, pl.UInt32).alias("mmsi"), pl.col("at") + round(later_s * 1e6)
    )
    return pl.concat([frame, twin])


def preceded(frame: pl.DataFrame, mmsi: int, others: list[int], every_s: float, course: float, apart_m: float) -> Any:
    """Other ships sailed the way of a ship before her, one after another, each a little further to a side of it."""
    for i, other in enumerate(others):
        frame = copied(frame, mmsi, other, -every_s * (i + 1))
        frame = moved(frame, other, course, apart_m * (i + 1))
    return frame


def later(frame: pl.DataFrame, mmsi: int | str, seconds: float, **span: str) -> pl.DataFrame:
    """A ship sails its way at another time; or a receiver stamps what it hears of all with a wrong one."""
    at = pl.col("at") + pl.when(_theirs(mmsi, **span)).then(round(seconds * 1e6)).otherwise(0)
    return frame.with_columns(at.alias("at"))


def blanked(frame: pl.DataFrame, box: list[float], share: float, mmsi: int | str = "all", **span: str) -> pl.DataFrame:
    """Ships in a box do not know their place: so many of their reports say none."""
    west, south, east, north = box
    here = pl.col("lon_deg").is_between(west, east) & pl.col("lat_deg").is_between(south, north)
    lost = _theirs(mmsi, **span) & here & (pl.int_range(pl.len()) * 7 % 10 < share * 10)
    names = ("lat_deg", "lon_deg")
    return frame.with_columns(pl.when(lost).then(None).otherwise(pl.col(name)).alias(name) for name in names)


def gathered(
    frame: pl.DataFrame, mmsi: list[int], place: list[float], radius_m: float, *, sails: bool = False, **span: str
) -> pl.DataFrame:
    """Ships say that they are all on one circle, where they go around; or sail it, by what they say."""
    hers = _theirs("all", **span) & pl.col("mmsi").is_in(mmsi)
    rest, there = frame.filter(~hers), frame.filter(hers)
    turns = ((there["at"] // 10_000_000 + there["mmsi"].cast(pl.Int64) * 37) % 360).to_list()
    places = [destination(place[1], place[0], float(turn), radius_m) for turn in turns]
    lat, lon = (pl.Series([one[i] for one in places], dtype=pl.Float64) for i in (0, 1))
    said = [lat.alias("lat_deg"), lon.alias("lon_deg")]
    if sails:
        said.append(pl.Series("cog_deg", [(turn + 90) % 360 for turn in turns], dtype=pl.Float32))
    return pl.concat([rest, there.with_columns(said)])


def steered(frame: pl.DataFrame, mmsi: int, course: float, knots: float, every_s: float, **span: str) -> pl.DataFrame:
    """A ship is replaced by one that moves as a computer does: evenly, straight, and told to the last digit."""
    hers = _theirs(mmsi, **span)
    rest, there = frame.filter(~hers), frame.filter(hers).sort("at")
    first, last = there.row(0, named=True), there["at"].item(-1)
    rows = []
    for at in range(first["at"], last, round(every_s * 1e6)):
        way = knots * KNOT_MS * (at - first["at"]) / 1e6
        lat, lon = destination(first["lat_deg"], first["lon_deg"], course, way)
        rows.append(first | {"at": at, "lat_deg": lat, "lon_deg": lon, "sog_kn": knots, "cog_deg": course})
    return pl.concat([rest, pl.DataFrame(rows, schema=frame.schema, strict=False)])


def beacon(frame: pl.DataFrame, mmsi: int, at: str, place: list[float], bursts: int, nav_status: int) -> pl.DataFrame:
    """A distress beacon: a burst of eight messages a minute."""
    rows = bursts * 8
    sent = [_at(at) + 60_000_000 * (i // 8) + 2_000_000 * (i % 8) for i in range(rows)]
    row = dict.fromkeys(frame.columns, None) | {"mmsi": mmsi, "lon_deg": place[0], "lat_deg": place[1], "source": 0}
    row |= {"nav_status": nav_status, "msg_type": 1, "line_id": 0, "sog_kn": 0.0}
    return pl.concat([frame, pl.DataFrame([row | {"at": one} for one in sent], schema=frame.schema)])


def kept_up(
    frame: pl.DataFrame, mmsi: int, at: str, lasts_s: int, course: float, knots: float, turns_s: int, **says: float
) -> pl.DataFrame:
    """A ship makes some knots on a course, and back on the other one every so often; then it goes on as it did.

    `turns_s` divides `lasts_s` an even number of times; zero means that it never turns and is not heard afterwards.
    """
    begin = _at(at)
    later = (pl.col("mmsi") == mmsi) & (pl.col("at") >= begin)
    there = frame.filter(later).sort("at").row(0, named=True)
    rows = []
    for t in range(0, lasts_s, 60):
        out = t if not turns_s else turns_s - abs(t % (2 * turns_s) - turns_s)
        lat, lon = destination(there["lat_deg"], there["lon_deg"], course, knots * KNOT_MS * out)
        rows.append(there | {"at": begin + t * 1_000_000, "lat_deg": lat, "lon_deg": lon, "sog_kn": knots} | says)
    put = pl.DataFrame(rows, schema=frame.schema, strict=False)
    moved_on = frame.filter(later & pl.lit(value=turns_s > 0)).with_columns(pl.col("at") + lasts_s * 1_000_000)
    return pl.concat([frame.filter(~later), put, moved_on])


def carried(
    frame: pl.DataFrame, origin: list[float], to: list[float], at: str, starts: str, first: int = 0
) -> pl.DataFrame:
    """All of it happens elsewhere, from another time on: distances stay, numbers move up by `first`."""
    wide = math.cos(math.radians(origin[1])) / math.cos(math.radians(to[1]))
    return frame.with_columns(
        pl.col("at") + (_at(starts) - _at(at)),
        (pl.col("lat_deg") - origin[1] + to[1]).alias("lat_deg"),
        ((pl.col("lon_deg") - origin[0]) * wide + to[0]).alias("lon_deg"),
        (pl.col("mmsi").cast(pl.Int64) + first).cast(pl.UInt32).alias("mmsi"),
    )


def sailed(
    frame: pl.DataFrame, mmsi: int, at: str, place: list[float], legs: list[list[float]], every_s: int = 30,
    nav_status: int = 0,
) -> pl.DataFrame:  # fmt: skip
    """A ship that sails from a place (longitude, latitude): legs of course, knots and minutes; below no knots unheard.

    What it reports scatters as instruments do: by ten metres and a tenth of a knot.
    """
    dice, rows = np.random.default_rng(mmsi), []
    begin, (lon, lat) = _at(at), place
    row = dict.fromkeys(frame.columns, None) | {"mmsi": mmsi, "source": 0, "msg_type": 1, "line_id": 0}
    for course, knots, minutes in legs:
        for second in range(0, round(minutes * 60), every_s):
            here = destination(lat, lon, course, abs(knots) * KNOT_MS * second)
            heard = destination(*here, float(dice.uniform(0, 360)), float(dice.uniform(0, 10)))
            said = {
                "lat_deg": heard[0],
                "lon_deg": heard[1],
                "sog_kn": round(abs(knots) + float(dice.normal(0, 0.1)), 1),
            }
            said |= {"at": begin + second * 1_000_000, "cog_deg": course, "nav_status": nav_status}
            rows += [row | said] if knots >= 0 else []
        lat, lon = destination(lat, lon, course, abs(knots) * KNOT_MS * minutes * 60)
        begin += round(minutes * 60e6)
    return pl.concat([frame, pl.DataFrame(rows, schema=frame.schema, strict=False)])


def idled(
    frame: pl.DataFrame, mmsi: int, others: list[int], place: list[float], apart_m: float, every: int = 1, **span: str
) -> pl.DataFrame:
    """Ships lie in rows around a place (longitude, latitude), each with the idle reports of a ship elsewhere."""
    hers = frame.filter(_theirs(mmsi, **span)).sort("at").gather_every(every)
    lat, lon = hers["lat_deg"].median(), hers["lon_deg"].median()
    wide, across, parts = math.cos(math.radians(place[1])), math.ceil(math.sqrt(len(others))), [frame]
    for i, other in enumerate(others):
        north, east = (apart_m / 1852 / 60 * step for step in divmod(i, across))
        there = {"lat_deg": place[1] + north - lat, "lon_deg": place[0] + east / wide - lon}
        parts.append(
            hers.with_columns(
                pl.lit(other, pl.UInt32).alias("mmsi"),
                pl.col("at") + 7_000_000 * i,
                *((pl.col(name) + value).alias(name) for name, value in there.items()),
            )
        )
    return pl.concat(parts)


def slowed(frame: pl.DataFrame, mmsi: int, at: str, knots: float, minutes: float) -> pl.DataFrame:
    """A ship loses some knots for some minutes around a time; before and after it is where it was on its way then."""
    hers = frame.filter(pl.col("mmsi") == mmsi).sort("at")
    seconds = (hers["at"].to_numpy() - _at(at)) / 1e6
    lat, lon = (hers[name].to_numpy() for name in ("lat_deg", "lon_deg"))
    usual = np.hypot(np.gradient(lat, seconds), np.gradient(lon, seconds) * np.cos(np.radians(lat))) * 60 * 3600
    lost = np.where(np.abs(seconds) <= 30 * minutes, knots / np.maximum(usual, knots), 0.0)
    sailed_s = np.append(0.0, np.cumsum(np.diff(seconds) * (1.0 - (lost[1:] + lost[:-1]) / 2)))
    sailed_s += np.interp(0.0, seconds, -sailed_s)
    where = [
        pl.Series(name, np.interp(sailed_s, seconds, values)) for name, values in (("lat_deg", lat), ("lon_deg", lon))
    ]
    return pl.concat([frame.filter(pl.col("mmsi") != mmsi), hers.with_columns(where)])


CHANGES: dict[str, Callable[..., pl.DataFrame]] = {
    one.__name__: one
    for one in (
        silence,
        moved,
        number,
        copied,
        preceded,
        beacon,
        kept_up,
        blanked,
        gathered,
        later,
        steered,
        carried,
        sailed,
        slowed,
        idled,
    )
}
