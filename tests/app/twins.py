"""Twin worlds: two that differ only in what an observer may not see, and all that the observer gets in each.

The observer is id, which has what kr tells everybody, coarsely. What it may not see: objects that kr grants to others
only, words and exact places cut from what it gets, references to what it does not have, and what others agreed with kr.
"""

from __future__ import annotations

import random
import shutil
from typing import NamedTuple

import msgspec
from alliance import COARSE, agreement
from nodes import BEGIN, Clock, Node

from hanbada.app.sharing import publishing, receiving
from hanbada.model.errors import InputError
from hanbada.model.sharing import FULL, Assertion, Caveats, Grant, Item, Marking, Scope, Span
from hanbada.model.times import HOUR_US
from hanbada.store import exchange, terms
from hanbada.store.database import writing

SHOWN, HIDDEN = ("v0", "v1", "v2"), ("h0", "h1", "h2")
STEP_US = HOUR_US // 2


class Told(NamedTuple):
    """kr says something of an object; only `seen` is ever told to the observer."""

    name: str
    seen: int
    unseen: int
    grants: tuple[str, ...]
    refs: tuple[str, ...]
    until: int | None
    begins: int | None = None
    """Steps of the story from which, and up to which, it may be had."""


class Deed(NamedTuple):
    """Something else that is done: a recall, an agreement, a scope, a look at the time, an exchange of frames."""

    what: str
    name: str = ""
    number: int = 0


def story(seed: int, length: int = 16) -> list[Told | Deed]:
    """What is done in both worlds, at one moment each."""
    dice = random.Random(seed)
    kinds = ["shown"] * 6 + ["hidden"] * 3 + ["recall", "hide", "all", "all", "kr-fr", "scope", "tick", "sync", "sync"]
    return [_deed(dice, dice.choice(kinds), step) for step in range(length)] + [
        Deed("tick"),
        Deed("sync", number=60_000),
    ]


def _deed(dice: random.Random, kind: str, step: int) -> Told | Deed:
    refs = tuple(sorted(dice.sample(SHOWN + HIDDEN, dice.randrange(4))))
    until = dice.choice([None, None, step + 2, step + 6])
    begins = dice.choice([None, None, None, step + 2, step + 4])
    if kind == "shown":
        grants = dice.choice([("all",), ("all",), ("all", "kr-fr"), ()])
        return Told(dice.choice(SHOWN), dice.randrange(9), dice.randrange(999), grants, refs, until, begins)
    if kind == "hidden":
        return Told(dice.choice(HIDDEN), dice.randrange(9), dice.randrange(999), ("kr-fr",), refs, until, begins)
    name = {"recall": SHOWN, "hide": HIDDEN, "scope": ("i1", "i2")}.get(kind, ("",))
    return Deed(kind, dice.choice(name), dice.choice([1, 700, 60_000]))


def twin(script: list[Told | Deed], seed: int) -> list[Told | Deed | None]:
    """The same for the observer: something else, or nothing (None), wherever it may not see."""
    dice = random.Random(~seed)
    last: dict[str, Told] = {}
    found = []
    for step, one in enumerate(script):
        if isinstance(one, Told) and one.name in SHOWN:
            last[one.name] = one
        elif isinstance(one, Deed) and one.what == "recall":
            last.pop(one.name, None)
        found.append(_other(dice, one, [told for told in last.values() if _steady(told, step)]))
    return found


def _steady(one: Told, step: int) -> bool:
    """Whether time changes nothing about it by now: an edit may bring such a change forward by less than a turn."""
    return (one.until is None or step < one.until) and one.begins is None


def _other(dice: random.Random, one: Told | Deed, shown: list[Told]) -> Told | Deed | None:
    hidden = one.what in {"hide", "kr-fr", "scope"} if isinstance(one, Deed) else one.name in HIDDEN
    if hidden and shown and dice.random() < 0.5:
        return dice.choice(shown)._replace(unseen=dice.randrange(999))
    if isinstance(one, Deed):
        return dice.choice([one, None]) if hidden else one
    refs = tuple(ref for ref in one.refs if ref in SHOWN)
    refs = tuple(sorted({*refs, *dice.sample(HIDDEN, dice.randrange(3))}))
    if one.name in SHOWN:
        grants = tuple({*one.grants, "kr-fr"}) if dice.random() < 0.5 else one.grants
        return one._replace(unseen=dice.randrange(999), grants=grants, refs=refs)
    if dice.random() < 0.4:
        return None
    return one._replace(seen=dice.randrange(9), unseen=dice.randrange(999), refs=refs)


class Observed(NamedTuple):
    """All that the observer gets: frames, what its ledger and counts say, what it reads, errors it is shown."""

    frames: tuple[bytes, ...]
    counts: tuple[object, ...]
    read: object
    errors: tuple[str, ...]


def observed(template, home, script: list[Told | Deed | None]) -> Observed:
    """Play a script and watch."""
    for name in ("kr", "id"):
        shutil.copytree(template / name, home / name)
    clock = Clock()
    kr, watcher = Node(home, "kr", clock), Node(home, "id", clock)
    fr = next(one for one, kept in kr.read(terms.partners).items() if kept.partner.name == "fr")
    frames, counts, errors = [], [], []
    for step, one in enumerate(script):
        clock.at = _moment(step)
        if isinstance(one, Told):
            kr.write(publishing.publish, _item(kr, one), one.name)
        elif one is not None and one.what == "sync":
            frames.append(kr.frame(watcher, one.number))
            watcher.hear(frames[-1])
            answer = watcher.frame(kr)
            kr.hear(answer)
            errors.append(_refused(kr, answer))
            counts.append(_counts(kr, watcher.node))
        elif one is not None:
            _done(kr, fr, one, clock.at)
    read = sorted((key, msgspec.json.encode(one)) for key, one in watcher.has("live", "recalled").items())
    kr.close()
    watcher.close()
    return Observed(tuple(frames), tuple(counts), read, tuple(errors))


def _counts(kr: Node, node: str) -> tuple[object, ...]:
    tellings = kr.read(exchange.tellings, node)
    said = [(one.item_id, one.version, one.recalled, one.lane, one.seq, one.told_at, one.purged_at) for one in tellings]
    return tuple(said), kr.read(exchange.waits, kr.read(exchange.link_to, node))


def _refused(kr: Node, wire: bytes) -> str:
    """What kr says to a frame that was changed on its way."""
    try:
        kr.hear(wire[:-9] + bytes([wire[-9] ^ 1]) + wire[-8:])
    except InputError as error:
        return str(error)
    return ""


def _moment(step: int) -> int:
    return BEGIN + HOUR_US + step * STEP_US


def _item(kr: Node, one: Told) -> Item:
    # Exact places that stand in one cell: which of them is cut away.
    where = [[129.04 + one.unseen * 1e-5, 35.1 + one.seen]]
    grants = tuple(
        Grant(community=name, to="anyone", profile=FULL if name == "kr-fr" else COARSE) for name in one.grants
    )
    caveats = Caveats(
        until_at=None if one.until is None else _moment(one.until),
        from_at=None if one.begins is None else _moment(one.begins),
    )
    return Item(
        item_id=kr.ours.item_id(one.name),
        data_class="alert",
        marking=Marking(tlp="GREEN", originator=kr.node, grants=grants, caveats=caveats),
        assertions=(
            Assertion(name="kind", aspect="plain", value=one.seen),
            Assertion(name="at", aspect="time", value=BEGIN + one.unseen),
            Assertion(
                name="place",
                aspect="place",
                value={"geometry": {"kind": "point", "coordinates": where}, "area": "sea"},
            ),
            Assertion(name="log", aspect="narrative", value="x" * (one.unseen % 50)),
        ),
        refs=tuple(kr.ours.item_id(ref) for ref in one.refs if ref != one.name),
        incident="i1",
    )


def _done(kr: Node, fr: str, one: Deed, now: int) -> None:
    """Whoever changes what two agreed tells these two again, nobody else."""
    if one.what in {"recall", "hide"}:
        kr.recall(kr.ours.item_id(one.name))
    elif one.what == "tick":
        kr.write(receiving.expire, own=False)
        kr.write(publishing.retell)
    elif one.what == "scope":
        scope = Scope(
            scope_id="s", community="kr-fr", incident=one.name, nodes=(fr,), profile=FULL, max_tlp="RED",
            opened_by="chief", opened_at=now, until_at=now + 3 * HOUR_US,
        )  # fmt: skip
        kr.write(terms.put_scope, scope, own=False)
        _retold(kr, [fr])
    else:
        suspended = kr.read(terms.agreements)[one.what].suspended
        kr.write(terms.put_agreement, agreement(one.what, suspended=() if suspended else (Span(),)), own=False)
        _retold(kr, [fr] if one.what == "kr-fr" else None)


def _retold(kr: Node, nodes: list[str] | None) -> None:
    with writing(kr.engine) as connection:
        publishing.retell(connection, kr.ours, kr.clock.written(), nodes)
