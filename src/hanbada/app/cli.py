"""The command `hanbada`. Heavy imports stand inside the commands, so that `--help` answers at once.

Exit codes: 0 ok, 1 fault, 2 usage, 3 nothing found, 4 refused by policy.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from hanbada.app.accord_cli import accord
from hanbada.app.audit_cli import audit
from hanbada.app.cise_cli import cise
from hanbada.app.community_cli import community
from hanbada.app.cyber_cli import cyber
from hanbada.app.incident_cli import incident
from hanbada.app.misp_cli import misp
from hanbada.app.node_cli import node
from hanbada.app.objects_cli import objects
from hanbada.app.options import Data
from hanbada.app.packs_cli import pack
from hanbada.app.proposals_cli import proposals
from hanbada.app.release_cli import release
from hanbada.app.report_cli import report
from hanbada.app.rules_cli import rules
from hanbada.app.share_cli import share
from hanbada.app.sightings_cli import sightings
from hanbada.app.taxii_cli import taxii
from hanbada.model.errors import HanbadaError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(
    name="hanbada",
    help="A shared eye on the sea lanes: AIS in, explained alerts out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(pack)
app.add_typer(sightings)
app.add_typer(rules)
app.add_typer(report)
node.add_typer(community)
app.add_typer(node)
app.add_typer(share)
app.add_typer(release)
app.add_typer(proposals)
app.add_typer(accord)
app.add_typer(incident)
app.add_typer(audit)
app.add_typer(cyber)
app.add_typer(taxii)
app.add_typer(objects)
app.add_typer(misp)
app.add_typer(cise)

Files = Annotated[list[str], typer.Argument(help="Files; - for standard input. Gzip and zstd are fine.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No account on standard error.")]
Versions = Annotated[bool, typer.Option("--versions", help="Every version as a live watch would have said it.")]
Zones = Annotated[Path | None, typer.Option(help="GeoJSON of zones to watch.")]
Cables = Annotated[Path | None, typer.Option(help="GeoJSON of cables and pipelines, with uncertainty_m.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")]


@app.command()
def decode(
    files: Files,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv, parquet, or none to count only.")] = "jsonl",
    out: Out = None,
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Decode AIS: one object per message, null for not available; every line is accounted for."""
    from hanbada.app.decode_command import run

    raise typer.Exit(run(files, form, out, quiet=quiet))


@app.command()
def detect(
    files: Files,
    only: Annotated[str | None, typer.Option(help="Kinds of detections, comma between: gap,encounter.")] = None,
    given: Annotated[list[str] | None, typer.Option("--set", help="A threshold: gap.min_h=6. May be repeated.")] = None,
    zones: Zones = None,
    cables: Cables = None,
    outage: Annotated[
        str | None, typer.Option(help="When a cable failed, TIME or TIME@CABLE: rank who was over it instead.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The ranking of --outage as JSON.")] = False,  # noqa: FBT002
    out: Out = None,
    versions: Versions = False,  # noqa: FBT002
    data: Data = None,
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Detect: anything `decode` takes, one explained detection a line; --versions shows what was retracted too."""
    from hanbada.app.detect_command import detect as run

    raise typer.Exit(
        run(files, only, given or [], zones, cables, out, data, outage, versions=versions, quiet=quiet, as_json=as_json)
    )


@app.command()
def explain(
    detection_id: Annotated[str, typer.Argument(help="As `hanbada detect` and the screens show it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
    data: Data = None,
) -> None:
    """Judge a detection again from its evidence, and say why it was made."""
    from hanbada.app.detect_command import explain as run

    raise typer.Exit(run(detection_id, data, as_json=as_json))


@app.command()
def dossier(
    vessel: Annotated[str, typer.Argument(help="MMSI, IMO number or name.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
    data: Data = None,
) -> None:
    """Say what this node's archive and registers know of a vessel: every fact with its source, date and grade."""
    from hanbada.app.dossier_command import dossier as run

    raise typer.Exit(run(vessel, data, as_json=as_json))


@app.command()
def evaluate(
    detector: Annotated[str | None, typer.Option(help="Kinds to evaluate, comma between; else all.")] = None,
    carrier: Annotated[str | None, typer.Option(help="Real traffic to put injects into; else a bundled day.")] = None,
    seed: Annotated[int, typer.Option(help="Of the dice; the published figures have 1.")] = 1,
    rounds: Annotated[int, typer.Option(help="How often injects are planted.", min=1)] = 2,
    quick: Annotated[bool, typer.Option("--quick", help="Each detector alone, few intervals.")] = False,  # noqa: FBT002
    page: Annotated[Path | None, typer.Option(help="Folder for a page and a plot each.")] = None,
    date: Annotated[str | None, typer.Option(help="What the pages say they were made on; else today.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,  # noqa: FBT002
    forecasts: Annotated[bool, typer.Option("--forecast", help="Forecasts instead, all methods.")] = False,  # noqa: FBT002
    matches: Annotated[bool, typer.Option("--sightings", help="Matches of sightings instead.")] = False,  # noqa: FBT002
    sets: Annotated[Path | None, typer.Option(help="Folder of data sets that are not bundled.")] = None,
    data: Data = None,
) -> None:
    """Measure detectors: truth put into real traffic, the whole chain run on its lines, the answer scored."""
    if forecasts:
        from hanbada.app import evaluate_forecasts

        raise typer.Exit(evaluate_forecasts.run(carrier, sets, as_json=as_json))
    if matches:
        from hanbada.app import evaluate_sightings

        raise typer.Exit(evaluate_sightings.run(carrier, sets, as_json=as_json))
    from hanbada.app.evaluate_command import run

    raise typer.Exit(run(detector, carrier, seed, rounds, data, page, date, as_json=as_json, quick=quick))


@app.command()
def forecast(
    files: Files,
    vessel: Annotated[int | None, typer.Option(help="MMSI of one vessel; else all heard of late.")] = None,
    at: Annotated[str | None, typer.Option(help="From when; else from the last report. 2024-03-10T20:00:00Z")] = None,
    hours: Annotated[float, typer.Option(help="How far ahead.")] = 3.0,
    history: Annotated[list[str] | None, typer.Option(help="What is known of the past; else the files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,  # noqa: FBT002
    as_geojson: Annotated[bool, typer.Option("--geojson", help="Paths and regions for a map.")] = False,  # noqa: FBT002
) -> None:
    """Forecast where ships will be: a median path and regions that hold what they say, from what past ships did."""
    from hanbada.app.forecast_command import run

    form = "geojson" if as_geojson else "json" if as_json else "text"
    raise typer.Exit(run(files, vessel, at, hours, history or [], form))


@app.command()
def serve(
    feed: Annotated[
        list[str] | None, typer.Option(help="tcp://HOST:PORT, udp://HOST:PORT or a file. May be repeated.")
    ] = None,
    exchange: Annotated[str | None, typer.Option(help="HOST:PORT where partners reach this node.")] = None,
    speed: Annotated[
        float | None, typer.Option(help="How many times as fast as it was heard a file is replayed.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 lets the system choose.")] = 8080,
    open_: Annotated[bool, typer.Option("--open", help="Let other machines reach this node.")] = False,  # noqa: FBT002
    name: Annotated[list[str] | None, typer.Option(help="Another name browsers may call this node by.")] = None,
    zones: Zones = None,
    cables: Cables = None,
    given: Annotated[list[str] | None, typer.Option("--set", help="A threshold: gap.min_h=6. May be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The account at the end as JSON.")] = False,  # noqa: FBT002
    data: Data = None,
) -> None:
    """Watch live: feeds in, the picture and its alerts on http://127.0.0.1:8080; without feeds, exchange only."""
    if not feed and exchange:
        from hanbada.app.quiet import run as exchange_only

        raise typer.Exit(exchange_only(exchange, host, port, data, name or [], everywhere=open_))
    if not feed:
        message = "--feed or --exchange: a node watches feeds, exchanges with partners, or both"
        raise UsageError(message)
    from hanbada.app.serve_command import serve as run

    raise typer.Exit(
        run(
            feed,
            host,
            port,
            data,
            zones,
            cables,
            given or [],
            name or [],
            speed,
            exchange,
            everywhere=open_,
            as_json=as_json,
        )
    )


@app.command()
def convert(
    file: Annotated[str, typer.Argument(help="A file of another system; - for standard input.")],
    to: Annotated[str, typer.Option("--to", help="The format it becomes: stix, navtex, rtz, csv, ...")],
    source: Annotated[str | None, typer.Option("--from", help="The format it is, where that is not plain.")] = None,
    out: Out = None,
    as_json: Annotated[bool, typer.Option("--json", help="What got lost, as one JSON object.")] = False,  # noqa: FBT002
) -> None:
    """Turn a file of one format into another; everything that gets lost on the way is said."""
    from hanbada.app.convert_command import run

    raise typer.Exit(run(file, to, source, out, as_json=as_json))


@app.command()
def demo(
    check: Annotated[bool, typer.Option("--check", help="Wait until vessels and alerts show, then end.")] = False,  # noqa: FBT002
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 lets the system choose.")] = 8080,
    data: Data = None,
) -> None:
    """Show Hanbada on bundled recordings, a simulated Korea Strait and two partners; built afresh each time."""
    from hanbada.app.demo_command import demo as run

    raise typer.Exit(run(host, port, data, check_only=check))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,  # noqa: FBT002
    data: Data = None,
) -> None:
    """Say what is missing on this machine, and what to do about it."""
    from hanbada.app.doctor_command import doctor as run

    raise typer.Exit(run(data, as_json=as_json))


@app.command()
def version() -> None:
    """Print the version."""
    from hanbada import __version__

    typer.echo(__version__)


@contextmanager
def output(path: Path | None, inputs: list[str]) -> Iterator[IO[bytes]]:
    """The file, or standard output.

    Raises UsageError if the file cannot be opened or is one of the inputs, StoreError if it cannot be written whole.
    """
    if path is None:
        yield sys.stdout.buffer
        return
    if path.exists() and any(path.samefile(one) for one in inputs if Path(one).exists()):
        message = f"-o {path}: this is what is to be read; write to another file"
        raise UsageError(message)
    try:
        file = path.open("wb")
    except OSError as error:
        message = f"-o {path}: cannot be written: {error.strerror}"
        raise UsageError(message) from error
    try:
        with file:
            yield file
    except OSError as error:
        message = f"-o {path}: written in part: {error.strerror}"
        raise StoreError(message) from error


def main() -> None:
    """Run the command line; our own errors become one line and an exit code."""
    try:
        app()
    except HanbadaError as error:
        sys.stderr.write(f"hanbada: {error}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
