"""Base map archives (PMTiles version 3): the header checked and told, the tiles left where they are.

Format: the PMTiles specification, version 3: a header of 127 bytes, then directories, metadata and tiles at offsets.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.errors import PackError
from hanbada.reference.reading import Format, Kind, Opened, Reading, Source, read_as, rejects_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = struct.Struct("<7sB11Q6B4iB2i")
HEADER_BYTES = 127
_COMPRESSIONS = {0: "unknown", 1: "none", 2: "gzip", 3: "brotli", 4: "zstd"}
_TILES = {0: "unknown", 1: "mvt", 2: "png", 3: "jpeg", 4: "webp", 5: "avif"}
_E7 = 1e7
_MOST_METADATA = 16 << 20

_NATURAL_EARTH = Source(
    "Natural Earth, cut into vector tiles",
    "https://www.naturalearthdata.com/",
    "public domain (Natural Earth); other archives as they state",
)


class Basemap(msgspec.Struct, frozen=True, kw_only=True):
    """What a tile archive holds: `layers` are the names of its vector layers, `bounds` west, south, east, north."""

    tiles: str
    compression: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    addressed: int
    layers: tuple[str, ...]
    attribution: str | None


def header(data: bytes, name: str = "base map") -> Basemap:
    """The archive's header and metadata; raises PackError if it is no PMTiles 3 or shorter than it says."""
    if len(data) < HEADER_BYTES:
        message = f"{name}: cut off inside the header"
        raise PackError(message)
    fields: tuple[Any, ...] = _HEADER.unpack_from(data)
    magic, version = fields[0], fields[1]
    if magic != b"PMTiles" or version != 3:
        message = f"{name}: not a PMTiles archive of version 3"
        raise PackError(message)
    sections = {"root directory": fields[2:4], "metadata": fields[4:6], "leaves": fields[6:8], "tiles": fields[8:10]}
    for title, (offset, length) in sections.items():
        if offset + length > len(data) or (length and offset < HEADER_BYTES):
            message = f"{name}: {title} lie outside the file ({len(data)} bytes): cut off or damaged"
            raise PackError(message)
    metadata = _metadata(data[fields[4] : fields[4] + fields[5]], fields[14], name)
    west, south, east, north = (value / _E7 for value in fields[19:23])
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90 and fields[17] <= fields[18] <= 30):
        message = f"{name}: bounds or zoom levels make no sense: damaged"
        raise PackError(message)
    return Basemap(
        tiles=_TILES.get(fields[16], "unknown"),
        compression=_COMPRESSIONS.get(fields[15], "unknown"),
        min_zoom=fields[17],
        max_zoom=fields[18],
        bounds=(west, south, east, north),
        addressed=fields[10],
        layers=tuple(_layers(metadata)),
        attribution=_attribution(metadata),
    )


def _metadata(packed: bytes, compression: int, name: str) -> dict[str, Any]:
    if compression == 2:
        reader = zlib.decompressobj(31)
        try:
            packed = reader.decompress(packed, _MOST_METADATA)
        except zlib.error as error:
            message = f"{name}: metadata damaged ({error})"
            raise PackError(message) from error
    elif compression not in {0, 1}:
        return {}
    try:
        return msgspec.json.decode(packed, type=dict[str, Any]) if packed else {}
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        message = f"{name}: metadata are not JSON ({error})"
        raise PackError(message) from error


def _layers(metadata: Mapping[str, Any]) -> list[str]:
    layers = metadata.get("vector_layers")
    listed = layers if isinstance(layers, list) else []
    return [str(one["id"]) for one in listed if isinstance(one, dict) and "id" in one]


def _attribution(metadata: Mapping[str, Any]) -> str | None:
    value = metadata.get("attribution")
    return str(value) if value else None


def _read(one: Opened) -> Reading[Basemap]:
    rows = header(one.document.data, one.document.name)
    return Reading("basemap", ("PMTiles 3",), rows, 1, rejects_table(one.document.name, []), {})


FORMATS: tuple[Format[Basemap], ...] = (
    Format("PMTiles 3", _NATURAL_EARTH, lambda one: one.document.content == "pmtiles", _read),
)

KIND = Kind(
    "basemap",
    "Base map detail",
    "Draws a richer map: depths, lakes, borders, places.",
    "Without it the map is the built-in one: coast, countries and ports, without depths and place names.",
    FORMATS,
    built_in="coast, countries and ports",
)


def read(files: Mapping[str, bytes]) -> Reading[Basemap]:
    """The header of a tile archive; raises PackError if the files are none."""
    return read_as(KIND, files)
