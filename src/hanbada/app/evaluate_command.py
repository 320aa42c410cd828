"""What `hanbada evaluate` does: truth put into real traffic, the whole chain run on its lines, the answer scored."""

from __future__ import annotations

import hashlib
import sys
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
from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports
from hanbada.detect.contract import NO_CHARTS, zones
from hanbada.engine.local import Kept, take_as_live
from hanbada.engine.watch import Reports, standing, start
from hanbada.exercise.carrier import carrier
from hanbada.exercise.evaluation import Said, evaluate, names
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
    only: str | None, path: str | None, seed: int, rounds: int, data: Path | None, *, as_json: bool, quick: bool
) -> int:
    """Evaluate some detectors or all, and tell; the exit code."""
    chosen = names(kinds_of(only))
    ports = known_ports(data_dir(data))
    traffic, chain = carrier_of(path or bundled(BUNDLED), ports), partial(run_chain, ports)
    control = chain(lines(traffic))
    found = []
    for name in chosen:
        found.append(evaluate(name, traffic, control, chain, seed, rounds, limits=not quick))
        if not as_json:
            _tell(found[-1])
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

    table = Table(title=f"{one.name} on {one.carrier}, seed {one.seed}, version {__version__}")
    for heading in ("figure", "value", "95 %"):
        table.add_column(heading)
    for figure in FIGURES:
        value = getattr(one, figure)
        table.add_row(figure, _number(value.value), f"{_number(value.low)} to {_number(value.high)}")
    for label in one.labels:
        kinds = ", ".join(f"{kind} {count}" for kind, count in label.kinds.items())
        table.add_row(
            f"{label.label} ({'must' if label.expected else 'must not'})", f"{label.raised}/{label.truths}", kinds
        )
    Console().print(table)


FIGURES = (
    "precision", "recall", "f1", "alarms_per_1000_vessel_days", "latency_median_s", "latency_p90_s", "brier",
    "calibration_error", "average_precision", "separation_auc",
)  # fmt: skip


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
