"""The base map: ours in the wheel, the owner's in the data directory."""

import gzip
import json
import os
import shutil
from pathlib import Path

import pytest
from fakes import FakeDesk, FakeSite
from harness import Client

from hanbada.app.web import Settings, create
from hanbada.app.web.chart import BUILT_IN, Chart


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


def test_a_pack_in_the_data_directory_takes_its_place(tmp_path):
    folder = tmp_path / "packs" / "basemap"
    folder.mkdir(parents=True)
    shutil.copy(BUILT_IN / "base.pmtiles", folder / "mine.pmtiles")
    chart = Chart(tmp_path)
    assert chart.file == folder / "mine.pmtiles"
    assert chart.version != Chart(None).version
    assert tile(client_of(tmp_path), 6, 54, 25, tmp_path).status_code == 200


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
        content = gzip.decompress(chart.reader.get(6, x, 16))
        assert b"land" in content


@pytest.mark.pack
def test_the_richer_map_of_the_pack_serves(tmp_path):
    shared = Path(os.environ.get("HANBADA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
    source = shared / "basemap-natural-earth" / "base-z6.pmtiles"
    if not source.exists():
        pytest.skip("data set basemap-natural-earth is not beside the project (it may not be shipped)")
    folder = tmp_path / "packs" / "basemap"
    folder.mkdir(parents=True)
    shutil.copy(source, folder / "base-z6.pmtiles")
    assert {"bathy", "lakes", "maritime"} <= set(Chart(tmp_path).about["layers"])
    assert json.dumps(Chart(tmp_path).about)
