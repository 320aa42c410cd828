"""What a sharing format is: what it carries, a writer that says what it could not, a reader that says the same.

A writer gets what was released and nothing else. What it reports lost does not come back from its own reader, and what
it does not report lost comes back equal: tests hold every format to both. A reader gives objects as the release desk
sees them: marked as the bytes say, RED where they say nothing, and granted to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from hanbada.model.facts import checked, facts_of
from hanbada.model.sharing import Assertion, Item, Marking, Released, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable


class Loss(Struct, frozen=True, kw_only=True):
    """What could not be carried: of which object, which fact or which part of the bytes, and why."""

    item_id: str
    what: str
    why: str


class Written(NamedTuple):
    """A file or message, and what is not in it."""

    content: bytes
    losses: tuple[Loss, ...]


class Read(NamedTuple):
    """Objects, and what stood in the bytes that they do not say."""

    items: tuple[Item, ...]
    losses: tuple[Loss, ...]


class Note(Struct, frozen=True, kw_only=True):
    """What a file says about itself: its title, when it was written, who wrote it, under which filter."""

    title: str
    written_at: int
    author: str = ""
    filter: str = ""


class Format(Struct, frozen=True, kw_only=True):
    """A sharing format.

    `carries` says which facts of which data classes it can carry at all: the preview and the page of the format are
    made from it. `write` may lose more of a single object, and says so. `read` raises InputError where the bytes cannot
    be used at all; it is None for a format we only write. `sniff` says whether the first bytes look like it.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    carries: Mapping[str, frozenset[str]]
    write: Callable[[Sequence[Released], Note], Written]
    read: Callable[[bytes], Read] | None = None
    sniff: Callable[[bytes], bool] = lambda _: False


def uncarried(carries: Mapping[str, frozenset[str]], released: Released) -> list[Loss]:
    """What of an object a format cannot carry at all: the whole of it, or some of its facts."""
    can = carries.get(released.data_class)
    if can is None:
        return [Loss(item_id=released.item_id, what=released.data_class, why="no such object in this format")]
    return [lost(released, fact.name) for fact in released.facts if fact.name not in can]


UNCARRIED = "no place for it in this format"


def lost(released: Released, what: str, why: str = UNCARRIED) -> Loss:
    """A fact of an object that a format does not carry."""
    return Loss(item_id=released.item_id, what=what, why=why)


def unread(released: Released, found: Item | None, whys: Mapping[str, str]) -> list[Loss]:
    """Facts that do not come back equal from what was written: how a writer can be sure of its losses.

    `found` is what its own reader makes of the object, `whys` says by fact why it cannot be carried.
    """
    back = {fact.name: fact.value for fact in found.assertions} if found is not None else {}
    gone = (
        fact.name for fact in released.facts
        if fact.name not in back or back[fact.name] != _plain(released.data_class, fact.name, fact.value)
    )  # fmt: skip
    return [lost(released, name, whys.get(name, UNCARRIED)) for name in gone]


def _plain(data_class: str, name: str, value: Any) -> Any:
    """The value as a reader would give it: tuples are lists, what is left out of a record is written out."""
    good = checked(data_class, name, value)
    return msgspec.json.decode(msgspec.json.encode(value)) if good is None else good


def values(released: Released) -> dict[str, Any]:
    """The facts of an object by name."""
    return {fact.name: fact.value for fact in released.facts}


def item(
    item_id: str, data_class: str, said: Mapping[str, Any], *, tlp: Tlp | None, originator: str, exercise: bool = False
) -> tuple[Item, list[Loss]]:
    """An object a reader found, with every fact that is what it should be; the others are losses.

    `said` has the value of each fact by name, None for what is not known. No `tlp` means RED.
    """
    assertions, losses = [], []
    known = facts_of(data_class)
    for name, value in said.items():
        if value is None:
            continue
        good = checked(data_class, name, value)
        if good is None:
            losses.append(Loss(item_id=item_id, what=name, why="not a value of this fact"))
        else:
            assertions.append(Assertion(name=name, aspect=known[name].aspect, value=good))
    marking = Marking(tlp=tlp or "RED", originator=originator, grants=())
    found = Item(
        item_id=item_id, data_class=data_class, marking=marking, assertions=tuple(assertions),
        place=_points(said.get("place")), exercise=exercise,
    )  # fmt: skip
    return found, losses


def _points(place: Any) -> tuple[tuple[float, float], ...]:
    good = checked("vessel", "place", place)
    geometry = (good or {}).get("geometry") or {}
    return tuple((lon, lat) for lon, lat in geometry.get("coordinates", ()))


def compared(carries: Mapping[str, frozenset[str]], released: Sequence[Released], read: Read) -> tuple[Loss, ...]:
    """What is not in a file that was read back: the losses of a writer, found rather than promised."""
    back = {one.item_id: {said.name: said.value for said in one.assertions} for one in read.items}
    return tuple(loss for one in released for loss in _not_back(carries, one, back.get(one.item_id)))


def _not_back(
    carries: Mapping[str, frozenset[str]], released: Released, back: Mapping[str, Any] | None
) -> Sequence[Loss]:
    losses = uncarried(carries, released)
    if released.data_class not in carries:
        return losses
    if back is None:
        return [lost(released, released.data_class, "it has nothing this format could say")]
    known = {loss.what for loss in losses}
    return losses + [
        lost(released, fact.name, "not exactly so in this format")
        for fact in released.facts
        if fact.name not in known and back.get(fact.name) != fact.value
    ]


def read_all(reads: Iterable[tuple[Item, list[Loss]]]) -> Read:
    """Several objects as one reading."""
    found = list(reads)
    return Read(tuple(one for one, _ in found), tuple(loss for _, losses in found for loss in losses))


def number(said: str | None) -> float | None:
    """A finite number in text, None for anything else.

    >>> number("12.5"), number("nan"), number("east"), number(None)
    (12.5, None, None, None)
    """
    try:
        value = float(said or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
