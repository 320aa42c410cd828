"""What feeds have brought and the watch has not taken yet: bounded, counted, never dropped silently."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hanbada.engine.watch import Reports

LIMIT_BYTES = 64 << 20
"""Half a minute of the largest network known."""


class Lines(NamedTuple):
    """Whole lines of a network feed; `came_s` is the monotonic clock when the first of them was handed over."""

    source: int
    received_at: int
    data: bytes
    came_s: float


class Given(NamedTuple):
    """Reports read from a file, which is its own record of lines."""

    source: int
    reports: Reports
    came_s: float


class Inbox:
    """Handed over by feeds, taken whole by the watch. Any thread may call any method."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self.limit_bytes = limit_bytes
        self.waiting_bytes = 0
        self._items: list[Lines | Given] = []
        self._some = threading.Condition()

    def offer(self, item: Lines | Given, size: int) -> bool:
        """Hand over something of about `size` bytes; False if there is no room, and nothing was taken."""
        with self._some:
            if self.waiting_bytes + size > self.limit_bytes and self._items:
                return False
            self._items.append(item)
            self.waiting_bytes += size
            self._some.notify()
        return True

    def take(self, wait_s: float) -> list[Lines | Given]:
        """All that is there, as soon as there is something; nothing after `wait_s`."""
        with self._some:
            if not self._items:
                self._some.wait(wait_s)
            items, self._items, self.waiting_bytes = self._items, [], 0
        return items

    def wake(self) -> None:
        """Let whoever waits look up."""
        with self._some:
            self._some.notify()
