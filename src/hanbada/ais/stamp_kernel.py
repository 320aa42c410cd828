"""Times, stations and TAG blocks around a sentence: the stamp part of the compiled scanner (rules in `ais.lines`)."""

from typing import Any

from hanbada.ais.desk import (
    D_AT,
    D_FRESH,
    D_GROUP,
    D_IGNORED,
    D_STATION,
    D_STATIONS,
    FRESH,
    MAX_FRESH,
    NAMES,
    NEVER,
    STATIONS,
)
from hanbada.ais.words_kernel import at, checksum, eight_digits, find_byte, load_u64, put, writes
from hanbada.model.kernel import i64, inlined, kernel, u64
from hanbada.model.times import ERA_US

BANG, COMMA, STAR, BACKSLASH, DOLLAR, COLON, NEWLINE, HASH = 33, 44, 42, 92, 36, 58, 10, 35


@inlined
def hex_digit(c: int) -> int:
    """Value of a hexadecimal digit, or -1."""
    if 48 <= c <= 57:
        return c - 48
    if 65 <= c <= 70:
        return c - 55
    if 97 <= c <= 102:
        return c - 87
    return -1


@inlined
def upper_or_digit(c: int) -> bool:
    """Whether a character is A to Z or 0 to 9."""
    return 65 <= c <= 90 or 48 <= c <= 57


@inlined
def _digits(buffer: Any, start: int, stop: int) -> int:
    """How many decimal digits stand at `start`."""
    p = start
    while p < stop and 48 <= buffer[p] <= 57:
        p += 1
    return p - start


@inlined
def _number(buffer: Any, start: int, count: int) -> Any:
    value = 0
    for i in range(start, start + count):
        value = value * 10 + i64(buffer[i]) - 48
    return value


@inlined
def _hash(buffer: Any, start: int, stop: int) -> Any:
    """A number for a name, never 0; names of the same length up to eight characters never share one but for a bit."""
    value, left = u64(stop - start), stop - start
    while left > 0:
        word = load_u64(buffer, start)
        value = (value ^ (word << u64(8 * (8 - left)) if left < 8 else word)) * u64(0x9E3779B97F4A7C15)
        value ^= value >> u64(32)
        start += 8
        left -= 8
    return i64(value | u64(1))


@kernel
def _in_era(us: int) -> int:
    """The time itself if it lies between 1980 and 2100, as epochs of AIS do; else NEVER."""
    return us if ERA_US[0] <= us < ERA_US[1] else NEVER


@kernel
def _epoch(buffer: Any, start: int, stop: int) -> Any:
    """9 or 10 digits of seconds with up to 6 decimals, 13 of milliseconds or 16 of microseconds; else NEVER."""
    if start < stop and buffer[start] == 48:
        return NEVER
    whole = _digits(buffer, start, stop)
    end = start + whole
    value = _number(buffer, start, whole) if whole <= 16 else 0
    if end == stop:
        if whole == 9 or whole == 10:
            return _in_era(value * 1_000_000)
        if whole == 13:
            return _in_era(value * 1000)
        return _in_era(value) if whole == 16 else NEVER
    decimals = _digits(buffer, end + 1, stop)
    if whole < 9 or whole > 10 or buffer[end] != 46 or decimals < 1 or decimals > 6 or end + 1 + decimals != stop:
        return NEVER
    fraction = _number(buffer, end + 1, decimals)
    for _ in range(6 - decimals):
        fraction *= 10
    return _in_era(value * 1_000_000 + fraction)


@kernel
def _utc(year: int, month: int, day: int, second: int, us: int) -> int:
    """UTC microseconds of a civil date and the second of its day; NEVER if there is no such date."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if year < 1 or month < 1 or month > 12 or day < 1:
        return NEVER
    length = 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31
    if month == 2:
        length = 29 if leap else 28
    if day > length:
        return NEVER
    y = year - (month <= 2)
    era = y // 400
    shifted = month - 3 if month > 2 else month + 9
    day_of_era = (y - era * 400) * 365 + (y % 400) // 4 - (y % 400) // 100 + (153 * shifted + 2) // 5 + day - 1
    return (era * 146_097 + day_of_era - 719_468) * 86_400_000_000 + second * 1_000_000 + us


@kernel
def _clock(hour: int, minute: int, second: int) -> int:
    """Second of the day, or -1; a leap second counts as 59."""
    if hour > 23 or minute > 59 or second > 60:
        return -1
    return hour * 3600 + minute * 60 + min(second, 59)


@kernel
def _iso(buffer: Any, start: int, stop: int) -> int:
    """A time written as YYYY-MM-DD hh:mm[:ss[.fff]][ zone]; else NEVER."""
    if stop - start < 16 or stop - start > 40:
        return NEVER
    for i in range(16):
        mark = i == 4 or i == 7 or i == 10 or i == 13
        if not mark and not 48 <= buffer[start + i] <= 57:
            return NEVER
    separator = buffer[start + 10]
    if buffer[start + 4] != 45 or buffer[start + 7] != 45 or buffer[start + 13] != COLON:
        return NEVER
    if separator != 84 and separator != 32:
        return NEVER
    p, second, us = start + 16, 0, 0
    if p < stop and buffer[p] == COLON:
        if _digits(buffer, p + 1, min(p + 3, stop)) != 2:
            return NEVER
        second = _number(buffer, p + 1, 2)
        p += 3
        if p < stop and (buffer[p] == 46 or buffer[p] == COMMA):
            decimals = _digits(buffer, p + 1, stop)
            if decimals < 1 or decimals > 9:
                return NEVER
            for i in range(6):
                us = us * 10 + (i64(buffer[p + 1 + i]) - 48 if i < decimals else 0)
            p += 1 + decimals
    zone = _zone(buffer, p, stop)
    clock = _clock(_number(buffer, start + 11, 2), _number(buffer, start + 14, 2), second)
    if zone == NEVER or clock < 0:
        return NEVER
    if second == 60:
        us = 999_999
    year, month, day = _number(buffer, start, 4), _number(buffer, start + 5, 2), _number(buffer, start + 8, 2)
    at = _utc(year, month, day, clock, us)
    return NEVER if at == NEVER else _in_era(at - zone)


@kernel
def _zone(buffer: Any, start: int, stop: int) -> int:
    """Microseconds east of UTC of what ends an ISO time: nothing, Z, UTC or +hh:mm; NEVER for anything else."""
    p = start
    while p < stop and (buffer[p] == 32 or 9 <= buffer[p] <= 13):
        p += 1
    left = stop - p
    if left == 0 or (left == 1 and buffer[p] == 90):
        return 0
    if left == 3 and buffer[p] == 85 and buffer[p + 1] == 84 and buffer[p + 2] == 67:
        return 0
    colon = left == 6 and buffer[p + 3] == COLON
    if (buffer[p] != 43 and buffer[p] != 45) or not (left == 5 or colon):
        return NEVER
    if _digits(buffer, p + 1, p + 3) != 2 or _digits(buffer, stop - 2, stop) != 2:
        return NEVER
    sign = 1 if buffer[p] == 43 else -1
    return int(sign * (_number(buffer, p + 1, 2) * 3_600_000_000 + _number(buffer, stop - 2, 2) * 60_000_000))


@inlined
def _station(buffer: Any, desk: Any, start: int, stop: int) -> int:
    """The number of a station's name, handing out a new one (and noting where the name stands) at first sight."""
    if stop <= start:
        return 0
    key = _hash(buffer, start, stop)
    slot = (key >> 1) & (STATIONS - 1)
    while desk[NAMES + 2 * slot] != 0 and desk[NAMES + 2 * slot] != key:
        slot = (slot + 1) & (STATIONS - 1)
    if desk[NAMES + 2 * slot] == 0:
        fresh = desk[D_FRESH]
        if desk[D_STATIONS] >= STATIONS - 2 or fresh >= MAX_FRESH:
            return 0
        desk[D_STATIONS] += 1
        desk[D_FRESH] = fresh + 1
        desk[NAMES + 2 * slot] = key
        desk[NAMES + 2 * slot + 1] = desk[D_STATIONS]
        desk[FRESH + 2 * fresh] = start
        desk[FRESH + 2 * fresh + 1] = stop - start
    return int(desk[NAMES + 2 * slot + 1])


@inlined
def _tag_time(buffer: Any, start: int, stop: int) -> Any:
    """The same as `_epoch`, sooner for the ten digits that nearly all TAG blocks give."""
    if stop - start == 10 and 49 <= at(buffer, start) <= 57:
        first = eight_digits(load_u64(buffer, start))
        tens, ones = i64(at(buffer, start + 8)) - 48, i64(at(buffer, start + 9)) - 48
        if (first >= 0) & (u64(tens) <= u64(9)) & (u64(ones) <= u64(9)):
            return _in_era((first * 100 + tens * 10 + ones) * 1_000_000)
    return _epoch(buffer, start, stop)


@inlined
def _star(buffer: Any, start: int, stop: int) -> int:
    """Where the last star of a TAG block stands, or stop; it is nearly always in front of two digits."""
    if stop - start >= 3 and at(buffer, stop - 3) == STAR and at(buffer, stop - 2) != STAR != at(buffer, stop - 1):
        return stop - 3
    for i in range(stop - 1, start - 1, -1):
        if buffer[i] == STAR:
            return i
    return stop


@inlined
def tag_block(buffer: Any, desk: Any, start: int, stop: int) -> None:
    """Read what stands between two backslashes into the waiting stamp; ignore it if its checksum does not match."""
    end = _star(buffer, start, stop)
    if end < stop and (stop - end != 3 or not writes(buffer, end + 1, checksum(buffer, start, end))):
        desk[D_IGNORED] += 1
        return
    when, station, other_station, group = NEVER, 0, 0, 0
    p = start
    while p <= end:
        e = find_byte(buffer, p, end, COMMA)
        key, mark = at(buffer, p), at(buffer, p + 1)
        if mark == COLON and e - p >= 2:
            if key == 99:
                when = _tag_time(buffer, p + 2, e)
            elif key == 115:
                station = _station(buffer, desk, p + 2, e)
            elif key == 103:
                group = _group(buffer, p + 2, e)
        elif e - p >= 3 and key == 115 and mark == 105 and at(buffer, p + 2) == COLON:
            other_station = _station(buffer, desk, p + 3, e)
        p = e + 1
    put(desk, D_AT, when if when != NEVER else at(desk, D_AT))
    if station or other_station:
        put(desk, D_STATION, station or other_station)
    if group:
        put(desk, D_GROUP, group)


@kernel
def _group(buffer: Any, start: int, stop: int) -> int:
    """Hash of the group's id in `number-total-id`; 0 if it is written otherwise."""
    if stop - start < 5 or buffer[start + 1] != 45 or buffer[start + 3] != 45:
        return 0
    if _digits(buffer, start, start + 1) != 1 or _digits(buffer, start + 2, start + 3) != 1:
        return 0
    return int(_hash(buffer, start + 4, stop))


@kernel
def is_pghp(buffer: Any, p: int, stop: int) -> bool:
    """Whether `$PGHP,` stands at p."""
    return (
        stop - p >= 6
        and buffer[p] == DOLLAR
        and buffer[p + 1] == 80
        and buffer[p + 2] == 71
        and buffer[p + 3] == 72
        and buffer[p + 4] == 80
        and buffer[p + 5] == COMMA
    )


@kernel
def pghp(buffer: Any, desk: Any, start: int, stop: int) -> bool:
    """Read a `$PGHP` line into the waiting stamp; False if its fields are not in place.

    They are: version, year, month, day, hour, minute, second, millisecond, country, region, station.
    """
    p, year, month, day, hour, minute, second, us = start + 6, 0, 0, 0, 0, 0, 0, 0
    count = 0
    for i in range(11):
        count = _digits(buffer, p, stop)
        widest = 4 if i == 1 else 3 if i == 7 else 2 if 1 < i < 7 else stop
        if p + count >= stop or buffer[p + count] != COMMA or count > widest:
            return False
        if (1 < i <= 7 and count == 0) or (i == 1 and count != 4):
            return False
        value = _number(buffer, p, count) if count < 18 else 0
        year, month, day = (value if i == 1 else year), (value if i == 2 else month), (value if i == 3 else day)
        hour, minute = (value if i == 4 else hour), (value if i == 5 else minute)
        second, us = (value if i == 6 else second), (value * 1000 if i == 7 else us)
        p += count + 1
    clock = _clock(hour, minute, second)
    if desk[D_AT] == NEVER and clock >= 0:
        desk[D_AT] = _in_era(_utc(year, month, day, clock, 999_999 if second == 60 else us))
    station = _station(buffer, desk, p - 1 - count, p - 1)
    desk[D_STATION] = station or desk[D_STATION]
    return True


@kernel
def trailing_fields(buffer: Any, desk: Any, start: int, stop: int) -> None:
    """Fields behind the checksum fill what the stamp still lacks: a station's name, the receiver's epoch."""
    at, station, named = NEVER, 0, False
    p = start
    while p <= stop:
        e = p
        while e < stop and buffer[e] != COMMA:
            e += 1
        if not named and e - p >= 2 and (buffer[p] == 114 or buffer[p] == 98) and _is_name(buffer, p + 1, e):
            named = True
            station = _station(buffer, desk, p, e)
        elif at == NEVER:
            at = _epoch(buffer, p, e)
        p = e + 1
    desk[D_AT] = at if desk[D_AT] == NEVER else desk[D_AT]
    desk[D_STATION] = desk[D_STATION] or station


@kernel
def _is_name(buffer: Any, start: int, stop: int) -> bool:
    for i in range(start, stop):
        c = buffer[i]
        if not (upper_or_digit(c) or 97 <= c <= 122 or c == 95 or c == 45):
            return False
    return True


@kernel
def leading_time(buffer: Any, start: int, stop: int) -> int:
    """A time in front of a sentence, in brackets, quotes or behind a separator; else NEVER."""
    while start < stop and _is_frame(buffer[start]):
        start += 1
    while stop > start and _is_frame(buffer[stop - 1]):
        stop -= 1
    at = _epoch(buffer, start, stop)
    return _iso(buffer, start, stop) if at == NEVER else at


@kernel
def _is_frame(c: int) -> bool:
    """Space, tab, comma, semicolon, bar, brackets and quotes."""
    if c == 32 or c == 9 or c == 44 or c == 59 or c == 124:
        return True
    return c == 91 or c == 93 or c == 40 or c == 41 or c == 39 or c == 34
