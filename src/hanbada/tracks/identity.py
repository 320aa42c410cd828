"""Who a vessel says it is: names, numbers and sizes per MMSI, by vote over its static reports.

Of the values said three times the one said last counts: a damaged report does not rename a ship, and a ship that takes
a new name has it after three reports. What is kept depends on which reports there were, not on the order they came in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

FIELDS = ("imo", "call_sign", "name", "ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m",
          "draught_m", "destination", "eta")  # fmt: skip
LATEST = {"draught_m", "destination", "eta"}
"""Voyage data: the last word counts, however often it was said."""
CONFIRMED = 3
"""Reports that say the same before it is believed: two damaged in the same way are rare, three take a quarter hour."""
MOST_SAID = 4096
"""Different reports kept of one MMSI, the latest: a number that thousands of net buoys use must not fill the memory."""


class Identity(NamedTuple):
    """What an MMSI says of itself; None where it said nothing."""

    imo: int | None = None
    call_sign: str | None = None
    name: str | None = None
    ship_type: int | None = None
    to_bow_m: int | None = None
    to_stern_m: int | None = None
    to_port_m: int | None = None
    to_starboard_m: int | None = None
    draught_m: float | None = None
    destination: str | None = None
    eta: str | None = None

    @property
    def length_m(self) -> int | None:
        """Overall length, if both halves are known."""
        return None if self.to_bow_m is None or self.to_stern_m is None else self.to_bow_m + self.to_stern_m

    @property
    def beam_m(self) -> int | None:
        """Overall beam, if both halves are known."""
        known = self.to_port_m is not None and self.to_starboard_m is not None
        return (self.to_port_m or 0) + (self.to_starboard_m or 0) if known else None


NOBODY = Identity()


def different_hulls(a: Identity, b: Identity) -> bool:
    """Lengths that differ by more than 15 percent belong to two ships; what is unknown tells nothing."""
    if not a.length_m or not b.length_m:
        return False
    return abs(a.length_m - b.length_m) > 0.15 * max(a.length_m, b.length_m)


def agreement(a: Identity, b: Identity, one_name: Callable[[str, str], float]) -> float | None:
    """Share of name, call sign and IMO number that both send and that agree; None if they share none to compare."""
    pairs = [(a.call_sign, b.call_sign), (a.imo, b.imo)]
    agree = [float(x == y) for x, y in pairs if x is not None and y is not None]
    if a.name and b.name:
        agree.append(one_name(a.name, b.name))
    return sum(agree) / len(agree) if agree else None


class Word(NamedTuple):
    """A value said for a field: from when to when, how often, and the line that said it first."""

    what: str
    value: Any
    first_at: int
    last_at: int
    count: int  # type: ignore[assignment]
    first_line: int
    last_line: int


@dataclass(slots=True)
class _Votes:
    """What an MMSI said: whole reports, each once, with when and how often; and what that comes to, if asked since."""

    said: dict[tuple[Any, ...], Word] = field(default_factory=dict)
    voted: Identity | None = None


@dataclass(slots=True)
class Sender:
    """Who sent an IMO number, when first and last, and the line that sent it first."""

    mmsi: int
    first_at: int
    last_at: int
    line_id: int


def _any_number(_: int) -> bool:
    return True


@dataclass(slots=True)
class Identities:
    """State of the fold: votes per MMSI, and the senders of each IMO number. Owned by one fold, changed in place.

    `sound_imo` says whether an IMO number can be one: of several, a sound one is believed first.
    """

    votes: dict[int, _Votes] = field(default_factory=dict)
    imo_senders: dict[int, dict[int, Sender]] = field(default_factory=dict)
    sound_imo: Callable[[int], bool] = _any_number

    def get(self, mmsi: int) -> Identity:
        """The identity of an MMSI; NOBODY if it said nothing yet."""
        votes = self.votes.get(mmsi)
        if votes is None:
            return NOBODY
        if votes.voted is None:
            votes.voted = _voted(_words(votes), self.sound_imo)
        return votes.voted

    def history(self, mmsi: int, *fields: str) -> list[Word]:
        """Every value an MMSI said for some fields (all if none is named), in the order of first saying."""
        votes = self.votes.get(mmsi)
        said = _words(votes) if votes is not None else []
        return sorted((word for word in said if not fields or word.what in fields), key=_first_said)

    def said_between(self, mmsi: int, what: str, begin_at: int, end_at: int) -> list[Any]:
        """The values an MMSI said for a field between two times, in the order of first saying.

        Reports that say the same in every field count as said from the first to the last of them.
        """
        votes = self.votes.get(mmsi)
        said = votes.said.items() if votes is not None else ()
        place = FIELDS.index(what)
        heard = [(word, values[place]) for values, word in said if word.first_at <= end_at and word.last_at >= begin_at]
        in_order = sorted(heard, key=lambda one: (one[0].first_at, one[0].first_line))
        return list(dict.fromkeys(value for _, value in in_order if value is not None))


def _first_said(word: Word) -> tuple[Any, ...]:
    return word.first_at, word.first_line, word.what, str(word.value)


def learn(state: Identities, statics: pa.Table) -> set[int]:
    """Take static reports in any order; the IMO numbers that several MMSI sent, of those sent now."""
    touched: set[int] = set()
    for mmsi, *values, first_at, last_at, count, first_line, last_line in _statements(statics):
        word = Word("", None, first_at, last_at, count, first_line, last_line)
        votes = state.votes.setdefault(mmsi, _Votes())
        said = tuple(values)
        known = votes.said.get(said)
        votes.said[said] = word if known is None else _both(known, word)
        votes.voted = None
        if len(votes.said) > MOST_SAID:
            _forget_old(votes)
        if values[0] is not None and _sent(state, values[0], mmsi, word):
            touched.add(values[0])
    return touched


def _statements(statics: pa.Table) -> Iterable[tuple[Any, ...]]:
    """Equal reports of one MMSI as one row: who, what, when first and last, how often, first and last line."""
    if not statics.num_rows:
        return ()
    frame = pl.DataFrame(statics).select("mmsi", *FIELDS, pl.col("at").cast(pl.Int64).fill_null(-1), "line_id")
    ends = (pl.col("at").first(), pl.col("at").last().alias("last_at"), pl.len().alias("count"))
    lines = (pl.col("line_id").first(), pl.col("line_id").last().alias("last_line"))
    same = frame.sort("at", "line_id").group_by("mmsi", *FIELDS, maintain_order=True)
    return same.agg(*ends, *lines).iter_rows()


def _forget_old(votes: _Votes) -> None:
    latest = sorted(votes.said.items(), key=lambda item: (item[1].last_at, item[1].last_line))
    votes.said = dict(latest[-MOST_SAID // 2 :])


def _both(one: Word, other: Word) -> Word:
    """The same word said by two sets of reports."""
    first = min(one, other, key=lambda w: (w.first_at, w.first_line))
    last = max(one, other, key=lambda w: (w.last_at, w.last_line))
    return first._replace(last_at=last.last_at, last_line=last.last_line, count=one.count + other.count)


def _words(votes: _Votes) -> list[Word]:
    """What was said field by field."""
    words: dict[tuple[str, Any], Word] = {}
    for said, when in votes.said.items():
        for name, value in zip(FIELDS, said, strict=True):
            if value is not None:
                word = when._replace(what=name, value=value)
                known = words.get((name, value))
                words[name, value] = word if known is None else _both(known, word)
    return list(words.values())


def _voted(words: list[Word], sound_imo: Callable[[int], bool]) -> Identity:
    best: dict[str, tuple[Any, ...]] = {}
    for word in words:
        confirmed = word.what in LATEST or word.count >= CONFIRMED
        sound = word.what != "imo" or sound_imo(word.value)
        often = 0 if confirmed else word.count
        rank = (sound, confirmed, often, word.last_at, word.last_line, word.value)
        if word.what not in best or rank > best[word.what]:
            best[word.what] = rank
    return Identity(**{name: rank[-1] for name, rank in best.items()})


def _sent(state: Identities, imo: int, mmsi: int, word: Word) -> bool:
    """Note that an MMSI sent an IMO number; True if another one did as well."""
    senders = state.imo_senders.setdefault(imo, {})
    known = senders.get(mmsi)
    if known is None:
        senders[mmsi] = Sender(mmsi, word.first_at, word.last_at, word.first_line)
    else:
        if word.first_at < known.first_at:
            known.first_at, known.line_id = word.first_at, word.first_line
        known.last_at = max(known.last_at, word.last_at)
    return len(senders) > 1
