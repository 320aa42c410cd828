"""The reporting desk on screen: overdue ships first, a mail beside what was read of it, forms, paper."""

import re

import pytest
from fakes import HOSTILE, NOW_US

from hanbada.app.i18n import languages
from hanbada.incidents.reports.forms import FORMS
from hanbada.model.times import DAY_US, HOUR_US, dtg
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

MAIL = f"""UKMTO DAILY REPORT
Ship's name: OCEAN LARK
IMO: 9990002
Time: {dtg(NOW_US - HOUR_US)}
Position: 12-34.5N 045-06.7E
Course: 085
the cook sends greetings
"""


@pytest.fixture
def officer(visit, node, tmp_path):
    engine = open_database(tmp_path / "desk.db")
    node.desk.report_desk = DeskStore(engine, lambda: NOW_US).report_desk
    yield visit("officer")
    engine.dispose()


def test_a_mail_is_shown_beside_what_was_read_and_kept_only_then(officer):
    page = officer.form("/reports/read", text=MAIL, company="Lark Lines").text
    assert '<mark title="IMO number">9990002</mark>' in page
    assert "12-34.50N 045-06.70E" in page
    assert "No report came yet." in officer.get("/reports").text
    kept = officer.form("/reports", text=MAIL, form="ukmto_vra_daily", company="Lark Lines")
    shown = officer.get(kept.headers["location"]).text
    assert "Lark Lines" in shown
    assert '<mark title="Position">12-34.5N 045-06.7E</mark>' in shown
    again = officer.form("/reports", text=MAIL, form="ukmto_vra_daily", company="Lark Lines")
    assert again.headers["location"] == kept.headers["location"]


def test_what_is_missing_and_doubtful_is_said_in_words(officer):
    page = officer.form("/reports/read", text="UKMTO daily report\nIMO: 9990003\n").text
    assert page.count("missing") >= 2
    assert "the check digit is wrong" in page


def test_overdue_ships_stand_first(officer):
    for name, imo, hours in (("OCEAN LARK", 9990002, 1), ("GULF CONDOR", 9990014, 60)):
        text = MAIL.replace("OCEAN LARK", name).replace("9990002", str(imo))
        officer.form("/reports", text=text.replace(dtg(NOW_US - HOUR_US), dtg(NOW_US - hours * HOUR_US)))
    page = officer.get("/reports").text
    assert page.index("GULF CONDOR") < page.index("OCEAN LARK")
    assert "OVERDUE" in page


def test_a_voyage_is_ended_with_a_reason(officer):
    address = officer.form("/reports", text=MAIL.replace(dtg(NOW_US - HOUR_US), dtg(NOW_US - 3 * DAY_US))).headers[
        "location"
    ]
    assert "OVERDUE" in officer.get("/reports").text
    assert officer.form(f"{address}/end").status_code == 400
    officer.form(f"{address}/end", why="cancelled by the company")
    assert "OVERDUE" not in officer.get("/reports").text


@pytest.mark.parametrize("name", FORMS)
def test_every_form_can_be_filled_in_and_printed(officer, name):
    form = FORMS[name]
    page = officer.get(f"/reports/forms/{name}").text
    assert all(f'name="field.{one.name}"' in page for one in form.fields)
    paper = officer.get(f"/reports/forms/{name}/paper").text
    assert len(set(re.findall(r"HB-[0-9A-F]{8}", paper))) == paper.count('<section class="paperform"') > 1


def test_a_filled_form_is_read_like_a_mail(officer):
    typed = {"field.ship_name": "OCEAN LARK", "field.imo": "9990002", "field.at": dtg(NOW_US - HOUR_US),
             "field.position": "12-34.5N 045-06.7E"}  # fmt: skip
    page = officer.form("/reports/read", form="ukmto_vra_daily", number="HB-0042", **typed).text
    assert "12-34.50N 045-06.70E" in page
    assert "HB-0042" in page


def test_words_that_mean_harm_stay_words(officer):
    page = officer.form("/reports/read", text=f"UKMTO daily report\nShip's name: {HOSTILE}\nRemarks: <b>x</b>").text
    assert "<script>" not in page.replace("<script ", "")
    assert "<b>x</b>" not in page


def test_what_is_no_report_is_said_and_stays_in_the_box(officer):
    page = officer.form("/reports", text="UKMTO daily report\n12345")
    assert page.status_code == 400
    assert "names no ship" in page.text
    assert "UKMTO daily report" in page.text


def test_a_viewer_sees_nothing_that_was_confided(visit):
    assert visit("viewer").get("/reports").status_code == 403


@pytest.mark.parametrize("language", languages())
def test_the_desk_is_there_in_every_language(officer, language):
    officer.form("/preferences", language=language, next="/reports")
    assert officer.get("/reports").status_code == 200
