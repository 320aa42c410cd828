"""Cursor on Target, NMEA sentences and OTH-Gold: what another system is given, and what it is not told."""

import re
import xml.etree.ElementTree as ET

from releasing import NOTE, released

from hanbada.share.formats import cot, nmea, oth_gold

T0 = 1_795_000_000_000_000
HERE = {"geometry": {"kind": "point", "coordinates": [[129.4125, -34.6951]]}, "area": None}
VESSEL = {"vessels": [{"mmsi": 440123450, "name": "한빛*HANBIT,7/8"}], "at": T0, "place": HERE}
ROUTE = [{"id": n, "lon_deg": 179.0 + n, "lat_deg": 10.0 + n / 100} for n in range(12)]
STRANGER = b'<event version="2.0" uid="X" type="a-h-S" how="m-g" time="2024-01-01T00:00:00Z" start="2024-01-01T00:00:00Z" stale="2024-01-02T00:00:00Z"><point lat="1" lon="2" hae="0" ce="1" le="1"/><detail><contact callsign="BAD"/></detail></event>'


def said(item):
    return {one.name: one.value for one in item.assertions}


def sentences(content):
    for line in content.decode("ascii").splitlines():
        body, _, stated = line[1:].partition("*")
        total = 0
        for c in body.encode():
            total ^= c
        assert line[0] == "$"
        assert f"{total:02X}" == stated
        assert len(line) + 2 <= 82
        yield body


def test_nobody_is_called_hostile():
    objects = [
        released("vessel", VESSEL, "v"),
        released("sighting", {"place": HERE}, "s"),
        released("incident", {"place": HERE}, "i"),
    ]
    types = [one.get("type") for one in ET.fromstring(cot.FORMAT.write(objects, NOTE).content)]  # noqa: S314 - our own bytes
    assert types == ["a-n-S", "a-u-S", "b-m-p-s-m"]
    back = cot.FORMAT.read(STRANGER)
    assert [loss.what for loss in back.losses] == ["type"]
    assert "h" not in said(back.items[0]).values()


def test_an_event_comes_back_whole_and_where_it_was_moved_to():
    content, losses = cot.FORMAT.write([released("vessel", VESSEL)], NOTE)
    assert losses == ()
    assert said(cot.FORMAT.read(content).items[0]) == VESSEL
    assert b"TLP:AMBER+STRICT" in content
    back = cot.FORMAT.read(content.replace(b'lat="-34.6951000"', b'lat="-35.0"'))
    assert said(back.items[0])["place"]["geometry"]["coordinates"] == [[129.4125, -35.0]]


def test_what_has_no_place_is_no_event_and_told():
    assert [loss.what for loss in cot.FORMAT.write([released("comment", {"text": "x"})], NOTE).losses] == ["comment"]


def test_sentences_are_such_as_a_bridge_takes():
    written = nmea.FORMAT.write(
        [released("vessel", VESSEL), released("plan", {"title": "TO, PUSAN", "waypoints": ROUTE})], NOTE
    )
    bodies = list(sentences(written.content))
    assert bodies[0].startswith("ECTXT,")
    assert "TLP:AMBER+STRICT" in bodies[0]
    assert "ECTLL,00,3441.706,S,12924.750,E,?? HANBIT,110640.00,T," in bodies
    assert sum(one.startswith("ECWPL") for one in bodies) == 12
    routes = [one.split(",") for one in bodies if one.startswith("ECRTE")]
    assert [name for one in routes for name in one[5:]] == [f"W1-{n}" for n in range(1, 13)]
    assert {one[1] for one in routes} == {str(len(routes))}
    assert "marking" in [loss.what for loss in written.losses]


def test_contacts_of_oth_gold_keep_to_their_lines():
    fixes = [{"at": T0, "lon_deg": 181.0, "lat_deg": -0.5}]
    written = oth_gold.FORMAT.write([released("track", {"vessels": VESSEL["vessels"], "fixes": fixes})], NOTE)
    lines = written.content.decode("ascii").splitlines()
    assert all(len(line) <= oth_gold.LINE for line in lines)
    assert lines[0].startswith("RMKS/TLP:AMBER+STRICT")
    assert "POS/181106Z/NOV/0030.0S/17900.0W" in lines
    assert any(re.fullmatch(r"CTC/H0001/\?\?\?HANBIT,7-8/MER//+440123450", line) for line in lines)
    assert {loss.what for loss in written.losses} == {"marking", "vessels", "fixes"}
