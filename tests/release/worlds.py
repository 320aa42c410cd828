"""A small world of sharing, every combination of it, and what must leave in each, said a second time.

`must_tell` is written from the rules as people say them, not from the code: all conditions for one fact in one place.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

from hanbada.model.sharing import (
    FULL,
    Agreement,
    Assertion,
    Caveats,
    Community,
    Grant,
    Item,
    Marking,
    Member,
    Partner,
    Profile,
    Scope,
    Span,
)
from hanbada.release.rules import Terms

NOW = 1_000
SEA = ((120.0, 30.0), (130.0, 30.0), (130.0, 40.0), (120.0, 40.0))
COARSE = Profile(place="10nmi", identity=True, source=False, person=False, narrative=True, evidence=False)
RANK = {"CLEAR": 0, "GREEN": 1, "AMBER": 2, "AMBER+STRICT": 3, "RED": 4}

GRANTS = {"nobody": (), "empty": ((),), "other": (("q",),), "named": (("p",),), "anyone": ("anyone",)}
CAVEATS = {
    "none": Caveats(),
    "list": Caveats(only_to=("p",)),
    "other list": Caveats(only_to=("q",)),
    "empty list": Caveats(only_to=()),
    "purpose": Caveats(purposes=("safety",)),
    "other purpose": Caveats(purposes=("law",)),
    "no purpose": Caveats(purposes=()),
    "elsewhere": Caveats(areas=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)),
    "over": Caveats(until_at=NOW),
    "not yet": Caveats(from_at=NOW + 1),
    "kept": Caveats(no_onward=True),
}
OPEN_CAVEATS = {"none", "list", "purpose", "kept"}
AGREEMENTS = {
    "live": {},
    "over": {"valid": Span(from_at=0, until_at=NOW)},
    "not yet": {"valid": Span(from_at=NOW + 1)},
    "suspended": {"suspended": (Span(from_at=NOW - 5, until_at=NOW + 5),)},
    "other class": {"data_classes": ("track",)},
    "no class": {"data_classes": ()},
    "other purpose": {"purposes": ("law",)},
    "elsewhere": {"areas": (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)},
    "other incident": {"incidents": ("INC-9",)},
    "other party": {"parties": ("us", "them")},
}
PARTNERS = ("member", "suspended", "stranger", "outside")
OWN = {
    "none": None,
    "open": ("CLEAR", "anyone", Caveats()),
    "red": ("RED", "anyone", Caveats()),
    "ungranted": ("CLEAR", None, Caveats()),
    "listed away": ("CLEAR", "anyone", Caveats(only_to=())),
    "red named": ("RED", ("p",), Caveats()),
}


class World(NamedTuple):
    """One combination, by name."""

    tlp: str = "GREEN"
    ceiling: str = "AMBER"
    grant: str = "anyone"
    caveat: str = "none"
    agreement: str = "live"
    partner: str = "member"
    onward: str = "own"
    own: str = "none"
    scope: str = "none"
    community: str = "open"


ORIGINS = ("own", "relayed", "not relayed", "may not relay")
SCOPES = ("none", "open", "closed", "over", "other incident", "other node")
COMMUNITIES = ("open", "closed", "exercise", "may not post")


def worlds() -> list[World]:
    """Every combination of what concerns markings, and every single change of the rest beside each marking."""
    marked = itertools.product(RANK, ("GREEN", "AMBER", "RED"), GRANTS, CAVEATS, ORIGINS, OWN)
    found = [World(t, c, g, k, onward=o, own=w) for t, c, g, k, o, w in marked]
    for tlp, grant, own in itertools.product(RANK, GRANTS, OWN):
        base = World(tlp, "AMBER", grant, own=own)
        for partner, agreement, scope, community in itertools.product(PARTNERS, AGREEMENTS, SCOPES, COMMUNITIES):
            found.append(base._replace(partner=partner, agreement=agreement, scope=scope, community=community))
    return found


def built(world: World) -> tuple[Item, Terms]:
    """The object and the terms of a combination."""
    originator = "us-node" if world.onward == "own" else "third"
    grants = tuple(Grant(community="c", to=to, profile=FULL) for to in GRANTS[world.grant])
    marking = Marking(tlp=world.tlp, originator=originator, grants=grants, caveats=CAVEATS[world.caveat])
    facts = (
        Assertion(name="speed", aspect="plain", value=7),
        Assertion(name="name", aspect="identity", value="HANBIT", marking=own_marking(world, originator)),
        Assertion(name="crew", aspect="person", value="master"),
    )
    item = Item(
        item_id="i", data_class="incident", marking=marking, assertions=facts, incident="INC-1", place=((125.0, 35.0),)
    )
    member = Member(node="p", max_tlp=world.ceiling, profile=COARSE)
    we = Member(
        node="us-node", max_tlp="RED", profile=FULL, may_post=world.community != "may not post",
        may_relay=world.onward != "may not relay",
    )  # fmt: skip
    community = Community(
        community_id="c", name="C", version=1, members=(we,) if world.partner == "outside" else (we, member),
        agreements=("a",), quorum=1, purposes=("safety",), onward="none" if world.onward == "not relayed" else "community",
        exercise=world.community == "exercise", closed_at=NOW if world.community == "closed" else None,
    )  # fmt: skip
    partners = {"p": Partner(node="p", name="P", organisation="org-p", suspended=world.partner == "suspended")}
    terms = Terms(
        "us-node", "us", {} if world.partner == "stranger" else partners, {"c": community}, {"a": agreement_of(world)},
        scopes_of(world),
    )  # fmt: skip
    return item, terms


def own_marking(world: World, originator: str) -> Marking | None:
    if OWN[world.own] is None:
        return None
    tlp, to, caveats = OWN[world.own]
    grants = () if to is None else (Grant(community="c", to=to, profile=FULL),)
    return Marking(tlp=tlp, originator=originator, grants=grants, caveats=caveats)


def agreement_of(world: World) -> Agreement:
    usual = {
        "parties": ("us", "org-p"), "data_classes": ("incident",), "purposes": "any", "areas": (SEA,),
        "incidents": ("INC-1",), "valid": Span(from_at=0, until_at=NOW + 100),
    }  # fmt: skip
    return Agreement(
        agreement_id="a", title="A", kind="bilateral", reference="", onward="community",
        **usual | AGREEMENTS[world.agreement],
    )  # fmt: skip


def scopes_of(world: World) -> tuple[Scope, ...]:
    if world.scope == "none":
        return ()
    return (
        Scope(
            scope_id="s", community="c", incident="INC-2" if world.scope == "other incident" else "INC-1",
            nodes=("q",) if world.scope == "other node" else ("p",), profile=FULL, max_tlp="RED", opened_by="kim",
            opened_at=NOW - 10, until_at=NOW if world.scope == "over" else NOW + 10,
            closed_at=NOW - 1 if world.scope == "closed" else None,
        ),
    )  # fmt: skip


def must_tell(world: World) -> set[str]:
    """The names of the facts that may leave, by the rules as people say them."""
    scoped = world.scope == "open" and world.onward == "own"
    if world.partner != "member" or world.agreement != "live" or world.community != "open":
        return set()
    if world.caveat not in OPEN_CAVEATS:
        return set()
    if not passes(world.tlp, GRANTS[world.grant], world, scoped):
        return set()
    if world.onward != "own" and (world.onward != "relayed" or RANK[world.tlp] > 2 or world.caveat == "kept"):
        return set()
    told = {"speed"}
    if scoped:
        told.add("crew")
    own = OWN[world.own]
    if own is None:
        return told | {"name"}
    tlp, to, caveats = own
    fits = caveats.only_to != () and passes(tlp, () if to is None else (to,), world, scoped)
    if fits and (world.onward == "own" or RANK[tlp] <= 2):
        told.add("name")
    return told


def passes(tlp: str, grants: tuple, world: World, scoped: bool) -> bool:
    """Colour and grant."""
    if scoped:
        return True
    named = [to for to in grants if to == "anyone" or "p" in to]
    if not named or RANK[tlp] > RANK[world.ceiling]:
        return False
    return tlp != "RED" or named != ["anyone"]
