"""One hull or two: every feature weighs what the table says, vetoes stand, and groups hold no veto."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.reference.linking import LINKED, NO_MEETING, Hull, Meeting, hulls, link

SHIP = Hull(440_123_456, 9329760, "D7AB", "DONGWON 101 HO", 100.0, 16.0)
NOBODY = Hull(0)


def parts(one, other, meeting=NO_MEETING, **options):
    return {part.feature: part.llr for part in link(one, other, meeting, **options).parts}


def test_a_ship_is_herself() -> None:
    assert parts(SHIP, SHIP) == {"imo": 9, "call_sign": 5, "name": 4, "mmsi": 4, "length": 1, "beam": 0.7}
    assert link(SHIP, SHIP).one_hull


def test_a_ship_that_took_a_new_flag_is_still_herself() -> None:
    reflagged = SHIP._replace(mmsi=351_000_001, call_sign="3EAB7", name="OCEAN STAR")
    found = parts(SHIP, reflagged)
    assert (found["imo"], found["mmsi"], found["call_sign"], found["name"]) == (9, -0.5, -1.5, -2)
    assert link(SHIP, reflagged).one_hull


def test_two_imo_numbers_are_two_ships_unless_one_is_known_to_be_reused() -> None:
    other = SHIP._replace(imo=8358427)
    assert not link(SHIP, other).one_hull
    assert link(SHIP, other, reused_imo=frozenset({8358427})).one_hull


def test_a_number_whose_check_digit_is_wrong_says_nothing() -> None:
    assert "imo" not in parts(SHIP, SHIP._replace(imo=9329761))


def test_ships_heard_far_apart_at_one_time_are_two() -> None:
    assert not link(SHIP, SHIP, Meeting(together_nmi=30)).one_hull
    assert link(SHIP, SHIP, Meeting(together_nmi=20)).one_hull


def test_the_cable_case_is_one_hull_by_handoff_and_words_that_changed_places() -> None:
    """Off Taiwan in January 2025 one fell silent and the other began a minute later, 15 m away."""
    before, after = Hull(613003889, name="SHUN XING 39"), Hull(677087200, 8358427, name="XING SHUN 39")
    assert link(before, after, Meeting(wait_s=60, way_m=15)).llr == pytest.approx(9.5)
    assert not link(before, after).one_hull


@pytest.mark.parametrize(
    ("meeting", "holds"),
    [
        (Meeting(wait_s=1800, way_m=500), True), (Meeting(wait_s=1801, way_m=10), False), (Meeting(wait_s=600, way_m=2000), True),
        (Meeting(wait_s=600, way_m=2400), False), (Meeting(wait_s=-1, way_m=0), False), (Meeting(wait_s=60), False),
    ],
)  # fmt: skip
def test_a_handoff_is_as_near_as_a_ship_gets(meeting, holds) -> None:
    assert ("handoff" in parts(NOBODY, NOBODY, meeting)) is holds


@pytest.mark.parametrize(("length", "weight"), [(102.0, 1.0), (110.0, None), (120.0, -3.0)])
def test_length_speaks_where_it_agrees_or_differs_much(length, weight) -> None:
    assert parts(Hull(1, length_m=100.0), Hull(2, length_m=length)).get("length") == weight


def test_a_sister_ship_is_not_the_same_hull() -> None:
    sister = Hull(440_123_457, name="DONGWON 102 HO", length_m=100.0, beam_m=16.0)
    assert not link(SHIP._replace(imo=None, call_sign=None), sister).one_hull


def test_groups_follow_the_strongest_links_and_hold_no_veto() -> None:
    a, b = SHIP, SHIP._replace(mmsi=351_000_001)
    c = SHIP._replace(imo=None, mmsi=351_000_001)
    other = Hull(412_000_001, 8358427, "BXYZ", "HONG TAI 58")
    assert hulls([a, other, b, c], {}) == [[0, 2, 3], [1]]
    assert hulls([a, other, b, c], {(0, 3): Meeting(together_nmi=300)}) == [[0, 2], [1], [3]]
    assert hulls([], {}) == []


HULLS = st.builds(
    Hull, st.sampled_from([1, 2]), st.sampled_from([None, 9329760, 8358427]), st.sampled_from([None, "D7AB", "X"]),
    st.sampled_from([None, "A B 1", "B A 1", "C"]), st.sampled_from([None, 100.0, 130.0]), st.sampled_from([None, 16.0]),
)  # fmt: skip


@given(st.lists(HULLS, max_size=6))
def test_a_link_is_the_same_both_ways_and_every_identity_has_one_hull(identities) -> None:
    for one in identities:
        for other in identities:
            assert link(one, other) == link(other, one)
            assert link(one, other).llr == pytest.approx(sum(part.llr for part in link(one, other).parts))
    found = hulls(identities, {})
    assert sorted(k for group in found for k in group) == list(range(len(identities)))
    for group in found:
        for i in group:
            for j in group:
                assert not any(part.veto for part in link(identities[i], identities[j]).parts)
    assert LINKED > 0
