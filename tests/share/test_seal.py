"""Sealed bytes, against two other implementations of COSE and against whoever changes them."""

import cbor2
import pytest
from cwt import COSE, COSEKey
from hypothesis import given
from hypothesis import strategies as st
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message

from hanbada.model.errors import InputError
from hanbada.share.exchange.seal import KIND, claimed, key_from, kid, kind_of, public_of, seal, sound, unseal

KEY = key_from(bytes(range(32)))
PUBLIC = public_of(KEY)
NAMED = {kid(PUBLIC): PUBLIC}.get


def test_what_was_sealed_comes_out_and_says_who_signed_it():
    opened = unseal(seal(b"word", KEY, "note"), "note", NAMED)
    assert opened == (b"word", PUBLIC)


def test_two_other_implementations_find_the_signature_good():
    sealed = seal(b'{"a":1}', KEY, "note")
    jwk = {1: 1, 3: -8, -1: 6, -2: PUBLIC, 2: kid(PUBLIC)}
    assert COSE.new().decode(sealed, COSEKey.new(jwk)) == b'{"a":1}'
    message = Sign1Message.decode(sealed)
    message.key = OKPKey(crv=Ed25519, x=PUBLIC)
    assert message.verify_signature()
    assert message.payload == b'{"a":1}'


def test_bytes_signed_as_one_thing_are_not_read_as_another():
    with pytest.raises(InputError, match="not signed as"):
        unseal(seal(b"word", KEY, "note"), "frame", NAMED)


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_goes_unseen(at, bit):
    sealed = bytearray(seal(b"the word of a node", KEY, "note"))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(InputError):
        unseal(bytes(sealed), "note", NAMED)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_but_an_input_error(junk):
    for read in (lambda: unseal(junk, "note", NAMED), lambda: kind_of(junk), lambda: claimed(junk)):
        with pytest.raises(InputError):
            read()


def test_a_longer_way_to_write_the_same_is_refused():
    tag = cbor2.loads(seal(b"word", KEY, "note"))
    protected, _, payload, signature = tag.value
    longer = b"\xd2\x9f" + b"".join(map(cbor2.dumps, (protected, {}, payload, signature))) + b"\xff"
    with pytest.raises(InputError, match="shortest form"):
        unseal(longer, "note", NAMED)


def test_a_header_that_nobody_signed_is_refused():
    tag = cbor2.loads(seal(b"word", KEY, "note"))
    tag.value[1] = {99: "more"}
    with pytest.raises(InputError):
        unseal(cbor2.dumps(tag, canonical=True), "note", NAMED)


SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
)


@pytest.mark.parametrize("public", [bytes.fromhex(one) for one in SMALL_ORDER])
def test_keys_of_small_order_are_nobodys(public):
    assert not sound(public)
    forged = cbor2.dumps(
        cbor2.CBORTag(
            18,
            [
                cbor2.dumps({1: -8, 3: KIND.format("note"), 4: kid(public)}, canonical=True),
                {},
                b"x",
                public + bytes(32),
            ],
        ),
        canonical=True,
    )
    with pytest.raises(InputError):
        unseal(forged, "note", {kid(public): public}.get)


def test_a_key_that_is_not_canonical_is_nobodys():
    assert not sound((2**255 - 18).to_bytes(32, "little"))
    assert not sound(PUBLIC[:31])
    assert sound(PUBLIC)
