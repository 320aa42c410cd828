"""Acts that take two people, on the screens: proposed by one, decided by another, refused to the first, written down."""

import re

import msgspec
import pytest
from fakes import NOW_US
from partners import made, settle, world_of
from test_release_pages import ALL, form, released, seen_in, shown, signed_in

from hanbada.app.sharing import chartering
from hanbada.app.sharing.proposals import LIVES_US
from hanbada.model.times import DAY_US
from hanbada.store import exchange, ledger, terms

EVERYTHING = ("charter", "keys", "marking", "scope")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    return made(tmp_path_factory.mktemp("pattern"))


@pytest.fixture
def world(tmp_path, pattern):
    nodes = world_of(tmp_path, pattern)
    careful(nodes[0], *EVERYTHING)
    careful(nodes[1], *EVERYTHING)
    nodes[0].desk.verify.__self__.create_user("second", "second password 1", "releaser", "tests", NOW_US)
    nodes[1].desk.verify.__self__.create_user("second", "second password 1", "releaser", "tests", NOW_US)
    yield nodes
    for one in nodes:
        one.close()


def careful(node, *four_eyes):
    node.screens.room = node.screens.room._replace(four_eyes=four_eyes)


def waiting(node):
    return node.screens.proposals(node.clock.at)


def told(node):
    return {(one.node, one.recalled) for one in node.read(exchange.tellings)}


def test_a_first_release_takes_one_person_and_lowering_what_was_released_takes_two(world):
    kr, *_ = world
    one, two = signed_in(kr), signed_in(kr, "second")
    assert released(one, place="10nmi").status_code == 303
    before = kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking
    lower = form("GREEN", **ALL) | {"why": "the coast guard asks"}
    seen = seen_in(one.form("/release/alert/1/preview", **lower))
    assert one.form("/release/alert/1", **lower, seen=seen).status_code == 303
    assert kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking == before
    assert "You proposed it: another person decides." in shown(one.get("/release/alert/1"))
    refused = one.form("/release/alert/1", **lower, seen=seen)
    assert refused.status_code in (403, 409)
    assert kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking == before
    page = two.get("/release/alert/1")
    assert "Proposed by releaser" in shown(page)
    assert two.form("/release/alert/1", **lower, seen=seen_in(page)).status_code == 303
    assert kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking.tlp == "GREEN"
    assert waiting(kr) == []


def test_narrowing_and_recalling_take_one_person(world):
    kr, *_ = world
    client = signed_in(kr)
    released(client)
    assert released(client, tlp="AMBER", place="30min").status_code == 303
    assert kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking.grants[0].profile.place == "30min"
    assert client.form("/release/alert/1/recall", why="x").status_code == 303
    assert {recalled for _, recalled in told(kr)} == {True}
    again = released(client, place="30min")
    assert (again.status_code, len(waiting(kr))) == (303, 1)
    assert {recalled for _, recalled in told(kr)} == {True}


def test_a_second_person_who_asks_for_something_else_proposes_that_instead(world):
    kr, *_ = world
    one, two = signed_in(kr), signed_in(kr, "second")
    released(one)
    released(one, tlp="GREEN")
    released(two, tlp="CLEAR")
    (now,) = waiting(kr)
    assert (now.by, now.act.marking.tlp) == ("second", "CLEAR")
    assert kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking.tlp == "AMBER"


def test_an_emergency_scope_is_opened_by_a_second_person_who_sees_the_same_preview(world):
    kr, fr, sg = world
    (incident,) = kr.desk.incidents(())
    path = f"/release/incident/{incident.incident_id}/scope"
    wish = {
        "community": "watch",
        f"node.{sg.node}": "1",
        "place": "exact",
        "identity": "1",
        "max_tlp": "AMBER",
        "hours": "4",
    }
    one, two = signed_in(kr), signed_in(kr, "second")
    seen = seen_in(one.form(f"{path}/preview", **wish))
    assert one.form(path, **wish, why="man overboard", seen=seen).status_code == 303
    settle(kr, fr, sg)
    assert (kr.read(terms.scopes), sg.has()) == ((), {})
    assert "man overboard" in shown(one.get(f"/release/incident/{incident.incident_id}"))
    (asked,) = waiting(kr)
    mine = one.get(f"/proposals/{asked.name}")
    assert "Confirm it" not in mine.text
    assert one.form(f"/proposals/{asked.name}/confirm").status_code == 403
    assert signed_in(kr, "officer").form(f"/proposals/{asked.name}/confirm").status_code == 403
    theirs = shown(two.get(f"/proposals/{asked.name}"))
    assert "This would leave: nothing has left yet" in theirs
    assert "Confirm it" in theirs
    assert two.form(f"/proposals/{asked.name}/confirm").status_code == 303
    settle(kr, fr, sg)
    (scope,) = kr.read(terms.scopes)
    assert (scope.opened_by, len(sg.has())) == ("second", 2)
    assert two.form(f"/proposals/{asked.name}/confirm").status_code == 404
    assert one.form(f"{path}/{scope.scope_id}/close").status_code == 303


def test_a_charter_is_signed_by_two_and_only_the_version_that_was_looked_at(world):
    kr, fr, _ = world
    watch = kr.read(terms.communities)["watch"]
    new = msgspec.structs.replace(watch, community_id="new", name="New", version=1)
    kr.write(chartering.propose, new)
    settle(kr, fr)
    one, two = signed_in(fr), signed_in(fr, "second")
    assert one.form("/communities/new/accept").status_code == 303
    assert "new" not in fr.read(terms.communities)
    (asked,) = waiting(fr)
    assert "Signing a charter" in shown(two.get("/communities/new"))
    assert "Members and what each may have at most" in shown(two.get(f"/proposals/{asked.name}"))
    other = msgspec.structs.replace(new, version=2, purposes=("search_and_rescue", "maritime_safety"))
    kr.write(chartering.propose, other)
    settle(kr, fr)
    refused = two.form(f"/proposals/{asked.name}/confirm")
    assert refused.status_code == 403
    assert "another version of new is proposed by now" in shown(refused)
    assert one.form("/communities/new/accept").status_code == 303
    (asked,) = waiting(fr)
    assert two.form(f"/proposals/{asked.name}/confirm").status_code == 303
    assert "new" in fr.read(terms.communities)


def test_an_invitation_cannot_bring_a_community_past_the_second_person(world):
    _, fr, _ = world
    fields = {"name": "France-Singapore", "organisation": "SG", "title": "Letter", "purposes": "safety", "max_tlp": "GREEN", "place": "10nmi", "class.alert": "1"}  # fmt: skip
    answer = signed_in(fr, "admin").form("/partners", **fields)
    assert answer.status_code == 403
    assert "hanbada-invite" not in answer.text
    assert "hanbada-invite" in signed_in(fr, "admin").form("/partners").text


def test_proposals_run_out_and_are_declined_and_the_ledger_keeps_who_and_what(world):
    kr, *_ = world
    one, two = signed_in(kr), signed_in(kr, "second")
    released(one)
    released(one, tlp="GREEN")
    (first,) = waiting(kr)
    kr.clock.at += LIVES_US
    assert waiting(kr) == []
    two, one = signed_in(kr, "second"), signed_in(kr)
    assert two.form(f"/proposals/{first.name}/confirm").status_code == 404
    released(one, tlp="GREEN")
    (again,) = waiting(kr)
    assert two.form(f"/proposals/{again.name}/decline", why="not needed").status_code == 303
    assert kr.read(exchange.of_subjects, ["alert/1"])["alert/1"].item.marking.tlp == "AMBER"
    kept = [
        (entry.action, entry.actor, msgspec.json.decode(entry.body)["proposal"])
        for entry in kr.read(lambda connection: list(ledger.entries(connection)))
        if entry.action.startswith("propos")
    ]
    assert kept == [
        ("proposed", "releaser", first.name), ("proposal_expired", "node", first.name),
        ("proposed", "releaser", again.name), ("proposal_declined", "second", again.name),
    ]  # fmt: skip
    assert kr.read(ledger.verify) is None
    assert DAY_US < LIVES_US


def test_what_strangers_wrote_into_a_proposal_is_text(world):
    kr, *_ = world
    officer = signed_in(kr, "officer")
    assert officer.form("/release/alert/2/propose", **form(**ALL), why="<script>alert(1)</script>").status_code == 303
    page = signed_in(kr, "viewer").get("/release").text
    assert "<script>alert(1)" not in page
    assert re.search(r"&lt;script&gt;", page)
