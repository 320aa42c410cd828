"""Who a vessel says it is: names, numbers and sizes per MMSI, by vote over its static reports.

The value said most often counts, the latest among equals: a single damaged report does not rename a ship.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

FIELDS = ("imo", "call_sign", "name", "ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m",
          "draught_m", "destination", "eta")  # fmt: skip
LATEST = {"draught_m", "destination", "eta"}
"""Voyage data: the last word counts, not the most frequent."""


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


@dataclass(slots=True)
class _Votes:
    said: dict[str, Counter[Any]] = field(default_factory=dict)
    last: tuple[Any, ...] = ()
    last_at: int = -1
    voted: Identity = NOBODY


@dataclass(slots=True)
class Sender:
    """Who sent an IMO number, and when first and last."""

    mmsi: int
    first_at: int
    last_at: int
    line_id: int


@dataclass(slots=True)
class Identities:
    """State of the fold: votes per MMSI, and the senders of each IMO number."""

    votes: dict[int, _Votes] = field(default_factory=dict)
    imo_senders: dict[int, dict[int, Sender]] = field(default_factory=dict)

    def get(self, mmsi: int) -> Identity:
        """The identity of an MMSI; NOBODY if it said nothing yet."""
        votes = self.votes.get(mmsi)
        return NOBODY if votes is None else votes.voted


def learn(state: Identities, statics: pa.Table) -> set[int]:
    """Take static reports in any order; the IMO numbers whose senders changed."""
    touched: set[int] = set()
    if not statics.num_rows:
        return touched
    frame = pl.DataFrame(statics).select("mmsi", pl.col("at").cast(pl.Int64), "line_id", *FIELDS)
    for mmsi, at, line, *values in frame.iter_rows():
        when = -1 if at is None else at
        votes = state.votes.get(mmsi)
        if votes is None:
            votes = state.votes[mmsi] = _Votes()
        _vote(votes, when, values)
        if values[0] is not None and at is not None and _sent(state, values[0], mmsi, when, line):
            touched.add(values[0])
    return touched


def _vote(votes: _Votes, at: int, values: list[Any]) -> None:
    said = tuple(values)
    changed = said != votes.last
    for name, value in zip(FIELDS, values, strict=True):
        if value is not None and name not in LATEST:
            votes.said.setdefault(name, Counter())[value] += 1
    newest = at >= votes.last_at
    if not changed and newest:
        votes.last_at = at
        return
    chosen = {name: _winner(counter, values[FIELDS.index(name)]) for name, counter in votes.said.items()}
    current = votes.voted._asdict()
    latest = {n: v for n, v in zip(FIELDS, values, strict=True) if n in LATEST and v is not None and newest}
    votes.voted = Identity(**(current | chosen | latest))
    if newest:
        votes.last, votes.last_at = said, at


def _winner(counter: Counter[Any], latest: Any) -> Any:
    most = max(counter.values())
    if latest is not None and counter[latest] == most:
        return latest
    return next(value for value, count in counter.items() if count == most)


def _sent(state: Identities, imo: int, mmsi: int, at: int, line: int) -> bool:
    """Note that an MMSI sent an IMO number; True if another one did as well."""
    senders = state.imo_senders.setdefault(imo, {})
    known = senders.get(mmsi)
    if known is None:
        senders[mmsi] = Sender(mmsi, at, at, line)
    else:
        known.first_at, known.last_at = min(known.first_at, at), max(known.last_at, at)
    return len(senders) > 1
