"""Classify once: golden incidents in every scheme, and what unknown answers do."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hanbada.model.answers import ANSWERS
from hanbada.model.facts import checked, facts_of
from hanbada.reference.schemes import every, mapped
from hanbada.reference.schemes_2026_11 import TABLE

GOLDEN = tomllib.loads((Path(__file__).parent / "schemes" / "golden.toml").read_text("utf-8"))["case"]
SCHEMES = {one.name: one for one in TABLE}
ARMED, FIREARMS = {"knives", "guns", "rocket_grenades", "explosives"}, {"guns", "rocket_grenades", "explosives"}


def by_factors(answers: dict[str, Any]) -> str:
    """ReCAAP's significance, said a second time: the graver of the violence and the economic factor."""
    weapons, crew, stolen = (set(answers[name]) for name in ("weapons", "crew", "stolen"))
    economic = 1 if answers["control_taken"] or stolen & {"cargo", "ship"} else 4
    if crew & {"kidnapped", "killed", "missing"}:
        violence = 1
    elif crew & {"held", "assaulted", "injured"}:
        violence = 1 if weapons & FIREARMS and answers["perpetrators"] > 9 else 2
    elif weapons & FIREARMS or (weapons & ARMED and "threatened" in crew):
        violence = 2
    elif weapons & (ARMED | {"sticks"}) or "threatened" in crew:
        violence = 3
    else:
        violence = 4
    return f"Actual: CAT {min(violence, economic)}"


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda one: one["case"])
def test_a_golden_incident_is_in_every_scheme_what_its_definitions_say(golden: dict[str, Any]) -> None:
    found = {one.scheme: one.category for one in every(golden["answers"], TABLE)}
    assert found == {name: golden["expect"].get(name) for name in SCHEMES}


def test_there_are_sixty_golden_incidents_and_each_category_of_the_table_stands_in_one() -> None:
    assert len(GOLDEN) >= 60
    expected = {(name, said) for one in GOLDEN for name, said in one["expect"].items()}
    categories = {(one.name, rule.category) for one in TABLE for rule in one.rules}
    accidents = {("cise", f"MaritimeSafetyIncident/{one}") for one in (
        "Flooding", "List", "StructuralFailure", "SteeringGearFailure", "ElectricalGeneratingSystemFailure", "Waste",
    )}  # fmt: skip
    anomalies = {("cise", f"Anomaly/{one}") for one in (
        "DetecionOfChangesInAISParameters", "UnexpectedMovement", "VesselOutOfTrafficLanes",
    )}  # fmt: skip
    waves = {("cise", "CrisisIncident/NaturalDisasterTsunami"), ("s124", "276 tsunami")}
    assert categories - expected == accidents | anomalies | waves


def test_recaap_agrees_with_the_published_factors_on_every_golden_attack() -> None:
    attacks = [one for one in GOLDEN if one["answers"]["act"] == "attack" and one["answers"]["boarded"]]
    assert len(attacks) >= 20
    for one in attacks:
        assert mapped(one["answers"], SCHEMES["recaap"]).category == by_factors(one["answers"]), one["case"]


def test_recaap_agrees_with_the_published_factors_on_every_combination() -> None:
    words = itertools.product(
        ("none", "sticks", "knives", "guns"), ANSWERS["crew"].words, ANSWERS["stolen"].words, (True, False), (1, 9, 10)
    )
    for weapon, crew, stolen, control, perpetrators in words:
        answers = {
            "act": "attack", "boarded": True, "weapons": [weapon], "crew": [crew], "stolen": [stolen],
            "control_taken": control, "perpetrators": perpetrators,
        }  # fmt: skip
        assert mapped(answers, SCHEMES["recaap"]).category == by_factors(answers), answers


def test_golden_answers_are_facts_of_an_incident() -> None:
    for one in GOLDEN:
        for name, value in one["answers"].items():
            assert checked("incident", name, value) == value, (one["case"], name)


def test_the_table_names_only_answers_and_words_that_exist() -> None:
    for scheme in TABLE:
        assert set(scheme.carries) <= set(facts_of("incident")), scheme.name
        for rule in scheme.rules:
            for name, wanted in rule.when.items():
                words = ANSWERS[name].words
                assert isinstance(wanted, range) or set(wanted) <= (set(words) if words else {True, False}), rule


def test_no_rule_of_the_table_stands_behind_one_that_always_holds_before_it() -> None:
    for scheme in TABLE:
        for earlier, later in itertools.combinations(scheme.rules, 2):
            covers = all(name in later.when and set(later.when[name]) <= set(wanted)
                         for name, wanted in earlier.when.items() if not isinstance(wanted, range))  # fmt: skip
            has_range = any(isinstance(wanted, range) for wanted in earlier.when.values())
            assert has_range or not covers, (scheme.name, earlier.category, later.category)


def test_every_uncertain_rule_says_why() -> None:
    for scheme in TABLE:
        assert scheme.source
        assert scheme.edition
        assert [rule for rule in scheme.rules if rule.sure == bool(rule.note)] == []


def test_an_unknown_answer_leaves_open_what_it_decides() -> None:
    found = mapped({"act": "attack", "boarded": True, "control_taken": False}, SCHEMES["ukmto_bmp"])
    assert found.category == "Illegal boarding"
    assert found.could_be == ("Armed robbery",)
    assert found.missing == ("waters", "stolen")


def test_settling_every_missing_answer_leaves_one_of_what_it_could_be() -> None:
    for golden, scheme in itertools.product(GOLDEN, TABLE):
        answers = golden["answers"]
        whole = mapped(answers, scheme).category
        for name in answers:
            less = mapped({key: value for key, value in answers.items() if key != name}, scheme)
            assert whole in {less.category, *less.could_be}, (golden["case"], scheme.name, name)
            if less.category != whole:
                assert name in less.missing


def test_without_any_answer_nothing_is_said() -> None:
    for found in every({}, TABLE):
        assert found.category is None
        assert "act" in found.missing


def test_what_a_scheme_cannot_say_is_said_to_be_lost() -> None:
    answers = {"act": "cable_damage", "light": "dark", "craft": ["ship"]}
    law = mapped(answers, SCHEMES["law"])
    assert not law.expressed
    assert law.lost == ("act", "craft", "light")
    assert mapped(answers, SCHEMES["cise"]).lost == ("craft", "light")


def test_a_category_that_covers_several_answers_says_that_it_is_coarser() -> None:
    assert mapped({"act": "fire"}, SCHEMES["ifc_singapore"]).coarser == ("act",)
    assert mapped({"act": "fire"}, SCHEMES["cise"]).coarser == ()
