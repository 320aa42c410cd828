"""What time it is by the reports themselves: no single ship's clock moves it.

It is the latest report's time, but no more than an hour beyond what three vessels have reached; a report further ahead
waits. A silence of everybody is crossed when three vessels, within a day of one another, are back. While fewer than
three vessels were heard at all, any of them is followed in steps of an hour, and further when it has sent ten reports.
So a clock years ahead, a row of a CSV file in another time zone or a wrong stamp of a receiver moves nothing. With
three vessels or more, what is reached depends on the reports and not on their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US
from hanbada.tracks import clock_kernel as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAD_US = HOUR_US
"""How far ahead of the others a ship is believed: in quiet waters, one that is heard alone goes on so far."""
WITNESSES = 3
"""Two ships with the same wrong clock (a GPS week rollover) do not outvote the others."""
AGREE_US = DAY_US
"""Wrong clocks are wrong each in its own way: three within a day of one another are right."""
ALONE = 10
"""Reports of one vessel that are believed while fewer than WITNESSES were heard."""
SLOT_US = 10 * MINUTE_US
MOST = 20_000
"""Slots of reports ahead that are kept: four months of one ship a year ahead. Those furthest ahead are dropped."""
NEVER = 1 << 62


@dataclass(slots=True)
class Ahead:
    """Reports of one vessel ahead of time, within a slot."""

    first_us: int
    last_us: int
    count: int = 1


def _no_time() -> NDArray[np.int64]:
    time = np.zeros(k.TIME, np.int64)
    time[k.NEXT] = NEVER
    return time


def _nobody() -> NDArray[np.int64]:
    return np.zeros(WITNESSES, np.int64)


@dataclass(slots=True)
class Clock:
    """What time it is, and what was reported ahead of it, by vessel and slot. Owned by one fold, changed in place."""

    time: NDArray[np.int64] = field(default_factory=_no_time)
    whose: NDArray[np.int64] = field(default_factory=_nobody)
    last: NDArray[np.int64] = field(default_factory=_nobody)
    """The vessels whose reports are the latest, and when those were sent."""
    ahead: dict[tuple[int, int], Ahead] = field(default_factory=dict)

    @property
    def reached_us(self) -> int:
        """The time reached (us); zero if no report is believed yet."""
        return int(self.time[k.REACHED])


def stopped(at_us: int) -> Clock:
    """The clock of a watch at some time, from where reports of some of its ships do not move it."""
    seen = at_us - LEAD_US
    return Clock(np.array([at_us, seen, NEVER]), -np.arange(1, WITNESSES + 1), np.full(WITNESSES, seen))


def copied(clock: Clock) -> Clock:
    """A clock that goes on from there by itself."""
    ahead = {key: Ahead(one.first_us, one.last_us, one.count) for key, one in clock.ahead.items()}
    return Clock(clock.time.copy(), clock.whose.copy(), clock.last.copy(), ahead)


def go_on(clock: Clock, at: NDArray[np.int64], mmsi: NDArray[np.int64]) -> NDArray[np.int64]:
    """Take reports in any order; the time reached after each (us)."""
    reached, done = np.empty(len(at), np.int64), 0
    while (done := _believe(clock, done, at, mmsi, reached)) < len(at):
        _put(clock, int(at[done]), int(mmsi[done]))
        _weigh(clock, int(at[done]), int(mmsi[done]))
        reached[done] = clock.reached_us
        done += 1
    return reached


def told(clock: Clock, at_us: int) -> None:
    """Somebody who knows says what time it is."""
    if at_us > clock.reached_us:
        clock.time[k.REACHED] = clock.time[k.SEEN] = at_us
        _take_up(clock)


def latest(clock: Clock) -> int:
    """The time reached; where there were too few reports to believe any, that of the latest."""
    return clock.reached_us or max((one.last_us for one in clock.ahead.values()), default=0)


def _believe(
    clock: Clock, begin: int, at: NDArray[np.int64], mmsi: NDArray[np.int64], reached: NDArray[np.int64]
) -> int:
    """Take reports up to the first too far ahead."""
    while True:
        begin = k.go_on(begin, at, mmsi, LEAD_US, clock.time, clock.whose, clock.last, reached)
        if clock.time[k.NEXT] > clock.time[k.SEEN] + LEAD_US:
            return begin
        _take_up(clock)
        reached[begin - 1] = clock.reached_us


def _take_up(clock: Clock) -> None:
    """Believe reports that are no longer too far ahead."""
    while clock.time[k.NEXT] <= clock.time[k.SEEN] + LEAD_US:
        due = sorted(key for key, one in clock.ahead.items() if one.first_us <= clock.time[k.SEEN] + LEAD_US)
        told_of = [(at, mmsi) for mmsi, slot in due for at in _times(clock.ahead.pop((mmsi, slot)))]
        clock.time[k.NEXT] = min((one.first_us for one in clock.ahead.values()), default=NEVER)
        for at, mmsi in told_of:
            row = np.array([[at], [mmsi], [0]], np.int64)
            later = clock.time.copy()
            later[k.NEXT] = NEVER
            if not k.go_on(0, row[0], row[1], LEAD_US, later, clock.whose, clock.last, row[2]):
                _put(clock, at, mmsi)
            clock.time[: k.NEXT] = later[: k.NEXT]


def _times(slot: Ahead) -> tuple[int, int]:
    return slot.first_us, slot.last_us


def _weigh(clock: Clock, at_us: int, mmsi: int) -> None:
    """Believe reports far ahead of time if there are enough."""
    seen = 0
    if len({whose for whose, _ in clock.ahead}) >= WITNESSES:
        seen = _witnessed(clock, at_us)
    elif not clock.last.all():
        theirs = [one for (whose, _), one in clock.ahead.items() if whose == mmsi]
        if sum(one.count for one in theirs) >= ALONE:
            seen = min(one.first_us for one in theirs)
    if seen > clock.time[k.SEEN]:
        clock.time[k.SEEN] = seen
        _take_up(clock)


def _put(clock: Clock, at_us: int, mmsi: int) -> None:
    key = mmsi, at_us // SLOT_US
    if (slot := clock.ahead.get(key)) is None:
        clock.ahead[key] = Ahead(at_us, at_us)
    else:
        slot.first_us, slot.last_us = min(slot.first_us, at_us), max(slot.last_us, at_us)
        slot.count += 1
    clock.time[k.NEXT] = min(clock.time[k.NEXT], at_us)
    if len(clock.ahead) > MOST:
        del clock.ahead[max(clock.ahead, key=lambda key: (key[1], key[0]))]


def _witnessed(clock: Clock, at_us: int) -> int:
    """The latest time that several vessels reached within a day of one another, one report being new; zero if none."""
    near = [(one.last_us, mmsi) for (mmsi, _), one in clock.ahead.items() if abs(one.last_us - at_us) <= AGREE_US]
    found = 0
    for end in {last for last, _ in near if last >= at_us}:
        theirs = dict(sorted((mmsi, last) for last, mmsi in near if end - AGREE_US <= last <= end))
        if len(theirs) >= WITNESSES:
            found = max(found, sorted(theirs.values())[-WITNESSES])
    return found
