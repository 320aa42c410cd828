"""The live channel: the whole picture, then what changed, and the desk's events for every window."""

import json

import pytest
from fakes import NOW_US
from starlette.websockets import WebSocketDisconnect

from hanbada.app.web import frames

ORIGIN = {"origin": "http://localhost"}


def read_on(socket):
    """Read until the other end closes."""
    for _ in range(100):
        socket.receive_text()


def hello(socket):
    return json.loads(socket.receive_text())["hello"]


def test_a_window_gets_everything_first_and_then_what_changed(visit, node):
    with visit("viewer").websocket_connect("ws://localhost/live", headers=ORIGIN) as socket:
        assert hello(socket)["simulated"] is True
        first = frames.read_vessel_frame(socket.receive_bytes())
        assert (len(first.columns["mmsi"]), first.marks & frames.FULL) == (60, frames.FULL)
        node.site.tick(5)
        changed = frames.read_vessel_frame(socket.receive_bytes())
        while len(changed.columns["mmsi"]) == 0:
            changed = frames.read_vessel_frame(socket.receive_bytes())
        assert len(changed.columns["mmsi"]) == 5
        assert not changed.marks & frames.FULL


def test_a_window_that_lost_its_line_gets_only_what_it_missed(visit, node):
    viewer = visit("viewer")
    with viewer.websocket_connect("ws://localhost/live", headers=ORIGIN) as socket:
        run = hello(socket)["run"]
        revision = frames.read_vessel_frame(socket.receive_bytes()).revision
    node.site.tick(3)
    with viewer.websocket_connect(f"ws://localhost/live?since={revision}&run={run}", headers=ORIGIN) as socket:
        hello(socket)
        assert len(frames.read_vessel_frame(socket.receive_bytes()).columns["mmsi"]) == 3
    with viewer.websocket_connect(f"ws://localhost/live?since={revision}&run=other", headers=ORIGIN) as socket:
        hello(socket)
        assert frames.read_vessel_frame(socket.receive_bytes()).marks & frames.FULL


def test_a_page_without_a_map_gets_events_only(visit, node):
    with visit("viewer").websocket_connect("ws://localhost/live?only=events", headers=ORIGIN) as socket:
        hello(socket)
        assert socket.receive_text() == "{}"
        node.desk.acknowledge(101, "officer", NOW_US)
        message = json.loads(socket.receive_text())
        while "events" not in message:
            message = json.loads(socket.receive_text())
        event = message["events"][0]
        assert (event["what"], event["id"], event["state"], event["by"]) == ("alert", "101", "acknowledged", "officer")


@pytest.mark.parametrize("headers", [{}, {"origin": "http://evil.example"}, {"origin": "null"}])
def test_another_origin_hears_nothing(visit, headers):
    viewer = visit("viewer")
    with pytest.raises(WebSocketDisconnect), viewer.websocket_connect("ws://localhost/live", headers=headers):
        pass


def test_a_stranger_hears_nothing(visit):
    with pytest.raises(WebSocketDisconnect), visit().websocket_connect("ws://localhost/live", headers=ORIGIN):
        pass


def test_a_window_whose_session_ended_is_told_so(visit, node):
    with visit("viewer").websocket_connect("ws://localhost/live?only=events", headers=ORIGIN) as socket:
        hello(socket)
        node.desk.sessions.clear()
        with pytest.raises(WebSocketDisconnect) as ended:
            read_on(socket)
        assert ended.value.code == 4401
