"""A peer that follows the CISE service model against a node: what it hands in, asks, subscribes to, and is sent."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import http.server
import threading
from typing import NamedTuple

import httpx
import pytest
from nodes import BEGIN, Clock, Node, enrol, marked

from hanbada.app.cise import pushing
from hanbada.app.cise.serving import MESSAGES, cise_app
from hanbada.app.outbound import client
from hanbada.app.sharing.door import Door
from hanbada.model.desk import ItemsWanted
from hanbada.model.sharing import Assertion
from hanbada.model.times import iso
from hanbada.share.formats import cise
from hanbada.share.formats.cise_messages import Message, message_of, written
from hanbada.store import items
from hanbada.store.database import reading

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<m:{kind} xmlns:m="http://www.cise.eu/servicemodel/v1/message/" xmlns:s="http://www.cise.eu/servicemodel/v1/service/"
 xmlns:x="http://www.w3.org/2001/XMLSchema-instance">
 <CorrelationID>c-1</CorrelationID><CreationDateTime>{at}</CreationDateTime><MessageID>{id}</MessageID>
 <Priority>High</Priority><RequiresAck>true</RequiresAck>
 <Sender><SeaBasin>NorthSea</SeaBasin><ServiceID>{sender}</ServiceID><ServiceOperation>Subscribe</ServiceOperation>
  <ServiceRole>Consumer</ServiceRole><ServiceStatus>Online</ServiceStatus><ServiceType>{service}</ServiceType></Sender>
 <Payload x:type="m:XmlEntityPayload"><InformationSecurityLevel>{level}</InformationSecurityLevel>
  <InformationSensitivity>Green</InformationSensitivity><IsPersonalData>false</IsPersonalData>
  <Purpose>NonSpecified</Purpose><EnsureEncryption>false</EnsureEncryption>{entities}</Payload>{tail}
</m:{kind}>"""
PARIS = "fr-token"
VESSEL = "<Vessel><Identifier><UUID>111</UUID></Identifier><Name>ABEILLE</Name><MMSI>228002000</MMSI></Vessel>"


class Participant(NamedTuple):
    name: str
    node: str
    may_add: bool


class World:
    """A node, a partner of it, and the partner's CISE adaptor."""

    def __init__(self, tmp_path):
        self.clock = Clock()
        self.kr, self.fr = Node(tmp_path, "kr", self.clock), Node(tmp_path, "fr", self.clock)
        enrol(self.kr, self.fr)
        self.participants = {
            "fr-token": Participant("paris", self.fr.node, may_add=True),
            "brest-token": Participant("brest", self.fr.node, may_add=False),
        }
        self.door = Door(self.kr.engine, self.kr.directory, lambda: self.clock.at)
        self.app = cise_app(self.door, lambda _, token: self.participants.get(token))
        self.taken, self.up = [], True

    def ask(self, kind, tail="", *, token=PARIS, service="AnomalyService", **given):
        filled = {
            "id": "m-1",
            "sender": "fr.paris.consumer",
            "at": iso(self.clock.at),
            "level": "NonClassified",
            "entities": "",
        }
        body = MESSAGE.format(kind=kind, service=service, tail=tail, **filled | given)
        return message_of(self.answer(body.encode(), f"Bearer {token}"))

    def answer(self, body, authorization):
        async def posted():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://node") as client:
                return await client.post(MESSAGES, content=body, headers={"Authorization": authorization})

        return asyncio.run(posted()).content

    def code(self, *given, **named):
        return self.ask(*given, **named).code

    def subscribe(self, **given):
        return self.code("PullRequest", "<PullType>Subscribe</PullType>" + given.pop("tail", ""), **given)

    def post(self, content):
        if self.up:
            self.taken.append(message_of(content))
        return self.up

    def push(self, token=PARIS):
        self.taken.clear()
        pushing.push(self.door, self.participants[token], self.post)
        return list(self.taken)

    def tell(self, name, *communities, tlp="AMBER", **more):
        return self.kr.publish(name, marked(self.kr, *communities, tlp=tlp), **more)

    def kept(self):
        with reading(self.kr.engine) as connection:
            return items.listed(connection, ItemsWanted())


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.kr.close()
    made.fr.close()


def read(message):
    return cise.read(written(message)).items


def test_what_is_pushed_is_kept_as_the_participants_own_and_granted_to_nobody(world):
    answer = world.ask("Push", entities=VESSEL)
    assert (answer.kind, answer.code, answer.correlation_id) == ("Acknowledgement", "Success", "c-1")
    (one,) = world.kept()
    assert (one.source, one.format, one.item.marking.tlp, one.item.marking.grants) == (
        f"CISE: paris ({world.fr.node[:16]})",
        "cise",
        "GREEN",
        (),
    )


def test_who_pushed_takes_back_and_nobody_else_does(world):
    world.code("Push", entities=VESSEL, id="m-7")
    tail = "<FeedbackType>delete</FeedbackType><Reason>by mistake</Reason><RefMessageID>m-7</RefMessageID>"
    assert world.code("Feedback", tail, token="brest-token") == "InvalidRequestObject"
    assert len(world.kept()) == 1
    assert world.code("Feedback", tail) == "Success"
    assert world.kept() == []


REFUSED = [
    ({"kind": "Push", "entities": VESSEL, "token": "brest-token"}, "Unauthorized"),
    ({"kind": "Push", "entities": VESSEL, "token": "wrong"}, "AuthenticationError"),
    ({"kind": "Push", "entities": VESSEL, "token": ""}, "AuthenticationError"),
    ({"kind": "Push", "entities": "<Cargo/>"}, "EntityTypeNotAccepted"),
    ({"kind": "Push", "entities": VESSEL, "level": "EURestricted"}, "SecurityError"),
    (
        {
            "kind": "Push",
            "entities": VESSEL.replace("<Name>", "<Metadata><Description>NATO SECRET</Description></Metadata><Name>"),
        },
        "SecurityError",
    ),
    ({"kind": "Push", "entities": VESSEL, "at": iso(BEGIN - 90_000_000_000)}, "TimestampError"),
    ({"kind": "Push", "entities": VESSEL, "at": "yesterday"}, "BadRequest"),
    ({"kind": "Push", "entities": VESSEL, "sender": ""}, "BadRequest"),
    ({"kind": "Nonsense"}, "BadRequest"),
    ({"kind": "PullResponse", "tail": "<ResultCode>Success</ResultCode>"}, "BadRequest"),
    (
        {"kind": "PullRequest", "tail": "<PullType>Subscribe</PullType>", "service": "CargoService"},
        "ServiceTypeNotSupported",
    ),
    ({"kind": "PullRequest", "tail": "<PullType>Unsubscribe</PullType>"}, "InvalidRequestObject"),
    ({"kind": "PullRequest", "tail": "<PullType>Steal</PullType>"}, "BadRequest"),
    ({"kind": "Acknowledgement", "tail": "<AckCode>Success</AckCode>"}, "Success"),
]


def test_every_message_has_its_code_and_what_is_refused_changes_nothing(world):
    for given, code in REFUSED:
        assert world.code(**given) == code, given
        assert world.kept() == []
        assert world.push() == []


def test_a_discovery_is_answered_with_our_services_and_subscribers_only_see_themselves(world):
    found = world.ask("PullRequest", "<PullType>Discover</PullType>").services
    assert {one.service_type for one in found} >= {"AnomalyService", "VesselService"}
    profile = "<DiscoveryProfiles><ServiceType>VesselService</ServiceType></DiscoveryProfiles>"
    (one,) = world.ask("PullRequest", "<PullType>Discover</PullType>" + profile).services
    assert one.service_type == "VesselService"
    world.subscribe()
    assert len(world.ask("PullRequest", "<PullType>GetSubscribers</PullType>").services) == 1
    assert world.ask("PullRequest", "<PullType>GetSubscribers</PullType>", token="brest-token").services == ()


def test_a_subscriber_is_sent_what_the_desk_released_to_its_node_once(world):
    told = world.tell("a", "kr-fr")
    world.tell("hidden")
    assert world.push() == []
    assert world.subscribe() == "Success"
    (message,) = world.push()
    assert (message.kind, message.recipient.service_id) == ("Push", "fr.paris.consumer")
    assert [one.item_id for one in read(message)] == [told]
    assert message.payload.sensitivity == "Amber"
    assert "cise_pushed" in world.kr.actions()
    assert world.push() == []
    assert world.push("brest-token") == []


def test_what_changed_is_sent_again_and_what_is_taken_back_is_taken_back_there(world):
    told = world.tell("a", "kr-fr")
    world.subscribe()
    world.push()
    world.tell("a", "kr-fr", tlp="GREEN")
    (again,) = world.push()
    assert again.payload.sensitivity == "Green"
    world.kr.recall(told)
    (gone,) = world.push()
    assert (gone.kind, gone.feedback, gone.about) == ("Feedback", "delete", again.message_id)
    assert world.push() == []


def test_what_was_not_taken_stays_due(world):
    world.tell("a", "kr-fr")
    world.subscribe()
    world.up = False
    assert world.push() == []
    world.up = True
    assert len(world.push()) == 1


def test_a_subscription_ends_by_itself_or_when_it_is_ended(world):
    world.subscribe(
        tail=f"<Requests x:type='s:SubscriptionCapability'><SubscriptionEnd>{iso(BEGIN + 3_600_000_000)}</SubscriptionEnd></Requests>"
    )
    world.tell("a", "kr-fr")
    assert len(world.push()) == 1
    world.tell("b", "kr-fr")
    world.clock.at = BEGIN + 3_600_000_001
    assert world.push() == []
    world.subscribe()
    assert world.code("PullRequest", "<PullType>Unsubscribe</PullType>") == "Success"
    assert world.push() == []


def test_a_request_is_answered_once_with_all_there_is(world):
    told = world.tell("a", "kr-fr")
    assert world.code("PullRequest", "<PullType>Request</PullType>", id="ask-1") == "Success"
    (answer,) = world.push()
    assert (answer.kind, answer.correlation_id, answer.code) == ("PullResponse", "ask-1", "Success")
    assert [one.item_id for one in read(answer)] == [told]
    assert world.push() == []
    assert world.code("PullRequest", "<PullType>Request</PullType>", id="ask-2", service="VesselService") == "Success"
    (empty,) = world.push()
    assert empty.payload.entities == ()


def test_another_service_is_not_sent_what_it_did_not_ask_for(world):
    world.tell("a", "kr-fr")
    world.subscribe(service="VesselService")
    assert world.push() == []


def test_amber_strict_does_not_go_to_another_organisation(world):
    strict = marked(world.kr, "kr-fr", tlp="AMBER+STRICT")
    assert strict.tlp == "AMBER+STRICT"
    world.kr.publish("a", strict)
    world.subscribe()
    assert world.push() == []


def test_what_was_cut_is_in_no_message_and_changes_none(world):
    world.subscribe()
    hidden = Assertion(name="sources", aspect="source", value=["buoy 7"], marking=marked(world.kr, tlp="RED"))
    facts = (Assertion(name="kind", aspect="plain", value="gap"), hidden)
    world.tell("a", "kr-fr", facts=facts)
    (message,) = world.push()
    assert "buoy 7" not in str([one.assertions for one in read(message)])
    other = Assertion(name="sources", aspect="source", value=["buoy 8"], marking=marked(world.kr, tlp="RED"))
    world.tell("a", "kr-fr", facts=(facts[0], other))
    assert world.push() == []


def test_a_stranger_gets_the_same_answer_whatever_it_sends(world):
    bodies = (b"", b"<a/>", MESSAGE.encode(), b"x" * 100)
    answers = {world.answer(one, "no") for one in bodies}
    assert len(answers) == 1


@contextlib.contextmanager
def peer(code, status=200):
    """A participant's system on this machine that answers every message with a code."""
    heard = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            heard.append(message_of(self.rfile.read(int(self.headers["Content-Length"]))))
            body = written(Message(kind="Acknowledgement", message_id="a", created_at=0, code=code))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/messages", heard
    finally:
        server.shutdown()
        server.server_close()


def test_over_loopback_a_message_counts_as_taken_only_with_success(world):
    told = world.tell("a", "kr-fr")
    world.subscribe()
    for code, status, taken in (("ServerError", 200, 0), ("Success", 503, 0), ("Success", 200, 1), ("Success", 200, 0)):
        with peer(code, status) as (address, heard), client(address) as http_client:
            post = functools.partial(pushing.posted, http_client, address)
            assert pushing.push(world.door, world.participants[PARIS], post)[0] == taken
        assert len(heard) == (0 if (code, status, taken) == ("Success", 200, 0) else 1)
        assert all(one.item_id == told for message in heard for one in read(message))
    with client("http://127.0.0.1:9/") as http_client:
        assert not pushing.posted(http_client, "http://127.0.0.1:9/", b"x")
