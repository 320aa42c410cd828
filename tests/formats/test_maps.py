"""GeoJSON, KML, GPX and CSV: whole between two nodes, honest to strangers, and what was changed in them counts."""

import csv
import io
import json

import pytest
from releasing import NOTE, released

from hanbada.share.formats import csv as csv_format
from hanbada.share.formats import entries, geojson, gpx, kml, xlsx

FORMATS = [geojson.FORMAT, kml.FORMAT, gpx.FORMAT, csv_format.FORMAT, xlsx.FORMAT]
HERE = {"geometry": {"kind": "point", "coordinates": [[129.41, 34.695]]}, "area": "Korea Strait"}
AREA = {"kind": "polygon", "coordinates": [[179.0, 10.0], [181.0, 10.0], [181.0, 12.0], [179.0, 10.0]]}
HARBOUR = {"kind": "polygon", "coordinates": [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 1.0]]}
INCIDENT = {
    "title": "=cmd <b>&",
    "severity": "alarm",
    "place": HERE,
    "text": "two lines\nhere\x00",
    "from": 1_700_000_000_000_000,
    "vessels": [{"mmsi": 440123450, "name": "HANBIT"}],
}
WARNING = {"kind": "firing", "number": {"series": "NAVAREA XI", "number": 12, "year": 2026}, "areas": [AREA, HARBOUR]}
FIXES = [
    {"at": 1_700_000_000_000_000 + n * 60_000_000, "lon_deg": lon, "lat_deg": 10.0}
    for n, lon in enumerate((179.5, -179.5, -179.0))
]
PLAN = {
    "kind": "voyage",
    "title": "P",
    "waypoints": [
        {"id": 7, "lon_deg": 179.0, "lat_deg": 1.0, "name": "A"},
        {"id": 9, "lon_deg": -179.0, "lat_deg": 2.0},
    ],
}
ALL = [
    released("incident", INCIDENT, "i1"),
    released("warning", WARNING, "w1"),
    released("track", {"fixes": FIXES}, "t1"),
    released("plan", PLAN, "p1"),
]


def said(item):
    return {one.name: one.value for one in item.assertions}


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_what_is_written_comes_back(one):
    content, losses = one.write(ALL, NOTE)
    assert losses == ()
    back = one.read(content)
    assert back.losses == ()
    facts = {item.item_id: said(item) for item in back.items}
    assert facts == {"i1": INCIDENT, "w1": WARNING, "t1": {"fixes": FIXES}, "p1": PLAN}
    assert {item.marking.tlp for item in back.items} == {"AMBER+STRICT"}
    assert one.sniff(content[:1000])


@pytest.mark.parametrize("one", FORMATS[:-1], ids=lambda one: one.name)
def test_the_marking_and_the_exercise_stand_at_the_top(one):
    text = one.write([released("incident", INCIDENT, "i1", exercise=True)], NOTE).content.decode("utf-8-sig")
    assert "TLP:AMBER+STRICT" in text
    assert "EXERCISE" in text
    assert "Not for navigation" in text


def moved(content, before, after):
    assert before.encode() in content
    return content.replace(before.encode(), after.encode(), 1)


@pytest.mark.parametrize(
    ("one", "before", "after"),
    [
        (geojson.FORMAT, '"coordinates":[129.41,34.695]', '"coordinates":[130.0,35.0]'),
        (kml.FORMAT, "<coordinates>129.4100000,34.6950000,0", "<coordinates>130.0,35.0"),
        (gpx.FORMAT, 'lat="34.6950000" lon="129.4100000"', 'lat="35" lon="130"'),
        (csv_format.FORMAT, "34.695,129.41", "35.0,130.0"),
    ],
)
def test_what_was_moved_in_the_file_counts(one, before, after):
    content = moved(one.write(ALL[:1], NOTE).content, before, after)
    back = one.read(content)
    assert said(back.items[0])["place"]["geometry"]["coordinates"] == [[130.0, 35.0]]
    assert [loss.what for loss in back.losses] == ["shape"]


@pytest.mark.parametrize(("one", "before"), [(geojson.FORMAT, '"severity":"alarm"'), (csv_format.FORMAT, ",alarm,")])
def test_a_word_changed_in_the_file_counts_if_it_is_one(one, before):
    content = one.write(ALL[:1], NOTE).content
    assert said(one.read(moved(content, before, before.replace("alarm", "caution"))).items[0])["severity"] == "caution"
    back = one.read(moved(content, before, before.replace("alarm", "soon")))
    assert said(back.items[0])["severity"] == "alarm"
    assert [loss.what for loss in back.losses] == ["severity"]


def test_an_object_without_a_place_is_a_loss_in_gpx_only():
    lonely = [released("comment", {"text": "x"}, "c1")]
    assert [loss.item_id for loss in gpx.FORMAT.write(lonely, NOTE).losses] == ["c1"]
    assert geojson.FORMAT.write(lonely, NOTE).losses == ()


def test_a_strangers_map_becomes_incidents_vessels_and_tracks():
    features = [
        {
            "type": "Feature",
            "properties": {"name": "area"},
            "geometry": {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]},
        },
        {
            "type": "Feature",
            "properties": {"MMSI": "440123450"},
            "geometry": {"type": "Point", "coordinates": [1, 2, 3]},
        },
        {
            "type": "Feature",
            "properties": {"coordTimes": ["2024-01-01T00:00:00Z", "2024-01-01T00:01:00Z"]},
            "geometry": {"type": "LineString", "coordinates": [[1, 1], [2, 2]]},
        },
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": ["a", 2]}},
        7,
    ]
    back = geojson.FORMAT.read(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert [item.data_class for item in back.items] == ["incident", "vessel", "track", "incident"]
    assert {item.marking.tlp for item in back.items} == {"RED"}
    assert len(back.losses) == 2


def test_a_strangers_table_becomes_vessels():
    back = csv_format.FORMAT.read(
        b"MMSI,BaseDateTime,LAT,LON,VesselName\n366053242,2020-06-30T00:00:00,29.5,-90.1,A B\n"
    )
    assert said(back.items[0])["vessels"] == [{"mmsi": 366053242, "name": "A B"}]
    assert said(back.items[0])["place"]["geometry"]["coordinates"] == [[-90.1, 29.5]]


def test_a_workbook_is_a_workbook_to_others_and_no_cell_is_a_formula():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(xlsx.FORMAT.write(ALL, NOTE).content))
    cells = [cell for row in book["hanbada"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert any("TLP:AMBER+STRICT" in str(cell.value) for cell in cells)


def test_the_same_objects_give_the_same_workbook():
    assert xlsx.FORMAT.write(ALL, NOTE).content == xlsx.FORMAT.write(ALL, NOTE).content


def test_a_table_has_each_column_once():
    names = next(csv.reader(io.StringIO(csv_format.FORMAT.write(ALL, NOTE).content.decode("utf-8-sig"))))
    assert len(names) == len(set(names))


def test_others_read_our_maps():
    shapely = pytest.importorskip("shapely")
    gpxpy = pytest.importorskip("gpxpy")
    pydantic = pytest.importorskip("geojson_pydantic")
    fastkml = pytest.importorskip("fastkml")
    found = pydantic.FeatureCollection.model_validate_json(geojson.FORMAT.write(ALL, NOTE).content)
    assert [shapely.from_geojson(one.geometry.model_dump_json()).is_valid for one in found.features] == [True] * 4
    plotted = gpxpy.parse(gpx.FORMAT.write(ALL, NOTE).content)
    assert (len(plotted.waypoints), len(plotted.routes), len(plotted.tracks)) == (2, 1, 1)
    assert [len(part.points) for part in plotted.tracks[0].segments] == [2, 3]
    placemarks = fastkml.KML.from_string(kml.FORMAT.write(ALL, NOTE).content.decode()).features[0].features
    assert [one.name for one in placemarks] == ["=cmd <b>&", "NAVAREA XI 0012/26", "track", "P"]


def test_a_reason_made_up_by_a_stranger_is_text():
    row = ["{measured.__class__}", 1.0, "s", 2.0, ">="]
    assert "{measured.__class__}: 1 s" in entries.readable("reasons", [row])
