"""`hanbada objects`: warnings, vessels, plans, sightings, cyber objects of this node, out of files of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, say
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from hanbada.model.desk import KeptItem

objects = typer.Typer(
    name="objects",
    help="Warnings, vessels, plans, sightings, cyber objects: brought in from files, listed, withdrawn.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
NOTHING = 3
Key = Annotated[str, typer.Argument(help="What `list` calls it; item/KEY for `hanbada share` and `hanbada release`.")]


@objects.command()
def add(
    files: Annotated[list[str], typer.Argument(help="Files of other systems; - for standard input.")],
    form: Annotated[str | None, typer.Option("--from", help="The format they are, where that is not plain.")] = None,
    source: Annotated[str | None, typer.Option(help="Who they come from; else the name of the file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be kept and lost.")] = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Keep what stands in files. What has no marking is RED, and nobody is granted it. Exit code 3: nothing in them."""
    from pathlib import Path

    from hanbada.app.convert_command import chosen, content_of
    from hanbada.app.importing import opened
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing.door import wall_us
    from hanbada.store.items import Origin

    if form is not None:
        chosen("--from", form)
    said: list[dict[str, Any]] = []
    with desk_in(data_dir(data)) as desk:
        for file in files:
            found = opened(content_of(file), file, form)
            about = {"file": file, "format": found.format, "objects": len(found.items), "losses": len(found.losses)}
            if not dry_run:
                origin = Origin(source or f"file: {Path(file).name}", found.format)
                done = desk.keep_items(found.items, origin, CONSOLE, wall_us())
                about |= {
                    "kept": len(done.kept),
                    "unchanged": done.unchanged,
                    "refused": [list(one) for one in done.refused],
                }
            said.append(about)
            _grumble(file, [(one.what, one.why) for one in found.losses])
    say(said, "\n".join(_line(one) for one in said), as_json=as_json)
    raise typer.Exit(0 if any(one["objects"] for one in said) else NOTHING)


def _line(one: dict[str, Any]) -> str:
    text = f"{one['file']}: {one['format']}, {one['objects']:,} objects"
    if "kept" not in one:
        return text
    refused = "".join(f"\n  refused: {name}: {why}" for name, why in one["refused"])
    return f"{text}: {one['kept']:,} kept, {one['unchanged']:,} unchanged{refused}"


def _grumble(file: str, losses: list[tuple[str, str]]) -> None:
    import sys
    from collections import Counter

    for (what, why), count in Counter(losses).most_common(20):
        sys.stderr.write(f"{file}: not read: {what} x {count:,}: {why}\n")


@objects.command("list")
def list_objects(
    what: Annotated[str | None, typer.Option(help="Their class: warning, vessel, cyber_indicator, ...")] = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Withdrawn ones too.")] = False,  # noqa: FBT002
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The objects of this node, the latest change first."""
    from hanbada.app.opening import desk_in
    from hanbada.model.desk import ItemsWanted
    from hanbada.model.errors import UsageError
    from hanbada.model.sharing import DATA_CLASSES

    if what is not None and what not in DATA_CLASSES:
        message = f"--what {what}: choose one of {', '.join(DATA_CLASSES)}"
        raise UsageError(message)
    wanted = ItemsWanted(data_classes=() if what is None else (what,), withdrawn=withdrawn, limit=limit)
    with desk_in(data_dir(data)) as desk:
        found = desk.items(wanted)
    said = [_short(one) for one in found]
    text = "\n".join("  ".join(str(one[name]) for name in ("key", "what", "tlp", "source", "title")) for one in said)
    say(said, text, as_json=as_json)
    raise typer.Exit(0 if found else NOTHING)


def _short(one: KeptItem) -> dict[str, Any]:
    from hanbada.model.times import iso

    said = {fact.name: fact.value for fact in one.item.assertions}
    return {
        "key": one.key, "id": one.item.item_id, "what": one.item.data_class, "tlp": one.item.marking.tlp,
        "originator": one.item.marking.originator, "source": one.source, "format": one.format,
        "version": one.version, "changed_at": iso(one.changed_at), "title": said.get("title") or said.get("kind") or "",
        "withdrawn_at": None if one.withdrawn_at is None else iso(one.withdrawn_at),
    }  # fmt: skip


@objects.command()
def show(key: Key, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """One object with everything that is said of it."""
    from hanbada.app.opening import desk_in
    from hanbada.model.errors import NotFoundError

    with desk_in(data_dir(data)) as desk:
        one = desk.item(key.removeprefix("item/"))
    if one is None:
        message = f"there is no object {key!r}"
        raise NotFoundError(message)
    said = _short(one) | {"facts": {fact.name: fact.value for fact in one.item.assertions}}
    say(said, "\n".join(f"{name}: {value}" for name, value in _flat(said)), as_json=as_json)


def _flat(said: dict[str, Any]) -> list[tuple[str, Any]]:
    return [one for name, value in said.items() for one in (value.items() if name == "facts" else [(name, value)])]


@objects.command()
def withdraw(
    key: Key, why: Annotated[str, typer.Option(help="Kept in the ledger.")], data: Data = None
) -> None:  # fmt: skip
    """Let an object stand no more: partners who were told are told to forget it."""
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing.door import wall_us
    from hanbada.model.errors import NotFoundError

    with desk_in(data_dir(data)) as desk:
        done = desk.withdraw_item(key.removeprefix("item/"), why, CONSOLE, wall_us())
    if not done:
        message = f"there is no object {key!r}, or it was withdrawn before"
        raise NotFoundError(message)
