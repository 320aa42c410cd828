"""A report that came as text -> which form it is, its fields with the places they were read from, what is missing.

Labels are believed first. What they leave is searched for what shows by itself what it is: a position, a time with its
zone, an IMO number, a course with its degrees. Nothing is thrown away: what no field took is in `left`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hanbada.incidents.reports import reading
from hanbada.incidents.reports.blank import number_span
from hanbada.incidents.reports.forms import FORMS, form_named
from hanbada.incidents.reports.labels import OTHER, fields_named, words_in
from hanbada.incidents.reports.mail import words_of
from hanbada.incidents.reports.reading import Value
from hanbada.incidents.reports.segments import Segment, lines_of, segments_of, weak_label
from hanbada.incidents.reports.unlabelled import found_loose, name_loose

if TYPE_CHECKING:
    from hanbada.incidents.reports.form import Field, Form, Kind

LEAST_MARK = 1.0
"""So much must speak for a form before it is named."""
NEAR = 0.85
"""Forms that fit labels nearly as well as the best: the first of them is meant, a report under way before others."""
_NOTHING = re.compile(
    r"(?:nil|none|n/?a|nothing(?: to report)?|not applicable|-+|tba|tbn|all normal)\.?\Z", re.IGNORECASE
)
_MAY_BE_EMPTY = frozenset({"remarks", "irtc_point", "irtc_eta", "port", "inmarsat"})
_ORDER: tuple[Kind, ...] = ("position", "at", "ahead", "imo", "mmsi", "direction", "point", "yes", "team")
"""Of several fields behind one label these are looked for first: nothing else looks like them."""


class Found(Struct, frozen=True, kw_only=True):
    """A field that was read: its value in our unit and the part of the text that says so.

    `note` says what is doubtful: `imo_check_digit`, `zone_supposed`, `order_supposed`.
    """

    name: str
    value: Any
    unit: str | None
    start: int
    end: int
    note: str = ""


class Parsed(Struct, frozen=True, kw_only=True):
    """What a text says as a report. Spans count characters of `text`, which is the mail's words as they were cleaned.

    `left` are spans no field took; `missing` the obligatory fields it lacks; `cut` that the text was longer.
    """

    form: str | None
    text: str
    subject: str
    fields: tuple[Found, ...]
    missing: tuple[str, ...]
    left: tuple[tuple[int, int], ...]
    cut: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """Values by name."""
        return {one.name: one.value for one in self.fields}


def parsed(raw: bytes | str, received_us: int, form: str | None = None) -> Parsed:
    """What a report says; the form may be given. Raises InputError for what is no text or too long."""
    words = words_of(raw)
    chosen = form_named(form) if form else form_of(words.subject, words.text)
    if chosen is None:
        return Parsed(form=None, text=words.text, subject=words.subject, fields=(), missing=(), left=(), cut=words.cut)
    reader = _Reader(words.text, chosen, received_us)
    reader.take_labels()
    reader.take_loose(words.subject)
    return Parsed(
        form=chosen.name, text=words.text, subject=words.subject, fields=reader.fields(), missing=reader.missing(),
        left=reader.left(), cut=words.cut,
    )  # fmt: skip


def form_of(subject: str, text: str) -> Form | None:
    """The form a text says most of itself that it is; None if it says nothing of the kind."""
    spaced = re.sub(r"\b((?:[A-Z] ){3,}[A-Z])\b", lambda match: match[1].replace(" ", ""), text)
    titles = "\n".join([subject, *(line for line in spaced.split("\n") if _is_title(line))])
    scores = {name: _marks(one, titles) + _marks(one, spaced) * 0.4 for name, one in FORMS.items()}
    marked = max(scores.values()) >= LEAST_MARK
    if not marked:
        scores = _by_labels(text)
    most = max(scores.values())
    near = [name for name in FORMS if scores[name] >= NEAR * most]
    best = max(near, key=lambda name: (scores[name] if marked else 0.0, FORMS[name].phase == "goes_on"))
    return FORMS[best] if most >= LEAST_MARK else None


def _by_labels(text: str) -> dict[str, float]:
    """How well the labels of a text are those of each form: 1 where half of both are the same, four at least."""
    heads = (re.split(r"[:=|]", line, maxsplit=1)[0] for line in text.split("\n"))
    said = {name for head in heads for name in fields_named(words_in(head, 0, len(head)), None)}
    said = {part for name in said for part in ({"position"} if name in {"lat", "lon"} else name.split("+"))}
    asked = {name: {field.name for field in one.fields} for name, one in FORMS.items()}
    return {
        name: 2.0 * len(said & its) / len(said | its) if len(said & its) > 3 else 0.0 for name, its in asked.items()
    }


def _is_title(line: str) -> bool:
    """Whether a line may say what the report is: short, and no value behind a label."""
    return len(line) <= 120 and (re.search(r"[:=|]\s*\S|\s-\s+\S+\s*$", line) is None or "report" in line.lower())


def _marks(form: Form, text: str) -> float:
    return sum(weight for mark, weight in form.marks if re.search(mark, text, re.IGNORECASE))


class _Reader:
    """Reads one text by one form; holds which characters are taken."""

    def __init__(self, text: str, form: Form, received_us: int) -> None:
        self.text, self.form, self.received_us = text, form, received_us
        self.found: dict[str, Found] = {}
        self.taken: list[tuple[int, int]] = []
        self.dates: list[tuple[int, int]] = []

    # labelled values

    def take_labels(self) -> None:
        """Read what stands behind labels, the firm ones first."""
        number = number_span(self.text)
        self.taken += [number] if number else []
        segments = segments_of(self.text, self.form)
        for segment in sorted(segments, key=lambda one: one.weak):
            if any(start <= segment.label[0] < end for start, end in self.taken):
                continue
            self._take_segment(segment)
        self._join_halves()
        self._join_dates()

    def _take_segment(self, segment: Segment) -> None:
        names = [name for name in segment.fields if name != OTHER]
        if not names:
            return
        if "irtc_eta" in names and self.form.field("irtc_point"):
            done = self._take_irtc(segment)
        elif len(names) == 1:
            done = self._take(names[0], segment.start, segment.end)
        else:
            done = self._take_several(names, segment)
        if done or not segment.weak:
            self.taken.append(segment.label)

    def _take_several(self, names: list[str], segment: Segment) -> bool:
        cells = self._split(segment, joined={"text", "story"}.isdisjoint(map(self._kind, names)))
        if len(cells) == len(names) and self._all_fit(names, cells):
            return any([self._take(name, *cell) for name, cell in zip(names, cells, strict=True)])  # noqa: C419 - each is taken
        done = False
        rest = [(segment.start, segment.end)]
        for name in sorted(names, key=self._rank):
            for start, end in rest:
                if self._take(name, start, end, partly=True):
                    done = True
                    rest = self._free(segment.start, segment.end)
                    break
        return done

    def _rank(self, name: str) -> int:
        kind = self._kind(name)
        if kind in _ORDER:
            return _ORDER.index(kind)
        return len(_ORDER) + (kind in {"text", "story", "name"})

    def _split(self, segment: Segment, *, joined: bool) -> list[tuple[int, int]]:
        """The cells of a value: between commas, slashes, dashes with blanks around them, `joined` by "and" too."""
        found, start = [], segment.start
        marks = re.compile(r"\s*(?:[,/;&|]|[ \t]-[ \t]" + (r"|\band\b)\s*" if joined else r")\s*"), re.IGNORECASE)
        for match in marks.finditer(self.text, segment.start, segment.end):
            found.append((start, match.start()))
            start = match.end()
        return [*found, (start, segment.end)]

    def _all_fit(self, names: list[str], cells: list[tuple[int, int]]) -> bool:
        pairs = zip(names, cells, strict=True)
        return all(self._kind(name) is None or self._read(name, *cell) is not None for name, cell in pairs)

    def _take_irtc(self, segment: Segment) -> bool:
        """Which point of the corridor, and when; an ETA that says nothing of the corridor is another."""
        said = self.text[segment.label[0] : segment.end].lower()
        point = re.search(r"point[ \t]+([ab])\b(?![ \t]*/)", said)
        here = self._read("irtc_point", segment.start, min(segment.end, segment.start + 24))
        if "irtc" not in said and point is None and here is None:
            return False
        done = self._take("irtc_eta", segment.start, segment.end)
        if not done:
            return False
        if here is not None:
            self._keep("irtc_point", here)
        elif point is not None:
            at = segment.label[0] + point.start(1)
            self._keep("irtc_point", Value(point[1].upper(), at, at + 1))
        return True

    def _take(self, name: str, start: int, end: int, *, partly: bool = False) -> bool:
        """Read a field in a part of the text and keep it, if it is not known yet."""
        if name in self.found:
            return False
        if name in _MAY_BE_EMPTY and _NOTHING.match(self.text[start:end].strip()):
            self.taken.append((start, end))
            return True
        if name == "port" and self._take("position", start, end):
            return True
        value = self._read(name, start, end)
        if value is None:
            if self._kind(name) == "at" and not partly:
                self.dates.append((start, end))
            return False
        self._keep(name, value)
        return True

    def _kind(self, name: str) -> Kind | None:
        field = self.form.field(name)
        return field.kind if field else None

    def _read(self, name: str, start: int, end: int) -> Value | None:
        if name in {"lat", "lon"}:
            return reading.half(self.text, start, end, 90.0 if name == "lat" else 180.0)
        kind = self._kind(name)
        if kind is None:
            return None
        return reading.read(kind, self.text, start, end, self.received_us)

    def _keep(self, name: str, value: Value) -> None:
        field = self.form.field(name)
        self.found[name] = Found(
            name=name, value=value.value, unit=field.unit if field else None, start=value.start, end=value.end,
            note=value.note,
        )  # fmt: skip
        self.taken.append((value.start, value.end))

    def _join_halves(self) -> None:
        """A latitude and a longitude are a position."""
        lat, lon = self.found.pop("lat", None), self.found.pop("lon", None)
        if lat is None or lon is None or "position" in self.found or self.form.field("position") is None:
            return
        start, end = min(lat.start, lon.start), max(lat.end, lon.end)
        self.found["position"] = Found(name="position", value=[lat.value, lon.value], unit=None, start=start, end=end)

    def _join_dates(self) -> None:
        """A date under its own label belongs to the time under another."""
        at = self.found.get("at")
        for start, end in self.dates:
            said = self.text[start:end]
            if at is None:
                return
            both = f"{said} {self.text[at.start : at.end]}"
            value = reading.read("at", both, 0, len(both), self.received_us)
            if value is not None and value.end - value.start > at.end - at.start:
                self.found["at"] = Found(
                    name="at", value=value.value, unit=at.unit, start=min(start, at.start), end=max(end, at.end),
                    note=value.note,
                )  # fmt: skip
                self.taken.append((start, end))
                return

    # what has no label

    def take_loose(self, subject: str) -> None:
        """Read what shows by itself what it is in what labels left."""
        self._take_cells()
        for field in self._wanted():
            value = found_loose(field, self._masked(), self.received_us)
            if value is not None:
                self._keep(field.name, value)
        if "ship_name" not in self.found:
            value = name_loose(self._masked(), self.text)
            if value is not None:
                self._keep("ship_name", value)
            elif (other := name_loose(subject, subject)) is not None:
                self.found["ship_name"] = Found(name="ship_name", value=other.value, unit=None, start=0, end=0)
        self._port_loose()

    def _wanted(self) -> list[Field]:
        return [one for one in self.form.fields if one.name not in self.found]

    def _take_cells(self) -> None:
        """Labels without a separator in the middle of a line, behind a comma or a bracket."""
        masked = self._masked()
        for match in re.finditer(r"[^,;/|()\n\x1f]+", masked):
            start, end = match.span()
            segment = weak_label(masked, start, end, self.form.name)
            if segment is not None and not set(segment.fields) & set(self.found):
                self._take_segment(segment)

    def _port_loose(self) -> None:
        """A final report that names neither port nor position in the usual way names the port by itself."""
        if self.form.phase != "ends" or {"port", "position"} & set(self.found):
            return
        for line in lines_of(self._masked()):
            match = re.match(r"[ \t]*([A-Z][A-Za-z' -]{2,30}?)[ \t]*(?:,|\Z)", self._masked()[line.start : line.end])
            if match and not re.search(r"report|final|ukmto|vcr|ifc", match[1], re.IGNORECASE):
                start = line.start + match.start(1)
                self._keep("port", Value(match[1], start, start + len(match[1])))
                return

    def _masked(self) -> str:
        """The text with what was taken blanked out, every place as it was."""
        chars = list(self.text)
        for start, end in self.taken:
            chars[start:end] = ["\n" if one == "\n" else "\x1f" for one in chars[start:end]]
        return "".join(chars)

    # what came of it

    def fields(self) -> tuple[Found, ...]:
        """What was read, in the form's order."""
        return tuple(self.found[one.name] for one in self.form.fields if one.name in self.found)

    def missing(self) -> tuple[str, ...]:
        """Obligatory fields that were not read."""
        return tuple(one.name for one in self._wanted() if one.obligatory)

    def left(self) -> tuple[tuple[int, int], ...]:
        """Spans of words no field took."""
        found = re.finditer(r"[^\x1f\n]*[A-Za-z0-9][^\x1f\n]*", self._masked())
        return tuple(match.span() for match in found)

    def _free(self, start: int, end: int) -> list[tuple[int, int]]:
        """What is left of a part of the text, without marks at the edges."""
        masked = self._masked()[start:end]
        spans = [match.span() for match in re.finditer(r"[^\x1f,;/&|\n]*\w[^\x1f,;/&|\n]*", masked)]
        found = []
        for first, last in spans:
            part = masked[first:last]
            lead = len(part) - len(part.lstrip(" \t-.:"))
            found.append((start + first + lead, start + first + len(part.rstrip(" \t-.:"))))
        return found
