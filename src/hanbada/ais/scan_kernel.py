"""Bytes -> whole messages as packed bits: the compiled twin of `ais.lines`, rule for rule.

The scanner walks a buffer of whole lines. It packs the payload bits of each message into the store and lists the
message on the desk under its layout; for each line it cannot use, it notes a reject. Most lines are one whole sentence
and nothing else: `_plain` takes those; `_line` takes all others.
"""

from typing import Any

from hanbada.ais.desk import (
    AT,
    BAD_CHECKSUM,
    BAD_PAYLOAD,
    BLOCK,
    COUNTS,
    D_AT,
    D_BLANK,
    D_DETAIL,
    D_FRESH,
    D_GROUP,
    D_LINE,
    D_MESSAGES,
    D_OTHER,
    D_REJECTS,
    D_STAMP,
    D_STATION,
    D_STORED,
    D_WHY,
    JOINED,
    L_ALL_BITS,
    L_MIN_BITS,
    L_TABLE,
    L_TABLE_2,
    LENGTHS,
    LINE,
    MALFORMED,
    MAX_FRESH,
    MAX_REJECTS,
    NEVER,
    NO_TABLE,
    NOT_NMEA,
    PLACE,
    PLAN,
    PLANS,
    ROOM,
    ROW,
    ROW_2,
    SENTENCES,
    SHORTS,
    SINGLE,
    STATION,
    TOO_LONG,
    TOO_SHORT,
    UNKNOWN_TYPE,
    VARIANT,
    VARIANTS,
    W_AT,
    W_FILL,
    W_LENGTH,
    W_LINE,
    W_STATION,
)
from hanbada.ais.lines import MAX_LINE, MAX_PART, MAX_SINGLE
from hanbada.ais.parts_kernel import add_part, close, copy, parts_of, reject, row_for
from hanbada.ais.stamp_kernel import (
    BACKSLASH,
    BANG,
    COMMA,
    HASH,
    NEWLINE,
    STAR,
    hex_digit,
    is_pghp,
    leading_time,
    pghp,
    tag_block,
    trailing_fields,
)
from hanbada.ais.starts_kernel import is_ais, is_other, is_space, next_start
from hanbada.ais.words_kernel import (
    ARMOURED,
    at,
    checksum,
    find_byte,
    load_u64,
    pack_armour,
    put,
    swapped,
    writes,
)
from hanbada.model.kernel import i64, inlined, kernel, u64

HEAD_MASK = u64(int.from_bytes(b"\xff\x00\x00\xff\xff\xfd\xff\x00", "little"))
HEAD = u64(int.from_bytes(b"!\x00\x00VDM,\x00", "little")) & HEAD_MASK
"""`!ttVDM,` and `!ttVDO,`: M and O differ in one bit."""
SECOND_MASK = u64(int.from_bytes(b"\xff\x00\xff", "little"))
AROUND_NUMBER = u64(int.from_bytes(b",\x00,", "little"))
AROUND_FILL = u64(int.from_bytes(b",\x00*", "little"))
TALKERS = u64(sum(1 << ord(c) - 45 for c in "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
"""Characters of a talker: bit i stands for character 45 + i."""
GO_ON, DONE = -2, -1


@inlined
def _forget_stamp(desk: Any) -> None:
    put(desk, D_AT, NEVER)
    put(desk, D_STATION, 0)
    put(desk, D_GROUP, 0)


@inlined
def _bits(store: Any, offset: int, start: int, width: int) -> Any:
    """`width` (1 to 57) bits of a packed payload as an unsigned number."""
    word = swapped(load_u64(store, offset + (start >> 3)))
    return i64((word << u64(start & 7)) >> u64(64 - width))


@kernel
def _variant(store: Any, program: Any, kind: int, offset: int, bits: int) -> int:
    """Number of the layout of a type that has several (22, 24, 25, 26); -1 for an unknown type."""
    row, choice = kind - 23, 0
    if kind < 22 or kind == 23 or kind > 26:
        return -1
    if kind == 22:
        row, choice = 0, _bits(store, offset, 139, 1) if bits >= 140 else 0
    elif kind == 24:
        choice = _bits(store, offset, 38, 2)
        if choice == 1 and 980_000_000 <= _bits(store, offset, 8, 30) < 990_000_000:
            choice = 4
    else:
        choice = _bits(store, offset, 38, 2)
    return int(program[VARIANT + VARIANTS * row + choice])


@inlined
def _pack(buffer: Any, store: Any, start: int, length: int, offset: int) -> Any:
    """Pack armoured characters into the store; not zero if one of them carries no bits."""
    bad = pack_armour(buffer, start, min(length, ARMOURED), store, offset)
    done = ARMOURED
    while done < length:
        offset += 24
        bad |= pack_armour(buffer, start + done, min(length - done, ARMOURED), store, offset)
        done += ARMOURED
    return bad


@inlined
def _list(
    store: Any, desk: Any, program: Any, first: int, length: int, fill: int, line: int, heard_at: int, station: int
) -> bool:
    """List the payload just packed under its layout; False if its type is unknown or it is too short.

    `first` is its first character, which says the type: it is there sooner than what was stored just now.
    """
    offset, bits = at(desk, D_STORED), length * 6 - fill
    kind = first - 48 - 8 * (first > 87) if bits >= 6 else 0
    number = at(program, SINGLE + kind)
    if number < 0:
        number = _variant(store, program, kind, offset, bits)
    if number < 0 or bits < at(program, PLANS + PLAN * number + L_ALL_BITS):
        if number < 0 or bits < program[PLANS + PLAN * number + L_MIN_BITS]:
            desk[D_WHY] = UNKNOWN_TYPE if number < 0 else TOO_SHORT
            desk[D_DETAIL] = kind if number < 0 else bits
            return False
        desk[SHORTS + number] += 1
    place = number * BLOCK + at(desk, LENGTHS + number)
    put(desk, LENGTHS + number, at(desk, LENGTHS + number) + 1)
    put(desk, PLACE + place, offset << 16 | bits)
    put(desk, LINE + place, line)
    put(desk, AT + place, heard_at)
    put(desk, STATION + place, station)
    table, table_2 = at(program, PLANS + PLAN * number + L_TABLE), at(program, PLANS + PLAN * number + L_TABLE_2)
    put(desk, ROW + place, at(desk, COUNTS + table))
    put(desk, COUNTS + table, at(desk, COUNTS + table) + 1)
    if table_2 != NO_TABLE:
        put(desk, ROW_2 + place, at(desk, COUNTS + table_2))
        put(desk, COUNTS + table_2, at(desk, COUNTS + table_2) + 1)
    put(desk, D_STORED, offset + ((length + ARMOURED - 1) // ARMOURED) * 24 + 8)
    put(desk, D_MESSAGES, at(desk, D_MESSAGES) + 1)
    return True


@kernel
def _collect(
    buffer: Any,
    store: Any,
    desk: Any,
    program: Any,
    start: int,
    length: int,
    fill: int,
    total: int,
    number: int,
    queue: int,
) -> None:
    """Add a part to its message and emit the message when it is whole."""
    wait = row_for(desk, queue, total, number)
    if not add_part(buffer, store, desk, start, length, fill, number, wait):
        return
    size = 0
    for i in range(total):
        base = parts_of(wait) + i * MAX_PART
        copy(store, base, desk[wait + W_LENGTH + i], store, JOINED + size)
        size += desk[wait + W_LENGTH + i]
    close(desk, wait)
    desk[D_WHY], desk[D_DETAIL] = TOO_LONG, size
    fill, line, heard_at, station = (
        desk[wait + W_FILL + total - 1],
        desk[wait + W_LINE],
        desk[wait + W_AT],
        desk[wait + W_STATION],
    )
    if size <= MAX_SINGLE:
        _pack(store, store, JOINED, size, desk[D_STORED])
    if size > MAX_SINGLE or not _list(store, desk, program, i64(store[JOINED]), size, fill, line, heard_at, station):
        for i in range(total):
            reject(desk, desk[wait + W_LINE + i], desk[D_WHY], -1, desk[D_DETAIL])


@inlined
def _payload_of(buffer: Any, p: int, stop: int) -> tuple[int, int, int]:
    """Where the payload starts, its length and the queue of its parts; a start of -1 if fields are not in place.

    The fields before it are `!ttVDM,total,number,sequence,channel,` with one digit, one digit, at most one digit, at
    most one character.
    """
    if stop - p < 16 or not 49 <= at(buffer, p + 7) <= 57 or at(buffer, p + 8) != COMMA:
        return -1, 0, 0
    if not 49 <= at(buffer, p + 9) <= 57 or at(buffer, p + 10) != COMMA:
        return -1, 0, 0
    q, sequence, channel = p + 11, 10, 0
    if 48 <= at(buffer, q) <= 57:
        sequence = i64(at(buffer, q)) - 48
        q += 1
    if at(buffer, q) != COMMA:
        return -1, 0, 0
    q += 1
    c = at(buffer, q)
    if c != COMMA:
        channel = _channel(c)
        q += 1
        if c == STAR or c == BACKSLASH or at(buffer, q) != COMMA:
            return -1, 0, 0
    q += 1
    return q, find_byte(buffer, q, stop, COMMA) - q, sequence * 4 + channel


@inlined
def _byte(word: Any, place: int) -> Any:
    return i64(word >> u64(8 * place) & u64(255))


@inlined
def _is_talker(c: int) -> Any:
    return TALKERS >> min(u64(c - 45), u64(63)) & u64(1) != u64(0)


@inlined
def _plain(buffer: Any, store: Any, desk: Any, program: Any, p: int, stop: int) -> bool:
    """Take a line that, from p on, is one sound sentence and nothing else; False (and nothing done) otherwise.

    What a line may have wrong is asked all at once: nearly every line is sound, and each branch would cost.
    """
    if stop - p < 18 or stop - p > MAX_LINE:
        return False
    head, rest, e = load_u64(buffer, p), load_u64(buffer, p + 8), stop - 5 - (at(buffer, stop - 1) == 13)
    ending = load_u64(buffer, e)
    total, number = _byte(head, 7) - 48, _byte(rest, 1) - 48
    sequence, fill = _byte(rest, 3) - 48, _byte(ending, 1) - 48
    numbered = (sequence >= 0) & (sequence <= 9)
    tail = rest >> u64(24 + 8 * numbered)
    channel = _byte(tail, 1)
    named = channel != COMMA
    q = p + 13 + numbered + named
    size = e - q
    sound = (head & HEAD_MASK == HEAD) & _is_talker(_byte(head, 1)) & _is_talker(_byte(head, 2))
    sound &= (rest & SECOND_MASK == AROUND_NUMBER) & (ending & SECOND_MASK == AROUND_FILL)
    sound &= (number >= 1) & (number <= total) & (total <= 9) & (fill >= 0) & (fill <= 5)
    sound &= (_byte(tail, 0) == COMMA) & (_byte(tail >> u64(8 * named), 1) == COMMA)
    sound &= (channel != STAR) & (channel != BACKSLASH)
    sound &= (size > 0) & (size <= (MAX_SINGLE if total == 1 else MAX_PART))
    if not sound:
        return False
    bad = _pack(buffer, store, q, size, at(desk, D_STORED))
    if (bad != u64(0)) | (not writes(buffer, e + 3, checksum(buffer, p + 1, e + 2))):
        return False
    line, first = at(desk, D_LINE), i64(at(buffer, q))
    if total > 1:
        queue = (sequence if numbered else 10) * 4 + _channel(channel)
        _collect(buffer, store, desk, program, q, size, fill, total, number, queue)
    elif not _list(store, desk, program, first, size, fill, line, at(desk, D_AT), at(desk, D_STATION)):
        reject(desk, line, at(desk, D_WHY), -1, at(desk, D_DETAIL))
    _forget_stamp(desk)
    return True


@inlined
def _channel(c: int) -> int:
    """0 for a comma (no channel given), 1 for A or 1, 2 for B or 2, 3 for any other."""
    if c == 65 or c == 49:
        return 1
    if c == 66 or c == 50:
        return 2
    return 0 if c == COMMA else 3


@kernel
def scan(buffer: Any, store: Any, desk: Any, program: Any, start: int, stop: int) -> int:
    """Read whole lines of buffer[start:stop] (newline-ended) until the block of messages is full; where it stopped."""
    while start < stop and _has_room(desk):
        end = find_byte(buffer, start, stop, NEWLINE)
        put(desk, D_LINE, at(desk, D_LINE) + 1)
        p = start
        if at(buffer, p) == BACKSLASH and end - p <= MAX_LINE:
            tag_end = find_byte(buffer, p + 1, end, BACKSLASH)
            if tag_end < end:
                tag_block(buffer, desk, p + 1, tag_end)
                p = tag_end + 1
        if not _plain(buffer, store, desk, program, p, end):
            _line(buffer, store, desk, program, start, p, end)
        start = end + 1
    return start


@inlined
def _has_room(desk: Any) -> bool:
    """Whether whatever the next line brings still fits."""
    return bool(
        at(desk, D_MESSAGES) < BLOCK - SENTENCES
        and at(desk, D_REJECTS) < MAX_REJECTS - ROOM
        and at(desk, D_FRESH) < MAX_FRESH - ROOM
    )


@kernel
def _line(buffer: Any, store: Any, desk: Any, program: Any, start: int, p: int, end: int) -> None:
    """Any line, from p on: `start` is where it begins, `end` its newline."""
    stop, used = end, False
    while stop > start and is_space(buffer[stop - 1]):
        stop -= 1
    if end - start > MAX_LINE:
        _refuse_line(desk, TOO_LONG, start, end)
        return
    if stop == start or buffer[start] == HASH:
        desk[D_BLANK] += 1
        return
    while p < stop:
        if buffer[p] == BACKSLASH:
            tag_end = find_byte(buffer, p + 1, stop, BACKSLASH)
            if tag_end >= stop:
                _refuse_line(desk, MALFORMED, start, stop)
                return
            tag_block(buffer, desk, p + 1, tag_end)
            p = tag_end + 1
            continue
        if is_ais(buffer, p, stop):
            p, code = _sentence(buffer, store, desk, program, p, stop)
            used = True
            if code < 0 and p < stop and (buffer[p] == BACKSLASH or buffer[p] == BANG):
                continue
        else:
            p, code = _rest(buffer, desk, p, stop)
            if code == GO_ON:
                used = False
                continue
        if code >= 0:
            _refuse_line(desk, code, start, stop)
        return
    if not used:
        desk[D_STAMP] += 1


@kernel
def _refuse_line(desk: Any, code: int, start: int, stop: int) -> None:
    reject(desk, desk[D_LINE], code, start, stop - start)
    _forget_stamp(desk)


@kernel
def _rest(buffer: Any, desk: Any, p: int, stop: int) -> tuple[int, int]:
    """A place that is neither a TAG block nor an AIS sentence: (where to go on, GO_ON), (p, DONE) or (p, reject)."""
    if is_pghp(buffer, p, stop) and pghp(buffer, desk, p, stop):
        desk[D_STAMP] += 1
        return p, DONE
    if is_other(buffer, p, stop):
        _forget_stamp(desk)
        desk[D_OTHER] += 1
        return p, DONE
    begin = next_start(buffer, p + 1, stop)
    if begin >= stop:
        return p, NOT_NMEA
    if desk[D_AT] == NEVER:
        desk[D_AT] = leading_time(buffer, p, begin)
    return begin, GO_ON


@kernel
def _sentence(buffer: Any, store: Any, desk: Any, program: Any, p: int, stop: int) -> tuple[int, int]:
    """What starts like an AIS sentence: (where the line goes on, DONE) or (p, code of the reject)."""
    q, size, queue = _payload_of(buffer, p, stop)
    e = q + size
    broken = q < 0 or e + 5 > stop or buffer[e + 2] != STAR or not 48 <= buffer[e + 1] <= 57
    long, ill = size > MAX_SINGLE, False
    if not broken and not long and size > 0:
        ill = _pack(buffer, store, q, size, desk[D_STORED]) != u64(0)
    if not broken and (ill or long):
        broken = find_byte(buffer, q, e, STAR) < e or find_byte(buffer, q, e, BACKSLASH) < e
    high = -1 if broken else hex_digit(buffer[e + 3])
    low = -1 if broken else hex_digit(buffer[e + 4])
    if high < 0 or low < 0:
        return p, MALFORMED if find_byte(buffer, p, stop, STAR) < stop else BAD_CHECKSUM
    total, number, fill = i64(buffer[p + 7]) - 48, i64(buffer[p + 9]) - 48, i64(buffer[e + 1]) - 48
    after = stop
    if e + 5 < stop:
        after = next_start(buffer, e + 5, stop)
        trailing_fields(buffer, desk, e + 5, after)
    if checksum(buffer, p + 1, e + 2) != high * 16 + low:
        return p, BAD_CHECKSUM
    if number > total or fill > 5:
        return p, MALFORMED
    if size > (MAX_SINGLE if total == 1 else MAX_PART):
        return p, TOO_LONG
    if size == 0 or ill:
        return p, BAD_PAYLOAD
    if total == 1:
        first = i64(buffer[q])
        if not _list(store, desk, program, first, size, fill, desk[D_LINE], desk[D_AT], desk[D_STATION]):
            reject(desk, desk[D_LINE], desk[D_WHY], -1, desk[D_DETAIL])
    else:
        _collect(buffer, store, desk, program, q, size, fill, total, number, queue)
    _forget_stamp(desk)
    return after, DONE
