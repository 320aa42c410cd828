"""Objects that were made here or read from formats are marked, released and recalled like alerts."""

import msgspec
import pytest
from nodes import BEGIN, Clock, Node, enrol, marked, paper, settle

from hanbada.app.sharing import chartering, desk
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.sharing import FULL, Assertion, Caveats, Community, Item, Marking, Member
from hanbada.store import exchange, terms
from hanbada.store.desk import DeskStore
from hanbada.store.items import Origin

HERE = Origin("kim")
THEIRS = Origin("file: warnings.gml", "s124")


class Desk(Node):
    """A node with a desk whose changes partners follow."""

    @property
    def desk(self):
        def changed(connection, subjects, written):
            desk.follow(connection, self.ours, subjects, written)

        return DeskStore(self.engine, lambda: self.clock.at, changed)

    def keep(self, item, origin=HERE):
        (kept,) = self.desk.keep_items([item], origin, "kim", self.clock.written().at_us).kept
        return f"item/{kept.key}"

    def mark(self, subject, marking):
        return self.write(desk.mark, subject, marking)


@pytest.fixture
def pair(tmp_path):
    clock = Clock()
    kr, fr = Desk(tmp_path, "kr", clock), Node(tmp_path, "fr", clock)
    enrol(kr, fr)
    yield kr, fr
    kr.close()
    fr.close()


def wreck(title="Wreck", tlp="GREEN", originator="NAVAREA XI", **caveats):
    said = (("kind", "plain", "wreck"), ("title", "narrative", title), ("from", "time", BEGIN))
    return Item(
        item_id="w1", data_class="warning", assertions=tuple(Assertion(name=n, aspect=a, value=v) for n, a, v in said),
        marking=Marking(tlp=tlp, originator=originator, grants=(), caveats=Caveats(**caveats)), place=((129.0, 35.0),),
    )  # fmt: skip


def titles(fr):
    return [one.received.item.assertions[1].value for one in fr.has().values()]


def test_what_was_made_here_is_released_follows_its_changes_and_is_recalled_when_it_is_withdrawn(pair):
    kr, fr = pair
    subject = kr.keep(wreck())
    settle(kr, fr)
    assert fr.has() == {}
    told = kr.mark(subject, marked(kr, "kr-fr"))
    settle(kr, fr)
    assert titles(fr) == ["Wreck"]
    kr.keep(wreck("Buoy"))
    settle(kr, fr)
    assert titles(fr) == ["Buoy"]
    kr.desk.withdraw_item(subject.removeprefix("item/"), "gone", "kim", kr.clock.written().at_us)
    settle(kr, fr)
    assert fr.has() == {}
    assert told in fr.has("recalled")
    with pytest.raises(UsageError, match="nothing to release"):
        kr.mark(subject, marked(kr, "kr-fr"))


def test_what_it_is_called_here_never_leaves(pair):
    kr, fr = pair
    subject = kr.keep(wreck())
    told = kr.mark(subject, marked(kr, "kr-fr"))
    settle(kr, fr)
    body = fr.has()[told].body
    assert subject.removeprefix("item/").encode() not in body
    assert b"w1" not in msgspec.json.encode(told)


def test_what_came_from_outside_goes_nowhere_where_nothing_may_be_passed_on(pair):
    kr, fr = pair
    kr.mark(kr.keep(wreck(), THEIRS), marked(kr, "kr-fr", tlp="CLEAR"))
    settle(kr, fr)
    assert fr.has() == {}
    (column,) = kr.read(desk.release_of, kr.ours, kr.keep(wreck("Other"), THEIRS), marked(kr, "kr-fr")).partners
    assert "no_onward" in {one.rule for one in column.decision.verdicts if not one.allows}


@pytest.fixture
def relaying(pair):
    """Two nodes that agreed to pass on what others told them."""
    kr, fr = pair
    for one in pair:
        one.write(terms.put_agreement, paper("relay", "KR", "FR", onward="community"), own=False)
    members = tuple(
        Member(node=one.node, max_tlp="AMBER", profile=FULL, may_post=True, may_relay=True, steward=one is kr)
        for one in pair
    )
    relay = Community(
        community_id="relay", name="Relay", version=1, agreements=("relay",), quorum=1, members=members,
        purposes=("maritime_safety",), onward="community",
    )  # fmt: skip
    kr.write(chartering.propose, relay)
    settle(kr, fr)
    fr.write(chartering.accept, "relay")
    settle(kr, fr)
    return pair


def test_it_goes_on_under_its_own_colour_and_name_where_that_was_agreed(relaying):
    kr, fr = relaying
    told = kr.mark(kr.keep(wreck(tlp="AMBER"), THEIRS), marked(kr, "relay", tlp="CLEAR"))
    settle(kr, fr)
    marking = fr.has()[told].received.item.marking
    assert (marking.tlp, marking.originator) == ("AMBER", "NAVAREA XI")


@pytest.mark.parametrize("said", [{"tlp": "RED"}, {"tlp": "AMBER+STRICT"}, {"no_onward": True}, {"until_at": BEGIN}])
def test_no_marking_of_ours_widens_theirs(relaying, said):
    kr, fr = relaying
    kr.mark(kr.keep(wreck(**said), THEIRS), marked(kr, "relay", tlp="CLEAR", to=(fr.node,)))
    settle(kr, fr)
    assert fr.has() == {}


def test_bytes_that_claim_to_be_ours_are_not(pair):
    kr, fr = pair
    kr.mark(kr.keep(wreck(originator=kr.node), THEIRS), marked(kr, "kr-fr"))
    settle(kr, fr)
    assert fr.has() == {}
    (kept,) = kr.read(lambda connection: list(exchange.items(connection)))
    assert kept.item.marking.originator == "s124: file: warnings.gml"


def test_an_object_that_is_not_there_is_not_marked(pair):
    with pytest.raises(NotFoundError, match="item/KEY"):
        pair[0].mark("item/nothing", marked(pair[0], "kr-fr"))
