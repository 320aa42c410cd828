"""`hanbada sightings`: match what satellites and people saw with tracks; when satellites pass."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanbada.app.config import data_dir
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from hanbada.app.sightings_of import ReadFiles
    from hanbada.sightings.matching import Match, Matches

MOST_HOURS = 240
"""Elements do not tell of passes beyond ten days."""

CONSOLE = "command line"
Sensor = Annotated[str | None, typer.Option(help="What saw them: sar, optical, viirs, rf, radar, patrol, report.")]

sightings = typer.Typer(
    name="sightings",
    help="What satellites, radars, patrols and people saw, matched to tracks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@sightings.command()
def match(
    seen: Annotated[str, typer.Argument(help="Sightings: CSV, GeoJSON or Parquet with time, latitude, longitude.")],
    tracks: Annotated[list[str], typer.Argument(help="Files of AIS as `decode` takes them.")],
    scene: Annotated[Path | None, typer.Option(help="GeoJSON of what the sensor covered.")] = None,
    sensor: Sensor = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a look.")] = False,  # noqa: FBT002
    as_geojson: Annotated[bool, typer.Option("--geojson", help="Points and lines for a map.")] = False,  # noqa: FBT002
) -> None:
    """Say of each sighting which track it is, that nobody hears it, or that neither is sure."""
    import time

    import msgspec

    from hanbada.app.exports import Note, geojson
    from hanbada.app.sightings_of import items, match_all, read_sightings, rings_of
    from hanbada.app.tracks_of import tracks_of

    read, told = read_sightings([seen], _known_sensor(sensor)), tracks_of(tracks)
    sys.stderr.write(_account(seen, read))
    found = match_all(read.sightings, told, rings_of(scene))
    if as_geojson:
        note = Note(title="Sightings matched to tracks", written_at=time.time_ns() // 1000, filter=seen)
        sys.stdout.buffer.write(geojson(items(found, told), note) + b"\n")
    elif as_json:
        sys.stdout.buffer.write(b"".join(msgspec.json.encode(one) + b"\n" for one in found))
    else:
        sys.stdout.write("".join(map(_text, found)))
    raise typer.Exit(0 if found else 3)


@sightings.command()
def add(
    file: Annotated[Path, typer.Argument(help="Sightings: CSV, GeoJSON or Parquet with time, latitude, longitude.")],
    scene: Annotated[Path | None, typer.Option(help="GeoJSON of what the sensor covered.")] = None,
    sensor: Sensor = None,
    data: Data = None,
) -> None:
    """Give a node a file of sightings: its screens match it with what was heard and draw both."""
    import time

    from hanbada.app.looks import checked
    from hanbada.app.sightings_of import file_bytes
    from hanbada.store.sightings import SeenFile
    from hanbada.store.sightings import add as keep

    footprint = None if scene is None else file_bytes(scene)
    one = SeenFile(
        name=file.name, content=file_bytes(file), added_at=time.time_ns() // 1000, added_by=CONSOLE,
        sensor=_known_sensor(sensor), scene=footprint,
    )  # fmt: skip
    sys.stderr.write(_account(file.name, checked(one)))
    keep(data_dir(data), one)
    typer.echo(one.key)


@sightings.command("list")
def list_files(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """The files of sightings a node was given."""
    import msgspec

    from hanbada.model.times import iso
    from hanbada.store.sightings import kept

    found = kept(data_dir(data))
    said = [
        {"key": one.key, "name": one.name, "added_at": iso(one.added_at), "added_by": one.added_by} for one in found
    ]
    typer.echo(msgspec.json.encode(said).decode() if as_json else "\n".join("  ".join(one.values()) for one in said))
    raise typer.Exit(0 if found else 3)


@sightings.command()
def drop(key: Annotated[str, typer.Argument(help="What `list` calls it.")], data: Data = None) -> None:
    """Forget a file of sightings."""
    from hanbada.store.sightings import drop as forget

    forget(data_dir(data), key)


@sightings.command()
def passes(
    tle: Annotated[Path, typer.Option(help="Two-line elements of satellites.")],
    area: Annotated[Path, typer.Option(help="GeoJSON of the area.")],
    begin: Annotated[str, typer.Option("--from", help="From when: 2024-03-10T20:00:00Z.")],
    hours: Annotated[float, typer.Option(help="For how long.")] = 24.0,
    swath_km: Annotated[float, typer.Option(help="How far to either side a satellite sees.")] = 200.0,
    near_km: Annotated[float, typer.Option(help="How near to the point below it it does not, as radar.")] = 0.0,
    right_only: Annotated[bool, typer.Option("--right-only", help="It looks to the right alone.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,  # noqa: FBT002
) -> None:
    """When which satellites see an area."""
    import msgspec

    from hanbada.app.passing import line, read_elements, sampled, told
    from hanbada.app.sightings_of import rings_of
    from hanbada.model.errors import UsageError
    from hanbada.model.times import HOUR_US, parse_time
    from hanbada.sightings.passes import Swath
    from hanbada.sightings.passes import passes as find

    begin_us = parse_time(begin)
    if begin_us is None:
        message = f"--from {begin}: write it as 2024-03-10T20:00:00Z"
        raise UsageError(message)
    if not 0 < hours <= MOST_HOURS or not 0 <= near_km < swath_km:
        message = f"--hours {hours:g}, --swath-km {swath_km:g}: more than 0, at most {MOST_HOURS} h; near below far"
        raise UsageError(message)
    rings = rings_of(area)
    if not rings:
        message = f"--area {area}: no polygon in it"
        raise UsageError(message)
    swath = Swath(near_km=near_km, far_km=swath_km, both=not right_only)
    found = find(read_elements(tle), *sampled(rings), begin_us, begin_us + round(hours * HOUR_US), swath)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(list(map(told, found))) + b"\n")
    else:
        sys.stdout.write("".join(map(line, found)))
    raise typer.Exit(0 if found else 3)


def _known_sensor(sensor: str | None) -> str | None:
    """The sensor that was named; raises UsageError for one nobody knows."""
    from hanbada.model.errors import UsageError
    from hanbada.sightings.reading import SENSORS

    if sensor is not None and sensor not in SENSORS:
        message = f"--sensor {sensor}: choose one of {', '.join(SENSORS)}"
        raise UsageError(message)
    return sensor


def _account(name: str, read: ReadFiles) -> str:
    rejects = [
        f"  line {one['line_id']}: {one['code']}: {one['detail']}" for one in read.rejects.slice(0, 5).to_pylist()
    ]
    lines = [f"{name}: {read.rows:,} rows, {read.sightings.num_rows:,} sightings, {read.rejects.num_rows:,} rejects"]
    return "\n".join(lines + rejects) + "\n"


def _text(found: Matches) -> str:
    """A look for people: its counts, a line per sighting, who should have been seen and was not."""
    from hanbada.model.times import iso

    head = (
        f"{iso(found.matches[0].at)}  {len(found.matches)} sightings on {found.area_km2:,.0f} km2: "
        f"{found.heard:.1f} heard, {found.dark:.1f} ships that nobody hears, {found.no_ship:.1f} no ships"
    )
    missed = [f"  not seen  {one.mmsi}  ({one.unseen:.0%} sure)" for one in found.missed if one.unseen > 0.5]
    return "\n".join([head, *map(_line, found.matches), *missed]) + "\n"


def _line(one: Match) -> str:
    where = f"  {one.verdict:<10} {one.sighting_id}  {one.lat_deg:.4f} {one.lon_deg:.4f}"
    if one.track is None:
        return f"{where}  nobody near; {one.unheard:.0%} unheard"
    silent = f"heard {one.track.silence_s / 60:.0f} min away"
    who = f"{one.track.mmsi} {one.track.probability:.0%}, {one.track.away_m:,.0f} m off, {silent}"
    other = f"; else {one.runner_up.mmsi} {one.runner_up.probability:.0%}" if one.runner_up else ""
    raft = f"; beside it {', '.join(map(str, one.raft))}" if one.raft else ""
    return f"{where}  {who}{other}; nobody {one.unheard:.0%}{raft}"
