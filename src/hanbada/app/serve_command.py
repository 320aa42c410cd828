"""What `hanbada serve` does."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from hanbada.app.clocks import ReplayClock, WallClock
from hanbada.app.config import data_dir
from hanbada.app.configuration import configured, reached
from hanbada.app.detect_command import settings_of
from hanbada.app.feeding import known_feed
from hanbada.app.places import read_drawn
from hanbada.app.running import Running, Watching, opened, run
from hanbada.app.screens import checked_host, start_code
from hanbada.app.warming import warm
from hanbada.app.web import Settings
from hanbada.feeds.network import parse_address
from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from hanbada.app.clocks import Clock
    from hanbada.app.feeding import Feed
    from hanbada.app.loop import Latency
    from hanbada.store.desk import DeskStore


STARTING_S = 20.0
"""After the first lines: caches fill, rare code is loaded. Waits are told with and without that time."""


def serve(
    feeds: Sequence[str], host: str, port: int, data: Path | None, zones: Path | None, cables: Path | None,
    given: Sequence[str], names: Sequence[str], speed: float | None, exchange: str | None, *, everywhere: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Run the node until interrupted; the exit code."""
    home, clock = data_dir(data), _clock(feeds, speed)
    warm(lambda: say("Compiling, which takes about a minute the first time on a machine ..."))
    checked_host(host, everywhere=everywhere)
    watching = Watching(read_drawn(zones), str(zones), read_drawn(cables), str(cables), settings_of(given))
    settings = reached(Settings(data_dir=home, hosts=(*Settings().hosts, *names)), configured(home))
    with opened(home, partial(_feeds, feeds, clock), clock, watching) as running:
        code = start_code(running.desk, clock.now_us())
        asyncio.run(run(running, host, port, ready=partial(_announced, code), settings=settings, exchange=exchange))
        account = account_of(running)
    sys.stdout.write(msgspec.json.encode(account).decode() + "\n" if as_json else "")
    sys.stderr.write(told(account))
    return 0


def _clock(feeds: Sequence[str], speed: float | None) -> Clock:
    networks = [parse_address(feed) is not None for feed in feeds]
    if any(networks) and not all(networks):
        message = "a file is replayed in its own time, a network feed is of now: serve them on two nodes"
        raise UsageError(message)
    if speed is not None and any(networks):
        message = "--speed is for files; a network feed sets its own pace"
        raise UsageError(message)
    return WallClock() if all(networks) else ReplayClock(1.0 if speed is None else speed)


def _feeds(feeds: Sequence[str], clock: Clock, desk: DeskStore) -> list[Feed]:
    return [known_feed(feed, desk, clock.now_us()) for feed in feeds]


def say(text: str) -> None:
    """A line for whoever sits at the terminal."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _announced(code: str | None, address: str, _end: Callable[[], None]) -> None:
    first = f"\nThe first run asks for this code, which works once: {code}" if code else ""
    say(f"Hanbada is at {address}{first}\nEnd with Ctrl-C.")


def account_of(running: Running) -> dict[str, Any]:
    """What became of every line, and how long lines waited: stable keys."""
    latencies = running.loop.latencies
    settled_s = latencies[0].at_s + STARTING_S if latencies else 0.0
    return {
        "sources": {feed.name: _of_source(running, feed) for feed in running.feeding.feeds},
        "steps": len(latencies),
        "wait_ms": _waits(latencies),
        "settled_wait_ms": _waits([one for one in latencies if one.at_s >= settled_s]),
    }


def _waits(latencies: Collection[Latency]) -> dict[str, float | None]:
    waits = np.array([one.wait_s for one in latencies])
    weights = np.array([one.messages for one in latencies])
    return {name: _quantile(waits, weights, q) for name, q in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}


def _of_source(running: Running, feed: Feed) -> dict[str, Any]:
    tally = running.loop.state.tally(feed.number)
    return {
        "lines": tally.lines, "messages": tally.messages, "other_lines": tally.other, "rejects": dict(tally.rejects),
        "from_the_future": tally.ahead, "dropped": feed.health.dropped, "held_back_s": round(feed.health.held_s, 1),
    }  # fmt: skip


def _quantile(waits: np.ndarray, weights: np.ndarray, share: float) -> float | None:
    """Milliseconds within which a share of messages was dealt with."""
    if not weights.sum():
        return None
    order = np.argsort(waits)
    place = np.searchsorted(np.cumsum(weights[order]), share * weights.sum())
    return round(float(waits[order][min(int(place), len(waits) - 1)]) * 1000, 2)


def told(account: dict[str, Any]) -> str:
    """The account in a few lines."""
    lines = []
    for name, one in account["sources"].items():
        rejects = ", ".join(f"{n:,} {code}" for code, n in one["rejects"].items()) or "none"
        lost = f"; {one['dropped']:,} dropped for want of room" if one["dropped"] else ""
        lines.append(f"{name}: {one['lines']:,} lines, {one['messages']:,} messages; rejects: {rejects}{lost}")
    wait = account["wait_ms"]
    if wait["p50"] is not None:
        lines.append(f"from socket to screen: half within {wait['p50']} ms, 99 % within {wait['p99']} ms")
    return "\n".join(lines) + "\n"
