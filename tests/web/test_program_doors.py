"""Programs come through the gates of the screens by their token, and pages cannot come in their place."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fakes import FakeDesk, FakeSite

from hanbada.app.programs import program_routes
from hanbada.app.sharing.door import Door
from hanbada.app.web import Settings, create
from hanbada.app.web.gates import PROGRAMS
from hanbada.share.formats.cise_messages import message_of
from hanbada.store.database import open_database


@pytest.fixture
def ask(tmp_path):
    engine = open_database(tmp_path / "desk.db")
    app = create(FakeSite(2), FakeDesk.manned(), Settings(), programs=program_routes(Door(engine, tmp_path)))

    def asked(method, path, **given):
        async def posted():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, **given)

        with ThreadPoolExecutor(1) as alone:  # tests in a browser leave an event loop running in this thread
            return alone.submit(asyncio.run, posted()).result()

    yield asked
    engine.dispose()


def test_a_post_without_a_form_reaches_the_doors_and_a_stranger_is_told_nothing(ask):
    answer = ask("POST", "/misp/events/restSearch", json={}, headers={"Authorization": "x"})
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Authentication failed")
    answer = ask("POST", "/api/cise/messages", content=b"<a/>", headers={"Authorization": "x"})
    assert message_of(answer.content).code == "AuthenticationError"


def test_other_addresses_still_want_a_form_of_ours(ask):
    assert ask("POST", "/api/other", content=b"x").status_code in {303, 400, 403}
    assert ask("POST", "/mispelled", content=b"x").status_code in {303, 400, 403}


@pytest.mark.parametrize("root", PROGRAMS)
def test_another_host_is_refused_at_every_door(ask, root):
    assert ask("GET", root, headers={"Host": "evil.example"}).status_code == 421
