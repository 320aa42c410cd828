"""An incident with several sources leaves source by source: what one of them forbids cannot be told from what leaves."""

import msgspec
from worlds import NOW, built, worlds

from hanbada.incidents import incident, telling
from hanbada.model.records import Asserted, Report
from hanbada.model.sharing import FULL, Grant, Marking
from hanbada.release.view import release

RED = Marking(tlp="RED", originator="us", grants=())
HERE = {"geometry": {"kind": "point", "coordinates": [[125.0, 35.0]]}}


def told_of(marking, weapon, name):
    """An incident of which an agent said, for nobody else, which weapons there were, who was hurt and where."""
    facts = {"act": "attack", "place": HERE, "weapons": ["none"]}
    now = incident.reported("INC-1", Report(title="x", facts=facts, source="master"), "kim", 1)
    for fact, value in (
        ("weapons", [weapon]), ("person", [{"role": "victim", "name": name}]), ("place", {"area": name}),
        ("documents", [{"sha256": name[0] * 64, "media_type": "text/plain", "size": 1}]),
        ("vessels", [{"name": name}]),
    ):  # fmt: skip
        change = Asserted(fact=fact, value=value, source=name, credibility=1, marking=RED)
        now = incident.done(now, change, "kim", 1)
    return telling.of_incident(now, "i-1", marking)


def test_what_a_source_forbids_changes_nothing_that_leaves():
    left = 0
    for world in worlds()[::11]:
        if world.scope == "none":
            marking, terms = built(world)[0].marking, built(world)[1]
            one = release(told_of(marking, "guns", "abc"), "p", "c", terms, NOW)
            other = release(told_of(marking, "knives", "def"), "p", "c", terms, NOW)
            assert msgspec.json.encode(one) == msgspec.json.encode(other), world
            left += one[1] is not None
    assert left > 10


def test_names_leave_only_where_persons_do_and_are_labelled_as_personal():
    everybody = next(one for one in worlds() if built(one)[0].marking.tlp == "GREEN" and one.grant == "named")
    terms = built(everybody)[1]
    marking = Marking(tlp="GREEN", originator="us-node", grants=(Grant(community="c", to="anyone", profile=FULL),))
    now = incident.reported("INC-1", Report(title="x", facts={"place": HERE}, source="master"), "kim", 1)
    now = incident.done(now, Asserted(fact="person", value=[{"role": "crew", "name": "J"}], source="m"), "kim", 1)
    item = telling.of_incident(now, "i-1", marking)
    for persons in (False, True):
        (ours, member) = terms.communities["c"].members
        wide = msgspec.structs.replace(member, profile=msgspec.structs.replace(FULL, person=persons))
        circle = msgspec.structs.replace(terms.communities["c"], members=(ours, wide))
        released = release(item, "p", "c", terms._replace(communities={"c": circle}), NOW)[1]
        names = [fact for fact in released.facts if fact.name == "person"]
        assert [fact.handling.personal for fact in names] == ([True] if persons else [])
