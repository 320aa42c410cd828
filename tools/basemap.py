"""Build the base map that ships in the wheel: world land, borders and ports to zoom 6, as PMTiles.

    python tools/basemap.py [--atlas FOLDER] [--ports FILE]

Land and countries come from the npm package world-atlas (Natural Earth, public domain; FOLDER holds its
land-10m.json, land-50m.json, countries-10m.json and countries-50m.json, plain or gzipped; without it `npm pack`
fetches the pinned version). Ports come from the Python package searoute (Apache-2.0). The same input gives the same
bytes. Layers: `land` (polygons), `borders` (lines), `ports` (points with name, locode and rank).
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import math
import subprocess
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon

OUT = Path(__file__).parents[1] / "src" / "hanbada" / "app" / "web" / "basemap" / "base.pmtiles"
ATLAS = "world-atlas@2.0.2"
TOP_ZOOM = 6
FINE_FROM_ZOOM = 4
"""Zooms below it are cut from the 1:50m edition."""
EXTENT = 4096
"""Units across a tile."""
BUFFER = 64
"""Units drawn beyond the tile's edge so that lines join."""
TOLERANCE = 4.0
"""Units a simplified line may leave the true one: half a pixel of a 512-pixel tile."""
TOP_TOLERANCE = 1.0
"""The same at the last zoom, which the map goes on enlarging."""
RIM_DEG = 10.0
"""Land is kept so far beyond 180 degrees: the cut lies outside every tile, so no coast is drawn along it."""
SEAM = 1e-7
"""Closer to the edge of the square than this, 4 m, a point lies on it."""
PORTS_FROM_ZOOM = 4

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Rect = tuple[float, float, float, float]
Layer = list[tuple[Any, dict[str, str | int]]]


# Reading


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file, gzipped or not."""
    content = path.read_bytes()
    loaded: dict[str, Any] = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    return loaded


def atlas_file(folder: Path, name: str) -> dict[str, Any]:
    """One file of the atlas."""
    plain = folder / f"{name}.json"
    return read_json(plain if plain.exists() else folder / f"{name}.json.gz")


def fetch_atlas(folder: Path) -> Path:
    """The pinned atlas, fetched by npm and unpacked into `folder`."""
    command = ["npm", "pack", ATLAS, "--silent", "--pack-destination", str(folder)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    with tarfile.open(folder / name) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def searoute_ports() -> Path:
    """The port list inside the installed searoute package."""
    spec = importlib.util.find_spec("searoute")
    if spec is None or spec.origin is None:
        message = "the package searoute is not installed; give --ports FILE"
        raise FileNotFoundError(message)
    return Path(spec.origin).parent / "data" / "ports.geojson"


# TopoJSON to shapes in the Mercator square [0, 1]; shapes that cross 180 degrees run on beyond it


def arcs_of(topology: dict[str, Any]) -> list[np.ndarray]:
    """Every arc of a topology as longitudes and latitudes."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    return [np.cumsum(np.array(arc, float), axis=0) * scale + move for arc in topology["arcs"]]


def unwrapped(lonlat: np.ndarray) -> np.ndarray:
    """A line whose longitudes run on instead of jumping at 180 degrees: the atlas stitches its shapes there."""
    return np.column_stack([np.unwrap(lonlat[:, 0], period=360), lonlat[:, 1]])


def projected(lonlat: np.ndarray) -> np.ndarray:
    """Longitudes and latitudes to Mercator x and y; the square [0, 1] is one turn."""
    lat = np.radians(np.clip(lonlat[:, 1], -85.5, 85.5))
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, (1 - np.log(np.tan(np.pi / 4 + lat / 2)) / np.pi) / 2])


def ring(arcs: list[np.ndarray], indices: list[int]) -> np.ndarray:
    """The arcs of a ring joined and unwrapped; a negative index is that arc's complement, reversed."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    points = unwrapped(np.concatenate([part[: -1 if n < len(parts) - 1 else None] for n, part in enumerate(parts)]))
    start, end = points[0, 0], points[-1, 0]
    if abs(end - start) > 180:  # it goes round the pole: close it there
        points = np.vstack([points, [[end, -90.0], [start, -90.0]]])
    return points


def polygons(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    """The polygons (lists of rings of arc indices) in a geometry."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from polygons(part)
    elif geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]


def land_of(topology: dict[str, Any]) -> list[Polygon]:
    """The land of a topology as valid polygons within one turn and a rim."""
    arcs = arcs_of(topology)
    found = []
    for rings in polygons(topology["objects"]["land"]):
        shell, *holes = [ring(arcs, indices) for indices in rings]
        holes = [hole + np.array([360 * round((shell[0, 0] - hole[0, 0]) / 360), 0]) for hole in holes]
        whole = shapely.make_valid(Polygon(projected(shell), [projected(hole) for hole in holes]))
        found.extend(in_one_turn(whole))
    return found


def in_one_turn(shape: Any) -> list[Polygon]:
    """A shape and its copies a turn east and west, as far as they lie in the Mercator square or its rim."""
    rim = RIM_DEG / 360
    copies = [shapely.transform(shape, lambda points, k=k: points + np.array([k, 0])) for k in (-1, 0, 1)]
    parts = [part for copy in copies for part in solid(shapely.clip_by_rect(copy, -rim, -0.1, 1 + rim, 1.1))]
    return [without_seam(part) for part in parts if part.bounds[0] < 1 - SEAM and part.bounds[2] > SEAM]


def without_seam(part: Polygon) -> Polygon:
    """Where the atlas cut a shape at 180 degrees, the cut is moved out of sight."""
    left, right, rim = part.bounds[0], part.bounds[2], RIM_DEG / 360

    def moved(points: np.ndarray) -> np.ndarray:
        x = points[:, 0]
        x = np.where((x < SEAM) & (abs(left) < SEAM), -rim, x)
        x = np.where((x > 1 - SEAM) & (abs(right - 1) < SEAM), 1 + rim, x)
        return np.column_stack([x, points[:, 1]])

    return shapely.transform(part, moved)


def borders_of(topology: dict[str, Any]) -> list[LineString]:
    """Arcs that two countries share: land borders without the coast."""
    arcs = arcs_of(topology)
    used: Counter[int] = Counter()
    for country in topology["objects"]["countries"]["geometries"]:
        used.update({i if i >= 0 else ~i for rings in polygons(country) for indices in rings for i in indices})
    lines = [LineString(projected(unwrapped(arcs[i]))) for i, times in sorted(used.items()) if times > 1]
    return list(shapely.get_parts(shapely.line_merge(MultiLineString(lines))))


def ports_of(collection: dict[str, Any]) -> Layer:
    """Ports as points with name, UN/LOCODE and rank (1 for ports the network calls main ports, else 2)."""
    found: Layer = []
    for feature in sorted(collection["features"], key=lambda f: str(f["properties"]["port"])):
        facts, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"][:2]
        if facts.get("name"):
            x, y = projected(np.array([[lon, lat]]))[0]
            rank = 1 if facts.get("t") == 1.0 else 2
            found.append((Point(x, y), {"name": facts["name"], "locode": facts["port"] or "", "rank": rank}))
    return found


# Tiles


def solid(shape: Any) -> list[Polygon]:
    """The polygons in a shape, however nested, whatever else a cut left in it."""
    parts = shapely.get_parts(shape)
    inner = [solid(part) for part in parts if isinstance(part, (MultiPolygon, GeometryCollection))]
    flat = [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
    return flat + [part for group in inner for part in group]


def lines(shape: Any) -> list[LineString]:
    """The lines in a shape."""
    return [part for part in shapely.get_parts(shape) if isinstance(part, LineString) and not part.is_empty]


def rect_of(z: int, x: int, y: int) -> Rect:
    """The Mercator square of a tile with its buffer."""
    side = 1 / 2**z
    rim = side * BUFFER / EXTENT
    return x * side - rim, y * side - rim, (x + 1) * side + rim, (y + 1) * side + rim


def simplified(shapes: Iterable[Any], z: int) -> list[Any]:
    """Shapes as fine as a tile of this zoom can show; islands below a unit are gone."""
    unit = 1 / 2**z / EXTENT
    tolerance = TOP_TOLERANCE if z == TOP_ZOOM else TOLERANCE
    thinned = [shapely.simplify(shape, unit * tolerance, preserve_topology=True) for shape in shapes]
    return [shape for shape in thinned if shape.length > unit * 8]


def cut(shapes: list[Any], rect: Rect) -> list[Any]:
    """The parts of shapes inside a rectangle."""
    inside = []
    for shape in shapes:
        left, top, right, bottom = shape.bounds
        if left > rect[2] or right < rect[0] or top > rect[3] or bottom < rect[1]:
            continue
        part = shape if holds(rect, (left, top, right, bottom)) else shapely.clip_by_rect(shape, *rect)
        inside.extend(solid(part) if isinstance(shape, Polygon) else lines(part))
    return inside


def holds(outer: Rect, inner: Rect) -> bool:
    """Whether one rectangle lies within another."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def tiles(shapes: list[Any], z: int) -> Iterator[tuple[int, int, list[Any]]]:
    """The tiles of one zoom that hold something: x, y and the shapes within, found by halving."""
    queue = [(0, 0, 0, shapes)]
    while queue:
        level, x, y, inside = queue.pop()
        found = cut(inside, rect_of(level, x, y))
        if not found:
            continue
        if level == z:
            yield x, y, found
        else:
            queue.extend((level + 1, 2 * x + i, 2 * y + j, found) for i in (0, 1) for j in (0, 1))


# Mapbox Vector Tile 2.1 (protocol buffers, written by hand: three message types)


def varint(value: int) -> bytes:
    """A protocol buffer varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, content: bytes | int) -> bytes:
    """A protocol buffer field: bytes are length-delimited, numbers are varints."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def zigzag(value: int) -> int:
    """Small magnitudes to small unsigned numbers."""
    return value << 1 if value >= 0 else (-value << 1) - 1


def grid(coordinates: Any, z: int, x: int, y: int) -> list[tuple[int, int]]:
    """Mercator coordinates as tile units without repeats."""
    points = np.rint((np.asarray(coordinates) * 2**z - (x, y)) * EXTENT).astype(int)
    keep = np.ones(len(points), bool)
    keep[1:] = np.any(np.diff(points, axis=0) != 0, axis=1)
    return [(int(a), int(b)) for a, b in points[keep]]


class Pen:
    """Geometry commands of one feature; remembers where it is."""

    def __init__(self) -> None:
        self.commands: list[int] = []
        self.at = (0, 0)

    def draw(self, points: list[tuple[int, int]], *, closed: bool) -> None:
        """Move to the first point, draw to the others, close if it is a ring."""
        self.step(1, points[:1])
        if len(points) > 1:
            self.step(2, points[1:])
        if closed:
            self.commands.append(1 << 3 | 7)

    def step(self, command: int, points: list[tuple[int, int]]) -> None:
        """One command with its points relative to the last."""
        self.commands.append(len(points) << 3 | command)
        for point in points:
            self.commands += [zigzag(point[0] - self.at[0]), zigzag(point[1] - self.at[1])]
            self.at = point


def draw(shape: Any, z: int, x: int, y: int) -> tuple[int, list[int]]:
    """The type code and commands of a shape in a tile; no commands if nothing of it is left."""
    pen = Pen()
    if isinstance(shape, Point):
        pen.draw(grid(shape.coords, z, x, y), closed=False)
        return 1, pen.commands
    if isinstance(shape, LineString):
        points = grid(shape.coords, z, x, y)
        if len(points) > 1:
            pen.draw(points, closed=False)
        return 2, pen.commands
    draw_polygon(pen, shape, z, x, y)
    return 3, pen.commands


def draw_polygon(pen: Pen, shape: Polygon, z: int, x: int, y: int) -> None:
    """Outer ring clockwise on screen, holes the other way; what shrank to nothing is left out."""
    for n, line in enumerate([shape.exterior, *shape.interiors]):
        points = grid(line.coords, z, x, y)[:-1]
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))
        if len(points) < 3 or area == 0:
            if n == 0:
                return
            continue
        pen.draw(points if (area > 0) == (n == 0) else points[::-1], closed=True)


def encoded_layer(name: str, features: Layer, z: int, x: int, y: int) -> bytes:
    """One layer of a tile, empty if nothing of it is left."""
    keys: dict[str, int] = {}
    values: dict[str | int, int] = {}
    body = b""
    for shape, facts in features:
        kind, commands = draw(shape, z, x, y)
        if commands:
            tags = [n for key, value in facts.items() for n in (keys.setdefault(key, len(keys)), place(values, value))]
            message = field(2, b"".join(map(varint, tags))) if tags else b""
            body += field(2, message + field(3, kind) + field(4, b"".join(map(varint, commands))))
    if not body:
        return b""
    body += b"".join(field(3, key.encode()) for key in keys)
    body += b"".join(field(4, field(1, v.encode()) if isinstance(v, str) else field(5, v)) for v in values)
    return field(3, field(1, name.encode()) + body + field(5, EXTENT) + field(15, 2))


def place(values: dict[str | int, int], value: str | int) -> int:
    """The index of a value, added if new."""
    return values.setdefault(value, len(values))


def in_tile(ports: Layer, z: int, x: int, y: int) -> Layer:
    """The ports inside a tile with its buffer."""
    left, top, right, bottom = rect_of(z, x, y)
    return [(p, facts) for p, facts in ports if left <= p.x <= right and top <= p.y <= bottom]


def zoom_tiles(z: int, land: list[Polygon], borders: list[LineString], ports: Layer) -> dict[tuple[int, int], bytes]:
    """Every tile of a zoom, by x and y."""
    layers: dict[tuple[int, int], dict[str, Layer]] = {}
    for name, shapes in (("land", land), ("borders", borders)):
        for x, y, inside in tiles(simplified(shapes, z), z):
            layers.setdefault((x, y), {})[name] = [(shape, {}) for shape in inside]
    if z >= PORTS_FROM_ZOOM:
        for point, _ in ports:
            layers.setdefault((int(point.x * 2**z), int(point.y * 2**z)), {})
        for (x, y), inside_tile in layers.items():
            inside_tile["ports"] = in_tile(ports, z, x, y)
    return {
        (x, y): b"".join(encoded_layer(name, features, z, x, y) for name, features in found.items())
        for (x, y), found in layers.items()
    }


def write(path: Path, found: dict[int, bytes]) -> None:
    """The PMTiles archive of tiles by id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = Writer(file)
        for tile_id in sorted(found):
            writer.write_tile(tile_id, gzip.compress(found[tile_id], 9, mtime=0))
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_zoom": 0,
            "max_zoom": TOP_ZOOM,
            "min_lon_e7": -1_800_000_000,
            "min_lat_e7": -850_000_000,
            "max_lon_e7": 1_800_000_000,
            "max_lat_e7": 850_000_000,
            "center_zoom": 3,
            "center_lon_e7": 1_500_000_000,
            "center_lat_e7": 250_000_000,
        }
        vector_layers = [{"id": name, "fields": {}} for name in ("land", "borders")]
        vector_layers.append({"id": "ports", "fields": {"name": "String", "locode": "String", "rank": "Number"}})
        writer.finalize(header, {"vector_layers": vector_layers, "attribution": "Natural Earth; searoute"})


def build(atlas: Path, ports_file: Path) -> dict[int, bytes]:
    """Every tile by its PMTiles id."""
    ports = ports_of(read_json(ports_file))
    found: dict[int, bytes] = {}
    for scale, zooms in (("50m", range(FINE_FROM_ZOOM)), ("10m", range(FINE_FROM_ZOOM, TOP_ZOOM + 1))):
        land = land_of(atlas_file(atlas, f"land-{scale}"))
        borders = borders_of(atlas_file(atlas, f"countries-{scale}"))
        for z in zooms:
            drawn = zoom_tiles(z, land, borders, ports)
            found |= {zxy_to_tileid(z, x, y): tile for (x, y), tile in drawn.items() if tile and inside_world(z, x, y)}
            print(f"zoom {z}: {len(drawn)} tiles, {sum(map(len, drawn.values())) / 1e6:.2f} MB before gzip")
    return found


def inside_world(z: int, x: int, y: int) -> bool:
    """Whether such a tile exists."""
    return 0 <= x < 2**z and 0 <= y < 2**z


def main() -> None:
    """Build and say how large it became."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", type=Path, help="folder with the world-atlas files")
    parser.add_argument("--ports", type=Path, help="ports.geojson of searoute")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        atlas = arguments.atlas or fetch_atlas(Path(folder))
        write(OUT, build(atlas, arguments.ports or searoute_ports()))
    print(f"{OUT.name}: {math.ceil(OUT.stat().st_size / 1000)} kB")


if __name__ == "__main__":
    main()
