"""Rows of the register of cooperation that a node entered: the last version stands, every one is in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select, update

from hanbada.model.errors import NotFoundError
from hanbada.model.register import KIND_OF, KINDS, Kept
from hanbada.store import ledger
from hanbada.store.events import deed
from hanbada.store.schema import register_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection
    from sqlalchemy import Row as Found

    from hanbada.model.register import Row
    from hanbada.store.events import Written
    from hanbada.store.ledger import Entry

PUT, WITHDRAWN = "register_row_put", "register_row_withdrawn"


def kept(connection: Connection) -> list[Kept]:
    """Every row that stands, by kind and id."""
    wanted = select(register_row).where(register_row.c.body.is_not(None))
    return [_kept(one) for one in connection.execute(wanted.order_by(register_row.c.kind, register_row.c.row_id))]


def withdrawn(connection: Connection) -> set[tuple[str, str]]:
    """Kind and id of the rows that were withdrawn: those of the seed do not show either."""
    wanted = select(register_row.c.kind, register_row.c.row_id).where(register_row.c.body.is_(None))
    return {(one.kind, one.row_id) for one in connection.execute(wanted)}


def put(connection: Connection, rows: Iterable[Row], written: Written) -> int:
    """Enter rows, each in place of the one with its id; how many were new or changed."""
    changed = 0
    for row in rows:
        kind, body = KIND_OF[type(row)], msgspec.json.encode(row).decode()
        before = _found(connection, kind, row.row_id)
        if before is None or before.body != body:
            _write(connection, (kind, row.row_id), body, before, written)
            deed(connection, written, PUT, object_id(kind, row.row_id), row=msgspec.to_builtins(row))
            changed += 1
    return changed


def withdraw(connection: Connection, kind: str, row_id: str, why: str, written: Written) -> None:
    """Take a row out, one of the seed too; its history stays."""
    before = _found(connection, kind, row_id)
    if before is not None and before.body is None:
        message = f"{kind} {row_id} was withdrawn before"
        raise NotFoundError(message)
    _write(connection, (kind, row_id), None, before, written)
    deed(connection, written, WITHDRAWN, object_id(kind, row_id), why=why)


def history(connection: Connection, kind: str, row_id: str) -> list[Entry]:
    """What was entered and withdrawn under an id, oldest first."""
    return list(ledger.entries(connection, 0, object_id(kind, row_id)))


def object_id(kind: str, row_id: str) -> str:
    """What the ledger calls a row."""
    return f"register/{kind}/{row_id}"


def _found(connection: Connection, kind: str, row_id: str) -> Found[Any] | None:
    ours = (register_row.c.kind == kind) & (register_row.c.row_id == row_id)
    return connection.execute(select(register_row).where(ours)).first()


def _write(
    connection: Connection, name: tuple[str, str], body: str | None, before: Found[Any] | None, written: Written
) -> None:
    values = {"body": body, "changed_at": written.at_us, "changed_by": written.by}
    if before is None:
        connection.execute(insert(register_row).values(kind=name[0], row_id=name[1], version=1, **values))
        return
    ours = (register_row.c.kind == name[0]) & (register_row.c.row_id == name[1])
    connection.execute(update(register_row).where(ours).values(version=before.version + 1, **values))


def _kept(one: Found[Any]) -> Kept:
    row: Row = msgspec.json.decode(one.body, type=KINDS[one.kind])
    return Kept(kind=one.kind, row=row, version=one.version, changed_at=one.changed_at, changed_by=one.changed_by)
