"""What `hanbada dossier` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from hanbada.app.config import DATABASE, data_dir
from hanbada.app.dossiers import asked_for, dossier_of, known_registers, of_vessel
from hanbada.app.evidence import ARCHIVE, FAR_US
from hanbada.model.errors import NotFoundError
from hanbada.model.ids import LINE_BITS
from hanbada.model.tables import STATICS
from hanbada.model.times import dtg
from hanbada.store.archive import view_archive
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from hanbada.reference.dossier import Dossier, Fact, Line, Listing


def dossier(text: str, data: Path | None, *, as_json: bool) -> int:
    """Print what this node knows of a vessel; the exit code: 3 if nothing."""
    home, asked = data_dir(data), asked_for(text)
    statics, names = _archived(home, asked)
    found = dossier_of(
        of_vessel(statics, asked),
        known_registers(home),
        lambda line: names.get(line >> LINE_BITS, "AIS"),
        [asked],
    )
    if not found.lines and not found.listings:
        message = f"{text}: neither the archive of this node nor its registers know that vessel"
        raise NotFoundError(message)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        sys.stdout.write(told(found))
    return 0


def _archived(home: Path, asked: Fact) -> tuple[pa.Table, dict[int, str]]:
    """Static reports of the node in a data directory, and the names of its feeds."""
    if not (home / DATABASE).exists():
        return STATICS.empty(), {}
    engine = open_database(home / DATABASE)
    try:
        mmsi = int(asked.value) if asked.what == "mmsi" else None
        statics = view_archive(home / ARCHIVE, engine).read_statics(0, FAR_US, mmsi)
        return statics, {source.number: source.name for source in DeskStore(engine, lambda: 0).sources()}
    finally:
        engine.dispose()


def told(found: Dossier) -> str:
    """The dossier as lines of text: a value, its credibility, and who says so with how reliable they are."""
    return "".join([*map(_line, found.lines), *map(_listing, found.listings)])


def _line(line: Line) -> str:
    mark = " (sources disagree)" if line.disputed else ""
    rows = [f"{line.what}{mark}\n"]
    for held in line.values:
        rows.append(f"  {held.value}\n")
        rows += [f"    {fact.reliability}{held.credibility}  {fact.source}{_when(fact)}\n" for fact in held.facts]
    return "".join(rows)


def _when(fact: Fact) -> str:
    if fact.last_at is None:
        return ""
    first = f"{dtg(fact.first_at)} – " if fact.first_at not in {None, fact.last_at} and fact.first_at else ""
    return f", {first}{dtg(fact.last_at)}" + (f", {fact.count} reports" if fact.count > 1 else "")


def _listing(one: Listing) -> str:
    watch = "WATCH LIST" if one.watch else "list"
    sure = " (by name alone: perhaps another ship)" if one.matched_by == "name" else f" (by {one.matched_by})"
    about = ", ".join(part for part in (one.name, one.programme, one.note) if part)
    dated = f", as of {dtg(one.dated_at)}" if one.dated_at is not None else ""
    return f"{watch}: {one.title}{sure}{dated}\n" + (f"  {about}\n" if about else "")
