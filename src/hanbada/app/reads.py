"""Who looked at what, for the audit log: noted in memory where a page is read, written by one thread.

A page waits for nothing but room in a queue: if the disk falls far behind, readers wait rather than read unseen. Each
person, action and thing is noted once an hour. `close` returns when all that was noted is on disk.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from hanbada.model.errors import StoreError
from hanbada.model.sharing import TLPS, Tlp
from hanbada.model.times import HOUR_US
from hanbada.store import ledger
from hanbada.store.database import writing
from hanbada.store.events import Written, deed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Engine

LOGGED: tuple[Tlp, ...] = TLPS[TLPS.index("AMBER") :]
"""Colours whose objects nobody looks at unseen."""
LOOKED, AUDIT_READ, SESSIONS_READ = "looked", "audit_read", "sessions_read"
MOST_WAITING = 10_000
BATCH = 500
RETRY_S = 1.0


class Read(NamedTuple):
    """Somebody looked at something: `about` is what the ledger keeps with it."""

    at_us: int
    by: str
    action: str
    subject: str
    about: dict[str, Any]

    @property
    def key(self) -> tuple[int, str, str, str]:
        """What is noted once: the hour, who, and what."""
        return self.at_us // HOUR_US, self.by, self.action, self.subject


class Reads:
    """What was looked at, on its way to the ledger of a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.Queue[Read | None] = queue.Queue(MOST_WAITING)
        self._noted: set[tuple[int, str, str, str]] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._writer: threading.Thread | None = None
        self._fault: StoreError | None = None

    def note(self, reads: Iterable[Read]) -> None:
        """Note what was looked at; what was noted in the same hour is not noted again."""
        for one in reads:
            if self._new(one):
                self._waiting.put(one)

    def flush(self) -> None:
        """Wait until all that was noted so far is on disk."""
        self._waiting.join()

    def close(self) -> None:
        """Write what is left and stop; raises StoreError if it could not be written."""
        self._closing.set()
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join()
        if self._fault is not None:
            raise self._fault

    def _new(self, one: Read) -> bool:
        with self._lock:
            if one.key in self._noted:
                return False
            if self._noted and next(iter(self._noted))[0] < one.key[0] - 1:
                self._noted = {key for key in self._noted if key[0] >= one.key[0] - 1}
            self._noted.add(one.key)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="reads", daemon=True)
                self._writer.start()
            return True

    def _write(self) -> None:
        going = True
        while going:
            taken = [self._waiting.get()]
            while len(taken) < BATCH and not self._waiting.empty():
                taken.append(self._waiting.get())
            going = None not in taken
            self._keep([one for one in taken if one is not None])
            for _ in taken:
                self._waiting.task_done()

    def _keep(self, batch: list[Read]) -> None:
        """Write a batch, again and again until it is written or the node stops."""
        while batch:
            try:
                with writing(self._engine) as connection:
                    for one in batch:
                        _written(connection, one)
            except StoreError as error:
                if self._closing.is_set():
                    self._fault = error
                    return
                self._closing.wait(RETRY_S)
            else:
                return


def _written(connection: Connection, one: Read) -> None:
    """One entry of the ledger, unless the same was written in this hour before the node was started again."""
    if not ledger.has(connection, one.by, one.action, one.subject, one.at_us // HOUR_US * HOUR_US):
        deed(connection, Written(by=one.by, at_us=one.at_us), one.action, one.subject, **one.about)
