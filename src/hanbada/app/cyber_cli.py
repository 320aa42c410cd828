"""`hanbada cyber`: indicators from objects and feeds, looked for in a user's own logs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hanbada.app.config import data_dir
from hanbada.app.options import Data

cyber = typer.Typer(
    name="cyber",
    help="Indicators of cyber threats: looked for in your logs, and told back as sightings.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@cyber.callback()
def among() -> None:
    """Indicators of cyber threats: looked for in your logs, and told back as sightings."""


@cyber.command("match")
def match_logs(
    logs: Annotated[list[str], typer.Argument(help="Logs, one entry a line; - for standard input. Gzip, zstd too.")],
    indicators: Annotated[
        list[str] | None, typer.Option(help="A file of indicators (STIX, MISP, objects); else those of the node.")
    ] = None,
    known: Annotated[
        list[Path] | None, typer.Option(help="Values known to be good: a MISP warning list, or one a line.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Expired ones and known good values too.")] = False,  # noqa: FBT002
    sightings: Annotated[
        Path | None, typer.Option(help="Write what was seen as sightings of the indicators, for their source.")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="The format of --sightings.")] = "objects",
    data: Data = None,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,  # noqa: FBT002
) -> None:
    """Look for indicators in logs; nothing is looked up anywhere else. Exit code 3: none was found."""
    from hanbada.app.cyber_match import run

    raise typer.Exit(
        run(logs, indicators or [], known or [], data_dir(data), sightings, to, every=every, as_jsonl=as_jsonl)
    )
