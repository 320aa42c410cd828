"""The layout table compiled for the kernels: which field of a message goes where in an arena, as numbers.

Two targets share the kernels: "messages" gives one table per layout with every field, "seams" gives POSITIONS, STATICS
and SAFETY. The numbers are divided up as `ais.desk` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa

from hanbada.ais import desk as d
from hanbada.ais.codec import turn_rate
from hanbada.ais.fields import Field
from hanbada.ais.m1371_6 import (
    BINARY_MULTIPLE,
    BINARY_SINGLE,
    LAYOUTS,
    STATIC_A,
    STATIC_B,
    STATIC_B_CRAFT,
    STATIC_OTHER_PART,
    VARIED,
)
from hanbada.ais.m1371_6_control import CHANNEL_ADDRESSED, CHANNEL_AREA
from hanbada.model.tables import POSITIONS, SAFETY, STATICS, arrow_type

if TYPE_CHECKING:
    from hanbada.ais.fields import Layout

Target = Literal["messages", "seams"]
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
ETA_PARTS = ("eta_month", "eta_day", "eta_hour", "eta_minute")


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


def compiled(target: Target) -> Program:
    """The program of a target: where every field of every layout goes."""
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
        numbers[plan + d.L_ALL_BITS] = max(layout.min_bits, *(field.end for field in layout.fields))
        numbers[[plan + d.L_TABLE, plan + d.L_TABLE_2]] = d.NO_TABLE
        for place, table in enumerate(members[layout.name]):
            numbers[plan + d.L_TABLE + place] = list(columns).index(table)
            for cell in tables[table]:
                entry, divisor = _entry(cell, layout, place)
                entries.append(entry)
                divisors.append(divisor)
        numbers[plan + d.L_LAST] = len(entries)
        numbers[plan + d.L_WORDS] = _words(layout)
    return Program(tables, np.append(numbers, np.array(entries, np.int64)), np.array(divisors), number, arena_bytes)


def _words(layout: Layout) -> int:
    """Words that the numeric fields of a layout begin in, and one more."""
    numeric = [field.start for field in layout.fields if _KIND[field.type] <= d.K_ROT]
    return 2 + max(numeric) // 64


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
    tables[STATICS.name] += [(part, "u8") for part in ETA_PARTS]
    served = {POSITIONS.name: {1, 2, 3, 9, 18, 19, 27}, STATICS.name: {5, 19, 24}, SAFETY.name: {12, 14}}
    members = {
        layout.name: tuple(name for name, types in served.items() if types.intersection(layout.msg_types))
        for layout in LAYOUTS
    }
    return tables, members


def _lay_out(columns: list[tuple[str, str]], rows: int, offset: int, number: int) -> tuple[tuple[Cells, ...], int]:
    cells: list[Cells] = []
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
    entry[d.E_TAIL] = field.tail
    if field.nonzero:
        entry[d.E_NONZERO], entry[d.E_NONZERO_WIDTH] = field.nonzero
    return entry, field.divisor
