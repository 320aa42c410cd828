"""MISP feeds: written for one partner, read from anybody."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import threading

import pytest
from nodes import Clock, Node, enrol, marked

from hanbada.app.misp import feeds
from hanbada.model.errors import InputError, UsageError
from hanbada.store.database import reading

UUID = "5f1c0000-0000-4000-8000-000000000001"


@pytest.fixture
def pair(tmp_path):
    clock = Clock()
    kr, fr = Node(tmp_path, "kr", clock), Node(tmp_path, "fr", clock)
    enrol(kr, fr)
    yield kr, fr
    kr.close()
    fr.close()


def write(kr, fr, folder):
    with reading(kr.engine) as connection:
        return feeds.write(folder, connection, kr.ours, fr.node, kr.clock.at)


def said(found):
    return [{one.name: one.value for one in item.assertions} for item in found.items]


def test_a_feed_holds_what_its_partner_may_have_and_loses_what_it_may_not(pair, tmp_path):
    kr, fr = pair
    told = kr.publish("a", marked(kr, "kr-fr", tlp="GREEN"))
    kr.publish("b", marked(kr))
    folder = tmp_path / "feed"
    assert write(kr, fr, folder) == (1, 0)
    found = feeds.read(str(folder))
    assert [(item.item_id, item.marking.tlp) for item in found.items] == [(told, "GREEN")]
    assert found.items[0].marking.caveats.no_onward
    kr.recall(told)
    assert write(kr, fr, folder) == (0, 1)
    assert [path.name for path in folder.iterdir()] == [feeds.MANIFEST]
    assert feeds.read(str(folder)).items == ()


def test_a_folder_with_other_things_in_it_is_left_alone(pair, tmp_path):
    kr, fr = pair
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"is no file of a feed"):
        write(kr, fr, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def made(folder, manifest, **events):
    folder.mkdir()
    (folder / feeds.MANIFEST).write_text(json.dumps(manifest))
    for uuid, event in events.items():
        (folder / f"{uuid}.json").write_text(json.dumps({"Event": event}))
    return str(folder)


def event(uuid=UUID, **more):
    return {"uuid": uuid, "info": "Port", "published": True, "distribution": "3", "Tag": [{"name": "tlp:green"}],
            "Attribute": [{"type": "domain", "value": "bad.example"}]} | more  # fmt: skip


def test_a_feed_of_others_is_read(tmp_path):
    found = feeds.read(made(tmp_path / "f", {UUID: {}}, **{UUID: event()}))
    assert said(found) == [
        {"kind": "indicator", "patterns": [{"kind": "domain", "value": "bad.example"}], "title": "Port"}
    ]
    assert not found.items[0].marking.caveats.no_onward


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        (UUID, event(published=False), "not published"),
        (UUID, event(uuid="5f1c0000-0000-4000-8000-000000000002"), "another event"),
        (UUID, None, "cannot be read"),
        ("../../etc/passwd", None, "no UUID"),
        ("5F1C0000-0000-4000-8000-00000000000", None, "no UUID"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(tmp_path, name, body, why):
    found = feeds.read(made(tmp_path / "f", {name: {}}, **({} if body is None else {name: body})))
    assert found.items == ()
    assert why in found.losses[0].why


@pytest.mark.parametrize(
    "address", ["http://example.org/feed", "ftp://127.0.0.1/f", "http://[::ffff:8.8.8.8]/", "http://localhost.example/"]
)
def test_only_https_and_this_machine_are_asked(address):
    with pytest.raises(UsageError, match="write an https address"):
        feeds.read(address)


@contextlib.contextmanager
def served(folder, redirect=None):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            if redirect is None:
                super().do_GET()
            else:
                self.send_response(302)
                self.send_header("Location", redirect)
                self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_a_feed_is_read_over_http_from_this_machine_and_leads_nowhere_else(tmp_path):
    folder = made(tmp_path / "f", {UUID: {}}, **{UUID: event()})
    with served(folder) as address:
        assert len(feeds.read(address).items) == 1
    with served(folder, redirect="http://127.0.0.1:1/") as address, pytest.raises(InputError, match="answered 302"):
        feeds.read(address)


def test_a_file_that_is_too_large_is_left_out(tmp_path, monkeypatch):
    folder = made(tmp_path / "f", {UUID: {}}, **{UUID: event(info="x" * 5000)})
    monkeypatch.setattr(feeds, "LARGEST", 2000)
    assert "larger than" in feeds.read(folder).losses[0].why
    with served(folder) as address:
        assert "larger than" in feeds.read(address).losses[0].why
