"""The doors of the MISP subset: whoever asks gets what the release desk lets their node have, and nothing else.

What a reader may not have is as if it did not exist, for viewing, changing and deleting alike: the same 404.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from hanbada.app.misp import adding, searching
from hanbada.app.misp.events import events, id_of
from hanbada.app.web.gates import MISP, read_body
from hanbada.model.errors import InputError, NotFoundError, RefusedError
from hanbada.model.ids import uuid_of
from hanbada.share.formats import misp
from hanbada.share.formats.json_text import mapping, parsed
from hanbada.store.database import reading, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from hanbada.app.misp.events import Event
    from hanbada.app.sharing.door import Door
    from hanbada.app.sharing.ours import Ours

ROOT = MISP
VERSION = "2.5.0"
"""The edition of MISP whose answers these are like."""
STRANGER = "Authentication failed. Please make sure you pass the API key of an API enabled user."
READS_ONLY = "You do not have permission to use this functionality."
LARGEST = 8 << 20
"""Bytes of a request."""


class Reader(Protocol):
    """Who reads: `node` is the partner for whom the release desk decides."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def node(self) -> str: ...  # noqa: D102
    @property
    def may_add(self) -> bool: ...  # noqa: D102


ReaderOf = Callable[["Connection", str], "Reader | None"]
"""Whose token it is."""


class Ask(NamedTuple):
    """A request of a known reader, in a transaction."""

    connection: Connection
    ours: Ours
    reader: Reader
    path: dict[str, str]
    body: dict[str, Any]
    door: Door

    def events(self, uuid: str | None = None) -> list[Event]:
        """What the reader may have."""
        return list(events(self.connection, self.ours, self.reader.node, self.door.now_us(), uuid))


def misp_app(door: Door, reader_of: ReaderOf) -> Starlette:
    """A server of its own."""
    return Starlette(routes=misp_routes(door, reader_of), exception_handlers={404: no_door, 405: no_door})


def misp_routes(door: Door, reader_of: ReaderOf) -> list[BaseRoute]:
    """The doors, for the screens of a node or a server of their own."""
    reads = (
        ("users/view/{id}", user, "GET"), ("servers/getVersion", version, "GET"),
        ("servers/getPyMISPVersion.json", version, "GET"), ("events/view/{id}", view, "GET"),
        ("events/view/{id}", view, "POST"), ("events/{id}", view, "GET"), ("events/restSearch", search, "POST"),
        ("events/index", index, "POST"), ("events/index", index, "GET"), ("events", index, "GET"),
        ("attributes/restSearch", search_attributes, "POST"),
    )  # fmt: skip
    writes = (
        ("events/add", add), ("events/edit/{id}", edit), ("events/delete/{id}", delete),
        ("events/publish/{id}", no_publishing),
    )  # fmt: skip
    return [
        *(Route(ROOT + path, _door(door, reader_of, answer), methods=[method]) for path, answer, method in reads),
        *(Route(ROOT + path, _door(door, reader_of, answer, adds=True), methods=["POST"]) for path, answer in writes),
    ]


def _door(
    door: Door, reader_of: ReaderOf, answer: Callable[[Ask], Any], *, adds: bool = False
) -> Callable[[Request], Any]:
    async def asked(request: Request) -> Response:
        body = await read_body(request.receive, LARGEST)
        return await asyncio.to_thread(_answered, request, body)

    def _answered(request: Request, body: bytes | None) -> Response:
        if body is None:
            return fault(413, f"more than {LARGEST} bytes")
        try:
            # What is refused leaves the transaction as it entered it: nothing of it is kept.
            with (writing if adds else reading)(door.engine) as connection:
                return said(answer(_ask(door, connection, _known(connection, request), request, body)))
        except InputError as error:
            return fault(400, str(error))
        except NotFoundError:
            return fault(404, "Invalid event.")
        except RefusedError as error:
            return fault(403, str(error))

    def _known(connection: Connection, request: Request) -> Reader:
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        reader = reader_of(connection, token) if token else None
        if reader is None:
            raise RefusedError(STRANGER)
        if adds and not reader.may_add:
            raise RefusedError(READS_ONLY)
        return reader

    return asked


def _ask(door: Door, connection: Connection, reader: Reader, request: Request, body: bytes) -> Ask:
    given = mapping(parsed(body, "the request")) if body.strip() else {}
    return Ask(connection, door.ours(connection), reader, dict(request.path_params), given, door)


def said(body: Any, status: int = 200) -> Response:
    """An answer."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def fault(status: int, why: str) -> Response:
    """A refusal as programs expect it."""
    return said({"name": why, "message": why, "url": "", "errors": why}, status)


def no_door(_: Request, __: Exception) -> Response:
    """An address that is no door."""
    return fault(404, "Not Found")


def version(_: Ask) -> dict[str, Any]:
    """Which MISP this is like."""
    return {"version": VERSION, "perm_sync": False, "perm_sighting": False, "perm_galaxy_editor": False}


def user(ask: Ask) -> dict[str, Any]:
    """Who asks; nobody learns of another."""
    if ask.path["id"] != "me":
        raise NotFoundError
    node = uuid_of(misp.NAMESPACE, f"org/{ask.reader.node}")
    may = {f"perm_{name}": False for name in ("admin", "site_admin", "sync", "publish", "delegate", "audit", "tagger")}
    role = {"id": "1", "name": "Reader", **may, "perm_auth": True, "perm_add": ask.reader.may_add,
            "perm_modify": ask.reader.may_add}  # fmt: skip
    user = {"id": "1", "email": ask.reader.name, "org_id": "1", "role_id": "1", "autoalert": False, "disabled": False}
    return {"User": user, "Role": role, "UserSetting": [], "Organisation": {"id": "1", "uuid": node}}


def view(ask: Ask) -> dict[str, Any]:
    """One event, by its UUID or number."""
    wanted = ask.path["id"]
    known = ask.events(wanted if adding.UUID.match(wanted) else None)
    for one in known:
        if wanted in {one["uuid"], one["id"]}:
            return {"Event": one}
    raise NotFoundError


def search(ask: Ask) -> dict[str, Any]:
    """Events that fit."""
    asked = searching.checked(ask.body)
    found = searching.found(ask.events(), asked, ask.door.now_us())
    if searching.plainly(asked.get("metadata")):
        found = [head_of(one) for one in found]
    return {"response": [{"Event": one} for one in found]}


def search_attributes(ask: Ask) -> dict[str, Any]:
    """Attributes that fit."""
    asked = searching.checked(ask.body)
    return {"response": {"Attribute": searching.found_attributes(ask.events(), asked, ask.door.now_us())}}


def index(ask: Ask) -> list[dict[str, Any]]:
    """The heads of events that fit."""
    return [head_of(one) for one in searching.found(ask.events(), searching.checked(ask.body), ask.door.now_us())]


def head_of(event: Event) -> dict[str, Any]:
    """An event without what is in it."""
    head = {name: value for name, value in event.items() if name not in {"Attribute", "Object"}}
    return head | {"EventTag": [{"Tag": tag} for tag in event["Tag"]]}


def add(ask: Ask) -> dict[str, Any]:
    """Take an event in."""
    event = adding.event_in(ask.body)
    return {"Event": adding.added(ask.connection, source_of(ask.reader), event, ask.door.written(_actor(ask)))}


def edit(ask: Ask) -> dict[str, Any]:
    """Let an event that the reader handed in say something else."""
    event = {**(mapping(ask.body.get("Event")) or ask.body)}
    event.setdefault("uuid", ask.path["id"])
    event = adding.event_in(event)
    if ask.path["id"] not in {event["uuid"], id_of(str(event["uuid"]))}:
        raise NotFoundError
    return {"Event": adding.changed(ask.connection, source_of(ask.reader), event, ask.door.written(_actor(ask)))}


def delete(ask: Ask) -> dict[str, Any]:
    """Withdraw an event that the reader handed in."""
    adding.deleted(ask.connection, source_of(ask.reader), ask.path["id"], ask.door.written(_actor(ask)))
    return {"saved": True, "success": True, "name": "Event deleted.", "message": "Event deleted.", "url": ""}


def no_publishing(_: Ask) -> dict[str, Any]:
    """What is handed in is published by nobody but an officer of this node."""
    message = "here an officer decides what is released, and to whom"
    raise RefusedError(message)


def source_of(reader: Reader) -> str:
    """What a reader is called as a source: one of the same name for another partner is another source."""
    return f"{reader.name} ({reader.node[:16]})"


def _actor(ask: Ask) -> str:
    return f"misp/{ask.reader.name}"
