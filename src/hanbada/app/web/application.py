"""The application: gates around doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse

from hanbada.app.i18n import N_
from hanbada.app.web.assets import Assets
from hanbada.app.web.chart import Chart
from hanbada.app.web.gates import FormGate, HostGate, SafeHeaders, SessionGate
from hanbada.app.web.node import Node
from hanbada.app.web.passkeys import Challenges
from hanbada.app.web.render import environment
from hanbada.app.web.routes import fault_page, routes
from hanbada.app.web.settings import Settings
from hanbada.app.web.throttle import Throttle
from hanbada.app.web.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from hanbada.app.reads import Reads
    from hanbada.app.web.ports import Desk, Sharing, Site


def create(
    site: Site, desk: Desk, settings: Settings | None = None, sharing: Sharing | None = None,
    reads: Reads | None = None, programs: Sequence[BaseRoute] = (),
) -> Starlette:  # fmt: skip
    """The web application of a node. It starts nothing and keeps nothing: its ports do.

    `programs` are doors below `gates.TAXII`, for whoever comes with a token.
    """
    settings = settings or Settings()
    assets = Assets()
    node = Node(
        site=site,
        desk=desk,
        settings=settings,
        templates=environment(assets),
        assets=assets,
        chart=Chart(settings.data_dir),
        throttle=Throttle(),
        waiting=Waiting(),
        sharing=sharing,
        reads=reads,
        challenges=Challenges(),
    )
    app = Starlette(
        routes=[*routes(node), *programs],
        middleware=[
            Middleware(SafeHeaders, settings=settings),
            Middleware(HostGate, settings=settings),
            Middleware(SessionGate),
            Middleware(FormGate),
        ],
        exception_handlers={404: unknown, 405: unknown},
    )
    app.state.node = node
    return app


def unknown(request: Request, _: Exception) -> Response:
    """An address that is no door."""
    if "hanbada.visitor" not in request.scope:
        return PlainTextResponse("no such file", 404)
    return fault_page(request, 404, N_("There is no such thing here."), "")
