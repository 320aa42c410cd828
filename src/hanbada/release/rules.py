"""The rules of release, each a question with a yes or no and the facts behind it. All must say yes.

A rule only ever looks at its `Case`. None of them can turn another's no into a yes, so what narrows a marking never
widens what leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanbada.accord.agreements import inside, names
from hanbada.accord.communities import member_of, resting_on
from hanbada.model.sharing import NOTHING, ONWARDS, OWNER, TLPS, Agreement, Verdict
from hanbada.release.profiles import join, meet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hanbada.model.sharing import Audience, Community, Grant, Item, Marking, Onward, Partner, Profile, Scope, Tlp


class Terms(NamedTuple):
    """All that decisions rest on: who we are, whom we know, and what was agreed."""

    node: str
    organisation: str
    partners: Mapping[str, Partner]
    communities: Mapping[str, Community]
    agreements: Mapping[str, Agreement]
    scopes: tuple[Scope, ...] = ()


class Case(NamedTuple):
    """One object, one marking on it, one node, one community, one moment."""

    item: Item
    marking: Marking
    to: str
    community: Community
    terms: Terms
    now_us: int


def known(case: Case) -> Verdict:
    """The node is a partner, and not suspended."""
    partner = case.terms.partners.get(case.to)
    if partner is None:
        return _no("partner_unknown", node=case.to)
    return _said("partner_active", not partner.suspended, node=partner.name)


def open_community(case: Case) -> Verdict:
    """The community goes on, and is of the same world: exercises and real life never mix."""
    community = case.community
    if community.exercise != case.item.exercise:
        return _no("other_world", community=community.name)
    closed = community.closed_at is not None and case.now_us >= community.closed_at
    return _said("community_open", not closed, community=community.name)


def membership(case: Case) -> Verdict:
    """Both are members, and we may post."""
    ours = member_of(case.community, case.terms.node)
    if ours is None or not ours.may_post:
        return _no("may_not_post", community=case.community.name)
    theirs = member_of(case.community, case.to)
    return _said("member", theirs is not None, community=case.community.name)


def agreed(case: Case) -> Verdict:
    """An agreement in force between both organisations covers this."""
    agreement = agreement_for(case)
    if agreement is not None:
        return _yes("agreement", agreement=agreement.title)
    return _no("no_agreement", community=case.community.name, data_class=case.item.data_class)


def agreement_for(case: Case) -> Agreement | None:
    """The first agreement, by id, that covers the object; None if there is none."""
    partner = case.terms.partners.get(case.to)
    if partner is None:
        return None
    both = (case.terms.organisation, partner.organisation)
    found = resting_on(case.community, case.terms.agreements, both, case.now_us)
    return next((one for one in found if _covers(one, case)), None)


def _covers(agreement: Agreement, case: Case) -> bool:
    item = case.item
    scoped = agreement.incidents == "any" or (item.incident is not None and names(agreement.incidents, item.incident))
    return (
        scoped
        and names(agreement.data_classes, item.data_class)
        and inside(agreement.areas, item.place)
        and any(names(agreement.purposes, purpose) for purpose in case.community.purposes)
    )


def granted(case: Case) -> Verdict:
    """The originator grants it to this node in this community, or an open scope does."""
    if scope_for(case) is not None or grant_for(case) is not None:
        return _yes("granted", originator=case.marking.originator)
    return _no("not_granted", originator=case.marking.originator, community=case.community.name)


def grant_for(case: Case) -> Grant | None:
    """The originator's grant that names this node; of several, what all of them allow."""
    found = [one for one in case.marking.grants if one.community == case.community.community_id and _to(one.to, case)]
    if not found:
        return None
    first, *others = found
    for other in others:
        first = _narrowed(first, other)
    return first


def _narrowed(one: Grant, other: Grant) -> Grant:
    to: Audience = other.to if one.to == "anyone" else one.to
    return type(one)(community=one.community, to=to, profile=meet(one.profile, other.profile))


def _to(audience: Audience, case: Case) -> bool:
    return audience == "anyone" or case.to in audience


def scope_for(case: Case) -> Scope | None:
    """The emergency scope that opens this object of ours to this node, None if none does."""
    if case.marking.originator != case.terms.node or case.item.incident is None:
        return None
    fits = (one for one in case.terms.scopes if _in_scope(one, case))
    return min(fits, key=lambda one: one.scope_id, default=None)


def in_force(scope: Scope, now_us: int) -> bool:
    """Whether an emergency scope is open at a moment."""
    ended = scope.until_at if scope.closed_at is None else min(scope.until_at, scope.closed_at)
    return scope.opened_at <= now_us < ended


def _in_scope(scope: Scope, case: Case) -> bool:
    return (
        scope.incident == case.item.incident
        and scope.community == case.community.community_id
        and case.to in scope.nodes
        and in_force(scope, case.now_us)
    )


def light(case: Case) -> Verdict:
    """The member may receive this colour; RED goes to nodes that are named, never to anyone."""
    member, scope, tlp = member_of(case.community, case.to), scope_for(case), case.marking.tlp
    if member is None:
        return _no("member", community=case.community.name)
    highest = member.max_tlp if scope is None else max(member.max_tlp, scope.max_tlp, key=TLPS.index)
    if _graver(tlp, highest):
        return _no("tlp_too_high", tlp=tlp, highest=highest)
    grant = grant_for(case)
    if tlp == "RED" and scope is None and (grant is None or grant.to == "anyone"):
        return _no("red_unnamed", tlp=tlp)
    return _yes("tlp", tlp=tlp, highest=highest)


def _graver(one: Tlp, other: Tlp) -> bool:
    return TLPS.index(one) > TLPS.index(other)


def caveats(case: Case) -> Verdict:
    """No caveat speaks against it: release list, area, time."""
    named = case.marking.caveats
    if named.only_to is not None and case.to not in named.only_to:
        return _no("not_on_list", node=case.to)
    if named.areas is not None and not inside(named.areas, case.item.place):
        return _no("outside_area")
    if named.from_at is not None and case.now_us < named.from_at:
        return _no("not_yet")
    return _said("caveats", named.until_at is None or case.now_us < named.until_at)


def purpose(case: Case) -> Verdict:
    """There is a purpose that the community, the agreement and the originator all allow."""
    found = purposes_for(case)
    return _yes("purpose", purposes=", ".join(found)) if found else _no("no_purpose", community=case.community.name)


def purposes_for(case: Case) -> tuple[str, ...]:
    """The purposes it may be used for, in the community's order."""
    agreement, caveat = agreement_for(case), case.marking.caveats.purposes
    if agreement is None:
        return ()
    return tuple(
        one for one in case.community.purposes if names(agreement.purposes, one) and (caveat is None or one in caveat)
    )


def onward(case: Case) -> Verdict:
    """What others told us goes on only where its originator, community and agreement let it, and we may relay.

    Telling those whom a company named to us is no passing on: its grant is its word to exactly them.
    """
    marking = case.marking
    if marking.originator == case.terms.node:
        return _yes("own")
    if marking.originator.startswith(OWNER) and grant_for(case) is not None:
        return _yes("consented", originator=marking.originator.removeprefix(OWNER))
    agreement, ours = agreement_for(case), member_of(case.community, case.terms.node)
    kept = marking.caveats.no_onward or _graver(marking.tlp, "AMBER")
    shut = case.community.onward == "none" or agreement is None or agreement.onward == "none"
    if kept or shut or ours is None or not ours.may_relay:
        return _no("no_onward", originator=marking.originator)
    return _yes("onward", originator=marking.originator)


RULES: tuple[Callable[[Case], Verdict], ...] = (
    known, open_community, membership, agreed, granted, light, caveats, purpose, onward,
)  # fmt: skip
"""In the order in which they are asked; the first no is what a person is told first."""

OF_MARKINGS: tuple[Callable[[Case], Verdict], ...] = (granted, light, caveats, purpose, onward)
"""Those that a fact with a marking of its own must pass with that marking too."""


def allowed(case: Case) -> Profile:
    """The detail that the membership and the grant allow together, and what an open scope adds."""
    member, scope, grant = member_of(case.community, case.to), scope_for(case), grant_for(case)
    if member is None:
        return NOTHING
    usual = NOTHING if grant is None else meet(member.profile, grant.profile)
    return usual if scope is None else join(usual, scope.profile)


def onward_for(case: Case) -> Onward:
    """How far the receiver may pass it on: what colour, caveat, community and agreement all allow."""
    agreement, marking = agreement_for(case), case.marking
    if agreement is None or marking.caveats.no_onward or _graver(marking.tlp, "AMBER"):
        return "none"
    widest: Onward = "public" if marking.tlp == "CLEAR" else "community"
    return min(widest, case.community.onward, agreement.onward, key=ONWARDS.index)


def _said(rule: str, allows: bool, **facts: str) -> Verdict:  # noqa: FBT001 - the answer itself
    return Verdict(rule=rule, allows=allows, facts=facts)


def _yes(rule: str, **facts: str) -> Verdict:
    return _said(rule, True, **facts)  # noqa: FBT003 - the answer itself


def _no(rule: str, **facts: str) -> Verdict:
    return _said(rule, False, **facts)  # noqa: FBT003 - the answer itself
