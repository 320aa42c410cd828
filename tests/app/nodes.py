"""Nodes in one process that exchange frames by hand: each with its own database and keys, one clock for all."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from hanbada.app.sharing import enrolling, links, ours, publishing, receiving
from hanbada.model.sharing import FULL, Agreement, Assertion, Caveats, Grant, Item, Marking, Span
from hanbada.share.exchange.invites import Offer
from hanbada.store import exchange, terms
from hanbada.store.database import open_database, reading, writing
from hanbada.store.events import Written

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = 1_790_000_000_000_000


COMPILED: dict = {}
"""Statements as SQL: every node in this process asks the same."""


def opened(path: Path):
    return open_database(path).execution_options(compiled_cache=COMPILED)


class Clock:
    """The time of a world: goes on by a microsecond with every look."""

    def __init__(self) -> None:
        self.at = BEGIN

    def written(self) -> Written:
        self.at += 1
        return Written(by="officer", at_us=self.at)


class Node:
    """One node: what it may do, each in a transaction of its own."""

    def __init__(self, directory: Path, name: str, clock: Clock) -> None:
        self.directory, self.name, self.clock = directory / name, name, clock
        self.directory.mkdir(exist_ok=True)
        self.engine = opened(self.directory / "desk.db")
        if not (self.directory / ours.SIGNING).exists():
            about = {"name": name, "organisation": name.upper(), "address": f"https://{name}.example"}
            self.write(ours.make, self.directory, about, own=False)
        self.ours = self.read(ours.opened, self.directory)

    @property
    def node(self) -> str:
        return self.ours.node

    def write(self, what, *given, own=True):
        """Do something that ends in `written`, in a transaction."""
        with writing(self.engine) as connection:
            before = (connection, self.ours) if own else (connection,)
            return what(*before, *given, self.clock.written())

    def read(self, what, *given, **named):
        with reading(self.engine) as connection:
            return what(connection, *given, **named)

    def publish(self, name: str, marking: Marking, facts=None, **about) -> str:
        item = self.item(name, marking, facts, **about)
        self.write(publishing.publish, item, name)
        return item.item_id

    def item(self, name: str, marking: Marking, facts=None, **about) -> Item:
        kind, incident = about.pop("data_class", "alert"), about.pop("incident", None)
        return Item(
            item_id=self.ours.item_id(name), data_class=kind, marking=marking, incident=incident,
            assertions=FACTS if facts is None else facts, **about,
        )  # fmt: skip

    def recall(self, item_id: str) -> bool:
        return self.write(publishing.recall, item_id)

    def frame(self, to: Node, room: int = 600_000) -> bytes:
        with writing(self.engine) as connection:
            return links.next_frame(connection, self.ours, to.node, room)

    def hear(self, wire: bytes) -> receiving.Taken:
        return self.write(receiving.receive, wire)

    def has(self, *states: str) -> dict[str, exchange.Came]:
        """What came, by the name of the object, in these states."""
        return {one.item_id: one for one in self.read(exchange.all_came, states or ("live",))}

    def facts(self, item_id: str) -> dict[str, object]:
        """What this node reads of an object that came."""
        return {one.name: one.value for one in self.has()[item_id].received.item.assertions}

    def actions(self) -> list[str]:
        from hanbada.store import ledger

        with reading(self.engine) as connection:
            return [one.action for one in ledger.entries(connection)]

    def close(self) -> None:
        self.engine.dispose()

    def reopen(self) -> None:
        """What is left after the process was gone: only what is on disk."""
        self.close()
        self.engine = opened(self.directory / "desk.db")


FACTS = (
    Assertion(name="kind", aspect="plain", value="gap"),
    Assertion(name="from", aspect="time", value=BEGIN),
    Assertion(
        name="place",
        aspect="place",
        value={"geometry": {"kind": "point", "coordinates": [[129.04, 35.1]]}, "area": "Korea Strait"},
    ),
    Assertion(name="vessels", aspect="identity", value=[{"mmsi": 440123456, "name": "HANBADA"}]),
    Assertion(name="log", aspect="narrative", value="asked by VHF"),
)


def paper(agreement_id: str, *parties: str, **changes) -> Agreement:
    """An agreement that covers all, but for what is changed."""
    made = {
        "agreement_id": agreement_id, "title": agreement_id, "kind": "bilateral", "parties": parties, "reference": "",
        "data_classes": "any", "purposes": "any", "areas": "any", "incidents": "any", "onward": "none", "valid": Span(),
    }  # fmt: skip
    return Agreement(**made | changes)


def marked(by: Node, *communities: str, tlp="AMBER", profile=FULL, to="anyone", **caveats) -> Marking:
    """A marking by a node that grants these communities."""
    grants = tuple(Grant(community=one, to=to, profile=profile) for one in communities)
    return Marking(tlp=tlp, originator=by.node, grants=grants, caveats=Caveats(**caveats))


def enrol(one: Node, other: Node, agreement: Agreement | None = None, **offered) -> None:
    """Two nodes that know each other and share a community named after both."""
    name = f"{one.name}-{other.name}"
    offer = Offer(
        community_id=name, name=name, agreement=agreement or paper(name, one.name.upper(), other.name.upper()),
        **{"max_tlp": "AMBER", "profile": FULL, "purposes": ("maritime_safety",)} | offered,
    )  # fmt: skip
    text = one.write(enrolling.invite, offer)
    _, answer = other.write(enrolling.answer, text)
    word = one.write(enrolling.answered, answer)
    with writing(other.engine) as connection:
        digits = enrolling.word_came(connection, other.ours, word).digits
    one.write(enrolling.confirm, other.name, digits)
    other.write(enrolling.confirm, one.name, digits)
    settle(one, other)


def settle(*nodes: Node) -> None:
    """Exchange frames until nobody has anything to say."""
    for _ in range(50):
        fresh = 0
        for one, other in itertools.permutations(nodes, 2):
            if other.node in one.read(terms.partners) and one.node in other.read(terms.partners):
                fresh += other.hear(one.frame(other)).fresh
        if not fresh:
            return
    raise AssertionError
