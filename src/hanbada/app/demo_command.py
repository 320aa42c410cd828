"""What `hanbada demo` does: a node on real recordings and a simulated strait, as if both were of today.

Recordings are moved in time so that they go on for a while from now; their sources say so. What lies behind is taken
first, in slices of time as a live watch would have met it; the rest comes at its own pace. Simulated traffic says SIM
in every name and is marked SIMULATED on every screen.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from functools import partial
from importlib import resources
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanbada.app import demo_partners
from hanbada.app.clocks import WallClock
from hanbada.app.config import data_dir
from hanbada.app.demo_check import check
from hanbada.app.feeding import REPORT_BYTES, Feed
from hanbada.app.inbox import Given, Lines
from hanbada.app.intake import Account, read_reports
from hanbada.app.running import Running, Watching, opened, run
from hanbada.app.screens import start_code
from hanbada.app.serve_command import say
from hanbada.app.warming import warm
from hanbada.app.web import Settings
from hanbada.engine.watch import Reports
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.korea_words import LOOK
from hanbada.exercise.traffic import arrivals
from hanbada.model.desk import Rule
from hanbada.model.errors import UsageError
from hanbada.model.tables import STATICS
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US
from hanbada.store.sources import About

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hanbada.app.clocks import Clock
    from hanbada.app.inbox import Inbox
    from hanbada.store.desk import DeskStore

HOME = "demo"
SEED = 2026
CURTAIN_US = 100 * SECOND_US
"""The story of the strait opened so long ago: its first alerts come while somebody looks."""
SLICE_US, OLD_SLICE_US = 10 * MINUTE_US, HOUR_US
RECENT_US = 24 * HOUR_US
PACE_S = 1.0
FAR_US = 4_000_000_000 * SECOND_US
WORDS = """
Hanbada is at {address}
One-time code for the first visit: {code}

{look}

United States, east coast, and the Solent are real recordings, moved in time so that they go on now.
End with Ctrl-C.
"""


class Recording(NamedTuple):
    """A bundled recording, and how much of it is still to come when the demo starts."""

    file: str
    name: str
    licence: str
    left_us: int


RECORDINGS = (
    Recording(
        "us_coastal_20200630.parquet", "US coastal waters, 30 June 2020, moved in time", "public domain", 6 * HOUR_US
    ),
    Recording(
        "new_york_202012.parquet", "New York Harbor, 1 to 7 December 2020, moved in time", "public domain", 6 * HOUR_US
    ),
    Recording(
        "solent_20160112.csv.gz", "Solent, 12 January 2016, moved in time", "MIT (Dstl Stone Soup)", 40 * MINUTE_US
    ),
)
STRAIT = "Korea Strait, SIMULATED"
RULES = (
    Rule(
        kind="gap",
        least_probability=0.95,
        why="The recordings hold some of the ships there were: ships vanish from them.",
    ),
)
"""What an officer who knows these recordings would set."""


def demo(host: str, port: int, data: Path | None, *, check_only: bool) -> int:
    """Build a node afresh, run it, say what to look at; the exit code."""
    began = time.monotonic()
    home = _fresh_home(data_dir(data) / HOME)
    warm(lambda: say("Compiling, which takes about half a minute the first time on a machine ..."))
    zones = (_bundled() / "exercise_zones.geojson").read_bytes()
    show = _Show(WallClock())
    with opened(home, show.feeds, show.clock, Watching(zones, "exercise zones")) as running:
        for rule in RULES:
            running.desk.set_rule(rule, "demo", show.clock.now_us())
        partners = demo_partners.joined(home, running.desk.engine)
        with demo_partners.running(partners) as screens:
            rows = show.past(running)
            say(f"{rows:,} reports taken and judged; {time.monotonic() - began:.0f} s since the start")
            code, found = start_code(running.desk, show.clock.now_us()) or "", list[int]()
            looking = partial(demo_partners.check, partners, running.desk)
            telling = partial(demo_partners.show, partners, screens, running.desk, home)
            ready = partial(_look_and_end, code, found, looking) if check_only else partial(_announce, code, telling)
            exchange = f"127.0.0.1:{partners.port}"
            asyncio.run(run(running, host, port, ready=ready, settings=Settings(data_dir=home), exchange=exchange))
    return (found or [1])[0] if check_only else 0


def _fresh_home(home: Path) -> Path:
    """An empty folder for the demo; only what an earlier demo left is removed."""
    if home.exists() and any(home.iterdir()) and not (home / "desk.sqlite").exists():
        message = f"{home} is not empty and no earlier demo; give another place with --data"
        raise UsageError(message)
    shutil.rmtree(home, ignore_errors=True)
    return home


def _bundled() -> Path:
    return Path(str(resources.files("hanbada.app") / "demo_data"))


class _Show:
    """The demo's feeds: recordings and the strait, each with a past and a future around the start."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.began_us = clock.now_us()
        self.scenario = korea_strait(self.began_us - CURTAIN_US)
        self.recorded: dict[int, Reports] = {}
        self.strait = 0

    def feeds(self, desk: DeskStore) -> list[Feed]:
        """Each with its number."""
        found = []
        for recording in RECORDINGS:
            path = _bundled() / recording.file
            about = About(address=recording.file, licence=recording.licence)
            number = desk.source_number(recording.name, about, self.began_us)
            self.recorded[number] = _moved(path, number, self.began_us + recording.left_us)
            found.append(Feed(number, recording.name, about, self._go_on, path=str(path)))
        about = About(address=STRAIT, licence="simulated; free to use", shareable=True, simulated=True)
        self.strait = desk.source_number(STRAIT, about, self.began_us)
        return [*found, Feed(self.strait, STRAIT, about, self._sail)]

    def past(self, running: Running) -> int:
        """Take what lies behind, slice by slice, as a live watch would have; how many reports."""
        taken, lead_us = 0, int(self.scenario.lead_s * SECOND_US)
        strait = _gathered(arrivals(self.scenario, self.scenario.epoch_at - lead_us, self.began_us, SEED), MINUTE_US)
        waiting = next(strait, None)
        for start_us, stop_us in _slices(self.recorded.values(), self.began_us):
            items: list[Lines | Given] = [
                Given(number, some, 0.0)
                for number, whole in self.recorded.items()
                if _some(some := _span(whole, start_us, stop_us))
            ]
            while waiting is not None and waiting[0] < stop_us:
                items.append(Lines(self.strait, waiting[0], waiting[1], 0.0))
                waiting = next(strait, None)
            taken += running.loop.take_past(items, stop_us)
        running.loop.write()
        return taken

    async def _go_on(self, feed: Feed, inbox: Inbox, clock: Clock) -> None:
        """The rest of a recording at its own pace."""
        whole, done_us = self.recorded[feed.number], self.began_us
        feed.health.connected = True
        while _some(_span(whole, done_us, FAR_US)):
            await asyncio.sleep(PACE_S)
            now = clock.now_us()
            some, done_us = _span(whole, done_us, now), now
            if _some(some):
                inbox.offer(Given(feed.number, some, time.monotonic()), REPORT_BYTES * some.positions.num_rows)
        feed.health.connected, feed.health.fault = False, "the recording has ended"

    async def _sail(self, feed: Feed, inbox: Inbox, clock: Clock) -> None:
        """The strait from now on."""
        coming = _gathered(arrivals(self.scenario, self.began_us, FAR_US, SEED), SECOND_US)
        feed.health.connected = True
        while True:
            at_us, data = await asyncio.to_thread(next, coming)
            await asyncio.sleep(max(0.0, (at_us - clock.now_us()) / 1e6))
            inbox.offer(Lines(feed.number, at_us, data, time.monotonic()), len(data))


def _gathered(arriving: Iterable[tuple[int, bytes]], step_us: int) -> Iterator[tuple[int, bytes]]:
    """Lines gathered over equal steps of time: when a step ends, and all its lines."""
    for step, some in groupby(arriving, lambda one: one[0] // step_us):
        yield (step + 1) * step_us, b"\n".join(line for _, line in some) + b"\n"


def _moved(path: Path, number: int, end_us: int) -> Reports:
    """The reports of a recording, moved so that the last is of `end_us`, in the order of time."""
    account = Account(str(path))
    parts = list(read_reports(str(path), number, account))
    positions = pa.concat_tables([part.positions for part in parts])
    statics = pa.concat_tables([STATICS.empty(), *(part.statics for part in parts if part.statics is not None)])
    shift = end_us - pc.max(positions["at"].cast(pa.int64())).as_py()
    return Reports(_later(positions, shift), _later(statics, shift))


def _later(table: pa.Table, shift_us: int) -> pa.Table:
    place = table.schema.get_field_index("at")
    at = pc.add(table["at"].cast(pa.int64()), shift_us).cast(table.schema.field(place).type)
    return table.set_column(place, table.schema.field(place), at).sort_by("at")


def _span(whole: Reports, start_us: int, stop_us: int) -> Reports:
    """The reports of [start, stop)."""
    return Reports(*(_within(table, start_us, stop_us) for table in (whole.positions, whole.statics)))


def _within(table: pa.Table, start_us: int, stop_us: int) -> pa.Table:
    at = table["at"].cast(pa.int64()).to_numpy()
    first, last = np.searchsorted(at, [start_us, stop_us])
    return table.slice(first, last - first)


def _some(reports: Reports) -> bool:
    return bool(reports.positions.num_rows)


def _slices(recorded: Iterable[Reports], now_us: int) -> Iterator[tuple[int, int]]:
    """The past in slices: hours, and in the last day tens of minutes."""
    start = min(pc.min(whole.positions["at"].cast(pa.int64())).as_py() for whole in recorded)
    while start < now_us:
        size = SLICE_US if now_us - start <= RECENT_US else OLD_SLICE_US
        stop = min(now_us, start + size)
        yield start, stop
        start = stop


def _look_and_end(
    code: str, found: list[int], partners: Callable[[], int], address: str, end: Callable[[], None]
) -> None:
    """Check the demo beside it, note the exit code, and end."""

    def look() -> None:
        try:
            found.append(max(check(address, code), partners()))
        finally:
            end()

    threading.Thread(target=look, name="check").start()


def _announce(code: str, telling: Callable[[], None], address: str, _end: Callable[[], None]) -> None:
    say(WORDS.format(address=address, code=code, look=fill(LOOK["en"], 100)))
    threading.Thread(target=telling, name="partners", daemon=True).start()
