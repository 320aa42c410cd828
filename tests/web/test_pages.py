"""What pages say: to readers without scripts, in every language, about strangers' text and simulated things."""

import re

import pytest
from fakes import HOSTILE, NOW_US, SPECIALS, detection

from hanbada.app import i18n
from hanbada.app.web.render import HEARD_LIMIT, plain
from hanbada.model.desk import AlertFilter
from hanbada.model.times import MINUTE_US
from hanbada.reference.dossier import merged

PAGES = ("/", "/alerts", "/alerts/101", "/alerts/105", "/incidents", "/vessels", "/vessels?source=simulated", "/vessels/440123450", "/register", "/register?kind=instrument&sort=until", "/register/dialogue/de-kr-summit-2023", "/register/due", "/register/gaps?members=EU", "/register/coverage", "/register/years", "/register/presence?year=2024", "/register/import", "/rules", "/rules/gap", "/rules/distress", "/sources", "/account", "/people", "/nowhere")  # fmt: skip
NAMES = (
    HOSTILE,
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\"'><svg/onload=alert(1)>",
    "{{ 7*7 }} {% raw %}",
    "%s %(x)s %d {0}",
    '=HYPERLINK("http://evil.example")',
    "A\x00B\x1b[31m",
    "\u202eNIATPAC \u2066\u200f",
    "한" * 500,
    "javascript:alert(1)",
)


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_every_language(visit, path, language):
    admin = visit("admin")
    admin.cookies.set("hanbada_preferences", f"{language}.day", domain="localhost.local")
    answer = admin.get(path)
    assert answer.status_code == (404 if path == "/nowhere" else 200)
    assert f'<html lang="{language}" data-palette="day">' in answer.text
    assert i18n.translations(language).gettext("Not for navigation") in answer.text


def strange(node, name):
    """A node where a hostile name is a vessel's, a destination, a person's, an incident's and a log's."""
    special = SPECIALS[0]
    card = node.site.vessel(special.mmsi)
    found = detection(1, "gap", "alarm", (0,), hours=6.4, version=3)
    import msgspec

    vessels = (msgspec.structs.replace(found.vessels[0], name=name),)
    reasons = (*found.reasons, msgspec.structs.replace(found.reasons[0], quantity="entered", subject=name))
    node.desk.find(msgspec.structs.replace(found, vessels=vessels, reasons=reasons), NOW_US)
    changed = msgspec.structs.replace(card, name=name, destination=name, call_sign=name, eta=name, sources=(name,))
    node.site.vessel = lambda mmsi: changed
    known = node.site.dossier(special.mmsi)
    facts = (
        msgspec.structs.replace(fact, value=name, source=name)
        for line in known.lines
        for held in line.values
        for fact in held.facts
    )
    listings = [
        msgspec.structs.replace(one, title=name, name=name, programme=name, note=name) for one in known.listings
    ]
    node.site.dossier = lambda mmsi: merged([fact for fact in facts if fact.what in ("name", "destination")], listings)
    node.desk.open_incident(101, "officer", NOW_US)
    node.desk.log("INC-1", name, "officer", NOW_US)


@pytest.mark.parametrize("name", NAMES)
def test_a_strangers_text_never_becomes_markup(visit, node, name):
    strange(node, name)
    officer = visit("officer")
    paths = (
        "/",
        "/alerts/101",
        "/alerts/inbox",
        "/vessels",
        "/vessels/440123450",
        "/vessels/440123450/card",
        "/incidents",
        "/incidents/INC-1",
    )
    for path in paths:
        text = officer.get(path).text
        for tag in ("<img", "<svg/", "<script>alert", "onerror=alert(1)>"):
            assert tag not in text, path
        assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00\x1b]", text), path
        assert "49" not in re.findall(r"<bdi>([^<]*)</bdi>", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_strangers_text_in_json_is_plain(visit, node, name):
    strange(node, name)
    answer = visit("viewer").get("/vessels/names?mmsi=440123450")
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json().values()) == [plain(name)]


def test_radio_text_is_shortened_and_its_controls_are_shown():
    assert len(plain("x" * 500)) == HEARD_LIMIT
    assert plain("\u202eabc\x00") == "\ufffdabc\ufffd"
    assert plain("한빛호 É") == "한빛호 É"


def test_everything_simulated_says_so(visit, node):
    officer = visit("officer")
    for path in (
        "/alerts/106",
        "/vessels/440555010",
        "/vessels?source=simulated",
        "/sources",
        "/alerts/106/card",
        "/vessels/440555010/card",
    ):
        assert "SIMULATED" in officer.get(path).text, path
    incident = officer.form("/alerts/106/incident").headers["location"]
    assert "SIMULATED" in officer.get(incident).text
    assert "SIMULATED" in officer.get("/incidents").text
    officer.cookies.set("hanbada_preferences", "ko.day", domain="localhost.local")
    assert "모의" in officer.get("/alerts/106").text


def test_a_real_alert_does_not_say_simulated(visit, node):
    node.site.simulated = False
    assert "SIMULATED" not in visit("officer").get("/alerts/101/card").text


def test_an_alert_shows_its_reasons_open_with_their_limits(visit):
    text = visit("viewer").get("/alerts/inbox").text
    assert '<details class="why" open>' in text
    assert "AIS silent for 6 h 26 min (rule: 6 h)" in text


def test_an_alert_shows_what_was_said_before(visit):
    text = visit("viewer").get("/alerts/101").text
    assert "AIS silent for 9 h 16 min (rule: 6 h)" in text
    assert "v2" in text
    assert "v1" in text


def test_an_alert_shows_innocent_explanations_coverage_and_raw_lines(visit):
    text = visit("viewer").get("/alerts/101").text
    assert "does not fit" in text
    assert "It was this silent before" in text
    assert "!AIVDM" in text
    assert "korea-strait" in text


# Without scripts


def test_acknowledging_works_as_a_plain_form(visit, node):
    officer = visit("officer")
    answer = officer.form("/alerts/101/acknowledge", next="/alerts?state=new")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?state=new")
    alert = node.desk.alert(101).alert
    assert (alert.state, alert.changed_by, alert.changed_at) == ("acknowledged", "officer", NOW_US)


def test_a_script_gets_the_alert_back_as_it_now_is(visit):
    answer = visit("officer").form("/alerts/101/acknowledge", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert 'data-state="acknowledged"' in answer.text
    assert "<html" not in answer.text


def test_a_snooze_lasts_as_long_as_one_of_those_on_offer(visit, node):
    officer = visit("officer")
    assert officer.form("/alerts/102/snooze", seconds="3600").status_code == 303
    assert node.desk.alert(102).alert.until_at == NOW_US + 60 * MINUTE_US
    assert officer.form("/alerts/103/snooze", seconds="1").status_code == 400


def test_a_dismissal_needs_a_reason(visit, node):
    officer = visit("officer")
    assert officer.form("/alerts/103/dismiss").status_code == 400
    assert officer.form("/alerts/103/dismiss", reason="boredom").status_code == 400
    assert officer.form("/alerts/103/dismiss", reason="in_port").status_code == 303
    assert node.desk.alert(103).alert.reason == "in_port"
    assert "103" not in re.findall(r'data-alert="(\d+)"', officer.get("/alerts").text)
    assert "103" in re.findall(r'data-alert="(\d+)"', officer.get("/alerts?state=dismissed").text)


def test_an_incident_is_opened_once_logged_and_closed(visit, node):
    officer = visit("officer")
    first, again = officer.form("/alerts/101/incident"), officer.form("/alerts/101/incident")
    assert first.headers["location"] == again.headers["location"] == "/incidents/INC-1"
    assert officer.form("/incidents/INC-1/log", text="Patrol asked to look.\nETA 1100Z").status_code == 303
    assert officer.form("/incidents/INC-1/log", text="   ").status_code == 400
    assert officer.form("/incidents/INC-1/state", state="closed").status_code == 303
    assert officer.form("/incidents/INC-1/state", state="lost").status_code == 400
    case = node.desk.incident("INC-1")
    assert (case.state, case.log[-1].text, case.log[-1].author) == (
        "closed",
        "Patrol asked to look.\nETA 1100Z",
        "officer",
    )


def test_an_incident_is_titled_in_the_readers_language(visit, node):
    officer = visit("officer")
    officer.form("/alerts/101/incident")
    assert "AIS silence: <bdi>HANBIT 9948</bdi>" in officer.get("/incidents").text
    officer.form("/preferences", language="ko", palette="day")
    assert "AIS 무응답: <bdi>HANBIT 9948</bdi>" in officer.get("/incidents/INC-1").text


def test_what_does_not_exist_is_a_page_not_a_fault(visit):
    officer = visit("officer")
    for path in (
        "/alerts/999",
        "/incidents/INC-9",
        "/vessels/1",
        "/export/ships.csv",
        "/export/vessels.exe",
        "/alerts/999/card",
    ):
        assert officer.get(path).status_code == 404, path
    assert officer.get("/replay/17").status_code == 400


def test_the_list_of_vessels_says_what_the_map_says(visit, node):
    viewer = visit("viewer")
    everything = viewer.get("/vessels").text
    assert everything.count("<tr>") - 1 == 60
    fast = viewer.get("/vessels?min_kn=14&order=speed").text
    speeds = [float(kn) for kn in re.findall(r'<td class="num">([\d.]+) kn', fast)]
    assert speeds == sorted(speeds, reverse=True)
    assert min(speeds) >= 14


def test_a_search_without_scripts_leads_to_the_one_vessel_or_the_list(visit):
    viewer = visit("viewer")
    assert viewer.get("/vessels/find?q=440123450").headers["location"] == "/vessels/440123450"
    assert viewer.get("/vessels/find?q=HANBIT").headers["location"].startswith("/vessels?q=")
    assert "HANBIT 9948" in viewer.get("/vessels?q=HANBIT").text


def test_the_sources_page_tells_quiet_from_deaf(visit, node):
    viewer = visit("viewer")
    assert "We hear in part" in viewer.get("/sources").text
    sources = node.site.sources()
    node.site.sources = lambda: sources[:1]
    assert "We hear: every source" in viewer.get("/sources").text
    node.site.now_us = lambda: NOW_US + 6 * MINUTE_US
    text = viewer.get("/sources").text
    assert "We are deaf" in text
    assert "Nothing was heard at all" in text
    node.site.sources = list
    assert "No source is set up" in viewer.get("/sources").text


def test_the_sources_page_warns_of_losses_clocks_and_licences(visit):
    text = visit("viewer").get("/sources").text
    assert '<strong class="alarm">120</strong>' in text
    assert '<strong class="warning">-3.4 s</strong>' in text
    assert "may not be shared" in text
    assert "part_missing" in text


def test_language_and_palette_hold_before_signing_in(visit):
    stranger = visit()
    answer = stranger.form("/preferences", language="ko", palette="night", next="/login")
    assert answer.headers["location"] == "/login"
    assert 'lang="ko" data-palette="night"' in stranger.get("/login").text
    assert "로그인" in stranger.get("/login").text
    stranger.form("/preferences", language="xx", palette="pink")
    assert 'lang="ko" data-palette="night"' in stranger.get("/login").text


def test_the_browsers_language_counts_until_the_node_has_one(visit, node):
    node.desk.kept = None
    page = visit().get("/setup", headers={"accept-language": "ko-KR,ko;q=0.9"}).text
    assert '<html lang="ko"' in page


def test_counts_are_grouped_in_the_readers_way(visit, node):
    assert "18,204,112" in visit("viewer").get("/sources").text


def test_the_desk_is_asked_for_the_alerts_an_address_names(visit, node):
    asked = []
    answer = node.desk.alerts
    node.desk.alerts = lambda wanted: asked.append(wanted) or answer(wanted)
    visit("viewer").get("/alerts?state=snoozed&severity=alarm,warning&kind=gap&source=real&mmsi=440123450")
    wanted = asked[0]
    assert isinstance(wanted, AlertFilter)
    assert (wanted.states, wanted.severities, wanted.kinds) == (("snoozed",), ("alarm", "warning"), ("gap",))
    assert (wanted.simulated, wanted.mmsi) == (False, 440123450)


def test_languages_name_themselves():
    assert i18n.languages() == {"en": "English", "de": "Deutsch", "fr": "Français", "ko": "한국어"}
