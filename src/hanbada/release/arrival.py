"""What came in: whether it may be kept here, and what becomes of it.

The sender decides what we get; what we check is that it had the right to say it to us, and that we can keep the terms
it came with. Nothing that came goes on to others but by the same desk, with no grants: absence is never consent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from hanbada.accord.communities import member_of
from hanbada.model.sharing import DATA_CLASSES, OWNER, TLPS, Assertion, Caveats, Item, Marking, Received
from hanbada.release.labels import classified
from hanbada.release.view import texts_of

if TYPE_CHECKING:
    from hanbada.model.exchange import Alarm, Statement
    from hanbada.model.sharing import Handling, Ring
    from hanbada.release.rules import Terms


class Judged(NamedTuple):
    """What becomes of something that came: `keep` it, let it `wait` for its terms, or `refuse` it and say why."""

    state: str
    alarm: Alarm | None = None
    why: str = ""


KEEP = Judged("keep")


def judged(statement: Statement, partner: str, terms: Terms) -> Judged:
    """Whether what a partner told us may be kept; a recall always is."""
    if statement.origin == partner:
        if statement.to != terms.node:
            return Judged("refuse", "relay", f"{partner} sent what it told {statement.to}")
    elif not _relayed_well(statement, partner, terms):
        return Judged("refuse", "relay", f"{partner} passed on what {statement.origin} did not let it")
    if statement.facts is None:
        return KEEP
    return _by_terms(statement, terms)


def _by_terms(statement: Statement, terms: Terms) -> Judged:
    community = terms.communities.get(statement.community)
    if community is None or statement.charter > community.version:
        return Judged("wait")
    if statement.data_class not in DATA_CLASSES or community.exercise != statement.exercise:
        return Judged("refuse", "terms", f"{community.name} carries nothing of this kind")
    if any(member_of(community, one) is None for one in (statement.origin, terms.node)):
        return Judged("refuse", "terms", f"{statement.origin} and we are not both members of {community.name}")
    if classified(texts_of(statement.facts or ())) is not None:
        return Judged("refuse", "label", "it carries a label of a classified scheme")
    return KEEP


def _relayed_well(statement: Statement, partner: str, terms: Terms) -> bool:
    """Whether a partner may pass on, unchanged, what an origin told it: to members of the same community only."""
    community = terms.communities.get(statement.community)
    if community is None or statement.to != partner:
        return False
    if statement.facts is not None and (statement.handling is None or statement.handling.onward == "none"):
        return False
    theirs, origin, ours = (member_of(community, one) for one in (partner, statement.origin, terms.node))
    return theirs is not None and theirs.may_relay and origin is not None and ours is not None


def received(statement: Statement, partner: str, now_us: int) -> Received | None:
    """What came as an object of this desk: marked as it was sent, and granted to nobody; None for a recall."""
    if statement.facts is None or statement.handling is None:
        return None
    item = Item(
        item_id=statement.item_id,
        data_class=statement.data_class,
        marking=_marking(statement.handling),
        assertions=tuple(
            Assertion(
                name=one.name,
                aspect=one.aspect,
                value=one.value,
                source=statement.origin,
                marking=None if one.handling is None else _marking(one.handling),
            )
            for one in statement.facts
        ),
        refs=statement.refs,
        exercise=statement.exercise,
    )
    return Received(item=item, partner=partner, format="hanbada", received_at=now_us)


def narrowed(ours: Marking, theirs: Marking) -> Marking:
    """What others said, as we may pass it on: with our grants, and no less marked than it came.

    Whoever it came from stays its originator, so the rule `onward` has its say too.
    """
    one, other = ours.caveats, theirs.caveats
    caveats = Caveats(
        only_to=_both(one.only_to, other.only_to),
        purposes=_both(one.purposes, other.purposes),
        areas=_within(one.areas, other.areas),
        from_at=max((at for at in (one.from_at, other.from_at) if at is not None), default=None),
        until_at=min((at for at in (one.until_at, other.until_at) if at is not None), default=None),
        no_onward=one.no_onward or other.no_onward,
    )
    return Marking(
        tlp=max(ours.tlp, theirs.tlp, key=TLPS.index),
        originator=theirs.originator,
        grants=ours.grants,
        caveats=caveats,
        personal=ours.personal or theirs.personal,
    )


def lent(item: Item, ours: Marking, node: str, source: str) -> Item:
    """An object that came from outside under our grants, each of its facts no less marked than it came.

    It may not speak as if we, or a company that reports to us, had said it: what claims to is of `source`, and it is of
    no incident of ours.
    """

    def under(theirs: Marking) -> Marking:
        claims = theirs.originator == node or theirs.originator.startswith(OWNER)
        return narrowed(ours, structs.replace(theirs, originator=source) if claims else theirs)

    assertions = tuple(
        one if one.marking is None else structs.replace(one, marking=under(one.marking)) for one in item.assertions
    )
    return structs.replace(item, marking=under(item.marking), assertions=assertions, incident=None)


def _both(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return one if other is None else other
    return tuple(name for name in one if name in other)


def _within(one: tuple[Ring, ...] | None, other: tuple[Ring, ...] | None) -> tuple[Ring, ...] | None:
    """Areas that lie in both; of two that differ we do not know what they share, so nothing does."""
    if one is None or other is None:
        return one if other is None else other
    return one if one == other else ()


def _marking(handling: Handling) -> Marking:
    caveats = Caveats(purposes=handling.purposes, until_at=handling.until_at, no_onward=handling.onward == "none")
    return Marking(
        tlp=handling.tlp,
        originator=handling.originator,
        grants=(),
        caveats=caveats,
        personal=handling.personal,
    )
