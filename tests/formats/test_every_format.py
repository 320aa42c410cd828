"""What holds of every sharing format, whatever it is."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saying import told

from hanbada.model.errors import InputError
from hanbada.model.facts import facts_of
from hanbada.model.sharing import TLPS, Handling, Released
from hanbada.share.formats import FORMATS, named, sniffed
from hanbada.share.formats.contract import Note, Read, Written

NOTE = Note(title="Test", written_at=1_700_000_000_000_000, author="KR-1")
READERS = [one for one in FORMATS if named(one).read is not None]
KINDS = [(name, data_class) for name in FORMATS for data_class in sorted(named(name).carries)]
quick = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def shown(name: str, *released: Released) -> Written:
    return named(name).write(released, NOTE)


@cache
def sample(data_class: str) -> Released:
    """One object of a class with many of the facts it can have."""
    kept: list[Released] = []

    @quick
    @given(told(data_class))
    def collected(one):
        kept.append(one)

    collected()
    return max(kept, key=lambda one: len(one.facts))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_carries_only_what_can_be_said(name):
    one = named(name)
    assert one.name == name
    assert one.carries
    for data_class, facts in one.carries.items():
        assert facts <= set(facts_of(data_class)), data_class


@pytest.mark.parametrize(("name", "data_class"), [one for one in KINDS if one[0] in READERS])
def test_what_is_not_reported_lost_comes_back_and_what_is_does_not(name, data_class):
    @quick
    @given(told(data_class))
    def holds(one):
        written = shown(name, one)
        lost = {loss.what for loss in written.losses if loss.item_id == one.item_id}
        back = named(name).read(written.content)
        if data_class in lost:
            assert not back.items
            return
        assert [it.item_id for it in back.items] == [one.item_id]
        (item,) = back.items
        assert item.data_class == data_class
        said = {fact.name: fact.value for fact in item.assertions}
        for fact in one.facts:
            if fact.name in lost:
                assert said.get(fact.name) != fact.value, f"{fact.name} is not lost"
            else:
                assert said.get(fact.name) == fact.value, fact.name
        assert not set(said) - {fact.name for fact in one.facts}, "nothing is made up"
        assert TLPS.index(item.marking.tlp) >= TLPS.index(one.tlp), "nothing gets wider"
        assert item.marking.tlp == one.tlp or "marking" in lost or item.marking.tlp == "RED"
        assert item.marking.grants == ()
        assert item.exercise or not one.exercise, "an exercise never becomes live"

    holds()


@pytest.mark.parametrize(("name", "data_class"), KINDS)
def test_a_marking_is_seen_in_the_bytes_or_reported_lost(name, data_class):
    one = sample(data_class)
    written = {tlp: shown(name, _marked(one, tlp)) for tlp in TLPS}
    for tlp, its in written.items():
        lost = {loss.what for loss in its.losses}
        others = [each.content for other, each in written.items() if other != tlp]
        assert its.content not in others or lost & {data_class, "marking"}, tlp


def _marked(one: Released, tlp) -> Released:
    handling = Handling(tlp=tlp, onward="none", purposes=(), originator="KR-1")
    return Released(
        item_id=one.item_id,
        data_class=one.data_class,
        to=one.to,
        community=one.community,
        handling=handling,
        facts=one.facts,
        refs=(),
    )


@pytest.mark.parametrize(("name", "data_class"), KINDS)
def test_the_same_object_gives_the_same_bytes_whoever_gets_it(name, data_class):
    one = sample(data_class)
    other = Released(
        item_id=one.item_id, data_class=one.data_class, to="DE-1", community="kr-de", handling=one.handling,
        facts=one.facts, refs=one.refs, exercise=one.exercise,
    )  # fmt: skip
    assert shown(name, one).content == shown(name, other).content


@pytest.mark.parametrize(("name", "data_class"), KINDS)
def test_two_objects_in_one_file_are_the_two(name, data_class):
    one = sample(data_class)
    other = Released(
        item_id="second", data_class=one.data_class, to=one.to, community=one.community, handling=one.handling,
        facts=one.facts, refs=(), exercise=one.exercise,
    )  # fmt: skip
    if name not in READERS or (
        shown(name, one).losses and data_class in {loss.what for loss in shown(name, one).losses}
    ):
        shown(name, one, other)
        return
    try:
        written = shown(name, one, other)
    except InputError:
        pytest.skip("one object a file")
    whole = {loss.item_id for loss in written.losses if loss.what == data_class}
    back = named(name).read(written.content)
    assert sorted(it.item_id for it in back.items) == sorted({one.item_id, "second"} - whole)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_at_all_can_be_written(name):
    assert isinstance(shown(name), Written)


@pytest.mark.parametrize(("name", "data_class"), [one for one in KINDS if one[0] in READERS])
def test_damaged_bytes_are_refused_or_read_in_part_and_nothing_else(name, data_class):
    good = shown(name, sample(data_class)).content
    dice = random.Random(7)
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(bad) + 1) if bad else 0
            match dice.randrange(4):
                case 0:
                    bad[at : at + 1] = bytes([dice.randrange(256)])
                case 1:
                    del bad[at : at + dice.randrange(1, 40)]
                case 2:
                    bad[at:at] = bad[max(0, at - dice.randrange(60)) : at]
                case _:
                    bad[at:at] = dice.choice(
                        [b"\x00", b"\xff\xfe", b"NaN", b"-1", b"1e999", b"null", b"[[[[", b"<", b'"', b"9" * 400]
                    )
        _tried(name, bytes(bad))


@pytest.mark.parametrize("name", READERS)
@given(st.binary(max_size=200))
@quick
def test_bytes_of_anything_are_refused_or_read(name, content):
    _tried(name, content)


def _tried(name: str, content: bytes) -> None:
    try:
        back = named(name).read(content)
    except InputError:
        return
    assert isinstance(back, Read)
    assert all(one.marking.grants == () for one in back.items)


@pytest.mark.parametrize(("name", "data_class"), [one for one in KINDS if one[0] in READERS])
def test_its_own_bytes_are_recognised(name, data_class):
    found = sniffed(shown(name, sample(data_class)).content[:4096])
    assert found is not None
    assert found.name == name
