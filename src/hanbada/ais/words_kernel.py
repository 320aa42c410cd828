"""Eight bytes at a time: unaligned loads and stores on byte arrays, and the search for a byte, for the other kernels.

numba reads a byte array one byte at a time; these intrinsics read and write whole machine words at any index of the
same array. They check no bounds: every caller keeps desk.PADDING bytes behind what it looks at.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as numba_intrinsic

from hanbada.model.kernel import i64, inlined, u64

LANES = 64
foreign: Any = types
"""numba's types, whose constructors are not typed."""


def intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose machine code we write; a kernel calls it without the typing context that `function` takes."""
    return cast("Callable[..., Any]", numba_intrinsic(function))


def _pointer(context: Any, builder: Any, signature: Any, args: Any, to: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, args[0])
    gep: Any = cgutils.gep
    return builder.bitcast(gep(builder, array.data, args[1]), ir.PointerType(to))


def _loader(bits: int, result: Any) -> Any:
    @intrinsic
    def load(typingctx: Any, array: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            value = builder.load(_pointer(context, builder, signature, args, ir.IntType(bits)))
            value.align = 1
            return value

        return result(array, types.intp), generate

    return load


def _storer(bits: int, kind: Any) -> Any:
    @intrinsic
    def store(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            to = ir.DoubleType() if bits == -64 else ir.FloatType() if bits == -32 else ir.IntType(bits)
            done = builder.store(args[2], _pointer(context, builder, signature, args, to))
            done.align = 1
            return context.get_dummy_value()

        return types.void(array, types.intp, kind), generate

    return store


load_u64 = _loader(64, types.uint64)
store_u64 = _storer(64, types.uint64)
store_i64 = _storer(64, types.int64)
store_u32 = _storer(32, types.uint32)
store_u16 = _storer(16, types.uint16)
store_u8 = _storer(8, types.uint8)
store_f32 = _storer(-32, types.float32)
store_f64 = _storer(-64, types.float64)


@intrinsic
def equal_mask(typingctx: Any, array: Any, index: Any, wanted: Any) -> Any:
    """Bit i of the result says whether byte index + i equals `wanted`, for LANES bytes."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), LANES)
        value = builder.load(_pointer(context, builder, signature, args, vector))
        value.align = 1
        undefined = ir.Constant(vector, ir.Undefined)
        one = builder.insert_element(undefined, args[2], ir.Constant(ir.IntType(32), 0))
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        equal = builder.icmp_unsigned("==", value, builder.shuffle_vector(one, undefined, lanes))
        return builder.bitcast(equal, ir.IntType(LANES))

    return types.uint64(array, types.intp, types.uint8), generate


@intrinsic
def trailing_zeros(typingctx: Any, value: Any) -> Any:
    """Index of the lowest set bit; `value` must not be zero."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def swapped(typingctx: Any, value: Any) -> Any:
    """The eight bytes in reverse order: big-endian fields become readable numbers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bswap(args[0])

    return types.uint64(types.uint64), generate


ARMOURED = 32
"""Armoured characters packed at a time, into 24 bytes."""


def _vector(bits: int, count: int) -> Any:
    return ir.VectorType(ir.IntType(bits), count)


def _splat(bits: int, count: int, value: int) -> Any:
    return ir.Constant(_vector(bits, count), [value] * count)


@intrinsic
def pack_armour(typingctx: Any, source: Any, start: Any, count: Any, target: Any, to: Any) -> Any:
    """Pack the first `count` (1 to 32) characters at source[start] into 24 bytes at target[to], first bit highest.

    The rest of the 24 bytes becomes zero, and eight more bytes are written. The result is (bit i set if character i
    carries no bits, the characters XORed in lanes of eight).
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        load_types = types.void(signature.args[0], types.intp)
        value = builder.load(_pointer(context, builder, load_types, args[:2], _vector(8, ARMOURED)))
        value.align = 1
        kept = _first_lanes(builder, value, args[2])
        bad = _outside(builder, kept)
        parts = builder.bitcast(builder.and_(value, _lane_mask(builder, args[2])), _vector(64, 4))
        lanes = builder.extract_element(parts, ir.Constant(ir.IntType(32), 0))
        for i in range(1, 4):
            lanes = builder.xor(lanes, builder.extract_element(parts, ir.Constant(ir.IntType(32), i)))
        store_types = types.void(signature.args[3], types.intp)
        done = builder.store(_packed(builder, kept), _pointer(context, builder, store_types, args[3:], _vector(8, 32)))
        done.align = 1
        return context.make_tuple(builder, signature.return_type, (bad, lanes))

    result = foreign.UniTuple(types.uint64, 2)
    return result(source, types.intp, types.intp, target, types.intp), generate


def _lane_mask(builder: Any, count: Any) -> Any:
    """All ones in the first `count` bytes, zero in the others."""
    wanted = builder.trunc(count, ir.IntType(8))
    undefined = ir.Constant(_vector(8, ARMOURED), ir.Undefined)
    one = builder.insert_element(undefined, wanted, ir.Constant(ir.IntType(32), 0))
    wanted = builder.shuffle_vector(one, undefined, _splat(32, ARMOURED, 0))
    lanes = ir.Constant(_vector(8, ARMOURED), list(range(ARMOURED)))
    return builder.sext(builder.icmp_unsigned("<", lanes, wanted), _vector(8, ARMOURED))


def _first_lanes(builder: Any, value: Any, count: Any) -> Any:
    """The first `count` characters, the others replaced by the one that stands for six zero bits."""
    mask = _lane_mask(builder, count)
    rest = builder.and_(builder.not_(mask), _splat(8, ARMOURED, 48))
    return builder.or_(builder.and_(value, mask), rest)


def _outside(builder: Any, value: Any) -> Any:
    """Bit i set if character i is outside 48..87 and 96..119."""
    low = builder.icmp_unsigned(">", builder.sub(value, _splat(8, ARMOURED, 48)), _splat(8, ARMOURED, 39))
    high = builder.icmp_unsigned(">", builder.sub(value, _splat(8, ARMOURED, 96)), _splat(8, ARMOURED, 23))
    return builder.zext(builder.bitcast(builder.and_(low, high), ir.IntType(ARMOURED)), ir.IntType(64))


def _packed(builder: Any, value: Any) -> Any:
    """32 characters as 24 bytes and eight zero ones."""
    six = builder.sub(value, _splat(8, ARMOURED, 48))
    upper = builder.icmp_unsigned(">", six, _splat(8, ARMOURED, 39))
    six = builder.sub(six, builder.and_(builder.sext(upper, _vector(8, ARMOURED)), _splat(8, ARMOURED, 8)))
    pairs = builder.bitcast(six, _vector(16, 16))
    twelve = builder.or_(
        builder.shl(builder.and_(pairs, _splat(16, 16, 0xFF)), _splat(16, 16, 6)),
        builder.lshr(pairs, _splat(16, 16, 8)),
    )
    halves = builder.bitcast(twelve, _vector(32, 8))
    full = builder.or_(
        builder.shl(builder.and_(halves, _splat(32, 8, 0xFFFF)), _splat(32, 8, 12)),
        builder.lshr(halves, _splat(32, 8, 16)),
    )
    order = [4 * i + byte for i in range(8) for byte in (2, 1, 0)] + list(range(32, 40))
    picked = ir.Constant(_vector(32, ARMOURED), order)
    return builder.shuffle_vector(builder.bitcast(full, _vector(8, 32)), _splat(8, 32, 0), picked)


@inlined
def at(array: Any, index: int) -> Any:
    """array[index] where the index is known not to be negative: numba need not look whether it counts from the end."""
    return array[u64(index)]


@inlined
def put(array: Any, index: int, value: int) -> None:
    """array[index] = value where the index is known not to be negative."""
    array[u64(index)] = value


@inlined
def find_byte(buffer: Any, start: int, stop: int, wanted: int) -> int:
    """Index of the first `wanted` in [start, stop), or stop."""
    while start < stop:
        mask = equal_mask(buffer, start, np.uint8(wanted))
        if mask != u64(0):
            found: int = start + trailing_zeros(mask)
            return min(found, stop)
        start += LANES
    return stop


@inlined
def eight_characters(value: Any) -> Any:
    """48 bits as eight characters of six-bit ASCII, first character in the lowest byte."""
    value = ((value >> u64(24)) << u64(32)) | (value & u64(0xFFFFFF))
    value = ((value << u64(4)) & u64(0x0FFF00000FFF0000)) | (value & u64(0x00000FFF00000FFF))
    value = ((value << u64(2)) & u64(0x3F003F003F003F00)) | (value & u64(0x003F003F003F003F))
    return swapped(value + ((~value & u64(0x2020202020202020)) << u64(1)))


@inlined
def xor_lanes(buffer: Any, start: int, stop: int) -> Any:
    """The bytes of [start, stop) XORed by lane."""
    lanes, p = u64(0), start
    while p + 8 <= stop:
        lanes ^= load_u64(buffer, p)
        p += 8
    if p < stop:
        lanes ^= load_u64(buffer, p) << u64(8 * (8 - (stop - p)))
    return lanes


@inlined
def folded(lanes: Any) -> Any:
    """The eight lanes XORed into one: the checksum of NMEA 0183."""
    lanes ^= lanes >> u64(32)
    lanes ^= lanes >> u64(16)
    lanes ^= lanes >> u64(8)
    return i64(lanes & u64(255))
