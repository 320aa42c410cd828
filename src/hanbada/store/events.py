"""The desk's events, which every window follows by number, and the deeds that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct
from sqlalchemy import func, insert, select

from hanbada.model.desk import DeskEvent
from hanbada.store import ledger
from hanbada.store.database import next_number, records
from hanbada.store.schema import event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


class News(NamedTuple):
    """What became of an alert or an incident."""

    what: Literal["alert", "incident"]
    id: str
    state: str


def tell(connection: Connection, news: Sequence[News], by: str | None, at_us: int) -> None:
    """Number the news and keep it."""
    if not news:
        return
    first = next_number(connection, event.c.seq)
    rows = [{"seq": first + i, "at": at_us, "by": by, **one._asdict()} for i, one in enumerate(news)]
    connection.execute(insert(event), rows)


def latest_seq(connection: Connection) -> int:
    """The number of the last event, 0 if there is none."""
    return connection.scalar(select(func.max(event.c.seq))) or 0


def latest_at(connection: Connection) -> int:
    """When the last event was, 0 if there is none."""
    return connection.scalar(select(event.c.at).order_by(event.c.seq.desc()).limit(1)) or 0


def since(connection: Connection, seq: int) -> list[DeskEvent]:
    """Events after number `seq`, oldest first."""
    wanted = select(event).where(event.c.seq > seq).order_by(event.c.seq)
    return records(connection.execute(wanted), DeskEvent)


class Written(Struct, frozen=True, kw_only=True):
    """Who wrote and when: every write of the desk carries it."""

    by: str
    at_us: int


def deed(connection: Connection, written: Written, action: str, object_id: str, **body: object) -> None:
    """One entry of the ledger."""
    one = ledger.Deed(actor=written.by, action=action, object_id=object_id, body=body)
    ledger.append(connection, [one], written.at_us)
