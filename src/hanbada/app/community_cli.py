"""`hanbada node`, of communities: which there are, proposing, accepting and leaving them, and what they rest on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, acting, say, waiting_text
from hanbada.app.options import As, AsJson, Data

if TYPE_CHECKING:
    from hanbada.app.sharing.proposals import Act
    from hanbada.model.sharing import Community

community = typer.Typer(add_completion=False, rich_markup_mode=None)
CommunityId = Annotated[str, typer.Argument(help="As `hanbada node communities` shows it.")]


@community.command()
def communities(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Communities in force and those that wait for a signature: members, agreements, terms."""
    from hanbada.app.opening import door_in
    from hanbada.share.exchange import charters
    from hanbada.store import terms
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door, reading(door.engine) as connection:
        known = {node: one.partner.name for node, one in terms.partners(connection).items()}
        known |= {door.ours(connection).node: "this node"}
        agreed = terms.agreements(connection)
        found = [
            (charters.read(one.proposal).community, one.adopted, len(one.signatures))
            for one in terms.latest_charters(connection)
        ]
    objects = [_community(one, known, list(agreed), adopted=adopted, signatures=count) for one, adopted, count in found]
    say(objects, "\n".join(_community_text(one) for one in objects) or "no communities yet", as_json=as_json)


@community.command()
def propose(
    file: Annotated[Path, typer.Argument(help="A community as JSON; docs/how-to/partner.md shows one.")],
    agreement: Annotated[Path | None, typer.Option(help="The agreement it rests on, as JSON.")] = None,
    who: As = None,
    data: Data = None,
) -> None:
    """Propose a community or its next version, and sign it; it goes to every member we know."""
    from hanbada.app.sharing import offering
    from hanbada.app.sharing.proposals import Charter

    proposed = offering.read_community(file)
    paper = None if agreement is None else offering.read_agreement(agreement)
    subject, act = f"community/{proposed.community_id}", Charter(community=proposed, agreement=paper)
    if (found := _done(data, who, subject, act)) is not None:
        in_force = proposed in found
        typer.echo(f"{proposed.name}: {'in force' if in_force else 'waits for the signatures of other members'}")


@community.command()
def accept(
    community_id: CommunityId,
    agreement: Annotated[Path | None, typer.Option(help="The agreement it rests on, as JSON.")] = None,
    who: As = None,
    data: Data = None,
) -> None:
    """Sign the latest proposal of a community."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import chartering, offering, seconding
    from hanbada.app.sharing.proposals import Acceptance
    from hanbada.share.exchange import charters
    from hanbada.store.database import reading

    with door_in(data_dir(data)) as door, reading(door.engine) as connection:
        charter = seconding.chartered(connection, community_id)
        asked = charters.read(chartering.proposed(connection, community_id)).community
    paper = None if agreement is None else offering.read_agreement(agreement)
    act = Acceptance(charter=charter, agreement=paper)
    if (found := _done(data, who, f"community/{community_id}", act)) is not None:
        typer.echo(f"{community_id}: {'in force' if asked in found else 'signed; waits for others'}")


@community.command()
def agree(
    file: Annotated[Path, typer.Argument(help="An agreement as JSON; it takes the place of the one with its id.")],
    who: As = None,
    data: Data = None,
) -> None:
    """Keep an agreement, or what changed of one: ended or suspended, it stops the next transmission."""
    from hanbada.app.sharing import offering
    from hanbada.app.sharing.proposals import Paper

    agreement = offering.read_agreement(file)
    found = _done(data, who, f"agreement/{agreement.agreement_id}", Paper(agreement=agreement))
    if found is not None:
        flows = [one.name for one in found if agreement.agreement_id in one.agreements]
        typer.echo(f"{agreement.title} is kept; communities that rest on it: {', '.join(flows) or 'none'}")


def _done(data: Path | None, who: str | None, subject: str, act: Act) -> list[Community] | None:
    """The communities in force after an act; None if it waits for another person, which is said."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing.seconding import Room, perform
    from hanbada.store import terms
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door:
        by = acting(door, who, "releaser")
        with writing(door.engine) as connection:
            room = Room(door.keys, door.four_eyes)
            waits = perform(connection, door.ours(connection), room, subject, act, door.written(by))
            found = list(terms.communities(connection).values())
    if waits is None:
        return found
    typer.echo(waiting_text(waits.name))
    return None


@community.command()
def leave(community_id: CommunityId, data: Data = None) -> None:
    """Leave a community: nothing more is said or taken here at once, and the others are told."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import changing
    from hanbada.store.database import writing

    with door_in(data_dir(data)) as door, writing(door.engine) as connection:
        in_force = changing.leave(connection, door.ours(connection), community_id, door.written(CONSOLE))
    others = "they have signed" if in_force else "others still have to sign it, which changes nothing here"
    typer.echo(f"{community_id}: left; {others}")


def _community(
    one: Community, known: dict[str, str], agreed: list[str], *, adopted: bool, signatures: int
) -> dict[str, Any]:
    return {
        "community": one.community_id, "name": one.name, "version": one.version, "in_force": adopted,
        "signatures": signatures, "quorum": one.quorum, "exercise": one.exercise, "closed_at": one.closed_at,
        "members": [
            {
                "node": member.node, "name": known.get(member.node), "max_tlp": member.max_tlp,
                "place": member.profile.place, "steward": member.steward,
            }
            for member in one.members
        ],
        "agreements": list(one.agreements),
        "agreements_missing": [name for name in one.agreements if name not in agreed],
    }  # fmt: skip


def _community_text(one: dict[str, Any]) -> str:
    state = "in force" if one["in_force"] else f"proposed; accept with: hanbada node accept {one['community']}"
    who = ", ".join(f"{m['name'] or m['node']} (TLP:{m['max_tlp']}, {m['place']})" for m in one["members"])
    lacks = (
        f"\n  agreements not known here: {', '.join(one['agreements_missing'])}" if one["agreements_missing"] else ""
    )
    return f"{one['name']}  {one['community']}  version {one['version']}: {state}\n  {who}{lacks}"
