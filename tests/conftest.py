"""What tests share."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hanbada.app.warming import warm
from shared_sets import pack

settings.register_profile("any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
collect_ignore = ["ais/fuzz_decoder.py", "formats/fuzz_readers.py"]
"""Programs that need atheris, not tests."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile before the first test of the whole suite: what tests of memory and of killed processes see is the rest."""
    if not session.config.invocation_params.args and not session.config.option.collectonly:
        warm(lambda: None)


@pytest.fixture(scope="session")
def vectors() -> list[Path]:
    root = pack("ais-nmea-vectors")
    suffixes = {".nmea", ".txt", ".aivdm", ".raw", ".ais", ""}
    return sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in suffixes and "LICENSE" not in p.name)


@pytest.fixture(scope="session")
def dma_sample() -> bytes:
    return gzip.decompress(pack("ais-nmea-dma-20131112", "ais-sample.txt.gz").read_bytes())
