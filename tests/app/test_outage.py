"""`hanbada detect --outage`: who was over a cable when it failed, as a person and as a program reads it."""

from __future__ import annotations

import json

import pytest
from command import hanbada, voyage

ROUTE = {
    "type": "Feature",
    "properties": {"id": "c-1", "name": "Crossing", "uncertainty_m": 200},
    "geometry": {"type": "LineString", "coordinates": [[127.5, 34.02], [128.5, 34.02]]},
}


@pytest.fixture
def files(tmp_path):
    """A ship that goes north over a cable after 7 min 12 s, and the cable."""
    (tmp_path / "log").write_bytes(b"\n".join(voyage()))
    (tmp_path / "routes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [ROUTE]}))
    return tmp_path / "log", "--cables", tmp_path / "routes.geojson", "--quiet"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_the_ship_over_the_cable_is_ranked_and_the_rest_is_nobody(files, home) -> None:
    ran = hanbada("detect", *files, "--outage", "2024-03-10T20:07:12Z@crossing", "--json", home=home)
    assert ran.code in {0, 3}, ran.err
    (answer,) = map(json.loads, ran.out.splitlines())
    (one,) = answer["suspects"]
    assert (one["mmsi"], one["cable"], answer["cable"]) == (440_123_450, "Crossing", "Crossing")
    assert one["away_m"] < 60
    assert one["crossed_at"].startswith("2024-03-10T20:07:")
    assert one["probability"] + answer["none_of_these"] == pytest.approx(1.0)


def test_the_table_names_the_ship_and_when_it_crossed(files, home) -> None:
    said = hanbada("detect", *files, "--outage", "2024-03-10T20:07:12Z", home=home).out.decode()
    assert "440123450" in said
    assert "crossed 102007ZMAR24" in said
    assert "none of these" in said


@pytest.mark.parametrize(
    ("outage", "said"),
    [
        ("yesterday", "--outage yesterday: write it as"),
        ("2024-03-10T20:07:12Z@Nowhere", "no cable Nowhere; there are Crossing"),
    ],
)
def test_what_cannot_be_an_outage_is_refused(files, home, outage, said) -> None:
    ran = hanbada("detect", *files, "--outage", outage, home=home)
    assert ran.code == 2
    assert said in ran.err


def test_an_outage_without_routes_is_refused(files, home) -> None:
    ran = hanbada("detect", files[0], "--outage", "2024-03-10T20:07:12Z", home=home)
    assert ran.code == 2
    assert "--cables" in ran.err
