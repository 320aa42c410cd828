"""Routes as ECDIS exchange them: editions 1.0 to 1.2, containers, and what of them is left out."""

import io
import zipfile

import pytest
from releasing import NOTE, released
from schemas import valid

from hanbada.model.errors import InputError
from hanbada.share.formats.rtz import FORMAT

T0 = 1_790_000_000_000_000
POINTS = [
    {"id": 3, "lon_deg": 179.5, "lat_deg": 34.0, "name": "PILOT", "radius_m": 926.0, "eta": T0},
    {
        "id": 3,
        "lon_deg": 180.5,
        "lat_deg": 34.25,
        "leg": "orthodrome",
        "starboard_m": 400.0,
        "port_m": 20_000.0,
        "speed_max_kn": 14.5,
        "speed_kn": 12.0,
    },
]
PLAN = {
    "kind": "recommended",
    "title": "Seoul & <back>",
    "vessels": [{"mmsi": 440123450, "imo": 9_074_729, "name": "HANBIT"}],
    "waypoints": POINTS,
    "from": T0,
    "text": "keep clear",
}


def text(version, body="", leg=""):
    points = "".join(
        f'<waypoint id="{n}" name="W{n}"><position lat="{30 + n}" lon="{120 + n}.5"/>{leg}</waypoint>' for n in (1, 2)
    )
    return (
        f'<route xmlns="http://www.cirm.org/RTZ/{version.replace(".", "/")}" version="{version}"><routeInfo routeName="R" vesselVoyage="9"/>'
        f'<waypoints><defaultWaypoint radius="0.5"><leg geometryType="Loxodrome" portsideXTD="0.1"/></defaultWaypoint>{points}</waypoints>{body}</route>'
    ).encode()


def said(item):
    return {one.name: one.value for one in item.assertions}


def test_a_plan_comes_back_whole_and_its_colour_is_seen():
    content, losses = FORMAT.write([released("plan", PLAN)], NOTE)
    assert losses == ()
    assert said(FORMAT.read(content).items[0]) == PLAN
    assert b"TLP:AMBER+STRICT" in content
    assert b'id="1"' in content
    assert b'id="3"' not in content, "waypoints have ids of their own"
    assert b'lon="-179.50000000"' in content
    assert b"portsideXTD" not in content, "more than the schema allows"


def test_a_waypoint_moved_on_the_bridge_counts():
    content = FORMAT.write([released("plan", PLAN)], NOTE).content.replace(b'lat="34.25000000"', b'lat="34.5"')
    back = FORMAT.read(content)
    assert said(back.items[0])["waypoints"][1]["lat_deg"] == 34.5
    assert said(back.items[0])["text"] == "keep clear"
    assert [loss.what for loss in back.losses] == ["waypoints"]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_each_edition_is_read_with_its_defaults_and_times(version):
    times = '<schedules><schedule id="1"><manual><scheduleElement waypointId="1" etd="2020-02-18T00:00:00z"/></manual><calculated><scheduleElement waypointId="2" eta="2020-02-18T05:00:00Z" speed="12"/></calculated></schedule></schedules>'
    back = FORMAT.read(text(version, times, leg='<leg speedMax="9" draughtAft="5"/>'))
    first, second = said(back.items[0])["waypoints"]
    assert first == {
        "id": 1,
        "lon_deg": 121.5,
        "lat_deg": 31.0,
        "name": "W1",
        "radius_m": 926.0,
        "leg": "loxodrome",
        "port_m": 185.20000000000002,
        "speed_max_kn": 9.0,
        "etd": 1_581_984_000_000_000,
    }
    assert (second["eta"], second["speed_kn"]) == (1_582_002_000_000_000, 12.0)
    assert {loss.what for loss in back.losses} == {"routeInfo vesselVoyage", "leg draughtAft"}
    assert back.items[0].marking.tlp == "RED"


def test_what_nobody_knows_is_told():
    body = '<extensions><extension manufacturer="STM" name="routeInfoEx" version="1"/></extensions>'
    assert "extension routeInfoEx of STM" in [loss.what for loss in FORMAT.read(text("1.2", body)).losses]


def container(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_container_gives_its_route_and_names_its_attachments():
    content = container(("a.rtz", text("1.2")), ("notes/chart.pdf", b"%PDF"))
    assert FORMAT.sniff(content)
    back = FORMAT.read(content)
    assert said(back.items[0])["title"] == "R"
    assert [loss.what for loss in back.losses] == ["notes/chart.pdf", "routeInfo vesselVoyage"][::-1]


def test_a_container_that_would_burst_is_refused():
    with pytest.raises(InputError, match="RTZP"):
        FORMAT.read(container(*((f"{n}.rtz", b"") for n in range(300))))
    with pytest.raises(InputError, match=r"no \.rtz"):
        FORMAT.read(container(("a.txt", b"")))


def test_a_route_an_ecdis_may_refuse_says_so():
    many = [{"id": n, "lon_deg": n / 1000, "lat_deg": 1.0} for n in range(4000)]
    losses = FORMAT.write([released("plan", {"waypoints": many})], NOTE).losses
    assert [loss.what for loss in losses] == ["size"]


def test_one_waypoint_is_no_route_and_a_second_plan_needs_a_file_of_its_own():
    one, two = released("plan", {"waypoints": POINTS[:1]}, "one"), released("plan", PLAN, "two")
    losses = FORMAT.write([one, two, released("plan", PLAN, "three")], NOTE).losses
    assert [(loss.item_id, loss.what) for loss in losses] == [("one", "plan"), ("three", "plan")]


def test_the_schema_takes_it():
    valid(FORMAT.write([released("plan", PLAN)], NOTE).content, "RTZ Schema version 1_2.xsd")
