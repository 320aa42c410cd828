"""Files that somebody is about to import: kept in memory between the preview and the click that confirms it.

The file a person confirms is the one whose preview was shown, whatever they have on their disk by then.
"""

from __future__ import annotations

import secrets
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hanbada.app.web.uploads import Upload

MOST_FILES, MOST_BYTES = 32, 128 << 20


class Awaited(NamedTuple):
    """A file, whose it is, and the format and source that were chosen for it."""

    by: str
    upload: Upload
    form: str
    source: str


class Waiting:
    """Files by a token nobody can guess; the oldest make room."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._files: dict[str, Awaited] = {}

    def put(self, one: Awaited) -> str:
        """Keep a file; its token."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._files[token] = one
            while len(self._files) > MOST_FILES or self._bytes() > MOST_BYTES:
                del self._files[next(iter(self._files))]
        return token

    def take(self, token: str, by: str) -> Awaited | None:
        """The file of a token, once, for whoever gave it."""
        with self._lock:
            found = self._files.get(token)
            return self._files.pop(token) if found is not None and found.by == by else None

    def _bytes(self) -> int:
        return sum(len(one.upload.content) for one in self._files.values())
