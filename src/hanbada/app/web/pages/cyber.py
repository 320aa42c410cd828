"""The cyber desk: indicators and what they are tied to at sea, and a log looked through for them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.app.importing import every
from hanbada.app.web.node import file_of, form_of, node_of, values_of, visitor_of
from hanbada.app.web.pages.objects import Row, links_to, row
from hanbada.app.web.render import back, page
from hanbada.app.web.waiting import Awaited
from hanbada.incidents.indicators import SPECIAL, Match, indicators_of, matches, watchlist
from hanbada.incidents.seen_indicators import sightings_of
from hanbada.model.desk import ItemsWanted
from hanbada.store.items import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.uploads import Upload

CYBER = "cyber_indicator"
PAGE = 200
SHOWN = 500
"""Matches shown; all are counted."""
LOG = "log"
WORTHY = ("valid", "undated")


class Tied(Struct, frozen=True, kw_only=True):
    """A cyber object and the comments that tie it to something."""

    row: Row
    ties: tuple[Row, ...]


def desk(request: Request, **more: object) -> Response:
    """Cyber objects with what they are tied to, and a form for a log."""
    node, query = node_of(request), values_of(request)
    found = [row(one) for one in node.desk.items(ItemsWanted(data_classes=(CYBER,), limit=PAGE))]
    tied = [Tied(row=one, ties=tuple(links_to(request, f"item/{one.kept.key}"))) for one in found]
    if query.get("tied") == "1":
        tied = [one for one in tied if one.ties]
    values = {"matched": None, "counts": {}, "token": "", "log_name": "", "fault": ""} | more
    return page(request, "cyber.html", 400 if values["fault"] else 200, tied=tied, query=query, **values)


def match(request: Request) -> Response:
    """Look through a log for the indicators of this node; the log is not kept."""
    upload = file_of(request, LOG)
    if upload is None:
        return desk(request, fault="no file")
    found = list(_matches(request, upload))
    worthy = [one for one in found if one.known is None and one.standing in WORTHY]
    counts = {"found": len(worthy), "known": sum(one.known is not None for one in found)}
    counts["stale"] = len(found) - counts["found"] - counts["known"]
    awaited = Awaited(visitor_of(request).name, upload, LOG, "")
    token = node_of(request).waiting.put(awaited) if worthy else ""
    return desk(request, matched=worthy[:SHOWN], counts=counts, token=token, log_name=upload.name)


def _matches(request: Request, upload: Upload) -> Iterator[Match]:
    items = every(node_of(request).desk.items, ItemsWanted(data_classes=(CYBER,)))
    wanted = watchlist((one for kept in items for one in indicators_of(kept.item)), [SPECIAL])
    lines = upload.content.decode("utf-8", "replace").splitlines()
    return islice(matches(enumerate(lines, 1), wanted), 100_000)


def tell(request: Request) -> Response:
    """Keep what was found as sightings, ready to be released to the source: when and how often, nothing of the log."""
    node, by = node_of(request), visitor_of(request).name
    one = node.waiting.take(form_of(request).get("token", ""), by)
    if one is None:
        return desk(request, fault="gone")
    found = [each for each in _matches(request, one.upload) if each.standing in WORTHY]
    node.desk.keep_items(sightings_of(found), Origin(by), by, node.wall_us())
    return back(request, "/objects?what=sighting")
