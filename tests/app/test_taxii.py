"""TAXII 2.1: readers get what the release desk lets their node have, page by page, and nothing else shows."""

import asyncio
import base64
import json
import shutil
import threading
import time

import httpx
import pytest
import stix2
import stix2validator
import uvicorn
from nodes import FACTS, Clock, Node, enrol, marked
from stix2 import TAXIICollectionSink, TAXIICollectionSource
from taxii2client.v21 import Collection, Server, as_pages

from hanbada.app.sharing import changing, desk
from hanbada.app.sharing.door import Door
from hanbada.app.taxii import pulling, readers
from hanbada.app.taxii.serving import API, added, collection_id, inbox_id, taxii_app
from hanbada.model.desk import ItemsWanted
from hanbada.model.errors import InputError, NotFoundError, RefusedError, UsageError
from hanbada.model.sharing import Assertion
from hanbada.share.formats.stix.identifiers import named
from hanbada.store import items, taxii
from hanbada.store.database import reading, writing
from hanbada.store.desk import DeskStore
from hanbada.store.taxii import View

TAXII = "application/taxii+json;version=2.1"
WHEN = "2026-02-03T04:05:06.000Z"


class Asking:
    """A client without a socket."""

    def __init__(self, app, headers):
        self.app, self.headers = app, headers

    def ask(self, method, path, headers=None, **what):
        async def asked():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, headers=self.headers | (headers or {}), **what)

        return asyncio.run(asked())

    def get(self, path, **what):
        return self.ask("GET", path, **what)

    def post(self, path, **what):
        return self.ask("POST", path, **what)

    def delete(self, path):
        return self.ask("DELETE", path)


class Site(Node):
    """A node that answers over TAXII."""

    def reader(self, name, other, *, may_add=False):
        with writing(self.engine) as connection:
            return readers.add(connection, self.ours, name, other.node, self.clock.written(), may_add=may_add)

    @property
    def app(self):
        return taxii_app(Door(self.engine, self.directory, lambda: self.clock.at))

    def client(self, token):
        return Asking(self.app, {"authorization": f"Bearer {token}", "accept": TAXII})

    def address(self, community):
        return f"{API}collections/{collection_id(self.ours, community)}/"

    @property
    def inbox(self):
        return f"{API}collections/{inbox_id(self.ours)}/"

    def objects(self, token, community="kr-fr", path="objects/", **query):
        answer = self.client(token).get(self.address(community) + path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json().get("objects", [])


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """Three nodes that know each other: copied for each test, which is quicker than enrolling them."""
    home, clock = tmp_path_factory.mktemp("taxii"), Clock()
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


def said(title):
    return (*FACTS[:4], Assertion(name="sources", aspect="source", value=[title]))


def filled(kr, count, community="kr-fr"):
    for number in range(count):
        kr.publish(f"alert/{number}", marked(kr, community), said(f"s{number}"))


def found(objects, *types):
    return [one for one in objects if one["type"] in types]


def every(kr, token, **query):
    """All pages, as a client walks them."""
    seen, cursor = [], None
    while True:
        answer = (
            kr.client(token)
            .get(kr.address("kr-fr") + "objects/", params=query | ({"next": cursor} if cursor else {}))
            .json()
        )
        seen += answer.get("objects", [])
        if not answer["more"]:
            return seen
        cursor = answer["next"]


# who reads what


def test_a_reader_gets_what_was_released_to_its_node_and_nothing_else(world):
    kr, fr, sg = world
    theirs, others = kr.reader("fr-siem", fr), kr.reader("sg-siem", sg)
    kr.publish("alert/1", marked(kr, "kr-fr"), said("for fr"))
    kr.publish("alert/2", marked(kr, "kr-sg"), said("for sg"))
    kr.publish("alert/3", marked(kr), said("for nobody"))
    for token, community, mine in ((theirs, "kr-fr", "for fr"), (others, "kr-sg", "for sg")):
        text = json.dumps(kr.objects(token, community))
        assert mine in text
        assert all(one not in text for one in {"for fr", "for sg", "for nobody"} - {mine})
        listed = kr.client(token).get(f"{API}collections/").json()["collections"]
        assert [one["title"] for one in listed] == [community]
    assert kr.client(theirs).get(kr.address("kr-sg")).status_code == 404


def test_what_is_answered_is_valid_stix(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 3)
    bundle = {"type": "bundle", "id": named("bundle", 1), "objects": kr.objects(token)}
    stix2.parse(json.dumps(bundle), allow_custom=False)
    strict = stix2validator.ValidationOptions(strict=True, version="2.1")
    assert stix2validator.validate_string(json.dumps(bundle), strict).is_valid


def test_a_reader_that_comes_later_gets_what_was_released_before(world):
    kr, fr, _ = world
    early = kr.reader("early", fr)
    filled(kr, 4)
    before = {one["id"] for one in kr.objects(early)}
    with writing(kr.engine) as connection:
        taxii.drop_reader(connection, "early", kr.clock.written())
    assert {one["id"] for one in kr.objects(kr.reader("late", fr))} == before


def test_a_change_takes_the_place_of_what_was_and_comes_behind_it(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 2)
    first = kr.client(token).get(kr.address("kr-fr") + "objects/")
    kr.clock.at += 5_000
    kr.publish("alert/0", marked(kr, "kr-fr"), said("changed"))
    after = first.headers["x-taxii-date-added-last"]
    fresh = kr.objects(token, added_after=after)
    assert {one["type"] for one in fresh} == {"incident", "relationship"}
    assert len(found(kr.objects(token), "incident")) == 2
    assert "s0" not in json.dumps(kr.objects(token))


def test_a_recall_leaves_the_object_revoked_and_empty(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 2)
    gone, stays = found(kr.objects(token), "incident")
    kr.clock.at += 5_000
    kr.recall(kr.ours.item_id("alert/0"))
    left = {one["id"]: one for one in kr.objects(token)}
    (recalled,) = [one for one in left.values() if one.get("revoked")]
    assert recalled["id"] in {gone["id"], stays["id"]}
    assert "extensions" not in recalled
    assert recalled["modified"] > gone["modified"]
    assert "s0" not in json.dumps(list(left.values()))
    assert "s1" in json.dumps(list(left.values()))


def test_what_a_vessel_is_called_goes_with_the_last_object_that_said_it(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 2)
    kr.recall(kr.ours.item_id("alert/0"))
    assert "HANBADA" in json.dumps(kr.objects(token))
    kr.recall(kr.ours.item_id("alert/1"))
    assert "HANBADA" not in json.dumps(kr.objects(token))


def test_what_is_marked_until_a_time_is_gone_then(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    kr.publish("alert/1", marked(kr, "kr-fr", until_at=kr.clock.at + 60_000_000), said("soon over"))
    assert kr.objects(token)
    kr.clock.at += 61_000_000
    assert kr.objects(token) == []


def test_a_suspended_partner_reads_nothing(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 1)
    kr.write(changing.suspend, fr.node)
    assert kr.client(token).get(f"{API}collections/").json() == {}
    assert kr.client(token).get(kr.address("kr-fr") + "objects/").status_code == 404


def test_a_reader_of_this_node_reads_what_it_released_whole(world):
    kr = world[0]
    filled(kr, 2)
    token = kr.reader("siem", kr)
    assert "asked by VHF" not in json.dumps(kr.objects(token))
    kr.publish("alert/9", marked(kr, "kr-fr", to=()), said("whole"))
    assert "whole" in json.dumps(kr.objects(token))
    kr.recall(kr.ours.item_id("alert/9"))
    assert "whole" not in json.dumps(kr.objects(token))


def test_what_others_have_changes_no_byte_of_what_a_reader_gets(world):
    kr, fr, sg = world
    token = kr.reader("fr", fr)
    kr.reader("sg", sg)
    filled(kr, 3)
    paths = ["objects/", "manifest/", "objects/?limit=2", "objects/?match[type]=incident"]

    def answers():
        client = kr.client(token)
        got = [client.get(f"{API}collections/"), *(client.get(kr.address("kr-fr") + path) for path in paths)]
        return [(one.status_code, one.content, one.headers.get("x-taxii-date-added-last")) for one in got]

    before = answers()
    for number in range(5):
        kr.publish(f"hidden/{number}", marked(kr, "kr-sg"), said("other"))
        kr.publish(f"none/{number}", marked(kr), said("none"))
    kr.recall(kr.ours.item_id("hidden/1"))
    assert answers() == before


# pages


def test_pages_lose_nothing_and_repeat_nothing(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 12)
    whole = kr.objects(token, limit=1000)
    for limit in (1, 7, 20):
        assert every(kr, token, limit=limit) == whole


def test_a_lost_answer_loses_nothing(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 6)
    client, address = kr.client(token), kr.address("kr-fr") + "objects/"
    first = client.get(address, params={"limit": 5}).json()
    second = [client.get(address, params={"limit": 5, "next": first["next"]}) for _ in range(3)]
    assert second[0].content == second[1].content == second[2].content
    dates = [client.get(address, params={"limit": 5, "added_after": added(1)}).headers["x-taxii-date-added-last"]]
    assert (
        client.get(address, params={"limit": 5, "added_after": dates[0]}).json()["objects"]
        == (second[0].json()["objects"])
    )


def test_dates_grow_and_none_is_twice_although_all_came_at_once(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 6)
    dates = [one["date_added"] for one in kr.objects(token, path="manifest/", limit=1000)]
    assert dates == sorted(set(dates))
    assert len(dates) > 10


def test_a_cursor_of_another_question_or_made_up_is_refused(world):
    kr, fr, sg = world
    token, other = kr.reader("fr", fr), kr.reader("sg", sg)
    filled(kr, 6)
    filled(kr, 6, "kr-sg")
    client, address = kr.client(token), kr.address("kr-fr") + "objects/"
    cursor = client.get(address, params={"limit": 3}).json()["next"]
    assert client.get(address, params={"next": cursor, "limit": 9}).status_code == 200
    for wrong in (
        {"next": cursor, "match[type]": "incident"}, {"next": cursor, "added_after": WHEN}, {"next": "x"},
        {"next": cursor[:-4] + "AAAA"}, {"next": base64.urlsafe_b64encode(bytes(24)).decode()},
    ):  # fmt: skip
        assert client.get(address, params=wrong).status_code == 400, wrong
    theirs = kr.client(other).get(kr.address("kr-sg") + "objects/", params={"next": cursor})
    assert theirs.status_code == 400


# filters


def test_filters_choose_by_type_id_version_and_edition(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 3)
    whole = kr.objects(token)
    incidents = found(whole, "incident")
    assert kr.objects(token, **{"match[type]": "incident"}) == incidents
    assert kr.objects(token, **{"match[type]": "incident,location"}) == found(whole, "incident", "location")
    two = [one["id"] for one in incidents[:2]]
    assert kr.objects(token, **{"match[id]": ",".join(two)}) == incidents[:2]
    assert kr.objects(token, **{"match[version]": incidents[1]["modified"]}) == [
        one for one in whole if one.get("modified") == incidents[1]["modified"]
    ]
    for every_version in ("last", "first", "all", "last,first"):
        assert kr.objects(token, **{"match[version]": every_version}) == whole
    assert kr.objects(token, **{"match[spec_version]": "2.0"}) == []
    assert kr.objects(token, **{"match[spec_version]": "2.0,2.1"}) == whole
    assert kr.objects(token, **{"match[type]": ""}) == []


def test_one_object_and_its_versions(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    filled(kr, 2)
    (one, _) = found(kr.objects(token), "incident")
    client, address = kr.client(token), f"{kr.address('kr-fr')}objects/"
    assert client.get(f"{address}{one['id']}/").json()["objects"] == [one]
    assert client.get(f"{address}{one['id']}/versions/").json()["versions"] == [one["modified"]]
    for missing in ("incident--00000000-0000-4000-8000-000000000000", "x", "incident--' OR 1=1"):
        assert client.get(f"{address}{missing}/").status_code == 404
        assert client.get(f"{address}{missing}/versions/").status_code == 404
    assert client.delete(f"{address}{one['id']}/").status_code == 403
    assert kr.objects(token)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"limit": "9" * 30},
                                   {"added_after": "yesterday"}, {"added_after": ""}, {"match[version]": "newest"}])  # fmt: skip
def test_a_filter_that_says_nothing_is_refused(world, query):
    kr, fr, _ = world
    answer = kr.client(kr.reader("fr", fr)).get(kr.address("kr-fr") + "objects/", params=query)
    assert answer.status_code == 400
    assert answer.json()["http_status"] == "400"


# the protocol


def test_who_is_not_known_gets_nothing_of_it(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr)
    plain = Asking(kr.app, {"accept": TAXII})
    basic = base64.b64encode(f"fr:{token}".encode()).decode()
    wrong = base64.b64encode(f"sg:{token}".encode()).decode()
    for header in ("", "Bearer x", f"Basic {wrong}", "Basic %%%", f"Digest {token}", f"Bearer {token}x"):
        for path in ("/taxii2/", API, kr.address("kr-fr") + "objects/", f"{API}status/x/"):
            answer = plain.get(path, headers={"authorization": header} if header else {})
            assert answer.status_code == 401
            assert "Basic" in answer.headers["www-authenticate"]
        assert plain.post(kr.inbox + "objects/", content=b"{}").status_code == 401
    for header in (f"Basic {basic}", f"Bearer {token}", f"Token {token}"):
        assert plain.get("/taxii2/", headers={"authorization": header}).status_code == 200


@pytest.mark.parametrize(("accept", "status"), [
    (TAXII, 200), ("application/taxii+json", 200), ("application/taxii+json; version=2.1", 200), ("*/*", 200),
    ("text/html, application/taxii+json;version=2.1;q=0.9", 200), ("application/json", 406),
    ("application/taxii+json;version=2.0", 406), ("text/html", 406),
])  # fmt: skip
def test_media_types_are_as_the_specification_has_them(world, accept, status):
    kr, fr, _ = world
    answer = kr.client(kr.reader("fr", fr)).get("/taxii2/", headers={"accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == TAXII


def test_an_address_that_is_no_door_is_an_error_of_taxii(world):
    kr, fr, _ = world
    client = kr.client(kr.reader("fr", fr))
    for path in ("/taxii2/other/", f"{API}collections/x/", f"{API}collections/x/objects/", f"{API}status/x/"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["http_status"]) == (404, "404")
        assert answer.headers["content-type"] == TAXII


def test_the_root_says_what_the_specification_wants(world):
    kr, fr, _ = world
    client = kr.client(kr.reader("fr", fr))
    assert client.get("/taxii2/").json()["api_roots"] == [API]
    root = client.get(API).json()
    assert root["versions"] == [TAXII]
    assert root["max_content_length"] > 0


# handing in


def tool(number=1, **about):
    return {"type": "tool", "spec_version": "2.1", "created": WHEN, "modified": WHEN, "name": "x",
            "id": f"tool--00000000-0000-4000-8000-{number:012d}"} | about  # fmt: skip


def hand_in(kr, token, *some, content=None, kind=TAXII):
    body = json.dumps({"objects": list(some)}) if content is None else content
    return kr.client(token).post(kr.inbox + "objects/", content=body, headers={"content-type": kind})


def kept(kr):
    with reading(kr.engine) as connection:
        return items.listed(connection, ItemsWanted())


def test_what_is_handed_in_is_kept_red_and_shown_to_nobody(world):
    kr, fr, _ = world
    token = kr.reader("fr", fr, may_add=True)
    answer = hand_in(kr, token, tool(1), {"type": "x-song", "id": "x-song--1"}, "text")
    assert answer.status_code == 202
    status = answer.json()
    assert (status["status"], status["success_count"], status["failure_count"]) == ("complete", 1, 2)
    (one,) = kept(kr)
    assert (one.source, one.format, one.item.marking.tlp, one.item.marking.grants) == ("taxii: fr", "stix", "RED", ())
    assert kr.client(token).get(f"{API}status/{status['id']}/").json() == status
    assert kr.client(kr.reader("fr2", fr)).get(f"{API}status/{status['id']}/").status_code == 404
    assert kr.objects(token) == []
    assert kr.client(token).get(kr.inbox + "objects/").status_code == 403


def test_what_was_handed_in_may_be_taken_back_by_whoever_did(world):
    kr, fr, sg = world
    token, other = kr.reader("fr", fr, may_add=True), kr.reader("sg", sg, may_add=True)
    hand_in(kr, token, tool())
    hand_in(kr, other, tool(revoked=True))
    assert len(kept(kr)) == 1
    hand_in(kr, token, tool(revoked=True))
    assert kept(kr) == []


def test_nothing_that_is_handed_in_goes_out_as_ours(world):
    kr, fr, sg = world
    token = kr.reader("fr", fr, may_add=True)
    theirs = kr.reader("sg", sg)
    hand_in(
        kr, token, tool(name="canary", object_marking_refs=["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])
    )
    (one,) = kept(kr)
    kr.write(desk.mark, f"item/{one.key}", marked(kr, "kr-sg", tlp="CLEAR"))
    assert "canary" not in json.dumps(kr.objects(theirs, "kr-sg"))


def test_what_is_no_envelope_or_too_much_is_refused_and_nothing_is_kept(world, monkeypatch):
    kr, fr, _ = world
    token, reader = kr.reader("fr", fr, may_add=True), kr.reader("only", fr)
    wrong = {b"": 422, b"{}": 422, b'{"objects": []}': 422, b'{"objects": 5}': 422, b"\xff": 422, b"[" * 9000: 422,
             b" " * (5 << 20): 413}  # fmt: skip
    for content, status in wrong.items():
        assert hand_in(kr, token, content=content).status_code == status, content[:20]
    assert hand_in(kr, token, *[tool()] * 1001).status_code == 422
    assert hand_in(kr, token, tool(), kind="application/json").status_code == 415
    assert hand_in(kr, reader, tool()).status_code == 404
    address = kr.address("kr-fr") + "objects/"
    assert kr.client(token).post(address, json={}, headers={"content-type": TAXII}).status_code == 403
    monkeypatch.setattr("hanbada.app.taxii.posting.PER_DAY", 2)
    assert [hand_in(kr, token, tool(n)).status_code for n in range(3)] == [202, 202, 429]


# clients that nobody here wrote


@pytest.fixture
def served(world):
    """The server on a port of this machine."""
    kr = world[0]
    config = uvicorn.Config(kr.app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield kr, world[1], f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_the_client_of_oasis_reads_every_page(served):
    kr, fr, where = served
    token = kr.reader("fr", fr)
    filled(kr, 8)
    with Server(f"{where}/taxii2/", user="fr", password=token) as server:
        (collection,) = server.api_roots[0].collections
        pages = list(as_pages(collection.get_objects, per_request=5))
        assert [one for page in pages for one in page["objects"]] == kr.objects(token, limit=1000)
        listed = collection.get_manifest()["objects"]
        assert [one["id"] for one in listed] == [one["id"] for one in kr.objects(token)]


def test_stix2_reads_and_hands_in_over_taxii(served):
    kr, fr, where = served
    token = kr.reader("fr", fr, may_add=True)
    filled(kr, 3)
    (wanted, *_) = found(kr.objects(token), "incident")
    with Collection(f"{where}{kr.address('kr-fr')}", user="fr", password=token) as collection:
        source = TAXIICollectionSource(collection)
        assert json.loads(source.get(wanted["id"]).serialize())["id"] == wanted["id"]
        assert len(source.query([stix2.Filter("type", "=", "incident")])) == 3
    with Collection(f"{where}{kr.inbox}", user="fr", password=token) as collection:
        TAXIICollectionSink(collection).add(stix2.v21.Tool(name="nmap"))
    (one,) = kept(kr)
    assert {fact.name: fact.value for fact in one.item.assertions}["title"] == "nmap"


# what is pulled from others


def store_of(node):
    return DeskStore(node.engine, lambda: node.clock.at)


def test_what_is_new_is_pulled_and_nothing_twice(served):
    kr, fr, where = served
    token = kr.reader("fr", fr)
    filled(kr, 4)

    def pulled():
        asks = pulling.asker(f"{where}/taxii2/", "fr", token)
        with asks.client:
            (one,) = pulling.collections(asks)
            return pulling.pull(asks, one, store_of(fr), "kim", fr.clock.written().at_us)

    assert (pulled().kept, pulled().objects) == (4, 0)
    kr.clock.at += 5_000
    kr.publish("alert/9", marked(kr, "kr-fr"), said("late"))
    again = pulled()
    assert again.kept == 1
    titles = {fact.value[0] for one in kept(fr) for fact in one.item.assertions if fact.name == "sources"}
    assert titles == {"s0", "s1", "s2", "s3", "late"}
    assert {one.item.marking.grants for one in kept(fr)} == {()}


def test_a_wrong_token_is_told_and_keeps_nothing(served):
    _, fr, where = served
    asks = pulling.asker(f"{where}/taxii2/", None, "wrong")
    with asks.client, pytest.raises(RefusedError, match="refuses us"):
        pulling.collections(asks)
    assert kept(fr) == []


@pytest.mark.parametrize("url", ["http://example.org/taxii2/", "ftp://127.0.0.1/", "file:///etc/passwd", "x",
                                 "https://kim:secret@example.org/"])  # fmt: skip
def test_only_https_or_this_machine_is_asked(url):
    with pytest.raises(UsageError):
        pulling.checked(url)


class Saying:
    """A server that answers what a test says."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def asker(self):
        def answer(request):
            self.asked.append(request.url)
            return self.answers.pop(0)

        return pulling.Asker(httpx.Client(transport=httpx.MockTransport(answer)), "https://taxii.example/api/")


def page(objects, **about):
    return httpx.Response(200, json={"objects": objects} | about, headers={"x-taxii-date-added-last": WHEN})


COLLECTION = ("https://taxii.example/api/collections/1/", "1", "one")


def test_a_server_may_not_send_us_elsewhere():
    named_other = Saying(httpx.Response(200, json={"api_roots": ["https://evil.example/api/"]}))
    with pytest.raises(RefusedError, match="another server"):
        pulling.collections(named_other.asker())
    moved = Saying(httpx.Response(302, headers={"location": "https://evil.example/"}))
    with pytest.raises(NotFoundError):
        pulling.collections(moved.asker())


def test_a_server_that_never_ends_is_left(world):
    """One that gives the same cursor for ever, and one that gives none and the same date."""
    fr = world[1]
    same = Saying(*[page([tool()], more=True, next="x")] * 5)
    pulling.pull(same.asker(), COLLECTION, store_of(fr), "kim", fr.clock.written().at_us)
    assert len(same.asked) == 2
    none = Saying(*[page([tool()], more=True)] * 5)
    pulling.pull(none.asker(), COLLECTION, store_of(fr), "kim", fr.clock.written().at_us)
    assert len(none.asked) == 1
    empty = Saying(*[page([], more=True)] * 5)
    pulling.pull(empty.asker(), COLLECTION, store_of(fr), "kim", fr.clock.written().at_us)
    assert len(empty.asked) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_none_is_refused(body):
    with pytest.raises(InputError):
        pulling.collections(Saying(httpx.Response(200, content=body)).asker())


def test_an_answer_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(pulling, "LARGEST", 1_000)
    with pytest.raises(InputError, match="more than"):
        pulling.collections(Saying(httpx.Response(200, content=b" " * 2_000)).asker())


def test_views_hold_only_what_they_should(world):
    kr, fr, _ = world
    kr.reader("fr", fr)
    filled(kr, 2)
    with reading(kr.engine) as connection:
        assert set(taxii.counts(connection)) == {View("kr-fr", fr.node)}
