"""Who reads over TAXII, on a screen."""

import re

import pytest
from harness import Client
from partners import made, world_of
from test_languages import Said, added, foreign, template  # noqa: F401 - two of them are fixtures

from hanbada.app.taxii import readers
from hanbada.store.database import writing
from hanbada.store.events import Written


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    nodes = world_of(tmp_path_factory.mktemp("readers"), made(tmp_path_factory.mktemp("pattern")))
    yield nodes
    for one in nodes:
        one.close()


def shown(node, role="viewer"):
    client = Client(node.app)
    assert client.sign_in(role).status_code == 303
    answer = client.get("/readers")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_page_says_who_reads_what_and_how_somebody_does(world):
    node = world[0]
    assert "No program reads here." in shown(node)
    with writing(node.engine) as connection:
        ours = node.ours(connection) if callable(node.ours) else node.ours
        token = readers.add(connection, ours, "siem", ours.node, Written(by="kim", at_us=1_790_000_000_000_000))
    text = shown(node)
    assert "siem this node" in text
    assert "hanbada taxii reader add NAME --for PARTNER" in text
    assert "/taxii2/" in text
    assert token not in text
