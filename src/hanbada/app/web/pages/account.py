"""Signing in and out, one's own password, language and palette."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from hanbada.app.i18n import N_, languages
from hanbada.app.web.gates import PREFERENCES_COOKIE, SESSION_COOKIE, cookie_header, session_key
from hanbada.app.web.node import form_of, node_of, text_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.app.web.settings import PALETTES
from hanbada.model.times import SECOND_US
from hanbada.store import passwords

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.model.desk import User

YEAR_S = 365 * 86_400


def sign_in_form(request: Request) -> Response:
    """The form."""
    if visitor_of(request).user:
        return back(request, request.query_params.get("next", "/"))
    return page(request, "login.html", next=request.query_params.get("next", "/"), fault="", name="")


def sign_in(request: Request) -> Response:
    """A new session if name and password fit; those who guess must wait longer and longer."""
    node, form = node_of(request), form_of(request)
    name, password = text_of(request, "name", 64), form.get("password", "")
    keys = (f"name {name.casefold()}", f"from {request.client.host if request.client else ''}")
    wait_s = node.throttle.wait_s(keys, node.settings.clock())
    user = None
    if not wait_s:
        user = node.desk.verify(name, password) if len(password) <= passwords.MOST_LENGTH else None
        if user:
            node.throttle.succeeded(keys)
            return signed_in(request, user, form.get("next", "/"))
        node.throttle.failed(keys, node.settings.clock())
    fault = N_("Too many attempts: wait %(seconds)s s.") if wait_s else N_("Name or password is wrong.")
    values = {"next": form.get("next", "/"), "fault": fault, "name": name, "seconds": round(wait_s)}
    return page(request, "login.html", 429 if wait_s else 401, **values)


def signed_in(request: Request, user: User, target: str) -> Response:
    """A session for a person: the old one ends, the new cookie is unlike it."""
    node, visitor = node_of(request), visitor_of(request)
    token, now_us = secrets.token_urlsafe(32), node.wall_us()
    if visitor.session_key:
        node.desk.close_session(visitor.session_key, now_us)
    age_s = round(node.settings.session_h * 3600)
    node.desk.open_session(session_key(token), user.name, now_us, now_us + age_s * SECOND_US)
    response = back(request, target)
    response.headers.append("set-cookie", cookie_header(node.settings, SESSION_COOKIE, token, age_s))
    return response


def sign_out(request: Request) -> Response:
    """The session ends."""
    node, visitor = node_of(request), visitor_of(request)
    if visitor.session_key:
        node.desk.close_session(visitor.session_key, node.wall_us())
    response = back(request, "/login")
    response.headers.append("set-cookie", cookie_header(node.settings, SESSION_COOKIE, "", 0))
    return response


def prefer(request: Request) -> Response:
    """Keep language and palette in a cookie: they hold before anyone signs in, too."""
    visitor, form = visitor_of(request), form_of(request)
    language = form["language"] if form.get("language") in languages() else visitor.language
    palette = form["palette"] if form.get("palette") in PALETTES else visitor.palette
    response = back(request, form.get("next", "/"))
    value = f"{language}.{palette}"
    response.headers.append("set-cookie", cookie_header(node_of(request).settings, PREFERENCES_COOKIE, value, YEAR_S))
    return response


def account(request: Request, passkey_fault: str = "", status: int = 200, fault: str = "") -> Response:
    """One's own page, with what was wrong."""
    node = node_of(request)
    mine = node.desk.passkeys(visitor_of(request).name)
    return page(request, "account.html", status, fault=fault, passkeys=mine, passkey_fault=passkey_fault)


def change_password(request: Request) -> Response:
    """Another password for oneself; the present one must be given."""
    node, visitor, form = node_of(request), visitor_of(request), form_of(request)
    fault = new_password_fault(form)
    keys = (f"name {visitor.name.casefold()}",)
    if not fault and node.throttle.wait_s(keys, node.settings.clock()):
        fault = N_("Too many attempts: wait a moment.")
    elif not fault and not node.desk.verify(visitor.name, form.get("present", "")):
        node.throttle.failed(keys, node.settings.clock())
        fault = N_("The present password is wrong.")
    if fault:
        return account(request, status=400, fault=fault)
    node.desk.set_password(visitor.name, form["password"], visitor.name, node.wall_us())
    if visitor.user is None:
        return back(request, "/login")
    return signed_in(request, visitor.user, "/account")


def new_password_fault(form: dict[str, str]) -> str:
    """What is wrong with a new password, empty if nothing."""
    if not passwords.acceptable(form.get("password", "")):
        return N_("A password has 12 to 256 characters.")
    if form.get("password") != form.get("again"):
        return N_("The two passwords differ.")
    return ""
