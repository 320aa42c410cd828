"""Where a node keeps its things."""

import os
from pathlib import Path

DATABASE = "desk.sqlite"
"""The desk database in a data directory."""
KEYS = "keys"
"""The folder of this node's keys in a data directory."""


def data_dir(given: Path | None = None) -> Path:
    """The data directory: the one given, else $HANBADA_DATA, else `hanbada` in the platform's data home."""
    if given is not None:
        return given
    if named := os.environ.get("HANBADA_DATA"):
        return Path(named)
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "hanbada"
