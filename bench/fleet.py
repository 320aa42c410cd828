"""A made-up fleet that reports at an even rate: what the live bench sends.

    python -m bench.fleet --vessels 200000 --rate 20000 --seconds 60

Ships on straight courses over all middle latitudes, and once a second a beacon of a man overboard that speaks twice
and then never again. Three lines of JSON are written: the port it listens on; that it has begun to send; what was sent
and when each beacon was. It waits for one connection. Every line carries the time at which it is sent.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from hanbada.ais.m1371_6 import LAYOUTS
from hanbada.exercise.packing import _framed as framed
from hanbada.exercise.packing import armoured

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK_S = 0.01
LEAD_S, SLOWER = 25.0, 2.0
"""Before the first line: for the node to start; and how much slower the rest may be made than the first lines were."""
BLOCK = 100_000
FIRST_MMSI, FIRST_BEACON = 201_000_000, 972_000_000
POSITION_REPORT = next(layout for layout in LAYOUTS if 1 in layout.msg_types)
ADRIFT = 14
KNOT_DEG_S = 1 / 60 / 3600


class Fleet:
    """Ships spread over the seas' middle latitudes, each on a straight course."""

    def __init__(self, vessels: int, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.mmsi = rng.permutation(np.arange(vessels) + FIRST_MMSI).astype(np.float64)
        self.lat, self.lon = rng.uniform(-50, 50, vessels), rng.uniform(-180, 180, vessels)
        self.cog, self.sog = rng.uniform(0, 360, vessels).round(1), rng.uniform(8, 16, vessels).round(1)

    def lines(self, number: NDArray[np.int64], at_s: NDArray[np.float64], since_s: float) -> list[bytes]:
        """Lines of the ships whose turn it is, at their times."""
        who = number % len(self.mmsi)
        way_deg = self.sog[who] * (at_s - since_s) * KNOT_DEG_S
        north = self.lat[who] + way_deg * np.cos(np.radians(self.cog[who]))
        east = self.lon[who] + way_deg * np.sin(np.radians(self.cog[who])) / np.cos(np.radians(self.lat[who]))
        values = {
            "mmsi": self.mmsi[who], "lat_deg": north, "lon_deg": (east + 180) % 360 - 180, "sog_kn": self.sog[who],
            "cog_deg": self.cog[who], "heading_deg": np.floor(self.cog[who]), "nav_status": np.zeros(len(who)),
        }  # fmt: skip
        return _said(values, at_s)


def _said(values: dict[str, Any], at_s: NDArray[np.float64]) -> list[bytes]:
    values["utc_second"] = np.floor(at_s % 60)
    payload = armoured(POSITION_REPORT, np.ones(len(at_s), np.int64), values)
    return framed("bench", (at_s * 1000).astype(np.int64), np.zeros(len(at_s), bool), payload)


def beacon(number: int, at_s: float) -> list[bytes]:
    """Both messages of a beacon far from any port."""
    lat = -55.0 - number % 10 * 0.1 - np.array([0.0, 0.001])
    values = {
        "mmsi": np.full(2, float(FIRST_BEACON + number)), "lat_deg": lat, "lon_deg": np.full(2, -120.0 + number % 360 * 0.1),
        "nav_status": np.full(2, float(ADRIFT)),
    }  # fmt: skip
    return _said(values, np.full(2, at_s))


def chunks(fleet: Fleet, rate: int, seconds: float, began_s: float) -> list[bytes]:
    """What goes out every CHUNK_S, beacons in the middle of each second."""
    made, count, total = [], int(rate * CHUNK_S), int(rate * seconds)
    for first in range(0, total, BLOCK):
        number = np.arange(first, min(total, first + BLOCK))
        lines = fleet.lines(number, began_s + number / rate, began_s)
        made += [b"\n".join(lines[i : i + count]) + b"\n" for i in range(0, len(lines), count)]
    for second in range(int(seconds)):
        place = int((second + 0.5) / CHUNK_S)
        made[place] += b"\n".join(beacon(second, began_s + second + 0.5)) + b"\n"
    return made


def lead_s(fleet: Fleet, rate: int, seconds: float) -> float:
    """Long enough to make all lines before the first of them is due."""
    begun = time.perf_counter()
    fleet.lines(np.arange(BLOCK), np.arange(BLOCK) / rate, 0.0)
    return LEAD_S + (time.perf_counter() - begun) * SLOWER * rate * seconds / BLOCK


def main() -> None:
    """Send."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vessels", type=int, default=200_000)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    fleet = Fleet(given.vessels)
    began = time.time() + lead_s(fleet, given.rate, given.seconds)
    ready = chunks(fleet, given.rate, given.seconds, began)
    with socket.create_server(("127.0.0.1", 0)) as server:
        _tell({"port": server.getsockname()[1]})
        connection, _ = server.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _tell({"begins_in_s": began - time.time()})
            late_s, sent_at = send(connection, ready, began)
    beacons = {FIRST_BEACON + n: sent_at[int((n + 0.5) / CHUNK_S)] for n in range(int(given.seconds))}
    _tell({"sent": sum(one.count(b"\n") for one in ready), "late_ms": round(late_s * 1000, 1), "beacons": beacons})


def send(connection: socket.socket, ready: list[bytes], began_s: float) -> tuple[float, list[float]]:
    """Send each chunk when its time has come; how late the latest was, and when each was handed to the system."""
    late_s, sent_at = 0.0, []
    for number, chunk in enumerate(ready):
        wait_s = began_s + number * CHUNK_S - time.time()
        if wait_s > 0:
            time.sleep(wait_s)
        late_s = max(late_s, -wait_s)
        sent_at.append(time.time())
        connection.sendall(chunk)
    return late_s, sent_at


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
