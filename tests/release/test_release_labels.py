"""Labels of classified schemes are refused wherever they stand as labels, and words in sentences are left alone."""

import msgspec
import pytest
from worlds import NOW, World, built

from hanbada.model.sharing import FULL, Assertion, Grant, Marking
from hanbada.release.labels import classified
from hanbada.release.view import decide


@pytest.mark.parametrize(
    "text",
    [
        "NATO SECRET", "nato restricted", "COSMIC TOP SECRET", "RESTREINT UE/EU RESTRICTED", "R-UE/EU-R",
        "SECRET UE", "TRÈS SECRET UE/EU TOP SECRET", "Confidentiel  UE", "SECRET//NOFORN", "(S//NF) ship seen",
        "SECRET\nA report follows.", "-- CONFIDENTIAL --", "VS-NfD", "GEHEIM", "Très Secret", "DIFFUSION RESTREINTE",
        "군사기밀", "2급 비밀", "군사 Ⅱ급 비밀", "대외비", "see annex (NATO CONFIDENTIAL)", "ATOMAL",
    ],
)  # fmt: skip
def test_a_label_is_found(text) -> None:
    assert classified([text]) is not None


@pytest.mark.parametrize(
    "text",
    [
        "A secret meeting at sea was reported.", "TLP:AMBER+STRICT", "restricted visibility", "RESTRICTED MANOEUVRABILITY",
        "The master spoke confidentially", "M/V SECRET STAR", "commercial in confidence", "confidential sources say so",
        "", "비밀번호", "UNCLASSIFIED",
    ],
)  # fmt: skip
def test_a_word_in_a_sentence_is_no_label(text) -> None:
    assert classified([text]) is None


def item(aspect, value):
    grants = (Grant(community="c", to="anyone", profile=FULL),)
    marking = Marking(tlp="GREEN", originator="us-node", grants=grants)
    fact = Assertion(name="x", aspect=aspect, value=value)
    return msgspec.structs.replace(built(World())[0], marking=marking, assertions=(fact,))


def test_what_people_wrote_under_a_label_does_not_leave_but_a_ship_cannot_stop_sharing_by_her_name() -> None:
    _, terms = built(World())
    written = decide(item("narrative", "NATO SECRET\nseen at sea"), "p", "c", terms, NOW)
    heard = decide(item("identity", "NATO SECRET"), "p", "c", terms, NOW)
    assert (written.outcome, heard.outcome) == ("withhold", "release")
    assert [one.rule for one in written.verdicts if not one.allows] == ["labelled"]
