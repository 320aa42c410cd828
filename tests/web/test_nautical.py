"""Numbers as sailors write them, the same in Python and in the browser."""

import json
from pathlib import Path

import pytest

from hanbada.app.web import nautical
from hanbada.model.angles import position
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US, dtg

CASES = json.loads((Path(__file__).parent / "nautical_cases.json").read_text())


@pytest.mark.parametrize(("lat", "lon", "text"), CASES["position"])
def test_positions_are_degrees_and_minutes(lat, lon, text):
    assert position(lat, lon) == text


@pytest.mark.parametrize("what", ["bearing", "speed", "distance"])
def test_figures_are_written_the_nautical_way(what):
    for value, text in CASES[what]:
        assert getattr(nautical, what)(value) == text


def test_times_are_date_time_groups():
    for value, text in CASES["dtg"]:
        assert dtg(round(value * SECOND_US)) == text


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (12 * SECOND_US, "12 s"),
        (47 * MINUTE_US, "47 min"),
        (5 * HOUR_US + 6 * MINUTE_US, "5 h 06 min"),
        (52 * HOUR_US, "2 d 4 h"),
        (-MINUTE_US, "1 min"),
    ],
)
def test_spans_are_in_their_two_largest_units(us, text):
    assert nautical.duration(us, str) == text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("35 06.0N 129 02.4E", (35.1, 129.04)),
        ("35°06′00″N 129°02′24″E", (35.1, 129.04)),
        ("35.1, 129.04", (35.1, 129.04)),
        ("-35.1; -129.04", (-35.1, -129.04)),
        ("S35 06 W129 02.4", None),
        ("35.1N,129.04W", (35.1, -129.04)),
        ("91, 0", None),
        ("nowhere", None),
        ("", None),
        ("1,2,3", None),
        ("10, 190", (10.0, -170.0)),
    ],
)
def test_positions_are_read_as_they_are_written(text, place):
    found = nautical.parse_position(text)
    assert found == (pytest.approx(place) if place else None)


@pytest.mark.browser
def test_the_browser_writes_the_same_figures(window):
    page = window().sign_in("viewer")
    got = page.evaluate(
        """async (cases) => {
          const root = document.querySelector('script[type=module]').src.replace(/static.js.*$/, '');
          const n = await import(root + 'static/js/nautical.js');
          return {
            position: cases.position.map(([lat, lon]) => n.position(lat, lon)),
            bearing: cases.bearing.map(([v]) => n.bearing(v)), speed: cases.speed.map(([v]) => n.speed(v)),
            distance: cases.distance.map(([v]) => n.distance(v)), dtg: cases.dtg.map(([v]) => n.dtg(v)),
            times: ['221043ZNOV26', '2026-11-22T10:43', '2026-11-22T19:43+09:00', '10:43', 'soon'].map((text) => n.parseTime(text, 1795344000)),
          };
        }""",
        CASES,
    )
    times = got.pop("times")
    assert got == {what: [case[-1] for case in CASES[what]] for what in got}
    assert times == [1795344180, 1795344180, 1795344180, 1795344180, None]
