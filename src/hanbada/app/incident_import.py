"""Catalogues of past incidents brought to the desk: ASAM, IMB, a CSV of one's own; one incident for all its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hanbada.incidents import catalogue
from hanbada.incidents.duplicates import grouped
from hanbada.model.errors import UsageError
from hanbada.model.times import to_us
from hanbada.reference import incidents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hanbada.store.desk import DeskStore

MOST = 500
"""Incidents brought at once unless more are asked for: the desk is for work, the map's pack for all of history."""


class Brought(Struct, frozen=True, kw_only=True):
    """What became of the records of some files."""

    records: int
    rejects: int
    incidents: int
    matched: int
    known: int
    left: int


def read(files: Sequence[Path]) -> tuple[list[dict[str, Any]], int]:
    """Rows of catalogues and how many could not be used; raises UsageError, or PackError for what is no catalogue."""
    rows: list[dict[str, Any]] = []
    rejects = 0
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            message = f"{file}: cannot be read: {error.strerror}"
            raise UsageError(message) from error
        reading = incidents.read({file.name: content})
        rows += reading.rows.to_pylist()
        rejects += reading.rejects.num_rows
    return rows, rejects


def bring(
    desk: DeskStore, rows: Sequence[Mapping[str, Any]], since_us: int | None, most: int, by: str, now_us: int
) -> tuple[int, int, int, int]:
    """Open an incident for each in the rows since a moment; how many, of those matched, known before, left out.

    Those of which a record is known already are left as they are.
    """
    known = {said.source for one in desk.incidents(()) if one.origin == "catalogue" for said in one.said}
    wanted = {row["reference"]: row for row in rows if since_us is None or to_us(row["at"]) >= since_us}
    groups = [[wanted[one.reference] for one in group] for group in grouped(map(catalogue.past, wanted.values()))]
    new = [group for group in groups if known.isdisjoint(catalogue.source(row) for row in group)]
    for group in new[-most:]:
        given, others = catalogue.report(group)
        desk.incident_desk.bring(given, others, by, now_us)
    chosen = new[-most:]
    matched = sum(len(group) > 1 for group in chosen)
    return len(chosen), matched, len(groups) - len(new), len(new) - len(chosen)


def run(desk: DeskStore, files: Sequence[Path], since_us: int | None, most: int, by: str, now_us: int) -> Brought:
    """Bring files to the desk."""
    rows, rejects = read(files)
    opened, matched, known, left = bring(desk, rows, since_us, most, by, now_us)
    return Brought(records=len(rows), rejects=rejects, incidents=opened, matched=matched, known=known, left=left)
