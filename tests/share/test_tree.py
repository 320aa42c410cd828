"""The Merkle tree against its definition in RFC 9162, read out slowly."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from hanbada.share.exchange import tree

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORDS = [f"record {i}".encode() for i in range(300)]
SIZES = st.integers(1, len(RECORDS))


def slow_root(records: Sequence[bytes]) -> bytes:
    """MTH of section 2.1.1, word for word."""
    if not records:
        return hashlib.sha256(b"").digest()
    if len(records) == 1:
        return hashlib.sha256(b"\0" + records[0]).digest()
    k = 1
    while k * 2 < len(records):
        k *= 2
    return hashlib.sha256(b"\1" + slow_root(records[:k]) + slow_root(records[k:])).digest()


def slow_path(index: int, records: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1, word for word."""
    if len(records) == 1:
        return []
    k = 1
    while k * 2 < len(records):
        k *= 2
    if index < k:
        return [*slow_path(index, records[:k]), slow_root(records[k:])]
    return [*slow_path(index - k, records[k:]), slow_root(records[:k])]


def slow_proof(old: int, records: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1, word for word."""
    if old == len(records):
        return [] if whole else [slow_root(records)]
    k = 1
    while k * 2 < len(records):
        k *= 2
    if old <= k:
        return [*slow_proof(old, records[:k], whole=whole), slow_root(records[k:])]
    return [*slow_proof(old - k, records[k:], whole=False), slow_root(records[:k])]


def grown_tree() -> dict[tuple[int, int], bytes]:
    """The whole subtrees over RECORDS."""
    kept: dict[tuple[int, int], bytes] = {}
    for size, record in enumerate(RECORDS):
        for one in tree.grown(lambda level, number: kept[level, number], size, tree.leaf_hash(record)):
            kept[one.level, one.number] = one.hash
    return kept


KEPT = grown_tree()


def hashes(level: int, number: int) -> bytes:
    return KEPT[level, number]


@given(st.integers(0, len(RECORDS)))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert tree.root(hashes, size) == slow_root(RECORDS[:size])


@given(SIZES, st.data())
def test_an_inclusion_proof_is_that_of_the_definition_and_leads_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion(hashes, index, size)
    assert path == slow_path(index, RECORDS[:size])
    assert tree.root_with(tree.leaf_hash(RECORDS[index]), index, size, path) == slow_root(RECORDS[:size])


@given(SIZES, st.data())
def test_a_consistency_proof_is_that_of_the_definition_and_holds(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path = tree.consistency(hashes, old, size)
    assert path == slow_proof(old, RECORDS[:size])
    assert tree.consistent((old, slow_root(RECORDS[:old])), (size, slow_root(RECORDS[:size])), path)


@given(SIZES, st.data())
def test_no_other_leaf_place_size_or_path_leads_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = tree.inclusion(hashes, index, size), slow_root(RECORDS[:size]), tree.leaf_hash(RECORDS[index])
    assert tree.root_with(tree.leaf_hash(b"another"), index, size, path) != root
    other = data.draw(st.integers(-1, size).filter(lambda one: one != index))
    assert tree.root_with(leaf, other, size, path) != root
    assert tree.root_with(leaf, index, size, [*path, bytes(32)]) != root
    assert not path or tree.root_with(leaf, index, size, path[:-1]) != root


@given(SIZES, st.data())
def test_a_tree_whose_past_changed_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path, root = tree.consistency(hashes, old, size), slow_root(RECORDS[:size])
    changed = data.draw(st.integers(0, old - 1))
    past = slow_root([*RECORDS[:changed], b"another", *RECORDS[changed + 1 : old]])
    assert not tree.consistent((old, past), (size, root), path)
    assert not tree.consistent((old, slow_root(RECORDS[:old])), (size, bytes(32)), path)
    assert not tree.consistent((old, slow_root(RECORDS[:old])), (size, root), [*path, bytes(32)])


def test_an_empty_tree_grows_into_any_and_a_tree_never_shrinks() -> None:
    assert tree.consistent((0, tree.EMPTY), (7, bytes(32)), [])
    assert not tree.consistent((0, tree.EMPTY), (7, bytes(32)), [bytes(32)])
    assert not tree.consistent((7, slow_root(RECORDS[:7])), (6, slow_root(RECORDS[:6])), [])
