"""Times as ships write them: date-time groups, dates in every order, zone letters, local time.

What is missing is taken from when the report reached us.
A year, month or day that is not written is the one that brings the moment nearest to the report: at or before it for
what has happened, after it for what is still to come. An ambiguous 03/04/2026 is read day first unless only the other
order brings it near.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, MONTHS, from_us, to_us

AHEAD_US = 2 * HOUR_US
"""How far a ship's clock or ours may be wrong: so much later than the report, a moment still counts as past."""
FAR_US = 45 * DAY_US
"""Where day and month may stand in either order, day first is believed if it is this near to the report."""
_MON = "(?:" + "|".join(MONTHS) + ")"
_B = r"[ \t]{0,4}"
_SEP = r"[ \t]{0,4}(?:[,/\n-]|at\b)?[ \t]{0,4}"
_ZONE = (
    r"(?P<zone>UTC|GMT|Z\b|LT\b|(?<=\d)(?-i:[A-IK-Y])(?![A-Za-z])|(?-i:[A-IK-Y])(?=[ \t]{0,4}(?:[\n,;)]|\Z)))?"
    r"(?:[ \t]{0,3}(?P<utc>UTC|GMT)\b)?"
    r"(?:[ \t]{0,3}\(?(?:UTC|GMT|UT)?[ \t]{0,2}(?P<sign>[+-])[ \t]{0,2}(?P<hours>\d{1,2})(?::?(?P<part>\d{2}))?\b\)?)?"
)
_CLOCK = r"(?<!\d)(?P<hour>[01]?\d|2[0-4])(?:[:.h]|(?<=\d\d))(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?(?!\d)"
_CLOCK_ZONE = rf"{_CLOCK}{_B}(?:hrs?\b|hours\b)?{_B}{_ZONE}"
_ISO_DATE = r"(?<!\d)(?P<iso>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
_WORD_DATE = rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ \t./-]{{0,3}}(?P<name>{_MON})[a-z]{{0,6}}\.?"
_YEAR = r"(?:[ \t.,/-]{0,3}(?P<year>20\d\d|\d\d)(?![\d:.]))?"
_NUMBER_DATE = r"(?<!\d)(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>20\d\d|\d\d)(?!\d)"
_GROUP = (
    rf"(?<!\d)(?P<day>[0-3]\d)[ /]?(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?!\d)[ \t]{{0,2}}"
    rf"(?:(?P<zone>UTC|GMT|Z|LT|[A-IK-Y](?![A-Za-z])))(?:{_B}(?P<name>{_MON})[a-z]{{0,6}}{_YEAR})?"
)
_GROUP_MONTH = (
    rf"(?<!\d)(?P<day>[0-3]\d)(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d){_B}(?P<name>{_MON})[a-z]{{0,6}}{_YEAR}"
)
_STYLES = tuple(
    re.compile(style, re.IGNORECASE)
    for style in (
        rf"{_ISO_DATE}[T ,]{{0,3}}{_CLOCK_ZONE}",
        _GROUP,
        _GROUP_MONTH,
        rf"{_WORD_DATE}{_YEAR}{_SEP}{_CLOCK_ZONE}",
        rf"{_CLOCK_ZONE}{_SEP}(?:on[ \t])?{_WORD_DATE}{_YEAR}",
        rf"{_NUMBER_DATE}{_SEP}{_CLOCK_ZONE}",
        rf"{_CLOCK_ZONE}{_SEP}{_NUMBER_DATE}",
        rf"{_CLOCK_ZONE}{_SEP}{_ISO_DATE}",
    )
)
_CLOCK_ONLY = re.compile(_CLOCK_ZONE, re.IGNORECASE)
_ZONED = re.compile(rf"{_CLOCK}{_B}(?:hrs?\b|hours\b)?{_B}(?P<zone>UTC|GMT|Z\b)", re.IGNORECASE)


class Moment(NamedTuple):
    """A moment in UTC microseconds, where it stands, and what had to be supposed: `year`, `day`, `zone`, `order`."""

    at_us: int
    start: int
    end: int
    supposed: tuple[str, ...]


def moment_in(
    text: str, received_us: int, *, ahead: bool = False, start: int = 0, end: int | None = None, bare: bool = True
) -> Moment | None:
    """The first moment in a part of a text, None if there is none; `bare` lets a clock without a zone count.

    >>> from hanbada.model.times import iso, parse_time
    >>> iso(moment_in("312355Z DEC", parse_time("2026-01-01T00:20Z")).at_us)
    '2025-12-31T23:55:00Z'
    """
    end = len(text) if end is None else end
    dated = False
    found = []
    for rank, style in enumerate(_STYLES):
        for match in style.finditer(text, start, end):
            dated = True
            moment = _read(match, received_us, ahead=ahead)
            if moment is not None:
                found.append((moment.start - moment.end, rank, moment))
                break
    if found or dated:
        return min(found)[2] if found else None
    pattern = _CLOCK_ONLY if bare else _ZONED
    read = (_read(match, received_us, ahead=ahead) for match in pattern.finditer(text, start, end))
    return next((one for one in read if one is not None), None)


def _read(match: re.Match[str], received_us: int, *, ahead: bool) -> Moment | None:
    part = match.groupdict()
    offset_us = _offset_us(part)
    supposed = [] if offset_us is not None else ["zone"]
    clock = _clock(part)
    if clock is None or _is_year(part, match.group()):
        return None
    local_us = received_us + (offset_us or 0)
    dates = _dates(part, from_us(local_us), supposed)
    whole = [at for date in dates if (at := _at(date, clock)) is not None]
    if not whole:
        return None
    at_us = _likeliest(whole, local_us, ahead=ahead, supposed=supposed)
    return Moment(at_us - (offset_us or 0), match.start(), match.end(), tuple(supposed))


def _is_year(part: dict[str, str | None], text: str) -> bool:
    """Whether what looks like a clock is the year of the date before it: 14 June 2026."""
    plain = not (part.get("zone") or part.get("utc") or part.get("sign")) and part.get("hour") == "20"
    return bool(part.get("name")) and not part.get("year") and plain and re.search(r"20\d\d\s*\Z", text) is not None


def _clock(part: dict[str, str | None]) -> timedelta | None:
    hour, minute = int(part["hour"] or 0), int(part["minute"] or 0)
    if hour == 24 and minute:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=int(part.get("second") or 0))


def _offset_us(part: dict[str, str | None]) -> int | None:
    """How far ahead of UTC the zone is; None where the text says local time and not which. No zone at all is UTC."""
    if part.get("sign"):
        whole = int(part["hours"] or 0) * HOUR_US + int(part["part"] or 0) * MINUTE_US
        return -whole if part["sign"] == "-" else whole
    zone = "UTC" if part.get("utc") else (part.get("zone") or "UTC").upper()
    if zone == "LT":
        return None
    return LETTERS.get(zone, 0) * HOUR_US if len(zone) == 1 else 0


LETTERS = (
    {letter: hour for hour, letter in enumerate("ABCDEFGHIKLM", 1)}
    | {letter: -hour for hour, letter in enumerate("NOPQRSTUVWXY", 1)}
    | {"Z": 0}
)
"""Hours ahead of UTC by zone letter (ACP 121); J is whoever's own time and says nothing."""


def _dates(part: dict[str, str | None], near: datetime, supposed: list[str]) -> list[datetime]:
    """The days a text may mean, the first reading first."""
    if not part.get("day"):
        supposed.append("day")
        return [near + timedelta(days=more) for more in (0, -1, 1)]
    day, month = int(part["day"] or 0), part.get("month")
    number = MONTHS.index(str(part["name"]).upper()[:3]) + 1 if part.get("name") else int(month or 0)
    year = part.get("iso") or part.get("year")
    years = _years(year, near)
    if not year:
        supposed.append("year" if number else "month")
    if not number:
        whole = (_day(one.year, one.month, day) for one in _months(near.replace(day=1)))
        return [one for one in whole if one is not None]
    found = [one for one in (_day(one, number, day) for one in years) if one is not None]
    turned = [] if part.get("name") or part.get("iso") or number == day else [_day(years[0], day, number)]
    other = [one for one in turned if one is not None]
    if found and other:
        supposed.append("order")
    return found + other


def _years(text: str | None, near: datetime) -> list[int]:
    if not text:
        return [near.year, near.year - 1, near.year + 1]
    return [int(text) + (2000 if len(text) == 2 else 0)]


def _months(first: datetime) -> list[datetime]:
    return [first, (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)]


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _at(date: datetime, clock: timedelta) -> int | None:
    try:
        return to_us(datetime(date.year, date.month, date.day, tzinfo=UTC) + clock)
    except OverflowError:
        return None


def _likeliest(found: list[int], near_us: int, *, ahead: bool, supposed: list[str]) -> int:
    """The reading nearest to the report on its side of it; of a day in doubtful order the first that is near enough."""
    slack_us = AHEAD_US if "day" in supposed else DAY_US
    fits = [at for at in found if (at >= near_us - slack_us if ahead else at <= near_us + AHEAD_US)]
    close = [at for at in fits if abs(at - near_us) <= FAR_US]
    if "order" in supposed and close:
        return close[0]
    return min(fits or found, key=lambda at: abs(at - near_us))
