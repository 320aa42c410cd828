"""A node from its data directory: opened, brought to where it was, run until it is told to stop, closed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec
import uvicorn

from hanbada.app.config import DATABASE, KEYS
from hanbada.app.configuration import configured
from hanbada.app.dossiers import known_registers
from hanbada.app.evidence import ARCHIVE, KEPT_RUNS, RUNS, NodeRun, as_text
from hanbada.app.feeding import Feed, Feeding, all_names, simulated
from hanbada.app.inbox import Inbox
from hanbada.app.keeper import Keeper
from hanbada.app.loop import Loop
from hanbada.app.picture import Picture
from hanbada.app.places import drawn_zones, from_port, known_charts, known_harbours, known_ports, known_zones
from hanbada.app.programs import program_routes
from hanbada.app.reads import Reads
from hanbada.app.recovery import RECALL_US, recover
from hanbada.app.screens import CLOSE_S, Server
from hanbada.app.sharing import serving
from hanbada.app.sharing.desk import following
from hanbada.app.sharing.door import Door
from hanbada.app.sharing.screens import Screens
from hanbada.app.sharing.seas import sea_of
from hanbada.app.site import LiveSite
from hanbada.app.trials import Trials
from hanbada.app.watch import State
from hanbada.app.web import Settings, create
from hanbada.engine.watch import start
from hanbada.store.archive import open_archive
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore
from hanbada.store.lines import open_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from hanbada.app.clocks import Clock

LINES = "lines"
WINDOW_ROWS = 4_000_000
"""Rows that late ones may still be put among: 384 MiB, hours of a national network."""


Ready: TypeAlias = "Callable[[str, Callable[[], None]], None]"
"""What is called with the address of the screens and with what ends the node."""


class Watching(NamedTuple):
    """What a node watches for beside the reference packs."""

    zones: bytes | None = None
    zones_name: str = "zones"
    cables: bytes | None = None
    cables_name: str = "cables"
    settings: Mapping[str, Any] = {}
    only: tuple[str, ...] = ()


class Running(NamedTuple):
    """A node that was opened."""

    loop: Loop
    feeding: Feeding
    site: LiveSite
    desk: DeskStore
    clock: Clock
    home: Path


def with_rules(watching: Watching, desk: DeskStore) -> Watching:
    """With the thresholds that rules of the desk set; those of the command line go before."""
    ruled = {name: value for rule in desk.rules().values() for name, value in rule.settings.items()}
    return watching._replace(settings=ruled | dict(watching.settings))


def retuned(watching: Watching, kind: str, settings: Mapping[str, str]) -> Watching:
    """With other thresholds of one detector."""
    others = {name: value for name, value in watching.settings.items() if name.partition(".")[0] != kind}
    return watching._replace(settings=others | dict(settings))


def note_run(desk: DeskStore, loop: Loop, watching: Watching) -> None:
    """Keep what this run of the node knows and watches for: whoever explains its detections later needs the same."""
    runs = msgspec.convert(desk.mark(RUNS) or [], list[NodeRun])
    span = loop.keeper.archive.span()
    run = NodeRun(
        began_at=loop.now_us(),
        rows_from=0 if span is None else max(span[0], span[1] - RECALL_US),
        settings={name: str(value) for name, value in watching.settings.items()},
        zones=as_text(watching.zones),
        cables=as_text(watching.cables),
    )
    desk.set_mark(RUNS, msgspec.to_builtins([*runs, run][-KEPT_RUNS:]), loop.now_us())


@contextlib.contextmanager
def opened(
    home: Path, feeds: Callable[[DeskStore], list[Feed]], clock: Clock, watching: Watching,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Running]:  # fmt: skip
    """The node in a data directory, where it was when it stopped; closed at the end, with everything on disk."""
    home.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as closing:
        engine = open_database(home / DATABASE)
        closing.callback(engine.dispose)
        desk = DeskStore(engine, clock.now_us, following(home, sea_of(home)))
        lines = open_lines(home / LINES)
        closing.callback(lines.close)
        archive = open_archive(home / ARCHIVE, engine, clock.now_us())
        closing.callback(archive.close)
        if (span := archive.span()) is not None:
            clock.reach(span[1])
        found = feeds(desk)
        watched = known_zones(home, watching.zones, watching.zones_name)
        charts = known_charts(home, watching.cables, watching.cables_name)
        ports, watching = known_ports(home), with_rules(watching, desk)
        watch = start(ports, watched, watching.only, watching.settings, WINDOW_ROWS, charts)
        state, inbox = State(watch, simulated(found, desk)), Inbox()
        keeper = Keeper(archive, clock.now_us)
        closing.callback(keeper.close)
        loop = Loop(state, inbox, lines, desk, keeper, Picture(), clock.now_us, from_port(ports))
        recover(loop, progress=progress)
        note_run(desk, loop, watching)

        def note_tuned(kind: str, settings: Mapping[str, str]) -> None:
            nonlocal watching
            watching = retuned(watching, kind, settings)
            note_run(desk, loop, watching)

        loop.tuned = note_tuned
        feeding = Feeding(found, inbox, all_names(found, desk))
        drawn, registers = drawn_zones(watched, charts), cache(partial(known_registers, home))
        site = LiveSite(loop, feeding, drawn, known_harbours(home), Trials(home), registers, home)
        yield Running(loop, feeding, site, desk, clock, home)


SWITCH_S = 0.0005
YOUNG_ONLY = (10_000, 20, 1 << 30)
"""Thresholds of Python's collector of garbage: the third keeps it from the oldest objects."""


@contextlib.contextmanager
def without_long_pauses() -> Iterator[None]:
    """Keep Python itself from making lines wait.

    Compiled loops give up the interpreter, and may have to wait for it a whole interval each time, dozens of times a
    step; and looking for garbage among all objects takes up to half a second: the loop does that once an hour.
    """
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG_ONLY)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        sys.setswitchinterval(interval)


async def run(
    running: Running, host: str, port: int, *, ready: Ready, settings: Settings, exchange: str | None = None
) -> None:
    """Serve screens, follow feeds and exchange with partners until interrupted; `ready` is called once screens answer.

    It is given the address, and what to call to end the node. `exchange` is HOST:PORT where partners reach it.
    """
    four_eyes = configured(running.home).four_eyes
    screens = Screens(running.desk.engine, running.home / KEYS, sea_of(running.home), four_eyes)
    reads = Reads(running.desk.engine)
    programs = program_routes(Door(running.desk.engine, running.home / KEYS))
    app = create(running.site, running.desk, settings, screens, reads, programs)
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", lifespan="off", ws_per_message_deflate=False,
        timeout_graceful_shutdown=CLOSE_S, server_header=False,
    )  # fmt: skip
    server = Server(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.end)
    running.loop.start()
    feeding = asyncio.create_task(running.feeding.run(running.clock))
    sharing = asyncio.create_task(serving.serve(running.home, running.desk.engine, exchange))
    watching = asyncio.create_task(_until_broken(running.loop, (feeding, sharing), server))
    announcing = asyncio.create_task(_announce(server, host, ready))
    try:
        with without_long_pauses():
            await server.serve()
    finally:
        for task in (announcing, watching, feeding, sharing):
            task.cancel()
        await asyncio.gather(announcing, watching, feeding, sharing, return_exceptions=True)
        await asyncio.to_thread(running.loop.stop)
        await asyncio.to_thread(reads.close)
    for task in (feeding, sharing):
        if not task.cancelled() and (fault := task.exception()) is not None:
            raise fault


async def _announce(server: Server, host: str, ready: Ready) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    ready(server.address(host), server.end)


async def _until_broken(loop: Loop, tasks: Sequence[asyncio.Task[None]], server: uvicorn.Server) -> None:
    """End the node if its loop, its feeds or its exchange break: what stands still must not look alive."""
    while loop.alive and not any(one.done() and not one.cancelled() and one.exception() for one in tasks):
        await asyncio.sleep(0.2)
    server.should_exit = True
