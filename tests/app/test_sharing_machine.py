"""Four nodes, three communities, whatever people do and links lose: only what may leave does, and all of it arrives."""

from __future__ import annotations

import shutil
from contextlib import suppress
from itertools import permutations

import msgspec
import pytest
from alliance import NAMES, Alliance, Thing, canary, expected, found, scratch
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from hanbada.app.sharing import receiving
from hanbada.model.times import HOUR_US
from hanbada.share.exchange import statements
from hanbada.share.exchange.seal import claimed, kind_of
from hanbada.share.exchange.statements import _Wire
from hanbada.store.database import writing
from hanbada.store.schema import outgoing

THINGS = ("t0", "t1", "t2")
WHO, THING = st.sampled_from(NAMES), st.sampled_from(THINGS)
GRANTS = st.lists(st.sampled_from(["kr-fr", "kr-sg", "all"]), unique=True, max_size=2).map(tuple)
PROFILE = {"suppress_health_check": list(HealthCheck), "deadline": None, "database": None}


class AbortedError(Exception):
    """The process is gone before anything was kept."""


@pytest.fixture(scope="module")
def template():
    with scratch() as directory:
        found(directory)
        yield directory


def machine(template) -> type[RuleBasedStateMachine]:
    """The machine, over copies of a template."""

    class World(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.scratch = scratch()
            home = self.scratch.__enter__()
            shutil.copytree(template, home, dirs_exist_ok=True)
            self.world, self.air, self.count = Alliance(home), [], 0
            self.seen = {pair: self._outgoing(*pair) for pair in permutations(NAMES, 2)}

        def _outgoing(self, by, to):
            node, other = self.world.nodes[by], self.world.nodes[to].node
            wanted = select(outgoing.c.lane, outgoing.c.seq, outgoing.c.body).where(outgoing.c.partner == other)
            return {(row.lane, row.seq): bytes(row.body) for row in node.read(lambda c: c.execute(wanted).all())}

        @rule(
            by=WHO, name=THING, tlp=st.sampled_from(["CLEAR", "GREEN", "GREEN", "AMBER", "RED"]), grants=GRANTS,
            detail=st.sampled_from(["full", "full", "coarse"]), to=st.sampled_from(["anyone", "anyone", "fr", "id", ""]),
            only_to=st.sampled_from([None, None, None, "fr", "kr"]), hours=st.sampled_from([None, None, 2, 5]),
            incident=st.sampled_from([None, "i1", "i2"]), refs=st.sets(THING, max_size=2),
            data_class=st.sampled_from(["alert", "track"]),
        )  # fmt: skip
        def publish(self, by, name, tlp, grants, detail, to, only_to, hours, incident, refs, data_class) -> None:
            self.count += 1
            until = None if hours is None else self.world.now + hours * HOUR_US
            some = tuple(sorted(refs - {name}))
            thing = Thing(self.count, tlp, grants, detail, to, only_to, until, incident, some, data_class)
            self.world.publish(by, name, thing)

        @rule(by=WHO, name=THING)
        def recall(self, by, name) -> None:
            self.world.recall(by, name)

        @rule(by=WHO, name=THING, grants=GRANTS)
        def regrant(self, by, name, grants) -> None:
            old = self.world.oracle.things[by].get(name)
            if old is not None and not old.recalled:
                self.world.publish(by, name, old._replace(grants=grants))

        @rule(by=WHO, community=st.sampled_from(["kr-fr", "kr-sg", "all"]), suspended=st.booleans())
        def agreement(self, by, community, suspended) -> None:
            self.world.agreement(by, community, suspended=suspended)

        @rule(community=st.sampled_from(["kr-fr", "kr-sg", "all"]), to=st.sampled_from(["fr", "sg", "id"]),
              incident=st.sampled_from(["i1", "i2"]), hours=st.integers(0, 4))  # fmt: skip
        def scope(self, community, to, incident, hours) -> None:
            self.world.scope(community, incident, to, hours)

        @rule()
        def expel_or_admit(self) -> None:
            now = self.world.oracle.members[self.world.oracle.version["kr"]]
            self.world.members(set(NAMES) ^ {"id"} if "id" in now else set(NAMES))

        @rule(hours=st.sampled_from([1, 3]))
        def time_passes(self, hours) -> None:
            self.world.clock.at += hours * HOUR_US

        @rule(by=WHO)
        def tick(self, by) -> None:
            self.world.tick(by)

        @rule(by=WHO, to=WHO, room=st.sampled_from([1, 700, 60_000]))
        def send(self, by, to, room) -> None:
            if by != to:
                self.air.append((to, self.world.nodes[by].frame(self.world.nodes[to], room)))

        @precondition(lambda self: self.air)
        @rule(which=st.integers(0, 30), copies=st.integers(1, 3), keep=st.booleans())
        def deliver(self, which, copies, keep) -> None:
            to, wire = self.air[which % len(self.air)]
            if not keep:
                self.air.pop(which % len(self.air))
            for _ in range(copies):
                self.world.hear(to, wire)

        @rule()
        def lose(self) -> None:
            self.air.clear()

        @rule(by=WHO)
        def crash(self, by) -> None:
            self.world.nodes[by].reopen()

        @precondition(lambda self: self.air)
        @rule()
        def crash_while_hearing(self) -> None:
            to, wire = self.air[-1]
            node = self.world.nodes[to]
            with suppress(AbortedError), writing(node.engine) as connection:
                receiving.receive(connection, node.ours, wire, node.clock.written())
                raise AbortedError
            node.reopen()

        @rule()
        def settled(self) -> None:
            self.world.quiet()

        @invariant()
        def only_what_may_leave_ever_left(self) -> None:
            for by, to in permutations(NAMES, 2):
                now = self._outgoing(by, to)
                for place, body in now.items():
                    assert self.seen[by, to].get(place, body) == body
                    if place not in self.seen[by, to] and kind_of(body) == statements.KIND:
                        self._allowed(by, to, claimed(body))
                self.seen[by, to] = now

        def _allowed(self, by, to, payload) -> None:
            said, oracle = msgspec.json.decode(payload, type=_Wire), self.world.oracle
            name = next(one for one in THINGS if self.world.nodes[by].ours.item_id(one) == said.id)
            if said.f is None:
                assert b"canary" not in payload
                return
            may = oracle.may(by, to, name, self.world.now)
            assert may is not None, (by, to, name)
            assert {one.name: one.value for one in said.f} == expected(by, name, oracle.things[by][name], may[1])
            assert canary(by, name, oracle.things[by][name].revision).encode() in payload
            there = set(map(self.world.nodes[by].ours.item_id, oracle.told[by, to]))
            assert set(said.refs) <= there

        def teardown(self) -> None:
            try:
                self.world.healed()
            finally:
                self.world.close()
                self.scratch.__exit__(None, None, None)

    return World


def run(template, examples, steps) -> None:
    profile = settings(
        phases=[Phase.generate], max_examples=examples, stateful_step_count=steps, derandomize=True, **PROFILE
    )
    run_state_machine_as_test(machine(template), settings=profile)


def test_only_what_may_leave_does_and_all_of_it_arrives(template):
    run(template, 15, 30)


@pytest.mark.nightly
def test_only_what_may_leave_does_and_all_of_it_arrives_in_many_worlds(template):
    run(template, 500, 60)
