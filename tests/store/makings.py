"""What tests of the store write: detections, reports, lines."""

import numpy as np
from msgspec.structs import replace

from hanbada.model.records import Coverage, Detection, Geometry, Reason, Vessel
from hanbada.model.tables import POSITIONS, SAFETY, STATICS
from hanbada.model.times import parse_time

NOON = parse_time("2026-03-10T12:00:00Z")
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def detection(name="a", version=1, state="open", *, vessels=(440123450,), **changes):
    """A detection of the episode `name`; its content follows `version` unless told otherwise."""
    made = Detection(
        detection_id=f"gap-{name}-{version}",
        episode_id=f"gap-{name}",
        kind="gap",
        version=version,
        params_hash="p",
        state=state,
        severity="warning",
        t_start=NOON,
        t_end=None if state == "open" else NOON + version * MINUTE,
        geometry=Geometry(kind="point", coordinates=((129.4, 34.7),)),
        vessels=tuple(Vessel(mmsi=mmsi) for mmsi in vessels),
        probability=0.5 + version / 100,
        reasons=(Reason(quantity="silence", measured=3600.0 * version, unit="s", limit=3600.0, relation=">="),),
        counter_evidence=(),
        evidence=(1 << 48 | version,),
        coverage=Coverage(),
    )
    return replace(made, **changes)


def positions(at, mmsi, first_line=1, source=1, **columns):
    """POSITIONS of given times (UTC microseconds) and vessels, in the order given."""
    count = len(at)
    made = {
        "at": np.asarray(at, np.int64).view("datetime64[us]"),
        "mmsi": np.asarray(mmsi, np.uint32),
        "lat_deg": (np.arange(count) % 3_000_000) / 600_000,
        "lon_deg": (np.arange(count) % 6_000_000) / -600_000,
        "sog_kn": (np.arange(count) % 300 / 10).astype(np.float32),
        "msg_type": np.ones(count, np.uint8),
        "source": np.full(count, source, np.uint16),
        "line_id": np.arange(first_line, first_line + count, dtype=np.uint64) | np.uint64(source << 48),
    }
    return POSITIONS.build(made | columns)


def statics(at, mmsi, names, first_line=1, source=1):
    """STATICS of given times, vessels and names."""
    lines = np.arange(first_line, first_line + len(at), dtype=np.uint64) | np.uint64(source << 48)
    made = {"at": np.asarray(at, np.int64).view("datetime64[us]"), "mmsi": np.asarray(mmsi, np.uint32), "name": names}
    return STATICS.build(made | {"source": np.full(len(at), source, np.uint16), "line_id": lines})


def safety(at, mmsi, texts, first_line=1, source=1):
    """SAFETY of given times, vessels and texts."""
    lines = np.arange(first_line, first_line + len(at), dtype=np.uint64) | np.uint64(source << 48)
    made = {"at": np.asarray(at, np.int64).view("datetime64[us]"), "mmsi": np.asarray(mmsi, np.uint32), "text": texts}
    return SAFETY.build(made | {"source": np.full(len(at), source, np.uint16), "line_id": lines})
