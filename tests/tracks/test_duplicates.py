"""What several receivers heard of one transmission counts once, however late the copies come."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rowsets import as_rows, several

from hanbada.tracks.duplicates import Heard, first_heard
from hanbada.tracks.rows import rows, take
from ships import SECOND

BEGIN = 1_700_000_000 * SECOND
SHIP = 440_123_456


def heard_at(*seconds, utc_second=17, **others):
    """One content heard at several times."""
    made = as_rows([(BEGIN + round(s * SECOND), SHIP, 34.0, 128.0, 12.3, 45.6, 1) for s in seconds])
    return made._replace(utc_second=np.full(len(seconds), utc_second), **others)


@pytest.mark.parametrize(
    ("seconds", "fresh"),
    [
        ((0, 0.2, 3), [True, False, False]),
        ((0, 29.9, 30.1), [True, False, True]),
        ((0, 60, 120), [True, True, True]),
        ((60, 0, 59, 1), [True, True, False, False]),
    ],
)
def test_one_content_within_half_a_minute_is_one_transmission(seconds, fresh):
    state = Heard()
    assert first_heard(state, heard_at(*seconds)).tolist() == fresh
    assert state.repeats == fresh.count(False)


@pytest.mark.parametrize(
    "column", ["mmsi", "lat_deg", "lon_deg", "sog_kn", "cog_deg", "heading_deg", "utc_second", "msg_type"]
)
def test_another_value_in_any_column_is_another_transmission(column):
    two = heard_at(0, 1, heading_deg=np.array([90, 90]))
    values = getattr(two, column).copy()
    values[1] += 1
    assert first_heard(Heard(), two).all()[()] is np.False_
    assert first_heard(Heard(), two._replace(**{column: values})).all()


def test_roundings_of_providers_do_not_tell_copies_apart():
    two = heard_at(0, 1)
    lat, sog = two.lat_deg.copy(), two.sog_kn.copy()
    lat[1] += 1e-7
    sog[1] = np.float32(12.3)
    assert first_heard(Heard(), two._replace(lat_deg=lat, sog_kn=sog)).tolist() == [True, False]


def test_without_the_second_of_the_fix_only_the_same_time_makes_it_the_same():
    assert first_heard(Heard(), heard_at(0, 0, 10, utc_second=-1)).tolist() == [True, False, True]


def test_nulls_are_a_content_too():
    nothing = heard_at(0, 1, lat_deg=np.full(2, np.nan), lon_deg=np.full(2, np.nan), sog_kn=np.full(2, np.nan))
    assert first_heard(Heard(), nothing).tolist() == [True, False]


def twice(seed=4):
    """Every report of a scene heard by two receivers, the second up to five seconds later; which are the copies."""
    found = rows(several())
    found = found._replace(utc_second=found.at // SECOND % 60)
    delay = np.random.default_rng(seed).integers(0, 5 * SECOND, len(found.at))
    at = np.concatenate([found.at, found.at + delay])
    order = np.argsort(at, kind="stable")
    both = take(found, np.tile(np.arange(len(found.at)), 2))
    return take(both._replace(at=at), order), order >= len(found.at)


def test_two_receivers_make_one_track():
    both, copies = twice()
    fresh = first_heard(Heard(), both)
    assert fresh.sum() == (~copies).sum()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 2 * len(several())), max_size=8))
def test_any_cut_finds_the_same_copies(cuts):
    both, _ = twice()
    state, edges = Heard(), [0, *sorted(cuts), len(both.at)]
    pieces = [first_heard(state, take(both, slice(a, b))) for a, b in pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(pieces), first_heard(Heard(), both))


def test_a_full_memory_forgets_the_longest_unheard_and_still_finds_what_is_recent():
    many = 3000
    made = as_rows([(BEGIN + i * SECOND // 100, 200_000_000 + i, 10.0, 20.0, 5.0, 0.0, 1) for i in range(many)])
    made = made._replace(utc_second=np.zeros(many, np.int64))
    state = Heard(table=np.zeros((256, 3), np.int64), most=1024)
    assert first_heard(state, made).all()
    assert len(state.table) == len(state.older) == 512
    again = take(made, slice(many - 100, None))
    assert not first_heard(state, again._replace(at=again.at + SECOND)).any()


def test_a_memory_that_lasts_long_enough_does_not_grow():
    slow = as_rows([(BEGIN + i * 10 * SECOND, 200_000_000 + i, 10.0, 20.0, 5.0, 0.0, 1) for i in range(600)])
    state = Heard(table=np.zeros((64, 3), np.int64))
    assert first_heard(state, slow._replace(utc_second=np.zeros(600, np.int64))).all()
    assert len(state.table) == 64


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 2 * len(several())), max_size=8))
def test_small_tables_find_the_same_copies_however_rows_are_cut(cuts):
    both, copies = twice()
    state, edges = Heard(table=np.zeros((64, 3), np.int64)), [0, *sorted(cuts), len(both.at)]
    pieces = [first_heard(state, take(both, slice(a, b))) for a, b in pairwise(edges)]
    assert np.concatenate(pieces).sum() == (~copies).sum()
