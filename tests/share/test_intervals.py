"""What an interval tells outside, and what a shown entry proves."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.share.exchange import intervals
from hanbada.share.exchange.intervals import DEPTH, Content, Interval
from hanbada.share.exchange.tree import parent

SECRET = intervals.secret_of(bytes(32), 5)


def content(number: int) -> Content:
    return Content(at=number, actor="kim", action="told_release", object_id=f"item/{number}", body="{}")


def slow_root(interval: Interval, level: int = DEPTH, place: int = 0) -> bytes:
    """The root as it is meant: over its two halves where there is an entry below, else what the secret makes of it."""
    below = [one for one in interval.levels[0] if one >> level == place]
    if not below:
        return intervals._filler(SECRET, level, place)
    if level == 0:
        return interval.levels[0][place]
    return parent(slow_root(interval, level - 1, 2 * place), slow_root(interval, level - 1, 2 * place + 1))


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=60))
def test_the_root_is_one_over_all_places_and_every_entry_leads_to_it(numbers: set[int]) -> None:
    contents = {one: content(one) for one in numbers}
    interval = intervals.sealed(SECRET, contents)
    assert interval.root == slow_root(interval)
    for one in numbers:
        assert intervals.root_of(intervals.shown(interval, one, contents[one], 0)) == interval.root


def test_paths_are_as_long_whether_one_entry_or_a_thousand_were_made() -> None:
    alone = intervals.sealed(SECRET, {1: content(1)})
    many = intervals.sealed(SECRET, {one: content(one) for one in range(1, 1001)})
    sizes = {len(msgspec.json.encode(intervals.shown(one, 1, content(1), 0))) for one in (alone, many)}
    assert len(sizes) == 1
    assert len(alone.root) == len(intervals.sealed(SECRET, {}).root) == 32


def test_a_shown_entry_names_neither_its_number_nor_the_hash_before_it() -> None:
    interval = intervals.sealed(SECRET, {4_711: content(1)})
    assert set(msgspec.to_builtins(intervals.shown(interval, 4_711, content(1), 0))["content"]) == {
        "at", "actor", "action", "object_id", "body",
    }  # fmt: skip


@given(st.sampled_from(["at", "actor", "action", "object_id", "body"]))
def test_an_entry_changed_in_any_part_leads_elsewhere(name: str) -> None:
    interval = intervals.sealed(SECRET, {1: content(1), 2: content(2)})
    one = intervals.shown(interval, 1, content(1), 0)
    changed = msgspec.structs.replace(one.content, **{name: 0 if name == "at" else "another"})
    assert intervals.root_of(msgspec.structs.replace(one, content=changed)) != interval.root


def test_a_path_of_another_depth_leads_nowhere() -> None:
    one = intervals.shown(intervals.sealed(SECRET, {1: content(1)}), 1, content(1), 0)
    assert intervals.root_of(msgspec.structs.replace(one, path=one.path[:-1])) is None


def test_entries_in_another_order_give_another_root_and_so_does_another_secret() -> None:
    one = intervals.sealed(SECRET, {1: content(1), 2: content(2)}).root
    assert intervals.sealed(SECRET, {1: content(2), 2: content(1)}).root != one
    assert intervals.sealed(intervals.secret_of(bytes(32), 6), {1: content(1), 2: content(2)}).root != one
    assert intervals.sealed(SECRET, {}).root != intervals.sealed(intervals.secret_of(bytes(32), 6), {}).root


def test_two_entries_that_want_one_place_both_get_one() -> None:
    contents = {one: content(one) for one in range(1, 9_001)}
    interval = intervals.sealed(SECRET, contents)
    assert len(interval.levels[0]) == len(contents)
    wanted = {intervals._place(intervals._keyed(SECRET, b"place" + one.to_bytes(8) + bytes(4))) for one in contents}
    assert len(wanted) < len(contents), "no two wanted one place: this test needs more entries"
    assert all(
        intervals.root_of(intervals.shown(interval, one, contents[one], 0)) == interval.root
        for one in (1, 4_500, 9_000)
    )
