"""Which navigational warnings are in force at a moment, given everything that came, in whatever order it came.

What is kept is the set of messages and nothing else, so that order and repetition cannot matter. At a moment only what
was issued by then counts. A warning issued again replaces itself and lives again. It ends when a message of then or
later cancels it by number, at the time it cancels itself, when what it announces is over, or when a bulletin of its
series lists what is in force and leaves it out. IMO Resolution A.706(17), as amended: a warning is in force until it is
cancelled or its own time is over.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct

from hanbada.model.facts import Warned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key: TypeAlias = tuple[str, int, int]
"""Series, number and year."""


class Notice(Struct, frozen=True, kw_only=True):
    """A message of a warning service: a warning, a cancellation, a bulletin, or several of them.

    `known_at` is when it was issued or, where it does not say, when we heard it. `listed` are the warnings a bulletin
    says are in force; None if it is no bulletin.
    """

    known_at: int
    key: Key | None
    cancels: tuple[Key, ...] = ()
    cancelled_at: int | None = None
    until_at: int | None = None
    listed: tuple[Key, ...] | None = None
    text: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """Where a warning stands at a moment, and since when it no longer is in force; `by` is the message that ended it.

    That is None where it ended by itself.
    """

    key: Key
    notice: Notice
    state: Literal["in_force", "cancelled", "over", "left_out"]
    since_at: int | None = None
    by: Key | None = None


Board: TypeAlias = frozenset[Notice]
"""Everything that came."""
NOTHING: Board = frozenset()


def received(board: Board, notices: Iterable[Notice]) -> Board:
    """The board with more messages."""
    return board | frozenset(notices)


def notice(facts: Mapping[str, Any], heard_at: int) -> Notice:
    """A warning's facts as a message."""
    issued = facts.get("issued")
    bulletin = facts.get("kind") == "in_force"
    return Notice(
        known_at=heard_at if issued is None else issued,
        key=key_of(facts["number"]) if facts.get("number") else None,
        cancels=tuple(key_of(one) for one in facts.get("cancels", ())),
        cancelled_at=facts.get("cancelled"),
        until_at=facts.get("until"),
        listed=tuple(sorted(key_of(one) for one in facts.get("refers", ()))) if bulletin else None,
        text=facts.get("text", ""),
    )


def key_of(number: Mapping[str, Any] | Warned) -> Key:
    """A number as what two spellings of it have in common."""
    said = (
        number if not isinstance(number, Warned) else {name: getattr(number, name) for name in number.__struct_fields__}
    )
    return " ".join(str(said["series"]).upper().split()), int(said["number"]), int(said["year"])


def _known(board: Board, at_us: int) -> list[Notice]:
    """What was issued by a moment, in an order that only what is said decides."""
    return sorted((one for one in board if one.known_at <= at_us), key=lambda one: (one.known_at, repr(one)))


def standing(board: Board, at_us: int) -> tuple[Standing, ...]:
    """Every warning known at a moment and where it stands, by key; bulletins themselves are not listed."""
    known = _known(board, at_us)
    issues: dict[Key, Notice] = {one.key: one for one in known if one.key is not None and one.listed is None}
    ends: dict[Key, list[tuple[int, str, Key | None]]] = defaultdict(list)
    for one in known:
        for key in one.cancels:
            ends[key].append((one.known_at, "cancelled", one.key))
    bulletins = [one for one in known if one.listed is not None and one.key is not None]
    return tuple(_standing(key, issues[key], ends[key], bulletins, at_us) for key in sorted(issues))


def _standing(
    key: Key, last: Notice, ends: list[tuple[int, str, Key | None]], bulletins: list[Notice], at_us: int
) -> Standing:
    """Where a warning stands: the first of what ended it since it was last issued."""
    over = [(at, state, key) for at, state in _own_ends(last) if at <= at_us]
    cancels = [end for end in ends if end[0] >= last.known_at and end[2] != key]
    later = [one for one in bulletins if one.known_at > last.known_at and one.key is not None and one.key[0] == key[0]]
    left = [(one.known_at, "left_out", one.key) for one in later if key not in (one.listed or ())]
    ended = min([*over, *cancels, *left], default=None, key=lambda end: (end[0], end[1], end[2] or ("", 0, 0)))
    if ended is None:
        return Standing(key=key, notice=last, state="in_force")
    since_at, state, by = ended
    return Standing(key=key, notice=last, state=state, since_at=since_at, by=by)  # type: ignore[arg-type]


def _own_ends(one: Notice) -> list[tuple[int, str]]:
    """When a warning ends by what it says: when it cancels itself, else when what it announces is over."""
    if one.cancelled_at is not None:
        return [(one.cancelled_at, "cancelled")]
    return [(one.until_at, "over")] if one.until_at is not None else []


def in_force(board: Board, at_us: int) -> tuple[Notice, ...]:
    """The warnings in force at a moment."""
    return tuple(one.notice for one in standing(board, at_us) if one.state == "in_force")


def unheard(board: Board, at_us: int) -> tuple[Key, ...]:
    """Warnings that the last bulletin of their series says are in force and that never came to us."""
    known = _known(board, at_us)
    last = {one.key[0]: one for one in known if one.listed is not None and one.key is not None}
    heard = {one.key for one in known if one.listed is None}
    return tuple(sorted(key for one in last.values() for key in one.listed or () if key not in heard))
