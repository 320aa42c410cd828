"""`hanbada cise`: participants of CISE, and what is due to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, say
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.model.desk import TaxiiReader

cise = typer.Typer(
    name="cise",
    help="CISE: who takes part with messages, and pushing what is due to them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Reader = Annotated[str, typer.Argument(help="A reader of this node, by name.")]
NOT_TAKEN = 3


@cise.callback()
def among() -> None:
    """CISE: who takes part with messages, and pushing what is due to them."""


@cise.command()
def join(
    reader: Reader,
    address: Annotated[str, typer.Option(help="Where its messages are posted: https, or on this machine.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Let a reader take part: it hands in messages at /api/cise/messages with its token, and is pushed to."""
    import msgspec

    from hanbada.app.cise.standing import put, standing
    from hanbada.app.opening import door_in
    from hanbada.app.outbound import checked
    from hanbada.store.database import writing
    from hanbada.store.events import deed

    checked(address)
    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        one, written = _named(connection, reader), door.written(CONSOLE)
        its = msgspec.structs.replace(standing(connection, one), address=address)
        put(connection, one, its, written.at_us)
        deed(connection, written, "cise_joined", f"cise/{one.name}", address=address)
    say({"reader": reader, "address": address}, f"{reader} takes part at {address}", as_json=as_json)


@cise.command()
def leave(reader: Reader, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """End a reader's part: its subscriptions go, and the door no longer answers it."""
    from hanbada.app.cise.standing import Standing, put
    from hanbada.app.opening import door_in
    from hanbada.store.database import writing
    from hanbada.store.events import deed

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        one, written = _named(connection, reader), door.written(CONSOLE)
        put(connection, one, Standing(), written.at_us)
        deed(connection, written, "cise_left", f"cise/{one.name}")
    say({"reader": reader}, f"{reader} takes no part any more", as_json=as_json)


@cise.command()
def push(reader: Reader, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Post what is due to a participant; what it does not take stays due. Exit code 3: something stays due."""
    from hanbada.app.cise import pushing
    from hanbada.app.cise.standing import standing
    from hanbada.app.opening import door_in
    from hanbada.app.outbound import client
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door:
        with reading(door.engine) as connection:
            one = _named(connection, reader)
            address = standing(connection, one).address
        with client(address) as http:
            taken, left = pushing.push(door, one, lambda content: pushing.posted(http, address, content))
    say({"taken": taken, "due": left}, f"{taken} messages taken, {left} still due", as_json=as_json)
    if left:
        raise typer.Exit(NOT_TAKEN)


def _named(connection: Connection, name: str) -> TaxiiReader:
    from hanbada.model.errors import NotFoundError
    from hanbada.store import taxii

    found = next((one for one in taxii.readers(connection) if one.name == name), None)
    if found is None:
        message = f"there is no reader called {name}"
        raise NotFoundError(message)
    return found
