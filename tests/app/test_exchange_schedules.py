"""Nodes over links of five minutes that lose a third, double, reorder and are cut for three days: all arrives once.

The clock is simulated. Nodes are killed between any two writes (a transaction is left unfinished, as by kill -9 or a
full disk: `test_exchange_crashes` shows that both come to that) and opened again.
"""

from __future__ import annotations

import random
import shutil
from contextlib import suppress

import pytest
from alliance import Alliance, Thing, found, scratch

from hanbada.app.sharing import receiving
from hanbada.model.times import HOUR_US, MINUTE_US
from hanbada.store.database import writing

WHO = ("kr", "fr", "sg")
LATENCY_US = 5 * MINUTE_US
LOST, DOUBLED, KILLED = 0.3, 0.2, 0.1
CUT_US = 72 * HOUR_US
HOURS = 100


class GoneError(Exception):
    """The process is no more."""


@pytest.fixture(scope="module")
def template():
    with scratch() as directory:
        found(directory)
        yield directory


def play(world: Alliance, dice: random.Random) -> None:
    """A hundred hours: something is done every few, frames leave and arrive, one link is cut for three days."""
    begun, air = world.now, []
    cut, cut_from = set(dice.sample(WHO, 2)), begun + dice.randrange(20) * HOUR_US
    while world.now < begun + HOURS * HOUR_US:
        world.clock.at += dice.randrange(1, 8) * HOUR_US
        _do(world, dice)
        for by, to in ((by, to) for by in WHO for to in WHO if by != to):
            is_cut = {by, to} == cut and cut_from <= world.now < cut_from + CUT_US
            for _ in range(1 + (dice.random() < DOUBLED)):
                wire = world.nodes[by].frame(world.nodes[to], dice.choice([1, 800, 60_000]))
                if not is_cut and dice.random() >= LOST:
                    air.append((world.now + LATENCY_US + dice.randrange(9 * HOUR_US), to, wire))
        for one in sorted(one for one in air if one[0] <= world.now):
            air.remove(one)
            _arrive(world, dice, *one[1:])


def _do(world: Alliance, dice: random.Random) -> None:
    by, name = dice.choice(WHO), dice.choice(("t0", "t1", "t2"))
    if dice.random() < 0.25:
        world.recall(by, name)
        return
    grants = tuple(dice.sample(["kr-fr", "kr-sg", "all"], dice.randrange(3)))
    until = dice.choice([None, None, world.now + 20 * HOUR_US])
    world.publish(by, name, Thing(dice.randrange(10**6), "GREEN", grants, until_at=until, refs=("t1",)[: name != "t1"]))


def _arrive(world: Alliance, dice: random.Random, to: str, wire: bytes) -> None:
    if dice.random() >= KILLED:
        world.hear(to, wire)
        return
    node = world.nodes[to]
    with suppress(GoneError), writing(node.engine) as connection:
        receiving.receive(connection, node.ours, wire, node.clock.written())
        raise GoneError
    node.reopen()


def heals(template, seed: int) -> None:
    with scratch() as home:
        shutil.copytree(template, home, dirs_exist_ok=True)
        world = Alliance(home)
        play(world, random.Random(seed))
        world.healed()
        world.close()


@pytest.mark.parametrize("begin", range(0, 50, 10))
def test_after_healing_everything_is_there_once_and_nobody_has_more(template, begin):
    for seed in range(begin, begin + 10):
        heals(template, seed)


@pytest.mark.nightly
def test_after_healing_everything_is_there_once_in_a_thousand_schedules(template):
    for seed in range(50, 1_050):
        heals(template, seed)
