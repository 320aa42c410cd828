"""What rests on positions is not raised where positions fail; distress always is; and nothing is lost by it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from hanbada.app.places import drawn_distrust
from hanbada.engine import trust
from hanbada.engine.local import Kept, again, reports_of, take_as_live
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.model.tables import POSITIONS
from hanbada.model.wording import explanation
from hanbada.tracks.trust import distrusted
from ships import NO_PORTS, SECOND, Scene, peers

BEGIN_S, END_S, LAST_S = 3600, 7200, 12_000
EARLY, JUMPER, LATER, BEACON = 431_000_001, 431_000_002, 431_000_003, 970_123_456
KINDS = ("distress", "impossible", "interference")


def scene() -> pa.Table:
    """An hour in which twelve ships lose their place; two jump then, one afterwards, and somebody calls for help."""
    made = Scene()
    peers(made, 37.0, 124.5, 0, LAST_S, count=12)
    for mmsi, jump in ((EARLY, 3660), (JUMPER, 5400), (LATER, 10_200)):
        made.sail(mmsi, 37.02, 124.5, 90.0, 6.0, 0, jump, 20.0)
        made.sail(mmsi, 37.05, 125.5, 90.0, 6.0, jump + 60, LAST_S, 20.0)
    for t in range(5400, 5880, 8):
        made.report(BEACON, t, 37.01, 124.51, nav=14)
    table = made.table()
    t = (table["at"].cast(pa.int64()).to_numpy() - made.start_us) / SECOND
    mmsi = table["mmsi"].to_numpy()
    lost = (t >= BEGIN_S) & (t < END_S) & (mmsi >= 440_900_000) & (mmsi < 440_900_012)
    frame = pl.DataFrame(table).with_columns(
        pl.when(pl.Series(lost)).then(None).otherwise(pl.col(name)).alias(name) for name in ("lat_deg", "lon_deg")
    )
    return frame.select(POSITIONS.names).to_arrow().cast(POSITIONS.schema)


def sound() -> pa.Table:
    """Many ships among them that know their place."""
    made = Scene()
    peers(made, 37.0, 124.5, 0, LAST_S, count=150, first=441_500_000)
    return made.table(source=1)


def kinds(found) -> list[tuple[str, int]]:
    return sorted((one.kind, one.vessels[0].mmsi) for one in found if one.kind != "interference")


def test_a_jump_in_a_disturbance_is_withheld_one_after_it_is_raised_and_distress_always_is() -> None:
    watch = start(NO_PORTS, only=KINDS)
    take_reports(watch, Reports(scene()))
    settle(watch)
    assert kinds(standing(watch)) == [("distress", BEACON), ("impossible", LATER)]
    without = start(NO_PORTS, only=KINDS[:2])
    take_reports(without, Reports(scene()))
    settle(without)
    jumps = [("impossible", mmsi) for mmsi in (EARLY, JUMPER, LATER)]
    assert kinds(standing(without)) == [("distress", BEACON), *jumps]


def test_what_was_raised_before_the_disturbance_was_known_is_taken_back() -> None:
    said = list(take_as_live(start(NO_PORTS, only=KINDS), [Reports(scene())], Kept()))
    states = {
        mmsi: [one.state for one in said if one.kind == "impossible" and one.vessels[0].mmsi == mmsi]
        for mmsi in (EARLY, JUMPER, LATER)
    }
    assert states[EARLY][0] == "closed"
    assert states[EARLY][-1] == "retracted"
    assert states[JUMPER] == []
    assert states[LATER][-1] != "retracted"


def test_when_the_disturbance_is_taken_back_what_was_withheld_is_raised() -> None:
    watch = start(NO_PORTS, only=KINDS)
    take_reports(watch, Reports(scene()))
    settle(watch)
    assert distrusted(watch.site.distrust.values(), int(scene()["at"].cast(pa.int64())[0].as_py() + 5400 * SECOND))
    take_reports(watch, Reports(sound()))
    said = settle(watch)
    assert [one.kind for one in said if one.state == "retracted"] == ["interference"]
    assert watch.site.distrust == {}
    assert ("impossible", JUMPER) in kinds(standing(watch))


def test_the_map_is_given_the_rings_that_hold_at_a_moment() -> None:
    watch = start(NO_PORTS, only=KINDS)
    take_reports(watch, Reports(scene()))
    settle(watch)
    begin = scene()["at"].cast(pa.int64())[0].as_py()
    regions = watch.site.distrust.values()
    drawn = drawn_distrust(distrusted(regions, begin + 5400 * SECOND))
    (one,) = drawn["features"]
    ring = np.array(one["geometry"]["coordinates"][0][0])
    assert one["properties"]["ships"] >= 12
    assert one["properties"]["to"] is not None
    assert (ring.min(0) < (124.5, 37.0)).all()
    assert (ring.max(0) > (124.5, 37.0)).all()
    assert drawn_distrust(distrusted(regions, begin + 600 * SECOND))["features"] == []


@pytest.mark.parametrize("parts", [1, 2, 17])
def test_how_lines_are_cut_and_in_which_order_they_come_changes_nothing(parts: int) -> None:
    table = scene()
    by_ship = table.take(np.argsort(table["mmsi"].to_numpy(), kind="stable"))
    found = []
    for given in (table, by_ship):
        watch = start(NO_PORTS, only=KINDS)
        size = -(-len(given) // parts)
        for begin in range(0, len(given), size):
            take_reports(watch, Reports(given.slice(begin, size)))
            settle(watch)
        settle(watch)
        found.append({one.episode_id: one.detection_id for one in standing(watch)})
    assert found[0] == found[1]
    assert len(found[0]) == 3


def test_a_finding_that_is_lowered_and_stands_says_so_and_is_told_again_the_same(monkeypatch) -> None:
    monkeypatch.setattr(trust, "WEIGHT", -0.2)
    watch, kept = start(NO_PORTS, only=KINDS), Kept()
    take_reports(watch, Reports(scene()))
    settle(watch)
    low = next(one for one in standing(watch) if one.kind == "impossible" and one.vessels[0].mmsi == JUMPER)
    assert low.severity == "caution"
    assert low.counter_evidence[-1].explanation == "distrusted"
    anew = again(low, reports_of(watch, kept, {JUMPER}), NO_PORTS, None, {})
    assert anew is not None
    assert explanation(anew) == explanation(low)
    assert anew.detection_id == low.detection_id
