"""The command line as others run it, and logs for it to read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from hanbada.ais.codec import encode_message
from hanbada.ais.sentences import sentences, tag_block
from hanbada.model.times import parse_time

START = parse_time("2024-03-10T20:00:00Z")
LIMITED = f"""
import sys
sys.path.append({str(Path(__file__).parent)!r})
from peak import peak_kib
from hanbada.app.cli import main
try:
    main()
finally:
    sys.stderr.write(f"\\npeak {{peak_kib() >> 10}} MiB\\n")
"""


class Ran(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: bytes
    err: str


def hanbada(*words: str | Path, home: Path, given: bytes | None = None, program: str | None = None) -> Ran:
    """Run the command to its end."""
    what = ["-c", program] if program else ["-m", "hanbada.app.cli"]
    done = subprocess.run(
        [sys.executable, *what, *map(str, words)], input=given, capture_output=True, check=False, timeout=300,
        env=os.environ | {"HANBADA_DATA": str(home), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr.decode())


def report(
    mmsi: int, at_s: float, lat: float, lon: float, sog: float, cog: float, *, nav: int = 0, msg_type: int = 1
) -> bytes:
    """One position report as a line with the time it was heard."""
    fields = {
        "mmsi": mmsi,
        "lat_deg": lat,
        "lon_deg": lon,
        "sog_kn": sog,
        "cog_deg": cog,
        "nav_status": nav,
        "heading_deg": round(cog) % 360,
    }
    (line,) = sentences(*encode_message(msg_type, fields))
    return tag_block(START + round(at_s * 1e6), "TEST") + line


def voyage(mmsi: int = 440_123_450, count: int = 200, every_s: float = 10.0, start_s: float = 0.0) -> list[bytes]:
    """Reports of a ship going north at ten knots."""
    return [
        report(mmsi, start_s + i * every_s, 34.0 + i * every_s * 10 / 216_000, 128.0, 10.0, 0.0) for i in range(count)
    ]


def beacon(count: int = 8) -> list[bytes]:
    """A distress beacon: two bursts, a minute apart."""
    return [report(970_123_456, 60 * (i // 4) + 2 * (i % 4), 34.5, 128.5, 0.0, 0.0, nav=14) for i in range(count)]
