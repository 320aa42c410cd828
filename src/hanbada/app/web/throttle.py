"""Slowing down those who guess passwords: per name and per address, in memory."""

from __future__ import annotations

from threading import Lock

FREE_TRIES = 5
FIRST_WAIT_S = 15.0
LONGEST_WAIT_S = 900.0
FORGET_S = 3600.0
MOST_KEYS = 10_000
"""Beyond it the oldest are forgotten: a flood of names must not fill the memory."""


class Throttle:
    """Counts failures by key. Waits double from FIRST_WAIT_S after FREE_TRIES failures; a success forgets them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def wait_s(self, keys: tuple[str, ...], now_s: float) -> float:
        """How long these keys must still wait, 0 if they may try."""
        with self._lock:
            return max((self._wait_s(key, now_s) for key in keys), default=0.0)

    def failed(self, keys: tuple[str, ...], now_s: float) -> None:
        """One more failure for each key."""
        with self._lock:
            for key in keys:
                count, last_s = self._failures.pop(key, (0, now_s))
                count = 0 if now_s - last_s > FORGET_S else count
                self._failures[key] = (count + 1, now_s)
            while len(self._failures) > MOST_KEYS:
                del self._failures[next(iter(self._failures))]

    def succeeded(self, keys: tuple[str, ...]) -> None:
        """These keys begin afresh."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _wait_s(self, key: str, now_s: float) -> float:
        count, last_s = self._failures.get(key, (0, 0.0))
        if count < FREE_TRIES:
            return 0.0
        pause_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - FREE_TRIES, 16))
        return max(0.0, last_s + pause_s - now_s)
