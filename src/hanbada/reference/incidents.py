"""Attacks and robberies reported in the past, as PAST_INCIDENTS: NGA's ASAM and the IMB-based attack database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hanbada.model import times
from hanbada.model.ids import content_id
from hanbada.reference.reading import (
    Format,
    Kind,
    Opened,
    Outcome,
    Reading,
    Reject,
    Source,
    from_csv,
    number,
    position,
    read_as,
    table,
    words,
)
from hanbada.reference.tables import PAST_INCIDENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

ACTS = ("attempted", "boarded", "hijacked", "fired_upon", "suspicious", "explosion", "detained")
_ACTS = {
    "boarding": "boarded", "boarded": "boarded", "attempted": "attempted", "hijacked": "hijacked",
    "fired upon": "fired_upon", "suspicious": "suspicious", "explosion": "explosion", "detained": "detained",
    "suspicious approach": "suspicious", "suspicious craft": "suspicious", "hijacking": "hijacked",
    "attempted boarding": "attempted", "robbery": "boarded", "armed robbery": "boarded",
}  # fmt: skip
"""Words of the sources that mean an act; most of ASAM's name the attackers instead and mean none."""

_DAY_S = 86_400
_UNKNOWN_ZONE_S = 14 * 3_600
"""IMB times are "either UTC or local time": no zone is further off than this."""
_DMS = re.compile(r"(\d{1,3})[°-](\d{1,2}(?:\.\d+)?)['′-]?(?:(\d{1,3}(?:\.\d+)?)[\"″]?)?\s*([NSEW])")

_NGA = Source(
    "Anti-Shipping Activity Messages, National Geospatial-Intelligence Agency",
    "https://msi.nga.mil/Piracy",
    "public domain (United States Government)",
)
_IMB = Source(
    "Crime at Sea, maritime pirate attacks 1993-2020 (Benden et al. 2021, doi 10.5334/johd.39)",
    "https://github.com/newzealandpaul/Maritime-Pirate-Attacks",
    "CC BY 4.0",
)


def angles(text: str) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees from degrees, minutes and seconds in words; None for one that is not there.

    >>> angles('''6°30'00"S 105°15'00"E''')
    (-6.5, 105.25)
    """
    found: dict[str, float] = {}
    for degrees, minutes, seconds, side in _DMS.findall(text):
        size = float(degrees) + float(minutes) / 60.0 + float(seconds or 0.0) / 3600.0
        found["lat" if side in "NS" else "lon"] = -size if side in "SW" else size
    return found.get("lat"), found.get("lon")


def _asam(row: Mapping[str, str]) -> Outcome[Mapping[str, Any]]:
    written = angles(row.get("position", ""))
    lat = number(row.get("lat") or row.get("latitude"))
    lon = number(row.get("lon") or row.get("longitude"))
    place = position(written[0] if lat is None else lat, written[1] if lon is None else lon)
    at = times.parse_time(f"{row['date']} 00:00")
    if isinstance(place, Reject):
        return place
    if at is None:
        return Reject("no_time", f"date is {row['date']!r}")
    hostility = words(row.get("hostility") or row.get("hostilityd"))
    return [
        {
            "reference": f"asam-{row['reference']}",
            "at": at,
            "at_error_s": _DAY_S,
            "lat_deg": place[0],
            "lon_deg": place[1],
            "act": _ACTS.get((hostility or "").lower()),
            "reported_as": hostility,
            "place": _asam_place(row),
            "vessel": words(row.get("victim") or row.get("victim_d")),
            "description": words(row.get("description")),
            "source": "NGA ASAM",
        }
    ]


def _asam_place(row: Mapping[str, str]) -> str | None:
    area, region = words(row.get("navarea")), words(row.get("subreg"))
    parts = [f"NAVAREA {area}" if area else None, f"sub-region {region}" if region else None]
    return ", ".join(part for part in parts if part) or None


def _imb(row: Mapping[str, str]) -> Outcome[Mapping[str, Any]]:
    place = position(number(row["latitude"]), number(row["longitude"]))
    clock = words(row.get("time"))
    at = times.parse_time(f"{row['date']} {clock or '00:00'}") or times.parse_time(f"{row['date']} 00:00")
    if isinstance(place, Reject):
        return place
    if at is None:
        return Reject("no_time", f"date is {row['date']!r}")
    act, status = words(row["attack_type"]), words(row.get("vessel_status"))
    name = words(row.get("vessel_name"))
    return [
        {
            "reference": content_id("imb", [row["date"], clock, *place, name, row.get("location_description")]),
            "at": at,
            "at_error_s": _UNKNOWN_ZONE_S if clock else _DAY_S,
            "lat_deg": place[0],
            "lon_deg": place[1],
            "act": _ACTS.get((act or "").lower()),
            "reported_as": act,
            "place": words(row.get("location_description")),
            "vessel": name,
            "vessel_type": words(row.get("vessel_type")),
            "vessel_status": status.lower() if status else None,
            "description": words(row.get("attack_description")),
            "source": "IMB, Crime at Sea",
        }
    ]


def _own(row: Mapping[str, str]) -> Outcome[Mapping[str, Any]]:
    """A row of a list somebody keeps: time, lat, lon, and what else is known."""
    place = position(number(row["lat"]), number(row["lon"]))
    at = times.parse_time(row["time"]) or times.parse_time(f"{row['time']} 00:00")
    if isinstance(place, Reject):
        return place
    if at is None:
        return Reject("no_time", f"time is {row['time']!r}")
    said = {name: words(row.get(name)) for name in ("act", "place", "vessel", "vessel_type", "description")}
    act = (said.pop("act") or "").lower()
    return [
        {
            "reference": words(row.get("reference")) or content_id("own", [row["time"], *place, *said.values()]),
            "at": at,
            "at_error_s": 0 if len(row["time"]) > len("2026-01-01") else _DAY_S,
            "lat_deg": place[0],
            "lon_deg": place[1],
            "act": act if act in ACTS else _ACTS.get(act),
            "reported_as": act or None,
            "source": words(row.get("source")) or "own list",
            **said,
        }
    ]


def _read_own(one: Opened) -> Reading[pa.Table]:
    return table("incidents", "own incidents, CSV", one, PAST_INCIDENTS, from_csv(one, _own))


def _read_asam(one: Opened) -> Reading[pa.Table]:
    return table("incidents", "ASAM, CSV", one, PAST_INCIDENTS, from_csv(one, _asam))


def _read_imb(one: Opened) -> Reading[pa.Table]:
    return table("incidents", "IMB pirate attacks, CSV", one, PAST_INCIDENTS, from_csv(one, _imb))


FORMATS: tuple[Format[pa.Table], ...] = (
    Format(
        "ASAM, CSV",
        _NGA,
        lambda one: (
            one.layer is None
            and one.has("reference", "date", "description")
            and bool({"hostility", "hostilityd", "victim"} & one.fields)
        ),
        _read_asam,
    ),
    Format(
        "IMB pirate attacks, CSV",
        _IMB,
        lambda one: one.layer is None and one.has("date", "attack_type", "latitude", "longitude"),
        _read_imb,
    ),
    Format(
        "own incidents, CSV",
        Source("A list of one's own", "", "the owner's"),
        lambda one: one.layer is None and one.has("time", "lat", "lon") and bool({"act", "description"} & one.fields),
        _read_own,
    ),
)

KIND = Kind(
    "incidents",
    "Past incidents",
    "Shows where ships were attacked before and feeds the risk of a voyage.",
    "Without past incidents, the map has no history of attacks and voyage risk rests on what this node saw itself.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[pa.Table]:
    """PAST_INCIDENTS of an incident list; raises PackError if the files are none we know."""
    return read_as(KIND, files)
