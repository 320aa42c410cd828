"""The map console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.web import filters
from hanbada.app.web.node import node_of, values_of, visitor_of
from hanbada.app.web.pages import alerts
from hanbada.app.web.render import page
from hanbada.app.web.settings import START

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def show(request: Request) -> Response:
    """The map with its inbox already filled: it can be read before, and without, any script."""
    node, profile = node_of(request), visitor_of(request).profile
    start = (profile.lon_deg, profile.lat_deg, profile.zoom) if profile else START
    return page(
        request,
        "console.html",
        inbox=alerts.inbox_lists(node),
        box="",
        wanted=filters.parse(values_of(request)),
        start=",".join(f"{value:g}" for value in start),
        chart=node.chart.about,
        scripts=[address for address in node.assets.files if address.startswith("static/js/")],
    )
