"""Payload <-> fields: the readable codec, driven by the layout table in both directions.

It is the reference for the compiled decoder and serves inputs too small to be worth compiling for.
"""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, TypeAlias

from hanbada.ais.m1371_6 import LAYOUTS, ROT_LIMIT, layout_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hanbada.ais.fields import Field, Layout

Value: TypeAlias = int | float | str | bool | bytes | None
Fields: TypeAlias = dict[str, Value]

_ARMOUR = bytes(range(48, 88)) + bytes(range(96, 120))
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SIXBIT = bytes(c + 64 if c < 32 else c for c in range(64))
_TO_BASE64 = bytes.maketrans(_ARMOUR, _BASE64)
_TO_ARMOUR = bytes.maketrans(_BASE64, _ARMOUR)
_TO_TEXT = bytes.maketrans(_BASE64, _SIXBIT)
_FROM_TEXT = {chr(c): code for code, c in enumerate(_SIXBIT)}
ROT_FACTOR = 4.733
"""Rate-of-turn code = 4.733 x sqrt(degrees per minute), ITU-R M.1371 table 45."""
_READERS: dict[str, list[tuple[str, Callable[[int, int], Value]]]] = {}
_LAYOUT_NAMES = {layout.name: layout for layout in LAYOUTS}


def is_payload(armoured: bytes) -> bool:
    """True if every character is one of the 64 that carry six bits."""
    return not armoured.translate(None, _ARMOUR)


def unpack(armoured: bytes, fill_bits: int) -> tuple[int, int]:
    """The payload as one big number and its length in bits."""
    padded = armoured.translate(_TO_BASE64) + b"A" * (-len(armoured) % 4)
    bits = len(armoured) * 6 - fill_bits
    raw = int.from_bytes(binascii.a2b_base64(padded))
    return raw >> len(padded) * 6 - bits, bits


def pack(number: int, bits: int) -> tuple[bytes, int]:
    """The armoured payload of a number of so many bits, and the fill bits of its last character."""
    characters = -(-bits // 6)
    padded = -(-characters // 4) * 4
    raw = (number << padded * 6 - bits).to_bytes(padded * 6 // 8)
    return base64.b64encode(raw).translate(_TO_ARMOUR)[:characters], characters * 6 - bits


def read_fields(layout: Layout, number: int, bits: int) -> Fields:
    """The fields of a layout, from a payload given as one big number and its length."""
    readers = _READERS.get(layout.name)
    if readers is None:
        readers = _READERS[layout.name] = [(field.name, _reader(field)) for field in layout.fields]
    return {name: read(number, bits) for name, read in readers}


def decode_payload(number: int, bits: int) -> tuple[Layout | None, Fields]:
    """Layout and fields of a payload; no layout if the type is unknown, no fields if it is too short to be used."""
    first = number >> bits - 40 if bits >= 40 else number << 40 - bits
    kind = first >> 34 if bits >= 6 else 0
    layout = layout_of(kind, first, number >> bits - 140 & 1 if bits >= 140 else 0)
    if layout is None or bits < layout.min_bits:
        return layout, {}
    return layout, read_fields(layout, number, bits)


def _reader(field: Field) -> Callable[[int, int], Value]:
    """A function that reads the field from (payload as a number, its length)."""
    if field.type == "text":
        return lambda number, bits: _read_text(number, bits, field.start, field.width)
    if field.type == "data":
        return lambda number, bits: _read_data(number >> field.tail, bits - field.tail, field.start)
    end, mask, low, high, show = field.end, (1 << field.width) - 1, field.low, field.high, _shower(field)
    top = 1 << field.width - 1 if field.signed else mask + 1
    if field.nonzero:
        return lambda number, bits: _read_one_of_pair(number, bits, field)
    if field.start < 0:
        return lambda number, _bits: show(number >> -end & mask)

    def read(number: int, bits: int) -> Value:
        if bits < end:
            return None
        raw = number >> bits - end & mask
        if raw >= top:
            raw -= mask + 1
        return show(raw) if low <= raw <= high else None

    return read


def _read_one_of_pair(number: int, bits: int, field: Field) -> Value:
    """A number that means something only if it and its partner are not both zero."""
    start, width = field.nonzero or (0, 0)
    if bits < field.end:
        return None
    have = min(bits - start, width)
    if not number >> bits - start - have & (1 << have) - 1:
        return None
    return number >> bits - field.end & (1 << field.width) - 1


def _shower(field: Field) -> Callable[[int], Value]:
    """How a raw number of the field becomes its value."""
    if field.type == "bool":
        return bool
    if field.type == "rot":
        return turn_rate
    if field.type[0] != "f":
        return int
    divisor, offset, half_turn = field.divisor, field.offset, 180 * field.divisor
    if offset:
        return lambda raw: round(raw / divisor + offset, 6)
    if field.name.endswith("lon_deg"):
        return lambda raw: raw / divisor if raw != half_turn else -180.0
    return lambda raw: raw / divisor


def turn_rate(code: int) -> float:
    """Degrees per minute of a rate-of-turn code, to a tenth: codes are far coarser than that.

    >>> turn_rate(-7)
    -2.2
    """
    return math.copysign(math.floor((code / ROT_FACTOR) ** 2 * 10 + 0.5) / 10, code)


def _read_text(number: int, bits: int, start: int, width: int) -> str | None:
    have = bits - start if width < 0 else min(bits - start, width)
    characters = have // 6
    if characters <= 0:
        return None
    raw = number >> bits - start - characters * 6 & (1 << characters * 6) - 1
    padded = -(-characters // 4) * 4
    packed = (raw << (padded - characters) * 6).to_bytes(padded * 6 // 8)
    chars = base64.b64encode(packed).translate(_TO_TEXT)[:characters]
    return chars.decode("ascii").rstrip("@ ").lstrip(" ") or None


def _read_data(number: int, bits: int, start: int) -> bytes | None:
    have = bits - start
    if have <= 0:
        return None
    return ((number & (1 << have) - 1) << -have % 8).to_bytes(-(-have // 8))


def encode_payload(layout_name: str, fields: Mapping[str, Value], msg_type: int | None = None) -> tuple[bytes, int]:
    """Armoured payload and fill bits of a message; fields that are absent or None are sent as "not available".

    `msg_type` is needed where a layout serves several types. Raises KeyError for an unknown layout.

    >>> encode_payload("utc_inquiry", {"mmsi": 440123456, "dest_mmsi": 2320001})
    (b':nSg0@00SI`4', 0)
    """
    layout = _LAYOUT_NAMES[layout_name]
    tail = next((f for f in layout.fields if f.width < 0), None)
    tail_bits = _tail(fields.get(tail.name), tail.type) if tail else ""
    raw = {"type": msg_type or layout.msg_types[0]}
    bits = ["0"] * layout.bits
    _write(bits, 0, 6, raw["type"])
    for field in sorted(layout.fields, key=lambda f: fields.get(f.name) is not None):
        if field.width > 0 and 0 < field.end <= layout.bits:
            _write_field(bits, field, fields.get(field.name))
    closing = ["0"] * (tail.tail if tail else 0)
    for field in layout.fields:
        if field.start < 0:
            _write_field(closing, field, fields.get(field.name))
    joined = "".join(bits)[: tail.start if tail else None] + tail_bits + "".join(closing)
    return pack(int(joined, 2), len(joined))


def encode_message(msg_type: int, fields: Mapping[str, Value]) -> tuple[bytes, int]:
    """Payload and fill bits of a message of a type; of several variants, that which has the given fields."""
    fitting = [layout for layout in LAYOUTS if msg_type in layout.msg_types]
    given = {name for name, value in fields.items() if value is not None}
    layout = max(fitting, key=lambda one: len(given.intersection(field.name for field in one.fields)))
    return encode_payload(layout.name, fields, msg_type)


def _write(bits: list[str], start: int, width: int, raw: int) -> None:
    bits[start : start + width] = format(raw & (1 << width) - 1, f"0{width}b")


def _write_field(bits: list[str], field: Field, value: Value) -> None:
    if field.type == "text":
        codes = [_FROM_TEXT.get(c, 32) for c in str(value or "").upper()[: field.width // 6]]
        padded = codes + [0] * (field.width // 6 - len(codes))
        bits[field.start : field.end] = "".join(format(code, "06b") for code in padded)
        return
    _write(bits, field.start % len(bits), field.width, field.none if value is None else _raw(float(value), field))


def _raw(value: float, field: Field) -> int:
    if field.type == "rot":
        return round(math.copysign(min(ROT_FACTOR * math.sqrt(abs(value)), ROT_LIMIT), value))
    return max(field.low, min(field.high, round((value - field.offset) * field.divisor)))


def _tail(value: Value, kind: str) -> str:
    if value is None:
        return ""
    if kind == "data" and isinstance(value, bytes):
        return "".join(format(byte, "08b") for byte in value)
    return "".join(format(_FROM_TEXT.get(c, 32), "06b") for c in str(value).upper())
