"""What counts as lowering a marking: whatever would let more through in any world, and nothing that only narrows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from worlds import CAVEATS, COARSE, NOW, World, built

from hanbada.model.sharing import FULL, Caveats, Grant, Marking
from hanbada.release import view
from hanbada.release.lowering import lets_more

AUDIENCES = ("anyone", ("p",), ("q",), ())
MARKINGS = [
    Marking(tlp=tlp, originator="us", grants=grants, caveats=caveats)
    for tlp in ("CLEAR", "AMBER", "RED")
    for caveats in CAVEATS.values()
    for grants in (
        (),
        *((Grant(community="c", to=to, profile=profile),) for to in AUDIENCES for profile in (FULL, COARSE)),
        (Grant(community="c", to="anyone", profile=FULL), Grant(community="c", to=("p",), profile=COARSE)),
    )
]
PLAIN = Marking(tlp="AMBER", originator="us", grants=(Grant(community="c", to="anyone", profile=COARSE),))


def told(marking: Marking) -> dict[str, object]:
    item, terms = built(World(ceiling="RED"))
    _, released = view.release(replace(item, marking=marking), "p", "c", terms, NOW)
    return {} if released is None else {fact.name: fact.value for fact in released.facts}


def test_whatever_would_let_more_through_is_lowering():
    facts = [(marking, set(told(marking))) for marking in MARKINGS]
    missed = [(a, b) for a, now in facts for b, then in facts if not now <= then and not lets_more(a, b)]
    assert not missed
    assert sum(bool(one) for _, one in facts) > 20


def test_nothing_is_lowered_by_saying_the_same_or_less():
    assert not [one for one in MARKINGS if lets_more(one, one)]
    nobody = Marking(tlp="RED", originator="us", grants=())
    assert not [one for one in MARKINGS if one.caveats == Caveats() and lets_more(nobody, one)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"tlp": "AMBER"}, {"tlp": "GREEN"}),
        ({"grants": ()}, {}),
        ({}, {"grants": (Grant(community="c", to="anyone", profile=FULL),)}),
        ({}, {"grants": (*PLAIN.grants, Grant(community="d", to=("p",), profile=COARSE))}),
        ({"personal": True}, {"personal": False}),
        ({"caveats": Caveats(no_onward=True)}, {}),
        ({"caveats": Caveats(until_at=5)}, {"caveats": Caveats(until_at=6)}),
        ({"caveats": Caveats(from_at=5)}, {}),
        ({"caveats": Caveats(purposes=("law",))}, {"caveats": Caveats(purposes=("law", "safety"))}),
        ({"caveats": Caveats(areas=())}, {"caveats": Caveats(areas=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),))}),
        ({"caveats": Caveats(only_to=("p",))}, {"caveats": Caveats(only_to=("p", "q"))}),
    ],
)  # fmt: skip
def test_a_colour_a_grant_or_a_caveat_given_up_lets_more_through(before, after):
    first, second = replace(PLAIN, **before), replace(PLAIN, **after)
    assert lets_more(second, first)
    assert not lets_more(first, second)
