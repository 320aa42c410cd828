"""Exchange beside the watch: the port for partners, if there is one, and the loop that follows every link."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hanbada.app.config import KEYS
from hanbada.app.sharing.door import Door, has_name
from hanbada.app.sharing.outlet import bound, server
from hanbada.app.sharing.syncing import Sync
from hanbada.model.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


async def serve(home: Path, engine: Engine, where: str | None) -> None:
    """Exchange until cancelled; nothing to do at a node without a name, unless it is told to listen.

    Raises NotFoundError if it is told to listen and has no name yet, UsageError if that is no HOST:PORT.
    """
    door = Door(engine, home / KEYS)
    if not has_name(door):
        if where is None:
            return
        message = "--exchange: this node has no name yet; run `hanbada node init` first"
        raise NotFoundError(message)
    sync = Sync(door)
    if where is None:
        await sync.run()
        return
    listening, port = server(door, sync.heard), bound(where)
    following = asyncio.create_task(sync.run())
    answering = asyncio.create_task(listening.serve(sockets=[port]))
    try:
        await asyncio.wait((following, answering), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*(one for one in (following, answering) if one.done()))
    finally:
        listening.should_exit = True
        following.cancel()
        await asyncio.gather(following, answering, return_exceptions=True)
