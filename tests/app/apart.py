"""Nodes that are apart: each a process in a network namespace of its own, with the links between them as bad as asked.

python apart.py HOME HOST:PORT : the exchange of a node alone, which starts in a fifth of the time of `hanbada serve`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hanbada.app.config import DATABASE, KEYS
from hanbada.app.sharing import door as doors
from hanbada.app.sharing.door import Door
from hanbada.app.sharing.outlet import listening
from hanbada.app.sharing.serving import serve
from hanbada.store.database import open_database

if TYPE_CHECKING:
    from netem import Network

PORT = 8443


class Apart:
    """A node with a data directory, and the namespace in which its processes run."""

    def __init__(self, network: Network, directory: Path, name: str) -> None:
        self.network, self.name, self.home = network, name, directory / name
        self.serving: subprocess.Popen | None = None
        if not self.home.exists():
            address = f"https://{network.address(name)}:{PORT}"
            self("node", "init", "--name", name, "--organisation", name.upper(), "--address", address)

    def __call__(self, *words: object) -> object:
        """What a command says that needs no network, as JSON where it was asked for."""
        from typer.testing import CliRunner

        from hanbada.app.cli import app

        ran = CliRunner().invoke(app, [*map(str, words), "--data", str(self.home)])
        assert ran.exit_code == 0, (words, ran.output, ran.exception)
        return json.loads(ran.stdout) if "--json" in words else ran.stdout

    def command(self, *words: object) -> list[str]:
        """A command in the node's namespace."""
        return self.network.inside(self.name, sys.executable, "-m", "hanbada.app.cli", *words, "--data", self.home)

    def start(self, *, whole: bool = False) -> None:
        """Let it serve: the exchange alone, or all that `hanbada serve` does."""
        where = f"{self.network.address(self.name)}:{PORT}"
        alone = self.network.inside(self.name, sys.executable, __file__, self.home, where)
        words = self.command("serve", "--exchange", where, "--port", "0") if whole else alone
        self.serving = subprocess.Popen(words, stderr=subprocess.PIPE)

    def ready(self) -> None:
        """Wait until it answers."""
        for line in self.serving.stderr:
            if b"Hanbada is at" in line:
                return
        raise AssertionError(self.serving.wait())

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End what serves; `ip netns exec` has become the node itself."""
        if self.serving is not None:
            self.serving.send_signal(how)
            self.serving.wait()
            self.serving.stderr.close()
            self.serving = None

    @contextmanager
    def door(self):
        """Its database, as its own processes have it."""
        engine = open_database(self.home / DATABASE)
        try:
            yield Door(engine, self.home / KEYS)
        finally:
            engine.dispose()


def started(*nodes: Apart, whole: bool = False) -> None:
    """Let nodes serve; they answer once this returns."""
    for one in nodes:
        one.start(whole=whole)
    for one in nodes:
        one.ready()


def enrolled(host: Apart, guest: Apart, *terms: object) -> None:
    """Two nodes that joined on paper, with a community named after both."""
    title = f"{host.name}-{guest.name}"
    invitation = host("node", "invite", "--with", guest.name.upper(), "--title", title, *terms).splitlines()[0]
    answer = guest("node", "join", invitation, "--offline", "--json")["carry"]
    word = host("node", "join", answer, "--json")
    digits = guest("node", "join", word["carry"], "--json")["waiting"]["digits"]
    host("node", "confirm", guest.name, digits)
    guest("node", "confirm", host.name, digits)
    carried(host, guest)


def carried(one: Apart, other: Apart) -> None:
    """Carry what waits between two nodes by hand until nobody has anything to say."""
    with one.door() as here, other.door() as there:
        ways = (here, there, doors.named(here, other.name)), (there, here, doors.named(there, one.name))
        while any(doors.take(to, doors.carried(by, partner).wire).taken.fresh for by, to, partner in ways):
            pass


async def _serve(home: Path, where: str) -> None:
    engine = open_database(home / DATABASE)
    serving = asyncio.create_task(serve(home, engine, where))
    host, port = listening(where)
    while not serving.done():
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            sys.stderr.write(f"Hanbada is at {where}\n")
            break
        await asyncio.sleep(0.02)
    await serving


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2]))
