"""A dossier shows every source beside the others and marks where they disagree."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hanbada.model.tables import STATICS
from hanbada.reference import registers
from hanbada.reference.dossier import Fact, Register, equal, marks_of, merged, said_by_radio, said_by_register

DAY = 86_400_000_000
SHIP, IMO = 613_003_889, 9329760
LIST = b"""mmsi,imo,name,call_sign,flag,programme,reason,watch
,9329760,EAGLE STAR,,PA,Port list,held twice,yes
,,SHUN XING 39,,,Name list,,yes
412000000,,OTHER SHIP,,CN,,,no
613003889,,,,TZ,,seen off Busan,no
"""
SDN = (
    b"ent_num,name,program,call_sign,vessel_type,tonnage,grt,flag,owner,imo,mmsi,remarks\n"
    b"1,EAGLE,CUBA,,Tanker,,1865,Panama,,9329760,,IMO 9329760; f.k.a. 'ANA I'; f.k.a. 'SAND SWAN'.\n"
)


def radio(*reports):
    """Static reports: day, MMSI and fields; two feeds take turns."""
    rows = [{"at": day * DAY + i, "mmsi": mmsi, **said} for i, (day, mmsi, said) in enumerate(reports)]
    names = {name for row in rows for name in row} - {"at", "mmsi"}
    columns = {name: [row.get(name) for row in rows] for name in names}
    columns |= {
        "at": np.array([row["at"] for row in rows]).astype("datetime64[us]"),
        "mmsi": np.array([row["mmsi"] for row in rows], np.uint32),
        "source": np.zeros(len(rows), np.uint16),
        "line_id": np.arange(1, len(rows) + 1, dtype=np.uint64),
    }
    return said_by_radio(STATICS.build(columns), lambda line: ("coast", "satellite")[line % 2])


def listed(facts, content=LIST, name="mine.csv"):
    reading = registers.read({name: content})
    return said_by_register(Register(rows=reading.rows, dated_at=5 * DAY), marks_of(facts))


def lines(dossier):
    return {line.what: line for line in dossier.lines}


def shown(line):
    return [(held.value, held.credibility, [fact.source for fact in held.facts]) for held in line.values]


def test_names_over_time_stand_side_by_side_the_latest_first() -> None:
    facts = radio(
        (1, SHIP, {"name": "SHUN XING 39"}), (2, SHIP, {"name": "SHUNXING 39"}), (9, SHIP, {"name": "XING SHUN 39"})
    )
    (name, *_) = merged(facts, []).lines
    assert [held.value for held in name.values] == ["XING SHUN 39", "SHUNXING 39"]
    assert not name.disputed, "one radio that changes its name does not contradict itself"
    assert name.values[1].facts[-1].first_at == DAY


def test_two_receivers_of_one_radio_do_not_confirm_each_other() -> None:
    facts = radio((1, SHIP, {"call_sign": "D7AB"}), (2, SHIP, {"call_sign": "D7AB"}))
    assert shown(lines(merged(facts, []))["call_sign"]) == [("D7AB", 3, ["coast", "satellite"])]


def test_a_source_that_agrees_confirms_and_one_that_does_not_is_shown_beside() -> None:
    facts = radio(*((day, SHIP, {"imo": IMO, "name": "EAGLE STAR"}) for day in (1, 2, 3)))
    more, listings = listed(facts)
    found = lines(merged([*facts, *more], listings))
    assert shown(found["imo"])[0][1] == 1
    assert shown(found["name"])[0][:2] == ("EAGLE STAR", 1)
    assert found["flag"].disputed
    assert {(value, credibility) for value, credibility, _ in shown(found["flag"])} == {("CM", 4), ("TZ", 4), ("PA", 4)}


def test_a_number_whose_check_digit_is_wrong_is_improbable_and_finds_nothing() -> None:
    facts = radio((1, SHIP, {"imo": 9329761}))
    assert shown(lines(merged(facts, []))["imo"])[0][1] == 5
    assert marks_of(facts).imo == frozenset()


def test_lists_are_searched_by_number_first_and_a_name_alone_is_only_a_hint() -> None:
    facts = radio((1, SHIP, {"name": "XING SHUN 39", "imo": IMO}))
    more, listings = listed(facts)
    assert {(one.matched_by, one.watch) for one in listings} == {("imo", True), ("name", True), ("mmsi", False)}
    assert "SHUN XING 39" not in {fact.value for fact in more}
    assert merged(facts, listings).watched
    by_name = [one for one in listings if one.matched_by == "name"]
    assert not merged(facts, by_name).watched


def test_a_list_of_nobody_can_judge_says_so() -> None:
    more, _ = listed([Fact(what="mmsi", value="412000000", source="", origin="", reliability="F")])
    assert {fact.reliability for fact in more} == {"F"}
    assert shown(lines(merged(more, []))["name"])[0][1] == 6


def test_former_names_of_a_sanctions_list_are_facts() -> None:
    asked = Fact(what="imo", value=str(IMO), source="", origin="", reliability="F")
    more, listings = listed([asked], SDN, "sdn.csv")
    found = lines(merged(more, listings))
    assert [held.value for held in found["former_name"].values] == ["ANA I", "SAND SWAN"]
    assert found["gross_tonnage"].values[0].facts[0].reliability == "B"


def test_years_of_one_list_are_one_listing() -> None:
    content = b"mmsi,year\n613003889,2017\n613003889,2018\n1,2018\n"
    asked = Fact(what="mmsi", value=str(SHIP), source="", origin="", reliability="F")
    more, (one,) = listed([asked], content, "spoofing.csv")
    assert one.note == "2017, 2018"
    assert len(more) == 1


def test_sources_are_merged_in_any_order() -> None:
    facts = radio((1, SHIP, {"name": "A 1"}), (2, SHIP, {"name": "B 2"}), (3, SHIP, {"name": "A 1", "imo": IMO}))
    more, listings = listed(facts)
    together = [*facts, *more]
    assert merged(together, listings) == merged(together[::-1], listings[::-1])


def test_nothing_known_is_an_empty_dossier() -> None:
    empty = merged([], [])
    assert (empty.lines, empty.listings, empty.best("name")) == ((), (), None)
    assert said_by_radio(STATICS.empty(), str) == []
    assert isinstance(STATICS.empty(), pa.Table)


@pytest.mark.parametrize(
    ("what", "one", "other", "same"),
    [
        ("imo", "9329760", "9329760", True),
        ("imo", "9329760", "9329761", False),
        ("flag", "KR", "kr", True),
        ("name", "A 1", "A 2", False),
    ],
)
def test_values_are_compared_as_what_they_are(what, one, other, same) -> None:
    assert equal(what, one, other) is same
