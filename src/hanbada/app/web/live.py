"""The live channel: one WebSocket with the whole picture first, then what changed, once a second.

Binary messages are vessel frames. Text messages are JSON: `hello` first (run, seq), then `events` as the desk changes.
A window that lost its line asks with `?since=REVISION&run=RUN` and gets only what it missed; a page without a map
asks with `?only=events` and gets an empty text `{}` in place of each frame.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, cast

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from hanbada.app.web.frames import read_vessel_frame
from hanbada.app.web.gates import same_origin
from hanbada.app.web.node import node_of, visitor_of
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Hashable

    from starlette.websockets import WebSocket

    from hanbada.app.web.node import Node
    from hanbada.app.web.ports import Desk, Site

RUN = secrets.token_hex(8)
"""Names this run of the program: revisions of another run mean nothing."""
RECHECK_TICKS = 30
"""So often is asked whether the session still holds."""
REFUSED, SESSION_OVER = 4403, 4401


async def live(socket: WebSocket) -> None:
    """Serve one window until it goes away or its session ends."""
    if not same_origin(socket.scope, required=True) or visitor_of(socket).user is None:
        await socket.close(REFUSED)
        return
    await socket.accept()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(until_gone, socket, tasks.cancel_scope)
        with suppress(WebSocketDisconnect, RuntimeError):  # either says that the window went away between two messages
            await tell(socket, node_of(socket))
        tasks.cancel_scope.cancel()


async def until_gone(socket: WebSocket, scope: anyio.CancelScope) -> None:
    """Wait for the window to close; it has nothing to say."""
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, KeyError):
        scope.cancel()


async def tell(socket: WebSocket, node: Node) -> None:
    """Send the picture, then its changes and the desk's."""
    seq = await run_in_threadpool(node.desk.latest_seq)
    await socket.send_text(json.dumps({"hello": {"run": RUN, "seq": seq, "simulated": node.site.simulated}}))
    since, tick = known_revision(socket), 0
    framed = socket.query_params.get("only") != "events"
    while True:
        if framed:
            since = await send_frame(socket, node.site, since)
        else:
            await send_beat(socket)
        await anyio.sleep(node.settings.tick_s)
        seq = await send_events(socket, node.desk, seq)
        tick += 1
        if tick % RECHECK_TICKS == 0 and not await run_in_threadpool(still_signed_in, node, socket):
            await socket.close(SESSION_OVER)
            return


async def send_frame(socket: WebSocket, site: Site, since: int | None) -> int:
    """Send the picture, or what changed since a revision; the revision it brings the window to."""
    frame = await run_in_threadpool(site.full_frame if since is None else partial(delta, site, since))
    await socket.send_bytes(frame)
    return read_revision(frame)


async def send_beat(socket: WebSocket) -> None:
    """Show that the line stands."""
    await socket.send_text("{}")


async def send_events(socket: WebSocket, desk: Desk, seq: int) -> int:
    """Send what happened on the desk after event `seq`; the number of the last event sent."""
    events = await run_in_threadpool(desk.events_since, seq)
    if events:
        await socket.send_text(json.dumps({"events": msgspec.to_builtins(events)}))
    return events[-1].seq if events else seq


def known_revision(socket: WebSocket) -> int | None:
    """The revision a returning window has, None if it must start afresh."""
    since = socket.query_params.get("since", "")
    return int(since) if since.isdecimal() and socket.query_params.get("run") == RUN else None


def still_signed_in(node: Node, socket: WebSocket) -> bool:
    """Whether the session behind a window still holds."""
    return node.desk.session(visitor_of(socket).session_key, node.wall_us()) is not None


def delta(site: Site, since: int) -> bytes:
    """What changed since a revision; windows that ask within the same second share one answer."""
    return shared_delta(cast("Hashable", site), since, site.revision, site.now_us() // SECOND_US)


@lru_cache(maxsize=8)
def shared_delta(site: Hashable, since: int, _revision: int, _second: int) -> bytes:
    """The delta of a revision in a second."""
    return cast("Site", site).delta_frame(since)


def read_revision(frame: bytes) -> int:
    """The revision a frame brings a window to."""
    return read_vessel_frame(frame).revision
