"""The main path of the release desk in a browser, with two nodes: release, see it there, take it back, gone."""

import pytest
from harness import Window, serve
from partners import settle, world_of
from test_desk_browser import PALETTES, violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    nodes = world_of(tmp_path_factory.mktemp("world"))
    addresses, stops = zip(*(serve(one.app) for one in nodes[:2]), strict=True)
    yield nodes, addresses
    for stop in stops:
        stop()
    for one in nodes:
        one.close()


@pytest.fixture
def desks(browser, served):
    """A window of a release officer in Korea and one of a viewer in France; neither asks anybody else."""
    (kr, fr, sg), addresses = served
    windows = [Window(browser, address) for address in addresses]
    windows[0].sign_in("admin")
    windows[1].sign_in("viewer")
    yield kr, fr, sg, *windows
    outside = [url for one in windows for url in one.outside()]
    faults = [fault for one in windows for fault in one.faults]
    for one in windows:
        one.close()
    assert outside == []
    assert faults == []


def tick(page, community):
    """Tick a community in the form and wait until the matrix says what that does."""
    page.locator("fieldset.grant", has_text=community).locator("label.big input").check()
    page.wait_for_selector("#outlook .cell.told")


def test_a_release_is_seen_before_it_leaves_read_there_and_taken_back(desks):
    kr, fr, sg, ours, theirs = desks
    page = ours.open("/alerts/1")
    page.click('.detail a:has-text("Release…")')
    page.wait_for_selector("#draft")
    assert page.is_visible("text=Nobody outside has it.")
    assert page.locator('[data-do="release"]').count() == 0
    tick(page, "Strait watch")
    assert page.inner_text("#outlook-title") == "What each would get: a draft, nothing has left"
    assert "HANBIT" in page.inner_text(".matrix")
    page.locator("summary", has_text="See exactly what FR gets").last.click()
    assert page.is_visible("text=As FR reads it")
    page.fill('#draft input[name="why"]', "asked by VHF")
    assert theirs.open("/received").inner_text("table").count("AIS silence") == 0
    page.click('[data-do="release"]')
    page.wait_for_selector("text=2 partners have it")
    settle(kr, fr, sg)
    there = theirs.open("/received")
    there.click('table a:has-text("AIS silence")')
    there.wait_for_selector("text=How to handle it")
    assert "HANBIT" in there.inner_text("main")
    address = there.url.removeprefix(theirs.address)
    page.fill('#had input[name="why"]', "wrong ship")
    page.click("#had button.danger")
    page.wait_for_selector("text=Recalled: nobody may keep it.")
    settle(kr, fr, sg)
    gone = theirs.open(address)
    assert gone.is_visible("text=nothing of it is kept here")
    assert "HANBIT" not in gone.content()


def test_a_partners_alert_stands_on_the_map_with_whose_it_is_and_its_colour(desks):
    kr, fr, sg, ours, theirs = desks
    page = ours.open("/release/alert/2")
    tick(page, "Strait watch")
    page.fill('#draft input[name="why"]', "asked by VHF")
    page.click('[data-do="release"]')
    page.wait_for_selector("text=2 partners have it")
    settle(kr, fr, sg)
    there = theirs.open("/")
    there.wait_for_selector(".partnermark")
    assert there.inner_text(".partnermark") == "KR TLP:AMBER"
    there.focus(".partnermark")
    there.keyboard.press("Enter")
    there.wait_for_selector(".partnercard")
    assert "Encounter" in there.inner_text(".partnercard")
    assert violations(there, ("day", "night")) == []
    there.click("[data-close-card]")
    assert there.locator(".partnercard").count() == 0


def test_axe_finds_nothing_on_the_pages_of_the_exchange(desks):
    kr, *_, ours, theirs = desks
    (incident,) = kr.desk.incidents(())
    found = []
    paths = ("/release", f"/release/incident/{incident.incident_id}", "/communities", "/communities/KR-FR", "/partners")
    for path in paths:
        found += [f"{path} {fault}" for fault in violations(ours.open(path))]
    page = ours.open("/release/alert/3")
    tick(page, "Strait watch")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found += [f"draft {fault}" for fault in violations(page)]
    found += [f"/received {fault}" for fault in violations(theirs.open("/received"))]
    assert found == []


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_of_the_traffic_light_protocol_keep_their_contrast(desks, palette):
    *_, ours, _ = desks
    ours.prefer("ko", palette)
    assert violations(ours.open("/release/alert/1"), (palette,)) == []


def test_no_page_of_the_exchange_is_wider_than_a_small_screen(desks):
    *_, ours, _ = desks
    ours.page.set_viewport_size({"width": 390, "height": 844})
    ours.prefer("de", "day")
    paths = ("/received", "/release", "/release/alert/1", "/communities", "/communities/watch", "/partners")
    wide = {path: ours.open(path).evaluate("document.documentElement.scrollWidth") for path in paths}
    assert {path: width for path, width in wide.items() if width > 390} == {}
