"""Decoding: from a file to columns, every field of all 28 types, beside the other decoders and the same in C.

    python -m bench.decode [--quick]

All in one process, processor time of best rounds, everything loaded, compiled and started before. Ours ends with columns
ready to be wrapped; the peers end with an object or dict for each message, which is all they offer.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bench import drawn, peers, twin
from bench.figures import Figure, Scale, skipped, tell
from bench.timing import Spread, in_turn, ratio, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from bench.drawn import Drawn, Pool
    from hanbada.ais.program import Target

TARGETS: tuple[Target, ...] = ("messages", "seams")
MORE = {"pyais": (80.0, 150.0), "libais": (60.0, 120.0), "aiscat": (12.0, 22.0)}
"""Floor and goal per peer: how many times faster."""
COUNT = (6.0, 3.0)
"""Times of `bytes.count(b"\\n")` over the same bytes in memory."""
IN_C = (2.0, 1.2)
THREADS = (1.6, 1.9)
"""Our own aim; the issue names no figure."""
OF_A_LINE = {"at", "line_id", "source"}
"""Columns that depend on where in the file a message stands."""
WHY = {
    "count": "Ours reads the file, checks and unpacks every line by itself and writes a dozen columns; `count` only reads memory.",
}


class Checked(NamedTuple):
    """Whether values agree, and in words what was compared."""

    right: bool
    words: str


def figures(scale: Scale) -> Iterator[Figure]:
    """All of decoding."""
    with tempfile.TemporaryDirectory() as name:
        folder, count = Path(name), scale.of(1_000_000, 50_000)
        inputs = {"": drawn.draw(folder, count), ".tagged": drawn.draw(folder, count, tagged=True)}
        agreed = _agreed(drawn.pool(folder), folder, inputs)
        for suffix, one in inputs.items():
            yield from _beside_peers(suffix, one, drawn.pool(folder), agreed, scale)
        yield from _in_c(folder, inputs, scale)
        yield _on_two_threads(inputs[""], scale)


def _agreed(pool: Pool, folder: Path, inputs: dict[str, Drawn]) -> dict[str, Checked]:
    """Ours against every peer on the pool, and every row of the drawn files against the pool."""
    whole = folder / "pool.nmea"
    whole.write_bytes(b"".join(pool.lines))
    of_pool = {target: peers.tables(whole, target) for target in TARGETS}
    rows = {name: iter(table.to_pylist()) for name, table in of_pool["messages"].items()}
    ours = [next(rows[said.message.layout]) for said in pool.said]
    same = all(
        _same_rows(pool, of_pool[target], one, peers.tables(one.path, target))
        for target, one in product(TARGETS, inputs.values())
    )
    found = {}
    for peer, compare in (("pyais", peers.of_pyais), ("aiscat", peers.of_aiscat), ("libais", peers.of_libais)):
        result = compare(pool, ours)
        words = f"{result.compared:,} field values of {len(ours):,} messages, {len(result.differ)} differ; "
        words += "every row of the measured file is that of its message" if same else "ROWS OF THE MEASURED FILE DIFFER"
        found[peer] = Checked(same and not result.differ, words)
    return found


def _first_lines(pool: Pool, picks: np.ndarray) -> np.ndarray:
    """The number of the line each message begins at."""
    lines = np.array([line.count(b"\n") for line in pool.lines])[picks]
    return np.append(1, 1 + np.cumsum(lines)[:-1])


def _same_rows(pool: Pool, of_pool: dict[str, pa.Table], one: Drawn, found: dict[str, pa.Table]) -> bool:
    """Whether each table has a row for each of its messages, with the values its message has in the pool."""
    begins, begins_in_pool = _first_lines(pool, one.picks), _first_lines(pool, np.arange(len(pool.lines)))
    right = set(found) <= set(of_pool)
    for name, table in of_pool.items():
        place = np.full(len(pool.lines), -1)
        place[np.searchsorted(begins_in_pool, table["line_id"].to_numpy())] = np.arange(table.num_rows)
        wanted = np.flatnonzero(place[one.picks] >= 0)
        if not len(wanted):
            right &= name not in found
            continue
        lines = found[name]["line_id"].to_numpy()
        right &= np.array_equal(lines, begins[wanted].astype(lines.dtype))
        expected = table.take(place[one.picks[wanted]])
        kept = [column for column in table.column_names if column not in OF_A_LINE]
        right &= found[name].select(kept).equals(expected.select(kept))
    return right


def _beside_peers(suffix: str, one: Drawn, pool: Pool, agreed: dict[str, Checked], scale: Scale) -> Iterator[Figure]:
    data = one.path.read_bytes()
    expected = Counter(said.message.msg_type for said in (pool.said[i] for i in one.picks.tolist()))
    found: dict[str, Counter[int]] = {}

    def noting(name: str, run: Callable[[Path], Counter[int]]) -> Callable[[], None]:
        return lambda: found.__setitem__(name, run(one.path))

    slow = {"pyais": noting("pyais", peers.with_pyais), "libais": noting("libais", peers.with_libais)}
    quick: dict[str, Callable[[], Any]] = {target: peers.ours(one.path, target) for target in TARGETS}
    quick |= {"aiscat": noting("aiscat", peers.with_aiscat)}
    for target in TARGETS:
        quick[target]()
    times = in_turn(slow, scale.of(3, 1)) | in_turn(quick, scale.of(7, 2))
    counted = in_turn(
        {target: quick[target] for target in TARGETS} | {"count": lambda: data.count(b"\n")}, scale.of(15, 5)
    )
    for target in TARGETS:
        for peer, (floor, goal) in MORE.items():
            yield _faster(
                f"decode.{target}{suffix}.{peer}",
                peer,
                target,
                one,
                times,
                (floor, goal),
                agreed[peer],
                found[peer],
                expected,
            )
        pair = ratio(counted[target], counted["count"])
        yield Figure(
            name=f"decode.{target}{suffix}.count", what=f"time of bytes.count(b'\\n') that decoding to {target} takes",
            measured=pair.best, low=pair.low, high=pair.high, floor=COUNT[0], goal=COUNT[1], less=True,
            how=f"{one.about}: ours {seconds(counted[target])}, count in memory {seconds(counted['count'])}",
            checked=agreed["pyais"].words, right=agreed["pyais"].right, why=WHY["count"],
        )  # fmt: skip


def _faster(
    name: str, peer: str, target: Target, one: Drawn, times: dict[str, Spread], limits: tuple[float, float],
    agreed: Checked, found: Counter[int], expected: Counter[int],
) -> Figure:  # fmt: skip
    ours, theirs = times[target], times[peer]
    missing = expected.total() - found.total()
    others = ", ".join(
        f"type {kind}: {expected[kind] - found[kind]:,}" for kind in expected if found[kind] != expected[kind]
    )
    counts = f"{peer} gives {found.total():,} of {expected.total():,} messages" + (f" (not {others})" if others else "")
    return Figure(
        name=name, what=f"times as fast as {peer}, file to columns ({target})",
        measured=theirs.best / ours.best, low=min(theirs.seconds) / max(ours.seconds), high=max(theirs.seconds) / ours.best,
        floor=limits[0], goal=limits[1], how=f"{one.about}: ours {seconds(ours)}, {peer} {seconds(theirs)}",
        checked=f"{agreed.words}; {counts}", right=agreed.right and missing >= 0 and not found - expected,
    )  # fmt: skip


def _in_c(folder: Path, inputs: dict[str, Drawn], scale: Scale) -> Iterator[Figure]:
    what = "time of the same algorithm in C"
    cc = twin.compiler()
    if cc is None:
        yield skipped("decode.c", what, "no C compiler here")
        return
    entry = twin.compiled(cc, folder)
    for (suffix, one), target in product(inputs.items(), TARGETS):
        with twin.in_place(entry):
            by_c = peers.tables(one.path, target)
        ours = peers.tables(one.path, target)
        same = ours.keys() == by_c.keys() and all(ours[name].equals(by_c[name]) for name in ours)
        times = in_turn(
            {"ours": peers.ours(one.path, target), "c": _in_place(entry, one.path, target)}, scale.of(15, 3)
        )
        pair = ratio(times["ours"], times["c"])
        yield Figure(
            name=f"decode.{target}{suffix}.c", what=f"{what} ({target})", measured=pair.best, low=pair.low, high=pair.high,
            floor=IN_C[0], goal=IN_C[1], less=True,
            how=f"{one.about}: ours {seconds(times['ours'])}, C ({' '.join(twin.FLAGS[:2])}) {seconds(times['c'])}",
            checked=f"{len(ours)} tables, {sum(t.num_rows for t in ours.values()):,} rows, every column " + ("equal" if same else "DIFFER"),
            right=same,
        )  # fmt: skip


def _in_place(entry: Callable[..., tuple[int, int]], path: Path, target: Target) -> Callable[[], int]:
    decode = peers.ours(path, target)

    def run() -> int:
        with twin.in_place(entry):
            return decode()

    return run


def _on_two_threads(one: Drawn, scale: Scale) -> Figure:
    """Two sources decoded at once and one after the other: wall time, as two feeds of a node are."""
    seen: list[int] = []
    decoders = [peers.ours(one.path, "messages") for _ in range(2)]

    def both() -> None:
        threads = [threading.Thread(target=lambda decode=decode: seen.append(decode())) for decode in decoders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    times = in_turn({"one": lambda: [decode() for decode in decoders], "two": both}, scale.of(15, 3), time.perf_counter)
    pair = ratio(times["one"], times["two"])
    return Figure(
        name="decode.threads", what="times as fast on two threads (two files)", measured=pair.best, low=pair.low,
        high=pair.high, floor=THREADS[0], goal=THREADS[1], how=f"{one.about}, twice; wall time: one thread {seconds(times['one'])}, two {seconds(times['two'])}",
        checked=f"{len(one.picks):,} messages of each file", right=set(seen) == {len(one.picks)},
        why="Needs two idle cores: neighbours on the machine take of it directly.",
    )  # fmt: skip


if __name__ == "__main__":
    tell("decode", figures)
