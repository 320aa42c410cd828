"""What `hanbada detect` and `hanbada explain` do."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from hanbada import __version__
from hanbada.app.config import data_dir
from hanbada.app.detections import as_object, line_name
from hanbada.app.evidence import Drawn, as_text, found_in_runs, found_live
from hanbada.app.intake import Account, read_reports, told
from hanbada.app.outage import outage_of, ranked
from hanbada.app.passing import line as pass_line
from hanbada.app.passing import seen_in_gap
from hanbada.app.passing import told as as_pass
from hanbada.app.places import known_charts, known_ports, known_zones, read_drawn
from hanbada.app.progress import following
from hanbada.engine.local import Kept, again, reports_of, take_archive, take_as_live
from hanbada.engine.watch import standing, start
from hanbada.model.errors import InputError, NotFoundError, UsageError
from hanbada.model.wording import explanation
from hanbada.store import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from hanbada.engine.watch import Reports, Watch
    from hanbada.feeds.files import Input
    from hanbada.model.records import Detection

_ENCODER = msgspec.json.Encoder()


def settings_of(given: Sequence[str]) -> dict[str, str]:
    """`kind.name=value` options as a mapping; raises UsageError for anything else."""
    found = {}
    for one in given:
        name, mark, value = one.partition("=")
        if not mark or "." not in name:
            message = f"--set {one}: write it as gap.min_h=6"
            raise UsageError(message)
        found[name.strip()] = value.strip()
    return found


def detect(
    files: list[str], only: str | None, given: Sequence[str], zones: Path | None, cables: Path | None, out: Path | None,
    data: Path | None, outage: str | None = None, *, versions: bool, quiet: bool, as_json: bool = False,
) -> int:  # fmt: skip
    """Run the detectors over some files and write what they find; the exit code."""
    from hanbada.app.cli import output

    home, settings = data_dir(data), settings_of(given)
    drawn = Drawn(read_drawn(zones), read_drawn(cables))
    kinds = tuple(kind.strip() for kind in (only or "").split(",") if kind.strip())
    watched, charts = known_zones(home, drawn.zones, str(zones)), known_charts(home, drawn.cables, str(cables))
    failed = None if outage is None else outage_of(outage, charts)
    if failed is not None and not kinds:
        kinds = ("cable",)
    watch = start(known_ports(home), watched, kinds, settings, charts=charts)
    accounts = [Account(path) for path in files]
    kept = Kept()
    with following(files, quiet=quiet) as progress:
        reports = _all_reports(accounts, progress)
        said = list((take_as_live if versions else take_archive)(watch, reports, kept))
    stands = standing(watch)
    with output(out, files) as handle:
        if failed is not None:
            handle.write(ranked(watch, failed, as_json=as_json))
        else:
            handle.write(_ENCODER.encode_lines(as_object(one, files) for one in (said if versions else stands)))
    _keep_run(home, files, settings, drawn, _last_of_each(said) if versions else stands, watch, kept)
    damaged = [account for account in accounts if account.damage]
    sys.stderr.write("".join(map(told, damaged if quiet else accounts)) + ("" if quiet else _summary(watch, stands)))
    if damaged:
        return 1
    return 0 if stands or (versions and said) else 3


def _all_reports(accounts: list[Account], progress: Callable[[Input], None] | None) -> Iterator[Reports]:
    """The reports of all files in turn; a file that cannot be read costs itself, not the others."""
    for number, account in enumerate(accounts):
        try:
            yield from read_reports(account.name, number, account, progress)
        except InputError as error:
            account.damage = str(error)


def _last_of_each(said: list[Detection]) -> list[Detection]:
    """Every version that can be made again: a retraction is the absence of one."""
    return [one for one in said if one.state != "retracted"]


def _keep_run(
    home: Path, files: list[str], settings: dict[str, str], drawn: Drawn, detections: list[Detection],
    watch: Watch, kept: Kept,
) -> None:  # fmt: skip
    if not detections:
        return
    found = reports_of(watch, kept, {vessel.mmsi for one in detections for vessel in one.vessels})
    run = runs.Run(
        made_at=time.time_ns() // 1000,
        version=__version__,
        files=tuple(files),
        settings=settings,
        zones=as_text(drawn.zones),
        cables=as_text(drawn.cables),
    )
    runs.keep(home, run, detections, runs.Evidence(found.positions, found.statics, found.safety))


def _summary(watch: Watch, stands: list[Detection]) -> str:
    counts, kinds = watch.counts, Counter(one.kind for one in stands)
    what = ", ".join(f"{n:,} {kind}" for kind, n in sorted(kinds.items())) or "none"
    return (
        f"{counts.rows:,} positions, {counts.repeats:,} heard again by another receiver, {counts.late:,} out of order, "
        f"{counts.no_time:,} without a time\ndetections: {what}\n"
    )


def explain(detection_id: str, data: Path | None, *, as_json: bool) -> int:
    """Find a detection, judge it again from its evidence and say why it was made; the exit code."""
    home = data_dir(data)
    found = found_in_runs(home, detection_id) or found_live(home, detection_id)
    if found is None:
        message = f"{detection_id}: neither this node nor one of its last runs of `hanbada detect` found that"
        raise NotFoundError(message)
    watched, charts = known_zones(home, found.zones), known_charts(home, found.cables)
    anew = again(found.detection, found.reports, known_ports(home), watched, found.settings, charts)
    same = anew is not None and explanation(anew) == explanation(found.detection)
    rows, seen = found.reports.positions.num_rows, seen_in_gap(found.detection, home)
    if as_json:
        answer = {"identical": same, "reports": rows, **as_object(found.detection, found.sources)}
        answer |= {"passes": list(map(as_pass, seen))} if seen else {}
        sys.stdout.buffer.write(_ENCODER.encode(answer) + b"\n")
    else:
        sys.stdout.write(_explained(found.detection, found.sources, rows, same=same))
        sys.stdout.write("".join(["Satellites that could have seen it:\n", *map(pass_line, seen)]) if seen else "")
    return 0 if same else 1


def _explained(detection: Detection, files: Sequence[str], reports: int, *, same: bool) -> str:
    shown = [line_name(line, files) for line in detection.evidence]
    lines = f"Lines: {', '.join(shown[:12])}" + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
    verdict = "the same again" if same else "NOT the same: reference packs or this program have changed since"
    return f"{explanation(detection)}\n{lines}\nJudged again from {reports:,} reports of its vessels: {verdict}\n"
