"""What an analyst calls from Python: files in, Polars tables and records out; nothing is written anywhere.

The commands of the same names do the same and also keep their runs. Files may be of any form that `hanbada decode`
reads; a file that is damaged is used up to there, with a word on standard error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import polars as pl
import pyarrow as pa

from hanbada.app.forecasts import MOST_HOURS, items, known_past, outlook
from hanbada.app.intake import Account, read_reports, told
from hanbada.app.places import known_charts, known_ports, known_zones, read_drawn
from hanbada.app.sightings_of import match_all, read_sightings
from hanbada.app.tracks_of import tracks_of
from hanbada.engine.local import Kept, take_archive
from hanbada.engine.watch import standing, start
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.tables import POSITIONS, SAFETY, STATICS
from hanbada.model.times import to_us
from hanbada.model.wording import explanation
from hanbada.tracks.quality import classify, track_table
from hanbada.tracks.reception import Reception, heard_since, listen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from hanbada.app.exports import Item
    from hanbada.app.forecasts import Outlook
    from hanbada.engine.watch import Reports
    from hanbada.model.records import Detection
    from hanbada.model.tables import Table
    from hanbada.sightings.matching import Matches
    from hanbada.tracks.reception import Heard

    Files: TypeAlias = str | Path | Iterable[str | Path]

__all__ = [
    "Decoded", "Forecasts", "coverage", "decode", "detect", "explanation", "forecast", "match_sightings", "tracks",
]  # fmt: skip


class Decoded(NamedTuple):
    """The tables of some files (see the reference of tables), times as UTC."""

    positions: pl.DataFrame
    statics: pl.DataFrame
    safety: pl.DataFrame


class Forecasts(NamedTuple):
    """What is forecast of some ships (`outlook`), and the same as items for a map: median paths and regions."""

    outlook: Outlook
    hours: float
    items: list[Item]


def decode(files: Files) -> Decoded:
    """The reports in some files; raises InputError if one cannot be read."""
    parts = list(_reports(_named(files)))
    positions, statics, safety = ([one[column] for one in parts] for column in range(3))
    return Decoded(_whole(POSITIONS, positions), _whole(STATICS, statics), _whole(SAFETY, safety))


def _whole(declared: Table, parts: list[pa.Table | None]) -> pl.DataFrame:
    return pl.DataFrame(pa.concat_tables([declared.empty(), *(one for one in parts if one is not None)]))


def _named(files: Files) -> list[str]:
    return [str(files)] if isinstance(files, str | Path) else [str(one) for one in files]


def _reports(files: list[str]) -> Iterator[Reports]:
    """The reports of all files in turn; says on standard error where one is damaged."""
    for number, name in enumerate(files):
        account = Account(name)
        yield from read_reports(name, number, account)
        if account.damage:
            sys.stderr.write(told(account))


def tracks(files: Files) -> pl.DataFrame:
    """The TRACKS table of some files: positions by vessel and time, with their tracks, silences and quality."""
    found = tracks_of(_named(files), quiet=True)
    return pl.DataFrame(track_table(found.rows, found.trail, classify(found.rows, found.trail)))


def detect(
    files: Files, only: Iterable[str] = (), settings: Mapping[str, Any] | None = None,
    zones: Path | None = None, cables: Path | None = None,
) -> list[Detection]:  # fmt: skip
    """What the detectors find in some files; `settings` as {"gap.min_h": 6}, zones and cables as GeoJSON files.

    Raises UsageError for a detector or a setting that there is not. `explanation(detection)` says why it was made.
    """
    watched = known_zones(None, read_drawn(zones), str(zones))
    charts = known_charts(None, read_drawn(cables), str(cables))
    watch = start(known_ports(None), watched, tuple(only), settings, charts=charts)
    for _ in take_archive(watch, _reports(_named(files)), Kept()):
        pass
    return standing(watch)


def forecast(
    files: Files, at: datetime, hours: float, mmsi: Iterable[int] | None = None, history: Files = ()
) -> Forecasts:
    """Where ships (or some of them) will be in the hours after a moment, from what is in the files up to then.

    Without a history the files themselves are what is known of the past. Raises NotFoundError if nobody was heard.
    """
    if not 0 < hours <= MOST_HOURS:
        message = f"hours: {hours:g} is not more than 0 and at most {MOST_HOURS}"
        raise UsageError(message)
    at_us = to_us(at)
    heard = tracks_of(_named(files), until_us=at_us, quiet=True)
    if not len(heard.rows.at):
        message = f"no position in these files before {at}"
        raise NotFoundError(message)
    older = _named(history)
    past = known_past(tracks_of(older, until_us=at_us, quiet=True) if older else heard, at_us)
    found = outlook(heard, past, at_us, hours, mmsi)
    ships = range(len(found.forecast.mmsi))
    return Forecasts(found, hours, [item for ship in ships for item in items(found, ship, hours)])


def match_sightings(seen: Files, files: Files, sensor: str | None = None) -> list[Matches]:
    """What was seen (CSV, GeoJSON or Parquet) matched with the tracks in some files, look by look."""
    return match_all(read_sightings(_named(seen), sensor).sightings, tracks_of(_named(files), quiet=True), ())


def coverage(files: Files) -> Heard:
    """How well each cell was heard: the share of the transmissions due of the ships in it that reached us."""
    found, state = tracks_of(_named(files), quiet=True), Reception()
    listen(state, found.rows, found.trail)
    return heard_since(state, 0)
