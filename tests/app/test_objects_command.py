"""`hanbada objects`: files of other systems brought into a node, listed, shown, withdrawn, looked for in logs."""

from __future__ import annotations

import json

import pytest
from command import hanbada

from hanbada.app.config import DATABASE
from hanbada.store.database import open_database

GOOD = '{"hanbada":1,"id":"i-1","what":"cyber_indicator","tlp":"AMBER","originator":"CERT","facts":{"title":"Scanner","patterns":[{"kind":"ipv4","value":"45.83.64.1"}]}}\n'
BAD = '{"hanbada":1,"id":"x","what":"ufo","tlp":"RED","originator":"","facts":{}}\n'


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    open_database(folder / DATABASE).dispose()
    (tmp_path / "a.jsonl").write_text(GOOD + BAD)
    return folder


def said(ran):
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_file_is_kept_once_and_what_is_lost_is_said(tmp_path, home):
    ran = hanbada("objects", "add", tmp_path / "a.jsonl", "--dry-run", "--json", home=home)
    assert said(ran) == [{"file": str(tmp_path / "a.jsonl"), "format": "objects", "objects": 1, "losses": 1}]
    assert "not read: line 2 x 1" in ran.err
    (first,) = said(hanbada("objects", "add", tmp_path / "a.jsonl", "--json", home=home))
    (again,) = said(hanbada("objects", "add", tmp_path / "a.jsonl", "--json", home=home))
    assert (first["kept"], first["unchanged"], again["kept"], again["unchanged"]) == (1, 0, 0, 1)


def test_what_is_kept_is_listed_shown_looked_for_and_withdrawn(tmp_path, home):
    hanbada("objects", "add", tmp_path / "a.jsonl", "--source", "CERT", home=home)
    (one,) = said(hanbada("objects", "list", "--json", home=home))
    assert (one["id"], one["what"], one["tlp"], one["source"]) == ("i-1", "cyber_indicator", "AMBER", "CERT")
    assert said(hanbada("objects", "show", one["key"], "--json", home=home))["facts"]["title"] == "Scanner"
    (tmp_path / "log").write_text("2024-05-01 10:00:00 45.83.64.1\n")
    assert b"Scanner" in hanbada("cyber", "match", tmp_path / "log", home=home).out
    assert hanbada("objects", "withdraw", one["key"], "--why", "wrong", home=home).code == 0
    assert hanbada("objects", "withdraw", one["key"], "--why", "wrong", home=home).code == 3
    assert hanbada("objects", "list", home=home).code == 3
    assert hanbada("cyber", "match", tmp_path / "log", home=home).code == 3
    assert len(said(hanbada("objects", "list", "--withdrawn", "--json", home=home))) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["add", "none.json"], 1, "cannot be opened"),
        (["add", "a.jsonl", "--from", "x"], 2, "choose one of"),
        (["list", "--what", "ufo"], 2, "choose one of"),
        (["show", "none"], 3, "there is no object"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path, home, words, code, says):
    ran = hanbada("objects", *words, home=home)
    assert (ran.code, says in ran.err) == (code, True), ran.err


def test_where_no_node_has_run_nothing_is_kept(tmp_path):
    (tmp_path / "a").write_text(GOOD)
    ran = hanbada("objects", "add", tmp_path / "a", home=tmp_path / "nowhere")
    assert ran.code == 3
    assert "no node has run here" in ran.err
