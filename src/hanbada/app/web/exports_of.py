"""What the screens hand to maps and files: vessels, tracks and alerts as items and as GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from hanbada.app import exports
from hanbada.app.i18n import N_
from hanbada.app.web import filters, frames, words
from hanbada.app.web.filters import number
from hanbada.app.web.ports import KINDS
from hanbada.app.web.render import plain
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US, iso
from hanbada.model.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hanbada.app.exports import Item
    from hanbada.app.web.node import Node
    from hanbada.app.web.ports import Site, Track, TrackPart, VesselCard
    from hanbada.model.desk import AlertView
    from hanbada.model.records import Detection

TRACK_H = 12
ALERTS_LIMIT = 100_000
BEFORE_US, AFTER_US = 2 * HOUR_US, 30 * MINUTE_US
"""A picture of an alert shows its vessels from before it began to after it ended."""


def vessels(node: Node, query: dict[str, str]) -> tuple[list[Item], str]:
    """Every vessel that passes the filter."""
    frame = frames.read_vessel_frame(node.site.full_frame())
    fits = filters.passing(filters.parse(query), frame)
    cards = map(node.site.vessel, frame.columns["mmsi"][fits].tolist())
    return [vessel_item(card) for card in cards if card is not None], "vessels"


def vessel_item(card: VesselCard) -> Item:
    """One vessel."""
    return exports.Item(
        id=str(card.mmsi),
        name=card.name or str(card.mmsi),
        at=card.at,
        shapes=(exports.Shape(kind="point", points=((card.lon_deg, card.lat_deg),)),),
        facts={
            "mmsi": card.mmsi,
            "imo": card.imo,
            "call_sign": card.call_sign,
            "flag": card.flag,
            "type": KINDS[card.kind],
            "sog_kn": card.sog_kn,
            "cog_deg": card.cog_deg,
            "heading_deg": card.heading_deg,
            "nav_status": card.nav_status,
            "destination": card.destination,
            "length_m": card.length_m,
            "beam_m": card.beam_m,
            "draught_m": card.draught_m,
            "sources": " ".join(card.sources),
        },
        simulated=card.simulated,
    )


def track(node: Node, query: dict[str, str]) -> tuple[list[Item], str]:
    """One vessel's track; a silence ends a line."""
    mmsi = int(number(query.get("mmsi")) or 0)
    now_us = node.site.now_us()
    end_us = round((number(query.get("end")) or now_us / SECOND_US) * SECOND_US)
    start_us = round((number(query.get("start")) or end_us / SECOND_US - TRACK_H * 3600) * SECOND_US)
    found, card = node.site.track(mmsi, start_us, end_us), node.site.vessel(mmsi)
    items = [
        exports.Item(
            id=f"{mmsi}-{n}",
            name=(card.name if card else None) or str(mmsi),
            at=int(part.at_us[0]),
            shapes=tuple(lines(part)),
            facts={"mmsi": mmsi, "positions": len(part.at_us)},
            simulated=bool(card and card.simulated),
        )
        for n, part in enumerate(found.parts, 1)
        if len(part.at_us)
    ]
    return items, f"track {mmsi}, {iso(start_us)} to {iso(end_us)}"


def lines(part: TrackPart) -> list[exports.Shape]:
    """The unbroken lines of a part, cut at silences."""
    cuts = np.flatnonzero(part.silent) + 1
    found = []
    for rows in np.split(np.arange(len(part.at_us)), cuts):
        points = tuple((float(part.lon_deg[n]), float(part.lat_deg[n])) for n in rows)
        times = tuple(int(part.at_us[n]) for n in rows)
        found.append(exports.Shape(kind="line" if len(points) > 1 else "point", points=points, at=times))
    return found


def alerts(node: Node, query: dict[str, str]) -> tuple[list[Item], str]:
    """Alerts that the desk lists under the same words."""
    wide = structs.replace(filters.alerts_wanted(query), limit=ALERTS_LIMIT)
    return [alert_item(view) for view in node.desk.alerts(wide)], "alerts"


def alert_item(view: AlertView) -> Item:
    """One alert with its reasons."""
    alert, found = view.alert, view.detection
    return exports.Item(
        id=str(alert.alert_id),
        name=f"{found.severity.upper()} {found.kind}",
        at=found.t_start,
        shapes=(exports.Shape(kind=found.geometry.kind, points=found.geometry.coordinates),),
        facts={
            "alert": alert.alert_id,
            "kind": found.kind,
            "severity": found.severity,
            "state": alert.state,
            "ended_at": iso(found.t_end) if found.t_end is not None else None,
            "probability": round(found.probability, 3),
            "vessels": " ".join(str(vessel.mmsi) for vessel in found.vessels),
            "names": ", ".join(vessel.name for vessel in found.vessels if vessel.name),
            "reasons": "; ".join(sentence(reason) for reason in found.reasons),
            "detection": found.detection_id,
            "version": found.version,
        },
        simulated=found.simulated,
    )


Items = dict[str, "Callable[[Node, dict[str, str]], tuple[list[Item], str]]"]
ITEMS: Items = {"vessels": vessels, "track": track, "alerts": alerts}


def filter_text(what: str, query: dict[str, str], wanted: filters.VesselFilter, translate: Callable[[str], str]) -> str:
    """What a filter holds back, in words a person reads; what is not about vessels is quoted as in the address."""
    if what != "vessels":
        said = " ".join(f"{key}={value}" for key, value in sorted(query.items()) if value)
        return said or translate(N_("none"))
    parts = []
    if wanted.kinds != KINDS:
        parts.append(", ".join(translate(words.KIND_WORDS[kind]) for kind in wanted.kinds) or "-")
    if wanted.min_kn:
        parts.append(translate(N_("at least %(speed)s")) % {"speed": f"{wanted.min_kn:g} kn"})
    if wanted.seen_min is not None:
        parts.append(translate(N_("heard within %(minutes)s min")) % {"minutes": wanted.seen_min})
    if wanted.source != "all":
        parts.append(translate(N_("real only") if wanted.source == "real" else N_("simulated only")))
    if wanted.alerts:
        parts.append(translate(N_("with an open alert")))
    if wanted.box_deg:
        parts.append("box " + ", ".join(f"{value:g}" for value in wanted.box_deg))
    return "; ".join(parts) or translate(N_("none"))


# For the map


def track_picture(track: Track) -> dict[str, Any]:
    """A track for scripts: per part times in s, longitudes and latitudes, speeds (null unknown), silent legs."""
    return {
        "mmsi": track.mmsi,
        "parts": [
            {
                "at": (part.at_us / SECOND_US).round(3).tolist(),
                "lon": np.round(part.lon_deg, 6).tolist(),
                "lat": np.round(part.lat_deg, 6).tolist(),
                "sog": [None if np.isnan(v) else round(float(v), 1) for v in part.sog_kn],
                "silent": part.silent.tolist(),
            }
            for part in track.parts
        ],
    }


def alert_picture(site: Site, detection: Detection) -> dict[str, Any]:
    """The geometry of a detection and the named tracks of its vessels about that time."""
    end_us = detection.t_end if detection.t_end is not None else site.now_us()
    tracks = [
        track_picture(site.track(vessel.mmsi, detection.t_start - BEFORE_US, end_us + AFTER_US))
        | {"name": plain(vessel.name or str(vessel.mmsi))}
        for vessel in detection.vessels
    ]
    return {"severity": detection.severity, "shape": shape(detection.geometry), "tracks": tracks}


def shape(geometry: Any) -> dict[str, Any]:
    """A geometry of the model as GeoJSON for our own map, which draws beyond 180 degrees."""
    points: Sequence[Any] = [list(point) for point in geometry.coordinates]
    if geometry.kind == "point":
        return {"type": "Point", "coordinates": points[0]}
    if geometry.kind == "line":
        return {"type": "LineString", "coordinates": points}
    return {"type": "Polygon", "coordinates": [points]}
