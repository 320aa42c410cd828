"""What the screens ask of the exchange (`app.web.ports.Sharing`): each method one transaction, any thread may call it.

The keys are read each time, so a node that gets its name while it runs needs no new start.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar

from msgspec import Struct

from hanbada.app.sharing import (
    arrived,
    changing,
    communities,
    desk,
    emergency,
    enrolling,
    health,
    matrix,
    ours,
    proposals,
    seconding,
)
from hanbada.app.sharing.links import acknowledged
from hanbada.app.sharing.proposals import Acceptance, Emergency, Release
from hanbada.app.sharing.seconding import Room
from hanbada.app.taxii import readers
from hanbada.model.errors import NotFoundError, RefusedError
from hanbada.model.sharing import Marking, Scope
from hanbada.release.rules import in_force
from hanbada.store import exchange, terms
from hanbada.store.database import reading, writing
from hanbada.store.events import Written, deed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from hanbada.app.sharing.arrived import Arrival
    from hanbada.app.sharing.communities import Circle
    from hanbada.app.sharing.emergency import Glance, Rehearsal, Wish
    from hanbada.app.sharing.health import Asked, Health, Joining
    from hanbada.app.sharing.matrix import Matrix
    from hanbada.app.sharing.ours import Ours
    from hanbada.app.sharing.proposals import Care, Proposal
    from hanbada.app.taxii.readers import Reading
    from hanbada.model.records import Detection
    from hanbada.model.sharing import Community, Partner, Tlp
    from hanbada.share.exchange.invites import Offer

P = ParamSpec("P")
R = TypeVar("R")


class Ourselves(NamedTuple):
    """What this node is called among others."""

    node: str
    name: str
    organisation: str
    address: str


class Had(Struct, frozen=True, kw_only=True):
    """What a partner has of something: told, taken back, or taken back and confirmed purged; and whether it arrived."""

    partner: str
    recalled: bool
    arrived: bool
    purged_at: int | None
    told_at: int
    version: int


class Shared(Struct, frozen=True, kw_only=True):
    """Something of ours that was marked for release, and who has it."""

    subject: str
    marking: Marking
    recalled: bool
    changed_at: int
    had: tuple[Had, ...]


def _reads(what: Callable[Concatenate[Screens, Connection, P], R]) -> Callable[Concatenate[Screens, P], R]:
    """A method that reads in a transaction of its own."""

    @wraps(what)
    def asked(self: Screens, /, *given: P.args, **named: P.kwargs) -> R:
        with reading(self.engine) as connection:
            return what(self, connection, *given, **named)

    return asked


def _writes(
    what: Callable[Concatenate[Screens, Connection, Written, P], R],
) -> Callable[Concatenate[Screens, str, int, P], R]:
    """A method that writes in a transaction of its own; whoever calls says who writes and when, first of all."""

    @wraps(what)
    def asked(self: Screens, by: str, at_us: int, /, *given: P.args, **named: P.kwargs) -> R:
        with writing(self.engine) as connection:
            return what(self, connection, Written(by=by, at_us=at_us), *given, **named)

    return asked


class Screens:
    """The exchange of the node in a database, with its keys in a folder; `four_eyes` are the acts that take two."""

    def __init__(
        self, engine: Engine, keys: Path, area_of: Callable[[Detection], str | None] = desk.nameless,
        four_eyes: tuple[Care, ...] = (),
    ) -> None:  # fmt: skip
        self.engine = engine
        self.keys = keys
        self.area_of = area_of
        self.room = Room(keys, four_eyes, area_of)

    def _ours(self, connection: Connection) -> Ours:
        return ours.opened(connection, self.keys)

    @_reads
    def ourselves(self, connection: Connection) -> Ourselves | None:
        """What this node is called, None if it has no name yet."""
        try:
            its = self._ours(connection).document
        except NotFoundError:
            return None
        return Ourselves(its.node, its.name, its.organisation, its.address)

    @_reads
    def communities(self, connection: Connection) -> dict[str, Community]:
        """The communities in force, by id."""
        return terms.communities(connection)

    @_reads
    def partners(self, connection: Connection) -> dict[str, Partner]:
        """The partners, by node."""
        return {node: one.partner for node, one in terms.partners(connection).items()}

    # what leaves

    @_reads
    def matrix(self, connection: Connection, subject: str, marking: Marking | None, at_us: int) -> Matrix:
        """What everybody would get of something of ours with a marking; with None as it is marked now."""
        return matrix.matrix(connection, self._ours(connection), subject, marking, at_us, self.area_of)

    @_reads
    def colours(self, connection: Connection, subjects: Sequence[str]) -> dict[str, Tlp]:
        """The colours of those that were marked."""
        return {name: one.item.marking.tlp for name, one in exchange.of_subjects(connection, subjects).items()}

    @_reads
    def shared(self, connection: Connection) -> list[Shared]:
        """What was marked for release, the latest change first."""
        names = {node: one.partner.name for node, one in terms.partners(connection).items()}
        found = [_shared(connection, one, names) for one in exchange.items(connection)]
        return sorted(found, key=lambda one: -one.changed_at)

    @_reads
    def had(self, connection: Connection, subject: str) -> Shared | None:
        """Who has something of ours, None if it was never marked."""
        names = {node: one.partner.name for node, one in terms.partners(connection).items()}
        kept = exchange.of_subjects(connection, [subject]).get(subject)
        return None if kept is None else _shared(connection, kept, names)

    @_writes
    def release(
        self, connection: Connection, written: Written, subject: str, marking: Marking, seen: str, why: str
    ) -> Proposal | None:
        """Release something as a matrix showed it, or propose it; RefusedError if another one holds by now."""
        its = self._ours(connection)
        shown = matrix.matrix(connection, its, subject, marking, written.at_us, self.area_of)
        if shown.seen != seen:
            message = "what would leave is no longer what was shown: look at it again"
            raise RefusedError(message)
        return seconding.perform(connection, its, self.room, subject, Release(marking=marking), written, why)

    @_writes
    def recall(self, connection: Connection, written: Written, subject: str, why: str) -> bool:
        """Take something back from everyone who was told; False if it was not released."""
        done = desk.recall(connection, self._ours(connection), subject, written)
        if done:
            deed(connection, written, "recalled", subject, why=why)
        return done

    @_reads
    def proposals(self, connection: Connection, at_us: int) -> list[Proposal]:
        """What waits for another person's decision, the oldest first."""
        return proposals.waiting(connection, at_us)

    @_writes
    def propose(self, connection: Connection, written: Written, subject: str, marking: Marking, why: str) -> None:
        """Propose a release; nothing is sent. NotFoundError for no such thing."""
        desk.object_of(connection, self._ours(connection), subject, marking, self.area_of)
        proposals.propose(connection, subject, Release(marking=marking), why, written)

    def confirm_proposal(self, by: str, at_us: int, name: str) -> Proposal:
        """Do what another person proposed; RefusedError for that person."""
        written = Written(by=by, at_us=at_us)
        with writing(self.engine) as connection:
            done = seconding.confirm(connection, self._ours(connection), self.room, name, written)
        seconding.settle(self.room, done.act)
        return done

    @_writes
    def decline_proposal(self, connection: Connection, written: Written, name: str, why: str) -> Proposal:
        """Turn a proposal down."""
        return seconding.decline(connection, name, why, written)

    # emergencies

    @_reads
    def scopes(self, connection: Connection, incident: str) -> list[tuple[Scope, list[Glance]]]:
        """The emergency scopes of an incident with who looked inside, the latest first."""
        found = emergency.of_incident(connection, incident)
        return [(one, emergency.looks(connection, one.scope_id)) for one in found]

    @_writes
    def rehearse_scope(self, connection: Connection, written: Written, wish: Wish) -> Rehearsal:
        """What opening a scope would let out, and to whom; nothing is kept."""
        return emergency.rehearse(connection, self._ours(connection), wish, written, self.area_of)

    @_writes
    def open_scope(self, connection: Connection, written: Written, wish: Wish, seen: str) -> Proposal | None:
        """Open an emergency scope as it was rehearsed, or propose it; RefusedError if it would let out other things."""
        act, its = Emergency(wish=wish), self._ours(connection)
        if emergency.rehearse(connection, its, wish, written, self.area_of).seen != seen:
            message = "what would leave is no longer what was shown: look at it again"
            raise RefusedError(message)
        return seconding.perform(connection, its, self.room, f"incident/{wish.incident}", act, written, wish.why)

    @_writes
    def close_scope(self, connection: Connection, written: Written, scope_id: str) -> None:
        """Close a scope; what only it let through is taken back."""
        emergency.close(connection, self._ours(connection), scope_id, written)

    def look(self, by: str, at_us: int, incident: str, what: str) -> list[Scope]:
        """The open scopes of an incident; if there are any, that somebody looked inside is kept."""
        with reading(self.engine) as connection:
            found = [one for one in emergency.of_incident(connection, incident) if in_force(one, at_us)]
        if found:
            with writing(self.engine) as connection:
                emergency.note(connection, found, what, Written(by=by, at_us=at_us))
        return found

    # communities and partners

    @_reads
    def circles(self, connection: Connection, at_us: int) -> list[Circle]:
        """Every community in force or proposed."""
        return communities.circles(connection, self._ours(connection), at_us)

    @_reads
    def circle(self, connection: Connection, community_id: str, at_us: int) -> Circle:
        """One community; NotFoundError if there is none of that name."""
        return communities.circle(connection, self._ours(connection), community_id, at_us)

    @_writes
    def accept(self, connection: Connection, written: Written, community_id: str) -> Proposal | None:
        """Sign the latest proposal of a community, or propose to."""
        act = Acceptance(charter=seconding.chartered(connection, community_id))
        its, subject = self._ours(connection), f"community/{community_id}"
        return seconding.perform(connection, its, self.room, subject, act, written)

    @_writes
    def leave(self, connection: Connection, written: Written, community_id: str) -> bool:
        """Leave a community, here at once; True if the others know it already."""
        return changing.leave(connection, self._ours(connection), community_id, written)

    @_reads
    def health(self, connection: Connection, at_us: int) -> list[Health]:
        """Every partner and how the link with it does."""
        return health.partners(connection, self._ours(connection), at_us)

    @_reads
    def joining(self, connection: Connection) -> list[Joining]:
        """Nodes whose digits are to be read."""
        return health.joining(connection, self._ours(connection))

    @_reads
    def asked(self, connection: Connection, at_us: int) -> list[Asked]:
        """Invitations of ours that may still be answered."""
        return health.asked(connection, self._ours(connection), at_us)

    @_writes
    def invite(self, connection: Connection, written: Written, offer: Offer | None) -> str:
        """An invitation as text; RefusedError if it offers a community where charters take two people."""
        seconding.whole(self.room.four_eyes, offer)
        return enrolling.invite(connection, self._ours(connection), offer, written)

    @_writes
    def confirm(self, connection: Connection, written: Written, node: str, digits: str) -> Partner:
        """Enrol a node whose digits were read; RefusedError if they are others."""
        return enrolling.confirm(connection, self._ours(connection), node, digits, written)

    @_writes
    def suspend(self, connection: Connection, written: Written, node: str) -> None:
        """Say nothing more to a partner and take nothing from it."""
        changing.suspend(connection, self._ours(connection), self._known(connection, node), written)

    @_writes
    def resume(self, connection: Connection, written: Written, node: str) -> None:
        """Speak with a partner again."""
        changing.resume(connection, self._ours(connection), self._known(connection, node), written)

    def _known(self, connection: Connection, node: str) -> str:
        if node not in terms.partners(connection):
            message = f"{node[:80]} is no partner"
            raise NotFoundError(message)
        return node

    @_reads
    def readers(self, connection: Connection, at_us: int) -> list[Reading]:
        """Who reads over TAXII, and what."""
        return readers.shown(connection, self._ours(connection), at_us)

    # what came

    @_reads
    def arrivals(self, connection: Connection) -> list[Arrival]:
        """What came from partners, the latest first; what was taken back or ran out has no content."""
        return arrived.arrivals(connection)

    @_reads
    def arrival(self, connection: Connection, partner: str, origin: str, item_id: str) -> Arrival:
        """One thing that came; NotFoundError if it did not."""
        return arrived.arrival(connection, partner, origin, item_id)


def _shared(connection: Connection, kept: exchange.Kept, names: dict[str, str]) -> Shared:
    had = [
        Had(
            partner=names.get(one.node, one.node), recalled=one.recalled,
            arrived=acknowledged(exchange.link_to(connection, one.node), one),
            purged_at=one.purged_at, told_at=one.told_at, version=one.version,
        )
        for one in exchange.tellings(connection, item_id=kept.item.item_id)
    ]  # fmt: skip
    return Shared(
        subject=kept.subject, marking=kept.item.marking, recalled=kept.recalled, changed_at=kept.changed_at,
        had=tuple(had),
    )  # fmt: skip
