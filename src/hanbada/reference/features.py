"""Features of a map file, whatever its format: GeoJSON, TopoJSON or shapefile behind one face.

Formats read geometry one feature at a time, so that a file of a hundred megabytes does not become a gigabyte.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hanbada.reference.shapes import Floats


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its number from 1, properties by lower-case name, and its shapes as the file had them.

    A polygon is its outer ring and holes. Nothing is unwrapped yet. `box` is a GeoJSON bbox where there is no geometry.
    """

    number: int
    properties: Mapping[str, Any]
    polygons: tuple[tuple[Floats, ...], ...] = ()
    lines: tuple[Floats, ...] = ()
    points: tuple[Floats, ...] = ()
    box: tuple[float, float, float, float] | None = None

    def text(self, *names: str) -> str | None:
        """The first of the properties that is there and not blank, as text."""
        for name in names:
            value = self.properties.get(name)
            if value is not None and str(value).strip():
                return str(value).strip()
        return None

    def number_of(self, *names: str) -> float | None:
        """The first of the properties that is a number; raises ValueError if one is there but is none."""
        value = self.text(*names)
        return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Fault:
    """A feature that could not be read, and why."""

    number: int
    reason: str


class Layer(Protocol):
    """A map file that tells what it holds before all of it is read."""

    @property
    def format(self) -> str:
        """Name of the file format."""

    @property
    def count(self) -> int:
        """How many features there are."""

    @property
    def fields(self) -> frozenset[str]:
        """Names of the properties of the first features, lower case."""

    @property
    def shapes(self) -> frozenset[str]:
        """Which of "polygon", "line", "point" the first features are."""

    def features(self) -> Iterator[Feature | Fault]:
        """Every feature, in the order of the file."""
