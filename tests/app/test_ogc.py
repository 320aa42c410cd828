"""OGC API - Features: readers get what the release desk lets their node have, where it is, and nothing else shows."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading

import pytest
import uvicorn
from nodes import Clock, Node, enrol, marked
from test_taxii import Asking

from hanbada.app.ogc.asking import asked, meets
from hanbada.app.ogc.serving import OGC, ogc_app
from hanbada.app.sharing.door import Door
from hanbada.app.taxii import readers
from hanbada.model.errors import UsageError
from hanbada.model.sharing import Assertion
from hanbada.model.times import parse_time
from hanbada.store.database import writing

AT = parse_time("2026-11-20T00:00:00Z")


class Site(Node):
    """A node that maps can read."""

    def reader(self, name, other):
        with writing(self.engine) as connection:
            return readers.add(connection, self.ours, name, other.node, self.clock.written())

    @property
    def app(self):
        return ogc_app(Door(self.engine, self.directory, lambda: self.clock.at))

    def get(self, token, path="", **query):
        answer = Asking(self.app, {"authorization": f"Bearer {token}"}).get(OGC + path, params=query)
        return answer.json() if answer.status_code == 200 else answer.status_code


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    home, clock = tmp_path_factory.mktemp("ogc"), Clock()
    kr, fr, sg = (Site(home, name, clock) for name in ("kr", "fr", "sg"))
    enrol(kr, fr)
    enrol(kr, sg)
    for one in (kr, fr, sg):
        one.close()
    return home, clock.at


@pytest.fixture
def world(tmp_path, pattern):
    home, at = pattern
    shutil.copytree(home, tmp_path / "nodes")
    clock = Clock()
    clock.at = at
    nodes = [Site(tmp_path / "nodes", name, clock) for name in ("kr", "fr", "sg")]
    yield nodes
    for one in nodes:
        one.close()


def placed(lon, lat, at=AT):
    where = {"geometry": {"kind": "point", "coordinates": [[lon, lat]]}, "area": None}
    return (
        Assertion(name="kind", aspect="plain", value="gap"), Assertion(name="from", aspect="time", value=at),
        Assertion(name="place", aspect="place", value=where),
        Assertion(name="vessels", aspect="identity", value=[{"mmsi": 440123450, "name": "SECRET NAME"}]),
    )  # fmt: skip


ITEMS = "collections/kr-fr.alert/items"


def test_a_map_finds_its_way_from_the_landing_page_to_a_feature(world):
    kr, fr, _ = world
    token = kr.reader("qgis", fr)
    kr.publish("alert/1", marked(kr, "kr-fr"), placed(129.0, 35.0))
    links = {one["rel"]: one["href"] for one in kr.get(token)["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    assert any("core" in one for one in kr.get(token, "conformance")["conformsTo"])
    (one,) = kr.get(token, "collections")["collections"]
    assert one["id"] == "kr-fr.alert"
    page = kr.get(token, ITEMS)
    assert (page["numberMatched"], page["numberReturned"]) == (1, 1)
    (feature,) = page["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [129.0, 35.0]}
    assert feature["properties"]["tlp"]
    assert kr.get(token, f"{ITEMS}/{feature['id']}")["id"] == feature["id"]


def test_who_may_not_have_it_finds_nothing_of_it(world):
    kr, fr, sg = world
    kr.publish("alert/1", marked(kr, "kr-fr"), placed(129.0, 35.0))
    mine, other = kr.reader("fr", fr), kr.reader("sg", sg)
    empty = kr.get(other, "collections")
    assert empty["collections"] == []
    name = kr.get(mine, ITEMS)["features"][0]["id"]
    assert kr.get(other, ITEMS) == kr.get(other, f"{ITEMS}/{name}") == kr.get(other, "collections/none/items") == 404
    for token in ("", "wrong"):
        assert kr.get(token, ITEMS) == kr.get(token) == 401


def test_what_is_recalled_or_cut_is_gone_from_the_map_too(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    first = kr.publish("alert/1", marked(kr, "kr-fr"), placed(129.0, 35.0))
    kr.publish("alert/2", marked(kr, "kr-fr"), placed(129.5, 35.5))
    assert kr.get(token, ITEMS)["numberMatched"] == 2
    kr.recall(first)
    assert kr.get(token, ITEMS)["numberMatched"] == 1


def test_this_node_reads_all_it_released(world):
    kr, _, _ = world
    token = kr.reader("wall", kr)
    kr.publish("alert/1", marked(kr, "kr-fr"), placed(129.0, 35.0))
    kr.publish("alert/2", marked(kr, "kr-sg"), placed(103.0, 1.0))
    assert {one["id"] for one in kr.get(token, "collections")["collections"]} == {"kr-fr.alert", "kr-sg.alert"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3), ({"bbox": "128,34,130,36"}, 1), ({"bbox": "178,-10,-178,10"}, 2), ({"bbox": "-180,-90,180,90"}, 3),
        ({"bbox": "128,34,0,130,36,10"}, 1), ({"bbox": "0,0,1,1"}, 0), ({"datetime": "2026-11-20T00:00:00Z"}, 3),
        ({"datetime": "2026-11-21T00:00:00Z/.."}, 0), ({"datetime": "../2026-11-21T00:00:00Z"}, 3), ({"limit": "2"}, 3),
        ({"bbox": "128,34,130,36", "datetime": "2025-01-01T00:00:00Z/2027-01-01T00:00:00Z"}, 1),
    ],
)  # fmt: skip
def test_a_box_and_a_time_choose(world, query, count):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    for number, (lon, lat) in enumerate([(129.0, 35.0), (179.5, 0.0), (-179.5, 0.0)]):
        kr.publish(f"alert/{number}", marked(kr, "kr-fr"), placed(lon, lat))
    assert kr.get(token, ITEMS, **query)["numberMatched"] == count


def test_pages_follow_each_other_and_miss_nothing(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    for number in range(7):
        kr.publish(f"alert/{number}", marked(kr, "kr-fr"), placed(100.0 + number, 0.0))
    seen, query = [], {"limit": "3", "bbox": "90,-10,110,10"}
    while True:
        page = kr.get(token, ITEMS, **query)
        seen += [one["id"] for one in page["features"]]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            break
        query = dict(part.split("=") for part in following[0].partition("?")[2].replace("%2C", ",").split("&"))
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "0,50,1,40"}, {"bbox": "nan,0,1,1"}, {"limit": "0"}, {"limit": "x"},
        {"limit": "-1"}, {"datetime": "yesterday"}, {"datetime": "../.."}, {"offset": "-1"}, {"crs": "EPSG:4326"},
        {"colour": "red"}, {"limit": "9" * 30}, {"f": "html"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(query):
    with pytest.raises(UsageError, match=next(iter(query))):
        asked(query)


@pytest.mark.parametrize(
    ("box", "points", "inside"),
    [
        ((170, -10, -170, 10), [(180.0, 0.0)], True), ((170, -10, 190, 10), [(-175.0, 0.0)], True),
        ((-10, -10, 10, 10), [(-20.0, 0.0), (20.0, 0.0)], True), ((0, 0, 10, 10), [(20.0, 5.0), (-10.0, 5.0)], True),
        ((0, 0, 10, 10), [(11.0, 5.0), (20.0, 5.0)], False), ((0, 0, 10, 10), [(5.0, 11.0)], False),
        ((350, 0, 370, 10), [(5.0, 5.0)], True),
    ],
)  # fmt: skip
def test_boxes_meet_on_a_globe(box, points, inside):
    assert meets(box, points) is inside


def test_the_open_description_names_every_door(world):
    kr, fr, _ = world
    paths = kr.get(kr.reader("fr", fr), "api")["paths"]
    assert set(paths) == {
        "/", "/conformance", "/api", "/collections", "/collections/{id}", "/collections/{id}/items",
        "/collections/{id}/items/{feature}",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL (Debian's gdal-bin) is not installed")
def test_gdal_reads_it_as_qgis_would(world):
    kr, fr, _ = world
    token = kr.reader("qgis", fr)
    for number in range(30):
        kr.publish(f"alert/{number}", marked(kr, "kr-fr"), placed(129.0 + number / 100, 35.0))
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(kr.app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        address = f"OAPIF:http://127.0.0.1:{door.getsockname()[1]}{OGC}"
        words = [
            "ogrinfo",
            "-ro",
            "-al",
            "-so",
            address,
            "--config",
            "GDAL_HTTP_USERPWD",
            f"qgis:{token}",
            "-oo",
            "PAGE_SIZE=7",
        ]
        ran = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
    finally:
        server.should_exit = True
        thread.join()
    assert "Feature Count: 30" in ran.stdout, ran.stdout + ran.stderr
    assert "Geometry: Point" in ran.stdout
    assert "tlp: String" in ran.stdout
