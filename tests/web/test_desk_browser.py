"""Desk pages in a real browser, and every page for those who cannot see, or see badly, in every palette."""

import pytest
from fakes import HOSTILE, NOW_US, FakeDesk, FakeSite, detection
from harness import serve

from hanbada.app.web import Settings, create

pytestmark = pytest.mark.browser
AXE = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
PALETTES = ("day", "dusk", "night")
DESKS = ("/alerts/101", "/alerts/106", "/alerts?state=dismissed", "/incidents", "/incidents/INC-1", "/incidents/new", "/incidents/handover", "/campaigns", "/vessels?types=tanker", "/vessels/440123450", "/register", "/register/dialogue/de-kr-summit-2023", "/register/coverage", "/register/years", "/register/presence?year=2021", "/register/import", "/sources", "/account", "/people", "/nowhere")  # fmt: skip


def violations(page, palettes=PALETTES):
    """What axe finds, as text: by every rule, and of contrast in each of the palettes."""
    page.evaluate(AXE)
    run = "(options) => axe.run(document, {resultTypes: ['violations'], ...options})"
    found = [(rule, "") for rule in page.evaluate(run, {"rules": {"color-contrast": {"enabled": False}}})["violations"]]
    for palette in palettes:
        page.evaluate("(palette) => document.documentElement.dataset.palette = palette", palette)
        found += [(rule, palette) for rule in page.evaluate(run, {"runOnly": ["color-contrast"]})["violations"]]
    return [
        f"{palette} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule, palette in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_axe_finds_nothing_on_the_desks(window, served, language):
    served.desk.open_incident(102, "officer", NOW_US)
    one = window()
    one.sign_in("admin")
    one.prefer(language, "day")
    found = []
    for path in DESKS:
        page = one.open(path)
        found += [f"{path} {fault}" for fault in violations(page, PALETTES if language == "en" else ())]
    one.faults[:] = [fault for fault in one.faults if "404" not in fault]  # the page that does not exist
    assert found == []


def test_no_desk_is_wider_than_a_small_screen_where_words_are_long(window, served):
    served.desk.open_incident(102, "officer", NOW_US)
    one = window()
    one.page.set_viewport_size({"width": 390, "height": 844})
    one.sign_in("admin")
    one.prefer("de", "day")
    wide = {path: one.open(path).evaluate("document.documentElement.scrollWidth") for path in (*DESKS, "/rules/gap")}
    one.faults[:] = [fault for fault in one.faults if "404" not in fault]  # the page that does not exist
    assert [path for path, width in wide.items() if width > 390] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_axe_finds_nothing_on_the_map(window, language):
    one = window()
    one.sign_in("officer")
    one.prefer(language, "dusk")
    page = one.open("/?vessel=440123450")
    one.vessels()
    page.wait_for_selector("#card")
    page.keyboard.press("v")
    page.wait_for_selector("#vessellist-rows tr")
    page.click("#tool-legend summary")
    found = violations(page, PALETTES if language == "en" else ())
    page.click("#tool-keys")
    found += violations(page, PALETTES if language == "en" else ())
    assert found == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_axe_finds_nothing_before_signing_in(browser, window, language):
    one = window()
    one.prefer(language, "day")
    assert violations(one.open("/login")) == []


def test_the_first_run_takes_one_form(browser):
    from harness import Window

    address, stop = serve(create(FakeSite(20), FakeDesk(code="1234-5678"), Settings(tick_s=0.1)))
    one = Window(browser, address)
    try:
        page = one.open("/")
        assert page.is_visible("text=Not for navigation. What you will see")
        assert violations(page) == []
        page.select_option('[name="language"] >> nth=-1', "ko")
        page.select_option('select[name="palette"]', "night")
        page.select_option('[name="area"]', "korea")
        page.fill('[name="code"]', "1234-5678")
        page.fill('[name="password"]', "a long password")
        page.fill('[name="again"]', "a long password")
        page.click("button.primary")
        page.wait_for_selector('html[lang="ko"][data-palette="night"] body[data-ready="1"]')
        one.vessels()
        assert page.evaluate("hanbada.chart.map.getCenter().lng") == pytest.approx(128.2)
        assert one.outside() == []
        assert one.faults == []
    finally:
        one.close()
        stop()


def test_the_triage_list_hears_of_new_alerts_and_holds_still_when_frozen(window, served):
    one = window()
    one.sign_in("officer")
    page = one.open("/alerts/101")
    page.wait_for_selector(".minimap[data-drawn]")
    served.desk.find(detection(9, "distress", "alarm", (9,), hours=0.1), NOW_US)
    page.wait_for_selector("#row-107")
    page.click("#list-freeze")
    served.desk.find(detection(10, "zone", "caution", (9,), hours=0.1), NOW_US)
    page.wait_for_selector("#list-more:not([hidden])")
    assert page.locator("#row-108").count() == 0
    page.click("#list-more")
    page.wait_for_selector("#row-108")
    page.keyboard.press("a")
    page.wait_for_selector(".detail #alert-101.acknowledged")
    page.wait_for_selector("#row-101.acknowledged + #row-103")
    page.click("#list-freeze")
    served.desk.acknowledge(102, "admin", NOW_US)
    page.wait_for_selector("#row-101 ~ #row-102.acknowledged, #row-102.acknowledged ~ #row-101")
    page.keyboard.press("j")
    page.wait_for_url("**/alerts/103*")  # what was acknowledged sank; the one below it comes next


def test_a_hostile_name_is_text_in_every_corner_of_the_console(window, served):
    one = window()
    one.sign_in("officer")
    page = one.open("/?vessel=273456780")
    one.vessels()
    page.wait_for_selector("#card")
    shown = HOSTILE.replace("\u202e", "\ufffd")
    assert page.inner_text("#card-title bdi") == shown
    assert page.inner_text(".selected b") == shown
    page.keyboard.press("v")
    page.wait_for_function(
        "(name) => [...document.querySelectorAll('#vessellist-rows button')].some((b) => b.textContent === name)",
        arg=shown,
    )
    page.fill("#search", "273456780")
    page.wait_for_selector('#hits [role="option"]')
    assert page.inner_text('#hits [role="option"] bdi') == shown
    assert page.evaluate("document.querySelectorAll('main script, #hits script').length") == 0


def test_a_download_carries_the_filter_of_the_screen(window, tmp_path):
    one = window()
    one.sign_in("officer")
    page = one.open("/vessels?types=tanker")
    page.keyboard.press("e")
    with page.expect_download() as download:
        page.click('a:has-text("CSV")')
    assert download.value.suggested_filename == "hanbada-vessels-221043ZNOV26.csv"
    download.value.save_as(tmp_path / "vessels.csv")
    assert ",tanker," in (tmp_path / "vessels.csv").read_text(encoding="utf-8-sig")
