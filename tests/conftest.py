"""What tests share: the data sets beside the project, each skipped with its reason where it is missing."""

import gzip
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


@pytest.fixture(scope="session")
def vectors() -> list[Path]:
    root = pack("ais-nmea-vectors")
    suffixes = {".nmea", ".txt", ".aivdm", ".raw", ".ais", ""}
    return sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in suffixes and "LICENSE" not in p.name)


@pytest.fixture(scope="session")
def dma_sample() -> bytes:
    return gzip.decompress(pack("ais-nmea-dma-20131112", "ais-sample.txt.gz").read_bytes())
