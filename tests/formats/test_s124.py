"""S-124: what the feature catalogue wants, what comes back, and what another producer wrote."""

import xml.etree.ElementTree as ET

from releasing import NOTE, released
from schemas import valid

from hanbada.share.formats.s124 import FORMAT, LONGEST

S = "{http://www.iho.int/S124/2.0}"
T0 = 1_795_000_000_000_000
HOUR = 3_600_000_000
AREA = {"kind": "polygon", "coordinates": [[179.0, 10.0], [181.0, 10.0], [181.0, 12.0], [179.0, 10.0]]}
WARNING = {
    "kind": "firing", "number": {"series": "NAVAREA XI", "number": 501, "year": 2026}, "restriction": "entry_prohibited",
    "cancels": [{"series": "NAVAREA XI", "number": 499, "year": 2026}], "issued": T0, "from": T0, "until": T0 + 8 * HOUR,
    "cancelled": T0 + 9 * HOUR, "place": {"geometry": AREA, "area": "East Sea -- north"}, "title": "Firing", "text": "MISSILE FIRING. " * 40, "authority": "KHOA",
}  # fmt: skip
OTHERS = """<S124:Dataset xmlns:S124="http://www.iho.int/S124/1.0" xmlns:S100="http://www.iho.int/s100gml/5.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" gml:id="D">
<S124:members><S124:NAVWARNPreamble gml:id="A.0"><S124:generalArea><S124:locationName><S124:text>Labrador</S124:text></S124:locationName></S124:generalArea>
<S124:messageSeriesIdentifier><S124:nameOfSeries>N</S124:nameOfSeries><S124:warningNumber>1814</S124:warningNumber><S124:warningType code="1">x</S124:warningType><S124:year>2022</S124:year></S124:messageSeriesIdentifier>
<S124:navwarnTypeGeneral code="12">x</S124:navwarnTypeGeneral><S124:publicationTime>2022-12-02T17:26:48</S124:publicationTime></S124:NAVWARNPreamble>
<S124:NAVWARNPart gml:id="A.1"><S124:fixedDateRange><S124:dateStart><S100:date>2022-12-02</S100:date></S124:dateStart></S124:fixedDateRange>
<S124:warningInformation><S124:information><S124:text>&lt;b&gt;Keep clear</S124:text></S124:information></S124:warningInformation><S124:header xlink:href="#A.0"/>
<S124:geometry><S100:pointProperty><S100:Point gml:id="g"><gml:pos>60.5 -65.25</gml:pos></S100:Point></S100:pointProperty></S124:geometry></S124:NAVWARNPart>
<S124:TextPlacement gml:id="t"/></S124:members></S124:Dataset>"""


def said(item):
    return {one.name: one.value for one in item.assertions}


def test_a_warning_comes_back_whole():
    content, losses = FORMAT.write([released("warning", WARNING, "w--1")], NOTE)
    assert losses == ()
    back = FORMAT.read(content)
    assert (back.items[0].item_id, said(back.items[0]), back.losses) == ("w--1", WARNING, ())


def test_the_dataset_has_what_the_catalogue_wants():
    root = ET.fromstring(FORMAT.write([released("warning", WARNING)], NOTE).content)  # noqa: S314 - our own bytes
    preamble = root.find(f".//{S}NavwarnPreamble")
    assert preamble.find(f"{S}messageSeriesIdentifier/{S}warningType").get("code") == "4"
    assert preamble.find(f"{S}navwarnTypeGeneral").get("code") == "17"
    assert [one.text for one in preamble.iter(f"{S}publicationTime")] == ["2026-11-18T11:06:40Z"]
    parts = list(root.iter(f"{S}NavwarnPart"))
    assert len(parts) == 2, "an area across 180 degrees is two"
    assert {one.get("code") for one in root.iter(f"{S}navwarnTypeDetails")} == {"120"}
    assert {one.get("code") for one in root.iter(f"{S}restriction")} == {"7"}
    texts = [one.text for one in parts[0].iter(f"{S}text")]
    assert "".join(texts) == WARNING["text"]
    assert all(len(one) <= LONGEST for one in texts)
    ids = {value for one in root.iter() for key, value in one.attrib.items() if key.endswith("}id")}
    links = {value[1:] for one in root.iter() for key, value in one.attrib.items() if key.endswith("}href")}
    assert links <= ids


def test_a_strangers_words_stay_words_and_what_was_moved_counts():
    content = FORMAT.write([released("warning", WARNING)], NOTE).content
    back = FORMAT.read(content.replace(b"<S124:warningNumber>501<", b"<S124:warningNumber>502<"))
    assert said(back.items[0])["number"]["number"] == 502
    assert [loss.what for loss in back.losses] == ["number"]


def test_a_dataset_of_another_producer_and_edition_is_read():
    back = FORMAT.read(OTHERS.encode())
    facts = said(back.items[0])
    assert facts["number"] == {"series": "N", "number": 1814, "year": 2022}
    assert (facts["kind"], facts["text"], facts["from"]) == ("piracy", "<b>Keep clear", 1_669_939_200_000_000)
    assert facts["place"] == {"geometry": {"kind": "point", "coordinates": [[-65.25, 60.5]]}, "area": "Labrador"}
    assert len(back.losses) == 1
    assert back.items[0].marking.tlp == "RED"


def test_a_bulletin_names_what_is_in_force():
    bulletin = {
        "kind": "in_force",
        "number": {"series": "NAVAREA XI", "number": 600, "year": 2026},
        "refers": WARNING["cancels"],
    }
    content = FORMAT.write([released("warning", bulletin)], NOTE).content
    assert b'code="9"' in content
    assert b'<S124:referenceCategory code="3">' in content
    assert said(FORMAT.read(content).items[0]) == bulletin


def test_the_schema_takes_it():
    valid(FORMAT.write([released("warning", WARNING)], NOTE).content, "S124.xsd")
