"""A hundred reports as ships send them, half of which nobody looked at while the parser was tuned."""

import re
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hanbada.incidents.reports.parsing import Parsed, parsed
from hanbada.model.times import parse_time

REPORTS = Path(__file__).parent / "ship_reports"
ENOUGH = 0.95


@cache
def half(name: str) -> list[dict[str, Any]]:
    return [one for path in sorted(REPORTS.glob(f"{name}_*.toml")) for one in tomllib.loads(path.read_text())["report"]]


def taken(one: dict[str, Any]) -> Parsed:
    received = parse_time(one["received"])
    assert received is not None
    return parsed(one["text"].lstrip("\n"), received)


def same(truth: Any, value: Any) -> bool:
    if isinstance(truth, str) and re.match(r"\d{4}-\d\d-\d\dT", truth):
        return bool(parse_time(truth) == value)
    if isinstance(truth, str):
        return isinstance(value, str) and _plain(truth) == _plain(value)
    if isinstance(truth, list):
        return isinstance(value, list) and all(abs(a - b) < 1e-4 for a, b in zip(truth, value, strict=True))
    if isinstance(truth, bool) or isinstance(value, bool) or value is None:
        return truth is value
    return bool(abs(truth - value) < 1e-3)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


@pytest.mark.parametrize("name", ["seen", "unseen"])
def test_nearly_every_report_is_read_as_it_was_meant(name: str) -> None:
    reports = half(name)
    assert len(reports) == 50
    fields = right = whole = 0
    for one in reports:
        got = taken(one)
        fits = [same(truth, got.values.get(field)) for field, truth in one["truth"].items()]
        fields, right = fields + len(fits), right + sum(fits)
        whole += all(fits) and got.form == one["form"] and set(got.values) == set(one["truth"])
    assert right >= ENOUGH * fields, f"{right} of {fields} fields"
    assert whole >= ENOUGH * len(reports), f"{whole} of {len(reports)} reports"


def test_every_value_stands_where_its_span_says() -> None:
    for one in half("seen") + half("unseen"):
        got = taken(one)
        for field in got.fields:
            said = got.text[field.start : field.end]
            if isinstance(field.value, str) and field.end and field.name != "security_team":
                assert _plain(field.value) == _plain(said), (one["id"], field, said)
            elif field.name in {"imo", "mmsi"}:
                assert str(field.value) in said


def test_nothing_is_read_twice() -> None:
    for one in half("seen") + half("unseen"):
        spans = sorted((field.start, field.end) for field in taken(one).fields if field.end)
        joined = pairwise(spans)
        assert all(end <= start for (_, end), (start, _) in joined if end), (one["id"], spans)


def test_case_order_and_numbers_of_lines_do_not_matter() -> None:
    text = "UKMTO DAILY REPORT\nShip's name: OCEAN LARK\nIMO: 9990002\nTime: 151200Z MAR 26\n"
    text += "Position: 12-34.5N 045-06.7E\nCourse: 085\nSpeed: 14.5 kn\n"
    now = parse_time("2026-03-15T12:05:00Z") or 0
    title, *lines = text.strip().split("\n")
    plain = parsed(text, now).values
    assert plain["position"] == [12.575, 45.111667]
    for other in (
        "\n".join([title, *reversed(lines)]),
        "\n".join([title, *(f"{number}. {line}" for number, line in enumerate(lines, 1))]),
        "\n".join([title, *(f"  * {line}" for line in lines)]),
        "\n".join([title, *(f"> {line}" for line in lines)]),
        "\r\n".join([title, *lines]),
        "\n\n".join([title, *lines]),
    ):
        assert parsed(other, now).values == plain
    lower = parsed(text.lower(), now).values
    assert {name: lower[name] for name in lower if name != "ship_name"} == {
        name: plain[name] for name in plain if name != "ship_name"
    }


def test_what_is_missing_and_what_is_left_over_is_said() -> None:
    got = parsed("UKMTO daily report\nShip's name: OCEAN LARK\nthe cook sends greetings\n", 1_773_500_000_000_000)
    assert got.missing == ("imo", "at", "position")
    assert any("greetings" in got.text[start:end] for start, end in got.left)


def test_a_wrong_check_digit_is_kept_and_said() -> None:
    got = parsed("UKMTO daily report\nIMO number: 9990003\n", 0)
    assert [(one.value, one.note) for one in got.fields if one.name == "imo"] == [(9990003, "imo_check_digit")]


def test_a_text_that_is_no_report_is_none() -> None:
    assert parsed("Dear all, lunch is at noon.", 0).form is None
    assert parsed("", 0).form is None
