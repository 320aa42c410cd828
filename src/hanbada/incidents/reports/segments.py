"""A text taken apart into labels and the values behind them: by separators, by columns of a table, by numbers alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hanbada.incidents.reports.forms import FORMS
from hanbada.incidents.reports.labels import MOST_WORDS, OTHER, Word, fields_named, words_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.incidents.reports.form import Form, Kind

_BULLET = re.compile(r"[ \t]*(?:[*+>|#-]+[ \t]*)?(?:\(?(?:\d{1,2}|[a-zA-Z])[.):][ \t]*|0?\d{1,2}[ \t]+)?")
_SEPARATOR = re.compile(r"[:=|\t]|\?(?=[ \t])|[ \t.]*\.[. ]*\.[ \t.]*:?|[ \t]+-[ \t]+|[ \t]{2,}|-(?=[ \t])")
_BREAK = re.compile(r"[;|\t]|//|\.[ \t]|\n")
_IN_LABEL = re.compile(r"[\s/&,*().?'#+\-\d]*\Z")
_HINT = re.compile(r"\[[^\]\n]{0,40}\](?=[ \t]*[:=])")
_NUMBERED = re.compile(r"^[ \t]*\(?0?(\d{1,2})[.):]?[ \t]+(\S.*)$", re.MULTILINE)
_EDGES = " \t\n,;:|/*(.-="
WEAK: frozenset[Kind] = frozenset({"name", "call_sign", "imo", "mmsi", "position", "at", "course", "speed"})
"""Kinds whose label needs no separator behind it: what follows shows whether it was one."""
SURE = 3
"""A label of so many words needs none either."""


class Segment(NamedTuple):
    """A label and the value behind it. A weak one has no separator between them."""

    fields: tuple[str, ...]
    label: tuple[int, int]
    start: int
    end: int
    weak: bool = False


class Line(NamedTuple):
    """A line of the text, without its break."""

    start: int
    end: int


def lines_of(text: str) -> list[Line]:
    """Where the lines of a text stand."""
    found, start = [], 0
    for part in text.split("\n"):
        found.append(Line(start, start + len(part)))
        start += len(part) + 1
    return found


def segments_of(text: str, form: Form) -> list[Segment]:
    """Every labelled value in order; numbers of the form stand for labels where there are none."""
    text = _HINT.sub(lambda match: "*" * len(match.group()), text)
    lines = lines_of(text)
    found, skipped = _tables(text, lines, form.name)
    for line in lines:
        if line not in skipped:
            found += _of_line(text, line, form.name)
    found.sort(key=lambda one: one.label)
    if len({name for one in found for name in one.fields} - {OTHER}) < 3:
        found = sorted(found + _numbered(text, form), key=lambda one: one.label)
    return [_filled(text, one, found, number, form) for number, one in enumerate(found)]


def _tables(text: str, lines: list[Line], form: str) -> tuple[list[Segment], set[Line]]:
    """Values of tables: a line of three or more labels, and the lines of as many cells below it."""
    found: list[Segment] = []
    skipped: set[Line] = set()
    for number, line in enumerate(lines[:-1]):
        for mark in ";|\t,":
            head, row = _cells(text, line, mark), _cells(text, lines[number + 1], mark)
            names = [fields_named(words_in(text, *cell), form) for cell in head]
            if len(head) > 2 and len(head) == len(row) and all(names):
                pairs = zip(names, head, row, strict=True)
                found += [Segment(name, label, *value) for name, label, value in pairs if name != (OTHER,)]
                skipped |= {line, lines[number + 1]}
                break
    return found, skipped


def _cells(text: str, line: Line, mark: str) -> list[tuple[int, int]]:
    """Where the cells of a line stand, without blanks around them."""
    found, start = [], line.start
    for part in text[line.start : line.end].split(mark):
        found.append(_tight(text, start, start + len(part)))
        start += len(part) + 1
    return found


def _of_line(text: str, line: Line, form: str) -> list[Segment]:
    marks = list(_labels(text, line, form))
    first = marks[0].label[0] if marks else line.end
    weak = _weak(text, Line(line.start, first), form)
    marks = [*([weak] if weak else []), *marks]
    ends = [*(one.label[0] for one in marks[1:]), line.end][: len(marks)]
    return [one._replace(end=end) for one, end in zip(marks, ends, strict=True)]


def _labels(text: str, line: Line, form: str) -> Iterator[Segment]:
    """Labels with a separator behind them; their values end where the next one begins."""
    words = words_in(text, line.start, line.end)
    after = line.start
    story = False
    for separator in _SEPARATOR.finditer(text, line.start, line.end):
        if separator.start() < after:
            continue
        label = _before(text, words, after, separator, form, first=after == line.start, story=story)
        if label is not None:
            yield label
            after = label.start
            story = any(_kind(form, name) == "story" for name in label.fields)


def _before(
    text: str, words: list[Word], after: int, separator: re.Match[str], form: str, *, first: bool, story: bool
) -> Segment | None:
    """The longest label that ends at a separator. Within a line only a colon, or a break before it, makes a label."""
    mine = [word for word in words if after <= word.start and word.end <= separator.start()][-MOST_WORDS:]
    firm = separator.group().strip()[-1:] in {":", "="}
    for place in range(len(mine)):
        part = mine[place:]
        before = text[after : part[0].start]
        bound = (first and _BULLET.fullmatch(before)) or (_BREAK.search(before) and not re.search(r"\w", _tail(before)))
        loose = not firm or story or (len(part[0].text) == 1 and part[0].text != "c")
        if not bound and loose:
            continue
        named = fields_named(part, form)
        if named and _IN_LABEL.match(text, part[-1].end, separator.start()):
            return Segment(named, (part[0].start, separator.end()), separator.end(), separator.end())
    return None


def _tail(before: str) -> str:
    """What stands after the last break."""
    return _BREAK.split(before)[-1]


def _weak(text: str, line: Line, form: str) -> Segment | None:
    """A label at the start of a line with nothing but a blank behind it."""
    bullet = _BULLET.match(text, line.start, line.end)
    for start in dict.fromkeys((bullet.end() if bullet else line.start, line.start)):
        words = words_in(text, start, line.end)[:MOST_WORDS]
        if not words or text[start : words[0].start].strip():
            continue
        for size in range(len(words), 0, -1):
            part = words[:size]
            named = fields_named(part, form)
            rest = text[part[-1].end : line.end]
            sure = size >= SURE or all(_kind(form, name) in WEAK for name in named)
            if named and sure and (not rest.strip() or rest[0] in " \t?*"):
                return Segment(named, (part[0].start, part[-1].end), part[-1].end, line.end, weak=True)
    return None


def weak_label(text: str, start: int, end: int, form: str) -> Segment | None:
    """A label without a separator at the start of a part of a line."""
    return _weak(text, Line(start, end), form)


def _kind(form: str, name: str) -> Kind | None:
    if name in {"lat", "lon"}:
        return "position"
    field = FORMS[form].field(name)
    return field.kind if field else None


def _numbered(text: str, form: Form) -> list[Segment]:
    """Lines that carry only the numbers of the form."""
    found = []
    last = 0
    for match in _NUMBERED.finditer(text):
        number = int(match[1])
        names = tuple(one.name for one in form.fields if one.number == number)
        if number == last + 1 and names:
            found.append(Segment(names, (match.start(), match.start(2)), match.start(2), match.end(2)))
            last = number
    return found if last > 2 else []


def _filled(text: str, one: Segment, every: list[Segment], number: int, form: Form) -> Segment:
    """With the lines below as its value if it has none of its own; without the marks around it."""
    start, end = _tight(text, one.start, one.end)
    if start == end and not one.weak:
        following = every[number + 1].label[0] if number + 1 < len(every) else len(text)
        limit = max(text.rfind("\n", 0, following), one.end) if number + 1 < len(every) else following
        story = any(_kind(form.name, name) == "story" for name in one.fields)
        rest = text[one.end : limit]
        block = re.match(r"\s*\S[^\n]*(?:\n[ \t]*\S[^\n]*)*" if story else r"[ \t]*\n?[ \t]*\S[^\n]*", rest)
        if block and "\n" in block.group():
            start, end = _tight(text, one.end, one.end + block.end())
    return one._replace(start=start, end=end)


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks and stray marks at its edges."""
    while start < end and text[start] in " \t\n,;:|/*)=.":
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    return start, end
