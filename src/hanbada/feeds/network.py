"""Lines from the network: a TCP server that we connect to, or UDP datagrams that are sent to us.

Both hand whole lines to `offer` and never lose one silently. TCP waits while there is no room: the sender is held back.
Datagrams wait for nobody: those that find no room are dropped and counted, and so are those the system dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hanbada.feeds.cutting import Cutter
from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

READ_BYTES = 1 << 18
RECEIVE_BUFFER = 4 << 20
"""Bytes the system keeps for us: two seconds of the largest network known."""
PAUSE_S = 0.004
"""Between two reads: many short reads cost more than one that brings all that came meanwhile."""
FULL_PAUSE_S = 0.02
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
"""Before connecting again: doubled each time up to the longest."""
SCHEMES = ("tcp", "udp")


class Address(NamedTuple):
    """Where a network feed is."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(slots=True)
class Health:
    """How a feed is doing. Changed by the feed, read by anybody."""

    connected: bool = False
    connections: int = 0
    datagrams: int = 0
    dropped: int = 0
    held_s: float = 0.0
    fault: str = ""
    stopping: bool = field(default=False)


def parse_address(text: str) -> Address | None:
    """The address in `tcp://host:port` or `udp://host:port`; None if it is no network address. UsageError if broken.

    >>> str(parse_address("udp://[::1]:10110"))
    'udp://[::1]:10110'
    """
    scheme, mark, rest = text.partition("://")
    if not mark:
        return None
    host, _, port = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if scheme not in SCHEMES or not port.isdecimal() or int(port) > 65_535 or (not host and scheme == "tcp"):
        message = f"{text}: a feed is tcp://HOST:PORT, udp://HOST:PORT or a file"
        raise UsageError(message)
    return Address(scheme, host or "0.0.0.0", int(port))  # noqa: S104 - a port that was named to listen on


async def follow(address: Address, health: Health, offer: Callable[[bytes], bool]) -> None:
    """Read a feed for ever; ends when its task is cancelled. `offer` takes whole lines, False if there is no room."""
    await (_tcp if address.scheme == "tcp" else _udp)(address, health, offer)


async def _tcp(address: Address, health: Health, offer: Callable[[bytes], bool]) -> None:
    wait_s = FIRST_WAIT_S
    while True:
        try:
            connection = await _connected(address)
        except OSError as error:
            health.fault = f"cannot connect: {error.strerror or error}"
        else:
            with connection:
                health.connected, health.fault, wait_s = True, "", FIRST_WAIT_S
                health.connections += 1
                health.fault = await _read(connection, health, offer)
            health.connected = False
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


async def _connected(address: Address) -> socket.socket:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    fault: OSError = OSError(f"{address.host} has no address")
    for family, kind, protocol, _, where in found:
        connection = socket.socket(family, kind, protocol)
        connection.setblocking(False)  # noqa: FBT003 - so the system wants it
        try:
            await loop.sock_connect(connection, where)
        except OSError as error:
            fault = error
            connection.close()
        else:
            return connection
    raise fault


async def _read(connection: socket.socket, health: Health, offer: Callable[[bytes], bool]) -> str:
    """Read a connection to its end; why it ended."""
    loop, cutter, why = asyncio.get_running_loop(), Cutter(), "the sender ended the connection"
    try:
        while data := await loop.sock_recv(connection, READ_BYTES):
            await _hand_over(cutter.whole(data), health, offer)
            await asyncio.sleep(PAUSE_S)
    except OSError as error:
        why = f"the connection broke: {error.strerror or error}"
    finally:
        rest = cutter.rest()
        if rest:
            offer(rest)
    return why


async def _hand_over(lines: bytes, health: Health, offer: Callable[[bytes], bool]) -> None:
    began = time.monotonic()
    while lines and not offer(lines):
        await asyncio.sleep(FULL_PAUSE_S)
        health.held_s += time.monotonic() - began
        began = time.monotonic()


async def _udp(address: Address, health: Health, offer: Callable[[bytes], bool]) -> None:
    loop = asyncio.get_running_loop()
    with _listening(address) as endpoint:
        health.connected = True
        while True:
            parts = [await loop.sock_recv(endpoint, READ_BYTES)]
            with contextlib.suppress(BlockingIOError):
                while len(parts) < READ_BYTES >> 8:
                    parts.append(endpoint.recv(READ_BYTES))
            health.datagrams += len(parts)
            lines = b"".join(part if part.endswith(b"\n") else part + b"\n" for part in parts if part)
            if lines and not offer(lines):
                health.dropped += lines.count(b"\n")
            await asyncio.sleep(PAUSE_S)


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    endpoint = socket.socket(family, socket.SOCK_DGRAM)
    try:
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        endpoint.setblocking(False)  # noqa: FBT003
        endpoint.bind((address.host, address.port))
    except OSError as error:
        endpoint.close()
        message = f"{address}: cannot listen there: {error.strerror}"
        raise UsageError(message) from error
    return endpoint
