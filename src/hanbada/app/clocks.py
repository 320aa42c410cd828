"""The time of the picture: the wall clock for feeds from the network, a file's own time for one that is replayed."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time of the picture in UTC microseconds; never goes back."""

    def now_us(self) -> int:
        """Now."""

    def reach(self, at_us: int) -> None:
        """Reports up to a time are at hand."""


class WallClock:
    """The time of this machine."""

    def now_us(self) -> int:
        """Now."""
        return time.time_ns() // 1000

    def reach(self, at_us: int) -> None:
        """Changes nothing: this clock waits for nobody."""


class ReplayClock:
    """The time in a file that is replayed.

    It begins with the first report, goes `speed` times as fast as ours, and stands still where the file ends. A speed
    of 0 goes as fast as reports can be taken.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began: tuple[float, int] | None = None
        self._reached = 0

    def now_us(self) -> int:
        """Now; the epoch before anything was replayed."""
        return min(self._reached, self.due_us())

    def due_us(self) -> int:
        """Up to where reports are due."""
        if self._began is None:
            return 0
        if not self.speed:
            return self._reached
        real, at_us = self._began
        return at_us + int((time.monotonic() - real) * self.speed * 1e6)

    def reach(self, at_us: int) -> None:
        """Reports up to a time are at hand."""
        if self._began is None:
            self._began = (time.monotonic(), at_us)
        self._reached = max(self._reached, at_us)

    def wait_s(self, at_us: int) -> float:
        """How long until reports of a time are due."""
        return 0.0 if not self.speed else (at_us - self.due_us()) / (1e6 * self.speed)
