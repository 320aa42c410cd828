"""A node restored from a backup, entries that were acknowledged, members that are out, stewards that disagree."""

from __future__ import annotations

import shutil

import msgspec
import pytest
from nodes import FACTS, Clock, Node, enrol, marked, paper, settle
from sqlalchemy import func, select

from hanbada.app.sharing import changing, chartering, communities, ours, restoring
from hanbada.model.errors import RefusedError
from hanbada.model.exchange import Expulsion
from hanbada.model.sharing import FULL, Assertion, Community, Member
from hanbada.share.exchange import charters
from hanbada.share.exchange import link as chain
from hanbada.store import exchange, schema, terms
from hanbada.store.database import settle as checkpointed


@pytest.fixture
def pair(tmp_path):
    clock = Clock()
    kr, fr = (Node(tmp_path, name, clock) for name in ("kr", "fr"))
    enrol(kr, fr)
    yield kr, fr
    kr.close()
    fr.close()


def text(said):
    return (Assertion(name="log", aspect="narrative", value=said),)


def told(node, name, said):
    return node.publish(name, marked(node, "kr-fr"), text(said))


def waiting(node):
    return node.read(lambda connection: connection.scalar(select(func.count()).select_from(schema.outgoing)))


# entries that were acknowledged


def test_what_a_partner_has_acknowledged_is_forgotten_and_the_hash_over_it_stays(pair):
    kr, fr = pair
    for number in range(200):
        told(kr, f"x/{number}", "text")
        if number % 10 == 9:
            settle(kr, fr)
    assert waiting(kr) == 0
    assert waiting(fr) == 0
    link = kr.read(exchange.link_to, fr.node)
    assert link.acked == link.sent == fr.read(exchange.link_to, kr.node).came
    assert link.sent[1].seq == 200


def test_what_is_not_acknowledged_is_kept_and_one_frame_late_drops_no_more_than_it_says(pair):
    kr, fr = pair
    settle(kr, fr)
    told(kr, "x/0", "first")
    fr.hear(kr.frame(fr))
    late = fr.frame(kr)
    told(kr, "x/1", "second")
    fr.hear(kr.frame(fr))
    kr.hear(late)
    assert waiting(kr) == 1
    kr.hear(fr.frame(kr))
    kr.hear(late)
    assert waiting(kr) == 0


def test_another_hash_over_what_was_acknowledged_is_still_a_fork(pair):
    kr, fr = pair
    told(kr, "x/0", "first")
    settle(kr, fr)
    link = kr.read(exchange.link_to, fr.node)
    back = fr.read(exchange.link_to, kr.node)
    wrong = {lane: msgspec.structs.replace(at, head=bytes(32)) for lane, at in back.came.items()}
    came = chain.frame(msgspec.structs.replace(back, came=wrong), fr.node, ())
    assert [alarm for alarm, _ in chain.arrived(link, came, lambda _lane, _seq: None).alarms] == ["fork"]


# restored from a backup


def backed_up(node, to):
    checkpointed(node.engine)
    node.close()
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(node.directory, to)
    node.reopen()


def destroyed(node, backup):
    node.close()
    shutil.rmtree(node.directory)
    shutil.copytree(backup, node.directory)
    node.reopen()


def restored(node):
    """What `hanbada node restored` does; the epoch by partner."""
    epochs = node.write(restoring.restored)
    node.ours = node.read(ours.opened, node.directory)
    return epochs


def said_at(node):
    return {
        (one.item_id, one.state): None if one.received is None else one.received.item.assertions[0].value
        for state in ("live", "recalled")
        for one in node.has(state).values()
    }


def test_a_node_restored_from_a_copy_of_its_database_goes_on_and_nothing_taken_back_returns(pair, tmp_path):
    kr, fr = pair
    same, changed, gone = (told(kr, name, "before") for name in ("same", "changed", "gone"))
    theirs = told(fr, "theirs", "before")
    settle(kr, fr)
    backed_up(kr, tmp_path / "backup")
    told(kr, "changed", "after")
    kr.recall(gone)
    lost = told(kr, "lost", "after")
    told(fr, "theirs", "after")
    later = told(fr, "later", "after")
    settle(kr, fr)
    destroyed(kr, tmp_path / "backup")
    assert [alarm for alarm, _ in kr.hear(fr.frame(kr)).alarms] == ["rollback"]
    epoch = restored(kr)[fr.node]
    assert [alarm for alarm, _ in fr.hear(kr.frame(fr)).alarms] == ["restored"]
    _resumed(fr, kr, epoch)
    settle(kr, fr)
    assert said_at(fr) == {
        (same, "live"): "before", (changed, "live"): "after", (gone, "recalled"): None, (lost, "live"): "after",
    }  # fmt: skip
    assert said_at(kr) == {(theirs, "live"): "after", (later, "live"): "after"}
    told(kr, "changed", "now")
    told(kr, "new", "now")
    kr.recall(same)
    settle(kr, fr)
    assert said_at(fr)[changed, "live"] == "now"
    assert (same, "recalled") in said_at(fr)
    assert len(fr.has()) == 3
    assert not any(node.read(exchange.link_to, other.node).suspended for node, other in ((kr, fr), (fr, kr)))


def _resumed(node, partner, epoch):
    def resume(connection, own, written):
        changing.resume(connection, own, partner.node, written, epoch)

    node.write(resume)
    node.write(resume)  # a second time changes nothing


def test_a_node_restored_twice_from_one_backup_is_never_taken_for_what_it_was(pair, tmp_path):
    kr, fr = pair
    told(kr, "x", "before")
    settle(kr, fr)
    backed_up(kr, tmp_path / "backup")
    for said in ("first", "second"):
        destroyed(kr, tmp_path / "backup")
        kr.clock.at += 60_000_000
        epoch = restored(kr)[fr.node]
        assert [alarm for alarm, _ in fr.hear(kr.frame(fr)).alarms] == ["restored"]
        _resumed(fr, kr, epoch)
        item = told(kr, "x", said)
        settle(kr, fr)
        assert said_at(fr) == {(item, "live"): said}


def test_two_nodes_that_were_both_restored_find_each_other_once_either_resumes(pair, tmp_path):
    kr, fr = pair
    told(kr, "x", "kr"), told(fr, "y", "fr")
    settle(kr, fr)
    epochs = restored(kr), restored(fr)
    assert kr.hear(fr.frame(kr)) == (fr.node, 0, ())
    _resumed(fr, kr, epochs[0][fr.node])
    settle(kr, fr)
    assert len(kr.has()) == len(fr.has()) == 1
    told(kr, "z", "kr")
    settle(kr, fr)
    assert len(fr.has()) == 2


def test_what_a_restored_node_is_told_of_charters_and_keys_comes_again(pair, tmp_path):
    kr, fr = pair
    backed_up(kr, tmp_path / "backup")
    fr.write(
        lambda connection, written: changing.rotate(connection, fr.directory, fr.directory / ours.ROOT, written),
        own=False,
    )
    ours.settled(fr.directory)
    fr.ours = fr.read(ours.opened, fr.directory)
    settle(kr, fr)
    destroyed(kr, tmp_path / "backup")
    epoch = restored(kr)[fr.node]
    _resumed(fr, kr, epoch)
    item = told(fr, "y", "signed with the new key")
    settle(kr, fr)
    assert said_at(kr) == {(item, "live"): "signed with the new key"}


# members that are out, stewards that disagree


def seats(*nodes, stewards):
    return tuple(
        Member(node=one.node, max_tlp="AMBER", profile=FULL, may_post=True, steward=one in stewards) for one in nodes
    )


def together(*nodes, stewards, quorum):
    """A community of all, in force everywhere."""
    for one in nodes:
        one.write(terms.put_agreement, paper("all", *(each.name.upper() for each in nodes)), own=False)
    made = Community(
        community_id="all", name="All", version=1, members=seats(*nodes, stewards=stewards), agreements=("all",),
        quorum=quorum, purposes=("maritime_safety",),
    )  # fmt: skip
    nodes[0].write(chartering.propose, made)
    settle(*nodes)
    for one in nodes[1:]:
        one.write(chartering.accept, "all")
        settle(*nodes)
    assert all("all" in one.read(terms.communities) for one in nodes)
    return made


@pytest.fixture
def three(tmp_path):
    clock = Clock()
    nodes = [Node(tmp_path, name, clock) for name in ("kr", "fr", "sg")]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        enrol(nodes[one], nodes[other])
    yield nodes
    for one in nodes:
        one.close()


def test_a_member_that_is_expelled_hears_it_and_says_no_more_until_it_is_taken_in_again(three):
    kr, fr, sg = three
    made = together(kr, fr, sg, stewards=(kr,), quorum=1)
    kr.write(chartering.propose, msgspec.structs.replace(made, version=2, members=made.members[:2]))
    settle(*three)
    assert sg.read(terms.communities)["all"].version == 1
    assert [one.expelled for one in _circles(sg)] == [True]
    sg.publish("x", marked(sg, "all"), FACTS)
    settle(*three)
    assert kr.has() == fr.has() == {}
    assert not any(one.startswith("alarm") for node in three for one in node.actions())
    kr.write(chartering.propose, msgspec.structs.replace(made, version=3))
    settle(*three)
    assert [one.expelled for one in _circles(sg)] == [False]
    assert len(kr.has()) == len(fr.has()) == 1


def _circles(node):
    found = node.read(communities.circles, node.ours, node.clock.at)
    return [one for one in found if one.community.community_id == "all"]


def test_the_word_of_fewer_than_decide_expels_nobody(three):
    kr, fr, sg = three
    together(kr, fr, sg, stewards=(kr, fr), quorum=2)
    for one in (kr, sg):
        assert _expelled_by(one, sg) == [False]
    assert _expelled_by(fr, sg) == [True]
    other = charters.expelled(Expulsion(community_id="all", version=9, node=fr.node), kr.ours.key)
    with pytest.raises(RefusedError):
        sg.write(
            lambda connection, own, written: chartering.told_out(
                connection, own, kr.node, charters.read_expelled(other, _key_of(kr)), written
            )
        )


def _key_of(node):
    from hanbada.share.exchange import keys

    return keys.signer(node.ours.document)


def _expelled_by(steward, node):
    said = Expulsion(community_id="all", version=9, node=node.node)
    node.write(lambda connection, own, written: chartering.told_out(connection, own, steward.node, said, written))
    return [one.expelled for one in _circles(node)]


def test_two_stewards_who_change_a_charter_at_once_come_to_the_same(three):
    kr, fr, sg = three
    made = together(kr, fr, sg, stewards=(kr, fr), quorum=2)
    for one, name in ((kr, "Named by kr"), (fr, "Named by fr")):
        one.write(chartering.propose, msgspec.structs.replace(made, version=2, name=name))
    kr_says, fr_says = kr.frame(fr), fr.frame(kr)
    kr.hear(fr_says)
    fr.hear(kr_says)
    for one in (kr, fr):
        one.write(chartering.accept, "all")
    before = {one.read(terms.communities)["all"].name for one in (kr, fr)}
    settle(*three)
    after = {one.read(terms.communities)["all"].name for one in three}
    assert len(before) == 2
    assert len(after) == 1
    assert not any(one.startswith("alarm") for node in three for one in node.actions())
    following = msgspec.structs.replace(kr.read(terms.communities)["all"], version=3, name="Named by both")
    kr.write(chartering.propose, following)
    settle(*three)
    fr.write(chartering.accept, "all")
    settle(*three)
    assert {one.read(terms.communities)["all"].name for one in three} == {"Named by both"}


def test_a_quorum_that_two_stewards_could_each_fill_alone_is_refused(three):
    kr, fr, sg = three
    with pytest.raises(RefusedError, match="more than half"):
        together(kr, fr, sg, stewards=(kr, fr), quorum=1)


def test_a_receipt_waits_for_whoever_was_restored(pair, tmp_path):
    """A recall that a restored node did not hear of reaches it again, and its receipt comes back."""
    kr, fr = pair
    item = told(fr, "x", "before")
    settle(kr, fr)
    backed_up(kr, tmp_path / "backup")
    fr.recall(item)
    settle(kr, fr)
    destroyed(kr, tmp_path / "backup")
    assert said_at(kr) == {(item, "live"): "before"}
    _resumed(fr, kr, restored(kr)[fr.node])
    settle(kr, fr)
    assert said_at(kr) == {(item, "recalled"): None}
    (one,) = fr.read(exchange.tellings)
    assert one.purged_at is not None
