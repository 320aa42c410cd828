"""A ship's wrong clock changes nothing of what is said of the others: at once, by parts, or as a live watch."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

from hanbada.engine.local import Kept, take_as_live
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from ships import NO_PORTS, SECOND, Scene, peers

SHIP, WRONG = 440_123_456, 440_999_999
HOUR, DAY = 3600, 86_400
ENDS_S = 14 * HOUR
HELD_S = HOUR
"""One ship hours ahead all the time leads by so much at most."""


def silence(*wrong_s: float):
    """A ship that falls silent among others and is not heard again; and another's rows, dated some seconds later."""
    scene = Scene()
    peers(scene, 34.0, 129.0, 0, ENDS_S)
    scene.sail(SHIP, 34.0, 129.0, 45.0, 1.0, 0, 2 * HOUR)
    table = scene.table()
    if not wrong_s:
        return table
    odd = Scene()
    for sent_s in wrong_s:
        odd.report(WRONG, sent_s, 34.1, 129.1, 8.0, 0.0)
    rows = odd.table(source=1)
    places = np.linspace(0, len(table), len(rows) + 2).astype(int)[1:-1]
    parts = [table.slice(a, b - a) for a, b in itertools.pairwise([0, *places, len(table)])]
    return pa.concat_tables([
        part for pair in itertools.zip_longest(parts, [rows.slice(i, 1) for i in range(len(rows))])
        for part in pair if part is not None
    ])  # fmt: skip


def of_others(found):
    return [(one.detection_id, one.judged_at) for one in found if all(v.mmsi != WRONG for v in one.vessels)]


def at_once(table, step=None):
    watch = start(NO_PORTS, only=["gap"], settings={"gap.min_h": "4"})
    for begin in range(0, len(table), step or len(table)):
        take_reports(watch, Reports(table.slice(begin, step or len(table))))
        settle(watch)
    return watch


def live(table):
    watch = start(NO_PORTS, only=["gap"], settings={"gap.min_h": "4"})
    return list(take_as_live(watch, [Reports(table)], Kept())), watch


WRONG_BY = [(DAY * 700,), (-DAY * 7000.0, DAY * 700, DAY * 2), (10 * HOUR + ENDS_S, DAY * 300)]


@pytest.mark.parametrize("wrong_s", WRONG_BY)
@pytest.mark.parametrize("step", [None, 2_000])
def test_an_open_silence_stands_whatever_another_ships_clock_says(wrong_s, step) -> None:
    sound, odd = at_once(silence()), at_once(silence(*wrong_s), step)
    assert [(one.state, one.vessels[0].mmsi) for one in standing(sound)] == [("open", SHIP)]
    assert of_others(standing(odd)) == of_others(standing(sound))


@pytest.mark.parametrize("wrong_s", WRONG_BY)
def test_a_live_watch_says_every_version_at_its_time_whatever_another_ships_clock_says(wrong_s) -> None:
    sound, odd = live(silence())[0], live(silence(*wrong_s))[0]
    assert len(sound) > 10
    assert of_others(odd) == of_others(sound)


def test_a_clock_that_is_always_hours_ahead_leads_by_an_hour_at_most() -> None:
    times = np.arange(0, ENDS_S, 60.0) + 9 * HOUR
    sound, odd = at_once(silence()), at_once(silence(*times))
    (one,), (other,) = ([d for d in standing(watch) if d.vessels[0].mmsi == SHIP] for watch in (sound, odd))
    assert other.episode_id == one.episode_id
    assert 0 <= other.judged_at - one.judged_at <= HELD_S * SECOND


@pytest.mark.parametrize("ships", [1, 2, 3, 12])
def test_when_all_ships_come_back_after_a_day_time_goes_on(ships) -> None:
    scene = Scene()
    for ship, begin in itertools.product(range(ships), (0, DAY)):
        scene.sail(SHIP + ship, 34.0 + ship / 10, 129.0, 45.0, 8.0, begin, begin + 3 * HOUR, 60.0)
    watch = at_once(scene.table())
    assert watch.now_us == scene.start_us + (DAY + 3 * HOUR - 60) * SECOND


def test_few_ships_go_on_alone() -> None:
    scene = Scene()
    scene.sail(SHIP, 34.0, 129.0, 45.0, 8.0, 0, 2 * HOUR, 60.0)
    scene.sail(SHIP + 1, 34.1, 129.0, 45.0, 8.0, 0, ENDS_S, 60.0)
    watch = at_once(scene.table())
    assert watch.now_us == scene.start_us + (ENDS_S - 60) * SECOND
