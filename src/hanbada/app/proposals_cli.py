"""`hanbada proposals`: what waits for another person's decision, and deciding it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import acting, say
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from hanbada.app.sharing.proposals import Proposal

proposals = typer.Typer(
    name="proposals",
    help="What waits for another person: releases that officers propose, and acts that take two people here.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="As `hanbada proposals list` shows it.")]
Person = Annotated[str, typer.Option("--as", help="Who you are at this node; your password is asked for.")]


@proposals.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """What waits, the oldest first."""
    import msgspec

    from hanbada.app.opening import door_in
    from hanbada.app.sharing.proposals import waiting
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door, reading(door.engine) as connection:
        found = waiting(connection, door.now_us())
    said: list[dict[str, Any]] = [{"name": one.name, **msgspec.to_builtins(one)} for one in found]
    say(said, "\n".join(map(_text, found)) or "nothing waits", as_json=as_json)


@proposals.command()
def confirm(
    name: Name,
    who: Person,
    root: Annotated[
        Path | None, typer.Option(help="The root key, if the keys change and it is kept elsewhere.")
    ] = None,
    data: Data = None,
) -> None:
    """Do what another person proposed. Exit code 4 for the person who did."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import proposals as kept
    from hanbada.app.sharing import seconding
    from hanbada.app.sharing.seas import sea_of
    from hanbada.store.database import reading, writing

    home = data_dir(data)
    with door_in(home) as door:
        with reading(door.engine) as connection:
            kind = kept.named(connection, name, door.now_us()).kind
        by = acting(door, who, seconding.needs(kind))
        room = seconding.Room(door.keys, door.four_eyes, sea_of(home), root)
        with writing(door.engine) as connection:
            done = seconding.confirm(connection, door.ours(connection), room, name, door.written(by))
        seconding.settle(room, done.act)
    typer.echo(f"{done.kind} of {done.subject}: done as {done.by} proposed")


@proposals.command()
def decline(
    name: Name,
    who: Person,
    why: Annotated[str, typer.Option(help="Why; the ledger keeps it.")] = "",
    data: Data = None,
) -> None:
    """Turn a proposal down, or take one's own back; nothing else changes."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import seconding
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door:
        by = acting(door, who, "releaser")
        with writing(door.engine) as connection:
            done = seconding.decline(connection, name, why, door.written(by))
    typer.echo(f"{done.kind} of {done.subject}: turned down")


def _text(one: Proposal) -> str:
    from hanbada.model.times import iso

    text = f"{one.name}  {one.kind:<11}{one.subject}  by {one.by}, until {iso(one.until_at)}"
    return f"{text}: {one.why}" if one.why else text
