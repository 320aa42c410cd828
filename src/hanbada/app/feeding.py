"""The feeds of a node: what they are, what runs them, how they are doing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from hanbada.app.inbox import Given, Lines
from hanbada.app.intake import Account, read_reports
from hanbada.app.web.ports import SourceHealth
from hanbada.engine.local import cut, times_of
from hanbada.feeds.network import FULL_PAUSE_S, Address, Health, follow, parse_address
from hanbada.model.errors import UsageError
from hanbada.model.times import SECOND_US
from hanbada.store.sources import About
from hanbada.tracks import clock as by_ships

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.app.clocks import Clock, ReplayClock
    from hanbada.app.inbox import Inbox
    from hanbada.app.loop import Loop
    from hanbada.engine.watch import Reports
    from hanbada.store.desk import DeskStore

Run: TypeAlias = Callable[["Feed", "Inbox", Any], Coroutine[Any, Any, None]]
"""The third is the clock that whoever chose the feeds chose with them."""
REPORT_BYTES = 100
"""What a report weighs in the inbox."""
RATE_S = 60
HEARD_TO = "heard_to"
"""Mark: the last line of each source whose rows are in the archive."""


@dataclass(slots=True)
class Feed:
    """One source of a node. `path` is the file it comes from, which keeps its lines; empty for others."""

    number: int
    name: str
    about: About
    run: Run
    path: str = ""
    health: Health = field(default_factory=Health)


@dataclass(slots=True)
class Feeding:
    """All feeds of a node, and the names of sources it had before."""

    feeds: list[Feed]
    inbox: Inbox
    names: dict[int, str]

    def name_of(self, number: int) -> str:
        """The name of a source."""
        return self.names.get(number, str(number))

    def path_of(self, number: int) -> str:
        """The file that keeps the lines of a source; empty if the log does."""
        return next((feed.path for feed in self.feeds if feed.number == number), "")

    async def run(self, clock: Clock) -> None:
        """Run all feeds until they end or the task is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for feed in self.feeds:
                tasks.create_task(feed.run(feed, self.inbox, clock), name=feed.name)

    def health(self, loop: Loop) -> list[SourceHealth]:
        """How each feed is doing."""
        return [_health(feed, loop) for feed in self.feeds]


def known_feed(address: str, desk: DeskStore, at_us: int) -> Feed:
    """The feed at an address, with its number of the desk; a file is replayed. UsageError if it is neither."""
    where = parse_address(address)
    if where is not None:
        about = About(address=str(where), licence="not stated")
        return Feed(desk.source_number(str(where), about, at_us), str(where), about, _network(where))
    path = Path(address)
    if not path.is_file():
        message = f"{address}: there is no such file; a feed is tcp://HOST:PORT, udp://HOST:PORT or a file"
        raise UsageError(message)
    about = About(address=path.name, licence="not stated")
    number = desk.source_number(path.name, about, at_us)
    taken = (desk.mark(HEARD_TO) or {}).get(str(number), 0)
    return Feed(number, path.name, about, replayed(str(path.resolve()), taken), path=str(path.resolve()))


def _network(where: Address) -> Run:
    async def run(feed: Feed, inbox: Inbox, clock: Clock) -> None:
        def offer(data: bytes) -> bool:
            now_us = clock.now_us()
            return inbox.offer(Lines(feed.number, now_us, data, time.monotonic()), len(data))

        await follow(where, feed.health, offer)

    return run


def replayed(path: str, since_line: int = 0) -> Run:
    """A file, paced by its own times from behind a line on; the clock must be a ReplayClock."""

    async def run(feed: Feed, inbox: Inbox, clock: ReplayClock) -> None:
        account, latest, heard = Account(path), 0, by_ships.Clock()
        pieces = read_reports(path, feed.number, account)
        feed.health.connected = True
        while (whole := await asyncio.to_thread(next, pieces, None)) is not None:
            behind = _behind(whole, since_line)
            times = _times(heard, latest, behind)
            for some in cut(behind, times, latest, SECOND_US):
                latest = max(latest, int(times[: some.positions.num_rows].max(initial=0)))
                times = times[some.positions.num_rows :]
                await _paced(some, latest, feed, inbox, clock)
        feed.health.connected = False
        feed.health.fault = account.damage or "the file has ended"

    return run


def _behind(whole: Reports, line_id: int) -> Reports:
    """The reports of lines after one."""
    if not line_id:
        return whole
    positions = _lines_behind(whole.positions, line_id)
    statics, safety = (None if one is None else _lines_behind(one, line_id) for one in (whole.statics, whole.safety))
    return whole._replace(positions=positions, statics=statics, safety=safety)


def _lines_behind(table: pa.Table, line_id: int) -> pa.Table:
    return table.filter(pa.array(table["line_id"].to_numpy() > line_id))


def _times(heard: by_ships.Clock, latest_us: int, some: Reports) -> NDArray[np.int64]:
    """What time it is after each position: that of the latest, but for those far ahead of what several ships reach."""
    at, mmsi = times_of(some)
    by_ships.go_on(heard, at, mmsi)
    return np.maximum.accumulate(np.where(at <= by_ships.latest(heard) + by_ships.LEAD_US, at, latest_us))


async def _paced(some: Reports, at_us: int, feed: Feed, inbox: Inbox, clock: ReplayClock) -> None:
    """Give reports when their time has come and there is room."""
    if at_us:
        clock.reach(at_us)
        while (wait_s := clock.wait_s(at_us)) > 0:
            await asyncio.sleep(min(wait_s, 0.2))
    size = REPORT_BYTES * (1 + some.positions.num_rows)
    while not inbox.offer(Given(feed.number, some, time.monotonic()), size):
        feed.health.held_s += FULL_PAUSE_S
        await asyncio.sleep(FULL_PAUSE_S)
    await asyncio.sleep(0)


def _health(feed: Feed, loop: Loop) -> SourceHealth:
    tally, rate = loop.state.tally(feed.number), loop.rates.get(feed.number)
    history = tuple(rate.minutes) if rate else ()
    rejects = dict(tally.rejects) | ({"from_the_future": tally.ahead} if tally.ahead else {})
    return SourceHealth(
        name=feed.name, simulated=feed.about.simulated, connected=feed.health.connected, last_at=tally.last_at,
        rate_per_s=(history[-1] / RATE_S) if history else 0.0,
        delay_s=None if tally.behind_us is None else round(tally.behind_us / 1e6, 1),
        lines=tally.lines or tally.messages, rejects=rejects, queue=loop.inbox.waiting_bytes,
        queue_limit=loop.inbox.limit_bytes, dropped=feed.health.dropped, licence=feed.about.licence,
        shareable=feed.about.shareable, history=history,
    )  # fmt: skip


def all_names(feeds: list[Feed], desk: DeskStore) -> dict[int, str]:
    """Names of sources by number, those of earlier runs too."""
    return {source.number: source.name for source in desk.sources()} | {feed.number: feed.name for feed in feeds}


def simulated(feeds: list[Feed], desk: DeskStore) -> frozenset[int]:
    """Numbers of sources that simulate, those of earlier runs too."""
    of_old = {source.number for source in desk.sources() if source.simulated}
    return frozenset(of_old | {feed.number for feed in feeds if feed.about.simulated})
