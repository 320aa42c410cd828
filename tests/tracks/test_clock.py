"""What time it is, by what many ships say: no single clock moves it, a silence of everybody does not stop it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US
from hanbada.tracks.clock import LEAD_US, Clock, copied, go_on, latest, stopped, told

NOON = 1_700_000_000_000_000
YEAR = 365 * DAY_US


def after(*reports: tuple[int, int], cuts: tuple[int, ...] = ()) -> Clock:
    """The clock after reports (MMSI, microseconds from noon)."""
    clock = Clock()
    mmsi, at = np.array(reports, np.int64).reshape(-1, 2).T
    for some in np.split(np.arange(len(at)), cuts):
        go_on(clock, NOON + at[some], np.ascontiguousarray(mmsi[some]))
    return clock


def sails(mmsi: int, begin: int, end: int, every: int = 10 * MINUTE_US) -> list[tuple[int, int]]:
    return [(mmsi, at) for at in range(begin, end + 1, every)]


@pytest.mark.parametrize("ships", [1, 2, 3, 40])
def test_where_all_clocks_are_right_it_is_the_time_of_the_latest_report(ships) -> None:
    reports = sorted((at, mmsi) for mmsi in range(1, ships + 1) for _, at in sails(mmsi, 0, 5 * HOUR_US))
    assert latest(after(*((mmsi, at) for at, mmsi in reports))) == NOON + 5 * HOUR_US


@pytest.mark.parametrize("ahead", [2 * HOUR_US, DAY_US, YEAR])
@pytest.mark.parametrize("wrong", [1, 2])
@pytest.mark.parametrize("place", [0, 1, 50, 10_000])
def test_a_wrong_clock_or_two_move_nothing(ahead, wrong, place) -> None:
    sound = [one for at in range(0, 5 * HOUR_US + 1, 10 * MINUTE_US) for one in ((1, at), (2, at), (3, at))]
    reports = [*sound[:place], *((90 + ship, ahead + 5 * HOUR_US) for ship in range(wrong)), *sound[place:]]
    assert after(*reports).reached_us == NOON + 5 * HOUR_US


def test_a_ship_that_is_always_hours_ahead_moves_it_by_an_hour_at_most() -> None:
    reports = sorted((at, mmsi) for mmsi in (1, 2, 3) for _, at in sails(mmsi, 0, 3 * DAY_US))
    reports += [(at, 9) for _, at in sails(9, 0, 3 * DAY_US)]
    clock = after(*((mmsi, at + (9 * HOUR_US if mmsi == 9 else 0)) for at, mmsi in sorted(reports)))
    assert NOON + 3 * DAY_US <= clock.reached_us <= NOON + 3 * DAY_US + LEAD_US
    assert len(clock.ahead) < 9 * 6 + 1


@pytest.mark.parametrize("ships", [1, 2, 3, 40])
def test_a_day_without_any_report_is_crossed_when_ships_are_back(ships) -> None:
    before = [(mmsi, at) for _, at in sails(0, 0, 3 * HOUR_US) for mmsi in range(1, ships + 1)]
    back = [(mmsi, at) for _, at in sails(0, DAY_US, DAY_US + 3 * HOUR_US) for mmsi in range(1, ships + 1)]
    assert after(*before, *back).reached_us == NOON + DAY_US + 3 * HOUR_US


@pytest.mark.parametrize(("ships", "until"), [(2, 9 * HOUR_US), (3, 2 * HOUR_US)])
def test_a_ship_heard_alone_is_followed_for_an_hour_or_as_long_as_it_goes_where_there_are_but_two(ships, until) -> None:
    reports = [(mmsi, at) for _, at in sails(0, 0, HOUR_US) for mmsi in range(1, ships + 1)]
    assert after(*reports, *sails(1, HOUR_US, 9 * HOUR_US)).reached_us == NOON + until


def test_too_few_reports_to_believe_any_still_have_a_time() -> None:
    assert latest(after((1, 0), (1, 3 * HOUR_US))) == NOON + 3 * HOUR_US
    assert latest(Clock()) == 0


def test_whoever_says_the_time_is_believed_but_never_backwards() -> None:
    clock = after(*sails(1, 0, 3 * HOUR_US), (1, 9 * HOUR_US))
    told(clock, NOON + 8 * HOUR_US)
    assert clock.reached_us == NOON + 9 * HOUR_US
    told(clock, NOON)
    assert clock.reached_us == NOON + 9 * HOUR_US


reports_of_any = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 400)), min_size=1, max_size=60)
"""Six ships, times in steps of a quarter of an hour over four days."""


def believed(reports: list[tuple[int, int]]) -> int:
    """What is reached, slowly: by three ships within a day, and an hour more (us from noon)."""
    at = sorted({(when, mmsi) for mmsi, when in reports})
    reached = 0
    for end, _ in at:
        last = dict(sorted((mmsi, when) for when, mmsi in at if end - DAY_US <= when <= end))
        reached = max(reached, sorted(last.values())[-3] if len(last) >= 3 else 0)
    return max(when for when, _ in at if when <= reached + LEAD_US)


@given(reports_of_any, st.integers(0, 60), st.randoms(use_true_random=False))
def test_what_is_reached_depends_on_the_reports_not_on_their_order_or_how_they_are_cut(reports, cut, random) -> None:
    reports = [(mmsi, quarters * 15 * MINUTE_US) for mmsi, quarters in reports]
    began = [(101, 0), (102, 0), (103, 0)]
    shuffled = random.sample(reports, len(reports))
    whole = after(*began, *reports).reached_us
    assert after(*began, *shuffled, cuts=(min(cut, len(shuffled)),)).reached_us == whole
    assert whole == NOON + believed(began + reports)


@given(reports_of_any, st.integers(1, 6))
def test_some_of_the_ships_do_not_move_a_clock_stopped_where_all_had_brought_it(reports, ships) -> None:
    reports = [(1, 0), (2, 0), (3, 0), *((mmsi, quarters * 15 * MINUTE_US) for mmsi, quarters in reports)]
    clock = stopped(after(*reports).reached_us)
    some = np.array([one for one in reports if one[0] <= ships], np.int64)
    assert go_on(clock, NOON + some[:, 1], np.ascontiguousarray(some[:, 0]))[-1] == after(*reports).reached_us


def test_a_copy_goes_on_by_itself() -> None:
    clock = after(*sails(1, 0, 3 * HOUR_US), (1, 9 * HOUR_US))
    other = copied(clock)
    told(other, NOON + 8 * HOUR_US)
    assert clock.reached_us == NOON + 3 * HOUR_US
    assert len(clock.ahead) == 1
