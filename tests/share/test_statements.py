"""Statements as they are signed and read, and JSON as strangers may write it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.model.errors import InputError
from hanbada.model.exchange import Statement
from hanbada.model.sharing import ASPECTS, ONWARDS, TLPS, Handling, Told
from hanbada.share.exchange import plain, statements
from hanbada.share.exchange.seal import claimed, key_from, kid, public_of, seal

KEY = key_from(bytes([7]) * 32)
NAMED = {kid(public_of(KEY)): public_of(KEY)}.get
TEXT = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
HANDLINGS = st.builds(
    Handling,
    tlp=st.sampled_from(TLPS),
    onward=st.sampled_from(ONWARDS),
    purposes=st.lists(TEXT, max_size=2).map(tuple),
    originator=TEXT.filter(bool),
    until_at=st.none() | st.integers(0, 2**53),
    personal=st.booleans(),
)
FACTS = st.builds(Told, name=TEXT, aspect=st.sampled_from(ASPECTS), value=VALUES, handling=st.none() | HANDLINGS)


def statement(**changes):
    made = {
        "item_id": "ab" * 16, "version": 1, "origin": "kr", "to": "fr", "community": "c", "charter": 1,
        "data_class": "alert", "issued_at": 1_790_000_000_000_000,
        "handling": Handling(tlp="AMBER", onward="none", purposes=("safety",), originator="kr"), "facts": (),
    }  # fmt: skip
    return Statement(**made | changes)


@given(handling=HANDLINGS, facts=st.lists(FACTS, max_size=4).map(tuple), refs=st.lists(TEXT, max_size=2).map(tuple))
def test_a_statement_comes_out_as_it_went_in(handling, facts, refs):
    said = statement(handling=handling, facts=facts, refs=refs)
    assert statements.read(statements.write(said, KEY), NAMED) == said


def test_a_recall_has_neither_facts_nor_handling():
    said = statement(handling=None, facts=None, version=3)
    assert statements.read(statements.write(said, KEY), NAMED) == said
    for half in (statement(handling=None), statement(facts=None), statement(version=0)):
        with pytest.raises(InputError):
            statements.read(statements.write(half, KEY), NAMED)


def _with(text):
    return seal(text, KEY, statements.KIND)


GOOD = claimed(statements.write(statement(), KEY))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace(b'"rv":1', b'"rv":1,"rv":2'), "twice"),
        (GOOD.replace(b'"rv":1', b'"rv":NaN'), "NaN"),
        (GOOD.replace(b'"rv":1', b'"rv":99999999999999999999999'), "2\\^53"),
        (GOOD.replace(b'"rv":1', b'"rv":1.5'), "int"),
        (GOOD.replace(b'"rv":1', b'"rv":true'), "int"),
        (GOOD.replace(b'"f":[]', b'"f":[["a","plain",' + b"[" * 40 + b"]" * 40 + b"]]"), "deeper"),
        (GOOD.replace(b'"f":[]', b'"f":[["a","plain",' + b"[" * 100_000 + b"]" * 100_000 + b"]]"), "cannot be read"),
        (GOOD.replace(b'"f":[]', b'"f":[["a","colour",1]]'), "colour|Invalid"),
        (GOOD.replace(b'"tlp":"AMBER"', b'"tlp":"amber"'), "Invalid"),
        (GOOD.replace(b'"tlp":"AMBER"', b'"onw":"none"'), "tlp|twice"),
        (GOOD.replace(b'"rv":1', b'"rv":1,"more":1'), "more"),
        (GOOD[:-1], "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[]", "cannot be read"),
    ],
)  # fmt: skip
def test_what_no_statement_may_say_is_refused(text, says):
    with pytest.raises(InputError, match=says):
        statements.read(_with(text), NAMED)


def test_a_statement_too_large_is_refused_before_it_is_looked_at():
    with pytest.raises(InputError, match="bytes"):
        statements.read(bytes(statements.LARGEST + 1), NAMED)


def test_no_marking_is_an_error_and_not_a_permission():
    tree = msgspec.json.decode(GOOD)
    del tree["h"]["tlp"]
    with pytest.raises(InputError, match="tlp"):
        statements.read(_with(msgspec.json.encode(tree)), NAMED)


def test_names_stand_in_a_fixed_order_whatever_order_they_were_put_in():
    one = statement(facts=(Told(name="x", aspect="plain", value={"b": 1, "a": 2}),))
    other = statement(facts=(Told(name="x", aspect="plain", value={"a": 2, "b": 1}),))
    assert statements.write(one, KEY) == statements.write(other, KEY)


def test_json_of_five_hundred_thousand_brackets_is_refused_and_does_no_harm():
    with pytest.raises(InputError):
        plain.read(b"[" * 500_000, list)
