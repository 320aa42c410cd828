"""Simulated traffic at message level: AIVDM sentences with TAG blocks, as shore stations and a satellite forward them.

Everything is a pure function of scenario, seed and time, so any window can be made without what came before it, and two
windows that meet say the same as one. Lines come in the order in which they reach us; the time in the TAG block is the
receiving station's. Several stations hear most transmissions: copies differ in the TAG block only.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from hanbada.exercise.announcements import Sayings, announcement_lines
from hanbada.exercise.reception import latest_us
from hanbada.exercise.reports import cast_of, report_lines
from hanbada.exercise.slots import first_slot
from hanbada.model.times import MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.exercise.packing import Arrival
    from hanbada.exercise.scenario import Scenario

STRETCH_US = 5 * MINUTE_US
"""Traffic is made five minutes at a time."""


def lines(scenario: Scenario, start_us: int, stop_us: int, seed: int = 0) -> Iterator[bytes]:
    """The lines that reach us in [start_us, stop_us), in that order, without their ends; see `arrivals`."""
    for stretch in _stretches(scenario, start_us, stop_us, seed):
        yield from b"\n".join([message for _, message in stretch]).splitlines()


def arrivals(scenario: Scenario, start_us: int, stop_us: int, seed: int = 0) -> Iterator[tuple[int, bytes]]:
    """(when it reaches us, line without its end) for every line that reaches us in [start_us, stop_us), in that order.

    `stop_us` may lie years ahead: lines are made as they are asked for. Raises UsageError, when the first line is asked
    for, if a vessel cannot keep her plan.
    """
    for stretch in _stretches(scenario, start_us, stop_us, seed):
        for at, message in stretch:
            for line in message.splitlines():
                yield at, line


def _stretches(scenario: Scenario, start_us: int, stop_us: int, seed: int) -> Iterator[list[Arrival]]:
    cast, sayings = cast_of(scenario, seed), Sayings()
    stretch = (start_us - latest_us(cast.stations)) // STRETCH_US
    pending: list[Arrival] = []
    while stretch * STRETCH_US < stop_us:
        begin, end = first_slot(stretch * STRETCH_US), first_slot((stretch + 1) * STRETCH_US)
        pending += report_lines(cast, begin, end)
        pending += announcement_lines(cast, sayings, begin, end)
        pending.sort()
        stretch += 1
        first = bisect_left(pending, (start_us,))
        last = bisect_left(pending, (min(stretch * STRETCH_US, stop_us),))
        yield pending[first:last]
        pending = pending[last:]
