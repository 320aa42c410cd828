"""What commands say, and who they are in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

CONSOLE = "command line"
"""The actor of what a person did at the command line."""


def write(text: str, out: Path | None, hint: str, *, err: bool = False) -> None:
    """Write a text into a file, or print it; the hint goes to standard error."""
    if out is None:
        typer.echo(text, err=err)
    else:
        out.write_text(text + "\n", encoding="utf-8")
    typer.echo(hint, err=True)


def say(value: Any, text: str, *, as_json: bool) -> None:
    """Print one JSON value, or its text."""
    import msgspec

    typer.echo(msgspec.json.encode(value).decode() if as_json else text)
