"""The port at which partners exchange with this node: two doors, apart from the screens, one certificate.

A stranger learns nothing here: whatever is wrong, the answer is the same. What is large, slow or too much ends before
anything is read of it; a signature is checked before the one writer is asked for; a partner waits for itself only.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from hanbada.app.screens import CLOSE_S, Server
from hanbada.app.sharing import door as doors
from hanbada.app.sharing import enrolling, ours
from hanbada.model.errors import HanbadaError, InputError, StoreError, UsageError
from hanbada.share.exchange import plain, tcp, train
from hanbada.share.exchange.carrier import ANSWER_TYPE, ANSWERS, FRAME_TYPE, FRAMES
from hanbada.share.exchange.certificates import serving
from hanbada.share.exchange.invites import Answer
from hanbada.store.database import writing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from hanbada.app.sharing.door import Door

SILENT_S = 60.0
"""A body that stands still for so long is given up."""
WHOLE_S = 300.0
"""A frame, or an answer to an invitation, comes within this time."""
ASK_S = 30.0
"""Within this time a connection must have asked something: a handshake over a link that loses a third takes ten."""
KEPT_S = 75
"""An open connection may be silent for so long between two frames."""
EACH, ALL = 8, 64
"""Connections from one address, and all of them: with a whole body in each they hold 64 MiB at most."""
READING = 2
"""Bodies that are taken apart at once, each to a few times its size."""
QUEUE = 4
"""Frames of one partner that wait for each other; more are turned away."""
ANSWER_BYTES = 65_536


def outlet(door: Door, heard: Callable[[str], None]) -> Starlette:
    """The doors; `heard` is called with each partner that sent a good frame."""
    queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    waiting: Counter[str] = Counter()
    reading = asyncio.Semaphore(READING)

    async def frame(request: Request) -> Response:
        partner = ""
        async for wire in _frames(request):
            async with reading:
                whose = await asyncio.to_thread(doors.sender, door, wire)
            if waiting[whose] >= QUEUE or partner not in {"", whose}:
                return refusal()
            partner = whose
            waiting[partner] += 1
            try:
                async with queues[partner]:
                    await asyncio.to_thread(doors.take, door, wire)
            finally:
                waiting[partner] -= 1
        if not partner:
            return refusal()
        heard(partner)
        return StreamingResponse(_answers(door, partner), media_type=FRAME_TYPE)

    async def answer(request: Request) -> Response:
        came = plain.read(await _body(request, ANSWER_BYTES), Answer)
        async with reading:
            back = await asyncio.to_thread(_answered, door, came)
        return Response(plain.write(back), media_type=ANSWER_TYPE)

    doorway = Starlette(
        routes=[Route(FRAMES, frame, methods=["POST"]), Route(ANSWERS, answer, methods=["POST"])],
        exception_handlers={404: _refused, 405: _refused, 500: _refused, HanbadaError: _refused},
    )
    doorway.router.redirect_slashes = False
    return doorway


def refusal() -> Response:
    """What everybody is answered who gets nothing here, whatever the reason."""
    return Response(b"nothing here\n", 404, {"connection": "close"}, "text/plain")


async def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, StoreError):
        logging.getLogger("uvicorn.error").error("%s", error)
    return refusal()


async def _frames(request: Request) -> AsyncIterator[bytes]:
    """The frames in a body, each as soon as it is whole; raises InputError for what is none or does not come."""
    found = train.Frames()
    async with _in_time() as limit:
        async for piece in _pieces(request):
            for wire in found.take(piece):
                yield wire
                limit.reschedule(asyncio.get_running_loop().time() + WHOLE_S)
    found.end()


async def _answers(door: Door, partner: str) -> AsyncIterator[bytes]:
    """What waits for a partner: frames one behind the other."""
    size, after, more = 0, None, True
    yield train.MAGIC
    while more:
        packed = await asyncio.to_thread(doors.pack, door, partner, after, size)
        size, after, more = size + len(packed.wire), packed.upto, packed.more
        if not more:
            await asyncio.to_thread(doors.spend, door, partner, size)
        yield train.coupled(packed.wire)


async def _body(request: Request, most: int) -> bytes:
    """What was posted, read piece by piece; raises InputError if it is too long or does not come."""
    found = bytearray()
    async with _in_time():
        async for piece in _pieces(request):
            found += piece
            if len(found) > most:
                message = f"a body of more than {most} bytes"
                raise InputError(message)
    return bytes(found)


@asynccontextmanager
async def _in_time() -> AsyncIterator[asyncio.Timeout]:
    try:
        async with asyncio.timeout(WHOLE_S) as limit:
            yield limit
    except TimeoutError as error:
        message = "a body that takes too long"
        raise InputError(message) from error


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    try:
        while piece := await asyncio.wait_for(anext(stream, b""), SILENT_S):
            yield piece
    except (TimeoutError, ClientDisconnect) as error:
        message = "a body that does not come"
        raise InputError(message) from error


def _answered(door: Door, came: Answer) -> Answer:
    with writing(door.engine) as connection:
        return enrolling.answered(connection, door.ours(connection), came, door.written())


class _Impatient(H11Protocol):
    """HTTP for strangers: a connection asks in time or ends, and nobody has more of them than a few."""

    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody came."""
        super().connection_made(transport)
        whose = self.client[0] if self.client else ""
        others = [one.client for one in self.connections if isinstance(one, H11Protocol)]
        if sum(one is not None and one[0] == whose for one in others) > EACH or len(self.connections) > ALL:
            transport.abort()
        else:
            self._hurry = self.loop.call_later(ASK_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        """They said something: a whole head of a request, or a part of one, for which there is little time."""
        before = self.cycle
        tcp.keep_trying(self.transport.get_extra_info("socket"))
        super().data_received(data)
        asks = self.cycle is not before or (self.cycle is not None and not self.cycle.response_complete)
        if asks and self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None
        elif not asks and self._hurry is None:
            self._hurry = self.loop.call_later(ASK_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """They went."""
        if self._hurry is not None:
            self._hurry.cancel()
        super().connection_lost(exc)


def server(door: Door, heard: Callable[[str], None]) -> Server:
    """What answers partners, on the socket it is given."""
    context = serving(door.keys / ours.CERTIFICATE, door.keys / ours.TLS)
    config = uvicorn.Config(
        outlet(door, heard), http=_Impatient, ws="none", lifespan="off", log_level="error", access_log=False,
        server_header=False, date_header=False, proxy_headers=False, timeout_keep_alive=KEPT_S,
        timeout_graceful_shutdown=CLOSE_S, h11_max_incomplete_event_size=8_192,
        ssl_context_factory=lambda _config, _default: context,
    )  # fmt: skip
    return Server(config)


def bound(where: str) -> socket.socket:
    """A socket at HOST:PORT; raises UsageError if that is no such place, or somebody else is there."""
    host, port = listening(where)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=ALL)
    except OSError as error:
        message = f"--exchange {where}: cannot listen there: {error.strerror or error}"
        raise UsageError(message) from error
    for option in tcp.options():
        made.setsockopt(*option)
    return made


def listening(where: str) -> tuple[str, int]:
    """Host and port to listen on.

    >>> listening("127.0.0.1:8443"), listening("[::1]:0")
    (('127.0.0.1', 8443), ('::1', 0))
    """
    host, colon, port = where.rpartition(":")
    if not (colon and host and port.isdecimal() and int(port) < 65_536):
        message = f"--exchange {where}: write HOST:PORT"
        raise UsageError(message)
    return host.strip("[]"), int(port)
