"""Bytes exchanged with each partner in the hour that runs, and how many they may be: low bandwidth by agreement.

When the hour's budget is used up only what is urgent still goes: recalls and the link's own business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.errors import UsageError
from hanbada.model.exchange import LANES, URGENT
from hanbada.model.times import HOUR_US
from hanbada.store import marks
from hanbada.store.events import deed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.store.events import Written

_BUDGETS = f"{marks.OURS}budgets"
_SPENT = f"{marks.OURS}traffic."
LEAST = 4_096
"""A budget below this would not carry the link itself."""
ROOM = 100_000
"""Bytes of entries in a frame that goes over the network: some 20 kB on the wire, three seconds at 64 kbit/s. A frame
counts once it is whole; what a link that breaks has to say again is at most one."""
FRAME = 512
"""What a frame needs beside its entries, TLS included."""


class Traffic(NamedTuple):
    """Bytes exchanged this hour, and the budget of an hour (None: as many as it takes)."""

    spent: int
    budget: int | None

    @property
    def left(self) -> int:
        """What is left of this hour's budget; the room of a frame where there is none."""
        return ROOM if self.budget is None else max(0, self.budget - self.spent)


def of(connection: Connection, partner: str, now_us: int) -> Traffic:
    """The traffic with a partner in the hour that runs."""
    began, spent = marks.get(connection, _SPENT + partner) or (0, 0)
    budgets = marks.get(connection, _BUDGETS) or {}
    return Traffic(spent if now_us // HOUR_US == began else 0, budgets.get(partner))


def add(connection: Connection, partner: str, size: int, now_us: int) -> None:
    """Count what was exchanged."""
    spent = of(connection, partner, now_us).spent + size
    marks.put(connection, _SPENT + partner, (now_us // HOUR_US, spent), now_us)


def limit(connection: Connection, partner: str, budget: int | None, written: Written) -> None:
    """Set the budget of an hour, None for none; raises UsageError if it would not carry the link itself."""
    if budget is not None and budget < LEAST:
        message = f"a budget has at least {LEAST} bytes an hour, or is 0 for none"
        raise UsageError(message)
    budgets = marks.get(connection, _BUDGETS) or {}
    marks.put(connection, _BUDGETS, {**budgets, partner: budget}, written.at_us)
    deed(connection, written, "budget_set", f"partner/{partner}", bytes_an_hour=budget)


def room(connection: Connection, partner: str, now_us: int, spent: int = 0) -> tuple[int, tuple[int, ...]]:
    """Bytes of entries for the next frame, and the lanes that may go, after `spent` bytes that are not counted yet."""
    here = of(connection, partner, now_us)
    left = ROOM if here.budget is None else here.left - spent - FRAME
    return (min(left, ROOM), LANES) if left > FRAME else (ROOM, (URGENT,))
