"""`hanbada cyber match`: what stands in logs, what it is worth, and what the source is told."""

from __future__ import annotations

import gzip
import json

import pytest
from command import hanbada

INDICATORS = "".join(
    json.dumps({"hanbada": 1, "id": name, "what": "cyber_indicator", "tlp": "AMBER", "originator": "CERT", "facts": facts}) + "\n"
    for name, facts in {
        "i-1": {"kind": "indicator", "title": "Port scanner", "patterns": [{"kind": "ipv4", "value": "45.83.64.1"}], "until": 1_714_600_000_000_000},
        "i-2": {"kind": "indicator", "patterns": [{"kind": "domain", "value": "evil-port.net"}, {"kind": "ipv4", "value": "10.0.0.9"}]},
    }.items()
)  # fmt: skip
LOG = """2024-05-01T10:00:00Z accepted 45.83.64.1
2024-05-01T10:00:01Z query www.evil-port.net
2024-06-01T10:00:00Z accepted 45.83.64.1
2024-05-02T10:00:00Z from 10.0.0.9
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "indicators.jsonl").write_text(INDICATORS)
    (tmp_path / "a.log").write_text(LOG)
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(b"nothing\n" * 1000 + LOG.encode()))
    return tmp_path


def match(files, *words):
    return hanbada("cyber", "match", *words, "--indicators", files / "indicators.jsonl", home=files / "home")


def test_what_is_valid_is_told_and_the_rest_counted(files):
    ran = match(files, files / "a.log", files / "b.log.gz", "--jsonl")
    said = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [(one["line"], one["indicator"], one["standing"]) for one in said] == [
        (1, "i-1", "valid"), (2, "i-2", "valid"), (1001, "i-1", "valid"), (1002, "i-2", "valid"),
    ]  # fmt: skip
    assert "3 values looked for in 1,008 lines: 4 valid, 0 undated, 0 early, 2 expired, 2 known" in ran.err


def test_all_tells_expired_and_known_ones_too(files):
    ran = match(files, files / "a.log", "--all")
    assert ran.out.decode().count("\n") == 4
    assert "a.log:1:31: '45.83.64.1' ipv4 i-1 'Port scanner' at 2024-05-01T10:00:00Z valid" in ran.out.decode()
    assert "known good: special-purpose addresses and names" in ran.out.decode()


def test_the_source_is_told_when_and_how_often_and_nothing_of_the_log(files):
    assert match(files, files / "a.log", files / "b.log.gz", "--sightings", files / "s.jsonl").code == 0
    said = [json.loads(line) for line in (files / "s.jsonl").read_text().splitlines()]
    assert [(one["refs"], one["facts"]["count"], one["tlp"]) for one in said] == [
        (["i-1"], 2, "RED"),
        (["i-2"], 2, "RED"),
    ]
    assert "evil-port" not in (files / "s.jsonl").read_text()


def test_a_value_known_to_be_good_is_not_told(files):
    (files / "good").write_text("evil-port.net\n45.83.64.0/24\n")
    ran = match(files, files / "a.log", "--known", files / "good")
    assert (ran.code, ran.out) == (3, b"")


@pytest.mark.parametrize(
    ("indicators", "code", "says"),
    [("", 1, "does not look like any format"), (INDICATORS.replace("patterns", "external"), 3, "no indicators")],
)
def test_without_indicators_it_says_so(files, indicators, code, says):
    (files / "indicators.jsonl").write_text(indicators)
    ran = match(files, files / "a.log")
    assert (ran.code, ran.out) == (code, b"")
    assert says in ran.err


def test_a_log_that_is_not_there_costs_itself(files):
    ran = match(files, files / "none.log", files / "a.log")
    assert ran.code == 1
    assert ran.out.count(b"\n") == 2
    assert "none.log: cannot be opened" in ran.err
