"""A node that hears no ships itself and only exchanges: a regional centre, a headquarters. Its screens show no traffic.

It loads none of the machinery of a watch, so it starts in a second and fits on a small machine.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import uvicorn

from hanbada.app.clocks import WallClock
from hanbada.app.config import DATABASE, KEYS, data_dir
from hanbada.app.configuration import configured, reached
from hanbada.app.overseeing import oversee
from hanbada.app.programs import program_routes
from hanbada.app.reads import Reads
from hanbada.app.screens import CLOSE_S, Server, checked_host, start_code
from hanbada.app.sharing import serving
from hanbada.app.sharing.desk import following
from hanbada.app.sharing.door import Door
from hanbada.app.sharing.screens import Screens
from hanbada.app.sharing.seas import sea_of
from hanbada.app.web import Settings, create, frames
from hanbada.app.web.ports import CoverageStep, Track
from hanbada.model.errors import UsageError
from hanbada.reference.dossier import Dossier
from hanbada.store.database import open_database
from hanbada.store.desk import NODE, DeskStore

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.app.clocks import Clock
    from hanbada.app.exports import Item
    from hanbada.app.looks import Look
    from hanbada.app.trials import TrialState
    from hanbada.app.web.ports import Hit, RawLine, SourceHealth, VesselCard
    from hanbada.model.desk import Rule
    from hanbada.model.records import Detection
    from hanbada.store.sightings import SeenFile

RETIRE_S = 3600.0
_NO = np.zeros(0)
_NONE = np.zeros(0, np.int64)
NOWHERE: dict[str, Any] = {"type": "FeatureCollection", "features": []}


class QuietSite:
    """The picture of a node that hears nothing."""

    revision = 0
    simulated = False

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now_us(self) -> int:
        """The time of this machine."""
        return self._clock.now_us()

    def full_frame(self) -> bytes:
        """No vessels."""
        empty = frames.Vessels(
            lon_deg=_NO, lat_deg=_NO, mmsi=_NONE, slot=_NONE, sog_kn=_NO, cog_deg=_NO, heading_deg=_NO, age_s=_NO,
            kind=_NONE, flags=_NONE,
        )  # fmt: skip
        return frames.vessel_frame(empty, epoch_s=self.now_us() / 1e6, revision=0, marks=frames.FULL)

    def delta_frame(self, since: int) -> bytes:
        """No changes."""
        return self.full_frame()

    def vessel(self, mmsi: int) -> VesselCard | None:
        """Not heard."""
        return None

    def dossier(self, mmsi: int) -> Dossier:
        """Nothing known."""
        return Dossier(lines=(), listings=())

    def track(self, mmsi: int, start_us: int, end_us: int) -> Track:
        """Not heard."""
        return Track(mmsi=mmsi, parts=())

    def search(self, text: str, limit: int) -> list[Hit]:
        """Nobody."""
        return []

    def replay_block(self, start_us: int) -> bytes:
        """Nothing."""
        return b""

    def time_range(self) -> tuple[int, int]:
        """Now and now."""
        now_us = self.now_us()
        return now_us, now_us

    def coverage(self, start_us: int, end_us: int, steps: int) -> list[CoverageStep]:
        """Deaf at all times."""
        step_us = (end_us - start_us) // steps
        return [CoverageStep(start_at=start_us + at * step_us, receptions=0, vessels=0) for at in range(steps)]

    def sources(self) -> list[SourceHealth]:
        """None."""
        return []

    def lines(self, line_ids: tuple[int, ...]) -> list[RawLine]:
        """None."""
        return []

    def port_m(self, found: Detection) -> float:
        """Unknown: nothing is found here."""
        return float("inf")

    def try_thresholds(self, rule: Rule) -> TrialState:
        """Nothing to try them on."""
        return _no_watch(rule.kind)

    def tune(self, kind: str, settings: dict[str, str]) -> None:
        """Nothing to tune."""
        _no_watch(kind)

    def zones(self) -> dict[str, Any]:
        """None."""
        return NOWHERE

    def distrust(self, at_us: int | None = None) -> dict[str, Any]:
        """Nowhere."""
        return NOWHERE

    def forecast(self, mmsi: int, hours: float) -> list[Item] | None:
        """Nothing."""
        return []

    def looks(self) -> list[Look]:
        """Nobody looked from here."""
        return []

    def add_sightings(self, one: SeenFile) -> int:
        """Nothing to match them with."""
        return _no_watch("sightings")

    def drop_sightings(self, key: str) -> None:
        """Nothing to drop."""

    def sighted(self, at_us: int | None = None) -> list[Item]:
        """Nothing."""
        return []

    def reception(self) -> dict[str, Any]:
        """Nowhere."""
        return NOWHERE


def _no_watch(kind: str) -> NoReturn:
    message = f"this node hears no ships: {kind} has nothing to work on"
    raise UsageError(message)


def run(exchange: str, host: str, port: int, data: Path | None, names: list[str], *, everywhere: bool) -> int:
    """Show the desk and exchange with partners until interrupted; the exit code."""
    home = data_dir(data)
    home.mkdir(parents=True, exist_ok=True)
    settings = reached(Settings(data_dir=home, hosts=(*Settings().hosts, *names)), configured(home))
    asyncio.run(_serve(home, checked_host(host, everywhere=everywhere), port, exchange, settings))
    return 0


async def _serve(home: Path, host: str, port: int, exchange: str, settings: Settings) -> None:
    engine, clock = open_database(home / DATABASE), WallClock()
    reads = Reads(engine)
    try:
        desk = DeskStore(engine, clock.now_us, following(home, sea_of(home)))
        screens = Screens(engine, home / KEYS, sea_of(home), configured(home).four_eyes)
        config = uvicorn.Config(
            create(QuietSite(clock), desk, settings, screens, reads, program_routes(Door(engine, home / KEYS))),
            host=host, port=port, log_level="warning", lifespan="off", timeout_graceful_shutdown=CLOSE_S,
            server_header=False,
        )  # fmt: skip
        server = Server(config)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.end)
        sharing = asyncio.create_task(serving.serve(home, engine, exchange))
        sharing.add_done_callback(lambda _: server.end())
        overseeing = asyncio.create_task(oversee(desk, clock))
        overseeing.add_done_callback(lambda _: server.end())
        announcing = asyncio.create_task(_announce(server, host, start_code(desk, clock.now_us())))
        retiring = asyncio.create_task(_retire(desk, clock))
        await server.serve()
        for task in (announcing, sharing, overseeing, retiring):
            task.cancel()
        await asyncio.gather(announcing, sharing, overseeing, retiring, return_exceptions=True)
        if not sharing.cancelled() and (fault := sharing.exception()) is not None:
            raise fault
    finally:
        await asyncio.to_thread(reads.close)
        engine.dispose()


async def _retire(desk: DeskStore, clock: WallClock) -> None:
    """Erase what has been kept as long as it may be, every hour: here no watch does it."""
    while True:
        await asyncio.to_thread(desk.incident_desk.retire, NODE, clock.now_us())
        await asyncio.sleep(RETIRE_S)


async def _announce(server: Server, host: str, code: str | None) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    first = f"\nThe first run asks for this code, which works once: {code}" if code else ""
    sys.stderr.write(f"Hanbada is at {server.address(host)}{first}\nEnd with Ctrl-C.\n")
    sys.stderr.flush()
