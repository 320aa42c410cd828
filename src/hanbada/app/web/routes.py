"""Every address, who may open it, and what answers: the one list of doors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from hanbada.app.i18n import N_
from hanbada.app.web.live import live
from hanbada.app.web.node import visitor_of
from hanbada.app.web.pages import (
    account,
    alerts,
    audit,
    communities,
    console,
    cyber,
    incident_work,
    incidents,
    objects,
    partners,
    passkeys,
    people,
    picture,
    proposals,
    provider,
    received,
    register,
    release,
    report_once,
    reports,
    rules,
    setup,
    sightings,
    sources,
    taking_out,
    ties,
    vessels,
    warnings,
    watch_desk,
)
from hanbada.app.web.render import is_partial, page, sign_in_address
from hanbada.model.errors import HanbadaError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from hanbada.app.web.node import Node
    from hanbada.model.desk import Role

    Answer = Callable[[Request], Response]

Method = Literal["GET", "POST"]
ANYONE = None
"""Before signing in."""

DOORS: tuple[tuple[str, Method, Answer, Role | None], ...] = (
    ("/login", "GET", account.sign_in_form, ANYONE),
    ("/login", "POST", account.sign_in, ANYONE),
    ("/login/passkey", "POST", passkeys.sign_in, ANYONE),
    ("/login/passkey/options", "POST", passkeys.signing_in, ANYONE),
    ("/login/provider", "GET", provider.go, ANYONE),
    ("/login/provider/back", "GET", provider.come_back, ANYONE),
    ("/logout", "POST", account.sign_out, ANYONE),
    ("/setup", "GET", setup.setup_form, ANYONE),
    ("/setup", "POST", setup.set_up, ANYONE),
    ("/preferences", "POST", account.prefer, ANYONE),
    ("/", "GET", console.show, "viewer"),
    ("/account", "GET", account.account, "viewer"),
    ("/account", "POST", account.change_password, "viewer"),
    ("/account/passkeys", "POST", passkeys.register, "viewer"),
    ("/account/passkeys/options", "POST", passkeys.registering, "viewer"),
    ("/account/passkeys/remove", "POST", passkeys.remove, "viewer"),
    ("/alerts", "GET", alerts.triage, "viewer"),
    ("/alerts/inbox", "GET", alerts.inbox, "viewer"),
    ("/alerts/marks", "GET", alerts.marks, "viewer"),
    ("/alerts/{id:int}", "GET", alerts.triage, "viewer"),
    ("/alerts/{id:int}/card", "GET", alerts.card, "viewer"),
    ("/alerts/{id:int}/shape", "GET", alerts.shape, "viewer"),
    ("/alerts/{id:int}/acknowledge", "POST", alerts.acknowledge, "officer"),
    ("/alerts/{id:int}/snooze", "POST", alerts.snooze, "officer"),
    ("/alerts/{id:int}/dismiss", "POST", alerts.dismiss, "officer"),
    ("/alerts/{id:int}/incident", "POST", alerts.open_incident, "officer"),
    ("/incidents", "GET", incidents.desk, "viewer"),
    ("/incidents/new", "GET", report_once.form, "officer"),
    ("/incidents/new", "POST", report_once.create, "officer"),
    ("/incidents/mapping", "POST", report_once.show, "officer"),
    ("/incidents/handover", "GET", watch_desk.handover, "viewer"),
    ("/incidents/handover", "POST", watch_desk.hand_over, "officer"),
    ("/reports", "GET", reports.listing, "officer"),
    ("/reports", "POST", reports.keep, "officer"),
    ("/reports/read", "POST", reports.read, "officer"),
    ("/reports/forms/{name}", "GET", reports.fill, "officer"),
    ("/reports/forms/{name}/paper", "GET", reports.paper, "officer"),
    ("/reports/{id}", "GET", reports.show, "officer"),
    ("/reports/{id}/end", "POST", reports.end, "officer"),
    ("/reports/{id}/withdraw", "POST", reports.withdraw, "officer"),
    ("/campaigns", "GET", watch_desk.campaigns, "viewer"),
    ("/campaigns", "POST", watch_desk.begin, "officer"),
    ("/campaigns/{id}", "GET", watch_desk.campaign, "viewer"),
    ("/campaigns/{id}", "POST", watch_desk.change, "officer"),
    ("/campaigns/{id}/attribute", "POST", watch_desk.attribute, "officer"),
    ("/incidents/{id}", "GET", incidents.show, "viewer"),
    ("/incidents/{id}/merge", "POST", incident_work.merge, "officer"),
    ("/incidents/{id}/split", "POST", incident_work.split, "officer"),
    ("/incidents/{id}/documents", "POST", incident_work.attach, "officer"),
    ("/incidents/{id}/documents/{sha256}", "GET", incident_work.document, "officer"),
    ("/incidents/{id}/do/{deed}", "POST", incident_work.do, "officer"),
    ("/incidents/{id}/shape", "GET", incidents.shape, "viewer"),
    ("/incidents/{id}/log", "POST", incidents.log, "officer"),
    ("/incidents/{id}/state", "POST", incidents.change, "officer"),
    ("/vessels", "GET", vessels.listing, "viewer"),
    ("/vessels/search", "GET", vessels.search, "viewer"),
    ("/vessels/find", "GET", vessels.chosen, "viewer"),
    ("/vessels/names", "GET", vessels.names, "viewer"),
    ("/vessels/{mmsi:int}", "GET", vessels.dossier, "viewer"),
    ("/vessels/{mmsi:int}/card", "GET", vessels.card, "viewer"),
    ("/vessels/{mmsi:int}/track", "GET", vessels.track, "viewer"),
    ("/register", "GET", register.listing, "viewer"),
    ("/register/due", "GET", register.due, "viewer"),
    ("/register/gaps", "GET", register.gaps, "viewer"),
    ("/register/coverage", "GET", register.coverage, "viewer"),
    ("/register/years", "GET", register.years, "viewer"),
    ("/register/presence", "GET", register.presence, "viewer"),
    ("/register/edit", "GET", register.row_form, "releaser"),
    ("/register/edit", "POST", register.enter_row, "releaser"),
    ("/register/import", "GET", register.import_form, "releaser"),
    ("/register/import", "POST", register.import_rows, "releaser"),
    ("/register/export/{name}", "GET", register.export, "officer"),
    ("/register/{kind}/{row_id}", "GET", register.show, "viewer"),
    ("/register/{kind}/{row_id}/withdraw", "POST", register.withdraw, "releaser"),
    ("/rules", "GET", rules.listing, "viewer"),
    ("/rules/{kind}", "GET", rules.show, "viewer"),
    ("/rules/{kind}", "POST", rules.change, "releaser"),
    ("/rules/{kind}/effect", "POST", rules.propose, "viewer"),
    ("/release", "GET", release.listing, "viewer"),
    ("/release/{what}/{id}", "GET", release.show, "viewer"),
    ("/release/{what}/{id}", "POST", release.release, "releaser"),
    ("/release/{what}/{id}/preview", "POST", release.preview, "viewer"),
    ("/release/{what}/{id}/propose", "POST", release.propose, "officer"),
    ("/release/{what}/{id}/refuse", "POST", release.turn_down, "releaser"),
    ("/release/{what}/{id}/recall", "POST", release.recall, "releaser"),
    ("/release/{what}/{id}/scope", "POST", release.open_scope, "releaser"),
    ("/release/{what}/{id}/scope/preview", "POST", release.rehearse_scope, "releaser"),
    ("/release/{what}/{id}/scope/{scope}/close", "POST", release.close_scope, "releaser"),
    ("/proposals/{name}", "GET", proposals.show, "viewer"),
    ("/proposals/{name}/confirm", "POST", proposals.confirm, "releaser"),
    ("/proposals/{name}/decline", "POST", proposals.decline, "officer"),
    ("/communities", "GET", communities.listing, "viewer"),
    ("/communities/{id}", "GET", communities.show, "viewer"),
    ("/communities/{id}/accept", "POST", communities.accept, "releaser"),
    ("/communities/{id}/leave", "POST", communities.leave, "admin"),
    ("/partners", "GET", partners.health, "viewer"),
    ("/partners", "POST", partners.invite, "admin"),
    ("/partners/{node}/suspend", "POST", partners.suspend, "releaser"),
    ("/partners/{node}/resume", "POST", partners.resume, "admin"),
    ("/partners/{node}/confirm", "POST", partners.confirm, "admin"),
    ("/readers", "GET", partners.readers, "viewer"),
    ("/received", "GET", received.listing, "viewer"),
    ("/received.geojson", "GET", received.on_map, "viewer"),
    ("/received/{partner}/{origin}/{item}", "GET", received.show, "viewer"),
    ("/received/{partner}/{origin}/{item}/card", "GET", received.card, "viewer"),
    ("/sources", "GET", sources.health, "viewer"),
    ("/coverage", "GET", sources.coverage, "viewer"),
    ("/sightings", "GET", sightings.listing, "viewer"),
    ("/sightings", "POST", sightings.add, "officer"),
    ("/sightings/shapes", "GET", sightings.shapes, "viewer"),
    ("/sightings/{key}/drop", "POST", sightings.drop, "officer"),
    ("/objects", "GET", objects.listing, "viewer"),
    ("/objects/import", "GET", objects.import_form, "officer"),
    ("/objects/import", "POST", objects.preview, "officer"),
    ("/objects/keep", "POST", objects.keep, "officer"),
    ("/objects/{key}", "GET", objects.show, "viewer"),
    ("/objects/{key}/tie", "POST", ties.tie, "officer"),
    ("/objects/{key}/withdraw", "POST", objects.withdraw, "officer"),
    ("/take/{what}/{id}", "GET", taking_out.choices, "officer"),
    ("/take/{what}/{id}/{format}", "GET", taking_out.take, "officer"),
    ("/warnings", "GET", warnings.listing, "viewer"),
    ("/warnings.geojson", "GET", warnings.shapes, "viewer"),
    ("/cyber", "GET", cyber.desk, "viewer"),
    ("/cyber/match", "POST", cyber.match, "officer"),
    ("/cyber/tell", "POST", cyber.tell, "officer"),
    ("/replay", "GET", picture.span, "viewer"),
    ("/replay/{start:int}", "GET", picture.block, "viewer"),
    ("/zones", "GET", picture.zones, "viewer"),
    ("/distrust", "GET", picture.distrust, "viewer"),
    ("/reception", "GET", picture.reception, "viewer"),
    ("/vessels/{mmsi:int}/forecast", "GET", picture.forecast, "viewer"),
    ("/export/{what}.{suffix}", "GET", picture.export, "officer"),
    ("/audit", "GET", audit.show, "releaser"),
    ("/people", "GET", people.people, "admin"),
    ("/people", "POST", people.add, "admin"),
    ("/people/start", "POST", setup.change_start, "admin"),
    ("/people/{name}", "POST", people.change, "admin"),
    ("/people/{name}/password", "POST", people.reset, "admin"),
)

FAULTS: dict[type[HanbadaError], tuple[int, str]] = {
    NotFoundError: (404, N_("There is no such thing here.")),
    RefusedError: (403, N_("This is not allowed.")),
    UsageError: (400, N_("This does not fit.")),
}


def routes(node: Node) -> list[BaseRoute]:
    """Every route; files and the base map need no sign-in where they are the same for everybody."""
    doors = [Route(path, door(answer, needs), methods=[method]) for path, method, answer, needs in DOORS]
    chart = [
        Route("/chart/{version}/{z:int}/{x:int}/{y:int}.mvt", door(node.chart.tile, "viewer")),
        Route("/chart/names.geojson", door(node.chart.names, "viewer")),
    ]
    files: list[BaseRoute] = [Route(f"{node.assets.root}/{{path:path}}", node.assets.answer)]
    return [*doors, *chart, *files, Route("/favicon.ico", partial(icon, node)), WebSocketRoute("/live", live)]


def door(answer: Answer, needs: Role | None) -> Answer:
    """A page behind its role: the server decides, whatever the screen shows."""

    def opened(request: Request) -> Response:
        visitor = visitor_of(request)
        if visitor.profile is None and not request.url.path.startswith(("/setup", "/preferences")):
            return turned_away(request, "/setup")
        if needs is not ANYONE and visitor.user is None:
            return turned_away(request, sign_in_address(request))
        if needs is not ANYONE and not visitor.may(needs):
            return fault_page(request, 403, N_("This is not allowed."), "")
        try:
            return answer(request)
        except (NotFoundError, RefusedError, UsageError) as error:
            status, message = FAULTS[type(error)]
            return fault_page(request, status, message, str(error))

    return opened


def turned_away(request: Request, target: str) -> Response:
    """To the sign-in or the first run; scripts are told by status and header."""
    if is_partial(request):
        return Response(status_code=401, headers={"HX-Redirect": target})
    if "text/html" in request.headers.get("accept", "text/html") or request.method == "POST":
        return RedirectResponse(target, 303)
    return PlainTextResponse("sign in first", 401)


def fault_page(request: Request, status: int, message: str, detail: str) -> Response:
    """What went wrong, in a page of ours."""
    return page(request, "fault.html", status, message=message, detail=detail, code=status)


def icon(node: Node, _: Request) -> Response:
    """The mark in the browser's tab."""
    return RedirectResponse(node.assets.url("static/icon.svg"), 307)
