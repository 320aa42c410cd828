"""Four eyes: acts that take two people where the node wants that, and what confirming one does.

`perform` is the one way by which a charter, the keys, a marking or an emergency scope changes at a person's word,
whether on the screens or by command: done at once, or proposed. Taking back, closing, suspending and leaving take one
person always: nobody must wait to stop something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.app.console import CONSOLE
from hanbada.app.sharing import changing, chartering, desk, emergency, ours, proposals, receiving
from hanbada.app.sharing.proposals import Acceptance, Charter, Emergency, Paper, Rekey, Release
from hanbada.model.errors import RefusedError, UsageError
from hanbada.release.lowering import lets_more
from hanbada.share.exchange import charters
from hanbada.store import exchange, terms
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.app.sharing.proposals import Act, Care, Proposal
    from hanbada.model.desk import Role
    from hanbada.model.records import Detection
    from hanbada.model.sharing import Agreement, Marking
    from hanbada.share.exchange.invites import Offer
    from hanbada.store.events import Written

CARES: dict[type, Care] = {
    Charter: "charter", Acceptance: "charter", Paper: "charter", Rekey: "keys", Emergency: "scope",
}  # fmt: skip
NEEDS: dict[str, Role] = {"keys": "admin"}
"""Who may confirm an act, by its kind, where a release officer may not."""


class Room(NamedTuple):
    """What acts need beside the database: the keys, which acts take two people, names of seas, the root key's file."""

    keys: Path
    four_eyes: tuple[Care, ...] = ()
    area_of: Callable[[Detection], str | None] = desk.nameless
    root: Path | None = None


def needs(kind: str) -> Role:
    """The role that whoever confirms an act of this kind must hold."""
    return NEEDS.get(kind, "releaser")


def perform(
    connection: Connection, its: Ours, room: Room, subject: str, act: Act, written: Written, why: str = ""
) -> Proposal | None:
    """Do something, None; or keep it as a proposal where it takes two people and nobody asked for this very act.

    Raises RefusedError for the person who asked for it.
    """
    before = proposals.like(connection, subject, act, written.at_us)
    if takes_two(connection, room, subject, act):
        if written.by == CONSOLE:
            message = "two people decide this at this node: say who you are with --as NAME"
            raise UsageError(message)
        if before is None or before.act != act:
            return proposals.propose(connection, subject, act, why, written)
        _another(before, written)
    if before is not None:
        proposals.drop(connection, before, "proposal_confirmed" if before.act == act else "proposal_replaced", written)
    _carry_out(connection, its, room, subject, act, written, why)
    return None


def confirm(connection: Connection, its: Ours, room: Room, name: str, written: Written) -> Proposal:
    """Do what another person proposed; the proposal. Raises NotFoundError if it waits no more, RefusedError for them.

    After an act on the keys the caller settles them once this is kept (`settle`).
    """
    one = proposals.named(connection, name, written.at_us)
    _another(one, written)
    proposals.drop(connection, one, "proposal_confirmed", written)
    _carry_out(connection, its, room, one.subject, one.act, written, one.why)
    return one


def decline(connection: Connection, name: str, why: str, written: Written) -> Proposal:
    """Turn a proposal down, or take one's own back; raises NotFoundError if it waits no more."""
    one = proposals.named(connection, name, written.at_us)
    proposals.drop(connection, one, "proposal_declined", written, why)
    return one


def _another(one: Proposal, written: Written) -> None:
    if one.by == written.by:
        message = f"{one.by} proposed this: another person decides it"
        raise RefusedError(message)


def takes_two(connection: Connection, room: Room, subject: str, act: Act) -> bool:
    """Whether an act takes two people at this node."""
    if not isinstance(act, Release):
        return CARES[type(act)] in room.four_eyes
    if not {"release", "marking"} & set(room.four_eyes):
        return False
    before = _marked(connection, subject)
    if before is None:
        return "release" in room.four_eyes
    return lets_more(act.marking, before)


def _marked(connection: Connection, subject: str) -> Marking | None:
    """The marking something was released with; of what was recalled, the same for nobody."""
    kind, _, name = subject.partition("/")
    if kind == desk.STANDING:
        return desk.standing(connection).get(name)
    kept = exchange.of_subjects(connection, [subject]).get(subject)
    if kept is None:
        return None
    return msgspec.structs.replace(kept.item.marking, grants=()) if kept.recalled else kept.item.marking


def whole(four_eyes: Collection[Care], offer: Offer | None) -> None:
    """Raise RefusedError if a community comes along with an invitation where charters take two people."""
    if offer is not None and "charter" in four_eyes:
        message = "two people decide about communities at this node: invite without one, then propose it by itself"
        raise RefusedError(message)


def settle(room: Room, act: Act) -> None:
    """Let new keys take the place of the old ones on disk; nothing after another act."""
    if isinstance(act, Rekey):
        ours.settled(room.keys)


def _carry_out(
    connection: Connection, its: Ours, room: Room, subject: str, act: Act, written: Written, why: str
) -> None:
    match act:
        case Release():
            desk.mark(connection, its, subject, act.marking, written, room.area_of)
            deed(connection, written, "released", subject, why=why, tlp=act.marking.tlp)
        case Charter():
            _agreed(connection, act.agreement, written)
            chartering.propose(connection, its, act.community, written)
        case Acceptance():
            _agreed(connection, act.agreement, written)
            _accept(connection, its, subject.removeprefix("community/"), act, written)
        case Paper():
            _agreed(connection, act.agreement, written)
        case Rekey():
            _rekey(connection, room, act, written)
        case Emergency():
            emergency.open_scope(connection, its, act.wish, written, room.area_of)
    if CARES.get(type(act)) == "charter":
        receiving.reconsider(connection, its, written)


def _agreed(connection: Connection, agreement: Agreement | None, written: Written) -> None:
    if agreement is not None:
        terms.put_agreement(connection, agreement, written)


def _accept(connection: Connection, its: Ours, community_id: str, act: Acceptance, written: Written) -> None:
    if chartered(connection, community_id) != act.charter:
        message = f"another version of {community_id} is proposed by now: look at it again"
        raise RefusedError(message)
    chartering.accept(connection, its, community_id, written)


def chartered(connection: Connection, community_id: str) -> str:
    """The hash of the latest charter that is proposed for a community; raises NotFoundError if none is."""
    return charters.hash_of(chartering.proposed(connection, community_id)).hex()


def _rekey(connection: Connection, room: Room, act: Rekey, written: Written) -> None:
    root = room.root or room.keys / ours.ROOT
    if act.revoke:
        changing.revoke(connection, room.keys, root, written)
    else:
        changing.rotate(connection, room.keys, root, written, act.address)
