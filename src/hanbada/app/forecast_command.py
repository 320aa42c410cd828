"""What `hanbada forecast` does."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.app.exports import Note, geojson
from hanbada.app.forecasts import MOST_HOURS, described, items, known_past, outlook
from hanbada.app.tracks_of import tracks_of
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.times import dtg, iso, parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(
    files: Sequence[str], vessel: int | None, at: str | None, hours: float, history: Sequence[str], form: str
) -> int:
    """Forecast ships of some files and write text, "json" or "geojson"; the exit code.

    Without a history the files themselves, as far as they lie before the moment, are what is known of the past.
    """
    if not 0 < hours <= MOST_HOURS:
        message = f"--hours {hours:g}: give more than 0 and at most {MOST_HOURS}"
        raise UsageError(message)
    at_us = _moment(at)
    told = tracks_of(files, until_us=at_us)
    if not len(told.rows.at):
        message = "no position in these files" + (f" before {iso(at_us)}" if at_us is not None else "")
        raise NotFoundError(message)
    now_us = int(told.rows.at.max()) if at_us is None else at_us
    past = known_past(tracks_of(history, until_us=now_us) if history else told, now_us)
    found = outlook(told, past, now_us, hours, None if vessel is None else [vessel])
    ships = range(len(found.forecast.mmsi))
    if form == "geojson":
        shown = [item for ship in ships for item in items(found, ship, hours)]
        note = Note(title="Forecast", written_at=time.time_ns() // 1000, filter=f"at {iso(now_us)}, {hours:g} h")
        sys.stdout.buffer.write(geojson(shown, note) + b"\n")
    else:
        said = [described(found, ship, hours) for ship in ships]
        sys.stdout.buffer.write(
            msgspec.json.encode(said) + b"\n" if form == "json" else "".join(map(_text, said)).encode()
        )
    if found.untold:
        sys.stderr.write(f"{found.untold:,} with too little behind them: not forecast\n")
    return 0 if ships else 3


def _moment(at: str | None) -> int | None:
    """The time asked for; raises UsageError if it is none."""
    found = None if at is None else parse_time(at)
    if at is not None and found is None:
        message = f"--at {at}: write it as 2024-03-10T20:00:00Z"
        raise UsageError(message)
    return found


def _text(one: dict[str, Any]) -> str:
    """A forecast for people: a line per step; the radius is that of a circle as large as the 90 % region."""
    shares = ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in one["rests_on"].items())
    thin = " Little history there: taken from ships that sailed alike." if one["thin_history"] else ""
    lines = [f"{one['mmsi']} heard {one['heard_at']} at {one['lat_deg']:.4f} {one['lon_deg']:.4f}; {shares}.{thin}"]
    for step in one["path"]:
        when = dtg(parse_time(step["at"]) or 0)
        lines.append(f"  {when}  {step['lat_deg']:9.4f} {step['lon_deg']:10.4f}  90 % within {step['radius_90_m']:,} m")
    return "\n".join(lines) + "\n"
