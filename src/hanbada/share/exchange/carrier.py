"""Frames carried over HTTPS: to the configured address of a partner, to its pinned certificate, and nowhere else.

There are no redirects, proxies, cookies or authorities. The address is resolved here and connected to as resolved; a
name that leads into this machine or a private network is refused: only a number that a person wrote goes there.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from hanbada.model.errors import InputError, RefusedError, UsageError
from hanbada.share.exchange import tcp, train
from hanbada.share.exchange.certificates import pinned
from hanbada.share.exchange.frames import LARGEST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

FRAMES, ANSWERS = "/exchange", "/invite/answer"
FRAME_TYPE, ANSWER_TYPE = "application/vnd.hanbada.frame", "application/json"
CONNECT_S = 30.0
SILENT_S = 60.0
WHOLE_S = 300.0
"""An answer to an invitation needs no longer."""
KEPT_S = 70.0
"""A connection stays open for so long between two exchanges: three times there and back are spared."""
PIECE = 4_096
TEND_S = 1.0


class Place(NamedTuple):
    """Where a partner is: the host as it was written, and the port."""

    host: str
    port: int


def place_of(address: str) -> Place:
    """Where an address leads; raises UsageError if it is none to exchange at."""
    try:
        parts = urlsplit(address)
        port = parts.port or 443
    except ValueError as error:
        message = f"{address[:200]!r} is no address: {error}"
        raise UsageError(message) from error
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme != "https" or not parts.hostname or not bare:
        message = f"{address[:200]!r} is no address to exchange at; write https://HOST:PORT"
        raise UsageError(message)
    return Place(parts.hostname, port)


def is_loopback(address: str) -> bool:
    """Whether an address is of this machine, written as a number.

    >>> is_loopback("https://127.0.0.1:8443"), is_loopback("https://example.org"), is_loopback("")
    (True, False, False)
    """
    try:
        return ipaddress.ip_address(place_of(address).host).is_loopback
    except (ValueError, UsageError):
        return False


async def resolved(place: Place, *, loopback: bool) -> str:
    """The number to connect to; raises RefusedError if the place is one nobody should be sent to."""
    written = _number(place.host)
    if written is not None:
        return str(_allowed(place, written, loopback=loopback, by_name=False))
    try:
        found = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError as error:
        message = f"{place.host} cannot be found: {error.strerror or error}"
        raise InputError(message) from error
    numbers = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    return str(next(_allowed(place, one, loopback=False, by_name=True) for one in numbers))


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _allowed(
    place: Place, number: ipaddress.IPv4Address | ipaddress.IPv6Address, *, loopback: bool, by_name: bool
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    plain = getattr(number, "ipv4_mapped", None) or number
    never = plain.is_unspecified or plain.is_multicast or plain.is_link_local or (plain.is_loopback and not loopback)
    if never or (by_name and not plain.is_global):
        message = f"{place.host} leads to {plain}, where no partner is"
        raise RefusedError(message)
    return plain


class Connection(NamedTuple):
    """Where a partner is reached, and the socket of the connection there is now."""

    client: httpx.AsyncClient
    sockets: list[socket.socket]

    async def seen(self, event: str, about: dict[str, Any]) -> None:
        """Called with each step of a request: remembers the socket of a new connection."""
        if event == "connection.connect_tcp.complete":
            self.sockets[:] = [about["return_value"].get_extra_info("socket")]

    @asynccontextmanager
    async def tended(self) -> AsyncIterator[None]:
        """Meanwhile TCP is asked to keep trying, as the link is now."""
        tending = asyncio.create_task(self._tend())
        try:
            yield
        finally:
            tending.cancel()

    async def _tend(self) -> None:
        while True:
            for one in self.sockets:
                tcp.keep_trying(one)
            await asyncio.sleep(TEND_S)


@asynccontextmanager
async def connected(address: str, certificate: bytes, *, loopback: bool = False) -> AsyncIterator[Connection]:
    """Connections to a partner's address, kept open for the next frame.

    `loopback` lets it be this very machine. Raises UsageError, RefusedError or InputError if it cannot be a partner's.
    """
    place = place_of(address)
    number = await resolved(place, loopback=loopback)
    host = f"[{number}]" if ":" in number else number
    timeout = httpx.Timeout(SILENT_S, connect=CONNECT_S)
    carried = httpx.AsyncHTTPTransport(
        verify=pinned(certificate), trust_env=False, socket_options=tcp.options(),
        limits=httpx.Limits(keepalive_expiry=KEPT_S),
    )  # fmt: skip
    async with httpx.AsyncClient(
        base_url=f"https://{host}:{place.port}", transport=carried, timeout=timeout, trust_env=False,
        follow_redirects=False, headers={"user-agent": "hanbada", "accept-encoding": "identity"},
    ) as client:  # fmt: skip
        yield Connection(client, [])


async def exchange(to: Connection, going: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The frames a partner answers with, each as soon as it is whole; ours go one behind the other until they end.

    Raises InputError if it cannot be reached, RefusedError if it does not take what we send.
    """
    coming, over = train.Frames(), {"trace": to.seen}
    try:
        headers, body = {"content-type": FRAME_TYPE}, _coupled(going)
        posting = to.client.stream("POST", FRAMES, content=body, headers=headers, extensions=over)
        async with to.tended(), posting as answer:
            _taken(answer)
            async for piece in answer.aiter_raw():
                for wire in coming.take(piece):
                    yield wire
    except (httpx.HTTPError, OSError) as error:
        raise _unreached(to, error) from error
    coming.end()


async def _coupled(going: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield train.MAGIC
    async for wire in going:
        body = train.coupled(wire)
        for begin in range(0, len(body), PIECE):
            yield body[begin : begin + PIECE]


async def post(to: Connection, path: str, body: bytes, kind: str) -> bytes:
    """What a partner answers to an answer to its invitation.

    Raises InputError if it cannot be reached or answers with more than it may, RefusedError if it does not take it.
    """
    try:
        async with asyncio.timeout(WHOLE_S):
            async with to.client.stream("POST", path, content=body, headers={"content-type": kind}) as answer:
                _taken(answer)
                return await _whole(answer)
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise _unreached(to, error) from error


def _taken(answer: httpx.Response) -> None:
    if answer.status_code != httpx.codes.OK:
        message = "it does not take what we send: it does not know this node, or the link is suspended there; call them"
        raise RefusedError(message)


def _unreached(to: Connection, error: BaseException) -> InputError:
    return InputError(f"{to.client.base_url.netloc.decode()} cannot be reached: {_why(error)}")


async def _whole(answer: httpx.Response) -> bytes:
    found = bytearray()
    async for piece in answer.aiter_raw():
        found += piece
        if len(found) > LARGEST:
            message = f"it answers with more than {LARGEST} bytes"
            raise InputError(message)
    return bytes(found)


def _why(error: BaseException) -> str:
    if "pinned" in str(error):
        return "it shows another certificate than the pinned one: somebody else may answer there; call the partner"
    return str(error) or type(error).__name__
