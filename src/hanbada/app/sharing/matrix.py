"""What everybody would get of an alert or incident with some marking: worked out as it would be sent, and not sent.

The same functions decide here as when something leaves, so what a release officer sees is what a partner will have.
`seen` names all of it: whoever releases says which picture they looked at, and another one is not released.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from msgspec import Struct

from hanbada.app.sharing import desk, publishing
from hanbada.app.sharing.links import acknowledged
from hanbada.model.sharing import Decision, Item, Marking, Profile, Released
from hanbada.release.rules import Case, grant_for, scope_for
from hanbada.release.view import release
from hanbada.store import exchange
from hanbada.store.exchange import Kept, Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.app.sharing.publishing import Saying
    from hanbada.model.records import Detection
    from hanbada.model.sharing import Community, Grant, Member, Scope
    from hanbada.release.rules import Terms

Change: TypeAlias = Literal["first", "changed", "again", "same", "recall", "stays", "gone", "nothing"]
"""What a release would do at a partner. `stays`: it was told and only the terms ended; `gone`: it was taken back."""
SENT: tuple[Change, ...] = ("first", "changed", "again", "same")
"""Those after which the partner has something."""


class Column(Struct, frozen=True, kw_only=True):
    """What one partner would get by one community, and why; `leaves` if it is by this community that it gets it.

    `ceiling` is what the membership allows at most, `granted` what the originator grants; `scope` what an emergency
    scope adds to both.
    """

    community: str
    community_name: str
    node: str
    partner: str
    organisation: str
    decision: Decision
    released: Released | None
    leaves: bool
    ceiling: Profile | None
    granted: Profile | None
    scope: Profile | None


class Outcome(Struct, frozen=True, kw_only=True):
    """What a release would do at one partner; `told` is what it was told last, `arrived` whether it has that."""

    node: str
    partner: str
    organisation: str
    change: Change
    column: int | None
    told: Telling | None
    arrived: bool


class Matrix(Struct, frozen=True, kw_only=True):
    """An object with a marking, and what everybody would get of it. `marked` is the marking that holds now.

    `gone` if it was retracted or found to be nothing, so that there is nothing to release.
    """

    subject: str
    item: Item
    marked: Marking | None
    recalled: bool
    gone: bool
    columns: tuple[Column, ...]
    outcomes: tuple[Outcome, ...]
    seen: str

    @property
    def having(self) -> int:
        """How many partners would have something of it."""
        return sum(one.change in SENT for one in self.outcomes)

    @property
    def losing(self) -> tuple[str, ...]:
        """Partners it would be taken back from."""
        return tuple(one.partner for one in self.outcomes if one.change == "recall")


def matrix(
    connection: Connection, ours: Ours, subject: str, marking: Marking | None, now_us: int,
    area_of: Callable[[Detection], str | None] = desk.nameless,
) -> Matrix:  # fmt: skip
    """What everybody would get with a marking, or gets with the one it has; raises NotFoundError for no such thing."""
    before = exchange.of_subjects(connection, [subject]).get(subject)
    marked = None if before is None else before.item.marking
    found = desk.object_of(connection, ours, subject, marking or marked or desk.unmarked(ours), area_of)
    kept = Kept(item=found.item, subject=subject, recalled=_recalled(before, marking), changed_at=now_us)
    known = publishing.terms_of(connection, ours)
    sayings = [publishing.saying(connection, kept, node, known, now_us) for node in sorted(known.partners)]
    columns = tuple(_columns(connection, kept, known, sayings, now_us))
    return Matrix(
        subject=subject, item=found.item, marked=marked, recalled=before is not None and before.recalled,
        gone=found.gone, columns=columns, outcomes=tuple(_outcome(connection, known, one, columns) for one in sayings),
        seen=_seen(found.item.marking, sayings),
    )  # fmt: skip


def _recalled(before: Kept | None, marking: Marking | None) -> bool:
    """What was recalled stays so until somebody releases it again."""
    return marking is None and before is not None and before.recalled


def _columns(connection: Connection, kept: Kept, known: Terms, sayings: list[Saying], now_us: int) -> Iterator[Column]:
    leaving = {one.node: one.heard.released for one in sayings}
    for _, community in sorted(known.communities.items()):
        for member in community.members:
            if member.node != known.node and member.node in known.partners:
                yield _column(connection, kept, known, community, member, leaving.get(member.node), now_us)


def _column(
    connection: Connection, kept: Kept, known: Terms, community: Community, member: Member,
    leaving: Released | None, now_us: int,
) -> Column:  # fmt: skip
    item, node = kept.item, member.node
    has = publishing.has(connection, node)
    decision, released = release(item, node, community.community_id, known, now_us, has)
    case = Case(item, item.marking, node, community, known, now_us)
    grant, scope, about = grant_for(case), scope_for(case), known.partners[node]
    return Column(
        community=community.community_id, community_name=community.name, node=node, partner=about.name,
        organisation=about.organisation, decision=decision, released=None if kept.recalled else released,
        leaves=leaving is not None and leaving.community == community.community_id,
        ceiling=member.profile, granted=_profile(grant), scope=_profile(scope),
    )  # fmt: skip


def _profile(allowing: Grant | Scope | None) -> Profile | None:
    return None if allowing is None else allowing.profile


def _outcome(connection: Connection, known: Terms, one: Saying, columns: tuple[Column, ...]) -> Outcome:
    partner = known.partners[one.node]
    column = next((at for at, it in enumerate(columns) if it.node == one.node and it.leaves), None)
    return Outcome(
        node=one.node, partner=partner.name, organisation=partner.organisation, change=_change(one), column=column,
        told=one.last, arrived=one.last is not None and acknowledged(exchange.link_to(connection, one.node), one.last),
    )  # fmt: skip


def _change(one: Saying) -> Change:
    last, nothing = one.last, one.heard.released is None
    if last is None:
        return "nothing" if nothing else "first"
    if nothing:
        return "gone" if last.recalled else "recall" if one.due else "stays"
    return "again" if last.recalled else "changed" if one.due else "same"


def _seen(marking: Marking, sayings: list[Saying]) -> str:
    """A name for all that would leave and all that would be taken back, with the marking it rests on."""
    each = [(one.node, one.rendition.hex(), _change(one)) for one in sayings]
    return hashlib.sha256(msgspec.json.encode((marking, each), order="deterministic")).hexdigest()[:32]
