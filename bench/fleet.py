"""A made-up fleet that reports at an even rate: what the live bench sends.

    python -m bench.fleet --vessels 200000 --rate 20000 --seconds 60 --port 0

Prints the port it listens on, waits for one connection, and sends a line when its time has come.
"""

from __future__ import annotations

import argparse
import socket
import sys
import time

import numpy as np

from hanbada.ais.m1371_6 import LAYOUTS
from hanbada.exercise.packing import _framed as framed
from hanbada.exercise.packing import armoured
from hanbada.geo.sphere import NMI_M

CHUNK_S = 0.01


class Fleet:
    """Ships spread over the seas' middle latitudes, each on a straight course at 12 kn."""

    def __init__(self, vessels: int, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.mmsi = rng.permutation(np.arange(vessels) + 201_000_000).astype(np.float64)
        self.lat, self.lon = rng.uniform(-50, 50, vessels), rng.uniform(-180, 180, vessels)
        self.cog, self.sog = rng.uniform(0, 360, vessels).round(1), rng.uniform(8, 16, vessels).round(1)
        self.position_report = next(layout for layout in LAYOUTS if 1 in layout.msg_types)

    def lines(self, who: np.ndarray, at_s: np.ndarray, since_s: float) -> list[bytes]:
        """Lines of some ships at their times."""
        way_deg = self.sog[who] * (at_s - since_s) / 3600 * NMI_M / 111_120
        north = np.clip(self.lat[who] + way_deg * np.cos(np.radians(self.cog[who])), -89, 89)
        east = self.lon[who] + way_deg * np.sin(np.radians(self.cog[who])) / np.cos(np.radians(self.lat[who]))
        values = {
            "mmsi": self.mmsi[who], "lat_deg": north, "lon_deg": (east + 180) % 360 - 180, "sog_kn": self.sog[who],
            "cog_deg": self.cog[who], "heading_deg": np.floor(self.cog[who]), "nav_status": np.zeros(len(who)),
            "utc_second": np.floor(at_s % 60),
        }  # fmt: skip
        payload = armoured(self.position_report, np.ones(len(who), np.int64), values)
        return framed("bench", (at_s * 1000).astype(np.int64), np.zeros(len(who), bool), payload)


def chunks(fleet: Fleet, rate: int, seconds: float, began_s: float) -> list[bytes]:
    """What goes out every CHUNK_S."""
    made, count, total = [], int(rate * CHUNK_S), int(rate * seconds)
    for first in range(0, total, 100_000):
        number = np.arange(first, min(total, first + 100_000))
        lines = fleet.lines(number % len(fleet.mmsi), began_s + number / rate, began_s)
        made += [b"\n".join(lines[i : i + count]) + b"\n" for i in range(0, len(lines), count)]
    return made


def main() -> None:
    """Send."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vessels", type=int, default=200_000)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    lead_s = 10 + given.rate * given.seconds / 100_000
    began = time.time() + lead_s
    ready = chunks(Fleet(given.vessels), given.rate, given.seconds, began)
    with socket.create_server(("127.0.0.1", given.port)) as server:
        sys.stdout.write(f"{server.getsockname()[1]}\n")
        sys.stdout.flush()
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        late = 0.0
        for number, chunk in enumerate(ready):
            wait = began + number * CHUNK_S - time.time()
            if wait > 0:
                time.sleep(wait)
            late = max(late, -wait)
            connection.sendall(chunk)
        sys.stdout.write(f"sent {len(ready)} chunks, at most {late * 1000:.0f} ms late\n")
        connection.close()


if __name__ == "__main__":
    main()
