"""Data sets beside the project: tests that need one are skipped with the reason where it is missing."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HANBADA_SHARED", Path(__file__).parents[2] / "shared")) / "data"


def pack(*parts: str) -> Path:
    """A file of the data sets that are not shipped; skips the test where it is not at hand."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"data set {'/'.join(parts)} is not beside the project (it may not be shipped)")
    return path
