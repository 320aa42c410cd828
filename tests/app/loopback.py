"""Nodes on loopback that speak HTTPS with each other: each with its data directory, its port, and the commands."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from typer.testing import CliRunner

from hanbada.app.cli import app
from hanbada.app.config import DATABASE, KEYS
from hanbada.app.sharing.desk import following
from hanbada.app.sharing.door import Door
from hanbada.app.sharing.outlet import bound, server
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore


class Node:
    """A node at a port of loopback: a new one, or a copy of `like` that takes its port."""

    def __init__(self, directory, name, like=None):
        self.name, self.home = name, directory / name
        self.port = bound("127.0.0.1:0") if like is None else like.port.dup()
        self.address = f"https://127.0.0.1:{self.port.getsockname()[1]}"
        self.heard = []
        if like is None:
            self("node", "init", "--name", name, "--organisation", name.upper(), "--address", self.address)
        else:
            shutil.copytree(like.home, self.home)
        self.engine = open_database(self.home / DATABASE)
        self.door = Door(self.engine, self.home / KEYS)
        self.desk = DeskStore(self.engine, self.door.now_us, following(self.home))

    def __call__(self, *words, code=0):
        """What a command says, as JSON where it was asked for."""
        ran = self._said(words)
        assert ran.exit_code == code, (words, ran.output, ran.exception)
        return json.loads(ran.stdout) if "--json" in words else ran.stdout

    def fails(self, *words):
        """What a command raises."""
        return self._said(words).exception

    def _said(self, words):
        """In a thread of its own: tests in a browser leave an event loop running in this one."""
        with ThreadPoolExecutor(1) as alone:
            return alone.submit(CliRunner().invoke, app, [*map(str, words), "--data", str(self.home)]).result()

    @contextmanager
    def listening(self):
        """Answer partners meanwhile."""
        listening = server(self.door, self.heard.append)
        thread = threading.Thread(target=lambda: asyncio.run(listening.serve(sockets=[self.port.dup()])))
        thread.start()
        try:
            while not listening.started:
                time.sleep(0.005)
            yield self
        finally:
            listening.end()
            thread.join()

    def close(self):
        self.port.close()
        self.engine.dispose()


def enrolled(host, guest, *terms):
    """Two nodes that joined by commands alone, as docs/how-to/partner.md has it."""
    title = f"{host.name}-{guest.name}"
    invitation = host("node", "invite", "--with", guest.name.upper(), "--title", title, *terms).splitlines()[0]
    joined = guest("node", "join", invitation, "--json")
    (waits,) = host("node", "confirm", "--json")
    assert joined["waiting"]["digits"] == waits["digits"]
    host("node", "confirm", guest.name, waits["digits"])
    guest("node", "confirm", host.name, joined["waiting"]["digits"])
    guest("share", "push", host.name)
