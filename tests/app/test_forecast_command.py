"""`hanbada forecast`: text, JSON and GeoJSON of ships that repeat what others did before them."""

from __future__ import annotations

import json

import pytest
from command import hanbada

from hanbada.geo.sphere import KNOT_MS, destination, distance_m, wrapped
from hanbada.model.times import iso, parse_time
from ships import SECOND, START, Scene


@pytest.fixture(scope="module", params=[0.0, 179.6], ids=["Greenwich", "180 degrees"])
def sea(request, tmp_path_factory):
    """A lane of eight ships on eight nights, and a ninth that has sailed for an hour."""
    scene = Scene()
    for ship in range(9):
        until_s = 3600.0 if ship == 8 else 6 * 3600.0
        scene.sail(440_000_100 + ship, 35.0, 0.0, 80.0, 10.0, 86_400.0 * ship, 86_400.0 * ship + until_s, 60.0)
    scene.report(440_000_200, 8 * 86_400.0 + 3000, 35.2, 0.0)
    file = tmp_path_factory.mktemp("sea") / "log.csv"
    rows = [
        f"{iso(at)},{mmsi},{lat:.6f},{wrapped(lon + request.param):.6f},{sog},{cog}"
        for at, mmsi, lat, lon, sog, cog, *_ in sorted(scene.rows)
    ]
    file.write_text("\n".join(["at,mmsi,lat,lon,sog,cog", *rows]) + "\n")
    return file, request.param


def test_a_path_continues_the_lane_and_is_told_with_its_times(sea, tmp_path):
    file, east = sea
    ran = hanbada("forecast", file, "--vessel", 440_000_108, "--hours", 2, "--json", home=tmp_path)
    assert ran.code == 0, ran.err
    (one,) = json.loads(ran.out)
    assert one["mmsi"] == 440_000_108
    assert not one["thin_history"]
    last = one["path"][-1]
    sailed_s = (parse_time(last["at"]) - (START + 8 * 86_400 * SECOND)) / SECOND
    assert 3 * 3600 - 60 <= sailed_s <= 3 * 3600 + 600
    lat, lon = destination(35.0, 0.0, 80.0, 10 * KNOT_MS * sailed_s)
    assert distance_m(last["lat_deg"], last["lon_deg"], lat, wrapped(lon + east)) < 1500
    assert last["radius_90_m"] > one["path"][0]["radius_90_m"]


def test_a_map_gets_the_path_and_regions_within_180_degrees(sea, tmp_path):
    file, east = sea
    ran = hanbada("forecast", file, "--vessel", 440_000_108, "--geojson", home=tmp_path)
    features = json.loads(ran.out)["features"]
    assert {one["properties"]["what"] for one in features} == {"path", "region"}
    assert {one["properties"]["holds"] for one in features if one["properties"]["what"] == "region"} == {0.5, 0.9}
    numbers = json.dumps([one["geometry"]["coordinates"] for one in features])
    lons = [float(pair.split(",")[0]) for pair in numbers.replace("[", "").replace(" ", "").split("],") if pair]
    assert all(-180 <= lon <= 180 for lon in lons)
    assert any(one["geometry"]["type"].startswith("Multi") for one in features) == (east > 100)


def test_a_moment_in_the_past_knows_nothing_of_what_came_later(sea, tmp_path):
    file, _ = sea
    at = iso(START + (3 * 86_400 + 3600) * SECOND)
    ran = hanbada("forecast", file, "--at", at, "--json", home=tmp_path)
    (one,) = json.loads(ran.out)
    assert one["mmsi"] == 440_000_103
    assert one["heard_at"] == at


def test_history_of_another_file_is_used(sea, tmp_path):
    file, _ = sea
    lines = file.read_text().splitlines()
    ninth = tmp_path / "ninth.csv"
    ninth.write_text("\n".join([lines[0], *(line for line in lines if ",440000108," in line)]) + "\n")
    alone = json.loads(hanbada("forecast", ninth, "--json", home=tmp_path).out)[0]
    known = json.loads(hanbada("forecast", ninth, "--history", file, "--json", home=tmp_path).out)[0]
    assert alone["rests_on"]["ships_there"] < known["rests_on"]["ships_there"]


def test_a_ship_heard_once_is_counted_not_guessed(sea, tmp_path):
    file, _ = sea
    ran = hanbada("forecast", file, home=tmp_path)
    assert "1 with too little behind them" in ran.err
    assert b"440000200" not in ran.out
    assert b"90 % within" in ran.out
    assert hanbada("forecast", file, "--vessel", 440_000_200, home=tmp_path).code == 3


@pytest.mark.parametrize("words", [["--hours", "0"], ["--hours", "99"], ["--at", "yesterday"]])
def test_what_cannot_be_asked_is_said(sea, tmp_path, words):
    ran = hanbada("forecast", sea[0], *words, home=tmp_path)
    assert ran.code == 2
    assert words[0] in ran.err
