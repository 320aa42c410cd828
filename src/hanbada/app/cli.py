"""The command `hanbada`. Heavy imports stand inside the commands, so that `--help` answers at once.

Exit codes: 0 ok, 1 fault, 2 usage, 3 nothing found, 4 refused by policy.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

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

Files = Annotated[list[str], typer.Argument(help="Files; - for standard input. Gzip and zstd are fine.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")]


@app.command()
def decode(
    files: Files,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv, parquet, or none to count only.")] = "jsonl",
    out: Out = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No account on standard error.")] = False,  # noqa: FBT002
) -> None:
    """Decode AIS: one object per message, null for not available; every line is accounted for."""
    from hanbada.app.decode_command import run

    raise typer.Exit(run(files, form, out, quiet=quiet))


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
