"""Land and countries as areas: for the on-land test and for naming the coast a ship is near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.model.errors import PackError
from hanbada.reference import rings
from hanbada.reference.countries_iso3166 import country, country_name
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, LeftOut, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Area

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hanbada.reference.shapes import Floats

_NATURAL_EARTH = Source("Natural Earth land and countries", "https://www.naturalearthdata.com/", "public domain")
_WORLD_ATLAS = Source(
    "world-atlas (Natural Earth as TopoJSON)",
    "https://github.com/topojson/world-atlas",
    "public domain (Natural Earth); ISC (packaging)",
)


_TOO_SMALL = LeftOut("a polygon too small to have an inside at this scale")


def _features(one: Opened) -> Iterator[Feature | Fault]:
    return one.layer.features() if one.layer else iter(())


def _land(one: Opened, source: str) -> Iterator[tuple[int, Outcome[Area]]]:
    """One area per polygon, numbered through the file, so that an index can tell islands from continents."""
    number = 0
    for feature in _features(one):
        if isinstance(feature, Fault):
            number += 1
            yield number, Reject("bad_geometry", f"feature {feature.number}: {feature.reason}")
            continue
        for polygon in feature.polygons:
            number += 1
            yield number, _landmass(number, polygon, source)


def _landmass(number: int, polygon: tuple[Floats, ...], source: str) -> Outcome[Area]:
    if not rings.encloses(polygon[0]):
        return _TOO_SMALL
    try:
        shape = rings.polygon(polygon)
    except PackError as error:
        return Reject("bad_geometry", str(error))
    return [Area(area_id=f"land-{number}", name="land", kind="land", rings=shape, source=source)]


def _countries(one: Opened, source: str) -> Iterator[tuple[int, Outcome[Area]]]:
    """One area per country, and beside it the polygons of it that are too small."""
    for feature in _features(one):
        yield feature.number, _country(feature, source)
        if isinstance(feature, Feature):
            yield from ((feature.number, _TOO_SMALL) for polygon in feature.polygons if not rings.encloses(polygon[0]))


def _country(feature: Feature | Fault, source: str) -> Outcome[Area]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    code = country(feature.text("id")) or country(feature.text("iso_a2_eh", "iso_a2")) or country(feature.text("name"))
    given = feature.text("name", "admin") or f"area {feature.number}"
    sound = [polygon for polygon in feature.polygons if rings.encloses(polygon[0])]
    try:
        shape = rings.polygons(sound)
    except PackError as error:
        return Reject("bad_geometry", str(error))
    if not shape:
        return Reject("bad_geometry", "no polygon with an inside")
    return [
        Area(
            # Sources list some far parts of a country as entries of their own under its code.
            area_id=f"country-{code.lower() if code else 'none'}-{feature.number}",
            name=country_name(code) if code else given,
            kind="country",
            rings=shape,
            source=source,
            claimants=(code,) if code else (),
        )
    ]


def _fits_topology(one: Opened, name: str) -> bool:
    return one.shaped("polygon") and f"topology:{name}" in one.fields


def _fits_land(one: Opened) -> bool:
    """Natural Earth's land layers say featurecla "Land"; nothing else about them can be told from the names."""
    if not one.shaped("polygon") or not one.has("featurecla") or one.layer is None:
        return False
    first = next(iter(one.layer.features()), None)
    return isinstance(first, Feature) and first.text("featurecla") == "Land"


FORMATS: tuple[Format[tuple[Area, ...]], ...] = (
    Format(
        "world-atlas land, TopoJSON",
        _WORLD_ATLAS,
        lambda one: _fits_topology(one, "land"),
        lambda one: records("land", "world-atlas land, TopoJSON", one, _land(one, "Natural Earth")),
    ),
    Format(
        "world-atlas countries, TopoJSON",
        _WORLD_ATLAS,
        lambda one: _fits_topology(one, "countries"),
        lambda one: records("land", "world-atlas countries, TopoJSON", one, _countries(one, "Natural Earth")),
    ),
    Format(
        "Natural Earth land, GeoJSON or shapefile",
        _NATURAL_EARTH,
        _fits_land,
        lambda one: records("land", "Natural Earth land, GeoJSON or shapefile", one, _land(one, "Natural Earth")),
    ),
    Format(
        "land polygons",
        _NATURAL_EARTH,
        lambda one: one.shaped("polygon"),
        lambda one: records("land", "land polygons", one, _land(one, one.document.name)),
        only_if_named=True,
    ),
)

KIND = Kind(
    "land",
    "Land",
    "Tells whether a reported position lies on land.",
    "Without a finer coast, positions within a few kilometres of the shore cannot be called on land.",
    FORMATS,
    built_in="Natural Earth land at 1:50 million and 1:10 million, countries at 1:50 million",
)


def read(files: Mapping[str, bytes]) -> Reading[tuple[Area, ...]]:
    """Areas of kind "land" or "country"; raises PackError if the files are no land we know."""
    return read_as(KIND, files)
