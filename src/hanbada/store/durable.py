"""Files that are there whole or not at all, and one writer to a folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hanbada.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNFINISHED = ".new-"
"""Names that begin so are files which were never finished: whoever opens their folder removes them."""
_LOCK = ".lock"


@contextmanager
def translated(action: str) -> Iterator[None]:
    """The operating system's complaints as StoreError."""
    try:
        yield
    except OSError as error:
        message = f"{action}: {error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
        raise StoreError(message) from error


def sync_folder(folder: Path) -> None:
    """Make what was added to or taken from a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """A folder that survives a loss of power, with those above it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_file(path: Path) -> None:
    """Make the content of a file survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """A file with this content, there whole or not at all, and kept."""
    scratch = path.with_name(UNFINISHED + path.name)
    scratch.write_bytes(content)
    sync_file(scratch)
    scratch.replace(path)
    sync_folder(path.parent)


def hold(folder: Path) -> int:
    """A handle that keeps other writers out of a folder until it is closed or the process ends.

    Raises StoreError if another process has it.
    """
    make_folder(folder)
    handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        message = f"{folder} is in use by another process of Hanbada; stop that one, or name another data directory"
        raise StoreError(message) from error
    return handle
