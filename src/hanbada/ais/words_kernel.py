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
load_u32 = _loader(32, types.uint32)
load_u16 = _loader(16, types.uint16)
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
def xor_block(typingctx: Any, array: Any, index: Any, count: Any) -> Any:
    """The first `count` (0 to LANES) bytes at array[index] XORed by lane of eight."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        load_types = types.void(signature.args[0], types.intp)
        value = builder.load(_pointer(context, builder, load_types, args[:2], _vector(8, LANES)))
        value.align = 1
        return _folded_words(builder, builder.and_(value, _lane_mask(builder, args[2], LANES)), LANES // 8)

    return types.uint64(array, types.intp, types.intp), generate


def _folded_words(builder: Any, value: Any, words: int) -> Any:
    """All words of a vector XORed: halves upon each other, until one is left."""
    value = builder.bitcast(value, _vector(64, words))
    while words > 1:
        words //= 2
        low, high = (ir.Constant(_vector(32, words), list(range(i, i + words))) for i in (0, words))
        value = builder.xor(builder.shuffle_vector(value, value, low), builder.shuffle_vector(value, value, high))
    return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))


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

    The rest of the 24 bytes becomes zero, and eight more bytes are written. Bit i of the result is set if character i
    carries no bits.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        load_types = types.void(signature.args[0], types.intp)
        value = builder.load(_pointer(context, builder, load_types, args[:2], _vector(8, ARMOURED)))
        value.align = 1
        kept = _first_lanes(builder, value, args[2])
        store_types = types.void(signature.args[3], types.intp)
        done = builder.store(_packed(builder, kept), _pointer(context, builder, store_types, args[3:], _vector(8, 32)))
        done.align = 1
        return _outside(builder, kept)

    return types.uint64(source, types.intp, types.intp, target, types.intp), generate


def _lane_mask(builder: Any, count: Any, width: int) -> Any:
    """All ones in the first `count` of `width` bytes, zero in the others."""
    wanted = builder.trunc(count, ir.IntType(8))
    undefined = ir.Constant(_vector(8, width), ir.Undefined)
    one = builder.insert_element(undefined, wanted, ir.Constant(ir.IntType(32), 0))
    wanted = builder.shuffle_vector(one, undefined, _splat(32, width, 0))
    lanes = ir.Constant(_vector(8, width), list(range(width)))
    return builder.sext(builder.icmp_unsigned("<", lanes, wanted), _vector(8, width))


def _first_lanes(builder: Any, value: Any, count: Any) -> Any:
    """The first `count` characters, the others replaced by the one that stands for six zero bits."""
    mask = _lane_mask(builder, count, ARMOURED)
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
def checksum(buffer: Any, start: int, stop: int) -> Any:
    """The bytes of [start, stop) XORed: the checksum of NMEA 0183."""
    lanes = xor_block(buffer, start, min(stop - start, LANES))
    while stop - start > LANES:
        start += LANES
        lanes ^= xor_block(buffer, start, min(stop - start, LANES))
    lanes ^= lanes >> u64(32)
    lanes ^= lanes >> u64(16)
    lanes ^= lanes >> u64(8)
    return i64(lanes & u64(255))


@inlined
def writes(buffer: Any, start: int, value: int) -> Any:
    """Whether the two characters at `start` write a number below 256 in hexadecimal, in either case.

    Without a branch, for the digits of checksums are random.
    """
    given = i64(load_u16(buffer, start))
    digits = value >> 4 | (value & 15) << 8
    wanted = digits + 0x3030 + (digits + 0x0606 >> 4 & 0x0101) * 39
    # Above 63, or 32 at least: characters that bit 5 alone would not tell from digits.
    return (given | 0x2020 == wanted) & ((given | given >> 1) & 0x2020 == 0x2020)


ZEROS = u64(0x3030303030303030)


@inlined
def eight_digits(word: Any) -> Any:
    """The number that eight characters write, first one in the lowest byte; -1 if one of them is no digit."""
    value = word ^ ZEROS
    if (value | value + u64(0x0606060606060606)) & u64(0xF0F0F0F0F0F0F0F0) != u64(0):
        return -1
    value = value * u64(10) + (value >> u64(8)) & u64(0x00FF00FF00FF00FF)
    value = value * u64(100) + (value >> u64(16)) & u64(0x0000FFFF0000FFFF)
    return i64(value * u64(10_000) + (value >> u64(32)) & u64(0xFFFFFFFF))
