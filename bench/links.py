"""Bad links: 500 incidents from one node to another, each a process in a network namespace of its own.

    python -m bench.links [--quick]

The namespaces are joined by tests/app/netem.py, in user space. Wall time counts: from the start of the command
`hanbada share push`, Python's own start included, until the last incident is kept there and acknowledged here.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "app"))

import msgspec
from apart import Apart, enrolled, started
from netem import Network, Way, missing

from bench.exchange import facts
from bench.figures import Figure, Scale, skipped, tell
from hanbada.app.sharing import publishing
from hanbada.model.sharing import FULL, Grant, Item, Marking
from hanbada.store import exchange, terms
from hanbada.store.database import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = Way(rate=64_000, delay_s=0.3)
LOSSY = Way(rate=64_000, delay_s=0.3, lost=0.3)
NAMES = ("kr", "fr")
LANE = 1
LONGEST_S = 300.0
WHY_SLOW = (
    "The line itself needs 11 s for these bytes; the rest is Python's start and three round trips of handshakes. Next: one "
    "signature for all statements of a frame"
)
WHY_LOSSY = (
    "A packet that is lost again and again holds up those behind it for 1.5 s and more each time, in the handshake most of "
    "all. Next: datagrams with acknowledgements of our own"
)


def figures(scale: Scale) -> Iterator[Figure]:
    """Seconds over a slow link, the same where it loses a third, and files where no connection can be."""
    why = missing()
    with tempfile.TemporaryDirectory() as made:
        home, count = Path(made), scale.of(500, 50)
        if why:
            for name, what in (("links.slow", "64 kbit/s, 600 ms"), ("links.lossy", "64 kbit/s, 600 ms, 30 % lost")):
                yield skipped(name, f"{count} incidents at {what}", why)
            return
        with Network(*NAMES) as network:
            _prepared(network, home / "begin", count)
        rounds = scale.of(3, 1), scale.of(5, 1)
        slow = _link("links.slow", "64 kbit/s, 600 ms there and back", SLOW, home, count, rounds[0], 30, 15)
        yield msgspec.structs.replace(slow, why=WHY_SLOW)
        lossy = _link(
            "links.lossy", "64 kbit/s, 600 ms there and back, 30 % lost", LOSSY, home, count, rounds[1], 40, 20
        )
        yield msgspec.structs.replace(lossy, why=WHY_LOSSY)
        yield _carried(home, count)


def _prepared(network: Network, home: Path, count: int) -> None:
    kr, fr = (Apart(network, home, name) for name in NAMES)
    enrolled(kr, fr)
    dice = random.Random(7)
    with fr.door() as door, writing(door.engine) as connection:
        own = door.ours(connection)
        grant = Grant(community=next(iter(terms.communities(connection))), to="anyone", profile=FULL)
        marking = Marking(tlp="AMBER", originator=own.node, grants=(grant,))
        for number in range(count):
            item = Item(
                item_id=own.item_id(str(number)), data_class="incident", marking=marking, assertions=facts(dice, 1, 0)
            )
            publishing.publish(connection, own, item, str(number), door.written())


def _link(name: str, what: str, way: Way, home: Path, count: int, rounds: int, floor: float, goal: float) -> Figure:
    found = [_crossed(way, home, count, seed) for seed in range(1, 1 + rounds)]
    took = [seconds for seconds, _ in found]
    return Figure(
        name=name, what=f"{count} incidents at {what}", unit="s", less=True, floor=floor, goal=goal,
        measured=statistics.median(took), low=min(took), high=max(took), right=all(right for _, right in found),
        how=f"median of {rounds} seeds of loss: {', '.join(f'{one:.1f}' for one in sorted(took))} s",
        checked="all are there, once",
    )  # fmt: skip


def _crossed(way: Way, home: Path, count: int, seed: int) -> tuple[float, bool]:
    """Seconds until the last incident was acknowledged, and whether all are there."""
    here = home / f"{seed}-{way.lost}"
    shutil.copytree(home / "begin", here)
    with Network(*NAMES, seed=seed, way=Way()) as network:
        kr, fr = (Apart(network, here, name) for name in NAMES)
        started(kr, whole=True)
        network.both(*NAMES, way)
        begun = time.monotonic()
        pushing = subprocess.Popen(fr.command("share", "push"), stdout=subprocess.DEVNULL)
        try:
            took = _acknowledged(fr, count, begun)
        finally:
            pushing.kill()
            pushing.wait()
            kr.kill()
        with kr.door() as door, reading(door.engine) as connection:
            return took, len(exchange.all_came(connection)) == count


def _acknowledged(node: Apart, count: int, begun: float) -> float:
    with node.door() as door:
        while (took := time.monotonic() - begun) < LONGEST_S:
            with reading(door.engine) as connection:
                ((link, _),) = exchange.links(connection).values()
            if LANE in link.acked and link.acked[LANE].seq >= count:
                return took
            time.sleep(0.05)
    return LONGEST_S


def _carried(home: Path, count: int) -> Figure:
    """Where the way takes five minutes there is no connection: a file there, a file back."""
    here, file = home / "carried", home / "file"
    shutil.copytree(home / "begin", here)
    with Network(*NAMES) as network:
        kr, fr = (Apart(network, here, name) for name in NAMES)
    fr("share", "export", "--to", "kr", "-o", file)
    size = file.stat().st_size
    fresh = kr("share", "import", file, "-o", home / "back", "--json")["fresh"]
    fr("share", "import", home / "back")
    waiting = fr("node", "health", "--json")[0]["waiting"]
    return Figure(
        name="links.carried", what=f"bytes of {count} incidents in a file, for ways of five minutes", unit="kB", less=True,
        measured=size / 1000, floor=count * 0.25, right=fresh >= count and waiting == 0,
        how=f"one file there, one of {(home / 'back').stat().st_size} B back; TCP does not connect at 300 s one way",
        checked="all are there after the first file and acknowledged after the second",
    )  # fmt: skip


if __name__ == "__main__":
    tell("links", figures)
