"""The watch over reports that were promised: once a minute, what the desk knows against what is due."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hanbada.incidents.reports.alarms import KIND, alarms
from hanbada.incidents.reports.voyages import MOST_OPEN_US, voyages
from hanbada.model.times import MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.app.clocks import Clock
    from hanbada.incidents.reports.report import Ship
    from hanbada.model.records import Detection
    from hanbada.store.desk import DeskStore

LOOK_US = MINUTE_US
"""How often it looks: with the ten minutes a mail may take, people hear within a quarter of an hour."""


async def oversee(desk: DeskStore, clock: Clock) -> None:
    """Look for overdue reports at a node that hears no ships, until it is cancelled."""
    overseer = Overseer(desk)
    while True:
        await asyncio.to_thread(_once, desk, overseer, clock.now_us())
        await asyncio.sleep(LOOK_US / SECOND_US)


def _once(desk: DeskStore, overseer: Overseer, now_us: int) -> None:
    said = overseer.look(now_us)
    if said:
        desk.record(said, now_us)


class Overseer:
    """What looks for overdue reports; holds when it last did. `mmsi_of` names the radio of a ship that did not say."""

    def __init__(self, desk: DeskStore, mmsi_of: Callable[[Ship], int | None] = lambda ship: ship.mmsi) -> None:
        self._desk, self._mmsi_of = desk, mmsi_of
        self._looked_us: int | None = None

    def look(self, now_us: int) -> list[Detection]:
        """What is to be said now, once a minute; nothing in between."""
        if self._looked_us is not None and 0 <= now_us - self._looked_us < LOOK_US:
            return []
        self._looked_us = now_us
        known, standing = self._desk.report_desk.listed(now_us - MOST_OPEN_US), self._desk.report_desk.standing(KIND)
        if not known and not standing:
            return []
        received = [one.received_at for one in known]
        return alarms(voyages(known, now_us), standing, received, now_us, self._mmsi_of)
