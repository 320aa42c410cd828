"""What is set for a node in `node.toml` in its data directory: by whoever runs the machine, not on the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.app.sharing.proposals import Care
from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.app.web.settings import Settings

FILE = "node.toml"


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a node: which acts take two people, and how browsers reach it where that is by https."""

    four_eyes: tuple[Care, ...] = ()
    origin: str | None = None


def configured(home: Path) -> Configuration:
    """The settings of the node in a data directory; what is not set is as usual. Raises UsageError for a bad file."""
    import tomllib

    path = home / FILE
    if not path.exists():
        return Configuration()
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Configuration)
        _checked_origin(found.origin)
        return found  # noqa: TRY300 - the checks above raise what is caught below
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        message = f"{path}: {error}; docs/how-to/people-and-keys.md shows what may stand there"
        raise UsageError(message) from error


def _checked_origin(origin: str | None) -> None:
    """Raise ValueError for what is no origin over https: passkeys hold for a name, and browsers want it encrypted."""
    if origin is None:
        return
    from urllib.parse import urlsplit

    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname or origin != f"https://{parts.netloc}" or parts.username:
        message = f"origin {origin!r}: write https://HOST or https://HOST:PORT, nothing behind it"
        raise ValueError(message)


def reached(settings: Settings, found: Configuration) -> Settings:
    """How screens are served where browsers reach them by the origin that is set."""
    if found.origin is None:
        return settings
    from urllib.parse import urlsplit

    host = urlsplit(found.origin).hostname or ""
    return msgspec.structs.replace(settings, origin=found.origin, secure=True, hosts=(*settings.hosts, host))
