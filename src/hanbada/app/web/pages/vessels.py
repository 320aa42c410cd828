"""Vessels: the list that says what the map says, one vessel's card and dossier, search, tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from starlette.responses import JSONResponse, RedirectResponse

from hanbada.app.web import exports_of, filters, frames
from hanbada.app.web.filters import number
from hanbada.app.web.node import node_of, values_of
from hanbada.app.web.render import page, plain
from hanbada.model.desk import AlertFilter
from hanbada.model.errors import NotFoundError
from hanbada.model.times import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.frames import Frame
    from hanbada.app.web.node import Node
    from hanbada.app.web.ports import VesselCard

PAGE_ROWS = 100
NAMES_LIMIT = 400
HITS = 12
DOSSIER_H = 24
POSITIONS_SHOWN = 60
ORDERS = {"age": "age", "speed": "sog", "mmsi": "mmsi"}


def listing(request: Request) -> Response:
    """Vessels that pass the filter, a page at a time; or those a search finds."""
    node, query = node_of(request), values_of(request)
    values: dict[str, Any] = {"query": query, "wanted": filters.parse(query)}
    if query.get("q", "").strip():
        hits = node.site.search(query["q"].strip()[:80], PAGE_ROWS)
        return page(request, "vessels.html", cards=cards(node, [hit.mmsi for hit in hits]), total=len(hits), **values)
    frame = frames.read_vessel_frame(node.site.full_frame())
    chosen = ordered(frame, filters.passing(values["wanted"], frame), query.get("order", "age"))
    start = max(0, int(number(query.get("from")) or 0))
    shown = cards(node, chosen[start : start + PAGE_ROWS].tolist())
    around = {"start": start, "rows": PAGE_ROWS, "everything": len(frame.columns["mmsi"])}
    return page(request, "vessels.html", cards=shown, total=len(chosen), **around, **values)


def ordered(frame: Frame, fits: np.ndarray[Any, np.dtype[np.bool_]], order: str) -> np.ndarray[Any, Any]:
    """The MMSI of vessels that fit, in an order of ORDERS; the fastest first, otherwise ascending."""
    column = frame.columns[ORDERS.get(order, "age")][fits]
    key = -np.where(column == frames.UNKNOWN, -1, column) if order == "speed" else column
    found: np.ndarray[Any, Any] = frame.columns["mmsi"][fits][np.argsort(key, kind="stable")]
    return found


def cards(node: Node, mmsis: list[int]) -> list[VesselCard]:
    """The cards of vessels that are still known."""
    return [card for card in map(node.site.vessel, mmsis) if card is not None]


def one(request: Request) -> VesselCard:
    """The vessel an address names."""
    card = node_of(request).site.vessel(request.path_params["mmsi"])
    if card is None:
        message = f"vessel {request.path_params['mmsi']}"
        raise NotFoundError(message)
    return card


def card(request: Request) -> Response:
    """The card beside the map."""
    found = one(request)
    alerts = node_of(request).desk.alerts(AlertFilter(mmsi=found.mmsi, states=("new", "acknowledged", "snoozed")))
    return page(request, "_card.html", card=found, alerts=alerts)


def dossier(request: Request) -> Response:
    """Everything held on one vessel."""
    node, found = node_of(request), one(request)
    now_us = node.site.now_us()
    track = node.site.track(found.mmsi, now_us - DOSSIER_H * HOUR_US, now_us)
    positions = [
        (int(part.at_us[n]), float(part.lat_deg[n]), float(part.lon_deg[n]), float(part.sog_kn[n]))
        for part in track.parts
        for n in range(len(part.at_us))
    ]
    return page(
        request,
        "dossier.html",
        card=found,
        known=node.site.dossier(found.mmsi),
        alerts=node.desk.alerts(AlertFilter(mmsi=found.mmsi, limit=50)),
        positions=sorted(positions, reverse=True)[:POSITIONS_SHOWN],
        total=len(positions),
        hours=DOSSIER_H,
        chart=node.chart.about,
    )


def track(request: Request) -> Response:
    """Where a vessel was, for the map. Times in seconds; longitudes run on across 180 degrees."""
    query, site = values_of(request), node_of(request).site
    end_us = round((number(query.get("end")) or site.now_us() / SECOND_US) * SECOND_US)
    start_us = round((number(query.get("start")) or end_us / SECOND_US - 12 * 3600) * SECOND_US)
    return JSONResponse(exports_of.track_picture(site.track(request.path_params["mmsi"], start_us, end_us)))


def search(request: Request) -> Response:
    """The best hits for the search box."""
    text = values_of(request).get("q", "").strip()[:80]
    hits = node_of(request).site.search(text, HITS) if text else []
    return JSONResponse(
        [
            {
                "mmsi": hit.mmsi,
                "name": plain(hit.name) if hit.name else None,
                "imo": hit.imo,
                "call_sign": plain(hit.call_sign) if hit.call_sign else None,
                "matched": hit.matched,
                "simulated": hit.simulated,
            }
            for hit in hits
        ]
    )


def names(request: Request) -> Response:
    """Names of the vessels a list shows."""
    wanted = [int(part) for part in values_of(request).get("mmsi", "").split(",")[:NAMES_LIMIT] if part.isdecimal()]
    found = cards(node_of(request), wanted)
    return JSONResponse({str(card.mmsi): plain(card.name) for card in found if card.name})


def chosen(request: Request) -> Response:
    """A search without scripts: straight to the vessel if only one fits."""
    hits = node_of(request).site.search(values_of(request).get("q", "").strip()[:80], 2)
    target = f"/vessels/{hits[0].mmsi}" if len(hits) == 1 else f"/vessels?{request.url.query}"
    return RedirectResponse(target, 303)
