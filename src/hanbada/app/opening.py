"""The desk of a node that may not be running: for commands."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hanbada.app.config import DATABASE, KEYS
from hanbada.app.configuration import configured
from hanbada.app.sharing.desk import following
from hanbada.app.sharing.door import Door
from hanbada.model.errors import NotFoundError
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def has_desk(home: Path) -> bool:
    """Whether a node has run in a data directory."""
    return (home / DATABASE).exists()


@contextmanager
def desk_in(home: Path) -> Iterator[DeskStore]:
    """The desk of the node in a data directory; raises NotFoundError if there is none."""
    if not has_desk(home):
        message = f"{home}: no node has run here; start one with `hanbada serve`, or name another place with --data"
        raise NotFoundError(message)
    engine = open_database(home / DATABASE)
    try:
        yield DeskStore(engine, lambda: 0, following(home))
    finally:
        engine.dispose()


@contextmanager
def door_in(home: Path) -> Iterator[Door]:
    """What exchanging needs of the node in a data directory, whether or not its watch runs; begun if there is none."""
    home.mkdir(parents=True, exist_ok=True)
    four_eyes = configured(home).four_eyes
    engine = open_database(home / DATABASE)
    try:
        yield Door(engine, home / KEYS, four_eyes=four_eyes)
    finally:
        engine.dispose()
