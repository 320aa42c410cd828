"""Traffic separation schemes drawn in OpenStreetMap: lanes with the way traffic flows, zones between them.

A lane is a way drawn along the flow (OpenStreetMap, seamark:type=separation_lane): each of its segments becomes an area
of kind "tss_lane" with its course, so that a bend has several directions. Canals, river lanes, schemes marked historic
and things tagged by mistake are left out, counted. Not a chart: for the limits of a scheme see the official one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hanbada.geo.sphere import turn
from hanbada.model.errors import PackError
from hanbada.reference import corridors, rings
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, LeftOut, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Area, AreaKind, Floats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HALF_WIDTH_M = 463.0
"""A quarter of a nautical mile to each side: lanes are seldom narrower, and a lane's own axis is what was drawn."""
_OSM = Source(
    "OpenStreetMap, seamark:type=separation_*",
    "https://wiki.openstreetmap.org/wiki/Seamarks/Traffic_Separation_Schemes",
    "ODbL 1.0 (OpenStreetMap contributors): keep it as a database of its own, with its notice",
)
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_ZONES: dict[str, AreaKind] = {
    "separation_zone": "tss_zone",
    "separation_roundabout": "tss_zone",
    "inshore_traffic_zone": "inshore_zone",
}
_INLAND = {"canal", "river", "stream", "ditch", "drain"}
_DRAWN_ONLY = {"separation_boundary", "separation_line", "separation_crossing"}
_WRONG_ORIENTATION_DEG = 90.0


def tags(feature: Feature) -> dict[str, str]:
    """A feature's OpenStreetMap tags: its own properties and those packed into other_tags, as GDAL writes them."""
    packed = dict(_TAG.findall(feature.text("other_tags") or ""))
    plain = {name: str(value) for name, value in feature.properties.items() if value is not None}
    return packed | plain


def _outcome(feature: Feature | Fault) -> Outcome[Area]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    tagged = tags(feature)
    reason = _not_at_sea(tagged)
    if reason:
        return LeftOut(reason)
    try:
        if tagged["seamark:type"] == "separation_lane":
            return _lane(feature, tagged)
        return _zone(feature, tagged)
    except PackError as error:
        return Reject("bad_geometry", str(error))
    except ValueError as error:
        return Reject("bad_property", str(error))


def _not_at_sea(tagged: Mapping[str, str]) -> str | None:
    """Why a feature is no part of a scheme at sea; None if it is one."""
    seamark = tagged.get("seamark:type")
    if seamark is None:
        return "no seamark:type (coastline and other lines that came along)"
    if "building" in tagged or "amenity" in tagged:
        return "a building tagged by mistake"
    if tagged.get("waterway") in _INLAND or "cemt" in {name.casefold() for name in tagged}:
        return "an inland waterway"
    if tagged.get("seamark:status") == "historic":
        return "no longer in force"
    if seamark in _DRAWN_ONLY:
        return f"a line that is drawn and has no inside ({seamark})"
    return None if seamark == "separation_lane" or seamark in _ZONES else f"not part of a scheme ({seamark})"


def _osm_id(feature: Feature) -> str:
    return feature.text("osm_id", "osm_way_id", "@id", "id") or str(feature.number)


def _half_width_m(feature: Feature) -> float:
    for name in ("buffer_m", "half_width_m"):
        value = feature.number_of(name)
        if value is not None:
            return value
    width = feature.number_of("width_m")
    return HALF_WIDTH_M if width is None else width / 2.0


def _lane(feature: Feature, tagged: Mapping[str, str]) -> Outcome[Area]:
    if not feature.lines:
        return LeftOut("a lane drawn as a polygon, which has no direction")
    cut = [one for line in feature.lines for one in corridors.pieces(rings.line(line), _half_width_m(feature))]
    stated = tagged.get("seamark:separation_lane:orientation")
    against = stated is not None and _against(float(stated), [course for _, course in cut])
    name = tagged.get("seamark:name") or tagged.get("name") or "traffic lane"
    return [
        Area(
            area_id=f"tss-{_osm_id(feature)}-{index}",
            name=name,
            kind="tss_lane",
            rings=(ring,),
            source="OpenStreetMap",
            direction_deg=(course + 180.0) % 360.0 if against else course,
            rule="wrong_way",
        )
        for index, (ring, course) in enumerate(cut, 1)
    ]


def _against(stated_deg: float, courses_deg: list[float]) -> bool:
    """Whether a lane was drawn against the orientation it states."""
    return sum(abs(turn(stated_deg, course)) > _WRONG_ORIENTATION_DEG for course in courses_deg) * 2 > len(courses_deg)


def _zone(feature: Feature, tagged: Mapping[str, str]) -> Outcome[Area]:
    kind = _ZONES[tagged["seamark:type"]]
    shapes = rings.polygons(feature.polygons or tuple((line,) for line in feature.lines if _closed(line)))
    if not shapes:
        return LeftOut("a zone drawn as an open line")
    return [
        Area(
            area_id=f"tss-{_osm_id(feature)}",
            name=tagged.get("seamark:name") or tagged.get("name") or tagged["seamark:type"].replace("_", " "),
            kind=kind,
            rings=shapes,
            source="OpenStreetMap",
        )
    ]


def _closed(line: Floats) -> bool:
    return len(line) > 3 and bool((line[0] == line[-1]).all())


def _rows(one: Opened) -> Iterator[tuple[int, Outcome[Area]]]:
    for feature in one.layer.features() if one.layer else ():
        yield feature.number, _outcome(feature)


FORMATS: tuple[Format[tuple[Area, ...]], ...] = (
    Format(
        "OpenStreetMap seamarks, GeoJSON",
        _OSM,
        lambda one: one.layer is not None and (one.has("osm_id", "other_tags") or one.has("seamark:type")),
        lambda one: records("tss", "OpenStreetMap seamarks, GeoJSON", one, _rows(one)),
    ),
)

KIND = Kind(
    "tss",
    "Traffic separation schemes",
    "Notices ships that go the wrong way in a traffic lane.",
    "Without schemes, nobody is told of ships against the traffic, unless lanes are given as zones.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[tuple[Area, ...]]:
    """Areas of kind "tss_lane", "tss_zone" and "inshore_zone"; raises PackError if the files hold no schemes."""
    return read_as(KIND, files)
