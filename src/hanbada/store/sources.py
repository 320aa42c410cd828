"""Where lines come from: each source keeps its number for ever, because line ids carry it. 0 is a one-off file run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select, update

from hanbada.model.errors import StoreError, UsageError
from hanbada.store.database import next_number, records
from hanbada.store.events import deed
from hanbada.store.schema import source

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.store.events import Written

MOST_SOURCES = 65_535
"""A line id has 16 bits for the number."""


class Source(Struct, frozen=True, kw_only=True):
    """A feed as it was last described; `licence` is a sentence."""

    number: int
    name: str
    address: str
    licence: str
    shareable: bool
    simulated: bool
    added_at: int


class About(Struct, frozen=True, kw_only=True):
    """What is said of a source beside its name; nothing is shareable unless somebody says so."""

    address: str = ""
    licence: str = ""
    shareable: bool = False
    simulated: bool = False


def listed(connection: Connection) -> list[Source]:
    """Every source, by number."""
    return records(connection.execute(select(source).order_by(source.c.number)), Source)


def keep(connection: Connection, name: str, about: About, written: Written) -> int:
    """The number of a source, from 1: its own if the name is known, else the next; what is said of it is kept."""
    _checked(name, about)
    described = msgspec.structs.asdict(about)
    known = records(connection.execute(select(source).where(source.c.name == name)), Source)
    if not known:
        number = _next(connection)
        connection.execute(insert(source).values(number=number, name=name, added_at=written.at_us, **described))
        deed(connection, written, "source_added", f"source/{name}", number=number, **described)
        return number
    number = known[0].number
    if any(getattr(known[0], key) != value for key, value in described.items()):
        connection.execute(update(source).where(source.c.number == number).values(**described))
        deed(connection, written, "source_changed", f"source/{name}", number=number, **described)
    return number


def _next(connection: Connection) -> int:
    number = next_number(connection, source.c.number)
    if number > MOST_SOURCES:
        message = f"there are {MOST_SOURCES} sources already; a line id has no room for another"
        raise StoreError(message)
    return number


def _checked(name: str, about: About) -> None:
    for text in (name, about.address, about.licence):
        if not text.isprintable():
            message = f"a source is described in plain text, not {text!r}"
            raise UsageError(message)
    if not name:
        message = "a source needs a name"
        raise UsageError(message)
