"""The base map: ours in the wheel, the owner's in the data directory."""

import gzip
import io
import json
import os
from pathlib import Path

import pytest
from fakes import FakeDesk, FakeSite
from harness import Client
from pmtiles.tile import Compression, TileType
from pmtiles.writer import Writer

from hanbada.app.web import Settings, create
from hanbada.app.web.chart import BUILT_IN, Chart
from hanbada.store import packs


def client_of(data_dir=None):
    client = Client(create(FakeSite(12), FakeDesk.manned(), Settings(data_dir=data_dir)))
    client.sign_in("viewer")
    return client


def tile(client, z, x, y, data_dir=None):
    return client.get(Chart(data_dir).about["tiles"].format(z=z, x=x, y=y))


def test_tiles_come_from_the_package():
    client = client_of()
    found = tile(client, 6, 54, 25)  # Busan
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert b"land" in found.content
    assert b"Pusan" in found.content
    assert tile(client, 0, 0, 0).status_code == 200


def test_where_there_is_only_sea_there_is_no_tile():
    assert tile(client_of(), 6, 8, 30).status_code == 204


@pytest.mark.parametrize("place", [(7, 0, 0), (2, 4, 0), (2, 0, 9)])
def test_tiles_that_cannot_be_are_not_found(place):
    assert tile(client_of(), *place).status_code == 404


def test_the_built_in_map_is_small_and_complete():
    chart = Chart(None)
    assert (BUILT_IN / "base.pmtiles").stat().st_size < 6_000_000
    assert chart.about["max_zoom"] == 6
    assert set(chart.about["layers"]) == {"land", "borders", "ports"}


def test_a_pack_that_was_added_takes_its_place(tmp_path):
    chart, client = Chart(tmp_path), client_of(tmp_path)
    before = chart.about
    packs.add(tmp_path, {"mine.pmtiles": (BUILT_IN / "base.pmtiles").read_bytes()}, added_at=1)
    assert chart.archive.file == packs.file_of(tmp_path, "basemap", ".pmtiles")
    assert chart.about["tiles"] != before["tiles"]
    assert client.get(chart.about["tiles"].format(z=6, x=54, y=25)).status_code == 200
    assert client.get("/vessels/440123450").text.count(chart.archive.version) == 1


def test_a_page_opened_before_a_pack_was_added_keeps_its_map(tmp_path):
    client = client_of(tmp_path)
    client.get("/")
    old = Chart(None).about["tiles"].format(z=6, x=54, y=25)
    tile_before = client.get(old).content
    packs.add(tmp_path, {"mine.pmtiles": empty_map()}, added_at=1)
    client.get("/")
    assert client.get(old).content == tile_before


def test_a_pack_of_pictures_is_passed_over(tmp_path):
    packs.add(tmp_path, {"pictures.pmtiles": empty_map(TileType.PNG)}, added_at=1)
    assert Chart(tmp_path).archive.file == BUILT_IN / "base.pmtiles"


def empty_map(kind=TileType.MVT):
    """A PMTiles file with one tile without content."""
    out = io.BytesIO()
    writer = Writer(out)
    writer.write_tile(0, b"\x1f\x8b")
    header = {"tile_type": kind, "tile_compression": Compression.GZIP, "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 1, "max_lat_e7": 1, "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}  # fmt: skip
    writer.finalize(header, {"vector_layers": [{"id": "land"}]})
    return out.getvalue()


def test_place_names_are_the_owners(tmp_path):
    (tmp_path / "names.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    assert client_of(tmp_path).get("/chart/names.geojson").json()["features"] == []


def test_disputed_seas_carry_both_names_by_default():
    names = client_of().get("/chart/names.geojson").json()["features"]
    english = {feature["properties"]["name_en"] for feature in names}
    assert "East Sea / Sea of Japan" in english
    assert all(feature["properties"].get("name_ko") for feature in names)


def test_the_land_is_whole_across_180_degrees():
    """The tile east of the antimeridian holds Chukotka's land up to its edge."""
    chart = Chart(None)
    for x in (0, 63):
        content = gzip.decompress(chart.archive.reader.get(6, x, 16))
        assert b"land" in content


@pytest.mark.pack
def test_the_richer_map_of_the_pack_serves(tmp_path):
    shared = Path(os.environ.get("HANBADA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
    source = shared / "basemap-natural-earth" / "base-z6.pmtiles"
    if not source.exists():
        pytest.skip("data set basemap-natural-earth is not beside the project (it may not be shipped)")
    packs.add(tmp_path, {"base-z6.pmtiles": source.read_bytes()}, added_at=1)
    assert {"bathy", "lakes", "maritime"} <= set(Chart(tmp_path).about["layers"])
    assert json.dumps(Chart(tmp_path).about)
