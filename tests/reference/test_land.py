"""Built-in land: its polygons say land and sea as another geometry library says it, on both sides of 180 degrees."""

import gzip
import json

import numpy as np
import pytest
import shapely
import shapely.affinity
from sets import holds, read

from hanbada.geo.areas import index_areas
from hanbada.model.errors import PackError
from hanbada.reference import kinds
from hanbada.reference.countries_iso3166 import COUNTRIES
from hanbada.reference.shapes import Area
from hanbada.store import packs

LAND = [(37.5, 127.0), (67.0, 179.5), (67.0, -179.5), (71.2, 180.0), (71.2, -179.9), (-80.0, 0.0), (-89.9, 179.9), (52.0, 0.0),
        (-16.5, 179.2), (64.8, -18.0), (-25.0, 135.0)]  # fmt: skip
SEA = [
    (35.0, 130.0),
    (0.0, -150.0),
    (-60.0, 100.0),
    (60.0, 180.0),
    (-17.5, 180.0),
    (85.0, 0.0),
    (1.0, 104.4),
    (34.5, 129.0),
]


@pytest.fixture(scope="module")
def land() -> tuple[Area, ...]:
    return packs.built_in("land").rows


@pytest.fixture(scope="module")
def fine() -> tuple[Area, ...]:
    return packs.built_in("land_fine").rows


def shapes(areas: tuple[Area, ...]) -> shapely.STRtree:
    polygons = [shapely.Polygon(area.rings[0], area.rings[1:]) for area in areas]
    return shapely.STRtree(
        polygons + [shapely.affinity.translate(one, turn) for one in polygons for turn in (360, -360)]
    )


@pytest.mark.parametrize("name", ["land", "land_fine"])
def test_land_is_land_and_sea_is_sea(name: str) -> None:
    areas = packs.built_in(name).rows
    index = index_areas([area.rings for area in areas])
    assert [place for place in LAND if not index.holding(*place)] == []
    assert [place for place in SEA if index.holding(*place)] == []


@pytest.mark.parametrize("name", ["land", "land_fine"])
def test_twenty_thousand_places_agree_with_shapely(name: str) -> None:
    areas = packs.built_in(name).rows
    random = np.random.default_rng(7)
    lat = np.degrees(np.arcsin(random.uniform(-1, 1, 20_000)))
    lon = random.uniform(-180, 180, 20_000)
    lon[:4000] = 180.0 - random.exponential(3.0, 4000)
    lon[4000:6000] = -180.0 + random.exponential(3.0, 2000)
    points, numbers = index_areas([area.rings for area in areas]).memberships(lat, lon)
    assert len(numbers) == len(points)
    ours = np.zeros(len(lat), bool)
    ours[points] = True
    tree = shapes(areas)
    theirs = np.zeros(len(lat), bool)
    theirs[tree.query(shapely.points(lon, lat), predicate="within")[0]] = True
    differ = np.flatnonzero(ours != theirs)
    assert len(differ) == 0, [(lat[i], lon[i], ours[i]) for i in differ[:5]]
    share = ours.mean()
    assert 0.2 < share < 0.45


def test_land_seen_by_the_index_is_land_seen_the_slow_way(land: tuple[Area, ...]) -> None:
    index = index_areas([area.rings for area in land])
    random = np.random.default_rng(3)
    for lat, lon in zip(random.uniform(-85, 85, 60), random.uniform(-180, 180, 60), strict=True):
        slow = {number for number, area in enumerate(land) if holds(area, lat, lon)}
        assert set(index.holding(lat, lon)) == slow


@pytest.mark.parametrize("name", ["land", "land_fine", "countries"])
def test_no_built_in_ring_jumps(name: str) -> None:
    for area in packs.built_in(name).rows:
        west, south, east, north = area.bounds
        assert east - west <= 360.0 + 1e-9
        assert south >= -90.0
        assert north <= 90.0
        for ring in area.rings:
            assert np.array_equal(ring[0], ring[-1])
            steps = np.abs(np.diff(ring[:, 0]))
            assert steps.max() <= 180.0 or set(ring[steps.argmax() : steps.argmax() + 2, 1]) == {-90.0}


def test_the_finer_coast_knows_more_islands(land: tuple[Area, ...], fine: tuple[Area, ...]) -> None:
    assert (len(land), len(fine)) == (1419, 4048)


def test_countries_carry_codes_and_hold_their_capitals() -> None:
    countries = packs.built_in("countries").rows
    codes = {area.claimants[0]: area for area in reversed(countries) if area.claimants}
    assert set(codes) <= {entry.iso2 for entry in COUNTRIES}
    assert len({area.area_id for area in countries}) == len(countries) == 241
    assert {area.name for area in countries if not area.claimants} >= {"Somaliland", "Kosovo", "Siachen Glacier"}
    assert holds(codes["KR"], 37.55, 126.99)
    assert holds(codes["FJ"], -16.6, 179.4)
    assert holds(codes["RU"], 67.0, -179.0)
    assert holds(codes["RU"], 55.7, 37.6)
    assert holds(codes["US"], 64.0, -150.0)
    assert not holds(codes["KP"], 37.55, 126.99)


def test_built_in_ports_and_network_are_the_package_s() -> None:
    assert packs.built_in("ports").rows.num_rows == 3962
    assert packs.built_in("network").rows.num_rows == 15936


@pytest.mark.pack
def test_what_is_built_in_is_what_was_published() -> None:
    published = read("land", "geo-natural-earth", "land-50m.json").rows
    ours = packs.built_in("land").rows
    assert all(
        np.array_equal(a, b)
        for one, other in zip(published, ours, strict=True)
        for a, b in zip(one.rings, other.rings, strict=True)
    )


def test_topologies_with_broken_arcs_are_faults_not_crashes() -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[0, 0], [10, 0], [0, 10], [-10, -10]]],
        "objects": {"land": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0]]}, {"type": "Polygon", "arcs": [[5]]}, {"type": "Polygon", "arcs": "x"},
            {"type": "MultiPolygon", "arcs": [[["a"]]]}, {"type": "Point", "arcs": []}]}},
    }  # fmt: skip
    with pytest.raises(PackError, match="TopoJSON"):
        kinds.read("land", {"l.json": gzip.compress(json.dumps(topology).encode())})
    topology["objects"]["land"]["geometries"] = topology["objects"]["land"]["geometries"][:2]
    reading = kinds.read("land", {"l.json": json.dumps(topology).encode()})
    assert len(reading.rows) == 1
    assert reading.rejects.num_rows == 1
