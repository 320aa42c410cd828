"""Detections by id with all it takes to make them again: from runs of `hanbada detect`, and from the node itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from hanbada.app.config import DATABASE
from hanbada.engine.watch import Reports
from hanbada.store import runs
from hanbada.store.archive import view_archive
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hanbada.model.records import Detection

ARCHIVE = "archive"
RUNS = "runs"
"""Mark: the runs of the node, the last one at the end."""
KEPT_RUNS = 200
FAR_US = 1 << 60


class Drawn(NamedTuple):
    """What somebody drew: zones to watch, and cables, as GeoJSON."""

    zones: bytes | None = None
    cables: bytes | None = None


def as_text(drawn: bytes | None) -> str | None:
    """GeoJSON as text, however it was encoded."""
    return None if drawn is None else drawn.decode("utf-8", "replace")


def _as_bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


class NodeRun(Struct, frozen=True, kw_only=True):
    """One run of a node: when it began, from when on it took rows of before, what it watched for."""

    began_at: int
    rows_from: int
    settings: dict[str, str]
    zones: str | None
    cables: str | None = None


class Found(NamedTuple):
    """A detection, its vessels' reports, and what was watched for when it was made."""

    detection: Detection
    reports: Reports
    settings: dict[str, str]
    zones: bytes | None
    cables: bytes | None
    sources: Sequence[str]


def last_run(desk: DeskStore) -> NodeRun | None:
    """The last run of a node: what it watched for."""
    made = msgspec.convert(desk.mark(RUNS) or [], list[NodeRun])
    return made[-1] if made else None


def found_in_runs(home: Path, detection_id: str) -> Found | None:
    """A detection of the last runs of `hanbada detect`."""
    found = runs.find(home, detection_id)
    if found is None:
        return None
    detection, run = found.detection, found.run
    reports = Reports(*runs.evidence(home, found.run_id, {vessel.mmsi for vessel in detection.vessels}))
    return Found(detection, reports, run.settings, _as_bytes(run.zones), _as_bytes(run.cables), run.files)


def found_live(home: Path, detection_id: str) -> Found | None:
    """A detection that the node in a data directory made, running or not."""
    if not (home / DATABASE).exists():
        return None
    engine = open_database(home / DATABASE)
    try:
        desk = DeskStore(engine, lambda: 0)
        detection = desk.find(detection_id)
        if detection is None:
            return None
        made = msgspec.convert(desk.mark(RUNS) or [], list[NodeRun])
        run = next((one for one in reversed(made) if one.began_at <= detection.judged_at), made[0])
        archive, who = view_archive(home / ARCHIVE, engine), {vessel.mmsi for vessel in detection.vessels}
        tables = (
            read(run.rows_from, FAR_US, who) for read in (archive.read, archive.read_statics, archive.read_safety)
        )
        reports = Reports(*(table.sort_by([("at", "ascending"), ("line_id", "ascending")]) for table in tables))
        names = {source.number: source.name for source in desk.sources()}
    finally:
        engine.dispose()
    sources = [names.get(number, str(number)) for number in range(max(names, default=0) + 1)]
    return Found(detection, reports, run.settings, _as_bytes(run.zones), _as_bytes(run.cables), sources)
