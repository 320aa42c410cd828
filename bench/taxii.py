"""The TAXII server: what a page costs where there are many objects.

    python -m bench.taxii [--quick]

A node in this process with its database on disk, asked through the server's own doors without a socket; processor time
of the process counts, the check of the token and the terms included. The reference server of OASIS (medallion 3.0.0,
memory backend) took 77 s of processor time for a first page of 100 of 4,000 objects where it was measured.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "app"))

import httpx
from nodes import BEGIN, Clock, Node, enrol

from bench.figures import Figure, Scale, tell
from hanbada.app.sharing.door import Door
from hanbada.app.taxii import readers
from hanbada.app.taxii.serving import API, collection_id, taxii_app
from hanbada.app.taxii.shelving import things_of
from hanbada.model.sharing import Handling, Released, Told
from hanbada.store import taxii
from hanbada.store.database import writing
from hanbada.store.taxii import Thing, View

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 15
ASKED = {
    "taxii.first": ("a first page of 100 incidents", {"match[type]": "incident", "limit": "100"}, 20.0),
    "taxii.all": ("a first page of 100 objects of every type", {"limit": "100"}, 20.0),
    "taxii.manifest": ("a page of 100 of the manifest", {"limit": "100"}, 20.0),
    "taxii.last": ("the last page, behind a date", {"limit": "100", "added_after": ""}, 20.0),
}


def released(number: int) -> Released:
    """An alert about a vessel at a place, each another one."""
    place = {"geometry": {"kind": "point", "coordinates": [[120 + number % 900 / 100, 30 + number % 700 / 100]]}}
    said = (
        ("kind", "plain", "gap"), ("severity", "plain", "warning"), ("from", "time", BEGIN + number),
        ("vessels", "identity", [{"mmsi": 400_000_000 + number, "name": f"VESSEL {number}"}]),
        ("place", "place", place | {"area": "Korea Strait"}), ("reasons", "evidence", [["silence", 7200.0, "s", 3600.0, ">="]]),
    )  # fmt: skip
    return Released(
        item_id=f"alert-{number}", data_class="alert", to="fr", community="kr-fr", refs=(),
        handling=Handling(tlp="AMBER", onward="none", purposes=("maritime_safety",), originator="kr"),
        facts=tuple(Told(name=name, aspect=aspect, value=value) for name, aspect, value in said),
    )  # fmt: skip


def figures(scale: Scale) -> Iterator[Figure]:
    """Pages of a view of many objects."""
    most = scale.of(100_000, 5_000)
    with tempfile.TemporaryDirectory() as home:
        clock = Clock()
        kr, fr = Node(Path(home), "kr", clock), Node(Path(home), "fr", clock)
        enrol(kr, fr)
        with writing(kr.engine) as connection:
            token = readers.add(connection, kr.ours, "fr", fr.node, clock.written())
        count, dates = filled(kr, View("kr-fr", fr.node), most)
        yield from pages(kr, token, count, dates)
        kr.close()
        fr.close()


def filled(kr: Node, view: View, most: int) -> tuple[int, list[int]]:
    """A view of so many objects, and when some of them were added."""
    made: dict[str, Thing] = {}
    number = 0
    while len(made) < most:
        made |= {one.object_id: one for one in things_of(released(number), BEGIN + number * 1_000)}
        number += 1
    rows = list(made.values())
    with writing(kr.engine) as connection:
        taxii.shelve(connection, view, "all", rows, kr.clock.at)
    first = kr.clock.at
    kr.clock.at += len(rows) + 1
    return len(rows), [first + at for at in range(len(rows))]


def pages(kr: Node, token: str, count: int, dates: list[int]) -> Iterator[Figure]:
    """What each kind of page costs."""
    from hanbada.app.taxii.serving import added

    app = taxii_app(Door(kr.engine, kr.directory, lambda: kr.clock.at))
    headers = {"authorization": f"Bearer {token}", "accept": "application/taxii+json;version=2.1"}

    async def asked(path: str, query: dict[str, str]) -> tuple[float, httpx.Response]:
        spent = []
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://x", headers=headers
        ) as client:
            for _ in range(ROUNDS):
                begun = time.process_time()
                answer = await client.get(path, params=query)
                spent.append(time.process_time() - begun)
        return min(spent), answer

    where = f"{API}collections/{collection_id(kr.ours, 'kr-fr')}/"
    for name, (what, query, floor) in ASKED.items():
        given = query | ({"added_after": added(dates[-101])} if "added_after" in query else {})
        path = where + ("manifest/" if name == "taxii.manifest" else "objects/")
        seconds, answer = asyncio.run(asked(path, given))
        found = answer.json().get("objects", [])
        yield Figure(
            name=name, what=f"{what}, out of {count:,}", unit="ms", less=True, measured=seconds * 1000, floor=floor,
            how=f"processor time of a request, best of {ROUNDS}", right=answer.status_code == 200 and len(found) == 100,
            checked="100 objects came",
        )  # fmt: skip


if __name__ == "__main__":
    tell("taxii", figures)
