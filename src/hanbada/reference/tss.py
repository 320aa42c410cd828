"""Traffic separation schemes drawn in OpenStreetMap: lanes with the way traffic flows, zones between them.

A lane is a way drawn along the flow (OpenStreetMap, seamark:type=separation_lane): each of its segments becomes an area
of kind "tss_lane" with its course, so that a bend has several directions. Canals, river lanes, schemes marked historic
and things tagged by mistake are left out, counted. Not a chart: for the limits of a scheme see the official one.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, RADIANS, turn
from hanbada.model.errors import PackError
from hanbada.reference import corridors, rings
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, LeftOut, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Area, AreaKind, Floats

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

HALF_WIDTH_M = 463.0
"""A quarter of a nautical mile to each side: lanes at sea are seldom narrower, and what was drawn is a lane's axis."""
_SHARE = 0.45
"""Of the way to the nearest lane against it, what a lane takes up: two lanes side by side must not overlap."""
_NARROWEST_M = 25.0
_AGAINST_DEG = 90.0
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


def _outcome(feature: Feature | Fault, traffic: Traffic) -> Outcome[Area]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    tagged = tags(feature)
    reason = _not_at_sea(tagged)
    if reason:
        return LeftOut(reason)
    try:
        if tagged["seamark:type"] == "separation_lane":
            return _lane(feature, tagged, traffic)
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


class Traffic(NamedTuple):
    """Every segment of every lane: where it starts and ends (longitude, latitude) and its course."""

    starts: Floats
    ends: Floats
    courses_deg: NDArray[np.float64]


def traffic_of(features: Iterable[Feature | Fault]) -> Traffic:
    """All lanes of a file together."""
    lanes = [
        line
        for feature in features
        if isinstance(feature, Feature) and tags(feature).get("seamark:type") == "separation_lane"
        for line in feature.lines
    ]
    pairs = [(start, end) for line in lanes for start, end in pairwise(line)]
    ends = np.array(pairs, dtype=np.float64).reshape(-1, 2, 2)
    courses = np.array([corridors.course_deg(start, end) for start, end in pairs], dtype=np.float64)
    return Traffic(ends[:, 0], ends[:, 1], courses)


def half_widths_m(axis: Floats, traffic: Traffic) -> NDArray[np.float64]:
    """Half-width at each point of a lane: HALF_WIDTH_M, less where a lane the other way runs close by."""
    courses = [corridors.course_deg(start, end) for start, end in pairwise(axis)]
    courses.append(courses[-1])
    reach = [_nearest_against_m(point, course, traffic) for point, course in zip(axis, courses, strict=True)]
    return np.clip(_SHARE * np.array(reach), _NARROWEST_M, HALF_WIDTH_M)


def _nearest_against_m(point: Floats, course: float, traffic: Traffic) -> float:
    """Metres from a point to the nearest segment that runs the other way, in a plane around the point."""
    angle = np.abs((traffic.courses_deg - course + 180.0) % 360.0 - 180.0)
    against = angle > _AGAINST_DEG
    if not against.any():
        return np.inf
    start, end = _plane_m(traffic.starts[against], point), _plane_m(traffic.ends[against], point)
    way = end - start
    along = np.clip(-(start * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-9), 0.0, 1.0)
    return float(np.hypot(*(start + along[:, None] * way).T).min())


def _plane_m(places: Floats, origin: Floats) -> Floats:
    """Metres east and north of an origin; good to a per cent within a degree, which is further than it matters."""
    offset = places - origin
    offset[:, 0] = (offset[:, 0] + 180.0) % 360.0 - 180.0
    scale = np.array([np.cos(np.radians(origin[1])), 1.0]) * EARTH_M * RADIANS
    metres: Floats = offset * scale
    return metres


def _osm_id(feature: Feature) -> str:
    return feature.text("osm_id", "osm_way_id", "@id", "id") or str(feature.number)


def _stated_half_width_m(feature: Feature) -> float | None:
    """The half-width a feature states; raises ValueError if that is no number."""
    half, width = feature.number_of("buffer_m", "half_width_m"), feature.number_of("width_m")
    return half if half is not None or width is None else width / 2.0


def _lane(feature: Feature, tagged: Mapping[str, str], traffic: Traffic) -> Outcome[Area]:
    if not feature.lines:
        return LeftOut("a lane drawn as a polygon, which has no direction")
    stated_m = _stated_half_width_m(feature)
    axes = [corridors.distinct(rings.line(line)) for line in feature.lines]
    widths = [half_widths_m(axis, traffic) if stated_m is None else stated_m for axis in axes]
    if all(np.max(width) <= _NARROWEST_M for width in widths):
        return LeftOut("a lane within 60 m of one the other way, as in canals")
    cut = [one for axis, width in zip(axes, widths, strict=True) for one in corridors.pieces(axis, width)]
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
    found = tuple(one.layer.features()) if one.layer else ()
    traffic = traffic_of(found)
    for feature in found:
        yield feature.number, _outcome(feature, traffic)


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
