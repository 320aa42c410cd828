r"""Bytes as heard, line by line: sentences, TAG blocks, receiver stamps, and the reason for each line we cannot use.

The readable reference: `read_line` is a fold, `state, line -> state, what came of it`. The compiled scanner keeps the
same rules (`ais.scan_kernel`); a property test holds the two together.

A stamp is a time and a station for the sentence that follows. It comes, in order of trust, from a TAG block
(`\s:..,c:..*hh\`), a `$PGHP` line, fields behind the checksum, or text in front of the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hanbada.ais.codec import is_payload
from hanbada.model.times import SECOND_US, epoch_us, in_era, parse_iso

if TYPE_CHECKING:
    from collections.abc import Iterator

REJECT_CODES = {
    "not_nmea": "No NMEA sentence in the line.",
    "malformed": "An AIS sentence whose fields cannot be told apart.",
    "bad_checksum": "The checksum is missing or does not match: the line was damaged on its way.",
    "bad_payload": "The payload is empty or holds characters that carry no bits.",
    "too_long": "Longer than any line or message of the standard.",
    "incomplete": "A part of a message whose other parts never came.",
    "too_short": "The message ends before it says anything that can be used.",
    "unknown_type": "The message type is not one of 1 to 28.",
    "not_vessel": "A base station or an aid to navigation, not a vessel.",
    "no_time": "Nothing says when the message was sent.",
    "bad_record": "A row or object without the columns or numbers a position needs.",
}
MAX_LINE = 4096
"""Bytes of a line we look at; the standard allows 82, loggers add stamps."""
MAX_SINGLE = 184
MAX_PART = 128
"""Payload characters of a whole message, and of one part of several: five slots carry 178, padding included 184."""
PART_AGE_US = 30 * SECOND_US
"""Parts further apart than this in their own time belong to different messages: sequence numbers come round again
within seconds at a busy station, while network delays between parts stay below."""
PART_AGE_LINES = 500
"""The same where parts carry no time."""
MAX_WAITING = 16
"""Unfinished messages kept per sequence number and channel; the oldest gives way."""

_SENTENCE = re.compile(
    rb"!([A-Z0-9-]{2})VD[MO],([1-9]),([1-9]),([0-9]?),([^,*\\]?),([^,*\\]*),([0-9])\*([0-9A-Fa-f]{2})"
)
_AIS = re.compile(rb"![A-Z0-9-]{2}VD[MO],")
_START = re.compile(rb"![A-Z0-9-]{2}VD[MO],|\$PGHP,|\\[a-zA-Z]+:")
_OTHER = re.compile(rb"[$!][A-Z0-9]{3,}[,*]")
_PGHP = re.compile(rb"\$PGHP,\d*,(\d{4}),(\d\d?),(\d\d?),(\d\d?),(\d\d?),(\d\d?),(\d{1,3}),(\d*),(\d*),(\d*),")
_STATION = re.compile(rb"[rb][0-9A-Za-z_-]+\Z")
_EPOCH = re.compile(rb"(?!0)(?:\d{9,10}(?:\.\d{1,6})?|\d{13}|\d{16})\Z")
_GROUP = re.compile(rb"\d-\d-(.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who heard it and when; group is the TAG block's group id."""

    at: int | None = None
    station: bytes | None = None
    group: bytes | None = None


NO_STAMP = Stamp()


@dataclass(frozen=True, slots=True)
class Payload:
    """A whole message, still armoured. `line` is the line of its first part."""

    line: int
    lines: tuple[int, ...]
    armoured: bytes
    fill_bits: int
    at: int | None
    station: bytes | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A line we cannot use, and why (one of REJECT_CODES)."""

    line: int
    code: str
    detail: str | None = None


@dataclass(slots=True)
class Waiting:
    """Parts of a message that is not complete."""

    total: int
    station: bytes | None
    group: bytes | None
    at: int | None
    last_line: int
    parts: dict[int, tuple[bytes, int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class LineState:
    """What the reader remembers: the line number, a stamp waiting for its sentence, unfinished messages."""

    line: int = 0
    stamp: Stamp = NO_STAMP
    waiting: dict[tuple[int, int], list[Waiting]] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("lines", "blank", "stamp", "other", "reject", "tag_ignored"), 0)
    )


Outcome = Payload | Reject


def read_line(state: LineState, raw: bytes) -> Iterator[Outcome]:
    """Whatever one line brings: whole messages, rejects of this line or of parts that gave up waiting."""
    state.line += 1
    state.counts["lines"] += 1
    if len(raw) > MAX_LINE:
        yield _reject(state, "too_long", raw)
        return
    line = raw.rstrip(b"\r\n\t ")
    if not line or line.startswith(b"#"):
        state.counts["blank"] += 1
        return
    yield from _read_sentences(state, line)


def finish(state: LineState) -> Iterator[Reject]:
    """Rejects for every part still waiting when the input ends."""
    for queue in state.waiting.values():
        for waiting in queue:
            yield from _give_up(state, waiting)
    state.waiting = {}


def _read_sentences(state: LineState, line: bytes) -> Iterator[Outcome]:
    """One line may hold a TAG block, a stamp in front, a sentence, and once more (as some loggers join parts)."""
    position, used = 0, False
    while position < len(line):
        first = line[position : position + 1]
        if first == b"\\":
            end = line.find(b"\\", position + 1)
            if end < 0:
                yield _reject(state, "malformed", line)
                return
            state.stamp = _merge(_tag_block(state, line[position + 1 : end]), state.stamp)
            position = end + 1
        elif match := _SENTENCE.match(line, position) if first == b"!" else None:
            outcomes, position = _take(state, line, match)
            yield from outcomes
            used = True
            if line[position : position + 1] not in {b"\\", b"!"}:
                return
        else:
            reject, position = _read_rest(state, line, position)
            if reject is not None:
                yield reject
            if position < 0:
                return
            used = False
    if not used:
        state.counts["stamp"] += 1


def _read_rest(state: LineState, line: bytes, position: int) -> tuple[Reject | None, int]:
    """What is neither a TAG block nor a whole AIS sentence at `position`: a reject, and where to go on or -1."""
    if match := _PGHP.match(line, position):
        state.stamp = _merge(state.stamp, _pghp(match), station_first=False)
        state.counts["stamp"] += 1
        return None, -1
    if _AIS.match(line, position):
        return _reject(state, _why_bad(line, position), line), -1
    if _OTHER.match(line, position):
        state.stamp = NO_STAMP
        state.counts["other"] += 1
        return None, -1
    begin = _next_start(line, position + 1)
    if begin < 0:
        return _reject(state, "not_nmea", line), -1
    state.stamp = _merge(state.stamp, Stamp(at=_leading_time(line[position:begin])))
    return None, begin


def _next_start(line: bytes, start: int) -> int:
    match = _START.search(line, start)
    return match.start() if match else -1


def _why_bad(line: bytes, position: int) -> str:
    return "bad_checksum" if b"*" not in line[position:] else "malformed"


def _merge(first: Stamp, second: Stamp, *, station_first: bool = True) -> Stamp:
    """`first`, filled up from `second`."""
    a, b = (first, second) if station_first else (second, first)
    return Stamp(first.at if first.at is not None else second.at, a.station or b.station, first.group or second.group)


def _checksum(text: bytes) -> int:
    value = 0
    for byte in text:
        value ^= byte
    return value


def _tag_block(state: LineState, text: bytes) -> Stamp:
    """A TAG block whose checksum does not match is not believed: its fields are ignored and counted."""
    content, star, given = text.rpartition(b"*")
    if not star:
        content = text
    elif not re.fullmatch(rb"[0-9A-Fa-f]{2}", given) or int(given, 16) != _checksum(content):
        state.counts["tag_ignored"] += 1
        return NO_STAMP
    fields = dict(part.split(b":", 1) for part in content.split(b",") if b":" in part)
    group = _GROUP.match(fields.get(b"g", b""))
    time = fields.get(b"c", b"")
    return Stamp(
        at=epoch_us(time.decode()) if _EPOCH.match(time) else None,
        station=fields.get(b"s") or fields.get(b"si") or None,
        group=group[1] if group else None,
    )


def _pghp(match: re.Match[bytes]) -> Stamp:
    year, month, day, hour, minute, second, ms = (int(match[i]) for i in range(1, 8))
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"
    return Stamp(at=in_era(parse_iso(text)), station=match[10] or None)


def _leading_time(text: bytes) -> int | None:
    cleaned = text.strip(b" \t,;|[]()'\"")
    if _EPOCH.match(cleaned):
        return epoch_us(cleaned.decode())
    return in_era(parse_iso(cleaned.decode("latin-1"))) if len(cleaned) <= 40 else None


def _trailing(text: bytes) -> Stamp:
    """Fields behind the checksum: a station as `r` or `b` and a name, the first epoch is the receiver's time."""
    at, station = None, None
    for part in text.split(b","):
        if station is None and _STATION.match(part):
            station = part
        elif at is None and _EPOCH.match(part):
            at = epoch_us(part.decode())
    return Stamp(at, station)


def _take(state: LineState, line: bytes, match: re.Match[bytes]) -> tuple[list[Outcome], int]:
    """What a well-formed sentence brings, and where reading of the line goes on: nowhere if it is rejected."""
    rest_end = _next_start(line, match.end())
    rest_end = len(line) if rest_end < 0 else rest_end
    stamp = _merge(state.stamp, _trailing(line[match.end() : rest_end]))
    if why := _why_reject(line, match):
        return [_reject(state, why, line)], len(line)
    state.stamp = NO_STAMP
    total, number, payload, fill = int(match[2]), int(match[3]), match[6], int(match[7])
    if total == 1:
        return [Payload(state.line, (state.line,), payload, fill, stamp.at, stamp.station)], rest_end
    key = (int(match[4] or 10), _channel(match[5]))
    return list(_collect(state, key, total, number, payload, fill, stamp)), rest_end


def _why_reject(line: bytes, match: re.Match[bytes]) -> str | None:
    """What is wrong with a well-formed sentence, if anything."""
    total, number, payload = int(match[2]), int(match[3]), match[6]
    if int(match[8], 16) != _checksum(line[match.start() + 1 : match.end() - 3]):
        return "bad_checksum"
    if number > total or int(match[7]) > 5:
        return "malformed"
    if len(payload) > (MAX_SINGLE if total == 1 else MAX_PART):
        return "too_long"
    return None if payload and is_payload(payload) else "bad_payload"


def _channel(text: bytes) -> int:
    return {b"": 0, b"A": 1, b"1": 1, b"B": 2, b"2": 2}.get(text, 3)


def _collect(
    state: LineState, key: tuple[int, int], total: int, number: int, payload: bytes, fill: int, stamp: Stamp
) -> Iterator[Outcome]:
    """Add a part to the message it belongs to; the whole message if that was the last one missing."""
    queue = state.waiting.setdefault(key, [])
    for waiting in [w for w in queue if _is_stale(state, w, stamp)]:
        queue.remove(waiting)
        yield from _give_up(state, waiting)
    match = next((w for w in queue if _belongs(w, total, stamp)), None)
    if match is not None and number in match.parts:
        queue.remove(match)
        yield from _give_up(state, match)
        match = None
    if match is None:
        if len(queue) >= MAX_WAITING:
            yield from _give_up(state, queue.pop(0))
        match = Waiting(total, stamp.station, stamp.group, stamp.at, state.line)
        queue.append(match)
    _add_part(state, match, number, payload, fill, stamp)
    if len(match.parts) == total:
        queue.remove(match)
        yield from _whole(state, match)


def _is_stale(state: LineState, waiting: Waiting, stamp: Stamp) -> bool:
    if waiting.at is not None and stamp.at is not None:
        return abs(stamp.at - waiting.at) > PART_AGE_US
    return state.line - waiting.last_line > PART_AGE_LINES


def _belongs(waiting: Waiting, total: int, stamp: Stamp) -> bool:
    if waiting.total != total:
        return False
    if waiting.group and stamp.group:
        return waiting.group == stamp.group
    return waiting.station is None or stamp.station is None or waiting.station == stamp.station


def _add_part(state: LineState, waiting: Waiting, number: int, payload: bytes, fill: int, stamp: Stamp) -> None:
    waiting.parts[number] = (payload, fill, state.line)
    waiting.last_line = state.line
    if number == 1 or waiting.at is None:
        waiting.at = stamp.at if stamp.at is not None else waiting.at
    if number == 1 or waiting.station is None:
        waiting.station = stamp.station or waiting.station
    waiting.group = waiting.group or stamp.group


def _whole(state: LineState, waiting: Waiting) -> Iterator[Outcome]:
    ordered = [waiting.parts[i] for i in range(1, waiting.total + 1)]
    lines = tuple(line for _, _, line in ordered)
    armoured = b"".join(payload for payload, _, _ in ordered)
    if len(armoured) > MAX_SINGLE:
        state.counts["reject"] += len(lines)
        yield from (Reject(line, "too_long", f"{len(armoured)} characters") for line in lines)
        return
    yield Payload(lines[0], lines, armoured, ordered[-1][1], waiting.at, waiting.station)


def _give_up(state: LineState, waiting: Waiting) -> Iterator[Reject]:
    for _, _, line in waiting.parts.values():
        state.counts["reject"] += 1
        yield Reject(line, "incomplete")


def _reject(state: LineState, code: str, line: bytes) -> Reject:
    state.counts["reject"] += 1
    state.stamp = NO_STAMP
    return Reject(state.line, code, escaped(line))


def escaped(line: bytes) -> str:
    """The first 120 bytes of a line as printable ASCII."""
    return line[:120].decode("latin-1").encode("unicode_escape").decode("ascii")
