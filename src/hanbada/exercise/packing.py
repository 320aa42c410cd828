"""Many position reports at once -> lines: the layout table of `ais`, written out column by column.

Says exactly what `ais.codec.encode_payload` and `ais.sentences` say one by one (a test holds them together), some fifty
times as fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hanbada.ais.codec import ROT_FACTOR
from hanbada.ais.m1371_6 import ROT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hanbada.ais.fields import Field, Layout
    from hanbada.exercise.chance import Flags, Floats, Ints
    from hanbada.exercise.reception import Receptions

Octets: TypeAlias = NDArray[np.uint8]
Arrival: TypeAlias = tuple[int, bytes]
"""When a message reaches us (UTC us), and its lines."""

_ARMOUR = np.frombuffer(bytes(range(48, 88)) + bytes(range(96, 120)), np.uint8)
_HEX = np.frombuffer(b"0123456789ABCDEF", np.uint8)
_SIX = np.array([32, 16, 8, 4, 2, 1], np.uint8)
STAMP_DIGITS = 13
"""Digits of milliseconds since 1970, from 2001 to 2286."""


def armoured(layout: Layout, msg_type: Ints, values: Mapping[str, Floats]) -> Octets:
    """Payload characters of messages (rows) of a layout without text, whose length is whole characters.

    Fields that are absent or NaN are sent as "not available".
    """
    bits = np.zeros((len(msg_type), layout.bits), np.uint8)
    _write(bits, 0, 6, msg_type)
    for field in sorted(layout.fields, key=lambda one: one.name in values):
        column = values.get(field.name)
        raw = np.full(len(msg_type), field.none) if column is None else _raw(column, field)
        _write(bits, field.start, field.width, raw)
    characters: Octets = _ARMOUR[bits.reshape(len(msg_type), -1, 6) @ _SIX]
    return characters


def _write(bits: Octets, start: int, width: int, raw: Ints) -> None:
    bits[:, start : start + width] = raw[:, None] >> np.arange(width - 1, -1, -1) & 1


def _raw(values: Floats, field: Field) -> Ints:
    unknown = np.isnan(values)
    known = np.where(unknown, 0.0, values)
    if field.type == "rot":
        raw = np.copysign(np.minimum(ROT_FACTOR * np.sqrt(np.abs(known)), ROT_LIMIT), known)
    else:
        raw = np.clip(np.rint((known - field.offset) * field.divisor), field.low, field.high)
    return np.where(unknown, field.none, np.rint(raw)).astype(np.int64)


def received(stations: Sequence[str], found: Receptions, on_b: Flags, payload: Octets) -> list[Arrival]:
    """Receptions of messages (rows of `on_b` and `payload`) as lines, station by station."""
    arrived: list[Arrival] = []
    for number in np.unique(found.station).tolist():
        own = found.station == number
        row = found.row[own]
        lines = _framed(stations[number], found.stamp_ms[own], on_b[row], payload[row])
        arrived += zip(found.at[own].tolist(), lines, strict=True)
    return arrived


def _framed(station: str, stamp_ms: Ints, on_b: Flags, payload: Octets) -> list[bytes]:
    """Lines of one station: TAG block and sentence of messages (rows) that fit into one, without fill bits."""
    count = len(stamp_ms)
    digits = (stamp_ms[:, None] // 10 ** np.arange(STAMP_DIGITS - 1, -1, -1) % 10 + 48).astype(np.uint8)
    channel = np.where(on_b, ord("B"), ord("A")).astype(np.uint8)[:, None]
    tag = [_same(f"s:{station},c:", count), digits]
    sentence = [_same("AIVDM,1,1,,", count), channel, _same(",", count), payload, _same(",0", count)]
    parts = [_same("\\", count), *tag, _checksum(tag), _same("\\!", count), *sentence, _checksum(sentence)]
    whole = np.ascontiguousarray(np.hstack(parts))
    width, flat = whole.shape[1], whole.tobytes()
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def _same(text: str, count: int) -> Octets:
    return np.broadcast_to(np.frombuffer(text.encode("ascii"), np.uint8), (count, len(text)))


def _checksum(parts: list[Octets]) -> Octets:
    """`*` and the two hexadecimal digits of the exclusive or of every character of each row."""
    value = np.bitwise_xor.reduce([np.bitwise_xor.reduce(part, axis=1) for part in parts])
    return np.column_stack([np.full(len(value), ord("*"), np.uint8), _HEX[value >> 4], _HEX[value & 15]])
