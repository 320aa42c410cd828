"""What reading a pack gives: the rows, a reject with its reason for each row we cannot use, and counts of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from hanbada.geo.sphere import wrapped
from hanbada.model.errors import PackError
from hanbada.reference.documents import opened
from hanbada.reference.layers import layer
from hanbada.reference.tables import PACK_REJECTS

if TYPE_CHECKING:
    import pyarrow as pa

    from hanbada.model.tables import Table
    from hanbada.reference.documents import Document
    from hanbada.reference.features import Layer

T = TypeVar("T")
REJECT_CODES = ("no_position", "no_time", "no_name", "no_identity", "bad_number", "bad_property", "bad_geometry")


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row cannot be used: one of REJECT_CODES and what was found."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sound row that is not what the pack is for, such as a person on a sanctions list."""

    reason: str


Outcome: TypeAlias = Sequence[T] | Reject | LeftOut
"""What became of one row of a file: usually one thing, sometimes several (a lane gives a piece per segment)."""


@dataclass(frozen=True)
class Source:
    """Where a file comes from officially, and on which terms; the terms in force are those stated there."""

    title: str
    address: str
    licence: str


@dataclass(frozen=True)
class Reading(Generic[T]):
    """A pack as read: `rows_in` rows were in it, of which some were rejected and some left out, by reason."""

    kind: str
    formats: tuple[str, ...]
    rows: T
    rows_in: int
    rejects: pa.Table
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Opened:
    """A document and, if it is a map file, its layer: what a format looks at to say whether it knows it."""

    document: Document
    layer: Layer | None

    @property
    def fields(self) -> frozenset[str]:
        """Column or property names, lower case."""
        return self.layer.fields if self.layer else frozenset(self.document.header)

    def has(self, *names: str) -> bool:
        """Whether all of the names are among the fields."""
        return self.fields.issuperset(names)

    def shaped(self, shape: str) -> bool:
        """Whether it is a map file of "polygon", "line" or "point" features."""
        return self.layer is not None and shape in self.layer.shapes

    def described(self) -> str:
        """What the file looks like, for a person who gave us the wrong one."""
        names = ", ".join(sorted(self.fields)[:8])
        if self.layer:
            shapes = " and ".join(sorted(self.layer.shapes)) or "no"
            about = f"{shapes} shapes; properties {names or 'none'}"
            return f"{self.layer.format} with {self.layer.count} features ({about})"
        content = {"csv": f"text whose first line reads {names[:120] or 'nothing'}", "binary": "unknown binary content"}
        return content.get(self.document.content, f"{self.document.content} content")


@dataclass(frozen=True)
class Format(Generic[T]):
    """One official file format of a kind: how to know it and how to read it.

    A format that is `only_if_named` is too general to be guessed: it is tried only when the caller names the kind.
    """

    name: str
    source: Source
    fits: Callable[[Opened], bool]
    read: Callable[[Opened], Reading[T]]
    only_if_named: bool = False


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of reference pack: what it is for, what is missing without it, and the formats it can be given in."""

    name: str
    title: str
    purpose: str
    missing: str
    formats: tuple[Format[T], ...] = field(repr=False)
    built_in: str | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The official sources of its formats, each once."""
        return tuple(dict.fromkeys(one.source for one in self.formats))


def opened_files(files: Mapping[str, bytes]) -> tuple[Opened, ...]:
    """Every document of the files, unpacked and sniffed; raises PackError where one is damaged."""
    return tuple(Opened(document, layer(document)) for document in opened(files))


def fitting(kind: Kind[T], one: Opened, *, named: bool) -> Format[T] | None:
    """The first format of the kind that knows the document."""
    return next((f for f in kind.formats if (named or not f.only_if_named) and f.fits(one)), None)


def read_as(kind: Kind[T], files: Mapping[str, bytes]) -> Reading[T]:
    """The files read as one kind; documents no format knows are counted as left out.

    Raises PackError, saying what the files look like, if none of them is of this kind.
    """
    documents = opened_files(files)
    known = [(one, fitting(kind, one, named=True)) for one in documents]
    if not any(fit for _, fit in known):
        raise PackError(not_of_kind(kind, documents))
    return read_fitting(known)


def not_of_kind(kind: Kind[Any], documents: Sequence[Opened]) -> str:
    """What to tell who gave us files that no format of the kind knows."""
    looks = "; ".join(f"{one.document.name} is {one.described()}" for one in documents[:3])
    return f"not a pack of kind {kind.name}: {looks}"


def read_fitting(known: Sequence[tuple[Opened, Format[T] | None]]) -> Reading[T]:
    """Documents read by the format that knows each; those without one are counted as left out."""
    readings = [fit.read(one) for one, fit in known if fit]
    return joined(readings, Counter(f"file not used: {one.document.name}" for one, fit in known if not fit))


def joined(readings: Sequence[Reading[T]], unused: Mapping[str, int] | None = None) -> Reading[T]:
    """Several readings of one kind as one; raises PackError for what cannot be put together (two base maps)."""
    first = readings[0]
    left_out = Counter(unused or {})
    for one in readings:
        left_out.update(one.left_out)
    return Reading(
        kind=first.kind,
        formats=tuple(dict.fromkeys(name for one in readings for name in one.formats)),
        rows=_all_rows([one.rows for one in readings]) if len(readings) > 1 else first.rows,
        rows_in=sum(one.rows_in for one in readings) + sum((unused or {}).values()),
        rejects=_all_rows([one.rejects for one in readings]),
        left_out=dict(left_out),
    )


def _all_rows(parts: Sequence[Any]) -> Any:
    import pyarrow as pa

    if all(isinstance(part, tuple) for part in parts):
        return tuple(item for part in parts for item in part)
    if all(isinstance(part, pa.Table) for part in parts):
        return pa.concat_tables(parts)
    message = "only one file of this kind can be used at a time"
    raise PackError(message)


@dataclass(frozen=True, slots=True)
class Sorted(Generic[T]):
    """The outcomes of a file, told apart."""

    used: list[T]
    rejects: list[tuple[int, Reject]]
    left_out: Counter[str]
    rows_in: int


def _told_apart(outcomes: Iterable[tuple[int, Outcome[T]]]) -> Sorted[T]:
    used: list[T] = []
    rejects: list[tuple[int, Reject]] = []
    left_out: Counter[str] = Counter()
    rows_in = 0
    for number, outcome in outcomes:
        rows_in += 1
        if isinstance(outcome, Reject):
            rejects.append((number, outcome))
        elif isinstance(outcome, LeftOut):
            left_out[outcome.reason] += 1
        else:
            used.extend(outcome)
    return Sorted(used, rejects, left_out, rows_in)


def _reading(kind: str, name: str, file: str, rows: Any, parts: Sorted[Any]) -> Reading[Any]:
    return Reading(kind, (name,), rows, parts.rows_in, rejects_table(file, parts.rejects), dict(parts.left_out))


def rejects_table(file: str, rejects: Sequence[tuple[int, Reject]]) -> pa.Table:
    """PACK_REJECTS of one file."""
    return PACK_REJECTS.build(
        {
            "file": [file] * len(rejects),
            "row": [number for number, _ in rejects],
            "code": [reject.code for _, reject in rejects],
            "detail": [reject.detail for _, reject in rejects],
        }
    )


def records(kind: str, name: str, one: Opened, outcomes: Iterable[tuple[int, Outcome[T]]]) -> Reading[tuple[T, ...]]:
    """A reading whose rows are records."""
    parts = _told_apart(outcomes)
    return _reading(kind, name, one.document.name, tuple(parts.used), parts)


def table(
    kind: str, name: str, one: Opened, shape: Table, outcomes: Iterable[tuple[int, Outcome[Mapping[str, Any]]]]
) -> Reading[pa.Table]:
    """A reading whose rows are a table, from one mapping of column values per row."""
    parts = _told_apart(outcomes)
    columns = {column: [row.get(column) for row in parts.used] for column in shape.names}
    return _reading(kind, name, one.document.name, shape.build(columns), parts)


def from_csv(
    one: Opened, convert: Callable[[Mapping[str, str]], Outcome[Mapping[str, Any]]]
) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    """The outcome of every data row of a text table."""
    for number, row in one.document.records():
        yield number, convert(row)


def number(text: str | None) -> float | None:
    """A number as published files write it: blanks, NA and thousands commas are understood.

    >>> number("99,144"), number(" "), number("NA"), number("n/a")
    (99144.0, None, None, None)
    """
    bare = (text or "").strip().replace(",", "")
    try:
        value = float(bare)
    except ValueError:
        return None
    return value if value - value == 0.0 else None


def words(text: str | None) -> str | None:
    """The text without surrounding blanks; None where it is blank or a placeholder for nothing.

    >>> words(" Busan "), words("NA"), words("-0- "), words("")
    ('Busan', None, None, None)
    """
    bare = (text or "").strip()
    return None if bare in {"", "NA", "N/A", "-0-", "None", "null", "NULL"} else bare


def position(lat: float | None, lon: float | None) -> tuple[float, float] | Reject:
    """Latitude and longitude in [-180, 180) of a position given on any turn; a Reject if it is none.

    >>> position(18.5, 190.0)
    (18.5, -170.0)
    """
    if lat is None or lon is None:
        return Reject("no_position", "latitude or longitude is missing or no number")
    if abs(lat) > 90.0 or abs(lon) > 360.0:
        return Reject("no_position", f"latitude {lat:g}, longitude {lon:g} is not on the Earth")
    return lat, wrapped(lon)
