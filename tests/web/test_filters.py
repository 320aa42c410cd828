"""One filter for map, list, replay and export."""

import json
from pathlib import Path

import numpy as np
import pytest

from hanbada.app.web import filters, frames
from hanbada.app.web.filters import VesselFilter, parse, passing, query_of
from hanbada.app.web.ports import KINDS

CASES = json.loads((Path(__file__).parent / "filter_cases.json").read_text())


def frame(rows):
    columns = {name: np.array([row.get(name, 0) for row in rows], np.int64) for name, _ in frames.VESSEL_COLUMNS}
    return frames.Frame(epoch_s=0.0, revision=1, marks=0, columns=columns)


@pytest.mark.parametrize("case", CASES["filters"], ids=lambda case: case["query"] or "everything")
def test_a_filter_lets_pass_what_it_says(case):
    query = dict(pair.split("=") for pair in case["query"].split("&") if pair)
    assert np.flatnonzero(passing(parse(query), frame(CASES["vessels"]))).tolist() == case["pass"]


def test_an_address_brings_the_same_filter_back():
    wanted = VesselFilter(
        kinds=("tanker",), min_kn=4.5, seen_min=60, source="real", alerts=True, box_deg=(170.0, -10.0, -170.0, 10.0)
    )
    query = dict(pair.split("=") for pair in query_of(wanted).replace("%2C", ",").split("&"))
    assert parse(query) == wanted
    assert query_of(VesselFilter()) == ""
    assert VesselFilter().everything


@pytest.mark.parametrize(
    "query",
    [
        {"min_kn": "fast"},
        {"min_kn": "nan"},
        {"seen_min": "-5"},
        {"seen_min": "1e9"},
        {"source": "other"},
        {"box": "1,2,3"},
        {"box": "a,b,c,d"},
        {"min_kn": "-3"},
    ],
)
def test_nonsense_in_an_address_holds_nothing_back(query):
    assert parse(query).everything


def test_no_type_at_all_is_no_vessel():
    assert parse({"types": ""}).kinds == ()
    assert not passing(parse({"types": "nothing"}), frame(CASES["vessels"])).any()


def test_a_box_may_cross_180_degrees():
    rows = [{"lon": 1_790_000_000}, {"lon": -1_790_000_000}, {"lon": 0}]
    assert passing(parse({"box": "170,-5,-170,5"}), frame(rows)).tolist() == [True, True, False]
    assert passing(parse({"box": "-10,-5,10,5"}), frame(rows)).tolist() == [False, False, True]


def test_alerts_are_asked_for_by_the_same_words_as_on_the_page():
    wanted = filters.alerts_wanted(
        {"state": "dismissed,nonsense", "severity": "alarm", "mmsi": "440123450", "source": "simulated"}
    )
    assert (wanted.states, wanted.severities, wanted.mmsi, wanted.simulated) == (
        ("dismissed",),
        ("alarm",),
        440123450,
        True,
    )
    assert filters.alerts_wanted({}).states == ("new", "acknowledged", "snoozed")


def test_kinds_are_the_same_on_both_sides():
    script = (Path(filters.__file__).parent / "static" / "js" / "frames.js").read_text()
    assert "[" + ", ".join(f'"{kind}"' for kind in KINDS) + "]" in script
