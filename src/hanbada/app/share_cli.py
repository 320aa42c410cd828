"""`hanbada share`: what leaves this node and what came, over the network or on a stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, acting, say, waiting_text
from hanbada.app.options import As, AsJson, Data

if TYPE_CHECKING:
    from hanbada.app.sharing.door import Door
    from hanbada.app.sharing.syncing import Round
    from hanbada.model.sharing import Marking

share = typer.Typer(
    name="share",
    help="What leaves this node and what came: release, take back, exchange, look it up.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Object = Annotated[str, typer.Argument(help="alert/12, incident/INC-..., or the id it has elsewhere.")]
Partners = Annotated[list[str] | None, typer.Argument(help="Partners by name or node; else all.")]
To = Annotated[str, typer.Option("--to", help="A partner's name or node.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The file to write.")]


@share.command()
def push(partners: Partners = None, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Exchange with partners now until nothing waits here."""
    _exchanged(partners, data, as_json=as_json)


@share.command()
def pull(partners: Partners = None, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Exchange with partners now until nothing waits there: the same, for whom nobody can reach."""
    _exchanged(partners, data, as_json=as_json)


@share.command()
def mark(
    subject: Annotated[
        str, typer.Argument(help="alert/12, incident/INC-..., notice/ID; standing/KIND: alerts to come.")
    ],
    to: Annotated[list[str], typer.Option("--to", help="COMMUNITY, or COMMUNITY:PARTNER. May be repeated.")],
    tlp: Annotated[str, typer.Option(help="CLEAR, GREEN, AMBER, AMBER+STRICT or RED.")],
    place: Annotated[str, typer.Option(help="At most this exact: none, area, 30min, 10nmi, 1nmi, exact.")] = "exact",
    without: Annotated[list[str] | None, typer.Option(help="identity, source, person, narrative, evidence.")] = None,
    why: Annotated[str, typer.Option(help="Why; the ledger keeps it.")] = "",
    who: As = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Release an alert, incident or notice, as far as agreements and communities allow; its changes follow."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import desk
    from hanbada.app.sharing.proposals import Release
    from hanbada.app.sharing.seas import sea_of
    from hanbada.app.sharing.seconding import Room, perform
    from hanbada.store.database import writing

    home = data_dir(data)
    with door_in(home) as door:
        by = acting(door, who, "releaser")
        with writing(door.engine) as connection:
            ours, room = door.ours(connection), Room(door.keys, door.four_eyes, sea_of(home))
            act = Release(marking=_marking(connection, ours.node, tlp, to, (place, without or [])))
            waits = perform(connection, ours, room, subject, act, door.written(by), why)
            item_id = subject if subject.startswith(desk.STANDING) else desk.item_id_of(ours, subject)
            told = [] if waits or item_id == subject else desk.tellings(connection, item_id)
    if waits is not None:
        say({"subject": subject, "proposal": waits.name}, waiting_text(waits.name), as_json=as_json)
        return
    lines = [f"{subject} is {item_id} elsewhere", *(f"  told to {one['partner']}: {one['outcome']}" for one in told)]
    say({"subject": subject, "item": item_id, "told": told}, "\n".join(lines), as_json=as_json)


@share.command()
def recall(subject: Object, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Take back what was released: everyone who was told is told to purge it, and answers when that is done."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import desk
    from hanbada.model.errors import NotFoundError
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        done = desk.recall(connection, door.ours(connection), subject, door.written(CONSOLE))
    if not done:
        message = f"{subject} was not released, or was recalled before"
        raise NotFoundError(message)
    say({"subject": subject, "recalled": True}, f"{subject} is recalled", as_json=as_json)


@share.command()
def ledger(
    subject: Annotated[str | None, typer.Argument(help="One object only.")] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What was told to whom and whether they have it, and what came from whom."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import desk
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door, reading(door.engine) as connection:
        item_id = None if subject is None else desk.item_id_of(door.ours(connection), subject)
        found = {"told": desk.tellings(connection, item_id), "came": desk.arrivals(connection, item_id)}
    say(
        found,
        "\n".join([*map(_told_text, found["told"]), *map(_came_text, found["came"])]) or "nothing",
        as_json=as_json,
    )


@share.command("export")
def export_(to: To, out: Out, data: Data = None) -> None:
    """Write all that waits for a partner into a file: a stick, a mail."""
    from hanbada.app.cli import output
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import bundles
    from hanbada.app.sharing.door import named

    with door_in(data_dir(data)) as door, output(out, []) as file:
        frames, entries = bundles.written(door, named(door, to), file)
    typer.echo(f"{out}: {entries} entries in {frames} frames for {to}", err=True)


@share.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What a partner's `hanbada share export` wrote.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write what to carry back, so that they know.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take a file of a partner; only what is new in it counts, and nothing that does not carry its signature."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import bundles
    from hanbada.model.errors import UsageError

    with door_in(data_dir(data)) as door:
        try:
            with file.open("rb") as came:
                carried = bundles.taken(door, came)
        except OSError as error:
            message = f"{file}: {error.strerror}"
            raise UsageError(message) from error
        if out is not None:
            with out.open("wb") as back:
                bundles.written(door, carried.partner, back)
    lines = [f"{carried.fresh} new entries in {carried.frames} frames of {carried.partner}", *carried.alarms]
    say(carried._asdict(), "\n".join(lines), as_json=as_json)


def _exchanged(partners: list[str] | None, data: Path | None, *, as_json: bool) -> None:
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.door import named, standings
    from hanbada.model.errors import HanbadaError

    with door_in(data_dir(data)) as door:
        known = {node: one.document.name for node, one in standings(door).items()}
        chosen = [named(door, one) for one in partners or known]
        done: list[dict[str, Any]] = []
        for node in chosen:
            try:
                done.append({"partner": known[node], **_round(door, node)._asdict(), "fault": None})
            except HanbadaError as error:
                done.append({"partner": known[node], "fault": str(error)})
    say(done, "\n".join(map(_round_text, done)) or "no partners yet", as_json=as_json)
    if any(one["fault"] for one in done):
        raise typer.Exit(1)


def _round(door: Door, node: str) -> Round:
    import asyncio

    from hanbada.app.sharing.syncing import exchange

    return asyncio.run(exchange(door, node))


def _round_text(one: dict[str, Any]) -> str:
    if one["fault"]:
        return f"{one['partner']}: {one['fault']}"
    text = f"{one['partner']}: {one['went']} entries went, {one['came']} came ({one['size']:,} bytes)"
    return "\n  ".join([text, *one["alarms"]])


def _marking(connection: Any, us: str, tlp: str, to: list[str], cut: tuple[str, list[str]]) -> Marking:
    from hanbada.app.sharing import offering
    from hanbada.store import terms

    known = {one.partner.name: node for node, one in terms.partners(connection).items()}
    known |= {node: node for node in terms.partners(connection)}
    communities, profile = terms.communities(connection), offering.profile(*cut)
    return offering.marking(us, tlp, [offering.grant(one, communities, known, profile) for one in to])


def _told_text(one: dict[str, Any]) -> str:
    state = "purged there" if one["purged_at"] else "had there" if one["acknowledged"] else "on its way"
    return f"to {one['partner']:<20} {one['subject']:<20} {one['outcome']:<9} version {one['version']}: {state}"


def _came_text(one: dict[str, Any]) -> str:
    said = one["said"] or {}
    return f"from {one['partner']:<18} {one['item'][:12]:<20} {one['state']:<9} {_facts(said)}"


def _facts(said: dict[str, Any]) -> str:
    place = (said.get("place") or {}).get("geometry", {}).get("coordinates", [[]])[0]
    names = ", ".join(str(one.get("name") or one.get("mmsi")) for one in said.get("vessels", []))
    parts = [said.get("kind"), names or None, " ".join(map(str, place)) or None, said.get("state")]
    return "; ".join(str(part) for part in parts if part)
