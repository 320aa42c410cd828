"""Things of the desk as files of other systems: what gets lost is seen first, and the marking goes along."""

import json

import pytest
from test_objects_pages import imported, key_of, line
from test_rules_pages import shown

WARNING = line(
    kind="piracy",
    title="Boarding off Tuas",
    text="SHIPS ADVISED",
    place={"geometry": {"kind": "point", "coordinates": [[103.6, 1.2]]}},
)


def incident(visit):
    return visit("officer").form("/alerts/101/incident").headers["location"].rpartition("/")[2]


def test_an_incident_is_a_pdf_a_bundle_or_a_table(visit, node):
    name = incident(visit)
    page = shown(visit("officer").get(f"/take/incident/{name}"))
    assert "PDF" in page
    assert "STIX" in page
    pdf = visit("officer").get(f"/take/incident/{name}/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in pdf.headers["content-disposition"]
    stix = json.loads(visit("officer").get(f"/take/incident/{name}/stix").content)
    assert stix["type"] == "bundle"


def test_an_alert_and_an_object_go_out_with_their_marking(visit, node):
    officer = visit("officer")
    imported(officer, WARNING)
    key = key_of(node, "Tuas")
    back = json.loads(officer.get(f"/take/item/{key}/objects").content)
    assert (back["tlp"], back["facts"]["title"]) == ("GREEN", "Boarding off Tuas")
    assert json.loads(officer.get("/take/alert/101/objects").content)["tlp"] == "RED"
    assert "What gets lost" in shown(officer.get(f"/take/item/{key}"))


@pytest.mark.parametrize("path", ["alert/9999", "incident/none", "item/none", "ship/1", "alert/101/none"])
def test_what_there_is_not_is_not_found(visit, path):
    assert visit("officer").get(f"/take/{path}").status_code == 404


def test_a_format_that_carries_nothing_of_it_says_so_and_a_label_is_refused(visit, node):
    officer = visit("officer")
    imported(officer, WARNING)
    assert officer.get(f"/take/item/{key_of(node, 'Tuas')}/rtz").status_code == 400
    imported(officer, line("w-9", text="NATO SECRET"))
    assert officer.get(f"/take/item/{key_of(node, 'NATO')}/objects").status_code == 403
    assert visit("viewer").get("/take/alert/101").status_code == 403
