"""Which areas hold a place: the index of `geo.areas` beside shapely, on many points.

    python -m bench.zones [--quick]

shapely reads the official files itself, so the answers do not share a line of code with ours. Of the ways to ask it in
bulk, each is timed and the fastest counts: a tree of the areas asked by the points, a tree of the points asked by the
prepared areas, and each prepared area asked for the points in its box. Building index, tree and prepared areas is
left out of the time where they are of the areas; making points of the coordinates is in it.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely  # type: ignore[import-untyped]

from bench import rows
from bench.figures import Figure, Scale, skipped, tell
from bench.packs import MissingError, pack
from bench.timing import in_turn, seconds
from hanbada.geo.areas import index_areas
from hanbada.reference.areas import read_geojson
from hanbada.store import packs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Found = tuple[NDArray[np.int64], NDArray[np.int64]]
    from hanbada.geo.areas import AreaIndex
    from hanbada.reference.shapes import Area

FILES = (
    ("geo-eez-westpacific", "eez.geojson.gz"),
    ("geo-baltic-boundaries", "territorial_waters_baltic.geojson.gz"),
    ("geo-chokepoints", "chokepoints.geojson"),
)
LIMITS = (1.0, 10.0)
NEAR_DEG = 0.05
"""How close to a border: well within a cell of the grid, which does not help there."""
WHY = "Near boundaries all edges of a band of latitude are counted, however far east or west; a second, finer grid would cut that."


class Places(NamedTuple):
    """Where it is asked."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def figures(scale: Scale) -> Iterator[Figure]:
    """EEZ, territorial seas and straits; then land under real positions."""
    count = scale.of(1_000_000, 50_000)
    try:
        ours, theirs = _official()
        what = "EEZ, territorial seas and straits"
        yield _figure("zones.eez", what, ours, theirs, _anywhere(theirs, count), scale)
        yield _figure(
            "zones.border", f"{what}, close to their borders", ours, theirs, _at_borders(theirs, count), scale
        )
    except MissingError as error:
        yield skipped("zones.eez", "areas beside shapely", str(error))
    land = packs.built_in("land").rows
    shapes = [shapely.Polygon(area.rings[0], area.rings[1:]) for area in land]
    try:
        real = rows.copies(rows.corpus(), count)
        places = Places(real["lon_deg"].to_numpy(), real["lat_deg"].to_numpy())
        yield _figure("zones.land", "built-in land under real positions", land, shapes, places, scale)
    except MissingError as error:
        yield skipped("zones.land", "land beside shapely", str(error))


def _official() -> tuple[list[Area], list[Any]]:
    """Areas by our reader, and by shapely; raises MissingError without the sets."""
    ours: list[Area] = []
    theirs: list[Any] = []
    for parts in FILES:
        data = pack(*parts).read_bytes()
        data = gzip.decompress(data) if parts[-1].endswith(".gz") else data
        ours += read_geojson(data, name=parts[0])
        theirs += [shapely.from_geojson(json.dumps(one["geometry"])) for one in json.loads(data)["features"]]
    return ours, theirs


def _anywhere(shapes: list[Any], count: int) -> Places:
    """Points in the boxes of the areas."""
    dice = np.random.default_rng(1)
    boxes = shapely.bounds(shapes)[dice.integers(0, len(shapes), count)]
    return _on_globe(dice.uniform(boxes[:, 0], boxes[:, 2]), dice.uniform(boxes[:, 1], boxes[:, 3]))


def _at_borders(shapes: list[Any], count: int) -> Places:
    """Points close to corners of the areas."""
    dice = np.random.default_rng(2)
    corners = shapely.get_coordinates(shapes)
    lon, lat = (corners[dice.integers(0, len(corners), count)] + dice.normal(0, NEAR_DEG, (count, 2))).T
    return _on_globe(lon, lat)


def _on_globe(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Places:
    return Places((lon + 180) % 360 - 180, np.clip(lat, -90, 90))


def _figure(name: str, what: str, areas: list[Area], shapes: list[Any], places: Places, scale: Scale) -> Figure:
    index, asked = index_areas([area.rings for area in areas]), _ways(shapes, places)
    found = _pairs(*index.memberships(places.lat, places.lon))
    differ = {way: np.setxor1d(found, _pairs(*ask())).size for way, ask in asked.items()}
    times = in_turn({"ours": lambda: _ours(index, places), **asked}, scale.of(5, 2))
    best = min(asked, key=lambda way: times[way].best)
    others = ", ".join(f"{way} {seconds(times[way])}" for way in asked)
    return Figure(
        name=name, what=f"times as fast as shapely: {what}", measured=times[best].best / times["ours"].best,
        low=min(times[best].seconds) / max(times["ours"].seconds), high=max(times[best].seconds) / times["ours"].best,
        floor=LIMITS[0], goal=LIMITS[1],
        how=f"{len(places.lon):,} points, {len(shapes)} areas of {_edges(shapes):,} edges: ours {seconds(times['ours'])}, {others}",
        checked=f"{found.size:,} pairs of point and area; different from shapely's: "
        + ", ".join(f"{n} ({way})" for way, n in differ.items()), right=not any(differ.values()), why=WHY,
    )  # fmt: skip


def _edges(shapes: list[Any]) -> int:
    return int(shapely.get_num_coordinates(shapes).sum())


def _ours(index: AreaIndex, places: Places) -> int:
    return len(index.memberships(places.lat, places.lon)[0])


def _pairs(point: NDArray[np.int64], area: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of point and area as one sorted number each."""
    return np.sort(point.astype(np.int64) << 20 | area)


def _ways(shapes: list[Any], places: Places) -> dict[str, Callable[[], Found]]:
    """The ways to ask shapely."""
    tree, boxes = shapely.STRtree(shapes), shapely.bounds(shapes)
    shapely.prepare(shapes)

    def by_tree_of_areas() -> Found:
        point, area = tree.query(shapely.points(places.lon, places.lat), predicate="within")
        return point, area

    def by_tree_of_points() -> Found:
        area, point = shapely.STRtree(shapely.points(places.lon, places.lat)).query(shapes, predicate="contains")
        return point, area

    def by_box() -> Found:
        points, areas = [], []
        for number, (shape, (west, south, east, north)) in enumerate(zip(shapes, boxes, strict=True)):
            near = (places.lon >= west) & (places.lon <= east) & (places.lat >= south) & (places.lat <= north)
            near = np.flatnonzero(near)
            held = near[shapely.contains_xy(shape, places.lon[near], places.lat[near])]
            points.append(held)
            areas.append(np.full(len(held), number))
        return np.concatenate(points), np.concatenate(areas)

    return {"tree of areas": by_tree_of_areas, "tree of points": by_tree_of_points, "prepared areas by box": by_box}


if __name__ == "__main__":
    tell("zones", figures)
