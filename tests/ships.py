"""Ships for tests: plain tracks as POSITIONS tables, and ways to move whole scenes in space and time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from hanbada.geo.points import index_points
from hanbada.geo.sphere import KNOT_MS, destination, wrapped
from hanbada.model.tables import POSITIONS
from hanbada.model.times import parse_time

SECOND = 1_000_000
NO_PORTS = index_points(["Far"], np.array([-60.0]), np.array([-120.0]))
START = parse_time("2024-03-10T20:00:00Z")


@dataclass
class Scene:
    """Rows of many ships; times in seconds from the start of the scene."""

    start_us: int = START
    rows: list[tuple] = field(default_factory=list)

    def sail(self, mmsi, lat, lon, course, knots, begin_s, end_s, every_s=10.0, *, msg_type=1, nav=0, says=None):
        """A ship on a straight course; `says` is the speed it reports if another."""
        for t in np.arange(begin_s, end_s, every_s):
            here = destination(lat, lon, course, knots * KNOT_MS * (t - begin_s))
            self.report(mmsi, t, *here, knots if says is None else says, course, msg_type=msg_type, nav=nav)
        return destination(lat, lon, course, knots * KNOT_MS * (end_s - begin_s))

    def report(self, mmsi, t, lat, lon, sog=0.0, cog=0.0, *, msg_type=1, nav=0):
        self.rows.append((self.start_us + round(t * SECOND), mmsi, lat, lon, sog, cog, nav, msg_type))

    def table(self, *, keep=None, source=0):
        """The POSITIONS of the scene in the order of time; `keep(at_s, mmsi)` says which rows were heard."""
        rows = sorted(self.rows)
        if keep is not None:
            rows = [r for r in rows if keep((r[0] - self.start_us) / SECOND, r[1])]
        at, mmsi, lat, lon, sog, cog, nav, kind = map(np.array, zip(*rows, strict=True))
        return POSITIONS.build(
            {
                "at": at.astype("datetime64[us]"),
                "mmsi": mmsi.astype(np.uint32),
                "lat_deg": lat,
                "lon_deg": np.array([wrapped(x) for x in lon]),
                "sog_kn": sog.astype(np.float32),
                "cog_deg": cog.astype(np.float32),
                "nav_status": nav.astype(np.uint8),
                "msg_type": kind.astype(np.uint8),
                "source": np.zeros(len(at), np.uint16),
                "line_id": np.arange(1, len(at) + 1, dtype=np.uint64) | np.uint64(source << 48),
            }
        )


def moved(table: pa.Table, *, seconds: float = 0.0, east_deg: float = 0.0) -> pa.Table:
    """The same scene at another time or meridian."""
    at = table["at"].cast(pa.int64()).to_numpy() + round(seconds * SECOND)
    lon = [None if x is None else wrapped(x + east_deg) for x in table["lon_deg"].to_pylist()]
    columns = {"at": pa.array(at).cast(POSITIONS.schema.field("at").type), "lon_deg": pa.array(lon, pa.float64())}
    return pa.table([columns.get(name, table[name]) for name in POSITIONS.names], schema=POSITIONS.schema)


def peers(scene: Scene, lat, lon, begin_s, end_s, count=8, first=440_900_000):
    """Ships around a place, so that it is known how well it is heard."""
    for i in range(count):
        course = 360.0 * i / count
        there = destination(lat, lon, course, 9_000.0)
        scene.sail(first + i, *there, (course + 90) % 360, 8.0, begin_s, begin_s + 1800, 20.0)
        for k in range(1, int((end_s - begin_s) // 1800)):
            back = (course + 90 + 180 * (k % 2)) % 360
            where = destination(*there, (course + 90) % 360, 8.0 * KNOT_MS * 1800 * (k % 2))
            scene.sail(first + i, *where, back, 8.0, begin_s + 1800 * k, begin_s + 1800 * (k + 1), 20.0)
