"""When a warning holds, read from its words: date-time groups, days, hours, until when, when it cancels itself.

A word without a month or year takes those of the next word that has them, then those of the warning's number. The end
of a day is the midnight after it. "At 221430 UTC" is when something was seen, not when a warning holds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.times import DAY_US, MINUTE_US, MONTHS, to_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_WORDS = 300
"""Words of time in one warning that are read."""
_MONTH = r"(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\.?"
_YEAR = r"(?:[ ]+(20\d\d|\d\d)(?![\d\-.:/]))?"
_ZONE = r"\s?(?:Z|UTC|GMT)\b"
_CLOCK = r"(?:[01]\d|2[0-4])[0-5]\d"
_TOKENS = re.compile(
    rf"(?P<group>\b(?P<gd>\d\d)(?P<gt>{_CLOCK})(?:{_ZONE}|(?=\s*(?:TO|-|–|UNTIL)\s*\d{{6}}\b))(?:\s+{_MONTH}{_YEAR})?)"
    rf"|(?P<days>\b(?P<dl>(?:\d{{1,2}}\s*(?:,|AND|TO|THRU|THROUGH|-|–)\s*){{0,40}}\d{{1,2}})\s+{_MONTH}{_YEAR})"
    rf"|(?P<hours>\b(?P<h1>{_CLOCK})(?P<z1>{_ZONE})?\s*(?:TO|-|–|AND|UNTIL)\s*(?P<h2>{_CLOCK})(?P<z2>{_ZONE})?(?!\d))"
    rf"|(?P<hour>\b(?P<h>{_CLOCK}){_ZONE}(?:\s+(?P<hy>20\d\d|\d\d)(?![\d\-.:/]))?)"
)
_TO = re.compile(r"\s*,?\s*(?:\([A-Z ]+\)\s*)?(?:TO|THRU|THROUGH|UNTIL|TILL|-|–|AND)\s*(?:ON\s*)?\Z")
_UNTIL = re.compile(r"\b(?:UNTIL|TILL|VALID TO|UP TO)\s*(?:ABOUT\s*)?\Z")
_FROM = re.compile(r"\b(?:FROM|SINCE|COMMENCING|STARTING|EFFECTIVE|BEGINNING|AS OF)\s*(?:ON\s*)?\Z")
_CANCELS = re.compile(r"\b(?:CANCEL|CANCELS|CANCELLED)\s+(?:THIS\s+)?(?:MSG|MESSAGE|WARNING)?\s*(?:ON|AT|BY)?\s*\Z")
_SEEN = re.compile(r"\b(?:AT|ON|REPORTED|SIGHTED|ABOUT|CORRECT|FORCE|ISSUED|DATED|LAST)\s*(?:UTC\s*)?\Z")
_AGAIN = re.compile(r"\b(?:ALTERNATE|ALTERNATIVE|BACKUP|RESERVE|POSTPONED)\b[A-Z ]*\Z")
_SENTENCE = re.compile(r"[.;:]\s|\n\s*\d\.\s")


class When(NamedTuple):
    """What a warning says of time, in UTC us; `daily` are minutes of the day from and until."""

    from_at: int | None
    until_at: int | None
    cancelled_at: int | None
    daily: tuple[int, int] | None
    issued_at: int | None
    spans: tuple[tuple[int, int], ...]


class _Word(NamedTuple):
    """A word of time: its place in the text, kind, day, month, year, minute of the day and the second of a range."""

    start: int
    end: int
    kind: str
    day: int | None
    last: int | None
    month: int | None
    year: int | None
    minute: int | None
    until: int | None


class _Span(NamedTuple):
    from_at: int | None
    until_at: int | None
    daily: tuple[int, int] | None


def read_times(text: str, year: int | None) -> When:
    """Every time a text in capitals gives; `year` is that of its number, None if it has none."""
    words = _dated(list(islice(_words(text), MOST_WORDS)), year)
    cancelled = next((_moment(one) for one in words if _is(text, words, one, _CANCELS)), None)
    rest = [one for one in words if not _is(text, words, one, _CANCELS)]
    spans = list(_spans(text, rest))
    begins = [span.from_at for span in spans if span.from_at is not None]
    ends = [span.until_at for span in spans if span.until_at is not None]
    daily = next((span.daily for span in spans if span.daily is not None), None)
    return When(
        min(begins, default=None), max(ends, default=None), cancelled, daily, _issued(text, rest),
        tuple((one.start, one.end) for one in words),
    )  # fmt: skip


def _words(text: str) -> Iterator[_Word]:
    for match in _TOKENS.finditer(text):
        groups = [group for group in match.groups() if group is not None]
        month = next((MONTHS.index(group[:3]) + 1 for group in groups if group[:3] in MONTHS), None)
        start, end = match.span()
        if match["group"]:
            stated = match[5]
            yield _Word(start, end, "group", int(match["gd"]), None, month, _year(stated), _minute(match["gt"]), None)
        elif match["days"]:
            listed = [int(day) for day in re.findall(r"\d+", match["dl"])]
            last = listed[-1] if len(listed) > 1 else None
            yield _Word(start, end, "days", listed[0], last, month, _year(match[9]), None, None)
        elif match["hours"] and (match["z1"] or match["z2"] or "DAILY" in text):
            yield _Word(start, end, "hours", None, None, None, None, _minute(match["h1"]), _minute(match["h2"]))
        elif match["hour"]:
            yield _Word(start, end, "hour", None, None, None, _year(match["hy"]), _minute(match["h"]), None)


def _year(text: str | None) -> int | None:
    return None if not text else int(text) + (2000 if len(text) == 2 else 0)


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[2:])


def _dated(words: list[_Word], year: int | None) -> list[_Word]:
    """The words with the month and year of the next that has them, or of the last, or of the number."""
    found: list[_Word] = []
    for n, one in enumerate(words):
        later = words[n:]
        years = [word.year for word in later if word.year] + [word.year for word in reversed(words[:n]) if word.year]
        months = [word.month for word in later if word.month] + [word.month for word in reversed(found) if word.month]
        month = one.month or next(iter(months), None)
        found.append(one._replace(month=month, year=one.year or next(iter(years), year)))
    return found


def _lead(text: str, words: Sequence[_Word], one: _Word) -> str:
    """What stands between the word before and this one."""
    n = next(n for n, word in enumerate(words) if word.start == one.start)
    return text[max(words[n - 1].end if n else 0, one.start - 60) : one.start]


def _is(text: str, words: Sequence[_Word], one: _Word, what: re.Pattern[str]) -> bool:
    return what.search(_lead(text, words, one)) is not None


def _moment(one: _Word, *, minute: int | None = None, last: bool = False) -> int | None:
    """The moment of a word; of a day its midnight, or the given minute."""
    day = one.last if last and one.last is not None else one.day
    if day is None or one.month is None or one.year is None:
        return None
    minutes = minute if minute is not None else (one.minute or 0)
    try:
        return to_us(datetime(one.year, one.month, day, tzinfo=UTC) + timedelta(minutes=minutes))
    except (ValueError, OverflowError):
        return None


def _issued(text: str, words: Sequence[_Word]) -> int | None:
    """The date-time group of the head: one that no word says to be anything else."""
    head = [one for one in words if one.kind == "group" and text.count("\n", 0, one.start) < 4]
    plain = re.compile(r"(?:\A|[\n.\d]|ISSUED|TRAFFIC|WARNING|MRCC\.?)\s*\Z")
    return next((_moment(one) for one in head if plain.search(_lead(text, words, one))), None)


def _spans(text: str, words: list[_Word]) -> Iterator[_Span]:
    """Spans of time, word by word; some take two or three of them."""
    n, before = 0, None
    while n < len(words):
        span, used = _span(text, words, n, before)
        if span is not None:
            span = _ordered(span)
            before = span
            yield span
        n += used


def _ordered(span: _Span) -> _Span:
    """A span whose end comes first began in the year before."""
    if span.from_at is not None and span.until_at is not None and span.from_at > span.until_at:
        return span._replace(from_at=span.from_at - 365 * DAY_US)
    return span


def _span(text: str, words: list[_Word], n: int, before: _Span | None) -> tuple[_Span | None, int]:
    one = words[n]
    lead = _lead(text, words, one)
    near = [word for word in words[n + 1 : n + 4] if not _SENTENCE.search(text[one.end : word.start])]
    joined = bool(near) and _TO.match(text[one.end : near[0].start]) is not None
    if one.kind == "group":
        return _of_group(one, near, lead, joined=joined)
    if one.kind == "days":
        return _of_days(text, one, near, lead, before, joined=joined)
    if one.kind == "hours" and near and near[0].kind == "days" and _AGAIN.search(text[one.end : near[0].start]) is None:
        return _of_hours(text, one, near)
    return None, 1


def _of_group(one: _Word, near: list[_Word], lead: str, *, joined: bool) -> tuple[_Span | None, int]:
    if joined and near[0].kind == "group" and not _SEEN.search(lead):
        return _Span(_moment(one), _moment(near[0]), None), 2
    if _UNTIL.search(lead):
        return _Span(None, _moment(one), None), 1
    return (_Span(_moment(one), None, None), 1) if _FROM.search(lead) else (None, 1)


def _of_days(
    text: str, one: _Word, near: list[_Word], lead: str, before: _Span | None, *, joined: bool
) -> tuple[_Span | None, int]:
    """Days, with the hours beside them if there are any."""
    if near and near[0].kind == "hour" and len(near) > 2 and [word.kind for word in near[1:3]] == ["days", "hour"]:
        return _Span(_moment(one, minute=near[0].minute), _moment(near[1], minute=near[2].minute), None), 4
    last, used = (near[0], 2) if joined and near[0].kind == "days" else (one, 1)
    rest = near[used - 1 :]
    hours = rest[0] if rest and rest[0].kind == "hours" else _two_hours(text, rest)
    if hours is not None and not _AGAIN.search(text[last.end : hours.start]):
        return _daily(one, last, hours), used + (1 if hours in rest else 2)
    if _AGAIN.search(lead) and before is not None and before.until_at is not None:
        end = _moment(last, minute=before.until_at % DAY_US // MINUTE_US, last=True)
        return _Span(None, end, None), used
    return _whole_days(one, last, lead, used)


def _two_hours(text: str, near: Sequence[_Word]) -> _Word | None:
    if [one.kind for one in near[:2]] != ["hour", "hour"] or not _TO.match(text[near[0].end : near[1].start]):
        return None
    return near[0]._replace(kind="hours", end=near[1].end, until=near[1].minute)


def _whole_days(one: _Word, last: _Word, lead: str, used: int) -> tuple[_Span | None, int]:
    end = _moment(last, last=True)
    if _UNTIL.search(lead):
        return _Span(None, None if end is None else end + DAY_US, None), used
    if used == 1 and one.last is None and _FROM.search(lead):
        return _Span(_moment(one), None, None), 1
    if used == 1 and one.last is None and (_SEEN.search(lead) or re.search(r"\d{4}(?:Z| UTC)\s*\Z", lead)):
        return None, 1
    return _Span(_moment(one), None if end is None else end + DAY_US, None), used


def _of_hours(text: str, one: _Word, near: list[_Word]) -> tuple[_Span | None, int]:
    """Hours, and the days after them."""
    first = near[0]
    joined = len(near) > 1 and near[1].kind == "days" and _TO.match(text[first.end : near[1].start]) is not None
    return _daily(first, near[1] if joined else first, one), 3 if joined else 2


def _daily(first: _Word, last: _Word, hours: _Word) -> _Span:
    """From the first hour of the first day to the last hour of the last, which may end after midnight."""
    begin, end = hours.minute or 0, hours.until or 0
    over = end + (24 * 60 if end <= begin else 0)
    return _Span(_moment(first, minute=begin), _moment(last, minute=over, last=True), (begin, end))
