"""What every request passes before a page sees it: allowed host, safe headers, who asks, and a form's token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

from hanbada.app.i18n import languages, preferred
from hanbada.app.web.node import Visitor, node_of
from hanbada.app.web.settings import PALETTES
from hanbada.app.web.uploads import UPLOAD_LIMIT_BYTES, carries_files, fields_and_files

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hanbada.app.web.node import Node
    from hanbada.app.web.settings import Settings
    from hanbada.model.desk import NodeProfile

SESSION_COOKIE, VISIT_COOKIE, PREFERENCES_COOKIE = "hanbada_session", "hanbada_visit", "hanbada_preferences"
FORM_LIMIT_BYTES = 64 * 1024
LED_BACK = "/login/provider/back"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
TAXII, MISP, CISE, OGC = "/taxii2/", "/misp/", "/api/cise/", "/ogc/"
PROGRAMS = (TAXII, MISP, CISE, OGC)
"""Doors for programs: they know their readers by tokens, never by cookies, so no page can post there for a person."""
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class SafeHeaders:
    """Every answer says what a browser may do with it; pages are not kept in caches."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.fixed = dict(SAFE_HEADERS)
        if settings.secure:
            self.fixed["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the answer."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                for name, value in self.fixed.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, sending)


class HostGate:
    """Only the names we go by: a page of another site cannot reach us through a name of its own (DNS rebinding)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse other names."""
        if scope["type"] == "lifespan" or host_name(Headers(scope=scope).get("host", "")) in self.hosts:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("unknown host name", 421)(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a Host header, without port.

    >>> host_name("[::1]:8000"), host_name("localhost:8000")
    ('[::1]', 'localhost')
    """
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.split(":", maxsplit=1)[0]


class SessionGate:
    """Finds out who asks, and gives every new visitor a cookie that forms can be tied to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the visitor into the scope."""
        if scope["type"] == "lifespan" or scope.get("path", "").startswith(("/s/", *PROGRAMS)):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        led = connection.url.path == LED_BACK  # from another site, so without our cookies: those must not be lost
        fresh = "" if led or connection.cookies.get(VISIT_COOKIE) else secrets.token_urlsafe(32)
        scope["hanbada.visitor"] = await run_in_threadpool(visitor, node_of(connection), connection, fresh)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and fresh:
                cookie = cookie_header(node_of(connection).settings, VISIT_COOKIE, fresh, None)
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, sending)


def visitor(node: Node, connection: HTTPConnection, fresh: str) -> Visitor:
    """Who asks, by the cookies they sent; `fresh` is the visit cookie they are about to get."""
    token = connection.cookies.get(SESSION_COOKIE, "")
    key = session_key(token) if token else ""
    user = node.desk.session(key, node.wall_us()) if key else None
    profile = node.desk.profile()
    language, palette = preferences(node, connection, profile)
    return Visitor(
        user=user,
        secret=token if user else connection.cookies.get(VISIT_COOKIE) or fresh,
        session_key=key,
        language=language,
        palette=palette,
        profile=profile,
    )


def session_key(token: str) -> str:
    """What the desk keeps of a session cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def preferences(node: Node, connection: HTTPConnection, profile: NodeProfile | None) -> tuple[str, str]:
    """Language and palette: the visitor's choice, else the node's, else what the browser asks for."""
    language, _, palette = connection.cookies.get(PREFERENCES_COOKIE, "").partition(".")
    if language not in languages():
        asked = connection.headers.get("accept-language", "")
        language = profile.language if profile else preferred(asked, node.settings.language)
    if palette not in PALETTES:
        palette = profile.palette if profile else node.settings.palette
    return language, palette


class FormGate:
    """Every request that changes something comes from our own page and carries its token, or goes no further."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read and check a form; hand its fields on in the scope."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or scope["path"].startswith(PROGRAMS):
            await self.app(scope, receive, send)
            return
        headers, known = Headers(scope=scope), scope["hanbada.visitor"].user is not None
        several = known and carries_files(headers)
        body = await read_body(receive, UPLOAD_LIMIT_BYTES if several else FORM_LIMIT_BYTES)
        if body is None:
            await PlainTextResponse("form too large", 413)(scope, receive, send)
            return
        plain = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if not several else {}
        found = await fields_and_files(headers, body, FORM_LIMIT_BYTES) if several else (plain, {})
        if found is None or not own_form(scope, found[0]):
            refusal = "this form is not ours or has grown old: load the page again"
            await PlainTextResponse(refusal, 403)(scope, receive, send)
            return
        scope["hanbada.form"], scope["hanbada.files"] = found
        await self.app(scope, receive, send)


async def read_body(receive: Receive, most: int) -> bytes | None:
    """The body of a request, None if it is larger than it may be."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body"):
            return bytes(body)


def own_form(scope: Scope, form: dict[str, str]) -> bool:
    """Whether a form was ours: same origin, and the token that belongs to the visitor's cookie."""
    token = form.get("csrf", "") or Headers(scope=scope).get("x-csrf-token", "")
    expected: Visitor = scope["hanbada.visitor"]
    return same_origin(scope) and hmac.compare_digest(token.encode(), expected.csrf.encode())


def same_origin(scope: Scope, *, required: bool = False) -> bool:
    """Whether the Origin header names the host that was asked; browsers send it with every post and WebSocket."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return not required
    return urlsplit(origin).netloc == headers.get("host", "")


def cookie_header(settings: Settings, name: str, value: str, age_s: int | None) -> str:
    """A Set-Cookie header: unreadable for scripts, never sent from other sites; age 0 takes it back."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[name] = value
    cookie[name]["path"] = "/"
    cookie[name]["httponly"] = True
    cookie[name]["samesite"] = "Strict"
    if settings.secure:
        cookie[name]["secure"] = True
    if age_s is not None:
        cookie[name]["max-age"] = age_s
    return cookie[name].OutputString()
