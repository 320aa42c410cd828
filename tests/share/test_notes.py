"""Signed notes, requests to cosign and proof files: what is read is what was written, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.model.errors import InputError
from hanbada.share.exchange import intervals, logged, notes, tree, witness
from hanbada.share.exchange.intervals import Content
from hanbada.share.exchange.notes import Checkpoint
from hanbada.share.exchange.seal import key_from, public_of

OURS, THEIRS = key_from(bytes([1]) * 32), key_from(bytes([2]) * 32)
LOG, WITNESS = notes.log_key("us", public_of(OURS)), notes.cosigner_key("them", public_of(THEIRS))
STATE = Checkpoint(LOG.name, 7, bytes(range(32)))
NOTE = notes.signed(STATE, LOG.name, OURS)
COSIGNED = NOTE + notes.cosignature(STATE, WITNESS.name, THEIRS, 1_700_000_000)


def test_a_checkpoint_reads_as_it_was_signed() -> None:
    note = notes.read(COSIGNED)
    assert notes.read_checkpoint(note.text) == STATE
    assert notes.signed_by(note, LOG)
    assert notes.cosigned_at(note, WITNESS) == 1_700_000_000


def test_the_example_of_the_source_has_the_key_id_it_prints() -> None:
    # c2sp.org/signed-note: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
    assert notes.read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").algorithm == notes.LOG


@given(st.integers(0, len(COSIGNED) - 1), st.sampled_from("A1\n +=\0"))
def test_no_letter_of_a_cosigned_checkpoint_can_be_changed(place: int, letter: str) -> None:
    changed = COSIGNED[:place] + letter + COSIGNED[place + 1 :]
    if changed == COSIGNED:
        return
    try:
        note = notes.read(changed)
        both = notes.signed_by(note, LOG), notes.cosigned_at(note, WITNESS)
    except InputError:
        return
    assert both != (True, 1_700_000_000)


def test_a_log_key_never_cosigns_and_a_cosigner_never_signs_as_a_log() -> None:
    note = notes.read(COSIGNED)
    assert notes.cosigned_at(note, LOG) is None
    assert not notes.signed_by(note, WITNESS)
    assert not notes.signed_by(note, notes.log_key("us", public_of(THEIRS)))


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", str(LOG).replace("us", "we"), str(LOG)[:-4]])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        notes.read_key(text)


def test_a_key_reads_as_it_is_written() -> None:
    assert [notes.read_key(str(one)) for one in (LOG, WITNESS)] == [LOG, WITNESS]


@pytest.mark.parametrize(
    "text",
    ["a\n07\n" + "A" * 43 + "=\n", "a\n7\nAAAA\n", "a\n7\n", STATE.text + "more\n", "a\n-1\n" + "A" * 43 + "=\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        notes.read_checkpoint(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    try:
        asked = witness.read(data)
    except InputError:
        return
    assert witness.write(*asked) == data


def test_a_request_reads_as_it_was_written() -> None:
    path = (bytes(32), bytes(range(32)))
    assert witness.read(witness.write(3, path, NOTE)) == (3, path, NOTE)
    assert witness.read(witness.write(0, (), NOTE)) == (0, (), NOTE)


def test_a_witness_cosigns_only_what_follows_from_what_it_saw() -> None:
    kept: dict[tuple[int, int], bytes] = {}
    for size in range(9):
        for one in tree.grown(lambda level, number: kept[level, number], size, tree.leaf_hash(bytes([size]))):
            kept[one.level, one.number] = one.hash
    state = {n: Checkpoint("a", n, tree.root(lambda level, number: kept[level, number], n)) for n in range(10)}
    path = tuple(tree.consistency(lambda level, number: kept[level, number], 4, 9))
    judge = witness.judge
    assert judge(None, witness.Asked(0, (), ""), state[4]).status == witness.COSIGNED
    assert judge(state[4], witness.Asked(4, path, ""), state[9]).status == witness.COSIGNED
    assert judge(state[4], witness.Asked(4, (), ""), state[4]).status == witness.COSIGNED
    assert judge(state[4], witness.Asked(3, path, ""), state[9]) == (witness.CONFLICT, None, "")
    assert judge(state[9], witness.Asked(4, path, ""), state[4]).alarm == "rollback"
    assert judge(state[4], witness.Asked(4, path[:-1], ""), state[9]).alarm == "fork"
    assert judge(state[4], witness.Asked(4, (), ""), state[4]._replace(root=bytes(32))).alarm == "fork"


def proof() -> logged.Proof:
    content = Content(at=5, actor="kim", action="told_release", object_id="item/1", body='{"to":"them"}')
    interval = intervals.sealed(bytes(32), {9: content})
    one = intervals.shown(interval, 9, content, 600_000_000)
    leaf = tree.leaf_hash(intervals.record(600_000_000, interval.root))
    state = Checkpoint(LOG.name, 2, tree.parent(bytes(32), leaf))
    note = notes.signed(state, LOG.name, OURS) + notes.cosignature(state, WITNESS.name, THEIRS, 1_700_000_000)
    return logged.Proof(logged.carried(one), 1, (bytes(32),), note)


def test_a_proof_file_shows_its_entry_and_who_cosigned() -> None:
    found = logged.check(logged.read(logged.write(proof())), LOG, [WITNESS])
    assert found.shown.content.object_id == "item/1"
    assert (found.cosigned, found.unknown) == ({WITNESS.name: 1_700_000_000}, ())
    assert logged.check(proof(), LOG, []).unknown == (WITNESS.name,)


@given(st.data())
def test_a_proof_file_changed_anywhere_shows_nothing_else(data: st.DataObject) -> None:
    text = logged.write(proof())
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from("Ab3\n =")) + text[place + 1 :]
    try:
        found = logged.check(logged.read(changed), LOG, [WITNESS])
    except InputError:
        return
    assert found.shown == logged.check(proof(), LOG, []).shown
    assert found.checkpoint == notes.read_checkpoint(notes.read(proof().note).text)


def test_tiles_hold_every_leaf_and_are_cut_where_the_tree_ends() -> None:
    found = dict(logged.tiles(lambda level, number: bytes([level]) * 31 + bytes([number % 256]), 256 * 256 + 300))
    assert {name: len(tile) // 32 for name, tile in found.items() if name.startswith(("tile/1/", "tile/2/"))} == {
        "tile/1/000": 256, "tile/1/001.p/1": 1, "tile/2/000.p/1": 1,
    }  # fmt: skip
    assert len(found["tile/0/257.p/44"]) == 44 * 32
    assert dict(logged.bundles([b"ab", b""])) == {"tile/entries/000.p/2": b"\0\2ab\0\0"}
