"""Sightings as operators give them: every row is used or rejected with its reason."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from hanbada.model.errors import InputError
from hanbada.model.times import parse_time
from hanbada.reference.documents import Document
from hanbada.sightings.reading import SENSORS, sightings_of

HEAD = "id,timestamp,lat,lon,confidence,length,sensor\n"


def read(text, name="seen.csv", **given):
    return sightings_of(Document(name, text if isinstance(text, bytes) else text.encode()), 3, **given)


def test_a_table_of_detections_becomes_sightings():
    found = read(HEAD + "a7,2024-03-10T23:59:59.5Z,35.5,180.0,0.93,120,Sentinel-1 SAR\n")
    (one,) = found.sightings.to_pylist()
    assert one["sighting_id"] == "a7"
    assert int(one["at"].timestamp() * 1e6) == parse_time("2024-03-10T23:59:59.5Z")
    assert (one["lat_deg"], one["lon_deg"]) == (35.5, -180.0)
    assert (one["sensor"], one["presence"], one["length_m"]) == ("sar", 0.93, 120.0)
    assert one["error_m"] == SENSORS["sar"][0]
    assert one["line_id"] == (3 << 48) + 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a,soon,35,0,1,,sar", "no_time"),
        ("a,2024-03-10T00:00:00Z,91,0,1,,sar", "no_position"),
        ("a,2024-03-10T00:00:00Z,,0,1,,sar", "no_position"),
        ("a,2024-03-10T00:00:00Z,nan,0,1,,sar", "no_position"),
        ("a,2024-03-10T00:00:00Z,35,0,1,,crystal ball", "no_sensor"),
        ("a,1899-03-10T00:00:00Z,35,0,1,,sar", "no_time"),
    ],
)
def test_what_cannot_be_used_is_a_reject_with_its_line(row, code):
    found = read(HEAD + "ok,2024-03-10T00:00:00Z,35,0,1,,sar\n" + row + "\n")
    assert found.rows == 2 == found.sightings.num_rows + found.rejects.num_rows
    (bad,) = found.rejects.to_pylist()
    assert bad["code"] == code
    assert bad["line_id"] == (3 << 48) + 3


@pytest.mark.parametrize(("field", "value"), [("length", "99999"), ("confidence", "7"), ("length", "long")])
def test_a_number_that_cannot_be_is_not_measured(field, value):
    cells = {"id": "a", "timestamp": "2024-03-10T00:00:00Z", "lat": "35", "lon": "0", "sensor": "sar", field: value}
    (one,) = read(f"{','.join(cells)}\n{','.join(cells.values())}\n").sightings.to_pylist()
    assert one["length_m"] is None
    assert one["presence"] == SENSORS["sar"][1]


def test_a_sensor_named_by_the_user_counts_and_rows_without_an_id_get_one():
    (one,) = read("time,latitude,longitude,note\n1710028800,35,-540,x\n", sensor="viirs").sightings.to_pylist()
    assert one["sensor"] == "viirs"
    assert one["error_m"] == 400.0
    assert one["sighting_id"] == "3:2"
    assert one["lon_deg"] == -180.0


def test_geojson_points_are_sightings_and_other_shapes_are_rejects():
    point = {"type": "Point", "coordinates": [129.5, 35.1]}
    line = {"type": "LineString", "coordinates": [[129.5, 35.1], [130, 35]]}
    properties = {"time": "2024-03-10T00:00:00Z", "sensor": "RF"}
    features = [{"type": "Feature", "properties": properties, "geometry": one} for one in (point, line)]
    found = read(json.dumps({"type": "FeatureCollection", "features": features}), "seen.geojson")
    assert found.sightings.to_pylist()[0]["sensor"] == "rf"
    assert found.rejects["code"].to_pylist() == ["no_position"]


def test_parquet_with_times_of_its_own_is_read():
    times = pl.Series(["2024-03-10T12:00:00"]).str.to_datetime(time_unit="ms")
    out = io.BytesIO()
    pl.DataFrame(
        {"detect_timestamp": times, "detect_lat": [35.0], "detect_lon": [129.0], "length_m": [30.0]}
    ).write_parquet(out)
    (one,) = read(out.getvalue(), "seen.parquet", sensor="sar").sightings.to_pylist()
    assert int(one["at"].timestamp()) == 1710072000
    assert one["length_m"] == 30.0


def test_a_file_of_something_else_says_what_it_lacks():
    with pytest.raises(InputError, match="time, latitude and longitude"):
        read("name,flag\nx,y\n")
    with pytest.raises(InputError, match="Parquet"):
        read(b"PAR1 not at all PAR1", "seen.parquet")
