"""Facts that partners send are read with care: what has no shape we know is counted, and nothing of it is a phrase."""

import pytest

from hanbada.app.web.told import UNTOLD, shown
from hanbada.model.sharing import Told
from hanbada.model.wording import sentence

GOOD = ["silence", 11400.0, "s", 3600.0, ">="]


def fact(name, value):
    return Told(name=name, aspect="plain", value=value)


@pytest.mark.parametrize("quantity", ["{measured.__class__}", "{0}", "{measured:>999999999}", "%s", "", "Silence"])
def test_a_reason_under_a_name_we_have_no_phrase_for_is_left_out(quantity):
    says = shown([fact("reasons", [[quantity, *GOOD[1:]], GOOD])])
    assert [sentence(one) for one in says.reasons] == ["AIS silent for 3 h 10 min (rule: 1 h)"]
    assert says.unread == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reasons", "all of it"), ("reasons", [["silence", "much", "s", 1, ">="]]), ("reasons", [None]),
        ("reasons", [["silence", float("nan"), "s", 1.0, ">="]]), ("reasons", [["silence", float("inf"), "s", 1.0, ">="]]),
        ("against", [["in_port", 9.0, "m", 1.0, "<=", True]]), ("against", [[]]),
        ("place", {"geometry": {"kind": "point", "coordinates": [[0, 91]]}}), ("place", {"geometry": {}}),
        ("place", {"geometry": {"kind": "point", "coordinates": []}}), ("place", []), ("place", {"geometry": 7}),
        ("from", 9e18), ("from", -1), ("from", "yesterday"), ("probability", 2), ("severity", "doom"),
        ("kind", ["gap"]), ("kind", {"gap": 1}), ("vessels", {"name": "A"}), ("log", [["now", "x"]]), ("about", [[0]]),
        ("lines", "many"), ("sources", 3), ("anything", {"deep": []}), ("state", None), ("title", 4),
    ],
)  # fmt: skip
def test_whatever_has_not_the_shape_it_should_is_counted_and_the_rest_is_read(name, value):
    says = shown([fact("peers", 14), fact(name, value)])
    assert says.unread == 1
    assert says.peers == 14


def test_a_subject_that_was_not_told_stands_as_left_out():
    near = ["port_distance", 61_000.0, "m", 18_520.0, ">="]
    assert shown([fact("reasons", [near])]).reasons[0].subject == UNTOLD
    told = shown([fact("reasons", [near]), fact("about", [[0, "Busan"]])])
    assert told.reasons[0].subject == "Busan"


def test_facts_of_an_incident_are_shown_as_they_came_if_they_fit():
    facts = [
        Told(name="act", aspect="plain", value="attack"),
        Told(name="weapons", aspect="plain", value=["laser"]),
        Told(name="colour", aspect="plain", value="red"),
    ]
    found = shown(facts)
    assert (found.said, found.unread) == ((("act", "attack"),), 2)
