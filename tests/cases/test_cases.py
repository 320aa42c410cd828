"""Every detector finds what its cases hold and stays silent where it should; and nothing else changes what it says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import Case, all_cases, watched
from hanbada.detect import DETECTORS
from hanbada.engine.watch import standing
from hanbada.model.records import Detection, satisfied
from hanbada.model.wording import KINDS, PHRASES, explanation
from ships import Scene, moved

CASES = all_cases()
RAISING = [case for case in CASES if case.raises]
DAY_S = 86_400


def named(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@cache
def table_of(name: str) -> pa.Table:
    return next(case for case in CASES if case.name == name).table()


@cache
def found_in(name: str) -> tuple[Detection, ...]:
    case = next(case for case in CASES if case.name == name)
    return tuple(standing(watched(case, table_of(name))))


def ids(detections) -> dict[str, str]:
    return {one.episode_id: one.detection_id for one in detections}


def described(detections, *, seconds: float = 0):
    """What was found, with the time brought back by a shift."""
    return sorted(
        (one.state, one.t_start - round(seconds * 1e6), tuple(v.mmsi for v in one.vessels), round(one.probability, 3),
         tuple((r.quantity, round(r.measured, 1)) for r in one.reasons), len(one.geometry.coordinates))
        for one in detections
    )  # fmt: skip


def places(detections, east_deg: float = 0.0):
    """Where it was found, brought back by a shift: longitudes around zero."""
    found = sorted(detections, key=lambda one: (one.t_start, one.episode_id))
    lons = np.array([lon for one in found for lon, _ in one.geometry.coordinates])
    return np.mod(lons - east_deg + 540.0, 360.0) - 180.0


# What a detector must bring


@pytest.mark.parametrize("kind", DETECTORS)
def test_every_detector_has_a_case_that_raises_and_a_quiet_one(kind: str) -> None:
    mine = [case for case in CASES if case.kind == kind]
    assert any(case.raises for case in mine)
    assert any(not case.raises for case in mine)
    assert kind in KINDS


def test_every_case_says_what_it_is_and_what_it_rides_on() -> None:
    told = (CASES[0].folder.parents[3] / "src/hanbada/app/demo_data/README.md").read_text()
    for case in CASES:
        assert case.kind in DETECTORS
        assert case.folder.name.startswith(("raises-", "quiet-"))
        assert case.about["title"]
        assert case.about["why"].endswith(".")
        assert case.about["carrier"] in told
        assert ("expect" in case.about) is case.raises


# What a case must show


@named(RAISING)
def test_what_a_case_holds_is_found(case: Case) -> None:
    found, expect = found_in(case.name), case.about["expect"]
    who = sorted([v.mmsi for v in one.vessels] for one in found)
    wanted = sorted(expect["vessels"])
    assert all(one in who for one in wanted) if expect.get("others") else who == wanted
    for one in found:
        said = [reason.quantity for reason in one.reasons]
        assert said in (expect["quantities"] if isinstance(expect["quantities"][0], list) else [expect["quantities"]])


@named([case for case in CASES if not case.raises])
def test_a_quiet_case_stays_quiet(case: Case) -> None:
    assert found_in(case.name) == ()


@named(RAISING)
def test_every_finding_rests_on_numbers_that_crossed_their_limits_and_on_lines_of_its_vessels(case: Case) -> None:
    table = table_of(case.name)
    tables = [one.select(["line_id", "mmsi"]) for one in (table, case.statics()) if one is not None]
    whose = {row["line_id"]: row["mmsi"] for one in tables for row in one.to_pylist()}
    for one in found_in(case.name):
        assert one.reasons
        assert all(satisfied(r.measured, r.relation, r.limit) for r in one.reasons)
        assert one.counter_evidence, "at least one innocent explanation is tested"
        assert all(c.weight == 0.0 for c in one.counter_evidence if not c.holds)
        assert {r.quantity for r in one.reasons} | {c.explanation for c in one.counter_evidence} <= PHRASES.keys()
        assert 0.0 < one.probability < 1.0
        assert {whose[line] for line in one.evidence} <= {v.mmsi for v in one.vessels}
        assert one.evidence
        text = explanation(one)
        assert "{" not in text
        assert all(str(v.mmsi) in text for v in one.vessels)


# What must change nothing


@named(CASES)
def test_the_order_of_rows_changes_nothing(case: Case) -> None:
    table = table_of(case.name)
    shuffled = table.take(np.random.default_rng(7).permutation(len(table)))
    assert ids(standing(watched(case, shuffled))) == ids(found_in(case.name))


@named(CASES)
def test_the_way_rows_are_cut_changes_nothing(case: Case) -> None:
    assert ids(standing(watched(case, table_of(case.name), parts=9))) == ids(found_in(case.name))


@named(RAISING)
def test_another_day_changes_nothing_else(case: Case) -> None:
    if (case.folder / "zones.geojson").exists() and "season" in (case.folder / "zones.geojson").read_text():
        return
    here = described(found_in(case.name))
    later = standing(watched(case, moved(table_of(case.name), seconds=3 * DAY_S), seconds=3 * DAY_S))
    assert described(later, seconds=3 * DAY_S) == here


@named(RAISING)
def test_crossing_180_degrees_changes_nothing_else(case: Case) -> None:
    table = table_of(case.name)
    east_deg = 180.0 - float(np.nanmedian(table["lon_deg"].to_numpy()))
    here = standing(watched(case, table, ports=False))
    there = standing(watched(case, moved(table, east_deg=east_deg), east_deg=east_deg, ports=False))
    assert described(there) == described(here)
    np.testing.assert_allclose(places(there, east_deg), places(here), atol=1e-9)
    assert here


@named(CASES)
def test_ships_on_the_other_side_of_the_world_change_nothing(case: Case) -> None:
    table = table_of(case.name)
    far = Scene(int(table["at"].cast(pa.int64())[0].as_py()))
    far.sail(512_000_001, -40.0, 100.0, 0.0, 12.0, 0, 1_800, 30.0)
    both = pa.concat_tables([table, far.table(source=1)]).sort_by("at")
    assert described(standing(watched(case, both))) == described(found_in(case.name))


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(RAISING), st.floats(0, 1), st.floats(0, 1))
def test_late_rows_come_to_the_same(case: Case, begin: float, share: float) -> None:
    """A stretch of rows that arrives only after all others."""
    table = table_of(case.name)
    first = int(begin * len(table))
    last = first + int(share * (len(table) - first))
    order = [*range(first), *range(last, len(table)), *range(first, last)]
    assert ids(standing(watched(case, table.take(order), parts=3))) == ids(found_in(case.name))
