"""Files of sightings and of tracks, brought together: what `hanbada sightings match` and screens show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from hanbada.app.exports import Item, Shape
from hanbada.app.forecasts import known_past
from hanbada.model.errors import InputError
from hanbada.model.tables import REJECTS, SIGHTINGS
from hanbada.model.times import HOUR_US
from hanbada.reference import areas
from hanbada.reference.documents import opened
from hanbada.sightings.matching import Known, Match, Matches, looks_of, match
from hanbada.sightings.placing import fixes, places
from hanbada.sightings.reading import sightings_of
from hanbada.sightings.traffic import traffic
from hanbada.tracks.paths import paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hanbada.app.tracks_of import Told

HISTORY_US = HOUR_US
"""History ends so long before the first sighting: what came later would know the answer."""


class ReadFiles(NamedTuple):
    """SIGHTINGS of all files, their rejects, and how many rows there were."""

    sightings: pa.Table
    rejects: pa.Table
    rows: int


def read_sightings(files: Sequence[str], sensor: str | None) -> ReadFiles:
    """The sightings of some files; raises InputError where one cannot be read, PackError where one is damaged."""
    found = [read_content(Path(name).name, file_bytes(Path(name)), sensor, number) for number, name in enumerate(files)]
    return ReadFiles(
        pa.concat_tables([SIGHTINGS.empty(), *(one.sightings for one in found)]),
        pa.concat_tables([REJECTS.empty(), *(one.rejects for one in found)]),
        sum(one.rows for one in found),
    )


def read_content(name: str, content: bytes, sensor: str | None, number: int = 0) -> ReadFiles:
    """The sightings in the bytes of a file; raises InputError or PackError where they cannot be read."""
    found = [sightings_of(one, number, sensor) for one in opened({name: content})]
    return ReadFiles(
        pa.concat_tables([SIGHTINGS.empty(), *(one.sightings for one in found)]),
        pa.concat_tables([REJECTS.empty(), *(one.rejects for one in found)]),
        sum(one.rows for one in found),
    )


def rings_of(file: Path | None) -> list[NDArray[np.float64]]:
    """The rings of a GeoJSON footprint; none without a file. Raises InputError or PackError if it cannot be used."""
    return [] if file is None else scene_of(file_bytes(file), file.name)


def scene_of(data: bytes | None, name: str) -> list[NDArray[np.float64]]:
    """The rings of the bytes of a GeoJSON footprint; none without it. Raises PackError if it cannot be used."""
    return [] if data is None else [ring for area in areas.read_geojson(data, name=name) for ring in area.rings]


def file_bytes(file: Path) -> bytes:
    """The bytes of a file; raises InputError if it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}"
        raise InputError(message) from error


def known_of(told: Told, before_us: int) -> Known:
    """What the tracks say of their vessels, with the history they make before a moment."""
    found = fixes(told.rows, told.trail)
    who = [(one, told.identities.get(one)) for one in np.unique(found.mmsi).tolist()]
    return Known(
        fixes=found,
        lengths={one: float(said.length_m) for one, said in who if said.length_m},
        kinds={one: said.ship_type for one, said in who if said.ship_type},
        paths=paths(told.rows, told.trail),
        history=known_past(told, before_us),
        met=traffic(np.repeat(found.mmsi, np.diff(found.begin)), found.lat_deg, found.lon_deg),
    )


def match_all(sightings: pa.Table, told: Told, scene: Sequence[NDArray[np.float64]]) -> list[Matches]:
    """Each look of a sensor matched on its own, in the order of time."""
    if not sightings.num_rows:
        return []
    first = int(sightings["at"].cast(pa.int64()).to_numpy().min())
    known = known_of(told, first - HISTORY_US)
    return [match(look, known, scene) for look in looks_of(sightings)]


def items(found: Sequence[Matches], told: Told) -> list[Item]:
    """Sightings as points and matches as lines from where the track should have been to where it was seen."""
    known = fixes(told.rows, told.trail)
    return [item for one in found for each in one.matches for item in _items(each, known)]


def _items(one: Match, known: Any) -> list[Item]:
    facts: dict[str, Any] = {"verdict": one.verdict, "unheard": round(one.unheard, 3), "dark": round(one.dark, 3)}
    if one.track is not None:
        facts |= {"mmsi": one.track.mmsi, "probability": round(one.track.probability, 3)}
    point = (one.lon_deg, one.lat_deg)
    out = [
        Item(
            id=one.sighting_id,
            name=one.sighting_id,
            at=one.at,
            shapes=(Shape(kind="point", points=(point,)),),
            facts=facts,
        )
    ]
    if one.verdict == "matched" and one.track is not None:
        asked = places(known, np.array([one.at]))
        here = np.flatnonzero(known.track_id[asked.track] == one.track.track_id)[0]
        lon = one.lon_deg + (float(asked.lon_deg[here]) - one.lon_deg + 180.0) % 360.0 - 180.0
        line = Shape(kind="line", points=((lon, float(asked.lat_deg[here])), point))
        out.append(
            Item(id=f"{one.sighting_id}-match", name=f"{one.track.mmsi}", at=one.at, shapes=(line,), facts=facts)
        )
    return out
