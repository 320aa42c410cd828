"""UTC in int64 microseconds since 1970: the only time inside the house.

A leap second cannot live in a POSIX clock: `23:59:60` becomes the last microsecond of the day.
"""

import re
from datetime import UTC, datetime, timedelta

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
ERA_US = (315_532_800 * SECOND_US, 4_102_444_800 * SECOND_US)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?\Z", re.ASCII
)
_DTG = re.compile(r"(\d\d)(\d\d)(\d\d)Z([A-Z]{3})(\d\d)$", re.ASCII)


def to_us(when: datetime) -> int:
    """UTC microseconds of an aware datetime."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def from_us(at_us: int) -> datetime:
    """The aware datetime of UTC microseconds."""
    return _EPOCH + timedelta(microseconds=at_us)


def parse_time(text: str) -> int | None:
    """UTC microseconds of an ISO 8601 time, a date-time group or an epoch in s, ms or us; None if it is neither.

    >>> parse_time("2013-11-12T12:00:00Z") == parse_time("121200ZNOV13") == parse_time("1384257600")
    True
    >>> iso(parse_time("2016-12-31 23:59:60"))
    '2016-12-31T23:59:59.999999Z'
    """
    text = text.strip()
    if re.fullmatch(r"-?\d{1,18}(\.\d+)?", text, re.ASCII):
        return epoch_us(text)
    if match := _DTG.match(text.upper()):
        return _from_dtg(match)
    return parse_iso(text)


def parse_iso(text: str) -> int | None:
    """UTC microseconds of an ISO 8601 time, None if it is none; without a zone it is taken as UTC."""
    match = _ISO.match(text)
    return _from_iso(match) if match else None


def epoch_us(digits: str) -> int | None:
    """Microseconds of an epoch written in seconds, milliseconds or microseconds; None before 1980 or after 2100."""
    whole, _, fraction = digits.partition(".")
    value = int(whole)
    if value >= 10**14:
        us = value
    elif value >= 10**11:
        us = value * 1000
    else:
        us = value * SECOND_US + int((fraction + "000000")[:6] if fraction else 0)
    return in_era(us)


def in_era(us: int | None) -> int | None:
    """The time if it lies between 1980 and 2100: what else AIS is said to be of comes from a broken clock."""
    return us if us is not None and ERA_US[0] <= us < ERA_US[1] else None


def _from_iso(match: re.Match[str]) -> int | None:
    year, month, day, hour, minute = (int(match[i]) for i in range(1, 6))
    second, fraction, zone = int(match[6] or 0), (match[7] or "") + "000000", match[8]
    leap = second == 60
    try:
        when = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=UTC)
    except ValueError:
        return None
    us = to_us(when) + (SECOND_US - 1 if leap else int(fraction[:6]))
    return us - _offset_us(zone)


def _offset_us(zone: str | None) -> int:
    if zone is None or zone in {"Z", "UTC"}:
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * HOUR_US + int(zone[-2:]) * MINUTE_US)


def _from_dtg(match: re.Match[str]) -> int | None:
    if match[4] not in MONTHS:
        return None
    try:
        return to_us(
            datetime(
                2000 + int(match[5]),
                MONTHS.index(match[4]) + 1,
                int(match[1]),
                int(match[2]),
                int(match[3]),
                tzinfo=UTC,
            )
        )
    except ValueError:
        return None


def iso(at_us: int) -> str:
    """ISO 8601 in UTC, to the second, millisecond or microsecond as needed.

    >>> iso(1384257600011000)
    '2013-11-12T12:00:00.011Z'
    """
    when = from_us(at_us).replace(tzinfo=None)
    spec = "seconds" if at_us % SECOND_US == 0 else "milliseconds" if at_us % 1000 == 0 else "microseconds"
    return when.isoformat(timespec=spec) + "Z"


def dtg(at_us: int) -> str:
    """Date-time group to the minute, as sailors and staffs write it.

    >>> dtg(1384257600011000)
    '121200ZNOV13'
    """
    when = from_us(at_us)
    return f"{when:%d%H%M}Z{MONTHS[when.month - 1]}{when:%y}"
