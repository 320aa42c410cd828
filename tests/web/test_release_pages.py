"""The release desk and what came at a partner, without scripts: what is shown is what leaves, and only that."""

import json
import re
from html import unescape

import pytest
from fakes import HOSTILE, NOW_US, detection
from harness import Client
from partners import made, settle, world_of
from test_languages import Said, added, foreign, template  # noqa: F401 - two of them are fixtures

from hanbada.app import i18n
from hanbada.app.sharing import emergency
from hanbada.model.exchange import Link
from hanbada.model.records import Vessel
from hanbada.store import exchange, ledger, terms
from hanbada.store.database import reading

PRIVATE = "HANBIT"
"""In the name of the vessel of the first alert."""


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    return made(tmp_path_factory.mktemp("pattern"))


@pytest.fixture(scope="module")
def standing(tmp_path_factory, pattern):
    nodes = world_of(tmp_path_factory.mktemp("standing"), pattern)
    yield nodes
    for one in nodes:
        one.close()


@pytest.fixture
def world(tmp_path, pattern):
    nodes = world_of(tmp_path, pattern)
    yield nodes
    for one in nodes:
        one.close()


def signed_in(node, role="releaser"):
    client = Client(node.app)
    assert client.sign_in(role).status_code == 303
    return client


def shown(answer):
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def form(tlp="AMBER", community="watch", place="exact", **fields):
    """A release form with one community ticked."""
    return {"tlp": tlp, "0.id": community, "0.grant": "1", "0.place": place, "0.to": "anyone"} | fields


ALL = dict.fromkeys(("0.identity", "0.evidence", "0.source", "0.person", "0.narrative"), "1")


def seen_in(answer):
    return re.search(r'name="seen" value="(\w+)"', answer.text)[1]


def released(client, subject="alert/1", **fields):
    """Preview a form and release what it showed."""
    fields = form(**ALL, **fields) | {"why": "asked by VHF"}
    page = client.form(f"/release/{subject}/preview", **fields)
    return client.form(f"/release/{subject}", **fields, seen=seen_in(page))


def cells(page, partner):
    """The column of the matrix under a partner's name in "Strait watch": the words of each row."""
    table = re.search(r'<table class="matrix">.*?</table>', page.text, re.DOTALL)[0]
    heads = [
        " ".join(re.sub(r"<[^>]+>", " ", one).split())
        for one in re.findall(r"<th scope=\"col\".*?</th>", table, re.DOTALL)
    ]
    half = len(heads) // 2
    at = [(heads[n], heads[half + n].split()[0]) for n in range(half)].index(("Strait watch", partner))
    rows = {}
    spanned = set()
    for row in re.findall(r"<tr[^>]*>\s*<th scope=\"row\">.*?</tr>", table, re.DOTALL):
        name = re.search(r"<th scope=\"row\">(.*?)</th>", row)[1]
        found = iter(re.findall(r"<td[^>]*>.*?</td>", row, re.DOTALL))
        texts = []
        for n in range(half):
            if n in spanned and name != "What happens":
                texts.append("")
                continue
            cell = next(found)
            if "rowspan" in cell:
                spanned.add(n)
            texts.append(" ".join(re.sub(r"<[^>]+>", " ", cell).split()))
        rows[name] = texts[at]
    return rows


def test_nothing_leaves_before_somebody_releases_it(world):
    kr, fr, _sg = world
    before = kr.frame(fr)
    page = signed_in(kr).form("/release/alert/1/preview", **form(**ALL))
    assert "a draft, nothing has left" in page.text
    assert kr.frame(fr) == before
    assert kr.read(exchange.tellings) == []


def test_each_column_says_what_that_partner_would_get_and_whose_word_holds_it_back(world):
    kr, *_ = world
    page = signed_in(kr, "viewer").form("/release/alert/1/preview", **form(**ALL))
    fr, sg = cells(page, "FR"), cells(page, "SG")
    assert "told" in fr["Identity"]
    assert PRIVATE in fr["Identity"]
    assert "reduced" in fr["Position"]
    assert "in a cell of 1 nmi" in fr["Position"]
    assert fr["Sources"] == "✖ withheld the membership allows no more"
    assert sg["Identity"] == "✖ withheld the membership allows no more"
    assert PRIVATE not in " ".join(sg.values())
    assert "in a cell of 30 nmi" in sg["Position"]
    assert "rounded to 6 h" in sg["Time"]
    assert sg["What happens"] == "gets it for the first time"


def test_what_the_matrix_showed_is_what_the_partner_reads(world):
    kr, fr, sg = world
    client = signed_in(kr)
    page = client.form("/release/alert/1/preview", **form(**ALL))
    promised = [
        block
        for block in re.findall(r'<pre class="raw".*?</pre>', page.text, re.DOTALL)
        if f"&#34;to&#34;: &#34;{sg.node}" in block
    ]
    assert released(client).status_code == 303
    settle(kr, fr, sg)
    (came,) = sg.has().values()
    for fact in came.received.item.assertions:
        assert f"&#34;name&#34;: &#34;{fact.name}&#34;" in promised[0]
    assert promised[0].count("&#34;aspect&#34;") == len(came.received.item.assertions)
    text = shown(signed_in(sg, "viewer").get("/received"))
    assert "AIS silence" in text
    assert PRIVATE not in text
    assert PRIVATE in shown(signed_in(fr, "viewer").get("/received"))


def test_what_was_not_looked_at_is_not_released(world):
    kr, fr, _ = world
    client = signed_in(kr)
    narrow = form("AMBER", **ALL) | {"0.to": "named", f"0.node.{fr.node}": "1"}
    seen = seen_in(client.form("/release/alert/1/preview", **narrow))
    answer = client.form("/release/alert/1", **form(**ALL), why="all of it", seen=seen)
    assert answer.status_code == 409
    assert "Look at it again" in answer.text
    assert kr.read(exchange.tellings) == []
    assert client.form("/release/alert/1", **form(**ALL), why="x").status_code == 409


def test_terms_that_changed_since_somebody_looked_stop_the_release(world):
    kr, _fr, sg = world
    client = signed_in(kr)
    seen = seen_in(client.form("/release/alert/1/preview", **form(**ALL)))
    kr.write(terms.put_partner, *_suspended(kr, sg), own=False)
    assert client.form("/release/alert/1", **form(**ALL), why="x", seen=seen).status_code == 409
    assert kr.read(exchange.tellings) == []


def _suspended(node, partner):
    import msgspec

    one = node.read(terms.partners)[partner.node]
    return msgspec.structs.replace(one.partner, suspended=True), one.keys


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("officer", 403), ("releaser", 303), ("admin", 303)])
def test_only_a_release_officer_releases_and_recalls(world, role, status):
    kr, *_ = world
    assert released(signed_in(kr)).status_code == 303
    answer = signed_in(kr, role).form("/release/alert/1/recall", why="wrong ship")
    assert answer.status_code == status
    assert signed_in(kr, "officer").form("/release/alert/2", **form(), why="x").status_code == 403


def test_an_officer_proposes_and_a_release_officer_releases_or_turns_it_down(world):
    kr, *_ = world
    officer = signed_in(kr, "officer")
    assert officer.form("/release/alert/2/propose", **form(**ALL), why="France asked").status_code == 303
    assert kr.read(exchange.tellings) == []
    releaser = signed_in(kr)
    assert "France asked" in shown(releaser.get("/release"))
    page = releaser.get("/release/alert/2")
    assert "Proposed by officer" in shown(page)
    answer = releaser.form("/release/alert/2", **form(**ALL), why="yes", seen=seen_in(page))
    assert answer.status_code == 303
    assert kr.screens.proposals(NOW_US) == []
    officer.form("/release/alert/3/propose", **form(**ALL), why="and this")
    assert releaser.form("/release/alert/3/refuse", why="no need").status_code == 303
    assert kr.screens.proposals(NOW_US) == []
    assert {"proposed", "released", "proposal_confirmed", "proposal_declined"} <= set(kr.actions())


def test_narrowing_says_from_whom_it_is_taken_back_and_the_receipt_is_shown(world):
    kr, fr, sg = world
    client = signed_in(kr)
    released(client)
    settle(kr, fr, sg)
    only_fr = form(**ALL) | {"0.to": "named", f"0.node.{fr.node}": "1"}
    page = client.form("/release/alert/1/preview", **only_fr)
    assert "This takes it back from: SG" in shown(page)
    assert "Release to 1 of 2 · take back from 1" in shown(page)
    assert client.form("/release/alert/1", **only_fr, why="less", seen=seen_in(page)).status_code == 303
    assert "no receipt yet" in shown(client.get("/release/alert/1"))
    settle(kr, fr, sg)
    assert "✔ purged" in shown(client.get("/release/alert/1"))
    assert "✔ purged" in shown(client.get("/communities/watch"))


def test_what_was_recalled_is_gone_at_the_partner(world):
    kr, fr, sg = world
    client, reader = signed_in(kr), signed_in(fr, "viewer")
    released(client)
    settle(kr, fr, sg)
    (address,) = set(re.findall(r'href="(/received/[^"]+)"', reader.get("/received").text))
    assert PRIVATE in shown(reader.get(address))
    assert client.form("/release/alert/1/recall", why="wrong ship").status_code == 303
    settle(kr, fr, sg)
    for path in (address, "/received", f"{address}/card"):
        text = shown(reader.get(path))
        assert PRIVATE not in text
        assert "Recalled" in text
    assert "nothing of it is kept here" in shown(reader.get(address))
    assert reader.get("/received.geojson").json()["features"] == []


def test_a_recall_that_came_before_what_it_recalls_is_receipted_too(world):
    kr, fr, sg = world
    client = signed_in(kr)
    released(client)
    client.form("/release/alert/1/recall", why="wrong ship")
    settle(kr, fr, sg)
    page = shown(client.get("/release/alert/1"))
    assert "✔ purged" in page
    assert "no receipt yet" not in page


def test_a_recalled_alert_is_released_again_only_after_another_look(world):
    kr, _fr, _sg = world
    client = signed_in(kr)
    released(client)
    client.form("/release/alert/1/recall", why="wrong ship")
    page = client.get("/release/alert/1")
    assert "Recalled: nobody may keep it." in shown(page)
    assert 'data-do="release"' not in page.text
    assert "gets it again" in shown(client.form("/release/alert/1/preview", **form(**ALL)))


def test_red_goes_to_nobody_who_is_not_named(world):
    kr, _fr, _sg = world
    client = signed_in(kr)
    for tlp, words in (("RED", "above what it may receive"), ("AMBER+STRICT", "above what it may receive")):
        assert words in shown(client.form("/release/alert/1/preview", **form(tlp, **ALL)))


def test_a_release_needs_a_reason_a_colour_and_fields_that_fit(world):
    kr, *_ = world
    client = signed_in(kr)
    seen = seen_in(client.form("/release/alert/1/preview", **form(**ALL)))
    for fields, words in (
        (form(**ALL), "say why"),
        (form("PINK", **ALL) | {"why": "x"}, "choose a TLP colour"),
        (form(**ALL) | {"why": "x", "until": "tomorrow"}, "a time is written as"),
        (form(**ALL) | {"why": "x", "area": "1,2,3"}, "an area is written as"),
    ):
        answer = client.form("/release/alert/1", **fields, seen=seen)
        assert answer.status_code == 400
        assert words in shown(answer)
    assert kr.read(exchange.tellings) == []


def test_caveats_of_the_form_hold_what_they_say(world):
    kr, fr, _sg = world
    client = signed_in(kr)
    listed = client.form("/release/alert/1/preview", **form(**ALL), only="1", **{f"only.{fr.node}": "1"})
    assert cells(listed, "SG")["What it is"].startswith("Not on the release list")
    nobody = client.form("/release/alert/1/preview", **form(**ALL), only="1")
    assert "Release to nobody" in shown(nobody)
    elsewhere = client.form("/release/alert/1/preview", **form(**ALL), area="0, 0, 1, 1")
    assert "Outside the area it may be told of" in shown(elsewhere)
    over = client.form("/release/alert/1/preview", **form(**ALL), until="2020-01-01T00:00Z")
    assert "The time in which it may be told is over" in shown(over)


def test_every_rule_says_in_words_why_they_can_see_it_or_cannot(world):
    kr, *_ = world
    client = signed_in(kr, "viewer")
    why = shown(client.get("/release/alert/1"))
    assert "Why they cannot see it" in why
    assert "KR has not granted it to this node in Strait watch" in why
    assert "An agreement in force covers it: Strait watch agreement" in why
    assert "Why they can see it" in shown(client.form("/release/alert/1/preview", **form(**ALL)))


def test_an_emergency_scope_opens_one_incident_logs_every_look_and_takes_back_when_it_closes(world):
    kr, fr, sg = world
    (incident,) = kr.desk.incidents(())
    subject = f"incident/{incident.incident_id}"
    client = signed_in(kr)
    wish = {"community": "watch", f"node.{sg.node}": "1", "place": "exact", "identity": "1", "max_tlp": "AMBER"}
    assert signed_in(kr, "officer").form(f"/release/{subject}/scope", **wish, hours="4", why="x").status_code == 403
    assert client.form(f"/release/{subject}/scope/preview", **wish, hours="400", why="x").status_code == 400
    seen = seen_in(client.form(f"/release/{subject}/scope/preview", **wish, hours="4"))
    assert client.form(f"/release/{subject}/scope", **wish, hours="4", why="", seen=seen).status_code == 400
    assert (
        client.form(f"/release/{subject}/scope", **wish, hours="4", why="man overboard", seen=seen).status_code == 303
    )
    settle(kr, fr, sg)
    assert len(sg.has()) == 2
    assert fr.has() == {}
    assert PRIVATE in shown(signed_in(sg, "viewer").get("/received"))
    viewer = signed_in(kr, "viewer")
    assert "EMERGENCY SHARING IS OPEN" in viewer.get(f"/incidents/{incident.incident_id}").text
    viewer.get("/alerts/1")
    (scope,) = kr.read(terms.scopes)
    looks = [(one.by, one.what) for one in kr.read(emergency.looks, scope.scope_id)]
    assert ("viewer", subject) in looks
    assert ("viewer", "alert/1") in looks
    viewer.get("/alerts/2")
    assert ("viewer", "alert/2") not in [(one.by, one.what) for one in kr.read(emergency.looks, scope.scope_id)]
    assert client.form(f"/release/{subject}/scope/{scope.scope_id}/close").status_code == 303
    settle(kr, fr, sg)
    assert sg.has() == {}
    assert "EMERGENCY" not in viewer.get(f"/incidents/{incident.incident_id}").text


def test_an_emergency_scope_shows_exactly_what_would_leave_before_it_opens_and_opens_nothing_else(world):
    kr, fr, sg = world
    (incident,) = kr.desk.incidents(())
    path = f"/release/incident/{incident.incident_id}"
    client = signed_in(kr)
    wish = {"community": "watch", f"node.{sg.node}": "1", "place": "exact", "identity": "1", "max_tlp": "AMBER"}
    before = kr.frame(sg)
    page = client.form(f"{path}/scope/preview", **wish, hours="4", why="man overboard")
    assert kr.frame(sg) == before
    assert kr.read(terms.scopes) == ()
    preview = re.search(r'<section id="rehearsal".*?</section>', page.text, re.DOTALL)[0]
    assert "This would leave: nothing has left yet" in preview
    assert preview.count("gets it for the first time") == 2
    assert PRIVATE in preview
    letters = [unescape(one) for one in re.findall(r'<pre class="raw"[^>]*><code>(.*?)</code>', preview, re.DOTALL)]
    assert client.form(f"{path}/scope", **wish, hours="4", why="x", seen="another").status_code == 409
    assert client.form(f"{path}/scope", **wish, hours="8", why="x", seen=seen_in(page)).status_code == 409
    assert kr.read(terms.scopes) == ()
    assert client.form(f"{path}/scope", **wish, hours="4", why="x", seen=seen_in(page)).status_code == 303
    settle(kr, fr, sg)
    told = {one.item_id: {fact.name: fact.value for fact in one.received.item.assertions} for one in sg.has().values()}
    shown_before = {
        one["item_id"]: {fact["name"]: fact["value"] for fact in one["facts"]} for one in map(json.loads, letters)
    }
    assert shown_before == told


def test_the_community_page_counts_down_and_shows_who_may_have_what(world):
    kr, _fr, _ = world
    client = signed_in(kr)
    page = shown(client.get("/communities/kr-fr".replace("kr-fr", "KR-FR")))
    assert "25 days left" in page
    assert "of ours out" in page
    assert "warning" in client.get("/communities").text
    assert client.get("/communities/none").status_code == 404


def test_a_proposal_for_a_community_waits_for_a_release_officer(world):
    kr, fr, _ = world
    import msgspec

    from hanbada.app.sharing import chartering

    watch = kr.read(terms.communities)["watch"]
    kr.write(chartering.propose, msgspec.structs.replace(watch, version=2, purposes=("search_and_rescue",)))
    settle(kr, fr)
    officer, releaser = signed_in(fr, "officer"), signed_in(fr)
    assert "Version 2" in shown(officer.get("/communities/watch"))
    assert officer.form("/communities/watch/accept").status_code == 403
    other = msgspec.structs.replace(watch, community_id="new", name="New", version=1)
    kr.write(chartering.propose, other)
    settle(kr, fr)
    assert "waits for our signature" in shown(releaser.get("/communities"))
    assert releaser.form("/communities/new/accept").status_code == 303
    assert "new" in fr.read(terms.communities)


def test_leaving_is_for_administrators_and_stops_the_flow(world):
    kr, *_ = world
    assert signed_in(kr).form("/communities/watch/leave").status_code == 403
    assert signed_in(kr, "admin").form("/communities/watch/leave").status_code == 303
    assert "This node has left this community" in shown(signed_in(kr).get("/communities/watch"))


def test_partner_health_says_why_a_link_is_suspended_and_what_to_do(world):
    kr, fr, _ = world
    from hanbada.store.database import writing

    with writing(kr.engine) as connection:
        exchange.put_link(connection, Link(partner=fr.node, suspended="fork"))
    page = shown(signed_in(kr, "viewer").get("/partners"))
    assert "It sent two different things under one number" in page
    assert "Call the partner before anything else" in page
    assert signed_in(kr).form(f"/partners/{fr.node}/resume").status_code == 403
    admin = signed_in(kr, "admin")
    assert admin.form(f"/partners/{fr.node}/resume").status_code == 303
    assert "No link is suspended" in shown(admin.get("/partners"))
    assert admin.form(f"/partners/{fr.node}/suspend").status_code == 303
    assert "A person here suspended it" in shown(admin.get("/partners"))
    assert admin.form("/partners/nobody/suspend").status_code == 404


def test_what_waits_is_counted_by_lane(world):
    kr, fr, sg = world
    released(signed_in(kr))
    (france,) = [one for one in kr.screens.health(NOW_US) if one.node == fr.node]
    assert [lane.entries for lane in france.lanes] == [0, 1, 0]
    settle(kr, fr, sg)
    (france,) = [one for one in kr.screens.health(NOW_US) if one.node == fr.node]
    assert [lane.entries for lane in france.lanes] == [0, 0, 0]


def test_an_invitation_is_made_and_its_digits_confirmed_on_the_screen(world):
    _kr, fr, sg = world
    from hanbada.app.sharing import enrolling

    admin = signed_in(fr, "admin")
    fields = {"name": "France-Singapore", "organisation": "SG", "title": "Letter", "purposes": "safety", "max_tlp": "GREEN", "place": "10nmi", "class.alert": "1"}  # fmt: skip
    assert signed_in(fr).form("/partners", **fields).status_code == 403
    assert "names the other organisation" in shown(admin.form("/partners", **fields | {"title": ""}))
    text = re.search(r"hanbada-invite-1:[\w=-]+", admin.form("/partners", **fields).text)[0]
    _, answer = sg.write(enrolling.answer, text)
    fr.write(enrolling.answered, answer)
    page = admin.get("/partners")
    digits = re.search(r'class="digits"[^>]*>([\d ]+)<', page.text)[1]
    wrong = admin.form(f"/partners/{sg.node}/confirm", digits="11111 " * 6)
    assert wrong.status_code == 400
    assert "these are not the digits" in shown(wrong)
    assert admin.form(f"/partners/{sg.node}/confirm", digits=digits).status_code == 303
    assert sg.node in fr.read(terms.partners)


def test_a_node_without_a_name_says_what_to_do_and_shares_nothing(tmp_path):
    from fakes import FakeDesk, FakeSite

    from hanbada.app.sharing.screens import Screens
    from hanbada.app.web import Settings, create
    from hanbada.store.database import open_database

    engine = open_database(tmp_path / "desk.db")
    client = Client(create(FakeSite(5), FakeDesk.manned(), Settings(), Screens(engine, tmp_path)))
    client.sign_in("admin")
    for path in ("/received", "/release", "/release/alert/101", "/communities", "/partners"):
        assert "hanbada node init" in client.get(path).text
    assert client.get("/received.geojson").json()["features"] == []
    assert client.form("/release/alert/101", tlp="CLEAR", why="x").status_code == 400
    engine.dispose()


def test_names_of_ships_and_words_of_partners_never_become_markup(world):
    kr, fr, sg = world
    import msgspec

    name = HOSTILE
    found = detection(9, "gap", "alarm", (0,), hours=2.0)
    strange = (Vessel(mmsi=440123450, name=name),)
    reasons = (*found.reasons, msgspec.structs.replace(found.reasons[0], quantity="entered", subject=name))
    kr.desk.record([msgspec.structs.replace(found, vessels=strange, reasons=reasons)], NOW_US)
    client = signed_in(kr)
    released(client, "alert/4")
    settle(kr, fr, sg)
    (address,) = set(re.findall(r'href="(/received/[^"]+)"', signed_in(fr).get("/received").text))
    pages = [client.get("/release/alert/4"), client.get("/release")]
    pages += [signed_in(fr).get(path) for path in ("/received", address, f"{address}/card")]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "\u202e" not in page.text
    assert "alert(1)" in shown(pages[3])


def test_what_is_under_exercise_or_simulated_says_so(world):
    kr, fr, sg = world
    kr.desk.record([detection(8, "gap", "warning", (0,), hours=2.0, simulated=True)], NOW_US)
    released(signed_in(kr), "alert/4")
    settle(kr, fr, sg)
    page = signed_in(fr).get("/received")
    assert page.text.count("badge simulated") == 2  # the picture's, and the object's
    assert signed_in(fr).get("/received.geojson").json()["features"][0]["properties"]["simulated"] is True


KEPT = {"TLP", "RED", "AMBER", "STRICT", "GREEN", "CLEAR", "KR", "FR", "SG", "watch", "Strait", "alert"}
"""Colours of the protocol, names of nodes and communities: the same in every language."""
PAGES = ("/received", "/release", "/release/alert/1", "/communities", "/communities/watch", "/partners")


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_exchange_opens_in_every_language(standing, path, language):
    kr, *_ = standing
    client = signed_in(kr, "admin")
    client.cookies.set("hanbada_preferences", f"{language}.day", domain="localhost.local")
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert i18n.translations(language).gettext("Release desk") in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_no_text_of_the_exchange_escapes_translation(added, standing, path):  # noqa: F811 - the fixture
    assert added.exists()
    kr, *_ = standing
    client = signed_in(kr, "admin")
    client.cookies.set("hanbada_preferences", "eo.day", domain="localhost.local")
    said = Said()
    said.feed(client.get(path).text)
    assert len(said.texts) > 20
    assert foreign(said.texts) - KEPT == set()


def test_the_ledger_stays_whole_through_all_of_it(world):
    kr, fr, sg = world
    client = signed_in(kr)
    released(client)
    settle(kr, fr, sg)
    client.form("/release/alert/1/recall", why="wrong ship")
    settle(kr, fr, sg)
    with reading(kr.engine) as connection:
        assert ledger.verify(connection) is None
    assert {"released", "told_reduce", "recalled", "item_recalled", "purged"} <= set(kr.actions())
