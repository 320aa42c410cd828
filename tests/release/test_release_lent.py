"""What came from outside goes on no less marked than it came, and never as if we had said it."""

import itertools

from hanbada.model.sharing import FULL, TLPS, Assertion, Caveats, Grant, Item, Marking
from hanbada.release.arrival import lent, narrowed

GRANTS = (Grant(community="watch", to="anyone", profile=FULL),)
RING = ((128.0, 34.0), (130.0, 34.0), (130.0, 36.0))
OTHER = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def marking(tlp="AMBER", originator="them", grants=(), **caveats):
    return Marking(tlp=tlp, originator=originator, grants=grants, caveats=Caveats(**caveats))


def test_our_colour_never_widens_theirs():
    for ours, theirs in itertools.product(TLPS, TLPS):
        found = narrowed(marking(ours, "us", GRANTS), marking(theirs))
        assert TLPS.index(found.tlp) == max(TLPS.index(ours), TLPS.index(theirs))
        assert (found.originator, found.grants) == ("them", GRANTS)


def test_caveats_of_both_hold():
    ours = marking(only_to=("a", "b"), purposes=("x",), areas=(RING,), from_at=5, until_at=9)
    theirs = marking(only_to=("b", "c"), from_at=3, until_at=7, no_onward=True)
    wanted = Caveats(only_to=("b",), purposes=("x",), areas=(RING,), from_at=5, until_at=7, no_onward=True)
    assert narrowed(ours, theirs).caveats == narrowed(theirs, ours).caveats == wanted


def test_two_areas_that_differ_let_nothing_through():
    assert narrowed(marking(areas=(RING,)), marking(areas=(OTHER,))).caveats.areas == ()
    assert narrowed(marking(areas=(RING,)), marking(areas=(RING,))).caveats.areas == (RING,)


def test_a_grant_of_theirs_is_not_ours_to_use():
    assert narrowed(marking(grants=()), marking(grants=GRANTS)).grants == ()


def test_what_claims_to_be_of_us_is_of_its_source_fact_by_fact_and_of_no_incident():
    facts = (Assertion(name="text", aspect="narrative", value="x", marking=marking("RED", "us", GRANTS)),)
    item = Item(
        item_id="a", data_class="comment", marking=marking("CLEAR", "us"), assertions=facts, incident="INC-2026-0001"
    )
    found = lent(item, marking("GREEN", "us", GRANTS), "us", "stix: file")
    assert found.marking.originator == found.assertions[0].marking.originator == "stix: file"
    assert (found.marking.tlp, found.assertions[0].marking.tlp) == ("GREEN", "RED")
    assert found.incident is None
