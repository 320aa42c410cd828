"""Simulated traffic: lines any decoder reads, the same however a window is cut, at the intervals the rules ask for."""

import pytest

from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import arrivals
from hanbada.model.times import MINUTE_US

CURTAIN = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def scenario():
    return korea_strait(CURTAIN)


def test_a_window_cut_in_two_gives_the_same_lines(scenario):
    whole = list(arrivals(scenario, CURTAIN, CURTAIN + 3 * MINUTE_US))
    cut = CURTAIN + 83_456_789
    parts = [*arrivals(scenario, CURTAIN, cut), *arrivals(scenario, cut, CURTAIN + 3 * MINUTE_US)]
    assert len(whole) > 4000
    assert parts == whole
