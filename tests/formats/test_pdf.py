"""The report as another program reads it: marked on each page, Korean as Korean, nothing of it that was not released."""

import io

import pytest
from releasing import NOTE, released

from hanbada.share.formats.chart import frame
from hanbada.share.formats.entries import Shape
from hanbada.share.formats.pdf import FORMAT

pypdf = pytest.importorskip("pypdf")
INCIDENT = {
    "title": "부산 앞바다 케이블 절단 의심", "severity": "alarm", "from": 1_795_000_000_000_000, "text": "닻을 끌며 지나감. " * 150,
    "place": {"geometry": {"kind": "point", "coordinates": [[129.41, 34.695]]}, "area": "Korea Strait"}, "vessels": [{"mmsi": 440123450, "name": "HANBIT"}],
}  # fmt: skip
ALERT = {"kind": "gap", "severity": "alarm", "reasons": [["silence", 11400.0, "s", 3600.0, ">="]], "simulated": True}


def pages(*objects):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(FORMAT.write(objects, NOTE).content)).pages]


def test_each_page_says_how_it_is_marked_and_what_it_is_not_for():
    found = pages(released("incident", INCIDENT, exercise=True), released("alert", ALERT, tlp="RED"))
    assert len(found) > 1
    for text in found:
        assert text.count("TLP:RED") >= 2
        assert text.count("EXERCISE") >= 2
        assert text.count("SIMULATED") >= 2
        assert text.count("Not for navigation") >= 2


def test_korean_is_korean_and_evidence_stands_as_sentences():
    text = "".join(pages(released("incident", INCIDENT), released("alert", ALERT)))
    assert "부산 앞바다 케이블 절단 의심" in text
    assert "181106ZNOV26" in text
    assert "34°41.700′N 129°24.600′E" in text
    assert "AIS silent for 3 h 10 min (rule: 1 h)" in text


def test_an_exercise_is_not_claimed_of_what_is_none():
    text = "".join(pages(released("incident", INCIDENT)))
    assert "EXERCISE" not in text
    assert "SIMULATED" not in text


def test_what_the_font_lacks_is_a_question_mark_and_told():
    written = FORMAT.write([released("incident", {"title": "देवनागरी"})], NOTE)
    assert [loss.what for loss in written.losses] == ["letters"]
    assert "????" in "".join(pages(released("incident", {"title": "देवनागरी"})))


def test_a_route_is_drawn_and_says_that_it_is_not_told():
    plan = {"waypoints": [{"id": 1, "lon_deg": 179.0, "lat_deg": 1.0}, {"id": 2, "lon_deg": -179.0, "lat_deg": 2.0}]}
    assert [loss.what for loss in FORMAT.write([released("plan", plan)], NOTE).losses] == ["waypoints"]


def test_the_same_objects_give_the_same_bytes():
    assert (
        FORMAT.write([released("incident", INCIDENT)], NOTE).content
        == FORMAT.write([released("incident", INCIDENT)], NOTE).content
    )


@pytest.mark.parametrize("points", [((0.0, 90.0),), ((-540.0, -90.0), (540.0, 90.0)), ((179.9, 0.0), (180.1, 0.0))])
def test_a_chart_holds_its_shapes_wherever_they_are(points):
    box = frame([Shape(kind="line", points=points)], 0.0, 0.0, 400.0, 200.0)
    assert box.west < box.east
    assert box.south < box.north
    x, y = box.place(*points[0])
    assert -400 <= x <= 800
    assert 0 <= round(y, 6) <= 200
