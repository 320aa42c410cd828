"""Areas at sea: EEZs, territorial seas, overlapping claims, named seas, chokepoints, and zones a user draws.

Overlapping claims stay overlapping, with every claimant; a disputed area never has one owner.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from hanbada.model.errors import PackError
from hanbada.reference import marine_regions, rings, zones
from hanbada.reference.documents import Document
from hanbada.reference.features import Fault, Feature, Layer
from hanbada.reference.layers import layer
from hanbada.reference.place_names import neutral
from hanbada.reference.reading import Format, Kind, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Area, Rule

_MOST_TOLD = 5
_MARINE_REGIONS = Source(
    "Maritime Boundaries (World EEZ), Flanders Marine Institute (Marine Regions)",
    "https://www.marineregions.org/downloads.php",
    "CC BY 4.0",
)
_NATURAL_EARTH = Source("Natural Earth marine areas", "https://www.naturalearthdata.com/", "public domain")
_OWN = Source("Zones of your own, GeoJSON", "", "as you state it")


def _marine_regions(feature: Feature) -> tuple[Area, ...]:
    return (marine_regions.read_area(feature),)


def _named_sea(feature: Feature) -> tuple[Area, ...]:
    """A sea of the IHO's list (as Marine Regions serves it) or of Natural Earth: a name and a shape."""
    name = feature.text("name", "name_en", "preferredg") or f"sea {feature.number}"
    return (
        Area(
            area_id=f"sea-{feature.text('mrgid', 'ne_id', 'id') or feature.number}",
            name=neutral(name),
            kind="marine",
            rings=rings.polygons(feature.polygons),
            source="named seas",
        ),
    )


def _chokepoint(feature: Feature) -> tuple[Area, ...]:
    return (
        Area(
            area_id=f"chokepoint-{feature.text('id')}",
            name=feature.text("name_en", "name") or f"chokepoint {feature.number}",
            kind="chokepoint",
            rings=rings.polygons(feature.polygons),
            source="chokepoints, drawn by hand",
        ),
    )


def _zone(feature: Feature) -> tuple[Area, ...]:
    return zones.read_zone(feature, "entry")


def _outcomes(found: Layer, convert: zones.ReadArea) -> Iterator[tuple[int, Outcome[Area]]]:
    for feature in found.features():
        yield feature.number, _outcome(feature, convert)


def _outcome(feature: Feature | Fault, convert: zones.ReadArea) -> Outcome[Area]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    try:
        areas = convert(feature)
    except PackError as error:
        return Reject("bad_property", str(error))
    return areas if all(area.rings for area in areas) else Reject("bad_geometry", "not a polygon")


def _reader(name: str, convert: zones.ReadArea) -> Callable[[Opened], Reading[tuple[Area, ...]]]:
    def read_one(one: Opened) -> Reading[tuple[Area, ...]]:
        outcomes = _outcomes(one.layer, convert) if one.layer else iter(())
        return records("areas", name, one, outcomes)

    return read_one


def _is_zones(one: Opened) -> bool:
    """Any GeoJSON whose features say `rule`, `buffer_m`, `claimants` or one of our kinds in our words."""
    return one.layer is not None and bool(one.fields & {"rule", "buffer_m", "claimants", "season"})


FORMATS: tuple[Format[tuple[Area, ...]], ...] = (
    Format(
        "Marine Regions areas",
        _MARINE_REGIONS,
        lambda one: one.shaped("polygon") and one.has(*marine_regions.ATTRIBUTES),
        _reader("Marine Regions areas", _marine_regions),
    ),
    Format(
        "chokepoints, GeoJSON",
        _OWN,
        lambda one: one.shaped("polygon") and one.has("id", "name", "region_code", "importance"),
        _reader("chokepoints, GeoJSON", _chokepoint),
    ),
    Format(
        "named seas",
        _NATURAL_EARTH,
        lambda one: one.shaped("polygon") and (one.has("name", "mrgid") or one.has("name", "featurecla", "namealt")),
        _reader("named seas", _named_sea),
    ),
    Format("zones, GeoJSON", _OWN, _is_zones, _reader("zones, GeoJSON", _zone)),
    Format(
        "any polygons, GeoJSON or shapefile",
        _OWN,
        lambda one: one.shaped("polygon"),
        _reader("any polygons, GeoJSON or shapefile", _zone),
        only_if_named=True,
    ),
)

KIND = Kind(
    "areas",
    "Maritime areas",
    "Says whose waters a ship is in, with overlapping claims shown as overlapping, and which zones raise alerts.",
    "Without areas, ships are not placed in any EEZ or territorial sea, and only zones given by hand raise alerts.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[tuple[Area, ...]]:
    """Areas of the files; raises PackError if they hold none."""
    return read_as(KIND, files)


def read_geojson(data: bytes, default_rule: Rule = "entry", name: str = "zones") -> tuple[Area, ...]:
    """The areas of a user's GeoJSON, every one of them or an error.

    Understands Marine Regions files and the properties of `zones`. Polygons, boxes, and lines or points with buffer_m;
    rings may cross 180 degrees in any manner. `default_rule` is for features that do not say. Raises PackError naming
    the features that cannot be used and why: a zone that is silently missing is worse than none.
    """
    found = layer(Document(name, data))
    if found is None:
        message = f"{name}: not GeoJSON"
        raise PackError(message)
    areas: list[Area] = []
    faults: list[str] = []
    for number, outcome in _outcomes(found, _user_reader(found, default_rule)):
        if isinstance(outcome, Reject):
            faults.append(f"feature {number}: {outcome.detail}")
        elif not isinstance(outcome, list | tuple):
            faults.append(f"feature {number}: not usable")
        else:
            areas.extend(outcome)
    faults += _repeated(areas)
    if faults or not areas:
        more = f" (and {len(faults) - _MOST_TOLD} more)" if len(faults) > _MOST_TOLD else ""
        message = f"{name}: {'; '.join(faults[:_MOST_TOLD]) or 'no features'}{more}"
        raise PackError(message)
    return tuple(areas)


def _user_reader(found: Layer, default_rule: Rule) -> zones.ReadArea:
    if set(marine_regions.ATTRIBUTES) <= found.fields:
        return lambda feature: (replace(marine_regions.read_area(feature), rule=default_rule),)
    return lambda feature: zones.read_zone(feature, default_rule)


def _repeated(areas: list[Area]) -> list[str]:
    """Alerts carry the area's id: two areas must not share one."""
    counts = Counter(area.area_id for area in areas)
    return [f'{n} features are called "{name}"; give each its own id' for name, n in counts.items() if n > 1]
