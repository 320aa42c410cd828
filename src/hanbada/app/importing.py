"""Files of other systems brought into the node: what is in them is seen first, with what gets lost; then it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.model.errors import InputError
from hanbada.model.sharing import Item
from hanbada.share.formats import FORMATS, named, sniffed
from hanbada.share.formats.contract import Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hanbada.model.desk import ItemsWanted, KeptItem
    from hanbada.share.formats.contract import Format

HEAD = 4_096
"""Bytes a format is recognised by."""


class Opened(Struct, frozen=True, kw_only=True):
    """A file as it was read: which format, the objects in it, what of it could not be read."""

    name: str
    format: str
    title: str
    items: tuple[Item, ...]
    losses: tuple[Loss, ...]


def readable() -> tuple[str, ...]:
    """The names of formats that are read."""
    return tuple(one for one in FORMATS if named(one).read is not None)


def format_of(content: bytes, name: str, given: str | None = None) -> Format:
    """The format of some bytes, or the one that is given; raises InputError if none fits."""
    known = named(given) if given is not None else sniffed(content[:HEAD])
    if known is None or known.read is None:
        message = f"{name}: it does not look like any format that is read; say which it is ({', '.join(readable())})"
        raise InputError(message)
    return known


def opened(content: bytes, name: str, given: str | None = None) -> Opened:
    """A file read; raises InputError if it cannot be."""
    known = format_of(content, name, given)
    assert known.read is not None  # noqa: S101 - `format_of` says so
    found = known.read(content)
    return Opened(name=name, format=known.name, title=known.title, items=found.items, losses=found.losses)


class News(Struct, frozen=True, kw_only=True):
    """An object of a file, and what keeping it would do: `new`, `changed`, `unchanged`."""

    item: Item
    becomes: str


def news(some: Opened, kept: Callable[[str], KeptItem | None]) -> list[News]:
    """What keeping the objects of a file would do; `kept` gives what is kept of an id from the same source."""
    return [News(item=one, becomes=_becomes(one, kept(one.item_id))) for one in some.items]


def _becomes(item: Item, before: KeptItem | None) -> str:
    if before is None:
        return "new"
    return "unchanged" if before.item == item else "changed"


def every(items: Callable[[ItemsWanted], list[KeptItem]], wanted: ItemsWanted) -> Iterator[KeptItem]:
    """All kept objects that fit, page after page."""
    while found := items(wanted):
        yield from found
        wanted = msgspec.structs.replace(wanted, before=(found[-1].changed_at, found[-1].key))
