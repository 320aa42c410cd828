"""Erasing for good: the entry is written anew without what goes, its digest in the ledger proves nothing any more.

The ledger keeps that something was erased, of which kind and on what ground. Documents that no incident names any more
lose their content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from sqlalchemy import select, update

from hanbada.incidents import retention as rules
from hanbada.incidents import standing
from hanbada.incidents.retention import Place
from hanbada.model.records import LogEntry
from hanbada.store import incidents
from hanbada.store.events import Written, deed
from hanbada.store.schema import document, incident_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

Found = Place


class Erasure(Struct, frozen=True, kw_only=True):
    """The receipt: how much of each kind was erased, in which incidents, on what ground."""

    at: int
    ground: str
    kinds: dict[str, int]
    incidents: tuple[str, ...]
    documents: int


def subject(connection: Connection, words: str) -> list[Found]:
    """Where incidents name somebody or something."""
    return [place for one in incidents.listed(connection, ()) for place in rules.naming(one, words)]


def aged(connection: Connection, now_us: int) -> list[Found]:
    """What has been kept as long as it may be."""
    return [place for one in incidents.listed(connection, ("closed",)) for place in rules.over(one, now_us)]


def erase(connection: Connection, places: Sequence[Found], ground: str, written: Written) -> Erasure:
    """Erase what stands in some places; the receipt, which the ledger keeps if there was anything."""
    kinds: dict[str, int] = {}
    for place in places:
        _rewrite(connection, place, ground)
        kinds[place.what] = kinds.get(place.what, 0) + 1
    touched = tuple(dict.fromkeys(place.incident_id for place in places))
    done = Erasure(
        at=written.at_us, ground=ground, kinds=kinds, incidents=touched, documents=_unnamed(connection, kinds)
    )
    for one in touched:
        its = sorted({f"{place.line}/{place.what}" for place in places if place.incident_id == one})
        deed(connection, written, "erased", f"incident/{one}", ground=ground, places=its)
    return done


def _rewrite(connection: Connection, place: Found, ground: str) -> None:
    here = (incident_entry.c.incident_id == place.incident_id) & (incident_entry.c.number == place.line)
    body = connection.execute(select(incident_entry.c.body).where(here)).scalar_one()
    entry = rules.without(msgspec.json.decode(body, type=LogEntry), place.what, ground)
    connection.execute(update(incident_entry).where(here).values(body=incidents.salted(entry)))


def _unnamed(connection: Connection, kinds: dict[str, int]) -> int:
    """Take the content of documents that no incident names any more; how many those were."""
    if "documents" not in kinds:
        return 0
    named = {one.sha256 for each in incidents.listed(connection, ()) for one in standing.documents(each)}
    kept = connection.scalars(select(document.c.sha256).where(document.c.content.is_not(None)))
    gone = [sha256 for sha256 in kept if sha256 not in named]
    for sha256 in gone:
        connection.execute(update(document).where(document.c.sha256 == sha256).values(content=None))
    return len(gone)
