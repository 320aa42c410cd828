"""The command `hanbada`. Heavy imports stand inside the commands, so that `--help` answers at once.

Exit codes: 0 ok, 1 fault, 2 usage, 3 nothing found, 4 refused by policy.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from hanbada.app.packs_cli import pack
from hanbada.model.errors import HanbadaError

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

Files = Annotated[list[str], typer.Argument(help="Files; - for standard input. Gzip and zstd are fine.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No account on standard error.")]
Data = Annotated[Path | None, typer.Option("--data", help="Data directory; else $HANBADA_DATA, else the usual place.")]
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
    zones: Annotated[Path | None, typer.Option(help="GeoJSON of zones to watch.")] = None,
    out: Out = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="Every version as a live watch would have said it.")
    ] = False,  # noqa: FBT002
    data: Data = None,
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Detect: anything `decode` takes, one explained detection a line. What was retracted again shows with --versions."""
    from hanbada.app.detect_command import detect as run

    raise typer.Exit(run(files, only, given or [], zones, out, data, versions=versions, quiet=quiet))


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
def version() -> None:
    """Print the version."""
    from hanbada import __version__

    typer.echo(__version__)


@contextmanager
def output(path: Path | None) -> Iterator[IO[bytes]]:
    """The file, or standard output."""
    if path is None:
        yield sys.stdout.buffer
        return
    with path.open("wb") as file:
        yield file


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
