"""Sightings: what satellites, radars, patrols and people saw, and which of it the radio knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from hanbada.app import exports
from hanbada.app.web.filters import number
from hanbada.app.web.node import form_of, node_of, text_of, values_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.model.errors import InputError, PackError
from hanbada.model.times import SECOND_US
from hanbada.sightings.reading import SENSORS
from hanbada.store.sightings import SeenFile

if TYPE_CHECKING:
    from starlette.requests import Request

AGAIN_S = 3
"""While something is being matched the page asks again."""


def listing(request: Request, fault: str = "") -> Response:
    """Every file with its sightings, and a form to give another."""
    looks = node_of(request).site.looks()
    pending = any(look.matches is None for look in looks)
    kept = form_of(request) if request.method == "POST" else {}
    answer = page(
        request, "sightings.html", 400 if fault else 200, looks=looks, sensors=SENSORS, fault=fault, kept=kept
    )
    if pending and not fault:
        answer.headers["Refresh"] = str(AGAIN_S)
    return answer


def add(request: Request) -> Response:
    """Keep a pasted file."""
    node, said = node_of(request), form_of(request)
    sensor, scene = said.get("sensor", ""), said.get("scene", "").strip()
    one = SeenFile(
        name=text_of(request, "name", 80) or "sightings",
        content=said.get("content", "").encode(),
        added_at=node.site.now_us(),
        added_by=visitor_of(request).name,
        sensor=sensor if sensor in SENSORS else None,
        scene=scene.encode() if scene else None,
    )
    try:
        node.site.add_sightings(one)
    except (InputError, PackError) as error:
        return listing(request, str(error))
    return back(request, "/sightings")


def drop(request: Request) -> Response:
    """Forget a file."""
    node_of(request).site.drop_sightings(request.path_params["key"])
    return back(request, "/sightings")


def shapes(request: Request) -> Response:
    """Sightings and their matches around the moment shown, for the map."""
    node, at_s = node_of(request), number(values_of(request).get("at"))
    found = node.site.sighted(None if at_s is None else round(at_s * SECOND_US))
    note = exports.Note(title="sightings", written_at=node.site.now_us(), filter="")
    return Response(exports.geojson(found, note), media_type="application/geo+json")
