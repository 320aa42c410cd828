"""Bytes -> Arrow tables through the compiled decoder.

A fold: `start` makes the state, `feed` takes bytes cut anywhere, `finish` ends it. Two targets share the kernel:
"messages" gives one table per layout with every field; "seams" gives POSITIONS, STATICS and SAFETY.
"""

from __future__ import annotations

import mmap
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from hanbada.ais import desk as d
from hanbada.ais import fields_kernel
from hanbada.ais.lines import MAX_LINE, escaped
from hanbada.ais.m1371_6 import LAYOUTS
from hanbada.ais.program import ETA_PARTS, compiled
from hanbada.model.ids import LINE_BITS
from hanbada.model.tables import POSITIONS, REJECTS, SAFETY, STATICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.ais.program import Cells, Program, Target
    from hanbada.model.tables import Table

NEWLINE = 10
UNREAD = 2
"""References to an arena that no table holds: our list's and that of the question itself."""
CHUNK = 1 << 20
"""Bytes decoded per call: few enough that what they become still lies in the caches, many enough for a call to pay."""
NO_REJECTS = REJECTS.empty()
NO_PART = 255
"""Stands for a part of an ETA that was not given."""


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
    program = compiled(target)
    desk = _room(8 * d.DESK).view(np.int64)
    desk[d.D_AT] = d.NEVER
    return ColumnState(
        source=source,
        program=program,
        desk=desk,
        store=_room(d.STORE),
        arenas=[_arena(program)],
        buffer=np.zeros(CHUNK + MAX_LINE + d.PADDING, np.uint8),
    )


def go_on_at(state: ColumnState, line: int) -> None:
    """Number the next line `line`: lines before it went elsewhere. Numbers never go back."""
    state.desk[d.D_LINE] = max(int(state.desk[d.D_LINE]), line - 1)


def _take_free_arena(state: ColumnState) -> None:
    """Put an arena that nobody reads first in the line.

    Tables are views of the arena they were written to, so it may be written again only when the last of them is gone;
    two take turns while tables are read one by one, and new ones are made while somebody keeps them all.
    """
    free = [i for i in range(len(state.arenas)) if sys.getrefcount(state.arenas[i]) <= UNREAD]
    chosen = state.arenas.pop(free[0]) if free else _arena(state.program)
    state.arenas = [chosen, *state.arenas[:1]]


def _arena(program: Program) -> np.ndarray:
    return _room(program.arena_bytes + d.PADDING + d.SCRATCH)


def _room(size: int) -> np.ndarray:
    """Bytes of zero that take no memory until they are written: much of the desk and the arenas never is.

    NumPy would ask for huge pages, of which one written byte takes two megabytes.
    """
    room = mmap.mmap(-1, size)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        room.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(room, np.uint8)


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
    """Where the last newline stands, or -1; it is nearly always in the last few bytes."""
    begin = max(held - MAX_LINE, 0)
    near = buffer[begin:held].tobytes().rfind(b"\n")
    return begin + near if near >= 0 else buffer[:begin].tobytes().rfind(b"\n")


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
        state.buffer, state.store, state.desk, state.arenas[0], state.program.numbers, state.program.divisors,
        begin, stop, len(LAYOUTS), len(state.program.tables), state.program.columns, state.source << LINE_BITS,
        d.NEVER if received_at is None else received_at,
    )  # fmt: skip
    return int(at), int(seen)


def table(block: Block, name: str) -> pa.RecordBatch:
    """A table of the block without copying it (texts are gathered); empty if it has no rows."""
    cells, rows = block.program.tables[name], block.rows.get(name, 0)
    if not rows:
        return pa.RecordBatch.from_pylist([], schema=_schema(cells))
    first = cells[0].number
    counts = block.nulls[first : first + len(cells)].tolist()
    arrays = [_array(c, block.arena, rows, count) for c, count in zip(cells, counts, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_schema(cells))


class Seams(NamedTuple):
    """What a block brought, as the tables at the seam to tracks."""

    positions: pa.Table
    statics: pa.Table
    safety: pa.Table


def seams(block: Block) -> Seams:
    """The three tables of a block of the target "seams"."""
    return Seams(*(_seam(block, declared) for declared in (POSITIONS, STATICS, SAFETY)))


def _seam(block: Block, declared: Table) -> pa.Table:
    if not block.rows.get(declared.name):
        return declared.empty()
    decoded = table(block, declared.name)
    columns = [decoded[name] for name in declared.names if name != "eta"]
    if declared is STATICS:
        columns.insert(declared.names.index("eta"), _eta(decoded))
    return pa.Table.from_arrays(columns, schema=declared.schema)


def _eta(statics: pa.RecordBatch) -> pa.Array:
    """Month, day, hour and minute as one text; a day may stand without an hour, an hour without a day says nothing."""
    parts = (statics[part].fill_null(NO_PART).to_numpy(zero_copy_only=False).astype(np.uint32) for part in ETA_PARTS)
    month, day, hour, minute = parts
    said, which = np.unique(month << 24 | day << 16 | hour << 8 | minute, return_inverse=True)
    return pa.array([_eta_text(*one.to_bytes(4)) for one in said.tolist()], pa.string()).take(pa.array(which))


def _eta_text(month: int, day: int, hour: int, minute: int) -> str | None:
    if NO_PART in {month, day}:
        return None
    return f"{month:02}-{day:02}" + ("" if NO_PART in {hour, minute} else f"T{hour:02}:{minute:02}")


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
        return escaped(state.buffer[begin : begin + min(size, 120)].tobytes())
    wording = {d.TOO_SHORT: "{} bits", d.UNKNOWN_TYPE: "type {}", d.TOO_LONG: "{} characters"}
    return wording[code].format(size) if code in wording else None


@cache
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
    if validity is not None:
        # A type of message that has no such field leaves its slot as it was.
        lengths *= np.unpackbits(np.frombuffer(validity, np.uint8), count=rows, bitorder="little")
    offsets = np.zeros(rows + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    widest = int(lengths.max(initial=0))
    characters = slots[:, :widest][np.arange(widest) < lengths[:, None]]
    return pa.Array.from_buffers(cells.arrow, rows, [validity, pa.py_buffer(offsets), pa.py_buffer(characters)], nulls)
