"""`hanbada detect --outage`: who was over a cable when it failed, as a table or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from hanbada.engine.watch import standing
from hanbada.incidents.suspects import Suspect, behaviour, suspects
from hanbada.model.errors import UsageError
from hanbada.model.times import dtg, iso, parse_time
from hanbada.model.wording import amount
from hanbada.tracks.rows import joined

if TYPE_CHECKING:
    from hanbada.detect.contract import Cables, Charts
    from hanbada.engine.watch import Watch

LEAST = 0.001
"""Smaller shares are not listed."""


class Outage(NamedTuple):
    """When a cable failed, and which of those known (None: it is not told)."""

    at: int
    cables: Cables
    cable: int | None


def outage_of(text: str, charts: Charts) -> Outage:
    """TIME or TIME@CABLE, by name or id; raises UsageError for what cannot be one."""
    when, _, name = text.partition("@")
    at = parse_time(when)
    if at is None:
        message = f"--outage {text}: write it as 2024-12-25T10:26:00Z, or 2024-12-25T10:26:00Z@NAME"
        raise UsageError(message)
    if charts.cables is None:
        message = "--outage needs routes: give --cables FILE, or add a pack of cables"
        raise UsageError(message)
    wanted = name.strip().casefold()
    lines = charts.cables.lines
    found = [i for i, one in enumerate(lines) if wanted in {one.name.casefold(), one.line_id.casefold()}]
    if wanted and not found:
        message = f"--outage {text}: no cable {name}; there are {', '.join(one.name for one in lines)}"
        raise UsageError(message)
    return Outage(at, charts.cables, found[0] if found else None)


def ranked(watch: Watch, outage: Outage, *, as_json: bool) -> bytes:
    """The ships near the cable then, the likeliest first."""
    alarms = behaviour(standing(watch), outage.at)
    found = suspects(joined(watch.window.parts), outage.cables, outage.at, outage.cable, alarms)
    listed = [one for one in found if one.probability >= LEAST]
    others = 1.0 - sum(one.probability for one in listed)
    return _json(watch, outage, listed, others) if as_json else _table(watch, outage, listed, others)


def _json(watch: Watch, outage: Outage, listed: list[Suspect], others: float) -> bytes:
    rows: list[dict[str, Any]] = []
    for one in listed:
        identity = watch.site.identities.get(one.mmsi)
        row: dict[str, Any] = msgspec.to_builtins(one)
        row |= {"crossed_at": None if one.crossed_at is None else iso(one.crossed_at)}
        rows.append(row | {"name": identity.name, "imo": identity.imo, "ship_type": identity.ship_type})
    cable = None if outage.cable is None else outage.cables.lines[outage.cable].name
    answer = {"outage_at": iso(outage.at), "cable": cable, "suspects": rows, "none_of_these": round(others, 6)}
    return msgspec.json.encode(answer) + b"\n"


def _table(watch: Watch, outage: Outage, listed: list[Suspect], others: float) -> bytes:
    cable = "any cable" if outage.cable is None else outage.cables.lines[outage.cable].name
    lines = [f"Over {cable} at {dtg(outage.at)}:"]
    for one in listed:
        name = watch.site.identities.get(one.mmsi).name or "?"
        speed = "?" if one.sog_kn is None else f"{one.sog_kn:.1f}"
        crossed = "" if one.crossed_at is None else f", crossed {dtg(one.crossed_at)}"
        behaved = "" if one.behaviour is None else f", cable alarm {one.behaviour:.2f}"
        where = f"{amount(one.away_m, 'm')} from {one.cable} at {speed} kn"
        lines.append(f"{one.probability:6.1%}  {one.mmsi:09d}  {name:20}  {where}{crossed}{behaved}")
    lines.append(f"{others:6.1%}  none of these: not heard, or another cause")
    return ("\n".join(lines) + "\n").encode()
