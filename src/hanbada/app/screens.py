"""What serves screens and partners, with or without a watch behind it: the server, its address, the first code."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

import uvicorn

from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.store.desk import DeskStore

LOOPBACK = ("127.0.0.1", "::1", "localhost")
CLOSE_S = 3
"""How long open windows may keep a node that ends."""


class Server(uvicorn.Server):
    """Uvicorn raises the signals it caught once more when it has ended, into the middle of our own closing."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    def end(self) -> None:
        """End soon."""
        self.should_exit = True

    def address(self, host: str) -> str:
        """Where it answers."""
        port = self.servers[0].sockets[0].getsockname()[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def start_code(desk: DeskStore, now_us: int) -> str | None:
    """A new one-time code for the first run; None if the first run is done."""
    if desk.profile() is not None:
        return None
    digits = f"{secrets.randbelow(10**8):08d}"
    code = f"{digits[:4]}-{digits[4:]}"
    desk.set_start_code(code, now_us)
    return code


def checked_host(host: str, *, everywhere: bool) -> str:
    """The address to listen on; UsageError if others could reach it and nobody said that they may."""
    if host not in LOOPBACK and not everywhere:
        message = f"--host {host} opens this node to the network; add --open if that is what you want"
        raise UsageError(message)
    return host
