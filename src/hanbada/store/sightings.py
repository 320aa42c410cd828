"""Files of sightings that were given to a node, as they came: each with its sensor and what it covered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.model.errors import NotFoundError, StoreError
from hanbada.store.durable import make_folder, sync_folder, translated, write_whole

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "sightings"
_SUFFIX = ".sightings"


class SeenFile(Struct, frozen=True, kw_only=True):
    """A file of sightings: its content and, where it is known, the GeoJSON of what the sensor covered."""

    name: str
    content: bytes
    added_at: int
    added_by: str
    sensor: str | None = None
    scene: bytes | None = None

    @property
    def key(self) -> str:
        """What the file is kept under: the same content twice is one file."""
        return hashlib.sha256(self.content + b"\0" + (self.scene or b"")).hexdigest()[:16]


def add(home: Path, one: SeenFile) -> None:
    """Keep a file, in place of the same one."""
    with translated("keeping sightings"):
        make_folder(home / FOLDER)
        write_whole(home / FOLDER / (one.key + _SUFFIX), msgspec.msgpack.encode(one))
        sync_folder(home / FOLDER)


def kept(home: Path) -> list[SeenFile]:
    """The files, the latest first. Raises StoreError for one that is damaged."""
    with translated("reading sightings"):
        paths = sorted((home / FOLDER).glob("*" + _SUFFIX))
        found = [_read(path) for path in paths]
    return sorted(found, key=lambda one: (-one.added_at, one.key))


def drop(home: Path, key: str) -> None:
    """Forget a file; raises NotFoundError if there is none of that name."""
    path = home / FOLDER / (key + _SUFFIX)
    if path not in set((home / FOLDER).glob("*" + _SUFFIX)):
        message = f"no file of sightings is kept as {key}"
        raise NotFoundError(message)
    with translated("forgetting sightings"):
        path.unlink()
        sync_folder(home / FOLDER)


def _read(path: Path) -> SeenFile:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=SeenFile)
    except msgspec.MsgspecError as error:
        message = f"{path}: is damaged; take it away and add the file again"
        raise StoreError(message) from error
