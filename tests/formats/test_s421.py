"""S-421, a draft: a route comes back, a recommended one is recommended, and what was changed in it counts."""

from releasing import NOTE, released

from hanbada.share.formats.s421 import FORMAT

POINTS = [
    {"id": 3, "lon_deg": 179.5, "lat_deg": 34.0, "name": "PILOT", "radius_m": 926.0},
    {"id": 4, "lon_deg": 180.5, "lat_deg": 34.25, "leg": "orthodrome"},
]
PLAN = {
    "kind": "recommended",
    "title": "Way -- around",
    "vessels": [{"mmsi": 440123450, "imo": 9_074_729}],
    "waypoints": POINTS,
    "from": 1_790_000_000_000_000,
}


def said(item):
    return {one.name: one.value for one in item.assertions}


def test_a_plan_comes_back_whole():
    content, losses = FORMAT.write([released("plan", PLAN)], NOTE)
    assert losses == ()
    assert said(FORMAT.read(content).items[0]) == PLAN
    assert b"<routeInfoStatus>3<" in content
    assert b"<gml:pos>34.25000000 -179.50000000<" in content
    assert b"TLP:AMBER+STRICT" in content


def test_a_waypoint_that_was_moved_counts():
    content = FORMAT.write([released("plan", PLAN)], NOTE).content.replace(b"34.25000000", b"34.5")
    back = FORMAT.read(content)
    assert said(back.items[0])["waypoints"][1]["lat_deg"] == 34.5
    assert [loss.what for loss in back.losses] == ["waypoints"]


def test_a_strangers_route_is_red_and_its_legs_are_told():
    content = FORMAT.write([released("plan", PLAN)], NOTE).content
    bare = b"".join(line for line in content.splitlines(keepends=True) if not line.startswith(b"<!--"))
    bare = bare.replace(b"</S421:DataSet>", b"<member><S421:routeWaypointLeg/></member></S421:DataSet>")
    back = FORMAT.read(bare)
    assert back.items[0].marking.tlp == "RED"
    assert (said(back.items[0])["kind"], len(said(back.items[0])["waypoints"])) == ("recommended", 2)
    assert [loss.what for loss in back.losses] == ["routeWaypointLeg"]
