"""Frames on the wire: whole, bounded, and of whom they say."""

import cbor2
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hanbada.model.errors import InputError
from hanbada.model.exchange import LANES, Frame, Position
from hanbada.share.exchange import frames
from hanbada.share.exchange.seal import key_from, kid, public_of, seal

KEY = key_from(bytes([3]) * 32)
KEYS = {"a": {kid(public_of(KEY)): public_of(KEY)}.get}.get
COUNTS = st.integers(0, 2**53 - 1)
FRAMES = st.builds(
    Frame,
    sender=st.just("a"),
    to=st.just("b"),
    epoch=COUNTS,
    your_epoch=COUNTS,
    has=st.dictionaries(
        st.sampled_from(LANES), st.builds(Position, seq=COUNTS, head=st.binary(min_size=32, max_size=32))
    ),
    lanes=st.dictionaries(
        st.sampled_from(LANES), st.tuples(COUNTS, st.lists(st.binary(max_size=40), max_size=3).map(tuple))
    ),
    more=st.booleans(),
)
EMPTY = Frame(sender="a", to="b", epoch=1, your_epoch=1, has={}, lanes={})


@given(FRAMES)
def test_a_frame_comes_out_as_it_went_in(frame):
    assert frames.unpack(frames.pack(frame, KEY), KEYS, "b") == frame


def test_a_frame_meant_for_another_is_refused():
    with pytest.raises(InputError, match="meant for"):
        frames.unpack(frames.pack(EMPTY, KEY), KEYS, "c")


def test_a_frame_of_nobody_we_know_is_refused():
    with pytest.raises(InputError, match="no partner"):
        frames.unpack(frames.pack(EMPTY, KEY), {}.get, "b")


def test_a_frame_that_another_key_signed_is_refused():
    with pytest.raises(InputError, match="not known here"):
        frames.unpack(frames.pack(EMPTY, key_from(bytes([9]) * 32)), KEYS, "b")


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_of_a_frame_goes_unseen(at, bit):
    wire = bytearray(frames.pack(EMPTY, KEY))
    wire[at % len(wire)] ^= 1 << bit
    try:
        assert frames.unpack(bytes(wire), KEYS, "b") == EMPTY
    except InputError:
        return


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_an_input_error(junk):
    for wire in (junk, frames.MAGIC + junk, frames.MAGIC + zstandard.compress(junk)):
        with pytest.raises(InputError):
            frames.unpack(wire, KEYS, "b")


def test_a_small_frame_that_unpacks_to_a_gigabyte_is_refused():
    narrow = zstandard.ZstdCompressionParameters(window_log=20)
    stream = zstandard.ZstdCompressor(compression_params=narrow).compressobj()
    bomb = stream.compress(bytes(1024 * 1024 * 1024)) + stream.flush()
    assert len(bomb) < frames.LARGEST
    with pytest.raises(InputError, match="unpacks to more"):
        frames.unpack(frames.MAGIC + bomb, KEYS, "b")


def test_a_frame_that_asks_for_a_huge_window_is_refused():
    params = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True, write_content_size=False)
    stream = zstandard.ZstdCompressor(compression_params=params).compressobj()
    wide = stream.compress(bytes(1000)) + stream.flush()
    with pytest.raises(InputError):
        frames.unpack(frames.MAGIC + wide, KEYS, "b")


def _signed(said):
    compressed = zstandard.compress(seal(cbor2.dumps(said, canonical=True), KEY, frames.KIND))
    return frames.MAGIC + compressed


PLAIN = {"v": 1, "from": "a", "to": "b", "ep": 1, "yep": 1, "has": {}, "lanes": {}, "more": False}


@pytest.mark.parametrize(
    "change",
    [
        {"v": 0}, {"v": 2}, {"ep": -1}, {"ep": "1"}, {"ep": 2**60}, {"has": {9: [1, bytes(32)]}}, {"has": {1: [1, b""]}},
        {"has": {True: [1, bytes(32)]}}, {"lanes": {1: [1, ["text"]]}}, {"lanes": {1: [1, [b""] * 5000]}}, {"lanes": []},
        {"more": 1}, {"extra": 1}, {"from": None},
    ],
)  # fmt: skip
def test_a_frame_signed_by_a_partner_that_says_what_no_frame_may_is_refused(change):
    assert frames.unpack(_signed(PLAIN), KEYS, "b") == EMPTY
    with pytest.raises(InputError):
        frames.unpack(_signed(PLAIN | change), KEYS, "b")


def test_a_link_with_nothing_to_say_costs_less_than_a_kilobyte():
    at = {lane: Position(seq=1000, head=bytes(range(32))) for lane in LANES}
    idle = Frame(sender="a" * 32, to="b" * 32, epoch=1, your_epoch=1, has=at, lanes={})
    assert 2 * len(frames.pack(idle, KEY)) < 1000
