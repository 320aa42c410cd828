"""Killed before any write, or with a full disk at any write, two nodes go on and end where they would have ended."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alliance import scratch
from crashing_exchange import main, state
from nodes import Clock, Node, enrol

STRACE = shutil.which("strace")
CALLS = ("fdatasync", "pwrite64")
pytestmark = pytest.mark.skipif(STRACE is None, reason="strace (a Debian package) is not installed")


@pytest.fixture(scope="module")
def golden():
    """Two nodes that know each other, the state they end in undisturbed, and how many writes that takes."""
    with scratch() as directory:
        begin, end = directory / "begin", directory / "end"
        begin.mkdir()
        clock = Clock()
        nodes = [Node(begin, name, clock) for name in ("kr", "fr")]
        enrol(*nodes)
        for one in nodes:
            one.close()
        counts = {}
        for call in CALLS:
            shutil.rmtree(end, ignore_errors=True)
            shutil.copytree(begin, end)
            counts[call] = traced(end, call, "")[1]
        yield begin, state(end), counts


def traced(home, call, inject):
    """Run to the end, or to what is injected; how it ended and how often the call was made."""
    log = home.parent / "trace"
    injected = ["-e", f"inject={call}:{inject}"] if inject else []
    command = [STRACE, "-f", "-o", log, "-e", f"trace={call}", *injected, sys.executable, Path(__file__).parent / "crashing_exchange.py", home]  # fmt: skip
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    run = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, stderr=subprocess.DEVNULL, check=False)
    return run.returncode, len(re.findall(rf"{call}\(", log.read_text()))


def survives(golden, call, number, what):
    """Whether it ends as the undisturbed run does, after being stopped at one call and run again."""
    begin, want, _ = golden
    with scratch() as directory:
        home = directory / "home"
        shutil.copytree(begin, home)
        ended, _ = traced(home, call, f"{what}:when={number}")
        assert ended in {0, 1, -signal.SIGKILL, 128 + signal.SIGKILL}
        main(home)
        return state(home) == want


def points(golden, call, most):
    """Numbers of calls to stop at: all, or a sample that has the first and the last."""
    count = golden[2][call]
    assert count > 10
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)}) if most < count else range(1, count + 1)


def failures(golden, call, what, most):
    return [number for number in points(golden, call, most) if not survives(golden, call, number, what)]


@pytest.mark.parametrize("call", CALLS)
def test_killed_at_a_sample_of_writes_both_ends_agree_in_the_end(golden, call):
    assert failures(golden, call, "signal=SIGKILL", 4) == []


def test_with_a_full_disk_at_a_sample_of_writes_both_ends_agree_in_the_end(golden):
    assert failures(golden, "pwrite64", "error=ENOSPC", 4) == []


@pytest.mark.nightly
@pytest.mark.parametrize(("call", "what"), [("fdatasync", "signal=SIGKILL"), ("pwrite64", "signal=SIGKILL"), ("pwrite64", "error=ENOSPC")])  # fmt: skip
def test_stopped_at_every_write_both_ends_agree_in_the_end(golden, call, what):
    assert failures(golden, call, what, 10**6) == []
