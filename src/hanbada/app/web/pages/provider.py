"""Signing in through the organisation's provider, and binding one's own account to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.i18n import N_
from hanbada.app.web import oidc
from hanbada.app.web.node import node_of, visitor_of
from hanbada.app.web.oidc import Attempt
from hanbada.app.web.pages.account import account, signed_in
from hanbada.app.web.render import back, own_address, page
from hanbada.model.errors import InputError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.configuration import Provider
    from hanbada.model.desk import User

USE = "provider"


def provider_of(request: Request) -> tuple[Provider, str]:
    """The provider that is set and our secret at it; raises NotFoundError if none is."""
    settings = node_of(request).settings
    if settings.provider is None or settings.data_dir is None:
        raise NotFoundError(N_("There is no such thing here."))
    file = settings.data_dir / settings.provider.secret_file
    return settings.provider, file.read_text(encoding="utf-8").strip()


def attempt_of(request: Request, challenge: bytes, target: str) -> Attempt:
    """An attempt whose answer comes back here."""
    ours = node_of(request).settings.origin or f"http://{request.headers.get('host', '')}"
    return Attempt(challenge, target, f"{ours}/login/provider/back")


def go(request: Request) -> Response:
    """To the provider."""
    from starlette.responses import RedirectResponse

    node, (provider, _) = node_of(request), provider_of(request)
    target = own_address(request.query_params.get("next", "/"))
    challenge = node.challenges.give(visitor_of(request).secret, USE, node.settings.clock())
    try:
        return RedirectResponse(oidc.address(provider, attempt_of(request, challenge, target)), 303)
    except (InputError, RefusedError) as error:
        return refused(request, str(error))


def refused(request: Request, fault: str) -> Response:
    """The page the visitor came from, with what went wrong."""
    if visitor_of(request).user is not None:
        return account(request, status=400, fault=fault)
    return page(request, "login.html", 401, next="/", fault=fault, name="", seconds=0)


def come_back(request: Request) -> Response:
    """From the provider: a session, or an account bound to the subject for who has one.

    Our cookies are not sent with a request that another site leads to: the browser is asked to come once more.
    """
    if "again" not in request.query_params:
        return page(request, "once_more.html", again=f"{request.url.path}?{request.url.query}&again=1")
    node, visitor = node_of(request), visitor_of(request)
    keys = (f"provider from {request.client.host if request.client else ''}",)
    if node.throttle.wait_s(keys, node.settings.clock()):
        return refused(request, N_("Too many attempts: wait a moment."))
    try:
        found, target = answered(request)
        if visitor.user is not None:
            node.desk.bind(found.issuer, found.subject, visitor.name, node.wall_us())
            return back(request, "/account")
        user = admitted(request, found)
    except (InputError, RefusedError, UsageError) as error:
        node.throttle.failed(keys, node.settings.clock())
        return refused(request, str(error))
    return signed_in(request, user, target)


def answered(request: Request) -> tuple[oidc.Subject, str]:
    """Whom the provider vouches for in answer to this visitor's attempt, and where they wanted to go."""
    node, query, (provider, secret) = node_of(request), request.query_params, provider_of(request)
    challenge = node.challenges.take(visitor_of(request).secret, USE, node.settings.clock())
    attempt = attempt_of(request, challenge, oidc.target_of(query.get("state", "")))
    if query.get("state") != attempt.state or not query.get("code"):
        raise RefusedError(oidc.REFUSED)
    return oidc.subject(provider, secret, attempt, query["code"], node.settings.clock()), attempt.target


def admitted(request: Request, found: oidc.Subject) -> User:
    """The person at this node; raises RefusedError if there is none to be."""
    node = node_of(request)
    return node.desk.admit(found.issuer, found.subject, found.name, found.role, node.wall_us())
