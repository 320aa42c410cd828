"""Passkeys on the account page and at the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from hanbada.app.i18n import N_
from hanbada.app.web import passkeys
from hanbada.app.web.node import form_of, node_of, text_of, visitor_of
from hanbada.app.web.pages.account import account, signed_in
from hanbada.app.web.render import back, page
from hanbada.model.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request

    from hanbada.app.web.passkeys import Place
    from hanbada.model.desk import User

ADD, ENTER = "add", "enter"


def place_of(request: Request) -> Place:
    """The name passkeys hold for here; raises RefusedError where they do not work."""
    found = passkeys.place_of(node_of(request).settings, request.headers.get("host", ""))
    if found is None:
        raise RefusedError(N_("Passkeys do not work at this address."))
    return found


def challenge(request: Request, use: str) -> bytes:
    """A new challenge for this visitor."""
    node = node_of(request)
    return node.challenges.give(visitor_of(request).secret, use, node.settings.clock())


def registering(request: Request) -> Response:
    """What the browser needs to make a passkey."""
    name = visitor_of(request).name
    known = node_of(request).desk.passkeys(name)
    options = passkeys.registering(place_of(request), name, known, challenge(request, ADD))
    return Response(options, media_type="application/json")


def register(request: Request) -> Response:
    """Keep the passkey that was made."""
    node, visitor, form = node_of(request), visitor_of(request), form_of(request)
    try:
        given = node.challenges.take(visitor.secret, ADD, node.settings.clock())
        label = text_of(request, "label", passkeys.LABEL_LIMIT)
        answer = form.get("credential", "")
        made = passkeys.registered(place_of(request), given, answer, visitor.name, label, node.wall_us())
        node.desk.add_passkey(made, visitor.name, node.wall_us())
    except RefusedError as error:
        return account(request, str(error), 400)
    return back(request, "/account#passkeys")


def remove(request: Request) -> Response:
    """Take one of one's own away."""
    node, name = node_of(request), visitor_of(request).name
    try:
        credential = bytes.fromhex(form_of(request).get("credential", ""))
    except ValueError as error:
        raise NotFoundError(N_("There is no such thing here.")) from error
    try:
        node.desk.remove_passkey(name, credential, node.wall_us())
    except RefusedError as error:
        return account(request, str(error), 400)
    return back(request, "/account#passkeys")


def signing_in(request: Request) -> Response:
    """What the browser needs to sign in."""
    options = passkeys.signing_in(place_of(request), challenge(request, ENTER))
    return Response(options, media_type="application/json")


def entering(request: Request) -> User:
    """Whose passkey answers the visitor's challenge; raises RefusedError if none does."""
    node, answer = node_of(request), form_of(request).get("credential", "")
    given = node.challenges.take(visitor_of(request).secret, ENTER, node.settings.clock())
    credential, handle = passkeys.credential_of(answer)
    one = node.desk.passkey(credential)
    if one is None or handle not in {b"", passkeys.handle_of(one.name)}:
        raise RefusedError(passkeys.WRONG)
    return node.desk.use_passkey(one, passkeys.answered(place_of(request), given, answer, one), node.wall_us())


def sign_in(request: Request) -> Response:
    """A new session if a passkey answers; those who guess must wait longer and longer."""
    node, form = node_of(request), form_of(request)
    keys = (f"passkey from {request.client.host if request.client else ''}",)
    wait_s, target = node.throttle.wait_s(keys, node.settings.clock()), form.get("next", "/")
    fault = N_("Too many attempts: wait %(seconds)s s.")
    if not wait_s:
        try:
            user = entering(request)
        except RefusedError as error:
            node.throttle.failed(keys, node.settings.clock())
            fault = str(error)
        else:
            node.throttle.succeeded(keys)
            return signed_in(request, user, target)
    values = {"next": target, "fault": fault, "name": "", "seconds": round(wait_s)}
    return page(request, "login.html", 429 if wait_s else 401, **values)
