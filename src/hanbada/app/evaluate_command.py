"""What `hanbada evaluate` does: truth put into real traffic, the whole chain run on its lines, the answer scored."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pyarrow as pa

from hanbada import __version__
from hanbada.ais import columns
from hanbada.app.config import data_dir
from hanbada.app.evaluation_pages import FIGURES, told_of, write_pages
from hanbada.app.evaluation_plots import interval_name
from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports
from hanbada.detect.contract import NO_CHARTS, zones
from hanbada.engine.local import Kept, take_as_live
from hanbada.engine.watch import Reports, standing, start
from hanbada.exercise.carrier import carrier
from hanbada.exercise.evaluation import INTERVALS_S, QUICK_INTERVALS_S, Said, evaluate, names, recall_by_interval
from hanbada.exercise.injects import INJECTS
from hanbada.exercise.wire import lines
from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hanbada.detect.contract import Charts
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.evaluation import Evaluation
    from hanbada.geo.points import Points
    from hanbada.reference.shapes import Area

BUNDLED = "us_coastal_20200630.parquet"
"""The recording that carries injects where no other is named: 1,185 ships on a day."""


def run(
    only: str | None, path: str | None, seed: int, rounds: int, data: Path | None, page: Path | None,
    made_on: str | None, *, as_json: bool, quick: bool,
) -> int:  # fmt: skip
    """Evaluate some detectors or all, and tell; the exit code."""
    chosen, ports = names(kinds_of(only)), known_ports(data_dir(data))
    traffic, chain = carrier_of(path or bundled(BUNDLED), ports), partial(run_chain, ports)
    control = None if quick else chain(lines(traffic))
    intervals_s, found = QUICK_INTERVALS_S if quick else INTERVALS_S, []
    for name in chosen:
        one = evaluate(name, traffic, chain, seed, rounds, control=control, intervals_s=intervals_s, alone=quick)
        found.append(one)
        if not as_json:
            _tell(one)
        if page is not None:
            write_pages(page, [one], made_on or datetime.now(UTC).date().isoformat(), __version__)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    return 0


def kinds_of(only: str | None) -> tuple[str, ...]:
    """The kinds of a comma list; raises UsageError for one that has no injects."""
    kinds = tuple(kind.strip() for kind in (only or "").split(",") if kind.strip())
    if unknown := sorted(set(kinds) - set(INJECTS)):
        message = f"no injects for {', '.join(unknown)}: there are {', '.join(INJECTS)}"
        raise UsageError(message)
    return kinds


def bundled(name: str) -> str:
    """Where a recording of the demo lies."""
    return str(resources.files("hanbada.app") / "demo_data" / name)


def carrier_of(path: str, ports: Points | None = None) -> Carrier:
    """The carrier in a file that `decode` takes; raises InputError if it cannot be read."""
    account = Account(path)
    parts = list(read_reports(path, 0, account))
    positions = pl.DataFrame(pa.concat_tables([part.positions for part in parts]))
    said = [part.statics for part in parts if part.statics is not None and part.statics.num_rows]
    statics = pl.DataFrame(pa.concat_tables(said)) if said else None
    return carrier(Path(path).name, hashlib.sha256(Path(path).read_bytes()).hexdigest(), positions, statics, ports)


def run_chain(
    ports: Points, sent: bytes, areas: Sequence[Area] = (), charts: Charts = NO_CHARTS, only: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
) -> Said:  # fmt: skip
    """Lines through the decoder and the detectors, judged as a live watch would have."""
    watch = start(ports, zones(areas), only, settings, charts=charts)
    said = list(take_as_live(watch, decoded(sent), Kept()))
    return Said(said, standing(watch))


def decoded(sent: bytes) -> Iterator[Reports]:
    """The reports of some lines."""
    state = columns.start("seams", 0)
    for piece in (columns.feed(state, sent), columns.finish(state)):
        yield from (Reports(*columns.seams(block)) for block in piece if block.messages)


def _tell(one: Evaluation) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", "value", "95 %", title=f"{one.name} on {one.carrier}, seed {one.seed}, {__version__}")
    for name, words in FIGURES.items():
        table.add_row(words, *told_of(getattr(one, name)))
    for label in one.labels:
        kinds = ", ".join(f"{kind} {count}" for kind, count in label.kinds.items())
        must = "must be raised" if label.expected else "must not"
        table.add_row(f"{label.label} ({must})", f"{label.raised} of {label.truths}", kinds)
    for interval_s, (hits, planted) in recall_by_interval(one.limits).items():
        table.add_row(f"Found, heard at most once in: {interval_name(interval_s)}", f"{hits} of {planted}", "")
    for rival in one.rivals:
        table.add_row(
            rival.name, f"{rival.found} of {rival.truths}", f"{rival.raised_for_nothing} of {rival.negatives}"
        )
    Console().print(table)
