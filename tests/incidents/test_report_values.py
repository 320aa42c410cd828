"""Positions and times as sailors write them, and text that means harm."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.incidents.reports.angles import place_in
from hanbada.incidents.reports.blank import csv_of, number_in, rows_in, text_of
from hanbada.incidents.reports.forms import FORMS
from hanbada.incidents.reports.mail import LONGEST, MOST_CHARS, words_of
from hanbada.incidents.reports.moments import moment_in
from hanbada.incidents.reports.parsing import parsed
from hanbada.incidents.reports.reading import read
from hanbada.model.errors import InputError
from hanbada.model.times import DAY_US, dtg, iso, parse_time

HERE = (12.575, 45.111667)
STYLES = (
    "12-34.5N 045-06.7E", "12 34.5 N 045 06.7 E", "12\u00b034'30\"N 045\u00b006'42\"E", "1234.5N/04506.7E",
    "N12\u00b034.5' E045\u00b006.7'", "N 12 34.5 E 045 06.7", "12.5750N 45.1117E", "12.5750, 45.1117",
    "045-06.7E 12-34.5N", "LAT 12-34.5N LONG 045-06.7E", "12 deg 34.5 min N, 45 deg 06.7 min E",
    "12-34,5 N / 045-06,7 E", "12:34.5N 045:06.7E", "12-34-30N 045-06-42E", "12 34 30 N 045 06 42 E",
    "12\u00b034.5'North 045\u00b006.7'East",
)  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_a_position_is_read_in_every_usual_style(style: str) -> None:
    value = read("position", style, 0, len(style), 0)
    assert value is not None
    assert value.value == pytest.approx(list(HERE), abs=1e-4)


@pytest.mark.parametrize(
    "text", ["91-00.0N 010-00.0E", "12-61.0N 010-00.0E", "12-34.5N 181-00.0E", "12-34.5N 13-00.0S", "E 12 N", "12"]
)
def test_what_lies_nowhere_is_no_position(text: str) -> None:
    assert place_in(text) is None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("00-00.0N 180-00.0E", [0.0, 180.0]),
        ("00-30.0S 179-59.9W", [-0.5, -179.998333]),
        ("90-00.0S 000-00.0W", [-90, 0]),
    ],
)
def test_positions_at_the_edges_of_the_chart_are_read(text: str, where: list[float]) -> None:
    place = place_in(text)
    assert place is not None
    assert [place.lat_deg, place.lon_deg] == pytest.approx(where, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "received", "at"),
    [
        ("312355Z DEC", "2026-01-01T00:20Z", "2025-12-31T23:55Z"),
        ("2350", "2026-03-01T00:10Z", "2026-02-28T23:50Z"),
        ("0005Z", "2026-03-01T00:10Z", "2026-03-01T00:05Z"),
        ("281200Z", "2026-03-01T00:10Z", "2026-02-28T12:00Z"),
        ("1200C 19 MAR 26", "2026-03-19T12:00Z", "2026-03-19T09:00Z"),
        ("2000 LT (UTC-5) 31 Dec 2025", "2026-01-01T01:10Z", "2026-01-01T01:00Z"),
        ("01 Jan 2026 0600 LT (UTC+9)", "2025-12-31T21:05Z", "2025-12-31T21:00Z"),
        ("0030M 01 JAN 26", "2025-12-31T12:40Z", "2025-12-31T12:30Z"),
        ("03/04/2026 0600", "2026-04-03T07:00Z", "2026-04-03T06:00Z"),
        ("03/04/2026 0600", "2026-03-04T07:00Z", "2026-03-04T06:00Z"),
        ("2026-04-03 2400", "2026-04-04T00:30Z", "2026-04-04T00:00Z"),
        ("29 FEB 2028 1200Z", "2028-02-29T12:05Z", "2028-02-29T12:00Z"),
    ],
)
def test_what_a_time_leaves_out_is_taken_from_when_the_report_came(text: str, received: str, at: str) -> None:
    moment = moment_in(text, parse_time(received) or 0)
    assert moment is not None
    assert iso(moment.at_us) == iso(parse_time(at) or 0)


@pytest.mark.parametrize("text", ["32 MAR 2026 1200", "29 FEB 2026 1200Z", "310000Z APR 26", "14 June 2026", "2461"])
def test_a_day_or_hour_there_is_not_is_no_time(text: str) -> None:
    assert moment_in(text, parse_time("2026-04-15T13:00Z") or 0) is None


def test_a_time_to_come_is_read_ahead_of_the_report() -> None:
    received = parse_time("2025-12-30T12:00Z") or 0
    for text, at in (
        ("020600Z JAN", "2026-01-02T06:00Z"),
        ("0600", "2025-12-31T06:00Z"),
        ("02 Jan 0600", "2026-01-02T06:00Z"),
    ):
        moment = moment_in(text, received, ahead=True)
        assert moment is not None
        assert iso(moment.at_us) == iso(parse_time(at) or 0)


def test_local_time_that_names_no_zone_is_said_to_be_supposed() -> None:
    value = read("at", "15 MAR 2026 1100 LT", 0, 19, parse_time("2026-03-15T12:00Z") or 0)
    assert value is not None
    assert value.note == "zone_supposed"


@given(at=st.integers(parse_time("2020-01-01T00:00Z") or 0, parse_time("2035-01-01T00:00Z") or 0))
@settings(max_examples=60, deadline=None)
def test_a_date_time_group_comes_back_whenever_it_was_received(at: int) -> None:
    whole = at - at % 60_000_000
    for later in (0, DAY_US, 20 * DAY_US):
        moment = moment_in(dtg(whole), whole + later)
        assert moment is not None
        assert moment.at_us == whole


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("speed", "26 km/h", 14.0389), ("speed", "9.3 m/s", 18.0778), ("speed", "12,5 kts", 12.5), ("speed", "14", 14.0),
        ("length", "18 ft", 5.4864), ("length", "6.2 m", 6.2), ("length", "7,8 mtrs", 7.8), ("length", "620 cm", 6.2),
        ("course", "360", 0.0), ("course", "085 T", 85.0), ("team", "3 armed guards", "armed"),
        ("team", "unarmed", "unarmed"), ("team", "nil", "none"), ("yes", "Yes, class 3", True), ("yes", "no", False),
    ],
)  # fmt: skip
def test_values_are_turned_into_our_units(kind: str, text: str, value: object) -> None:
    found = read(kind, text, 0, len(text), 0)  # type: ignore[arg-type]
    assert found is not None
    assert found.value == value


# text that means harm


def test_what_is_too_long_or_no_text_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match="most"):
        words_of("x" * (LONGEST + 1))
    with pytest.raises(InputError, match="paste"):
        words_of(b"\x00\x01\x02")


def test_a_long_text_is_cut_and_said_to_be() -> None:
    got = words_of("a line\n" * 10_000)
    assert got.cut
    assert len(got.text) == MOST_CHARS


def test_html_leaves_nothing_that_a_reader_does_not_see() -> None:
    got = words_of("<html><script>alert(1)</script><style>p{}</style><p>Ship&#39;s name: A<br>IMO: 1</p></html>")
    assert got.text.split() == ["Ship's", "name:", "A", "IMO:", "1"]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 20_000, " " * 20_000, "- " * 10_000, "12 " * 6_000, "N 1" * 6_000, ":" * 20_000, "name " * 4_000,
        "imo:" * 5_000, ".. " * 6_000, "12-34.5N " * 2_000, "0400 UTC " * 2_000, "((((" * 5_000, "\t|" * 9_000,
        "Subject: x\n" * 1_500, "<p>" * 6_000, "ship's " * 2_500, "&" * 20_000, "A " * 9_000, "a,b;c|d\n" * 2_000,
    ],
)  # fmt: skip
def test_text_that_is_made_to_be_hard_is_read_to_its_end(text: str) -> None:
    got = parsed("UKMTO daily report\n" + text, 1_773_500_000_000_000)
    assert len(got.text) <= MOST_CHARS
    assert all(0 <= start < end <= len(got.text) for start, end in got.left)


def test_any_bytes_are_read_or_refused() -> None:
    dice = random.Random(7)
    seeds = [text_of(form).encode() for form in FORMS.values()]
    for _ in range(300):
        data = bytearray(dice.choice(seeds))
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            got = parsed(bytes(data), 1_773_500_000_000_000)
        except InputError:
            continue
        assert all(0 <= one.start <= one.end <= len(got.text) for one in got.fields)


# forms out and in again

FILLED = {
    "name": "OCEAN LARK", "call_sign": "A8XY2", "imo": "9990002", "mmsi": "440999001", "at": "151200Z MAR 26",
    "position": "12-34.5N 045-06.7E", "ahead": "181800Z MAR 26", "course": "085", "speed": "14.5 kn", "length": "6.2 m",
    "count": "22", "yes": "yes", "team": "unarmed", "direction": "east", "point": "A", "text": "Colombo",
    "story": "two skiffs, white, at 1 nm",
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_was_filled_in_comes_back_field_by_field(name: str) -> None:
    form = FORMS[name]
    values = {one.name: FILLED[one.kind] for one in form.fields}
    got = parsed(text_of(form, values, "HB-0042"), parse_time("2026-03-15T13:00Z") or 0)
    wanted = set(values) - ({"port"} if "port" in values else set())
    assert got.form == name
    assert wanted <= set(got.values)
    assert got.missing == ()
    for field in got.fields:
        if form.field(field.name).kind in {"text", "story", "name"}:  # type: ignore[union-attr]
            assert field.value == values[field.name]
    assert number_in(got.text) == "HB-0042"


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_says_nothing_but_its_own_name(name: str) -> None:
    got = parsed(text_of(FORMS[name]), parse_time("2026-03-15T13:00Z") or 0)
    assert got.form == name
    assert set(got.missing) == {one.name for one in FORMS[name].fields if one.obligatory}


def test_rows_of_a_spreadsheet_are_reports() -> None:
    form = FORMS["ifc_vcr_daily"]
    row = {"ship_name": "OCEAN LARK", "imo": "9990002", "at": "2026-03-15 12:00", "position": "12-34.5N 045-06.7E"}
    rows = rows_in(csv_of(form, [row, row | {"at": "2026-03-15 18:00"}]))
    assert rows is not None
    got = [parsed(text, parse_time("2026-03-15T19:00Z") or 0, name) for name, text in rows]
    assert [iso(one.values["at"]) for one in got] == ["2026-03-15T12:00:00Z", "2026-03-15T18:00:00Z"]
    assert rows_in("Ship's name: X") is None
    with pytest.raises(InputError, match="row 2"):
        rows_in("form,ship_name\nnone,X\n")
