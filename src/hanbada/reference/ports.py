"""Ports: World Port Index (both published CSV layouts) and the port list of the searoute package, as PORTS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.reference.countries_iso3166 import COUNTRIES, country
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import (
    Format,
    Kind,
    Opened,
    Outcome,
    Reading,
    Reject,
    Source,
    from_csv,
    number,
    position,
    read_as,
    table,
    words,
)
from hanbada.reference.tables import PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

_NGA = Source(
    "World Port Index (Publication 150), National Geospatial-Intelligence Agency",
    "https://msi.nga.mil/Publications/WPI",
    "public domain (United States Government)",
)
_SEAROUTE = Source(
    "searoute port list",
    "https://github.com/genthalili/searoute-py",
    "Apache-2.0",
)
_SIZES = {"V": "very small", "S": "small", "M": "medium", "L": "large"}
_ISO2 = {entry.iso2 for entry in COUNTRIES}


def unlocode(text: str | None) -> str | None:
    """A UN/LOCODE of five characters without its space; None for anything else.

    >>> unlocode("KR PUS"), unlocode("EG"), unlocode(" ")
    ('KRPUS', None, None)
    """
    code = "".join((text or "").split()).upper()
    return code if len(code) == 5 and code[:2].isalpha() and code.isalnum() else None


def _row(
    port_id: str, name: str | None, place: tuple[float, float] | Reject, **rest: Any
) -> Outcome[Mapping[str, Any]]:
    if isinstance(place, Reject):
        return place
    if name is None:
        return Reject("no_name", f"port {port_id} has no name")
    return [{"port_id": port_id, "name": name, "lat_deg": place[0], "lon_deg": place[1], **rest}]


def _pub150(row: Mapping[str, str]) -> Outcome[Mapping[str, Any]]:
    size = words(row.get("harbor size"))
    return _row(
        f"wpi-{row['world port index number']}",
        words(row["main port name"]),
        position(number(row["latitude"]), number(row["longitude"])),
        country=country(words(row.get("country code"))),
        unlocode=unlocode(row.get("un/locode")),
        size=size.lower() if size else None,
        source="World Port Index",
    )


def _wpi(row: Mapping[str, str]) -> Outcome[Mapping[str, Any]]:
    return _row(
        f"wpi-{row['index_no'].partition('.')[0]}",
        words(row["port_name"]),
        position(_angle(row, "lat", "latitude"), _angle(row, "long", "longitude")),
        country=country(words(row.get("country"))),
        unlocode=None,
        size=_SIZES.get((row.get("harborsize") or "").upper()),
        source="World Port Index",
    )


def _angle(row: Mapping[str, str], stem: str, whole: str) -> float | None:
    """Degrees from the decimal column, else from the degree, minute and hemisphere columns of the old layout."""
    decimal = number(row.get(whole))
    if decimal is not None:
        return decimal
    degrees, minutes = number(row.get(f"{stem}_deg")), number(row.get(f"{stem}_min"))
    if degrees is None:
        return None
    size = degrees + (minutes or 0.0) / 60.0
    return -size if (row.get(f"{stem}_hemi") or "").upper() in {"S", "W"} else size


def _searoute(one: Opened) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    for feature in one.layer.features() if one.layer else ():
        yield feature.number, _searoute_port(feature)


def _searoute_port(feature: Feature | Fault) -> Outcome[Mapping[str, Any]]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    if not feature.points:
        return Reject("no_position", "not a point")
    lon, lat = feature.points[0][0]
    code = unlocode(feature.text("port"))
    named = country(feature.text("cty"))
    return _row(
        f"searoute-{feature.text('port') or feature.number}",
        feature.text("name"),
        position(float(lat), float(lon)),
        # The code's own country goes first: the list still names countries that no longer exist.
        country=code[:2] if code and code[:2] in _ISO2 else named,
        unlocode=code,
        size=None,
        source="searoute",
    )


FORMATS: tuple[Format[pa.Table], ...] = (
    Format(
        "World Port Index, CSV since 2019",
        _NGA,
        lambda one: one.has("world port index number", "main port name", "latitude", "longitude"),
        lambda one: table("ports", "World Port Index, CSV since 2019", one, PORTS, from_csv(one, _pub150)),
    ),
    Format(
        "World Port Index, CSV until 2019",
        _NGA,
        lambda one: one.has("index_no", "port_name") and one.layer is None,
        lambda one: table("ports", "World Port Index, CSV until 2019", one, PORTS, from_csv(one, _wpi)),
    ),
    Format(
        "searoute ports, GeoJSON",
        _SEAROUTE,
        lambda one: one.shaped("point") and one.has("name", "port", "cty"),
        lambda one: table("ports", "searoute ports, GeoJSON", one, PORTS, _searoute(one)),
    ),
)

KIND = Kind(
    "ports",
    "Ports",
    "Names port calls, voyages and destinations.",
    "Without the World Port Index, port calls use the built-in list, which has no harbour sizes and fewer small ports.",
    FORMATS,
    built_in="3,962 ports of the searoute package",
)


def read(files: Mapping[str, bytes]) -> Reading[pa.Table]:
    """PORTS of a port list; raises PackError if the files are no port list we know."""
    return read_as(KIND, files)
