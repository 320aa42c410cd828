"""The incident desk: one form for every scheme, facts by sources, tasks, documents, merge, handover, campaigns."""

import re

import pytest
from fakes import HOSTILE, NOW_US

from hanbada.app.i18n import languages
from hanbada.app.web import incident_words, words
from hanbada.model.answers import ANSWERS
from hanbada.model.records import Asserted
from hanbada.model.sharing import Marking
from hanbada.reference.schemes_2026_11 import TABLE

BOARDED = {
    "title": "Boarding off Bintan", "act": "attack", "boarded": "yes", "control_taken": "no", "weapons.knives": "1",
    "crew.threatened": "1", "stolen.spares": "1", "waters": "territorial", "position": "1°06.0′N 103°48.0′E",
    "from": "2026-11-22T03:20Z", "ship.name": "OCEAN STAR", "ship.role": "victim", "reliability": "B",
    "credibility": "2", "source": "master",
}  # fmt: skip


@pytest.fixture
def officer(visit):
    return visit("officer")


@pytest.fixture
def reported(officer):
    """The address of an incident of the form."""
    return officer.form("/incidents/new", **BOARDED).headers["location"]


def categories(page):
    return re.findall(r'data-category="([^"]+)"', page)


def test_the_mapping_is_shown_without_scripts_and_keeps_what_was_typed(officer):
    page = officer.form("/incidents/mapping", **BOARDED).text
    assert 'value="Boarding off Bintan"' in page
    assert {"TRAPS: Sea Robbery", "Actual: CAT 2", "Armed robbery against ships"} <= set(categories(page))
    assert re.search(r'name="weapons.knives" value="1" checked', page)


def test_scripts_get_the_mapping_alone(officer):
    page = officer.form("/incidents/mapping", **BOARDED, headers={"hx-request": "true"}).text
    assert page.lstrip().startswith("<section")
    assert "Actual: CAT 2" in categories(page)


def test_what_is_open_names_the_answers_that_would_settle_it(officer):
    page = officer.form("/incidents/mapping", act="attack", boarded="yes").text
    assert "Control taken" in page
    assert "could be" in page
    assert page.count("cannot express it") == 0
    assert officer.form("/incidents/mapping", act="seizure").text.count("cannot express it") == len(TABLE) - 1


def test_codes_and_categories_are_the_same_in_every_language(officer):
    found = set()
    for language in languages():
        officer.form("/preferences", language=language)
        page = officer.form("/incidents/mapping", **BOARDED).text
        codes = tuple(re.findall(r'<option value="([a-z_]+)"', page.partition('id="report"')[2]))
        boxes = tuple(re.findall(r'name="([a-z_]+\.[a-z_]+)"', page))
        found.add((codes, boxes, tuple(categories(page))))
    assert len(found) == 1
    assert {word for one in ANSWERS.values() if one.words and not one.many for word in one.words} <= set(codes)


def test_the_form_becomes_an_incident_with_its_source_on_every_fact(node, officer, reported):
    one = node.desk.incident(reported.rpartition("/")[2])
    assert {(said.source, said.reliability, said.credibility) for said in one.said} == {("master", "B", 2)}
    values = {said.fact: said.value for said in one.said}
    assert values["weapons"] == ["knives"]
    assert values["place"]["geometry"]["coordinates"] == [[103.8, 1.1]]
    page = officer.get(reported).text
    assert "Knives or machetes" in page
    assert "Actual: CAT 2" in categories(page)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"perpetrators": "many"}, {"position": "here"}, {"position": "91, 0"}, {"from": "noon"},
     {"credibility": "9"}, {"ship.flag": "korea"}, {"severity": "red"}],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_is_lost(node, officer, wrong):
    answer = officer.form("/incidents/new", **(BOARDED | wrong))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "OCEAN STAR" in answer.text
    assert node.desk.cases == {}


def test_two_sources_that_disagree_stand_side_by_side(node, officer, reported):
    name = reported.rpartition("/")[2]
    marked = Asserted(
        fact="boarded",
        value=False,
        source="agent",
        credibility=4,
        marking=Marking(tlp="RED", originator="us", grants=()),
    )
    node.desk.incident_desk.do(name, marked, "kim", NOW_US)
    page = officer.get(reported).text
    assert "Others say otherwise" in page
    assert "TLP:RED" in page


def test_work_on_an_incident_is_done_by_forms(node, officer, reported):
    name = reported.rpartition("/")[2]
    assert officer.form(f"{reported}/do/fact", weapons_used="shown", source="patrol").status_code == 303
    assert officer.form(f"{reported}/do/task", task="call the port", due="2026-11-22T01:00Z").status_code == 303
    one = node.desk.incident(name)
    assert officer.form(f"{reported}/do/did", key=one.tasks[0].key).status_code == 303
    given = {"about": "opportunists", "percent": "80", "confidence": "low"}
    assert officer.form(f"{reported}/do/assess", **given).status_code == 303
    assert officer.form(f"{reported}/do/assess", **given | {"percent": "50"}).status_code == 400
    assert officer.form(f"{reported}/do/withdraw", key=one.said[0].key).status_code == 303
    assert officer.form(f"{reported}/do/take").status_code == 303
    assert officer.form(f"{reported}/do/nothing").status_code == 400
    assert officer.form(f"{reported}/do/fact").status_code == 400
    one = node.desk.incident(name)
    assert (one.tasks[0].done_by, one.assessments[0].percent, one.owner) == ("officer", 80, "officer")
    assert "very likely" in officer.get(reported).text


def test_a_viewer_reads_and_changes_nothing_and_sees_no_names(node, visit, officer, reported):
    officer.form(f"{reported}/do/fact", person="Jane Roe", **{"person.role": "victim"})
    assert "Jane Roe" in officer.get(reported).text
    viewer = visit("viewer")
    page = viewer.get(reported).text
    assert "Jane Roe" not in page
    assert f"{reported}/do/" not in page
    assert viewer.form(f"{reported}/do/task", task="x").status_code == 403
    assert viewer.get("/incidents/new").status_code == 403


def test_merged_incidents_lead_on_and_split_ones_stand_alone(node, officer, reported):
    other = officer.form("/incidents/new", **BOARDED | {"title": "The same again"}).headers["location"]
    assert officer.form(f"{reported}/merge", into=other.rpartition("/")[2]).headers["location"] == other
    page = officer.get(reported).text
    assert f'href="{other}"' in page
    assert "Its log stays here" in page
    key = node.desk.incident(other.rpartition("/")[2]).said[0].key
    new = officer.form(f"{other}/split", title="Alone", **{f"key.{key}": "1"}).headers["location"]
    assert officer.get(new).status_code == 200
    assert officer.form(f"{other}/split", title="Nothing").status_code == 400


def test_a_document_is_handed_out_to_be_saved_only(node, officer, reported):
    files = {"document": ("<b>.html", b"%PDF-1.4 <script>alert(1)</script>", "text/html")}
    sent = officer.post(
        f"{reported}/documents", data={"csrf": officer.token()}, files=files, headers={"origin": "http://localhost"}
    )
    assert sent.status_code == 303
    (address,) = re.findall(r'href="([^"]+/documents/[0-9a-f]{64})"', officer.get(reported).text)
    answer = officer.get(address)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    files = {"document": ("report.pdf", b"MZ\x90\x00", "application/pdf")}
    sent = officer.post(
        f"{reported}/documents", data={"csrf": officer.token()}, files=files, headers={"origin": "http://localhost"}
    )
    assert sent.status_code == 400


def test_the_watch_is_handed_over_and_the_next_sees_what_changed(node, officer, visit, reported):
    assert "Boarding off Bintan" in officer.get("/incidents/handover").text
    assert officer.form("/incidents/handover", to="releaser", note="quiet").status_code == 303
    assert officer.form("/incidents/handover", to="nobody here").status_code == 400
    page = visit("releaser").get("/incidents/handover").text
    assert "Nothing changed." in page
    assert "quiet" in page
    assert "Boarding off Bintan" in officer.get("/incidents/handover?since=2020-01-01T00:00Z").text


def test_a_campaign_groups_incidents_and_keeps_dissent(node, officer, visit, reported):
    address = officer.form("/campaigns", title="Anchors").headers["location"]
    officer.form(address, incident=reported.rpartition("/")[2])
    officer.form(f"{address}/attribute", step="3", confidence="low", text="they look away")
    other = visit("releaser")
    other.form(f"{address}/attribute", step="1", confidence="high", dissents="1")
    page = officer.get(address).text
    assert "Dissent" in page
    assert "they look away" in page
    assert reported in page
    assert officer.form(f"{address}/attribute", step="11", confidence="low").status_code == 400
    assert "Anchors" in officer.get("/campaigns").text


def test_hostile_words_are_text_on_every_page(node, officer):
    said = {
        "title": HOSTILE,
        "text": HOSTILE,
        "source": HOSTILE,
        "area": HOSTILE,
        "method": HOSTILE,
        "ship.name": HOSTILE,
    }
    address = officer.form("/incidents/new", **BOARDED | said).headers["location"]
    officer.form(f"{address}/do/task", task=HOSTILE, owner=HOSTILE)
    officer.form(f"{address}/do/assess", about=HOSTILE, why=HOSTILE, percent="80", confidence="low")
    campaign = officer.form("/campaigns", title=HOSTILE).headers["location"]
    officer.form(campaign, incident=address.rpartition("/")[2])
    for page in (address, "/incidents", "/incidents/handover", "/campaigns", campaign):
        text = officer.get(page).text
        assert "<script>alert" not in text
        assert "\u202e" not in text


def test_no_word_list_of_the_screens_hides_another():
    mine, theirs = ({name for name in vars(one) if name.isupper()} for one in (incident_words, words))
    assert mine & theirs == {"N_"}
