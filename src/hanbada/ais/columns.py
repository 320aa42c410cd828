"""Bytes -> Arrow tables through the compiled decoder.

A fold: `start` makes the state, `feed` takes bytes cut anywhere, `finish` ends it. Two targets share the kernel:
"messages" gives one table per layout with every field; "seams" gives POSITIONS, STATICS and SAFETY.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from hanbada.ais import desk as d
from hanbada.ais import fields_kernel
from hanbada.ais.codec import turn_rate
from hanbada.ais.fields import Field
from hanbada.ais.lines import MAX_LINE, escaped
from hanbada.ais.m1371_6 import (
    BINARY_MULTIPLE,
    BINARY_SINGLE,
    CHANNEL_ADDRESSED,
    CHANNEL_AREA,
    LAYOUTS,
    STATIC_A,
    STATIC_B,
    STATIC_B_CRAFT,
    STATIC_OTHER_PART,
    VARIED,
)
from hanbada.model.ids import LINE_BITS
from hanbada.model.tables import POSITIONS, REJECTS, SAFETY, STATICS, arrow_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.ais.fields import Layout

Target = Literal["messages", "seams"]
NEWLINE = 10
UNREAD = 2
"""References to an arena that no table holds: our list's and that of the question itself."""
CHUNK = 1 << 20
"""Bytes decoded per call: what they become still lies in the caches when it is read."""
ROWS_COMMON, ROWS_RARE = 32_768, 8_192
"""Rows per table and call for types that make up whole streams, and for the others."""
COMMON = {"position_a", "position_b", "base_station", "static_voyage", "static_a", "static_b", "POSITIONS", "STATICS"}
SHORT_TEXTS = {"name", "call_sign", "destination", "vendor"}
SHORT_SLOT, TAIL_SLOT = 32, 192
"""Bytes kept for a text of up to 20 characters, and for one to the end of a message; the last byte is its length."""
NEVER_NULL = {"repeat", "mmsi", "line_id", "msg_type", "source"}
_KIND = {
    "u8": d.K_U8, "i8": d.K_U8, "bool": d.K_U8, "u16": d.K_U16, "u32": d.K_U32, "f32": d.K_F32, "f64": d.K_F64,
    "rot": d.K_ROT, "text": d.K_TEXT, "data": d.K_DATA,
}  # fmt: skip
_CIRCUMSTANCES = {
    "at": (d.K_AT, "time"), "line_id": (d.K_LINE, "u64"), "source": (d.K_SOURCE, "u16"),
}  # fmt: skip
_BYTES = {"u8": 1, "i8": 1, "bool": 1, "u16": 2, "u32": 4, "f32": 4, "rot": 4, "u64": 8, "f64": 8, "time": 8}
IGNORED = 0
"""Where in the arena the validity of columns that are never null goes: nobody reads it."""
MSG_TYPE = Field("msg_type", 0, 6, high=63)
NO_REJECTS = REJECTS.empty()
_ETA = ("eta_month", "eta_day", "eta_hour", "eta_minute")


@dataclass(frozen=True, slots=True)
class Cells:
    """Where one column lies in the arena: values, validity (-1: never null), bytes per row, Arrow type."""

    number: int
    name: str
    kind: str
    values: int
    valid: int
    slot: int
    arrow: pa.DataType


@dataclass(frozen=True, slots=True)
class Program:
    """The layout table compiled for a target; `numbers` is divided up as `ais.desk` says."""

    tables: dict[str, tuple[Cells, ...]]
    numbers: np.ndarray
    divisors: np.ndarray
    columns: int
    arena_bytes: int


@dataclass(frozen=True, slots=True)
class Block:
    """What one call brought: rows per table, rejects, stations heard for the first time, messages in all.

    The columns themselves are decoded but not yet wrapped: `table` makes Arrow of those somebody wants. A block keeps
    its arena from being written again, and so does every table made from it.
    """

    messages: int
    rows: dict[str, int]
    rejects: pa.Table
    stations: dict[int, str]
    program: Program
    arena: np.ndarray
    nulls: np.ndarray


@dataclass(slots=True)
class ColumnState:
    """What the decoder remembers between calls, and the arrays it works in. Owned by one fold."""

    source: int
    program: Program
    desk: np.ndarray
    store: np.ndarray
    arenas: list[np.ndarray]
    buffer: np.ndarray
    held: int = 0
    skipping: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Lines by what became of them; lines = blank + stamp + other + reject + waiting + used in messages."""
        named = {"lines": d.D_LINE, "blank": d.D_BLANK, "stamp": d.D_STAMP, "other": d.D_OTHER, "reject": d.D_REJECT,
                 "tag_ignored": d.D_IGNORED}  # fmt: skip
        return {name: int(self.desk[place]) for name, place in named.items()}


def start(target: Target, source: int = 0) -> ColumnState:
    """A decoder at the beginning of source number `source`."""
    program = _program(target)
    desk = np.zeros(d.DESK, np.int64)
    desk[d.D_AT] = d.NEVER
    return ColumnState(
        source=source,
        program=program,
        desk=desk,
        store=np.zeros(d.STORE, np.uint8),
        arenas=[_arena(program), _arena(program)],
        buffer=np.zeros(CHUNK + MAX_LINE + d.PADDING, np.uint8),
    )


def _take_free_arena(state: ColumnState) -> None:
    """Put an arena that nobody reads first in the line.

    Tables are views of the arena they were written to, so it may be written again only when the last of them is gone;
    two take turns while tables are read one by one, and new ones are made while somebody keeps them all.
    """
    free = [i for i in range(len(state.arenas)) if sys.getrefcount(state.arenas[i]) <= UNREAD]
    chosen = state.arenas.pop(free[0]) if free else _arena(state.program)
    state.arenas = [chosen, *state.arenas[:1]]


def _arena(program: Program) -> np.ndarray:
    return np.empty(program.arena_bytes + d.PADDING, np.uint8)


def feed(state: ColumnState, data: bytes | memoryview, received_at: int | None = None) -> Iterator[Block]:
    """Blocks from the whole lines in `data` and what was held back before.

    `received_at` (UTC us) is the time of messages that carry none.
    """
    view = memoryview(data)
    for begin in range(0, len(view), CHUNK):
        piece = view[begin : begin + CHUNK]
        state.buffer[state.held : state.held + len(piece)] = np.frombuffer(piece, np.uint8)
        state.held += len(piece)
        yield from _decode_whole_lines(state, received_at)


def finish(state: ColumnState, received_at: int | None = None) -> Iterator[Block]:
    """Blocks from a last line without newline, and rejects for messages that were never whole."""
    if state.held and not state.skipping:
        state.buffer[state.held] = NEWLINE
        state.held += 1
        yield from _decode_whole_lines(state, received_at)
    fields_kernel.finish(state.desk)
    if state.desk[d.D_REJECTS]:
        yield _rejected(state, _rejects(state))


def _decode_whole_lines(state: ColumnState, received_at: int | None) -> Iterator[Block]:
    stop = _last_newline(state.buffer, state.held) + 1
    begin = 0
    if state.skipping:
        if not stop:
            state.held = 0
            return
        begin = state.buffer[:stop].tobytes().index(b"\n") + 1
        state.skipping = False
    while begin < stop:
        begin, seen = _run(state, begin, stop, received_at)
        yield _block(state, seen)
    rest = state.held - stop
    if rest > MAX_LINE:
        yield _too_long(state, stop)
        state.skipping, rest = True, 0
    state.buffer[:rest] = state.buffer[stop : stop + rest]
    state.held = rest


def _last_newline(buffer: np.ndarray, held: int) -> int:
    for stop in range(held, 0, -MAX_LINE):
        begin = max(stop - MAX_LINE, 0)
        found = np.flatnonzero(buffer[begin:stop] == NEWLINE)
        if len(found):
            return begin + int(found[-1])
    return -1


def _too_long(state: ColumnState, begin: int) -> Block:
    """A line longer than any we look at, rejected once; what follows up to its end is dropped."""
    state.desk[[d.D_LINE, d.D_REJECT]] += 1
    state.desk[[d.D_AT, d.D_STATION, d.D_GROUP]] = d.NEVER, 0, 0
    line = int(state.desk[d.D_LINE]) | state.source << LINE_BITS
    detail = escaped(state.buffer[begin : begin + 120].tobytes())
    return _rejected(state, REJECTS.build({"line_id": [line], "code": ["too_long"], "detail": [detail]}))


def _run(state: ColumnState, begin: int, stop: int, received_at: int | None) -> tuple[int, int]:
    _take_free_arena(state)
    at, seen = fields_kernel.decode(
        state.buffer, state.store, state.desk, state.arenas[0], state.program.numbers, state.program.divisors, begin, stop,
        len(LAYOUTS), len(state.program.tables), state.program.columns, state.source << LINE_BITS,
        d.NEVER if received_at is None else received_at,
    )  # fmt: skip
    return int(at), int(seen)


def table(block: Block, name: str) -> pa.RecordBatch:
    """A table of the block without copying it (texts are gathered); empty if it has no rows."""
    cells, rows = block.program.tables[name], block.rows.get(name, 0)
    first = cells[0].number
    counts = block.nulls[first : first + len(cells)].tolist()
    arrays = [_array(c, block.arena, rows, count) for c, count in zip(cells, counts, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_schema(cells))


def types(block: Block) -> dict[int, int]:
    """Messages per message type."""
    found: dict[int, int] = {}
    for layout in LAYOUTS:
        rows = block.rows.get(layout.name, 0)
        if rows and len(layout.msg_types) > 1:
            cell = next(c for c in block.program.tables[layout.name] if c.name == "msg_type")
            counts = np.bincount(block.arena[cell.values : cell.values + rows])
            found |= {int(t): int(counts[t]) for t in np.flatnonzero(counts)}
        elif rows:
            found[layout.msg_types[0]] = found.get(layout.msg_types[0], 0) + rows
    return found


def _block(state: ColumnState, seen: int) -> Block:
    counts = state.desk[d.COUNTS : d.COUNTS + len(state.program.tables)].tolist()
    return Block(
        messages=seen,
        rows={name: rows for name, rows in zip(state.program.tables, counts, strict=True) if rows},
        rejects=_rejects(state),
        stations=_stations(state),
        program=state.program,
        arena=state.arenas[0],
        nulls=state.desk[d.NULLS : d.NULLS + state.program.columns].copy(),
    )


def _rejected(state: ColumnState, rejects: pa.Table) -> Block:
    """A block of nothing but rejects."""
    nothing = np.zeros(0, np.uint8)
    return Block(0, {}, rejects, {}, state.program, nothing, np.zeros(state.program.columns, np.int64))


def _stations(state: ColumnState) -> dict[int, str]:
    """Names of the stations heard for the first time, by their number."""
    fresh = int(state.desk[d.D_FRESH])
    first = int(state.desk[d.D_STATIONS]) - fresh + 1
    places = state.desk[d.FRESH : d.FRESH + 2 * fresh].reshape(fresh, 2).tolist()
    return {
        first + i: state.buffer[begin : begin + size].tobytes().decode("latin-1")
        for i, (begin, size) in enumerate(places)
    }


def _rejects(state: ColumnState) -> pa.Table:
    if not state.desk[d.D_REJECTS]:
        return NO_REJECTS
    rows = state.desk[d.REJECTS : d.REJECTS + d.REJECT * state.desk[d.D_REJECTS]].reshape(-1, d.REJECT).tolist()
    return REJECTS.build(
        {
            "line_id": [line | state.source << LINE_BITS for line, *_ in rows],
            "code": [d.CODES[code] for _, code, _, _ in rows],
            "detail": [_detail(state, code, begin, size) for _, code, begin, size in rows],
        }
    )


def _detail(state: ColumnState, code: int, begin: int, size: int) -> str | None:
    if begin >= 0:
        return escaped(state.buffer[begin : begin + min(size, 120)].tobytes().rstrip(b"\r\n\t "))
    wording = {d.TOO_SHORT: "{} bits", d.UNKNOWN_TYPE: "type {}", d.TOO_LONG: "{} characters"}
    return wording[code].format(size) if code in wording else None


@lru_cache(maxsize=None)
def _schema(cells: tuple[Cells, ...]) -> pa.Schema:
    return pa.schema([(c.name, c.arrow) for c in cells])


def _array(cells: Cells, arena: np.ndarray, rows: int, nulls: int) -> pa.Array:
    validity = pa.py_buffer(arena[cells.valid : cells.valid + (rows + 7 >> 3)]) if nulls else None
    if cells.kind in {"text", "data"}:
        return _texts(cells, arena[cells.values : cells.values + rows * cells.slot], rows, validity, nulls)
    values = pa.py_buffer(arena[cells.values : cells.values + rows * cells.slot])
    return pa.Array.from_buffers(cells.arrow, rows, [validity, values], nulls)


def _texts(cells: Cells, values: np.ndarray, rows: int, validity: Any, nulls: int) -> pa.Array:
    slots = values.reshape(rows, cells.slot)
    lengths = slots[:, -1].astype(np.int32)
    offsets = np.zeros(rows + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    widest = int(lengths.max(initial=0))
    characters = slots[:, :widest][np.arange(widest) < lengths[:, None]]
    return pa.Array.from_buffers(cells.arrow, rows, [validity, pa.py_buffer(offsets), pa.py_buffer(characters)], nulls)


def _program(target: Target) -> Program:
    columns, members = (_message_tables if target == "messages" else _seam_tables)()
    numbers = np.full(d.ENTRIES, -1, np.int64)
    numbers[d.PACKS : d.ENTRIES : d.PACK] = d.NO_TABLE
    _write_choices(numbers)
    tables, arena_bytes, number = {}, ROWS_COMMON, 0
    for i, (name, kinds) in enumerate(columns.items()):
        rows = ROWS_COMMON if name in COMMON else ROWS_RARE
        numbers[d.CAPACITIES + i] = rows
        tables[name], arena_bytes = _lay_out(kinds, rows, arena_bytes, number)
        for cell in tables[name]:
            flags = cell.values if cell.kind == "bool" else -1
            numbers[d.PACKS + d.PACK * number : d.PACKS + d.PACK * (number + 1)] = i, cell.valid, flags
            number += 1
    entries: list[list[int]] = []
    divisors = [turn_rate(code - 256 if code > 127 else code) for code in range(d.RATES)]
    for index, layout in enumerate(LAYOUTS):
        plan = d.PLANS + d.PLAN * index
        numbers[plan + d.L_MIN_BITS], numbers[plan + d.L_FIRST] = layout.min_bits, len(entries)
        numbers[plan + d.L_ALL_BITS] = max(field.end for field in layout.fields)
        numbers[[plan + d.L_TABLE, plan + d.L_TABLE_2]] = d.NO_TABLE
        for place, table in enumerate(members[layout.name]):
            numbers[plan + d.L_TABLE + place] = list(columns).index(table)
            for cell in tables[table]:
                entry, divisor = _entry(cell, layout, place)
                entries.append(entry)
                divisors.append(divisor)
        numbers[plan + d.L_LAST] = len(entries)
    return Program(tables, np.append(numbers, np.array(entries, np.int64)), np.array(divisors), number, arena_bytes)


def _write_choices(numbers: np.ndarray) -> None:
    """Layout numbers by message type, and by variant for types 22, 24, 25 and 26."""
    number = {layout.name: i for i, layout in enumerate(LAYOUTS)}
    for layout in LAYOUTS:
        for msg_type in layout.msg_types:
            if msg_type not in VARIED:
                numbers[d.SINGLE + msg_type] = number[layout.name]
    rows = (
        (CHANNEL_AREA, CHANNEL_ADDRESSED),
        (STATIC_A, STATIC_B, STATIC_OTHER_PART, STATIC_OTHER_PART, STATIC_B_CRAFT),
        BINARY_SINGLE,
        BINARY_MULTIPLE,
    )
    for i, row in enumerate(rows):
        begin = d.VARIANT + d.VARIANTS * i
        numbers[begin : begin + len(row)] = [number[layout.name] for layout in row]


Columns = dict[str, list[tuple[str, str]]]
Members = dict[str, tuple[str, ...]]


def _message_tables() -> tuple[Columns, Members]:
    """A table per layout with all its fields."""
    around = [(name, kind) for name, (_, kind) in _CIRCUMSTANCES.items()] + [("msg_type", "u8")]
    tables = {layout.name: around + [(f.name, f.type) for f in layout.fields] for layout in LAYOUTS}
    return tables, {layout.name: (layout.name,) for layout in LAYOUTS}


def _seam_tables() -> tuple[Columns, Members]:
    """The tables at the seam to tracks; an ETA still lies in its four parts."""
    tables = {t.name: [(c.name, c.type) for c in t.columns if c.name != "eta"] for t in (POSITIONS, STATICS, SAFETY)}
    tables[STATICS.name] += [(part, "u8") for part in _ETA]
    served = {POSITIONS.name: {1, 2, 3, 9, 18, 19, 27}, STATICS.name: {5, 19, 24}, SAFETY.name: {12, 14}}
    members = {
        layout.name: tuple(name for name, types in served.items() if types.intersection(layout.msg_types))
        for layout in LAYOUTS
    }
    return tables, members


def _lay_out(columns: list[tuple[str, str]], rows: int, offset: int, number: int) -> tuple[tuple[Cells, ...], int]:
    cells = []
    for name, kind in columns:
        slot = _BYTES.get(kind) or (SHORT_SLOT if name in SHORT_TEXTS else TAIL_SLOT)
        valid = offset
        offset = -(-(offset + rows) // 8) * 8
        arrow = pa.binary() if kind == "data" else arrow_type("f32" if kind == "rot" else kind)
        cells.append(Cells(number + len(cells), name, kind, offset, -1 if name in NEVER_NULL else valid, slot, arrow))
        offset += rows * slot
    return tuple(cells), offset


def _entry(cell: Cells, layout: Layout, place: int) -> tuple[list[int], float]:
    entry = [0] * d.ENTRY
    entry[d.E_VALUES], entry[d.E_SLOT] = cell.values, cell.slot
    entry[d.E_VALID] = cell.valid if cell.valid >= 0 else IGNORED
    entry[d.E_TABLE], entry[d.E_NONZERO] = place, -1
    if cell.name in _CIRCUMSTANCES:
        entry[d.E_KIND] = _CIRCUMSTANCES[cell.name][0]
        return entry, 1.0
    field = next((f for f in (MSG_TYPE, *layout.fields) if f.name == cell.name), None)
    if field is None:
        entry[d.E_KIND] = d.K_NULL
        return entry, 1.0
    entry[d.E_KIND], entry[d.E_START], entry[d.E_WIDTH] = _KIND[field.type], field.start, field.width
    entry[d.E_SIGNED], entry[d.E_LOW], entry[d.E_HIGH] = int(field.signed), field.low, field.high
    if field.nonzero:
        entry[d.E_NONZERO], entry[d.E_NONZERO_WIDTH] = field.nonzero
    return entry, field.divisor
