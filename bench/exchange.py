"""Exchange between nodes: bytes on the wire, and how fast statements are published and taken in.

    python -m bench.exchange [--quick]

Two nodes in one process, each with its database on disk; processor time of the process counts. Bytes are those of
frames as they are sent, signatures and compression included, and of the answers that acknowledge them.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "app"))

from nodes import BEGIN, Clock, Node, enrol, marked

from bench.figures import Figure, Scale, tell
from hanbada.app.sharing import publishing
from hanbada.model.sharing import Assertion
from hanbada.store.database import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.model.sharing import Item

KINDS = ("gap", "encounter", "loitering", "zone", "cable", "identity")
WORDS = [
    "vessel",
    "seen",
    "stopped",
    "near",
    "the",
    "cable",
    "asked",
    "by",
    "radio",
    "answered",
    "repairs",
    "port",
    "authority",
    "informed",
    "patrol",
    "sent",
    "crew",
    "well",
    "course",
    "changed",
    "north",
    "lights",
    "off",
    "second",
    "ship",
    "alongside",
    "fishing",
    "gear",
    "recovered",
    "position",
    "confirmed",
    "by",
    "radar",
]
MINUTE_US = 60_000_000


def facts(dice: random.Random, lines: int, evidence: int) -> tuple[Assertion, ...]:
    """An alert or incident as a desk tells it: when, where, who, some lines of log, the lines it rests on."""
    at = BEGIN - dice.randrange(10**6) * 1_000_000
    where = {
        "geometry": {
            "kind": "point",
            "coordinates": [[round(dice.uniform(124, 132), 5), round(dice.uniform(32, 38), 5)]],
        },
        "area": dice.choice(["Korea Strait", "Yellow Sea", "East Sea"]),
    }
    said = [f"{' '.join(dice.choices(WORDS, k=14))}." for _ in range(lines)]
    heard = [
        f"!AIVDM,1,1,,A,{''.join(dice.choices('0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw', k=28))},0*{dice.randrange(256):02X}"
        for _ in range(evidence)
    ]
    named = {"mmsi": dice.randrange(201_000_000, 775_000_000), "name": " ".join(dice.choices(WORDS, k=2)).upper()}
    return (
        Assertion(name="kind", aspect="plain", value=dice.choice(KINDS)),
        Assertion(name="from", aspect="time", value=at),
        Assertion(name="until", aspect="time", value=at + dice.randrange(1, 600) * MINUTE_US),
        Assertion(name="place", aspect="place", value=where),
        Assertion(name="vessels", aspect="identity", value=[named]),
        Assertion(name="probability", aspect="plain", value=round(dice.random(), 2)),
        *(Assertion(name="log", aspect="narrative", value=line) for line in said),
        *((Assertion(name="evidence", aspect="evidence", value=heard),) if heard else ()),
    )


class Pair:
    """Two nodes that share all."""

    def __init__(self, home: Path) -> None:
        clock = Clock()
        self.kr, self.fr = (Node(home, name, clock) for name in ("kr", "fr"))
        enrol(self.kr, self.fr)
        self.synced()

    def item(self, name: str, some: tuple[Assertion, ...], kind: str = "alert") -> Item:
        return self.kr.item(name, marked(self.kr, "kr-fr"), some, data_class=kind)

    def publish(self, *some: tuple[str, Item]) -> None:
        with writing(self.kr.engine) as connection:
            for name, one in some:
                publishing.publish(connection, self.kr.ours, one, name, self.kr.clock.written())

    def synced(self) -> int:
        """Exchange frames until nothing is new; the bytes of all."""
        size = 0
        while True:
            there = self.kr.frame(self.fr)
            fresh = self.fr.hear(there).fresh
            back = self.fr.frame(self.kr)
            size += len(there) + len(back)
            if not fresh + self.kr.hear(back).fresh:
                return size

    def close(self) -> None:
        self.kr.close()
        self.fr.close()


def figures(scale: Scale) -> Iterator[Figure]:
    """Sizes and speeds."""
    for measure in (_sizes, _watch, _speed):
        with tempfile.TemporaryDirectory() as home:
            pair = Pair(Path(home))
            yield from measure(pair, scale)
            pair.close()


def _sizes(pair: Pair, _scale: Scale) -> Iterator[Figure]:
    dice = random.Random(7)
    idle = len(pair.kr.frame(pair.fr)) + len(pair.fr.frame(pair.kr))
    yield Figure(
        name="exchange.idle", what="bytes to learn that nothing changed", unit="B", measured=idle, floor=1000, less=True,
        how="a frame and its answer", checked="nothing was new",
    )  # fmt: skip
    incidents = [(f"incident/{n}", pair.item(f"incident/{n}", facts(dice, 1, 0), "incident")) for n in range(50)]
    pair.publish(*incidents)
    wire = pair.kr.frame(pair.fr)
    right = pair.fr.hear(wire).fresh == 50
    yield Figure(
        name="exchange.incident", what="bytes on the wire of an incident, of 50 in a frame", unit="B", less=True,
        measured=len(wire) / 50, floor=250, goal=185, right=right, how="one frame, signed and compressed",
        checked="all 50 were taken",
    )  # fmt: skip
    pair.synced()
    pair.publish(("alert/1", pair.item("alert/1", facts(dice, 0, 6))))
    wire = pair.kr.frame(pair.fr)
    yield Figure(
        name="exchange.alert", what="bytes on the wire of one alert with six lines of evidence, alone", unit="B", less=True,
        measured=len(wire), floor=1000, right=pair.fr.hear(wire).fresh == 1, how="one frame", checked="it was taken",
    )  # fmt: skip


def _watch(pair: Pair, _scale: Scale) -> Iterator[Figure]:
    """An average watch: 40 alerts with evidence, 6 incidents with 5 lines of log each, 120 revisions, over 8 hours."""
    dice, size = random.Random(8), 0
    alerts = {f"alert/{n}": facts(dice, 0, 4) for n in range(40)}
    incidents = {f"incident/{n}": facts(dice, 5, 0) for n in range(6)}
    changes = [*alerts.items(), *incidents.items()]
    changes += [(name, alerts[name][:2] + facts(dice, 0, 4)[2:]) for name in dice.choices(sorted(alerts), k=120)]
    for number, (name, some) in enumerate(changes):
        kind = name.partition("/")[0]
        pair.publish((name, pair.item(name, some, kind)))
        size += pair.synced() if number % 4 == 3 else 0
    size += pair.synced()
    yield Figure(
        name="exchange.watch", what="bytes of an average watch, both ways", unit="kB", less=True, measured=size / 1000,
        floor=200, how="166 changes, synced after every fourth", right=len(pair.fr.has()) == 46, checked="46 objects there",
    )  # fmt: skip


def _speed(pair: Pair, scale: Scale) -> Iterator[Figure]:
    dice, count = random.Random(9), scale.of(4_000, 400)
    some = [(f"alert/{n}", pair.item(f"alert/{n}", facts(dice, 1, 0))) for n in range(count)]
    begun = time.process_time()
    for one in some:
        pair.publish(one)
    yield Figure(
        name="exchange.publish", what="objects published a second", unit="/s", floor=200, how="each in a transaction of its own",
        measured=count / (time.process_time() - begun),
    )  # fmt: skip
    spent, taken = 0.0, 0
    while wire := pair.kr.frame(pair.fr):
        begun = time.process_time()
        fresh = pair.fr.hear(wire).fresh
        spent += time.process_time() - begun
        taken += fresh
        pair.kr.hear(pair.fr.frame(pair.kr))
        if not fresh:
            break
    yield Figure(
        name="exchange.ingest", what="statements taken in a second: verified, judged, kept, in the ledger", unit="/s",
        floor=2_000, measured=taken / spent, how="frames of 600 kB, one process", right=taken == count, checked="all are there",
    )  # fmt: skip


if __name__ == "__main__":
    tell("exchange", figures)
