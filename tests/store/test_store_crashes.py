"""Killed at any moment, a node has everything that was acknowledged and nothing half."""

import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from crashing import ARCHIVED, STEPS, VESSELS, line, opened, row, versions
from makings import NOON

from hanbada.model.desk import AlertFilter
from hanbada.model.ids import line_id
from hanbada.store.lines import Line

ALWAYS = (0, 1 << 61)
WAYS = ("calls", "time")
ROUNDS = 3
"""Of each way."""


@pytest.fixture
def node(tmp_path):
    """A home and a way to let a writer write in it until it is killed."""
    tests = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), *sys.path]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, tests / "crashing.py", tmp_path]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writers:

        def let_write(way, limit):
            writers.stdin.write(f"{way} {limit}\n")
            writers.stdin.flush()
            return tuple(map(int, writers.stdout.readline().split()))

        yield tmp_path, let_write
        writers.stdin.close()


def acknowledged(home):
    """The highest number of each kind that a writer was told is kept."""
    last = defaultdict(int)
    told = home / "acknowledged"
    for word, number in (one.split() for one in told.read_text().splitlines()) if told.exists() else ():
        last[word] = max(last[word], int(number))
    return last


def check(home):
    """All that was acknowledged, at most one more, nothing half and nothing twice; how many lines there are."""
    last = acknowledged(home)
    with opened(home) as (log, desk, archive):
        lines = log.last_line(1)
        assert last["line"] <= lines <= last["line"] + 1
        found = log.lines(line_id(1, n) for n in range(1, lines + 1))
        assert found == {line_id(1, n): Line(1, NOON + n, line(n)) for n in range(1, lines + 1)}
        assert all(fault.torn for fault in log.faults)
        views = desk.alerts(AlertFilter(limit=100_000))
        said = len(views)
        assert last["said"] <= said <= lines
        assert [view.alert.alert_id for view in views] == list(range(said, 0, -1))
        assert {view.detection.episode_id for view in views} == {f"gap-{n}" for n in range(1, said + 1)}
        assert all(desk.detections(f"gap-{n}") == versions(n) for n in range(1, said + 1))
        assert [event.seq for event in desk.events_since(0)] == list(range(1, 2 * said + 1))
        assert desk.ledger_breaks_at() is None
        assert desk.ledger_head()[0] == 2 * said
        archived = desk.mark(ARCHIVED) or 0
        assert last["archived"] <= archived
        for mmsi in VESSELS:
            kept = archive.read(*ALWAYS, mmsi)["line_id"].to_pylist()
            assert kept == [line_id(1, n) for n in range(1, archived + 1) if row(n)["mmsi"][0].as_py() == mmsi]
        with desk.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        return lines


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_half(node, seed):
    home, let_write = node
    dice, takes, lines = random.Random(seed), {}, 0
    for way in ("calls", *WAYS):  # the first makes what the others find
        ended, takes[way] = let_write(way, 0)
        lines += STEPS
        assert (ended, check(home)) == (0, lines)
    killed = 0
    for way in WAYS * ROUNDS:
        ended, _ = let_write(way, dice.randrange(1, takes[way] * 9 // 10))
        assert ended in {0, -signal.SIGKILL, -signal.SIGPROF}
        killed += ended != 0
        before, lines = lines, check(home)
        assert lines >= before
    assert killed >= ROUNDS
    assert let_write("calls", 0)[0] == 0
    assert check(home) == lines + STEPS
