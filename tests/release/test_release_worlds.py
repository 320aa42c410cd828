"""Nothing leaves that should not, in every world; and the checks would notice if it did."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from worlds import CAVEATS, NOW, OWN, RANK, World, built, must_tell, worlds

from hanbada.model.sharing import FULL, NOTHING, Span, Verdict
from hanbada.release import rules, view

EVERY = worlds()
LOOSER = {
    "tlp": [(a, b) for a in RANK for b in RANK if RANK[a] < RANK[b]],
    "grant": [("anyone", "named"), ("anyone", "nobody"), ("named", "nobody"), ("named", "empty"), ("anyone", "other")],
    "caveat": [("none", other) for other in CAVEATS if other != "none"],
    "own": [("none", other) for other in OWN if other != "none"],
}
"""Pairs in which the second says more about who may not have it than the first."""


def told(world: World) -> dict[str, object]:
    item, terms = built(world)
    _, released = view.release(item, "p", "c", terms, NOW)
    return {} if released is None else {fact.name: fact.value for fact in released.facts}


def faults(some: list[World]) -> list[tuple[World, str]]:
    """Worlds in which something else leaves than must, or in which more marking releases more."""
    left = {world: told(world) for world in some}
    found = [(world, "told") for world, facts in left.items() if set(facts) != must_tell(world)]
    for world, facts in left.items():
        for name, pairs in LOOSER.items():
            void = name == "grant" and world.tlp == "RED"  # to anyone is then to nobody: naming one is not less
            for _, tighter in (pair for pair in pairs if pair[0] == getattr(world, name) and not void):
                after = left.get(world._replace(**{name: tighter}), {})
                if not set(after) <= set(facts):
                    found.append((world, f"more marking of {name} released more"))
    return found


def test_what_leaves_is_what_the_rules_say_in_every_world() -> None:
    assert faults(EVERY) == []


def test_the_worlds_are_not_empty_of_either_answer() -> None:
    answers = [bool(must_tell(world)) for world in EVERY]
    assert len(EVERY) > 20_000
    assert 500 < sum(answers) < len(EVERY) - 500


SOME = EVERY[::31] + [world for world in EVERY if must_tell(world)][::13] + [
    World(agreement=a) for a in ("live", "over", "not yet", "suspended", "other class", "no class", "other party")
]  # fmt: skip
grant_for, scope_for, live, inside = rules.grant_for, rules.scope_for, rules.resting_on, rules.inside


def any_audience(audience, case):
    return True


def empty_is_everybody(audience, case):
    return audience in {"anyone", ()} or case.to in audience


def suspension_forgotten(community, agreements, organisations, now_us):
    return live(community, {k: replace(a, suspended=()) for k, a in agreements.items()}, organisations, now_us)


def validity_forgotten(community, agreements, organisations, now_us):
    return live(community, {k: replace(a, valid=Span()) for k, a in agreements.items()}, organisations, now_us)


def parties_forgotten(community, agreements, organisations, now_us):
    return live(community, agreements, (), now_us)


def scope_outlives_its_end(case):
    unending = tuple(replace(one, closed_at=None, until_at=NOW + 99) for one in case.terms.scopes)
    return scope_for(case._replace(terms=case.terms._replace(scopes=unending)))


def scope_for_every_incident(case):
    same = tuple(replace(one, incident=case.item.incident) for one in case.terms.scopes)
    return scope_for(case._replace(terms=case.terms._replace(scopes=same)))


def scope_for_every_node(case):
    same = tuple(replace(one, nodes=(case.to,)) for one in case.terms.scopes)
    return scope_for(case._replace(terms=case.terms._replace(scopes=same)))


def caveat_list_if_not_empty(case):
    named = case.marking.caveats.only_to
    return Verdict(rule="planted", allows=not named or case.to in named)


BUGS = {
    "a stranger is a partner": ("RULES", lambda: rules.RULES[1:]),
    "closed and exercise communities are open": ("RULES", lambda: (rules.RULES[0], *rules.RULES[2:])),
    "who is no member gets it, who may not post does": ("RULES", lambda: rules.RULES[:2] + rules.RULES[3:]),
    "no agreement is needed": (
        "RULES",
        lambda: tuple(r for r in rules.RULES if r not in {rules.agreed, rules.purpose}),
    ),
    "no grant is needed": ("RULES", lambda: tuple(r for r in rules.RULES if r not in {rules.granted, rules.light})),
    "the colour does not count": ("RULES", lambda: tuple(r for r in rules.RULES if r is not rules.light)),
    "caveats do not count": ("RULES", lambda: tuple(r for r in rules.RULES if r is not rules.caveats)),
    "purposes do not count": ("RULES", lambda: tuple(r for r in rules.RULES if r is not rules.purpose)),
    "onward does not count": ("RULES", lambda: tuple(r for r in rules.RULES if r is not rules.onward)),
    "a fact's own marking does not count": ("OF_MARKINGS", lambda: ()),
    "a fact's own colour does not count": ("OF_MARKINGS", lambda: (rules.granted, rules.caveats)),
    "a fact's own caveats do not count": ("OF_MARKINGS", lambda: (rules.granted, rules.light)),
    "a grant to one is a grant to all": ("_to", lambda: any_audience),
    "an empty grant is for everybody": ("_to", lambda: empty_is_everybody),
    "suspensions are forgotten": ("resting_on", lambda: suspension_forgotten),
    "validity is forgotten": ("resting_on", lambda: validity_forgotten),
    "parties are forgotten": ("resting_on", lambda: parties_forgotten),
    "areas are forgotten": ("inside", lambda: lambda areas, place: True),
    "named things are forgotten": ("names", lambda: lambda named, one: True),
    "an empty list of names is any": ("names", lambda: lambda named, one: not named or named == "any" or one in named),
    "a scope outlives its end": ("scope_for", lambda: scope_outlives_its_end),
    "a scope is for every incident": ("scope_for", lambda: scope_for_every_incident),
    "a scope is for every node": ("scope_for", lambda: scope_for_every_node),
    "the graver colour is the lighter one": ("_graver", lambda: lambda one, other: False),
    "everything is told in full": ("allowed", lambda: lambda case: FULL),
    "nothing is told": ("allowed", lambda: lambda case: NOTHING),
    "an empty release list is no list": ("caveats", lambda: caveat_list_if_not_empty),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(monkeypatch, bug) -> None:
    name, made = BUGS[bug]
    value = made()
    if name == "caveats":
        swapped = tuple(value if rule is rules.caveats else rule for rule in rules.RULES)
        monkeypatch.setattr(rules, "RULES", swapped)
    else:
        monkeypatch.setattr(rules, name, value)
    assert faults(SOME), f"nobody noticed that {bug}"
