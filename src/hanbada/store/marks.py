"""Small things kept by name, as JSON: how far a loop has come, how screens start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, insert, select, update

from hanbada.model.errors import UsageError
from hanbada.store.schema import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

OURS = "store."
"""Names that begin so belong to the store itself."""


def get(connection: Connection, name: str) -> Any:
    """What is kept under a name; None if nothing is."""
    body = connection.scalar(select(mark.c.body).where(mark.c.name == name))
    return None if body is None else msgspec.json.decode(body)


def put(connection: Connection, name: str, value: Any, at_us: int) -> None:
    """Keep a value that JSON can carry under a name, in place of what was there."""
    body = msgspec.json.encode(value, order="deterministic").decode()
    changed = connection.execute(update(mark).where(mark.c.name == name).values(body=body, at=at_us))
    if not changed.rowcount:
        connection.execute(insert(mark).values(name=name, body=body, at=at_us))


def put_all(connection: Connection, values: Mapping[str, Any], at_us: int) -> None:
    """Keep several; raises UsageError for a name that belongs to the store."""
    for name, value in values.items():
        if name.startswith(OURS):
            message = f"the mark {name!r} belongs to the store"
            raise UsageError(message)
        put(connection, name, value, at_us)


def drop(connection: Connection, name: str) -> None:
    """Forget what is kept under a name."""
    connection.execute(delete(mark).where(mark.c.name == name))
