"""Navigational warnings as stations write them: read as meant, with the span of text each place came from."""

import json

import pytest
from releasing import NOTE, released
from warning_score import MESSAGES, faults, score

from hanbada.model.errors import InputError
from hanbada.model.facts import WARNINGS
from hanbada.share.formats import navtex, nga, sniffed
from hanbada.share.formats.warning_facts import facts_of, position, sendable
from hanbada.share.formats.warning_kinds import _RULES
from hanbada.share.formats.warning_text import read_words

BULLETIN = """231200Z NOV 26
NAVAREA XI 0820/26
KOREA STRAIT. BUOY ADRIFT 34-10.0N 128-20.0E.

NAVAREA XI 0821/26
EAST SEA. FIRING 240000 UTC TO 240900 UTC NOV 26 WITHIN 5 MILES OF 37-00N 130-00E.
CANCEL NAVAREA XI 0799/26, 0801/26.
"""
NRX = [
    "CRNRX,002,001,07,VA12,2,091000,20,11,2026,90,0,A,NAVAREA XI 0812/26^0D^0ALIGHTED BUOY NO 5 UNLIT^2C POSN",
    "CRNRX,002,002,07,,,,,,,,,, 34-38.25N 127-51.40E.^0D^0A",
]
FACTS = {"kind": "firing", "number": {"series": "NAVAREA XI", "number": 12, "year": 2026}, "title": "울릉도", "issued": 1_795_000_020_000_000, "cancelled": 1_795_100_040_000_000,
         "place": {"geometry": {"kind": "polygon", "coordinates": [[179.5, 1.0], [180.5, 1.0], [180.5, 2.0], [179.5, 1.0]]}, "area": None}}  # fmt: skip


def said(item):
    return {one.name: one.value for one in item.assertions}


def sentence(body):
    total = 0
    for c in body.encode():
        total ^= c
    return f"${body}*{total:02X}\r\n"


def test_at_least_95_of_100_are_read_as_meant_in_both_halves():
    for half in ("seen", "unseen"):
        good, all_ = score(half)
        assert all_ == 100
        assert good >= 95, half


def test_a_wrong_reading_counts_as_wrong():
    message = next(one for one in MESSAGES if one["shapes"] and one["until"])
    assert faults(message) == []
    assert len(faults(message | {"kind": "ice", "shapes": [], "until": None})) == 3


def test_every_kind_a_rule_gives_is_one_of_ours():
    assert {kind for kind, _ in _RULES} <= set(WARNINGS)


def test_a_place_knows_the_words_it_came_from():
    text = "NAVAREA XI 0001/26. WITHIN 5 MILES OF 37-00.0N 130-00.0E. BUOY 35-10N 129-00E MISSING."
    assert [text[one.start : one.end] for one in read_words(text).shapes] == ["37-00.0N 130-00.0E", "35-10N 129-00E"]


def test_a_bulletin_is_read_warning_by_warning():
    back = navtex.FORMAT.read(BULLETIN.encode())
    first, second = (said(item) for item in back.items)
    assert (first["kind"], first["number"]["number"]) == ("drifting_hazard", 820)
    assert [one["number"] for one in second["cancels"]] == [799, 801]
    assert len(second["place"]["geometry"]["coordinates"]) == 37
    assert {item.marking.tlp for item in back.items} == {"RED"}


def test_a_receivers_sentences_are_put_together_in_any_order():
    for rows in (NRX, NRX[::-1]):
        back = navtex.FORMAT.read("".join(map(sentence, rows)).encode())
        facts = said(back.items[0])
        assert facts["text"] == "NAVAREA XI 0812/26\nLIGHTED BUOY NO 5 UNLIT, POSN 34-38.25N 127-51.40E."
        assert facts["number"] == {"series": "NAVAREA XI", "number": 812, "year": 2026, "subject": "A"}


def test_a_damaged_sentence_is_told():
    content = (sentence(NRX[0]) + sentence(NRX[1]).replace("34-38", "34-39")).encode()
    back = navtex.FORMAT.read(content)
    assert back.items == ()
    assert {loss.what for loss in back.losses} == {"sentence", "message 07"}


def test_a_warning_of_ours_is_sent_in_letters_navtex_has_and_comes_back_whole():
    content, losses = navtex.FORMAT.write([released("warning", FACTS)], NOTE)
    assert losses == ()
    assert said(navtex.FORMAT.read(content).items[0]) == FACTS
    sent = content.decode().split("ZCZC\n")[1].split("NNNN")[0]
    assert sent.startswith("NAVAREA XI 0012/26\n")
    assert "AREA BOUNDED BY 01-00.00N 179-30.00E, 01-00.00N 179-30.00W, 02-00.00N 179-30.00W." in sent
    assert "??? FIRING." in sent
    assert content.startswith(b"TLP:AMBER?STRICT") or b"TLP:AMBER+STRICT" in content


def test_what_was_changed_in_the_message_counts():
    content = navtex.FORMAT.write([released("warning", FACTS)], NOTE).content
    back = navtex.FORMAT.read(content.replace(b"02-00.00N", b"03-00.00N"))
    assert said(back.items[0])["place"]["geometry"]["coordinates"][2] == [180.5, 3.0]
    assert "place" in [loss.what for loss in back.losses]


def test_the_list_of_the_us_service_is_read():
    row = {
        "msgYear": 2022,
        "msgNumber": 1177,
        "navArea": "4",
        "subregion": "11,26",
        "text": MESSAGES[0]["text"],
        "status": "A",
        "issueDate": "072203Z NOV 2022",
        "authority": "EASTERN RANGE 0/22",
    }
    content = json.dumps({"broadcast-warn": [row, 3]}).encode()
    assert sniffed(content).name == "nga"
    back = nga.FORMAT.read(content)
    facts = said(back.items[0])
    assert facts["number"] == {"series": "NAVAREA IV", "number": 1177, "year": 2022}
    assert facts["issued"] == 1_667_858_580_000_000
    assert (facts["kind"], len(facts["areas"]), facts["authority"]) == ("rocket_launch", 2, "EASTERN RANGE 0/22")
    assert [loss.what for loss in back.losses] == ["broadcast-warn"]


@pytest.mark.parametrize("bad", [b"{}", b"[]", b"no", b'{"broadcast-warn": 3}'])
def test_what_is_no_list_is_refused(bad):
    with pytest.raises(InputError):
        nga.FORMAT.read(bad)


def test_positions_turn_back_within_180_degrees():
    assert position(181.0, -1.5) == "01-30.00S 179-00.00W"


def test_a_message_cannot_end_another():
    assert "NNNN" not in sendable("A NNNN ZCZC B")


@pytest.mark.parametrize(
    "text",
    [
        "1," * 20_000,
        "A" * 40_000,
        "00-00N 000-00E " * 3_000,
        "240000 UTC TO " * 3_000,
        "CANCEL A 1/26," * 3000,
        "WITHIN " * 5_000,
        "\n" * 50_000,
    ],
)
def test_texts_made_to_be_slow_are_not(text):
    assert facts_of(text)["kind"] in WARNINGS
    assert len(navtex.FORMAT.read(f"ZCZC AA00\n{text}".encode()).items) <= 1
