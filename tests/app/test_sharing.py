"""Nodes that tell each other what they may, take it back, and notice what is wrong."""

from datetime import date

import msgspec
import pytest
from nodes import BEGIN, FACTS, Clock, Node, enrol, marked, paper, settle

from hanbada.app.sharing import chartering, desk, enrolling, publishing, receiving
from hanbada.model.errors import InputError, NotFoundError, RefusedError, UsageError
from hanbada.model.register import ConfidenceNotice
from hanbada.model.sharing import FULL, Assertion, Community, Member, Profile, Scope, Span
from hanbada.model.times import DAY_US, HOUR_US
from hanbada.share.exchange import statements
from hanbada.share.exchange.seal import claimed
from hanbada.store import database, exchange, terms
from hanbada.store.database import writing
from hanbada.store.desk import DeskStore
from hanbada.store.events import Written

COARSE = Profile(place="30min", identity=False, source=False, person=False, narrative=False, evidence=False)


@pytest.fixture
def world(tmp_path):
    clock = Clock()
    nodes = [Node(tmp_path, name, clock) for name in ("kr", "fr", "sg")]
    yield nodes
    for one in nodes:
        one.close()


@pytest.fixture
def pair(world):
    kr, fr, _ = world
    enrol(kr, fr)
    return kr, fr


def test_two_nodes_that_read_the_same_digits_share_a_community(pair):
    kr, fr = pair
    assert kr.read(terms.communities) == fr.read(terms.communities)
    assert list(kr.read(terms.communities)) == ["kr-fr"]


def test_other_digits_enrol_nobody(world):
    kr, fr, _ = world
    text = kr.write(enrolling.invite, None)
    _, answer = fr.write(enrolling.answer, text)
    kr.write(enrolling.answered, answer)
    with pytest.raises(RefusedError, match="call the partner"):
        kr.write(enrolling.confirm, "fr", "00000 11111 22222 33333 44444 55555")
    assert not kr.read(terms.partners)


def test_an_invitation_is_used_once(world):
    kr, fr, sg = world
    text = kr.write(enrolling.invite, None)
    kr.write(enrolling.answered, fr.write(enrolling.answer, text)[1])
    with pytest.raises(RefusedError):
        kr.write(enrolling.answered, sg.write(enrolling.answer, text)[1])


def test_what_is_granted_arrives_whole(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    assert fr.facts(told) == {one.name: one.value for one in FACTS}
    assert fr.has()[told].received.item.marking.grants == ()


def test_what_is_granted_coarsely_arrives_cut(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr", profile=COARSE))
    settle(kr, fr)
    facts = fr.facts(told)
    assert set(facts) == {"kind", "from", "place"}
    assert facts["place"]["geometry"]["coordinates"] != [[129.04, 35.1]]


def test_what_nobody_granted_leaves_nothing_on_any_link(pair):
    kr, fr = pair
    before = kr.frame(fr)
    kr.publish("alert/1", marked(kr))
    kr.publish("alert/2", marked(kr, "kr-fr", tlp="RED"))
    kr.publish("alert/3", marked(kr, "kr-fr", to=()))
    assert kr.frame(fr) == before


def test_a_change_that_the_partner_may_not_see_is_not_told(pair):
    kr, fr = pair
    kr.publish("alert/1", marked(kr, "kr-fr", profile=COARSE))
    settle(kr, fr)
    before = kr.frame(fr)
    hidden = (*FACTS[:4], Assertion(name="log", aspect="narrative", value="crew in custody"))
    kr.publish("alert/1", marked(kr, "kr-fr", profile=COARSE), hidden)
    assert kr.frame(fr) == before


def test_a_recall_leaves_nothing_to_read_and_a_receipt_comes_back(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    assert kr.recall(told)
    settle(kr, fr)
    gone = fr.has("recalled")[told]
    assert gone.body is None
    assert gone.received is None
    assert kr.read(exchange.told, fr.node, told).purged_at is not None


def test_a_recall_that_overtakes_what_it_recalls_suppresses_it(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    kr.recall(told)
    settle(kr, fr)
    assert fr.has("live") == {}
    assert b"asked by VHF" not in (fr.directory / "desk.db").read_bytes() + _wal(fr)


def _wal(node):
    wal = node.directory / "desk.db-wal"
    return wal.read_bytes() if wal.exists() else b""


def test_what_was_recalled_is_nowhere_on_the_disk_of_the_partner(pair):
    kr, fr = pair
    long = (*FACTS, Assertion(name="more", aspect="narrative", value=[f"the crew said {n}" for n in range(2_000)]))
    told = kr.publish("alert/1", marked(kr, "kr-fr"), long)
    settle(kr, fr)
    database.settle(fr.engine)
    assert b"the crew said 1999" in (fr.directory / "desk.db").read_bytes()
    kr.recall(told)
    settle(kr, fr)
    database.settle(fr.engine)
    assert b"the crew said" not in (fr.directory / "desk.db").read_bytes() + _wal(fr)


def test_a_receipt_that_comes_after_the_object_was_told_again_is_no_alarm(pair):
    kr, fr = pair
    kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    kr.publish("alert/1", marked(kr))
    fr.hear(kr.frame(fr))
    kr.publish("alert/1", marked(kr, "kr-fr"))
    assert kr.hear(fr.frame(kr)).alarms == ()


def test_a_grant_withdrawn_while_the_agreement_rests_is_still_a_recall(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    kr.write(terms.put_agreement, paper("kr-fr", "KR", "FR", suspended=(Span(),)), own=False)
    kr.publish("alert/1", marked(kr))
    settle(kr, fr)
    assert set(fr.has("recalled")) == {told}


def test_terms_that_end_take_nothing_back_whatever_else_is_not_granted(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg)
    _shared(kr, fr, sg)
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    kr.write(terms.put_agreement, paper("kr-fr", "KR", "FR", suspended=(Span(),)), own=False)
    kr.write(publishing.retell)
    settle(kr, fr)
    assert set(fr.has()) == {told}


def test_narrowing_a_marking_takes_back_what_went_too_far(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    kr.publish("alert/1", marked(kr, "kr-fr", profile=COARSE))
    settle(kr, fr)
    assert "vessels" not in fr.facts(told)
    kr.publish("alert/1", marked(kr))
    settle(kr, fr)
    assert set(fr.has("recalled")) == {told}


def test_what_was_taken_back_can_be_told_again(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    kr.publish("alert/1", marked(kr))
    kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    assert fr.has()[told].version == 3


def test_an_agreement_that_ends_stops_the_next_word_and_takes_nothing_back(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    for suspended, valid in (((Span(),), Span()), ((), Span(until_at=kr.clock.at))):
        kr.write(terms.put_agreement, paper("kr-fr", "KR", "FR", suspended=suspended, valid=valid), own=False)
        before = kr.frame(fr)
        kr.publish("alert/1", marked(kr, "kr-fr"), FACTS[:2])
        kr.publish("alert/2", marked(kr, "kr-fr"))
        assert kr.frame(fr) == before
        assert len(fr.facts(told)) == len(FACTS)
    kr.recall(told)
    settle(kr, fr)
    assert fr.has() == {}


def test_when_the_agreement_is_in_force_again_what_was_held_back_is_told(pair):
    kr, fr = pair
    kr.write(terms.put_agreement, paper("kr-fr", "KR", "FR", suspended=(Span(),)), own=False)
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    kr.write(terms.put_agreement, paper("kr-fr", "KR", "FR"), own=False)
    kr.write(publishing.retell)
    settle(kr, fr)
    assert set(fr.has()) == {told}


def test_a_reference_to_what_the_partner_does_not_have_is_left_out(pair):
    kr, fr = pair
    hidden, shown = kr.publish("alert/1", marked(kr)), kr.publish("alert/2", marked(kr, "kr-fr"))
    about = kr.publish("incident/1", marked(kr, "kr-fr"), refs=(hidden, shown), data_class="incident")
    settle(kr, fr)
    assert fr.has()[about].received.item.refs == (shown,)
    kr.publish("alert/1", marked(kr, "kr-fr"))
    settle(kr, fr)
    assert fr.has()[about].received.item.refs == (hidden, shown)
    kr.recall(hidden)
    settle(kr, fr)
    assert fr.has()[about].received.item.refs == (shown,)


def test_an_emergency_scope_opens_more_for_one_incident_and_reverts(pair):
    kr, fr = pair
    scoped = kr.publish("alert/1", marked(kr, "kr-fr", profile=COARSE), incident="i-1")
    other = kr.publish("alert/2", marked(kr, "kr-fr", profile=COARSE), incident="i-2")
    scope = Scope(
        scope_id="s", community="kr-fr", incident="i-1", nodes=(fr.node,), profile=FULL, max_tlp="AMBER",
        opened_by="chief", opened_at=kr.clock.at, until_at=kr.clock.at + HOUR_US,
    )  # fmt: skip
    kr.write(terms.put_scope, scope, own=False)
    kr.write(publishing.retell)
    settle(kr, fr)
    assert "vessels" in fr.facts(scoped)
    assert "vessels" not in fr.facts(other)
    kr.write(terms.put_scope, msgspec.structs.replace(scope, closed_at=kr.clock.at), own=False)
    kr.write(publishing.retell)
    settle(kr, fr)
    assert "vessels" not in fr.facts(scoped)


def test_what_may_be_kept_until_a_time_is_gone_after_it(pair):
    kr, fr = pair
    until = kr.clock.at + DAY_US
    told = kr.publish("alert/1", marked(kr, "kr-fr", until_at=until))
    settle(kr, fr)
    with writing(fr.engine) as connection:
        assert receiving.expire(connection, Written(by="node", at_us=until)) == 1
    assert fr.has("expired")[told].body is None


def test_a_third_node_gets_no_byte_of_what_two_share(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg)
    before = kr.frame(sg)
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    kr.publish("alert/1", marked(kr, "kr-fr"), FACTS[:3])
    kr.recall(told)
    assert kr.frame(sg) == before


def test_of_two_communities_the_one_that_lets_most_through_is_told_by(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg, profile=COARSE)
    _shared(kr, fr, sg)
    told = kr.publish("alert/1", marked(kr, "kr-sg", "all"))
    settle(kr, fr, sg)
    assert sg.has()[told].community == "all"
    assert len(sg.facts(told)) == len(FACTS)


def _shared(kr, *others):
    """A community of three, steered by the first; the others accept it."""
    kr.write(terms.put_agreement, paper("all", "KR", "FR", "SG"), own=False)
    members = tuple(
        Member(node=one.node, max_tlp="AMBER", profile=FULL, may_post=True, steward=one is kr) for one in (kr, *others)
    )
    community = Community(
        community_id="all", name="All", version=1, members=members, agreements=("all",), quorum=1,
        purposes=("maritime_safety",),
    )  # fmt: skip
    kr.write(chartering.propose, community)
    settle(kr, *others)
    for one in others:
        assert "all" not in one.read(terms.communities)
        one.write(chartering.accept, "all")
    settle(kr, *others)
    return community


def test_nobody_is_made_a_member_unasked_and_what_came_waits(world):
    kr, fr, _ = world
    enrol(kr, fr)
    kr.write(terms.put_agreement, paper("new", "KR", "FR"), own=False)
    members = tuple(
        Member(node=one.node, max_tlp="AMBER", profile=FULL, may_post=True, steward=one is kr) for one in (kr, fr)
    )
    community = Community(
        community_id="new", name="New", version=1, members=members, agreements=("new",), quorum=1, purposes=("p",)
    )
    kr.write(chartering.propose, community)
    told = kr.publish("alert/1", marked(kr, "new"))
    settle(kr, fr)
    assert set(fr.has("waiting")) == {told}
    assert fr.has() == {}
    fr.write(chartering.accept, "new")
    fr.write(receiving.reconsider)
    settle(kr, fr)
    assert set(fr.has()) == {told}


def test_a_member_who_is_expelled_hears_nothing_new_but_recalls(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg)
    first = _shared(kr, fr, sg)
    told = kr.publish("alert/1", marked(kr, "all"))
    settle(kr, fr, sg)
    left = tuple(one for one in first.members if one.node != sg.node)
    kr.write(chartering.propose, msgspec.structs.replace(first, version=2, members=left))
    settle(kr, fr, sg)
    new = kr.publish("alert/2", marked(kr, "all"))
    settle(kr, fr, sg)
    assert set(fr.has()) == {told, new}
    assert set(sg.has()) == {told}
    kr.recall(told)
    settle(kr, fr, sg)
    assert sg.has() == {}


def test_a_partner_that_passes_on_what_it_may_not_is_refused_and_noted(world):
    kr, fr, sg = world
    for one, other in ((kr, fr), (kr, sg), (fr, sg)):
        enrol(one, other)
    kr.publish("alert/1", marked(kr, "kr-fr"))
    bodies = [one.body for one in _waiting(kr, fr) if one.lane == 1]
    from hanbada.app.sharing import links

    with writing(fr.engine) as connection:
        links.send(connection, fr.ours, sg.node, bodies[0], lane=1)
    taken = sg.hear(fr.frame(sg))
    assert [alarm for alarm, _ in taken.alarms] == ["relay"]
    assert sg.has("live", "waiting") == {}
    assert "alarm_relay" in sg.actions()


def _waiting(node, to):
    return node.read(lambda c: exchange.waiting(c, exchange.link_to(c, to.node), 10**6, 100))


def test_a_label_of_a_classified_scheme_is_refused_at_both_doors(pair):
    kr, fr = pair
    labelled = (Assertion(name="log", aspect="narrative", value="NATO SECRET: convoy"),)
    before = kr.frame(fr)
    kr.publish("alert/1", marked(kr, "kr-fr"), labelled)
    assert kr.frame(fr) == before
    _force(kr, fr, labelled)
    assert [alarm for alarm, _ in fr.hear(kr.frame(fr)).alarms] == ["label"]
    assert fr.has() == {}


def _force(kr, fr, facts):
    """Send what our own desk would never let out."""
    from hanbada.app.sharing import links
    from hanbada.model.exchange import Statement
    from hanbada.model.sharing import Handling, Told

    statement = Statement(
        item_id="f" * 32, version=1, origin=kr.node, to=fr.node, community="kr-fr", charter=1, data_class="alert",
        issued_at=BEGIN, handling=Handling(tlp="AMBER", onward="none", purposes=(), originator=kr.node),
        facts=tuple(Told(name=one.name, aspect=one.aspect, value=one.value) for one in facts),
    )  # fmt: skip
    with writing(kr.engine) as connection:
        links.send(connection, kr.ours, fr.node, statements.write(statement, kr.ours.key), lane=1)


def test_an_exercise_never_comes_by_a_community_of_real_life(pair):
    kr, fr = pair
    before = kr.frame(fr)
    kr.publish("alert/1", marked(kr, "kr-fr"), exercise=True)
    assert kr.frame(fr) == before


def test_a_frame_heard_twice_or_by_the_wrong_node_changes_nothing(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg)
    kr.publish("alert/1", marked(kr, "kr-fr"))
    wire = kr.frame(fr)
    assert fr.hear(wire).fresh == 1
    assert fr.hear(wire).fresh == 0
    with pytest.raises(InputError, match="meant for"):
        sg.hear(wire)


def test_a_suspended_link_takes_nothing_until_a_person_looked(pair):
    kr, fr = pair
    kr.publish("alert/1", marked(kr, "kr-fr"))
    with writing(fr.engine) as connection:
        link = exchange.link_to(connection, kr.node)
        exchange.put_link(connection, msgspec.structs.replace(link, suspended="operator"))
    with pytest.raises(InputError, match="suspended"):
        fr.hear(kr.frame(fr))


def test_what_leaves_names_neither_what_it_is_here_nor_how_many_there_are(pair):
    kr, fr = pair
    kr.publish("alert/981", marked(kr, "kr-fr"))
    (entry,) = [one for one in _waiting(kr, fr) if one.lane == 1]
    assert b"981" not in claimed(entry.body)


def test_a_node_has_one_name(world):
    from hanbada.app.sharing import ours

    kr, _, _ = world
    with pytest.raises(UsageError, match="has a name already"):
        kr.write(ours.make, kr.directory, {}, own=False)
    with pytest.raises(NotFoundError, match="node init"), writing(kr.engine) as connection:
        ours.opened(connection, kr.directory / "elsewhere")
    assert (kr.directory / "node.key").stat().st_mode & 0o077 == 0


def test_a_charter_and_what_is_told_by_it_may_come_in_one_frame(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg)
    first = _shared(kr, fr, sg)
    kr.write(chartering.propose, msgspec.structs.replace(first, version=2, retention_s=60))
    told = kr.publish("alert/1", marked(kr, "all"))
    assert fr.hear(kr.frame(fr)).alarms == ()
    assert set(fr.has()) == {told}
    assert fr.has("waiting") == {}


def test_who_was_expelled_can_be_admitted_again(world):
    kr, fr, sg = world
    enrol(kr, fr)
    enrol(kr, sg)
    first = _shared(kr, fr, sg)
    left = tuple(one for one in first.members if one.node != sg.node)
    kr.write(chartering.propose, msgspec.structs.replace(first, version=2, members=left))
    kr.write(chartering.propose, msgspec.structs.replace(first, version=3))
    settle(kr, fr, sg)
    told = kr.publish("alert/1", marked(kr, "all"))
    settle(kr, fr, sg)
    assert set(sg.has()) == {told}
    assert not [one for one in sg.actions() if one.startswith("alarm")]


def test_an_older_word_does_not_replace_a_newer_one_that_waits_for_its_terms(world):
    kr, fr, _ = world
    enrol(kr, fr)
    kr.write(terms.put_agreement, paper("new", "KR", "FR"), own=False)
    members = tuple(
        Member(node=one.node, max_tlp="AMBER", profile=FULL, may_post=True, steward=one is kr) for one in (kr, fr)
    )
    community = Community(
        community_id="new", name="New", version=1, members=members, agreements=("new",), quorum=1, purposes=("p",)
    )
    kr.write(chartering.propose, community)
    told = kr.publish("alert/1", marked(kr, "new"), FACTS[:1], data_class="track")
    kr.publish("alert/1", marked(kr, "new"))
    settle(kr, fr)
    fr.write(chartering.accept, "new")
    fr.write(receiving.reconsider)
    assert len(fr.facts(told)) == len(FACTS)


def test_what_waits_for_its_terms_is_forgotten_when_its_time_is_over(world):
    kr, fr, _ = world
    enrol(kr, fr)
    until = kr.clock.at + DAY_US
    told = kr.publish("alert/1", marked(kr, "kr-fr", until_at=until))
    (waiting,) = [one for one in _waiting(kr, fr) if one.lane == 1]
    settle(kr, fr)
    with writing(fr.engine) as connection:
        exchange.put_came(connection, [msgspec.structs.replace(fr.has()[told], state="waiting", body=waiting.body)])
        assert receiving.expire(connection, Written(by="node", at_us=until)) == 1
    assert fr.has("expired")[told].body is None


def test_a_recall_of_what_never_came_is_confirmed_too(pair):
    kr, fr = pair
    told = kr.publish("alert/1", marked(kr, "kr-fr"))
    kr.recall(told)
    settle(kr, fr)
    assert kr.read(exchange.told, fr.node, told).purged_at is not None


@pytest.mark.parametrize(
    "value", ["x" * 200_000, 2**60, [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
)
def test_what_no_partner_could_read_is_not_published(pair, value):
    kr, fr = pair
    before = kr.frame(fr)
    with pytest.raises(InputError):
        kr.publish("alert/1", marked(kr), (Assertion(name="log", aspect="plain", value=value),))
    assert kr.frame(fr) == before
    assert kr.read(exchange.of_subject, "alert/1") is None


def test_a_hidden_change_is_no_occasion_to_tell_what_time_has_changed(pair):
    kr, fr = pair
    hidden = kr.publish("alert/1", marked(kr))
    kr.publish("alert/2", marked(kr, "kr-fr", from_at=kr.clock.at + HOUR_US), refs=(hidden,))
    before = kr.frame(fr)
    kr.clock.at += 2 * HOUR_US
    kr.publish("alert/1", marked(kr), FACTS[:2])
    assert kr.frame(fr) == before
    kr.write(publishing.retell)
    assert kr.frame(fr) != before


NOTICE = ConfidenceNotice(
    row_id="lanes-1", kind="transit", title="Transit of two ships", from_party="KR", parties=("KR", "FR"),
    begins_at=BEGIN, ends_at=None, area="", lat_deg=12.3, lon_deg=110.2, units=("DAEJOYEONG",), text="innocent passage",
    contact="watch officer", source="own", sourced_on=date(2026, 11, 22),
)  # fmt: skip


def test_a_notice_of_the_register_is_told_cut_followed_and_taken_back(pair):
    kr, fr = pair
    (kr.directory / "keys").mkdir()
    for name in ("node.key", "root.key"):
        (kr.directory / "keys" / name).write_bytes((kr.directory / name).read_bytes())
    register = DeskStore(kr.engine, lambda: 0, desk.following(kr.directory))
    register.put_rows([NOTICE], "kim", kr.clock.at)
    told = kr.write(desk.mark, "notice/lanes-1", marked(kr, "kr-fr", profile=COARSE))
    settle(kr, fr)
    assert fr.facts(told)["kind"] == "transit"
    assert not {"title", "units", "contact"} & set(fr.facts(told))
    register.put_rows([msgspec.structs.replace(NOTICE, kind="exercise")], "kim", kr.clock.at)
    settle(kr, fr)
    assert fr.facts(told)["kind"] == "exercise"
    register.withdraw_row("notice", "lanes-1", "called off", "kim", kr.clock.at)
    settle(kr, fr)
    assert set(fr.has("recalled")) == {told}


def test_a_notice_that_nobody_entered_cannot_be_released(pair):
    kr, _ = pair
    with pytest.raises(NotFoundError):
        kr.write(desk.mark, "notice/nobody", marked(kr, "kr-fr"))
