"""Static files: scripts, styles, font, base libraries, from the package itself.

They live under an address that holds a digest of all of them, so a browser may keep them for ever and an update is
seen at once; scripts import each other by relative address within it.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

HERE = Path(__file__).parent
FOLDERS = {"static": HERE / "static", "vendor": HERE / "vendor"}
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
COMPRESSED = {".js", ".mjs", ".css", ".json"}


class Assets:
    """The files by address; read when first asked for."""

    @cached_property
    def files(self) -> dict[str, Path]:
        """Address below the root -> file. Nothing outside this table is ever served."""
        return {
            f"{name}/{path.relative_to(folder).as_posix()}": path
            for name, folder in FOLDERS.items()
            for path in sorted(folder.rglob("*"))
            if path.suffix in TYPES
        }

    @cached_property
    def root(self) -> str:
        """The address all files share: `/s/` and a digest."""
        digest = hashlib.sha256()
        for address, path in self.files.items():
            digest.update(address.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return f"/s/{digest.hexdigest()[:16]}"

    @cached_property
    def bodies(self) -> dict[str, bytes]:
        """Compressed files that were asked for."""
        return {}

    def body(self, address: str) -> bytes:
        """A file's content, gzipped if its type gains from it."""
        path = self.files[address]
        if path.suffix not in COMPRESSED:
            return path.read_bytes()
        if address not in self.bodies:
            self.bodies[address] = gzip.compress(path.read_bytes(), 6, mtime=0)
        return self.bodies[address]

    def answer(self, request: Request) -> Response:
        """The file an address names."""
        address = request.path_params["path"]
        if address not in self.files:
            return PlainTextResponse("no such file", 404)
        suffix = self.files[address].suffix
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        if suffix in COMPRESSED:
            headers["Content-Encoding"] = "gzip"
        return Response(self.body(address), headers=headers, media_type=TYPES[suffix])

    def words(self, language: str) -> str:
        """The full path of the scripts' messages in a language; English where the language has none compiled."""
        address = f"static/i18n/{language}.json"
        return self.url(address if address in self.files else "static/i18n/en.json")

    def url(self, address: str) -> str:
        """The full path of a file."""
        if address not in self.files:
            message = f"no such asset: {address}"
            raise KeyError(message)
        return f"{self.root}/{address}"
