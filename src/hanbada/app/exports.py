"""Vessels, tracks and alerts as files for other programs: GeoJSON, KML, GPX and CSV. Pure: items in, bytes out.

Every file says when it was written, which filter held, that it is not for navigation, and whether anything in it is
SIMULATED. Names are text a stranger typed over the radio: they are escaped in XML, and in CSV a cell that a
spreadsheet would take for a formula is quoted. Longitudes stay within [-180, 180]: what crosses is cut there
(RFC 7946, 3.1.9).
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Literal, TypeAlias
from xml.sax.saxutils import escape

from msgspec import Struct

from hanbada.app.web.nautical import angle
from hanbada.model.cells import FORMULA_STARTS, guarded
from hanbada.model.times import dtg, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Fact: TypeAlias = str | int | float | bool | None
Point: TypeAlias = tuple[float, float]
NOT_FOR_NAVIGATION = "Not for navigation"
SIMULATED = "SIMULATED"


class Shape(Struct, frozen=True, kw_only=True):
    """A point, a line or a ring of (longitude, latitude); a line may carry the time of each point, in UTC us."""

    kind: Literal["point", "line", "polygon"]
    points: tuple[Point, ...]
    at: tuple[int, ...] = ()


class Item(Struct, frozen=True, kw_only=True):
    """One thing in a file: where it is, when, and what is known of it by column name."""

    id: str
    name: str
    at: int | None
    shapes: tuple[Shape, ...]
    facts: dict[str, Fact]
    simulated: bool = False


class Note(Struct, frozen=True, kw_only=True):
    """What a file says about itself: what it holds, when it was written, under which filter."""

    title: str
    written_at: int
    filter: str

    def lines(self, items: Sequence[Item]) -> list[str]:
        """The sentences, in the order a reader needs them."""
        simulated = [SIMULATED] if any(item.simulated for item in items) else []
        return [*simulated, NOT_FOR_NAVIGATION, self.title, f"written {iso(self.written_at)}", f"filter: {self.filter}"]


def file_name(what: str, suffix: str, written_at: int, items: Sequence[Item]) -> str:
    """A name of plain ASCII; nothing a stranger typed gets into it."""
    simulated = f"-{SIMULATED}" if any(item.simulated for item in items) else ""
    return f"hanbada-{what}-{dtg(written_at)}{simulated}.{suffix}"


# Across 180 degrees


def home(lon_deg: float) -> float:
    """The longitude in [-180, 180); 180 itself stays."""
    return lon_deg if -180 <= lon_deg <= 180 else (lon_deg + 180) % 360 - 180


def cut_line(shape: Shape) -> list[Shape]:
    """A line that may run beyond 180 degrees as lines within, times interpolated where it is cut."""
    times = shape.at or (0,) * len(shape.points)
    parts: list[list[tuple[Point, int]]] = [[]]
    for n, (point, at) in enumerate(zip(shape.points, times, strict=True)):
        if n:
            before, earlier = shape.points[n - 1], times[n - 1]
            edge = 180.0 if point[0] > before[0] else -180.0
            for share in crossings(before[0], point[0]):
                lat = before[1] + share * (point[1] - before[1])
                when = round(earlier + share * (at - earlier))
                parts[-1].append(((edge, lat), when))
                parts.append([((-edge, lat), when)])
        parts[-1].append(((home(point[0]), point[1]), at))
    return [
        Shape(kind="line", points=tuple(p for p, _ in part), at=tuple(at for _, at in part) if shape.at else ())
        for part in parts
        if len(part) > 1
    ]


def crossings(start: float, end: float) -> list[float]:
    """The shares of a leg at which its longitude passes 180 degrees (or that plus turns), in order."""
    low, high = min(start, end), max(start, end)
    turns = range(int((low - 180) // 360) + 1, int((high - 180) // 360) + 1)
    edges = [180.0 + 360 * turn for turn in turns]
    return sorted((edge - start) / (end - start) for edge in edges if low < edge < high)


def cut_ring(points: tuple[Point, ...]) -> list[tuple[Point, ...]]:
    """A ring that may run beyond 180 degrees as rings within."""
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    rings = []
    for turn in range(int((west + 180) // 360), int((east + 180) // 360) + 1):
        moved = [(lon - 360 * turn, lat) for lon, lat in points]
        inside = clipped(clipped(moved, -180.0, keep_east=True), 180.0, keep_east=False)
        if len({lon for lon, _ in inside}) > 1:
            rings.append((*inside, inside[0]) if inside[0] != inside[-1] else tuple(inside))
    return rings


def clipped(points: Sequence[Point], edge: float, *, keep_east: bool) -> list[Point]:
    """A ring cut at a meridian (Sutherland and Hodgman 1974, one edge)."""
    inside: list[Point] = []
    for (lon_1, lat_1), (lon_2, lat_2) in zip(points, [*points[1:], *points[:1]], strict=True):
        in_1, in_2 = ((lon >= edge) == keep_east or lon == edge for lon in (lon_1, lon_2))
        if in_1:
            inside.append((lon_1, lat_1))
        if in_1 != in_2 and lon_1 != lon_2:
            inside.append((edge, lat_1 + (edge - lon_1) / (lon_2 - lon_1) * (lat_2 - lat_1)))
    return inside


def within(shape: Shape) -> list[Shape]:
    """A shape as shapes whose longitudes are in [-180, 180]."""
    if shape.kind == "line" and len(shape.points) > 1:
        return cut_line(shape)
    if shape.kind == "polygon":
        return [Shape(kind="polygon", points=ring) for ring in cut_ring(shape.points)]
    return [Shape(kind="point", points=((home(lon), lat),), at=shape.at[:1]) for lon, lat in shape.points[:1]]


# GeoJSON


def geojson(items: Sequence[Item], note: Note) -> bytes:
    """A FeatureCollection (RFC 7946); what the file says about itself is its member `note`."""
    collection = {"type": "FeatureCollection", "note": note.lines(items), "features": list(map(feature, items))}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def feature(item: Item) -> dict[str, object]:
    """An item as a GeoJSON feature."""
    return {"type": "Feature", "id": item.id, "geometry": geometry(item), "properties": properties(item)}


def properties(item: Item) -> dict[str, object]:
    """The facts of an item with name and time."""
    times = [[iso(at) for at in shape.at] for shape in pieces(item) if shape.at]
    found: dict[str, object] = {"name": item.name, "at": iso(item.at) if item.at is not None else None}
    found |= item.facts
    found |= {"coordTimes": times} if times else {}
    return found | ({"simulated": True, "label": SIMULATED} if item.simulated else {"simulated": False})


def pieces(item: Item) -> list[Shape]:
    """Every shape of an item, cut where it crosses."""
    return [piece for shape in item.shapes for piece in within(shape)]


def geometry(item: Item) -> dict[str, object] | None:
    """The geometry of an item, null if it has none."""
    found = pieces(item)
    kinds = {shape.kind for shape in found}
    if len(kinds) > 1:
        return {"type": "GeometryCollection", "geometries": [one_kind([shape]) for shape in found]}
    return one_kind(found) if found else None


def one_kind(shapes: list[Shape]) -> dict[str, object]:
    """Shapes of one kind as one geometry."""
    name, depth = {"point": ("Point", 0), "line": ("LineString", 1), "polygon": ("Polygon", 2)}[shapes[0].kind]
    coordinates: list[object] = [
        rounded(shape.points[0]) if depth == 0 else [rounded(point) for point in shape.points] for shape in shapes
    ]
    coordinates = [[ring] for ring in coordinates] if depth == 2 else coordinates
    if len(shapes) == 1:
        return {"type": name, "coordinates": coordinates[0]}
    return {"type": f"Multi{name}", "coordinates": coordinates}


def rounded(point: Point) -> list[float]:
    """To 1e-7 degree: 11 mm."""
    return [round(point[0], 7), round(point[1], 7)]


# KML and GPX


def xml(text: object) -> str:
    """Text for XML: escaped, without the characters XML 1.0 cannot carry."""
    carried = (c for c in str(text) if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))
    return escape("".join(carried), {'"': "&quot;"})


def kml(items: Sequence[Item], note: Note) -> bytes:
    """A KML 2.2 document; lines with times become gx:Track."""
    body = "".join(placemark(item) for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
        f"<name>{xml(note.title)}</name><description>{xml('; '.join(note.lines(items)))}</description>\n"
        f"{body}</Document></kml>\n"
    ).encode()


def placemark(item: Item) -> str:
    """One item of a KML document."""
    name = f"{SIMULATED} {item.name}" if item.simulated else item.name
    when = f"<TimeStamp><when>{iso(item.at)}</when></TimeStamp>" if item.at is not None else ""
    data = "".join(
        f'<Data name="{xml(key)}"><value>{xml(value)}</value></Data>'
        for key, value in item.facts.items()
        if value is not None
    )
    shapes = "".join(kml_shape(shape) for shape in pieces(item))
    return (
        f"<Placemark><name>{xml(name)}</name>{'' if any(s.at for s in item.shapes) else when}"
        f"<ExtendedData>{data}</ExtendedData><MultiGeometry>{shapes}</MultiGeometry></Placemark>\n"
    )


def kml_shape(shape: Shape) -> str:
    """One geometry of a placemark."""
    if shape.kind == "line" and shape.at:
        whens = "".join(f"<when>{iso(at)}</when>" for at in shape.at)
        coords = "".join(f"<gx:coord>{lon:.7f} {lat:.7f} 0</gx:coord>" for lon, lat in shape.points)
        return f"<gx:Track>{whens}{coords}</gx:Track>"
    text = f"<coordinates>{' '.join(f'{lon:.7f},{lat:.7f},0' for lon, lat in shape.points)}</coordinates>"
    if shape.kind == "polygon":
        return f"<Polygon><outerBoundaryIs><LinearRing>{text}</LinearRing></outerBoundaryIs></Polygon>"
    return f"<LineString>{text}</LineString>" if shape.kind == "line" else f"<Point>{text}</Point>"


def gpx(items: Sequence[Item], note: Note) -> bytes:
    """A GPX 1.1 file: lines with times are tracks, everything else is a waypoint at its first position."""
    ways = "".join(waypoint(item) for item in items if not any(shape.at for shape in item.shapes))
    tracks = "".join(gpx_track(item) for item in items if any(shape.at for shape in item.shapes))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Hanbada" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<metadata><name>{xml(note.title)}</name><desc>{xml('; '.join(note.lines(items)))}</desc>"
        f"<time>{iso(note.written_at)}</time></metadata>\n{ways}{tracks}</gpx>\n"
    ).encode()


def described(item: Item) -> str:
    """Name and facts of an item as GPX elements."""
    name = f"{SIMULATED} {item.name}" if item.simulated else item.name
    facts = ", ".join(f"{key}={value}" for key, value in item.facts.items() if value is not None)
    return f"<name>{xml(name)}</name><desc>{xml(facts)}</desc>"


def waypoint(item: Item) -> str:
    """A waypoint at an item's first position, nothing if it has none."""
    found = pieces(item)
    if not found:
        return ""
    lon, lat = found[0].points[0]
    when = f"<time>{iso(item.at)}</time>" if item.at is not None else ""
    return f'<wpt lat="{lat:.7f}" lon="{lon:.7f}">{when}{described(item)}</wpt>\n'


def gpx_track(item: Item) -> str:
    """A track with a segment for each line."""
    segments = "".join(
        "<trkseg>"
        + "".join(
            f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><time>{iso(at)}</time></trkpt>'
            for (lon, lat), at in zip(shape.points, shape.at, strict=True)
        )
        + "</trkseg>"
        for shape in pieces(item)
        if shape.at
    )
    return f"<trk>{described(item)}{segments}</trk>\n"


# CSV


def table(items: Sequence[Item], note: Note) -> bytes:
    """CSV with a byte-order mark, so that spreadsheets see UTF-8: one row an item, or one a position for tracks.

    Times are ISO 8601; positions stand in decimal degrees and in degrees and minutes. The note is in the last column
    of the first row, out of the way of programs.
    """
    keys = list(dict.fromkeys(key for item in items for key in item.facts))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "name", "at", "lat_deg", "lon_deg", "lat", "lon", *keys, "simulated", "note"])
    said = "; ".join(note.lines(items))
    for item in items:
        for at, point in moments(item):
            cells = [item.id, item.name, iso(at) if at is not None else "", *place(point)]
            cells += [item.facts.get(key) for key in keys]
            writer.writerow([cell(value) for value in [*cells, SIMULATED if item.simulated else "", said]])
            said = ""
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def moments(item: Item) -> Iterable[tuple[int | None, Point | None]]:
    """The rows of an item: every timed position, or the item itself."""
    timed = [(at, point) for shape in item.shapes if shape.at for at, point in zip(shape.at, shape.points, strict=True)]
    if timed:
        return timed
    return [(item.at, item.shapes[0].points[0] if item.shapes and item.shapes[0].points else None)]


def place(point: Point | None) -> list[Fact]:
    """A position as four cells, empty if unknown."""
    if point is None:
        return [None] * 4
    lon, lat = home(point[0]), point[1]
    return [round(lat, 7), round(lon, 7), angle(lat, "NS", 2), angle(lon, "EW", 3)]


def cell(value: Fact) -> str:
    """A cell's text; one that a spreadsheet would run as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:.10g}"
    text = "".join(c for c in value if c >= " " or c in "\n\t")
    return f"'{text}" if value.startswith(FORMULA_STARTS) else guarded(text)


FORMATS: dict[str, tuple[str, Callable[[Sequence[Item], Note], bytes]]] = {
    "geojson": ("application/geo+json", geojson),
    "kml": ("application/vnd.google-earth.kml+xml", kml),
    "gpx": ("application/gpx+xml", gpx),
    "csv": ("text/csv; charset=utf-8", table),
}
"""File name suffix -> media type and writer."""
