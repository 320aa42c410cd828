"""What every page needs at hand: the site, the desk, the visitor, templates."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, cast

import jinja2
from msgspec import Struct

from hanbada.app.i18n import Translations, translations
from hanbada.app.reads import Read, Reads
from hanbada.app.web.assets import Assets
from hanbada.app.web.chart import Chart
from hanbada.app.web.passkeys import Challenges
from hanbada.app.web.ports import Desk, Sharing, Site
from hanbada.app.web.settings import Settings
from hanbada.app.web.throttle import Throttle
from hanbada.app.web.waiting import Waiting
from hanbada.model.desk import ROLES, NodeProfile, Role, User
from hanbada.model.times import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import HTTPConnection

    from hanbada.app.web.uploads import Upload


class Node(Struct, frozen=True, kw_only=True):
    """The web part of one node."""

    site: Site
    desk: Desk
    settings: Settings
    templates: jinja2.Environment
    assets: Assets
    chart: Chart
    throttle: Throttle
    waiting: Waiting
    sharing: Sharing | None = None
    reads: Reads | None = None
    challenges: Challenges

    def wall_us(self) -> int:
        """The wall clock: sessions live by it. Decisions about the picture carry the picture's time instead."""
        return int(self.settings.clock() * SECOND_US)


class Visitor(Struct, frozen=True, kw_only=True):
    """Who asks: the person (None before signing in), the secret of their cookie, and how they like their screens."""

    user: User | None
    secret: str
    session_key: str
    language: str
    palette: str
    profile: NodeProfile | None

    @property
    def csrf(self) -> str:
        """The token a form must carry: it can only be made by whoever may read the cookie."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    @property
    def words(self) -> Translations:
        """The visitor's catalogue."""
        return translations(self.language)

    @property
    def name(self) -> str:
        """The person's name; only for pages behind a sign-in."""
        return self.user.name if self.user else ""

    def may(self, role: Role) -> bool:
        """Whether the person holds at least this role."""
        return self.user is not None and ROLES.index(self.user.role) >= ROLES.index(role)


def node_of(connection: HTTPConnection) -> Node:
    """The node behind a request."""
    return cast("Node", connection.app.state.node)


def visitor_of(connection: HTTPConnection) -> Visitor:
    """Who makes a request; set by the session gate."""
    return cast("Visitor", connection.scope["hanbada.visitor"])


def noted(connection: HTTPConnection, action: str, subjects: Iterable[str], **about: object) -> None:
    """Note that whoever asks looks at something; a node that keeps nothing notes nothing."""
    node, visitor = node_of(connection), visitor_of(connection)
    if node.reads is not None:
        now_us = node.wall_us()
        node.reads.note(Read(now_us, visitor.name, action, subject, dict(about)) for subject in subjects)


def form_of(connection: HTTPConnection) -> dict[str, str]:
    """The fields of a posted form; set by the form gate once its token is checked."""
    return cast("dict[str, str]", connection.scope["hanbada.form"])


def file_of(connection: HTTPConnection, name: str) -> Upload | None:
    """A file that came with a posted form, None if none did."""
    return cast("dict[str, Upload]", connection.scope["hanbada.files"]).get(name)


def text_of(connection: HTTPConnection, name: str, limit: int = 200) -> str:
    """One field of a posted form: trimmed, cut, without control characters."""
    return clean(form_of(connection).get(name, ""))[:limit]


def clean(text: str) -> str:
    """Text without control characters but line breaks."""
    return "".join(c for c in text if c == "\n" or c.isprintable()).strip()


def values_of(connection: HTTPConnection) -> dict[str, Any]:
    """The query of an address, last value of each word."""
    return dict(connection.query_params)
