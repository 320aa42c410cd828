"""Four nodes that know each other, three communities, and what each must have, said a second time.

`Oracle` knows nothing of app.sharing and little of release: all conditions stand in `may`, in one place, as people say
them. It follows what each partner was told, because terms that end take nothing back.
"""

from __future__ import annotations

import copy
import itertools
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from nodes import BEGIN, Clock, Node, enrol, paper, settle

from hanbada.app.sharing import chartering, enrolling, publishing, receiving
from hanbada.model.sharing import FULL, Assertion, Caveats, Community, Grant, Marking, Member, Profile, Scope, Span
from hanbada.model.times import DAY_US, HOUR_US
from hanbada.store import exchange, terms
from hanbada.store.database import settle as checkpointed
from hanbada.store.database import writing

NAMES = ("kr", "fr", "sg", "id")
TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
COARSE = Profile(place="30min", identity=True, source=False, person=False, narrative=False, evidence=False)
HIGHEST = {"kr-fr": "AMBER", "kr-sg": "RED", "all": "GREEN"}
DETAIL = {"kr-fr": "full", "kr-sg": "full", "all": "coarse"}
MEMBERS = {"kr-fr": {"kr", "fr"}, "kr-sg": {"kr", "sg"}, "all": set(NAMES)}
PLACES = (
    ((129.04, 35.10), (128.877551, 35.25)),
    ((-179.99, -18.02), (-179.736842, -18.25)),
    ((0.0, 0.0), (0.25, 0.25)),
)
"""Places, each with the middle of its cell of half a degree, worked out by hand: 588, 684 and 720 cells in a circle."""
STEP_US = 6 * HOUR_US


class Thing(NamedTuple):
    """An object as its origin has it; `to` is "anyone", a name or "" (nobody)."""

    revision: int
    tlp: str
    grants: tuple[str, ...]
    detail: str = "full"
    to: str = "anyone"
    only_to: str | None = None
    until_at: int | None = None
    incident: str | None = None
    refs: tuple[str, ...] = ()
    data_class: str = "alert"
    recalled: bool = False


class Opened(NamedTuple):
    """A scope of kr's."""

    community: str
    incident: str
    to: str
    until_at: int


def canary(origin: str, thing: str, revision: int) -> str:
    return f"canary-{origin}-{thing}-{revision}."


def facts(origin: str, name: str, thing: Thing) -> tuple[Assertion, ...]:
    """One fact of each sort; the narrative and the ship's name can be found again in any file."""
    said = canary(origin, name, thing.revision)
    where = {"geometry": {"kind": "point", "coordinates": [list(PLACES[thing.revision % 3][0])]}, "area": "sea"}
    return (
        Assertion(name="kind", aspect="plain", value=thing.revision % 2),
        Assertion(name="from", aspect="time", value=BEGIN + thing.revision * HOUR_US),
        Assertion(name="place", aspect="place", value=where),
        Assertion(name="vessels", aspect="identity", value=[{"name": f"V{said}"}]),
        Assertion(name="log", aspect="narrative", value=f"L{said}"),
    )


def expected(origin: str, name: str, thing: Thing, detail: str) -> dict[str, object]:
    """What a partner reads of it in full or coarsely."""
    whole = {one.name: one.value for one in facts(origin, name, thing)}
    if detail == "full":
        return whole
    del whole["log"]
    whole["from"] = whole["from"] // STEP_US * STEP_US
    middle = list(PLACES[thing.revision % 3][1])
    whole["place"] = {"geometry": {"kind": "point", "coordinates": [middle]}, "area": "sea", "cell_deg": 0.5}
    return whole


class Oracle:
    """What each node must have of each other, worked out from what people did."""

    def __init__(self) -> None:
        self.things: dict[str, dict[str, Thing]] = {name: {} for name in NAMES}
        self.suspended: set[tuple[str, str]] = set()
        self.members: dict[int, set[str]] = {1: set(NAMES)}
        self.version = dict.fromkeys(NAMES, 1)
        self.scopes: dict[str, Opened] = {}
        self.told: dict[tuple[str, str], dict[str, tuple[str, dict, tuple[str, ...]]]] = {
            (a, b): {} for a in NAMES for b in NAMES if a != b
        }

    def copy(self) -> Oracle:
        return copy.deepcopy(self)

    def member(self, by: str, community: str, node: str) -> bool:
        if community == "all":
            return node in self.members[self.version[by]]
        return node in MEMBERS[community]

    def may(self, by: str, to: str, name: str, now: int) -> tuple[str, str] | None:
        """The community by which, and the detail in which, a node may have a thing; None if it may not."""
        found = [
            (detail == "full", -i, community, detail)
            for i, community in enumerate(sorted(MEMBERS))
            if self.flows(by, to, community) and (detail := self.wanted(by, to, name, community, now))
        ]
        return max(found)[2:] if found else None

    def flows(self, by: str, to: str, community: str) -> bool:
        """Terms: both are members, whoever tells may post, and the agreement is in force at the teller's."""
        posts = community != "all" or by != "id"
        both = self.member(by, community, by) and self.member(by, community, to)
        return posts and both and (by, community) not in self.suspended

    def wanted(self, by: str, to: str, name: str, community: str, now: int) -> str | None:
        """What the originator, and an open scope, let a member have; None for nothing."""
        thing = self.things[by][name]
        over = thing.until_at is not None and now >= thing.until_at
        if thing.recalled or over or thing.only_to not in {None, to}:
            return None
        scope = by == "kr" and any(
            (one.community, one.incident, one.to) == (community, thing.incident, to) and now < one.until_at
            for one in self.scopes.values()
        )
        if scope:
            return "full"
        if community not in thing.grants or thing.to not in {"anyone", to}:
            return None
        known = self.member(by, community, to)
        if known and TLP.index(thing.tlp) > TLP.index(HIGHEST[community]):
            return None
        if known and thing.tlp == "RED" and thing.to == "anyone":
            return None
        return "coarse" if "coarse" in {thing.detail, DETAIL[community]} else "full"

    def settle(self, by: str, names: set[str], now: int) -> None:
        """Tell every partner what changed of some things, and of those that refer to what it has now or lost."""
        for to in NAMES:
            queue = set(names) if to != by else set()
            while queue:
                name = min(queue)
                queue.discard(name)
                if self._tell(by, to, name, now):
                    queue |= {one for one, thing in self.things[by].items() if name in thing.refs}

    def _tell(self, by: str, to: str, name: str, now: int) -> bool:
        """Whether the partner has it now and had not before, or the other way round."""
        there, found = self.told[by, to], self.may(by, to, name, now)
        had = name in there
        if found is not None:
            thing = self.things[by][name]
            refs = tuple(one for one in thing.refs if one in there)
            there[name] = (found[0], expected(by, name, thing, found[1]), refs)
        elif had and (self.wanted(by, to, name, there[name][0], now) is None or self.flows(by, to, there[name][0])):
            del there[name]
        return had != (name in there)


@contextmanager
def scratch():
    """A directory, in memory where the machine has one there."""
    shared = Path("/dev/shm")  # noqa: S108 - made with a name of its own below
    made = tempfile.mkdtemp(dir=shared if shared.is_dir() else None)
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made)


def found(directory: Path) -> None:
    """Make the four nodes, enrolled with each other, in their three communities."""
    clock = Clock()
    nodes = {name: Node(directory, name, clock) for name in NAMES}
    kr, fr, sg, _ = nodes.values()
    enrol(kr, fr)
    enrol(kr, sg, max_tlp="RED")
    for one, other in (("kr", "id"), ("fr", "sg"), ("fr", "id"), ("sg", "id")):
        introduce(nodes[one], nodes[other])
    for one in nodes.values():
        one.write(terms.put_agreement, agreement("all"), own=False)
    kr.write(chartering.propose, everybody(nodes, set(NAMES), 1))
    settle(*nodes.values())
    for one in (fr, sg, nodes["id"]):
        one.write(chartering.accept, "all")
    settle(*nodes.values())
    for one in nodes.values():
        one.close()


def introduce(one: Node, other: Node) -> None:
    """Enrol two nodes that share nothing by themselves."""
    text = one.write(enrolling.invite, None)
    _, answer = other.write(enrolling.answer, text)
    word = one.write(enrolling.answered, answer)
    with writing(other.engine) as connection:
        digits = enrolling.word_came(connection, other.ours, word).digits
    one.write(enrolling.confirm, other.name, digits)
    other.write(enrolling.confirm, one.name, digits)


def agreement(community: str, **changes):
    parties = [name.upper() for name in NAMES if name in MEMBERS[community]]
    return paper(community, *parties, **changes)


def everybody(nodes: dict[str, Node], members: set[str], version: int) -> Community:
    """A version of the community of all: kr is steward, id only listens."""
    return Community(
        community_id="all", name="All", version=version, agreements=("all",), quorum=1, purposes=("maritime_safety",),
        members=tuple(
            Member(
                node=nodes[one].node, max_tlp=HIGHEST["all"], profile=COARSE, may_post=one != "id", steward=one == "kr"
            )
            for one in NAMES if one in members
        ),
    )  # fmt: skip


class Alliance:
    """The four nodes with the oracle beside them; every deed is done to both."""

    def __init__(self, directory: Path) -> None:
        self.clock, self.oracle = Clock(), Oracle()
        self.clock.at = BEGIN + DAY_US
        self.nodes = {name: Node(directory, name, self.clock) for name in NAMES}
        self.named = {node.node: name for name, node in self.nodes.items()}

    @property
    def now(self) -> int:
        """The time of what was done last."""
        return self.clock.at

    def publish(self, by: str, name: str, thing: Thing) -> None:
        node = self.nodes[by]
        item = msgspec.structs.replace(
            node.item(name, self.marking(by, thing), facts(by, name, thing), data_class=thing.data_class),
            incident=thing.incident,
            refs=tuple(node.ours.item_id(one) for one in thing.refs),
        )
        node.write(publishing.publish, item, name)
        self.oracle.things[by][name] = thing
        self.oracle.settle(by, {name}, self.now)

    def marking(self, by: str, thing: Thing) -> Marking:
        """The marking of a thing."""
        to = () if thing.to == "" else "anyone" if thing.to == "anyone" else (self.nodes[thing.to].node,)
        profile = FULL if thing.detail == "full" else COARSE
        only = None if thing.only_to is None else (self.nodes[thing.only_to].node,)
        return Marking(
            tlp=thing.tlp,
            originator=self.nodes[by].node,
            grants=tuple(Grant(community=one, to=to, profile=profile) for one in thing.grants),
            caveats=Caveats(only_to=only, until_at=thing.until_at),
        )

    def recall(self, by: str, name: str) -> None:
        thing = self.oracle.things[by].get(name)
        self.nodes[by].recall(self.nodes[by].ours.item_id(name))
        if thing is not None:
            self.oracle.things[by][name] = thing._replace(recalled=True)
            self.oracle.settle(by, {name}, self.now)

    def agreement(self, by: str, community: str, *, suspended: bool) -> None:
        spans = (Span(),) if suspended else ()
        self.nodes[by].write(terms.put_agreement, agreement(community, suspended=spans), own=False)
        (self.oracle.suspended.add if suspended else self.oracle.suspended.discard)((by, community))
        self.tick(by)

    def scope(self, community: str, incident: str, to: str, hours: int) -> None:
        """Open a scope of kr's, or close it (no hours)."""
        until = self.now + max(hours, 1) * HOUR_US
        name = f"{community}-{incident}-{to}"
        scope = Scope(
            scope_id=name, community=community, incident=incident, nodes=(self.nodes[to].node,), profile=FULL,
            max_tlp="RED", opened_by="chief", opened_at=self.now, until_at=until, closed_at=None if hours else self.now,
        )  # fmt: skip
        self.nodes["kr"].write(terms.put_scope, scope, own=False)
        self.oracle.scopes.pop(name, None)
        if hours:
            self.oracle.scopes[name] = Opened(community, incident, to, until)
        self.tick("kr")

    def members(self, members: set[str]) -> None:
        """The next version of the community of all, by its steward."""
        version = self.oracle.version["kr"] + 1
        self.nodes["kr"].write(chartering.propose, everybody(self.nodes, members, version))
        self.oracle.members[version] = members
        self.oracle.version["kr"] = version
        self.tick("kr")

    def tick(self, by: str) -> None:
        """What a node does from time to time."""
        self.nodes[by].write(receiving.expire, own=False)
        self.nodes[by].write(publishing.retell)
        self.oracle.settle(by, set(self.oracle.things[by]), self.now)

    def hear(self, to: str, wire: bytes) -> receiving.Taken:
        taken = self.nodes[to].hear(wire)
        version = self.nodes[to].read(terms.communities)["all"].version
        if version != self.oracle.version[to]:
            self.oracle.version[to] = version
            self.oracle.settle(to, set(self.oracle.things[to]), self.now)
        return taken

    def quiet(self) -> None:
        """Exchange frames over perfect links, and let everybody look at what changed, until nobody has more to say."""
        for _ in range(200):
            fresh = 0
            for one, other in itertools.permutations(NAMES, 2):
                fresh += self.hear(other, self.nodes[one].frame(self.nodes[other])).fresh
            if not fresh:
                return
        raise AssertionError

    def healed(self) -> None:
        """Every entitled node has everything exactly once, and nobody else a byte of it."""
        for name in NAMES:
            self.tick(name)
        self.quiet()
        for one, other in itertools.permutations(NAMES, 2):
            want = {self.nodes[one].ours.item_id(k): v[1:] for k, v in self.oracle.told[one, other].items()}
            assert self.had(one, other) == self._named(one, want), (one, other)
        for name, node in self.nodes.items():
            self.clean(name)
            alarms = [one for one in node.actions() if one.startswith("alarm")]
            assert not alarms, (name, alarms)
            links = node.read(exchange.links)
            assert not any(exchange_link.suspended for exchange_link, _ in links.values())
        for one, other in itertools.permutations(NAMES, 2):
            sent = self.nodes[one].read(exchange.link_to, self.nodes[other].node).sent
            assert sent == self.nodes[other].read(exchange.link_to, self.nodes[one].node).came

    def _named(self, by: str, want: dict) -> dict:
        name = self.nodes[by].ours.item_id
        return {key: (said, tuple(map(name, refs))) for key, (said, refs) in want.items()}

    def had(self, by: str, at: str) -> dict:
        """What a node reads of what another told it."""
        came = self.nodes[at].read(exchange.all_came)
        items = [one.received.item for one in came if one.partner == self.nodes[by].node]
        return {one.item_id: ({fact.name: fact.value for fact in one.assertions}, one.refs) for one in items}

    def clean(self, at: str) -> None:
        """Nothing of what a node may not have, or has no more, stands in its files."""
        node = self.nodes[at]
        checkpointed(node.engine)
        held = b"".join(path.read_bytes() for path in sorted(node.directory.glob("desk.db*")))
        there = {one.decode() for one in re.findall(rb"canary-[a-z]+-\w+-\d+\.", held)}
        mine = {one for one in there if one.startswith(f"canary-{at}-")}
        may = {
            canary(by, name, self.oracle.things[by][name].revision)
            for by in NAMES if by != at for name in self.oracle.told[by, at]
        }  # fmt: skip
        assert there - mine == may, at

    def close(self) -> None:
        for one in self.nodes.values():
            one.close()
