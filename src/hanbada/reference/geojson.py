"""GeoJSON (RFC 7946) as features: collections, single features and bare geometries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from hanbada.model.errors import PackError
from hanbada.reference.documents import Document, from_json
from hanbada.reference.features import Fault, Feature
from hanbada.reference.rings import checked
from hanbada.reference.shapes import Floats

_LOOK_AHEAD = 50
_DEEPEST_COLLECTION = 4
_SHAPES = {
    "Polygon": "polygon", "MultiPolygon": "polygon", "LineString": "line", "MultiLineString": "line",
    "Point": "point", "MultiPoint": "point", "GeometryCollection": "collection",
}  # fmt: skip
_NULL = msgspec.Raw(b"null")


class _Collection(msgspec.Struct):
    type: str = ""
    features: list[msgspec.Raw] = []


class _Feature(msgspec.Struct):
    type: str = "Feature"
    id: Any = None
    properties: dict[str, Any] | None = None
    geometry: msgspec.Raw = _NULL
    bbox: list[float] | None = None


class _Geometry(msgspec.Struct):
    type: str = ""
    coordinates: msgspec.Raw = _NULL
    geometries: list[msgspec.Raw] = []


@dataclass(frozen=True)
class GeoJson:
    """A GeoJSON file: its features still as bytes."""

    raw: tuple[msgspec.Raw, ...]
    format: str = "GeoJSON"

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self.raw)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of the properties of the first features, lower case."""
        return frozenset(name for one in self._first for name in one.properties)

    @cached_property
    def shapes(self) -> frozenset[str]:
        """Which shapes the first features are."""
        named = {"polygon": "polygons", "line": "lines", "point": "points"}
        return frozenset(shape for shape, name in named.items() if any(getattr(one, name) for one in self._first))

    @cached_property
    def _first(self) -> tuple[Feature, ...]:
        read = (feature(number, raw) for number, raw in enumerate(self.raw[:_LOOK_AHEAD], 1))
        return tuple(one for one in read if isinstance(one, Feature))

    def features(self) -> Iterator[Feature | Fault]:
        """Every feature, in the order of the file."""
        for number, raw in enumerate(self.raw, 1):
            yield feature(number, raw)


def opened(document: Document) -> GeoJson | None:
    """The document as GeoJSON, None if it is other JSON; raises PackError if it is not JSON at all."""
    head = from_json(document, _Collection)
    if head is None:
        return None
    if head.type == "FeatureCollection":
        return GeoJson(tuple(head.features))
    if head.type == "Feature":
        return GeoJson((msgspec.Raw(document.utf8),))
    if head.type in _SHAPES:
        bare = b'{"type":"Feature","properties":{},"geometry":' + document.utf8 + b"}"
        return GeoJson((msgspec.Raw(bare),))
    return None


def feature(number: int, raw: msgspec.Raw) -> Feature | Fault:
    """One feature of a collection; a Fault says what is wrong with it."""
    try:
        one = msgspec.json.decode(raw, type=_Feature)
        if one.type != "Feature":
            return Fault(number, f'type is "{one.type}", not "Feature"')
        properties = {name.casefold(): value for name, value in (one.properties or {}).items()}
        if one.id is not None:
            properties.setdefault("id", one.id)
        return _shaped(number, properties, one)
    except PackError as error:
        return Fault(number, str(error))
    except (msgspec.DecodeError, RecursionError) as error:
        return Fault(number, f"not a GeoJSON feature ({error})")


def _shaped(number: int, properties: Mapping[str, Any], one: _Feature) -> Feature | Fault:
    polygons: list[tuple[Floats, ...]] = []
    lines: list[Floats] = []
    points: list[Floats] = []
    _collect(one.geometry, polygons, lines, points, _DEEPEST_COLLECTION)
    if polygons or lines or points:
        return Feature(number, properties, tuple(polygons), tuple(lines), tuple(points))
    if one.bbox is None:
        return Fault(number, "no geometry")
    if len(one.bbox) not in {4, 6}:
        return Fault(number, f"bbox has {len(one.bbox)} numbers, not 4 or 6")
    half = len(one.bbox) // 2
    return Feature(number, properties, box=(one.bbox[0], one.bbox[1], one.bbox[half], one.bbox[half + 1]))


def _collect(
    raw: msgspec.Raw,
    polygons: list[tuple[Floats, ...]],
    lines: list[Floats],
    points: list[Floats],
    depth: int,
) -> None:
    """The shapes of one geometry, appended by kind; raises PackError for what GeoJSON does not know."""
    if bytes(raw) == b"null":
        return
    shape = msgspec.json.decode(raw, type=_Geometry)
    if shape.type not in _SHAPES or depth == 0:
        message = f'geometry type "{shape.type}" is not one of {", ".join(_SHAPES)}'
        raise PackError(message)
    if shape.type == "GeometryCollection":
        for inner in shape.geometries:
            _collect(inner, polygons, lines, points, depth - 1)
        return
    coordinates: Any = msgspec.json.decode(shape.coordinates)
    if not isinstance(coordinates, list):
        message = "coordinates are not a list"
        raise PackError(message)
    many = coordinates if shape.type.startswith("Multi") else [coordinates]
    if _SHAPES[shape.type] == "polygon":
        polygons.extend(tuple(checked(ring) for ring in _listed(rings)) for rings in many if rings)
    elif _SHAPES[shape.type] == "line":
        lines.extend(checked(line) for line in many if line)
    else:
        points.extend(checked([point]) for point in many if point)


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    message = "a polygon is not a list of rings"
    raise PackError(message)
