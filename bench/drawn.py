"""What the decoders are fed: messages drawn from the real logs beside the project.

Every whole message of five minutes of the Danish shore network and of the decoders' test vectors goes into a pool, as
often as it was heard there. Messages are drawn from it with replacement, so every one of the 28 types has the share it
has in those logs. The talker becomes AI, which every peer takes; nothing else of a sentence is changed. The same
messages are written a second time with a TAG block before each sentence.
"""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from test_other_decoders import messages  # type: ignore[import-not-found]

from bench.packs import pack

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SUFFIXES = {".nmea", ".txt", ".aivdm", ".raw", ".ais", ""}
STATIONS, PER_SECOND = 23, 300
"""Of the TAG blocks: receivers, and messages with the same time."""


class Pool(NamedTuple):
    """Whole messages: what the readable decoder says of each, and its lines."""

    said: list[Any]
    lines: list[bytes]


class Drawn(NamedTuple):
    """A file of messages, which of the pool they are, and in words."""

    path: Path
    picks: NDArray[np.int64]
    about: str


@cache
def pool(folder: Path) -> Pool:
    """All messages of the logs; raises MissingError without them."""
    vectors = pack("ais-nmea-vectors")
    danish = folder / "danish.txt"
    danish.write_bytes(gzip.decompress(pack("ais-nmea-dma-20131112", "ais-sample.txt.gz").read_bytes()))
    others = (p for p in vectors.rglob("*") if p.is_file() and p.suffix in SUFFIXES and "LICENSE" not in p.name)
    said = [one for path in (danish, *sorted(others)) for one in messages(path)]
    return Pool(said, [b"".join(map(_plain, one.sentences)) for one in said])


def _plain(sentence: bytes) -> bytes:
    body = b"AI" + sentence[3 : sentence.rindex(b"*")]
    return b"!%b*%02X\n" % (body, _checksum(body))


def _checksum(body: bytes) -> int:
    return int(np.bitwise_xor.reduce(np.frombuffer(body, np.uint8)))


def draw(folder: Path, count: int, *, tagged: bool = False) -> Drawn:
    """A file of so many messages, the same every time."""
    from_pool = pool(folder)
    picks = np.random.default_rng(1).integers(0, len(from_pool.lines), count)
    path = folder / f"{count}{'-tagged' if tagged else ''}.nmea"
    lines = [from_pool.lines[i] for i in picks.tolist()]
    if tagged:
        lines = [_tagged(number, line) for number, line in enumerate(lines)]
    path.write_bytes(b"".join(lines))
    with_tag = " with TAG blocks" if tagged else ""
    size = f"{sum(line.count(b'!') for line in lines):,} lines, {path.stat().st_size / 1e6:.1f} MB"
    return Drawn(path, picks, f"{count:,} messages{with_tag} ({size}) drawn from {len(from_pool.lines):,} real ones")


def _tagged(number: int, lines: bytes) -> bytes:
    body = b"s:st%d,c:%d" % (number % STATIONS, 1_700_000_000 + number // PER_SECOND)
    tag = b"\\%b*%02X\\" % (body, _checksum(body))
    return b"".join(tag + line for line in lines.splitlines(keepends=True))


def repeated(drawn: Drawn, times: int) -> Path:
    """A file that holds the drawn one several times over."""
    path = drawn.path.with_name(f"{times}-times-{drawn.path.name}")
    with path.open("wb") as out:
        for _ in range(times):
            out.write(drawn.path.read_bytes())
    return path
