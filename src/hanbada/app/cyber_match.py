"""`hanbada cyber match`: logs read line by line in bounded memory, what was found, and sightings for the source."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.app.convert_command import chosen, content_of
from hanbada.app.importing import every, opened
from hanbada.feeds.cutting import Cutter
from hanbada.feeds.files import open_input
from hanbada.incidents import known_values
from hanbada.incidents.indicators import SPECIAL, Indicator, Match, indicators_of, matches, watchlist
from hanbada.incidents.seen_indicators import sightings_of
from hanbada.model.desk import ItemsWanted
from hanbada.model.errors import HanbadaError, InputError, NotFoundError
from hanbada.model.times import iso
from hanbada.release.view import unchanged
from hanbada.share.formats.contract import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hanbada.incidents.indicators import Known, Watchlist
    from hanbada.model.sharing import Item

NOTHING = 3
WORTHY = {"valid", "undated"}
"""Standings that are told without --all."""


def run(
    logs: Sequence[str],
    files: Sequence[str],
    known: Sequence[Path],
    home: Path,
    sightings: Path | None,
    to: str,
    *,
    every: bool,
    as_jsonl: bool,
) -> int:
    """Look for indicators in logs and return the exit code."""
    target = chosen("--to", to) if sightings is not None else None
    wanted = watchlist(_indicators(files, home), [SPECIAL, *_good(known)])
    if not wanted.size:
        message = "there are no indicators to look for: give files with --indicators, or import some into the node"
        raise NotFoundError(message)
    seen, counts, code = [], Counter[str](), 0
    for log in logs:
        try:
            for one in matches(_numbered(log, counts), wanted):
                counts[one.standing if one.known is None else "known"] += 1
                if every or (one.known is None and one.standing in WORTHY):
                    seen.append((log, one))
                    _say(log, one, as_jsonl=as_jsonl)
        except HanbadaError as error:
            sys.stderr.write(f"hanbada: {error}\n")
            code = 1
    if target is not None and sightings is not None:
        found = [unchanged(one) for one in sightings_of([one for _, one in seen])]
        written = target.write(found, Note(title="Sightings of indicators", written_at=time.time_ns() // 1000))
        sightings.write_bytes(written.content)
    sys.stderr.write(_account(wanted, counts))
    return code or (0 if seen else NOTHING)


def _indicators(files: Sequence[str], home: Path) -> Iterator[Indicator]:
    """Those of the files, or those that the node keeps if no file is named."""
    items = (item for file in files for item in opened(content_of(file), file).items) if files else kept(home)
    for item in items:
        yield from indicators_of(item)


def kept(home: Path) -> Iterator[Item]:
    """The cyber objects of the node in a folder."""
    from hanbada.app.opening import desk_in

    with desk_in(home) as desk:
        yield from (one.item for one in every(desk.items, ItemsWanted(data_classes=("cyber_indicator",))))


def _good(files: Sequence[Path]) -> Iterator[Known]:
    for file in files:
        taken = known_values.read(content_of(str(file)), file.name)
        if taken.left_out:
            sys.stderr.write(f"{file}: {taken.left_out:,} values not used: {taken.why}\n")
        yield taken.known


def _numbered(log: str, counts: Counter[str]) -> Iterator[tuple[int, str]]:
    """The lines of a log; one longer than a piece of a feed is cut, so that memory stays bounded."""
    cutter, number = Cutter(), 0
    source = open_input(log)
    if source.form == "parquet":
        message = f"{log}: a log is lines of text"
        raise InputError(message)
    for piece in source.pieces:
        for line in cutter.whole(piece).splitlines():
            number += 1
            yield number, line.decode("utf-8", "replace")
    for line in cutter.rest().splitlines():
        number += 1
        yield number, line.decode("utf-8", "replace")
    counts["lines"] += number


def _say(log: str, one: Match, *, as_jsonl: bool) -> None:
    if as_jsonl:
        sys.stdout.buffer.write(msgspec.json.encode(_object(log, one)) + b"\n")
        return
    about = one.indicator
    when = "" if one.at is None else f" at {iso(one.at)}"
    good = "" if one.known is None else f", known good: {one.known}"
    title = f" {about.title!r}" if about.title else ""
    where = f"{log}:{one.line}:{one.start + 1}"
    sys.stdout.write(f"{where}: {one.value!r} {about.kind} {about.item_id}{title}{when} {one.standing}{good}\n")


def _object(log: str, one: Match) -> dict[str, Any]:
    return {
        "log": log, "line": one.line, "start": one.start, "end": one.end, "value": one.value,
        "kind": one.indicator.kind, "indicator": one.indicator.item_id, "title": one.indicator.title,
        "at": None if one.at is None else iso(one.at), "standing": one.standing, "known": one.known,
    }  # fmt: skip


def _account(wanted: Watchlist, counts: Counter[str]) -> str:
    said = ", ".join(f"{counts[name]:,} {name}" for name in ("valid", "undated", "early", "expired", "known"))
    return f"{wanted.size:,} values looked for in {counts['lines']:,} lines: {said}\n"
