"""The trend index: published factors, users' values, estimates carried, and nothing left out silently."""

import pytest
from registers import transfer

from hanbada.accord.trend import trend
from hanbada.model.register import Figure


@pytest.mark.parametrize(("condition", "amount"), [("new", 100.0), ("second_hand", 40.0), ("refurbished", 66.0)])
def test_second_hand_counts_forty_and_refurbished_sixty_six_per_cent(condition, amount):
    assert trend([transfer(condition=condition)], {"X1": 10.0}).years() == {2020: (pytest.approx(amount), False)}


def test_the_published_example_of_six_eurofighters_comes_out():
    """SIPRI, Explanation of the TIV tables: six at 55 million in 2009 are 330 million."""
    row = transfer(designation="Eurofighter", delivered=Figure(value=6), delivery_years=(Figure(value=2009),))
    assert trend([row], {"Eurofighter": 55.0}).years() == {2009: (330.0, False)}


def test_it_says_what_it_is():
    assert trend([], {}).label == "capability, not price"


def test_a_missing_unit_value_is_named_and_adds_nothing():
    found = trend([transfer("a"), transfer("b", designation="X2")], {"X1": 1.0})
    assert found.without_value == ("b",)
    assert [one.row_id for one in found.shares] == ["a"]


def test_a_missing_number_or_year_is_named():
    rows = [transfer("a", delivered=None), transfer("b", delivery_years=())]
    found = trend(rows, {"X1": 1.0})
    assert (found.shares, found.without_number) == ((), ("a", "b"))


@pytest.mark.parametrize("kind", ["joint_development", "technology_agreement"])
def test_what_moves_no_units_is_left_out_by_name(kind):
    found = trend([transfer(kind=kind)], {"X1": 1.0})
    assert (found.shares, found.not_countable) == ((), ("tr",))


@pytest.mark.parametrize(
    "changes",
    [
        {"delivered": Figure(value=10, estimate=True)},
        {"delivery_years": (Figure(value=2020, estimate=True),)},
        {"delivery_years": (Figure(value=2020), Figure(value=2021))},
    ],
)
def test_brackets_and_shared_years_make_an_estimate(changes):
    found = trend([transfer(**changes)], {"X1": 1.0})
    assert all(one.estimate for one in found.shares)
    assert sum(amount for amount, _ in found.years().values()) == pytest.approx(10.0)
