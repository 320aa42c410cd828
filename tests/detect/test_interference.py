"""Interference as it begins, grows and ends; from static reports alone; by one receiver; and told again the same."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.stats import beta

from hanbada.detect.interference import sure_share
from hanbada.engine.local import Kept, again, reports_of, take_as_live
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.model.tables import POSITIONS, STATICS
from hanbada.model.wording import explanation
from ships import NO_PORTS, SECOND, Scene, peers

SHIPS = 12
BEGIN_S, END_S, LAST_S = 3600, 7200, 12_000


def scene(count: int = SHIPS) -> pa.Table:
    """Ships that go to and fro within some miles of one another."""
    made = Scene()
    peers(made, 37.0, 124.5, 0, LAST_S, count=count)
    return made.table()


def seconds(table: pa.Table) -> np.ndarray:
    at = table["at"].cast(pa.int64()).to_numpy()
    return (at - at[0]) / SECOND


def placeless(table: pa.Table, lost: np.ndarray) -> pa.Table:
    """Some rows without their place."""
    frame = pl.DataFrame(table).with_columns(
        pl.when(pl.Series(lost)).then(None).otherwise(pl.col(name)).alias(name) for name in ("lat_deg", "lon_deg")
    )
    return frame.select(POSITIONS.names).to_arrow().cast(POSITIONS.schema)


def jammed(table: pa.Table, share: float = 1.0) -> pa.Table:
    dice, t = np.random.default_rng(2), seconds(table)
    return placeless(table, (t >= BEGIN_S) & (t < END_S) & (dice.random(len(t)) < share))


def found(table: pa.Table, statics: pa.Table | None = None, **settings: str):
    watch = start(NO_PORTS, only=["interference"], settings=settings)
    take_reports(watch, Reports(table, statics))
    settle(watch)
    return standing(watch)


@pytest.mark.parametrize(("ill", "well"), [(1, 19), (5, 19), (5, 50), (61, 40), (4, 400)])
def test_the_share_we_are_sure_of_is_the_quantile_of_a_beta_distribution(ill: int, well: int) -> None:
    assert sure_share(ill, well) == pytest.approx(beta.ppf(0.05, ill, well), rel=1e-6)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_an_area_that_is_jammed_for_an_hour_is_found_with_its_ships_and_its_time(share: float) -> None:
    table = scene()
    (one,) = found(jammed(table, share))
    begin = table["at"].cast(pa.int64())[0].as_py() + BEGIN_S * SECOND
    assert one.state == "closed"
    assert abs(one.t_start - begin) < 600 * SECOND
    assert abs(one.t_end - begin - (END_S - BEGIN_S) * SECOND) <= 1200 * SECOND
    assert len(one.vessels) == SHIPS
    assert [reason.quantity for reason in one.reasons] == ["lost_ships", "lost_share", "lost_place", "disturbed_time"]


def test_it_opens_grows_and_closes_and_every_version_is_told_again_the_same() -> None:
    watch, kept = start(NO_PORTS, only=["interference"]), Kept()
    said = list(take_as_live(watch, [Reports(jammed(scene(), 0.5))], kept))
    assert said[0].state == "open"
    assert said[-1].state == "closed"
    assert len({one.episode_id for one in said}) == 1
    assert said[0].t_start + 1800 * SECOND >= said[0].judged_at, "the first version comes within half an hour"
    for one in said:
        anew = again(one, reports_of(watch, kept, {v.mmsi for v in one.vessels}), NO_PORTS, None, {})
        assert anew is not None
        assert explanation(anew) == explanation(one)


def test_places_heard_late_take_it_back() -> None:
    whole = scene()
    watch = start(NO_PORTS, only=["interference"])
    t = seconds(whole)
    lost = (t >= BEGIN_S) & (t < END_S)
    mmsi = whole["mmsi"].to_numpy()
    some = lost & (mmsi - mmsi.min() < 4)
    first = placeless(whole, some)
    four = take_reports(watch, Reports(first.filter(pa.array(some | ~lost)))).said + settle(watch)
    assert [(one.state, len(one.vessels)) for one in four] == [("closed", 4)]
    others = Scene()
    peers(others, 37.0, 124.5, BEGIN_S, END_S, count=60, first=441_500_000)
    late = others.table(source=1)
    take_reports(watch, Reports(pa.concat_tables([first.filter(pa.array(lost & ~some)), late])))
    taken_back = settle(watch)
    assert [one.state for one in taken_back] == ["retracted"]


def silent_but_for_statics() -> tuple[pa.Table, pa.Table]:
    """Positions of ships but for a while, and their static reports all the time."""
    table = scene()
    t = seconds(table)
    heard = table.filter(pa.array((t < BEGIN_S) | (t >= END_S + 1800)))
    mmsi = np.unique(table["mmsi"].to_numpy())
    at = table["at"].cast(pa.int64())[0].as_py() + np.arange(0, LAST_S, 360) * SECOND
    said = STATICS.build(
        {
            "at": np.repeat(at, len(mmsi)).astype("datetime64[us]"),
            "mmsi": np.tile(mmsi, len(at)),
            "source": np.zeros(len(at) * len(mmsi), np.uint16),
            "line_id": np.arange(len(at) * len(mmsi), dtype=np.uint64) + 10_000_000,
        }
    )
    return heard, said


def test_static_reports_without_positions_are_a_sign_and_a_receiver_that_fails_is_none() -> None:
    heard, said = silent_but_for_statics()
    (one,) = found(heard, said)
    assert "tells_no_place" in [reason.quantity for reason in one.reasons]
    deaf = seconds(said)
    assert found(heard, said.filter(pa.array((deaf < BEGIN_S) | (deaf >= END_S + 1800)))) == []


def test_positions_by_dead_reckoning_are_a_sign_where_ships_had_satellites_before() -> None:
    table = pl.DataFrame(scene())
    t = pl.Series(seconds(scene()))
    lost = (t >= BEGIN_S) & (t < END_S)
    told = table.with_columns(
        pl.when(lost).then(None).otherwise(17).cast(pl.UInt8).alias("utc_second"),
        pl.when(lost).then(62).otherwise(None).cast(pl.UInt8).alias("position_mode"),
    )
    (one,) = found(told.select(POSITIONS.names).to_arrow().cast(POSITIONS.schema))
    assert "lost_satellites" in [reason.quantity for reason in one.reasons]
    always = table.with_columns(pl.lit(62, pl.UInt8).alias("position_mode"))
    assert found(always.select(POSITIONS.names).to_arrow().cast(POSITIONS.schema)) == []


def test_what_only_one_of_several_receivers_hears_so_is_its_own_fault() -> None:
    table = pl.DataFrame(scene(24))
    t, mmsi = pl.Series(seconds(scene(24))), table["mmsi"]
    ill = mmsi.rank("dense") <= 6
    source = pl.when(ill).then(7).otherwise(mmsi % 3).cast(pl.UInt16)
    several = table.with_columns(source.alias("source")).to_arrow().cast(POSITIONS.schema)
    lost = ((t >= BEGIN_S) & (t < END_S) & ill).to_numpy()
    assert found(placeless(several, lost)) == []
    assert len(found(placeless(table.to_arrow().cast(POSITIONS.schema), lost))) == 1


def test_three_ships_are_no_area() -> None:
    table = scene()
    t, mmsi = seconds(table), table["mmsi"].to_numpy()
    assert found(placeless(table, (t >= BEGIN_S) & (t < END_S) & (mmsi - mmsi.min() < 3))) == []


def test_the_clock_of_one_ship_takes_no_witness_away() -> None:
    (heard, said), ahead = silent_but_for_statics(), Scene()
    ahead.report(441_000_999, 700 * 86_400, 36.0, 126.0, 8.0, 0.0)
    before = pa.array(seconds(heard) < BEGIN_S)
    watch = start(NO_PORTS, only=["interference"])
    parts = (
        Reports(heard.filter(before)),
        Reports(ahead.table(source=3)),
        Reports(heard.filter(pc.invert(before)), said),
    )
    for part in parts:
        take_reports(watch, part)
        settle(watch)
    (one,), (plain,) = standing(watch), found(heard, said)
    assert (one.reasons, one.coverage, one.evidence) == (plain.reasons, plain.coverage, plain.evidence)
