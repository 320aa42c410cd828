"""What is set for a node in `node.toml` in its data directory: by whoever runs the machine, not on the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.app.sharing.proposals import Care
from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "node.toml"


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a node: which acts take two people."""

    four_eyes: tuple[Care, ...] = ()


def configured(home: Path) -> Configuration:
    """The settings of the node in a data directory; what is not set is as usual. Raises UsageError for a bad file."""
    import tomllib

    path = home / FILE
    if not path.exists():
        return Configuration()
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Configuration)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"{path}: {error}; docs/how-to/people-and-keys.md shows what may stand there"
        raise UsageError(message) from error
