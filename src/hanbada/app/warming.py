"""Compile the kernels before anybody waits for them: the first time on a machine this takes a while, then a moment.

    python -m hanbada.app.warming decode|chain

The decoder and the chain behind it are compiled by two processes at once; the compiled code is kept on disk.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numba
import numpy as np
import pyarrow as pa

from hanbada.ais import columns
from hanbada.engine.watch import Reports, settle, start, take_reports
from hanbada.geo.areas import index_areas
from hanbada.geo.points import index_points
from hanbada.model.kernel import PACKAGE, cache_home, state_of
from hanbada.model.tables import POSITIONS
from hanbada.model.times import MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGAN_AT = 1_700_000_000_000_000
SENTENCE = b"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A\n"
"""The sentence that descriptions of AIVDM show."""


def warm_decoder() -> None:
    """Compile what reads lines."""
    state = columns.start("seams")
    for _ in columns.feed(state, SENTENCE, BEGAN_AT):
        pass


def warm_chain() -> None:
    """Compile tracks and detectors: in three hours two ships lie beside each other and two others meet; one is late."""
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    watch = start(index_points(["port"], np.array([10.0]), np.array([10.0])))
    index_areas([(square,)])
    for minute in range(0, 180, 3):
        take_reports(watch, Reports(_ships(minute)))
    settle(watch)
    take_reports(watch, Reports(_ships(61)))
    settle(watch, BEGAN_AT + 400 * MINUTE_US)


def _ships(minute: int) -> pa.Table:
    """Two ships abreast, and two at 12 knots that meet after an hour and a quarter."""
    way_deg = 0.2 / 60 * minute
    return POSITIONS.build(
        {
            "at": pa.array([BEGAN_AT + minute * MINUTE_US] * 4, pa.timestamp("us", "UTC")),
            "mmsi": pa.array([440_000_001, 440_000_002, 440_000_003, 440_000_004], pa.uint32()),
            "lat_deg": pa.array([0.5, 0.5, 5.0, 5.0]),
            "lon_deg": pa.array([0.5, 0.501, 5.0 + way_deg, 5.5 - way_deg]),
            "sog_kn": pa.array([0.4, 0.4, 12.0, 12.0], pa.float32()),
            "cog_deg": pa.array([0.0, 0.0, 90.0, 270.0], pa.float32()),
            "msg_type": pa.array([1] * 4, pa.uint8()),
            "source": pa.array([1] * 4, pa.uint16()),
            "line_id": pa.array([4 * minute + ship for ship in range(1, 5)], pa.uint64()),
        }
    )


PARTS: dict[str, Callable[[], None]] = {"decode": warm_decoder, "chain": warm_chain}


def marker() -> Path:
    """Says that everything was compiled, by this Python and this numba for these sources."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}-{numba.__version__}"
    return cache_home() / f"compiled-{version}-{state_of(PACKAGE.rglob('*_kernel.py'))}"


def warm(tell: Callable[[], None]) -> None:
    """Compile everything, on two cores, unless that was done before; `tell` is called if it takes a while."""
    done = marker()
    if done.exists():
        return
    tell()
    other = subprocess.Popen([sys.executable, "-m", "hanbada.app.warming", "decode"])
    warm_chain()
    other.wait()
    warm_decoder()
    done.parent.mkdir(parents=True, exist_ok=True)
    done.touch()


if __name__ == "__main__":
    PARTS[sys.argv[1]]()
