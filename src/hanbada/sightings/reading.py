"""CSV, GeoJSON and Parquet of sightings -> SIGHTINGS: every row used or rejected, with the reason.

Columns are known by the names that sensors' operators use; what is not given is null, but for the error of the place
and the presence, which have a default per sensor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from hanbada.ais.lines import escaped
from hanbada.geo.sphere import wrapped
from hanbada.model.errors import InputError
from hanbada.model.ids import line_id
from hanbada.model.tables import REJECTS, SIGHTINGS
from hanbada.model.times import from_us, in_era, parse_time, to_us
from hanbada.reference.features import Fault
from hanbada.reference.layers import layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hanbada.reference.documents import Document

SENSORS = {
    "sar": (100.0, 0.95), "optical": (30.0, 0.95), "viirs": (400.0, 0.9), "rf": (3000.0, 0.98), "radar": (100.0, 0.9),
    "patrol": (200.0, 1.0), "report": (1000.0, 0.9),
}  # fmt: skip
"""Standard error of a place in metres and probability of being a vessel, where a sighting does not say.

VIIRS has pixels of 750 m; radio direction finding from orbit was matched in gates of 2 to 6 km (KIOST); of the others
these are cautious guesses.
"""
ALIASES = {
    "at": ("at", "time", "timestamp", "datetime", "acquisitiontime", "detecttimestamp", "t", "date"),
    "lat_deg": ("latdeg", "lat", "latitude", "detectlat", "y"),
    "lon_deg": ("londeg", "lon", "lng", "longitude", "detectlon", "x"),
    "sighting_id": ("sightingid", "id", "detectid", "detectionid", "eventid", "name"),
    "error_m": ("errorm", "positionerrorm", "error", "cepm", "uncertaintym"),
    "sensor": ("sensor", "source", "type", "platform"),
    "presence": ("presence", "confidence", "score", "probability", "presencescore"),
    "length_m": ("lengthm", "length", "vessellengthm", "estimatedlength"),
    "length_error_m": ("lengtherrorm",),
    "heading_deg": ("headingdeg", "heading", "orientation"),
    "ship_type": ("shiptype", "vesseltype", "aistype"),
    "mmsi": ("mmsi",),
    "radial_ms": ("radialms", "radialvelocity", "radialspeedms"),
    "look_deg": ("lookdeg", "lookdirection", "lookazimuth"),
    "slant_m": ("slantm", "slantrange", "slantrangem"),
    "flight_deg": ("flightdeg", "platformheading", "trackheading", "flightdirection"),
}
BOUNDS = {
    "error_m": (0.0, 1e5), "presence": (0.0, 1.0), "length_m": (1.0, 500.0), "length_error_m": (0.0, 500.0),
    "heading_deg": (0.0, 360.0), "ship_type": (1.0, 99.0), "mmsi": (1.0, 999_999_999.0), "radial_ms": (-60.0, 60.0),
    "look_deg": (0.0, 360.0), "slant_m": (1e3, 5e6), "flight_deg": (0.0, 360.0),
}  # fmt: skip
"""What a number may be; outside it is taken as not measured."""


class Read(NamedTuple):
    """Sightings, rejects, and how many rows there were."""

    sightings: pa.Table
    rejects: pa.Table
    rows: int


def sightings_of(document: Document, source: int, sensor: str | None = None) -> Read:
    """The sightings of a document; `sensor` is what saw them where rows do not say.

    Raises InputError if it is no table or map file with times and places.
    """
    good: list[dict[str, Any]] = []
    bad: list[tuple[int, str, str]] = []
    count = 0
    for number, values in _rows(document):
        count += 1
        found = values if isinstance(values, str) else _one(values, sensor)
        if isinstance(found, str):
            code, _, detail = found.partition(" ")
            bad.append((line_id(source, number), code, detail))
        else:
            good.append(found | {"source": source, "line_id": line_id(source, number)})
            good[-1]["sighting_id"] = found["sighting_id"] or f"{source}:{number}"
    return Read(_table(good), _rejects(bad), count)


def _rows(document: Document) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Number and values by our names of each row, or the reason why there are none."""
    if document.content == "parquet":
        yield from _parquet(document)
        return
    found = layer(document)
    if found is not None:
        for feature in found.features():
            if isinstance(feature, Fault):
                yield feature.number, f"bad_geometry {feature.reason}"
                continue
            point = feature.points[0][0] if feature.points else None
            place = {} if point is None else {"lon_deg": point[0], "lat_deg": point[1]}
            yield feature.number, _named(feature.properties) | place
        return
    known = set(_meanings(document.header))
    if not {"at", "lat_deg", "lon_deg"} <= known:
        shown = ", ".join(document.header)[:120] or "nothing"
        message = (
            f"{document.name}: sightings need columns for time, latitude and longitude; its first line reads {shown}"
        )
        raise InputError(message)
    for number, values in document.records():
        yield number + 1, _named(values)


def _parquet(document: Document) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(pa.BufferReader(document.data)).read()
    except (pa.ArrowException, OSError) as error:
        message = f"{document.name}: no Parquet file, or a damaged one ({error})"
        raise InputError(message) from error
    for number, values in enumerate(table.to_pylist(), 1):
        yield number, _named(values)


def _meanings(names: Any) -> dict[str, str]:
    """Our name -> theirs, for the columns that we know; the first of a name's aliases that is there."""
    plain = {re.sub(r"[\s_#.\-()]", "", str(name)).lower(): str(name) for name in reversed(list(names))}
    return {ours: plain[one] for ours, aliases in ALIASES.items() for one in reversed(aliases) if one in plain}


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {ours: values[theirs] for ours, theirs in _meanings(values).items()}


def _one(values: Mapping[str, Any], sensor: str | None) -> dict[str, Any] | str:
    """A row by our names, typed; or the code of its reject and what was found."""
    at = _time(values.get("at"))
    if at is None:
        return f"no_time {values.get('at')}"
    lat, lon = _number(values.get("lat_deg")), _number(values.get("lon_deg"))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -540 <= lon <= 540):
        return f"no_position {values.get('lat_deg')} {values.get('lon_deg')}"
    said = str(values.get("sensor") or "").strip().lower()
    kind = sensor or next((one for one in SENSORS if one in said), None)
    if kind is None:
        return f"no_sensor {said}: one of {', '.join(SENSORS)}"
    error_m, presence = SENSORS[kind]
    found: dict[str, Any] = {name: _within(values.get(name), *bounds) for name, bounds in BOUNDS.items()}
    found["error_m"] = error_m if found["error_m"] is None else max(found["error_m"], 1.0)
    found["presence"] = presence if found["presence"] is None else found["presence"]
    for name in ("ship_type", "mmsi"):
        found[name] = None if found[name] is None else int(found[name])
    own = str(values.get("sighting_id") or "").strip()[:80]
    return found | {"at": at, "lat_deg": lat, "lon_deg": wrapped(lon), "sensor": kind, "sighting_id": own}


def _time(value: Any) -> int | None:
    if value is None or isinstance(value, bool):
        return None
    if hasattr(value, "tzinfo"):
        aware = value if value.tzinfo else value.replace(tzinfo=from_us(0).tzinfo)
        return in_era(to_us(aware))
    return in_era(parse_time(str(value)))


def _number(value: Any) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _within(value: Any, low: float, high: float) -> float | None:
    number = _number(value)
    return number if number is not None and low <= number <= high else None


def _table(good: list[dict[str, Any]]) -> pa.Table:
    if not good:
        return SIGHTINGS.empty()
    frame = pl.DataFrame(good, infer_schema_length=None).sort("at", "line_id")
    return SIGHTINGS.build(
        {name: pa.array(frame[name].to_list(), SIGHTINGS.schema.field(name).type) for name in SIGHTINGS.names}
    )


def _rejects(bad: list[tuple[int, str, str]]) -> pa.Table:
    lines, codes, details = [one[0] for one in bad], [one[1] for one in bad], [escaped(one[2].encode()) for one in bad]
    return REJECTS.build({"line_id": lines, "code": codes, "detail": details})
