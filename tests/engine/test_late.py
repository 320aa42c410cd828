"""Late data: what was raised is taken back, and nothing depends on the order in which lines arrive."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from ships import NO_PORTS, SECOND, Scene, peers

SHIP = 440_123_456
SILENT_S, LATE_S = 9 * 3600 + 16 * 60, 5 * 3600 + 6 * 60


@pytest.fixture(scope="module")
def silence():
    """A ship silent for 9 h 16 min among others; one report 5 h 06 min before its return comes late."""
    scene = Scene()
    off_s, on_s = 7200, 7200 + SILENT_S
    peers(scene, 34.0, 129.0, 0, on_s + 7200)
    lat, lon = scene.sail(SHIP, 34.0, 129.0, 45.0, 1.0, 0, off_s + 1)
    scene.report(SHIP, on_s - LATE_S, lat, lon, 1.0, 45.0)
    scene.sail(SHIP, lat, lon, 45.0, 1.0, on_s, on_s + 7200)
    table = scene.table()
    at_s = (table["at"].cast(pa.int64()).to_numpy() - scene.start_us) / SECOND
    is_late = (table["mmsi"].to_numpy() == SHIP) & (at_s == on_s - LATE_S)
    return table.filter(pa.array(~is_late)), table.filter(pa.array(is_late))


def test_a_late_report_that_halves_a_silence_retracts_the_gap(silence):
    on_time, late = silence
    watch = start(NO_PORTS, only=["gap"], settings={"gap.min_h": "6"})
    raised = take_reports(watch, Reports(on_time)).said + settle(watch)
    assert [(d.state, d.vessels[0].mmsi) for d in raised] == [("closed", SHIP)]
    assert raised[0].reasons[0].measured == SILENT_S
    taken_back = take_reports(watch, Reports(late)).said + settle(watch)
    assert [(d.state, d.episode_id, d.version) for d in taken_back] == [("retracted", raised[0].episode_id, 2)]
    assert standing(watch) == []


def test_under_a_shorter_rule_the_late_report_revises_the_gap_and_opens_another(silence):
    on_time, late = silence
    watch = start(NO_PORTS, only=["gap"], settings={"gap.min_h": "4"})
    whole = take_reports(watch, Reports(on_time)).said + settle(watch)
    take_reports(watch, Reports(late))
    said = settle(watch)
    stands = standing(watch)
    assert [d.reasons[0].measured for d in stands] == [SILENT_S - LATE_S, LATE_S]
    assert [d.state for d in said] == ["revised", "closed"]
    assert stands[0].episode_id == whole[0].episode_id


def test_an_open_gap_closes_when_the_ship_is_heard_again(silence):
    on_time, _ = silence
    at = on_time["at"].cast(pa.int64()).to_numpy()
    back = int(at[(on_time["mmsi"].to_numpy() == SHIP)][-1]) - 7100 * SECOND
    before, after = (
        on_time.filter(pa.array(at < back - 200 * SECOND)),
        on_time.filter(pa.array(at >= back - 200 * SECOND)),
    )
    watch = start(NO_PORTS, only=["gap"], settings={"gap.min_h": "6"})
    take_reports(watch, Reports(before))
    assert [d.state for d in settle(watch)] == ["open"]
    said = take_reports(watch, Reports(after)).said + settle(watch)
    assert [d.state for d in said][-1] == "closed"
    assert len({d.episode_id for d in said}) == 1


def test_a_silence_in_which_everybody_is_silent_is_no_gap(silence):
    on_time, _ = silence
    at, ship = on_time["at"].cast(pa.int64()).to_numpy(), on_time["mmsi"].to_numpy() == SHIP
    off = at[ship][np.argmax(np.diff(at[ship]))]
    deaf = on_time.filter(pa.array((at <= off) | (at >= off + SILENT_S * SECOND)))
    watch = start(NO_PORTS, only=["gap"])
    take_reports(watch, Reports(deaf))
    settle(watch)
    assert standing(watch) == []
