"""Forecasts of a running node: what ships did before is read from the archive now and then, beside everything else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hanbada.app.forecasts import items, known_past, outlook
from hanbada.app.tracks_of import tracked
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US
from hanbada.tracks.rows import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from hanbada.app.exports import Item
    from hanbada.tracks.analogs import History
    from hanbada.tracks.identity import Identities

PAST_US = 14 * DAY_US
"""How far back others are looked at."""
OLD_US = 30 * MINUTE_US
"""What is known of the past is read again when it is older than this."""
OWN_US = 24 * HOUR_US
"""Of the ship herself so much is read."""


class Outlooks:
    """The past as it was last read. Any thread may ask."""

    def __init__(
        self, read: Callable[[int, int, int | None], pa.Table], who: Identities, now_us: Callable[[], int]
    ) -> None:
        self._read, self._who, self._now_us = read, who, now_us
        self._past: History | None = None
        self._read_us = 0
        self._alone = threading.Lock()

    def of(self, mmsi: int, hours: float) -> list[Item] | None:
        """A ship's median path and regions, empty if too little is known of her; None while the past is being read."""
        past, now = self._past, self._now_us()
        if (past is None or now - self._read_us > OLD_US) and self._alone.acquire(blocking=False):
            threading.Thread(target=self._renew, args=(now,), name="past", daemon=True).start()
        if past is None:
            return None
        told = tracked(rows(self._read(now - OWN_US, now + 1, mmsi)), self._who)
        found = outlook(told, past, now, hours, [mmsi])
        return items(found, 0, hours) if len(found.forecast.mmsi) else []

    def _renew(self, now_us: int) -> None:
        try:
            told = tracked(rows(self._read(now_us - PAST_US, now_us + 1, None)), self._who)
            self._past, self._read_us = known_past(told, now_us), now_us
        finally:
            self._alone.release()
