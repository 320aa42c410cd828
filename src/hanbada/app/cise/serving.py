"""The door for CISE messages: a message in, an Acknowledgement out; a stranger gets the same one whatever it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from hanbada.app.cise import answering
from hanbada.app.web.gates import CISE, read_body
from hanbada.model.errors import InputError
from hanbada.share.formats.cise_messages import written
from hanbada.store.database import writing

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from hanbada.app.cise.standing import Participant
    from hanbada.app.sharing.door import Door

MESSAGES = f"{CISE}messages"
LARGEST = 8 << 20
"""Bytes of a message."""
ParticipantOf = Callable[["Connection", str], "Participant | None"]
"""Whose token it is."""


def cise_app(door: Door, participant_of: ParticipantOf) -> Starlette:
    """A server of its own."""
    return Starlette(routes=cise_routes(door, participant_of))


def cise_routes(door: Door, participant_of: ParticipantOf) -> list[BaseRoute]:
    """The door, for the screens of a node or a server of its own."""

    async def asked(request: Request) -> Response:
        body = await read_body(request.receive, LARGEST)
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return await asyncio.to_thread(_answered, door, participant_of, token, body)

    return [Route(MESSAGES, asked, methods=["POST"])]


def _answered(door: Door, participant_of: ParticipantOf, token: str, body: bytes | None) -> Response:
    now_us = door.now_us()
    try:
        # What is refused leaves the transaction as it entered it: nothing of it is kept.
        with writing(door.engine) as connection:
            participant = participant_of(connection, token) if token else None
            if participant is None:
                return _said(answering.acknowledgement(None, "AuthenticationError", "unknown participant", 0), 401)
            if body is None:
                return _said(answering.acknowledgement(None, "BadRequest", f"more than {LARGEST} bytes", now_us), 413)
            found = answering.acknowledged(connection, participant, body, door.written(f"cise/{participant.name}"))
            return _said(found)
    except InputError as error:
        code = "SecurityError" if "refused" in str(error) or "classified" in str(error) else "BadRequest"
        return _said(answering.acknowledgement(None, code, str(error), now_us))


def _said(message: Any, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(written(message), status, headers, "application/xml")
