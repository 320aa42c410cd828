"""Rows that somebody else decoded -> the seams: CSV, JSON and Parquet of many providers, by what their columns mean.

A provider is a set of column names; `ALIASES` says which mean the same. Units are knots, degrees and metres, as in
every source known to us. The numbers that mean "not available" become null here, as in the decoder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from hanbada.model.ids import LINE_BITS
from hanbada.model.tables import POSITIONS, REJECTS, STATICS
from hanbada.model.times import ERA_US, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

ALIASES: dict[str, tuple[str, ...]] = {
    "mmsi": ("mmsi", "userid", "ssvid", "sourcemmsi"),
    "at": (
        "at", "basedatetime", "timestamp", "t", "time", "datetime", "dateandtime", "datetimeutc", "timeutc", "tsposutc",
        "timestamputc", "ts", "epoch", "unixtime", "msgtime", "receivedat", "rxtime", "recvtime", "timestampexternal",
        "dtposutc", "seconds", "date",
    ),
    "lat_deg": ("lat", "latitude", "latitudedegrees", "latdeg", "y"),
    "lon_deg": ("lon", "lng", "long", "longitude", "longitudedegrees", "londeg", "x"),
    "sog_kn": ("sog", "speed", "sogknots", "sogkn", "speedoverground", "speedknots"),
    "cog_deg": ("cog", "course", "cogdegrees", "cogdeg", "courseoverground"),
    "heading_deg": ("heading", "trueheading", "headingdeg", "hdg"),
    "nav_status": ("status", "navstatus", "navigationalstatus", "navigationstatus", "navstat", "navstatuscode"),
    "utc_second": ("utcsecond",),
    "name": ("vesselname", "name", "shipname", "shipsname"),
    "imo": ("imo", "imonumber", "lrimoshipno"),
    "call_sign": ("callsign",),
    "ship_type": ("vesseltype", "shiptype", "type", "shipandcargotype", "typeofshipandcargo", "vesseltypecode"),
    "length_m": ("length", "lengthm"),
    "beam_m": ("width", "beam", "beamm", "widthm"),
    "to_bow_m": ("a", "tobow", "tobowm", "dima", "dimensiona", "sizea", "referencepointa"),
    "to_stern_m": ("b", "tostern", "tosternm", "dimb", "dimensionb", "sizeb", "referencepointb"),
    "to_port_m": ("c", "toport", "toportm", "dimc", "dimensionc", "sizec", "referencepointc"),
    "to_starboard_m": ("d", "tostarboard", "tostarboardm", "dimd", "dimensiond", "sized", "referencepointd"),
    "draught_m": ("draught", "draft", "draughtm", "maximumstaticdraught"),
    "destination": ("destination",),
    "msg_type": ("msgtype", "messagetype", "messageid", "typeofmessage"),
    "class": ("transceiverclass", "transcieverclass", "typeofmobile", "aisclass"),
}  # fmt: skip
"""Canonical name -> names in use, written without case, blanks, `_`, `#` and `.`; the first present one counts."""
REQUIRED = ("mmsi", "at", "lat_deg", "lon_deg")
_STATIC = ("imo", "call_sign", "name", "ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m",
           "draught_m", "destination")  # fmt: skip
_RANGES: dict[str, tuple[str, float, float]] = {
    "mmsi": ("u32", 1, 999_999_999),
    "lat_deg": ("f64", -90, 90),
    "lon_deg": ("f64", -180, 180),
    "sog_kn": ("f32", 0, 102.25),
    "cog_deg": ("f32", -180, 359.99),
    "heading_deg": ("u16", 0, 359.99),
    "nav_status": ("u8", 0, 14),
    "utc_second": ("u8", 0, 59),
    "imo": ("u32", 1, 9_999_999),
    "ship_type": ("u8", 1, 255),
    "to_bow_m": ("u16", 0, 511),
    "to_stern_m": ("u16", 0, 511),
    "to_port_m": ("u8", 0, 126),
    "to_starboard_m": ("u8", 0, 126),
    "draught_m": ("f32", 0.05, 25.5),
    "length_m": ("f64", 1, 500),
    "beam_m": ("f64", 1, 126),
    "msg_type": ("u8", 1, 28),
}
_POLARS = {"u8": pl.UInt8, "u16": pl.UInt16, "u32": pl.UInt32, "f32": pl.Float32, "f64": pl.Float64}
STATUS_WORDS = {
    "under way using engine": 0, "at anchor": 1, "not under command": 2, "restricted maneuverability": 3,
    "restricted manoeuverability": 3, "constrained by her draught": 4, "moored": 5, "aground": 6,
    "engaged in fishing": 7, "under way sailing": 8, "reserved for future amendment [hsc]": 9,
    "reserved for future amendment [wig]": 10, "power-driven vessel towing astern": 11,
    "power-driven vessel pushing ahead or towing alongside": 12, "ais-sart (active)": 14,
}  # fmt: skip
TYPE_WORDS = {
    "fishing": 30, "towing": 31, "towing long/wide": 32, "dredging": 33, "diving": 34, "military": 35, "sailing": 36,
    "pleasure": 37, "hsc": 40, "pilot": 50, "sar": 51, "tug": 52, "port tender": 53, "anti-pollution": 54,
    "law enforcement": 55, "medical": 58, "not party to conflict": 59, "passenger": 60, "cargo": 70, "tanker": 80,
    "other": 90, "wig": 20, "spare 1": 56, "spare 2": 57,
}  # fmt: skip
CLASS_TYPES = {"a": 1, "class a": 1, "b": 18, "class b": 18, "sar airborne": 9}
NOT_VESSELS = ("base station", "aton", "search and rescue transponder")


@dataclass(frozen=True, slots=True)
class Tables:
    """The seams that some rows brought, and what could not be used."""

    positions: pa.Table
    statics: pa.Table
    rejects: pa.Table


def meanings(columns: Iterable[str]) -> dict[str, str]:
    """Canonical name -> column, for the columns whose meaning we know.

    >>> meanings(["# Timestamp", "MMSI", "Latitude", "Longitude", "SOG"])["at"]
    '# Timestamp'
    """
    plain = {re.sub(r"[\s_#.\-]", "", name).lower(): name for name in reversed(list(columns))}
    found: dict[str, str] = {}
    for canonical, names in ALIASES.items():
        match = next((plain[name] for name in names if name in plain), None)
        if match is not None and match not in found.values():
            found[canonical] = match
    return found


def is_positions(columns: Iterable[str]) -> bool:
    """Whether a header describes positions of vessels over time."""
    return all(name in meanings(columns) for name in REQUIRED)


def to_seams(rows: pl.DataFrame, first_line: int, source: int) -> Tables:
    """The seams from rows of strings or numbers under a provider's names; row i stands on line first_line + i.

    A row without a usable MMSI, time or position is a reject; a row whose radio did not know where it was (91, 181)
    is a position with null coordinates.
    """
    known = meanings(rows.columns)
    frame = rows.select(pl.col(column).alias(name) for name, column in known.items())
    frame = frame.with_columns(pl.int_range(first_line, first_line + pl.len(), dtype=pl.UInt64).alias("line_id"))
    frame = frame.with_columns(pl.col("line_id") | (source << LINE_BITS))
    typed = frame.with_columns(_typed(frame))
    typed = typed.with_columns(pl.lit(None).alias(name) for name in _wanted() if name not in typed.columns)
    unknown_place = (pl.col("_lat") == 91) | (pl.col("_lon") == 181)
    placed = pl.col("lat_deg").is_not_null() & pl.col("lon_deg").is_not_null()
    usable = pl.col("mmsi").is_not_null() & pl.col("at").is_not_null() & (placed | unknown_place) & pl.col("_vessel")
    usable = usable.fill_null(value=False)
    good, bad = typed.filter(usable), typed.filter(~usable)
    return Tables(_positions(good), _statics(good), _rejects(bad))


def _wanted() -> list[str]:
    names = {*POSITIONS.names, *STATICS.names, "length_m", "beam_m", "class"}
    return sorted(names - {"line_id", "source"})


def _typed(frame: pl.DataFrame) -> list[pl.Expr]:
    typed = [_number(frame, name, kind, low, high) for name, (kind, low, high) in _RANGES.items() if name in frame]
    typed += [_text(name) for name in ("name", "call_sign", "destination") if name in frame]
    typed.append(_time(frame))
    typed += [pl.col(n).cast(pl.Float64, strict=False).alias(o) for n, o in (("lat_deg", "_lat"), ("lon_deg", "_lon"))]
    classes = pl.col("class").cast(pl.String).str.to_lowercase() if "class" in frame else pl.lit("")
    typed.append((~classes.is_in(NOT_VESSELS)).fill_null(value=True).alias("_vessel"))
    return typed


def _number(frame: pl.DataFrame, name: str, kind: str, low: float, high: float) -> pl.Expr:
    column = pl.col(name)
    if not frame.schema[name].is_numeric():
        column = column.cast(pl.String).str.strip_chars()
        words = {"nav_status": STATUS_WORDS, "ship_type": TYPE_WORDS}.get(name)
        if words:
            column = pl.coalesce(column.str.to_lowercase().replace_strict(words, default=None).cast(pl.String), column)
        if name == "imo":
            column = column.str.strip_prefix("IMO")
    value = column.cast(pl.Float64, strict=False)
    if name == "cog_deg":
        value = pl.when(value < 0).then(value + 360).otherwise(value)
    if name == "lon_deg":
        value = pl.when(value == 180).then(-180.0).otherwise(value)
    value = pl.when(value.is_between(low, high)).then(value)
    if kind[0] == "u":
        value = value.round()
    return value.cast(_POLARS[kind], strict=False).alias(name)


def _text(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars().str.strip_chars_end("@ ")
    return pl.when(text != "").then(text).alias(name)


def _time(frame: pl.DataFrame) -> pl.Expr:
    at = _instant(pl.col("at"), frame.schema["at"])
    return pl.when(at.cast(pl.Int64).is_between(*ERA_US, closed="left")).then(at).alias("at")


def _instant(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """UTC of a column of times, of epochs in seconds, milliseconds or microseconds, or of texts."""
    stamp = pl.Datetime("us", "UTC")
    if isinstance(kind, pl.Datetime):
        aware = column.dt.convert_time_zone("UTC") if kind.time_zone else column.dt.replace_time_zone("UTC")
        return aware.dt.cast_time_unit("us")
    if kind.is_numeric():
        us = pl.when(column >= 10**14).then(column).when(column >= 10**11).then(column * 1000).otherwise(column * 1e6)
        return us.cast(pl.Int64, strict=False).cast(stamp)
    texts = column.cast(pl.String)
    tries = [
        texts.str.to_datetime(form, strict=False, time_unit="us").dt.replace_time_zone("UTC")
        for form in ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%d/%m/%Y %H:%M:%S")
    ]
    slow = texts.map_elements(parse_words, return_dtype=pl.Int64).cast(stamp)
    quick = pl.coalesce(tries)
    return pl.when(quick.is_not_null()).then(quick).otherwise(slow)


def parse_words(text: str) -> int | None:
    """UTC microseconds of a time in one of the rarer spellings of feeds.

    >>> parse_words("2022-12-29 18:22:32.318353 +0000 UTC") == parse_time("2022-12-29T18:22:32.318353Z")
    True
    """
    return parse_time(re.sub(r" ([+-]\d{4}) \w+$", r"\1", text.strip()))


def _positions(good: pl.DataFrame) -> pa.Table:
    classes = good["class"].cast(pl.String).str.to_lowercase().replace_strict(CLASS_TYPES, default=None)
    types = pl.coalesce(pl.col("msg_type"), classes.cast(pl.UInt8))
    empty = pl.lit(None).cast(pl.UInt8)
    frame = good.with_columns(
        types.alias("msg_type"),
        pl.lit(0, pl.UInt16).alias("source"),
        empty.alias("position_mode"),
    )
    return _arrow(frame, POSITIONS)


def _statics(good: pl.DataFrame) -> pa.Table:
    """One row where a vessel's static data change from its row before: providers repeat them in every row."""
    ahead, aside = ("to_bow_m", "to_stern_m"), ("to_port_m", "to_starboard_m")
    frame = good.with_columns(
        pl.coalesce(ahead[0], pl.when(pl.col(ahead[1]).is_null()).then(pl.col("length_m"))).alias(ahead[0]),
        pl.coalesce(ahead[1], pl.when(pl.col("length_m").is_not_null()).then(0)).alias(ahead[1]),
        pl.coalesce(aside[0], pl.when(pl.col(aside[1]).is_null()).then(pl.col("beam_m"))).alias(aside[0]),
        pl.coalesce(aside[1], pl.when(pl.col("beam_m").is_not_null()).then(0)).alias(aside[1]),
        pl.lit(0, pl.UInt16).alias("source"),
        pl.lit(None).cast(pl.String).alias("eta"),
    )
    said = pl.any_horizontal(pl.col(name).is_not_null() for name in _STATIC)
    new = pl.struct(_STATIC).ne_missing(pl.struct(_STATIC).shift(1).over("mmsi"))
    return _arrow(frame.filter(said & new), STATICS)


def _rejects(bad: pl.DataFrame) -> pa.Table:
    if not len(bad):
        return REJECTS.empty()
    why = [
        (None, "not_vessel") if not row["_vessel"] else (next(n for n in REQUIRED if row[n] is None), "bad_record")
        for row in bad.select("_vessel", *REQUIRED).iter_rows(named=True)
    ]
    details = [f"no usable {column}" if column else None for column, _ in why]
    return REJECTS.build({"line_id": bad["line_id"], "code": [code for _, code in why], "detail": details})


def _arrow(frame: pl.DataFrame, table: Any) -> pa.Table:
    return table.check(frame.select(table.names).to_arrow().cast(table.schema))
