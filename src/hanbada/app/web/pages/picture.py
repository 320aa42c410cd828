"""The picture for scripts: replay blocks, time range, areas, and files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from hanbada.app import exports
from hanbada.app.web import exports_of, filters
from hanbada.app.web.filters import number
from hanbada.app.web.frames import BLOCK_S
from hanbada.app.web.node import node_of, values_of, visitor_of
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.times import SECOND_US, dtg

if TYPE_CHECKING:
    from starlette.requests import Request

USUAL_HOURS, MOST_HOURS = 3.0, 12.0
SETTLED_S = 3600
"""Blocks older than this hardly change any more: late reports are minutes late, not hours."""


def block(request: Request) -> Response:
    """Ten minutes of positions. The start is a multiple of ten minutes, so that every browser asks for the same."""
    start_s = request.path_params["start"]
    if start_s % BLOCK_S:
        message = f"a replay block starts at a multiple of {BLOCK_S} s"
        raise UsageError(message)
    site = node_of(request).site
    settled = site.now_us() / SECOND_US - start_s > SETTLED_S
    headers = {"Cache-Control": f"private, max-age={3600 if settled else 15}"}
    return Response(site.replay_block(start_s * SECOND_US), headers=headers, media_type="application/octet-stream")


def span(request: Request) -> Response:
    """First and last moment that can be replayed, in seconds."""
    site = node_of(request).site
    start_us, end_us = site.time_range()
    return JSONResponse({"start": start_us / SECOND_US, "end": end_us / SECOND_US, "now": site.now_us() / SECOND_US})


def zones(request: Request) -> Response:
    """Areas to draw."""
    return JSONResponse(node_of(request).site.zones())


def distrust(request: Request) -> Response:
    """Where positions are not to be trusted, at the moment that is shown."""
    at_s = number(values_of(request).get("at"))
    return JSONResponse(node_of(request).site.distrust(None if at_s is None else round(at_s * SECOND_US)))


def reception(request: Request) -> Response:
    """How well each place was heard of late."""
    return JSONResponse(node_of(request).site.reception())


def forecast(request: Request) -> Response:
    """What a vessel may do in the next hours: path and regions; 202 while what ships did before is being read."""
    node = node_of(request)
    hours = min(MOST_HOURS, max(1.0, number(values_of(request).get("hours")) or USUAL_HOURS))
    found = node.site.forecast(request.path_params["mmsi"], hours)
    if found is None:
        return JSONResponse({"pending": True}, 202)
    note = exports.Note(title="forecast", written_at=node.site.now_us(), filter="")
    return Response(exports.geojson(found, note), media_type="application/geo+json")


def export(request: Request) -> Response:
    """Vessels, a track or alerts as a file, under the filter of the address."""
    what, suffix = request.path_params["what"], request.path_params["suffix"]
    if suffix not in exports.FORMATS or what not in exports_of.ITEMS:
        message = f"export {what}.{suffix}"
        raise NotFoundError(message)
    node, query = node_of(request), values_of(request)
    items, title = exports_of.ITEMS[what](node, query)
    now_us = node.site.now_us()
    said = exports_of.filter_text(what, query, filters.parse(query), visitor_of(request).words.gettext)
    note = exports.Note(title=f"Hanbada: {title}, {dtg(now_us)}", written_at=now_us, filter=said)
    media_type, write = exports.FORMATS[suffix]
    name = exports.file_name(what, suffix, now_us, items)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(items, note), headers=headers, media_type=media_type)
