"""TopoJSON topologies (as npm world-atlas publishes them) as features: quantised arcs, shared between neighbours.

Format: the TopoJSON specification 1.0; arcs are delta-encoded whole numbers under a scale and a translation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np

from hanbada.model.errors import PackError
from hanbada.reference.documents import Document, from_json
from hanbada.reference.features import Fault, Feature
from hanbada.reference.shapes import Floats


class _Transform(msgspec.Struct):
    scale: tuple[float, float]
    translate: tuple[float, float]


class _Geometry(msgspec.Struct):
    type: str | None = None
    arcs: list[Any] = []
    id: Any = None
    properties: dict[str, Any] | None = None


class _Object(_Geometry):
    geometries: list[_Geometry] = []


class _Topology(msgspec.Struct):
    type: str
    objects: dict[str, _Object]
    arcs: list[list[tuple[float, float]]]
    transform: _Transform | None = None


@dataclass(frozen=True)
class TopoJson:
    """A topology: the geometries of one of its objects ("countries" where there is one) as features."""

    name: str
    topology: _Topology
    format: str = "TopoJSON"

    @cached_property
    def arcs(self) -> tuple[Floats, ...]:
        """Every arc in degrees."""
        return tuple(_arc(points, self.topology.transform) for points in self.topology.arcs)

    @cached_property
    def _geometries(self) -> list[_Geometry]:
        chosen = self.topology.objects[self.name]
        return chosen.geometries if chosen.type == "GeometryCollection" else [chosen]

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self._geometries)

    @property
    def fields(self) -> frozenset[str]:
        """Names of the properties, lower case, and the object's own name with a colon."""
        names = {name.casefold() for one in self._geometries[:50] for name in one.properties or {}}
        return frozenset({*names, f"topology:{self.name}"})

    @property
    def shapes(self) -> frozenset[str]:
        """Which shapes there are; only polygons are read."""
        return frozenset({"polygon"} if any("Polygon" in (one.type or "") for one in self._geometries) else ())

    def features(self) -> Iterator[Feature | Fault]:
        """Every geometry of the object as a feature."""
        for number, one in enumerate(self._geometries, 1):
            try:
                yield self._feature(number, one)
            except (IndexError, TypeError, ValueError) as error:
                yield Fault(number, f"arcs do not fit together ({error})")

    def _feature(self, number: int, one: _Geometry) -> Feature | Fault:
        many = {"Polygon": [one.arcs], "MultiPolygon": one.arcs}.get(one.type or "")
        if many is None:
            return Fault(number, f"geometry type {one.type} is not a polygon")
        properties = {name.casefold(): value for name, value in (one.properties or {}).items()}
        if one.id is not None:
            properties["id"] = one.id
        return Feature(number, properties, tuple(tuple(self._ring(ring) for ring in rings) for rings in many))

    def _ring(self, indexes: list[int]) -> Floats:
        """Arcs end to end; ~i is arc i backwards, and each begins where the one before ended."""
        runs = [self.arcs[index] if index >= 0 else self.arcs[~index][::-1] for index in indexes]
        return np.vstack([run if at == 0 else run[1:] for at, run in enumerate(runs)])


def _arc(points: list[tuple[float, float]], transform: _Transform | None) -> Floats:
    array = np.array(points, dtype=np.float64)
    if transform is None:
        return array
    degrees: Floats = np.cumsum(array, axis=0) * np.array(transform.scale) + np.array(transform.translate)
    return degrees


def opened(document: Document) -> TopoJson | None:
    """The document as a topology, None if it is other JSON; raises PackError if its arcs cannot be read."""
    head = from_json(document, dict[str, msgspec.Raw])
    if head is None or not {"objects", "arcs"} <= head.keys():
        return None
    try:
        topology = msgspec.json.decode(document.utf8, type=_Topology)
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"{document.name}: not a TopoJSON topology ({error})"
        raise PackError(message) from error
    if topology.type != "Topology" or not topology.objects:
        return None
    return TopoJson("countries" if "countries" in topology.objects else next(iter(topology.objects)), topology)
