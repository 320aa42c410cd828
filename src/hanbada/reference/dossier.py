"""What is known of a vessel, fact by fact: who says so, since when, how far the source is to be trusted.

Sources may disagree. Nothing is decided between them: values stand side by side, each with its sources and two marks as
in NATO's system (AJP-2.1): the reliability of the source, A (completely reliable) to F (cannot be judged), and the
credibility of what it says, 1 (confirmed by another source) to 6 (cannot be judged).
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from hanbada.reference.imo import imo_valid
from hanbada.reference.mmsi import flag_of
from hanbada.reference.names import alike
from hanbada.reference.registers import LISTS
from hanbada.reference.ship_types_m1371_5 import ship_type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

Reliability: TypeAlias = Literal["A", "B", "C", "D", "E", "F"]
FIELDS = (
    "name", "former_name", "imo", "mmsi", "call_sign", "flag", "vessel_type", "ship_type", "length_m", "beam_m",
    "gross_tonnage", "destination",
)  # fmt: skip
"""What a dossier has lines for, in their order."""
COMPARED = {"name", "imo", "call_sign", "flag", "length_m", "beam_m", "gross_tonnage"}
"""Where two different values contradict each other; a vessel may well have two MMSI, and types are named freely."""
RELIABILITY: dict[str, Reliability] = {
    "ofac_sdn": "B", "gfw_spoofing": "C", "gfw_labels": "C", "gfw_reefers": "C", "gfw_fishing": "C",
    "gfw_nonfishing": "C", "user": "F",
}  # fmt: skip
"""Authorities that answer for their lists are usually reliable, lists put together from others fairly."""
RADIO: Reliability = "D"
"""What a radio says of itself anybody can set."""
_FORMER = re.compile(r"[fa]\.k\.a\. '([^']+)'")
"""Other names, as lists of the United States Treasury print them."""
OFTEN = 3
"""Reports after which a value is no slip of a radio."""
TOLERANCE = {"length_m": 0.03, "beam_m": 0.05, "gross_tonnage": 0.05}
"""Share by which two measurements of one ship may differ."""
MatchedBy: TypeAlias = Literal["imo", "mmsi", "call_sign", "name"]


class Fact(Struct, frozen=True, kw_only=True):
    """One value from one source. Sources of one `origin` (several receivers of one radio) do not confirm each other."""

    what: str
    value: str
    source: str
    origin: str
    reliability: Reliability
    first_at: int | None = None
    last_at: int | None = None
    count: int = 1


class Held(Struct, frozen=True, kw_only=True):
    """A value with everybody who says so, the latest first; `credibility` 1 to 6."""

    value: str
    credibility: int
    facts: tuple[Fact, ...]


class Line(Struct, frozen=True, kw_only=True):
    """All values of a field, the latest first; `disputed` if sources contradict each other by what they say now."""

    what: str
    disputed: bool
    values: tuple[Held, ...]

    @property
    def rows(self) -> int:
        """How many facts it has."""
        return sum(len(held.facts) for held in self.values)


class Listing(Struct, frozen=True, kw_only=True):
    """An entry of a list, and by which of its marks it was found; one by name alone may well be another ship."""

    which: str
    title: str
    watch: bool
    matched_by: MatchedBy
    name: str | None
    programme: str | None
    note: str | None
    reliability: Reliability
    dated_at: int | None


class Dossier(Struct, frozen=True, kw_only=True):
    """A vessel as its sources know it."""

    lines: tuple[Line, ...]
    listings: tuple[Listing, ...]

    def best(self, what: str) -> str | None:
        """The latest value of a field; None if nobody gives one."""
        return next((line.values[0].value for line in self.lines if line.what == what), None)

    @property
    def watched(self) -> bool:
        """Whether it stands on a watch list by a number of its own."""
        return any(one.watch and one.matched_by != "name" for one in self.listings)


def merged(facts: Iterable[Fact], listings: Iterable[Listing]) -> Dossier:
    """Facts by field, equal values together; listings that are reasons to look first."""
    order = {name: place for place, name in enumerate(FIELDS)}
    known = sorted((fact for fact in facts if fact.what in order), key=lambda fact: order[fact.what])
    lines = tuple(_line(what, list(group)) for what, group in groupby(known, key=lambda fact: fact.what))
    return Dossier(lines=lines, listings=tuple(sorted(listings, key=lambda one: (not one.watch, one.which))))


def _line(what: str, facts: list[Fact]) -> Line:
    facts.sort(key=lambda fact: (-(fact.last_at or 0), fact.source, fact.value))
    groups: list[list[Fact]] = []
    for fact in facts:
        group = next((group for group in groups if equal(what, group[0].value, fact.value)), None)
        if group is None:
            groups.append([fact])
        else:
            group.append(fact)
    latest = {fact.origin: fact for fact in reversed(facts)}
    now = [next(i for i, group in enumerate(groups) if fact in group) for fact in latest.values()]
    disputed = what in COMPARED and len(set(now)) > 1
    held = tuple(
        Held(value=group[0].value, credibility=_credibility(what, group, disputed=disputed), facts=tuple(group))
        for group in groups
    )
    return Line(what=what, disputed=disputed, values=held)


def _credibility(what: str, group: list[Fact], *, disputed: bool) -> int:
    """1 confirmed, 2 probably true, 3 possibly, 4 doubtful, 5 improbable, 6 cannot be judged (AJP-2.1)."""
    if what == "imo" and not (group[0].value.isdigit() and imo_valid(int(group[0].value))):
        return 5
    if len({fact.origin for fact in group}) > 1:
        return 1
    if disputed:
        return 4
    if all(fact.reliability == "F" for fact in group):
        return 6
    trusted = any(fact.reliability in "ABC" for fact in group)
    return 2 if trusted or sum(fact.count for fact in group) >= OFTEN else 3


def equal(what: str, one: str, other: str) -> bool:
    """Whether two values of a field say the same.

    >>> equal("name", "DONGWON 101 HO", "제101동원호"), equal("call_sign", "D7 AB-1", "D7AB1")
    (True, True)
    >>> equal("length_m", "100", "102"), equal("length_m", "100", "110")
    (True, False)
    """
    if one == other:
        return True
    if what == "name":
        found = alike(one, other)
        return found.same and not found.token_swap
    if what in TOLERANCE:
        a, b = float(one), float(other)
        return abs(a - b) <= TOLERANCE[what] * max(a, b)
    return what != "imo" and _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def said_by_radio(statics: pa.Table, source_of: Callable[[int], str]) -> list[Fact]:
    """What static reports say, value by value and source by source; the flag is that of the MMSI.

    `source_of` names the source of a line.
    """
    frame = pl.DataFrame(statics).with_columns(at=pl.col("at").cast(pl.Int64)).sort("at", "line_id")
    length, beam = pl.col("to_bow_m") + pl.col("to_stern_m"), pl.col("to_port_m") + pl.col("to_starboard_m")
    frame = frame.with_columns(
        source=_named(frame["line_id"], source_of), flag=_named(frame["mmsi"], flag_of), length_m=length, beam_m=beam
    )
    facts = []
    for what in ("name", "imo", "mmsi", "call_sign", "flag", "ship_type", "length_m", "beam_m", "destination"):
        said = frame.filter(pl.col(what).is_not_null() & (pl.col(what).cast(pl.String) != "0"))
        when = (pl.col("at").first().alias("first"), pl.col("at").last().alias("last"), pl.len().alias("count"))
        for value, source, first, last, count in (
            said.group_by(what, "source", maintain_order=True).agg(when).iter_rows()
        ):
            shown = ship_type_name(value) if what == "ship_type" else str(value)
            facts.append(
                Fact(what=what, value=shown, source=source, origin="radio", reliability=RADIO, first_at=first,
                     last_at=last, count=count)
            )  # fmt: skip
    return facts


def _named(numbers: pl.Series, name_of: Callable[[int], str | None]) -> pl.Series:
    return pl.Series([name_of(number) for number in numbers.to_list()], dtype=pl.String)


class Register(Struct, frozen=True, kw_only=True):
    """A pack of lists (REGISTER) with what is known of its date."""

    rows: Any
    dated_at: int | None


class Marks(Struct, frozen=True, kw_only=True):
    """By what a vessel may be found in lists."""

    mmsi: frozenset[int] = frozenset()
    imo: frozenset[int] = frozenset()
    call_signs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def marks_of(facts: Iterable[Fact]) -> Marks:
    """The marks that some facts give."""
    by_field: dict[str, set[str]] = {}
    for fact in facts:
        by_field.setdefault(fact.what, set()).add(fact.value)
    return Marks(
        mmsi=frozenset(map(int, by_field.get("mmsi", ()))),
        imo=frozenset(one for one in map(int, by_field.get("imo", ())) if imo_valid(one)),
        call_signs=frozenset(map(_bare, by_field.get("call_sign", ()))),
        names=frozenset(by_field.get("name", ())),
    )


def said_by_register(register: Register, marks: Marks) -> tuple[list[Fact], list[Listing]]:
    """What a pack of lists says of a vessel. What was found by name alone is a listing, and adds no facts."""
    facts: dict[Fact, None] = {}
    listings: dict[Listing, list[str]] = {}
    for row, found_by in _entries(pl.DataFrame(register.rows), marks):
        which = row["list"]
        grade = RELIABILITY.get(which, "F")
        listing = Listing(
            which=which, title=LISTS.get(which, which), watch=row["watch"], matched_by=found_by, name=row["name"],
            programme=row["programme"], note=row["note"], reliability=grade, dated_at=register.dated_at,
        )  # fmt: skip
        listings.setdefault(listing, []).extend([str(row["year"])] if row["year"] else [])
        if found_by != "name":
            facts |= dict.fromkeys(_facts_of(row, register.dated_at, grade))
    return list(facts), [_of_years(listing, years) for listing, years in listings.items()]


def _of_years(listing: Listing, years: list[str]) -> Listing:
    """A listing by year, with its years."""
    return replace(listing, note=", ".join(sorted(set(years)))) if years else listing


def _facts_of(row: dict[str, Any], dated_at: int | None, grade: Reliability) -> list[Fact]:
    which = row["list"]
    said = [(what, _shown(row[what])) for what in FIELDS if row.get(what) is not None]
    said += [("former_name", name) for name in _FORMER.findall(row["note"] or "")]
    source = LISTS.get(which, which)
    return [
        Fact(
            what=what, value=value, source=source, origin=which, reliability=grade, first_at=dated_at, last_at=dated_at
        )
        for what, value in said
    ]


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _entries(rows: pl.DataFrame, marks: Marks) -> list[tuple[dict[str, Any], MatchedBy]]:
    """Rows that a mark finds, each with the best of them: IMO number, MMSI, name with call sign, name."""
    names = rows["name"].drop_nulls().unique().to_list() if marks.names else []
    like = [name for name in names if any(alike(name, own).same for own in marks.names)]
    call_sign = pl.col("call_sign").str.to_uppercase().str.replace_all("[^0-9A-Z]", "")
    by_name = pl.col("name").is_in(like)
    found = rows.with_columns(
        matched=pl.when(pl.col("imo").is_in(list(marks.imo)))
        .then(pl.lit("imo"))
        .when(pl.col("mmsi").is_in(list(marks.mmsi)))
        .then(pl.lit("mmsi"))
        .when(call_sign.is_in(list(marks.call_signs)) & by_name)
        .then(pl.lit("call_sign"))
        .when(by_name)
        .then(pl.lit("name"))
    ).filter(pl.col("matched").is_not_null())
    return [(row, row["matched"]) for row in found.iter_rows(named=True)]
