"""What the register answers: gaps, coverage, what is due, ties; unions stand for themselves until they are named."""

from datetime import date, timedelta

import pytest
from registers import NOON, SOURCED, TODAY, dialogue, exercise, instrument, transfer

from hanbada.accord.questions import DUE_DAYS, busiest, coverage, due, gaps, in_force, ties
from hanbada.model.register import ConfidenceNotice, FollowUp, Forum
from hanbada.model.times import HOUR_US

UNION = Forum(row_id="u", code="U", name="Union", members=("B", "C"), areas=(), founded_on=None, **SOURCED)


def test_who_exercises_together_without_an_information_agreement_is_a_gap():
    (gap,) = gaps([exercise(), exercise("ex-2", begins_on=date(2026, 1, 1))], TODAY)
    assert (gap.pair, gap.exercises, gap.latest, gap.latest_on) == (("A", "B"), 2, "ex-2", date(2026, 1, 1))


def test_an_information_agreement_in_force_closes_the_gap_and_another_paper_does_not():
    assert gaps([exercise(), instrument()], TODAY) == []
    assert len(gaps([exercise(), instrument(kind="mou")], TODAY)) == 1


def test_an_agreement_that_nobody_verified_leaves_the_gap_and_is_named_in_it():
    (gap,) = gaps([exercise(), instrument(confidence="unverified")], TODAY)
    assert gap.unverified == ("a-b",)
    assert gaps([exercise(), instrument(confidence="unverified"), instrument("sure")], TODAY) == []


@pytest.mark.parametrize(
    "over",
    [
        {"until_on": TODAY - timedelta(days=1)},
        {"in_force_on": TODAY + timedelta(days=1)},
        {"suspended_from_on": TODAY},
        {"suspended_from_on": TODAY, "suspended_until_on": TODAY + timedelta(days=5)},
    ],
)
def test_a_paper_that_is_over_not_begun_or_suspended_does_not_count(over):
    assert not in_force(instrument(**over), TODAY)
    assert len(gaps([exercise(), instrument(**over)], TODAY)) == 1


@pytest.mark.parametrize(
    "still",
    [
        {"until_on": TODAY},
        {"suspended_from_on": TODAY - timedelta(9), "suspended_until_on": TODAY},
        {"signed_on": None},
    ],
)
def test_a_paper_counts_on_its_last_day_and_on_the_day_it_returns(still):
    assert in_force(instrument(**still), TODAY)


def test_an_exercise_that_is_still_to_come_is_no_gap():
    assert gaps([exercise(begins_on=TODAY + timedelta(days=1))], TODAY) == []


def test_a_union_stands_for_itself_until_its_members_are_asked_for():
    rows = [UNION, exercise(participants=("A", "B")), instrument(parties=("A", "U"))]
    assert [gap.pair for gap in gaps(rows, TODAY)] == [("A", "B")]
    assert gaps(rows, TODAY, named=("U",)) == []


def test_sharing_a_forum_ties_nobody():
    assert coverage([UNION], TODAY) == []
    assert ties([UNION]) == []


def test_coverage_says_which_domains_a_pair_has_and_lacks():
    (found,) = coverage([instrument(domains=("maritime", "cyber")), instrument("b", domains=("cyber",))], TODAY)
    assert found.papers == {"maritime": ("a-b",), "cyber": ("a-b", "b")}
    assert found.lacking == ("counter_terrorism", "climate", "industry", "space")


def test_coverage_of_one_party_holds_no_others():
    rows = [instrument(), instrument("b", parties=("C", "D"))]
    assert [one.pair for one in coverage(rows, TODAY, party="C")] == [("C", "D")]


def follow_up(days, **changes):
    return FollowUp(**{"what": "send the paper", "owner": "A", "due_on": TODAY + timedelta(days=days)} | changes)


def test_follow_ups_expiries_and_returns_are_due_within_ninety_days():
    rows = [
        dialogue(follow_ups=(follow_up(30), follow_up(DUE_DAYS), follow_up(DUE_DAYS + 1), follow_up(5, done=True))),
        instrument("gone", until_on=TODAY - timedelta(days=1)),
        instrument("soon", until_on=TODAY + timedelta(days=7)),
        instrument("back", suspended_from_on=TODAY, suspended_until_on=TODAY + timedelta(days=40)),
    ]
    assert [(one.row_id, one.what, one.days, one.reminder) for one in due(rows, NOON)] == [
        ("soon", "expires", 7, "7"),
        ("di", "follow_up", 30, "30"),
        ("back", "returns", 40, "90"),
        ("di", "follow_up", 90, "90"),
    ]


def test_an_overdue_follow_up_stays_until_it_is_done():
    (found,) = due([dialogue(follow_ups=(follow_up(-400),))], NOON)
    assert (found.days, found.reminder) == (-400, "overdue")


def test_an_open_follow_up_without_a_day_stands_at_the_end():
    rows = [dialogue(follow_ups=(follow_up(1, due_on=None), follow_up(2)))]
    assert [(one.days, one.reminder) for one in due(rows, NOON)] == [(2, "7"), (None, "undated")]


def test_today_is_the_day_in_utc():
    rows = [dialogue(follow_ups=(follow_up(1),))]
    assert [one.days for one in due(rows, NOON + 11 * HOUR_US)] == [1]
    assert [one.days for one in due(rows, NOON + 12 * HOUR_US)] == [0]


def test_a_notice_is_due_until_it_begins():
    notice = ConfidenceNotice(
        row_id="n", kind="transit", title="Passage", from_party="A", parties=("B",), begins_at=NOON + 24 * HOUR_US,
        ends_at=None, area="", lat_deg=None, lon_deg=None, units=(), text="", contact="desk", **SOURCED,
    )  # fmt: skip
    assert [(one.what, one.days, one.owner) for one in due([notice], NOON)] == [("notice", 1, "desk")]


def test_ties_count_what_two_did_by_year_and_kind():
    found = ties([exercise(), exercise("ex-2"), dialogue(), transfer(), transfer("tr-2", order_year=None)])
    assert [(one.pair, one.year, one.counts, one.total) for one in found] == [
        (("A", "B"), 2017, {"transfer": 1}, 1),
        (("A", "B"), 2025, {"exercise": 2}, 2),
        (("A", "B"), 2026, {"dialogue": 1}, 1),
    ]


def test_the_busiest_party_is_in_most_rows_and_a_forum_makes_nobody_busy():
    assert busiest([UNION, exercise(), instrument(parties=("B", "C"))]) == "B"
    assert busiest([UNION]) is None
