"""`hanbada convert`: formats into one another, with what gets lost."""

from __future__ import annotations

import json

import pytest
from command import hanbada

VESSEL = (
    '{"hanbada":1,"id":"kr-1","what":"vessel","tlp":"GREEN","originator":"KR",'
    '"facts":{"vessels":[{"mmsi":440123450,"name":"한바다호"}],"length_m":100}}\n'
)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_a_file_is_recognised_and_its_objects_come_out_as_they_were(tmp_path, home):
    (tmp_path / "a").write_text(VESSEL)
    ran = hanbada("convert", tmp_path / "a", "--to", "objects", home=home)
    assert ran.code == 0
    assert json.loads(ran.out) == json.loads(VESSEL)
    assert ran.err == "a: Hanbada objects, 1 objects; Hanbada objects: 1 written\n"


def test_losses_are_one_json_object_beside_the_file(tmp_path, home):
    (tmp_path / "a").write_text(VESSEL + '{"hanbada":1,"id":"x","what":"ufo","tlp":"RED","originator":"","facts":{}}\n')
    ran = hanbada("convert", tmp_path / "a", "--to", "objects", "-o", tmp_path / "b", "--json", home=home)
    assert ran.code == 0
    said = json.loads(ran.out)
    assert (said["from"], said["to"], said["objects"], said["written"]) == ("objects", "objects", 1, 1)
    assert said["losses"] == [
        {"step": "read", "object": "x", "what": "line 2", "why": "no object this edition knows: ufo"}
    ]
    assert json.loads((tmp_path / "b").read_text())["id"] == "kr-1"


@pytest.mark.parametrize(
    ("content", "words", "code", "says"),
    [
        (VESSEL, ["--to", "none-such"], 2, "choose one of"),
        (VESSEL, ["--to", "objects", "--json"], 2, "name a file with -o"),
        (VESSEL, ["--to", "objects", "--from", "x"], 2, "choose one of"),
        ("what is this", ["--to", "objects"], 1, "does not look like any format"),
        ("", ["--to", "objects"], 1, "does not look like any format"),
        ("what is this", ["--to", "objects", "--from", "objects"], 1, "no objects of Hanbada: line 1"),
        (
            VESSEL.replace('"length_m":100', '"text":"NATO SECRET"'),
            ["--to", "objects"],
            4,
            "label of a classified scheme",
        ),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path, home, content, words, code, says):
    (tmp_path / "a").write_text(content)
    ran = hanbada("convert", tmp_path / "a", *words, home=home)
    assert (ran.code, ran.out) == (code, b"")
    assert says in ran.err
