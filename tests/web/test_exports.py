"""Files for other programs: whole, honest about themselves, and harmless whatever a ship calls itself."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from fakes import HOSTILE, NOW_US

from hanbada.app import exports
from hanbada.app.exports import Item, Note, Shape
from hanbada.model.cells import FORMULA_STARTS
from hanbada.model.times import MINUTE_US

NOTE = Note(title="Hanbada: vessels", written_at=NOW_US, filter="Tanker")
KML, GPX = "{http://www.opengis.net/kml/2.2}", "{http://www.topografix.com/GPX/1/1}"
NAMES = (HOSTILE, "]]><script>", "a&b<c>\"d'", "A\x00B\x08\ufffe", "=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "\r=1", "x" * 5000, "한빛호", "\ud800")  # fmt: skip


def item(name="HANBIT", *, simulated=False, shapes=None, **facts):
    shapes = shapes or (Shape(kind="point", points=((129.41, 34.695),)),)
    return Item(
        id="1",
        name=name,
        at=NOW_US,
        shapes=shapes,
        facts={"mmsi": 440123450, "destination": name} | facts,
        simulated=simulated,
    )


def track(*points):
    at = tuple(NOW_US + n * MINUTE_US for n in range(len(points)))
    return item(shapes=(Shape(kind="line", points=points, at=at),))


def rows_of(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("suffix", exports.FORMATS)
def test_every_file_says_what_it_is(suffix):
    text = exports.FORMATS[suffix][1]([item(simulated=True)], NOTE).decode("utf-8-sig")
    for said in ("Not for navigation", "SIMULATED", "2026-11-22T10:43:18Z", "Tanker"):
        assert said in text


@pytest.mark.parametrize("suffix", exports.FORMATS)
def test_a_file_of_real_things_does_not_say_simulated(suffix):
    assert b"SIMULATED" not in exports.FORMATS[suffix][1]([item()], NOTE)


@pytest.mark.parametrize("suffix", exports.FORMATS)
def test_a_file_of_nothing_is_a_file(suffix):
    assert exports.FORMATS[suffix][1]([], NOTE)


@pytest.mark.parametrize("name", NAMES)
def test_xml_carries_any_name(name):
    name = name.encode("utf-8", "replace").decode()
    for write, tag in ((exports.kml, f"{KML}name"), (exports.gpx, f"{GPX}name")):
        root = ET.fromstring(write([item(name)], NOTE).decode())  # noqa: S314 - our own bytes
        texts = [element.text for element in root.iter(tag)]
        assert re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", name).strip() in [text.strip() for text in texts]
        assert not list(root.iter("script"))


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_a_formula(name):
    name = name.encode("utf-8", "replace").decode()
    row = rows_of(exports.table([item(name)], NOTE))[0]
    for value in row.values():
        assert not value.startswith(FORMULA_STARTS)
    assert row["mmsi"] == "440123450"


def test_numbers_stay_numbers_even_below_zero():
    row = rows_of(exports.table([item(shapes=(Shape(kind="point", points=((-74.0, -33.5),)),), rate=-1.5)], NOTE))[0]
    assert (row["lon_deg"], row["rate"]) == ("-74", "-1.5")
    assert (row["lat"], row["lon"]) == ("33°30.000′S", "074°00.000′W")


def test_a_table_holds_every_position_of_a_track_with_its_time():
    rows = rows_of(exports.table([track((129.0, 34.0), (129.1, 34.1), (129.2, 34.2))], NOTE))
    assert [row["at"] for row in rows] == ["2026-11-22T10:43:18Z", "2026-11-22T10:44:18Z", "2026-11-22T10:45:18Z"]
    assert [row["note"] != "" for row in rows] == [True, False, False]


def longitudes(geometry):
    def walk(value):
        if isinstance(value[0], (int, float)):
            yield value[0]
        else:
            for part in value:
                yield from walk(part)

    return list(walk(geometry["coordinates"]))


def test_a_track_across_180_degrees_is_cut_there():
    feature = json.loads(exports.geojson([track((179.0, 10.0), (181.0, 12.0), (183.0, 12.0))], NOTE))["features"][0]
    assert feature["geometry"]["type"] == "MultiLineString"
    first, second = feature["geometry"]["coordinates"]
    assert (first[-1], second[0]) == ([180.0, 11.0], [-180.0, 11.0])
    assert second[-1] == [-177.0, 12.0]
    assert [len(times) for times in feature["properties"]["coordTimes"]] == [2, 3]


def test_a_track_back_across_180_degrees_is_cut_there_too():
    feature = json.loads(exports.geojson([track((-179.5, 0.0), (-180.5, 0.0), (-179.5, 0.0))], NOTE))["features"][0]
    assert [line[0][0] for line in feature["geometry"]["coordinates"]] == [-179.5, 180.0, -180.0]


def test_an_area_across_180_degrees_becomes_two():
    ring = ((170.0, 0.0), (190.0, 0.0), (190.0, 10.0), (170.0, 10.0), (170.0, 0.0))
    feature = json.loads(exports.geojson([item(shapes=(Shape(kind="polygon", points=ring),))], NOTE))["features"][0]
    assert feature["geometry"]["type"] == "MultiPolygon"
    boxes = [
        (min(longitudes({"coordinates": part})), max(longitudes({"coordinates": part})))
        for part in feature["geometry"]["coordinates"]
    ]
    assert sorted(boxes) == [(-180.0, -170.0), (170.0, 180.0)]


def test_no_longitude_leaves_the_world():
    shapes = [
        Shape(kind="point", points=((190.0, 0.0),)),
        Shape(kind="line", points=((500.0, 0.0), (560.0, 1.0))),
        Shape(kind="line", points=((-190.0, 0.0), (-170.0, 1.0))),
        Shape(kind="polygon", points=((-190.0, 0.0), (-170.0, 0.0), (-180.0, 9.0))),
    ]
    for shape in shapes:
        geometry = exports.geometry(item(shapes=(shape,)))
        assert all(-180 <= lon <= 180 for lon in longitudes(geometry)), shape


def test_kinds_of_shape_may_mix():
    mixed = item(
        shapes=(Shape(kind="point", points=((1.0, 1.0),)), Shape(kind="line", points=((1.0, 1.0), (2.0, 2.0))))
    )
    assert exports.geometry(mixed)["type"] == "GeometryCollection"
    assert exports.geometry(item(shapes=(Shape(kind="point", points=()),))) is None


# Through the door


def test_an_export_obeys_the_filter_of_the_screen(visit):
    officer = visit("officer")
    everything = json.loads(officer.get("/export/vessels.geojson").text)["features"]
    tankers = json.loads(officer.get("/export/vessels.geojson?types=tanker&min_kn=5").text)
    assert len(everything) == 60
    assert 0 < len(tankers["features"]) < 60
    assert {feature["properties"]["type"] for feature in tankers["features"]} == {"tanker"}
    assert all(feature["properties"]["sog_kn"] >= 5 for feature in tankers["features"])
    assert any("Tanker; at least 5 kn" in line for line in tankers["note"])


def test_a_track_ends_at_a_silence(visit):
    officer = visit("officer")
    feature = json.loads(officer.get("/export/track.geojson?mmsi=440123450").text)["features"][0]
    assert len(feature["geometry"]["coordinates"]) == 2
    segments = ET.fromstring(officer.get("/export/track.gpx?mmsi=440123450").text).iter(f"{GPX}trkseg")  # noqa: S314 - our own bytes
    assert len(list(segments)) == 2


def test_alerts_are_exported_with_reasons_and_state(visit):
    rows = rows_of(visit("officer").get("/export/alerts.csv?severity=alarm").content)
    assert {row["severity"] for row in rows} == {"alarm"}
    assert any("AIS silent for" in row["reasons"] for row in rows)


@pytest.mark.parametrize("suffix", exports.FORMATS)
@pytest.mark.parametrize("what", ["vessels", "alerts", "track"])
def test_a_file_name_holds_nothing_a_stranger_typed(visit, what, suffix):
    answer = visit("officer").get(f"/export/{what}.{suffix}?mmsi=273456780")
    assert answer.status_code == 200
    assert re.fullmatch(
        rf'attachment; filename="hanbada-{what}-221043ZNOV26(-SIMULATED)?\.{suffix}"',
        answer.headers["content-disposition"],
    )


def test_an_export_names_what_is_simulated(visit):
    answer = visit("officer").get("/export/vessels.csv?source=simulated")
    assert "SIMULATED" in answer.headers["content-disposition"]
    assert {row["simulated"] for row in rows_of(answer.content)} == {"SIMULATED"}
    assert "SIMULATED" not in visit("officer").get("/export/vessels.csv?source=real").headers["content-disposition"]
