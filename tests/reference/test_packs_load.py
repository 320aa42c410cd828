"""Every data set beside the project loads through its loader, with the rows its index counts."""

import csv
import gzip
import io
import zipfile

import pyarrow.compute as pc
import pytest
from sets import files, read

from hanbada.reference import kinds, storms, tables
from hanbada.reference.incidents import angles
from hanbada.reference.mmsi import flag_of

pytestmark = pytest.mark.pack

COUNTED = [
    # folder, file, kind, rows in, rejects, rows out
    ("geo-ports-wpi", "UpdatedPub150.csv.gz", "ports", 3768, 0, 3768),
    ("geo-marnet-searoute", "ports.geojson.gz", "ports", 3962, 0, 3962),
    ("geo-marnet-searoute", "marnet_searoute.geojson.gz", "network", 4109, 0, 15936),
    ("geo-anchorages-gfw", "anchorage_overrides.csv.gz", "anchorages", 60410, 1, 60409),
    ("geo-anchorages-gfw", "WPI_ports.csv.gz", "anchorages", 3669, 0, 3669),
    ("geo-anchorages-gfw", "indonesia.csv", "anchorages", 820, 0, 820),
    ("geo-eez-westpacific", "eez.geojson.gz", "areas", 35, 0, 35),
    ("geo-baltic-boundaries", "territorial_waters_baltic.geojson.gz", "areas", 4, 0, 4),
    ("geo-chokepoints", "chokepoints.geojson", "areas", 10, 0, 10),
    ("geo-baltic-boundaries", "baltic_maritime_boundaries.geojson.gz", "limits", 21, 0, 21),
    ("geo-us-maritime-limits", "USMaritimeLimitsAndBoundariesSHP.zip", "limits", 260, 0, 260),
    ("geo-shipping-lanes", "Shipping_Lanes_v1.geojson.gz", "lanes", 3, 0, 3),
    ("geo-tss-osm", "seamarks-tss-lines.geojson.gz", "tss", 2305, 0, 2331),
    ("geo-tss-osm", "seamarks-tss-polys.geojson.gz", "tss", 38, 0, 6),
    ("geo-tss-osm", "separation_lanes_with_direction.geojson.gz", "tss", 2305, 0, 2331),
    ("geo-natural-earth", "land-110m.json.gz", "land", 125, 0, 125),
    ("geo-natural-earth", "land-50m.json", "land", 1419, 0, 1419),
    ("geo-natural-earth", "land-10m.json.gz", "land", 4061, 0, 4048),
    ("geo-natural-earth", "countries-50m.json", "land", 241, 0, 241),
    ("geo-eez-westpacific", "land.geojson", "land", 293, 1, 292),
    ("registry-ofac-vessels", "ofac_sdn_vessels_2023.csv", "registers", 685, 0, 685),
    ("registry-gfw-vessel-lists", "CONSOLIDATED_LISTS.csv.gz", "registers", 47610, 0, 47610),
    ("registry-gfw-vessel-lists", "REEFERS.csv.gz", "registers", 686, 0, 686),
    ("registry-gfw-vessel-lists", "FISHING_KNOWN_ALL_YEARS.txt.gz", "registers", 8066, 0, 8066),
    ("registry-gfw-vessel-lists", "NONFISHING_KNOWN_ALL_YEARS.txt.gz", "registers", 49736, 0, 49736),
    ("labels-spoofing-mmsi-gfw", "spoofing_mmsi_2012_2019.csv.gz", "registers", 80014, 0, 80014),
    ("incidents-asam-nga", "asam_1978_2022.csv.gz", "incidents", 8642, 0, 8642),
    ("incidents-imb-pirate-attacks", "pirate_attacks.csv.gz", "incidents", 7162, 0, 7162),
    ("weather-ibtracs-wp", "ibtracs_wp_tracks.parquet", "storms", 119189, 0, 119189),
]
SHAPES = {
    "ports": tables.PORTS, "anchorages": tables.ANCHORAGES, "network": tables.SEA_EDGES, "registers": tables.REGISTER,
    "incidents": tables.PAST_INCIDENTS, "storms": tables.STORM_FIXES,
}  # fmt: skip


@pytest.mark.parametrize(("folder", "file", "kind", "rows_in", "rejects", "rows"), COUNTED, ids=lambda v: str(v)[:40])
def test_a_pack_is_recognised_and_every_row_of_it_is_accounted_for(
    folder: str, file: str, kind: str, rows_in: int, rejects: int, rows: int
) -> None:
    assert kinds.sniff(files(folder, file)).kind.name == kind
    reading = read(kind, folder, file)
    assert (reading.rows_in, reading.rejects.num_rows, len(reading.rows)) == (rows_in, rejects, rows)
    tables.PACK_REJECTS.check(reading.rejects)
    if kind in SHAPES:
        SHAPES[kind].check(reading.rows)
        for name in {"lon_deg", "from_lon_deg", "to_lon_deg"} & set(reading.rows.column_names):
            assert pc.min(reading.rows[name]).as_py() >= -180.0
            assert pc.max(reading.rows[name]).as_py() < 180.0
        if kind != "network":
            assert reading.rows.num_rows + rejects + sum(reading.left_out.values()) == rows_in


def test_the_base_map_tells_what_it_holds() -> None:
    basemap = read("basemap", "basemap-natural-earth", "base-z6.pmtiles").rows
    assert (basemap.tiles, basemap.min_zoom, basemap.max_zoom) == ("mvt", 0, 6)
    assert {"land", "bathy", "ports", "places"} <= set(basemap.layers)


def test_every_world_port_has_a_country_but_the_four_whose_field_is_blank() -> None:
    ports = read("ports", "geo-ports-wpi", "UpdatedPub150.csv.gz").rows
    assert pc.sum(pc.is_null(ports["country"])).as_py() == 4
    busan = [row for row in ports.to_pylist() if row["unlocode"] == "KRPUS"]
    assert busan[0]["country"] == "KR"
    assert abs(busan[0]["lat_deg"] - 35.1) < 0.1


def test_every_built_in_port_but_those_of_a_dissolved_country_has_one() -> None:
    ports = read("ports", "geo-marnet-searoute", "ports.geojson.gz").rows
    without = {row["port_id"][9:11] for row in ports.to_pylist() if row["country"] is None}
    assert without <= {"AN"}


def test_the_anchorage_that_is_not_on_the_earth_is_rejected_with_its_row() -> None:
    reading = read("anchorages", "geo-anchorages-gfw", "anchorage_overrides.csv.gz")
    assert reading.rejects.to_pylist() == [
        {
            "file": "anchorage_overrides.csv",
            "row": 11461,
            "code": "no_position",
            "detail": "latitude 11.8406, longitude 1001 is not on the Earth",
        }
    ]


def test_the_sanctions_list_names_what_its_index_counts() -> None:
    rows = read("registers", "registry-ofac-vessels", "ofac_sdn_vessels_2023.csv").rows
    assert rows.num_rows - rows["imo"].null_count == 676 + 2  # two stand in the remarks only
    assert rows.num_rows - rows["mmsi"].null_count == 80
    assert pc.all(rows["watch"]).as_py()
    programmes = [row.split() for row in rows["programme"].to_pylist() if row]
    assert sum(bool({"DPRK", "DPRK4"} & set(row)) for row in programmes) == 95


def test_spoofing_lists_keep_the_numbers_that_are_no_mmsi() -> None:
    rows = read("registers", "labels-spoofing-mmsi-gfw", "spoofing_mmsi_2012_2019.csv.gz").rows
    assert len(set(rows["mmsi"].to_pylist())) == 40772
    assert set(rows["year"].to_pylist()) == set(range(2012, 2020))
    assert flag_of(max(rows["mmsi"].to_pylist())) is None


def test_fishing_lists_are_told_apart_by_name() -> None:
    fishing = read(None, "registry-gfw-vessel-lists", "FISHING_KNOWN_ALL_YEARS.txt.gz").rows
    other = read(None, "registry-gfw-vessel-lists", "NONFISHING_KNOWN_ALL_YEARS.txt.gz").rows
    assert set(fishing["list"].to_pylist()) == {"gfw_fishing"}
    assert set(other["list"].to_pylist()) == {"gfw_nonfishing"}
    assert not pc.any(fishing["watch"]).as_py()


def test_attacks_keep_their_day_and_their_kind() -> None:
    imb = read("incidents", "incidents-imb-pirate-attacks", "pirate_attacks.csv.gz").rows
    acts = dict(zip(*(column.to_pylist() for column in pc.value_counts(imb["act"]).flatten()), strict=True))
    assert acts["boarded"] == 3136 + 1367
    assert acts["hijacked"] == 505
    assert pc.min(imb["at"]).as_py().isoformat()[:10] == "1993-01-02"
    assert set(imb["at_error_s"].to_pylist()) == {86400, 50400}
    asam = read("incidents", "incidents-asam-nga", "asam_1978_2022.csv.gz").rows
    assert pc.min(asam["at"]).as_py().isoformat()[:10] == "1978-05-01"
    assert "°" not in "".join(asam["place"].drop_null().to_pylist())


def test_positions_written_in_words_agree_with_the_numbers_beside_them() -> None:
    text = next(iter(files("incidents-asam-nga", "asam_1978_2022.csv.gz").values()))
    for row in csv.DictReader(io.StringIO(gzip.decompress(text).decode(), newline="")):
        lat, lon = angles(row["position"])
        assert lat == pytest.approx(float(row["lat"]), abs=1e-6), row["reference"]
        assert lon == pytest.approx(float(row["lon"]), abs=1e-6), row["reference"]


def test_storms_count_as_the_index_says_and_longitudes_are_wrapped() -> None:
    fixes = read("storms", "weather-ibtracs-wp", "ibtracs_wp_tracks.parquet").rows
    assert storms.storm_count(fixes) == 4191
    assert pc.min(fixes["at"]).as_py().isoformat() == "1884-06-24T18:00:00+00:00"
    assert pc.max(fixes["course_deg"]).as_py() < 360.0
    east = pc.sum(pc.less(fixes["lon_deg"], 0.0)).as_py()
    assert east > 1000  # fixes beyond 180 degrees, which the file writes as 181 to 267


def test_limits_of_guam_and_the_marianas_are_among_the_lines() -> None:
    lines = read("limits", "geo-us-maritime-limits", "USMaritimeLimitsAndBoundariesSHP.zip").rows
    near_guam = [
        line
        for line in lines
        if line.kind == "territorial_limit" and any(_near(part, 144.8, 13.4) for part in line.parts)
    ]
    assert near_guam
    counts = {kind: sum(line.kind == kind for line in lines) for kind in {line.kind for line in lines}}
    assert counts["territorial_limit"] > 80
    assert counts["eez_limit"] > 20
    assert all("unilateral" in (line.note or "") for line in lines if "Unilateral" in (line.note or ""))


def _near(part, lon: float, lat: float) -> bool:
    return bool(((abs(part[:, 0] - lon) < 0.6) & (abs(part[:, 1] - lat) < 0.6)).any())


def test_lines_of_a_real_shapefile_agree_with_another_reader() -> None:
    shapefile = pytest.importorskip("shapefile")
    path = files("geo-us-maritime-limits", "USMaritimeLimitsAndBoundariesSHP.zip")
    archive = zipfile.ZipFile(io.BytesIO(next(iter(path.values()))))
    stem = "USMaritimeLimitsNBoundaries"
    other = shapefile.Reader(shp=io.BytesIO(archive.read(f"{stem}.shp")), dbf=io.BytesIO(archive.read(f"{stem}.dbf")))
    ours = read("limits", "geo-us-maritime-limits", "USMaritimeLimitsAndBoundariesSHP.zip").rows
    for line, record in zip(ours, other.shapeRecords(), strict=True):
        assert line.line_id == f"noaa-{record.record['OBJECTID']}"
        assert sum(len(part) for part in line.parts) == len(record.shape.points)


def test_lanes_of_the_sea_network_know_their_passages() -> None:
    edges = read("network", "geo-marnet-searoute", "marnet_searoute.geojson.gz").rows
    passages = set(edges["passage"].drop_null().to_pylist())
    assert {"malacca", "suez", "panama", "ormuz", "babalmandab", "sunda"} <= passages
    assert len(set(edges["from_node"].to_pylist()) | set(edges["to_node"].to_pylist())) > 9000
    assert pc.max(edges["length_m"]).as_py() < 4_000_000  # no leg runs the wrong way round the Earth
