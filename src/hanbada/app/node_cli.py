"""`hanbada node`: this node's name and keys, its partners, and what it shares with them on which terms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, acting, say, waiting_text, write
from hanbada.app.options import As, AsJson, Data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.app.sharing.door import Standing
    from hanbada.app.sharing.joining import Step

node = typer.Typer(
    name="node",
    help="This node among others: its name and keys, its partners, what it shares with them on which terms.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Partner = Annotated[str, typer.Argument(help="A partner's name or node.")]
Root = Annotated[Path | None, typer.Option(help="The root key, if it is kept elsewhere.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")]


@node.command()
def init(
    name: Annotated[str, typer.Option(help="What this node is called: Korea watch.")],
    organisation: Annotated[str, typer.Option(help="Whose it is, as agreements name it: KR.")],
    address: Annotated[str, typer.Option(help="Where partners reach it: https://HOST:PORT. None: they cannot.")] = "",
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Give this node a name and keys. Keep keys/root.key elsewhere afterwards: it names the node for good."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import ours
    from hanbada.share.exchange.carrier import place_of
    from hanbada.store.database import writing

    if address:
        place_of(address)
    about = {"name": name, "organisation": organisation, "address": address}
    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        made = ours.make(connection, door.keys, about, door.written(CONSOLE))
    told = f"{name} is the node {made.node}\nkeys are in {door.keys}; move root.key to a safe place\n"
    told += "next: hanbada node invite --with ORGANISATION --title TITLE"
    say({"node": made.node, "name": name, "keys": str(door.keys)}, told, as_json=as_json)


@node.command()
def invite(
    organisation: Annotated[
        str | None, typer.Option("--with", help="Whose the partner is, as agreements name it.")
    ] = None,
    title: Annotated[str, typer.Option(help="What the agreement between both is called.")] = "",
    reference: Annotated[str, typer.Option(help="Where its text is.")] = "",
    tlp: Annotated[str, typer.Option(help="The most restrictive colour that may pass: CLEAR to RED.")] = "AMBER",
    place: Annotated[str, typer.Option(help="Places at most: none, area, 30min, 10nmi, 1nmi, exact.")] = "exact",
    without: Annotated[list[str] | None, typer.Option(help="identity, source, person, narrative, evidence.")] = None,
    classes: Annotated[list[str] | None, typer.Option("--class", help="alert, incident, warning and others.")] = None,
    purposes: Annotated[list[str] | None, typer.Option("--purpose", help="What it may be used for.")] = None,
    until: Annotated[str | None, typer.Option(help="Until when it is in force, as 2027-12-31; else a year.")] = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="For exercises: never mixes with real life.")] = False,  # noqa: FBT002
    out: Out = None,
    data: Data = None,
) -> None:
    """Write an invitation for one partner; --with and --title offer a community of two along with it."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import enrolling, seconding
    from hanbada.app.sharing.offering import Wanted, offer
    from hanbada.model.errors import UsageError
    from hanbada.store.database import writing

    if (organisation is None) != (not title):
        message = "--with and --title belong together: both, or neither for a partner without a community of two"
        raise UsageError(message)
    given: dict[str, Any] = {"without": tuple(without or ()), "until": until, "exercise": exercise}
    given |= {name: tuple(one) for name, one in (("classes", classes), ("purposes", purposes)) if one}
    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        ours, written = door.ours(connection), door.written(CONSOLE)
        offered = None
        if organisation is not None:
            wanted = Wanted(organisation=organisation, title=title, reference=reference, tlp=tlp, place=place, **given)
            offered = offer(wanted, ours.document.organisation, written.at_us)
        seconding.whole(door.four_eyes, offered)
        text = enrolling.invite(connection, ours, offered, written)
    write(text, out, "give it to the partner by a way you both trust; it works for a week, once")


@node.command()
def join(
    text: Annotated[
        str, typer.Argument(help="What the partner gave you: the text, or a file with it; - for standard input.")
    ],
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: print what to carry back.")] = False,  # noqa: FBT002
    out: Out = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take an invitation, an answer to one, or the word back; then confirm the digits with the partner."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.joining import take

    with door_in(data_dir(data)) as door:
        step = take(door, _given(text), CONSOLE, offline=offline)
    if step.carry:
        write(step.carry, out, "carry this back to the partner, who gives it to `hanbada node join`", err=as_json)
    if as_json:
        say(_joined(step), "", as_json=True)
    else:
        typer.echo(_step_text(step), err=bool(step.carry and out is None))


@node.command()
def confirm(
    who: Annotated[str | None, typer.Argument(help="The partner's name or node; without it, who waits.")] = None,
    digits: Annotated[list[str] | None, typer.Argument(help="The six groups that the partner reads to you.")] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Enrol a partner once both have read the same digits to each other, by telephone or face to face."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import enrolling
    from hanbada.store.database import reading, writing

    with door_in(data_dir(data)) as door:
        if who is None or not digits:
            with reading(door.engine) as connection:
                waiting = enrolling.waiting(connection, door.ours(connection))
            found = [_waits(one) | {"digits": one.digits} for one in waiting]
            text = "\n".join(f"{one['name']}  {one['node']}  {one['organisation']}  {one['digits']}" for one in found)
            say(found, text or "nobody waits to be confirmed", as_json=as_json)
            return
        with writing(door.engine) as connection:
            read = " ".join(digits)
            about = enrolling.confirm(connection, door.ours(connection), who, read, door.written(CONSOLE))
    say({"node": about.node, "name": about.name}, f"{about.name} is a partner now", as_json=as_json)


@node.command()
def partners(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Every partner: name, organisation, node, address."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.door import standings

    with door_in(data_dir(data)) as door:
        found = [_partner(node, one) for node, one in standings(door).items()]
    lines = (f"{one['name']:<24}{one['organisation']:<8}{one['node']}  {one['address']}" for one in found)
    say(found, "\n".join(lines) or "no partners yet", as_json=as_json)


@node.command()
def health(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """How each link is: when it was heard, what waits, what is wrong, bytes this hour and their budget."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.door import standings, wall_us

    with door_in(data_dir(data)) as door:
        found = [_health(node, one, wall_us()) for node, one in standings(door).items()]
    say(found, "\n".join(_health_text(one) for one in found) or "no partners yet", as_json=as_json)


@node.command()
def budget(
    partner: Partner,
    an_hour: Annotated[int, typer.Argument(help="Bytes an hour, both ways together; 0 for no budget.")],
    data: Data = None,
) -> None:
    """Low bandwidth: how many bytes an hour a link may take; recalls go beyond it."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import door as doors
    from hanbada.app.sharing import traffic
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        known = doors.partner_named(connection, partner)
        traffic.limit(connection, known, an_hour or None, door.written(CONSOLE))
    typer.echo(f"{partner}: {an_hour:,} bytes an hour" if an_hour else f"{partner}: no budget")


@node.command()
def suspend(partner: Partner, data: Data = None) -> None:
    """Say nothing more to a partner and take nothing from it."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import changing
    from hanbada.app.sharing.door import partner_named
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        known = partner_named(connection, partner)
        changing.suspend(connection, door.ours(connection), known, door.written(CONSOLE))
    typer.echo(f"{partner} is suspended")


@node.command()
def resume(
    partner: Partner,
    their_epoch: Annotated[
        int | None, typer.Option(help="The partner was restored from a backup: the epoch it tells you.")
    ] = None,
    data: Data = None,
) -> None:
    """Speak with a partner again, after somebody looked at why the link was suspended."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import changing
    from hanbada.app.sharing.door import partner_named
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        known = partner_named(connection, partner)
        changing.resume(connection, door.ours(connection), known, door.written(CONSOLE), their_epoch)
    typer.echo(f"{partner}: the link goes on")


@node.command()
def restored(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """This node was restored from a backup: begin anew with every partner, who must be told by telephone."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.restoring import restored as begin
    from hanbada.store import terms
    from hanbada.store.database import writing

    asked = "Was this node restored from a backup? Nothing goes or comes until each partner has resumed."
    if not yes and not typer.confirm(asked):
        raise typer.Exit(1)
    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        ours = door.ours(connection)
        epochs = begin(connection, ours, door.written(CONSOLE))
        names = {node: one.partner.name for node, one in terms.partners(connection).items()}
    found = [{"partner": names[node], "epoch": epoch} for node, epoch in epochs.items()]
    told = [
        f"{names[node]} runs: hanbada node resume {ours.node} --their-epoch {epoch}" for node, epoch in epochs.items()
    ]
    last = "What was decided here after the backup is not known here: look at `hanbada share ledger`."
    say(found, "\n".join([*told, last] if told else ["no partners yet"]), as_json=as_json)


@node.command()
def rotate(
    root: Root = None,
    address: Annotated[str | None, typer.Option(help="Tell partners another address too.")] = None,
    who: As = None,
    data: Data = None,
) -> None:
    """Sign with another key from now on; every partner is told, and nothing is lost."""
    _rekeyed(data, root, who, revoke=False, address=address)


@node.command()
def revoke(root: Root = None, who: As = None, data: Data = None) -> None:
    """The signing key may be in other hands: another one from now on, and the old one is believed no further."""
    _rekeyed(data, root, who, revoke=True)


def _rekeyed(
    data: Path | None, root: Path | None, who: str | None, *, revoke: bool, address: str | None = None
) -> None:
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.proposals import Rekey
    from hanbada.app.sharing.seconding import Room, perform, settle
    from hanbada.store.database import reading, writing

    act = Rekey(revoke=revoke, address=address)
    with door_in(data_dir(data)) as door:
        by, room = acting(door, who, "admin"), Room(door.keys, door.four_eyes, root=root)
        with writing(door.engine) as connection:
            its = door.ours(connection)
            waits = perform(connection, its, room, f"node/{its.node}", act, door.written(by))
        if waits is not None:
            typer.echo(waiting_text(waits.name))
            return
        settle(room, act)
        with reading(door.engine) as connection:
            document = door.ours(connection).document
    typer.echo(f"{document.name}: key document {document.version}, on its way to every partner")


def _given(text: str) -> str:
    import sys

    if text == "-":
        return sys.stdin.read()
    if ":" not in text and Path(text).is_file():
        return Path(text).read_text(encoding="utf-8")
    return text


def _joined(step: Step) -> dict[str, Any]:
    waits = {} if step.waiting is None else _waits(step.waiting) | {"digits": step.waiting.digits}
    return {"waiting": waits or None, "carry": step.carry or None}


def _waits(one: Any) -> dict[str, Any]:
    about = one.document
    return {"name": about.name, "organisation": about.organisation, "node": about.node, "address": about.address}


def _step_text(step: Step) -> str:
    lines = [] if step.invite is None else [_offer_text(step.invite)]
    if step.waiting is not None:
        about = step.waiting.document
        lines += [
            f"{about.name} ({about.organisation}) at {about.address or 'no address'} waits to be confirmed",
            f"call them; read to each other: {step.waiting.digits}",
            f"if it is the same: hanbada node confirm {about.node} DIGITS",
        ]
    return "\n".join(lines)


def _offer_text(invite: Any) -> str:
    if invite.offer is None:
        return f"{invite.name} invites this node; nothing is offered along with it"
    one = invite.offer
    cut = [name for name in ("identity", "source", "person", "narrative", "evidence") if not getattr(one.profile, name)]
    parts = [f"TLP:{one.max_tlp} at most", f"places {one.profile.place}", *(f"no {name}" for name in cut)]
    parts += [f"for {', '.join(one.purposes)}", f"covering {_words(one.agreement.data_classes)}"]
    return f"{invite.name} invites this node and offers {one.name!r}: {'; '.join(parts)}"


def _words(named: str | Sequence[str]) -> str:
    return named if isinstance(named, str) else ", ".join(named)


def _partner(node_id: str, one: Standing) -> dict[str, Any]:
    about = one.document
    return {
        "node": node_id, "name": about.name, "organisation": about.organisation, "address": about.address,
        "keys": about.version, "suspended": one.suspended,
    }  # fmt: skip


def _health(node_id: str, one: Standing, now_us: int) -> dict[str, Any]:
    entries, size = one.waits
    return _partner(node_id, one) | {
        "heard_s": None if one.heard_at is None else round((now_us - one.heard_at) / 1e6),
        "link": one.link.suspended or "open", "waiting": entries, "waiting_bytes": size,
        "sent": sum(at.seq for at in one.link.sent.values()), "came": sum(at.seq for at in one.link.came.values()),
        "bytes_this_hour": one.traffic.spent, "bytes_an_hour": one.traffic.budget, "fault": one.fault or None,
    }  # fmt: skip


def _health_text(one: dict[str, Any]) -> str:
    heard = "never heard" if one["heard_s"] is None else f"heard {one['heard_s']} s ago"
    link = "suspended" if one["suspended"] else one["link"] if one["link"] == "open" else f"stopped: {one['link']}"
    budget = "" if one["bytes_an_hour"] is None else f" of {one['bytes_an_hour']:,}"
    text = f"{one['name']}: {link}; {heard}; sent {one['sent']}, came {one['came']}, waiting {one['waiting']} "
    text += f"({one['waiting_bytes']:,} bytes); {one['bytes_this_hour']:,}{budget} bytes this hour"
    return text + (f"\n  {one['fault']}" if one["fault"] else "")
