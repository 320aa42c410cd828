"""Frames carried over HTTPS: to the configured address of a partner, to its pinned certificate, and nowhere else.

There are no redirects, proxies, cookies or authorities. The address is resolved here and connected to as resolved; a
name that leads into this machine or a private network is refused: only a number that a person wrote goes there.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx

from hanbada.model.errors import InputError, RefusedError, UsageError
from hanbada.share.exchange.certificates import pinned
from hanbada.share.exchange.frames import LARGEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FRAMES, ANSWERS = "/exchange", "/invite/answer"
FRAME_TYPE, ANSWER_TYPE = "application/vnd.hanbada.frame", "application/json"
CONNECT_S = 30.0
SILENT_S = 60.0
WHOLE_S = 300.0
"""A frame of the largest size needs two minutes at 64 kbit/s."""
PIECE = 16_384


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


@asynccontextmanager
async def connected(address: str, certificate: bytes, *, loopback: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    """Connections to a partner's address, kept open for the next frame.

    `loopback` lets it be this very machine. Raises UsageError, RefusedError or InputError if it cannot be a partner's.
    """
    place = place_of(address)
    number = await resolved(place, loopback=loopback)
    host = f"[{number}]" if ":" in number else number
    timeout = httpx.Timeout(SILENT_S, connect=CONNECT_S)
    async with httpx.AsyncClient(
        base_url=f"https://{host}:{place.port}", verify=pinned(certificate), timeout=timeout, trust_env=False,
        follow_redirects=False, headers={"user-agent": "hanbada", "accept-encoding": "identity"},
    ) as client:  # fmt: skip
        yield client


async def post(
    client: httpx.AsyncClient, path: str, body: bytes, kind: str = FRAME_TYPE, sent: asyncio.Event | None = None
) -> bytes:
    """What a partner answers to a frame or an answer; `sent` is set once all of it is on its way.

    Raises InputError if it cannot be reached, does not take it, or its answer is longer than any frame.
    """
    headers = {"content-type": kind, "content-length": str(len(body))}
    try:
        async with asyncio.timeout(WHOLE_S):
            async with client.stream("POST", path, content=_pieces(body, sent), headers=headers) as answer:
                return await _whole(answer)
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        message = f"{client.base_url.netloc.decode()} cannot be reached: {_why(error)}"
        raise InputError(message) from error
    finally:
        if sent is not None:
            sent.set()


async def _pieces(body: bytes, sent: asyncio.Event | None) -> AsyncIterator[bytes]:
    for begin in range(0, len(body), PIECE):
        yield body[begin : begin + PIECE]
    if sent is not None:
        sent.set()


async def _whole(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:
        message = "it does not take what we send: it does not know this node, or the link is suspended there; call them"
        raise InputError(message)
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
