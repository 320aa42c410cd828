"""Measuring sides in turn, so that whatever else the machine does meets them alike; and other processes as a whole."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CHILD = Path(__file__).with_name("child.py")


class Spread(NamedTuple):
    """Seconds of one side, round by round."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        """The round that was disturbed least."""
        return min(self.seconds)


class Ratio(NamedTuple):
    """How many times one side takes another's time: of the best rounds, and the smallest and largest of pairs."""

    best: float
    low: float
    high: float


class Used(NamedTuple):
    """What a process used."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    code: int


def in_turn(
    sides: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, Spread]:
    """Run every side once a round; by default processor time of this process counts."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, run in sides.items():
            gc.collect()
            begun = clock()
            run()
            found[name].append(clock() - begun)
    return {name: Spread(tuple(seconds)) for name, seconds in found.items()}


def ratio(over: Spread, under: Spread) -> Ratio:
    """The time of `over` in times of `under`."""
    pairs = [a / b for a, b in zip(over.seconds, under.seconds, strict=True)]
    return Ratio(over.best / under.best, min(pairs), max(pairs))


def process(command: Sequence[str]) -> Used:
    """Run a command to its end, its output thrown away.

    A small process starts it: what a process reports as its own peak includes that of the one it was forked from.
    """
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(CHILD), *command],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ).stdout
    return Used(*msgspec.json.decode(told, type=tuple[float, float, float, int]))


def in_turn_processes(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Used]]:
    """Every command once a round."""
    found: dict[str, list[Used]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(process(command))
    return found


def cpu(used: Sequence[Used]) -> Spread:
    """Processor time of a command's runs."""
    return Spread(tuple(one.cpu_s for one in used))


def seconds(spread: Spread) -> str:
    """A side's best and worst round in words."""
    unit, scale = ("s", 1.0) if spread.best >= 1 else ("ms", 1000.0)
    return f"{spread.best * scale:.3g} {unit} (to {max(spread.seconds) * scale:.3g})"
