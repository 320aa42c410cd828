"""What leaves is what Cedar's engine says may, in random worlds."""

import random

import msgspec
import pytest
from cedar import SWITCHES, Question, told
from worlds import AGREEMENTS, CAVEATS, COMMUNITIES, GRANTS, NOW, ORIGINS, OWN, PARTNERS, RANK, SCOPES, World, built

from hanbada.model.sharing import FULL, Assertion, Profile
from hanbada.release import rules
from hanbada.release.view import release

PLACE = {"geometry": {"kind": "point", "coordinates": [[125.0, 35.0]]}, "area": "sea"}


def question(dice: random.Random) -> Question:
    """A world drawn from all combinations, with details of its own; most draws stay near to a release."""

    def pick(usual, every):
        return usual if dice.random() < 0.85 else dice.choice(list(every))

    world = World(
        tlp=pick("GREEN", RANK), ceiling=pick("AMBER", RANK), grant=pick("named", GRANTS),
        caveat=pick("none", CAVEATS), agreement=pick("live", AGREEMENTS), partner=pick("member", PARTNERS),
        onward=pick("own", ORIGINS), own=dice.choice(list(OWN)), scope=pick("none", SCOPES),
        community=pick("open", COMMUNITIES),
    )  # fmt: skip
    item, terms = built(world)

    profiles = [_profile(dice) for _ in range(2)]
    grants = tuple(msgspec.structs.replace(one, profile=profiles[0]) for one in item.marking.grants)
    marking = msgspec.structs.replace(item.marking, grants=grants)
    facts = (*item.assertions, Assertion(name="where", aspect="place", value=PLACE),
             *(Assertion(name=f"a {one}", aspect=one, value=1) for one in SWITCHES))  # fmt: skip
    community = terms.communities["c"]
    members = tuple(
        msgspec.structs.replace(one, profile=profiles[1] if one.node == "p" else FULL) for one in community.members
    )
    changed = msgspec.structs.replace(
        community, members=members, onward=pick(community.onward, ["none", "community", "public"])
    )
    item = msgspec.structs.replace(
        item, marking=marking, assertions=facts, incident=pick(item.incident, ["INC-2", None])
    )
    return Question(item, "p", "c", terms._replace(communities={"c": changed}), NOW)


def _profile(dice: random.Random) -> Profile:
    switches = {name: dice.random() < 0.7 for name in SWITCHES}
    return Profile(place=dice.choice(["none", "area", "30min", "10nmi", "1nmi", "exact"]), **switches)


def differences(seed: int, cases: int) -> list[tuple[Question, set[str], set[str]]]:
    """Where we and the engine say something else, and what."""
    dice = random.Random(seed)
    questions = [question(dice) for _ in range(cases)]
    found = []
    for one, may in zip(questions, told(questions), strict=True):
        _, released = release(one.item, one.to, one.community, one.terms, one.now)
        left = set() if released is None else {fact.name for fact in released.facts}
        if left != may:
            found.append((one, left, may))
    return found


def test_what_leaves_is_what_another_engine_says_may_in_a_thousand_worlds() -> None:
    assert differences(1, 1_000) == []


def test_the_engine_says_yes_and_no() -> None:
    dice = random.Random(1)
    answers = [bool(one) for one in told([question(dice) for _ in range(1_000)])]
    assert 100 < sum(answers) < 900


@pytest.mark.nightly
def test_what_leaves_is_what_another_engine_says_may_in_ten_thousand_worlds() -> None:
    assert differences(2, 10_000) == []


@pytest.mark.parametrize("rule", [rules.known, rules.membership, rules.agreed, rules.granted, rules.light, rules.caveats, rules.purpose, rules.onward])  # fmt: skip
def test_a_rule_that_is_left_out_is_noticed(monkeypatch, rule) -> None:
    for name in ("RULES", "OF_MARKINGS"):
        monkeypatch.setattr(rules, name, tuple(one for one in getattr(rules, name) if one is not rule))
    if rule is rules.granted:
        monkeypatch.setattr(rules, "grant_for", lambda case: next(iter(case.marking.grants), None))
    if rule is rules.agreed:
        monkeypatch.setattr(rules, "purposes_for", lambda case: case.community.purposes)
    assert differences(1, 1_000)
