"""The doors of OGC API - Features: read only, for readers with a token, each row past the release desk.

What a reader may not have is as if it did not exist: a collection, a feature, a count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from hanbada.app.ogc import pages
from hanbada.app.ogc.asking import asked
from hanbada.app.ogc.offering import Shelf, feature_of, fits, offered, shelves
from hanbada.app.ogc.pages import GEOJSON, JSON, OPENAPI, link
from hanbada.app.taxii.serving import AUTHENTICATE, known
from hanbada.app.web.gates import OGC
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.times import iso
from hanbada.store import terms
from hanbada.store.database import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from hanbada.app.ogc.asking import Asked
    from hanbada.app.sharing.door import Door
    from hanbada.model.sharing import Released


class Ask(NamedTuple):
    """A request of a known reader: what they may have, how communities are called, where they asked, and when."""

    shelves: dict[Shelf, list[Released]]
    names: dict[str, str]
    request: Request
    now_us: int

    @property
    def root(self) -> str:
        """The address of the landing page, as the reader calls it."""
        return f"{str(self.request.base_url).rstrip('/')}{OGC}"


class Answer(NamedTuple):
    """A document and its media type."""

    body: dict[str, Any]
    media: str = JSON


def ogc_app(door: Door) -> Starlette:
    """A server of its own."""
    return Starlette(routes=ogc_routes(door))


def ogc_routes(door: Door) -> list[BaseRoute]:
    """The doors, for the screens of a node or a server of their own."""
    doors: tuple[tuple[str, Callable[[Ask], Answer]], ...] = (
        ("", lambda ask: Answer(pages.landing(ask.root))),
        ("conformance", lambda _: Answer({"conformsTo": list(pages.CONFORMANCE)})),
        ("api", lambda ask: Answer(pages.api(ask.root), OPENAPI)),
        ("collections", collections),
        ("collections/{id}", collection),
        ("collections/{id}/items", items),
        ("collections/{id}/items/{feature:path}", feature),
    )
    return [Route(OGC + path, _reads(door, answer), methods=["GET"]) for path, answer in doors]


def _reads(door: Door, answer: Callable[[Ask], Answer]) -> Callable[[Request], Response]:
    def opened(request: Request) -> Response:
        with reading(door.engine) as connection:
            reader = known(connection, request)
            if reader is None:
                return _fault(401, "say who you are", AUTHENTICATE)
            ours, now_us = door.ours(connection), door.now_us()
            found = shelves(offered(connection, ours, reader.node, now_us))
            names = {name: one.name for name, one in terms.communities(connection).items()}
        try:
            done = answer(Ask(found, names, request, now_us))
        except NotFoundError as error:
            return _fault(404, str(error))
        except UsageError as error:
            return _fault(400, str(error))
        return Response(msgspec.json.encode(done.body), media_type=done.media)

    return opened


def _fault(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    body = msgspec.json.encode({"code": str(status), "description": why})
    return Response(body, status, headers=headers, media_type=JSON)


def collections(ask: Ask) -> Answer:
    """Every collection in which the reader has something."""
    named = {one: ask.names.get(one.community, one.community) for one in sorted(ask.shelves)}
    return Answer(pages.collections(ask.root, named))


def collection(ask: Ask) -> Answer:
    """One collection."""
    shelf = _shelf(ask)
    return Answer(pages.collection(ask.root, shelf, ask.names.get(shelf.community, shelf.community)))


def _shelf(ask: Ask) -> Shelf:
    """The collection an address names; raises NotFoundError if the reader has nothing in one of that name."""
    name = ask.request.path_params["id"]
    found = next((one for one in ask.shelves if one.name == name), None)
    if found is None:
        message = "there is no such collection"
        raise NotFoundError(message)
    return found


def items(ask: Ask) -> Answer:
    """A page of features."""
    shelf, wanted = _shelf(ask), asked(ask.request.query_params)
    found = [one for one in ask.shelves[shelf] if fits(one, wanted)]
    shown = found[wanted.offset : wanted.offset + wanted.limit]
    here = f"{ask.root}collections/{quote(shelf.name)}"
    more = wanted.offset + len(shown) < len(found)
    links = [link(_again(ask, here, wanted.offset), "self", GEOJSON), link(here, "collection")]
    if more:
        links.append(link(_again(ask, here, wanted.offset + wanted.limit), "next", GEOJSON))
    return Answer(_features(shown, links, found, ask, wanted), GEOJSON)


def _features(
    shown: list[Released], links: list[dict[str, str]], found: list[Released], ask: Ask, wanted: Asked
) -> dict[str, Any]:
    assert len(shown) <= wanted.limit  # noqa: S101 - a page is never longer than was asked for
    return {
        "type": "FeatureCollection", "timeStamp": iso(ask.now_us), "numberMatched": len(found),
        "numberReturned": len(shown), "links": links, "features": [feature_of(one) for one in shown],
    }  # fmt: skip


def _again(ask: Ask, here: str, offset: int) -> str:
    query = {name: value for name, value in ask.request.query_params.items() if name != "offset"}
    query |= {"offset": str(offset)} if offset else {}
    return f"{here}/items?{urlencode(query)}" if query else f"{here}/items"


def feature(ask: Ask) -> Answer:
    """One feature."""
    shelf, name = _shelf(ask), ask.request.path_params["feature"]
    found = next((one for one in ask.shelves[shelf] if one.item_id == name), None)
    if found is None:
        message = "there is no such feature"
        raise NotFoundError(message)
    here = f"{ask.root}collections/{quote(shelf.name)}"
    links = [link(f"{here}/items/{quote(name, safe='')}", "self", GEOJSON), link(here, "collection")]
    return Answer(feature_of(found) | {"links": links}, GEOJSON)
