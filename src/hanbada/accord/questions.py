"""What the register answers: who lacks what with whom, what is due, how ties grew. Pure; today is passed.

That a row is missing says that it is not in this register, never that it is not in the world. Unions stand for
themselves: whoever wants their members counted names the unions (`expanded`).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from hanbada.model.register import (
    DOMAINS,
    KIND_OF,
    ConfidenceNotice,
    Deployment,
    Dialogue,
    Domain,
    Forum,
    Instrument,
    JointExercise,
    Transfer,
)
from hanbada.model.times import from_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hanbada.model.register import Row

Pair: TypeAlias = tuple[str, str]
"""Two parties, by alphabet."""
DUE_DAYS = 90
REMINDERS = (7, 30, 90)
"""Days before a date at which people are reminded."""


# Parties


def unions(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Members of every forum, by its code."""
    return {row.code: row.members for row in rows if isinstance(row, Forum)}


def expanded(parties: Iterable[str], members: Mapping[str, tuple[str, ...]], named: Iterable[str]) -> tuple[str, ...]:
    """Parties with those unions that are named put as their members, nothing twice.

    >>> expanded(("KR", "EU"), {"EU": ("DE", "FR")}, ()), expanded(("KR", "EU"), {"EU": ("DE", "FR")}, ("EU",))
    (('KR', 'EU'), ('KR', 'DE', 'FR'))
    """
    wanted = set(named)
    found = [one for party in parties for one in (members.get(party, (party,)) if party in wanted else (party,))]
    return tuple(dict.fromkeys(found))


def parties_of(row: Row) -> tuple[str, ...]:
    """Who a row is about; a forum is about its members."""
    match row:
        case Forum():
            return row.members
        case Deployment():
            return tuple(one for one in (row.operator, row.host) if one)
        case Transfer():
            return (row.supplier, row.recipient)
        case JointExercise():
            return row.participants
        case ConfidenceNotice():
            return tuple(dict.fromkeys((row.from_party, *row.parties)))
    return row.parties


def title_of(row: Row) -> str:
    """What a row is called in a list."""
    match row:
        case Forum() | JointExercise():
            return row.name
        case Deployment():
            return f"{row.unit}, {row.place}"
        case Transfer():
            return f"{row.supplier} – {row.recipient}: {row.designation}"
    return row.title


def pairs(row: Row, members: Mapping[str, tuple[str, ...]], named: Iterable[str]) -> list[Pair]:
    """Every two parties that a row ties together; sharing a forum is no tie of two."""
    if isinstance(row, Forum):
        return []
    return list(combinations(sorted(expanded(parties_of(row), members, named)), 2))


# Days


def day_of(row: Row) -> date | None:
    """The day a row stands under."""
    match row:
        case Forum():
            return row.founded_on
        case Instrument():
            return row.signed_on or row.in_force_on
        case Dialogue():
            return row.held_on
        case ConfidenceNotice():
            return None if row.begins_at is None else from_us(row.begins_at).date()
        case Transfer():
            return None
    return row.begins_on


def year_of(row: Row) -> int | None:
    """The year a row stands under; for transfers that of the order."""
    if isinstance(row, Transfer):
        return row.order_year.value if row.order_year else None
    day = day_of(row)
    return day.year if day else None


def in_force(row: Instrument, today: date) -> bool:
    """Whether a paper holds on a day: begun, not over, not suspended. One without dates is taken to hold."""
    begun = row.in_force_on or row.signed_on
    if (begun and today < begun) or (row.until_on and today > row.until_on):
        return False
    paused = row.suspended_from_on and today >= row.suspended_from_on
    return not (paused and (row.suspended_until_on is None or today < row.suspended_until_on))


# Gaps and coverage


class Coverage(Struct, frozen=True, kw_only=True):
    """Which papers in force cover which domains between two parties."""

    pair: Pair
    papers: dict[Domain, tuple[str, ...]]

    @property
    def lacking(self) -> tuple[Domain, ...]:
        """Domains without a paper."""
        return tuple(one for one in DOMAINS if not self.papers.get(one))


class Gap(Struct, frozen=True, kw_only=True):
    """Two who exercise together without a confirmed information agreement; `unverified` are papers to look into."""

    pair: Pair
    exercises: int
    latest_on: date
    latest: str
    lacking: tuple[Domain, ...]
    unverified: tuple[str, ...] = ()


def coverage(rows: Sequence[Row], today: date, named: Iterable[str] = (), party: str | None = None) -> list[Coverage]:
    """Domains covered between every two that a row ties together, most papers first; of one party if it is named."""
    members, unions_named = unions(rows), tuple(named)
    found: dict[Pair, dict[Domain, list[str]]] = {}
    for row in rows:
        for pair in pairs(row, members, unions_named):
            if party is None or party in pair:
                papers = found.setdefault(pair, {})
                if isinstance(row, Instrument) and in_force(row, today):
                    for domain in row.domains:
                        papers.setdefault(domain, []).append(row.row_id)
    listed = [
        Coverage(pair=pair, papers={domain: tuple(papers[domain]) for domain in DOMAINS if domain in papers})
        for pair, papers in found.items()
    ]
    return sorted(listed, key=lambda one: (len(one.lacking), one.pair))


def gaps(rows: Sequence[Row], today: date, named: Iterable[str] = (), party: str | None = None) -> list[Gap]:
    """Who exercises together but has no confirmed information agreement in force here, most exercises first."""
    members, unions_named = unions(rows), tuple(named)
    informed: dict[Pair, list[Instrument]] = {}
    held: dict[Pair, list[JointExercise]] = {}
    for row in rows:
        for pair in pairs(row, members, unions_named):
            if isinstance(row, Instrument) and row.kind == "information" and in_force(row, today):
                informed.setdefault(pair, []).append(row)
            elif isinstance(row, JointExercise) and row.begins_on <= today:
                held.setdefault(pair, []).append(row)
    lacking = {one.pair: one.lacking for one in coverage(rows, today, unions_named, party)}
    found = [
        _gap(pair, own, lacking[pair], informed.get(pair, []))
        for pair, own in held.items()
        if pair in lacking and not any(paper.confidence == "confirmed" for paper in informed.get(pair, []))
    ]
    return sorted(found, key=lambda one: (-one.exercises, one.pair))


def _gap(pair: Pair, held: list[JointExercise], lacking: tuple[Domain, ...], papers: list[Instrument]) -> Gap:
    latest = max(held, key=lambda row: (row.begins_on, row.row_id))
    return Gap(
        pair=pair, exercises=len(held), latest_on=latest.begins_on, latest=latest.row_id, lacking=lacking,
        unverified=tuple(paper.row_id for paper in papers),
    )  # fmt: skip


# Due


class Due(Struct, frozen=True, kw_only=True):
    """Something to be done or to come; `days` is below 0 if it is overdue, None if nobody set a day."""

    what: Literal["follow_up", "expires", "returns", "notice"]
    on: date | None
    days: int | None
    kind: str
    row_id: str
    title: str
    owner: str = ""

    @property
    def reminder(self) -> str:
        """The reminder it stands under: overdue, 7, 30, 90, later or undated."""
        if self.days is None:
            return "undated"
        if self.days < 0:
            return "overdue"
        return str(next((days for days in REMINDERS if self.days <= days), "later"))


def due(rows: Iterable[Row], now_us: int, within_days: int = DUE_DAYS) -> list[Due]:
    """What falls due within some days of a moment (UTC): what is overdue first, open without a day last."""
    today = from_us(now_us).date()
    found = [one for row in rows for one in _dues(row, today) if one.days is None or one.days <= within_days]
    return sorted(found, key=lambda one: (one.on is None, one.on or today, one.row_id, one.title))


def _dues(row: Row, today: date) -> Iterator[Due]:
    match row:
        case Dialogue():
            for one in row.follow_ups:
                if not one.done:
                    yield _due("follow_up", one.due_on, today, row, one.what, one.owner)
        case Instrument():
            if row.until_on and row.until_on >= today:
                yield _due("expires", row.until_on, today, row, row.title, row.contact)
            if row.suspended_until_on and row.suspended_until_on >= today:
                yield _due("returns", row.suspended_until_on, today, row, row.title, row.contact)
        case ConfidenceNotice():
            day = day_of(row)
            if day and day >= today:
                yield _due("notice", day, today, row, row.title, row.contact)


def _due(
    what: Literal["follow_up", "expires", "returns", "notice"],
    on: date | None,
    today: date,
    row: Dialogue | Instrument | ConfidenceNotice,
    title: str,
    owner: str,
) -> Due:
    days = (on - today).days if on else None
    return Due(what=what, on=on, days=days, kind=KIND_OF[type(row)], row_id=row.row_id, title=title, owner=owner)


# Ties


class Tie(Struct, frozen=True, kw_only=True):
    """What two parties did together in a year, by kind of row."""

    pair: Pair
    year: int
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


TIED: dict[type[Row], str] = {
    Instrument: "instrument", Dialogue: "dialogue", JointExercise: "exercise", Deployment: "deployment",
    Transfer: "transfer",
}  # fmt: skip


def ties(rows: Sequence[Row], named: Iterable[str] = (), party: str | None = None) -> list[Tie]:
    """Ties of every two parties in every year, by pair and year; rows without a year are left out."""
    members, unions_named = unions(rows), tuple(named)
    found: dict[tuple[Pair, int], Counter[str]] = {}
    for row in rows:
        year, kind = year_of(row), TIED.get(type(row))
        if year is None or kind is None:
            continue
        for pair in pairs(row, members, unions_named):
            if party is None or party in pair:
                found.setdefault((pair, year), Counter())[kind] += 1
    return [
        Tie(pair=pair, year=year, counts=dict(sorted(counts.items()))) for (pair, year), counts in sorted(found.items())
    ]


def busiest(rows: Iterable[Row]) -> str | None:
    """The party most rows are about, forums left aside; None if there is none."""
    counts = Counter(party for row in rows if not isinstance(row, Forum) for party in set(parties_of(row)))
    return min(counts, key=lambda party: (-counts[party], party)) if counts else None
