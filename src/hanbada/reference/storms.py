"""Tropical cyclone best tracks (IBTrACS, CSV as published or Parquet), as STORM_FIXES.

Longitudes arrive as -180 to 180 or 0 to 360. Wind radii arrive in nautical miles; some re-served copies declare
kilometres, and one cannot tell from a single number, so both the units line and the size of the large radii are looked
at: the 34 kt radius of a large typhoon is 200 to 300 nautical miles, not 400 to 550.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from hanbada.geo.sphere import NMI_M
from hanbada.model.errors import PackError
from hanbada.reference.reading import Format, Kind, Opened, Reading, Reject, Source, read_as, rejects_table
from hanbada.reference.tables import QUADRANTS, STORM_FIXES, WIND_RADII_KN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    import pyarrow as pa

_IBTRACS = Source(
    "International Best Track Archive for Climate Stewardship (IBTrACS), NOAA NCEI",
    "https://www.ncei.noaa.gov/products/international-best-track-archive",
    "no restriction (WMO and NOAA data); cite as asked there",
)
_KM_M = 1000.0
_LARGE_NMI = 370.0
"""In nautical miles fewer than one 34 kt radius in a hundred is larger; in kilometres, many are."""
_FEW = 100
_TEXTS = {"storm_id": "SID", "name": "NAME", "basin": "BASIN"}
_NUMBERS = {
    "lat_deg": ("LAT",), "lon_deg": ("LON",), "wind_kn": ("WMO_WIND", "USA_WIND", "TOKYO_WIND"),
    "pressure_hpa": ("WMO_PRES", "USA_PRES", "TOKYO_PRES"), "motion_kn": ("STORM_SPEED",), "course_deg": ("STORM_DIR",),
}  # fmt: skip
"""Published columns behind each of ours; the first that has a number counts."""


def _radii() -> dict[str, str]:
    """Published radius column behind each of our radius columns."""
    named = {
        f"r{wind}_{quadrant}_m": f"USA_R{wind}_{quadrant.upper()}" for wind in WIND_RADII_KN for quadrant in QUADRANTS
    }
    for agency in ("tokyo", "kma"):
        for wind in (50, 30):
            for reach in ("long", "short"):
                named[f"{agency}_r{wind}_{reach}_m"] = f"{agency.upper()}_R{wind}_{reach.upper()}"
    return named


_RADII = _radii()
_SECTORS = {f"{a}_r{w}_dir": f"{a.upper()}_R{w}_DIR" for a in ("tokyo", "kma") for w in (50, 30)}


_PUBLISHED = frozenset({
    "ISO_TIME", *_TEXTS.values(), *(name for names in _NUMBERS.values() for name in names), *_RADII.values(),
    *_SECTORS.values(),
})  # fmt: skip
_CHUNK = 5_000
"""Lines turned into columns at a time: the full archive has 700,000 of 170 fields."""


def _published(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.Expr:
    """The first number among several published columns."""
    import polars as pl

    there = [pl.col(name).cast(pl.Float64, strict=False) for name in names if name in frame.columns]
    return pl.coalesce(there) if there else pl.lit(None, dtype=pl.Float64)


def radius_unit_m(largest: pl.Series, declared: str | None) -> float:
    """Metres in one unit of the wind radii.

    `largest` holds 34 kt radii as published, `declared` is what the units line says ("nmile", "km") or None. Raises
    PackError where the two contradict each other.
    """
    sizes = largest.drop_nulls().drop_nans()
    typical = sizes.quantile(0.99) if len(sizes) >= _FEW else None
    in_km = typical is not None and typical > _LARGE_NMI
    if declared is None:
        return _KM_M if in_km else NMI_M
    if declared.lower() in {"km", "kilometer", "kilometre"}:
        return _KM_M
    if in_km:
        message = f"wind radii declared in {declared}, but 1 in 100 exceeds {typical:.0f}: they look like kilometres"
        raise PackError(message)
    return NMI_M


def _fixes(frame: pl.DataFrame, unit_m: float) -> pl.DataFrame:
    """Our columns, not yet checked, with the row each came from."""
    import polars as pl

    texts = [
        (
            pl.col(column).cast(pl.String).str.strip_chars()
            if column in frame.columns
            else pl.lit(None, dtype=pl.String)
        ).alias(name)
        for name, column in _TEXTS.items()
    ]
    numbers = [_published(frame, columns).alias(name) for name, columns in _NUMBERS.items()]
    radii = [(_published(frame, (column,)) * unit_m).alias(name) for name, column in _RADII.items()]
    sectors = [_published(frame, (column,)).cast(pl.UInt8, strict=False).alias(n) for n, column in _SECTORS.items()]
    return frame.select("row", _time(frame), *texts, *numbers, *radii, *sectors)


def _time(frame: pl.DataFrame) -> pl.Expr:
    import polars as pl

    if frame.schema["ISO_TIME"] == pl.String:
        at = pl.col("ISO_TIME").str.strip_chars().str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    else:
        at = pl.col("ISO_TIME").cast(pl.Datetime("us"), strict=False)
    return at.dt.cast_time_unit("us").dt.replace_time_zone("UTC").alias("at")


def _checked(fixes: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[int, Reject]]]:
    """Fixes that have a storm, a time and a place, longitudes wrapped; and the others as rejects."""
    import polars as pl

    placed = pl.col("lat_deg").is_between(-90, 90) & pl.col("lon_deg").is_between(-360, 360)
    known = pl.col("storm_id").is_not_null() & (pl.col("storm_id") != "")
    sound = (known & pl.col("at").is_not_null() & placed).fill_null(value=False)
    rejects = [
        (number, Reject("no_time" if at is None else "no_position" if storm else "no_identity", "no storm fix"))
        for number, at, storm in fixes.filter(~sound).select("row", "at", "storm_id").iter_rows()
    ]
    lon = pl.col("lon_deg")
    wrapped = fixes.filter(sound).with_columns(
        (lon - 360.0 * ((lon + 180.0) / 360.0).floor()).alias("lon_deg"),
        (pl.col("course_deg") % 360.0).alias("course_deg"),
        pl.when(pl.col("name").is_in(["", "NOT_NAMED", "UNNAMED"])).then(None).otherwise(pl.col("name")).alias("name"),
    )
    return wrapped, rejects


def _largest(frame: pl.DataFrame) -> pl.Series:
    """The largest 34 kt radius of each fix, as published."""
    import polars as pl

    published = [f"USA_R34_{quadrant.upper()}" for quadrant in QUADRANTS]
    there = [pl.col(column).cast(pl.Float64, strict=False) for column in published if column in frame.columns]
    return frame.select(pl.max_horizontal(there)).to_series() if there else pl.Series([], dtype=pl.Float64)


def _reading(name: str, one: Opened, frame: pl.DataFrame, declared: str | None) -> Reading[pa.Table]:
    """STORM_FIXES of the published columns of a file, with the row each line came from."""
    fixes, rejects = _checked(_fixes(frame, radius_unit_m(_largest(frame), declared)))
    rows = STORM_FIXES.build({column: fixes[column].to_arrow() for column in STORM_FIXES.names})
    left_out: Mapping[str, int] = {}
    return Reading("storms", (name,), rows, frame.height, rejects_table(one.document.name, rejects), left_out)


def _from_csv(one: Opened) -> Reading[pa.Table]:
    frame, declared = _lines(one)
    return _reading("IBTrACS, CSV", one, frame, declared)


def _lines(one: Opened) -> tuple[pl.DataFrame, str | None]:
    """The columns we use of every data line, as text, and the unit that the units line gives the wind radii."""
    import polars as pl

    names = [name.upper() for name in one.document.header]
    wanted = {name: at for at, name in enumerate(names) if name in _PUBLISHED}
    declared: str | None = None
    parts: list[pl.DataFrame] = []
    rows = (row for number, row in one.document.rows() if number > 0)
    number = 1
    while chunk := list(islice(rows, _CHUNK)):
        if number == 1 and _field(chunk[0], wanted["LAT"]).lower().startswith("deg"):
            units = chunk.pop(0)
            declared = _field(units, wanted.get("USA_R34_NE", len(units))) or None
            number += 1
        columns = {name: [_field(row, at) or None for row in chunk] for name, at in wanted.items()}
        parts.append(pl.DataFrame(columns, schema=dict.fromkeys(wanted, pl.String)).with_row_index("row", number))
        number += len(chunk)
    empty = pl.DataFrame(schema={"row": pl.UInt32, **dict.fromkeys(wanted, pl.String)})
    return pl.concat([empty, *parts]), declared


def _field(row: list[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _parquet(one: Opened) -> pl.DataFrame:
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pl.DataFrame(pq.ParquetFile(pa.BufferReader(one.document.data)).read())
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        message = f"{one.document.name}: not readable as Parquet ({error})"
        raise PackError(message) from error
    return frame.rename({name: name.upper() for name in frame.columns}).with_row_index("row", offset=1)


def _is_parquet(one: Opened) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if one.document.content != "parquet":
        return False
    try:
        names = {name.upper() for name in pq.ParquetFile(pa.BufferReader(one.document.data)).schema_arrow.names}
    except (pa.ArrowException, OSError, ValueError):
        return False
    return {"SID", "ISO_TIME", "LAT", "LON"} <= names


FORMATS: tuple[Format[Any], ...] = (
    Format("IBTrACS, CSV", _IBTRACS, lambda one: one.has("sid", "iso_time", "lat", "lon"), _from_csv),
    Format(
        "IBTrACS, Parquet",
        _IBTRACS,
        _is_parquet,
        lambda one: _reading("IBTrACS, Parquet", one, _parquet(one), None),
    ),
)

KIND = Kind(
    "storms",
    "Tropical cyclones",
    "Explains detours and gatherings by storms, and gives the storm climate of a lane.",
    "Without storm tracks, a fleet sheltering from a typhoon looks like a swarm, and plans know no storm season.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[pa.Table]:
    """STORM_FIXES of a best-track archive; raises PackError if the files are none we know or units contradict."""
    return read_as(KIND, files)


def storm_count(fixes: pa.Table) -> int:
    """How many storms the fixes belong to."""
    return len(Counter(fixes.column("storm_id").to_pylist()))
