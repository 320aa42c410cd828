"""The register in both databases: rows stand by id, every change is in the ledger, saying again changes nothing."""

from datetime import date

import msgspec
import pytest
from makings import HOUR, NOON

from hanbada.model.errors import NotFoundError
from hanbada.model.register import Forum, Kept

ROW = Forum(
    row_id="forum-x", code="X", name="Forum 이름 \x00", members=("A", "B"), areas=(), founded_on=date(1994, 7, 25),
    source="here", sourced_on=date(2026, 1, 1),
)  # fmt: skip


def test_a_row_stands_as_it_was_entered(desk):
    assert desk.put_rows([ROW], "kim", NOON) == 1
    assert desk.register_rows() == [Kept(kind="forum", row=ROW, version=1, changed_at=NOON, changed_by="kim")]


def test_a_later_row_takes_the_place_of_the_one_before_and_both_are_in_the_ledger(desk):
    desk.put_rows([ROW], "kim", NOON)
    changed = msgspec.structs.replace(ROW, name="Forum Y")
    assert desk.put_rows([changed], "lee", NOON + HOUR) == 1
    (kept,) = desk.register_rows()
    assert (kept.row, kept.version, kept.changed_by) == (changed, 2, "lee")
    names = [msgspec.json.decode(entry.body)["row"]["name"] for entry in desk.row_history("forum", "forum-x")]
    assert names == [ROW.name, "Forum Y"]
    assert desk.ledger_breaks_at() is None


def test_saying_the_same_again_changes_nothing(desk):
    desk.put_rows([ROW], "kim", NOON)
    head = desk.ledger_head()
    assert desk.put_rows([ROW], "lee", NOON + HOUR) == 0
    assert desk.ledger_head() == head


def test_a_withdrawn_row_is_gone_and_its_history_says_why(desk):
    desk.put_rows([ROW], "kim", NOON)
    desk.withdraw_row("forum", "forum-x", "entered twice", "lee", NOON + HOUR)
    assert desk.register_rows() == []
    assert desk.withdrawn_rows() == {("forum", "forum-x")}
    last = desk.row_history("forum", "forum-x")[-1]
    assert (last.actor, msgspec.json.decode(last.body)) == ("lee", {"why": "entered twice"})
    with pytest.raises(NotFoundError, match="withdrawn before"):
        desk.withdraw_row("forum", "forum-x", "again", "lee", NOON + HOUR)


def test_a_row_of_the_seed_can_be_withdrawn_and_entered_again(desk):
    desk.withdraw_row("forum", "forum-x", "not ours", "kim", NOON)
    assert desk.withdrawn_rows() == {("forum", "forum-x")}
    desk.put_rows([ROW], "kim", NOON + HOUR)
    assert desk.withdrawn_rows() == set()
    assert [one.version for one in desk.register_rows()] == [2]


def test_rows_are_entered_together_or_not_at_all(desk):
    broken = msgspec.structs.replace(ROW, row_id=None)
    with pytest.raises(Exception, match="row_id"):
        desk.put_rows([ROW, broken], "kim", NOON)
    assert desk.register_rows() == []
