"""Ship names of Asian fleets: what is one name, what is a sister ship, and how often the two are told apart."""

from __future__ import annotations

import csv
import sys
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.reference.hanzi import PINYIN
from hanbada.reference.letters import latin, romanised
from hanbada.reference.names import SAME, SISTER, alike, jaro_winkler, ratio, ship_name, token_set_ratio
from shared_sets import pack

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import name_pairs

HERE = Path(__file__).parent
PAIRS = list(csv.DictReader((HERE / "name_pairs.csv").read_text().splitlines()))


def f1(rows) -> float:
    """Of "one name" against "two names"."""
    said = [(alike(row["one"], row["other"]).same, row["label"] == "same") for row in rows]
    right, wrong = said.count((True, True)), said.count((True, False)) + said.count((False, True))
    return 2 * right / (2 * right + wrong)


# Golden


def test_sister_ships_are_not_one_ship() -> None:
    found = alike("DONGWON 101 HO", "DONGWON 102 HO")
    assert found.score == SISTER
    assert found.renumbered
    assert not found.same


def test_a_name_is_the_same_in_hangul_and_in_latin_letters() -> None:
    assert alike("제101동원호", "NO.101 DONGWON").score == 1.0


def test_words_that_changed_places_are_one_name_with_a_cue() -> None:
    found = alike("SHUN XING 39", "XING SHUN 39")
    assert (found.score, found.token_swap) == (1.0, True)
    assert not alike("SHUN XING 39", "SHUNXING 39 HAO").token_swap


def test_the_same_words_with_another_number_say_so() -> None:
    found = alike("HONG TAI 58", "HONG TAI 168")
    assert found.renumbered
    assert found.score <= SISTER
    assert not alike("HONG TAI 58", "YONG XING 168").renumbered


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("LU RONG YUAN YU 101 HAO", ("LU", "RONG", "YUAN", "YU"), "101"),
        ("102HO DONGWON", ("DONGWON",), "102"),
        ("第三十八共徳丸", ("KYOTOKU",), "38"),
        ("浙岭渔23456号", ("ZHE", "LING", "YU"), "23456"),
        ("KM. SINAR LAUT IX", ("SINAR", "LAUT"), "9"),
        ("KM BAHARI JAYA-08", ("BAHARI", "JAYA"), "8"),
        ("M/V EVER GIVEN", ("EVER", "GIVEN"), ""),
        ("F.V. ORYONG 355", ("ORYONG",), "355"),
        ("SHAN XI", ("SHAN", "XI"), ""),
        ("NO.1", (), "1"),
        ("MARU", ("MARU",), ""),
        ("12-34", (), "12-34"),
        ("", (), ""),
    ],
)
def test_numbers_stand_apart_and_unit_words_go_with_them(text, words, number) -> None:
    assert ship_name(text) == (words, number)


@pytest.mark.parametrize(
    ("hangul", "letters"),
    [
        ("한라", "HALLA"), ("신라", "SILLA"), ("왕십리", "WANGSIMNI"), ("종로", "JONGNO"), ("독립문", "DONGNIMMUN"), ("설악", "SEORAK"),
        ("압구정", "APGUJEONG"), ("울릉", "ULLEUNG"), ("묵호", "MUKHO"), ("광희문", "GWANGHUIMUN"), ("낙동강", "NAKDONGGANG"), ("백마", "BAENGMA"),
    ],
)  # fmt: skip
def test_hangul_is_romanised_as_the_notice_says(hangul, letters) -> None:
    """Examples of Notice 2000-8 of the Ministry of Culture and Tourism."""
    assert romanised(hangul) == letters


# Over many


@pytest.mark.parametrize("country", ["KR", "CN", "JP", "ID", "--"])
def test_one_name_and_two_are_told_apart_in_every_fleet(country) -> None:
    rows = [row for row in PAIRS if row["country"] == country]
    assert len(rows) >= (500 if country != "--" else 50)
    assert {row["label"] for row in rows} == {"same", "other"}
    assert f1(rows) >= 0.97


def test_the_pairs_are_many_and_as_the_tool_makes_them() -> None:
    assert len(PAIRS) > 2000
    assert (HERE / "name_pairs.csv").read_text() == name_pairs.written()


def test_the_numbers_could_be_missed() -> None:
    """Without number and order the same pairs are not told apart."""
    rows = [row for row in PAIRS if row["how"] == "sister"]
    assert all(not alike(row["one"], row["other"]).same for row in rows)
    assert sum(ship_name(row["one"]).letters == ship_name(row["other"]).letters for row in rows) > len(rows) / 2


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_as_alike_one_way_as_the_other(one, other) -> None:
    there, back = alike(one, other), alike(other, one)
    assert there == back
    assert 0.0 <= there.score <= 1.0
    assert alike(one, one).score == 1.0 or not (ship_name(one).words or ship_name(one).hull_no)


@settings(max_examples=200)
@given(st.text("ABCN ", max_size=12), st.text("ABCN ", max_size=12))
def test_ratio_is_that_of_the_longest_common_subsequence(a, b) -> None:
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            best[i + 1][j + 1] = best[i][j] + 1 if x == y else max(best[i][j + 1], best[i + 1][j])
    assert ratio(a, b) == pytest.approx(2 * best[-1][-1] / (len(a) + len(b)) if a or b else 1.0)


def test_measures_of_others_come_to_the_published_values() -> None:
    """W. Winkler, 1990; the token set ratio is 1 where one side holds the other."""
    assert jaro_winkler("DWAYNE", "DUANE") == pytest.approx(0.84)
    assert jaro_winkler("A", "") == jaro_winkler("AB", "CD") == 0.0
    assert token_set_ratio(["EVER"], ["EVER", "GIVEN"]) == 1.0


def test_a_very_long_name_is_no_burden() -> None:
    assert alike("X" * 2_000_000, "제" * 2_000_000).score < SAME


def test_every_reading_is_in_latin_capitals() -> None:
    assert all(reading.isascii() and reading.isupper() for reading in PINYIN.values())


@pytest.mark.pack
def test_names_of_a_real_list_are_told_apart() -> None:
    """Ships with different IMO numbers on a list of sanctions; its rows stay where they are."""
    frame = pl.read_csv(next(pack("registry-ofac-vessels").glob("*.csv")), infer_schema_length=0)
    listed = frame.filter(pl.col("imo").is_not_null()).unique("imo").sort("imo")["name"].to_list()[:300]
    assert len(listed) == 300
    names = [" ".join(name.split()) for name in listed]
    assert [(a, b) for a, b in combinations(names, 2) if a != b and alike(a, b).same] == []
    assert all(alike(name, latin(name)).score == 1.0 for name in listed)
