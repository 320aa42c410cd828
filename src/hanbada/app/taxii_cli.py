"""`hanbada taxii`: readers over TAXII, the server by itself, and objects from servers of others."""

from __future__ import annotations

from typing import Annotated

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, say
from hanbada.app.options import AsJson, Data

taxii = typer.Typer(
    name="taxii",
    help="TAXII 2.1: who may read as STIX what the release desk lets them have, and objects from servers of others.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
reader = typer.Typer(name="reader", help="Who may read over TAXII.", no_args_is_help=True, add_completion=False)
taxii.add_typer(reader)

Name = Annotated[str, typer.Argument(help="What the reader is called: small letters, digits, dots, dashes.")]


@reader.command("add")
def add_reader(
    name: Name,
    of: Annotated[str | None, typer.Option("--for", help="A partner's name or node; else this node itself.")] = None,
    may_add: Annotated[bool, typer.Option("--may-add", help="It may hand in objects too.")] = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Let somebody read for a partner, or for this node; the token is shown once."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.door import partner_named
    from hanbada.app.taxii import readers
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        ours = door.ours(connection)
        node = ours.node if of is None else partner_named(connection, of)
        token = readers.add(connection, ours, name, node, door.written(CONSOLE), may_add=may_add)
    text = f"{name} reads for {of or 'this node'} at /taxii2/ with this token, which is not shown again:\n{token}"
    say({"name": name, "node": node, "token": token}, text, as_json=as_json)


@reader.command("list")
def list_readers(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Everybody who may read. Exit code 3: nobody."""
    from hanbada.app.opening import door_in
    from hanbada.model.times import iso
    from hanbada.store import taxii as shelves
    from hanbada.store import terms
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door, reading(door.engine) as connection:
        names = {node: one.partner.name for node, one in terms.partners(connection).items()}
        found = shelves.readers(connection)
    listed = [
        {
            "name": one.name,
            "for": names.get(one.node, "this node"),
            "may_add": one.may_add,
            "added_at": iso(one.added_at),
        }
        for one in found
    ]
    lines = [f"{one['name']}: for {one['for']}{', may hand in' if one['may_add'] else ''}" for one in listed]
    say(listed, "\n".join(lines) or "nobody may read over TAXII", as_json=as_json)
    raise typer.Exit(0 if found else 3)


@reader.command("drop")
def drop_reader(name: Name, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Let somebody read no more."""
    from hanbada.app.opening import door_in
    from hanbada.store import taxii as shelves
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        shelves.drop_reader(connection, name, door.written(CONSOLE))
    say({"name": name, "dropped": True}, f"{name} reads no more", as_json=as_json)


@taxii.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 lets the system choose.")] = 8002,
    everywhere: Annotated[bool, typer.Option("--open", help="Needed where others could reach it.")] = False,  # noqa: FBT002
    data: Data = None,
) -> None:
    """Answer over TAXII until interrupted, by itself; a node that runs answers at /taxii2/ anyway.

    A proxy in front of it speaks https to others.
    """
    import uvicorn

    from hanbada.app.opening import door_in
    from hanbada.app.screens import checked_host
    from hanbada.app.taxii.serving import taxii_app

    home = data_dir(data)
    with door_in(home) as door:
        app = taxii_app(door)
        uvicorn.run(
            app, host=checked_host(host, everywhere=everywhere), port=port, log_level="info", access_log=False,
            lifespan="off", server_header=False,
        )  # fmt: skip


@taxii.command()
def pull(
    url: Annotated[str, typer.Argument(help="The discovery address or an API root of a TAXII 2.1 server.")],
    collection: Annotated[
        list[str] | None, typer.Option("--collection", help="Id or title; else all. May be repeated.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="The user name, where the server wants one.")] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take what is new since the last time; the token or password stands in HANBADA_TAXII_TOKEN.

    Objects are RED where they carry no marking, and granted to nobody. Exit code 3: there is no such collection.
    """
    import os

    from hanbada.app.opening import desk_in
    from hanbada.app.sharing.door import wall_us
    from hanbada.app.taxii import pulling
    from hanbada.model.errors import NotFoundError

    asks = pulling.asker(url, user, os.environ.get("HANBADA_TAXII_TOKEN"))
    with asks.client, desk_in(data_dir(data)) as desk:
        found = pulling.collections(asks)
        chosen = [one for one in found if not collection or {one[1], one[2]} & set(collection)]
        if not chosen:
            message = f"{url}: there is no such collection that we may read"
            raise NotFoundError(message)
        done = [pulling.pull(asks, one, desk, CONSOLE, wall_us()) for one in chosen]
    lines = [
        f"{one.title or one.collection}: {one.objects:,} objects, {one.kept:,} kept, {one.unchanged:,} as they were, "
        f"{one.refused:,} refused, {one.losses:,} parts not read"
        for one in done
    ]
    say([one._asdict() for one in done], "\n".join(lines), as_json=as_json)
