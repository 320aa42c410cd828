"""Nodes that are processes in network namespaces of their own, over links that lose, reorder and are cut; and killed."""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
import time
from typing import NamedTuple

import pytest
from apart import Apart, enrolled, started
from netem import Network, Way, missing

from hanbada.app.sharing import publishing
from hanbada.model.sharing import FULL, Assertion, Grant, Item, Marking
from hanbada.store import exchange, terms
from hanbada.store.database import reading, settle, writing

NAMES = ("kr", "fr", "sg")
BAD = Way(rate=2_000_000, delay_s=0.02, jitter_s=0.06, lost=0.1, doubled=0.1)
CUT = Way(cut=True)
GOOD = Way(delay_s=0.005)


@pytest.fixture(scope="module")
def reason():
    why = missing()
    if why:
        pytest.skip(why)


class Told(NamedTuple):
    """What a node said last of a thing: which text, to whom; nobody if it was taken back."""

    revision: int
    to: frozenset[str]


class World:
    """Three nodes in three namespaces, each two in a community, and what each must have of the others."""

    def __init__(self, network: Network, home, dice: random.Random) -> None:
        self.network, self.dice = network, dice
        self.nodes = {name: Apart(network, home, name) for name in NAMES}
        for one, other in itertools.combinations(NAMES, 2):
            enrolled(self.nodes[one], self.nodes[other])
        self.told: dict[tuple[str, str], Told] = {}
        self.revision = 0

    def publish(self) -> None:
        """A node says something new of one of its things, to some, to nobody, or takes it back."""
        by, thing = self.dice.choice(NAMES), self.dice.choice("abcd")
        others = [name for name in NAMES if name != by]
        to = frozenset(self.dice.sample(others, self.dice.randrange(3)))
        self.revision += 1
        taken_back = (by, thing) in self.told and self.dice.random() < 0.3
        with self.nodes[by].door() as door, writing(door.engine) as connection:
            own = door.ours(connection)
            if taken_back:
                publishing.recall(connection, own, own.item_id(thing), door.written("officer"))
            else:
                publishing.publish(connection, own, self._item(connection, own, by, thing, to), thing, door.written())
        self.told[by, thing] = Told(self.revision, frozenset() if taken_back else to)

    def _item(self, connection, own, by, thing, to) -> Item:
        named = {one.name: one.community_id for one in terms.communities(connection).values()}
        grants = tuple(
            Grant(community=named[self._between(by, other)], to="anyone", profile=FULL) for other in sorted(to)
        )
        said = Assertion(name="log", aspect="narrative", value=_canary(by, thing, self.revision))
        marking = Marking(tlp="AMBER", originator=own.node, grants=grants)
        return Item(item_id=own.item_id(thing), data_class="alert", marking=marking, assertions=(said,))

    @staticmethod
    def _between(one: str, other: str) -> str:
        return "-".join(sorted((one, other), key=NAMES.index))

    def wanted(self, at: str) -> set[str]:
        """The texts that a node must have of the others, and no more."""
        return {_canary(by, thing, one.revision) for (by, thing), one in self.told.items() if at in one.to}

    def had(self, at: str) -> list[str]:
        """What it reads."""
        with self.nodes[at].door() as door, reading(door.engine) as connection:
            return [one.received.item.assertions[0].value for one in exchange.all_came(connection)]

    def agreed(self) -> bool:
        """Whether everybody has what it must have, and everybody's last word was acknowledged."""
        return all(sorted(self.had(name)) == sorted(self.wanted(name)) and not self._waits(name) for name in NAMES)

    def _waits(self, name: str) -> int:
        with self.nodes[name].door() as door, reading(door.engine) as connection:
            return sum(exchange.waits(connection, link)[0] for link, _ in exchange.links(connection).values())

    def clean(self, at: str) -> None:
        """No file of a node has a byte of what it may not have, or has no more; and nothing is broken."""
        node = self.nodes[at]
        with node.door() as door:
            settle(door.engine)
            with reading(door.engine) as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert not any(link.suspended for link, _ in exchange.links(connection).values())
        held = b"".join(path.read_bytes() for path in sorted(node.home.rglob("*")) if path.is_file())
        there = {one.decode() for one in re.findall(rb"canary-[a-z]+-\w-\d+\.", held)}
        assert {one for one in there if not one.startswith(f"canary-{at}-")} == self.wanted(at)

    def end(self) -> None:
        for one in self.nodes.values():
            one.kill()


def _canary(by: str, thing: str, revision: int) -> str:
    return f"canary-{by}-{thing}-{revision}."


def play(world: World, steps: int, pause_s: float) -> None:
    """Say things while one link is cut for a time and nodes are killed and started again."""
    dice = world.dice
    one, other = dice.sample(NAMES, 2)
    for step in range(steps):
        world.publish()
        if step == steps // 4:
            world.network.both(one, other, CUT)
        if step in {steps // 2, *range(20, steps, 20)}:
            victim = world.nodes[dice.choice(NAMES)]
            time.sleep(dice.uniform(0, pause_s))  # at any moment of what it does
            victim.kill()
            world.publish()
            started(victim)
        time.sleep(dice.uniform(0, pause_s))
    world.network.both(one, other, BAD)


def converges(home, seed: int, steps: int, pause_s: float, within_s: float) -> None:
    with Network(*NAMES, seed=seed, way=BAD) as network:
        world = World(network, home, random.Random(seed))
        try:
            started(*world.nodes.values())
            play(world, steps, pause_s)
            until_s = time.monotonic() + within_s
            while not world.agreed():
                assert time.monotonic() < until_s, {name: (world.had(name), world.wanted(name)) for name in NAMES}
                time.sleep(0.2)
        finally:
            world.end()
        assert any(world.wanted(name) for name in NAMES)
        for name in NAMES:
            world.clean(name)


@pytest.mark.slow
@pytest.mark.usefixtures("reason")
def test_three_nodes_killed_and_cut_off_end_with_what_they_may_have_and_nothing_else(tmp_path):
    converges(tmp_path, 1, 12, 0.2, 60)


@pytest.mark.nightly
@pytest.mark.usefixtures("reason")
@pytest.mark.parametrize("seed", range(10))
def test_three_nodes_through_a_long_night_end_with_what_they_may_have_and_nothing_else(tmp_path, seed):
    converges(tmp_path, seed, 200, 0.5, 300)


@pytest.mark.usefixtures("reason")
def test_incidents_cross_a_link_that_loses_a_fifth(tmp_path):
    way = Way(rate=500_000, delay_s=0.05, lost=0.2)
    with Network("kr", "fr", seed=3, way=GOOD) as network:
        kr, fr = (Apart(network, tmp_path, name) for name in ("kr", "fr"))
        enrolled(kr, fr)
        with fr.door() as door, writing(door.engine) as connection:
            own = door.ours(connection)
            grant = Grant(community=next(iter(terms.communities(connection))), to="anyone", profile=FULL)
            marking = Marking(tlp="AMBER", originator=own.node, grants=(grant,))
            for number in range(150):
                said = Assertion(name="log", aspect="narrative", value=f"{random.Random(number).random()} seen")
                item = Item(
                    item_id=own.item_id(str(number)), data_class="incident", marking=marking, assertions=(said,)
                )
                publishing.publish(connection, own, item, str(number), door.written("officer"))
        started(kr)
        network.both("kr", "fr", way)
        try:
            ran = subprocess.run(fr.command("share", "push", "--json"), capture_output=True, check=True)
        finally:
            kr.kill()
        (done,) = json.loads(ran.stdout)
        assert done["went"] >= 150
        assert done["frames"] >= 2
        with kr.door() as door, reading(door.engine) as connection:
            assert len(exchange.all_came(connection)) == 150
