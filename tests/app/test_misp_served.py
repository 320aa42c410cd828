"""PyMISP against a node over loopback: it gets what the release desk lets its node have, and nothing else."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import warnings
from typing import NamedTuple

import httpx
import pytest
import uvicorn
from nodes import BEGIN, Clock, Node, enrol, marked

from hanbada.app.misp.serving import ROOT, misp_app
from hanbada.app.sharing import leaving
from hanbada.app.sharing.door import Door
from hanbada.model.desk import ItemsWanted
from hanbada.model.ids import uuid_of
from hanbada.model.sharing import FULL, NOTHING, Assertion
from hanbada.share.formats import misp
from hanbada.store import items, ledger
from hanbada.store.database import reading

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pymisp import MISPEvent, MISPObject, PyMISP

UUID = "5f1c0000-0000-4000-8000-000000000001"


class Reader(NamedTuple):
    name: str
    node: str
    may_add: bool


class World:
    def __init__(self, tmp_path):
        self.clock = Clock()
        self.kr, self.fr, self.de = (Node(tmp_path, name, self.clock) for name in ("kr", "fr", "de"))
        enrol(self.kr, self.fr)
        enrol(self.kr, self.de)
        self.readers = {
            "fr-token": Reader("paris", self.fr.node, may_add=True),
            "de-token": Reader("berlin", self.de.node, may_add=False),
            "kr-token": Reader("ourselves", self.kr.node, may_add=False),
            "xx-token": Reader("nobody", "no-such-node", may_add=False),
        }
        self.door = Door(self.kr.engine, self.kr.directory, lambda: self.clock.at)

    def reader_of(self, _, token):
        return self.readers.get(token)

    def tell(self, name, *communities, tlp="AMBER", **more):
        return self.kr.publish(name, marked(self.kr, *communities, tlp=tlp), **more)

    def uuid(self, item_id):
        return uuid_of(misp.NAMESPACE, item_id)


@contextlib.contextmanager
def served(app):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        found.listen()
        config = uvicorn.Config(app, log_level="critical", ws="none", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{found.getsockname()[1]}{ROOT}"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    for one in (made.kr, made.fr, made.de):
        one.close()


@pytest.fixture
def address(world):
    with served(misp_app(world.door, world.reader_of)) as found:
        yield found


def client(address, token):
    logging.getLogger("pymisp").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PyMISP(address, token, ssl=True)


def uuids(found):
    return {one["Event"]["uuid"] for one in found}


def test_a_reader_sees_what_its_node_may_have_and_nothing_else(world, address):
    both, fr, de = world.tell("a", "kr-fr", "kr-de"), world.tell("b", "kr-fr"), world.tell("c", "kr-de")
    world.tell("d")
    seen = {token: uuids(client(address, f"{token}-token").search("events")) for token in ("fr", "de", "kr", "xx")}
    assert seen == {
        "fr": {world.uuid(both), world.uuid(fr)}, "de": {world.uuid(both), world.uuid(de)}, "kr": set(), "xx": set(),
    }  # fmt: skip
    assert uuids(client(address, "fr-token").search("events", uuid=world.uuid(de))) == set()


def test_what_is_recalled_or_cut_is_gone_at_the_next_question(world, address):
    whole = world.tell("a", "kr-fr")
    asks = client(address, "fr-token")
    event = asks.get_event(world.uuid(whole), pythonify=True)
    assert event.info == "alert: gap"
    assert any(one.name == "ais-observation" for one in event.objects)
    world.kr.publish("a", marked(world.kr, "kr-fr", profile=NOTHING))
    assert "HANBADA" not in asks.get_event(world.uuid(whole), pythonify=True).to_json()
    world.kr.recall(whole)
    assert asks.get_event(world.uuid(whole))["errors"][0] == 404
    assert not asks.event_exists(world.uuid(whole))


def test_what_a_reader_may_not_have_is_as_if_it_did_not_exist(world, address):
    hidden = world.uuid(world.tell("a", "kr-de"))
    asks = client(address, "fr-token")
    for path, method in (
        (f"events/view/{hidden}", "GET"),
        (f"events/edit/{hidden}", "POST"),
        (f"events/delete/{hidden}", "POST"),
    ):
        answers = [
            httpx.request(
                method,
                address + path.replace(hidden, uuid),
                headers={"Authorization": "fr-token"},
                json={"info": "x"} if method == "POST" else None,
            )
            for uuid in (hidden, UUID)
        ]
        assert answers[0].status_code == answers[1].status_code == 404
        assert answers[0].content == answers[1].content
    assert not asks.event_exists(hidden)


def test_a_stranger_is_told_nothing(world, address):
    uuid = world.uuid(world.tell("a", "kr-fr"))
    answers = {
        httpx.get(address + path, headers={"Authorization": token} if token else {}).content
        for token in ("", "wrong", "fr-toke", "fr-token2")
        for path in (
            "users/view/me",
            "events/index",
            f"events/view/{uuid}",
            f"events/view/{UUID}",
            "servers/getVersion",
        )
    }
    assert len(answers) == 1
    assert b"Authentication failed" in answers.pop()


def test_filters_of_a_search_are_kept(world, address):
    world.tell("a", "kr-fr")
    world.clock.at += 3_600_000_000
    later = world.tell("b", "kr-fr", tlp="GREEN")
    asks = client(address, "fr-token")

    def ask(**given):
        return uuids(asks.search("events", **given))

    assert ask(tags="tlp:green") == {world.uuid(later)}
    assert len(ask(tags=["!tlp:green"])) == 1
    assert len(ask(tags=["tlp:%"])) == 2
    assert len(ask(eventinfo="GAP")) == 2
    assert ask(eventinfo="nothing") == set()
    assert len(ask(value="440123456")) == 2
    assert len(ask(value="%HANBADA%", type_attribute="text")) == 2
    assert ask(value="440123456", type_attribute="domain") == set()
    assert ask(timestamp=(BEGIN + 1_800_000_000) // 1_000_000) == {world.uuid(later)}
    assert len(ask(limit=1, page=1) | ask(limit=1, page=2)) == 2
    assert ask(limit=1, page=3) == set()
    assert len(ask(object_name="ais-observation")) == 2
    assert all(not one["Event"].get("Object") for one in asks.search("events", metadata=True))
    found = asks.search("attributes", value="440123456", type_attribute="text")
    assert {one["value"] for one in found["Attribute"]} == {"440123456"}
    assert {one["Event"]["uuid"] for one in found["Attribute"]} == uuids(asks.search("events"))
    assert len(asks.search_index()) == 2
    assert len(asks.search_index(tags="tlp:green")) == 1


def test_a_filter_that_is_not_understood_is_refused_rather_than_overlooked(world, address):
    world.tell("a", "kr-fr")
    asked = ({"sharinggroup": "1"}, {"galaxy": "x"}, {"timestamp": "soon"}, {"limit": "x"}, {"returnFormat": "csv"})
    for given in asked:
        answer = httpx.post(address + "events/restSearch", headers={"Authorization": "fr-token"}, json=given)
        assert answer.status_code == 400, given


def posted(**more):
    event = MISPEvent()
    event.from_dict(uuid=UUID, info="Spoofing seen", distribution=3, published=True, **more)
    event.add_tag("tlp:clear")
    event.add_attribute("domain", "bad.example")
    return event


def kept(world):
    with reading(world.kr.engine) as connection:
        return items.listed(connection, ItemsWanted())


def test_what_is_handed_in_is_kept_apart_granted_to_nobody_and_shown_to_nobody(world, address):
    asks = client(address, "fr-token")
    event = posted()
    ship = MISPObject("ais", strict=True)
    ship.add_attribute("MMSI", "228002000")
    event.add_object(ship)
    done = asks.add_event(event)
    assert done["Event"]["uuid"] == UUID
    assert done["Event"]["published"] is False
    found = {one.item.item_id: one for one in kept(world)}
    assert set(found) == {f"misp:{UUID}", f"misp:{UUID}/vessels"}
    assert {one.source for one in found.values()} == {f"MISP: paris ({world.fr.node[:16]})"}
    assert all(one.item.marking.grants == () for one in found.values())
    assert asks.search("events") == client(address, "de-token").search("events") == []
    with reading(world.kr.engine) as connection:
        assert "misp/paris" in {one.actor for one in ledger.entries(connection)}


def test_without_a_marking_it_is_red(world, address):
    event = MISPEvent()
    event.from_dict(uuid=UUID, info="x", distribution=3, published=True)
    client(address, "fr-token").add_event(event)
    assert [one.item.marking.tlp for one in kept(world)] == ["RED"]


def test_only_who_handed_it_in_changes_or_deletes_it(world, address):
    world.readers["de-token"] = world.readers["de-token"]._replace(may_add=True)
    paris, berlin = client(address, "fr-token"), client(address, "de-token")
    paris.add_event(posted())
    assert berlin.update_event(posted())["errors"][0] == 404
    assert berlin.delete_event(UUID)["errors"][0] == 404
    event = posted()
    event.info = "Corrected"
    paris.update_event(event)
    (one,) = kept(world)
    assert {fact.name: fact.value for fact in one.item.assertions}["title"] == "Corrected"
    berlin.add_event(posted())
    assert len(kept(world)) == 2
    assert paris.delete_event(UUID)["success"]
    assert [one.source for one in kept(world)] == [f"MISP: berlin ({world.de.node[:16]})"]
    assert paris.delete_event(UUID)["errors"][0] == 404
    world.readers["fr-token"] = Reader("berlin", world.fr.node, may_add=True)
    assert client(address, "fr-token").delete_event(UUID)["errors"][0] == 404


def test_who_may_only_read_hands_in_nothing(world, address):
    berlin = client(address, "de-token")
    assert berlin.add_event(posted())["errors"][0] == 403
    assert berlin.update_event(posted())["errors"][0] == 403
    assert berlin.delete_event(UUID)["errors"][0] == 403
    assert kept(world) == []


def test_what_is_no_event_is_refused_and_nothing_is_kept(world, address):
    bodies = (b"{", b"[]", b'{"Event": {"info": "x"}}', b'{"uuid": "../x", "info": "x"}', b"\xff", b'"x"')
    for body in bodies:
        answer = httpx.post(address + "events/add", headers={"Authorization": "fr-token"}, content=body)
        assert answer.status_code == 400, body
    assert kept(world) == []


def test_what_is_classified_is_refused_whole(world, address):
    event = posted()
    event.info = "SECRET"
    assert client(address, "fr-token").add_event(event)["errors"][0] == 400
    assert kept(world) == []


def test_nobody_publishes_from_outside(world, address):
    asks = client(address, "fr-token")
    asks.add_event(posted())
    assert asks.publish(UUID)["errors"][0] == 403


def test_nobody_is_told_who_else_reads(world, address):
    asks = client(address, "fr-token")
    assert asks.get_user("1")["errors"][0] == 404
    assert "berlin" not in str(asks.get_user("me"))


def test_events_that_differ_in_what_was_cut_are_the_same_bytes(world, address):
    def told(name):
        facts = (
            Assertion(name="kind", aspect="plain", value="gap"),
            Assertion(name="log", aspect="narrative", value=name),
        )
        profile = FULL.__class__(place="exact", identity=True, source=True, person=True, narrative=False, evidence=True)
        world.kr.publish("a", marked(world.kr, "kr-fr", profile=profile), facts)
        world.clock.at = BEGIN + 10_000
        return httpx.post(address + "events/restSearch", headers={"Authorization": "fr-token"}, json={}).content

    first = told("seen by one")
    assert b"seen by one" not in first
    assert first == told("seen by another, and much longer")


def test_a_community_that_ended_lets_nothing_out(world, address):
    world.tell("a", "kr-fr")
    assert len(client(address, "fr-token").search("events")) == 1
    world.kr.write(lambda connection, _, written: leaving.leave(connection, "kr-fr", written))
    assert client(address, "fr-token").search("events") == []
