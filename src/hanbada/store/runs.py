"""Runs of `hanbada detect`: what was found in some files, and all it takes to find it again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pyarrow.parquet as pq
from msgspec import Struct

from hanbada.model.ids import content_id
from hanbada.model.records import Detection
from hanbada.model.tables import POSITIONS, SAFETY, STATICS

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

FOLDER = "runs"
KEPT_RUNS = 50
"""Older runs are dropped when a new one is kept."""
_TABLES = {"positions": POSITIONS, "statics": STATICS, "safety": SAFETY}


class Run(Struct, frozen=True, kw_only=True):
    """What was asked: `files` by source number, `settings` as given, `zones` and `cables` as GeoJSON text."""

    made_at: int
    version: str
    files: tuple[str, ...]
    settings: dict[str, str]
    zones: str | None = None
    cables: str | None = None


class Evidence(NamedTuple):
    """Reports of the vessels that detections are about."""

    positions: pa.Table
    statics: pa.Table
    safety: pa.Table


class Found(NamedTuple):
    """A detection of a run."""

    run_id: str
    run: Run
    detection: Detection


def keep(data: Path, run: Run, detections: list[Detection], evidence: Evidence) -> str:
    """Keep a run; its id."""
    run_id = content_id("run", (run.made_at, run.files, [d.detection_id for d in detections]))
    home = data / FOLDER / run_id
    home.mkdir(parents=True, exist_ok=True)
    (home / "run.json").write_bytes(msgspec.json.encode(run))
    (home / "detections.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(detections))
    for name, table in evidence._asdict().items():
        pq.write_table(table, home / f"{name}.parquet", compression="zstd")
    for old in _by_age(data)[KEPT_RUNS:]:
        shutil.rmtree(old)
    return run_id


def _by_age(data: Path) -> list[Path]:
    """Folders of runs, the latest first."""
    homes = [path.parent for path in (data / FOLDER).glob("*/run.json")]
    return sorted(homes, key=lambda home: home.stat().st_mtime_ns, reverse=True)


def find(data: Path, detection_id: str) -> Found | None:
    """The detection of that id from the latest run that found it."""
    wanted = msgspec.json.encode(detection_id)
    for home in _by_age(data):
        for line in (home / "detections.jsonl").read_bytes().splitlines():
            if wanted in line:
                detection = msgspec.json.decode(line, type=Detection)
                if detection.detection_id == detection_id:
                    return Found(home.name, msgspec.json.decode((home / "run.json").read_bytes(), type=Run), detection)
    return None


def evidence(data: Path, run_id: str, mmsi: set[int]) -> Evidence:
    """The reports of some vessels that a run kept."""
    home, filters = data / FOLDER / run_id, [("mmsi", "in", mmsi)]
    tables: dict[str, Any] = {
        name: declared.check(pq.read_table(home / f"{name}.parquet", filters=filters).cast(declared.schema))
        for name, declared in _TABLES.items()
    }
    return Evidence(**tables)
