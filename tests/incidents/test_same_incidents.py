"""Records of one incident in two catalogues: pairs judged by hand, and what may not decide alone."""

import csv
from pathlib import Path

import pytest

from hanbada.incidents import catalogue
from hanbada.incidents.duplicates import LEAST, Past, grouped, score
from hanbada.incidents.incident import reported
from hanbada.model.times import DAY_US, parse_time
from hanbada.reference import incidents
from shared_sets import pack

PAIRS = Path(__file__).parent / "duplicate_pairs.csv"
NOON = parse_time("2015-05-05T12:00:00Z")


def record(reference, at=NOON, lat=1.05, lon=103.6, **about):
    return Past(reference=reference, source=reference.partition("-")[0], at=at, lat_deg=lat, lon_deg=lon, **about)


@pytest.fixture(scope="module")
def rows():
    read = {}
    for name in ("incidents-asam-nga/asam_1978_2022.csv.gz", "incidents-imb-pirate-attacks/pirate_attacks.csv.gz"):
        path = pack(*name.split("/"))
        read |= {row["reference"]: row for row in incidents.read({path.name: path.read_bytes()}).rows.to_pylist()}
    return read


@pytest.mark.pack
def test_pairs_judged_by_hand_are_told_apart(rows):
    with PAIRS.open(newline="") as file:
        judged = [(rows[one["imb"]], rows[one["asam"]], one["same"] == "1") for one in csv.DictReader(file)]
    found = [((score(catalogue.past(one), catalogue.past(other)) or -99) >= LEAST, same) for one, other, same in judged]
    right = sum(said and same for said, same in found)
    precision, recall = right / sum(said for said, _ in found), right / sum(same for _, same in found)
    assert len(found) == 55
    assert precision >= 0.95, precision
    assert recall >= 0.9, recall


@pytest.mark.pack
def test_every_act_of_the_catalogues_becomes_facts_that_fit(rows):
    few = {row["act"]: row for row in rows.values()}
    for row in few.values():
        given, others = catalogue.report([row, row])
        made = reported("INC-1", given, "import", NOON, "catalogue")
        assert {one.fact for one in made.said} == set(given.facts)
        assert len(others) == len(given.facts)


def test_one_source_never_matches_itself():
    assert score(record("a-1"), record("a-2")) is None


def test_a_day_and_a_few_miles_apart_is_one_and_a_week_or_a_sea_apart_is_not():
    here = record("a-1")
    assert score(here, record("b-1", at=NOON + DAY_US, lat=1.06)) >= LEAST
    assert score(here, record("b-1", at=NOON + 7 * DAY_US)) is None
    assert score(here, record("b-1", lat=5.0)) is None


def test_places_are_near_across_the_date_line():
    assert score(record("a-1", lon=179.99), record("b-1", lon=-179.99)) >= LEAST


def test_a_name_counts_and_another_kind_of_ship_speaks_against_it():
    far = {"lat": 1.9}
    named = score(record("a-1", ship="LEOPARD SUN"), record("b-1", text="the tanker LEOPARD SUN was attacked", **far))
    assert named >= LEAST
    other = score(record("a-1", ship_kind="bulk carrier"), record("b-1", ship="FISHING VESSEL", lat=1.2))
    assert other < LEAST


def test_records_are_grouped_once_each_whatever_their_order():
    several = [
        record("a-1"),
        record("b-1", lat=1.06),
        record("b-2", lat=1.2, ship="TUG"),
        record("a-9", at=NOON + 9 * DAY_US),
    ]
    groups = {tuple(sorted(one.reference for one in group)) for group in grouped(several)}
    assert sorted(name for group in groups for name in group) == ["a-1", "a-9", "b-1", "b-2"]
    assert ("a-1", "b-1") in groups
    assert groups == {tuple(sorted(one.reference for one in group)) for group in grouped(reversed(several))}
