"""JSON feeds -> flat rows under names that `ais.tabular` knows: aisstream, Digitraffic (REST and MQTT), objects."""

from __future__ import annotations

from typing import Any

STATIC_KEYS = {
    "CallSign": "callsign", "Name": "name", "ImoNumber": "imo", "Type": "shiptype", "ShipType": "shiptype",
    "MaximumStaticDraught": "draught", "Destination": "destination",
}  # fmt: skip
REPORT_KEYS = {
    "UserID": "mmsi", "Latitude": "lat", "Longitude": "lon", "Sog": "sog", "Cog": "cog", "TrueHeading": "heading",
    "NavigationalStatus": "status", "MessageID": "messageid", "Timestamp": "utcsecond",
}  # fmt: skip


def flat_rows(value: Any) -> list[dict[str, Any] | None]:
    """The vessel reports in one JSON value, as flat rows; None for an object that is none.

    >>> flat_rows({"mmsi": 1, "lat": 2.0, "lon": 3.0, "t": "2020-01-01T00:00:00Z"})[0]["lat"]
    2.0
    """
    if isinstance(value, list):
        return [row for item in value for row in _rows_of(item)]
    return _rows_of(value)


def _rows_of(value: Any) -> list[dict[str, Any] | None]:
    if not isinstance(value, dict):
        return [None]
    if isinstance(value.get("MessageType"), str) and isinstance(value.get("Message"), dict):
        return [_aisstream(value)]
    if isinstance(value.get("features"), list):
        return [_feature(feature, value.get("dataUpdatedTime")) for feature in value["features"]]
    if isinstance(value.get("vessels"), list):
        return [_snapshot(vessel, value.get("timestamp")) for vessel in value["vessels"]]
    return [_plain(value)]


def _aisstream(value: dict[str, Any]) -> dict[str, Any] | None:
    """One envelope of aisstream: the report under its type's name, the time in the metadata."""
    body, about = value["Message"].get(value["MessageType"]), value.get("MetaData", {})
    if not isinstance(body, dict) or not isinstance(about, dict):
        return None
    row: dict[str, Any] = {name: body[key] for key, name in (REPORT_KEYS | STATIC_KEYS).items() if key in body}
    for part in ("ReportA", "ReportB"):
        inner = body.get(part)
        if isinstance(inner, dict) and inner.get("Valid", True):
            row |= {name: inner[key] for key, name in STATIC_KEYS.items() if key in inner}
            body = body | {"Dimension": inner.get("Dimension") or body.get("Dimension")}
    size = body.get("Dimension")
    if isinstance(size, dict):
        row |= {key: size.get(key.upper()) for key in "abcd"}
    row.setdefault("mmsi", about.get("MMSI"))
    row.setdefault("lat", about.get("latitude"))
    row.setdefault("lon", about.get("longitude"))
    return row | {"at": about.get("time_utc")}


def _feature(feature: Any, updated: Any) -> dict[str, Any] | None:
    """One GeoJSON feature of Digitraffic: `timestamp` there is the second of the fix, the time is external."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return None
    row = dict(feature["properties"])
    second = row.pop("timestamp", None)
    geometry = feature.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not (isinstance(place, list) and len(place) >= 2):
        return None
    at = row.pop("timestampExternal", None) or updated
    row.setdefault("mmsi", feature.get("mmsi"))
    return row | {"lon": place[0], "lat": place[1], "utcsecond": second, "at": at}


def _snapshot(vessel: Any, taken: Any) -> dict[str, Any] | None:
    """One vessel of a list that was taken at one moment."""
    if not isinstance(vessel, dict):
        return None
    return {"at": taken, **{key: value for key, value in vessel.items() if value is not None}}


def _plain(value: dict[str, Any]) -> dict[str, Any] | None:
    inner = value.get("properties") if value.get("type") == "Feature" else None
    if isinstance(inner, dict):
        return _feature(value, None)
    return {key: item for key, item in value.items() if not isinstance(item, dict | list)} or None
