"""The rules of release said a third time, in Cedar: a policy language of others, with an engine of others.

The policies are written from the rules as people say them, not from our code. The engine is asked in three rounds:
which papers cover an object, which markings let it through, which facts leave. Where a rule compares times, lists or
colours, the engine does; whether a point lies in a rectangle is told to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cedarpy

from hanbada.model.sharing import TLPS, Item, Marking

if TYPE_CHECKING:
    from hanbada.release.rules import Terms

POLICY = """
permit (principal, action == Action::"cover", resource) when {
  context.now >= context.from && context.now < context.until
  && !(context.now >= context.halted_from && context.now < context.halted_until)
  && context.parties.containsAll(context.both)
  && (context.any_class || context.classes.contains(context.data_class))
  && (context.any_purpose || context.purposes.containsAny(context.community_purposes))
  && (context.any_area || context.in_area)
  && (context.any_incident || context.incidents.contains(context.incident))
};
permit (principal, action == Action::"mark", resource) when {
  context.scoped && context.member && (context.tlp <= context.scope_highest || context.tlp <= context.highest)
};
permit (principal, action == Action::"mark", resource) when {
  context.granted && context.member && context.tlp <= context.highest && !(context.tlp == 4 && context.to_anyone)
};
forbid (principal, action == Action::"mark", resource) when { context.has_list && !context.list.contains(context.to) };
forbid (principal, action == Action::"mark", resource) when { context.has_areas && !context.in_areas };
forbid (principal, action == Action::"mark", resource) when { context.now < context.from || context.now >= context.until };
forbid (principal, action == Action::"mark", resource) when { !context.covered };
forbid (principal, action == Action::"mark", resource) when {
  context.has_purposes && !context.purposes.containsAny(context.common_purposes)
};
forbid (principal, action == Action::"mark", resource) when {
  context.originator != context.us && (context.kept || context.tlp > 2 || !context.we_relay
    || context.community_onward == "none" || context.paper_onward == "none")
};
permit (principal, action == Action::"have", resource) when {
  context.known && !context.suspended && context.same_world && !context.closed && context.we_post && context.member
  && context.covered && context.object_passes && context.fact_passes
  && (context.aspect == "plain" || context.aspect == "time"
    || ((context.scoped || context.usual.contains(context.aspect)) && (context.own_scoped || context.own_usual.contains(context.aspect))))
};
"""
POLICIES = cedarpy.PolicySet.from_str(POLICY)
FAR = 10**15
SWITCHES = ("identity", "source", "person", "narrative", "evidence")


class Question(NamedTuple):
    """An object, whom it is for, by which community, on which terms, when."""

    item: Item
    to: str
    community: str
    terms: Terms
    now: int


def ask(requests: list[tuple[str, dict]]) -> list[bool]:
    """What the engine says to each action in its context."""
    asked = [
        {"principal": 'Node::"p"', "action": f'Action::"{action}"', "resource": 'Fact::"f"', "context": context}
        for action, context in requests
    ]
    found = cedarpy.is_authorized_batch(asked, POLICIES, [])
    broken = [one.diagnostics.errors for one in found if one.diagnostics.errors]
    assert not broken, broken[0]
    return [one.decision == cedarpy.Decision.Allow for one in found]


def told(questions: list[Question]) -> list[set[str]]:
    """The names of the facts that may leave, for each question."""
    covered = ask([("cover", _cover(one)) for one in questions])
    marks = [marking for one in questions for marking in (one.item.marking, *_own(one))]
    asked = [
        (one, cover, marking)
        for one, cover in zip(questions, covered, strict=True)
        for marking in (one.item.marking, *_own(one))
    ]
    assert len(asked) == len(marks)
    passes = iter(ask([("mark", _mark(one, cover, marking)) for one, cover, marking in asked]))
    rows = []
    for one, cover in zip(questions, covered, strict=True):
        whole = next(passes)
        for fact in one.item.assertions:
            own = whole if fact.marking is None else next(passes)
            rows.append((one, fact.name, _have(one, cover, whole, fact, own)))
    answers = ask([("have", context) for _, _, context in rows])
    found: dict[int, set[str]] = {id(one): set() for one in questions}
    for (one, name, _), yes in zip(rows, answers, strict=True):
        found[id(one)] |= {name} if yes else set()
    return [found[id(one)] for one in questions]


def _own(one: Question) -> list[Marking]:
    return [fact.marking for fact in one.item.assertions if fact.marking is not None]


def _inside(rings, place) -> bool:
    """Whether all of a place lies in one of some rings, which are rectangles here, or far away."""
    boxes = [(min(x for x, _ in r), max(x for x, _ in r), min(y for _, y in r), max(y for _, y in r)) for r in rings]
    return bool(place) and all(any(a <= x <= b and c <= y <= d for a, b, c, d in boxes) for x, y in place)


def _cover(one: Question) -> dict:
    (paper,) = one.terms.agreements.values()
    halted = paper.suspended[0] if paper.suspended else None
    partner = one.terms.partners.get(one.to)
    named = {"class": paper.data_classes, "purpose": paper.purposes, "incident": paper.incidents, "area": paper.areas}
    return {
        "now": one.now,
        "from": -FAR if paper.valid.from_at is None else paper.valid.from_at,
        "until": FAR if paper.valid.until_at is None else paper.valid.until_at,
        "halted_from": FAR if halted is None else halted.from_at,
        "halted_until": FAR if halted is None else halted.until_at,
        "parties": list(paper.parties),
        "both": [one.terms.organisation, "nobody" if partner is None else partner.organisation],
        **{f"any_{name}": value == "any" for name, value in named.items()},
        "classes": [] if paper.data_classes == "any" else list(paper.data_classes),
        "data_class": one.item.data_class,
        "purposes": [] if paper.purposes == "any" else list(paper.purposes),
        "community_purposes": list(one.terms.communities[one.community].purposes),
        "in_area": paper.areas != "any" and _inside(paper.areas, one.item.place),
        "incidents": [] if paper.incidents == "any" else list(paper.incidents),
        "incident": one.item.incident or "",
    }


def _members(one: Question):
    members = {member.node: member for member in one.terms.communities[one.community].members}
    return members.get(one.terms.node), members.get(one.to)


def _grant(one: Question, marking: Marking):
    """The grant that names the node: these questions have one at most."""
    here = [grant for grant in marking.grants if grant.community == one.community]
    return next((grant for grant in here if grant.to == "anyone" or one.to in grant.to), None)


def _scope(one: Question, marking: Marking):
    """The open scope that names the node and the incident, for what is ours."""
    if marking.originator != one.terms.node:
        return None
    return next(
        (
            scope for scope in one.terms.scopes
            if scope.incident == one.item.incident and scope.community == one.community and one.to in scope.nodes
            and scope.opened_at <= one.now < min(scope.until_at, scope.closed_at or FAR)
        ),
        None,
    )  # fmt: skip


def _mark(one: Question, covered: bool, marking: Marking) -> dict:
    (paper,) = one.terms.agreements.values()
    community = one.terms.communities[one.community]
    (us, member), grant, scope, caveats = _members(one), _grant(one, marking), _scope(one, marking), marking.caveats
    common = [p for p in community.purposes if paper.purposes == "any" or p in paper.purposes]
    return {
        "to": one.to, "us": one.terms.node, "originator": marking.originator, "now": one.now, "covered": covered,
        "tlp": TLPS.index(marking.tlp), "member": member is not None,
        "highest": -1 if member is None else TLPS.index(member.max_tlp),
        "granted": grant is not None, "to_anyone": grant is not None and grant.to == "anyone",
        "scoped": scope is not None, "scope_highest": -1 if scope is None else TLPS.index(scope.max_tlp),
        "has_list": caveats.only_to is not None, "list": list(caveats.only_to or ()),
        "has_areas": caveats.areas is not None, "in_areas": _inside(caveats.areas or (), one.item.place),
        "from": -FAR if caveats.from_at is None else caveats.from_at,
        "until": FAR if caveats.until_at is None else caveats.until_at,
        "has_purposes": caveats.purposes is not None, "purposes": list(caveats.purposes or ()), "common_purposes": common,
        "kept": caveats.no_onward, "we_relay": us is not None and us.may_relay,
        "community_onward": community.onward, "paper_onward": paper.onward,
    }  # fmt: skip


def _usual(one: Question, marking: Marking) -> list[str]:
    """Aspects that both membership and grant let through."""
    (_, member), grant = _members(one), _grant(one, marking)
    if member is None or grant is None:
        return []
    places = ["place"] if "none" not in {member.profile.place, grant.profile.place} else []
    return places + [name for name in SWITCHES if getattr(member.profile, name) and getattr(grant.profile, name)]


def _have(one: Question, covered: bool, whole: bool, fact, own: bool) -> dict:
    community, partner = one.terms.communities[one.community], one.terms.partners.get(one.to)
    us, member = _members(one)
    marking = fact.marking or one.item.marking
    return {
        "known": partner is not None, "suspended": partner is not None and partner.suspended,
        "same_world": community.exercise == one.item.exercise,
        "closed": community.closed_at is not None and one.now >= community.closed_at,
        "we_post": us is not None and us.may_post, "member": member is not None, "covered": covered,
        "object_passes": whole, "fact_passes": own, "aspect": fact.aspect,
        "scoped": _scope(one, one.item.marking) is not None, "usual": _usual(one, one.item.marking),
        "own_scoped": _scope(one, marking) is not None, "own_usual": _usual(one, marking),
    }  # fmt: skip
