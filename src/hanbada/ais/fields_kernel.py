"""Packed bits -> columns: one loop per kind of field, driven by the layout table, and the entry to the whole decoder.

All columns of all tables lie in one byte array, the arena; the program (`ais.desk`) says for each field of a layout
where its values and its validity bytes go. Every column of a table is written for every row, so that no row can show
another ship's value.
"""

from typing import Any

import numpy as np

from hanbada.ais.desk import (
    AT,
    BLOCK,
    CAPACITIES,
    COUNTS,
    D_FRESH,
    D_MESSAGES,
    D_REJECTS,
    D_STORED,
    E_HIGH,
    E_KIND,
    E_LOW,
    E_NONZERO,
    E_NONZERO_WIDTH,
    E_SIGNED,
    E_SLOT,
    E_START,
    E_TABLE,
    E_TAIL,
    E_VALID,
    E_VALUES,
    E_WIDTH,
    ENTRIES,
    ENTRY,
    K_AT,
    K_DATA,
    K_F32,
    K_F64,
    K_LINE,
    K_NULL,
    K_ROT,
    K_TEXT,
    K_U8,
    K_U16,
    K_U32,
    L_FIRST,
    L_LAST,
    L_WORDS,
    LENGTHS,
    LINE,
    LIST,
    MAX_FRESH,
    MAX_REJECTS,
    NEVER,
    NULLS,
    P_FLAGS,
    P_TABLE,
    P_VALID,
    PACK,
    PACKS,
    PLACE,
    PLAN,
    PLANS,
    RATES,
    ROOM,
    ROW,
    SCRATCH,
    SHORTS,
    STATION,
    TILE,
    WORDS,
)
from hanbada.ais.parts_kernel import give_up_all
from hanbada.ais.scan_kernel import scan
from hanbada.ais.words_kernel import (
    at,
    eight_characters,
    load_u16,
    load_u32,
    load_u64,
    put,
    store_f32,
    store_f64,
    store_i64,
    store_u16,
    store_u32,
    store_u64,
    swapped,
)
from hanbada.model.kernel import i64, inlined, kernel, u64


@inlined
def _raw(store: Any, place: int, byte: int, left: int, lift: int, right: int) -> Any:
    """A field as a signed or unsigned number: `lift` is 1 and `right` one less for an unsigned one."""
    word = swapped(load_u64(store, (place >> 16) + byte)) << u64(left)
    return i64(word >> u64(lift)) >> right


@inlined
def _in_range(raw: int, low: int, span: int) -> bool:
    return bool(u64(raw - low) <= u64(span))


@kernel
def _words(store: Any, desk: Any, words: int, first: int, count: int) -> None:
    """The bits of some messages as columns of words, so that a field of all of them is read eight at a time."""
    for word in range(words):
        column = WORDS + TILE * word
        for j in range(count):
            put(desk, column + j, i64(swapped(load_u64(store, (at(desk, PLACE + first + j) >> 16) + 8 * word))))


@inlined
def _field(desk: Any, column: int, left: int, lift: int, right: int) -> Any:
    """A field that begins `left` bits into a word; `lift` and `right` as in `_raw`."""
    word = u64(at(desk, column)) << u64(left) | u64(at(desk, column + TILE)) >> u64(1) >> u64(63 - left)
    return i64(word >> u64(lift)) >> right


@kernel
def _numbers(
    desk: Any, arena: Any, program: Any, entry: int, divisors: Any, valid: int, values: int, count: int
) -> None:
    """One numeric field of some messages of a layout, row after row.

    The loops are alike but for what they store: a branch inside one loop would cost more than the work.
    """
    kind, start, low = program[entry + E_KIND], program[entry + E_START], program[entry + E_LOW]
    span, lift = program[entry + E_HIGH] - low, 1 - program[entry + E_SIGNED]
    column, left, right = WORDS + TILE * (start >> 6), start & 63, 64 - program[entry + E_WIDTH] - lift
    divisor = divisors[RATES + (entry - ENTRIES) // ENTRY]
    if kind == K_U8:
        for j in range(count):
            raw = _field(desk, column + j, left, lift, right)
            ok = _in_range(raw, low, span)
            put(arena, valid + j, ok)
            put(arena, values + j, raw if ok else 0)
    elif kind == K_F64:
        for j in range(count):
            raw = _field(desk, column + j, left, lift, right)
            ok = _in_range(raw, low, span)
            put(arena, valid + j, ok)
            value = (raw if ok else 0) / divisor
            store_f64(arena, values + 8 * j, value if value < 180.0 else -180.0)
    elif kind == K_F32:
        for j in range(count):
            raw = _field(desk, column + j, left, lift, right)
            ok = _in_range(raw, low, span)
            put(arena, valid + j, ok)
            store_f32(arena, values + 4 * j, np.float32((raw if ok else 0) / divisor))
    elif kind == K_U16:
        for j in range(count):
            raw = _field(desk, column + j, left, lift, right)
            ok = _in_range(raw, low, span)
            put(arena, valid + j, ok)
            store_u16(arena, values + 2 * j, np.uint16(raw if ok else 0))
    elif kind == K_U32:
        for j in range(count):
            raw = _field(desk, column + j, left, lift, right)
            ok = _in_range(raw, low, span)
            put(arena, valid + j, ok)
            store_u32(arena, values + 4 * j, np.uint32(raw if ok else 0))
    else:
        for j in range(count):
            raw = _field(desk, column + j, left, lift, right)
            ok = _in_range(raw, low, span)
            put(arena, valid + j, ok)
            store_f32(arena, values + 4 * j, np.float32(at(divisors, raw & 255 if ok else 0)))


@kernel
def _spread(desk: Any, arena: Any, rows: int, valid: int, values: int, slot: int, scratch: int, count: int) -> None:
    """Put a field of some messages, row after row in the scratch, where their rows are in the table."""
    written = scratch + TILE
    if slot == 1:
        for j in range(count):
            put(arena, valid + at(desk, rows + j), at(arena, scratch + j))
            put(arena, values + at(desk, rows + j), at(arena, written + j))
    elif slot == 2:
        for j in range(count):
            put(arena, valid + at(desk, rows + j), at(arena, scratch + j))
            store_u16(arena, values + 2 * at(desk, rows + j), load_u16(arena, written + 2 * j))
    elif slot == 4:
        for j in range(count):
            put(arena, valid + at(desk, rows + j), at(arena, scratch + j))
            store_u32(arena, values + 4 * at(desk, rows + j), load_u32(arena, written + 4 * j))
    else:
        for j in range(count):
            put(arena, valid + at(desk, rows + j), at(arena, scratch + j))
            store_u64(arena, values + 8 * at(desk, rows + j), load_u64(arena, written + 8 * j))


@kernel
def _from_the_end(store: Any, desk: Any, arena: Any, program: Any, entry: int, first: int, count: int) -> None:
    """One field of one or four bytes that is counted from the end of the message; it is always there."""
    start, right, slot = program[entry + E_START], 63 - program[entry + E_WIDTH], program[entry + E_SLOT]
    values, valid = program[entry + E_VALUES], program[entry + E_VALID]
    rows = ROW + program[entry + E_TABLE] * LIST
    for j in range(first, first + count):
        place, row = at(desk, PLACE + j), at(desk, rows + j)
        begin = (place & 0xFFFF) + start
        raw = _raw(store, place, begin >> 3, begin & 7, 1, right)
        put(arena, valid + row, 1)
        if slot == 1:
            put(arena, values + row, raw)
        else:
            store_u32(arena, values + 4 * row, np.uint32(raw))


@kernel
def _void_missing(store: Any, desk: Any, arena: Any, program: Any, entry: int, first: int, count: int) -> None:
    """Void a field where the message ends before it does, and a dimension where it and its partner are zero."""
    end = program[entry + E_START] + program[entry + E_WIDTH]
    start, width = program[entry + E_NONZERO], program[entry + E_NONZERO_WIDTH]
    valid, rows = program[entry + E_VALID], ROW + program[entry + E_TABLE] * LIST
    for j in range(first, first + count):
        place, row = at(desk, PLACE + j), at(desk, rows + j)
        have = place & 0xFFFF
        pair = min(width, have - start)
        if have < end or (start >= 0 and _raw(store, place, start >> 3, start & 7, 1, 63 - pair) == 0):
            arena[valid + row] = 0


@kernel
def _texts(store: Any, desk: Any, arena: Any, program: Any, entry: int, first: int, count: int) -> None:
    """One text field: characters into slots of fixed size, whose last byte is their number."""
    start, width, slot = program[entry + E_START], program[entry + E_WIDTH], program[entry + E_SLOT]
    values, valid = program[entry + E_VALUES], program[entry + E_VALID]
    rows = ROW + program[entry + E_TABLE] * LIST
    for j in range(first, first + count):
        offset, have, row = desk[PLACE + j] >> 16, (desk[PLACE + j] & 0xFFFF) - start, desk[rows + j]
        if 0 <= width < have:
            have = width
        size, to, k = max(have, 0) // 6, values + slot * row, 0
        while k < size:
            packed = swapped(load_u64(store, offset + ((start + 6 * k) >> 3))) << u64((start + 6 * k) & 7)
            store_u64(arena, to + k, eight_characters(packed >> u64(16)))
            k += 8
        while size > 0 and (arena[to + size - 1] == 64 or arena[to + size - 1] == 32):
            size -= 1
        lead = 0
        while lead < size and arena[to + lead] == 32:
            lead += 1
        for k in range(lead, size if lead else 0):
            arena[to + k - lead] = arena[to + k]
        arena[to + slot - 1] = size - lead
        arena[valid + row] = size > lead


@kernel
def _payloads(store: Any, desk: Any, arena: Any, program: Any, entry: int, first: int, count: int) -> None:
    """Binary payload to the end of the message, left-aligned, in slots of fixed size whose last byte is its length."""
    start, slot, tail = program[entry + E_START], program[entry + E_SLOT], program[entry + E_TAIL]
    values, valid = program[entry + E_VALUES], program[entry + E_VALID]
    rows = ROW + program[entry + E_TABLE] * LIST
    for j in range(first, first + count):
        place, row = desk[PLACE + j], desk[rows + j]
        have = max((place & 0xFFFF) - start - tail, 0)
        size, to = (have + 7) >> 3, values + slot * row
        for k in range(size):
            arena[to + k] = _raw(store, place, (start >> 3) + k, start & 7, 1, 55)
        if have & 7:
            arena[to + size - 1] &= 256 - (1 << (8 - (have & 7)))
        arena[to + slot - 1] = size
        arena[valid + row] = size > 0


@kernel
def _circumstances(
    desk: Any, arena: Any, kind: int, valid: int, values: int, first: int, count: int, source_bits: int, default_at: int
) -> None:
    """A column that comes from around some messages, row after row: their times, lines or stations."""
    if kind == K_AT:
        for j in range(count):
            when = at(desk, AT + first + j)
            when = default_at if when == NEVER else when
            put(arena, valid + j, when != NEVER)
            store_i64(arena, values + 8 * j, 0 if when == NEVER else when)
    elif kind == K_LINE:
        for j in range(count):
            store_i64(arena, values + 8 * j, source_bits | at(desk, LINE + first + j))
    else:
        for j in range(count):
            store_u16(arena, values + 2 * j, np.uint16(at(desk, STATION + first + j)))


@kernel
def _void(desk: Any, arena: Any, rows: int, valid: int, count: int) -> None:
    """A column that a layout lacks is null."""
    for j in range(count):
        put(arena, valid + at(desk, rows + j), 0)


@kernel
def _unpack(
    store: Any, desk: Any, arena: Any, program: Any, divisors: Any, layouts: int, source_bits: int, default_at: int
) -> None:
    """Write every column of every layout that occurs in this block, TILE messages at a time."""
    for number in range(layouts):
        end = number * BLOCK + desk[LENGTHS + number]
        for first in range(number * BLOCK, end, TILE):
            count = min(end - first, TILE)
            _words(store, desk, program[PLANS + PLAN * number + L_WORDS], first, count)
            _unpack_some(store, desk, arena, program, divisors, number, first, count, source_bits, default_at)


@kernel
def _unpack_some(
    store: Any, desk: Any, arena: Any, program: Any, divisors: Any, number: int, first: int, count: int,
    source_bits: int, default_at: int,
) -> None:  # fmt: skip
    """Write every column of some messages of one layout, whose words are on the desk."""
    plan = PLANS + PLAN * number
    for e in range(program[plan + L_FIRST], program[plan + L_LAST]):
        entry = ENTRIES + ENTRY * e
        kind, rows = program[entry + E_KIND], ROW + program[entry + E_TABLE] * LIST + first
        if kind == K_NULL:
            _void(desk, arena, rows, program[entry + E_VALID], count)
        elif kind == K_TEXT:
            _texts(store, desk, arena, program, entry, first, count)
        elif kind == K_DATA:
            _payloads(store, desk, arena, program, entry, first, count)
        elif kind <= K_ROT and program[entry + E_START] < 0:
            _from_the_end(store, desk, arena, program, entry, first, count)
        else:
            _column(desk, arena, program, divisors, entry, rows, first, count, source_bits, default_at)
            if kind <= K_ROT and (desk[SHORTS + number] or program[entry + E_NONZERO] >= 0):
                _void_missing(store, desk, arena, program, entry, first, count)


@kernel
def _column(
    desk: Any, arena: Any, program: Any, divisors: Any, entry: int, rows: int, first: int, count: int,
    source_bits: int, default_at: int,
) -> None:  # fmt: skip
    """Write one column of some messages: at once where their rows follow each other, else by way of the scratch."""
    kind, slot, row = program[entry + E_KIND], program[entry + E_SLOT], desk[rows]
    scratch, apart = len(arena) - SCRATCH, desk[rows + count - 1] - row != count - 1
    valid = scratch if apart else program[entry + E_VALID] + row
    values = scratch + TILE if apart else program[entry + E_VALUES] + slot * row
    if kind <= K_ROT:
        _numbers(desk, arena, program, entry, divisors, valid, values, count)
    else:
        _circumstances(desk, arena, kind, valid, values, first, count, source_bits, default_at)
    if apart:
        _spread(desk, arena, rows, program[entry + E_VALID], program[entry + E_VALUES], slot, scratch, count)


@kernel
def _pack_bits(arena: Any, start: int, rows: int) -> int:
    """Turn `rows` bytes of 0 or 1 into bits, in place, first row in the lowest bit; how many are 0."""
    for byte in range((rows + 7) >> 3):
        word = load_u64(arena, start + 8 * byte)
        left = rows - 8 * byte
        if left < 8:
            word &= (u64(1) << u64(8 * left)) - u64(1)
        # The eight bytes, moved side by side into the highest byte of a product.
        put(arena, start + byte, (word * u64(0x0102040810204080)) >> u64(56))
    ones = 0
    for byte in range((rows + 7) >> 3):
        bits = i64(at(arena, start + byte))
        bits = (bits & 0x55) + (bits >> 1 & 0x55)
        bits = (bits & 0x33) + (bits >> 2 & 0x33)
        ones += (bits & 15) + (bits >> 4)
    return rows - ones


@kernel
def _pack_columns(desk: Any, arena: Any, program: Any, packs: int) -> None:
    """Pack what Arrow keeps as bits: validity of every column, values of flags. Notes nulls per column on the desk."""
    for i in range(packs):
        pack = PACKS + PACK * i
        rows = desk[COUNTS + program[pack + P_TABLE]]
        if rows > 0 and program[pack + P_VALID] >= 0:
            desk[NULLS + i] = _pack_bits(arena, program[pack + P_VALID], rows)
        if rows > 0 and program[pack + P_FLAGS] >= 0:
            _pack_bits(arena, program[pack + P_FLAGS], rows)


@kernel
def _is_full(desk: Any, program: Any, tables: int) -> bool:
    """Whether the next block might not fit into the tables, the rejects or the list of new stations."""
    for table in range(tables):
        if desk[COUNTS + table] + BLOCK > program[CAPACITIES + table]:
            return True
    return bool(desk[D_FRESH] + ROOM > MAX_FRESH or desk[D_REJECTS] + 2 * ROOM > MAX_REJECTS)


@kernel
def decode(
    buffer: Any, store: Any, desk: Any, arena: Any, program: Any, divisors: Any, start: int, stop: int, layouts: int,
    tables: int, packs: int, source_bits: int, default_at: int,
) -> tuple[int, int]:  # fmt: skip
    """Decode whole lines of buffer[start:stop] into the arena until it is full; (where it stopped, messages seen)."""
    seen = 0
    desk[D_REJECTS] = 0
    desk[D_FRESH] = 0
    for table in range(tables):
        desk[COUNTS + table] = 0
    while start < stop and not _is_full(desk, program, tables):
        desk[D_MESSAGES] = 0
        desk[D_STORED] = 0
        for number in range(layouts):
            desk[LENGTHS + number] = 0
            desk[SHORTS + number] = 0
        start = scan(buffer, store, desk, program, start, stop)
        _unpack(store, desk, arena, program, divisors, layouts, source_bits, default_at)
        seen += desk[D_MESSAGES]
    _pack_columns(desk, arena, program, packs)
    return start, seen


@kernel
def finish(desk: Any) -> None:
    """Reject what still waits; the input has ended."""
    desk[D_REJECTS] = 0
    give_up_all(desk)
