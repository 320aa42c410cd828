"""The data sets beside the project: never copied into it; a figure whose set is missing is skipped with that reason."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HANBADA_SHARED", ROOT.parent / "shared")) / "data"


class MissingError(Exception):
    """Something a figure needs is not here; the text says what."""


def pack(*parts: str) -> Path:
    """A file of a data set; raises MissingError where it is not beside the project."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        message = f"data set {'/'.join(parts)} is not beside the project"
        raise MissingError(message)
    return path
