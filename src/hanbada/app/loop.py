"""The loop around the step: takes what came, keeps it, shows it, tells it, and looks up as time goes on.

The order is what makes a crash harmless: lines are on disk before anything follows from them; what is told is on disk
before it is shown; rows reach the archive together with the number of the last line they come from, and from there the
log is read again when the node starts.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.app import watch as steps
from hanbada.app.feeding import HEARD_TO
from hanbada.app.inbox import Lines
from hanbada.app.keeper import MOST_ROWS
from hanbada.app.overseeing import Overseer
from hanbada.app.watch import Given
from hanbada.engine.watch import checked_params, expire, retune
from hanbada.model.desk import AlertFilter
from hanbada.model.ids import LINE_BITS
from hanbada.model.records import SEVERITIES
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US
from hanbada.store.desk import NODE, far
from hanbada.store.lines import Heard
from hanbada.tracks.segments import vessel_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hanbada.app.inbox import Given as GivenItem
    from hanbada.app.inbox import Inbox
    from hanbada.app.keeper import Keeper
    from hanbada.app.picture import Picture
    from hanbada.app.watch import State
    from hanbada.incidents.reports.report import Ship
    from hanbada.model.records import Detection
    from hanbada.store.desk import DeskStore
    from hanbada.store.lines import LineLog

LOOK_US = 5 * SECOND_US
"""How often time alone is looked at."""
WRITE_S = 30.0
"""How often the archive is written."""
TIDY_US = HOUR_US
"""How often what ended long ago is forgotten, files of the archive are joined and old lines dropped."""
EXPIRE_US = 72 * HOUR_US
LINES_US = 30 * 24 * HOUR_US
"""Raw lines are kept for thirty days; what became of them is kept for ever."""
BREATH_S = 0.003
"""Between two steps: what comes meanwhile is taken together, which costs far less than line by line."""
TOGETHER_US = 50_000
"""Lines taken in one step are logged and decoded together if they were received within this time, as of the first."""
ARCHIVED = "archived"
"""Mark: the number of the last record of the log whose rows are in the archive."""
HISTORY = 60
"""Minutes of rates shown for a source."""


class Latency(NamedTuple):
    """How long a step's lines waited from the socket until what followed from them was on disk and on screen.

    `at_s` is the monotonic clock then.
    """

    messages: int
    wait_s: float
    at_s: float


@dataclass(slots=True)
class Rate:
    """Messages of a source minute by minute."""

    minutes: deque[int] = field(default_factory=lambda: deque(maxlen=HISTORY))
    minute: int = -1
    before: int = 0

    def note(self, messages: int, now_us: int) -> None:
        """`messages` so far."""
        minute = now_us // MINUTE_US
        if minute != self.minute:
            self.minutes.append(messages - self.before)
            self.minute, self.before = minute, messages


def _unnoted(_: str, __: dict[str, str]) -> None:
    """Nobody keeps which thresholds there are."""


class Loop:
    """One thread that owns the state of the watch."""

    def __init__(
        self, state: State, inbox: Inbox, lines: LineLog, desk: DeskStore, keeper: Keeper, picture: Picture,
        now_us: Callable[[], int], port_m: Callable[[Detection], float] = far,
    ) -> None:  # fmt: skip
        self.port_m = port_m
        self.state, self.inbox, self.lines, self.desk = state, inbox, lines, desk
        self.keeper, self.picture, self.now_us = keeper, picture, now_us
        self.latencies: deque[Latency] = deque(maxlen=100_000)
        self.rates: dict[int, Rate] = {}
        self.fault: BaseException | None = None
        self.steps = count()
        self.tuned: Callable[[str, dict[str, str]], None] = _unnoted
        self._wanted: SimpleQueue[tuple[str, dict[str, str]]] = SimpleQueue()
        self.overseer = Overseer(desk, self._mmsi_of)
        self._stop = threading.Event()
        self._looked_us = self._tidied_us = 0
        self._written_s = time.monotonic()
        self._seq = -1
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Take what is there, write everything and end; raises what the loop ended with."""
        self._stop.set()
        self.inbox.wake()
        if self._thread.is_alive():
            self._thread.join()
        if self.fault is not None:
            raise self.fault

    @property
    def alive(self) -> bool:
        """Whether the loop runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self.once()
                time.sleep(BREATH_S)
            self.once(wait_s=0.0)
            self.look()
            self.write()
            self.keeper.wait()
        except BaseException as error:  # whoever started the loop asks for it
            self.fault = error
            raise

    def tune(self, kind: str, settings: dict[str, str]) -> None:
        """Let a detector work with other thresholds from the next step on; any thread may ask."""
        checked_params(kind, settings)
        self._wanted.put((kind, settings))
        self.inbox.wake()

    def _tune(self) -> None:
        while not self._wanted.empty():
            kind, settings = self._wanted.get()
            self.tuned(kind, settings)
            now = self.now_us()
            self.tell(retune(self.state.watch, kind, settings, now), now)

    def once(self, wait_s: float = 0.5) -> None:
        """Take what came and do what follows."""
        items = self.inbox.take(wait_s)
        self._tune()
        if items:
            outcome = self.take(self._kept(items))
            self.tell(outcome.said, self.now_us())
            self._note(items, outcome.messages)
        now = self.now_us()
        if now - self._looked_us >= LOOK_US:
            self.look()
        elif items and outcome.said:
            self.regrade()
        if time.monotonic() - self._written_s >= WRITE_S or self.keeper.rows >= MOST_ROWS:
            self.write()

    def _kept(self, items: Iterable[Lines | GivenItem]) -> list[Heard | Given]:
        """Put lines on disk and number them."""
        numbered: list[Heard | Given] = []
        last: dict[int, int] = {}
        for item in gathered(items):
            if isinstance(item, Lines):
                first = last.get(item.source, self.lines.last_line(item.source)) + 1
                last[item.source] = first + item.data.count(b"\n") - 1
                numbered.append(Heard(item.source, item.received_at, item.data, first))
            else:
                numbered.append(Given(item.source, item.reports))
        heard = [one for one in numbered if isinstance(one, Heard)]
        if heard:
            self.lines.append(heard)
        return numbered

    def take(self, batch: list[Heard | Given]) -> steps.Outcome:
        """One step, and what it shows; nothing is told yet."""
        outcome = steps.step(self.state, batch, self.now_us())
        next(self.steps)
        self.keeper.add(outcome)
        self.show(outcome)
        return outcome

    def show(self, outcome: steps.Outcome) -> None:
        """Move vessels in the picture and name their types."""
        rows, site = outcome.fresh, self.state.watch.site
        slot = vessel_places(site.segments, rows.mmsi)
        simulated = np.isin(rows.line_id >> LINE_BITS, list(self.state.simulated))
        named = set(self.picture.take(rows, slot, simulated))
        for statics in outcome.statics:
            named.update(statics["mmsi"].to_pylist())
        if named:
            self.picture.name_kinds({mmsi: site.identities.get(mmsi).ship_type for mmsi in named})

    def take_past(self, items: Iterable[Lines | GivenItem], at_us: int) -> int:
        """Take what came before the loop began, up to a time, and say what would have been said then; reports taken."""
        outcome = self.take(self._kept(items))
        self.tell(outcome.said, at_us)
        self.tell(steps.look(self.state, at_us, whole=True), at_us)
        return len(outcome.fresh.at)

    def look(self) -> None:
        """Time has gone on."""
        now = self._looked_us = self.now_us()
        self.tell([*steps.look(self.state, now), *self.overseer.look(now)], now)
        self.picture.age(now)
        for source, tally in self.state.tallies.items():
            self.rates.setdefault(source, Rate()).note(tally.messages, now)
        self.regrade()
        if now - self._tidied_us >= TIDY_US:
            self._tidied_us = now
            expire(self.state.watch, now - EXPIRE_US)
            self.lines.drop_before(now - LINES_US)
            self.keeper.tidy()
            self.desk.incident_desk.retire(NODE, now)
            gc.collect()

    def _mmsi_of(self, ship: Ship) -> int | None:
        """The radio of a ship that reported: as she said, else the one that is heard with her IMO number."""
        if ship.mmsi is not None or ship.imo is None:
            return ship.mmsi
        senders = list(self.state.watch.site.identities.imo_senders.get(ship.imo, {}))
        return senders[0] if len(senders) == 1 else None

    def regrade(self) -> None:
        """Colour vessels by their open alerts, if the desk has changed."""
        seq = self.desk.latest_seq()
        if seq != self._seq:
            self._seq = seq
            self.picture.grade(severities(self.desk))

    def tell(self, said: list[Detection], at_us: int) -> None:
        """Put what was found on the desk."""
        if said:
            self.desk.record(said, at_us, port_m=self.port_m)

    def write(self) -> None:
        """Begin to write the archive, up to the last line taken."""
        self._written_s = time.monotonic()
        if self.keeper.rows:
            heard_to = {str(source): line for source, line in self.state.watch.heard_to.items()}
            self.keeper.write({ARCHIVED: self.lines.last_seq, HEARD_TO: heard_to})

    def _note(self, items: Iterable[Lines | GivenItem], messages: int) -> None:
        now_s = time.monotonic()
        self.latencies.append(Latency(messages, now_s - min(item.came_s for item in items), now_s))


def gathered(items: Iterable[Lines | GivenItem]) -> Iterator[Lines | GivenItem]:
    """The items, lines of one source that came within TOGETHER_US as one: a decoder's cost is mostly that of a call."""
    held: Lines | None = None
    for item in items:
        if held is not None and isinstance(item, Lines) and _came_together(held, item):
            held = held._replace(data=held.data + item.data)
            continue
        if held is not None:
            yield held
        held = item if isinstance(item, Lines) else None
        if held is None:
            yield item
    if held is not None:
        yield held


def _came_together(first: Lines, then: Lines) -> bool:
    return first.source == then.source and 0 <= then.received_at - first.received_at <= TOGETHER_US


def severities(desk: DeskStore) -> dict[int, int]:
    """Rank of the gravest alert that nobody has dealt with, by MMSI: 1 caution, 2 warning, 3 alarm."""
    rank = {severity: len(SEVERITIES) - place for place, severity in enumerate(SEVERITIES)}
    found: dict[int, int] = {}
    for view in desk.alerts(AlertFilter(states=("new", "acknowledged"), limit=100_000)):
        for vessel in view.detection.vessels:
            found[vessel.mmsi] = max(found.get(vessel.mmsi, 0), rank[view.detection.severity])
    return found
