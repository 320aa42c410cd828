"""The map console in a real browser: what a watch officer does in a watch."""

import itertools
import json
from pathlib import Path

import pytest
from fakes import NOW_US, SPECIALS, detection
from harness import pixels

from hanbada.geo import sphere
from hanbada.store.sightings import SeenFile

pytestmark = pytest.mark.browser
HANBIT = SPECIALS[0].mmsi
CASES = json.loads((Path(__file__).parent / "filter_cases.json").read_text())
FONTS = "() => document.fonts.check('13px \"Pretendard Variable\"', '한')"


def text(page, selector):
    return page.inner_text(selector).strip()


def shown(page, vessel=HANBIT):
    """Where a vessel is drawn, in CSS pixels of the page."""
    return page.evaluate(
        """(mmsi) => {
          const {picture, chart} = hanbada, fleet = picture.layer.fleet;
          const [x, y] = fleet.reckoned(fleet.slots.get(mmsi), picture.now(), picture.layer.longest);
          const lat = Math.atan(Math.exp((1 - 2 * y) * Math.PI)) * 360 / Math.PI - 90;
          const point = chart.map.project([(x - .5) * 360, lat]), box = chart.map.getContainer().getBoundingClientRect();
          return [point.x + box.x, point.y + box.y];
        }""",
        vessel,
    )


def spot(page, vessel):
    """The pixels a vessel is drawn with: rows of red, green, blue."""
    x, y = shown(page, vessel)
    return pixels(page.screenshot(clip={"x": x - 3, "y": y - 3, "width": 7, "height": 7})).reshape(-1, 3)


def test_the_map_shows_every_vessel(console):
    page = console.page
    assert console.vessels() == 60
    assert text(page, "#filter-count") == "60 of 60"
    assert text(page, "#mode") == "LIVE"
    assert page.is_visible(".top .badge.simulated")
    assert page.is_visible("text=Not for navigation")
    assert page.text_content("#clock").startswith("221043ZNOV26 10:43:")


def test_a_click_on_a_ship_selects_it_and_escape_lets_go(console):
    page = console.page
    page.mouse.click(*shown(page))
    page.wait_for_selector("#card")
    assert text(page, "#card-title") == "HANBIT 9948"
    assert page.is_visible(".selected")
    assert text(page, ".selected b") == "HANBIT 9948"
    assert f"vessel={HANBIT}" in page.evaluate("new Promise(done => setTimeout(() => done(location.search), 600))")
    page.keyboard.press("Escape")
    page.wait_for_selector("#card", state="detached")


def test_the_track_is_coloured_by_speed_and_dashed_over_the_silence(console):
    page = console.page
    page.mouse.click(*shown(page))
    console.wait("hanbada.selection.track.tracks.length === 1")
    drawn = page.evaluate(
        """() => hanbada.chart.map.getSource('track').serialize().data.features.map((f) => f.properties)"""
    )
    assert len({line["colour"] for line in drawn if "colour" in line}) >= 3
    assert sum(line.get("silent", False) for line in drawn) == 1
    assert sum("text" in line for line in drawn) >= 3
    page.keyboard.press("t")
    console.wait("hanbada.selection.track.tracks.length === 0")


def test_search_finds_a_ship_by_name_and_shows_it(console):
    page = console.page
    page.keyboard.press("/")
    page.keyboard.type("saebyeol 7")
    page.wait_for_selector('#hits [role="option"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("#card")
    assert text(page, "#card-title") == "SAEBYEOL 7"


def test_an_acknowledgement_in_one_window_appears_in_the_other(console, window, served):
    second = window()
    one, other = console.page, second.sign_in("admin")
    assert "AIS silent for 6 h 26 min (rule: 6 h)" in text(one, "#alert-101 .why")
    before = int(text(other, "#inbox-title .number"))
    one.click('#alert-101 [data-do="acknowledge"]')
    one.wait_for_selector("#alert-101.acknowledged", state="attached")
    other.wait_for_selector("#alert-101.acknowledged", state="attached")
    second.wait(f"document.querySelector('#inbox-title .number').textContent == '{before - 1}'")
    other.click("#inbox-seen > summary")
    assert "officer" in text(other, "#alert-101 .alertstate")
    assert served.desk.alert(101).alert.changed_by == "officer"


def test_an_alert_is_snoozed_and_dismissed_with_a_reason(console, served):
    page = console.page
    page.click("#alert-102 summary:has-text('Snooze')")
    page.click("#alert-102 button:has-text('Snooze 6 h')")
    page.wait_for_selector("#alert-102.snoozed", state="attached")
    page.click("#alert-103 summary:has-text('Dismiss')")
    page.click("#alert-103 button:has-text('In port')")
    page.wait_for_selector("#alert-103", state="detached")
    assert served.desk.alert(103).alert.reason == "in_port"


def test_a_frozen_list_holds_still_and_says_what_waits(console, served):
    page = console.page
    page.click("#inbox-freeze")
    before = page.eval_on_selector_all("#inbox .alert", "cards => cards.map(card => card.id)")
    served.desk.find(detection(9, "distress", "alarm", (9,), hours=0.1), NOW_US)
    page.wait_for_selector("#inbox-more:not([hidden])")
    assert text(page, "#inbox-more") == "1 new"
    served.desk.acknowledge(101, "admin", NOW_US)
    page.wait_for_selector("#alert-101.acknowledged")
    assert page.eval_on_selector_all("#inbox .alert", "cards => cards.map(card => card.id)") == before
    page.click("#inbox-more")
    page.wait_for_selector("#alert-107")


def test_the_inbox_keeps_to_what_the_map_shows(console, served):
    page = console.page
    page.evaluate("hanbada.chart.map.jumpTo({center: [129.63, 34.89], zoom: 10})")
    page.click("#inbox-near")
    console.wait("document.querySelectorAll('#inbox .alerts > .alert').length === 2")
    assert text(page, "#inbox-title .number") == "2"
    assert page.get_attribute("#inbox-near", "aria-pressed") == "true"
    page.click("#alert-103 .claim")
    console.wait("hanbada.shape.picture")
    assert page.locator("#inbox .alerts > .alert").count() == 2
    page.click("#inbox-near")
    console.wait("document.querySelectorAll('#inbox .alerts > .alert').length === 6")


def test_showing_an_alert_draws_what_was_found(console):
    page = console.page
    page.click("#alert-101 .claim")
    console.wait("hanbada.shape.picture?.shape.type === 'LineString'")
    assert page.get_attribute("#alert-101", "aria-current") == "true"
    console.wait("hanbada.chart.map.getLayer('found-line') && location.search.includes('alert=101')")


def test_korean_is_drawn_with_our_own_font(fresh):
    page = fresh.page
    page.select_option('[name="language"]', "ko")
    page.wait_for_selector('html[lang="ko"] body[data-ready="1"]')
    fresh.vessels()
    assert text(page, "#inbox-title").startswith("경보 수신함")
    assert text(page, "#mode") == "실시간"
    assert page.evaluate(FONTS)
    session = fresh.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for selector in ("#inbox-title", ".reasons li", "#filters h2"):
        found = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": found})["fonts"]
        assert {font["familyName"] for font in fonts if font["glyphCount"]} == {"Pretendard Variable"}, selector


def test_palettes_change_with_one_key_in_both_directions(fresh):
    page = fresh.page
    seen = []
    for _ in range(3):
        seen.append(
            (
                page.get_attribute("html", "data-palette"),
                page.evaluate("hanbada.chart.map.getPaintProperty('sea', 'background-color')"),
            )
        )
        page.keyboard.press("n")
        fresh.wait(
            f"document.documentElement.dataset.palette !== '{seen[-1][0]}' && hanbada.chart.map.getLayer('vessels')"
        )
        fresh.wait(f"hanbada.chart.map.getPaintProperty('sea', 'background-color') !== '{seen[-1][1]}'")
    assert [name for name, _ in seen] == ["dusk", "night", "day"]
    page.keyboard.press("n")
    page.keyboard.press("Shift+N")
    page.wait_for_selector('html[data-palette="day"]')
    fresh.wait("hanbada.chart.map.getLayer('vessels')")
    page.reload()
    page.wait_for_selector('html[data-palette="day"]')


def test_alarms_are_seen_and_quiet_ships_are_not_coloured(console):
    page = console.page
    red, green, _ = spot(page, HANBIT).max(axis=0)
    assert red > 200
    assert green < 110
    quiet = page.evaluate("""() => {
      const fleet = hanbada.picture.layer.fleet;
      for (let i = 10; i < fleet.size; i++) if (!(fleet.flags[i] & 3)) return fleet.mmsi[i];
    }""")
    page.evaluate("(mmsi) => hanbada.select(mmsi, true)", quiet)
    page.wait_for_selector("#card")
    page.keyboard.press("Escape")
    console.wait("!hanbada.selection.mmsi")
    console.frames()
    around = spot(page, quiet)
    brightest = around[around.sum(axis=1).argmax()]
    assert brightest.max() - brightest.min() < 90  # a hint of its type, no more


def test_replay_shows_the_fleet_as_it_was_and_comes_back_live(console):
    page = console.page
    there = shown(page)
    page.keyboard.press(" ")
    page.wait_for_selector("#mode.replay")
    console.vessels("hanbada.picture.player.fleet.count >= 55")
    assert text(page, "#mode") == "REPLAY"
    assert page.evaluate("hanbada.picture.layer.fleet === hanbada.picture.player.fleet")
    before = page.evaluate("hanbada.picture.now()")
    console.wait(f"hanbada.picture.now() > {before} + 60")
    page.keyboard.press(" ")
    console.wait("!hanbada.picture.playing")
    assert shown(page) != pytest.approx(there, abs=20)
    at = page.evaluate("hanbada.picture.now()")
    page.keyboard.press(",")
    console.wait(f"hanbada.picture.now() < {at}")
    page.keyboard.press("l")
    page.wait_for_selector("#mode.live")
    assert page.evaluate("hanbada.picture.layer.fleet === hanbada.picture.fleet")


def test_a_replayed_ship_moves_between_its_reports_and_stays_where_it_was_last_heard(console):
    page = console.page
    page.evaluate("hanbada.time.seek(hanbada.picture.now() - 3600)")
    console.wait("hanbada.picture.player.fleet.count >= 55")
    moved = page.evaluate(
        """(mmsi) => {
      const {player} = hanbada.picture, slot = player.fleet.slots.get(mmsi), at = player.fleet.at[slot];
      const place = (s) => player.fleet.reckoned(slot, at + s, 1200);
      return [place(0), place(60), place(1200), place(9000)].map(([x, y]) => [x * 1e6, y * 1e6]);
    }""",
        HANBIT,
    )
    start, later, far, farther = moved
    assert start != later
    assert far == farther


def test_a_typed_time_goes_there(console):
    page = console.page
    page.fill("#time-at", "220800ZNOV26")
    page.keyboard.press("Enter")
    page.wait_for_selector("#mode.replay")
    console.wait("Math.abs(hanbada.picture.now() - 1795334400) < 2")
    console.wait("location.search.includes('at=2026-11-22T08:00:00Z')")


def test_the_filter_acts_on_map_list_replay_and_export(console):
    page = console.page
    for kind in ("cargo", "passenger", "high_speed", "tug_special", "fishing", "pleasure", "other"):
        page.uncheck(f'[name="kind"][value="{kind}"]')
    tankers = page.evaluate(
        "[...hanbada.picture.fleet.kind].filter((kind, i) => kind === 1 && i < hanbada.picture.fleet.size).length"
    )
    assert text(page, "#filter-count") == f"{tankers} of 60"
    page.evaluate("hanbada.chart.map.jumpTo({center: [150, 20], zoom: 1})")
    page.keyboard.press("v")
    page.wait_for_selector("#vessellist tbody tr")
    assert set(
        page.eval_on_selector_all("#vessellist tbody tr td:nth-child(3)", "cells => cells.map(c => c.textContent)")
    ) == {"Tanker"}
    assert page.get_attribute('[data-export="vessels.csv"]', "href") == "/export/vessels.csv?types=tanker"
    console.wait("location.search.includes('types=tanker')")
    page.evaluate("hanbada.time.seek(hanbada.picture.now() - 3600)")
    console.wait("hanbada.picture.mode === 'replay' && hanbada.picture.player.fleet.count >= 55")
    assert text(page, "#filter-count").startswith(f"{tankers} of ")


def test_a_hidden_ship_cannot_be_clicked(console):
    page = console.page
    page.uncheck('[name="kind"][value="cargo"]')
    page.mouse.click(*shown(page))
    assert page.evaluate("hanbada.selection.mmsi") != HANBIT


def test_the_browser_filters_as_the_server_does(console):
    got = console.page.evaluate(
        """async (cases) => {
          const root = document.querySelector('script[type=module]').src.replace(/static.js.*$/, '');
          const {fits, numbers, parseFilter} = await import(root + 'static/js/filter.js');
          return cases.filters.map(({query}) => cases.vessels.flatMap((v, i) =>
            fits(numbers(parseFilter(new URLSearchParams(query))), v.kind, v.flags, v.sog === 65535 ? NaN : v.sog / 10, v.age) ? [i] : []));
        }""",
        CASES,
    )
    assert got == [case["pass"] for case in CASES["filters"]]


def test_an_address_brings_the_picture_back(fresh):
    one = fresh
    page = one.open(f"/?view=128.5,34.2,8.5&types=cargo&min_kn=3&vessel={HANBIT}")
    one.vessels()
    page.wait_for_selector("#card")
    center = page.evaluate(
        "[hanbada.chart.map.getCenter().lng, hanbada.chart.map.getCenter().lat, hanbada.chart.map.getZoom()]"
    )
    assert center == pytest.approx([128.5, 34.2, 8.5], abs=0.01)
    assert page.input_value('[name="min_kn"]') == "3"
    assert not page.is_checked('[name="kind"][value="tanker"]')


def test_the_keyboard_does_what_its_list_says(fresh):
    page = fresh.page
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys[open]", state="detached")
    page.keyboard.press("j")
    page.keyboard.press("j")
    cards = page.eval_on_selector_all(
        "#inbox .alerts > .alert", "cards => cards.map(c => c.getAttribute('aria-current'))"
    )
    assert cards[1] == "true"
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.wait_for_selector(".alert.acknowledged", state="attached")
    page.keyboard.press("m")
    assert page.get_attribute("#tool-measure", "aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.get_attribute("#tool-measure", "aria-pressed") == "false"
    page.keyboard.press("e")
    assert page.evaluate("document.querySelector('#tool-export').open")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    assert page.input_value("#time-speed") == "300"
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/sources")


def test_a_watch_can_be_stood_with_the_keyboard_alone(window, served):
    one = window()
    page, press = one.page, one.page.keyboard.press
    page.goto(f"{one.address}/")
    page.wait_for_selector('[name="name"]:focus')
    page.keyboard.type("officer")
    press("Tab")
    page.keyboard.type("officer password 1")
    press("Enter")
    one.vessels()
    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press("j")
    console_alert = page.get_attribute('#inbox .alert[aria-current="true"]', "data-alert")
    press("a")
    page.wait_for_selector(f"#alert-{console_alert}.acknowledged", state="attached")
    press("v")
    page.wait_for_selector("#vessellist-rows tr")
    while not page.evaluate("document.activeElement.matches('#vessellist-rows button')"):
        press("Tab")
        seen = page.evaluate("""() => {
          const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
          return {name: one.outerHTML.slice(0, 80), outlined: style.outlineStyle !== 'none' || one.closest('.map') !== null,
            inside: one.matches('.unseen') || (box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight)};
        }""")
        assert seen["outlined"], seen
        assert seen["inside"], seen
    press("Enter")
    page.wait_for_selector("#card")
    press("Escape")
    page.wait_for_selector("#vessellist", state="hidden")
    press("Escape")
    page.wait_for_selector("#card", state="detached")
    press("g")
    press("a")
    page.wait_for_url("**/alerts*")
    one.ready()
    press("j")
    page.wait_for_url("**/alerts/1*")
    assert served.desk.alert(int(console_alert)).alert.changed_by == "officer"


def test_keys_do_nothing_while_one_types_or_has_switched_them_off(console):
    page = console.page
    page.focus("#search")
    page.keyboard.type("nm")
    assert page.get_attribute("html", "data-palette") == "dusk"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.click("#tool-keys")
    page.uncheck("#keys-on")
    page.click("#keys button")
    page.keyboard.press("n")
    assert page.get_attribute("html", "data-palette") == "dusk"
    page.evaluate("localStorage.clear()")


def test_bearing_and_range_agree_with_the_globe(console):
    page = console.page
    got = page.evaluate("""() => {
      hanbada.measure.switch(true, [179.5, 10]);
      hanbada.measure.move({lng: 181.0, lat: 11});
      return hanbada.measure.text();
    }""")
    way, course = sphere.distance_m(10, 179.5, 11, -179.0), sphere.bearing_deg(10, 179.5, 11, -179.0)
    assert got == f"{course:05.1f}°T  {way / sphere.NMI_M:.0f} nmi"


def test_a_ship_is_found_on_every_copy_of_the_world(console):
    page = console.page
    dateline = SPECIALS[8].mmsi
    page.evaluate("hanbada.chart.map.jumpTo({center: [180, 12.4], zoom: 7})")
    hits = page.evaluate(
        """(mmsi) => {
      const {layer} = hanbada.picture, fleet = layer.fleet, slot = fleet.slots.get(mmsi);
      const [x, y] = fleet.reckoned(slot, hanbada.picture.now(), layer.longest);
      const lng = (x - .5) * 360, lat = Math.atan(Math.exp((1 - 2 * y) * Math.PI)) * 360 / Math.PI - 90;
      return [lng, lng - 360, lng + 360].map((l) => layer.near({lng: l, lat}, 8).includes(slot));
    }""",
        dateline,
    )
    assert hits == [True, True, True]
    page.evaluate("(mmsi) => hanbada.select(mmsi, true)", dateline)
    console.wait("hanbada.selection.track.tracks[0]?.parts.length")
    longitudes = page.evaluate("hanbada.selection.track.tracks[0].parts[0].lon")
    assert max(abs(b - a) for a, b in itertools.pairwise(longitudes)) < 1


def test_following_keeps_the_ship_in_the_middle(console, served):
    page = console.page
    page.evaluate("(mmsi) => hanbada.select(mmsi, true)", HANBIT)
    page.wait_for_selector("#card")
    page.keyboard.press("f")
    assert page.get_attribute("#card-follow", "aria-pressed") == "true"
    page.evaluate("hanbada.chart.map.jumpTo({center: [130, 35]})")
    console.wait("""(() => {
      const {map} = hanbada.chart, at = map.project(hanbada.selection.where()), box = map.getContainer();
      const [x, y] = [box.clientWidth / 2 + (250 - 420) / 2, box.clientHeight / 2 + (70 - 170) / 2];
      return Math.abs(at.x - x) < 2 && Math.abs(at.y - y) < 2;
    })()""")


def test_a_broken_line_is_told_and_taken_up_again(fresh, served):
    page = fresh.page
    revision = page.evaluate("hanbada.picture.live.revision")
    page.evaluate("hanbada.picture.live.socket.close()")
    page.wait_for_selector("#mode.stalled")
    assert page.is_visible("#trouble")
    served.site.tick(5)
    page.wait_for_selector("#mode.live")
    fresh.wait(f"hanbada.picture.live.revision > {revision}")
    assert not page.is_visible("#trouble")


def test_reports_move_ships_without_a_new_picture(console, served):
    page = console.page
    served.site.tick(60)
    console.wait(f"hanbada.picture.fleet.at[0] * 1e6 >= {NOW_US} - 1000")
    assert page.evaluate("hanbada.picture.fleet.count") == 60


def test_the_lost_drawing_surface_comes_back(fresh):
    page = fresh.page
    page.evaluate("""() => {
      const gl = hanbada.chart.map.getCanvas().getContext('webgl2');
      window.lost = gl.getExtension('WEBGL_lose_context');
      window.lost.loseContext();
    }""")
    page.wait_for_selector("#trouble:not([hidden])")
    page.evaluate("window.lost.restoreContext()")
    frames = page.evaluate("hanbada.picture.layer.frames")
    fresh.wait(f"hanbada.picture.layer.frames > {frames} + 1")
    fresh.faults.clear()


def test_without_scripts_the_console_is_a_list_and_an_inbox(window, served):
    one = window(java_script_enabled=False)
    page = one.page
    page.goto(f"{one.address}/login")
    page.fill('[name="name"]', "officer")
    page.fill('[name="password"]', "officer password 1")
    page.click("button.primary")
    page.wait_for_selector("text=The map needs JavaScript.")
    assert page.is_visible("#alert-101 .reasons")
    page.click('#alert-101 button:has-text("Acknowledge")')
    assert served.desk.alert(101).alert.state == "acknowledged"
    page.click("text=The list of vessels")
    assert page.locator("table.rows tbody tr").count() == 60


def test_a_small_screen_has_three_large_buttons_and_one_sheet(window):
    one = window()
    one.page.set_viewport_size({"width": 390, "height": 844})
    page = one.sign_in("officer")
    one.vessels()
    for name in ("alerts", "follow", "night"):
        assert page.locator(f"#thumb-{name}").bounding_box()["height"] >= 44
    assert not page.is_visible("#inbox")
    page.click("#thumb-alerts")
    assert page.is_visible("#inbox")
    page.click("#thumb-night")
    page.wait_for_selector('html[data-palette="night"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def drawn(page, source):
    """How many features of a source the map holds."""
    return page.evaluate(
        "async (name) => { const data = await hanbada.chart.map.getSource(name).getData(); return data.features.length; }",
        source,
    )


def test_the_forecast_of_the_selected_ship_comes_and_goes_with_its_key(console):
    page = console.page
    page.mouse.click(*shown(page))
    page.wait_for_selector("#card")
    page.keyboard.press("c")
    page.wait_for_function("() => hanbada.selection.forecast.data.features.length === 2")
    assert page.get_attribute("#card-forecast", "aria-pressed") == "true"
    page.click("#card-forecast")
    page.wait_for_function("() => hanbada.selection.forecast.data.features.length === 0")


def test_where_positions_are_disturbed_is_drawn_and_where_little_is_heard_on_request(console):
    page = console.page
    page.wait_for_function("() => hanbada.doubt.disturbed.features.length === 1")
    assert drawn(page, "distrust") == 1
    assert page.evaluate("() => Boolean(hanbada.chart.map.getLayer('distrust-fill'))")
    page.click("#tool-layers summary")
    page.check("input[name=reception]")
    page.wait_for_function("() => hanbada.doubt.heard.features.length === 64")
    page.uncheck("input[name=distrust]")
    page.wait_for_function(
        "() => !hanbada.chart.map.getLayer('distrust-fill') && hanbada.chart.map.getLayer('reception')"
    )


def test_sightings_are_drawn_with_what_became_of_them(console, served):
    content = b"id,time,lat,lon\na,2026-11-22T10:40:00Z,34.62,129.02\nb,2026-11-22T10:40:00Z,34.7,129.3\n"
    one = SeenFile(name="pass", content=content, added_at=0, added_by="officer", sensor="sar")
    served.site.seen_files.append(one)
    page = console.page
    page.evaluate("() => hanbada.sighted.load()")
    page.wait_for_function("() => hanbada.sighted.data.features.length === 2")
    assert page.evaluate("() => ['sighting', 'sighting-line'].every((id) => hanbada.chart.map.getLayer(id))")
    served.site.seen_files.remove(one)
