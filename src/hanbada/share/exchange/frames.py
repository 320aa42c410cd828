"""Frames on the wire: a signed frame, compressed with a dictionary both sides ship.

A frame is complete in itself, so that a link of five minutes, a mail and a stick in a pocket are just other ways to
carry it. What comes is taken apart in the order size, compression, signature, content, each with a bound.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import cbor2
import msgspec
import zstandard
from msgspec import Meta, Struct

from hanbada.model.errors import InputError
from hanbada.model.exchange import Frame, Position
from hanbada.share.exchange.seal import claimed, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from nacl.signing import SigningKey

    KeyNamed: TypeAlias = Callable[[bytes], bytes | None]

KIND = "frame+cbor;v=1"
MAGIC = b"HB1\n"
LARGEST = 1024 * 1024
"""Bytes a frame may have on the wire, and unpacked: what is longer is sent in several."""
MOST = 4_096
"""Entries in a frame."""
_WINDOW = 22
_LEVEL = 19
_BROKEN = (ValueError, TypeError, RecursionError, OverflowError, MemoryError)

_Lane: TypeAlias = Annotated[int, Meta(ge=0, le=2)]
_Count: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
_Hash: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]


class _Wire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frame as it is signed; `v` is the version both nodes speak."""

    v: Literal[1]
    sender: str = msgspec.field(name="from")
    to: str
    epoch: _Count = msgspec.field(name="ep")
    your_epoch: _Count = msgspec.field(name="yep")
    has: dict[_Lane, tuple[_Count, _Hash]]
    lanes: dict[_Lane, tuple[_Count, tuple[bytes, ...]]]
    more: bool


def pack(frame: Frame, key: SigningKey) -> bytes:
    """A frame as it goes over the wire."""
    return MAGIC + _compressor().compress(signed(frame, key))


def signed(frame: Frame, key: SigningKey) -> bytes:
    """A frame before it is compressed."""
    return seal(_written(frame), key, KIND)


def unpack(
    wire: bytes, keys_of: Callable[[str], KeyNamed | None], us: str,
    announced: Callable[[Frame], KeyNamed] = lambda _: lambda _: None,
) -> Frame:  # fmt: skip
    """A frame from a partner to us; `keys_of` gives the keys of a node, None if it is no partner.

    `announced` gives keys that the frame itself brings, which must be good without it. Raises InputError if it is too
    large, of another form, of nobody we know, to somebody else, or not signed well.
    """
    inflated = _inflated(wire)
    said = _frame(claimed(inflated))
    keys = keys_of(said.sender)
    if keys is None:
        message = f"a frame of {said.sender[:64]!r}, which is no partner"
        raise InputError(message)
    frame = _frame(unseal(inflated, KIND, lambda kid: keys(kid) or announced(said)(kid)).payload)
    if frame.to != us:
        message = f"a frame of {frame.sender} that is meant for {frame.to[:64]!r}"
        raise InputError(message)
    return frame


def _inflated(wire: bytes) -> bytes:
    if not wire.startswith(MAGIC) or len(wire) > LARGEST:
        message = f"this is no frame of at most {LARGEST} bytes"
        raise InputError(message)
    body = wire[len(MAGIC) :]
    try:
        plain = _decompressor().stream_reader(body, read_across_frames=False).read(LARGEST + 1)
    except zstandard.ZstdError as error:
        message = f"a frame cannot be unpacked: {error}"
        raise InputError(message) from error
    if len(plain) > LARGEST:
        message = f"a frame unpacks to more than {LARGEST} bytes"
        raise InputError(message)
    return plain


def _written(frame: Frame) -> bytes:
    wire = _Wire(
        v=1,
        sender=frame.sender,
        to=frame.to,
        epoch=frame.epoch,
        your_epoch=frame.your_epoch,
        has={lane: (at.seq, at.head) for lane, at in frame.has.items()},
        lanes=frame.lanes,
        more=frame.more,
    )
    return cbor2.dumps(msgspec.to_builtins(wire, builtin_types=(bytes,)), canonical=True)


def _frame(payload: bytes) -> Frame:
    try:
        said = cbor2.loads(payload)
        if cbor2.dumps(said, canonical=True) != payload:
            message = "a frame is not in its shortest form"
            raise InputError(message)
        wire = msgspec.convert(said, _Wire, builtin_types=(bytes,))
    except (cbor2.CBORError, msgspec.ValidationError, *_BROKEN) as error:
        message = f"a frame cannot be read: {error}"
        raise InputError(message) from error
    if sum(len(entries) for _, entries in wire.lanes.values()) > MOST:
        message = f"more than {MOST} entries in a frame"
        raise InputError(message)
    return Frame(
        sender=wire.sender,
        to=wire.to,
        epoch=wire.epoch,
        your_epoch=wire.your_epoch,
        has={lane: Position(seq=seq, head=head) for lane, (seq, head) in wire.has.items()},
        lanes=dict(wire.lanes),
        more=wire.more,
    )


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(files("hanbada.share.exchange").joinpath("frames_v1.zdict").read_bytes())


def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=_dictionary(), write_checksum=False)


def _decompressor() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor(dict_data=_dictionary(), max_window_size=1 << _WINDOW)
