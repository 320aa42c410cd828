"""`hanbada release`: what the release desk would decide, rule by rule; nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import say
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from hanbada.app.sharing.desk import Outlook, Release
    from hanbada.model.wording import Translate

release = typer.Typer(
    name="release",
    help="What the release desk decides: who may have what, how exactly, and why. Sends nothing.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
WITHHELD = 4


@release.callback()
def among() -> None:
    """What the release desk decides: who may have what, how exactly, and why. Sends nothing."""


@release.command()
def check(
    subject: Annotated[str, typer.Argument(help="alert/12, incident/INC-..., or the id of an object.")],
    to: Annotated[str, typer.Option("--to", help="A partner's name or node.")],
    language: Annotated[str, typer.Option(help="en, ko, fr or de.")] = "en",
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Decision, every rule's verdict in words, and exactly what the partner would see. Exit code 4: withheld."""
    from hanbada.app.i18n import translations
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import desk
    from hanbada.app.sharing.door import partner_named
    from hanbada.app.sharing.seas import sea_of
    from hanbada.store import terms
    from hanbada.store.database import reading

    home = data_dir(data)
    with door_in(home) as door, reading(door.engine) as connection:
        node = partner_named(connection, to)
        ours = door.ours(connection)
        found = desk.release_of(connection, ours, subject, area_of=sea_of(home))
        names = {one: about.partner.name for one, about in terms.partners(connection).items()}
        names |= {ours.node: ours.document.name}
    one = next(each for each in found.partners if each.partner == node)
    decided = _object(subject, found, one, names, translations(language).gettext)
    say(decided, _text(decided), as_json=as_json)
    if one.released is None:
        raise typer.Exit(WITHHELD)


def _object(subject: str, found: Release, one: Outlook, names: dict[str, str], translate: Translate) -> dict[str, Any]:
    import msgspec

    from hanbada.release import wording

    decision = one.decision
    verdicts = () if decision is None else decision.verdicts
    outcome = "withhold" if found.recalled or decision is None else decision.outcome
    return {
        "object": subject, "to": names[one.partner], "marked": found.marked, "recalled": found.recalled,
        "outcome": outcome, "says": translate(wording.OUTCOMES[outcome]),
        "community": None if decision is None else decision.community,
        "rules": [
            {"rule": said.rule, "allows": said.allows, "says": wording.sentence(said, translate, names)}
            for said in verdicts
        ],
        "facts": [
            {"name": cut.name, "outcome": cut.outcome, "why": wording.why(cut, translate)}
            for cut in (() if decision is None else decision.cuts)
        ],
        "sees": None if one.released is None or found.recalled else msgspec.to_builtins(one.released),
    }  # fmt: skip


def _text(decided: dict[str, Any]) -> str:
    import msgspec

    head = f"{decided['object']} to {decided['to']}: {decided['says']}"
    notes = (
        ["nobody marked it for release"]
        if not decided["marked"]
        else ["it was recalled"]
        if decided["recalled"]
        else []
    )
    lines = [head, *notes, *(f"  {'yes' if one['allows'] else 'NO '}  {one['says']}" for one in decided["rules"])]
    if decided["sees"] is not None:
        values = {one["name"]: one["value"] for one in decided["sees"]["facts"]}
        lines.append(f"  sees, as TLP:{decided['sees']['handling']['tlp']}:")
        for one in decided["facts"]:
            shown = msgspec.json.encode(values[one["name"]]).decode() if one["name"] in values else one["outcome"]
            lines.append(f"    {one['name']}: {shown}" + (f"  ({one['why']})" if one["why"] else ""))
    return "\n".join(lines)
