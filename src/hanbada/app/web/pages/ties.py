"""Ties between things of the desk that no source made: this false position area and that incident in a port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.web.node import node_of, text_of, visitor_of
from hanbada.app.web.pages.objects import kept_of
from hanbada.app.web.render import back
from hanbada.app.web.words import TIE_WORDS
from hanbada.model.errors import UsageError
from hanbada.model.facts import facts_of
from hanbada.model.ids import content_id
from hanbada.model.sharing import Assertion, Item, Marking
from hanbada.store.items import Origin

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.node import Node

TEXT_LIMIT = 1_000


def tie(request: Request) -> Response:
    """Tie an object to an alert, an incident or another object, with how and why."""
    node, by, kept = node_of(request), visitor_of(request).name, kept_of(request)
    other, how, why = text_of(request, "other", 80), text_of(request, "how", 40), text_of(request, "why", TEXT_LIMIT)
    if how not in TIE_WORDS or not stands(node, other) or other == f"item/{kept.key}":
        message = f"{other}: write alert/12, incident/INC-..., or item/KEY of another object"
        raise UsageError(message)
    links = [{"how": how, "other": f"item/{kept.key}"}, {"how": how, "other": other}]
    said = {"at": node.wall_us(), "author": by, "text": why, "links": links}
    known = facts_of("comment")
    facts = tuple(Assertion(name=name, aspect=known[name].aspect, value=it) for name, it in said.items() if it)
    name = content_id("tie", [kept.key, other, how, by, why])
    marking = Marking(tlp="RED", originator="", grants=())
    item = Item(item_id=name, data_class="comment", marking=marking, assertions=facts)
    node.desk.keep_items([item], Origin(by), by, node.wall_us())
    return back(request, f"/objects/{kept.key}")


def stands(node: Node, subject: str) -> bool:
    """Whether there is such a thing at this desk."""
    kind, _, name = subject.partition("/")
    if kind == "alert":
        return name.isdecimal() and len(name) < 18 and node.desk.alert(int(name)) is not None
    if kind == "incident":
        return node.desk.incident(name) is not None
    return kind == "item" and node.desk.item(name) is not None
