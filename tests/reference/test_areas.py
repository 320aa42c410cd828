"""Areas: claims stay claims, seas get neutral names, a user's zones are understood or refused with the feature's number."""

import gzip
import json
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from sets import files, holds, pack, read

from hanbada.geo.areas import index_areas
from hanbada.geo.sphere import bearing_deg, turn
from hanbada.model.errors import PackError
from hanbada.reference import areas, cables, kinds
from hanbada.reference.shapes import OTHERS, in_season

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[129.0, 35.0], [130.0, 35.0], [130.0, 36.0], [129.0, 36.0], [129.0, 35.0]]],
}
LANE = {"type": "LineString", "coordinates": [[129.0, 35.0], [129.2, 35.0], [129.4, 35.1]]}


def geojson(*features: tuple[dict[str, Any] | None, dict[str, Any]]) -> bytes:
    listed = [{"type": "Feature", "geometry": shape, "properties": properties} for shape, properties in features]
    return json.dumps({"type": "FeatureCollection", "features": listed}).encode()


# Disputed areas


@pytest.mark.pack
def test_no_overlapping_claim_has_one_owner() -> None:
    found = read("areas", "geo-eez-westpacific", "eez.geojson.gz").rows
    kinds_found = {kind: sum(area.kind == kind for area in found) for kind in {area.kind for area in found}}
    assert kinds_found == {"eez": 26, "overlapping_claim": 7, "joint_regime": 2}
    for area in found:
        if area.kind == "overlapping_claim":
            assert area.disputed
            assert len(area.claimants) >= 2
        elif area.kind == "eez":
            assert len(area.claimants) == 1
            assert not area.disputed


@pytest.mark.pack
def test_claimants_are_all_named_in_alphabetical_order() -> None:
    found = {area.area_id: area for area in read("areas", "geo-eez-westpacific", "eez.geojson.gz").rows}
    assert found["mr-48954"].claimants == ("CN", "JP", "TW")
    assert found["mr-48955"].claimants == ("JP", "KR")
    assert found["mr-48950"].claimants == ("JP", "RU")
    assert found["mr-21796"].claimants == ("JP", "KR")
    assert found["mr-49003"].claimants == ("CN", OTHERS)
    assert "Dokdo / Takeshima" in found["mr-48955"].name
    assert "Diaoyu / Senkaku" in found["mr-48954"].name


@pytest.mark.pack
def test_places_lie_in_the_areas_they_should() -> None:
    found = read("areas", "geo-eez-westpacific", "eez.geojson.gz").rows

    def names(lat: float, lon: float) -> set[str]:
        return {f"{area.kind}:{'/'.join(area.claimants)}" for area in found if holds(area, lat, lon)}

    assert names(37.24, 131.9) == {"overlapping_claim:JP/KR"}
    assert names(34.0, 128.5) == {"eez:KR"}
    assert names(38.5, 132.0) == {"eez:KP"} or names(38.5, 132.0) == {"eez:KR"}
    assert names(25.8, 123.5) == {"overlapping_claim:CN/JP/TW"}
    assert names(13.0, 144.5) == {"eez:US"}
    assert names(50.0, 179.9) == {"eez:US"}  # this copy of the data ends at 180 degrees
    assert names(58.0, 172.0) == {"eez:RU"}
    assert names(0.0, -30.0) == set()


@pytest.mark.pack
def test_no_real_area_jumps_at_180() -> None:
    for folder, file in (
        ("geo-eez-westpacific", "eez.geojson.gz"),
        ("geo-baltic-boundaries", "territorial_waters_baltic.geojson.gz"),
    ):
        for area in read("areas", folder, file).rows:
            assert max(np.abs(np.diff(ring[:, 0])).max() for ring in area.rings) < 180.0
            west, _, east, _ = area.bounds
            assert east - west <= 360.0


def test_a_dispute_in_any_wording_is_an_overlapping_claim() -> None:
    data = geojson(
        (
            SQUARE,
            {
                "GEONAME": "Disputed Kenya/Somalia",
                "POL_TYPE": "Disputed",
                "SOVEREIGN1": "Kenya",
                "SOVEREIGN2": "Somalia",
            },
        ),
        (
            SQUARE,
            {"GEONAME": "Overlapping claim X: Chile / Peru", "POL_TYPE": "Overlapping claim", "SOVEREIGN1": "Chile"},
        ),
        (SQUARE, {"GEONAME": "Somewhere", "POL_TYPE": "Overlapping claim", "SOVEREIGN1": "Chile", "MRGID": 7}),
        (SQUARE, {"GEONAME": "Korean 12 NM", "POL_TYPE": "12NM", "SOVEREIGN1": "South Korea", "ISO_SOV1": "KOR"}),
    )
    found = kinds.read(None, {"eez_v12.geojson": data}).rows
    assert [area.kind for area in found] == ["overlapping_claim"] * 3 + ["territorial"]
    assert [area.claimants for area in found] == [("KE", "SO"), ("CL", "PE"), ("CL", OTHERS), ("KR",)]
    assert found[2].area_id == "mr-7"


def test_an_area_of_two_sovereigns_is_disputed_whatever_its_type_says() -> None:
    data = geojson((SQUARE, {"GEONAME": "x", "POL_TYPE": "200NM", "SOVEREIGN1": "Japan", "SOVEREIGN2": "South Korea"}))
    area = kinds.read("areas", {"a.geojson": data}).rows[0]
    assert area.claimants == ("JP", "KR")
    assert area.disputed


# A user's zones


def test_a_zone_says_what_it_is() -> None:
    properties = {
        "id": "z1", "name": "Closed box", "kind": "closed", "claimants": ["KOR", "Japan"], "rule": "dwell", "accuracy_m": 50,
        "season": "11-01/02-15",
    }  # fmt: skip
    (zone,) = areas.read_geojson(geojson((SQUARE, properties)))
    assert (zone.area_id, zone.name, zone.kind, zone.rule) == ("z1", "Closed box", "closed", "dwell")
    assert (zone.claimants, zone.accuracy_m, zone.seasons) == (("JP", "KR"), 50.0, ((1101, 215),))
    assert in_season(zone, 1, 1)
    assert not in_season(zone, 7, 1)


def test_a_zone_that_says_nothing_raises_an_alert_on_entry() -> None:
    (zone,) = areas.read_geojson(geojson((SQUARE, {})))
    assert (zone.area_id, zone.kind, zone.rule, zone.claimants) == ("zone-1", "user", "entry", ())
    assert areas.read_geojson(geojson((SQUARE, {})), default_rule="none")[0].rule == "none"


def test_a_marine_regions_file_may_be_given_as_zones() -> None:
    data = geojson((SQUARE, {"geoname": "Korean EEZ", "pol_type": "200NM", "sovereign1": "South Korea", "mrgid": 8327}))
    (zone,) = areas.read_geojson(data)
    assert (zone.kind, zone.claimants, zone.rule, zone.area_id) == ("eez", ("KR",), "entry", "mr-8327")


def test_a_line_with_a_buffer_becomes_a_corridor_and_a_point_a_circle() -> None:
    point = {"type": "Point", "coordinates": [129.0, 35.0]}
    strip, circle = areas.read_geojson(geojson((LANE, {"buffer_m": 500}), (point, {"buffer_m": 1000, "id": "p"})))
    assert holds(strip, 35.0, 129.1)
    assert holds(strip, 35.003, 129.1)
    assert not holds(strip, 35.01, 129.1)
    assert holds(circle, 35.005, 129.005)
    assert not holds(circle, 35.02, 129.0)


def test_a_lane_drawn_as_a_line_has_a_direction_per_segment() -> None:
    lanes = areas.read_geojson(geojson((LANE, {"kind": "tss_lane", "buffer_m": 463, "name": "North"})))
    assert [lane.area_id for lane in lanes] == ["North-1", "North-2"]
    assert [round(lane.direction_deg or 0) for lane in lanes] == [90, 59]
    assert {lane.rule for lane in lanes} == {"wrong_way"}


def test_a_bbox_stands_for_a_box_and_may_cross_180() -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": "dateline"},
        "geometry": None,
        "bbox": [179.0, -5.0, -179.0, 5.0],
    }
    (zone,) = areas.read_geojson(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    assert holds(zone, 0.0, 180.0)
    assert holds(zone, 0.0, -179.5)
    assert not holds(zone, 0.0, 178.0)
    assert not holds(zone, 0.0, 0.0)


@pytest.mark.parametrize("wrap", ["feature", "geometry", "multi", "collection"])
def test_every_geojson_object_is_understood(wrap: str) -> None:
    objects = {
        "feature": {"type": "Feature", "properties": {}, "geometry": SQUARE},
        "geometry": SQUARE,
        "multi": {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]},
        "collection": {"type": "GeometryCollection", "geometries": [SQUARE]},
    }
    (zone,) = areas.read_geojson(json.dumps(objects[wrap]).encode())
    assert holds(zone, 35.5, 129.5)


@pytest.mark.parametrize(
    ("shape", "properties", "told"),
    [
        (SQUARE, {"kind": "fortress"}, "kind is 'fortress', not one of"),
        (SQUARE, {"rule": "shoot"}, "rule is 'shoot', not one of entry"),
        (SQUARE, {"rule": "wrong_way"}, "needs direction_deg"),
        (SQUARE, {"direction_deg": 400}, "direction_deg is '400', not a number from 0 to 360"),
        (SQUARE, {"direction_deg": "north"}, "direction_deg is 'north'"),
        (SQUARE, {"buffer_m": 100}, "widens lines and points only"),
        (SQUARE, {"season": "summer"}, "season is 'summer'"),
        (SQUARE, {"season": "13-01/14-01"}, "season is '13-01/14-01'"),
        (SQUARE, {"accuracy_m": -1}, "accuracy_m is '-1'"),
        (LANE, {}, "needs buffer_m"),
        (LANE, {"buffer_m": "wide"}, "buffer_m is 'wide'"),
        (LANE, {"kind": "tss_lane"}, "needs buffer_m"),
        (None, {}, "no geometry"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, {}, "three corners"),
        ({"type": "Polygon", "coordinates": [[[500000, 4e6], [500001, 4e6], [5e5, 4e6 + 1]]]}, {}, "degrees"),
        ({"type": "Polygon", "coordinates": []}, {}, "no geometry"),
        ({"type": "Polygon", "coordinates": 5}, {}, "not a list"),
        ({"type": "Polygon", "coordinates": [5]}, {}, "not numbers in pairs|not pairs"),
        ({"type": "Polygon", "coordinates": [[None]]}, {}, "not"),
        ({"type": "Circle", "coordinates": [0, 0]}, {}, 'geometry type "Circle"'),
        ({"type": "Polygon"}, {}, "not a list"),
    ],
)
def test_a_zone_that_cannot_be_used_is_refused_with_its_number(
    shape: Any, properties: dict[str, Any], told: str
) -> None:
    with pytest.raises(PackError, match=told) as caught:
        areas.read_geojson(geojson((SQUARE, {"id": "good"}), (shape, properties)), name="mine.geojson")
    assert "mine.geojson: feature 2: " in str(caught.value)


def test_many_bad_zones_are_counted_and_the_first_told() -> None:
    with pytest.raises(PackError, match=r"feature 1: .*feature 5: .*\(and 7 more\)"):
        areas.read_geojson(geojson(*[(LANE, {})] * 12))


def test_two_zones_of_one_name_are_refused() -> None:
    with pytest.raises(PackError, match="2 features are called"):
        areas.read_geojson(geojson((SQUARE, {"id": "a"}), (SQUARE, {"id": "a"})))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[1, 2]", b"hello", b'{"type": "FeatureCollection", "features": []}', b"\x00\x01\x02", b"{}", b"null"],
)
def test_what_is_no_geojson_is_refused(data: bytes) -> None:
    with pytest.raises(PackError):
        areas.read_geojson(data)


def test_a_byte_order_mark_and_latin_1_are_no_obstacle() -> None:
    (zone,) = areas.read_geojson(b"\xef\xbb\xbf" + geojson((SQUARE, {"name": "부산항"})))
    assert zone.name == "부산항"
    latin = geojson((SQUARE, {"name": "NAME"})).replace(b"NAME", "Zürich".encode("latin-1"))
    assert areas.read_geojson(latin)[0].name == "Zürich"


def test_an_area_cannot_be_changed() -> None:
    (zone,) = areas.read_geojson(geojson((SQUARE, {})))
    with pytest.raises(AttributeError):
        zone.name = "other"
    assert msgspec.structs.replace(zone, rule="exit").rule == "exit"


# Traffic lanes, cables


@pytest.mark.pack
def test_lanes_know_their_way_and_things_on_land_are_left_out() -> None:
    lines = read("tss", "geo-tss-osm", "separation_lanes_with_direction.geojson.gz")
    lanes = [area for area in lines.rows if area.kind == "tss_lane"]
    assert len(lanes) > 1500
    assert all(area.rule == "wrong_way" and area.direction_deg is not None for area in lanes)
    dover = [area for area in lanes if holds_near(area, 50.95, 1.45)]
    assert dover
    polygons = read("tss", "geo-tss-osm", "seamarks-tss-polys.geojson.gz")
    assert polygons.left_out["a building tagged by mistake"] == 29
    assert {area.kind for area in polygons.rows} == {"tss_zone", "inshore_zone"}


def holds_near(area: Any, lat: float, lon: float) -> bool:
    west, south, east, north = area.bounds
    return abs((south + north) / 2 - lat) < 0.25 and abs((west + east) / 2 - lon) < 0.25


@pytest.mark.pack
def test_real_ships_in_traffic_lanes_mostly_go_their_way() -> None:
    lanes = [
        area for area in read("tss", "geo-tss-osm", "seamarks-tss-lines.geojson.gz").rows if area.kind == "tss_lane"
    ]
    columns = ["lat", "lon", "cog", "sog"]
    ships = pl.read_parquet(pack("ais-corpus-open", "ais_corpus_open.parquet"), columns=columns).drop_nulls()
    ships = ships.filter(pl.col("sog") > 5)
    lat, lon, cog = (ships[name].to_numpy().astype(float) for name in columns[:3])
    points, numbers = index_areas([lane.rings for lane in lanes]).memberships(lat, lon)
    flow = np.array([lanes[number].direction_deg for number in numbers])
    off = np.abs((cog[points] - flow + 180.0) % 360.0 - 180.0)
    assert len(points) > 1500
    assert (off < 30.0).mean() > 0.95
    assert (off > 90.0).mean() < 0.02


@pytest.mark.pack
def test_the_direction_of_a_lane_is_that_of_its_line() -> None:
    raw = json.loads(gzip.decompress(next(iter(files("geo-tss-osm", "seamarks-tss-lines.geojson.gz").values()))))
    ways = {one["properties"]["osm_id"]: one["geometry"]["coordinates"] for one in raw["features"]}
    for lane in read("tss", "geo-tss-osm", "seamarks-tss-lines.geojson.gz").rows:
        if lane.kind == "tss_lane" and lane.area_id.endswith("-1"):
            (lon_1, lat_1), (lon_2, lat_2) = ways[lane.area_id.split("-")[1]][:2]
            assert abs(turn(bearing_deg(lat_1, lon_1, lat_2, lon_2), lane.direction_deg)) < 0.1


def test_a_lane_that_states_the_opposite_of_its_drawing_is_turned() -> None:
    tagged = {
        "osm_id": "1",
        "other_tags": '"seamark:type"=>"separation_lane","seamark:separation_lane:orientation"=>"270"',
    }
    lane = kinds.read("tss", {"t.geojson": geojson((LANE, tagged))}).rows[0]
    assert round(lane.direction_deg) == 270


def test_lanes_take_a_width_of_their_own() -> None:
    tagged = {"osm_id": "1", "seamark:type": "separation_lane", "buffer_m": 2000}
    wide = kinds.read("tss", {"t.geojson": geojson((LANE, tagged))}).rows[0]
    usual = kinds.read("tss", {"t.geojson": geojson((LANE, tagged | {"buffer_m": None}))}).rows[0]
    assert holds(wide, 35.012, 129.1)
    assert not holds(usual, 35.012, 129.1)
    assert holds(usual, 35.004, 129.1)


def test_lanes_side_by_side_do_not_overlap_and_canals_are_left_out() -> None:
    tagged = {"seamark:type": "separation_lane"}
    south = {"type": "LineString", "coordinates": [[129.4, 35.0], [129.0, 35.0]]}
    north = {"type": "LineString", "coordinates": [[129.0, 35.005], [129.4, 35.005]]}
    wide = {"type": "LineString", "coordinates": [[140.0, 35.0], [140.4, 35.0]]}
    lanes = kinds.read("tss", {"t.geojson": geojson((south, tagged), (north, tagged), (wide, tagged))}).rows
    for lat in np.linspace(34.99, 35.015, 40):
        assert sum(holds(lane, lat, 129.2) for lane in lanes) <= 1
    assert holds(lanes[0], 35.002, 129.2)
    assert not holds(lanes[0], 35.003, 129.2)
    assert holds(lanes[2], 35.004, 140.2)
    near = {"type": "LineString", "coordinates": [[129.0, 35.0002], [129.4, 35.0002]]}
    canal = kinds.read("tss", {"t.geojson": geojson((south, tagged), (near, tagged))})
    assert canal.rows == ()
    assert list(canal.left_out.values()) == [2]


def test_cables_carry_how_far_off_they_may_be() -> None:
    data = geojson(
        (LANE, {"name": "KJCN", "uncertainty_m": 200}),
        (LANE, {"name": "schematic"}),
        (LANE, {"uncertainty_m": "poor"}),
        (LANE, {"uncertainty_m": -3}),
        (SQUARE, {"uncertainty_m": 5}),
        (LANE, {"kind": "tunnel"}),
    )
    reading = kinds.read(None, {"cables.geojson": data})
    assert [(line.name, line.uncertainty_m) for line in reading.rows] == [("KJCN", 200.0), ("schematic", None)]
    assert reading.rejects["row"].to_pylist() == [3, 4, 5, 6]
    strips = cables.corridor_areas(reading.rows, half_width_m=300.0)
    assert {strip.kind for strip in strips} == {"cable"}
    sure, schematic = strips[0], strips[2]
    assert holds(sure, 35.004, 129.1)
    assert not holds(sure, 35.006, 129.1)
    assert holds(schematic, 35.2, 129.1)
    assert [round(strip.direction_deg) for strip in strips[:2]] == [90, 59]
