"""Communities as people look at them: who is in one, what it rests on, what went and came, who signed what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from hanbada.accord.agreements import live
from hanbada.accord.communities import member_of
from hanbada.app.sharing import leaving
from hanbada.model.errors import NotFoundError
from hanbada.model.sharing import Agreement, Community, Member
from hanbada.model.times import DAY_US
from hanbada.share.exchange import charters, keys
from hanbada.store import exchange, terms
from hanbada.store.exchange import Telling

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.share.exchange.charters import KeyNamed
    from hanbada.store.terms import KeptCharter

Standing: TypeAlias = Literal["live", "not_yet", "ended", "suspended", "unknown"]
REMINDERS_DAYS = (90, 30, 7)
"""How long before an agreement ends people are told, each time more plainly."""


class Paper(Struct, frozen=True, kw_only=True):
    """An agreement a community rests on (None: not known here), how it stands, and how many days are left of it."""

    agreement_id: str
    agreement: Agreement | None
    standing: Standing
    days_left: int | None


class Seat(Struct, frozen=True, kw_only=True):
    """A membership and whose it is; `ours` for this node, `known` unless it is no partner of ours."""

    member: Member
    name: str
    organisation: str
    ours: bool
    known: bool


class Version(Struct, frozen=True, kw_only=True):
    """A version of the charter: in force or proposed, and who has signed it; `asked` if our signature is awaited."""

    version: int
    community: Community
    adopted: bool
    signed: tuple[str, ...]
    asked: bool


class Back(Struct, frozen=True, kw_only=True):
    """Something that was taken back from a partner, and what it was here."""

    subject: str
    partner: str
    telling: Telling


class Circle(Struct, frozen=True, kw_only=True):
    """A community as this node knows it. `community` is the version in force, or the one proposed if none is.

    `left` if this node left it, `expelled` if its stewards say that a later version is without this node.
    """

    community: Community
    in_force: bool
    left: bool
    expelled: bool
    seats: tuple[Seat, ...]
    papers: tuple[Paper, ...]
    versions: tuple[Version, ...]
    told: int
    came: int
    backs: tuple[Back, ...]

    @property
    def asked(self) -> bool:
        """Whether a proposal waits for our signature."""
        return any(one.asked for one in self.versions)


def circles(connection: Connection, ours: Ours, now_us: int) -> list[Circle]:
    """Every community in force or proposed, by name."""
    found = [_circle(connection, ours, one, now_us) for one in terms.community_ids(connection)]
    return sorted(found, key=lambda one: one.community.name)


def circle(connection: Connection, ours: Ours, community_id: str, now_us: int) -> Circle:
    """One community; raises NotFoundError if there is none of that name."""
    if community_id not in terms.community_ids(connection):
        message = f"there is no community {community_id!r}"
        raise NotFoundError(message)
    return _circle(connection, ours, community_id, now_us)


def _circle(connection: Connection, ours: Ours, community_id: str, now_us: int) -> Circle:
    kept = terms.charters(connection, community_id)
    adopted = [one for one in kept if one.adopted]
    community = charters.read((adopted or kept)[-1].proposal).community
    told = [one for one in exchange.tellings(connection) if one.community == community_id]
    came = exchange.all_came(connection)
    return Circle(
        community=community, in_force=bool(adopted), left=community_id in leaving.left(connection),
        expelled=community_id in leaving.expelled(connection, {community_id: community}),
        seats=_seats(connection, ours, community),
        papers=tuple(paper(one, terms.agreements(connection).get(one), now_us) for one in community.agreements),
        versions=_versions(connection, ours, kept, community), told=sum(not one.recalled for one in told),
        came=sum(one.community == community_id for one in came), backs=_backs(connection, told),
    )  # fmt: skip


def paper(agreement_id: str, agreement: Agreement | None, now_us: int) -> Paper:
    """How an agreement stands."""
    if agreement is None:
        return Paper(agreement_id=agreement_id, agreement=None, standing="unknown", days_left=None)
    begins, until = agreement.valid.from_at, agreement.valid.until_at
    standing: Standing = "live" if live(agreement, now_us) else "suspended"
    if until is not None and now_us >= until:
        standing = "ended"
    elif begins is not None and now_us < begins:
        standing = "not_yet"
    days_left = None if until is None else max(0, -(-(until - now_us) // DAY_US))
    return Paper(agreement_id=agreement_id, agreement=agreement, standing=standing, days_left=days_left)


def _seats(connection: Connection, ours: Ours, community: Community) -> tuple[Seat, ...]:
    known = terms.partners(connection)
    found = []
    for member in community.members:
        whose = known[member.node].partner if member.node in known else None
        name, organisation = ("", "") if whose is None else (whose.name, whose.organisation)
        mine = member.node == ours.node
        if mine:
            name, organisation = ours.document.name, ours.document.organisation
        found.append(
            Seat(member=member, name=name, organisation=organisation, ours=mine, known=mine or whose is not None)
        )
    return tuple(found)


def _versions(connection: Connection, ours: Ours, kept: list[KeptCharter], community: Community) -> tuple[Version, ...]:
    documents = {node: keys.read_document(one.keys) for node, one in terms.partners(connection).items()}
    documents[ours.node] = ours.document
    signers = {(one.name, node): keys.signer(one) for node, one in documents.items()}
    found = []
    for one in kept[::-1]:
        about = charters.read(one.proposal).community
        signed = [(name, node) for (name, node), known in signers.items() if _signed(one, known)]
        awaited = not one.adopted and ours.node not in {node for _, node in signed}
        newer = about.version > community.version or not any(each.adopted for each in kept)
        found.append(
            Version(
                version=about.version, community=about, adopted=one.adopted,
                signed=tuple(sorted(name for name, _ in signed)),
                asked=awaited and newer and any(member_of(each, ours.node) for each in (about, community)),
            )
        )  # fmt: skip
    return tuple(found)


def _signed(kept: KeptCharter, known: KeyNamed) -> bool:
    return any(charters.good(one, known) for one in kept.signatures)


def _backs(connection: Connection, told: list[Telling]) -> tuple[Back, ...]:
    names = {node: one.partner.name for node, one in terms.partners(connection).items()}
    found = []
    for one in sorted(told, key=lambda each: -each.told_at):
        if one.recalled:
            kept = exchange.kept(connection, one.item_id)
            subject = one.item_id if kept is None else kept.subject
            found.append(Back(subject=subject, partner=names.get(one.node, one.node), telling=one))
    return tuple(found)
