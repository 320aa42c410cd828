"""`hanbada misp`: feeds written for partners, feeds of others kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, say
from hanbada.app.options import AsJson, Data

misp = typer.Typer(
    name="misp",
    help="MISP: feeds written for partners, feeds of others kept.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@misp.callback()
def among() -> None:
    """MISP: feeds written for partners, feeds of others kept."""


@misp.command()
def feed(
    directory: Annotated[Path, typer.Argument(help="A folder of its own; what the partner may not have leaves it.")],
    to: Annotated[str, typer.Option("--to", help="The partner it is for, by name or node.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write what a partner may have as a MISP feed: manifest.json and a file an event. Nobody else may read it."""
    from hanbada.app.misp import feeds
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.door import partner_named
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door, reading(door.engine) as connection:
        node = partner_named(connection, to)
        stand, gone = feeds.write(directory, connection, door.ours(connection), node, door.now_us())
    say(
        {"directory": str(directory), "events": stand, "removed": gone},
        f"{stand} events, {gone} removed",
        as_json=as_json,
    )


@misp.command()
def pull(
    source: Annotated[str, typer.Argument(help="A folder, or an https address, with manifest.json in it.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Keep what stands in a MISP feed. What has no marking is RED, and nobody is granted it."""
    from hanbada.app.misp import feeds
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing.door import wall_us
    from hanbada.store.items import Origin

    found = feeds.read(source)
    with desk_in(data_dir(data)) as desk:
        done = desk.keep_items(found.items, Origin(f"MISP feed: {source}", "misp"), CONSOLE, wall_us())
    about = {
        "objects": len(found.items), "kept": len(done.kept), "unchanged": done.unchanged,
        "refused": [list(one) for one in done.refused],
        "losses": [[one.item_id, one.what, one.why] for one in found.losses],
    }  # fmt: skip
    say(
        about, f"{len(done.kept)} kept, {done.unchanged} unchanged, {len(found.losses)} parts left out", as_json=as_json
    )
