"""The doors of the TAXII 2.1 server: whoever asks gets what the release desk lets their node have, and nothing else.

What a reader may not have is as if it did not exist: a collection, an object, a status of others, all are the same 404.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from hanbada.app.taxii import asking, posting, readers
from hanbada.app.taxii.asking import MEDIA_TYPE, STIX_TYPE, sealed, sought
from hanbada.app.web.gates import TAXII, read_body
from hanbada.model.errors import InputError, NotFoundError, RefusedError, UsageError
from hanbada.model.times import from_us
from hanbada.share.formats.stix.identifiers import named, stamp
from hanbada.store import taxii
from hanbada.store.database import reading, writing
from hanbada.store.taxii import Row, View, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from hanbada.app.sharing.door import Door
    from hanbada.app.sharing.ours import Ours
    from hanbada.app.taxii.asking import Sought
    from hanbada.model.desk import TaxiiReader
    from hanbada.model.sharing import Community

ROOT = TAXII
API = f"{ROOT}api/"
AUTHENTICATE = {"WWW-Authenticate": 'Basic realm="TAXII", charset="UTF-8", Bearer realm="TAXII"'}


class Ask(NamedTuple):
    """A request of a known reader, in a transaction."""

    connection: Connection
    ours: Ours
    reader: TaxiiReader
    request: Request
    now_us: int

    def part(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])


def taxii_app(door: Door) -> Starlette:
    """A server of its own."""
    return Starlette(routes=taxii_routes(door), exception_handlers={404: no_door, 405: no_door})


def taxii_routes(door: Door) -> list[BaseRoute]:
    """The doors, for the screens of a node or a server of their own."""
    doors: tuple[tuple[str, Callable[[Ask], Response]], ...] = (
        (ROOT, discovery), (API, api_root), (f"{API}status/{{status}}/", status), (f"{API}collections/", collections),
        (f"{API}collections/{{id}}/", collection), (f"{API}collections/{{id}}/manifest/", manifest),
        (f"{API}collections/{{id}}/objects/", objects), (f"{API}collections/{{id}}/objects/{{object}}/", one_object),
        (f"{API}collections/{{id}}/objects/{{object}}/versions/", versions),
    )  # fmt: skip
    return [
        *(Route(path, _reads(door, answer), methods=["GET"]) for path, answer in doors),
        Route(f"{API}collections/{{id}}/objects/", _adds(door), methods=["POST"]),
        Route(f"{API}collections/{{id}}/objects/{{object}}/", _reads(door, no_delete), methods=["DELETE"]),
    ]


def _reads(door: Door, answer: Callable[[Ask], Response]) -> Callable[[Request], Response]:
    def asked(request: Request) -> Response:
        with reading(door.engine) as connection:
            reader = known(connection, request)
            if reader is None:
                return fault(401, "say who you are", AUTHENTICATE)
            if not asking.accepts(request.headers.get("accept")):
                return fault(406, f"this server answers {MEDIA_TYPE}")
            return _guarded(answer, Ask(connection, door.ours(connection), reader, request, door.now_us()))

    return asked


def _adds(door: Door) -> Callable[[Request], Any]:
    """Objects that are handed in: the body is read first, then judged in one transaction that writes."""

    async def asked(request: Request) -> Response:
        body = await read_body(request.receive, posting.LARGEST)
        return await asyncio.to_thread(_added, door, request, body)

    return asked


def _added(door: Door, request: Request, body: bytes | None) -> Response:
    with reading(door.engine) as connection:
        if known(connection, request) is None:
            return fault(401, "say who you are", AUTHENTICATE)
    if not asking.accepts(request.headers.get("accept")):
        return fault(406, f"this server answers {MEDIA_TYPE}")
    if not asking.handed_in_as(request.headers.get("content-type")):
        return fault(415, f"this server takes {MEDIA_TYPE}")
    if body is None:
        return fault(413, f"more than {posting.LARGEST} bytes")
    with writing(door.engine) as connection:
        reader = known(connection, request)
        if reader is None:
            return fault(401, "say who you are", AUTHENTICATE)
        ask = Ask(connection, door.ours(connection), reader, request, door.now_us())
        return _guarded(lambda ask: _taken(ask, body), ask)


def _guarded(answer: Callable[[Ask], Response], ask: Ask) -> Response:
    try:
        return answer(ask)
    except UsageError as error:
        return fault(400, str(error))
    except InputError as error:
        return fault(422, str(error))
    except NotFoundError:
        return fault(404, "no such thing here")
    except RefusedError as error:
        return fault(403, str(error))


def known(connection: Connection, request: Request) -> TaxiiReader | None:
    """Who asks: a token alone, or name and token."""
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "token"}:
        return taxii.reader_of(connection, word.strip())
    try:
        name, _, token = base64.b64decode(word.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    reader = taxii.reader_of(connection, token) if scheme.lower() == "basic" else None
    return reader if reader is not None and reader.name == name else None


def said(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer of TAXII."""
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    return Response(body, status, (headers or {}) | {"content-type": MEDIA_TYPE})


def fault(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    """An error message of TAXII."""
    return said({"title": why, "http_status": str(status)}, status, headers)


def no_door(_request: Request, error: Exception) -> Response:
    """An address that is no door."""
    return fault(getattr(error, "status_code", 404), "no such thing here")


# what is asked


def discovery(ask: Ask) -> Response:
    """Who answers here, and where."""
    its = ask.ours.document
    return said(
        {"title": its.name, "description": f"Hanbada of {its.organisation}", "default": API, "api_roots": [API]}
    )


def api_root(ask: Ask) -> Response:
    """What this root is."""
    return said({"title": ask.ours.document.name, "versions": [MEDIA_TYPE], "max_content_length": posting.LARGEST})


def collections(ask: Ask) -> Response:
    """What the reader may read, and where it may hand in."""
    listed = [_collection(ask.ours, one) for one in _communities(ask)]
    listed += [_inbox(ask.ours)] if ask.reader.may_add else []
    return said({"collections": listed} if listed else {})


def collection(ask: Ask) -> Response:
    """One collection."""
    if ask.part("id") == inbox_id(ask.ours) and ask.reader.may_add:
        return said(_inbox(ask.ours))
    return said(_collection(ask.ours, _community(ask)))


def _communities(ask: Ask) -> list[Community]:
    return readers.communities(ask.connection, ask.ours, ask.reader.node, ask.now_us)


def _community(ask: Ask) -> Community:
    found = (one for one in _communities(ask) if collection_id(ask.ours, one.community_id) == ask.part("id"))
    one = next(found, None)
    if one is None:
        if ask.part("id") == inbox_id(ask.ours) and ask.reader.may_add:
            message = "objects are handed in here; nobody reads them here"
            raise RefusedError(message)
        raise NotFoundError(ask.part("id")[:80])
    return one


def collection_id(ours: Ours, community: str) -> str:
    """The id of the collection of a community."""
    return named("collection", ours.node, community).removeprefix("collection--")


def inbox_id(ours: Ours) -> str:
    """The id of the collection where objects are handed in."""
    return named("collection", ours.node).removeprefix("collection--")


def _collection(ours: Ours, one: Community) -> dict[str, Any]:
    return {
        "id": collection_id(ours, one.community_id), "title": one.name, "can_read": True, "can_write": False,
        "media_types": [STIX_TYPE],
    }  # fmt: skip


def _inbox(ours: Ours) -> dict[str, Any]:
    return {
        "id": inbox_id(ours), "title": f"To {ours.document.name}", "can_read": False, "can_write": True,
        "description": "What is handed in here is seen by nobody but this node.", "media_types": [STIX_TYPE],
    }  # fmt: skip


def objects(ask: Ask) -> Response:
    """A page of objects."""
    rows, more, about = _page(ask)
    return _paged(ask, b",".join(row.body.encode() for row in rows), rows, about if more else None)


def manifest(ask: Ask) -> Response:
    """A page of what there is, without it."""
    rows, more, about = _page(ask)
    listed = [
        {"id": row.object_id, "date_added": added(row.seq), "version": stamp(row.version), "media_type": STIX_TYPE}
        for row in rows
    ]
    return _paged(ask, msgspec.json.encode(listed)[1:-1], rows, about if more else None)


def _page(ask: Ask) -> tuple[Sequence[Row], bool, bytes]:
    view = View(_community(ask).community_id, ask.reader.node)
    asked = sought(ask.request.query_params, ask.ours.naming, ask.part("id"))
    rows = [] if asked.none else taxii.page(ask.connection, view, asked.wanted, ask.now_us)
    return rows[: asked.wanted.limit], len(rows) > asked.wanted.limit, asked.about


def one_object(ask: Ask) -> Response:
    """One object."""
    asked, rows = _of_one(ask)
    more = len(rows) > asked.wanted.limit
    shown = rows[: asked.wanted.limit]
    return _paged(ask, b",".join(row.body.encode() for row in shown), shown, asked.about if more else None)


def versions(ask: Ask) -> Response:
    """Which versions of an object there are."""
    asked, rows = _of_one(ask)
    shown = rows[: asked.wanted.limit]
    return said({"more": False, "versions": [stamp(row.version) for row in shown]}, headers=_dates(shown))


def _of_one(ask: Ask) -> tuple[Sought, list[Row]]:
    """What is asked of one object; NotFoundError if the reader has none of that id."""
    view, its = View(_community(ask).community_id, ask.reader.node), (ask.part("object"),)
    if not taxii.page(ask.connection, view, Wanted(ids=its), ask.now_us):
        raise NotFoundError(its[0][:80])
    query = {
        name: value for name, value in ask.request.query_params.items() if name not in {"match[id]", "match[type]"}
    }
    asked = sought(query, ask.ours.naming, f"{ask.part('id')}/{its[0]}")
    return asked, [] if asked.none else taxii.page(ask.connection, view, asked.wanted._replace(ids=its), ask.now_us)


def _paged(ask: Ask, listed: bytes, rows: Sequence[Row], about: bytes | None) -> Response:
    """An envelope; the objects stand in it as they were rendered."""
    head = b'{"more":false'
    if about is not None:
        cursor = sealed(rows[-1].seq, ask.ours.naming, about)
        head = b'{"more":true,"next":' + msgspec.json.encode(cursor)
    body = head + (b',"objects":[' + listed + b"]}" if rows else b"}")
    return said(body, headers=_dates(rows))


def _dates(rows: Sequence[Row]) -> dict[str, str]:
    if not rows:
        return {}
    return {"X-TAXII-Date-Added-First": added(rows[0].seq), "X-TAXII-Date-Added-Last": added(rows[-1].seq)}


def added(seq: int) -> str:
    """When an object was added, to the microsecond: unique in its collection."""
    return f"{from_us(seq).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def no_delete(ask: Ask) -> Response:
    """Nobody deletes over TAXII: what was released is recalled by whoever released it."""
    _of_one(ask)
    message = "objects are recalled by their originator, not deleted"
    raise RefusedError(message)


# what is handed in


def _taken(ask: Ask, body: bytes) -> Response:
    if ask.part("id") != inbox_id(ask.ours) or not ask.reader.may_add:
        _community(ask)
        message = "nothing is handed in here"
        raise RefusedError(message)
    if posting.too_many(ask.connection, ask.reader.name, ask.now_us):
        return fault(429, f"{posting.PER_DAY} objects a day are the most", {"Retry-After": "3600"})
    return said(posting.take(ask.connection, ask.ours, ask.reader.name, body, ask.now_us), 202)


def status(ask: Ask) -> Response:
    """What became of what the reader handed in."""
    found = taxii.status(ask.connection, ask.reader.name, ask.part("status"))
    if found is None:
        raise NotFoundError(ask.part("status")[:80])
    return said(found.encode())
