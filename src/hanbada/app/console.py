"""What commands say, and who they are in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.app.sharing.door import Door
    from hanbada.model.desk import Role

CONSOLE = "command line"
"""The actor of what a person did at the command line."""


def write(text: str, out: Path | None, hint: str, *, err: bool = False) -> None:
    """Write a text into a file, or print it; the hint goes to standard error."""
    if out is None:
        typer.echo(text, err=err)
    else:
        out.write_text(text + "\n", encoding="utf-8")
    typer.echo(hint, err=True)


def acting(door: Door, name: str | None, needs: Role) -> str:
    """Who acts in the ledger: the command line, or the person of that name, who must know the password.

    Raises RefusedError if the password is wrong or the person does not hold the role.
    """
    if name is None:
        return CONSOLE
    from hanbada.model.desk import ROLES
    from hanbada.model.errors import RefusedError
    from hanbada.store.desk import DeskStore

    found = DeskStore(door.engine, door.now_us).verify(name, _password(name))
    if found is None or ROLES.index(found.role) < ROLES.index(needs):
        message = f"{name}: no such person, another password, or no {needs}"
        raise RefusedError(message)
    return found.name


def _password(name: str) -> str:
    """What is typed unseen, or the first line of standard input where nobody types."""
    import sys
    from getpass import getpass

    return getpass(f"Password of {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def waiting_text(name: str) -> str:
    """What is said of an act that takes two people."""
    return f"proposed: another person decides it with `hanbada proposals confirm {name} --as NAME`"


def say(value: Any, text: str, *, as_json: bool) -> None:
    """Print one JSON value, or its text."""
    import msgspec

    typer.echo(msgspec.json.encode(value).decode() if as_json else text)
