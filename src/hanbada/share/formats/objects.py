"""Hanbada's own file of objects: a JSON object a line, nothing lost.

Facts that are marked more strictly than their object say so each by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from hanbada.model.errors import InputError
from hanbada.model.facts import FACTS, facts_of
from hanbada.model.sharing import Marking, Tlp
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, item, read_all, uncarried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.sharing import Item, Released, Told

EDITION = 1
CARRIES = {data_class: frozenset(facts_of(data_class)) for data_class in FACTS}


class _Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An object; `marked` has the TLP of facts that differ from it."""

    hanbada: int
    id: str
    what: str
    tlp: Tlp
    originator: str
    facts: dict[str, Any]
    marked: dict[str, Tlp] = {}
    refs: tuple[str, ...] = ()
    exercise: bool = False


def write(released: Sequence[Released], _: Note) -> Written:
    """A line for each object."""
    losses = [loss for one in released for loss in uncarried(CARRIES, one)]
    lines = [msgspec.json.encode(_line(one)) for one in released if one.data_class in CARRIES]
    return Written(b"".join(line + b"\n" for line in lines), tuple(losses))


def _line(one: Released) -> _Line:
    known = CARRIES[one.data_class]
    facts = [fact for fact in one.facts if fact.name in known]
    return _Line(
        hanbada=EDITION,
        id=one.item_id,
        what=one.data_class,
        tlp=one.handling.tlp,
        originator=one.handling.originator,
        facts={fact.name: fact.value for fact in facts},
        marked={fact.name: tlp for fact in facts if (tlp := _own(fact)) is not None},
        refs=one.refs,
        exercise=one.exercise,
    )


def _own(fact: Told) -> Tlp | None:
    return None if fact.handling is None else fact.handling.tlp


def read(content: bytes) -> Read:
    """The objects of a file; a line that is none is a loss. Raises InputError if there is no line of ours at all."""
    found: list[tuple[Item, list[Loss]]] = []
    bad: list[Loss] = []
    for number, raw in enumerate(content.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            bad.append(Loss(item_id="", what=f"line {number}", why=str(error)))
            continue
        if line.hanbada != EDITION or line.what not in CARRIES:
            bad.append(Loss(item_id=line.id, what=f"line {number}", why=f"no object this edition knows: {line.what}"))
        else:
            found.append(_item(line))
    if bad and not found:
        message = f"no objects of Hanbada: {bad[0].what}: {bad[0].why}"
        raise InputError(message)
    items, losses = read_all(found)
    return Read(items, (*bad, *losses))


def _item(line: _Line) -> tuple[Item, list[Loss]]:
    found, losses = item(
        line.id, line.what, line.facts, tlp=line.tlp, originator=line.originator, exercise=line.exercise
    )
    facts = tuple(
        msgspec.structs.replace(one, marking=Marking(tlp=line.marked[one.name], originator=line.originator, grants=()))
        if one.name in line.marked
        else one
        for one in found.assertions
    )
    return msgspec.structs.replace(found, assertions=facts, refs=line.refs), losses


FORMAT = Format(
    name="objects",
    title="Hanbada objects",
    media_type="application/x-ndjson",
    suffix="jsonl",
    carries=CARRIES,
    write=write,
    read=read,
    sniff=lambda head: head.lstrip().startswith(b'{"hanbada":'),
)
