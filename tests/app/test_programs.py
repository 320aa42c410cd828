"""Doors for programs on one node: one token for all of them, and none without a reader."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
import pytest
from nodes import Clock, Node, enrol, marked
from starlette.applications import Starlette

from hanbada.app.cise.serving import MESSAGES
from hanbada.app.cise.standing import Standing, put
from hanbada.app.misp.events import events
from hanbada.app.programs import program_routes
from hanbada.app.sharing.door import Door
from hanbada.app.taxii import readers
from hanbada.share.formats.cise_messages import Message, Service, message_of, written
from hanbada.store import taxii, terms
from hanbada.store.database import reading


@pytest.fixture
def pair(tmp_path):
    clock = Clock()
    kr, fr = Node(tmp_path, "kr", clock), Node(tmp_path, "fr", clock)
    enrol(kr, fr)
    yield kr, fr
    kr.close()
    fr.close()


def ask(kr, method, path, token, content=b""):
    app = Starlette(routes=program_routes(Door(kr.engine, kr.directory, lambda: kr.clock.at)))

    async def asked():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node") as client:
            return await client.request(method, path, content=content, headers={"Authorization": token})

    return asyncio.run(asked())


def message(kr):
    return written(Message(kind="PullRequest", message_id="1", created_at=kr.clock.at, pull_type="Discover",
                           sender=Service(service_id="fr.consumer")))  # fmt: skip


def test_a_reader_has_one_token_for_all_doors_and_takes_part_in_cise_once_it_has_joined(pair):
    kr, fr = pair
    kr.publish("a", marked(kr, "kr-fr"))
    token = kr.write(lambda connection, ours, at: readers.add(connection, ours, "paris", fr.node, at))
    found = ask(kr, "POST", "/misp/events/restSearch", token, b"{}")
    assert len(msgspec.json.decode(found.content)["response"]) == 1
    assert ask(kr, "GET", "/ogc/collections", f"Bearer {token}").status_code == 200
    assert ask(kr, "GET", "/ogc/collections", "Bearer wrong").status_code == 401
    assert ask(kr, "POST", "/misp/events/add", token, b"{}").status_code == 403
    assert message_of(ask(kr, "POST", MESSAGES, token, message(kr)).content).code == "AuthenticationError"
    kr.write(joined, token)
    assert message_of(ask(kr, "POST", MESSAGES, token, message(kr)).content).code == "Success"
    kr.write(lambda connection, _, at: taxii.drop_reader(connection, "paris", at))
    assert ask(kr, "POST", "/misp/events/restSearch", token, b"{}").status_code == 403
    assert message_of(ask(kr, "POST", MESSAGES, token, message(kr)).content).code == "AuthenticationError"


def joined(connection, _, token, written):
    put(connection, taxii.reader_of(connection, token), Standing(address="https://fr.example/"), written.at_us)


def test_a_reader_of_the_same_name_for_another_partner_has_no_part_in_what_was(pair):
    kr, fr = pair
    token = kr.write(lambda connection, ours, at: readers.add(connection, ours, "paris", fr.node, at))
    kr.write(joined, token)
    kr.write(lambda connection, _, at: taxii.drop_reader(connection, "paris", at))
    other = kr.write(lambda connection, ours, at: readers.add(connection, ours, "paris", kr.node, at))
    assert message_of(ask(kr, "POST", MESSAGES, other, message(kr)).content).code == "AuthenticationError"


def suspended(connection, _, node, written):
    about = terms.partners(connection)[node]
    partner = msgspec.structs.replace(about.partner, suspended=True)
    terms.put_partner(connection, partner, about.keys, written)


def test_a_suspended_partner_has_no_events(pair):
    kr, fr = pair
    kr.publish("a", marked(kr, "kr-fr"))

    def count():
        with reading(kr.engine) as connection:
            return len(list(events(connection, kr.ours, fr.node, kr.clock.at)))

    assert count() == 1
    kr.write(suspended, fr.node)
    assert count() == 0


def test_this_node_itself_reads_no_events_over_misp(pair):
    kr, _ = pair
    kr.publish("a", marked(kr, "kr-fr", tlp="CLEAR"))
    with reading(kr.engine) as connection:
        assert list(events(connection, kr.ours, kr.node, kr.clock.at)) == []
