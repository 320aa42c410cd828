"""Five minutes of the whole Danish shore network, counted by us and by pyais."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pyais.stream import IterMessages

from hanbada.ais import columns
from hanbada.app.intake import Account, read_reports
from hanbada.engine.watch import start, take_reports
from shared_sets import pack
from ships import NO_PORTS

if TYPE_CHECKING:
    import pyais

pytestmark = pytest.mark.pack
POSITIONS = {1, 2, 3, 9, 18, 19, 27}
STAMP = re.compile(rb"\$PGHP,1,(\d+),(\d+),(\d+),(\d+),(\d+),(\d+),(\d+),")
SENTENCE = re.compile(rb"!..VD[MO],")
SAME_S = 30.0


@pytest.fixture(scope="module")
def by_pyais(dma_sample: bytes) -> list[tuple[float, pyais.ANY_MESSAGE]]:
    """Every message as pyais decodes it, with the time of the stamp in front of its last part."""
    found, at, waiting = [], 0.0, {}
    for line in dma_sample.split(b"\n"):
        if stamp := STAMP.match(line):
            *date, ms = map(int, stamp.groups())
            at = datetime(*date, ms * 1000, tzinfo=UTC).timestamp()
            continue
        sentence = line[line.find(b"!") :].strip() if SENTENCE.search(line) else b""
        if not sentence:
            continue
        _, total, number, sequence, channel, *_ = sentence.split(b",")
        parts = waiting.setdefault((total, sequence, channel), {})
        parts[number] = sentence
        if len(parts) == int(total):
            whole = [parts[key] for key in sorted(parts)]
            del waiting[total, sequence, channel]
            found.append((at, next(iter(IterMessages(whole))).decode()))
    return found


def test_every_line_of_the_network_is_used_and_no_message_is_missing(dma_sample: bytes, by_pyais) -> None:
    state, kinds, rejects = columns.start("messages"), Counter(), 0
    for block in [*columns.feed(state, dma_sample), *columns.finish(state)]:
        kinds.update(columns.types(block))
        rejects += block.rejects.num_rows
    assert kinds == Counter(message.msg_type for _, message in by_pyais)
    assert sum(kinds.values()) == 26_077
    assert sum(kinds[kind] for kind in POSITIONS) == 24_688
    assert rejects == 0
    counts = state.counts
    assert counts["lines"] == 80_246
    assert counts["reject"] == counts["tag_ignored"] == 0


def test_the_ships_and_the_repeats_over_receivers_are_those_pyais_finds(by_pyais) -> None:
    path = pack("ais-nmea-dma-20131112", "ais-sample.txt.gz")
    watch = start(NO_PORTS, only=("distress",))
    ships = set()
    for reports in read_reports(str(path), 0, Account("dma")):
        ships.update(reports.positions["mmsi"].to_pylist())
        take_reports(watch, reports)
    positions = [(at, message) for at, message in by_pyais if message.msg_type in POSITIONS]
    assert ships == {message.mmsi for _, message in positions}
    assert len(ships) == 1_438
    assert watch.counts.rows == len(positions)
    assert watch.counts.repeats == repeats(positions) == 34


def repeats(positions) -> int:
    """Reports with everything but the radio's state as in one heard within half a minute before.

    Without the second of the fix, two reports of a ship that lies still are alike: only the same time makes them one.
    """
    last, count = {}, 0
    for at, message in positions:
        said = message.asdict()
        key = tuple(
            said.get(name) for name in ("msg_type", "mmsi", "lat", "lon", "speed", "course", "heading", "second")
        )
        key += (at,) if said["second"] > 59 else ()
        count += key in last and abs(at - last[key]) <= SAME_S
        last[key] = at
    return count
