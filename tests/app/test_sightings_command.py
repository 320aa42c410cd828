"""`hanbada sightings`: matches from files, with every row accounted for; passes; and gaps that satellites could have seen."""

from __future__ import annotations

import json

import pytest
from command import hanbada

from hanbada.geo.sphere import KNOT_MS, destination, wrapped
from hanbada.model.records import Coverage, Detection, Geometry
from hanbada.model.times import HOUR_US, iso, parse_time
from ships import SECOND, START, Scene

ELEMENTS = """ISS (ZARYA)
1 25544U 98067A   19343.69339541  .00001764  00000-0  38792-4 0  9991
2 25544  51.6439 211.2001 0007417  17.6667  85.6398 15.50103472202482
"""
EPOCH = parse_time("2019-12-09T16:38:29Z")


@pytest.fixture(scope="module")
def sea(tmp_path_factory):
    """Two ships for three hours, one silent for an hour around the image; a CSV of what was seen of them."""
    scene = Scene()
    for ship, lat in enumerate((35.0, 35.1)):
        scene.sail(440_000_101 + ship, lat, 179.9, 90.0, 10.0, 0.0, 3 * 3600.0, 60.0)
    folder = tmp_path_factory.mktemp("sea")
    rows = [
        f"{iso(at)},{mmsi},{lat:.6f},{wrapped(lon):.6f},{sog},{cog}"
        for at, mmsi, lat, lon, sog, cog, *_ in sorted(scene.rows)
        if mmsi == 440_000_101 or abs((at - START) / SECOND - 5400) > 1800
    ]
    (folder / "log.csv").write_text("\n".join(["at,mmsi,lat,lon,sog,cog", *rows]) + "\n")
    at = iso(START + 5400 * SECOND)
    places = [destination(lat, 179.9, 90.0, 10 * KNOT_MS * 5400) for lat in (35.0, 35.1)]
    seen = [f"{name},{at},{lat:.6f},{lon:.6f}" for name, (lat, lon) in zip("ab", places, strict=True)]
    (folder / "seen.csv").write_text(
        "\n".join(["id,time,lat,lon", *seen, f"c,{at},35.3,-179.9", f"d,{at},99,0"]) + "\n"
    )
    corners = [[179.8, 34.9], [180.4, 34.9], [180.4, 35.4], [179.8, 35.4], [179.8, 34.9]]
    polygon = {"type": "Polygon", "coordinates": [corners]}
    (folder / "scene.geojson").write_text(
        json.dumps({"type": "Feature", "properties": {"name": "x"}, "geometry": polygon})
    )
    return folder


def test_matches_are_told_with_their_probabilities_and_rejects(sea, tmp_path):
    words = (sea / "seen.csv", sea / "log.csv", "--sensor", "sar", "--scene", sea / "scene.geojson")
    ran = hanbada("sightings", "match", *words, "--json", home=tmp_path)
    assert ran.code == 0, ran.err
    assert "4 rows, 3 sightings, 1 rejects" in ran.err
    assert "no_position" in ran.err
    (look,) = [json.loads(line) for line in ran.out.splitlines()]
    said = {one["sighting_id"]: (one["verdict"], one["track"] and one["track"]["mmsi"]) for one in look["matches"]}
    assert said["a"] == ("matched", 440_000_101)
    assert said["b"] == ("matched", 440_000_102)
    assert said["c"][0] == "dark"
    text = hanbada("sightings", "match", *words, home=tmp_path).out.decode()
    assert "ships that nobody hears" in text
    assert "440000102" in text


def test_a_map_gets_sightings_and_lines_within_180_degrees(sea, tmp_path):
    ran = hanbada(
        "sightings", "match", sea / "seen.csv", sea / "log.csv", "--sensor", "sar", "--geojson", home=tmp_path
    )
    features = json.loads(ran.out)["features"]
    kinds = [one["geometry"]["type"] for one in features]
    assert kinds.count("Point") == 3
    assert len(kinds) == 5


def test_what_cannot_be_asked_is_said(sea, tmp_path):
    ran = hanbada("sightings", "match", sea / "seen.csv", sea / "log.csv", "--sensor", "eye", home=tmp_path)
    assert (ran.code, "--sensor eye" in ran.err) == (2, True)
    ran = hanbada("sightings", "match", sea / "none.csv", sea / "log.csv", home=tmp_path)
    assert (ran.code, "none.csv" in ran.err) == (1, True)


def test_passes_over_an_area(sea, tmp_path):
    (tmp_path / "my.tle").write_text(ELEMENTS)
    words = ("--tle", tmp_path / "my.tle", "--area", sea / "scene.geojson", "--from", iso(EPOCH), "--hours", 48)
    ran = hanbada("sightings", "passes", *words, "--swath-km", 700, "--json", home=tmp_path)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert 2 <= len(found) <= 12
    assert {one["satellite"] for one in found} == {"ISS (ZARYA)"}
    assert [one["begins_at"] for one in found] == sorted(one["begins_at"] for one in found)
    assert hanbada("sightings", "passes", *words[:4], "--from", "noon", home=tmp_path).code == 2


def gap(begin_us, end_us, lat, lon):
    return Detection(
        detection_id="gap-1", episode_id="gap-1", kind="gap", version=1, params_hash="x", state="closed",
        severity="warning", t_start=begin_us, t_end=end_us, vessels=(), probability=0.9, reasons=(),
        geometry=Geometry(kind="line", coordinates=((lon, lat), (lon + 0.1, lat))), counter_evidence=(), evidence=(),
        coverage=Coverage(),
    )  # fmt: skip


def test_a_gap_is_told_who_could_have_seen_it_only_with_elements(tmp_path):
    from hanbada.app.passing import FILE, line, seen_in_gap, told

    silence = gap(EPOCH, EPOCH + 48 * HOUR_US, 35.0, 179.95)
    assert seen_in_gap(silence, tmp_path) == []
    (tmp_path / FILE).write_text(ELEMENTS)
    found = seen_in_gap(silence, tmp_path)
    assert found
    assert told(found[0])["satellite"] in line(found[0])
    assert seen_in_gap(gap(EPOCH, EPOCH + HOUR_US // 60, 35.0, 179.95), tmp_path) == []
